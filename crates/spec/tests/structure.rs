//! What the parts of a document have to be, and how those are read of which nothing is said.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use keyapi_rust_names::RustNames;
use keyapi_spec::Input;
use serde_json::{Value, json};

/// A document that has all that anything depends on.
fn document() -> Value {
    let text = json!({"schema": {"type": "string"}});
    let parameter = |name: &str| json!({"name": name, "in": "query", "description": "d", "required": true, "style": "form", "explode": true, "schema": {"type": "string"}});
    let body = json!({"description": "d", "required": true, "content": {"application/json": text}});
    let response = json!({"description": "d", "content": {"application/json": text}});
    let schema = json!({
        "type": "object", "format": "f", "title": "t", "description": "d", "nullable": true, "readOnly": false,
        "writeOnly": false, "properties": {"p": {"type": "string", "enum": ["a"]}}, "required": ["p"],
        "additionalProperties": {"type": "string"}, "not": {"type": "string"},
    });
    json!({
        "openapi": "3.0.3", "info": {"title": "t", "version": "1"},
        "paths": {"/x": {
            "parameters": [parameter("a")],
            "post": {
                "operationId": "x", "summary": "s", "description": "d", "tags": ["t"], "parameters": [parameter("b")],
                "requestBody": body, "responses": {"200": response, "x-a": 1},
            },
        }, "x-a": 1},
        "components": {
            "schemas": {"A": schema, "B": {"allOf": [{"type": "string"}], "oneOf": [{"type": "string"}], "anyOf": [{"type": "string"}]}, "C": {"type": "array", "items": {"type": "string"}}},
            "responses": {"R": response},
            "parameters": {"P": {"name": "c", "in": "query", "content": {"application/json": text}}},
            "requestBodies": {"B": body},
        },
    })
}

/// What is said of a document but for notes, as the code, the place and the message.
fn found(document: &Value) -> Vec<(String, String, String)> {
    let input = Input::new("spec.json", Ok(document.to_string().into_bytes()));
    let found = input.resolve(&RustNames).map_or_else(|found| found, |resolved| resolved.diagnostics);
    let found = found.into_iter().filter(|found| found.severity != keyapi_spec::Severity::Note);
    found.map(|found| (found.code.to_owned(), found.pointer, found.message)).collect()
}

/// The document with something else at a place, which may be new.
fn with(pointer: &str, value: Value) -> Value {
    let mut document = document();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let name = name.replace("~1", "/");
    let parent = document.pointer_mut(parent).unwrap_or_else(|| panic!("{pointer}"));
    match parent {
        Value::Array(elements) => elements[name.parse::<usize>().unwrap()] = value,
        parent => parent[name] = value,
    }
    document
}

const OPERATION: &str = "/paths/~1x/post";
const A: &str = "/components/schemas/A";

