//! OpenAPI 3.1, and what it becomes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod choices;
mod documents;
mod laws;
mod references;

use keyapi_rust_names::RustNames;
use keyapi_spec::{Diagnostic, Input, Severity, Source};
use serde_json::{Value, json};

const CASES: &str = include_str!("cases.yaml");

fn input(document: &Value) -> Input {
    Input::new("spec.json", Ok(document.to_string().into_bytes()))
}

/// A document as it is compared.
#[track_caller]
fn published(document: &Value) -> Value {
    input(document).published(&RustNames).unwrap_or_else(|found| panic!("{found:#?}")).document
}

/// Everything that the pipeline says of a document but notes, as `code pointer`.
fn found(document: &Value) -> Vec<String> {
    let found = input(document).resolve(&RustNames).map_or_else(|found| found, |resolved| resolved.diagnostics);
    let said = |found: &&Diagnostic| found.severity != Severity::Note;
    found.iter().filter(said).map(|found| format!("{} {}", found.code, found.pointer)).collect()
}

/// A document with components.
fn with_components(version: &str, schemas: &Value) -> Value {
    json!({"openapi": version, "info": {"title": "t", "version": "1"}, "paths": {}, "components": {"schemas": schemas}})
}

/// The schema `A` of a case, among those beside it.
fn with_schema(version: &str, schema: &Value, beside: Option<&Value>) -> Value {
    let mut schemas = json!({ "A": schema });
    for (name, schema) in
        beside.and_then(Value::as_object).into_iter().flatten().filter(|(_, schema)| !schema.is_null())
    {
        schemas[name] = schema.clone();
    }
    with_components(version, &schemas)
}

fn cases() -> Vec<Value> {
    let cases = Source::parse("cases.yaml", CASES.as_bytes()).unwrap().value();
    cases.as_array().unwrap().clone()
}

#[test]
fn schemas_become_what_openapi_3_0_says() {
    let mut wrong = Vec::new();
    for case in cases() {
        let document = with_schema("3.1.0", &case["published"], case.get("beside"));
        let converted = published(&document);
        assert_eq!(converted["openapi"], "3.0.3");
        let schema = &converted["components"]["schemas"]["A"];
        if *schema != case["converted"] {
            wrong.push(format!("{}:\n   is {schema}\n  not {}", case["of"], case["converted"]));
        }
        let expected: Vec<String> = case.get("found").and_then(Value::as_array).map_or_else(Vec::new, |expected| {
            let spelled = |text: &Value| text.as_str().unwrap().replacen(" /", " /components/schemas/A/", 1);
            expected.iter().map(spelled).collect()
        });
        let found = found(&document);
        if found != expected {
            wrong.push(format!("{}: {found:?}, not {expected:?}", case["of"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn converted_documents_stay_as_they_are() {
    for case in cases() {
        let once = published(&with_schema("3.1.0", &case["published"], case.get("beside")));
        assert_eq!(published(&once), once, "{}", case["of"]);
    }
}

#[test]
fn a_keyword_of_nothing_is_missing_and_not_unusable() {
    let schema = json!({"type": "object", "pattern": null, "maxLength": null, "required": null, "items": null});
    let found = found(&with_schema("3.0.3", &schema, None));
    let expected = ["required", "items"].map(|keyword| format!("null-member /components/schemas/A/{keyword}"));
    assert_eq!(found, expected);
    let found = self::found(&with_schema("3.0.3", &json!({"type": "string", "maxLength": "3"}), None));
    assert_eq!(found, ["unusable-keyword /components/schemas/A/maxLength"]);
}
