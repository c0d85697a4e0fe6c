//! Tells which components responses are made of, and which requests.

use std::collections::HashSet;

use keyapi_spec::document::{operations, schema_component};
use serde_json::Value;

/// The component schemas that are decoded, and those that are encoded.
#[derive(Debug, Default)]
pub(super) struct Reach {
    pub(super) responses: HashSet<String>,
    pub(super) requests: HashSet<String>,
}

impl Reach {
    pub(super) fn of(document: &Value) -> Self {
        let mut reach = Self::default();
        for key in operations(document) {
            let Some(operation) = document.pointer(&key.pointer) else { continue };
            extend_by_responses(document, &mut reach.responses, operation);
            for property in ["requestBody", "parameters"] {
                if let Some(property) = operation.get(property) {
                    extend(document, &mut reach.requests, property);
                }
            }
        }
        reach
    }
}

/// Adds the components that `node` refers to, and those that they refer to, and gives those that are new.
pub(crate) fn extend(document: &Value, reached: &mut HashSet<String>, node: &Value) -> Vec<String> {
    let mut added = Vec::new();
    let mut nodes = vec![node];
    while let Some(node) = nodes.pop() {
        match node {
            Value::Object(object) => {
                if let Some(name) = schema_component(node)
                    && !reached.contains(&name)
                {
                    nodes.extend(document.pointer("/components/schemas").and_then(|schemas| schemas.get(&name)));
                    added.push(name.clone());
                    reached.insert(name);
                }
                // Examples are data: a `$ref` in one refers to nothing.
                let is_data = |key: &str| ["example", "examples", "default", "enum"].contains(&key);
                nodes.extend(object.iter().filter(|(key, _)| !is_data(key)).map(|(_, property)| property));
                // A property may be called so.
                nodes.extend(
                    object
                        .get("properties")
                        .and_then(Value::as_object)
                        .into_iter()
                        .flat_map(|properties| properties.values()),
                );
            }
            Value::Array(elements) => nodes.extend(elements),
            _ => {}
        }
    }
    added
}

/// The same of all responses of an operation. One of them may be called `default`, which elsewhere is data.
pub(crate) fn extend_by_responses(document: &Value, reached: &mut HashSet<String>, operation: &Value) -> Vec<String> {
    let responses = operation.get("responses").and_then(Value::as_object).into_iter().flatten();
    responses.flat_map(|(_, response)| extend(document, reached, response)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_response_may_be_called_default_and_data_is_no_schema() {
        let to = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
        let response = json!({ "content": { "application/json": { "schema": to("Error") } } });
        let document = json!({
            "paths": { "/a": { "get": { "responses": { "default": response } } } },
            "components": { "schemas": {
                "Error": { "properties": { "default": to("Property") }, "default": to("Data") },
                "Property": {},
                "Data": {},
            } },
        });
        let mut reached: Vec<String> = Reach::of(&document).responses.into_iter().collect();
        reached.sort();
        assert_eq!(reached, ["Error", "Property"]);
    }
}