/// The places of a document, and what each has to be.
fn places() -> Vec<(String, &'static str)> {
    let parameter = format!("{OPERATION}/parameters/0");
    let (body, response) = (format!("{OPERATION}/requestBody"), format!("{OPERATION}/responses/200"));
    let json = "content/application~1json";
    let mut places = vec![
        ("/info".to_owned(), "`info` has to be an object"),
        ("/components".to_owned(), "the components object has to be an object"),
        ("/components/schemas".to_owned(), "`schemas` has to be an object"),
        ("/components/responses".to_owned(), "`responses` has to be an object"),
        ("/components/parameters".to_owned(), "`parameters` has to be an object"),
        ("/components/requestBodies".to_owned(), "`requestBodies` has to be an object"),
        (A.to_owned(), "a schema has to be an object"),
        ("/components/responses/R".to_owned(), "a response has to be an object"),
        ("/components/parameters/P".to_owned(), "a parameter has to be an object"),
        ("/components/parameters/P/content".to_owned(), "`content` has to be an object"),
        ("/components/requestBodies/B".to_owned(), "a request body has to be an object"),
        ("/paths/~1x".to_owned(), "a path item has to be an object"),
        ("/paths/~1x/parameters".to_owned(), "`parameters` has to be a list"),
        ("/paths/~1x/parameters/0".to_owned(), "a parameter has to be an object"),
        (parameter.clone(), "a parameter has to be an object"),
        (format!("{parameter}/schema"), "a schema has to be an object"),
        (body.clone(), "a request body has to be an object"),
        (format!("{body}/{json}"), "a media type has to be an object"),
        (format!("{body}/{json}/schema"), "a schema has to be an object"),
        (response.clone(), "a response has to be an object"),
        (format!("{response}/{json}"), "a media type has to be an object"),
        (format!("{response}/{json}/schema"), "a schema has to be an object"),
    ];
    let text = |owner: &str, names: &[&'static str], said: &[&'static str]| {
        names.iter().zip(said).map(|(name, said)| (format!("{owner}/{name}"), *said)).collect::<Vec<_>>()
    };
    places.extend(text(
        OPERATION,
        &["operationId", "summary", "description", "tags", "parameters", "responses"],
        &[
            "`operationId` has to be text",
            "`summary` has to be text",
            "`description` has to be text",
            "`tags` has to be a list of texts",
            "`parameters` has to be a list",
            "`responses` has to be an object",
        ],
    ));
    places.extend(text(
        &parameter,
        &["name", "in", "description", "required", "style", "explode"],
        &[
            "`name` has to be text",
            "`in` has to be text",
            "`description` has to be text",
            "`required` has to be `true` or `false`",
            "`style` has to be text",
            "`explode` has to be `true` or `false`",
        ],
    ));
    places.extend(text(
        &body,
        &["description", "required", "content"],
        &["`description` has to be text", "`required` has to be `true` or `false`", "`content` has to be an object"],
    ));
    places.extend(text(
        &response,
        &["description", "content"],
        &["`description` has to be text", "`content` has to be an object"],
    ));
    places.extend(text(
        A,
        &["type", "format", "title", "description", "nullable", "readOnly", "writeOnly"],
        &[
            "`type` has to be text",
            "`format` has to be text",
            "`title` has to be text",
            "`description` has to be text",
            "`nullable` has to be `true` or `false`",
            "`readOnly` has to be `true` or `false`",
            "`writeOnly` has to be `true` or `false`",
        ],
    ));
    places
}

#[test]
fn what_does_not_have_its_shape_is_told() {
    assert!(found(&document()).iter().all(|(code, ..)| code != "malformed" && code != "null-member"));
    // These are left out before, as keywords that cannot be used.
    let left_out = ["/format", "/nullable", "/readOnly", "/writeOnly"];
    let is_left_out = |place: &str| left_out.iter().any(|keyword| place.ends_with(keyword));
    for (place, message) in places().into_iter().filter(|(place, _)| !is_left_out(place)) {
        // A number is nothing that any of them has to be.
        let found = found(&with(&place, json!(7)));
        let expected = ("malformed".to_owned(), place.clone(), message.to_owned());
        assert!(found.contains(&expected), "{place}: {found:#?}");
        assert_eq!(found.iter().filter(|(code, ..)| code == "malformed").count(), 1, "{place}: {found:#?}");
    }
    let tags = found(&with(&format!("{OPERATION}/tags"), json!(["a", 1])));
    assert!(tags.iter().any(|(_, _, message)| message == "`tags` has to be a list of texts"), "{tags:?}");
}

#[test]
fn what_has_no_value_is_read_as_missing_or_as_nothing_in_particular() {
    for (place, message) in places() {
        let found = found(&with(&place, Value::Null));
        // What has a name of its own is there; a property that says nothing is not.
        let named = [
            "/components/schemas/A",
            "/components/responses/R",
            "/components/parameters/P",
            "/components/requestBodies/B",
        ];
        let is_named = named.contains(&place.as_str())
            || ["/paths/~1x", "/application~1json", "/responses/200"].iter().any(|end| place.ends_with(end))
            || place.ends_with("parameters/0");
        let reading = if is_named { "it is read as an empty object" } else { "it is read as missing" };
        let said = ("null-member".to_owned(), place.clone(), format!("there is no value here: {reading}"));
        assert!(found.contains(&said), "{place} {message}: {found:#?}");
    }
}

