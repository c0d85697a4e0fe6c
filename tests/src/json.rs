//! Whether two JSON values say the same.

use serde_json::Value;

/// Where `actual` says something else than `expected`: a JSON pointer with both values, or `None`.
///
/// A null member may be left out, and a number may be spelled `1` or `1.0`; nothing else may differ.
pub fn difference(expected: &Value, actual: &Value) -> Option<String> {
    differ(expected, actual, "")
}

fn differ(expected: &Value, actual: &Value, pointer: &str) -> Option<String> {
    let different = || {
        Some(format!("{} is {actual}, documented is {expected}", if pointer.is_empty() { "the body" } else { pointer }))
    };
    match (expected, actual) {
        (Value::Object(expected), Value::Object(actual)) => {
            let missing = expected.iter().find(|(key, value)| !value.is_null() && !actual.contains_key(*key));
            if let Some((key, _)) = missing {
                return Some(format!("{pointer}/{key} is missing"));
            }
            actual.iter().find_map(|(key, value)| match expected.get(key) {
                Some(expected) => differ(expected, value, &format!("{pointer}/{key}")),
                None if value.is_null() => None,
                None => Some(format!("{pointer}/{key} is not documented")),
            })
        }
        (Value::Array(expected), Value::Array(actual)) if expected.len() == actual.len() => expected
            .iter()
            .zip(actual)
            .enumerate()
            .find_map(|(index, (expected, actual))| differ(expected, actual, &format!("{pointer}/{index}"))),
        (Value::Number(one), Value::Number(other)) if one != other && one.as_f64() != other.as_f64() => different(),
        (Value::Number(_), Value::Number(_)) => None,
        (expected, actual) if expected == actual => None,
        _ => different(),
    }
}
