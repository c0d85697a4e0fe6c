//! Gives the bodies of an operation the types that they are decoded into: its successes one, and its errors one, where
//! their schemas are the same, and else one for each schema and an enum of them, of which the status chooses.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::chosen::{chosen, keep_former, named, pending, refusal, stood};
use super::merge::{essence, undocumented, widen};
use super::places::{Root, needs_name};
use super::type_names::TypeNames;
use crate::Diagnostic;
use crate::body::json_content;
use crate::diagnostic::join;
use crate::document::{OperationKey, members, operation_id, operations, reference, schema_reference};
use crate::naming::Naming;
use crate::pins::{Kind, Names};
use crate::response::{Content, ERROR_TYPE, Responses, SUCCESS_TYPE, is_bodiless};

/// The component that all errors share where the document has one envelope (`x-envelope`).
const SHARED_ERROR: &str = "ApiError";

/// Components that are made of the bodies of operations, by their keys.
pub(super) type Bodies = BTreeMap<String, Root>;

/// Schemas that become one.
struct Group {
    /// What the one is called.
    name: String,
    /// What the names of its members start with.
    stem: String,
    /// What its name is pinned to.
    place: String,
    /// Pointers to the schemas.
    slots: Vec<String>,
    of_errors: bool,
    /// Whether there are others, of which the status chooses.
    is_variant: bool,
}

/// An enum of the types that the bodies of an operation have.
struct ByStatus {
    name: String,
    place: String,
    /// The operation.
    pointer: String,
    /// The member of the operation that names it.
    member: &'static str,
}

/// Replaces schemas of JSON responses of an operation that are the same by a reference to one component, for the successes
/// and for the errors. Where there is one schema already, it stays. Where there are several, an enum of their types is
/// named.
///
/// With `x-envelope` the errors of the whole document share one.
pub(super) fn unify(document: &mut Value, naming: &dyn Naming, given: &mut Names) -> (Bodies, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let (mut groups, mut enums) = (Vec::new(), Vec::new());
    let mut shared = Group {
        name: SHARED_ERROR.to_owned(),
        stem: SHARED_ERROR.to_owned(),
        place: "#errors".to_owned(),
        slots: Vec::new(),
        of_errors: true,
        is_variant: false,
    };
    let one_envelope = document.get("x-envelope").is_some();
    for key in operations(document) {
        let Some(Value::Object(operation)) = document.pointer_mut(&key.pointer) else { continue };
        // What a document says of itself there is not meant.
        for member in [SUCCESS_TYPE, ERROR_TYPE] {
            operation.shift_remove(member);
        }
        let Some(operation) = document.pointer(&key.pointer) else { continue };
        let responses = Responses::of(&key.method, operation);
        let mixed = mixed(&responses, &key.pointer);
        let bodies = Side { operation, key: &key, naming, of_errors: false }.bodies(&responses.successes);
        groups.extend(bodies.groups);
        // Where some are no JSON, all are given as they come.
        enums.extend(bodies.by_status.filter(|_| mixed.is_none()));
        diagnostics.extend(mixed);
        diagnostics.extend(bodiless(operation, &key.pointer));
        diagnostics.extend(default_only(&responses, &key.pointer));
        let bodies = Side { operation, key: &key, naming, of_errors: true }.bodies(&responses.errors);
        if one_envelope {
            shared.slots.extend(bodies.groups.into_iter().flat_map(|group| group.slots));
        } else {
            groups.extend(bodies.groups);
            enums.extend(bodies.by_status);
        }
    }
    groups.push(shared);
    let mut names = TypeNames::of(document, naming);
    let mut bodies = Bodies::new();
    for group in &groups {
        if let Some(key) = merge(document, group, &mut names, naming, &mut diagnostics) {
            let Group { stem, place, .. } = group;
            given.insert(place.clone(), key.clone());
            let root = Root { stem: stem.clone(), body: key.clone(), place: place.clone() };
            bodies.insert(key, root);
        }
    }
    for ByStatus { name, place, pointer, member } in enums {
        let name = names.give(&name, &place, &pointer, &mut diagnostics);
        if let Some(Value::Object(operation)) = document.pointer_mut(&pointer) {
            operation.insert(member.to_owned(), json!(name));
        }
        given.insert(place, name);
    }
    (bodies, diagnostics)
}

/// The successes of an operation, or its errors.
struct Side<'a> {
    operation: &'a Value,
    key: &'a OperationKey,
    naming: &'a dyn Naming,
    of_errors: bool,
}