#[test]
fn a_parameter_has_a_name_and_a_place() {
    for property in ["name", "in"] {
        let mut document = document();
        let place = "/components/parameters/P";
        document.pointer_mut(place).unwrap().as_object_mut().unwrap().shift_remove(property);
        let expected = ("malformed".to_owned(), place.to_owned(), format!("the parameter has no `{property}`"));
        assert_eq!(found(&document), [expected]);
    }
    let reference = with("/paths/~1x/parameters/0", json!({"$ref": "#/components/parameters/P"}));
    assert!(found(&reference).iter().all(|(code, ..)| code != "malformed"));
    for place in ["/paths/~1x/parameters/0", "/components/responses/R", A, "/components/requestBodies/B"] {
        let found = found(&with(place, json!({"$ref": 7})));
        let expected = ("malformed".to_owned(), format!("{place}/$ref"), "`$ref` has to be text".to_owned());
        assert!(found.contains(&expected), "{found:#?}");
    }
}

#[test]
fn an_operation_is_of_a_method_and_has_statuses() {
    let place = "/paths/~1x";
    for (property, is_told) in [("POST", true), ("fetch", true), ("x-post", false), ("put", false)] {
        let found = found(&with(&format!("{place}/{property}"), json!({"responses": {"200": {"description": "d"}}})));
        let message = format!("`{property}` is not a method; methods are spelled in lower case");
        let expected = ("malformed".to_owned(), format!("{place}/{property}"), message);
        assert_eq!(found.contains(&expected), is_told, "{property}: {found:#?}");
    }
    // What has no responses is no operation.
    assert!(found(&with(&format!("{place}/fetch"), json!({}))).iter().all(|(code, ..)| code != "malformed"));
    let responses = format!("{OPERATION}/responses");
    for (status, is_status) in [
        ("default", true),
        ("100", true),
        ("599", true),
        ("4XX", true),
        ("5xx", true),
        ("x-status", true),
        ("Default", false),
        ("600", false),
        ("099", false),
        ("20", false),
        ("2000", false),
        ("20X", false),
        ("2xX", true),
        ("XXX", false),
        ("", false),
    ] {
        let found = found(&with(&format!("{responses}/{status}"), json!({"description": "d"})));
        let expected = ("status".to_owned(), format!("{responses}/{status}"), format!("`{status}` is not a status"));
        assert_eq!(found.contains(&expected), !is_status, "{status}: {found:#?}");
        assert_eq!(found.iter().any(|(code, ..)| code == "status"), !is_status, "{status}: {found:#?}");
    }
    let twice = with(
        &responses,
        json!({"4XX": {"description": "d"}, "404": {"description": "d"}, "4xx": {"description": "d"}}),
    );
    let message = "`4xx` stands for the same statuses as `4XX`".to_owned();
    assert_eq!(found(&twice), [("status".to_owned(), format!("{responses}/4xx"), message)]);
}

#[test]
fn a_document_says_which_version_it_is_of() {
    let paths = json!({});
    for (document, expected) in [
        (json!({"openapi": "3.0.3", "paths": paths}), None),
        (json!({"openapi": "3.0", "paths": paths}), None),
        (json!({"openapi": 3.1, "paths": paths}), None),
        (json!({"openapi": "3.1.1", "webhooks": {}}), None),
        (json!({"openapi": "3.1.0", "components": {}}), None),
        (json!({"openapi": "3.1.0"}), Some(("", "the document has no `paths`"))),
        (json!({"openapi": "3.0.3", "components": {}}), Some(("", "the document has no `paths`"))),
        (json!({"openapi": "3.0.3", "paths": []}), Some(("/paths", "`paths` is not an object"))),
        (json!({"openapi": "3.2.0", "paths": paths}), Some(("/openapi", "OpenAPI 3.2.0 is not supported"))),
        (json!({"openapi": "3.10", "paths": paths}), Some(("/openapi", "OpenAPI 3.10 is not supported"))),
        (json!({"openapi": 2, "paths": paths}), Some(("/openapi", "OpenAPI 2 is not supported"))),
        (json!({"swagger": "2.0", "paths": paths}), Some(("/swagger", "the document is Swagger 2.0"))),
        (json!({"paths": paths}), Some(("", "the file is not an OpenAPI document"))),
    ] {
        let expected = expected.map(|(place, said)| ("not-openapi".to_owned(), place.to_owned(), said.to_owned()));
        let found = found(&document);
        let found: Vec<_> = found.into_iter().filter(|(code, ..)| code == "not-openapi").collect();
        assert_eq!(found, Vec::from_iter(expected), "{document}");
    }
}
