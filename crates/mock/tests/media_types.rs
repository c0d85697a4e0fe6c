//! Media types: what a request's body says it is, and which representation of a response a client gets.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use http::HeaderValue;
use keyapi_mock::outcome::Response;
use keyapi_mock::{Engine, Options, handle};
use support::{document, response, violations};

const NOTES: &str = "
openapi: 3.0.3
paths:
  /notes:
    post:
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/Note'}}}
      responses:
        '201': {description: added, content: {application/json: {example: {id: 1}}}}
        '415': {description: odd, content: {application/json: {example: {error: media type}}}}
    put:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Note'}}}}
      responses: {'204': {description: put}}
    get: {responses: {'200': {description: all, content: {application/json: {example: []}}}}}
  /any:
    post:
      requestBody:
        content:
          '*/*': {schema: {type: string}}
          application/*: {schema: {type: boolean}}
          application/json: {schema: {$ref: '#/components/schemas/Note'}}
      responses: {'204': {description: taken}}
  /range:
    post:
      requestBody: {content: {'*/*': {schema: {$ref: '#/components/schemas/Note'}}}}
      responses: {'204': {description: taken}}
  /xml:
    post:
      requestBody: {content: {application/xml: {schema: {$ref: '#/components/schemas/Note'}}}}
      responses: {'204': {description: taken}}
  /plain:
    post:
      requestBody: {content: {text/plain: {schema: {$ref: '#/components/schemas/Note'}}}}
      responses: {'204': {description: taken}}
  /short:
    post:
      requestBody: {content: {text/plain: {schema: {type: string, maxLength: 3}}, image/png: {schema: {type: object}}}}
      responses: {'204': {description: taken}}
components:
  schemas:
    Note: {type: object, required: [text], properties: {text: {type: string}}}
";

/// The status of a response to a client that prefers none, of these ones.
#[track_caller]
fn status_of(responses: &str) -> u16 {
    let document = document(&format!("openapi: 3.0.3\npaths: {{/a: {{get: {{responses: {responses}}}}}}}"));
    response(&Engine::new(document, Options::default()), "GET /a").status.as_u16()
}

#[test]
fn the_first_success_answers() {
    for (responses, status) in [
        ("{'404': {description: d}, '204': {description: d}, '202': {description: d}, 2XX: {description: d}}", 202),
        ("{default: {description: d}, 4XX: {description: d}, 2XX: {description: d}}", 200),
        ("{'404': {description: d}, default: {description: d}}", 200),
        ("{5XX: {description: d}, '404': {description: d}}", 500),
        ("{'404': {description: d}, 5XX: {description: d}}", 404),
    ] {
        assert_eq!(status_of(responses), status, "{responses}");
    }
}

/// The response to a request with these values of `Content-Type`, each on a line of its own.
#[track_caller]
fn send(method: &str, path: &str, types: &[&[u8]], body: &str) -> Response {
    let builder = http::Request::builder().method(method).uri(path);
    let builder = types
        .iter()
        .fold(builder, |builder, value| builder.header("content-type", HeaderValue::from_bytes(value).unwrap()));
    let request = builder.body(bytes::Bytes::copy_from_slice(body.as_bytes())).unwrap();
    let engine = Engine::new(document(NOTES), Options::default());
    handle(&engine, &request).planned().expect("the request is answered").clone()
}

const NOTE: &str = r#"{"text":"a"}"#;

