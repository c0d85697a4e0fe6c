//! Local references, however they are spelled, in documents and pages; and references where only data may stand.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use keyapi_rust_names::RustNames;
use keyapi_spec::import::page::Page;
use keyapi_spec::{Diagnostic, Input};
use serde_json::{Value, json};

const PAGE: &str = include_str!("pages/trending-music.md");

fn input(document: &Value) -> Input {
    Input::new("spec.json", Ok(document.to_string().into_bytes()))
}

#[track_caller]
fn resolved(document: &Value) -> (Value, Vec<Diagnostic>) {
    let resolved = input(document).resolve(&RustNames).unwrap_or_else(|found| panic!("{found:#?}"));
    (resolved.document, resolved.diagnostics)
}

/// A document that refers to components of every kind.
fn document(escape: impl Fn(&str) -> String) -> Value {
    let to = |section: &str, name: &str| json!({"$ref": format!("#/components/{section}/{}", escape(name))});
    json!({
        "openapi": "3.0.3", "info": {"title": "t", "version": "1"},
        "paths": {"/x": {"post": {
            "operationId": "x",
            "parameters": [to("parameters", "a page")],
            "requestBody": to("requestBodies", "the body"),
            "responses": {"200": to("responses", "an answer"), "404": {"description": "d", "content": {"application/json": {
                "schema": to("schemas", "My Fault/%41"),
            }}}},
        }}},
        "components": {
            "parameters": {"a page": {"name": "page", "in": "query", "schema": to("schemas", "A Page")}},
            "requestBodies": {"the body": {"required": true, "content": {"application/json": {"schema": to("schemas", "A Body")}}}},
            "responses": {"an answer": {"description": "d", "content": {"application/json": {"examples": {"one": to("examples", "an example")}}}}},
            "examples": {"an example": {"value": {"id": 1}}},
            "schemas": {
                "A Page": {"type": "integer"},
                "A Body": {"type": "object", "properties": {"next": to("schemas", "A Body"), "why": {"allOf": [to("schemas", "My Fault/%41")], "nullable": true}}},
                "My Fault/%41": {"type": "object", "properties": {"code": {"type": "string"}}},
            },
        },
    })
}

fn plain(name: &str) -> String {
    name.replace('%', "%25").replace('/', "~1")
}

#[test]
fn references_mean_the_same_however_they_are_spelled() {
    let (expected, _) = resolved(&document(plain));
    assert!(expected.to_string().contains("\"properties\":{\"id\":{"), "the body has a schema from its example");
    let encoded = |name: &str| plain(name).replace(' ', "%20").replace('~', "%7E").replace('A', "%41");
    assert_eq!(resolved(&document(encoded)).0, expected);
    // A pointer is decoded once: what comes out is not decoded again.
    let twice = |name: &str| encoded(name).replace("%25", "%2525");
    let found = input(&document(twice)).resolve(&RustNames).expect_err("there is no such component");
    let mut errors = found.iter().filter(|found| found.is_error());
    assert!(errors.all(|found| found.code == "missing-reference"), "{found:#?}");
}

#[test]
fn pages_and_documents_follow_the_same_references() {
    let with = |target: &str| {
        let page =
            PAGE.replacen("components:\n", "components:\n  schemas: {A B: {type: string}, a/b~c: {type: string}}\n", 1);
        let from = "      responses:\n";
        assert!(page.contains(from));
        page.replacen(from, &format!("      x-more: {{schema: {{$ref: '{target}'}}}}\n{from}"), 1)
    };
    for target in [
        "#/components/schemas/A%20B",
        "#/components/schemas/A B",
        "#/components/schemas/a~1b~0c",
        "#/components/schemas/a%7E1b%7e0c",
        "#",
    ] {
        Page::parse("page.md", with(target).as_bytes()).unwrap_or_else(|found| panic!("{target}: {found:#?}"));
    }
    for target in [
        "#/components/schemas/A%2520B",
        "#/components/schemas/A+B",
        "#components",
        "#/components/schemas/a%2Fb~0c",
        "#/%FF",
    ] {
        let found = Page::parse("page.md", with(target).as_bytes()).expect_err(target);
        assert_eq!((found.len(), found[0].code), (1, "page-incomplete"), "{found:#?}");
        assert!(found[0].message.contains(target) && found[0].line > 0, "{found:#?}");
    }
}

/// A document whose body is declared, and the findings about references in examples.
fn left_out(mut document: Value) -> (Value, Vec<String>) {
    document["openapi"] = json!("3.0.3");
    document["info"] = json!({"title": "t", "version": "1"});
    let served = input(&document).outline(&RustNames).unwrap().to_value();
    let (resolved, found) = resolved(&document);
    let examples = |document: &Value| document["paths"]["/x"]["get"].to_string().contains("elsewhere");
    assert!(!examples(&served) && !examples(&resolved), "{served:#}");
    let found = found.into_iter().filter(|found| found.code == "reference-example");
    (served, found.map(|found| found.pointer.replace("/paths/~1x/get/", "")).collect())
}

