//! Documents of OpenAPI 3.1, judged as they are written.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use keyapi_mock::operations::OperationInfo;
use keyapi_mock::options::Validation;
use keyapi_mock::{Engine, Options};
use keyapi_rust_names::RustNames;
use keyapi_spec::{Input, Source};
use serde_json::{Value, json};

use support::{document, response, violations};

/// What OpenAPI 3.1 says in a schema, and how OpenAPI 3.0 says it.
const CASES: &str = include_str!("../../spec/tests/convert/cases.yaml");

/// Statuses of requests whose bodies are these.
#[track_caller]
fn check(schema: Value, components: Value, bodies: &[(Value, bool)]) {
    let document = document(
        &json!({
            "openapi": "3.1.0", "info": {"title": "t", "version": "1"},
            "paths": {"/a": {"post": {
                "requestBody": {"required": true, "content": {"application/json": {"schema": schema}}},
                "responses": {"200": {"description": "ok"}},
            }}},
            "components": {"schemas": components},
        })
        .to_string(),
    );
    let engine = Engine::new(document, Options::default());
    for (body, is_legal) in bodies {
        let text = format!("POST /a\nContent-Type: application/json\n\n{body}");
        let status = response(&engine, &text).status.as_u16();
        assert_eq!(status, if *is_legal { 200 } else { 422 }, "{schema} {body}");
    }
}

#[test]
fn conditions_beside_references_count() {
    let text = json!({"B": {"type": "string"}});
    check(
        json!({"$ref": "#/components/schemas/B", "minLength": 2}),
        text.clone(),
        &[(json!("ab"), true), (json!("a"), false), (json!(5), false)],
    );
    check(
        json!({"$ref": "#/components/schemas/B", "enum": ["a", 5], "description": "d"}),
        text.clone(),
        &[(json!("a"), true), (json!("b"), false), (json!(5), false)],
    );
    check(
        json!({"$ref": "#/components/schemas/B", "allOf": [{"maxLength": 3}], "not": {"const": "no"}}),
        text,
        &[(json!("ab"), true), (json!("no"), false), (json!("abcd"), false), (json!(1), false)],
    );
}

#[test]
fn schemas_that_are_references_count_in_every_keyword() {
    let b = json!({"$ref": "#/components/schemas/B"});
    let components = || json!({"B": {"type": "integer"}, "P": {"type": "object", "properties": {"a": {}}}});
    let object = |good: bool| json!({"a": true, "x": if good { json!(1) } else { json!("1") }});
    for schema in [
        json!({"type": "object", "properties": {"a": {}}, "unevaluatedProperties": b}),
        json!({"allOf": [{"$ref": "#/components/schemas/P"}], "unevaluatedProperties": b}),
        json!({"$ref": "#/components/schemas/P", "unevaluatedProperties": b}),
        json!({"properties": {"a": {}}, "additionalProperties": b}),
        json!({"patternProperties": {"^x": b}}),
        json!({"dependentSchemas": {"a": {"properties": {"x": b}}}}),
        json!({"if": {"required": ["a"]}, "then": {"properties": {"x": b}}}),
    ] {
        check(schema, components(), &[(object(true), true), (object(false), false)]);
    }
    for schema in [
        json!({"prefixItems": [true], "unevaluatedItems": b}),
        json!({"allOf": [{"prefixItems": [true]}], "unevaluatedItems": b}),
        json!({"prefixItems": [true, b]}),
        json!({"prefixItems": [true], "items": b}),
        json!({"contains": b}),
    ] {
        check(schema, components(), &[(json!(["a", 1]), true), (json!(["a", "1"]), false)]);
    }
    check(
        json!({"propertyNames": {"$ref": "#/components/schemas/N"}}),
        json!({"N": {"maxLength": 1}}),
        &[(json!({"a": 1}), true), (json!({"ab": 1}), false)],
    );
    check(json!({"not": b}), components(), &[(json!("a"), true), (json!(1), false)]);
}

