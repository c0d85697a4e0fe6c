//! The schemas that apply to a part of a value, whichever keywords have them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::kinds::kind;
use super::used::Used;
use crate::document::Lookup;
use crate::schema::keyword;

/// The schema of items that have none of their own in `prefixItems`. Those that `contains` speaks of are among them.
pub(super) fn item<'a>(document: &dyn Lookup, flat: &'a Value) -> Option<Cow<'a, Value>> {
    let said = flat.get("items").or_else(|| flat.get("unevaluatedItems"));
    let Some(contains) = flat.get("contains").filter(|contains| contains.is_object()) else {
        return said.map(Cow::Borrowed);
    };
    let all = said.cloned().unwrap_or_else(|| json!({}));
    let xml = Used::of(document, &all).whole_xml().cloned();
    Some(Cow::Owned(json!({ "anyOf": [{ "allOf": [all, contains] }, all], "xml": xml })))
}

/// The schema of properties of no name that is known.
pub(super) fn others(flat: &Value) -> Option<&Value> {
    let said = flat.get("additionalProperties").or_else(|| flat.get("unevaluatedProperties"));
    said.filter(|others| others.is_object())
}

/// The schema of a property that has a name; where it says nothing of its type, a pattern of its name may.
pub(super) fn property<'a>(flat: &Value, name: &str, schema: &'a Value) -> Cow<'a, Value> {
    let patterns = flat.get("patternProperties").and_then(Value::as_object);
    let Some(patterns) = patterns.filter(|_| says_nothing(schema)) else { return Cow::Borrowed(schema) };
    let is_like =
        |pattern: &str| keyword::compile(pattern).is_some_and(|pattern| pattern.is_match(name).unwrap_or_default());
    let of_pattern = patterns.iter().find(|(pattern, schema)| schema.is_object() && is_like(pattern));
    let Some((_, of_pattern)) = of_pattern else { return Cow::Borrowed(schema) };
    let mut both = schema.clone();
    both["allOf"] = json!([of_pattern]);
    Cow::Owned(both)
}

/// The properties that have one value alone.
pub(super) fn tags(document: &dyn Lookup, flat: &Value) -> BTreeMap<String, Value> {
    let properties = flat.get("properties").and_then(Value::as_object).into_iter().flatten();
    let only = |schema: &Value| {
        let used = Used::of(document, schema);
        let listed = used.flat.get("enum").and_then(Value::as_array).map(Vec::as_slice);
        match (used.flat.get("const"), listed) {
            (Some(only), _) | (None, Some([only])) => Some(only.clone()),
            _ => None,
        }
    };
    properties.filter_map(|(name, schema)| Some((name.clone(), only(schema)?))).collect()
}

/// Whether a schema leaves the type of its values open.
fn says_nothing(schema: &Value) -> bool {
    let says = ["$ref", "allOf", "oneOf", "anyOf", "type", "enum", "const"];
    schema.is_object() && kind(schema).is_empty() && !says.iter().any(|key| schema.get(key).is_some())
}
