//! Schemas that hold together for one value, and what they come to.

use std::collections::BTreeSet;

use keyapi_spec::schema::keyword::Form;
use serde_json::Value;

use crate::document::schema::Direction;
use crate::document::source::{Source, flag, items, properties, text};

/// What a schema says by a keyword; nothing where the keyword cannot be used.
pub(super) fn usable<'a>(schema: &'a Value, keyword: &str) -> Option<&'a Value> {
    let value = schema.get(keyword)?;
    Form::of(keyword)?.fits(value).then_some(value)
}

/// The same for a list of schemas.
pub(super) fn schemas<'a>(schema: &'a Value, keyword: &str) -> impl Iterator<Item = &'a Value> {
    items(usable(schema, keyword))
}

/// The example or default of a schema.
pub(super) fn given(schema: &Value) -> Option<&Value> {
    if schema.get("const").is_some() {
        return None;
    }
    schema
        .get("example")
        .or_else(|| schema.get("x-example"))
        .or_else(|| items(schema.get("examples")).next())
        .or_else(|| schema.get("default"))
}

/// The values that schemas allow, where they list them; null comes last.
pub(super) fn choices<'a>(parts: &[&'a Value]) -> Option<Vec<&'a Value>> {
    let lists = parts.iter().filter_map(|part| match part.get("const") {
        Some(constant) => Some(std::slice::from_ref(constant)),
        None => usable(part, "enum").and_then(Value::as_array).map(Vec::as_slice),
    });
    let lists: Vec<&[Value]> = lists.collect();
    let (first, others) = lists.split_first()?;
    let shared = first.iter().filter(|value| others.iter().all(|list| list.contains(value)));
    let mut shared: Vec<&Value> = shared.collect();
    shared.sort_by_key(|value| value.is_null());
    (!shared.is_empty()).then_some(shared)
}

/// The types that a value may have, the likeliest first.
pub(super) fn kinds<'a>(parts: &[&'a Value]) -> Vec<&'a str> {
    let mut kinds: Option<Vec<&str>> = None;
    for part in parts {
        let Some(named) = usable(part, "type") else { continue };
        let named: Vec<&str> = match named {
            Value::Array(named) => named.iter().filter_map(Value::as_str).collect(),
            named => named.as_str().into_iter().collect(),
        };
        kinds = Some(match kinds {
            None => named,
            Some(before) => both(&before, &named),
        });
    }
    let mut kinds = kinds.unwrap_or_default();
    kinds.sort_by_key(|kind| *kind == "null");
    if kinds.is_empty() {
        kinds = vec![spoken_of(parts), "string", "integer", "boolean", "array", "object", "null"];
    }
    kinds
}

/// An integer is a number.
fn both<'a>(one: &[&'a str], other: &[&'a str]) -> Vec<&'a str> {
    let within = |kind: &str, kinds: &[&str]| kinds.contains(&kind) || kind == "integer" && kinds.contains(&"number");
    let of_one = one.iter().filter(|kind| within(kind, other));
    let of_other = other.iter().filter(|kind| within(kind, one) && !one.contains(*kind));
    of_one.chain(of_other).copied().collect()
}

/// The type that the keywords of schemas without one speak of.
fn spoken_of(parts: &[&Value]) -> &'static str {
    let has = |keywords: &[&str]| parts.iter().any(|part| keywords.iter().any(|keyword| part.get(keyword).is_some()));
    match () {
        () if has(&["properties", "additionalProperties", "required", "minProperties", "patternProperties"]) => {
            "object"
        }
        () if has(&["items", "minItems", "maxItems", "contains", "prefixItems", "uniqueItems"]) => "array",
        () if has(&["format", "pattern", "minLength", "maxLength"]) => "string",
        () if has(&["minimum", "maximum", "multipleOf", "exclusiveMinimum", "exclusiveMaximum"]) => "number",
        () => "any",
    }
}

/// The largest of the counts that schemas ask for.
pub(super) fn least(parts: &[&Value], keyword: &str) -> usize {
    counts(parts, keyword).max().unwrap_or(0)
}

/// The smallest of the counts that schemas allow.
pub(super) fn most(parts: &[&Value], keyword: &str) -> usize {
    counts(parts, keyword).min().unwrap_or(usize::MAX)
}

fn counts(parts: &[&Value], keyword: &str) -> impl Iterator<Item = usize> {
    let counts = parts.iter().filter_map(move |part| usable(part, keyword)?.as_f64());
    counts.map(|count| format!("{count:.0}").parse().unwrap_or(usize::MAX))
}

