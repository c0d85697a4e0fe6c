//! Moves inline schemas into components whose names stay the same when other parts of the document change. Objects of
//! one shape within a body become one component.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value, json};

use super::chosen::{keep_former, named};
use super::places::{Place, Places, Root, needs_name};
use super::responses::Bodies;
use super::sharing::{self, ABOUT_THE_USE, Class, Name};
use super::statuses::{body_name, suffix};
use super::type_names::TypeNames;
use super::xml::SharedSchemas;
use crate::Diagnostic;
use crate::diagnostic::join;
use crate::document::body::{Encoding, choose, json_content, schema_pointer, xml_body, xml_content};
use crate::document::parameter::{self, ParameterType, parameter_type};
use crate::document::{operation_id, operations, properties, schema_reference};
use crate::message::sequence::Sequence;
use crate::message::status::are_bodiless;
use crate::naming::Naming;
use crate::naming::pins::{self, Names};

/// Moves the inline bodies of component responses and request bodies, so that whoever refers to one shares its type.
pub(super) fn hoist_shared(document: &mut Value, naming: &dyn Naming, given: &mut Names) -> Vec<Diagnostic> {
    let twins = SharedSchemas::of(document);
    let mut places = Places::new(naming);
    for (section, suffix) in [("responses", "Response"), ("requestBodies", "Request")] {
        let pointer = join("/components", section);
        for (key, holder) in document.pointer(&pointer).and_then(Value::as_object).into_iter().flatten() {
            let plain = naming.type_name(key);
            let name = if plain.ends_with(suffix) { plain.clone() } else { format!("{plain}{suffix}") };
            let (place, pointer) = (pins::of_component(section, key), join(&pointer, key));
            let is_request = section == "requestBodies";
            let xml = if is_request { None } else { xml_content(document, holder) };
            if let Some((pointer, _)) = body(holder, &pointer, xml).filter(|(_, schema)| needs_name(schema)) {
                places.body(Root { stem: plain.clone(), body: name.clone(), place: place.clone() }, pointer);
            }
            let xml = if is_request { xml_of_its_own(document, holder, &pointer, &twins) } else { None };
            if let Some((pointer, _)) = xml.filter(|(_, schema)| needs_name(schema)) {
                places.body(Root { stem: plain, body: format!("{name}Xml"), place: format!("{place}/~xml") }, pointer);
            }
        }
    }
    let found = name(document, places, naming, given);
    twins.share(document);
    found
}

/// Moves every inline object of a request or response body, and those inside of component schemas.
///
/// A name is the operation's followed by the property that leads to the object, in the singular where that is a list.
/// Where that would be the name of two objects in one body, each has as many of the properties before it as tell them
/// apart; so no name depends on the order of properties, nor on another operation. What a release has named keeps its
/// name.
pub(super) fn hoist(document: &mut Value, bodies: &Bodies, naming: &dyn Naming, given: &mut Names) -> Vec<Diagnostic> {
    let mut twins = SharedSchemas::of(document);
    twins.add(&bodies.same);
    // What is released as one type may have other properties in one of its places since.
    loop {
        let places = places(document, bodies, &twins, naming);
        if !sharing::widen_shared(document, &places, naming) {
            let found = name(document, places, naming, given);
            twins.share(document);
            return found;
        }
    }
}

