//! Which operation a path leads to, and what becomes of one that leads to none.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use keyapi_mock::{Engine, Options};
use serde_json::json;
use support::{body, document, response, violations};

/// The status of a request, and the operation that answered it.
#[track_caller]
fn check(spec: &str, text: &str, status: u16, operation: Option<&str>) {
    let engine = Engine::new(document(spec), Options::default());
    assert_eq!(response(&engine, text).status, status, "{text}");
    assert_eq!(engine.journal()[0].operation.as_deref(), operation, "{text}");
}

const REPORTS: &str = "
openapi: 3.0.3
paths:
  /reports: {get: {operationId: list, responses: {'200': {description: d}}}}
  /reports.{format}:
    parameters: [{name: format, in: path, required: true, schema: {type: string, enum: [json, csv]}}]
    get: {operationId: listAs, responses: {'200': {description: d}}}
  /reports/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {operationId: report, responses: {'200': {description: d}}}
  /reports/{id}.{format}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string, enum: ['7', '7.1']}}
      - {name: format, in: path, required: true, schema: {type: string, enum: [json, csv]}}
    get: {operationId: reportAs, responses: {'200': {description: d}}}
";

#[test]
fn parameters_may_be_parts_of_a_segment() {
    check(REPORTS, "GET /reports", 200, Some("list"));
    check(REPORTS, "GET /reports.json", 200, Some("listAs"));
    check(REPORTS, "GET /reports.exe", 422, Some("listAs"));
    check(REPORTS, "GET /reports/7", 200, Some("report"));
    check(REPORTS, "GET /reports/7.json", 200, Some("reportAs"));
    check(REPORTS, "GET /reports/7.1.csv", 200, Some("reportAs"));
    check(REPORTS, "GET /reports/7/8", 404, None);
    // A HEAD is answered as a GET would be.
    check(REPORTS, "HEAD /reports/7.json", 200, Some("reportAs"));
    check(PARTS, "HEAD /parts:merge", 405, None);
}

const PARTS: &str = "
openapi: 3.0.3
paths:
  /parts:merge: {post: {operationId: merge, responses: {'200': {description: d}}}}
  /parts/{id}/process:
    get:
      operationId: process
      parameters: [{name: id, in: path, required: true, schema: {type: string, pattern: '^/?[A-Za-z0-9:=]+$'}}]
      responses: {'200': {description: d}}
";

#[test]
fn values_are_decoded_once_and_after_the_path_is_taken_apart() {
    check(PARTS, "POST /parts:merge", 200, Some("merge"));
    check(PARTS, "GET /parts/ab:17/process", 200, Some("process"));
    check(PARTS, "GET /parts/%2FpfV%3D%3D/process", 200, Some("process"));
    check(PARTS, "GET /parts//pfV==/process", 404, None);
    for odd in ["%252Fab", "a%", "%FF"] {
        check(PARTS, &format!("GET /parts/{odd}/process"), 422, Some("process"));
    }
}

const EMPTY: &str = "
openapi: 3.0.3
paths:
  //a: {get: {operationId: first, responses: {'200': {description: d}}}}
  /a: {get: {operationId: none, responses: {'200': {description: d}}}}
  /a//{id}:
    get:
      operationId: between
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {'200': {description: d}}
";

#[test]
fn segments_may_be_empty() {
    check(EMPTY, "GET //a", 200, Some("first"));
    check(EMPTY, "GET /a", 200, Some("none"));
    check(EMPTY, "GET /a//1", 200, Some("between"));
    check(EMPTY, "GET /a/1", 404, None);
}

const TILES: &str = "
openapi: 3.0.3
paths:
  /tiles/{z}{x}:
    parameters:
      - {name: z, in: path, required: true, schema: {type: string, pattern: '^[a-z]+$'}}
      - {name: x, in: path, required: true, schema: {type: string, pattern: '^[0-9]$'}}
    get: {operationId: tile, responses: {'200': {description: d}}}
";

