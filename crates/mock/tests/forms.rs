//! Bodies that are forms, in one part and in several.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use keyapi_mock::outcome::Response;
use keyapi_mock::{Engine, Options, handle};
use support::{document, response, violations};

const FORM: &str = "application/x-www-form-urlencoded";

const MULTIPART: &str = "multipart/form-data; boundary=x";

/// An engine whose only operation takes a form, of which schema and encoding are given as YAML.
fn engine(schema: &str, encoding: &str) -> Engine {
    engine_of("3.0.4", schema, encoding)
}

/// The same of a version of OpenAPI.
fn engine_of(version: &str, schema: &str, encoding: &str) -> Engine {
    let content = format!("{{schema: {schema}, encoding: {encoding}}}");
    let yaml = format!(
        "
openapi: {version}
paths:
  /a:
    post:
      requestBody: {{required: true, content: {{{FORM}: {content}, multipart/form-data: {content}}}}}
      responses: {{'200': {{description: ok}}}}
components:
  schemas:
    Amount: {{anyOf: [{{type: integer, maximum: 10}}, {{type: string, enum: [all]}}]}}
    Range: {{type: object, additionalProperties: false, properties: {{gte: {{type: integer}}, tags: {{type: array, items: {{type: string}}}}}}}}
"
    );
    Engine::new(document(&yaml), Options::default())
}

fn property(schema: &str, encoding: &str) -> Engine {
    let encoding = if encoding.is_empty() { "{}".to_owned() } else { format!("{{v: {encoding}}}") };
    engine(
        &format!("{{type: object, required: [v], additionalProperties: false, properties: {{v: {schema}}}}}"),
        &encoding,
    )
}

fn post(engine: &Engine, media_type: &str, body: &str) -> Response {
    response(engine, &format!("POST /a\nContent-Type: {media_type}\n\n{body}"))
}

#[track_caller]
fn accepted(engine: &Engine, bodies: &[&str]) {
    for body in bodies {
        let response = post(engine, FORM, body);
        assert_eq!(response.status, 200, "{body}: {:?}", response.headers.get("sl-violations"));
    }
}

/// Each body is refused, and a violation is at the place.
#[track_caller]
fn refused(engine: &Engine, bodies: &[(&str, &str)]) {
    for (body, place) in bodies {
        let response = post(engine, FORM, body);
        assert_eq!(response.status, 422, "{body}");
        let found = violations(&response);
        let places = found.as_array().unwrap().iter().map(|violation| {
            let parts = violation["location"].as_array().unwrap().iter().map(|part| part.as_str().unwrap());
            parts.skip(1).collect::<Vec<_>>().join("/")
        });
        assert!(places.collect::<Vec<_>>().contains(&(*place).to_owned()), "{body}: {found}");
    }
}

/// A multipart form of parts, each with its headers after the first one.
fn parts(parts: &[(&str, &str)]) -> String {
    let parts = parts.iter().map(|(name, value)| {
        let (name, headers) = name.split_once('\n').unwrap_or((name, ""));
        let headers = if headers.is_empty() { String::new() } else { format!("\r\n{headers}") };
        format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"{headers}\r\n\r\n{value}\r\n")
    });
    parts.collect::<String>() + "--x--\r\n"
}

const WORDS: &str = "{type: array, minItems: 2, maxItems: 2, items: {enum: ['a,b', 'a|b', 'a b', c]}}";

#[test]
fn lists_are_split_as_their_encoding_says() {
    let joined = property(WORDS, "{style: form, explode: false}");
    accepted(&joined, &["v=a%2Cb,c", "v=a+b,c", "v=a%7Cb,a%20b"]);
    refused(&joined, &[("v=a%2Cb", "body/v"), ("v=a,b,c", "body/v"), ("v=c;c,c", "body/v")]);
    accepted(&property(WORDS, ""), &["v=a%2Cb&v=c", "v=a,b&v=c"]);
    let piped = property(WORDS, "{style: pipeDelimited}");
    accepted(&piped, &["v=a%2Cb%7Cc", "v=c|c"]);
    refused(&piped, &[("v=a%7Cb%7Cc", "body/v")]);
    accepted(&property(WORDS, "{style: spaceDelimited}"), &["v=c+c", "v=c%20a%2Cb"]);
    accepted(&property(WORDS, "{style: form, allowReserved: true}"), &["v=a,b&v=c"]);
    refused(&property(WORDS, "{style: form}"), &[("v=a,b&v=c", "body/v"), ("v=c&v=a,b", "body/v")]);
}

