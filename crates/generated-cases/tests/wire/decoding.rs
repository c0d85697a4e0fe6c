//! Whatever the documents allow decodes, and encodes back to the same value.

use keyapi_generated_cases as cases;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Properties that are null may be missing from what comes back.
#[track_caller]
pub(crate) fn check<T: DeserializeOwned + Serialize>(value: Value) {
    let decoded: T = serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{error}: {value}"));
    let text = serde_json::to_string(&decoded).unwrap();
    assert_eq!(without_nulls(serde_json::from_str(&text).unwrap()), without_nulls(value.clone()));
    // A property that is written twice is lost on the way back into a value.
    assert_eq!(text.matches("\":").count(), without_nulls_of(&text).matches("\":").count(), "{text}");
}

fn without_nulls_of(text: &str) -> String {
    serde_json::from_str::<Value>(text).unwrap().to_string()
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(properties) => properties
            .into_iter()
            .filter(|(_, property)| !property.is_null())
            .map(|(key, property)| (key, without_nulls(property)))
            .collect(),
        Value::Array(elements) => elements.into_iter().map(without_nulls).collect(),
        other => other,
    }
}

#[test]
fn null_missing_and_new_properties_decode() {
    use cases::case_30e_null_and_unknown::client::types::TolerantResponse;
    check::<TolerantResponse>(json!({"required_nullable": null}));
    let names = [
        "list",
        "map",
        "free",
        "any",
        "text",
        "closed",
        "small",
        "large",
        "float",
        "moment",
        "id",
        "address",
        "flag",
        "few",
        "named",
        "nullable_named",
        "required_nullable",
        "names",
        "alias",
        "names_component",
        "secret",
        "sealed",
        "typed_rest",
        "no_type",
        "nothing",
        "negative",
    ];
    check::<TolerantResponse>(names.iter().map(|name| ((*name).to_owned(), Value::Null)).collect());
    check::<TolerantResponse>(json!({
        "list": ["x"], "map": {"a": 1}, "free": {"a": [1]}, "any": 1.5, "text": "longer than one", "closed": "new value",
        "small": 5_000_000_000_i64, "large": u64::MAX, "float": 0.1, "moment": "yesterday", "id": "not a uuid",
        "address": "nowhere", "flag": true, "few": [1, 1, 1], "named": {"a": "x", "new": {"b": 1}},
        "nullable_named": {"self": {"self": null, "a": "x"}}, "required_nullable": {}, "names": [null, {"a": "x"}],
        "alias": {"a": "x"}, "names_component": ["x"], "secret": "s", "sealed": {"a": "x", "unsealed": 1},
        "typed_rest": {"a": "x", "n": 1}, "no_type": "c", "nothing": null, "negative": 7,
        "a new member": {"x": [1, 2.5, "3"]},
    }));
}

#[test]
fn properties_that_collide_are_kept() {
    use cases::case_30c_colliding_properties::client::types::{AResponse, BResponse};
    check::<AResponse>(json!({
        "extra": "e", "Extra": 1, "type": "t", "type_": "u", "self": "s", "crate": "c", "2x_speed": "2", "": "empty",
        "_": "underscore", "$": "dollar", "+1": 1, "-1": 2, "名前": "n", "quote\"d": "q", "`": "b",
    }));
    check::<BResponse>(json!({"id": "1", "Id": 2, "other": "o"}));
}

#[test]
fn colliding_properties_can_be_sent() {
    use cases::case_30c_colliding_properties::client::types::ARequest;
    let extra = serde_json::Map::from_iter([("user_id".to_owned(), json!(1))]);
    let request = ARequest { user_id: "a".to_owned(), extra };
    assert_eq!(serde_json::to_value(request).unwrap(), json!({"userId": "a", "user_id": 1}));
}

#[test]
fn one_of_several_decodes() {
    use cases::case_30i_unions::client::types::UnionsResponse;
    #[track_caller]
    fn one(name: &str, value: Value) {
        check::<UnionsResponse>(json!({ name: value }));
    }
    for value in [json!("x"), json!(1), json!(true), json!(null)] {
        one("scalars", value);
    }
    one("same", json!("2020-01-01"));
    one("objects", json!({"a": "x", "more": 1}));
    one("objects", json!({"b": "x", "more": 1}));
    one("anything", json!([{"a": null}]));
    one("lists", json!("x"));
    one("lists", json!(["x"]));
    one("recursive", json!({"a": ["x", {"b": "y"}]}));
    one("nullable", json!(null));
    one("nullable", json!({"b": "x"}));
    one("told", json!({"a": "x", "b": "y", "kind": "b"}));
    one("beside", json!({"y": "x"}));
    one("only_one", json!({"a": "x"}));
    one("one_nullable", json!(null));
    one("merged", json!({"a": "x", "b": "y", "c": {"d": "z"}, "new": 1}));
    one("conflict", json!({"a": 1}));
    one("conflict", json!({"a": "x"}));
    one("impossible", json!([1]));
    one("wrong_type", json!({"a": "x"}));
    one("wrong_type", json!("x"));
    one("typed_union", json!({"b": "y"}));
    one("typed_string", json!("neither"));
}

#[test]
fn recursion_ends_where_the_data_does() {
    use cases::case_30i_unions::client::types::{List, Map, Tree};
    check::<List>(json!([[], [[]]]));
    check::<Map>(json!({"a": {"b": {}}}));
    check::<Tree>(json!({"a": ["x", {"b": 1}]}));
}
