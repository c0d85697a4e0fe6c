//! Reduces the resolved document to what the generator can turn into code that accepts every legal reply.
//!
//! The result is put together from what is understood, not by taking away what is not, so that nothing else reaches the
//! generator. The mock server and the differ read the resolved document, which says all of it.

mod operation;
mod path;
mod reach;
mod schema;

use serde_json::{Map, Value, json};

use keyapi_spec::document::operations;
use keyapi_spec::rust_names::component_type;
use keyapi_spec::server;

use crate::docs;
use schema::Schemas;

pub(crate) use operation::rust_name;

/// The member of a path that holds the paths of the servers of its operations, in their order.
const SERVER_PATHS: &str = "x-server-paths";

/// The document as progenitor gets it for the client.
pub(crate) fn lower(resolved: &Value) -> Value {
    let schemas = Schemas::of(resolved);
    let mut components = Map::new();
    for (name, schema) in resolved.pointer("/components/schemas").and_then(Value::as_object).into_iter().flatten() {
        components.insert(component_type(name, schema), schemas.component(name, schema));
    }
    let mut paths: Map<String, Value> = Map::new();
    for key in operations(resolved) {
        let Some(operation) = resolved.pointer(&key.pointer) else { continue };
        let (path, lowered) = operation::lower(&schemas, &key, operation);
        let item = paths.entry(path).or_insert_with(|| json!({ SERVER_PATHS: [] }));
        item[&key.method] = lowered;
        if let Some(found) = item[SERVER_PATHS].as_array_mut() {
            found.push(json!(server::path(&server::of_operation(resolved, &key))));
        }
    }
    json!({
        "openapi": "3.0.3",
        "info": info(resolved),
        "paths": paths,
        "components": {"schemas": components},
    })
}

fn info(resolved: &Value) -> Value {
    let text = |key: &str| resolved.pointer("/info").and_then(|info| info.get(key)).and_then(Value::as_str);
    let mut info = Map::new();
    info.insert("title".to_owned(), json!(docs::comment(text("title").unwrap_or("the API"))));
    if let Some(description) = text("description").filter(|description| !description.trim().is_empty()) {
        info.insert("description".to_owned(), json!(docs::comment(description)));
    }
    // The version is sent as a header, which holds visible characters only.
    let version = match resolved.pointer("/info/version") {
        Some(Value::String(version)) => version.clone(),
        // Without quotes `1.0` is a number in YAML.
        Some(version @ Value::Number(_)) => version.to_string(),
        _ => String::new(),
    };
    info.insert("version".to_owned(), json!(version.replace(|c: char| !(' '..='~').contains(&c), "-")));
    Value::Object(info)
}

/// The document as progenitor gets it for the httpmock extension, which lacks support for some of what the client has.
pub(crate) fn lower_for_httpmock(lowered: &Value) -> Value {
    let mut document = lowered.clone();
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else { return document };
    let mut escaped: Map<String, Value> = Map::new();
    for (path, mut item) in std::mem::take(paths) {
        let servers = item.as_object_mut().and_then(|item| item.shift_remove(SERVER_PATHS)).unwrap_or_default();
        for (_, operation) in item.as_object_mut().into_iter().flatten() {
            operation::settle_for_httpmock(&path, operation);
        }
        // It makes a regular expression of the path as it is.
        let servers = servers.as_array().into_iter().flatten().filter_map(Value::as_str);
        escaped.insert(path::below(servers, &path::escape(&path)), item);
    }
    *paths = escaped;
    document
}
