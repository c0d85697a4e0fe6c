//! Reduces schemas to references, maps, lists, unions, objects and scalars.

use std::borrow::Cow;
use std::collections::HashSet;

use keyapi_rust_names::RustNames;
use keyapi_spec::Naming;
use keyapi_spec::document::parameter::kind;
use keyapi_spec::document::{reference, schema_component, unwrap_reference};
use keyapi_spec::schema::all_of::flatten;
use serde_json::{Map, Value, json};

use super::reach::Reach;
use super::unions::{self, Union};
use crate::docs;

/// Whether values of a schema are decoded, encoded, or both.
#[derive(Clone, Copy)]
pub(super) struct Use {
    pub(super) response: bool,
    pub(super) request: bool,
}

impl Use {
    pub(super) const RESPONSE: Self = Self { response: true, request: false };
    pub(super) const REQUEST: Self = Self { response: false, request: true };
}

/// What becomes of a component.
pub(super) enum Component {
    /// What the generator makes a type of.
    Schema(Value),
    /// A type that is made here.
    Union(Union),
}

/// The schemas of a document.
pub(super) struct Schemas<'a> {
    pub(super) document: &'a Value,
    reach: Reach,
}

impl<'a> Schemas<'a> {
    pub(super) fn of(document: &'a Value) -> Self {
        Self { document, reach: Reach::of(document) }
    }

    /// A component: whether it may be null is said where it is used, because the type itself has its name.
    pub(super) fn component(&self, name: &str, schema: &Value) -> Component {
        let side = Use { response: self.reach.responses.contains(name), request: self.reach.requests.contains(name) };
        match unions::union(self, name, schema, side) {
            Some(union) => Component::Union(union),
            None => Component::Schema(without_null(self.schema(schema, side))),
        }
    }

    /// Whether request bodies or parameters are made of a component.
    pub(super) fn is_requested(&self, name: &str) -> bool {
        self.reach.requests.contains(name)
    }

    /// The reduced schema. `{}` stands for any value.
    pub(super) fn schema(&self, schema: &Value, side: Use) -> Value {
        if let Some(name) = schema_component(unwrap_reference(schema)) {
            return self.used(&name, schema);
        }
        let flat = flatten(self.document, schema).schema;
        let mut reduced = self.reduced(&flat, side);
        if let Some(object) = reduced.as_object_mut().filter(|object| !object.is_empty()) {
            if is_true(&flat, "nullable") {
                object.insert("nullable".to_owned(), json!(true));
            }
            describe(object, &flat);
        }
        reduced
    }

    /// The use of a component, which may be null where the component says so or its use does.
    fn used(&self, name: &str, schema: &Value) -> Value {
        let Some(component) = self.named(name) else { return json!({}) };
        let target = json!({"$ref": format!("#/components/schemas/{}", RustNames.component_type(name, component))});
        let mut object = Map::new();
        if is_true(schema, "nullable") || self.is_nullable(component, 0) {
            object.insert("nullable".to_owned(), json!(true));
        }
        if reference(schema).is_none() {
            describe(&mut object, schema);
        }
        if object.is_empty() {
            return target;
        }
        object.insert("allOf".to_owned(), json!([target]));
        Value::Object(object)
    }

