//! Documented response headers, and those that tell of an operation's end.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;
mod wire;

use keyapi_mock::{Engine, MockServer, Options};
use support::{document, response};

const HEADERS: &str = "
openapi: 3.0.3
paths:
  /session:
    post:
      responses:
        '201':
          description: signed in
          headers:
            Set-Cookie:
              schema:
                type: array
                items: {type: string}
                example:
                  - sid=a1; Path=/; Expires=Fri, 01 Jan 2027 00:00:00 GMT
                  - csrf=b2; Path=/; Expires=Fri, 01 Jan 2027 00:00:00 GMT
          content: {application/json: {example: {ok: true}}}
  /things:
    get:
      responses:
        '200':
          description: things
          headers:
            X-Total: {schema: {type: integer, example: 5}}
            X-Flag: {example: false, schema: {type: boolean}}
            X-Rate: {schema: {type: number}, examples: {half: {value: 0.5}}}
            X-Tags: {schema: {type: array, items: {type: string}, example: [a, b]}}
            X-Text: {schema: {type: string, example: '007'}}
            X-Zero: {schema: {type: integer, example: 0}}
            X-Free: {required: true, schema: {type: integer, minimum: 3, maximum: 3}}
            X-Pair: {example: {a: 1, b: c}}
            X-Exploded: {explode: true, example: {a: 1, b: c}}
            X-Json: {content: {application/json: {example: {tags: [a, null]}}}}
            X-Made-Up: {schema: {type: array, items: {type: integer, enum: [7]}}}
            X-Lists: {example: [[a]]}
            X-Null: {example: null}
            X-Two-Lines: {example: \"a\\r\\nb: c\"}
          content: {application/json: {example: {things: []}}}
  /packed:
    get:
      responses:
        '200':
          description: packed
          headers:
            Content-Encoding: {schema: {type: string, enum: [gzip, br]}, example: gzip}
            Content-Length: {schema: {type: integer}, example: 99999}
            Transfer-Encoding: {schema: {type: string}, example: chunked}
            Content-Type: {schema: {type: string}, example: text/html}
            X-Page: {schema: {type: integer}, example: 2}
          content: {application/json: {example: {data: 1}}}
  /old:
    get:
      x-sunset: 2026-01-31
      x-deprecated-since: '2025-01-01T12:30:15+01:30'
      responses:
        '200': {description: d, headers: {Sunset: {schema: {type: string}}}}
        '404': {description: d}
    put: {deprecated: true, responses: {'200': {description: d}}}
    post:
      deprecated: true
      x-sunset: soon
      responses: {'200': {description: d, headers: {Deprecation: {example: '@1'}}}}
    delete: {x-deprecated-since: 2025-01-01, responses: {'200': {description: d}}}
    patch: {responses: {'200': {description: d}}}
";

#[track_caller]
fn check(text: &str, name: &str, expected: &[&str]) {
    let response = response(&Engine::new(document(HEADERS), Options::default()), text);
    let lines: Vec<&str> = response.headers.get_all(name).iter().map(|line| line.to_str().unwrap()).collect();
    assert_eq!(lines, expected, "{text} {name}");
}

#[test]
fn values_are_sent_in_their_style_whatever_their_schema() {
    for (name, expected) in [
        ("x-total", "5"),
        ("x-flag", "false"),
        ("x-rate", "0.5"),
        ("x-tags", "a,b"),
        ("x-text", "007"),
        ("x-zero", "0"),
        ("x-free", "3"),
        ("x-pair", "a,1,b,c"),
        ("x-exploded", "a=1,b=c"),
        ("x-json", r#"{"tags":["a",null]}"#),
        ("x-made-up", "7"),
    ] {
        check("GET /things", name, &[expected]);
    }
    for name in ["x-lists", "x-null", "x-two-lines"] {
        check("GET /things", name, &[]);
    }
}

#[test]
fn cookies_have_a_line_each() {
    let cookies = [
        "sid=a1; Path=/; Expires=Fri, 01 Jan 2027 00:00:00 GMT",
        "csrf=b2; Path=/; Expires=Fri, 01 Jan 2027 00:00:00 GMT",
    ];
    check("POST /session", "set-cookie", &cookies);
    let server = MockServer::start_with(document(HEADERS), Options::default());
    let head = wire::send(&server.url(), "POST", "/session", &[], "").head;
    let lines = head.lines().filter_map(|line| line.split_once(": "));
    let sent: Vec<&str> =
        lines.filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie")).map(|(_, value)| value).collect();
    assert_eq!(sent, cookies, "{head}");
}

#[test]
fn how_a_message_is_sent_is_not_documented() {
    let server = MockServer::start_with(document(HEADERS), Options::default());
    let response = wire::get(&server.url(), "/packed", &[]);
    let header = |name| response.header(name);
    assert_eq!(response.json(), serde_json::json!({ "data": 1 }));
    assert_eq!([header("content-encoding"), header("transfer-encoding")], [None, None]);
    assert_eq!([header("content-type"), header("x-page")], [Some("application/json"), Some("2")]);
    let lengths: Vec<&str> =
        response.head.lines().filter(|line| line.to_lowercase().starts_with("content-length:")).collect();
    assert_eq!(lengths, ["content-length: 10"]);
}

#[test]
fn the_end_of_an_operation_is_told_by_its_dates() {
    for request in ["GET /old", "GET /old\nPrefer: code=404"] {
        check(request, "sunset", &["Sat, 31 Jan 2026 00:00:00 GMT"]);
        check(request, "deprecation", &["@1735729215"]);
    }
    check("PUT /old", "deprecation", &["true"]);
    check("PUT /old", "sunset", &[]);
    check("POST /old", "deprecation", &["@1"]);
    check("POST /old", "sunset", &[]);
    check("DELETE /old", "deprecation", &["@1735689600"]);
    check("PATCH /old", "deprecation", &[]);
}
