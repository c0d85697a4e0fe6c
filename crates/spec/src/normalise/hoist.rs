//! Moves inline objects into components whose names are stable, because the generator names inline objects itself and
//! lets the first of a name win.

use serde_json::{Map, Value, json};

use super::type_names::TypeNames;
use crate::Diagnostic;
use crate::body::{choose, json_content};
use crate::diagnostic::join;
use crate::document::{members, operation_id, operations, reference, schema_reference, unwrap_reference};
use crate::naming::Naming;

/// Moves the inline bodies of component responses and request bodies, so that whoever refers to one shares its type.
pub(super) fn hoist_shared(document: &mut Value, naming: &dyn Naming) -> Vec<Diagnostic> {
    let mut candidates = Candidates::new(naming);
    for (section, suffix) in [("responses", "Response"), ("requestBodies", "Request")] {
        let section = join("/components", section);
        for (key, holder) in document.pointer(&section).and_then(Value::as_object).into_iter().flatten() {
            let plain = naming.type_name(key);
            let name = if plain.ends_with(suffix) { plain } else { format!("{plain}{suffix}") };
            if let Some((pointer, schema)) = body(holder, &join(&section, key)).filter(|(_, schema)| needs_name(schema))
            {
                candidates.push(schema, name, 0, pointer);
            }
        }
    }
    candidates.hoist(document)
}

/// Moves every inline object of a request or response body, and those inside of component schemas.
///
/// A name is the operation's followed by the members that lead to the object, so it depends on nothing but the object's
/// own place and does not move when another operation or sample is added. Where two places want one name, the one that
/// fewer members lead to has it.
pub(super) fn hoist(document: &mut Value, naming: &dyn Naming) -> Vec<Diagnostic> {
    let mut candidates = Candidates::new(naming);
    for (name, schema) in document.pointer("/components/schemas").and_then(Value::as_object).into_iter().flatten() {
        candidates.children(schema, &naming.component_type(name, schema), 0, &join("/components/schemas", name));
    }
    for key in operations(document) {
        let Some(operation) = document.pointer(&key.pointer) else { continue };
        let stem = naming.request_type(operation_id(operation));
        if let Some((pointer, schema)) =
            operation.get("requestBody").and_then(|holder| body(holder, &join(&key.pointer, "requestBody")))
        {
            let name = format!("{stem}Request");
            candidates.body(schema, &name, &name, pointer);
        }
        let responses = join(&key.pointer, "responses");
        for (status, response) in operation.get("responses").and_then(Value::as_object).into_iter().flatten() {
            let suffix =
                if status == "200" { String::new() } else { naming.type_name(&format!("a{status}"))[1..].to_owned() };
            if let Some((pointer, schema)) = body(response, &join(&responses, status)) {
                candidates.body(schema, &format!("{stem}Response{suffix}"), &stem, pointer);
            }
        }
    }
    candidates.hoist(document)
}

/// The schema of what is decoded, or encoded, of a body.
fn body<'a>(holder: &'a Value, pointer: &str) -> Option<(String, &'a Value)> {
    let chosen = match json_content(holder) {
        Some((media_type, _)) => media_type,
        None => choose(holder)?.media_type,
    };
    let schema = holder["content"][chosen].get("schema")?;
    Some((join(&join(&join(pointer, "content"), chosen), "schema"), schema))
}

/// Schemas that are to be components.
struct Candidates<'a> {
    naming: &'a dyn Naming,
    /// Inner ones come before those that hold them.
    candidates: Vec<Candidate>,
}

struct Candidate {
    name: String,
    /// How many members lead to it.
    depth: usize,
    pointer: String,
}

impl<'a> Candidates<'a> {
    fn new(naming: &'a dyn Naming) -> Self {
        Self { naming, candidates: Vec::new() }
    }

    fn push(&mut self, schema: &Value, name: String, depth: usize, pointer: String) {
        let chosen = schema.get("x-rust-name").and_then(Value::as_str);
        self.candidates.push(Candidate { name: chosen.map_or(name, str::to_owned), depth, pointer });
    }

