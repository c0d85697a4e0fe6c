//! One schema for what several schemas describe.

use serde_json::{Map, Value, json};

use super::chosen::{STOOD, forget};
use crate::document::extension;
use crate::document::{reference, resolve, unwrap_reference};

/// The schema without what documents it: two schemas that differ only there decode the same.
pub(super) fn essence(schema: &Value) -> Value {
    without(schema, &["example", extension::INFERRED, extension::RUST_NAME, STOOD])
}

/// The same, with the names that a person chose.
pub(super) fn undocumented(schema: &Value) -> Value {
    without(schema, &["example", extension::INFERRED])
}

fn without(schema: &Value, left_out: &[&str]) -> Value {
    let documents = |key: &str, value: &Value| {
        left_out.contains(&key) || (["description", "title"].contains(&key) && value.is_string())
    };
    match schema {
        Value::Object(object) => {
            let kept = object.iter().filter(|(key, value)| !documents(key, value));
            let essential = |(key, value): (&String, &Value)| match value {
                // A property may be called as what documents a schema.
                Value::Object(properties) if key == "properties" => {
                    let each = properties.iter().map(|(name, property)| (name.clone(), without(property, left_out)));
                    (key.clone(), Value::Object(each.collect()))
                }
                value => (key.clone(), without(value, left_out)),
            };
            Value::Object(kept.map(essential).collect())
        }
        Value::Array(elements) => Value::Array(elements.iter().map(|element| without(element, left_out)).collect()),
        other => other.clone(),
    }
}

/// A schema that accepts what either of two accepts: the properties of both, required where both require them.
pub(super) fn widen(document: &Value, one: Value, other: Value) -> Value {
    // Types may hold themselves, and others many times over: beyond this any value is accepted.
    const MAX_DEPTH: usize = 8;
    const MAX_PROPERTIES: usize = 2000;
    widen_to(document, one, other, MAX_DEPTH, &mut { MAX_PROPERTIES })
}

/// The same, called as a person says of either.
fn widen_to(document: &Value, one: Value, other: Value, depth: usize, budget: &mut usize) -> Value {
    let named = [&one, &other].into_iter().find(|schema| schema.get(STOOD).is_some());
    let name = named.map(|schema| [extension::RUST_NAME, STOOD].map(|key| (key.to_owned(), schema[key].clone())));
    let mut widened = widen_shapes(document, one, other, depth, budget);
    if let (Some(name), Value::Object(schema)) = (name, &mut widened) {
        schema.extend(name);
    }
    widened
}

fn widen_shapes(document: &Value, one: Value, other: Value, depth: usize, budget: &mut usize) -> Value {
    if one == other || essence(&one) == essence(&other) {
        return one;
    }
    // What no sample proves anything of has whatever the other has, or null.
    match (proves_nothing(&one), proves_nothing(&other)) {
        (true, _) => return or_null(other),
        (_, true) => return or_null(one),
        _ => {}
    }
    *budget = budget.saturating_sub(1);
    if depth == 0 || *budget == 0 {
        return json!({});
    }
    let (left, right) = (expand(document, &one), expand(document, &other));
    let nullable =
        [&one, &other, &left, &right].iter().any(|schema| schema.get("nullable") == Some(&Value::Bool(true)));
    let (Some(a), Some(b)) =
        (left.get("properties").and_then(Value::as_object), right.get("properties").and_then(Value::as_object))
    else {
        let widened = match (scalar(&left, &right), left.get("items"), right.get("items")) {
            (Some(scalar), ..) => scalar,
            (None, Some(one), Some(other)) => {
                json!({"type": "array", "items": widen_to(document, one.clone(), other.clone(), depth - 1, budget)})
            }
            _ => return json!({}),
        };
        return if nullable { or_null(widened) } else { widened };
    };
    let mut properties: Map<String, Value> = Map::new();
    for (key, schema) in a {
        let schema = match b.get(key) {
            Some(other) => widen_to(document, schema.clone(), other.clone(), depth - 1, budget),
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
    if nullable {
        widened["nullable"] = json!(true);
    }
    widened
}

/// A scalar that is of either type: every integer that fits into 64 bits with a sign is a number.
fn scalar(one: &Value, other: &Value) -> Option<Value> {
    let kind = |schema: &Value| {
        let kind = schema.get("type")?.as_str()?;
        // An integer beyond that is no number that a float holds.
        let is_unsigned = kind == "integer" && schema.get("format") == Some(&json!("uint64"));
        ["string", "integer", "number", "boolean"].into_iter().find(|known| *known == kind && !is_unsigned)
    };
    match (kind(one)?, kind(other)?) {
        ("integer", "number") | ("number", "integer") => Some(json!({"type": "number", "format": "double"})),
        (one, other) if one == other => Some(json!({ "type": one })),
        _ => None,
    }
}

/// Whether a schema was made of samples that say nothing: only null, or only empty lists.
fn proves_nothing(schema: &Value) -> bool {
    let rule = schema.get(extension::INFERRED).and_then(|inferred| inferred.get("rule")).and_then(Value::as_str);
    schema.get("type").is_none() && matches!(rule, Some("R1" | "R12"))
}

/// The schema, or null.
fn or_null(mut schema: Value) -> Value {
    match reference(&schema) {
        Some(_) => json!({"nullable": true, "allOf": [schema]}),
        None => {
            if let Some(object) = schema.as_object_mut().filter(|object| !object.is_empty()) {
                object.insert("nullable".to_owned(), json!(true));
            }
            schema
        }
    }
}

fn expand(document: &Value, schema: &Value) -> Value {
    let unwrapped = unwrap_reference(schema);
    let expanded = resolve(document, unwrapped);
    let mut expanded =
        expanded.map(|schema| crate::schema::all_of::flatten(document, schema).schema.into_owned()).unwrap_or_default();
    // What a person calls something in a component is the name of it there.
    if reference(unwrapped).is_some() {
        forget(&mut expanded);
    }
    expanded
}

fn list<'a>(schema: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    schema.get(key).and_then(Value::as_array).into_iter().flatten()
}