    fn named(&self, name: &str) -> Option<&'a Value> {
        self.document.pointer("/components/schemas")?.get(name)
    }

    fn is_nullable(&self, schema: &Value, hops: usize) -> bool {
        // Aliases lead to something in the end; the document has been checked for reference cycles.
        is_true(schema, "nullable")
            || (hops < 64
                && (schema_component(unwrap_reference(schema))
                    .and_then(|name| self.named(&name))
                    .is_some_and(|target| self.is_nullable(target, hops + 1))
                    // Choices stand in few others, and in each there are many.
                    || branches(schema).iter().any(|branch| self.is_nullable(branch, hops + 16))))
    }

    fn reduced(&self, flat: &Value, side: Use) -> Value {
        let branches = branches(flat);
        match kind(flat) {
            "string" => json!({"type": "string"}),
            "boolean" => json!({"type": "boolean"}),
            "number" => json!({"type": "number"}),
            // Only what a signed integer cannot hold makes a difference: a narrower one would reject a response.
            "integer" if flat.get("format") == Some(&json!("uint64")) => json!({"type": "integer", "format": "uint64"}),
            "integer" => json!({"type": "integer"}),
            "array" => {
                let items = flat.get("items").map_or_else(|| json!({}), |items| self.schema(items, side));
                json!({"type": "array", "items": items})
            }
            _ if has_properties(flat) => self.object(&self.with_branches(flat, &branches), side),
            _ if !branches.is_empty() => self.only(&branches, side),
            "object" => self.map(flat, side),
            _ => json!({}),
        }
    }

    /// An object with properties that says in `oneOf` or `anyOf` what else may be there has all of it, and requires none.
    fn with_branches<'b>(&self, flat: &'b Value, branches: &[&Value]) -> Cow<'b, Value> {
        if branches.is_empty() {
            return Cow::Borrowed(flat);
        }
        let mut whole = flat.clone();
        for branch in branches {
            let parts = json!({"allOf": [branch, {}]});
            let branch = flatten(self.document, &parts).schema;
            for (name, property) in branch.get("properties").and_then(Value::as_object).into_iter().flatten() {
                if whole["properties"].get(name).is_none() {
                    whole["properties"][name] = property.clone();
                }
            }
        }
        Cow::Owned(whole)
    }

    /// An object with all that it may be.
    pub(super) fn whole<'b>(&self, flat: &'b Value) -> Cow<'b, Value> {
        self.with_branches(flat, &branches(flat))
    }

    /// The alternatives of a schema that is one of several, and nothing beside that.
    pub(super) fn choice<'b>(&self, flat: &'b Value) -> Option<Vec<&'b Value>> {
        let is_scalar = ["string", "boolean", "number", "integer", "array"].contains(&kind(flat));
        let branches = if is_scalar || has_properties(flat) { Vec::new() } else { branches(flat) };
        (!branches.is_empty()).then_some(branches)
    }

    fn object(&self, flat: &Value, side: Use) -> Value {
        let Some(declared) = flat.get("properties").and_then(Value::as_object) else { return self.map(flat, side) };
        let others: HashSet<&str> =
            RustNames.unnameable(&mut declared.keys().map(String::as_str)).into_iter().collect();
        let required: HashSet<&str> =
            flat.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        let mut properties = Map::new();
        let mut always_there = Vec::new();
        let known = declared.iter().filter(|(name, _)| !others.contains(name.as_str()));
        for (name, property) in known.filter(|(_, property)| self.is_ever_there(property, side)) {
            let mut reduced = self.schema(property, side);
            if required.contains(name.as_str()) && self.is_always_there(property, side) {
                always_there.push(name.as_str());
            } else if side.response {
                tolerate_null(&mut reduced);
            }
            properties.insert(name.clone(), reduced);
        }
        // Nothing may be left of what goes this way.
        if properties.is_empty() {
            return self.map(flat, side);
        }
        let mut object = json!({"type": "object", "properties": properties});
        if !always_there.is_empty() {
            object["required"] = json!(always_there);
        }
        match flat.get("additionalProperties") {
            Some(values @ Value::Object(_)) if others.is_empty() => {
                object["additionalProperties"] = self.schema(values, side);
            }
            // `{}` makes a map of what no property names, unlike `true`, which the generator drops.
            _ if side.response || !others.is_empty() => object["additionalProperties"] = json!({}),
            _ => {}
        }
        object
    }

    /// What only requests have is missing from responses, and the other way round.
    pub(super) fn is_always_there(&self, property: &Value, side: Use) -> bool {
        !(side.response && self.says(property, "writeOnly") || side.request && self.says(property, "readOnly"))
    }

    /// Whether a property goes any of the ways that a type goes.
    fn is_ever_there(&self, property: &Value, side: Use) -> bool {
        let (is_read, is_written) = (self.says(property, "readOnly"), self.says(property, "writeOnly"));
        let goes = |response: bool, request: bool| response && !is_written || request && !is_read;
        // What is of neither is in no message that it could be missing from.
        goes(side.response, side.request) || !(side.response || side.request)
    }

    fn says(&self, property: &Value, key: &str) -> bool {
        let component = schema_component(unwrap_reference(property)).and_then(|name| self.named(&name));
        is_true(property, key) || component.is_some_and(|component| is_true(component, key))
    }

    fn map(&self, flat: &Value, side: Use) -> Value {
        match flat.get("additionalProperties") {
            Some(values @ Value::Object(_)) => {
                json!({"type": "object", "additionalProperties": self.schema(values, side)})
            }
            _ => json!({"type": "object"}),
        }
    }

    /// A value that is one of several: of their type, if that is one. A choice of several types has a name, and is there
    /// as a component.
    fn only(&self, branches: &[&Value], side: Use) -> Value {
        let mut nullable = false;
        let mut reduced = branches.iter().map(|branch| {
            let branch = self.schema(branch, side);
            nullable |= is_true(&branch, "nullable");
            let mut branch = without_null(branch);
            if let Some(object) = branch.as_object_mut() {
                object.shift_remove("description");
            }
            branch
        });
        let Some(mut only) = reduced.next() else { return json!({}) };
        if only == json!({}) || !reduced.all(|other| other == only) {
            return json!({});
        }
        if nullable {
            only = match reference(&only) {
                Some(_) => json!({"nullable": true, "allOf": [only]}),
                None => {
                    only["nullable"] = json!(true);
                    only
                }
            };
        }
        only
    }
}

