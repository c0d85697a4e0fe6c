//! Prepares the resolved document for the generator: reduces it to what becomes code that accepts every legal response.
//!
//! The result is put together from what is understood, not by taking away what is not, so that nothing else reaches the
//! generator. The mock server and the differ read the resolved document, which says all of it.

mod by_status;
mod httpmock;
mod operation;
mod path;
pub(crate) mod reach;
mod responses;
mod schema;
mod shape;
mod unions;

use serde_json::{Map, Value, json};

use keyapi_rust_names::RustNames;
use keyapi_spec::Naming;
use keyapi_spec::document::operations;
use keyapi_spec::document::server;

use crate::{deprecated, docs};
use schema::{Component, Schemas};

use by_status::BY_STATUS;
pub(crate) use by_status::{ByStatus, OfStatus, StatusVariant};
pub(crate) use httpmock::for_httpmock;
pub(crate) use operation::{CONTENT_TYPE, rust_name};
pub(crate) use path::ASIDE;
pub(crate) use responses::with_raw_responses;
pub(crate) use shape::Shape;
pub(crate) use unions::{UNKNOWN, Union, Variant};

/// The property of a path that holds the paths of the servers of its operations, in their order.
const SERVER_PATHS: &str = "x-server-paths";

/// The property that marks a header as a cookie.
const COOKIE: &str = "x-cookie";

/// The property that marks a parameter of the query whose values are sent under names of their own.
const SPREAD: &str = "x-spread";

/// The property of an operation that holds its responses without a body.
const WITHOUT_BODY: &str = "x-without-body";

/// The property of an operation that holds the schema of the parts of a body that comes in parts.
pub(crate) const ITEM: &str = "x-item";

/// The property of an operation that holds the schema of a success in XML.
pub(crate) const XML: &str = "x-xml";

/// The property of an operation that holds the schema of a body that is sent in XML.
pub(crate) const XML_BODY: &str = "x-xml-body";

/// A document as the generator gets it.
pub(crate) struct Prepared {
    /// The OpenAPI 3.0 document.
    pub(crate) document: Value,
    /// The types that callers never make, because only responses have them.
    pub(crate) of_responses: Vec<String>,
    /// The types that request bodies are made of.
    pub(crate) of_requests: Vec<String>,
    /// The types that are one of several. In the document there is a placeholder for each.
    pub(crate) unions: Vec<Union>,
    /// The types of which the status of a response chooses, which have placeholders as well.
    pub(crate) by_status: Vec<ByStatus>,
    /// The fields that the document deprecates.
    pub(crate) deprecated: deprecated::Fields,
}

/// Prepares a document for a client whose responses are typed.
pub(crate) fn prepare(resolved: &Value) -> Prepared {
    let schemas = Schemas::of(resolved);
    let mut components = Map::new();
    let mut unions = Vec::new();
    let (mut of_responses, mut of_requests) = (Vec::new(), Vec::new());
    for (name, schema) in resolved.pointer("/components/schemas").and_then(Value::as_object).into_iter().flatten() {
        let type_name = RustNames.component_type(name, schema);
        match schemas.is_requested(name) {
            true => of_requests.push(type_name.clone()),
            false => of_responses.push(type_name.clone()),
        }
        let component = match schemas.component(name, schema) {
            Component::Schema(schema) => schema,
            Component::Union(union) => {
                unions.push(union);
                json!({})
            }
        };
        components.insert(type_name, component);
    }
    let mut by_status = Vec::new();
    let mut paths: Map<String, Value> = Map::new();
    for key in operations(resolved) {
        let Some(operation) = resolved.pointer(&key.pointer) else { continue };
        let (path, operation, chosen) = operation::prepare(&schemas, &key, operation);
        by_status.extend(chosen.into_iter().flatten());
        let item = paths.entry(path).or_insert_with(|| json!({ SERVER_PATHS: [] }));
        item[&key.method] = operation;
        if let Some(found) = item[SERVER_PATHS].as_array_mut() {
            found.push(json!(server::path(&server::of_operation(resolved, &key))));
        }
    }
    components.extend(by_status.iter().map(|by_status| (by_status.name.clone(), json!({}))));
    let document = json!({
        "openapi": "3.0.3",
        "info": info(resolved),
        "paths": paths,
        "components": {"schemas": components},
    });
    Prepared { document, of_responses, of_requests, unions, by_status, deprecated: deprecated::fields(resolved) }
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
