//! Says of discriminators what OpenAPI leaves to be understood, so that nothing later has to know it: that the name of a
//! schema is a tag, and that a schema which others are made from by `allOf` may be any of those.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::{Map, Value, json};

use super::structure::{At, Kind, walk};
use crate::Diagnostic;
use crate::convert::Origins;
use crate::diagnostic::join;
use crate::document::{resolve, schema_component, schema_reference, unwrap_reference};
use crate::schema::all_of::flatten;
use crate::schema::discriminator::{alternatives, mapping, name_of, own_tags, property};

/// The keyword.
const KEYWORD: &str = "discriminator";

/// Spells all discriminators out, and reports those that select nothing, or what they select.
pub(super) fn spell_out(document: &mut Value, origins: &mut Origins) -> Vec<Diagnostic> {
    let mut pointers = Vec::new();
    walk(document, &mut |kind: Kind, object: &mut Map<String, Value>, at: &At<'_>| {
        if kind == Kind::Schema && object.contains_key("discriminator") {
            pointers.push(at.pointer());
        }
    });
    if pointers.is_empty() {
        return Vec::new();
    }
    let families = Families::of(document);
    let (mut choices, mut bases, mut diagnostics) = (Vec::new(), Vec::new(), Vec::new());
    for pointer in pointers {
        let Some(schema) = document.pointer(&pointer).filter(|schema| property(schema).is_some()) else { continue };
        diagnostics.extend(useless_tags(document, schema, &pointer));
        if let Some(base) = Base::of(document, &pointer, &families) {
            bases.push(base);
        } else if alternatives(schema).next().is_some() {
            choices.push((tags_of_choice(document, schema), pointer));
        } else {
            diagnostics.push(selects_nothing(&pointer));
        }
    }
    let bases = used(document, bases);
    for (tags, pointer) in choices {
        diagnostics.extend(declare(document, &pointer, tags));
    }
    split(document, bases, origins);
    diagnostics
}

/// The tags that lead to no schema of the document, or to none of the choice.
fn useless_tags(document: &Value, schema: &Value, pointer: &str) -> Vec<Diagnostic> {
    let is_choice = alternatives(schema).next().is_some();
    let is_known = |name: &str| match is_choice {
        true => alternatives(schema).any(|alternative| name_of(alternative).as_deref() == Some(name)),
        false => component(document, name).is_some(),
    };
    let at = join(&join(pointer, "discriminator"), "mapping");
    mapping(schema)
        .filter(|(_, target)| !target.as_deref().is_some_and(is_known))
        .map(|(tag, _)| {
            let target = &schema["discriminator"]["mapping"][tag];
            let what = if is_choice { "none of the alternatives" } else { "no schema of this document" };
            let message = format!("the tag `{tag}` leads to {target}, which is {what}: values with it stay raw JSON");
            Diagnostic::warning("discriminator", join(&at, tag), message)
                .help("correct the reference, or list the schema that is meant")
        })
        .collect()
}

/// A discriminator that stands in a schema of which no other is made.
fn selects_nothing(pointer: &str) -> Diagnostic {
    let message = "the discriminator selects nothing: no schema is made from this one by `allOf`";
    Diagnostic::warning("discriminator", join(pointer, KEYWORD), message)
        .help("use `oneOf` of the schemas that are meant, or remove it in the overlay")
}

/// Tags, and the names of the component schemas that they lead to.
type Tags = Vec<(String, String)>;

fn tags_of_choice(document: &Value, schema: &Value) -> Tags {
    let names: Vec<String> = alternatives(schema).filter_map(name_of).collect();
    tags(document, schema, &names)
}

/// All tags of schemas: those that are mapped, those that are the only values of the property, or else the names.
fn tags(document: &Value, schema: &Value, names: &[String]) -> Tags {
    let property = property(schema).unwrap_or_default();
    let mapped = mapping(schema).filter_map(|(tag, target)| Some((tag.to_owned(), target?)));
    let mut tags: Tags = mapped.filter(|(_, target)| names.contains(target)).collect();
    let mut add = |tag: String, name: &String| {
        if !tags.iter().any(|(known, _)| *known == tag) {
            tags.push((tag, name.clone()));
        }
    };
    let references: Vec<Value> = names.iter().map(|name| schema_reference(name)).collect();
    let own = own_tags(document, &references.iter().collect::<Vec<_>>(), property);
    for (name, own) in names.iter().zip(own) {
        match own.is_empty() {
            true => add(name.clone(), name),
            false => own.into_iter().for_each(|tag| add(tag, name)),
        }
    }
    tags
}

