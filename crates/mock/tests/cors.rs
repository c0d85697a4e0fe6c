//! What browsers ask for before a page of another origin may call the API and read what it says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use keyapi_mock::outcome::Response;
use keyapi_mock::{Engine, Options, Step};
use support::{document, response, violations};

const ITEMS: &str = "
openapi: 3.0.0
security: [{key: []}]
paths:
  /items:
    get:
      responses:
        '200':
          description: ok
          headers:
            x-total: {schema: {type: integer, example: 7}}
            set-cookie: {schema: {type: string, example: a=1}}
            vary: {schema: {type: string, example: Accept}}
          content: {application/json: {example: [1, 2, 3]}}
    put: {responses: {'204': {description: done}}}
  /questions:
    options: {responses: {'200': {description: ok, content: {text/plain: {example: documented}}}}}
    post: {responses: {'204': {description: done}}}
components: {securitySchemes: {key: {type: apiKey, in: header, name: x-key}}}";

fn engine() -> Engine {
    Engine::new(document(ITEMS), Options::default())
}

fn names(response: &Response, header: &str) -> Vec<String> {
    let values = response.headers.get_all(header).iter().map(|value| value.to_str().unwrap());
    values.flat_map(|value| value.split(", ")).map(str::to_owned).collect()
}

#[track_caller]
fn preflight(path: &str, method: &str, headers: &str) -> Response {
    let asked = format!(
        "OPTIONS {path}\nOrigin: https://app.example\nAccess-Control-Request-Method: {method}\n\
         Access-Control-Request-Headers: {headers}"
    );
    let response = response(&engine(), &asked);
    assert_eq!((response.status.as_u16(), response.body.len()), (204, 0), "{path}");
    assert_eq!(response.headers["access-control-allow-origin"], "https://app.example");
    assert_eq!(response.headers["access-control-allow-credentials"], "true");
    assert_eq!(names(&response, "vary"), ["Origin"]);
    response
}

#[test]
fn a_preflight_allows_what_it_asks_for_and_needs_no_key() {
    for (path, method, methods) in [
        ("/items", "GET", &["GET", "PUT", "HEAD", "OPTIONS"][..]),
        ("/items", "DELETE", &["GET", "PUT", "HEAD", "OPTIONS", "DELETE"]),
        ("/nowhere", "PATCH", &["OPTIONS", "PATCH"]),
        ("/questions", "POST", &["OPTIONS", "POST"]),
        ("/items", "*", &["GET", "PUT", "HEAD", "OPTIONS"]),
    ] {
        let response = preflight(path, method, "x-key, content-type");
        assert_eq!(names(&response, "access-control-allow-methods"), methods, "{method} {path}");
        assert_eq!(names(&response, "access-control-allow-headers"), ["x-key", "content-type"]);
    }
    assert_eq!(names(&preflight("/items", "GET", "*, x-key,, a b"), "access-control-allow-headers"), ["x-key"]);
}

/// Without the question of a browser, it is a request like any other.
#[test]
fn options_that_are_documented_are_answered() {
    let documented = response(&engine(), "OPTIONS /questions\nx-key: 1\nOrigin: https://app.example");
    assert_eq!((documented.status.as_u16(), &documented.body[..]), (200, &b"documented"[..]));
    assert_eq!(response(&engine(), "OPTIONS /nowhere").status, 404);
}

#[test]
fn every_response_varies_by_origin() {
    let engine = engine();
    for (request, status, vary) in [
        ("GET /items\nx-key: 1", 200, &["Accept", "Origin"][..]),
        ("PUT /items\nx-key: 1", 204, &["Origin"]),
        ("GET /items", 401, &["Origin"]),
        ("GET /nowhere", 404, &["Origin"]),
        ("POST /items", 405, &["Origin"]),
        ("OPTIONS /items", 204, &["Origin"]),
        ("GET /__mock/health", 200, &["Origin"]),
    ] {
        for origin in ["", "\nOrigin: https://app.example"] {
            let response = response(&engine, &format!("{request}{origin}"));
            assert_eq!(
                (response.status.as_u16(), &names(&response, "vary")[..]),
                (status, &vary.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()[..]),
                "{request}"
            );
        }
    }
    engine.script("*", ["200+1ms", "drip:1:1ms", "cut:1"].map(|step| step.parse::<Step>().unwrap())).unwrap();
    for _ in 0..3 {
        let broken = response(&engine, "GET /items\nx-key: 1\nOrigin: null");
        assert_eq!(broken.headers["access-control-allow-origin"], "null");
    }
}

#[test]
fn a_page_may_read_the_headers_that_there_are() {
    let engine = engine();
    let ok = response(&engine, "GET /items?a=1\nx-key: 1\nOrigin: https://app.example");
    let exposed = names(&ok, "access-control-expose-headers");
    for name in ["x-total", "date", "content-type"] {
        assert!(exposed.iter().any(|exposed| exposed == name), "{name} is not one of {exposed:?}");
    }
    assert!(!exposed.iter().any(|name| name == "*" || name == "set-cookie"), "{exposed:?}");
    let refused = response(&engine, "GET /items\nOrigin: https://app.example");
    assert!(violations(&refused).is_array());
    assert!(names(&refused, "access-control-expose-headers").contains(&"sl-violations".to_owned()));
    assert!(!response(&engine, "GET /items").headers.contains_key("access-control-allow-origin"));
    let admin = response(&engine, "GET /__mock/journal\nOrigin: https://app.example");
    assert!(!admin.headers.contains_key("access-control-allow-origin"));
}