#[test]
fn a_content_type_that_is_no_media_type_is_refused() {
    let odd: [&[u8]; 14] = [
        b"undefined",
        b"",
        b" ",
        b"/",
        b"json",
        b"application/",
        b"application/;x",
        b"application/json;charset",
        b"application/json, application/json",
        b"application/json application/json",
        b"*/*",
        b"application/*",
        b"application/json; charset=\xff",
        "применение/json".as_bytes(),
    ];
    for value in odd {
        let refused = send("POST", "/notes", &[value], NOTE);
        assert_eq!(refused.status, 415, "{value:?}");
        assert_eq!(refused.body, r#"{"error":"media type"}"#);
        let message = violations(&refused)[0]["message"].as_str().unwrap().to_owned();
        assert!(message.contains("Content-Type") && message.contains("application/json"), "{message}");
        // A body is declared, so its type matters where the body is left out, too.
        assert_eq!(send("PUT", "/notes", &[value], "").status, 415, "{value:?}");
        assert_eq!(send("GET", "/notes", &[value], "").status, 200, "{value:?}");
    }
}

/// What reads the body would find no JSON in it, and say so of a body that is good.
#[test]
fn a_body_that_is_compressed_is_not_judged_as_if_it_were_not() {
    let send = |path: &str, kind: &str, codings: &[&str]| {
        let builder = http::Request::builder().method("POST").uri(path).header("content-type", kind);
        let builder = codings.iter().fold(builder, |builder, coding| builder.header("content-encoding", *coding));
        let request = builder.body(bytes::Bytes::from_static(b"\x1f\x8b\x08\0")).unwrap();
        let engine = Engine::new(document(CODED), Options::default());
        handle(&engine, &request).planned().expect("the request is answered").clone()
    };
    for path in ["/documented", "/own"] {
        for codings in [&["gzip"][..], &["identity, br"], &["identity", "GZIP"]] {
            let refused = send(path, "application/json", codings);
            assert_eq!(
                (refused.status.as_u16(), &refused.headers["accept-encoding"]),
                (415, &"identity".parse().unwrap())
            );
            let message = violations(&refused)[0]["message"].as_str().unwrap().to_owned();
            assert!(message.contains("content coding"), "{message}");
        }
        let refused = send(path, "application/json", &["identity"]);
        assert!(refused.status == 422 && !refused.headers.contains_key("accept-encoding"), "{refused:?}");
        let refused = send(path, "text/csv", &[]);
        assert!(refused.status == 415 && !refused.headers.contains_key("accept-encoding"), "{refused:?}");
    }
    // Nobody looks into a file, and an API that documents the header reads what it documents.
    assert_eq!(send("/file", "application/octet-stream", &["gzip"]).status, 204);
    assert_eq!(send("/coded", "application/json", &["gzip"]).status, 204);
}

const CODED: &str = "
openapi: 3.0.3
paths:
  /own:
    post:
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses: {'204': {description: taken}}
  /documented:
    post:
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses:
        '204': {description: taken}
        '415': {description: odd, content: {application/json: {example: {error: media type}}}}
  /file:
    post:
      requestBody: {content: {application/octet-stream: {schema: {type: string, format: binary}}}}
      responses: {'204': {description: taken}}
  /coded:
    post:
      parameters: [{name: content-encoding, in: header, schema: {type: string, enum: [gzip]}}]
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses: {'204': {description: taken}}
";

#[test]
fn a_body_has_one_content_type() {
    for types in [["application/json", "application/json"], ["application/json", "text/csv"], ["", " "]] {
        let refused = send("POST", "/notes", &types.map(str::as_bytes), NOTE);
        assert_eq!(refused.status, 415, "{types:?}");
    }
    for types in [["", "application/json"], ["application/json", ""]] {
        assert_eq!(send("POST", "/notes", &types.map(str::as_bytes), NOTE).status, 201, "{types:?}");
    }
    for value in [
        "application/json;charset=",
        "Application/JSON ; charset=\"utf-8\"",
        "application/merge-patch+json",
        "text/json",
    ] {
        assert_eq!(send("POST", "/notes", &[value.as_bytes()], NOTE).status, 201, "{value}");
    }
    assert_eq!(send("POST", "/notes", &[], NOTE).status, 201);
}

#[test]
fn a_body_is_judged_by_the_media_type_that_describes_it_best() {
    let status = |path: &str, media_type: &str, body: &str| {
        let types: &[&[u8]] = if media_type.is_empty() { &[] } else { &[media_type.as_bytes()] };
        send("POST", path, types, body).status.as_u16()
    };
    assert_eq!(status("/any", "application/json", NOTE), 204);
    assert_eq!(status("/any", "application/json", "\"a\""), 422);
    assert_eq!(status("/any", "application/hal+json", NOTE), 204);
    assert_eq!(status("/any", "text/json", "\"a\""), 204);
    assert_eq!(status("/any", "text/json", NOTE), 422);
    assert_eq!(status("/any", "text/csv", "a,b"), 204);
    for media_type in ["", "application/json", "text/plain"] {
        assert_eq!(status("/range", media_type, NOTE), 204, "{media_type}");
        assert_eq!(status("/range", media_type, "{}"), 422, "{media_type}");
    }
}

#[test]
fn a_body_in_xml_is_judged_by_its_schema() {
    for (path, media_type) in [("/xml", "application/xml"), ("/xml", "application/atom+xml"), ("/range", "text/xml")] {
        for (body, expected) in [("<note><text>a</text></note>", 204), ("<note/>", 422), ("<note>", 422), ("{}", 422)] {
            let found = send("POST", path, &[media_type.as_bytes()], body).status.as_u16();
            assert_eq!(found, expected, "{path} {media_type} {body}");
        }
    }
}

#[test]
fn a_body_in_a_syntax_that_is_not_known_is_not_judged_as_a_text() {
    let status =
        |path: &str, media_type: &str, body: &str| send("POST", path, &[media_type.as_bytes()], body).status.as_u16();
    assert_eq!(status("/xml", "text/csv", "a"), 415);
    assert_eq!(status("/plain", "text/plain", NOTE), 204);
    assert_eq!(status("/plain", "text/plain", "{}"), 422);
    assert_eq!(status("/plain", "text/plain", "text"), 422);
    assert_eq!(status("/short", "text/plain", "123"), 204);
    assert_eq!(status("/short", "text/plain", "1234"), 422);
    assert_eq!(status("/short", "image/png", "PNG"), 204);
}

const SHOWN: &str = "
openapi: 3.0.3
paths:
  /none: {get: {responses: {'204': {description: d}}}}
  /bare: {get: {responses: {'200': {description: d}}}}
  /empty: {get: {responses: {'200': {description: d, content: {}}}}}
  /gone: {get: {responses: {'204': {description: d, content: {application/json: {example: {a: 1}}}}}}}
  /json: {get: {responses: {'200': {description: d, content: {application/json: {example: {a: 1}}}}}}}
  /any: {get: {responses: {'200': {description: d, content: {'*/*': {example: {a: 1}}}}}}}
  /any-text: {get: {responses: {'200': {description: d, content: {'*/*': {example: hi}}}}}}
  /any-first:
    get: {responses: {'200': {description: d, content: {'*/*': {example: [0]}, application/json: {example: [1]}}}}}
  /text-first:
    get:
      responses:
        '200':
          description: d
          content:
            text/plain: {schema: {$ref: '#/components/schemas/A'}}
            application/json: {schema: {$ref: '#/components/schemas/A'}}
  /text: {get: {responses: {'200': {description: d, content: {text/plain: {example: {a: 1}}}}}}}
  /xml: {get: {responses: {'200': {description: d, content: {application/xml: {example: {a: 1}}}}}}}
  /xml-text: {get: {responses: {'200': {description: d, content: {text/xml: {example: <a/>}}}}}}
  /xml-first:
    get:
      responses:
        '200': {description: d, content: {application/xml: {example: {a: 1}}, application/hal+json: {example: {a: 1}}}}
  /binary: {get: {responses: {'200': {description: d, content: {application/pdf: {schema: {}}}}}}}
  /picture: {get: {responses: {'200': {description: d, content: {image/*: {schema: {type: string, format: binary}}}}}}}
  /events: {get: {responses: {'200': {description: d, content: {text/event-stream: {schema: {$ref: '#/components/schemas/A'}}}}}}}
  /event-list:
    get: {responses: {'200': {description: d, content: {text/event-stream: {schema: {$ref: '#/components/schemas/A'}, example: [{a: 1}, {a: 2}]}}}}}
  /event-text:
    get: {responses: {'200': {description: d, content: {text/event-stream: {schema: {$ref: '#/components/schemas/A'}, example: \"event: x\\ndata: {}\\n\\n\"}}}}}
  /lines: {get: {responses: {'200': {description: d, content: {application/jsonl: {schema: {type: array, items: {$ref: '#/components/schemas/A'}}}}}}}}
  /named:
    get:
      responses:
        '200':
          description: d
          content: {application/json: {examples: {a: {value: 1}}}, text/plain: {examples: {b: {value: two}}}}
  /error:
    get:
      parameters: [{name: a, in: query, required: true, schema: {type: string}}]
      responses:
        '200': {description: d, content: {application/json: {example: {a: 1}}}}
        '422': {description: d, content: {application/xml: {example: {a: 1}}, application/json: {example: {bad: true}}}}
components:
  schemas:
    A: {type: object, properties: {a: {type: integer, example: 1}}}
";

/// What is sent to a client that accepts this, where it says so: status, media type and body.
#[track_caller]
fn shown(path: &str, accept: &str) -> (u16, String, String) {
    let accept = if accept.is_empty() { String::new() } else { format!("\nAccept: {accept}") };
    let response = response(&Engine::new(document(SHOWN), Options::default()), &format!("GET {path}{accept}"));
    let media_type = response.headers.get("content-type").map(|value| value.to_str().unwrap().to_owned());
    (response.status.as_u16(), media_type.unwrap_or_default(), String::from_utf8(response.body.to_vec()).unwrap())
}

#[track_caller]
fn check(path: &str, accept: &str, media_type: &str, body: &str) {
    assert_eq!(shown(path, accept), (200, media_type.to_owned(), body.to_owned()), "{path} for {accept:?}");
}

/// The reason why nothing can be sent.
#[track_caller]
fn refused(path: &str, accept: &str) -> String {
    let (status, _, body) = shown(path, accept);
    assert_eq!(status, 406, "{path} for {accept:?}: {body}");
    body
}

#[test]
fn nothing_is_sent_to_whoever_accepts_nothing() {
    for accept in ["*/*;q=0", "application/json;q=0", "*/*;q=0.000, text/plain", "application/xml", "nonsense"] {
        refused("/json", accept);
        for (path, status) in [("/none", 204), ("/bare", 200), ("/empty", 200), ("/gone", 204)] {
            assert_eq!(shown(path, accept), (status, String::new(), String::new()), "{path} for {accept}");
        }
    }
    for accept in ["", "*/*", "*/*;q=0, application/json", "text/html\nAccept: application/*;q=0.1"] {
        check("/json", accept, "application/json", r#"{"a":1}"#);
    }
}

#[test]
fn a_range_is_json_to_whoever_accepts_json() {
    for accept in ["", "*/*", "application/json", "application/*", "text/html, */*;q=0.1"] {
        check("/any", accept, "application/json", r#"{"a":1}"#);
    }
    check("/any", "application/hal+json", "application/hal+json", r#"{"a":1}"#);
    check("/any", "text/plain;q=0.5", "text/plain", r#"{"a":1}"#);
    refused("/any", "application/xml");
    for accept in ["", "*/*", "application/json, text/plain, */*"] {
        check("/any-text", accept, "text/plain", "hi");
    }
    check("/any-text", "application/json", "application/json", "\"hi\"");
    check("/any-text", "text/html;level=1;q=0.3", "text/html", "hi");
    for accept in ["", "*/*", "application/json"] {
        check("/any-first", accept, "application/json", "[1]");
    }
    check("/any-first", "text/plain", "text/plain", "[0]");
    check("/picture", "*/*", "image/png", "string");
    check("/picture", "image/webp", "image/webp", "string");
    refused("/picture", "application/json");
}

#[test]
fn what_cannot_be_written_gives_way_to_what_can() {
    for accept in ["", "*/*", "application/json", "text/plain;q=0.1, application/json"] {
        check("/text-first", accept, "application/json", r#"{"a":1}"#);
    }
    check("/text-first", "text/plain", "text/plain", r#"{"a":1}"#);
    check("/text", "*/*", "text/plain", r#"{"a":1}"#);
    for accept in ["", "*/*", "application/xml, application/hal+json;q=0.1"] {
        check("/xml-first", accept, "application/hal+json", r#"{"a":1}"#);
    }
    check("/xml-text", "*/*", "text/xml", "<a/>");
    check("/binary", "*/*", "application/pdf", "string");
    for (path, accept) in [("/xml", ""), ("/xml", "*/*"), ("/xml-first", "application/xml")] {
        let reason = refused(path, accept);
        assert!(reason.contains("cannot be written as application/xml"), "{reason}");
    }
}

#[test]
fn made_up_data_is_written_like_examples() {
    let engine = Engine::new(document(SHOWN), Options::default());
    for (path, media_type) in
        [("/text-first", "application/json"), ("/picture", "image/png"), ("/binary", "application/pdf")]
    {
        let response = response(&engine, &format!("GET {path}\nPrefer: dynamic=true\nAccept: */*"));
        assert_eq!((response.status.as_u16(), response.headers["content-type"].to_str().unwrap()), (200, media_type));
    }
}

#[test]
fn a_stream_has_its_elements_one_by_one() {
    for accept in ["", "*/*", "text/event-stream"] {
        check("/events", accept, "text/event-stream", "data: {\"a\":1}\n\n");
        check("/event-list", accept, "text/event-stream", "data: {\"a\":1}\n\ndata: {\"a\":2}\n\n");
        check("/event-text", accept, "text/event-stream", "event: x\ndata: {}\n\n");
    }
    check("/lines", "", "application/jsonl", "{\"a\":1}\n");
    let engine = Engine::new(document(SHOWN), Options::default());
    for path in ["/events", "/event-list", "/event-text", "/lines"] {
        for prefer in ["", "\nPrefer: dynamic=true"] {
            let response = response(&engine, &format!("GET {path}{prefer}"));
            assert_eq!(response.status, 200, "{path}");
            assert!(!response.headers.contains_key("sl-violations"), "{path}: {:?}", response.headers);
        }
    }
    // In another media type a list is one value, whatever its elements are, and a text is no other value.
    for example in ["[{}]", "text"] {
        let content = format!("{{application/json: {{schema: {{type: object}}, example: {example}}}}}");
        let list = format!(
            "{{openapi: 3.0.3, paths: {{/a: {{get: {{responses: {{'200': {{description: ok, content: {content}}}}}}}}}}}}}"
        );
        let found = violations(&self::response(&Engine::new(document(&list), Options::default()), "GET /a"));
        assert_eq!(found[0]["location"], serde_json::json!(["response", "body"]), "{found}");
    }
    let response = self::response(&engine, "GET /events\nPrefer: dynamic=true");
    let text = String::from_utf8(response.body.to_vec()).unwrap();
    assert!(text.starts_with("data: {") && text.ends_with("}\n\n"), "{text}");
}

#[test]
fn an_example_is_sent_in_the_media_type_that_has_it() {
    check("/named?__example=a", "", "application/json", "1");
    check("/named?__example=b", "*/*", "text/plain", "two");
    assert_eq!(shown("/named?__example=b", "application/json").0, 404);
}

#[test]
fn an_error_is_sent_to_whoever_does_not_accept_it() {
    for accept in ["", "*/*", "application/json", "application/xml", "*/*;q=0"] {
        let error = (422, "application/json".to_owned(), r#"{"bad":true}"#.to_owned());
        assert_eq!(shown("/error", accept), error, "{accept}");
        assert_eq!(shown("/error?a=b&__code=422", accept), error, "{accept}");
    }
    assert_eq!(shown("/error?a=b", "application/xml").0, 406);
}

#[test]
fn an_empty_file_is_one_and_no_body_is_none() {
    let yaml = "
openapi: 3.0.3
paths:
  /files:
    post:
      requestBody:
        required: true
        content:
          application/octet-stream: {schema: {type: string, format: binary}}
          text/plain: {schema: {type: string, minLength: 1}}
          application/json: {schema: {}}
      responses: {'204': {description: stored}}
";
    let engine = Engine::new(document(yaml), Options::default());
    let status = |kind: &str| response(&engine, &format!("POST /files\n{kind}\n")).status.as_u16();
    assert_eq!(status("Content-Type: application/octet-stream\n"), 204);
    // The schema may ask for more, no JSON text is empty, and without a type there is nothing.
    assert_eq!(status("Content-Type: text/plain\n"), 422);
    assert_eq!(status("Content-Type: application/json\n"), 422);
    assert_eq!(status(""), 422);
    // Where no body has to be there, none is judged.
    let yaml = "
openapi: 3.0.3
paths:
  /files:
    post:
      requestBody:
        content:
          application/json: {schema: {type: object}}
          application/x-www-form-urlencoded: {schema: {type: object, required: [a]}}
          multipart/form-data: {schema: {type: object, required: [a]}}
      responses: {'204': {description: stored}}
";
    let engine = Engine::new(document(yaml), Options::default());
    for kind in ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"] {
        assert_eq!(response(&engine, &format!("POST /files\nContent-Type: {kind}\n")).status, 204, "{kind}");
    }
}