#[test]
fn a_field_is_judged_against_the_alternative_that_fits() {
    let amount = property("{$ref: '#/components/schemas/Amount'}", "");
    accepted(&amount, &["v=7", "v=all"]);
    refused(&amount, &[("v=11", "body/v"), ("v=x", "body/v"), ("v=7&v=7", "body/v")]);
    let ids = property("{anyOf: [{type: array, items: {type: integer}}, {enum: [all]}]}", "");
    accepted(&ids, &["v=1", "v=1&v=2", "v=all"]);
    refused(&ids, &[("v=x", "body/v"), ("v=1&v=x", "body/v")]);
    accepted(&property("{oneOf: [{type: number}, {type: string}]}", ""), &["v=1.5", "v=x"]);
    let tagged = engine(
        "{oneOf: [{type: object, required: [kind, of], properties: {kind: {enum: [number]}, of: {type: integer}}}, {type: object, required: [kind, of], properties: {kind: {enum: [word]}, of: {type: string}}}]}",
        "{}",
    );
    accepted(&tagged, &["kind=number&of=5", "kind=word&of=5", "of=x&kind=word"]);
    refused(&tagged, &[("kind=number&of=x", "body"), ("kind=other&of=5", "body")]);
}

#[test]
fn deep_objects_may_be_something_else() {
    let deep = |schema: &str| property(schema, "{style: deepObject}");
    let range = deep("{$ref: '#/components/schemas/Range'}");
    accepted(&range, &["v[gte]=1&v[tags]=a", "v%5Btags%5D%5B%5D=a&v[tags][]=b", "v[tags][0]=a"]);
    refused(&range, &[("v[gte]=x", "body/v/gte"), ("v[other]=1", "body/v")]);
    accepted(&deep("{type: integer}"), &["v=5"]);
    refused(&deep("{type: integer}"), &[("v=x", "body/v")]);
    accepted(&deep("{type: array, items: {type: integer}}"), &["v=1", "v=1&v=2", "v[]=1&v[]=2", "v[0]=1&v[1]=2"]);
    refused(&deep("{type: array, items: {type: integer}}"), &[("v=x", "body/v/0"), ("v[]=x", "body/v/0")]);
    let either = deep("{anyOf: [{$ref: '#/components/schemas/Range'}, {type: string, enum: ['']}]}");
    accepted(&either, &["v[gte]=1", "v="]);
    refused(&either, &[("v[gte]=x", "body/v"), ("v=x", "body/v")]);
}

#[test]
fn objects_are_json_unless_their_encoding_says_otherwise() {
    let object = "{type: object, required: [gte], additionalProperties: false, properties: {gte: {type: integer}}}";
    for engine in [property(object, ""), property(object, "{style: form, allowReserved: true}")] {
        accepted(&engine, &["v=%7B%22gte%22:1%7D"]);
        refused(&engine, &[("v=%7B%22gte%22:%221%22%7D", "body/v/gte"), ("v=text", "body/v"), ("v=1", "body/v")]);
    }
    accepted(&property(object, "{style: form}"), &["gte=1"]);
    refused(&property(object, "{style: form}"), &[("gte=x", "body/v/gte")]);
    accepted(&property(object, "{style: form, explode: false}"), &["v=gte,1"]);
    // The style is `form` where only the rest of it is said.
    accepted(&property(object, "{explode: false}"), &["v=gte,1"]);
    accepted(&property(object, "{allowReserved: true}"), &["gte=1"]);
    accepted(&property("{type: string}", "{allowReserved: false}"), &["v=a*b"]);
    let list = format!("{{type: array, items: {object}}}");
    accepted(
        &property(&list, ""),
        &["v=%7B%22gte%22:1%7D", "v=%7B%22gte%22:1%7D&v=%7B%22gte%22:2%7D", "v=%7B%22gte%22:1%7D,%7B%22gte%22:2%7D"],
    );
    refused(&property(&list, ""), &[("v=%7B%22gte%22:%22x%22%7D", "body/v/0/gte"), ("v=text", "body/v/0")]);
    let json =
        property("{type: array, items: {type: integer}}", "{contentType: application/json, allowReserved: true}");
    accepted(&json, &["v=[1,2]", "v=%5B%5D"]);
    refused(&json, &[("v=[\"1\"]", "body/v/0")]);
    accepted(
        &property(&format!("{{anyOf: [{object}, {{type: string, maxLength: 2}}]}}"), ""),
        &["v=%7B%22gte%22:1%7D", "v=ab"],
    );
}

#[test]
fn objects_among_other_fields_take_no_property_of_each_other() {
    let schema = "{type: object, additionalProperties: false, properties: {note: {type: string}, v: {type: object, additionalProperties: {type: boolean}}, w: {type: object, properties: {k: {type: integer}}}}}";
    let engine = engine(schema, "{v: {style: form}, w: {style: form}}");
    accepted(&engine, &["k=1&other=true&note=a", "k=1", "other=true&x=false"]);
    refused(&engine, &[("k=1&other=5", "body/v/other"), ("k=x&other=true", "body/w/k")]);
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    let engine = property("{type: string}", "");
    accepted(&engine, &["v=%C3%A9", "v=%"]);
    refused(&engine, &[("v=%FF", "body/v"), ("%FF=1", "body/\u{fffd}")]);
    let request = http::Request::post("/a").header("content-type", FORM).body(bytes::Bytes::from_static(b"v=\xff"));
    assert_eq!(handle(&engine, &request.unwrap()).planned().unwrap().status, 422);
}

