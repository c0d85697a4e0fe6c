//! Keywords that no validator can use are left out alone: requests are judged by the rest of their schema.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use keyapi_mock::{Engine, Options, load};
use serde_json::{Value, json};
use support::{response, violations};

/// An engine with an operation whose body has a property of a schema, and a `size` that is an integer.
fn engine(property: &Value) -> Engine {
    let schema = json!({
        "type": "object",
        "required": ["size"],
        "properties": { "odd": property, "size": { "type": "integer" } },
    });
    let document = json!({
        "openapi": "3.0.3",
        "paths": { "/a": { "post": {
            "requestBody": { "content": { "application/json": { "schema": schema } } },
            "responses": { "204": { "description": "done" } },
        } } },
        "components": { "schemas": { "Name": { "type": "string", "minLength": 2 } } },
    });
    Engine::new(load::value(document).unwrap(), Options::default())
}

/// Sends bodies with a value for the property, which are accepted, and others that are not.
#[track_caller]
fn check(property: &Value, right: &[Value], wrong: &[Value]) {
    let engine = engine(property);
    let send = |body: &Value| response(&engine, &format!("POST /a\nContent-Type: application/json\n\n{body}"));
    for value in right {
        let answer = send(&json!({ "size": 1, "odd": value }));
        assert_eq!(answer.status, 204, "{property} {value}: {answer:?}");
    }
    for value in wrong {
        let answer = send(&json!({ "size": 1, "odd": value }));
        assert_eq!(answer.status, 422, "{property} {value}");
    }
    // The rest of the body is judged whatever is wrong with one keyword.
    let answer = send(&json!({ "size": "large" }));
    assert_eq!(violations(&answer)[0]["location"], json!(["request", "body", "size"]), "{property}");
    let unusable = engine.document().unusable_keywords();
    assert!(unusable.iter().all(|found| found.pointer.contains("/odd")), "{unusable:?}");
}

#[test]
fn the_rest_of_a_schema_counts() {
    check(&json!({ "type": "string", "pattern": "(", "maxLength": 2 }), &[json!("ab")], &[json!("abc"), json!(1)]);
    check(&json!({ "type": "string", "minLength": "3", "maxLength": 4 }), &[json!("a")], &[json!("abcde")]);
    check(&json!({ "type": "integer", "multipleOf": 0, "minimum": 3 }), &[json!(3)], &[json!(2)]);
    check(&json!({ "type": "array", "minItems": -1, "maxItems": 1 }), &[json!([])], &[json!([1, 2])]);
    check(&json!({ "type": "string", "enum": "a", "minLength": 1 }), &[json!("b")], &[json!("")]);
    check(&json!({ "type": "string", "enum": [] }), &[json!("b")], &[json!(1)]);
    check(&json!({ "type": "object", "required": "a", "maxProperties": 0 }), &[json!({})], &[json!({ "a": 1 })]);
    check(&json!({ "type": "text", "minimum": 3 }), &[json!("a"), json!(3)], &[json!(2)]);
    check(
        &json!({ "type": "object", "properties": { "a": 5, "b": { "type": "integer" } } }),
        &[json!({ "a": "x" })],
        &[json!({ "b": "x" })],
    );
    check(&json!({ "not": 5, "type": "integer" }), &[json!(1)], &[json!("a")]);
    check(&json!({ "exclusiveMinimum": "yes", "minimum": 3 }), &[json!(3)], &[json!(2)]);
    check(
        &json!({ "patternProperties": { "(": { "type": "string" }, "^a": { "type": "integer" } } }),
        &[json!({ "b": 1 })],
        &[json!({ "a": "b" })],
    );
}

#[test]
fn what_is_left_out_refuses_nothing() {
    let missing = json!({ "$ref": "#/components/schemas/Missing" });
    for broken in [json!({ "pattern": "(" }), missing.clone(), json!({ "properties": { "a": { "minLength": "1" } } })] {
        check(&json!({ "not": broken, "type": "string" }), &[json!("a")], &[json!(1)]);
        check(&json!({ "if": broken, "then": { "maxLength": 1 }, "type": "string" }), &[json!("ab")], &[json!(1)]);
    }
    let broken = json!({ "patternProperties": { "(": {} }, "required": ["a"] });
    check(&json!({ "not": broken, "maxProperties": 1 }), &[json!({ "a": 1 })], &[json!({ "a": 1, "b": 1 })]);
    let whole = json!({ "not": { "pattern": "^a" }, "maxLength": 2 });
    check(&whole, &[json!("ba")], &[json!("ab"), json!("bab")]);
    check(&json!({ "properties": { "a": missing, "b": { "not": { "type": "string" } } } }), &[], &[json!({"b": "a"})]);
}

#[test]
fn every_schema_inside_a_schema_is_understood() {
    let name = json!({ "$ref": "#/components/schemas/Name" });
    let object = |keyword: &str| json!({ "type": "object", "properties": { "a": {} }, keyword: name });
    for keyword in ["unevaluatedProperties", "additionalProperties"] {
        check(&object(keyword), &[json!({ "a": 1, "b": "ab" })], &[json!({ "b": "c" })]);
    }
    for keyword in ["unevaluatedItems", "items", "contains"] {
        check(&json!({ "type": "array", keyword: name }), &[json!(["ab"])], &[json!(["c"])]);
    }
    check(
        &json!({ "dependentSchemas": { "a": { "properties": { "b": name } } } }),
        &[json!({ "b": 1 })],
        &[json!({ "a": 1, "b": "c" })],
    );
    check(&json!({ "propertyNames": name }), &[json!({ "ab": 1 })], &[json!({ "a": 1 })]);
}

#[test]
fn what_is_said_twice_counts_once() {
    check(
        &json!({ "required": ["a", "a"], "dependentRequired": { "a": ["b", "b"] }, "type": ["object", "object"] }),
        &[json!({ "a": 1, "b": 1 })],
        &[json!({}), json!({ "a": 1 }), json!([])],
    );
}

#[test]
fn texts_that_look_like_keywords_change_nothing() {
    let texts = json!({ "title": 5, "description": [], "examples": 3, "$id": "(", "$anchor": "%", "deprecated": "no" });
    let mut schema = texts.as_object().unwrap().clone();
    schema.insert("maxLength".to_owned(), json!(1));
    check(&Value::Object(schema), &[json!("a")], &[json!("ab")]);
}

#[test]
fn patterns_are_those_of_javascript() {
    let check = |pattern: &str, right: &str, wrong: &str| {
        check(&json!({ "pattern": pattern }), &[json!(right)], &[json!(wrong)])
    };
    check(r"^(?=.*\d)(?!a)[\w-]{2,}$", "b1", "a1");
    check("^.{1,2097152}$", "a", "");
    check(r"^\/a\/[^/]+$", "/a/b", "/a/");
    check(r"^(\d{4})-\1$", "2020-2020", "2020-2021");
}
