//! What a document leaves to a person who knows the API: values that only prose lists, examples that stand for a value,
//! and numbers that may be whole by chance.
//!
//! Each is a note, since the document can be worked with as it is; what a person could say is in [`crate::overlay::proposal`].

pub(crate) mod number;
pub(crate) mod placeholder;
pub(crate) mod prose;

use serde_json::{Map, Value};

use crate::Diagnostic;
use crate::diagnostic::{join, push_token};
use crate::document::METHODS;

/// Finds all of it in a document that was corrected, and whose holes are filled.
pub(crate) fn find(document: &Value) -> Vec<Diagnostic> {
    let parameters = parameters(document);
    let prose = parameters.iter().filter_map(|(pointer, parameter)| prose::check(pointer, parameter));
    let placeholders = parameters.iter().filter_map(|(pointer, parameter)| placeholder::check(pointer, parameter));
    prose.chain(placeholders).chain(number::check(document)).collect()
}

/// The parameters that are written out, with their JSON pointers.
fn parameters<'a>(document: &'a Value) -> Vec<(String, &'a Map<String, Value>)> {
    let mut found = Vec::new();
    let mut list = |owner: &'a Value, pointer: &str| {
        let listed = owner.get("parameters").and_then(Value::as_array).into_iter().flatten();
        let pointer = join(pointer, "parameters");
        found.extend(listed.enumerate().map(|(index, parameter)| (format!("{pointer}/{index}"), parameter)));
    };
    for (path, item) in document.get("paths").and_then(Value::as_object).into_iter().flatten() {
        let pointer = join("/paths", path);
        list(item, &pointer);
        for method in METHODS {
            if let Some(operation) = item.get(method) {
                list(operation, &join(&pointer, method));
            }
        }
    }
    let components = document.pointer("/components/parameters").and_then(Value::as_object).into_iter().flatten();
    found.extend(components.map(|(name, parameter)| (join("/components/parameters", name), parameter)));
    found.into_iter().filter_map(|(pointer, parameter)| Some((pointer, parameter.as_object()?))).collect()
}

/// Is shown the name of a property, its schema, and the JSON pointer of that.
type Visit<'v, 'a> = dyn FnMut(&'a str, &'a Map<String, Value>, &str) + 'v;

/// Shows every named property of the document's schemas, and where it stands.
pub(crate) fn properties<'a>(document: &'a Value, visit: &mut Visit<'_, 'a>) {
    walk(document, &mut String::new(), visit);
}

fn walk<'a>(node: &'a Value, pointer: &mut String, visit: &mut Visit<'_, 'a>) {
    let length = pointer.len();
    match node {
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                push_token(pointer, &index.to_string());
                walk(element, pointer, visit);
                pointer.truncate(length);
            }
        }
        Value::Object(object) => {
            // What is in examples is data and no schema.
            let is_data =
                |key: &str| ["example", "examples", "default", "enum"].contains(&key) || key.starts_with("x-");
            for (key, child) in object.iter().filter(|(key, _)| !is_data(key)) {
                push_token(pointer, key);
                match child {
                    Value::Object(named) if key == "properties" => properties_of(named, pointer, visit),
                    _ => walk(child, pointer, visit),
                }
                pointer.truncate(length);
            }
        }
        _ => {}
    }
}

fn properties_of<'a>(named: &'a Map<String, Value>, pointer: &mut String, visit: &mut Visit<'_, 'a>) {
    let length = pointer.len();
    for (name, schema) in named {
        push_token(pointer, name);
        if let Some(properties) = schema.as_object() {
            visit(name, properties, pointer);
        }
        walk(schema, pointer, visit);
        pointer.truncate(length);
    }
}
