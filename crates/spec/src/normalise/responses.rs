//! Gives the successes of an operation one schema, and its errors another, because the generator decodes one of each.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::chosen::{chosen, keep_former, named, pending, refusal, stood};
use super::merge::{essence, undocumented, widen};
use super::places::Root;
use super::type_names::TypeNames;
use crate::Diagnostic;
use crate::body::json_content;
use crate::diagnostic::join;
use crate::document::{members, operation_id, operations, reference, schema_reference};
use crate::naming::Naming;
use crate::pins::{Kind, Names};
use crate::response::{Content, Responses};

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
}

/// Replaces the schemas of the JSON responses of an operation by a reference to one component, for the successes and for
/// the errors. Where there is one schema already, it stays.
///
/// With `x-envelope` the errors of the whole document share one.
pub(super) fn unify(document: &mut Value, naming: &dyn Naming, given: &mut Names) -> (Bodies, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let mut groups = Vec::new();
    let mut shared = Group {
        name: SHARED_ERROR.to_owned(),
        stem: SHARED_ERROR.to_owned(),
        place: "#errors".to_owned(),
        slots: Vec::new(),
        of_errors: true,
    };
    let one_envelope = document.get("x-envelope").is_some();
    for key in operations(document) {
        let Some(operation) = document.pointer(&key.pointer) else { continue };
        let stem = naming.request_type(operation_id(operation));
        let responses = Responses::of(&key.method, operation);
        diagnostics.extend(mixed(&responses, &key.pointer));
        diagnostics.extend(default_only(&responses, &key.pointer));
        let successes = slots(operation, &responses.successes, &key.pointer);
        groups.push(Group {
            name: format!("{stem}Response"),
            stem: stem.clone(),
            place: format!("{key}#response"),
            slots: successes,
            of_errors: false,
        });
        let errors = slots(operation, &responses.errors, &key.pointer);
        if one_envelope {
            shared.slots.extend(errors);
        } else {
            let name = format!("{stem}Error");
            let place = format!("{key}#error");
            groups.push(Group { stem: name.clone(), name, place, slots: errors, of_errors: true });
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
    (bodies, diagnostics)
}

/// Pointers to the schemas of the JSON responses among `responses`.
fn slots(operation: &Value, responses: &[(&str, Content)], pointer: &str) -> Vec<String> {
    let pointer = join(pointer, "responses");
    let json = responses.iter().filter(|(_, content)| *content == Content::Json);
    json.filter_map(|(status, _)| {
        let (media_type, media) = json_content(&operation["responses"][*status])?;
        media.get("schema")?;
        Some(join(&join(&join(&join(&pointer, status), "content"), media_type), "schema"))
    })
    .collect()
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
    if same && (is_named || (schemas.len() == 1 && !group.of_errors)) {
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
        let (code, what) = match group.of_errors {
            true => ("error-schemas-differ", "error responses"),
            false => ("success-schemas-differ", "successful responses"),
        };
        let message = format!("the {what} have different schemas: all are decoded as `{name}`");
        let warning = Diagnostic::warning(code, first, message);
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
