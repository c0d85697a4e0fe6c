//! Documents that are large or hostile: all of them end, in code or in a diagnostic. That the tests end is the proof.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::fs;

use keyapi_codegen::RustNames;
use keyapi_spec::Input;
use serde_json::{Map, Value, json};

/// Ten times the size of the whole platform, where the compiler makes it quick enough.
const OPERATIONS: usize = if cfg!(debug_assertions) { 150 } else { 1000 };

/// The vendored document with its one operation many times over, each with an example of its own.
fn grown(operations: usize) -> Value {
    let root = manifest_dir().join("../..");
    let text = fs::read_to_string(root.join("crates/spec/tests/cases/tiktok.openapi.json")).unwrap();
    let mut document: Value = serde_json::from_str(&text).unwrap();
    let (path, item) = document["paths"].as_object().unwrap().iter().next().unwrap();
    let (path, item) = (path.clone(), item.clone());
    let one = |number: usize| {
        let mut item = item.clone();
        let operation = &mut item["get"];
        operation["operationId"] = json!(format!("get_api_v3_realtime_{number}"));
        operation["responses"]["200"]["content"]["application/json"]["schema"]["example"]["data"] =
            json!({"score": number, "list": null});
        // The overlay corrects the vendored operation, so that stays where it is.
        (if number == 0 { path.clone() } else { format!("{path}/{number}") }, item)
    };
    document["paths"] = (0..operations).map(one).collect();
    document
}

#[test]
fn many_operations_go_through() {
    let root = manifest_dir().join("../..");
    let overlay = fs::read(root.join("crates/spec/tests/cases/tiktok.overlay.yaml")).unwrap();
    let input = Input::new("grown.json", Ok(grown(OPERATIONS).to_string().into_bytes()))
        .with_overlay("overlay.yaml", Ok(overlay));
    let resolved = input
        .resolve(&RustNames)
        .unwrap_or_else(|found| panic!("{}", input.render(&found, keyapi_spec::diagnostic::render::Style::Plain)));
    let generated = keyapi_codegen::generate(&resolved.document).unwrap();
    assert_eq!(generated.client.matches("pub async fn ").count(), OPERATIONS);
}

/// A document with one operation that answers with `schema`.
fn document(schema: Value, components: Value) -> Value {
    json!({
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "paths": {"/a": {"get": {"operationId": "a", "responses": {
            "200": {"description": "d", "content": {"application/json": {"schema": schema}}},
        }}}},
        "components": {"schemas": components},
    })
}

/// Takes a document through everything, and compares the code of the first error with the one that is expected; `""`
/// expects none.
#[track_caller]
fn check(document: &Value, expected: &str) {
    check_text(document.to_string(), expected);
}

#[track_caller]
fn check_text(document: String, expected: &str) {
    let input = Input::new("hostile.json", Ok(document.into_bytes()));
    let generated = input.resolve(&RustNames).and_then(|resolved| keyapi_codegen::generate(&resolved.document));
    let refused = generated.err().unwrap_or_default();
    let error = refused.iter().find(|found| found.is_error()).map(|found| found.code);
    assert_eq!(error.unwrap_or_default(), expected, "{:?}", refused.first());
}

fn reference(name: impl std::fmt::Display) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// `count` properties that are made by `property` of their numbers.
fn numbered(count: usize, property: impl Fn(usize) -> (String, Value)) -> Value {
    Value::Object((0..count).map(property).collect::<Map<_, _>>())
}

