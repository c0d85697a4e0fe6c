//! Values that callers give by name, as the types of requests. Such a caller has no compiler that tells of a property which a
//! type does not have, and serde leaves it out.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::decode::mismatch::kind;

/// JSON as a type that keeps all of it.
///
/// # Errors
///
/// Why it is none.
pub fn from_json<T: DeserializeOwned + Serialize>(given: &Value) -> Result<T, String> {
    whole(given, serde_json::from_value(given.clone()))
}

/// JSON in a text, or else the text itself.
///
/// # Errors
///
/// Why it is neither. A text that begins as JSON does is told what is wrong with that.
pub fn from_text<T: DeserializeOwned + Serialize>(given: &str) -> Result<T, String> {
    let as_text = || from_json(&Value::from(given));
    match serde_json::from_str::<Value>(given) {
        Ok(json @ (Value::Object(_) | Value::Array(_))) => {
            // What is read from the text itself may not have a property twice.
            whole(&json, serde_json::from_str(given)).or_else(|why| as_text().map_err(|_| why))
        }
        Ok(json) => from_json(&json).or_else(|_| as_text()),
        Err(error) if given.trim_start().starts_with(['{', '[']) => {
            as_text().map_err(|_| format!("it is not JSON: {error}"))
        }
        Err(_) => as_text(),
    }
}

/// The value, if it has all of the JSON that it was read from.
fn whole<T: Serialize>(given: &Value, read: serde_json::Result<T>) -> Result<T, String> {
    let value = read.map_err(|error| error.to_string())?;
    let kept = serde_json::to_value(&value).map_err(|error| error.to_string())?;
    lost(given, &kept, "$").map_or(Ok(value), Err)
}

/// What of the JSON has not become part of the value. A property that is null may be left out, since that is how a value
/// without it is written.
fn lost(given: &Value, kept: &Value, place: &str) -> Option<String> {
    match (given, kept) {
        (Value::Object(given), Value::Object(kept)) => given.iter().find_map(|(name, given)| {
            let place = format!("{place}.{name}");
            match kept.get(name) {
                Some(kept) => lost(given, kept, &place),
                None if given.is_null() => None,
                None => Some(format!("the document has no property `{place}` in a request: leave it out")),
            }
        }),
        (Value::Array(given), Value::Array(kept)) => given
            .iter()
            .zip(kept)
            .enumerate()
            .find_map(|(index, (given, kept))| lost(given, kept, &format!("{place}[{index}]"))),
        // A list can be read as the properties of an object in their order, which no document has.
        (Value::Object(_) | Value::Array(_), kept) => {
            Some(format!("`{place}` is {}, expected {}", kind(given), kind(kept)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};
    use serde_json::json;

    use super::{from_json, from_text};

    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    struct Place {
        #[serde(skip_serializing_if = "Option::is_none")]
        lat: Option<f64>,
        #[serde(default)]
        inner: Vec<Place>,
    }

    #[test]
    fn what_a_type_has_no_room_for_is_refused_with_its_place() {
        #[track_caller]
        fn check(given: &serde_json::Value, expected: &str) {
            assert_eq!(from_json::<Place>(given).unwrap_err(), expected);
        }
        check(&json!({"lat": 1, "zz": 1}), "the document has no property `$.zz` in a request: leave it out");
        check(
            &json!({"inner": [{}, {"a": {}}]}),
            "the document has no property `$.inner[1].a` in a request: leave it out",
        );
        check(&json!([1.5, []]), "`$` is array, expected object");
        check(&json!({"inner": [[1.5, []]]}), "`$.inner[0]` is array, expected object");
        assert!(from_json::<Place>(&json!({"lat": "x"})).unwrap_err().contains("expected f64"));
        let full = json!({"lat": 1, "inner": [{"lat": null}]});
        assert_eq!(from_json::<Place>(&full).unwrap().inner, [Place::default()]);
        assert_eq!(from_json::<serde_json::Value>(&full).unwrap(), full);
    }

    #[test]
    fn a_text_is_json_or_itself() {
        assert_eq!(from_text::<i64>("7").unwrap(), 7);
        assert_eq!(from_text::<String>("7").unwrap(), "7");
        assert_eq!(from_text::<String>("\"7\"").unwrap(), "7");
        assert_eq!(from_text::<String>("{").unwrap(), "{");
        assert_eq!(from_text::<Place>("{\"lat\": 2}").unwrap().lat, Some(2.0));
        #[track_caller]
        fn check(given: &str, expected: &str) {
            let message = from_text::<Place>(given).unwrap_err();
            assert!(message.contains(expected), "{message}");
        }
        check("{\"lat\": \"x\"}", "string \"x\", expected f64");
        check("{\"zz\": 1}", "`$.zz`");
        check("{\"lat\": 1, \"lat\": 2}", "duplicate field");
        check("[1.5, []]", "is array, expected object");
        check("{\"lat\":", "it is not JSON: EOF");
        check("x", "string \"x\", expected struct");
    }
}