#[test]
fn schemas_may_be_made_of_themselves_in_every_keyword() {
    let node = json!({"$ref": "#/components/schemas/Node"});
    let object = |good: bool| json!({"x": {"x": if good { json!({}) } else { json!(1) }}});
    for said in [
        json!({"unevaluatedProperties": node}),
        json!({"properties": {"a": {}}, "unevaluatedProperties": node}),
        json!({"allOf": [{"properties": {"a": {}}}], "unevaluatedProperties": node}),
        json!({"anyOf": [{"properties": {"a": {}}}, {"required": ["b"]}], "unevaluatedProperties": node}),
        json!({"additionalProperties": node}),
        json!({"patternProperties": {"^x": node}}),
    ] {
        let mut schema = said.clone();
        schema["type"] = json!("object");
        check(node.clone(), json!({ "Node": schema }), &[(object(true), true), (object(false), false)]);
    }
    for said in [
        json!({"unevaluatedItems": node}),
        json!({"prefixItems": [node, node]}),
        json!({"contains": node, "minContains": 0, "items": node}),
    ] {
        let mut schema = said.clone();
        schema["type"] = json!("array");
        check(node.clone(), json!({ "Node": schema }), &[(json!([[[]]]), true), (json!([[1]]), false)]);
    }
}

#[test]
fn documents_without_paths_are_served() {
    for more in
        [json!({"webhooks": {"a": {"post": {"responses": {"200": {"description": "ok"}}}}}}), json!({"components": {}})]
    {
        let mut published = json!({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}});
        published.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let engine = Engine::new(document(&published.to_string()), Options::default());
        assert_eq!(response(&engine, "GET /a").status.as_u16(), 404);
    }
}

/// Values of which some fit any of the cases, and some do not.
fn values() -> Vec<Value> {
    let mut values: Vec<Value> = [
        "null",
        "true",
        "0",
        "1",
        "2",
        "5",
        "6",
        "1.5",
        "-1",
        "12",
        "\"\"",
        "\"a\"",
        "\"ab\"",
        "\"abc\"",
        "\"abcdef\"",
        "\"low\"",
        "\"high\"",
        "\"2024-01-01\"",
        "[]",
        "[null]",
        "[1]",
        "[\"a\"]",
        "[1, 2]",
        "[1, 2, 3]",
        "[\"a\", 1]",
        "{}",
    ]
    .map(|text| serde_json::from_str(text).unwrap())
    .into();
    let plain = values.clone();
    for name in ["a", "b", "c", "x-y", "any", "none"] {
        values.extend(plain.iter().step_by(3).map(|value| json!({ name: value })));
    }
    values.push(json!({"a": 1, "b": "x"}));
    values
}

/// The statuses of requests that send the values.
fn verdicts(document: &Value) -> Vec<u16> {
    let engine = Engine::new(support::document(&document.to_string()), Options::default());
    let status = |value: &Value| {
        let text = format!("POST /a\nContent-Type: application/json\n\n{value}");
        response(&engine, &text).status.as_u16()
    };
    values().iter().map(status).collect()
}

#[test]
fn a_converted_document_allows_the_same() {
    let cases = Source::parse("cases.yaml", CASES.as_bytes()).unwrap().value();
    let mut compared = 0;
    for case in cases.as_array().unwrap().iter().filter(|case| case.get("found").is_none()) {
        // It names a format, by which texts are judged; in OpenAPI 3.1 it is a remark.
        if case["published"].get("contentEncoding").is_some() {
            continue;
        }
        let mut schemas = case.get("beside").cloned().unwrap_or_else(|| json!({}));
        schemas["A"] = case["published"].clone();
        if schemas.get("B").is_some_and(Value::is_null) {
            schemas.as_object_mut().unwrap().shift_remove("B");
        }
        let document = json!({
            "openapi": "3.1.0", "info": {"title": "t", "version": "1"},
            "paths": {"/a": {"post": {
                "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}}},
                "responses": {"200": {"description": "ok"}},
            }}},
            "components": {"schemas": schemas},
        });
        let converted = Input::new("spec.json", Ok(document.to_string().into_bytes())).published(&RustNames).unwrap();
        let (before, after) = (verdicts(&document), verdicts(&converted.document));
        let different: Vec<_> = values()
            .into_iter()
            .zip(before.iter().zip(&after))
            .filter(|(_, (before, after))| before != after)
            .collect();
        assert!(different.is_empty(), "{}: {different:?}", case["of"]);
        compared += usize::from(before.contains(&200) && before.contains(&422));
    }
    assert!(compared > 30, "{compared}");
}

