//! Where a JSON value says something else than the document shows.

use std::cmp::Ordering;

use serde_json::Value;

use crate::diagnostic::join;
use crate::schema::number::compare;

/// The first place where `actual` differs from `documented`: a JSON pointer with both values, or `None`.
///
/// A number may be spelled `1` or `1.0`, since not every language has integers; nothing else may differ.
pub fn json_difference(documented: &Value, actual: &Value) -> Option<String> {
    difference(documented, actual, "")
}

/// A value without the properties that are null, for those to whom a null and a missing property are the same.
#[must_use]
pub fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(properties) => properties
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name.clone(), without_nulls(value)))
            .collect(),
        Value::Array(elements) => elements.iter().map(without_nulls).collect(),
        value => value.clone(),
    }
}

fn difference(documented: &Value, actual: &Value, pointer: &str) -> Option<String> {
    let inside = |key: &str, documented, actual| difference(documented, actual, &join(pointer, key));
    match (documented, actual) {
        (Value::Object(documented), Value::Object(actual)) => {
            let changed = documented.iter().find_map(|(key, value)| match actual.get(key) {
                Some(actual) => inside(key, value, actual),
                None => Some(format!("{} is missing", join(pointer, key))),
            });
            let added = || actual.keys().find(|key| !documented.contains_key(*key));
            changed.or_else(|| Some(format!("{} is not documented", join(pointer, added()?))))
        }
        (Value::Array(documented), Value::Array(actual)) if documented.len() == actual.len() => documented
            .iter()
            .zip(actual)
            .enumerate()
            .find_map(|(index, (documented, actual))| inside(&index.to_string(), documented, actual)),
        (Value::Number(documented), Value::Number(actual)) if compare(documented, actual) == Ordering::Equal => None,
        _ if documented == actual => None,
        _ => {
            let place = if pointer.is_empty() { "the body" } else { pointer };
            Some(format!("{place} is {}, documented is {}", short(actual), short(documented)))
        }
    }
}

fn short(value: &Value) -> String {
    const WIDTH: usize = 120;
    let text = value.to_string();
    if text.chars().count() <= WIDTH { text } else { text.chars().take(WIDTH).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(documented: Value, actual: Value, expected: Option<&str>) {
        assert_eq!(json_difference(&documented, &actual).as_deref(), expected);
    }

    #[test]
    fn only_the_spelling_of_numbers_may_differ() {
        let documented = json!({ "a": [1, 2.0, 11_000_000_000_u64], "b": null });
        check(documented.clone(), json!({ "b": null, "a": [1.0, 2, 1.1e10] }), None);
        check(documented.clone(), json!({ "a": [1, 2, 3], "b": null }), Some("/a/2 is 3, documented is 11000000000"));
        check(documented.clone(), json!({ "a": [1, 2.0, 11_000_000_000_u64] }), Some("/b is missing"));
        check(documented, json!({ "a": [1, 2, 1.1e10], "b": null, "c": 1 }), Some("/c is not documented"));
        check(json!([1]), json!([1, 2]), Some("the body is [1,2], documented is [1]"));
        let (one, other) = (json!(9_007_199_254_740_992_i64), json!(9_007_199_254_740_993_i64));
        check(one, other, Some("the body is 9007199254740993, documented is 9007199254740992"));
        check(json!("1"), json!(1), Some("the body is 1, documented is \"1\""));
    }

    #[test]
    fn a_property_that_is_null_can_be_left_out() {
        let value = json!({ "a": null, "b": [null, { "c": null, "d": 1 }] });
        assert_eq!(without_nulls(&value), json!({ "b": [null, { "d": 1 }] }));
        assert_eq!(without_nulls(&Value::Null), Value::Null);
    }

    #[test]
    fn a_long_value_is_cut_between_characters() {
        let found = json_difference(&json!("x"), &json!("é".repeat(500))).unwrap_or_default();
        assert_eq!(found, format!("the body is \"{}…, documented is \"x\"", "é".repeat(119)));
    }
}
