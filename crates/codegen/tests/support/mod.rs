//! The nodes of a document.

use keyapi_spec::diagnostic::join;
use serde_json::Value;

/// Lists the JSON pointers of a node at a place and of all below it, which come first.
pub(crate) fn pointers(node: &Value, at: String, found: &mut Vec<String>) {
    match node {
        Value::Object(properties) => {
            properties.iter().for_each(|(key, property)| pointers(property, join(&at, key), found))
        }
        Value::Array(elements) => {
            elements.iter().enumerate().for_each(|(index, element)| pointers(element, format!("{at}/{index}"), found));
        }
        _ => {}
    }
    found.push(at);
}