/// What the bodies of a side are decoded into.
struct OfSide {
    /// Of each schema, those that are the same.
    groups: Vec<Group>,
    /// Where there are several.
    by_status: Option<ByStatus>,
}

impl Side<'_> {
    fn bodies(&self, responses: &[(&str, Content)]) -> OfSide {
        let Self { operation, key, naming, of_errors } = self;
        let stem = naming.request_type(operation_id(operation));
        let (word, place) = if *of_errors { ("Error", "error") } else { ("Response", "response") };
        let json = responses.iter().filter(|(_, content)| *content == Content::Json);
        let mut statuses: Vec<&str> = json.map(|(status, _)| *status).collect();
        statuses.sort_by_key(|status| status.to_ascii_uppercase());
        if !of_errors {
            let primary = primary(*naming, key, &stem, &statuses);
            statuses.sort_by_key(|status| Some(*status) != primary);
        }
        let mut classes: Vec<(Value, Vec<&str>)> = Vec::new();
        for status in statuses {
            let schema = schema(operation, status).map(|(_, schema)| essence(schema)).unwrap_or_else(|| json!({}));
            match classes.iter_mut().find(|(known, _)| *known == schema) {
                Some((_, same)) => same.push(status),
                None => classes.push((schema, vec![status])),
            }
        }
        let by_status = (classes.len() > 1).then(|| {
            let (name, all, member) = match of_errors {
                true => ("Failure", "errors", ERROR_TYPE),
                false => ("Success", "successes", SUCCESS_TYPE),
            };
            let (name, place) = (format!("{stem}{name}"), format!("{key}#{all}"));
            ByStatus { name, place, pointer: key.pointer.clone(), member }
        });
        let is_variant = by_status.is_some();
        let group = |(index, (_, statuses)): (usize, (Value, Vec<&str>))| {
            let suffix = if index == 0 { String::new() } else { suffix(*naming, statuses[0]) };
            let slots = statuses.iter().filter_map(|status| {
                let (media_type, _) = schema(operation, status)?;
                let response = join(&join(&key.pointer, "responses"), status);
                Some(join(&join(&join(&response, "content"), media_type), "schema"))
            });
            let name = format!("{stem}{word}{suffix}");
            let stem = if *of_errors { name.clone() } else { format!("{stem}{suffix}") };
            let place = format!("{key}#{place}{suffix}");
            Group { name, stem, place, slots: slots.collect(), of_errors: *of_errors, is_variant }
        };
        OfSide { groups: classes.into_iter().enumerate().map(group).collect(), by_status }
    }
}

/// The schema of the JSON of a response, and its media type.
fn schema<'a>(operation: &'a Value, status: &str) -> Option<(&'a str, &'a Value)> {
    let (media_type, media) = json_content(&operation["responses"][status])?;
    Some((media_type, media.get("schema")?))
}

/// The one of several successes whose body is called as if there were no other: the one that a release has, by its name, or
/// else the first of the sorted statuses.
pub(super) fn primary<'a>(
    naming: &dyn Naming,
    key: &OperationKey,
    stem: &str,
    statuses: &[&'a str],
) -> Option<&'a str> {
    let pinned = naming.pinned(&format!("{key}#response"));
    let is_released = |status: &&&str| pinned.is_some_and(|name| name == body_name(naming, stem, status));
    statuses.iter().find(is_released).or(statuses.first()).copied()
}

/// What the body of a response is called.
pub(super) fn body_name(naming: &dyn Naming, stem: &str, status: &str) -> String {
    format!("{stem}Response{}", if status == "200" { String::new() } else { suffix(naming, status) })
}

/// A status as the end of a name.
pub(super) fn suffix(naming: &dyn Naming, status: &str) -> String {
    match status {
        "default" => "Default".to_owned(),
        status => naming.type_name(&format!("a{status}"))[1..].to_owned(),
    }
}

/// A body that is not JSON cannot share a type with one that is.
fn mixed(responses: &Responses<'_>, pointer: &str) -> Option<Diagnostic> {
    let has = |wanted| responses.successes.iter().any(|(_, content)| *content == wanted);
    (has(Content::Json) && has(Content::Bytes)).then(|| {
        let message = "some successful responses are JSON and some are not: all are given as bytes";
        Diagnostic::warning("success-types-differ", join(pointer, "responses"), message)
            .help("remove the responses in the overlay that are not wanted")
    })
}

