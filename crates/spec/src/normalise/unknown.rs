//! Keeps what the document does not know: replies may carry members that no schema names.

use serde_json::{Map, Value, json};

use crate::document::{is_json, operations};

/// Gives every object that a response can reach `additionalProperties: {}`, from which the generator makes a map of the
/// members that no property names. (`true` and an absent keyword mean the same, but the generator drops them.)
///
/// Objects that only requests reach stay as they are, because callers build those.
pub(super) fn keep_unknown_members(document: &mut Value) {
    let mut names: Vec<String> = Vec::new();
    for key in operations(document) {
        let Some(responses) = document.pointer(&key.pointer).and_then(|operation| operation.get("responses")) else {
            continue;
        };
        collect(responses, &mut names);
    }
    // The list grows while it is walked: a component reaches further components.
    let mut next = 0;
    while let Some(name) = names.get(next).cloned() {
        next += 1;
        if let Some(schema) = document.pointer(&pointer(&name)) {
            collect(schema, &mut names);
        }
    }
    for name in names {
        if let Some(schema) = document.pointer_mut(&pointer(&name)) {
            open(schema);
        }
    }
}

fn pointer(name: &str) -> String {
    format!("/components/schemas/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// Appends the component schemas that `node` refers to and that are not in the list yet.
fn collect(node: &Value, names: &mut Vec<String>) {
    match node {
        Value::Object(members) => {
            if let Some(name) = members.get("$ref").and_then(Value::as_str).and_then(component)
                && !names.contains(&name)
            {
                names.push(name);
            }
            // Examples are data: a `$ref` in one refers to nothing.
            members.iter().filter(|(key, _)| !["example", "examples"].contains(&key.as_str())).for_each(
                |(key, member)| {
                    if key.contains('/') && !is_json(key) {
                        return;
                    }
                    collect(member, names);
                },
            );
        }
        Value::Array(elements) => elements.iter().for_each(|element| collect(element, names)),
        _ => {}
    }
}

fn component(reference: &str) -> Option<String> {
    let name = reference.strip_prefix("#/components/schemas/")?;
    Some(name.replace("~1", "/").replace("~0", "~"))
}

fn open(schema: &mut Value) {
    let Some(members) = schema.as_object_mut() else { return };
    let declared = |members: &Map<String, Value>, key| {
        members.get(key).and_then(Value::as_object).is_some_and(|map: &Map<_, _>| !map.is_empty())
    };
    if declared(members, "properties") && matches!(members.get("additionalProperties"), None | Some(Value::Bool(true)))
    {
        members.insert("additionalProperties".to_owned(), json!({}));
    }
}
