//! Gives every operation its own parameters, request body and responses, so that each can be normalised by itself.

use serde_json::{Value, json};

use crate::Diagnostic;
use crate::diagnostic::join;
use crate::document::{operations, reference, resolve};

/// The property of a parameter that says where it stood.
pub(super) const PLACE: &str = "x-place";

/// Copies into the operations what they refer to, and the parameters of their paths.
pub(super) fn inline(document: &mut Value) -> Vec<Diagnostic> {
    for key in operations(document) {
        let (path_item, _) = key.pointer.rsplit_once('/').unwrap_or_default();
        let Some(operation) = document.pointer(&key.pointer) else { continue };
        let own = resolved(document, operation.get("parameters"), &join(&key.pointer, "parameters"));
        let shared = document.pointer(path_item).and_then(|item| item.get("parameters"));
        let shared = resolved(document, shared, &join(path_item, "parameters"));
        let body = operation.get("requestBody").and_then(|body| copy(document, body));
        let responses: Vec<(String, Value)> = operation
            .get("responses")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .filter_map(|(status, response)| Some((status.clone(), copy(document, response)?)))
            .collect();

        let Some(operation) = document.pointer_mut(&key.pointer) else { continue };
        let parameters = with_shared(own, shared);
        if !parameters.is_empty() {
            operation["parameters"] = json!(parameters);
        }
        if let Some(body) = body {
            operation["requestBody"] = body;
        }
        for (status, response) in responses {
            operation["responses"][&status] = response;
        }
    }
    for (_, item) in document.get_mut("paths").and_then(Value::as_object_mut).into_iter().flatten() {
        if let Some(item) = item.as_object_mut() {
            item.shift_remove("parameters");
        }
    }
    Vec::new()
}

/// What a reference refers to; `None` for anything else.
fn copy(document: &Value, node: &Value) -> Option<Value> {
    reference(node)?;
    resolve(document, node).cloned()
}

/// Parameters without references. Each knows where it stood, until all of them are normalised.
fn resolved(document: &Value, parameters: Option<&Value>, pointer: &str) -> Vec<Value> {
    let parameters = parameters.and_then(Value::as_array).into_iter().flatten().enumerate();
    parameters
        .filter_map(|(index, parameter)| {
            let mut parameter = resolve(document, parameter)?.clone();
            parameter[PLACE] = json!(join(pointer, &index.to_string()));
            Some(parameter)
        })
        .collect()
}

/// The parameters of an operation, and those of its path that it does not have itself.
fn with_shared(mut own: Vec<Value>, shared: Vec<Value>) -> Vec<Value> {
    let identity = |parameter: &Value| (parameter["name"].clone(), parameter["in"].clone());
    let known: Vec<_> = own.iter().map(identity).collect();
    own.extend(shared.into_iter().filter(|parameter| !known.contains(&identity(parameter))));
    own
}