/// A body where none can come.
fn bodiless(operation: &Value, pointer: &str) -> Vec<Diagnostic> {
    let responses = operation.get("responses").and_then(Value::as_object).into_iter().flatten();
    let has_body =
        |response: &Value| response.get("content").and_then(Value::as_object).is_some_and(|all| !all.is_empty());
    let found = responses.filter(|(status, response)| is_bodiless(status) && has_body(response));
    found
        .map(|(status, _)| {
            let pointer = join(&join(&join(pointer, "responses"), status), "content");
            let message = format!("no response of status {status} has a body: this one is left out");
            Diagnostic::warning("bodiless-response", pointer, message)
                .help("remove it in the overlay, or give it to the status that the API sends it with")
        })
        .collect()
}

/// The specification says that `default` is for all statuses which are not documented, and so for successes here.
fn default_only(responses: &Responses<'_>, pointer: &str) -> Option<Diagnostic> {
    responses.successes.iter().any(|(status, _)| *status == "default").then(|| {
        let message = "no success is documented: `default` is taken for successes and for errors";
        let pointer = join(&join(pointer, "responses"), "default");
        Diagnostic::warning("default-response", pointer, message).help("document the successes in the overlay")
    })
}

fn merge(
    document: &mut Value,
    group: &Group,
    names: &mut TypeNames<'_>,
    naming: &dyn Naming,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<String> {
    let first = group.slots.first()?;
    let schemas: Vec<&Value> = group.slots.iter().filter_map(|slot| document.pointer(slot)).collect();
    let same = schemas.windows(2).all(|pair| essence(pair[0]) == essence(pair[1]));
    // One schema is named where it stands; errors are called so. Those of all operations are called alike from the first
    // operation on, since the next one may have others.
    let is_shared = group.name == SHARED_ERROR;
    let is_named = reference(schemas[0]).is_some() && !is_shared;
    if same && (is_named || (schemas.len() == 1 && !group.of_errors) || (group.is_variant && !needs_name(schemas[0]))) {
        return None;
    }
    let mut merged = schemas.iter().copied().map(undocumented).reduce(|one, other| widen(document, one, other))?;
    if merged == json!({}) {
        merged = one_of(&schemas);
    }
    diagnostics.extend(lost(&schemas, &merged));
    let name = match chosen(&merged, Kind::Type, first, naming, diagnostics) {
        Some(name) => names.take(name, &[&group.place], stood(&merged, first), diagnostics),
        None => names.give(&group.name, &group.place, first, diagnostics),
    };
    keep_former(merged.as_object_mut()?, &[&group.place], &name, naming);
    merged.as_object_mut().and_then(named);
    members(document, &["components", "schemas"])?.insert(name.clone(), merged);
    for slot in &group.slots {
        *document.pointer_mut(slot)? = schema_reference(&name);
    }
    if !same {
        let message = format!("the error responses have different schemas: all are decoded as `{name}`");
        let warning = Diagnostic::warning("error-schemas-differ", first, message);
        diagnostics.push(warning.help("give them one schema in the overlay to have a say in what it is"));
    }
    Some(name)
}

/// A choice of schemas that are too different to be one, as an object and a list are.
fn one_of(schemas: &[&Value]) -> Value {
    let mut distinct: Vec<&Value> = Vec::new();
    for schema in schemas {
        if !distinct.iter().any(|known| essence(known) == essence(schema)) {
            distinct.push(schema);
        }
    }
    match distinct.len() {
        1 => json!({}),
        _ => json!({"oneOf": distinct.into_iter().map(undocumented).collect::<Vec<_>>()}),
    }
}

/// Names that a person chose for something which is called otherwise where the schemas of several responses are one.
fn lost(schemas: &[&Value], merged: &Value) -> Vec<Diagnostic> {
    let (mut all, mut kept) = (Vec::new(), Vec::new());
    schemas.iter().for_each(|schema| pending(schema, &mut all));
    pending(merged, &mut kept);
    let is_lost = |(_, name): &(&str, &Value)| kept.iter().all(|(_, other)| other != name);
    let lost = all.into_iter().filter(is_lost);
    lost.map(|(pointer, _)| {
        let message = "the schemas of several responses become one, in which this is called otherwise".to_owned();
        refusal(pointer, message).help("choose one name in the overlay, and give it to the first of the responses")
    })
    .collect()
}
