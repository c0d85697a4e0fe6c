//! Leaves out examples that hold a reference where only data may stand, so that nothing shows them or is made from them.

use serde_json::{Map, Value};

use super::structure::{At, Kind, walk};
use crate::Diagnostic;
use crate::diagnostic::join;
use crate::document::example::{self, find_reference, holds_reference};
use crate::document::reference;
use crate::document::{remove, resolve};

/// Something that has examples, and what its schema is called.
struct Holder {
    pointer: String,
    is_schema: bool,
}

/// An example to leave out: the property that gives it, and where the reference stands.
struct Rejected {
    property: String,
    reference: String,
}

/// Removes such examples of bodies, parameters, headers and schemas, and says where they were.
pub(crate) fn reject(document: &mut Value) -> Vec<Diagnostic> {
    let shared = document.pointer("/components/examples").and_then(Value::as_object);
    let is_shared = shared.is_some_and(|shared| shared.values().any(holds_reference));
    let holders = suspects(document, is_shared);
    let rejected: Vec<Rejected> = holders.iter().flat_map(|holder| rejected(document, holder)).collect();
    let mut diagnostics: Vec<Diagnostic> = Vec::new();
    for Rejected { reference, .. } in &rejected {
        let message = "an example cannot be or hold a reference: it is left out";
        let warning = Diagnostic::warning(example::CODE, reference, message).help(example::HELP);
        if !diagnostics.contains(&warning) {
            diagnostics.push(warning);
        }
    }
    // Later elements of a list first, so that those before them stay where they are.
    for Rejected { property, .. } in rejected.iter().rev() {
        remove(document, property);
        let list = property.rsplit_once('/').map_or("", |(list, _)| list);
        let is_empty = document.pointer(list).and_then(Value::as_object).is_some_and(Map::is_empty);
        if list.ends_with("/examples") && is_empty {
            remove(document, list);
        }
    }
    diagnostics
}

/// Whatever has examples that hold what looks like a reference, or that are shared where one of those does.
fn suspects(document: &mut Value, is_shared: bool) -> Vec<Holder> {
    let mut found = Vec::new();
    let is_suspect = |holder: &Value| {
        let given = ["example", "x-example"].iter().filter_map(|property| holder.get(property)).any(holds_reference);
        given
            || match holder.get("examples") {
                Some(Value::Object(named)) => named.values().any(|named| match named.get("value") {
                    Some(value) => holds_reference(value),
                    None => is_shared && named.get("$ref").is_some(),
                }),
                Some(list) => holds_reference(list),
                None => false,
            }
    };
    walk(document, &mut |kind: Kind, object: &mut Map<String, Value>, at: &At<'_>| match kind {
        Kind::MediaType | Kind::Parameter | Kind::Schema => {
            let holder = Value::Object(std::mem::take(object));
            if is_suspect(&holder) {
                found.push(Holder { pointer: at.pointer(), is_schema: kind == Kind::Schema });
            }
            if let Value::Object(holder) = holder {
                *object = holder;
            }
        }
        Kind::Response | Kind::Components => {
            let headers = object.get("headers").and_then(Value::as_object).into_iter().flatten();
            for (name, _) in headers.filter(|(_, header)| is_suspect(header)) {
                found.push(Holder { pointer: join(&at.child("headers"), name), is_schema: false });
            }
        }
        _ => {}
    });
    found
}

fn rejected(document: &Value, holder: &Holder) -> Vec<Rejected> {
    let Holder { pointer, is_schema } = holder;
    let Some(object) = document.pointer(pointer) else { return Vec::new() };
    let schema = if *is_schema { Some(object) } else { object.get("schema") };
    let reject = |property: String, place: &str, value: &Value| {
        let way = find_reference(document, schema, value)?;
        Some(Rejected { property, reference: example::pointer(place, &way) })
    };
    let mut found = Vec::new();
    for name in ["example", "x-example"] {
        let place = join(pointer, name);
        found.extend(object.get(name).and_then(|value| reject(place.clone(), &place, value)));
    }
    let place = join(pointer, "examples");
    match object.get("examples") {
        Some(Value::Object(named)) => found.extend(named.iter().filter_map(|(name, named)| {
            let property = join(&place, name);
            let value = resolve(document, named)?.get("value")?;
            reject(property.clone(), &join(&place_of(named, property), "value"), value)
        })),
        Some(Value::Array(list)) => found.extend(list.iter().enumerate().filter_map(|(index, value)| {
            let property = format!("{place}/{index}");
            reject(property.clone(), &property, value)
        })),
        _ => {}
    }
    found
}

/// Where an example stands that is perhaps referred to.
fn place_of(named: &Value, here: String) -> String {
    let target = named.get("$ref").and_then(Value::as_str).and_then(reference::pointer);
    target.map_or(here, std::borrow::Cow::into_owned)
}
