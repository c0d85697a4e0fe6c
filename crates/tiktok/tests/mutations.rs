//! Whatever the API may legally send decodes and loses nothing; whatever it may not is an error that names the place.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::VecDeque;
use std::sync::Mutex;

use keyapi_rust_names::RustNames;
use keyapi_spec::Input;
use keyapi_tiktok::{CallOptions, Client, DeviationKind, ErrorKind, OPERATIONS, Operation, RetryPolicy, dispatch};
use keyapi_tiktok_mock::operations::{OperationInfo, Presence};
use keyapi_tiktok_mock::{MockServer, load};
use serde_json::{Map, Value, json};

/// The document with its inferred schemas, from which the types were generated.
fn resolved() -> Value {
    let root = manifest_dir().join("../..");
    let read = |name: &str| std::fs::read(root.join(name));
    let (spec, overlay) = ("openapi/tiktok.openapi.json", "openapi/tiktok.overlay.yaml");
    Input::new(spec, read(spec)).with_overlay(overlay, read(overlay)).resolve(&RustNames).unwrap().document
}

/// The schema and the example of an operation's success.
fn success<'a>(document: &'a Value, operation: &Operation) -> Option<(&'a Value, &'a Value)> {
    let method = operation.method.to_lowercase();
    let content = document["paths"][operation.path][method]["responses"].get("200")?.get("content")?;
    let media = content.get("application/json")?;
    let example = media.get("example").or_else(|| media["examples"].as_object()?.values().next()?.get("value"));
    let schema = &media["schema"];
    Some((schema, example.or_else(|| follow(document, schema).get("example"))?))
}

/// Resolves references, also those in an `allOf` of one.
fn follow<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        return follow(document, document.pointer(reference.trim_start_matches('#')).unwrap());
    }
    match schema.get("allOf").and_then(Value::as_array).map(Vec::as_slice) {
        Some([only]) => follow(document, only),
        _ => schema,
    }
}

/// The JSON path of the first thing in `value` that the schema forbids, in the order of reading.
fn fault(document: &Value, outer: &Value, value: &Value, path: &str) -> Option<String> {
    let schema = follow(document, outer);
    let nullable = |schema: &Value| schema.get("nullable") == Some(&Value::Bool(true));
    if value.is_null() && (nullable(outer) || nullable(schema)) {
        return None;
    }
    let wrong = || Some(path.to_owned());
    match (schema.get("type").and_then(Value::as_str), value) {
        (None, _) | (Some("string"), Value::String(_)) | (Some("boolean"), Value::Bool(_)) => None,
        (Some("number"), Value::Number(_)) => None,
        (Some("integer"), Value::Number(number)) if schema["format"] == "uint64" && number.is_u64() => None,
        (Some("integer"), Value::Number(number)) if schema["format"] != "uint64" && number.is_i64() => None,
        (Some("array"), Value::Array(items)) => {
            let mut items = items.iter().enumerate();
            items.find_map(|(index, item)| fault(document, &schema["items"], item, &format!("{path}[{index}]")))
        }
        (Some("object"), Value::Object(properties)) => fault_in_properties(document, schema, properties, path),
        _ => wrong(),
    }
}

fn fault_in_properties(
    document: &Value,
    schema: &Value,
    properties: &Map<String, Value>,
    path: &str,
) -> Option<String> {
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let inside = properties.iter().find_map(|(name, value)| {
        let known = schema["properties"].get(name);
        let property = known.or_else(|| schema.get("additionalProperties")).unwrap_or(&Value::Null);
        // A response may leave out what is not required, and this API says null for that too.
        if value.is_null() && known.is_some() && !required.contains(&name.as_str()) {
            return None;
        }
        fault(document, property, value, &format!("{path}{}", step(name)))
    });
    inside.or_else(|| Some(format!("{path}{}", step(required.iter().find(|name| !properties.contains_key(**name))?))))
}

/// The step of a JSON path to a property (RFC 9535, section 2.5.1.1).
fn step(name: &str) -> String {
    let is_begin = |character: char| character.is_ascii_alphabetic() || character == '_' || !character.is_ascii();
    let is_plain = name.starts_with(is_begin) && name.chars().all(|it| is_begin(it) || it.is_ascii_digit());
    if is_plain { format!(".{name}") } else { format!("['{name}']") }
}

/// Every node of a value, as JSON pointers.
fn nodes(value: &Value, pointer: String, found: &mut Vec<String>) {
    match value {
        Value::Object(properties) => {
            properties.iter().for_each(|(name, value)| nodes(value, format!("{pointer}/{name}"), found));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| nodes(item, format!("{pointer}/{index}"), found));
        }
        _ => {}
    }
    found.push(pointer);
}