#[test]
fn of_parameters_that_nothing_parts_the_later_one_takes_a_character() {
    check(TILES, "GET /tiles/ab7", 200, Some("tile"));
    check(TILES, "GET /tiles/ab77", 422, Some("tile"));
    check(TILES, "GET /tiles/7", 422, Some("tile"));
}

const QUERIES: &str = "
openapi: 3.0.3
paths:
  /items?x=1: {get: {operationId: one, responses: {'200': {description: d}}}}
  /items?x=1&kind={kind}:
    parameters: [{name: kind, in: path, required: true, schema: {type: string, enum: [a, b c]}}]
    get: {operationId: kind, responses: {'200': {description: d}}}
  /things/{id}: {get: {operationId: thing, responses: {'200': {description: d}}}}
  /things/{id}?part=v{part}:
    get:
      operationId: part
      parameters:
        - {name: id, in: path, required: true, schema: {type: integer}}
        - {name: part, in: query, required: true, schema: {type: string, enum: [v1]}}
      responses: {'200': {description: d}}
  /found{?kind}: {get: {operationId: found, responses: {'200': {description: d}}}}
";

#[test]
fn a_query_in_a_path_is_what_requests_must_have() {
    check(QUERIES, "GET /items", 404, None);
    check(QUERIES, "GET /items?x=2", 404, None);
    check(QUERIES, "POST /items", 404, None);
    check(QUERIES, "POST /items?x=1", 405, None);
    check(QUERIES, "GET /items?x=1", 200, Some("one"));
    check(QUERIES, "GET /items?kind=a&x=2&%78=1", 200, Some("kind"));
    check(QUERIES, "GET /items?x=1&kind=b%20c", 200, Some("kind"));
    check(QUERIES, "GET /items?x=1&kind=c", 422, Some("kind"));
    check(QUERIES, "GET /things/7?part=v1", 200, Some("part"));
    check(QUERIES, "GET /things/7?part=v2", 422, Some("part"));
    check(QUERIES, "GET /things/7?part=2", 200, Some("thing"));
    check(QUERIES, "GET /found?kind=a", 200, Some("found"));
    let engine = Engine::new(document(QUERIES), Options::default());
    assert!(!response(&engine, "GET /items?x=1").headers.contains_key("sl-violations"), "its query is not unknown");
    assert_eq!(body(&response(&engine, "GET /items"))["nearest"], json!("/items?x=1"));
}

#[test]
fn a_parameter_in_the_query_of_a_path_is_one_of_the_query() {
    for location in ["path", "query"] {
        let text = json!({"openapi": "3.0.3", "paths": {"/items?of={kind}": {"get": {
            "parameters": [{"name": "kind", "in": location, "required": true, "schema": {"type": "integer"}}],
            "responses": {"204": {"description": "d"}},
        }}}})
        .to_string();
        let engine = Engine::new(document(&text), Options::default());
        assert_eq!(response(&engine, "GET /items?of=1").status, 204, "{location}");
        let refused = response(&engine, "GET /items?of=a");
        assert_eq!(
            (refused.status.as_u16(), &violations(&refused)[0]["location"]),
            (422, &json!(["request", "query", "of"])),
            "{location}"
        );
    }
}

#[test]
fn a_suggestion_is_made_among_many_operations_and_for_long_paths() {
    let paths: String = (0..2_000)
        .map(|number| {
            format!("  /shop/area-{number}/orders/{{id}}: {{get: {{responses: {{'200': {{description: d}}}}}}}}\n")
        })
        .collect();
    let engine = Engine::new(document(&format!("openapi: 3.0.3\npaths:\n{paths}")), Options::default());
    let nearest = |path: &str| body(&response(&engine, &format!("GET {path}")))["nearest"].clone();
    assert_eq!(nearest("/shop/area-1234/order/7"), json!("/shop/area-1234/orders/{id}"));
    let long = format!("/shop/{}", "x/".repeat(4_000));
    assert!(nearest(&long).is_string());
    assert!(response(&engine, &format!("GET {long}")).body.len() < 1_024, "the path is shown in part");
}
