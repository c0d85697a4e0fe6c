//! An OpenAPI document: moving about in it, and what its parts say.

#[cfg(feature = "pipeline")]
pub mod body;
pub mod envelope;
#[cfg(feature = "pipeline")]
pub(crate) mod example;
pub mod extension;
pub(crate) mod nested;
#[cfg(feature = "pipeline")]
pub(crate) mod operation;
pub mod outline;
pub mod parameter;
#[cfg(feature = "pipeline")]
pub mod part;
pub mod reference;
#[cfg(feature = "pipeline")]
pub mod response;
pub mod response_header;
#[cfg(feature = "pipeline")]
pub mod security;
pub mod server;
#[cfg(feature = "pipeline")]
pub mod template;
#[cfg(feature = "pipeline")]
pub(crate) mod url;
#[cfg(feature = "pipeline")]
pub mod uses;
pub mod version;

use std::borrow::Cow;
use std::fmt;

use serde_json::{Map, Value};

use crate::diagnostic::join;

/// The properties of a path item that are operations.
pub const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// What JSON pointers lead into: a document, or one of which parts are read when they are asked for.
pub trait Lookup {
    /// What a JSON pointer leads to.
    fn at(&self, pointer: &str) -> Option<&Value>;
}

impl Lookup for Value {
    fn at(&self, pointer: &str) -> Option<&Value> {
        self.pointer(pointer)
    }
}

/// Where an operation stands in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationKey {
    /// The path template, as the document spells it.
    pub path: String,
    /// The method in lower case, as the document spells it.
    pub method: String,
    /// JSON pointer to the operation.
    pub pointer: String,
}

impl OperationKey {
    /// The key of the operation that a path and a method name.
    pub fn new(path: &str, method: &str) -> Self {
        let pointer = join(&join("/paths", path), method);
        Self { path: path.to_owned(), method: method.to_owned(), pointer }
    }
}

impl fmt::Display for OperationKey {
    /// The operation as pages and people write it: `GET /v1/things`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method.to_uppercase(), self.path)
    }
}

/// All operations in document order.
pub fn operations(document: &Value) -> Vec<OperationKey> {
    let mut keys = Vec::new();
    let Some(paths) = document.get("paths").and_then(Value::as_object) else { return keys };
    // Paths start with a slash; what starts so is an extension.
    for (path, item) in paths.iter().filter(|(path, _)| !path.starts_with("x-")) {
        let Some(item) = item.as_object() else { continue };
        for (method, operation) in item {
            if METHODS.contains(&method.as_str()) && operation.is_object() {
                keys.push(OperationKey::new(path, method));
            }
        }
    }
    keys
}

/// The id of an operation, which is empty where there is none.
pub fn operation_id(operation: &Value) -> &str {
    operation.get("operationId").and_then(Value::as_str).unwrap_or_default()
}

/// Follows `$ref` until something else than a reference is reached; `None` where a reference leads nowhere or in a cycle.
pub fn resolve<'a>(document: &'a dyn Lookup, node: &'a Value) -> Option<&'a Value> {
    resolve_with_pointer(document, node).map(|(node, _)| node)
}

/// The same, and its JSON pointer if there is a reference.
pub(crate) fn resolve_with_pointer<'a>(
    document: &'a dyn Lookup,
    node: &'a Value,
) -> Option<(&'a Value, Option<Cow<'a, str>>)> {
    let mut found = (node, None);
    // No sane document refers through more hops than this, and a cycle never ends.
    for _ in 0..32 {
        let Some(target) = reference(found.0) else { return Some(found) };
        let pointer = reference::pointer(target)?;
        found = (document.at(&pointer)?, Some(pointer));
    }
    None
}

/// The target of a reference object.
pub fn reference(node: &Value) -> Option<&str> {
    node.get("$ref").and_then(Value::as_str)
}

/// A reference to a component schema.
pub fn schema_reference(name: &str) -> Value {
    serde_json::json!({ "$ref": reference::to(&join("/components/schemas", name)) })
}

/// The name of the component that a reference leads to, in a section of the components such as `schemas`; `None` for a
/// reference to anything else, or into the component.
pub fn component(reference: &str, section: &str) -> Option<String> {
    let pointer = reference::pointer(reference)?;
    let name = pointer.strip_prefix("/components/")?.strip_prefix(section)?.strip_prefix('/')?;
    (!name.contains('/')).then(|| reference::unescape(name))
}

/// The name of the component schema that a schema is a reference to.
pub fn schema_component(schema: &Value) -> Option<String> {
    component(reference(schema)?, "schemas")
}

/// What a JSON pointer leads to where references may stand on the way.
pub fn follow<'a>(document: &'a Value, pointer: &str) -> Option<&'a Value> {
    reference::tokens(pointer).try_fold(document, |node, token| {
        let node = resolve(document, unwrap_reference(node))?;
        match node {
            Value::Array(elements) => elements.get(reference::index(&token)?),
            _ => node.get(&token),
        }
    })
}

/// The reference in `{"allOf": [{"$ref": …}], …}`, which says something about a use of what it refers to; any other
/// schema as it is.
pub fn unwrap_reference(schema: &Value) -> &Value {
    let structural = ["properties", "additionalProperties", "items", "oneOf", "anyOf", "type", "required"];
    match schema.get("allOf").and_then(Value::as_array).map(Vec::as_slice) {
        Some([only]) if reference(only).is_some() && !structural.iter().any(|key| schema.get(key).is_some()) => only,
        _ => schema,
    }
}

/// The schema that a schema is, through references and what stands around them.
pub fn schema_of<'a>(document: &'a dyn Lookup, schema: &'a Value) -> Option<&'a Value> {
    let mut schema = schema;
    for _ in 0..64 {
        let next = resolve(document, unwrap_reference(schema))?;
        if std::ptr::eq(next, schema) {
            return Some(schema);
        }
        schema = next;
    }
    None
}

/// Removes what a JSON pointer leads to; false where that is nothing, or the whole document.
pub(crate) fn remove(document: &mut Value, pointer: &str) -> bool {
    let Some((parent, token)) = pointer.rsplit_once('/') else { return false };
    let token = reference::unescape(token);
    match document.pointer_mut(parent) {
        // `shift_remove` keeps the order of the properties that stay.
        Some(Value::Object(properties)) => properties.shift_remove(&token).is_some(),
        Some(Value::Array(elements)) => match reference::index(&token) {
            Some(index) if index < elements.len() => {
                elements.remove(index);
                true
            }
            _ => false,
        },
        _ => false,
    }
}

/// The properties at `pointer`, which are made where they are missing.
pub(crate) fn properties<'a>(document: &'a mut Value, keys: &[&str]) -> Option<&'a mut Map<String, Value>> {
    let mut node = document;
    for key in keys {
        node = node.as_object_mut()?.entry(*key).or_insert_with(|| Value::Object(Map::new()));
    }
    node.as_object_mut()
}
