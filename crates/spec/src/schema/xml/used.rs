//! What a schema says of the XML of its values.

use std::borrow::Cow;

use serde_json::Value;

use crate::document::{Lookup, schema_of};
use crate::schema::all_of::flatten;

/// A schema where it is used, with all that it says of itself.
pub(super) struct Used<'a> {
    pub(super) schema: &'a Value,
    pub(super) target: &'a Value,
    pub(super) flat: Cow<'a, Value>,
}

impl<'a> Used<'a> {
    pub(super) fn of(document: &'a dyn Lookup, schema: &'a Value) -> Self {
        let target = schema_of(document, schema).unwrap_or(schema);
        Self { schema, target, flat: flatten(document, target).schema }
    }

    /// What is said of the XML: where the schema is used, or else by itself or one of its parts.
    pub(super) fn xml(&self, key: &str) -> Option<&Value> {
        let mut all = [self.schema, self.target, &*self.flat].into_iter();
        all.find_map(|schema| schema.get("xml")?.get(key))
    }

    /// All that is said of the XML in one place.
    pub(super) fn whole_xml(&self) -> Option<&Value> {
        [self.schema, self.target, &*self.flat].into_iter().find_map(|schema| schema.get("xml"))
    }

    pub(super) fn text(&self, key: &str) -> Option<String> {
        self.xml(key)?.as_str().map(str::to_owned)
    }

    pub(super) fn is(&self, key: &str) -> bool {
        self.xml(key) == Some(&Value::Bool(true))
    }

    /// Whether the schema has a flag, where it is used or by itself.
    pub(super) fn has_flag(&self, name: &str) -> bool {
        [self.schema, self.target].iter().any(|schema| schema.get(name) == Some(&Value::Bool(true)))
    }
}
