//! Bodies that are made up fit the schema of their response, or the response says where they do not.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use keyapi_mock::options::Responses;
use keyapi_mock::outcome::Response;
use keyapi_mock::{Engine, Options, load};
use serde_json::{Value, json};
use support::{body, document, response, violations};

const DYNAMIC: &str = "GET /a\nPrefer: dynamic=true";

fn engine(schema: &Value, components: &Value, responses: Responses) -> Engine {
    let document = json!({
        "openapi": "3.0.3",
        "paths": { "/a": { "get": { "responses": {
            "200": { "description": "ok", "content": { "application/json": { "schema": schema } } },
        } } } },
        "components": { "schemas": components },
    });
    Engine::new(load::value(document).unwrap(), Options { responses, ..Options::default() })
}

/// The plain response and a random one.
fn made_up(schema: &Value, components: &Value) -> [Response; 2] {
    let engine = engine(schema, components, Responses::Reported);
    [response(&engine, "GET /a"), response(&engine, DYNAMIC)]
}

#[test]
fn what_cannot_fit_is_reported_and_refused_where_that_is_asked_for() {
    let schema = json!({ "type": "object", "required": ["id"], "additionalProperties": false });
    for made_up in made_up(&schema, &json!({})) {
        let found = violations(&made_up);
        assert_eq!((made_up.status.as_u16(), &found[0]["location"]), (200, &json!(["response", "body"])), "{found}");
    }
    let strict = engine(&schema, &json!({}), Responses::Refused);
    for request in ["GET /a", DYNAMIC] {
        assert_eq!(response(&strict, request).status, 500, "{request}");
    }
}

#[test]
fn what_fits_is_not_reported() {
    let schema = json!({ "type": "object", "required": ["id"], "minProperties": 3, "properties": {
        "code": { "type": "string", "pattern": "^[A-Z]{2}[0-9]{6}$" },
    } });
    let strict = engine(&schema, &json!({}), Responses::Refused);
    for request in ["GET /a", DYNAMIC] {
        let response = response(&strict, request);
        assert_eq!(response.status, 200);
        assert!(
            !response.headers.contains_key("sl-violations") && body(&response)["code"].as_str().unwrap().len() == 8
        );
    }
}

#[test]
fn an_example_that_does_not_fit_its_own_schema_is_left_out_and_reported() {
    let schema = json!({ "type": "object", "properties": {
        "number": { "type": "string", "example": 10_001 },
        "day": { "type": "string", "format": "date", "example": "2026-01-27" },
        "mood": { "type": "string", "enum": ["good", "bad"], "example": "great" },
    } });
    let [plain, random] = made_up(&schema, &json!({}));
    assert_eq!(body(&plain), json!({ "number": "string", "day": "2026-01-27", "mood": "good" }));
    let found = violations(&plain);
    let places: Vec<&Value> = found.as_array().unwrap().iter().map(|found| &found["location"][2]).collect();
    assert_eq!(places, ["number", "mood"]);
    assert!(body(&random)["number"].is_string() && !random.headers.contains_key("sl-violations"));
    assert_eq!(response(&engine(&schema, &json!({}), Responses::Refused), "GET /a").status, 500);
}

#[test]
fn large_and_circular_schemas_have_bodies() {
    let property = |number: u32| (format!("p{number}"), json!({ "$ref": "#/components/schemas/A" }));
    let properties: serde_json::Map<String, Value> = (0..60).map(property).collect();
    let components = json!({ "A": { "type": "object", "properties": properties } });
    for made_up in made_up(&json!({ "$ref": "#/components/schemas/A" }), &components) {
        assert_eq!(made_up.status, 200);
        assert!(body(&made_up)["p59"].is_object() && !made_up.headers.contains_key("sl-violations"));
    }
}

#[test]
fn what_has_no_end_is_an_error() {
    let endless = json!({ "A": { "required": ["a"], "properties": { "a": { "$ref": "#/components/schemas/A" } } } });
    for made_up in made_up(&json!({ "$ref": "#/components/schemas/A" }), &endless) {
        assert_eq!((made_up.status.as_u16(), &body(&made_up)["title"]), (500, &json!("Schema too complex")));
    }
}

const USERS: &str = "
openapi: 3.0.3
paths:
  /users:
    post:
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/User'}}}}
      responses:
        '201': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/User'}, example: {id: 7, name: a}}}}
        '202': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/User'}}}}
components:
  schemas:
    User:
      type: object
      required: [id, name, password]
      properties: {id: {type: integer, readOnly: true}, name: {type: string}, password: {type: string, writeOnly: true}}
";

#[test]
fn properties_are_asked_for_in_the_direction_that_they_go() {
    let engine = Engine::new(document(USERS), Options { responses: Responses::Refused, ..Options::default() });
    let post = |body: &str| response(&engine, &format!("POST /users\nContent-Type: application/json\n\n{body}"));
    let added = post(r#"{"name":"a","password":"p"}"#);
    assert_eq!(added.status, 201);
    assert!(!added.headers.contains_key("sl-violations"));
    let refused = post(r#"{"name":"a"}"#);
    let found = violations(&refused);
    assert_eq!((refused.status.as_u16(), found.as_array().unwrap().len()), (422, 1), "{found}");
    assert!(found[0]["message"].as_str().unwrap().contains("'password'"));
    let made_up = response(
        &engine,
        "POST /users\nContent-Type: application/json\nPrefer: code=202\n\n{\"name\":\"a\",\"password\":\"p\"}",
    );
    assert_eq!(body(&made_up), json!({ "id": 0, "name": "string" }));
}

const EITHER: &str = "{anyOf: [{type: object, required: [a], properties: {a: {type: integer}}}, {type: string}]}";

/// What is sent where an object or a text would do, by the media type.
#[test]
fn a_text_takes_the_place_of_other_data_where_the_media_type_holds_nothing_else() {
    let sent = |media_type: &str, schema: &str| {
        let spec = format!(
            "openapi: 3.0.3\npaths:\n  /a: {{get: {{responses: {{'200': {{description: d, content: {{'{media_type}': {{schema: {schema}}}}}}}}}}}}}"
        );
        let engine = Engine::new(document(&spec), Options::default());
        String::from_utf8(response(&engine, "GET /a").body.to_vec()).unwrap()
    };
    for (media_type, expected) in [
        ("application/json", "{\"a\":0}"),
        ("application/vnd.a+json", "{\"a\":0}"),
        ("text/plain", "{\"a\":0}"),
        ("application/xml", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<value><a>0</a></value>"),
        ("application/jsonl", "{\"a\":0}\n"),
        ("application/json-seq", "\u{1e}{\"a\":0}\n"),
        ("text/event-stream", "data: {\"a\":0}\n\n"),
        ("application/octet-stream", "string"),
        ("image/png", "string"),
    ] {
        assert_eq!(sent(media_type, EITHER), expected, "{media_type}");
    }
    // No text is made up that the schema does not allow.
    assert!(sent("image/png", "{type: object}").contains("The documented body cannot be written as image/png"));
}