fn places<'a>(document: &Value, bodies: &Bodies, twins: &SharedSchemas, naming: &'a dyn Naming) -> Places<'a> {
    let mut places = Places::new(naming);
    for (key, schema) in document.pointer("/components/schemas").and_then(Value::as_object).into_iter().flatten() {
        let root = bodies.components.get(key).cloned().unwrap_or_else(|| Root {
            stem: naming.component_type(key, schema),
            body: String::new(),
            place: pins::of_component("schemas", key),
        });
        places.children(root, schema, join("/components/schemas", key));
    }
    for key in operations(document) {
        let Some(operation) = document.pointer(&key.pointer) else { continue };
        let stem = naming.request_type(operation_id(operation));
        let parameters = operation.get("parameters").and_then(Value::as_array).into_iter().flatten().enumerate();
        for (index, parameter) in parameters {
            let Some(schema) = parameter::schema(parameter).filter(|_| is_typed(document, parameter)) else { continue };
            let text = |key: &str| parameter[key].as_str().unwrap_or_default();
            let name = format!("{stem}{}", naming.type_name(text("name")));
            let place = pins::of_parameter_type(&key, text("in"), text("name"));
            let pointer = join(&join(&key.pointer, "parameters"), &index.to_string());
            let pointer = match parameter["content"].as_object().and_then(|content| content.keys().next()) {
                Some(media_type) => schema_pointer(&pointer, media_type),
                None => join(&pointer, "schema"),
            };
            places.whole(Root { stem: name.clone(), body: name, place }, schema, pointer);
        }
        if let Some((pointer, schema)) =
            operation.get("requestBody").and_then(|holder| body(holder, &join(&key.pointer, "requestBody"), None))
        {
            let name = format!("{stem}Request");
            let root = Root { stem: name.clone(), body: name, place: format!("{key}#request") };
            match choose(&operation["requestBody"]).is_some_and(|chosen| chosen.encoding == Encoding::Multipart) {
                // The parts of a form have types, and the form is put together of them.
                true => places.children(root, schema, pointer),
                false => places.whole(root, schema, pointer),
            }
        }
        let pointer = join(&key.pointer, "requestBody");
        let xml = operation.get("requestBody").and_then(|holder| xml_of_its_own(document, holder, &pointer, twins));
        if let Some((pointer, schema)) = xml {
            let name = format!("{stem}RequestXml");
            let root = Root { stem: name.clone(), body: name, place: format!("{key}#request-xml") };
            places.whole(root, schema, pointer);
        }
        let responses = join(&key.pointer, "responses");
        let all = operation.get("responses").and_then(Value::as_object).into_iter().flatten();
        for (status, response) in all.filter(|(status, _)| !are_bodiless(status)) {
            let pointer = join(&responses, status);
            for (pointer, schema) in items(response, &pointer) {
                let name = format!("{stem}Item");
                let root = Root { stem: name.clone(), body: name, place: format!("{key}#item") };
                places.whole(root, schema, pointer);
            }
            let xml = xml_content(document, response);
            let Some((pointer, schema)) = body(response, &pointer, xml) else { continue };
            if twins.has(&pointer) {
                continue;
            }
            let of_success = bodies.suffixes.get(&pointer);
            let suffix = of_success.cloned().unwrap_or_else(|| suffix(naming, status));
            let root = Root {
                stem: if of_success.is_some() { format!("{stem}{suffix}") } else { stem.clone() },
                body: body_name(naming, &stem, status),
                place: format!("{key}#response{suffix}"),
            };
            places.whole(root, schema, pointer);
        }
    }
    places
}

/// Whether a parameter has a type that is made of its schema.
fn is_typed(document: &Value, parameter: &Value) -> bool {
    matches!(parameter_type(document, parameter), ParameterType::Object | ParameterType::Json)
}

/// The schema of what is decoded, or encoded, of a body; `xml` is what is decoded where nothing is JSON.
pub(super) fn body<'a>(
    holder: &'a Value,
    pointer: &str,
    xml: Option<(&'a str, &'a Value)>,
) -> Option<(String, &'a Value)> {
    let json = json_content(holder).map(|(media_type, _)| media_type);
    let chosen = match json.or(xml.map(|(media_type, _)| media_type)) {
        Some(media_type) => media_type,
        None => choose(holder).map(|chosen| chosen.media_type).filter(|chosen| Sequence::of(chosen).is_none())?,
    };
    let schema = holder["content"][chosen].get("schema")?;
    Some((schema_pointer(pointer, chosen), schema))
}

/// The schema of the XML that a request body can be written in, where that is another one than of what callers give.
fn xml_of_its_own<'a>(
    document: &Value,
    holder: &'a Value,
    pointer: &str,
    twins: &SharedSchemas,
) -> Option<(String, &'a Value)> {
    let (media_type, schema) = xml_body(document, holder)?;
    let at = schema_pointer(pointer, media_type);
    let is_given = body(holder, pointer, None).is_some_and(|(given, _)| given == at);
    (!is_given && !twins.has(&at)).then_some((at, schema))
}

/// The schemas of what is decoded part by part, and where they are.
fn items<'a>(response: &'a Value, pointer: &str) -> impl Iterator<Item = (String, &'a Value)> {
    let all = response.get("content").and_then(Value::as_object).into_iter().flatten();
    all.filter(|(media_type, _)| Sequence::of(media_type).is_some()).filter_map(move |(media_type, media)| {
        let (pointer, schema) = (schema_pointer(pointer, media_type), media.get("schema")?);
        match schema.get("items").filter(|_| schema["type"] == "array") {
            Some(items) => Some((join(&pointer, "items"), items)),
            None => Some((pointer, schema)),
        }
    })
}