#[test]
fn parts_are_fields() {
    let engine = engine(
        "{type: object, required: [n], properties: {n: {type: integer}, range: {$ref: '#/components/schemas/Range'}, list: {type: array, items: {type: integer}}, file: {type: string, format: binary}}}",
        "{file: {contentType: image/png}}",
    );
    let status = |fields: &[(&str, &str)]| post(&engine, MULTIPART, &parts(fields)).status.as_u16();
    assert_eq!(status(&[("n", "1"), ("list", "1"), ("file\nContent-Type: image/png", "a/b?c\r\n--y")]), 200);
    assert_eq!(status(&[("n", "1"), ("list", "1"), ("list", "2"), ("range", "{\"gte\":1}")]), 200);
    assert_eq!(status(&[("n", "1"), ("list\nContent-Type: application/json", "[1, 2]")]), 200);
    assert_eq!(status(&[("n\nContent-Type: application/json", "1")]), 200);
    // A part is what the document says, and text where it does not say itself what it is.
    assert_eq!(status(&[("n", "1"), ("file\nContent-Type: text/html", "<p>")]), 422);
    assert_eq!(status(&[("n", "1"), ("file", "x")]), 422);
    assert_eq!(status(&[("n", "x")]), 422);
    assert_eq!(status(&[("n\nContent-Type: application/json", "\"1\"")]), 422);
    assert_eq!(status(&[("n", "1"), ("range", "{\"gte\":\"1\"}")]), 422);
    assert_eq!(status(&[]), 422);
    let quoted = "--a; b \r\nContent-Disposition: form-data; filename=\"f; name=m\"; name=\"n\"\r\n\r\n1\r\n--a; b--";
    assert_eq!(post(&engine, "multipart/form-data; boundary=\"a; b\"", quoted).status, 200);
    // What is no form is refused with a reason, and so is one that does not say what parts its fields.
    let broken = post(&engine, MULTIPART, "--x\r\nContent-Type: text/plain\r\n\r\n1\r\n--x--\r\n");
    assert_eq!((broken.status.as_u16(), &violations(&broken)[0]["code"]), (422, &"multipart".into()));
    assert_eq!(post(&engine, "multipart/form-data", &parts(&[("n", "1")])).status, 415);
}

#[test]
fn a_part_is_read_as_what_it_says_that_it_is() {
    let engine = engine(
        "{type: object, properties: {v: {type: string}, o: {type: object, properties: {n: {type: integer}}}}}",
        "{v: {contentType: 'application/json, text/plain'}, o: {contentType: application/vnd.x+json}}",
    );
    let status = |fields: &[(&str, &str)]| post(&engine, MULTIPART, &parts(fields)).status.as_u16();
    assert_eq!(status(&[("v\nContent-Type: text/plain", "5")]), 200);
    assert_eq!(status(&[("v\nContent-Type: application/json", "5")]), 422);
    assert_eq!(status(&[("v\nContent-Type: application/json", "\"5\"")]), 200);
    assert_eq!(status(&[("o\nContent-Type: application/vnd.x+json", "{\"n\":1}")]), 200);
    assert_eq!(status(&[("o\nContent-Type: application/json", "{\"n\":1}")]), 422);
}

#[test]
fn a_large_form_is_read_in_one_go() {
    let engine = engine(
        "{type: object, additionalProperties: {type: integer}, properties: {v: {$ref: '#/components/schemas/Range'}}}",
        "{v: {style: deepObject}}",
    );
    let many: Vec<String> = (0..20_000).map(|index| format!("v[tags][]=t&n{index}={index}")).collect();
    accepted(&engine, &[&many.join("&")]);
}

#[test]
fn a_form_of_text_is_judged_as_it_is_written() {
    let engine = engine("{type: string, maxLength: 9}", "{}");
    accepted(&engine, &["a=x+y&b=1", "anything"]);
    refused(&engine, &[("a=x+y&b=12", "body")]);
    assert_eq!(post(&engine, FORM, "").status, 422);
    for schema in ["{allOf: [{type: string}]}", "{enum: ['a=b', x]}", "{anyOf: [{enum: ['a=b']}, {type: string}]}"] {
        accepted(&self::engine(schema, "{}"), &["a=b"]);
    }
    accepted(&engine_of("3.1.0", "{type: [string, 'null']}", "{}"), &["a=b"]);
    refused(&self::engine("{enum: ['a=b', x]}", "{}"), &[("a=c", "body")]);
}
