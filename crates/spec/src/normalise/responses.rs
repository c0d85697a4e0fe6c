//! Gives the bodies of an operation the types that they are decoded into: its successes one, and its errors one, where
//! their schemas are the same, and else one for each schema and an enum of them, of which the status chooses.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

use super::chosen::{chosen, keep_former, named, pending, refusal, stood};
use super::merge::{essence, undocumented, widen};
use super::places::{Root, needs_name};
use super::statuses::{Body, bodies, body_name, place, schema, suffix};
use super::type_names::TypeNames;
use crate::Diagnostic;
use crate::diagnostic::join;
use crate::document::body::schema_pointer;
use crate::document::extension;
use crate::document::response::{Content, ERROR_TYPE, Responses, SUCCESS_TYPE};
use crate::document::{OperationKey, operation_id, operations, properties, reference, schema_reference};
use crate::message::status::are_bodiless;
use crate::naming::Naming;
use crate::naming::pins::{self, Kind, Names};

/// The component that all errors share where the document has one envelope (`x-envelope`).
const SHARED_ERROR: &str = "ApiError";

/// What the bodies of operations are called after.
#[derive(Default)]
pub(super) struct Bodies {
    /// The components that are made of bodies, by their keys.
    pub(super) components: BTreeMap<String, Root>,
    /// What the place of a success ends in, by the pointer to its schema.
    pub(super) suffixes: HashMap<String, String>,
    /// Schemas that are of the type of another one, each with that.
    pub(super) same: Vec<(String, String)>,
    /// The statuses of bodies, each behind the place of the body.
    statuses: Vec<(String, String)>,
}

impl Bodies {
    /// Notes of every body that has a name which statuses it is of.
    pub(super) fn note_statuses(&self, given: &mut Names) {
        for (place, status) in &self.statuses {
            if let Some(name) = given.get(place).cloned() {
                given.insert(pins::of_status(place, status), name);
            }
        }
    }
}

/// Schemas that become one.
struct Group {
    /// What the one is called.
    name: String,
    /// What the names of its properties start with.
    stem: String,
    /// What its name is pinned to.
    place: String,
    /// Pointers to the schemas.
    slots: Vec<String>,
    of_errors: bool,
    /// Whether it is called so whatever it is.
    is_named: bool,
}

/// An enum of the types that the bodies of an operation have.
struct ByStatus {
    name: String,
    place: String,
    /// The operation.
    pointer: String,
    /// The property of the operation that names it.
    property: &'static str,
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
        is_named: true,
    };
    let mut bodies = Bodies::default();
    let one_envelope = document.get(extension::ENVELOPE).is_some();
    for key in operations(document) {
        let Some(Value::Object(operation)) = document.pointer_mut(&key.pointer) else { continue };
        // What a document says of itself there is not meant.
        for property in [SUCCESS_TYPE, ERROR_TYPE] {
            operation.shift_remove(property);
        }
        let Some(operation) = document.pointer(&key.pointer) else { continue };
        let responses = Responses::of(&key.method, operation);
        let mixed = mixed(&responses, &key.pointer);
        let (of_successes, by_status) = of_statuses(operation, &key, &responses.successes, false, naming, &mut bodies);
        groups.extend(of_successes);
        // Where some are no JSON, all are given as they come.
        enums.extend(by_status.filter(|_| mixed.is_none()));
        diagnostics.extend(mixed);
        diagnostics.extend(bodiless(operation, &key.pointer));
        diagnostics.extend(default_only(&responses, &key.pointer));
        let (of_errors, by_status) = of_statuses(operation, &key, &responses.errors, true, naming, &mut bodies);
        if one_envelope {
            shared.slots.extend(of_errors.into_iter().flat_map(|group| group.slots));
        } else {
            groups.extend(of_errors);
            enums.extend(by_status);
        }
    }
    groups.push(shared);
    let mut names = TypeNames::of(document, naming);
    for group in groups {
        let key = merge(document, &group, &mut names, naming, &mut diagnostics);
        let Group { stem, place, slots, .. } = group;
        match key {
            Some(key) => {
                given.insert(place.clone(), key.clone());
                bodies.components.insert(key.clone(), Root { stem, body: key, place });
            }
            // They stay where they are, and what is in them is of one type.
            None => {
                let mut slots = slots.into_iter();
                let Some(first) = slots.next() else { continue };
                bodies.same.extend(slots.map(|slot| (slot, first.clone())));
            }
        }
    }
    for ByStatus { name, place, pointer, property } in enums {
        let name = names.give(&name, &place, &pointer, &mut diagnostics);
        if let Some(Value::Object(operation)) = document.pointer_mut(&pointer) {
            operation.insert(property.to_owned(), json!(name));
        }
        given.insert(place, name);
    }
    (bodies, diagnostics)
}

/// What the successes of an operation are decoded into, or its errors: each of the bodies, and an enum of them where there are
/// several.
fn of_statuses(
    operation: &Value,
    key: &OperationKey,
    responses: &[(&str, Content)],
    of_errors: bool,
    naming: &dyn Naming,
    known: &mut Bodies,
) -> (Vec<Group>, Option<ByStatus>) {
    let stem = naming.request_type(operation_id(operation));
    let (all, of_all, property) = match of_errors {
        true => ("Failure", "errors", ERROR_TYPE),
        false => ("Success", "successes", SUCCESS_TYPE),
    };
    let bodies = bodies(operation, key, responses, &stem, of_errors, naming);
    let of_place = place(key, of_errors);
    let by_status = (bodies.len() > 1).then(|| ByStatus {
        name: format!("{stem}{all}"),
        place: format!("{key}#{of_all}"),
        pointer: key.pointer.clone(),
        property,
    });
    // The one error is named whatever it is, unless there were several, which are where they need it.
    let is_only = of_errors && by_status.is_none() && naming.pinned_below(&of_place).is_empty();
    let group = |Body { suffix, statuses, .. }: Body<'_>| {
        let slots = statuses.iter().filter_map(|status| {
            let (media_type, _) = schema(operation, status)?;
            let response = join(&join(&key.pointer, "responses"), status);
            Some(schema_pointer(&response, media_type))
        });
        let slots: Vec<String> = slots.collect();
        let place = format!("{of_place}{suffix}");
        known.statuses.extend(statuses.iter().map(|status| (place.clone(), self::suffix(naming, status))));
        if !of_errors {
            known.suffixes.extend(slots.iter().map(|slot| (slot.clone(), suffix.clone())));
        }
        let (name, stem) = match of_errors {
            true => (format!("{stem}Error{suffix}"), format!("{stem}Error{suffix}")),
            false => (body_name(naming, &stem, statuses[0]), format!("{stem}{suffix}")),
        };
        let is_named = is_only || (of_errors && naming.pinned(&place).is_some());
        Group { name, stem, place, slots, of_errors, is_named }
    };
    (bodies.into_iter().map(group).collect(), by_status)
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
    let found = responses.filter(|(status, response)| are_bodiless(status) && has_body(response));
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
    let has_name = reference(schemas[0]).is_some() && !is_shared;
    let is_only_success = schemas.len() == 1 && !group.of_errors;
    if same && (has_name || is_only_success || (!group.is_named && !needs_name(schemas[0]))) {
        return None;
    }
    // What documents one of several may be wrong for another one.
    let mut merged = match schemas[..] {
        [only] => only.clone(),
        _ => schemas.iter().copied().map(undocumented).reduce(|one, other| widen(document, one, other))?,
    };
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
    properties(document, &["components", "schemas"])?.insert(name.clone(), merged);
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
