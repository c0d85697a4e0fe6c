//! Finds reference cycles: schemas that are made of themselves, which nothing that follows references comes to the end of.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::Diagnostic;
use crate::diagnostic::join;
use crate::document::schema_component;

/// The longest chain of schemas that are made of one another; people write fewer than ten.
const MAX_CHAIN: usize = 64;

/// Reports component schemas whose aliases, `allOf`, `oneOf` or `anyOf` lead back to themselves.
///
/// A property or an element may have the type of the whole: that is recursion, and ends where the data does.
pub(super) fn check(document: &Value) -> Vec<Diagnostic> {
    let Some(schemas) = document.pointer("/components/schemas").and_then(Value::as_object) else { return Vec::new() };
    let parts: HashMap<&str, Vec<String>> = schemas
        .iter()
        .map(|(name, schema)| {
            let mut found = Vec::new();
            collect(schema, &mut found);
            (name.as_str(), found)
        })
        .collect();
    let mut heights: HashMap<&str, usize> = HashMap::new();
    let mut diagnostics = Vec::new();
    for name in schemas.keys() {
        if let Some(error) = climb(name, &parts, &mut heights) {
            diagnostics.push(error);
        }
    }
    diagnostics
}

/// The components that a schema is made of.
fn collect(schema: &Value, found: &mut Vec<String>) {
    found.extend(schema_component(schema));
    for keyword in ["allOf", "oneOf", "anyOf"] {
        for branch in schema.get(keyword).and_then(Value::as_array).into_iter().flatten() {
            collect(branch, found);
        }
    }
}

/// Finds the height of everything below `name`, on a stack of its own because a chain may be long.
fn climb<'a>(
    name: &'a str,
    parts: &'a HashMap<&str, Vec<String>>,
    heights: &mut HashMap<&'a str, usize>,
) -> Option<Diagnostic> {
    let mut path: Vec<(&str, usize)> = vec![(name, 0)];
    let mut on_path = HashSet::from([name]);
    while let Some((current, next)) = path.last_mut() {
        let current = *current;
        let part = parts.get(current).and_then(|parts| parts.get(*next));
        *next += 1;
        match part {
            None => {
                let below = parts.get(current).into_iter().flatten().filter_map(|part| heights.get(part.as_str()));
                let height = below.max().map_or(0, |below| below + 1);
                if heights.insert(current, height).is_none() && height == MAX_CHAIN + 1 {
                    return Some(error(
                        current,
                        format!("`{current}` is made of a chain of more than {MAX_CHAIN} schemas"),
                    ));
                }
                on_path.remove(current);
                path.pop();
            }
            Some(part) if heights.contains_key(part.as_str()) => {}
            Some(part) if on_path.contains(part.as_str()) => {
                path.iter().for_each(|(name, _)| _ = heights.insert(name, 0));
                return Some(error(part, format!("the schema `{part}` is made of itself")));
            }
            Some(part) => {
                on_path.insert(part);
                path.push((part, 0));
            }
        }
    }
    None
}

fn error(name: &str, message: String) -> Diagnostic {
    Diagnostic::error("circular-schema", join("/components/schemas", name), message)
        .help("a schema may have itself as a property or an element, but not as a part of `allOf`, `oneOf` or `anyOf`")
}