/// Every mutant of a value that differs in one node.
fn mutants(example: &Value) -> Vec<(String, Value)> {
    let mut pointers = Vec::new();
    nodes(example, String::new(), &mut pointers);
    let mut mutants = Vec::new();
    for pointer in pointers {
        let mut change = |what: &str, edit: &dyn Fn(&mut Value)| {
            let mut mutant = example.clone();
            edit(mutant.pointer_mut(&pointer).unwrap());
            mutants.push((format!("{what} at `{pointer}`"), mutant));
        };
        for other in [
            json!(null),
            json!(true),
            json!(7),
            json!(1.5),
            json!("x"),
            json!([]),
            json!([7]),
            json!({}),
            json!(u64::MAX),
        ] {
            change(&format!("{other}"), &|node| *node = other.clone());
        }
        change("an unknown property", &|node| {
            if let Value::Object(properties) = node {
                properties.insert("x_unknown".to_owned(), json!({"deep": [1, null, {"é": 1e300}]}));
            }
        });
        change("another order", &|node| match node {
            Value::Object(properties) => *properties = std::mem::take(properties).into_iter().rev().collect(),
            Value::Array(items) => items.reverse(),
            _ => {}
        });
        if let Some((parent, name)) = pointer.rsplit_once('/') {
            let mut mutant = example.clone();
            match mutant.pointer_mut(parent).unwrap() {
                Value::Object(properties) => drop(properties.remove(name)),
                Value::Array(items) => drop(items.remove(name.parse().unwrap())),
                _ => {}
            }
            mutants.push((format!("without `{pointer}`"), mutant));
        }
    }
    mutants
}

/// What a value says, whatever way it says it: without null properties, and with every number as a float.
fn meaning(value: &Value) -> Value {
    match value {
        Value::Object(properties) => {
            let properties = properties.iter().filter(|(_, value)| !value.is_null());
            properties.map(|(name, value)| (name.clone(), meaning(value))).collect()
        }
        Value::Array(items) => items.iter().map(meaning).collect(),
        Value::Number(number) => json!(number.as_f64()),
        other => other.clone(),
    }
}

/// The parameters and the body without which there is no request.
fn needed(request: &OperationInfo) -> (Vec<(&str, String)>, Option<&Value>) {
    let needed = request.parameters.iter().filter(|parameter| parameter.presence == Presence::Required);
    let written = needed.filter_map(|parameter| Some((parameter.name.as_str(), parameter.written()?)));
    (written.collect(), request.body.as_ref().map(|(_, value)| value))
}

async fn check(client: &Client, request: &OperationInfo, name: &str, mutant: &Value, fault: Option<String>) {
    let (parameters, body) = needed(request);
    let parameters: Vec<(&str, &str)> = parameters.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let result = dispatch::call(client, &request.name, &parameters, body, CallOptions::new()).await;
    match (result, fault) {
        (Ok(response), None) => assert_eq!(meaning(response.value()), meaning(mutant), "{name}"),
        // An element that is null is left out, and nothing else is.
        (Ok(response), Some(path)) if name.starts_with("null ") && path.ends_with(']') => {
            let deviations = response.deviations().iter().map(|deviation| (deviation.kind(), deviation.path()));
            assert_eq!(deviations.collect::<Vec<_>>(), [(DeviationKind::NullElement, path.as_str())], "{name}");
        }
        (Err(error), Some(path)) if error.is_decode() => {
            assert_eq!(error.decode_error().unwrap().path(), path, "{name}: {error}");
        }
        (Err(error), _) if mutant["code"].as_i64().is_some_and(|code| code != 0) => {
            assert_eq!(error.kind(), ErrorKind::Rejected, "{name}: {error}");
        }
        (result, fault) => panic!("{name}: {result:?}, but the fault is {fault:?}"),
    }
}

#[tokio::test]
async fn every_mutant_of_every_example_decodes_or_is_explained() {
    let document = resolved();
    let requests = OperationInfo::list(&load::value(document.clone()).unwrap());
    let (mut legal, mut illegal) = (0, 0);
    for operation in OPERATIONS {
        let request = requests.iter().find(|request| request.name == operation.name).unwrap();
        let Some((schema, example)) = success(&document, operation) else { continue };
        let mutants = mutants(example);
        let server = MockServer::start();
        let bodies = Mutex::new(mutants.iter().map(|(_, mutant)| mutant.to_string()).collect::<VecDeque<_>>());
        server.overrides(|httpmock| {
            httpmock.mock(|when, then| {
                when.any_request();
                then.respond_with(move |_| http::Response::new(bodies.lock().unwrap().pop_front().unwrap()).into());
            });
        });
        let client = Client::builder().api_key("sk_live_test").base_url(server.url()).retry(RetryPolicy::never());
        let client = client.build().unwrap();
        for (name, mutant) in &mutants {
            let fault = fault(&document, schema, mutant, "$");
            *if fault.is_none() { &mut legal } else { &mut illegal } += 1;
            check(&client, request, name, mutant, fault).await;
        }
    }
    assert!(legal > 500 && illegal > 500, "{legal} legal and {illegal} illegal mutants");
}

/// The folder of this crate in the checkout that the tests run in.
fn manifest_dir() -> std::path::PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs the tests").into()
}