    /// A whole body; `stem` is what the names of its members start with.
    fn body(&mut self, schema: &Value, name: &str, stem: &str, pointer: String) {
        if reference(schema).is_none() {
            self.children(schema, stem, 0, &pointer);
            if needs_name(schema) {
                self.push(schema, name.to_owned(), 0, pointer);
            }
        }
    }

    /// What is below `schema`; `stem` is what the names below start with.
    fn children(&mut self, schema: &Value, stem: &str, depth: usize, pointer: &str) {
        let Some(members) = schema.as_object() else { return };
        if let Some(Value::Object(properties)) = members.get("properties") {
            for (key, property) in properties {
                let name = format!("{stem}{}", self.suffix(key));
                self.child(property, name, depth, join(&join(pointer, "properties"), key));
            }
        }
        if let Some(items) = members.get("items") {
            self.child(items, format!("{stem}Item"), depth, join(pointer, "items"));
        }
        if let Some(values) = members.get("additionalProperties") {
            self.child(values, format!("{stem}Value"), depth, join(pointer, "additionalProperties"));
        }
        for keyword in ["allOf", "oneOf", "anyOf"] {
            let branches = members.get(keyword).and_then(Value::as_array).into_iter().flatten();
            for (index, branch) in branches.enumerate() {
                let at = join(&join(pointer, keyword), &index.to_string());
                // What stands beside properties, or in `allOf`, is part of the schema that it stands in.
                match keyword == "allOf" || members.contains_key("properties") {
                    true => self.children(branch, stem, depth, &at),
                    false => self.child(branch, format!("{stem}Variant{index}"), depth, at),
                }
            }
        }
    }

    fn child(&mut self, schema: &Value, name: String, depth: usize, pointer: String) {
        self.children(schema, &name, depth + 1, &pointer);
        if needs_name(schema) {
            self.push(schema, name, depth + 1, pointer);
        }
    }

    /// A member's part of a name.
    fn suffix(&self, key: &str) -> String {
        let name = self.naming.type_name(key);
        // The letter that keeps a name off a digit is of no use behind other letters.
        match name.strip_prefix('X') {
            Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => rest.to_owned(),
            _ => name,
        }
    }

    /// Moves the schemas, and leaves references to them.
    fn hoist(self, document: &mut Value) -> Vec<Diagnostic> {
        let mut names = TypeNames::of(document, self.naming);
        let mut diagnostics = Vec::new();
        let mut order: Vec<usize> = (0..self.candidates.len()).collect();
        order.sort_by_key(|index| (self.candidates[*index].depth, &self.candidates[*index].pointer));
        let mut given: Vec<String> = vec![String::new(); self.candidates.len()];
        for index in order {
            let Candidate { name, pointer, .. } = &self.candidates[index];
            given[index] = names.give(name, pointer, &mut diagnostics);
        }
        let mut hoisted = Map::new();
        for (Candidate { pointer, .. }, name) in self.candidates.iter().zip(given) {
            let Some(slot) = document.pointer_mut(pointer) else { continue };
            let mut schema = slot.take();
            let nullable = schema.as_object_mut().and_then(|members| members.shift_remove("nullable"));
            // What a reference cannot carry goes around it.
            *slot = match nullable {
                Some(Value::Bool(true)) => json!({"nullable": true, "allOf": [schema_reference(&name)]}),
                _ => schema_reference(&name),
            };
            hoisted.insert(name, schema);
        }
        if !hoisted.is_empty()
            && let Some(components) = members(document, &["components", "schemas"])
        {
            components.extend(hoisted);
        }
        diagnostics
    }
}

/// Whether the generator makes a type of its own of a schema.
fn needs_name(schema: &Value) -> bool {
    let list = |key: &str| schema.get(key).and_then(Value::as_array).is_some_and(|list| !list.is_empty());
    let has_properties = schema.get("properties").and_then(Value::as_object).is_some_and(|members| !members.is_empty());
    let is_use = !std::ptr::eq(unwrap_reference(schema), schema);
    reference(schema).is_none() && (has_properties || list("oneOf") || list("anyOf") || (list("allOf") && !is_use))
}
