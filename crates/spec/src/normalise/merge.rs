//! One schema for what several schemas describe.

use serde_json::{Map, Value, json};

use crate::document::{resolve, unwrap_reference};

/// The schema without what documents it: two schemas that differ only there decode the same.
pub(super) fn essence(schema: &Value) -> Value {
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
pub(super) fn widen(document: &Value, one: Value, other: Value) -> Value {
    // Types may hold themselves, and others many times over: beyond this any value is accepted.
    const MAX_DEPTH: usize = 8;
    const MAX_MEMBERS: usize = 2000;
    widen_to(document, one, other, MAX_DEPTH, &mut { MAX_MEMBERS })
}

fn widen_to(document: &Value, one: Value, other: Value, depth: usize, members: &mut usize) -> Value {
    if one == other {
        return one;
    }
    *members = members.saturating_sub(1);
    if depth == 0 || *members == 0 {
        return json!({});
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
            Some(other) => widen_to(document, essence(schema), essence(other), depth - 1, members),
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
    if [&one, &other, &left, &right].iter().any(|schema| schema.get("nullable") == Some(&Value::Bool(true))) {
        widened["nullable"] = json!(true);
    }
    widened
}

fn expand(document: &Value, schema: &Value) -> Value {
    resolve(document, unwrap_reference(schema))
        .map(|schema| essence(&crate::all_of::flatten(document, schema).schema))
        .unwrap_or_default()
}

fn list<'a>(schema: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    schema.get(key).and_then(Value::as_array).into_iter().flatten()
}
