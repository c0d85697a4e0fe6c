//! One schema for each kind of values that several schemas are of.

use serde_json::{Map, Value, json};

use super::used::Used;
use crate::document::Lookup;
use crate::schema::alternatives::kind_of;

/// Keywords that speak of objects, and of lists, whatever else a schema says.
const OF_OBJECTS: [&str; 2] = ["patternProperties", "unevaluatedProperties"];
const OF_LISTS: [&str; 3] = ["prefixItems", "contains", "unevaluatedItems"];

/// The type of a schema, of which keywords that OpenAPI 3.0 does not have may speak as well.
pub(super) fn kind(schema: &Value) -> &str {
    let speaks = |keywords: &[&str]| keywords.iter().any(|key| schema.get(key).is_some());
    match kind_of(schema) {
        "" if schema.get("type").is_none() && speaks(&OF_OBJECTS) => "object",
        "" if schema.get("type").is_none() && speaks(&OF_LISTS) => "array",
        kind => kind,
    }
}

/// One schema for each kind of values among alternatives: of the objects one that has the properties of all, of the lists one
/// that has the items of all.
pub(super) fn kinds(document: &dyn Lookup, whole: &Value, all: &[Value]) -> Vec<Value> {
    let mut names: Vec<&str> = Vec::new();
    let has_numbers = all.iter().any(|one| kind(one) == "number");
    for name in all.iter().map(kind) {
        let is_number = name == "integer" && has_numbers;
        if name != "null" && !is_number && !names.contains(&name) {
            names.push(name);
        }
    }
    let of_kind = |name: &str| -> Vec<&Value> { all.iter().filter(|one| kind(one) == name).collect() };
    let schema = |name: &str| match name {
        "object" => with_all_properties(whole, &of_kind(name)),
        "array" => with_all_items(document, &of_kind(name)),
        "" => json!({}),
        name => json!({ "type": name }),
    };
    names.into_iter().map(schema).collect()
}

fn with_all_properties(whole: &Value, all: &[&Value]) -> Value {
    let own = whole.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
    let mut properties = Map::new();
    for (name, property) in all.iter().filter_map(|one| one.get("properties")?.as_object()).flatten() {
        if !own.contains_key(name) {
            properties.entry(name.clone()).or_insert_with(|| property.clone());
        }
    }
    properties.extend(own);
    let others = all.iter().find_map(|one| one.get("additionalProperties").filter(|others| others.is_object()));
    let mut merged = json!({ "type": "object", "properties": properties });
    for (key, value) in [("required", whole.get("required")), ("additionalProperties", others)] {
        if let Some(value) = value {
            merged[key] = value.clone();
        }
    }
    merged
}

fn with_all_items(document: &dyn Lookup, all: &[&Value]) -> Value {
    let mut merged = all.first().map(|first| (*first).clone()).unwrap_or_default();
    let mut items: Vec<&Value> = Vec::new();
    for item in all.iter().filter_map(|list| list.get("items")) {
        if !items.contains(&item) {
            items.push(item);
        }
    }
    if let [first, _, ..] = items.as_slice() {
        merged["items"] = json!({ "anyOf": items, "xml": Used::of(document, first).whole_xml() });
    }
    merged
}
