//! Values as JSON Schema compares them, and texts for them.

use std::cmp::Ordering;
use std::collections::HashSet;

use indexmap::IndexMap;
use serde_json::Value;

use super::limits::spelled;
use super::schema::Schema;
use super::types::Types;
use crate::convert::BEYOND;
use crate::schema::number::compare;

/// So many characters of a value are shown.
const SHOWN: usize = 60;

/// Whether two values are the same: `1` is `1.0`, and the order of properties does not count.
pub(super) fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => compare(one, other) == Ordering::Equal,
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let has = |(name, value): (&String, &Value)| other.get(name).is_some_and(|other| same(value, other));
            one.len() == other.len() && one.iter().all(has)
        }
        _ => one == other,
    }
}

/// The value as JSON on one line, cut where it is long.
pub(super) fn shown(value: &Value) -> String {
    let json = value.to_string();
    match json.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &json[..end]),
        None => json,
    }
}

/// A text that is the same for values that are the same, and for no others.
pub(super) fn key(value: &Value) -> String {
    match value {
        Value::Number(number) => spelled(number),
        Value::Array(elements) => format!("[{}]", elements.iter().map(key).collect::<Vec<_>>().join(",")),
        Value::Object(properties) => {
            let mut properties: Vec<String> =
                properties.iter().map(|(name, value)| format!("{:?}:{}", name, key(value))).collect();
            properties.sort_unstable();
            format!("{{{}}}", properties.join(","))
        }
        other => other.to_string(),
    }
}

/// The values that a schema lists, by their keys, in order; none where it lists none.
pub(super) fn listed<'a>(schema: &Schema<'a>) -> Option<IndexMap<String, &'a Value>> {
    let lists = schema.parts.iter().flat_map(|part| {
        let listed = part.get("enum").and_then(Value::as_array).map(|values| values.iter().collect::<Vec<_>>());
        listed.into_iter().chain(part.get("const").map(|value| vec![value]))
    });
    let lists = lists.map(|values| values.into_iter().map(|value| (key(value), value)).collect::<IndexMap<_, _>>());
    // All of the lists have to hold.
    lists.reduce(|one, other| one.into_iter().filter(|(key, _)| other.contains_key(key)).collect())
}

/// The keys of all values that the alternatives of a schema list, where no condition but their types is put on them and no
/// value is in two.
pub(super) fn listed_apart(whole: &Schema<'_>, alternatives: &[Schema<'_>]) -> Option<HashSet<String>> {
    let mut all = HashSet::new();
    let has_null = whole.overrules_alternatives();
    all.extend(has_null.then(|| key(&Value::Null)));
    for schema in alternatives {
        if !is_list(schema) {
            return None;
        }
        let types = Types::of(schema);
        let values = listed(schema)?.into_iter().filter(|(_, value)| !value.is_null());
        let own = values.filter(|(_, value)| types.meets(Types::of_value(value))).map(|(key, _)| key);
        let null = (types.has(Types::NULL) && !has_null).then(|| key(&Value::Null));
        if !own.chain(null).all(|key| all.insert(key)) {
            return None;
        }
    }
    Some(all)
}

/// Whether nothing but types and lists says which values a schema allows.
fn is_list(schema: &Schema<'_>) -> bool {
    const SAID: [&str; 6] = ["type", "enum", "const", "nullable", "allOf", "$ref"];
    const NOTED: [&str; 5] = ["title", "description", "default", "example", "deprecated"];
    let is_known = |keyword: &String| {
        SAID.contains(&keyword.as_str())
            || NOTED.contains(&keyword.as_str())
            || keyword.starts_with("x-") && keyword != BEYOND
            || ["oneOf", "anyOf"].contains(&keyword.as_str())
    };
    let has_open = ["oneOf", "anyOf"].iter().any(|keyword| !schema.lists(keyword).is_empty());
    !has_open
        && schema.parts.iter().all(|part| part.as_object().is_some_and(|properties| properties.keys().all(is_known)))
}
