//! Bodies that come in parts: what is sent is judged part by part, and what is made up can be read so.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use keyapi_mock::operations::BodyInfo;
use keyapi_mock::{Engine, Options};
use serde_json::{Value, json};
use support::{document, response, violations};

const TYPES: [&str; 3] = ["application/x-ndjson", "application/json-seq", "text/event-stream"];

/// A document that takes and sends bodies of a schema in each of the types.
fn engine(schema: &Value, required: bool) -> Engine {
    let content =
        || -> Value { TYPES.iter().map(|media_type| ((*media_type).to_owned(), json!({"schema": schema}))).collect() };
    let text = json!({
        "openapi": "3.0.3",
        "paths": {"/parts": {
            "post": {
                "operationId": "send",
                "requestBody": {"required": required, "content": content()},
                "responses": {"204": {"description": "taken"}},
            },
            "get": {"operationId": "get", "responses": {"200": {"description": "ok", "content": content()}}},
        }},
        "components": {"schemas": {
            "Part": {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}},
            "Word": {"type": "string"},
        }},
    });
    Engine::new(document(&text.to_string()), Options::default())
}

/// Parts of JSON as the text of a type.
fn written(media_type: &str, parts: &[&str]) -> String {
    let write = |part: &&str| match media_type {
        "application/json-seq" => format!("\u{1e}{part}\n"),
        "text/event-stream" => format!("data: {part}\n\n"),
        _ => format!("{part}\n"),
    };
    parts.iter().map(write).collect()
}

/// The status of a request with a body, and the place and the rule of what is wrong with it.
fn sent(engine: &Engine, media_type: &str, body: &str) -> (u16, Vec<(String, String)>) {
    let response = response(engine, &format!("POST /parts\nContent-Type: {media_type}\n\n{body}"));
    let found = response.headers.contains_key("sl-violations").then(|| violations(&response));
    let found = found.iter().flat_map(|found| found.as_array().unwrap()).map(|found| {
        let location: Vec<&str> =
            found["location"].as_array().unwrap().iter().map(|part| part.as_str().unwrap()).collect();
        (location.join("/"), found["code"].as_str().unwrap_or_default().to_owned())
    });
    (response.status.as_u16(), found.collect())
}

