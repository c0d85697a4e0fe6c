//! Discriminators: the property whose value, the tag, tells which of several schemas an object is of (OpenAPI 3.0.4,
//! section 4.7.25).

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::all_of::flatten;
use crate::document::reference::to;
use crate::document::{Lookup, component, resolve, schema_component, unwrap_reference};

/// The name of the property that holds the tag.
pub fn property(schema: &Value) -> Option<&str> {
    schema.get("discriminator")?.get("propertyName")?.as_str()
}

/// The tags of a mapping, with the names of the component schemas that they lead to: `None` where that is something else.
pub fn mapping(schema: &Value) -> impl Iterator<Item = (&str, Option<String>)> {
    let mapping = schema.get("discriminator").and_then(|found| found.get("mapping")).and_then(Value::as_object);
    mapping.into_iter().flatten().map(|(tag, target)| (tag.as_str(), target.as_str().and_then(target_of)))
}

/// The name of the component schema that a mapping leads to: by a reference, or by its name alone.
fn target_of(target: &str) -> Option<String> {
    match target.contains(['/', '#']) {
        true => component(target, "schemas"),
        false => component(&to(&crate::diagnostic::join("/components/schemas", target)), "schemas"),
    }
}

/// The alternatives of a choice.
pub fn alternatives(schema: &Value) -> impl Iterator<Item = &Value> {
    ["oneOf", "anyOf"].into_iter().filter_map(|keyword| schema.get(keyword)?.as_array()).flatten()
}

/// The tags that each of several alternatives has itself, as the values that it allows for the property. What several of
/// them allow tells none of them: they have it from what they are made from.
pub fn own_tags(document: &dyn Lookup, alternatives: &[&Value], property: &str) -> Vec<Vec<String>> {
    let of = |alternative: &&Value| {
        let mut tags = Vec::new();
        collect(document, alternative, property, &mut HashSet::new(), &mut tags);
        tags
    };
    let all: Vec<Vec<String>> = alternatives.iter().map(of).collect();
    let mut times: HashMap<&str, usize> = HashMap::new();
    all.iter().flatten().for_each(|tag| *times.entry(tag).or_default() += 1);
    all.iter().map(|tags| tags.iter().filter(|tag| times[tag.as_str()] == 1).cloned().collect()).collect()
}

fn collect(
    document: &dyn Lookup,
    schema: &Value,
    property: &str,
    seen: &mut HashSet<*const Value>,
    tags: &mut Vec<String>,
) {
    let Some(schema) = resolve(document, unwrap_reference(schema)) else { return };
    // A document that was not checked for reference cycles may have some.
    if !seen.insert(schema) {
        return;
    }
    let before = tags.len();
    let flat = flatten(document, schema).schema;
    let add = |tags: &mut Vec<String>, tag: String| {
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    };
    let declared = flat.get("properties").and_then(|properties| properties.get(property));
    let declared = declared.and_then(|declared| resolve(document, unwrap_reference(declared)));
    let values = declared.map(|declared| flatten(document, declared).schema);
    // A document of OpenAPI 3.1 that is not converted has `const`.
    let listed = values.iter().filter_map(|values| values.get("enum")?.as_array()).flatten();
    for value in listed.chain(values.iter().filter_map(|values| values.get("const"))) {
        match value {
            Value::String(tag) => add(tags, tag.clone()),
            Value::Number(_) | Value::Bool(_) => add(tags, value.to_string()),
            _ => {}
        }
    }
    // A choice among the alternatives has tags of its own, which what is made from it has not.
    if tags.len() == before && self::property(schema) == Some(property) && alternatives(schema).next().is_some() {
        for (tag, _) in mapping(schema) {
            add(tags, tag.to_owned());
        }
        for alternative in alternatives(schema) {
            collect(document, alternative, property, seen, tags);
        }
    }
}

/// The name of the component schema that an alternative refers to, perhaps with something said about its use.
pub fn name_of(alternative: &Value) -> Option<String> {
    schema_component(unwrap_reference(alternative))
}
