//! Points the error responses of an operation at one schema, because the generator decodes only one error type.

use serde_json::{Map, Value, json};

use crate::Diagnostic;
use crate::diagnostic::join;
use crate::document::{is_json, operations, reference, schema_reference};

/// The component that all errors share where the document has one envelope (`x-envelope`).
const SHARED_ERROR: &str = "ApiError";

/// Replaces the schemas of JSON error responses by a reference to one component.
///
/// With `x-envelope` that is one component for the whole document. Without it every operation whose error schemas differ
/// gets one of its own, and operations with a single error schema keep it.
pub(super) fn unify(document: &mut Value) -> Vec<Diagnostic> {
    let groups = if document.get("x-envelope").is_some() {
        vec![(
            SHARED_ERROR.to_owned(),
            operations(document).into_iter().flat_map(|key| slots(document, &key.pointer)).collect(),
        )]
    } else {
        operations(document)
            .into_iter()
            .map(|key| {
                let id = document.pointer(&key.pointer).and_then(|operation| operation.get("operationId"));
                let name = format!("{}Error", heck::AsPascalCase(id.and_then(Value::as_str).unwrap_or_default()));
                (name, slots(document, &key.pointer))
            })
            .collect::<Vec<(String, Vec<String>)>>()
    };
    groups.into_iter().filter_map(|(name, slots)| unify_group(document, &name, &slots)).collect()
}

/// Pointers to the schemas of the JSON error responses of one operation.
fn slots(document: &Value, operation: &str) -> Vec<String> {
    let responses = join(operation, "responses");
    let Some(members) = document.pointer(&responses).and_then(Value::as_object) else { return Vec::new() };
    let mut slots = Vec::new();
    for (status, response) in members.iter().filter(|(status, _)| is_error(status)) {
        let content = join(&join(&responses, status), "content");
        let media_types = response.get("content").and_then(Value::as_object).into_iter().flatten();
        for (media_type, media) in media_types.filter(|(media_type, _)| is_json(media_type)) {
            if media.get("schema").is_some() {
                slots.push(join(&join(&content, media_type), "schema"));
            }
        }
    }
    slots
}

fn is_error(status: &str) -> bool {
    !status.starts_with("x-") && !status.starts_with(['1', '2', '3'])
}

fn unify_group(document: &mut Value, name: &str, slots: &[String]) -> Option<Diagnostic> {
    let first = slots.first()?;
    let schemas: Vec<Value> = slots.iter().filter_map(|slot| document.pointer(slot)).map(essence).collect();
    let same = schemas.windows(2).all(|pair| pair[0] == pair[1]);
    if same && reference(&schemas[0]).is_some() {
        return None;
    }
    let merged = schemas.into_iter().reduce(|one, other| widen(document, one, other))?;
    // Only objects are worth a component of their own, and references already are one.
    let components = crate::document::members(document, &["components", "schemas"])?;
    let name = free_name(components, name);
    components.insert(name.clone(), merged);
    for slot in slots {
        *document.pointer_mut(slot)? = schema_reference(&name);
    }
    (!same).then(|| {
        Diagnostic::warning(
            "error-schemas-differ",
            first,
            format!("the error responses have different schemas: all are decoded as `{name}`"),
        )
        .help("give them one schema in the overlay to have a say in what it is")
    })
}

/// The schema without what documents it: two schemas that differ only there decode the same.
fn essence(schema: &Value) -> Value {
    match schema {
        Value::Object(members) => Value::Object(
            members
                .iter()
                .filter(|(key, value)| {
                    !(["example", "x-inferred"].contains(&key.as_str()) || (*key == "description" && value.is_string()))
                })
                .map(|(key, value)| (key.clone(), essence(value)))
                .collect(),
        ),
        Value::Array(elements) => Value::Array(elements.iter().map(essence).collect()),
        other => other.clone(),
    }
}

/// A schema that accepts what either of two accepts: the members of both, required where both require them.
fn widen(document: &Value, one: Value, other: Value) -> Value {
    if one == other {
        return one;
    }
    let (left, right) = (expand(document, &one), expand(document, &other));
    let (Some(a), Some(b)) =
        (left.get("properties").and_then(Value::as_object), right.get("properties").and_then(Value::as_object))
    else {
        return json!({});
    };
    let mut properties: Map<String, Value> = Map::new();
    for (key, schema) in a {
        let schema = match b.get(key) {
            Some(other) => widen(document, essence(schema), essence(other)),
            None => schema.clone(),
        };
        properties.insert(key.clone(), schema);
    }
    for (key, schema) in b {
        properties.entry(key).or_insert_with(|| schema.clone());
    }
    let mut widened = json!({"type": "object", "properties": properties, "additionalProperties": {}});
    let required: Vec<&Value> =
        list(&left, "required").filter(|key| list(&right, "required").any(|other| other == *key)).collect();
    if !required.is_empty() {
        widened["required"] = json!(required);
    }
    if [&left, &right].iter().any(|schema| schema.get("nullable") == Some(&Value::Bool(true))) {
        widened["nullable"] = json!(true);
    }
    widened
}

fn expand(document: &Value, schema: &Value) -> Value {
    crate::document::resolve(document, schema).map(essence).unwrap_or_default()
}

fn list<'a>(schema: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    schema.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn free_name(components: &Map<String, Value>, name: &str) -> String {
    std::iter::once(name.to_owned())
        .chain((2..).map(|number| format!("{name}{number}")))
        .find(|name| !components.contains_key(name))
        .unwrap_or_default()
}
