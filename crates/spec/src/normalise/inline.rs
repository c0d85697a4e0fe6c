//! Gives every operation its own parameters, request body and responses, so that each can be normalised by itself.

use serde_json::{Value, json};

use crate::Diagnostic;
use crate::diagnostic::join;
use crate::document::{OperationKey, operations, reference, resolve};

/// The property of a parameter that says where it stood.
pub(super) const PLACE: &str = "x-place";

/// Copies into the operations what they refer to, and the parameters of their paths.
pub(super) fn inline(document: &mut Value) -> Vec<Diagnostic> {
    for key in operations(document) {
        let parameters = parameters(document, &key);
        let Some(operation) = document.pointer(&key.pointer) else { continue };
        let body = operation.get("requestBody").and_then(|body| copy(document, body));
        let responses: Vec<(String, Value)> = operation
            .get("responses")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .filter_map(|(status, response)| Some((status.clone(), copy(document, response)?)))
            .collect();

        let Some(operation) = document.pointer_mut(&key.pointer) else { continue };
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

/// The parameters of an operation, with those of its path that it does not have itself, without references.
pub(super) fn parameters(document: &Value, key: &OperationKey) -> Vec<Value> {
    let (path_item, _) = key.pointer.rsplit_once('/').unwrap_or_default();
    let of = |place: &str| {
        let parameters = document.pointer(place).and_then(|place| place.get("parameters"));
        resolved(document, parameters, &join(place, "parameters"))
    };
    with_shared(of(&key.pointer), of(path_item))
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