#[test]
fn deep_schemas() {
    let around = [
        (r#"{"type": "object", "properties": {"p": "#, "}}"),
        (r#"{"type": "array", "items": "#, "}"),
        (r#"{"type": "object", "additionalProperties": "#, "}"),
        (r#"{"allOf": ["#, r#", {"description": "d"}]}"#),
        (r#"{"oneOf": [{"type": "integer"}, "#, "]}"),
    ];
    for (before, after) in around {
        for (depth, expected) in [(50, ""), (200, "too-deep"), (20_000, "too-deep")] {
            let schema = format!("{}{{\"type\": \"string\"}}{}", before.repeat(depth), after.repeat(depth));
            let whole = document(json!("SCHEMA"), json!({})).to_string().replace("\"SCHEMA\"", &schema);
            check_text(whole, expected);
        }
    }
}

#[test]
fn wide_schemas() {
    let string = json!({"type": "string"});
    let object =
        |count| json!({"type": "object", "properties": numbered(count, |n| (format!("p{n}"), string.clone()))});
    check(&document(object(300), json!({})), "");
    check(&document(object(10_000), json!({})), "too-wide");
    let values: Vec<String> = (0..10_000).map(|n| format!("v{n}")).collect();
    check(&document(json!({"type": "string", "enum": values}), json!({})), "");
    let branches: Vec<Value> = (0..300).map(reference).collect();
    let components = numbered(300, |n| (n.to_string(), json!({"type": "object", "properties": {format!("p{n}"): {}}})));
    check(&document(json!({"oneOf": branches}), components.clone()), "");
    check(&document(json!({"allOf": branches}), components), "");
}

#[test]
fn schemas_that_are_made_of_themselves() {
    let cycle = |keyword: &str| json!({"A": {keyword: [reference("B")]}, "B": {keyword: [reference("A")]}});
    for keyword in ["allOf", "oneOf", "anyOf"] {
        check(&document(reference("A"), cycle(keyword)), "circular-schema");
    }
    check(&document(reference("A"), json!({"A": reference("A")})), "circular-reference");
    check(&document(reference("A"), json!({"A": reference("B"), "B": reference("A")})), "circular-reference");
    let long = |count| numbered(count, |n| (format!("A{n}"), json!({"allOf": [reference(format!("A{}", n + 1)), {}]})));
    let mut chain = long(10_000);
    chain["A10000"] = json!({"type": "object"});
    check(&document(reference("A0"), chain), "circular-schema");
}

#[test]
fn schemas_that_grow_with_every_use() {
    // Every level has the next one twice: two to the power of fifty properties, if they were written out.
    for keyword in ["allOf", "oneOf", "anyOf"] {
        let mut doubled = numbered(50, |n| {
            let next = reference(format!("A{}", n + 1));
            (format!("A{n}"), json!({keyword: [next, next, {"type": "object", "properties": {format!("p{n}"): {}}}]}))
        });
        doubled["A50"] = json!({"type": "object", "properties": {"last": {}}});
        check(&document(reference("A0"), doubled), "");
    }
    // A part and the whole have a property of the type of the whole.
    let node = json!({"type": "object", "properties": {"parent": reference("Tree")}});
    let tree = json!({"allOf": [reference("Node"), {"properties": {"parent": reference("Tree")}}]});
    check(&document(reference("Tree"), json!({"Node": node, "Tree": tree})), "");
    // Two kinds of trees that differ at every node, of which one response has to be made.
    let tree = |kind: &str, other: &str| {
        let mut properties = numbered(20, |n| (format!("p{n}"), reference(kind)));
        properties[other] = json!({"type": "string"});
        json!({"type": "object", "properties": properties})
    };
    let mut both = document(reference("A"), json!({"A": tree("A", "a"), "B": tree("B", "b")}));
    both["paths"]["/a"]["get"]["responses"]["201"] =
        json!({"description": "d", "content": {"application/json": {"schema": reference("B")}}});
    check(&both, "");
}

#[test]
fn wide_operations() {
    let mut wide = document(json!({"type": "object"}), json!({}));
    let parameters: Vec<Value> =
        (0..300).map(|n| json!({"name": format!("p{n}"), "in": "query", "schema": {"type": "string"}})).collect();
    wide["paths"]["/a"]["get"]["parameters"] = json!(parameters);
    check(&wide, "");
    let path = "/{p}".repeat(1000);
    let mut long = document(json!({"type": "object"}), json!({}));
    long["paths"] = json!({path: long["paths"]["/a"]});
    check(&long, "");
}

/// The folder of this crate in the checkout that the tests run in.
fn manifest_dir() -> std::path::PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs the tests").into()
}
