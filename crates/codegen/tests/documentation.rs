//! What the generated requests say of themselves, and how they pass on what they are given.
#![allow(clippy::unwrap_used, missing_docs)]

use keyapi_codegen::{RustNames, sdk};
use keyapi_spec::Input;
use serde_json::{Value, json};

fn requests(parameters: &Value) -> String {
    let document = json!({
        "openapi": "3.0.1",
        "info": {"title": "t", "version": "1"},
        "paths": {"/things": {"get": {
            "operationId": "list_things",
            "parameters": parameters,
            "responses": {
                "200": {"description": "all of them", "content": {"application/json": {"schema": {"type": "object"}}}},
                "404": {"description": "none of them", "content": {"application/json": {"schema": {"type": "object"}}}},
            },
        }}},
    });
    let resolved = Input::new("case", Ok(document.to_string().into_bytes())).resolve(&RustNames).unwrap();
    sdk(&resolved.document, "case").unwrap().requests
}

fn parameter(name: &str, schema: Value, example: Value) -> Value {
    json!({"name": name, "in": "query", "schema": schema, "example": example})
}

/// The lines of the documentation that begin with a text.
fn lines<'a>(source: &'a str, start: &str) -> Vec<&'a str> {
    let lines = source.lines().map(|line| line.trim().trim_start_matches("///").trim());
    lines.filter(|line| line.starts_with(start)).collect()
}

