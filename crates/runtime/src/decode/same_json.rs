//! What tells one JSON value from another: its values, and not how a server happens to write them.

use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::{Number, Value};

use super::number::whole;

/// Equal for equal values: properties have no order, and `1.0` is 1.
pub(crate) fn digest(value: &Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    hash(value, &mut hasher);
    hasher.finish()
}

/// Each kind begins with a number of its own, and what has parts with how many, so that no value is hashed as another.
fn hash(value: &Value, hasher: &mut impl Hasher) {
    match value {
        Value::Null => 0_u8.hash(hasher),
        Value::Bool(flag) => (1_u8, flag).hash(hasher),
        Value::Number(number) => hash_number(number, hasher),
        Value::String(text) => (4_u8, text).hash(hasher),
        Value::Array(elements) => {
            (5_u8, elements.len()).hash(hasher);
            elements.iter().for_each(|element| hash(element, hasher));
        }
        Value::Object(properties) => {
            (6_u8, properties.len()).hash(hasher);
            let mut properties: Vec<_> = properties.iter().collect();
            properties.sort_unstable_by_key(|(name, _)| *name);
            for (name, value) in properties {
                name.hash(hasher);
                hash(value, hasher);
            }
        }
    }
}

fn hash_number(number: &Number, hasher: &mut impl Hasher) {
    match whole(number) {
        Some(whole) => (2_u8, whole).hash(hasher),
        None => (3_u8, number.as_f64().map(f64::to_bits)).hash(hasher),
    }
}

#[cfg(test)]
mod tests {
    use super::digest;

    #[track_caller]
    fn is_same(one: &str, other: &str) -> bool {
        let [one, other] = [one, other].map(|text| digest(&serde_json::from_str(text).unwrap()));
        one == other
    }

    #[test]
    fn values_are_the_same_however_they_are_written() {
        for (one, other) in [
            (r#"[{"a": 1, "b": {"c": 2, "d": 3}}]"#, r#"[{"b": {"d": 3, "c": 2}, "a": 1}]"#),
            ("[1, 100, 0.5, 0]", "[1.0, 1e2, 5e-1, -0.0]"),
            ("9007199254740992", "9007199254740992.0"),
            (r#""A""#, r#""\u0041""#),
        ] {
            assert!(is_same(one, other), "{one} {other}");
        }
    }

    #[test]
    fn other_values_are_others() {
        for (one, other) in [
            ("[1, 2]", "[2, 1]"),
            ("[[1], 2]", "[[1, 2]]"),
            (r#"{"a": 1, "b": 2}"#, r#"{"a": 2, "b": 1}"#),
            (r#"{"a": {"b": 1}}"#, r#"{"a": {}, "b": 1}"#),
            ("1", "1.5"),
            ("9007199254740992", "9007199254740993"),
            ("18446744073709551615", "-1"),
            ("1", "\"1\""),
            ("0", "false"),
            ("null", "false"),
        ] {
            assert!(!is_same(one, other), "{one} {other}");
        }
    }
}
