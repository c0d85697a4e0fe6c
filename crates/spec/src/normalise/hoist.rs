//! Moves inline objects into components whose names are stable, because the generator names inline objects itself and
//! lets the first of a name win.

use std::collections::HashSet;

use heck::ToPascalCase;
use serde_json::{Map, Value, json};

use crate::Diagnostic;
use crate::diagnostic::join;
use crate::document::{is_json, operations, reference, schema_reference};

/// Hoists every inline object of a request or response body, and those inside of component schemas.
///
/// A name is the operation's followed by the members that lead to the object, so it depends on nothing but the object's
/// own place and never moves when another operation or sample is added.
pub(super) fn hoist(document: &mut Value) -> Vec<Diagnostic> {
    let mut hoister = Hoister::new(document);
    let existing: Vec<String> = hoister.taken_in_order.clone();
    for name in existing {
        let pointer = join("/components/schemas", &name);
        let Some(mut schema) = document.pointer_mut(&pointer).map(Value::take) else { continue };
        hoister.children(&mut schema, &name.to_pascal_case(), &pointer);
        if let Some(slot) = document.pointer_mut(&pointer) {
            *slot = schema;
        }
    }
    for (pointer, name, stem) in bodies(document) {
        let Some(mut schema) = document.pointer_mut(&pointer).map(Value::take) else { continue };
        hoister.body(&mut schema, &name, &stem, &pointer);
        if let Some(slot) = document.pointer_mut(&pointer) {
            *slot = schema;
        }
    }
    if !hoister.hoisted.is_empty()
        && let Some(components) = crate::document::members(document, &["components", "schemas"])
    {
        components.extend(hoister.hoisted);
    }
    hoister.diagnostics
}

/// The JSON body schemas of all operations: where they are, what they are called, and what their members are called after.
fn bodies(document: &Value) -> Vec<(String, String, String)> {
    let mut bodies = Vec::new();
    for key in operations(document) {
        let Some(operation) = document.pointer(&key.pointer) else { continue };
        let stem = operation.get("operationId").and_then(Value::as_str).unwrap_or_default().to_pascal_case();
        let mut push = |pointer: String, holder: &Value, name: String| {
            for (media_type, media) in holder.get("content").and_then(Value::as_object).into_iter().flatten() {
                if is_json(media_type) && media.get("schema").is_some() {
                    let pointer = join(&join(&join(&pointer, "content"), media_type), "schema");
                    bodies.push((pointer, name.clone(), stem.clone()));
                }
            }
        };
        if let Some(body) = operation.get("requestBody") {
            push(join(&key.pointer, "requestBody"), body, format!("{stem}Request"));
        }
        for (status, response) in operation.get("responses").and_then(Value::as_object).into_iter().flatten() {
            let name = if status == "200" {
                format!("{stem}Response")
            } else {
                format!("{stem}Response{}", status.to_pascal_case())
            };
            push(join(&join(&key.pointer, "responses"), status), response, name);
        }
    }
    bodies
}

struct Hoister {
    taken: HashSet<String>,
    taken_in_order: Vec<String>,
    hoisted: Map<String, Value>,
    diagnostics: Vec<Diagnostic>,
}

impl Hoister {
    fn new(document: &Value) -> Self {
        let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
        let taken_in_order: Vec<String> = schemas.into_iter().flatten().map(|(name, _)| name.clone()).collect();
        let taken = taken_in_order.iter().map(|name| name.to_pascal_case()).collect();
        Self { taken, taken_in_order, hoisted: Map::new(), diagnostics: Vec::new() }
    }

    /// A whole body: named for its operation and status even where it is an array or a scalar, so that it has a name.
    fn body(&mut self, schema: &mut Value, name: &str, stem: &str, pointer: &str) {
        if reference(schema).is_some() || schema.as_object().is_none_or(Map::is_empty) {
            return;
        }
        self.children(schema, stem, pointer);
        if is_object(schema) {
            self.replace(schema, name, pointer);
        }
    }

    /// Hoists what is below `schema`; `stem` is what the names below start with.
    fn children(&mut self, schema: &mut Value, stem: &str, pointer: &str) {
        let Some(members) = schema.as_object_mut() else { return };
        if let Some(Value::Object(properties)) = members.get_mut("properties") {
            for (key, property) in properties {
                let at = join(&join(pointer, "properties"), key);
                self.child(property, &format!("{stem}{}", key.to_pascal_case()), &at);
            }
        }
        if let Some(items) = members.get_mut("items") {
            self.child(items, &format!("{stem}Item"), &join(pointer, "items"));
        }
        if let Some(values) = members.get_mut("additionalProperties") {
            self.child(values, &format!("{stem}Value"), &join(pointer, "additionalProperties"));
        }
        for keyword in ["allOf", "oneOf", "anyOf"] {
            let Some(Value::Array(branches)) = members.get_mut(keyword) else { continue };
            for (index, branch) in branches.iter_mut().enumerate() {
                // A branch is part of the schema that it stands in, so it is not hoisted itself.
                let at = join(&join(pointer, keyword), &index.to_string());
                self.children(branch, &format!("{stem}{}", branch_name(keyword, index)), &at);
            }
        }
    }

    fn child(&mut self, schema: &mut Value, name: &str, pointer: &str) {
        self.children(schema, name, pointer);
        if is_object(schema) {
            self.replace(schema, name, pointer);
        }
    }

    /// Moves `schema` into the components and leaves a reference; what a reference cannot carry goes around it.
    fn replace(&mut self, schema: &mut Value, name: &str, pointer: &str) {
        let name = self.distinct(name, pointer);
        let mut hoisted = schema.take();
        let nullable = hoisted.as_object_mut().and_then(|members| members.shift_remove("nullable"));
        *schema = match nullable {
            Some(Value::Bool(true)) => json!({"nullable": true, "allOf": [schema_reference(&name)]}),
            _ => schema_reference(&name),
        };
        self.hoisted.insert(name, hoisted);
    }

    fn distinct(&mut self, name: &str, pointer: &str) -> String {
        if self.taken.insert(name.to_owned()) {
            return name.to_owned();
        }
        let distinct = (2..)
            .map(|number| format!("{name}{number}"))
            .find(|candidate| self.taken.insert(candidate.clone()))
            .unwrap_or_default();
        self.diagnostics.push(
            Diagnostic::warning(
                "type-name",
                pointer,
                format!("the type name `{name}` is taken: the type is called `{distinct}`"),
            )
            .help("give the schema a name of its own under `components.schemas` in the overlay"),
        );
        distinct
    }
}

fn branch_name(keyword: &str, index: usize) -> String {
    if keyword == "allOf" { String::new() } else { format!("Variant{index}") }
}

fn is_object(schema: &Value) -> bool {
    schema.get("properties").and_then(Value::as_object).is_some_and(|properties| !properties.is_empty())
}
