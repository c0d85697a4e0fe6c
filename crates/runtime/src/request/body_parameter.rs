//! Parameters in JSON bodies, such as the cursor of a search: places are JSON pointers.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Number, Value};

use crate::paging::pagination::text;

/// Whether a parameter is in the body, by its name.
pub(crate) fn is_pointer(name: &str) -> bool {
    name.starts_with('/')
}

/// The value at a place, if it is a text or a number.
pub fn in_body<B: Serialize>(body: Option<&B>, place: &str) -> Option<Value> {
    let body = serde_json::to_value(body?).ok()?;
    body.pointer(place).filter(|value| value.is_string() || value.is_number()).cloned()
}

/// The body with another value at a place.
///
/// # Errors
///
/// A message for a place that the body cannot have, or that takes neither a text nor a number.
pub fn with_in_body<B: Serialize + DeserializeOwned>(
    body: Option<&B>,
    place: &str,
    value: &Value,
) -> Result<B, String> {
    with_in_body_by(body, place, value, |body| serde_json::from_value(body).ok())
}

/// The same for who knows of another way than a type what a body is.
///
/// # Errors
///
/// Those of [`with_in_body`].
pub fn with_in_body_by<S: Serialize, B>(
    body: Option<&S>,
    place: &str,
    value: &Value,
    read: impl Fn(Value) -> Option<B>,
) -> Result<B, String> {
    let failed = || format!("the body has no place `{place}` for what the response says to ask for next");
    let body = body.map_or_else(|| Ok(Value::Object(Map::new())), serde_json::to_value).map_err(|_| failed())?;
    // What the response has as a number the request may want as a text, and the other way round.
    let ways = [Some(like(value, body.pointer(place))), Some(value.clone()), Some(text(value).into()), number(value)];
    let decoded = ways.into_iter().flatten().find_map(|value| {
        let mut body = body.clone();
        *place_in(&mut body, place)? = value;
        read(body)
    });
    decoded.ok_or_else(failed)
}

/// The value, as a text where there is a text, and as a number where there is one.
fn like(value: &Value, before: Option<&Value>) -> Value {
    match before {
        Some(Value::String(_)) => text(value).into(),
        Some(Value::Number(_)) => number(value).unwrap_or_else(|| value.clone()),
        _ => value.clone(),
    }
}

fn number(value: &Value) -> Option<Value> {
    Some(Value::Number(text(value).parse::<Number>().ok()?))
}

/// The place in an object, which gets objects on the way to it where it has none.
fn place_in<'a>(body: &'a mut Value, place: &str) -> Option<&'a mut Value> {
    let mut at = body;
    for segment in place.strip_prefix('/')?.split('/') {
        let name = segment.replace("~1", "/").replace("~0", "~");
        if at.is_null() {
            *at = Value::Object(Map::new());
        }
        at = at.as_object_mut()?.entry(name).or_insert(Value::Null);
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};
    use serde_json::{Value, json};

    use super::{in_body, with_in_body};

    #[test]
    fn a_value_is_written_as_the_one_before_it() {
        #[track_caller]
        fn check(body: &Value, value: &Value, expected: &Value) {
            assert_eq!(&with_in_body(Some(body), "/page/at", value).unwrap(), expected);
        }
        check(&json!({"page": {"at": "1"}}), &json!(2), &json!({"page": {"at": "2"}}));
        check(&json!({"page": {"at": 1}}), &json!("2"), &json!({"page": {"at": 2}}));
        check(&json!({"page": {"at": 1}}), &json!("c"), &json!({"page": {"at": "c"}}));
        check(&json!({"q": "x"}), &json!("2"), &json!({"q": "x", "page": {"at": "2"}}));
        check(
            &json!({"page": null}),
            &json!(9_007_199_254_740_993_u64),
            &json!({"page": {"at": 9_007_199_254_740_993_u64}}),
        );
        assert_eq!(with_in_body::<Value>(None, "/a~1b", &json!(1)).unwrap(), json!({"a/b": 1}));
        for place in ["/a~1b", "/a~0b", "/~01", "/~00~1/x"] {
            let body = with_in_body::<Value>(None, place, &json!(1)).unwrap();
            assert_eq!(body.pointer(place), Some(&json!(1)), "{place}: {body}");
        }
        for body in [json!([]), json!("x"), json!({"page": 1})] {
            let message = with_in_body(Some(&body), "/page/at", &json!(1)).unwrap_err();
            assert!(message.contains("`/page/at`"), "{message}");
        }
    }

    #[derive(Serialize, Deserialize)]
    struct Search {
        cursor: Option<String>,
        page: Option<u64>,
    }

    #[test]
    fn a_typed_body_takes_what_its_type_takes() {
        let search = Search { cursor: None, page: None };
        assert_eq!(in_body(Some(&search), "/cursor"), None);
        let next = with_in_body(Some(&search), "/cursor", &json!(20)).unwrap();
        assert_eq!((next.cursor.as_deref(), in_body(Some(&next), "/cursor")), (Some("20"), Some(json!("20"))));
        assert_eq!(with_in_body(Some(&search), "/page", &json!("3")).unwrap().page, Some(3));
        assert!(with_in_body(Some(&search), "/page", &json!("c")).is_err());
        assert_eq!(in_body::<Search>(None, "/cursor"), None);
    }
}