#[test]
fn every_part_is_judged() {
    let part = json!({"$ref": "#/components/schemas/Part"});
    for schema in [part.clone(), json!({"type": "array", "items": part})] {
        let engine = engine(&schema, true);
        for media_type in TYPES {
            let send = |parts: &[&str]| sent(&engine, media_type, &written(media_type, parts));
            assert_eq!(send(&[r#"{"a":1}"#, r#"{"a":2,"b":3}"#]), (204, Vec::new()), "{media_type} {schema}");
            let (status, found) = send(&[r#"{"a":1}"#, r#"{"a":"x"}"#, "{}"]);
            assert_eq!(status, 422, "{media_type} {schema}");
            let places: Vec<&str> = found.iter().map(|(place, _)| place.as_str()).collect();
            assert_eq!(places.len(), 2, "{places:?}");
            assert!(places.contains(&"request/body/1/a") && places.contains(&"request/body/2"), "{places:?}");
            let (status, found) = send(&[r#"{"a":1}"#, "{"]);
            assert_eq!((status, found[0].0.as_str()), (422, "request/body/1"), "{media_type} {schema}");
            assert_eq!(send(&["1"]).0, 422, "{media_type} {schema}");
        }
    }
}

#[test]
fn a_part_that_is_wrong_is_named() {
    let engine = engine(&json!({"$ref": "#/components/schemas/Part"}), true);
    let response = response(&engine, "POST /parts\nContent-Type: application/jsonlines\n\n{}");
    assert_eq!(response.status, 415);
    let response =
        support::response(&engine, "POST /parts\nContent-Type: application/x-ndjson\n\n{\"a\":1}\n{\"a\":[]}");
    let found = violations(&response);
    assert_eq!(found[0]["message"], json!("Request body element 1 property a must be integer"));
    // So it is where the schema is that of the list.
    let schema = json!({"type": "array", "items": {"type": "object", "properties": {"a": {"type": "integer"}}}});
    let list = self::engine(&schema, true);
    let messages = |body: &str| {
        let response = support::response(&list, &format!("POST /parts\nContent-Type: application/x-ndjson\n\n{body}"));
        violations(&response)[0]["message"].clone()
    };
    assert_eq!(messages("{}\n{\"a\":[]}"), json!("Request body element 1 property a must be integer"));
    assert_eq!(messages("{}\n1"), json!("Request body element 1 must be object"));
    let example = json!({"openapi": "3.0.3", "paths": {"/parts": {"get": {"responses": {"200": {"description": "ok",
        "content": {"application/x-ndjson": {"schema": schema, "example": [{}, {"a": []}]}}}}}}}});
    let engine = Engine::new(document(&example.to_string()), Options::default());
    let found = violations(&support::response(&engine, "GET /parts"));
    assert_eq!(found[0]["message"], json!("Response body element 1 property a must be integer"));
}

#[test]
fn a_sequence_has_its_separators() {
    let engine = engine(&json!({}), true);
    let status = |body: &str| sent(&engine, "application/json-seq", body).0;
    for body in ["\u{1e}1\n", "\u{1e}{}", "\u{1e}\u{1e}[]\n\u{1e}\"x\"\n", "\u{1e}{\n}\n"] {
        assert_eq!(status(body), 204, "{body:?}");
    }
    for body in ["{}\n", "\u{1e}1", "\u{1e}true", "\u{1e}{}\n{}\n", "x\u{1e}{}\n", "\u{1e}{"] {
        assert_eq!(status(body), 422, "{body:?}");
    }
}

#[test]
fn the_data_of_an_event_is_what_the_schema_says() {
    let objects = engine(&json!({"$ref": "#/components/schemas/Part"}), true);
    let status = |engine: &Engine, body: &str| sent(engine, "text/event-stream", body).0;
    for body in [
        ": hello\r\nevent: x\r\nid: 7\r\nretry: 3\r\ndata: {\"a\":\r\ndata: 1}\r\n\r\ndata: [DONE]\r\n\r\n",
        "data: {\"a\": 1}",
        "event: none\n\n",
    ] {
        assert_eq!(status(&objects, body), 204, "{body:?}");
    }
    assert_eq!(status(&objects, "data: x\n\n"), 422);
    let words = engine(&json!({"type": "string", "enum": ["one", "two"]}), true);
    assert_eq!(status(&words, "data: one\n\ndata: two\n\n"), 204);
    assert_eq!(status(&words, "data: one\n\ndata: three\n\n"), 422);
    // By another name it is still a text.
    let named = engine(&json!({"$ref": "#/components/schemas/Word"}), true);
    assert_eq!(status(&named, "data: one\n\ndata: \"two\"\n\n"), 204);
}

#[test]
fn what_is_described_as_a_text_may_be_all_of_the_stream() {
    let engine = engine(&json!({"type": "string"}), true);
    for media_type in TYPES {
        assert_eq!(sent(&engine, media_type, &written(media_type, &["{\"a\": 1}", "\"x\""])).0, 204, "{media_type}");
    }
    assert_eq!(sent(&engine, "application/x-ndjson", "{\n").0, 422);
}

#[test]
fn no_body_is_none_in_any_syntax() {
    for media_type in TYPES.into_iter().chain(["application/json", "application/xml", "text/json"]) {
        let text = format!(
            "{{openapi: 3.0.3, paths: {{/parts: {{post: {{requestBody: {{required: true, content: {{{media_type}: {{schema: \
             {{}}}}}}}}, responses: {{'204': {{description: taken}}}}}}}}}}}}"
        );
        for (text, status) in [(text.clone(), 422), (text.replace("required: true", "required: false"), 204)] {
            let engine = Engine::new(document(&text), Options::default());
            let (found, wrong) = sent(&engine, media_type, "");
            assert_eq!(found, status, "{media_type}");
            assert!(wrong.iter().all(|(_, rule)| rule == "required"), "{media_type} {wrong:?}");
        }
    }
}

/// The parts of a text; fails where the text is none of its type.
#[track_caller]
fn parts(media_type: &str, text: &str) -> Vec<Value> {
    let json = |part: &str| serde_json::from_str(part).unwrap_or_else(|_| panic!("{media_type}: {text:?}"));
    let (before, after) = match media_type {
        "application/json-seq" => ("\u{1e}", "\n"),
        "text/event-stream" => ("data: ", "\n\n"),
        _ => ("", "\n"),
    };
    let parts = text.split_inclusive(after).map(|part| {
        let part = part.strip_prefix(before).and_then(|part| part.strip_suffix(after));
        part.unwrap_or_else(|| panic!("{media_type}: {text:?}"))
    });
    match media_type {
        "text/event-stream" => parts.map(|part| serde_json::from_str(part).unwrap_or_else(|_| part.into())).collect(),
        _ => parts.map(json).collect(),
    }
}

#[test]
fn what_is_made_up_can_be_read() {
    let word = json!({"type": "string", "pattern": "^[a-z]{9}$"});
    for (schema, is_of_it) in [
        (json!({"type": "string"}), Value::is_string as fn(&Value) -> bool),
        (json!({}), |_| true),
        (word.clone(), |part| part.as_str().is_some_and(|part| part.len() == 9)),
        (json!({"type": "array", "minItems": 2, "items": word}), |part| {
            part.as_str().is_some_and(|part| part.len() == 9)
        }),
        (json!({"$ref": "#/components/schemas/Word"}), Value::is_string),
        (json!({"$ref": "#/components/schemas/Part"}), |part| part["a"].is_i64()),
        (json!({"type": "string", "enum": ["one"]}), |part| part == "one"),
        (json!({"type": "string", "enum": ["7"]}), |part| part == "7" || part == 7),
        (json!({"type": "boolean"}), Value::is_boolean),
    ] {
        let engine = engine(&schema, true);
        for media_type in TYPES {
            for prefer in ["", "\nPrefer: dynamic=true"] {
                let response = response(&engine, &format!("GET /parts\nAccept: {media_type}{prefer}"));
                assert_eq!(response.status, 200, "{schema}");
                assert!(!response.headers.contains_key("sl-violations"), "{schema} {:?}", response.headers);
                let text = String::from_utf8(response.body.to_vec()).unwrap();
                let parts = parts(media_type, &text);
                assert!(!parts.is_empty() && parts.iter().all(is_of_it), "{media_type} {schema} {text:?}");
                // It is as good as what is sent.
                assert_eq!(sent(&engine, media_type, &text), (204, Vec::new()), "{media_type} {schema} {text:?}");
            }
        }
        let served = engine.document();
        for (media_type, body) in BodyInfo::of(&served, "send").unwrap().requests {
            let text = body.as_str().unwrap();
            assert_eq!(sent(&engine, &media_type, text), (204, Vec::new()), "{media_type} {schema} {text:?}");
        }
    }
}

#[test]
fn a_text_that_is_documented_is_sent_where_it_is_a_stream() {
    let sent = |media_type: &str, media: Value| {
        let text = json!({"openapi": "3.0.3", "paths": {"/parts": {"get": {"responses": {"200": {
            "description": "ok",
            "content": {media_type: media},
        }}}}}});
        let engine = Engine::new(document(&text.to_string()), Options::default());
        let response = response(&engine, "GET /parts");
        let wrong =
            response.headers.contains_key("sl-violations").then(|| violations(&response)[0]["location"].clone());
        (String::from_utf8(response.body.to_vec()).unwrap(), wrong)
    };
    let texts = json!({"type": "string"});
    for (media_type, legal) in TYPES.into_iter().zip(["\"a\"\r\n{}", "\u{1e}\"a\" \u{1e}{}", "id\n: as it is\n"]) {
        assert_eq!(sent(media_type, json!({"schema": texts, "example": legal})), (legal.to_owned(), None));
        // What is none is not sent, but a body that is made up, with what the schema shows of it.
        let (body, wrong) = sent(media_type, json!({"schema": texts, "example": "as it is"}));
        let string = if media_type == "text/event-stream" { "string" } else { "\"string\"" };
        assert_eq!(body, written(media_type, &[string]), "{media_type}");
        assert_eq!(wrong, Some(json!(["response", "body", "0"])), "{media_type}");
        let (body, wrong) = sent(media_type, json!({"schema": {"type": "string", "example": "as it is"}}));
        assert_eq!(body, written(media_type, &[&string.replace("string", "as it is")]), "{media_type}");
        assert_eq!(wrong, None, "{media_type}");
    }
}

#[test]
fn a_stream_of_nothing_is_no_body() {
    for (schema, least) in [(json!({}), 0), (json!({"type": "array", "minItems": 1}), 1)] {
        let (required, optional) = (engine(&schema, true), engine(&schema, false));
        for (media_type, blank) in TYPES.into_iter().zip(["\n", "\u{1e}\u{1e}", "\r\n\n"]) {
            let (status, found) = sent(&required, media_type, blank);
            assert_eq!((status, found[0].1.as_str()), (422, "required"), "{media_type} {least}");
            assert_eq!(sent(&optional, media_type, blank).0, 204, "{media_type} {least}");
        }
    }
}

#[test]
fn the_length_of_a_text_is_counted_in_characters() {
    let text = "{openapi: 3.0.3, paths: {/parts: {post: {requestBody: {content: {text/plain: {schema: {type: string, \
                minLength: 3, maxLength: 3}}}}, responses: {'204': {description: taken}}}}}}";
    let engine = Engine::new(document(text), Options::default());
    let status = |media_type: &str, body: Vec<u8>| {
        let request = http::Request::post("/parts").header("content-type", media_type).body(body.into()).unwrap();
        keyapi_mock::handle(&engine, &request).planned().unwrap().status.as_u16()
    };
    let utf16 = |text: &str, encode: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(encode).collect::<Vec<u8>>();
    for (text, expected) in [("abc", 204), ("a\u{e9}\u{1f600}", 204), ("abcd", 422), ("ab", 422)] {
        assert_eq!(status("text/plain", text.into()), expected, "{text}");
        assert_eq!(status("text/plain; charset=utf-16le", utf16(text, u16::to_le_bytes)), expected, "{text}");
        assert_eq!(status("text/plain; charset=utf-16be", utf16(text, u16::to_be_bytes)), expected, "{text}");
        let marked = format!("\u{feff}{text}");
        assert_eq!(status("text/plain; charset=utf-16", utf16(&marked, u16::to_be_bytes)), expected, "{text}");
        assert_eq!(status("text/plain", utf16(&marked, u16::to_le_bytes)), expected, "{text}");
    }
    assert_eq!(status("text/plain; charset=iso-8859-1", vec![0xe9, 0xe8, 0xe7]), 204);
}
