//! Schemas that are one of several, inside of each other: what is wrong with a value is told in a time that its size allows,
//! and not in one that doubles with every depth. A test of these that fails does not end.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use keyapi_mock::{Engine, Options};
use serde_json::{Value, json};
use support::{document, response, violations};

const DEPTH: usize = 30;

/// A document of one operation whose body, and whose response with an example, is of a schema.
fn serving(components: &Value, schema: &Value, example: &Value) -> Engine {
    let content = |media: Value| json!({ "application/json": media });
    let document = json!({
        "openapi": "3.0.3",
        "paths": {"/a": {
            "post": {
                "requestBody": {"content": content(json!({ "schema": schema }))},
                "responses": {"204": {"description": "taken"}},
            },
            "get": {
                "responses": {"200": {"description": "d", "content": content(json!({"schema": schema, "example": example}))}},
            },
        }},
        "components": {"schemas": components},
    });
    Engine::new(support::document(&document.to_string()), Options::default())
}

fn refer(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// Expressions of others, and of numbers in the end.
fn expressions(keyword: &str, tag: impl Fn(&str) -> Value, discriminator: Option<Value>) -> Value {
    let operator = |name: &str| {
        let properties = json!({"args": {"type": "array", "items": refer("Expression")}, "op": tag(name)});
        json!({"type": "object", "required": ["args", "op"], "properties": properties})
    };
    let all = ["And", "Or", "Not", "Leaf"].map(refer);
    let mut expression = json!({ keyword: all });
    if let Some(discriminator) = discriminator {
        expression["discriminator"] = discriminator;
    }
    json!({
        "Expression": expression,
        "And": operator("and"),
        "Or": operator("or"),
        "Not": operator("not"),
        "Leaf": {"type": "object", "required": ["op", "v"], "properties": {"op": tag("eq"), "v": {"type": "integer"}}},
    })
}

/// Expressions so deep, with a leaf in them that is none.
fn wrong() -> Value {
    let outer = |inner: Value, depth: usize| {
        let operator = ["and", "or", "not"][depth % 3];
        json!({ "op": operator, "args": [inner] })
    };
    (0..DEPTH).fold(json!({"op": "eq", "v": "x"}), outer)
}

#[track_caller]
fn refused(engine: &Engine, body: &Value) -> Value {
    let refused = response(engine, &format!("POST /a\nContent-Type: application/json\n\n{body}"));
    assert_eq!(refused.status, 422);
    violations(&refused)
}

#[test]
fn a_body_that_is_wrong_deep_inside_is_refused() {
    let constant = |name: &str| json!({"type": "string", "enum": [name]});
    let text = |_: &str| json!({"type": "string"});
    let mapping = json!({"propertyName": "op", "mapping": {"and": "And", "or": "Or", "not": "Not", "eq": "Leaf"}});
    for keyword in ["oneOf", "anyOf"] {
        let words =
            if keyword == "oneOf" { "must match exactly one schema in oneOf" } else { "must match a schema in anyOf" };
        for components in [expressions(keyword, constant, None), expressions(keyword, text, None)] {
            let engine = serving(&components, &refer("Expression"), &wrong());
            let found = refused(&engine, &wrong());
            assert_eq!(found[0]["message"], format!("Request body {words}"), "{found}");
            assert_eq!(found[0]["code"], keyword);
            // An example is served all the same, and told to be wrong.
            let served = response(&engine, "GET /a");
            assert_eq!(violations(&served)[0]["code"], keyword);
        }
        let components = expressions(keyword, text, Some(mapping.clone()));
        let found = refused(&serving(&components, &refer("Expression"), &wrong()), &wrong());
        let message = found[0]["message"].as_str().unwrap();
        assert!(message.ends_with(".v must be integer"), "the tags say what is meant: {message}");
    }
}

#[test]
fn what_is_said_of_a_value_in_several_ways_is_told_once() {
    let mut components = json!({"Last": {"type": "object", "properties": {"a": {"type": "integer"}}}});
    for depth in 0..DEPTH {
        let inner = if depth + 1 < DEPTH { refer(&format!("All{}", depth + 1)) } else { refer("Last") };
        components[format!("All{depth}")] = json!({"allOf": [inner, inner, {"type": "object"}]});
    }
    let found = refused(&serving(&components, &refer("All0"), &json!({})), &json!({"a": "x"}));
    assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
}

/// A choice in which something is looked at has been looked at, whatever is said of what is wrong with it.
#[test]
fn what_a_choice_looks_at_is_no_property_that_is_left() {
    let engine = Engine::new(document(UNEVALUATED), Options::default());
    let body = json!({"a": 1, "b": "x"});
    let found = refused(&engine, &body);
    let codes: Vec<&str> = found.as_array().unwrap().iter().map(|found| found["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["type"], "{found}");
}

const UNEVALUATED: &str = "
openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /a:
    post:
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties: {b: {type: integer}}
              anyOf: [{properties: {a: {type: integer}}}]
              unevaluatedProperties: false
      responses: {'204': {description: taken}}
";
