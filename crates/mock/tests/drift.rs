//! Responses that differ from the document in ways that a client has to bear.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::collections::BTreeSet;

use keyapi_mock::{Engine, Options};
use serde_json::{Value, json};
use support::{body, document, response};

const THINGS: &str = "
openapi: 3.0.0
x-envelope: {code: code, message: message}
paths:
  /things:
    get:
      responses:
        '200':
          description: ok
          content:
            application/json:
              schema:
                type: object
                required: [page]
                properties:
                  code: {type: integer}
                  message: {type: string}
                  page: {type: integer}
                  size: {type: integer, format: int64}
                  kind: {type: string, enum: [a]}
                  rows: {type: array, items: {$ref: '#/components/schemas/Row'}}
                  open: {}
                  map: {type: object, additionalProperties: {type: integer}}
                  either: {oneOf: [{type: string}, {type: integer}]}
              example:
                {code: 0, message: ok, page: 1, size: 2, kind: a, rows: [{id: x}, {id: y}], open: null, map: {'7': 1}, either: 1}
  /text:
    get: {responses: {'200': {description: ok, content: {text/plain: {example: hello}}}}}
components:
  schemas:
    Row: {type: object, properties: {id: {type: string}}, additionalProperties: false}
";

/// The bodies of so many responses in turn.
fn bodies(drift: Option<u64>, count: usize) -> Vec<Value> {
    let engine = Engine::new(document(THINGS), Options { drift, ..Options::default() });
    (0..count).map(|_| body(&response(&engine, "GET /things"))).collect()
}

#[test]
fn seed_and_number_of_the_request_decide() {
    let plain = bodies(None, 3);
    assert!(plain.iter().all(|body| *body == plain[0]));
    let first = bodies(Some(1), 30);
    assert_eq!(first, bodies(Some(1), 30));
    assert_ne!(first, bodies(Some(2), 30));
    let distinct: BTreeSet<String> = first.iter().map(Value::to_string).collect();
    assert!(distinct.len() > 15, "{} different bodies", distinct.len());

    // A reset begins again.
    let engine = Engine::new(document(THINGS), Options { drift: Some(1), ..Options::default() });
    let again: Vec<Value> = (0..2)
        .map(|_| {
            engine.reset();
            body(&response(&engine, "GET /things"))
        })
        .collect();
    assert_eq!(again, [first[0].clone(), first[0].clone()]);
}

#[test]
fn properties_come_go_are_null_and_have_other_values() {
    let seen = bodies(Some(7), 400);
    let any = |test: &dyn Fn(&Value) -> bool| seen.iter().any(test);
    assert!(
        any(&|body| body.get("size").is_none()) && any(&|body| body["size"].is_null() && body.get("size").is_some())
    );
    assert!(any(&|body| body["size"] == i64::MAX) && any(&|body| body["kind"] == "drifted"));
    assert!(any(&|body| body.get("drifted_1").is_some()) && any(&|body| body["open"] == 7));
    assert!(any(&|body| body["rows"][0].get("id").is_none() && body["rows"].is_array()));
}

#[test]
fn most_of_what_is_documented_stays() {
    let seen = bodies(Some(5), 2_000);
    let share = |of: &str, test: fn(&Value) -> bool, expected: u32| {
        let found = u32::try_from(seen.iter().filter(|body| test(body)).count()).unwrap();
        let (least, most) = (20 * (expected - 2), 20 * (expected + 2));
        assert!((least..=most).contains(&found), "{of}: {found} of 2000");
    };
    share("left out", |body| body.get("size").is_none(), 8);
    share("null", |body| body.get("size").is_some_and(Value::is_null), 8);
    share("another value", |body| body["size"].is_i64() && body["size"] != 2, 12);
    share("another property", |body| body.get("drifted_1").is_some(), 30);
}

#[test]
fn what_a_client_relies_on_stays() {
    for seen in bodies(Some(3), 400) {
        assert_eq!((&seen["code"], &seen["message"], &seen["page"]), (&json!(0), &json!("ok"), &json!(1)), "{seen}");
        // A value stays of its kind, a closed object closed, a list without null a list, and a map a map.
        assert!(["size", "either"].iter().all(|name| seen[*name].is_null() || seen[*name].is_i64()), "{seen}");
        assert!(seen["kind"].is_null() || seen["kind"].is_string(), "{seen}");
        assert!(
            seen.get("rows").is_none_or(Value::is_array) && seen.get("map").is_none_or(|map| *map == json!({"7": 1})),
            "{seen}"
        );
        for row in seen["rows"].as_array().into_iter().flatten() {
            assert!(row.as_object().unwrap().keys().all(|name| name == "id"), "{seen}");
        }
    }
    let engine = Engine::new(document(THINGS), Options { drift: Some(1), ..Options::default() });
    assert_eq!(response(&engine, "GET /text").body, "hello");
    assert_eq!(response(&engine, "GET /nothing").status, 404);
}
