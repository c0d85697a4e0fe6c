//! The places of a document where schemas stand.

use serde_json::{Map, Value};

use super::BEYOND;
use crate::diagnostic::push_token;
use crate::schema::keyword::Form;

/// What is shown a schema, and the pointer to it.
pub(super) type Visit<'a> = &'a mut dyn FnMut(&mut Value, &mut String);

/// Shows every schema that is in no other schema: of parameters, headers, media types and components, in paths, callbacks
/// and webhooks.
pub(super) fn roots(document: &mut Value, visit: Visit<'_>) {
    object(document, &mut String::new(), visit);
}

/// Shows every schema that stands directly in a schema.
pub(super) fn children(schema: &mut Map<String, Value>, at: &mut String, visit: Visit<'_>) {
    for (keyword, value) in schema {
        below(at, keyword, |at| child(keyword, value, at, visit));
    }
}

/// Shows the schemas that a keyword holds.
pub(super) fn child(keyword: &str, value: &mut Value, at: &mut String, visit: Visit<'_>) {
    match (keyword, value) {
        (BEYOND, Value::Object(beyond)) => children(beyond, at, visit),
        ("contentSchema", value) if is_schema(value) => visit(value, at),
        ("$defs" | "definitions", Value::Object(all)) => named(all, at, visit),
        (keyword, value) => match (Form::of(keyword), value) {
            (Some(Form::Schema), value) if is_schema(value) => visit(value, at),
            (Some(Form::Schemas), Value::Array(all)) => {
                for (index, schema) in all.iter_mut().enumerate() {
                    below(at, &index.to_string(), |at| visit(schema, at));
                }
            }
            (Some(Form::NamedSchemas | Form::PatternSchemas), Value::Object(all)) => named(all, at, visit),
            _ => {}
        },
    }
}

/// Whether a value can be a schema.
pub(super) fn is_schema(value: &Value) -> bool {
    value.is_object() || value.is_boolean()
}

/// Whether a keyword stands anywhere in a schema.
pub(super) fn holds(schema: &Value, keyword: &str) -> bool {
    match schema {
        Value::Object(object) => {
            object.contains_key(keyword) || object.values().any(|property| holds(property, keyword))
        }
        Value::Array(elements) => elements.iter().any(|element| holds(element, keyword)),
        _ => false,
    }
}

/// Goes one step down.
pub(super) fn below(at: &mut String, token: &str, go: impl FnOnce(&mut String)) {
    let length = at.len();
    push_token(at, token);
    go(at);
    at.truncate(length);
}

fn named(all: &mut Map<String, Value>, at: &mut String, visit: Visit<'_>) {
    for (name, schema) in all {
        below(at, name, |at| visit(schema, at));
    }
}

/// Looks for schemas in an object that OpenAPI describes.
fn object(value: &mut Value, at: &mut String, visit: Visit<'_>) {
    match value {
        Value::Array(elements) => {
            for (index, element) in elements.iter_mut().enumerate() {
                below(at, &index.to_string(), |at| object(element, at, visit));
            }
        }
        Value::Object(properties) => {
            for (name, property) in properties {
                below(at, name, |at| match name.as_str() {
                    "example" | "examples" | "info" | "servers" | "security" | "securitySchemes" | "tags" => {}
                    "schema" => visit(property, at),
                    "schemas" => each(property, at, &mut |schema, at| visit(schema, at)),
                    "paths"
                    | "webhooks"
                    | super::paths::WEBHOOKS
                    | "pathItems"
                    | "responses"
                    | "headers"
                    | "requestBodies"
                    | "callbacks"
                    | "content"
                    | "encoding" => {
                        each(property, at, &mut |property, at| object(property, at, visit));
                    }
                    "parameters" if property.is_object() => {
                        each(property, at, &mut |property, at| object(property, at, visit))
                    }
                    _ if name.starts_with("x-") => {}
                    _ => object(property, at, visit),
                });
            }
        }
        _ => {}
    }
}

/// Looks into the properties of an object whose names mean nothing.
fn each(value: &mut Value, at: &mut String, look: Visit<'_>) {
    for (name, property) in value.as_object_mut().into_iter().flatten() {
        below(at, name, |at| look(property, at));
    }
}
