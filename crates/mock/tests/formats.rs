//! Formats that OpenAPI has beside those of JSON Schema: widths of integers, and base64.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use keyapi_mock::{Engine, Options};
use serde_json::json;
use support::{document, response, violations};

const SPEC: &str = "
openapi: 3.0.0
paths:
  /a:
    post:
      parameters:
        - {name: small, in: query, schema: {type: integer, format: int32}}
        - {name: large, in: query, schema: {type: integer, format: int64}}
        - {name: digits, in: query, schema: {type: string, format: int64}}
        - {name: data, in: query, schema: {type: string, format: byte}}
      requestBody:
        content:
          application/json:
            schema: {type: object, properties: {n: {type: integer, format: int32, nullable: true}, d: {type: string, format: byte}}}
      responses: {'204': {description: done}}
";

#[track_caller]
fn check(request: &str, broken: Option<&str>) {
    let engine = Engine::new(document(SPEC), Options::default());
    let response = response(&engine, request);
    assert_eq!(response.status, if broken.is_some() { 422 } else { 204 }, "{request}");
    if let Some(format) = broken {
        let found = &violations(&response)[0];
        assert_eq!(found["code"], "format");
        assert!(found["message"].as_str().unwrap().ends_with(&format!("must match format \"{format}\"")), "{found}");
    }
}

#[test]
fn integers_keep_to_their_width() {
    check("POST /a?small=2147483647", None);
    check("POST /a?small=2147483648", Some("int32"));
    check("POST /a?small=-2147483649", Some("int32"));
    check("POST /a?large=9223372036854775807", None);
    check("POST /a?large=9223372036854775808", Some("int64"));
    check("POST /a?digits=-9223372036854775808", None);
    check("POST /a?digits=9223372036854775808", Some("int64"));
    check("POST /a?digits=many", Some("int64"));
}

#[test]
fn bytes_are_base64() {
    check("POST /a?data=YWI%3D", None);
    check("POST /a?data=not+base64!", Some("byte"));
    check("POST /a?data=YWI", Some("byte"));
}

#[test]
fn bodies_are_held_to_them_too() {
    let body = |value: serde_json::Value| format!("POST /a\nContent-Type: application/json\n\n{value}");
    check(&body(json!({ "n": -5, "d": "YWJj" })), None);
    check(&body(json!({ "n": null, "d": "" })), None);
    check(&body(json!({ "n": 3_000_000_000_u32 })), Some("int32"));
    check(&body(json!({ "d": "?" })), Some("byte"));
}

const BOUNDS: &str = "
openapi: 3.0.3
paths:
  /items:
    get:
      parameters:
        - {name: limit, in: query, schema: {type: integer, minimum: 1E0, maximum: 1e2}}
        - {name: tag, in: query, schema: {type: string, minLength: 2, maxLength: 0.5e1}}
      responses:
        '200':
          description: ok
          content:
            application/json:
              schema:
                properties:
                  id: {type: integer, format: int64, minimum: 1, maximum: 9.2233720368547758E+18}
                  size: {type: integer, format: uint64, minimum: 0, maximum: 1.8446744073709552e+19}
              example: {id: 9007199254740993, size: 18446744073709551615}
";

#[test]
fn bounds_may_have_an_exponent() {
    let engine = Engine::new(document(BOUNDS), Options::default());
    let response = |query: &str| response(&engine, &format!("GET /items?{query}"));
    let right = response("limit=100");
    assert_eq!(right.body, r#"{"id":9007199254740993,"size":18446744073709551615}"#);
    assert!(!right.headers.contains_key("sl-violations"));
    for (query, bound) in [("limit=101", "must be <= 1"), ("limit=0", "must be >= 1")] {
        let found = violations(&response(query));
        assert!(found[0]["message"].as_str().unwrap().contains(bound), "{found}");
    }
}

#[test]
fn lengths_are_counted_in_characters() {
    let engine = Engine::new(document(BOUNDS), Options::default());
    for (tag, status) in [
        ("h%C3%A9llo", 200),
        ("%F0%9F%91%A9%E2%80%8D%F0%9F%91%A9%E2%80%8D%F0%9F%91%A7", 200),
        ("h%C3%A9lloo", 422),
        ("%C3%A9", 422),
    ] {
        assert_eq!(response(&engine, &format!("GET /items?tag={tag}")).status, status, "{tag}");
    }
}
