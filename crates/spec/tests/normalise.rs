//! What is corrected in a document before anything is generated from it, and what is said about that.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use keyapi_rust_names::RustNames;
use keyapi_spec::{Input, Severity, Source};
use serde_json::{Value, json};

const CASES: &str = include_str!("cases/normalise.yaml");

/// The document of a case.
fn document(case: &Value) -> Value {
    let mut document = json!({"openapi": "3.0.3", "info": {"title": "t", "version": "1"}});
    document["paths"] = case.get("paths").cloned().unwrap_or_else(|| json!({}));
    document["components"] = case.get("components").cloned().unwrap_or_else(|| json!({}));
    if let Some(envelope) = case.get("x-envelope") {
        document["x-envelope"] = envelope.clone();
    }
    if let Some(schema) = case.get("schema") {
        document["components"]["schemas"]["A"] = schema.clone();
    }
    if let Some(operation) = case.get("operation") {
        document["paths"]["/x"]["post"] = json!({"operationId": "x"});
        document["paths"]["/x"]["post"].as_object_mut().unwrap().extend(operation.as_object().unwrap().clone());
    }
    let operations = document["paths"].as_object_mut().unwrap().values_mut();
    for operation in operations.flat_map(|item| item.as_object_mut().unwrap().values_mut()) {
        let operation = operation.as_object_mut().unwrap();
        operation.entry("responses").or_insert_with(|| json!({"204": {"description": "d"}}));
    }
    document
}

/// A place in a document, which a case writes in short.
fn pointer(place: &str) -> String {
    let (start, rest) = place.split_at(place.find('/').unwrap_or(place.len()));
    match start {
        "" => place.to_owned(),
        "A" => format!("/components/schemas/A{rest}"),
        "x" => format!("/paths/~1x/post{rest}"),
        _ => panic!("{place} is no place"),
    }
}

#[test]
fn documents_are_corrected_as_is_said() {
    let mut wrong = Vec::new();
    let cases = Source::parse("normalise.yaml", CASES.as_bytes()).unwrap().value();
    for case in cases.as_array().unwrap() {
        let of = case["of"].as_str().unwrap();
        let input = Input::new("spec.json", Ok(document(case).to_string().into_bytes()));
        let (resolved, found) = match input.resolve(&RustNames) {
            Ok(resolved) => (resolved.document, resolved.diagnostics),
            Err(found) => (Value::Null, found),
        };
        let found = found.iter().filter(|found| found.severity != Severity::Note);
        let found: Vec<String> = found.map(|found| format!("{} {}", found.code, found.pointer)).collect();
        let expected = case.get("found").and_then(Value::as_array).into_iter().flatten().map(|text| {
            let (code, place) = text.as_str().unwrap().split_once(' ').unwrap();
            format!("{code} {}", pointer(place))
        });
        let expected: Vec<String> = expected.collect();
        if found != expected {
            wrong.push(format!("{of}:\n   is {found:#?}\n  not {expected:#?}"));
        }
        for (place, expected) in case.get("resolved").and_then(Value::as_object).into_iter().flatten() {
            let is = resolved.pointer(&pointer(place)).unwrap_or(&Value::Null);
            if is != expected {
                wrong.push(format!("{of}: {place}\n   is {is}\n  not {expected}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