/// Names the places, moves what is there, and leaves references to it.
fn name(document: &mut Value, places: Places<'_>, naming: &dyn Naming, given: &mut Names) -> Vec<Diagnostic> {
    let mut names = TypeNames::of(document, naming);
    let mut diagnostics = Vec::new();
    let classes = sharing::classes(document, &places, naming, &mut diagnostics);
    let called = called(&places, &classes, &mut names, &mut diagnostics);
    let mut taken: Vec<Option<Value>> = vec![None; places.all.len()];
    let mut class_of = vec![0; places.all.len()];
    for (index, class) in classes.iter().enumerate() {
        class.positions.iter().for_each(|position| class_of[*position] = index);
    }
    // Inner ones come before those that hold them.
    for (index, Place { pointer, place, .. }) in places.all.iter().enumerate() {
        let Some(slot) = document.pointer_mut(pointer) else { continue };
        let mut schema = slot.take();
        schema.as_object_mut().and_then(named);
        let name = &called[class_of[index]];
        let is_shared = classes[class_of[index]].positions.len() > 1;
        *slot = used(&mut schema, name, is_shared);
        given.insert(place.clone(), name.clone());
        taken[index] = Some(schema);
    }
    let mut components = Map::new();
    for class in class_of {
        let Class { positions, .. } = &classes[class];
        let mut schemas = positions.iter().filter_map(|position| taken[*position].take());
        let Some(mut schema) = schemas.next() else { continue };
        schemas.for_each(|other| sharing::describe(&mut schema, &other));
        if let Some(schema) = schema.as_object_mut() {
            let own: Vec<&str> = positions.iter().map(|position| places.all[*position].place.as_str()).collect();
            keep_former(schema, &own, &called[class], naming);
        }
        components.insert(called[class].clone(), schema);
    }
    if !components.is_empty()
        && let Some(all) = properties(document, &["components", "schemas"])
    {
        all.extend(components);
    }
    diagnostics
}

/// A reference to a component in the place of what became one, and around it what that says of its use. What is used in
/// several places is described there.
fn used(schema: &mut Value, name: &str, is_shared: bool) -> Value {
    let mut of_use = Map::new();
    if let Some(object) = schema.as_object_mut() {
        let description = if is_shared { Some("description") } else { None };
        for key in ABOUT_THE_USE.into_iter().chain(description) {
            let said = object.shift_remove(key).filter(|said| *said != Value::Bool(false));
            of_use.extend(said.map(|said| (key.to_owned(), said)));
        }
    }
    if of_use.is_empty() {
        return schema_reference(name);
    }
    of_use.insert("allOf".to_owned(), json!([schema_reference(name)]));
    Value::Object(of_use)
}

/// The names of classes.
fn called(
    places: &Places<'_>,
    classes: &[Class],
    names: &mut TypeNames<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<String> {
    let mut called = vec![String::new(); classes.len()];
    let place = |class: &Class| &places.all[class.positions[0]];
    for (name, class) in called.iter_mut().zip(classes) {
        let own: Vec<&str> = class.positions.iter().map(|position| places.all[*position].place.as_str()).collect();
        match &class.name {
            Name::Chosen(chosen) => *name = names.take(chosen.clone(), &own, class.at(places), diagnostics),
            Name::Pinned(pinned) => *name = names.keep(pinned),
            Name::Derived => {}
        }
    }
    let derived = |class: &&usize| matches!(classes[**class].name, Name::Derived);
    let mut order: Vec<usize> = (0..classes.len()).filter(|class| derived(&class)).collect();
    order.sort_by_key(|class| place(&classes[*class]).rank());
    let short: Vec<&Place> = order.iter().map(|class| place(&classes[*class])).collect();
    for (class, name) in order.iter().zip(short_names(places, &short, &called)) {
        let Place { place, pointer, .. } = place(&classes[*class]);
        called[*class] = names.give(&name, place, pointer, diagnostics);
    }
    called
}

/// As few of the properties that lead to each of the places as tell it apart from others in the same body.
fn short_names(places: &Places<'_>, short: &[&Place], fixed: &[String]) -> Vec<String> {
    let fixed: HashSet<&str> = fixed.iter().map(String::as_str).collect();
    let mut lengths = vec![1; short.len()];
    loop {
        let names: Vec<String> =
            short.iter().zip(&lengths).map(|(place, length)| places.name(place, *length)).collect();
        let mut holders: HashMap<(usize, &str), Vec<usize>> = HashMap::new();
        for (index, name) in names.iter().enumerate() {
            holders.entry((short[index].root, name)).or_default().push(index);
        }
        let mut is_longer = false;
        for ((_, name), holders) in holders {
            if holders.len() > 1 || fixed.contains(name) {
                for index in holders {
                    is_longer |= lengths[index] < short[index].words.len();
                    lengths[index] += 1;
                }
            }
        }
        if !is_longer {
            return names;
        }
    }
}
