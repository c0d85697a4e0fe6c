//! Whether a sample printed the documented answer.

use serde_json::Value;

/// Where two values differ, with both of them; `None` where they say the same.
///
/// A language may spell 1 as 1.0, and may have no integers; nothing else may differ.
pub(super) fn difference(documented: &Value, printed: &Value) -> Option<String> {
    differ(documented, printed, "")
}

fn differ(documented: &Value, printed: &Value, pointer: &str) -> Option<String> {
    let inside = |key: &str, documented, printed| differ(documented, printed, &format!("{pointer}/{key}"));
    match (documented, printed) {
        (Value::Object(documented), Value::Object(printed)) => {
            let changed = documented.iter().find_map(|(key, value)| match printed.get(key) {
                Some(printed) => inside(key, value, printed),
                None => Some(format!("{pointer}/{key} is missing")),
            });
            let added = || printed.keys().find(|key| !documented.contains_key(*key));
            changed.or_else(|| Some(format!("{pointer}/{} is not documented", added()?)))
        }
        (Value::Array(documented), Value::Array(printed)) if documented.len() == printed.len() => documented
            .iter()
            .zip(printed)
            .enumerate()
            .find_map(|(index, (documented, printed))| inside(&index.to_string(), documented, printed)),
        (Value::Number(documented), Value::Number(printed)) if documented.as_f64() == printed.as_f64() => None,
        _ if documented == printed => None,
        _ => {
            let place = if pointer.is_empty() { "the answer" } else { pointer };
            Some(format!("{place} is {}, documented is {}", short(printed), short(documented)))
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
    fn check(documented: Value, printed: Value, expected: Option<&str>) {
        assert_eq!(difference(&documented, &printed).as_deref(), expected);
    }

    #[test]
    fn only_the_spelling_of_numbers_may_differ() {
        let documented = json!({ "a": [1, 2.0, 11_000_000_000_u64], "b": null });
        check(documented.clone(), json!({ "b": null, "a": [1.0, 2, 1.1e10] }), None);
        check(documented.clone(), json!({ "a": [1, 2, 3], "b": null }), Some("/a/2 is 3, documented is 11000000000"));
        check(documented.clone(), json!({ "a": [1, 2.0, 11_000_000_000_u64] }), Some("/b is missing"));
        check(documented, json!({ "a": [1, 2, 1.1e10], "b": null, "c": 1 }), Some("/c is not documented"));
        check(json!([1]), json!([1, 2]), Some("the answer is [1,2], documented is [1]"));
        check(json!("1"), json!(1), Some("the answer is 1, documented is \"1\""));
    }
}
