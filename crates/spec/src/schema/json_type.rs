//! The types of JSON values.

use serde_json::Value;

/// The types of OpenAPI 3.0, which are those of JSON Schema but for null.
pub(crate) const TYPES: [&str; 6] = ["string", "integer", "number", "boolean", "array", "object"];

/// Whether a value is of a type of OpenAPI. A number without a fraction is an integer, however it is spelled.
pub(crate) fn is_of(value: &Value, kind: &str) -> bool {
    match kind {
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "number" => value.is_number(),
        kind => name(value) == kind,
    }
}

/// The type that a value is of, the narrower one of two; nothing for null.
pub(crate) fn of(value: &Value) -> Option<&'static str> {
    Some(name(value)).filter(|name| *name != "null")
}

/// The type of JSON Schema that a value is of, the narrower one of two.
pub fn name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// What a value is, in words.
pub(crate) fn noun(value: &Value) -> &'static str {
    in_words(name(value))
}

/// What a value of a type is, in words, of which a number is one that is no integer.
pub fn in_words(name: &str) -> &'static str {
    match name {
        "null" => "null",
        "boolean" => "a boolean",
        "number" => "a float",
        "integer" => "an integer",
        "string" => "a string",
        "array" => "an array",
        _ => "an object",
    }
}
