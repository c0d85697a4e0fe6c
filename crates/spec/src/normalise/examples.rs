//! Keeps the examples of bodies where they are found whatever becomes of their schemas.

use serde_json::Value;

use crate::document::operations;

/// Moves the `example` of a body's inline schema to its media type, unless that has examples of its own.
///
/// Bodies may come to share one schema, and each has its own example.
pub(super) fn lift(document: &mut Value) {
    for key in operations(document) {
        let Some(operation) = document.pointer_mut(&key.pointer) else { continue };
        if let Some(body) = operation.get_mut("requestBody") {
            lift_from(body);
        }
        if let Some(Value::Object(responses)) = operation.get_mut("responses") {
            responses.values_mut().for_each(lift_from);
        }
    }
}

fn lift_from(holder: &mut Value) {
    let Some(Value::Object(content)) = holder.get_mut("content") else { return };
    for media in content.values_mut() {
        if media.get("example").is_some() || media.get("examples").is_some() {
            continue;
        }
        let example =
            media.get_mut("schema").and_then(Value::as_object_mut).and_then(|schema| schema.shift_remove("example"));
        if let (Some(example), Some(media)) = (example, media.as_object_mut()) {
            media.insert("example".to_owned(), example);
        }
    }
}
