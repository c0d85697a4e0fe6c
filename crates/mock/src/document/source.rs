//! The document as it was given, with its references followed on demand.

use keyapi_spec::{document, reference, version};
use serde_json::Value;

/// An OpenAPI document as plain JSON.
#[derive(Debug)]
pub(crate) struct Source {
    root: Value,
    reads_beside_references: bool,
}

impl Source {
    /// Wraps a document.
    pub(crate) fn new(root: Value) -> Self {
        Self { reads_beside_references: version::reads_beside_references(&root), root }
    }

    /// Whether what stands beside a reference counts.
    pub(crate) fn reads_beside_references(&self) -> bool {
        self.reads_beside_references
    }

    /// The whole document.
    pub(crate) fn root(&self) -> &Value {
        &self.root
    }

    /// Follows `$ref` until something else is found. What cannot be resolved is null, which reads as an empty object.
    pub(crate) fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        document::resolve(&self.root, value).unwrap_or(&Value::Null)
    }

    /// Whether a property has a flag: itself, beside a reference where that counts, or in what it refers to.
    pub(crate) fn has_flag(&self, property: &Value, name: &str) -> bool {
        flag(self.resolve(property), name) || self.reads_beside_references && flag(property, name)
    }

    /// What a local reference such as `#/components/schemas/Pet` leads to.
    pub(crate) fn target(&self, reference: &str) -> Option<&Value> {
        reference::target(&self.root, reference)
    }
}

/// The properties of an object, or nothing for any other value.
pub(crate) fn properties(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}

/// The items of an array, or nothing for any other value.
pub(crate) fn items(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}

/// The text of a property.
pub(crate) fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name).and_then(Value::as_str)
}

/// Whether a property is `true`.
pub(crate) fn flag(value: &Value, name: &str) -> bool {
    value.get(name) == Some(&Value::Bool(true))
}
