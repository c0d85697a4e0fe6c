//! The document as it was given, with its references followed on demand.

use serde_json::Value;

/// How many references may lead to one another before the chain counts as a cycle.
const LONGEST_CHAIN: usize = 32;

/// An OpenAPI document as plain JSON.
#[derive(Debug)]
pub struct Source {
    root: Value,
}

impl Source {
    /// Wraps a document.
    pub fn new(root: Value) -> Self {
        Self { root }
    }

    /// The whole document.
    pub fn root(&self) -> &Value {
        &self.root
    }

    /// The value that a JSON pointer leads to.
    pub fn pointer(&self, pointer: &str) -> Option<&Value> {
        self.root.pointer(pointer)
    }

    /// Follows `$ref` until something else is found. What cannot be resolved is null, which reads as an empty object.
    pub fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        let mut current = value;
        for _ in 0..LONGEST_CHAIN {
            let Some(reference) = current.get("$ref").and_then(Value::as_str) else { return current };
            match self.target(reference) {
                Some(target) => current = target,
                None => return &Value::Null,
            }
        }
        &Value::Null
    }

    /// What a local reference such as `#/components/schemas/Pet` leads to.
    pub fn target(&self, reference: &str) -> Option<&Value> {
        let fragment = reference.strip_prefix('#')?;
        let pointer = percent_encoding::percent_decode_str(fragment).decode_utf8().ok()?;
        self.root.pointer(&pointer)
    }
}

/// The members of an object, or nothing for any other value.
pub(crate) fn members(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}

/// The items of an array, or nothing for any other value.
pub(crate) fn items(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}

/// The text of a member.
pub(crate) fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name).and_then(Value::as_str)
}

/// Whether a member is `true`.
pub(crate) fn flag(value: &Value, name: &str) -> bool {
    value.get(name) == Some(&Value::Bool(true))
}
