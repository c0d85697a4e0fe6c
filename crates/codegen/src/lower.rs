//! Drops from the resolved document what the generator would turn into run-time rejections or does not understand.
//!
//! The mock server and the differ read the resolved document, where all of this is still in place.

use keyapi_spec::Diagnostic;
use serde_json::{Map, Value};

/// Keywords of a schema that constrain values. A reply may break any of them tomorrow, and must still decode.
const CONSTRAINTS: [&str; 15] = [
    "enum",
    "const",
    "default",
    "pattern",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
];

/// Formats that choose a Rust type of the same width; all others would reject a reply for one odd value.
const FORMATS: [&str; 12] =
    ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float", "double", "binary", "byte"];

/// The document as progenitor gets it.
///
/// # Errors
///
/// Located diagnostics for what cannot be generated.
pub fn lower(resolved: &Value) -> Result<Value, Vec<Diagnostic>> {
    let mut document = resolved.clone();
    if let Some(members) = document.as_object_mut() {
        members.retain(|key, _| ["openapi", "info", "paths", "components"].contains(&key.as_str()));
    }
    if let Some(components) = document.get_mut("components").and_then(Value::as_object_mut) {
        components.retain(|key, _| ["schemas", "responses", "parameters", "requestBodies"].contains(&key.as_str()));
        if let Some(Value::Object(schemas)) = components.get_mut("schemas") {
            schemas.values_mut().for_each(schema);
        }
    }
    walk(&mut document);
    Ok(document)
}

/// Finds the schemas that stand outside of `components.schemas`, and drops examples and extensions on the way.
fn walk(node: &mut Value) {
    match node {
        Value::Object(members) => {
            members.retain(|key, _| {
                !(key.starts_with("x-") || ["example", "examples", "security"].contains(&key.as_str()))
            });
            for (key, member) in members {
                match key.as_str() {
                    "schema" => schema(member),
                    "schemas" => {}
                    _ => walk(member),
                }
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(walk),
        _ => {}
    }
}

fn schema(node: &mut Value) {
    let Some(members) = node.as_object_mut() else { return };
    members.retain(|key, value| match key.as_str() {
        "format" => value.as_str().is_some_and(|format| FORMATS.contains(&format)),
        "example" | "examples" | "externalDocs" | "xml" | "deprecated" => false,
        key => !(key.starts_with("x-") || CONSTRAINTS.contains(&key) || key == "maxProperties"),
    });
    children(members);
}

fn children(members: &mut Map<String, Value>) {
    for (key, member) in members {
        match (key.as_str(), member) {
            ("properties", Value::Object(properties)) => properties.values_mut().for_each(schema),
            ("items" | "additionalProperties" | "not", member) => schema(member),
            ("allOf" | "oneOf" | "anyOf", Value::Array(branches)) => branches.iter_mut().for_each(schema),
            _ => {}
        }
    }
}
