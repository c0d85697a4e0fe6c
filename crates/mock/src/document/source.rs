//! The document as it was given, with its references followed on demand.

use std::sync::OnceLock;

use keyapi_spec::document::reference;
use keyapi_spec::document::version;
use keyapi_spec::{Outline, document};
use serde_json::Value;

/// An OpenAPI document as plain JSON.
#[derive(Debug)]
pub(crate) struct Source {
    outline: Outline,
    whole: OnceLock<Value>,
    reads_beside_references: bool,
}

impl Source {
    /// Wraps a document.
    pub(crate) fn new(document: impl Into<Outline>) -> Self {
        let outline = document.into();
        let reads_beside_references = version::reads_beside_references(outline.frame());
        Self { outline, whole: OnceLock::new(), reads_beside_references }
    }

    /// Whether what stands beside a reference counts.
    pub(crate) fn reads_beside_references(&self) -> bool {
        self.reads_beside_references
    }

    /// What is read of the document when it is loaded.
    pub(crate) fn outline(&self) -> &Outline {
        &self.outline
    }

    /// What is around operations and components.
    pub(crate) fn frame(&self) -> &Value {
        self.outline.frame()
    }

    /// The whole document, which stays in memory from then on.
    pub(crate) fn whole(&self) -> &Value {
        self.whole.get_or_init(|| self.outline.to_value())
    }

    /// Follows `$ref` until something else is found. What cannot be resolved is null, which reads as an empty object.
    pub(crate) fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        self.follow(value).unwrap_or(&Value::Null)
    }

    /// The same; nothing for what cannot be resolved.
    pub(crate) fn follow<'a>(&'a self, value: &'a Value) -> Option<&'a Value> {
        document::resolve(&self.outline, value)
    }

    /// Whether a property has a flag: itself, beside a reference where that counts, or in what it refers to.
    pub(crate) fn has_flag(&self, property: &Value, name: &str) -> bool {
        flag(self.resolve(property), name) || self.reads_beside_references && flag(property, name)
    }

    /// What a local reference such as `#/components/schemas/Pet` leads to.
    pub(crate) fn target(&self, reference: &str) -> Option<&Value> {
        reference::target(&self.outline, reference)
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
