//! Which values the generated types accept, written down independently of the inference.

use serde_json::Value;

/// Whether a value decodes into the type that is generated for a schema.
///
/// This is OpenAPI 3.0 but for one thing: a property that is not required is an `Option`, which takes null, unless its type
/// is a list or a map, which are generated without one.
pub(crate) fn decodes(schema: &Value, value: &Value) -> bool {
    let Some(kind) = schema.get("type").and_then(Value::as_str) else {
        return true;
    };
    if value.is_null() {
        return schema["nullable"] == true;
    }
    match kind {
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" if schema["format"] == "uint64" => value.is_u64(),
        "integer" => value.is_i64(),
        "array" => value.as_array().is_some_and(|values| values.iter().all(|value| decodes(&schema["items"], value))),
        "object" => value
            .as_object()
            .is_some_and(|properties| properties.iter().all(|(key, property)| property_decodes(schema, key, property))),
        other => panic!("unknown type {other}"),
    }
}

fn property_decodes(schema: &Value, key: &str, value: &Value) -> bool {
    match schema.get("properties").and_then(|properties| properties.get(key)) {
        Some(property) => decodes(property, value) || value.is_null() && is_option(property),
        None => schema.get("additionalProperties").is_none_or(|values| decodes(values, value)),
    }
}

fn is_option(property: &Value) -> bool {
    let list = property["type"] == "array";
    let map = property["type"] == "object" && property.get("properties").is_none();
    !list && !map
}