#[test]
fn examples_with_references_are_left_out_wherever_they_are() {
    let lone = json!({"$ref": "#/components/examples/elsewhere"});
    let schema =
        json!({"type": "object", "properties": {"a": {"type": "object", "properties": {"b": {"type": "string"}}}}});
    let ok = json!({"a": {"b": "fine"}});
    let (served, found) = left_out(json!({"paths": {"/x": {"get": {
        "operationId": "x",
        "parameters": [{"name": "p", "in": "query", "schema": {"type": "string", "example": lone}, "example": lone}],
        "responses": {
            "200": {
                "description": "d",
                "headers": {"X-Odd": {"schema": {"type": "string"}, "example": lone}},
                "content": {
                    "application/json": {"schema": schema, "examples": {"bad": {"value": {"a": lone}}, "good": {"value": ok}, "named": {"$ref": "#/components/examples/elsewhere"}}},
                    "text/plain": {"schema": {"type": "string"}, "example": lone},
                },
            },
            "400": {"description": "d", "content": {"application/json": {"schema": schema, "examples": {"bad": {"value": lone}}}}},
        },
    }}}, "components": {"examples": {"elsewhere": {"value": [lone]}}}}));
    assert_eq!(
        found,
        [
            "parameters/0/example",
            "parameters/0/schema/example",
            "responses/200/headers/X-Odd/example",
            "responses/200/content/application~1json/examples/bad/value/a",
            "/components/examples/elsewhere/value/0",
            "responses/200/content/text~1plain/example",
            "responses/400/content/application~1json/examples/bad/value",
        ]
    );
    let responses = &served["paths"]["/x"]["get"]["responses"];
    assert_eq!(responses["200"]["content"]["application/json"]["examples"], json!({"good": {"value": ok}}));
    assert_eq!(responses["400"]["content"]["application/json"], json!({"schema": schema}));
}

#[test]
fn data_that_looks_like_a_reference_stays() {
    let link = json!({"type": "object", "properties": {"$ref": {"type": "string"}}});
    let document = json!({"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {"/x": {"get": {
        "operationId": "x",
        "responses": {"200": {"description": "d", "content": {"application/json": {
            "schema": {"type": "array", "items": link}, "example": [{"$ref": "a"}, {"$ref": "b", "more": 1}],
        }}}},
    }}}});
    let served = input(&document).outline(&RustNames).unwrap().to_value();
    assert_eq!(served["paths"]["/x"]["get"]["responses"], document["paths"]["/x"]["get"]["responses"]);
    assert!(resolved(&document).1.iter().all(|found| found.code != "reference-example"));
}

#[test]
fn keys_of_components_are_legal_and_what_refers_to_them_follows() {
    let value = json!({"$ref": "#/components/examples/no-such thing"});
    let (resolved, found) = resolved(&json!({
        "openapi": "3.0.3", "info": {"title": "t", "version": "1"},
        "security": [{"JWT Bearer": []}],
        "paths": {"/x": {"get": {
            "operationId": "x",
            "security": [{"JWT Bearer": [], "JWT_Bearer": []}, {}],
            "responses": {"200": {
                "description": "d",
                "headers": {"X-A": {"$ref": "#/components/headers/der%20Kopf"}},
                "content": {"application/json": {"schema": {
                    "oneOf": [{"$ref": "#/components/schemas/a%20b"}, {"$ref": "#/components/schemas/a+b"}],
                    "discriminator": {"propertyName": "k", "mapping": {"1": "a b", "2": "#/components/schemas/a+b", "3": "a_b"}},
                }}},
            }},
        }}},
        "components": {
            "securitySchemes": {
                "JWT Bearer": {"type": "http", "scheme": "bearer"},
                "JWT_Bearer": {"type": "apiKey", "in": "query", "name": "k"},
            },
            "headers": {"der Kopf": {"schema": {"type": "string"}}},
            "schemas": {
                "a+b": {"type": "object", "properties": {"k": {"type": "string"}, "$ref": {"type": "object", "properties": {}}}},
                "a b": {"type": "object", "properties": {"k": {"type": "string"}}, "x-more": value},
                "a_b": {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/a+b"}}},
                "\u{fc}": {"type": "object", "properties": {"k": {"type": "string"}}},
                "": {"type": "object", "properties": {"k": {"type": "string"}}},
            },
            "x-odd keys": {"stay here": 1},
        },
    }));
    assert!(found.iter().all(|found| !found.is_error()), "{found:#?}");
    let at = |pointer: &str| resolved.pointer(pointer).unwrap_or_else(|| panic!("{pointer} in {resolved:#}"));
    assert_eq!(resolved["security"], json!([{"JWT_Bearer_": []}]));
    assert_eq!(at("/paths/~1x/get/security"), &json!([{"JWT_Bearer_": [], "JWT_Bearer": []}, {}]));
    assert_eq!(at("/components/securitySchemes/JWT_Bearer_/scheme"), "bearer");
    assert_eq!(at("/components/securitySchemes/JWT_Bearer/type"), "apiKey");
    assert_eq!(at("/paths/~1x/get/responses/200/headers/X-A/$ref"), "#/components/headers/der_Kopf");
    let text = resolved.to_string();
    // A tag of a schema is spelled as it was, whatever its schema is called.
    let mapping = r##""mapping":{"1":"#/components/schemas/a_b_","2":"#/components/schemas/a_b__","a b":"#/components/schemas/a_b_","a+b":"#/components/schemas/a_b__"}"##;
    assert!(text.contains(mapping), "{text}");
    // `a b` comes before `a+b`, wherever they stand; and `a_b` is what it was.
    assert_eq!(at("/components/schemas/a_b/properties/next/$ref"), "#/components/schemas/a_b__");
    assert_eq!(at("/components/schemas/a_b_/x-more"), &value);
    let schemas: Vec<&String> = resolved["components"]["schemas"].as_object().unwrap().keys().collect();
    assert!(schemas.iter().all(|key| key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))));
    assert!(schemas.iter().all(|key| !key.is_empty()), "{schemas:?}");
    assert_eq!(resolved["components"]["x-odd keys"], json!({"stay here": 1}));
}