/// Writes the tags of a choice, which then has nothing beside it that its alternatives do not say.
fn declare(document: &mut Value, pointer: &str, tags: Tags) -> Option<Diagnostic> {
    let is_repeated = document.pointer(pointer).is_some_and(|schema| is_repeated(document, schema));
    let object = document.pointer_mut(pointer)?.as_object_mut()?;
    let mapping = tags.into_iter().map(|(tag, name)| (tag, schema_reference(&name)["$ref"].clone()));
    object["discriminator"]["mapping"] = Value::Object(mapping.collect());
    if !object.contains_key("properties") {
        return None;
    }
    if is_repeated {
        object.shift_remove("properties");
        object.shift_remove("required");
        return None;
    }
    let message = "the discriminator is not looked at: with properties beside the choice, a value has all of its types";
    Some(
        Diagnostic::warning("discriminator", join(pointer, KEYWORD), message)
            .help("move the properties into the schemas of the choice"),
    )
}

/// Whether every alternative has the properties that stand beside the choice.
fn is_repeated(document: &Value, schema: &Value) -> bool {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return false };
    alternatives(schema).all(|alternative| {
        let alternative = resolve(document, unwrap_reference(alternative)).unwrap_or(alternative);
        let flat = flatten(document, alternative).schema;
        properties.keys().all(|name| flat["properties"].get(name).is_some())
    })
}

/// A component schema with a discriminator that others are made from.
struct Base {
    name: String,
    /// What is selected: the schemas that are made from it, however often removed, and itself unless it lists them.
    selected: Vec<String>,
    /// The keyword of the choice that it has beside what others are made from, if it has one.
    choice: Option<&'static str>,
}

impl Base {
    fn of(document: &Value, pointer: &str, families: &Families) -> Option<Self> {
        let name = crate::document::component(&crate::document::reference::to(pointer), "schemas")?;
        let schema = document.pointer(pointer)?;
        let family = families.family(&name);
        if let Some(choice) = ["oneOf", "anyOf"].into_iter().find(|keyword| schema.get(keyword).is_some()) {
            let selected: Option<Vec<String>> = alternatives(schema).map(name_of).collect();
            let selected = selected.filter(|names| names.iter().all(|name| family.contains(name)))?;
            return Some(Self { name, selected, choice: Some(choice) });
        }
        let mut selected: Vec<String> = mapping(schema).filter_map(|(_, target)| target).collect();
        selected.extend(family);
        let mut seen = HashSet::from([name.clone()]);
        selected.retain(|one| component(document, one).is_some() && seen.insert(one.clone()));
        if selected.is_empty() {
            return None;
        }
        selected.push(name.clone());
        Some(Self { name, selected, choice: None })
    }
}

/// The bases that something is of the type of; where nothing is, nothing has to be told apart.
fn used(document: &Value, bases: Vec<Base>) -> Vec<Base> {
    if bases.is_empty() {
        return bases;
    }
    let mut uses = HashSet::new();
    collect_uses(document, &mut uses);
    let (mut used, mut left) = (Vec::new(), bases);
    loop {
        let before = used.len();
        for base in std::mem::take(&mut left) {
            if base.choice.is_some() || uses.contains(&base.name) {
                uses.extend(base.selected.iter().filter(|name| **name != base.name).cloned());
                used.push(base);
            } else {
                left.push(base);
            }
        }
        if used.len() == before {
            return used;
        }
    }
}

/// Makes each base one of those that are made from it, and a schema of its own of what they are made from.
fn split(document: &mut Value, bases: Vec<Base>, origins: &mut Origins) {
    let mut keys: HashMap<String, String> = HashMap::new();
    for Base { name, .. } in &bases {
        let numbered =
            (1..).map(|number| format!("{name}Base{}", if number == 1 { String::new() } else { number.to_string() }));
        let is_free = |key: &String| component(document, key).is_none() && !keys.values().any(|other| other == key);
        let key = numbered.into_iter().find(is_free).unwrap_or_default();
        keys.insert(name.clone(), key);
    }
    let tags: Vec<Tags> = bases
        .iter()
        .map(|base| {
            component(document, &base.name).map(|schema| tags(document, schema, &base.selected)).unwrap_or_default()
        })
        .collect();
    refer_to_bases("", document, 0, &keys);
    for (Base { name, selected, choice }, tags) in bases.into_iter().zip(tags) {
        let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) else { return };
        let Some(Value::Object(own)) = schemas.get_mut(&name).map(Value::take) else { continue };
        let key = &keys[&name];
        let to = |one: &String| schema_reference(if *one == name { key } else { one });
        let mapping = tags.iter().map(|(tag, one)| (tag.clone(), to(one)["$ref"].clone()));
        let mapping: Map<String, Value> = mapping.collect();
        let found = json!({"propertyName": own[KEYWORD]["propertyName"], "mapping": mapping});
        // What is said of a type or its uses is said of the whole.
        let is_of_whole = |key: &str| {
            key.starts_with("x-") || ["description", "nullable", "deprecated", "oneOf", "anyOf", KEYWORD].contains(&key)
        };
        let description = own.get("description").cloned();
        let (mut whole, mut base): (Map<String, Value>, Map<String, Value>) =
            own.into_iter().partition(|(key, _)| is_of_whole(key));
        base.extend(description.map(|text| ("description".to_owned(), text)));
        whole.insert(choice.unwrap_or("anyOf").to_owned(), selected.iter().map(to).collect());
        whole.insert(KEYWORD.to_owned(), found);
        schemas.insert(name.clone(), Value::Object(whole));
        schemas.insert(key.clone(), Value::Object(base));
        origins.note(join("/components/schemas", key), join("/components/schemas", &name));
    }
}

