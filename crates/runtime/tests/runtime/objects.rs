//! Objects that keep the properties that a document does not name, beside what serde derives.

use keyapi_runtime::codegen::object::{self, Object, Properties};
use serde::de::MapAccess;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value, json};

/// As it is generated.
#[derive(Debug)]
struct Made {
    first: Option<String>,
    second: i64,
    third: Vec<bool>,
    extra: Map<String, Value>,
}

#[derive(Debug, Deserialize)]
struct Derived {
    first: Option<String>,
    #[serde(rename = "2nd")]
    second: i64,
    #[serde(default)]
    third: Vec<bool>,
    #[serde(flatten)]
    extra: Map<String, Value>,
}

impl<'de> Deserialize<'de> for Made {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        object::deserialize(deserializer)
    }
}

impl<'de> Object<'de> for Made {
    const EXPECTED: &'static str = "struct Derived";
    const NAMES: &'static [&'static str] = &["2nd", "first", "third"];

    fn read<A: MapAccess<'de>>(mut properties: Properties<A>) -> Result<Self, A::Error> {
        let (mut first, mut second, mut third) = (None, None, None);
        let mut extra = Map::default();
        while let Some(index) = properties.next()? {
            match index {
                0 => properties.set(&mut second)?,
                1 => properties.set(&mut first)?,
                2 => properties.set(&mut third)?,
                _ => drop(extra.insert(properties.name(), properties.value()?)),
            }
        }
        let second = properties.required(second, 0)?;
        Ok(Self { first: first.unwrap_or_default(), second, third: third.unwrap_or_default(), extra })
    }
}

#[track_caller]
fn check(text: &str) {
    let made = serde_json::from_str::<Made>(text)
        .map(|Made { first, second, third, extra }| (first, second, third, extra))
        .map_err(|error| error.to_string());
    let derived = serde_json::from_str::<Derived>(text)
        .map(|Derived { first, second, third, extra }| (first, second, third, extra))
        .map_err(|error| error.to_string());
    assert_eq!(made, derived, "{text}");
    let Ok(value) = serde_json::from_str::<Value>(text) else { return };
    let [made, derived] = [
        Made::deserialize(&value).map(|made| (made.first, made.extra)).map_err(|error| error.to_string()),
        Derived::deserialize(&value).map(|derived| (derived.first, derived.extra)).map_err(|error| error.to_string()),
    ];
    assert_eq!(made, derived, "{text}");
}

#[test]
fn they_are_decoded_as_serde_does() {
    for text in [
        r#"{"first":"a","2nd":1,"third":[true]}"#,
        r#"{"third":[],"2nd":1,"first":null}"#,
        r#"{"2nd":1}"#,
        r#"{"2nd":1,"new":{"a":[1.5,null]},"second":2,"First":3}"#,
        r#"{"2nd":1,"new":1,"new":2}"#,
        r#"{"\u0032nd":1,"f\u0069rst":"a","n\u0065w":"b"}"#,
        r#"{"":0,"2nd":1}"#,
        r#"{"first":"a"}"#,
        "{}",
        r#"{"2nd":1,"2nd":2}"#,
        r#"{"first":"a","2nd":1,"first":"b"}"#,
        r#"{"2nd":null}"#,
        r#"{"2nd":1,"third":null}"#,
        r#"{"2nd":"1"}"#,
        r#"{"2nd":1,"first":[1]}"#,
        "null",
        "[]",
        "1",
        r#""a""#,
        r#"{"2nd":1"#,
        r#"{"2nd":1,"#,
        r#"{"2nd":1,"first":"a"#,
        "",
    ] {
        check(text);
    }
}

#[test]
fn properties_come_in_any_order() {
    let all = [r#""first":"a""#, r#""2nd":1"#, r#""third":[true]"#, r#""x":1"#, r#""y":[2]"#];
    for first in 0..all.len() {
        for step in 1..all.len() {
            let order = (0..all.len()).map(|index| all[(first + index * step) % all.len()]);
            check(&format!("{{{}}}", order.collect::<Vec<_>>().join(",")));
        }
    }
}

/// Serde loses the path of what is in other properties.
#[test]
fn the_path_of_an_error_is_known() {
    let body = json!({"2nd": 1, "third": [true, 7]}).to_string();
    let error =
        serde_path_to_error::deserialize::<_, Made>(&mut serde_json::Deserializer::from_str(&body)).unwrap_err();
    assert_eq!(error.path().to_string(), "third[1]");
}