#[test]
fn bodies_that_are_made_up_are_legal() {
    let yaml = include_str!("../../codegen/tests/specs/33a_openapi_3_1.yaml");
    let document = document(yaml);
    let info = OperationInfo::list(&document).into_iter().find(|info| info.path == "/orders").unwrap();
    let (media_type, body) = info.body.unwrap();
    let engine = Engine::new(document, Options::default());
    let made = response(&engine, &format!("POST /orders\nContent-Type: {media_type}\n\n{body}"));
    println!("{body} {}", String::from_utf8_lossy(&made.body));
    assert_eq!(made.status.as_u16(), 201, "{body}");
}

#[test]
fn bodies_drift_within_what_is_declared() {
    let document = document(
        "
openapi: 3.1.0
paths:
  /a:
    get:
      responses:
        '200':
          description: ok
          content:
            application/json:
              schema:
                type: object
                properties:
                  either: {type: [integer, string]}
                  perhaps: {type: ['null', boolean]}
                  list: {type: [array, 'null'], items: {type: string}}
                  fixed: {const: a}
                unevaluatedProperties: false
              example: {either: 1, perhaps: true, list: [a], fixed: a}
",
    );
    let engine = Engine::new(document, Options { drift: Some(1), ..Options::default() });
    let bodies: Vec<Value> = (0..300).map(|_| support::body(&response(&engine, "GET /a"))).collect();
    let all = |name: &str, fits: &dyn Fn(&Value) -> bool| bodies.iter().filter_map(|body| body.get(name)).all(fits);
    // What need not be there may be null, but for a list, unless that says so.
    assert!(all("either", &|value| value.is_i64() || value.is_string() || value.is_null()));
    assert!(all("perhaps", &|value| value.is_boolean() || value.is_null()));
    assert!(all("list", &|value| value.is_array() || value.is_null()));
    assert!(all("fixed", &|value| value == "a" || value.is_null()));
    assert!(bodies.iter().any(|body| body.get("list") == Some(&Value::Null)));
    assert!(bodies.iter().any(|body| body.get("perhaps") == Some(&json!(false))));
    assert!(bodies.iter().all(|body| body.as_object().unwrap().len() <= 4), "no other property is allowed");
}