fn component<'a>(document: &'a Value, name: &str) -> Option<&'a Value> {
    document.pointer("/components/schemas")?.get(name)
}

/// Which component schemas are made from which by `allOf`.
struct Families {
    /// The names of all that are made from others, and of those, in the order of the document.
    made: Vec<(String, Vec<String>)>,
    /// The positions of those that are made from one.
    made_from: HashMap<String, Vec<usize>>,
}

impl Families {
    fn of(document: &Value) -> Self {
        let schemas = document.pointer("/components/schemas").and_then(Value::as_object).into_iter().flatten();
        let made = schemas.map(|(name, schema)| (name.clone(), parts(schema, true).collect::<Vec<_>>()));
        let made: Vec<(String, Vec<String>)> = made.filter(|(_, parts)| !parts.is_empty()).collect();
        let mut made_from: HashMap<String, Vec<usize>> = HashMap::new();
        for (position, (_, parts)) in made.iter().enumerate() {
            parts.iter().for_each(|part| made_from.entry(part.clone()).or_default().push(position));
        }
        Self { made, made_from }
    }

    /// The names of those that are made from one, and of those that are made from them.
    fn family(&self, base: &str) -> Vec<String> {
        let (mut positions, mut open) = (BTreeSet::new(), vec![base]);
        while let Some(name) = open.pop() {
            for position in self.made_from.get(name).into_iter().flatten() {
                let (name, _) = &self.made[*position];
                if name != base && positions.insert(*position) {
                    open.push(name);
                }
            }
        }
        // What comes before what it is made from comes after the others.
        let (mut family, mut known) = (Vec::new(), HashSet::from([base]));
        while family.len() < positions.len() {
            for (name, parts) in positions.iter().map(|position| &self.made[*position]) {
                if parts.iter().any(|part| known.contains(part.as_str())) && known.insert(name) {
                    family.push(name.clone());
                }
            }
        }
        family
    }
}

/// The names of the component schemas that a schema is made from; what only says something about the use of one is not.
fn parts(schema: &Value, is_component: bool) -> impl Iterator<Item = String> {
    let is_made = is_made(schema, is_component);
    let parts = schema.get("allOf").and_then(Value::as_array).into_iter().flatten();
    parts.filter(move |_| is_made).filter_map(schema_component)
}

fn is_made(schema: &Value, is_component: bool) -> bool {
    let is_use = !std::ptr::eq(unwrap_reference(schema), schema);
    !is_use || (is_component && schema.get("nullable") != Some(&json!(true)))
}

/// Examples are data: a `$ref` in one refers to nothing. `key` is that of a property, `above` that of the object around it:
/// a property may be called so.
fn is_data(above: &str, key: &str) -> bool {
    above != "properties" && ["example", "examples", "default", "enum"].contains(&key)
}

/// The names of the component schemas that something is of the type of.
fn collect_uses(document: &Value, uses: &mut HashSet<String>) {
    let mut nodes = vec![("", document, 0)];
    while let Some((above, node, depth)) = nodes.pop() {
        match node {
            Value::Object(object) => {
                uses.extend(schema_component(node));
                let is_made = is_made(node, is_component(depth));
                for (key, property) in object.iter().filter(|(key, _)| !is_data(above, key)) {
                    match property.as_array().filter(|_| key == "allOf" && is_made) {
                        Some(parts) => {
                            let parts = parts.iter().filter(|part| schema_component(part).is_none());
                            nodes.extend(parts.map(|part| ("allOf", part, depth + 2)));
                        }
                        None => nodes.push((key, property, depth + 1)),
                    }
                }
            }
            Value::Array(elements) => nodes.extend(elements.iter().map(|element| (above, element, depth + 1))),
            _ => {}
        }
    }
}

/// Makes what is made from a base refer to what it is made from.
fn refer_to_bases(above: &str, node: &mut Value, depth: usize, keys: &HashMap<String, String>) {
    let is_made = is_made(node, is_component(depth));
    match node {
        Value::Object(object) => {
            for part in object.get_mut("allOf").and_then(Value::as_array_mut).into_iter().flatten().filter(|_| is_made)
            {
                if let Some(key) = schema_component(part).and_then(|name| keys.get(&name)) {
                    *part = schema_reference(key);
                }
            }
            for (key, property) in object.iter_mut().filter(|(key, _)| !is_data(above, key)) {
                refer_to_bases(key, property, depth + 1, keys);
            }
        }
        Value::Array(elements) => {
            elements.iter_mut().for_each(|element| refer_to_bases(above, element, depth + 1, keys))
        }
        _ => {}
    }
}

/// Whether what stands so deep in a document is a component, if it is a schema.
fn is_component(depth: usize) -> bool {
    depth == 3
}