/// The branches of a schema that say more than what is required.
fn branches(flat: &Value) -> Vec<&Value> {
    const SAYING: [&str; 8] =
        ["$ref", "type", "properties", "items", "additionalProperties", "allOf", "oneOf", "anyOf"];
    let list = |key: &str| flat.get(key).and_then(Value::as_array).into_iter().flatten();
    let all: Vec<&Value> = list("oneOf").chain(list("anyOf")).collect();
    let says = |branch: &Value| SAYING.iter().any(|key| branch.get(key).is_some()) || branch.get("enum").is_some();
    // One branch that allows anything allows anything.
    let constrained = all.iter().all(|branch| says(branch) || branch.get("required").is_some());
    if constrained { all.into_iter().filter(|branch| says(branch)).collect() } else { Vec::new() }
}

/// A response may hold null for a list or a map that need not be there: the generator makes an option of all else itself.
fn tolerate_null(reduced: &mut Value) {
    let is_map = reduced.get("type") == Some(&json!("object")) && !has_properties(reduced);
    if reduced.get("type") == Some(&json!("array")) || is_map {
        reduced["nullable"] = json!(true);
    }
}

/// The schema without what makes it optional.
pub(super) fn without_null(mut reduced: Value) -> Value {
    if let Some(object) = reduced.as_object_mut() {
        object.shift_remove("nullable");
        let only = object.get("allOf").and_then(Value::as_array).and_then(|parts| parts.first()).cloned();
        if let (1, Some(only)) = (object.len(), only) {
            return only;
        }
    }
    reduced
}

fn describe(object: &mut Map<String, Value>, schema: &Value) {
    if let Some(description) = schema.get("description").and_then(Value::as_str).filter(|text| !text.trim().is_empty())
    {
        object.insert("description".to_owned(), json!(docs::comment(description)));
    }
}

pub(super) fn has_properties(schema: &Value) -> bool {
    schema.get("properties").and_then(Value::as_object).is_some_and(|properties| !properties.is_empty())
}

pub(super) fn is_true(schema: &Value, key: &str) -> bool {
    schema.get(key) == Some(&Value::Bool(true))
}