#[test]
fn parameters_are_read_by_their_place_and_by_their_pattern() {
    let tuple = json!({"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}], "items": {"type": "boolean"}});
    let pattern =
        json!({"type": "object", "patternProperties": {"^n": {"type": "integer"}}, "additionalProperties": false});
    let named = json!({"type": "object", "properties": {"na": {"minimum": 5}}, "patternProperties": {"^n": {"type": "integer"}}});
    let several = json!({"type": ["array", "string"], "items": {"type": "integer"}});
    let or_boolean = json!({"type": ["array", "boolean"], "items": {"type": "integer"}});
    let or_number = json!({"type": ["array", "number"], "items": {"type": "boolean"}});
    for (schema, explode, query, is_legal) in [
        (&several, false, "v=1,2", true),
        (&several, false, "v=a,2", true),
        (&or_boolean, false, "v=true", true),
        (&or_boolean, false, "v=a", false),
        (&or_number, false, "v=1.5", true),
        (&or_number, false, "v=a", false),
        (&tuple, false, "v=a,5,true", true),
        (&tuple, false, "v=7,5", true),
        (&tuple, false, "v=a,b", false),
        (&tuple, false, "v=a,5,7", false),
        (&tuple, true, "v=a&v=5", true),
        (&tuple, true, "v=a&v=b", false),
        (&pattern, false, "v=n1,5", true),
        (&pattern, false, "v=n1,x", false),
        (&pattern, false, "v=m1,5", false),
        (&pattern, true, "n1=5&n2=6", true),
        (&named, false, "v=na,5", true),
        (&named, false, "v=na,4", false),
    ] {
        let document = document(
            &json!({
                "openapi": "3.1.0", "info": {"title": "t", "version": "1"},
                "paths": {"/a": {"get": {
                    "parameters": [{"name": "v", "in": "query", "explode": explode, "schema": schema}],
                    "responses": {"200": {"description": "ok"}},
                }}},
            })
            .to_string(),
        );
        let status = response(&Engine::new(document, Options::default()), &format!("GET /a?{query}")).status.as_u16();
        assert_eq!(status, if is_legal { 200 } else { 422 }, "{schema} {query}");
    }
}

/// An operation with these parameters, each an object in the query or in a cookie whose properties are among the others.
fn with_objects(location: &str, objects: &[(&str, &Value)]) -> Engine {
    let object =
        |(name, schema): &(&str, &Value)| json!({"name": name, "in": location, "explode": true, "schema": schema});
    let mut parameters: Vec<Value> = objects.iter().map(object).collect();
    parameters.push(json!({"name": "note", "in": location, "schema": {"type": "string"}}));
    let operation = json!({"parameters": parameters, "responses": {"200": {"description": "ok"}}});
    let document = document(
        &json!({
            "openapi": "3.1.0", "info": {"title": "t", "version": "1"},
            "paths": {"/a": {"get": operation}},
        })
        .to_string(),
    );
    Engine::new(document, Options { validation: Validation::Strict, ..Options::default() })
}

#[test]
fn objects_among_other_parameters_take_no_property_of_each_other() {
    let number = json!({"type": "integer"});
    let pattern = json!({"type": "object", "patternProperties": {"^n": number}, "additionalProperties": false});
    let named = json!({"type": "object", "properties": {"nw": {"type": "string"}, "k": number}});
    let any = json!({"type": "object", "additionalProperties": {"type": "boolean"}});
    for location in ["query", "cookie"] {
        let engine = with_objects(location, &[("v", &pattern), ("w", &named), ("u", &any)]);
        let closed = with_objects(location, &[("v", &pattern), ("w", &named)]);
        let status = |engine: &Engine, pairs: &str| match location {
            "query" => response(engine, &format!("GET /a?{pairs}")).status.as_u16(),
            _ => {
                let cookies = pairs.replace('&', "; ");
                response(engine, &format!("GET /a\ncookie: {cookies}")).status.as_u16()
            }
        };
        for (pairs, is_legal) in [
            ("n1=5&n2=6", true),
            ("n1=x", false),
            ("note=a&n1=5", true),
            ("nw=x&n1=5", true),
            ("k=1&n1=5", true),
            ("k=x&n1=5", false),
            ("n1=5&other=true", true),
            ("n1=5&other=5", false),
        ] {
            assert_eq!(status(&engine, pairs), if is_legal { 200 } else { 422 }, "{location} {pairs}");
        }
        // Nobody knows the other one, which is told of parameters in the query alone.
        let unknown = status(&closed, "n1=5&other=true");
        assert_eq!(unknown, if location == "query" { 422 } else { 200 });
    }
    let closed = with_objects("query", &[("v", &pattern)]);
    let found = violations(&response(&closed, "GET /a?n1=5&other=true"));
    assert_eq!(found[0]["location"], json!(["request", "query", "other"]), "{found}");
}
