//! One schema for what several schemas describe.

use serde_json::{Map, Value, json};

use crate::document::{reference, resolve, unwrap_reference};

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
    if one == other || essence(&one) == essence(&other) {
        return one;
    }
    // What no sample proves anything of has whatever the other has, or null.
    match (proves_nothing(&one), proves_nothing(&other)) {
        (true, _) => return or_null(other),
        (_, true) => return or_null(one),
        _ => {}
    }
    *members = members.saturating_sub(1);
    if depth == 0 || *members == 0 {
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
                json!({"type": "array", "items": widen_to(document, one.clone(), other.clone(), depth - 1, members)})
            }
            _ => return json!({}),
        };
        return if nullable { or_null(widened) } else { widened };
    };
    let mut properties: Map<String, Value> = Map::new();
    for (key, schema) in a {
        let schema = match b.get(key) {
            Some(other) => widen_to(document, schema.clone(), other.clone(), depth - 1, members),
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
    let rule = schema.get("x-inferred").and_then(|inferred| inferred.get("rule")).and_then(Value::as_str);
    schema.get("type").is_none() && matches!(rule, Some("R1" | "R12"))
}

/// The schema, or null.
fn or_null(mut schema: Value) -> Value {
    match reference(&schema) {
        Some(_) => json!({"nullable": true, "allOf": [schema]}),
        None => {
            if let Some(members) = schema.as_object_mut().filter(|members| !members.is_empty()) {
                members.insert("nullable".to_owned(), json!(true));
            }
            schema
        }
    }
}

fn expand(document: &Value, schema: &Value) -> Value {
    resolve(document, unwrap_reference(schema))
        .map(|schema| crate::all_of::flatten(document, schema).schema.into_owned())
        .unwrap_or_default()
}

fn list<'a>(schema: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    schema.get(key).and_then(Value::as_array).into_iter().flatten()
}
