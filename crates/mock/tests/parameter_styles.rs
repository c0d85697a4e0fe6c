//! What clients write in the styles of parameters, read again: whatever is sent comes back as the same value.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use bytes::Bytes;
use keyapi_mock::options::Validation;
use keyapi_mock::{Engine, Options, Request, handle, load};
use keyapi_runtime::codegen::parameter_style::{self, Serialization, Style};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

const EVERY: [(&str, &str, Style, bool); 18] = [
    ("path", "simple", Style::Simple, false),
    ("path", "simple", Style::Simple, true),
    ("path", "label", Style::Label, false),
    ("path", "label", Style::Label, true),
    ("path", "matrix", Style::Matrix, false),
    ("path", "matrix", Style::Matrix, true),
    ("query", "form", Style::Form, false),
    ("query", "form", Style::Form, true),
    ("query", "spaceDelimited", Style::SpaceDelimited, false),
    ("query", "pipeDelimited", Style::PipeDelimited, false),
    ("query", "deepObject", Style::DeepObject, true),
    ("query", "", Style::Json, false),
    ("header", "simple", Style::Simple, false),
    ("header", "simple", Style::Simple, true),
    ("header", "", Style::Json, false),
    ("cookie", "form", Style::Form, false),
    ("cookie", "form", Style::Form, true),
    ("cookie", "", Style::Json, false),
];

/// The request that a client makes of a value, or why it makes none.
fn request(place: &str, serialization: &Serialization<'_>, value: &Value) -> Result<Request, String> {
    let (target, header) = match place {
        "path" => (format!("/a/{}", parameter_style::path(serialization, value)?), None),
        "query" => (format!("/a/x?{}", parameter_style::query(serialization, value)?), None),
        "header" => ("/a/x".to_owned(), parameter_style::header(serialization, value)?.map(|line| ("v", line))),
        _ => {
            let line = parameter_style::cookies(&[parameter_style::cookie(serialization, value)?]);
            ("/a/x".to_owned(), line.map(|line| ("cookie", line)))
        }
    };
    let request = http::Request::get(target);
    let request = header.into_iter().fold(request, |request, (name, line)| request.header(name, line));
    request.body(Bytes::new()).map_err(|error| panic!("{value}: {error}"))
}

/// A server that takes no other value.
fn server(place: &str, style: &str, explode: bool, reserved: bool, schema: &Value, value: &Value) -> Engine {
    let mut schema = schema.clone();
    schema["enum"] = json!([value]);
    let mut parameter = json!({"name": "v", "in": place, "required": place == "path"});
    match style {
        "" => parameter["content"] = json!({"application/json": {"schema": schema}}),
        style => {
            parameter["schema"] = schema;
            parameter["style"] = json!(style);
            parameter["explode"] = json!(explode);
            parameter["allowReserved"] = json!(reserved);
        }
    }
    let mut parameters = vec![parameter];
    if place != "path" {
        parameters.push(json!({"name": "v", "in": "path", "required": true, "schema": {"type": "string"}}));
    }
    let described = json!({
        "openapi": "3.0.4",
        "paths": {"/a/{v}": {"get": {"parameters": parameters, "responses": {"200": {"description": "ok"}}}}},
    });
    Engine::new(load::value(described).unwrap(), Options { validation: Validation::Strict, ..Options::default() })
}

/// Whether the value was sent; what was sent is read as it was.
fn comes_back(row: (&str, &str, Style, bool), schema: &Value, value: &Value) -> bool {
    let (place, style, kind, explode) = row;
    let mut was_sent = false;
    for reserved in [false, true] {
        let serialization = Serialization::new("v", kind, explode);
        let serialization = if reserved { serialization.with_reserved() } else { serialization };
        let Ok(request) = request(place, &serialization, value) else { continue };
        // A URL parser takes these for a step to another path, and the client refuses them as a whole.
        if ["/a/.", "/a/..", "/a/.%2E"].contains(&request.uri().path()) {
            continue;
        }
        was_sent = true;
        let response = handle(&server(place, style, explode, reserved, schema, value), &request);
        let response = response.planned().unwrap();
        let found = response.headers.get("sl-violations");
        assert_eq!(response.status, 200, "{row:?} {value}: {request:?}: {found:?}");
    }
    was_sent
}

fn texts() -> impl Strategy<Value = String> {
    let hostile = prop::sample::select(vec![
        'a',
        '1',
        ',',
        ';',
        '=',
        '&',
        '.',
        '/',
        '\\',
        '?',
        '#',
        '%',
        '+',
        ' ',
        '|',
        '"',
        '\'',
        '[',
        ']',
        '{',
        '}',
        '(',
        '<',
        '~',
        '^',
        '`',
        ':',
        '@',
        '!',
        '$',
        '*',
        '-',
        '_',
        '\u{e9}',
        '\u{1f980}',
        '\0',
        '\r',
        '\n',
        '\t',
        '\u{7f}',
    ]);
    prop::collection::vec(hostile, 0..5).prop_map(|characters| characters.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn texts_come_back(text in texts()) {
        for row in EVERY.into_iter().filter(|(.., style, _)| *style != Style::DeepObject) {
            comes_back(row, &json!({"type": "string"}), &json!(text));
        }
    }

    #[test]
    fn lists_come_back(list in prop::collection::vec(texts(), 0..4)) {
        for row in EVERY.into_iter().filter(|(.., style, _)| *style != Style::DeepObject) {
            comes_back(row, &json!({"type": "array", "items": {"type": "string"}}), &json!(list));
        }
    }

    #[test]
    fn objects_come_back(fields in prop::collection::btree_map(texts(), texts(), 0..4)) {
        let value: Map<String, Value> = fields.into_iter().map(|(name, text)| (name, json!(text))).collect();
        for row in EVERY {
            let schema = json!({"type": "object", "additionalProperties": {"type": "string"}});
            comes_back(row, &schema, &json!(value));
        }
    }
}

#[test]
fn what_is_harmless_is_sent_in_every_style() {
    let text = json!({"type": "string"});
    let list = json!({"type": "array", "items": {"type": "integer"}});
    let object = json!({"type": "object", "properties": {"R": {"type": "integer"}, "on": {"type": "boolean"}, "n": {"type": "string"}}});
    for row in EVERY {
        if row.2 != Style::DeepObject {
            assert!(comes_back(row, &text, &json!("a b")), "{row:?}");
            assert!(comes_back(row, &list, &json!([1, -2, 3])), "{row:?}");
        }
        assert!(comes_back(row, &object, &json!({"R": 100, "on": true, "n": "é"})), "{row:?}");
    }
}

#[test]
fn what_no_style_can_write_comes_back_too() {
    let object = json!({"type": "object", "properties": {
        "ids": {"type": "array", "items": {"type": "integer"}},
        "box": {"type": "object", "properties": {"w": {"type": "integer"}}},
    }});
    let lists = json!({"type": "array", "items": {"type": "array", "items": {"type": "integer"}}});
    for row in EVERY {
        // A header has no escape for the commas of JSON.
        if row.0 != "header" || row.2 == Style::Json {
            if row.2 != Style::DeepObject {
                assert!(comes_back(row, &lists, &json!([[1, 2], [3]])), "{row:?}");
            }
            assert!(comes_back(row, &object, &json!({"ids": [1, 2], "box": {"w": 3}})), "{row:?}");
        }
    }
}