#[test]
fn an_example_has_the_documented_values() {
    let requests = requests(&json!([
        parameter("ratio", json!({"type": "number"}), json!(1.5)),
        parameter("count", json!({"type": "integer"}), json!(3)),
        parameter("whole", json!({"type": "number"}), json!(2)),
        parameter("flag", json!({"type": "boolean"}), json!(true)),
        parameter("title", json!({"type": "string"}), json!("a \"b\"")),
        parameter("wrong", json!({"type": "integer"}), json!("three")),
    ]));
    assert_eq!(lines(&requests, ".ratio("), [".ratio(1.5)"]);
    assert_eq!(lines(&requests, ".count("), [".count(3)"]);
    assert_eq!(lines(&requests, ".flag("), [".flag(true)"]);
    assert_eq!(lines(&requests, ".title("), [r#".title("a \"b\"")"#]);
    // What Rust takes for another type, or is of another one, is left out.
    for name in [".whole(", ".wrong("] {
        assert_eq!(lines(&requests, name), [""; 0], "{requests}");
    }
}

#[test]
fn values_are_listed_up_to_a_limit() {
    let listed = |count: usize| {
        let values: Vec<String> = (0..count).map(|number| format!("v{number}")).collect();
        let requests = requests(&json!([parameter("kind", json!({"type": "string", "enum": values}), json!("v0"))]));
        lines(&requests, "- [`kind`]")[0].to_owned()
    };
    let (all, some) = (listed(24), listed(25));
    assert!(all.contains("`v22`, `v23`") && !all.contains('…'), "{all}");
    assert!(some.contains("`v23`, …") && !some.contains("v24"), "{some}");
}

#[test]
fn statuses_of_errors_are_named() {
    let requests = requests(&json!([]));
    assert_eq!(lines(&requests, "- `404`"), ["- `404`: none of them"]);
    assert_eq!(lines(&requests, "- `200`"), [""; 0]);
}

#[test]
fn what_is_large_is_lent_to_the_call() {
    let lists = json!({"type": "array", "items": {"type": "string"}});
    let required = json!({"name": "ids", "in": "query", "required": true, "schema": lists});
    let requests = requests(&json!([
        required,
        parameter("tags", lists.clone(), json!(["a"])),
        parameter("count", json!({"type": "integer"}), json!(3)),
    ]));
    let call: String = requests.split_whitespace().collect();
    assert!(call.contains("self.tags.as_ref()") && call.contains("&self.ids"), "{requests}");
    assert!(!["*ids", "self.tags,", "self.tags)"].iter().any(|given| call.contains(given)), "{requests}");
    assert!(call.contains(",self.count,") || call.contains("(self.count,"), "{requests}");
}

/// An operation whose statuses have bodies of several types.
fn of_several_statuses() -> String {
    let content = |schema: Value, example: Value| json!({"description": "it was", "content": {"application/json": {"schema": schema, "example": example}}});
    let object = |name: &str| json!({"type": "object", "properties": {name: {"type": "string"}}});
    let document = json!({
        "openapi": "3.0.1",
        "info": {"title": "t", "version": "1"},
        "paths": {"/things": {"get": {
            "operationId": "things",
            "responses": {
                "200": content(object("a"), json!({"a": "x"})),
                "201": content(json!({"type": "array", "items": object("b")}), json!([{"b": "y"}])),
                "202": content(json!({"type": "string"}), json!("z")),
                "204": {"description": "nothing"},
                "404": content(object("missing"), json!({"missing": "m"})),
                "default": content(object("code"), json!({"code": "c"})),
            },
        }}},
    });
    let resolved = Input::new("case", Ok(document.to_string().into_bytes())).resolve(&RustNames).unwrap();
    let keyapi_codegen::Sdk { requests, client, .. } = sdk(&resolved.document, "case").unwrap();
    requests + &client
}

#[test]
fn a_response_has_a_tree_for_each_status() {
    let source = of_several_statuses();
    let tree = "```text\n200: object\n  a: string = \"x\"\n201: list of object\n  b: string = \"y\"\n202: string\n204: no body\n```";
    assert!(source.contains(tree), "{source}");
}

#[test]
fn a_variant_says_of_which_status_it_is() {
    let source = of_several_statuses();
    for expected in [
        "The body of one of the successes of `GET /things`: the status chooses.",
        "Status 201 (`/paths/~1things/get/responses/201`).\n\nit was*/\n        Status201(::std::vec::Vec<",
        "Any other status (`/paths/~1things/get/responses/default`).",
        "[`details`](crate::Error::details) gives their bodies as [`ThingsFailure`](crate::types::ThingsFailure).",
    ] {
        assert!(source.contains(expected), "{expected}: {source}");
    }
}

/// Every other status is the one of `default`, so that there is nothing else.
#[test]
fn statuses_choose_before_ranges_and_the_rest() {
    let source: String = of_several_statuses().split_whitespace().collect::<Vec<_>>().join(" ");
    let success = "200u16 => body.json(Self::Status200), 201u16 => body.json(|value| Self::Status201(*value)), \
                   202u16 => body.json(|value| Self::Status202(*value)), 204u16 => body.nothing(Self::Status204), \
                   _ => body.json(|value| Self::Unknown(*value)), }";
    assert!(source.contains(success), "{source}");
    let error = "404u16 => body.json(Self::Status404), _ => body.json(Self::Default), }";
    assert!(source.contains(error), "{source}");
}

/// Of nested alternatives there are more at each depth; this does not end where each is gone through.
#[test]
fn examples_show_the_alternative_that_they_are() {
    let refer = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    let operator = |name: &str| {
        let properties = json!({
            "args": {"type": "array", "items": refer("Expression")},
            "op": {"type": "string", "enum": [name]},
        });
        json!({"type": "object", "required": ["args", "op"], "properties": properties})
    };
    let expression = |depth: usize| {
        let outer = |inner: Value, depth: usize| {
            let name = ["and", "or", "not"][depth % 3];
            json!({ "op": name, "args": [inner] })
        };
        (0..depth).fold(json!({"op": "eq", "v": 1}), outer)
    };
    let all = ["And", "Or", "Not", "Leaf"].map(refer);
    let content = json!({"application/json": {"schema": refer("Expression"), "example": expression(40)}});
    let document = json!({
        "openapi": "3.0.1",
        "info": {"title": "t", "version": "1"},
        "paths": {"/things": {"get": {
            "operationId": "things",
            "responses": {"200": {"description": "d", "content": content}},
        }}},
        "components": {"schemas": {
            "Expression": {"oneOf": all},
            "And": operator("and"),
            "Or": operator("or"),
            "Not": operator("not"),
            "Leaf": {"type": "object", "required": ["op", "v"], "properties": {
                "op": {"type": "string", "enum": ["eq"]},
                "v": {"type": "integer"},
            }},
        }},
    });
    let resolved = Input::new("case", Ok(document.to_string().into_bytes())).resolve(&RustNames).unwrap();
    let generated = sdk(&resolved.document, "case").unwrap();
    let examples = lines(&generated.client, "Example: ");
    for name in ["and", "or", "not", "eq"] {
        assert!(examples.iter().any(|line| line.contains(&format!("{name:?}"))), "{name}: {examples:?}");
    }
}