/// Whether schemas all allow null.
pub(super) fn allow_null(parts: &[&Value]) -> bool {
    let allows = |part: &&Value| {
        let kinds = items(usable(part, "type"));
        flag(part, "nullable") || kinds.into_iter().any(|kind| kind == "null") || part.get("type").is_none()
    };
    parts.iter().all(allows) && parts.iter().any(|part| part.get("type").is_some())
}

/// The properties that an object needs. One that messages of this direction never have (`readOnly` in a request, `writeOnly` in
/// a response) is not needed.
pub(super) fn required<'a>(source: &Source, parts: &[&'a Value], direction: Direction) -> BTreeSet<&'a str> {
    let mut names = BTreeSet::new();
    for part in parts {
        for name in items(usable(part, "required")).filter_map(Value::as_str) {
            let property = part.get("properties").and_then(|properties| properties.get(name));
            if !property.is_some_and(|property| source.has_flag(property, direction.hidden())) {
                names.insert(name);
            }
        }
    }
    // One property may ask for another.
    loop {
        let asked = parts.iter().flat_map(|part| properties(usable(part, "dependentRequired")));
        let asked = asked.filter(|(name, _)| names.contains(name.as_str())).flat_map(|(_, asked)| items(Some(asked)));
        let asked: Vec<&str> = asked.filter_map(Value::as_str).filter(|name| !names.contains(name)).collect();
        if asked.is_empty() {
            return names;
        }
        names.extend(asked);
    }
}

/// The name of a format that schemas agree on.
pub(super) fn format<'a>(parts: &[&'a Value]) -> Option<&'a str> {
    parts.iter().find_map(|part| text(part, "format"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_closest_example_is_given() {
        let all = json!({ "example": 1, "x-example": 2, "examples": [3], "default": 4 });
        let mut schema = all.clone();
        for (keyword, expected) in [("example", 1), ("x-example", 2), ("examples", 3), ("default", 4)] {
            assert_eq!(given(&schema), Some(&json!(expected)));
            schema.as_object_mut().unwrap().remove(keyword);
        }
        assert_eq!(given(&schema), None);
        assert_eq!(given(&json!({ "const": 5, "example": 1 })), None);
    }

    #[test]
    fn values_are_chosen_that_all_lists_have() {
        let chosen = |parts: Value| {
            let parts: Vec<&Value> = items(Some(&parts)).collect();
            json!(choices(&parts))
        };
        assert_eq!(chosen(json!([{ "enum": [null, 1, 2] }])), json!([1, 2, null]));
        assert_eq!(chosen(json!([{ "enum": [1, 2, 3] }, {}, { "enum": [3, 2] }])), json!([2, 3]));
        assert_eq!(chosen(json!([{ "enum": [1, 2] }, { "const": 2 }])), json!([2]));
        assert_eq!(chosen(json!([{ "enum": [1] }, { "const": 2 }])), json!(null));
        assert_eq!(chosen(json!([{}])), json!(null));
    }

    #[test]
    fn types_are_those_that_all_schemas_allow() {
        let allowed = |parts: Value| {
            let parts: Vec<&Value> = items(Some(&parts)).collect();
            json!(kinds(&parts))
        };
        assert_eq!(allowed(json!([{ "type": ["null", "string"] }])), json!(["string", "null"]));
        assert_eq!(allowed(json!([{ "type": "number" }, { "type": "integer" }])), json!(["integer"]));
        assert_eq!(allowed(json!([{ "type": ["integer", "string"] }, { "type": "number" }])), json!(["integer"]));
        let several = [json!({ "type": ["string", "array"] }), json!({ "type": ["array", "string"] })];
        assert_eq!(allowed(json!(several)), json!(["string", "array"]));
        for (schema, first) in [
            (json!({ "items": {} }), "array"),
            (json!({ "minLength": 1 }), "string"),
            (json!({ "maximum": 1 }), "number"),
            (json!({ "properties": {} }), "object"),
        ] {
            assert_eq!(allowed(json!([{}, schema]))[0], json!(first), "{schema}");
        }
    }

    #[test]
    fn what_a_needed_property_asks_for_is_needed() {
        let source = Source::new(json!({}));
        let needed = |parts: Value| {
            let parts: Vec<&Value> = items(Some(&parts)).collect();
            json!(required(&source, &parts, Direction::Response))
        };
        let asks = json!({ "a": ["b", "a"], "b": ["c"], "d": ["e"] });
        assert_eq!(needed(json!([{ "required": ["a"] }, { "dependentRequired": asks }])), json!(["a", "b", "c"]));
        assert_eq!(needed(json!([{ "required": ["c"], "dependentRequired": asks }])), json!(["c"]));
        let properties = json!({ "a": { "writeOnly": true }, "b": { "readOnly": true } });
        assert_eq!(needed(json!([{ "required": ["a", "b"], "properties": properties }])), json!(["b"]));
    }
}
