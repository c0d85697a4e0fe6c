//! Makes one schema of what `allOf` puts together.

use std::borrow::Cow;
use std::collections::HashSet;

use serde_json::{Map, Value, json};

use crate::document::parameter::kind;
use crate::document::{Lookup, resolve, unwrap_reference};

/// A schema without `allOf`.
#[derive(Clone, Debug)]
pub struct Flat<'a> {
    /// The schema.
    pub schema: Cow<'a, Value>,
    /// Properties that the parts define in ways that no value can satisfy; empty text for the whole.
    pub conflicts: Vec<String>,
}

/// Puts the parts of a schema together: the properties of all of them, required where one of them requires it.
///
/// A use of a reference stays what it is. The document must not hold a schema that is made of itself.
pub fn flatten<'a>(document: &dyn Lookup, schema: &'a Value) -> Flat<'a> {
    let mut conflicts = Vec::new();
    let is_use = !std::ptr::eq(unwrap_reference(schema), schema);
    let schema = match schema.get("allOf").and_then(Value::as_array) {
        Some(_) if !is_use => Cow::Owned(Value::Object(whole(document, schema, &mut HashSet::new(), &mut conflicts))),
        _ => Cow::Borrowed(schema),
    };
    // What cannot be is not what comes: it comes as something else, and that has to be accepted.
    let schema = if conflicts.iter().any(String::is_empty) { Cow::Owned(json!({})) } else { schema };
    Flat { schema, conflicts }
}

fn whole<'a>(
    document: &'a dyn Lookup,
    schema: &'a Value,
    seen: &mut HashSet<*const Value>,
    conflicts: &mut Vec<String>,
) -> Map<String, Value> {
    let mut all = Map::new();
    for part in parts(document, schema) {
        // What is part of the whole in two ways adds nothing the second time, and would double with every level.
        if seen.insert(part) {
            combine(document, &mut all, &whole(document, part, seen, conflicts), conflicts);
        }
    }
    if let Some(own) = schema.as_object() {
        // What describes a part does not describe the whole.
        all.retain(|key, _| !["description", "title", "example", "examples", "externalDocs"].contains(&key.as_str()));
        combine(document, &mut all, own, conflicts);
    }
    all
}

fn combine(
    document: &dyn Lookup,
    all: &mut Map<String, Value>,
    part: &Map<String, Value>,
    conflicts: &mut Vec<String>,
) {
    for (key, value) in part.iter().filter(|(key, _)| *key != "allOf") {
        let Some(known) = all.get_mut(key) else {
            all.insert(key.clone(), value.clone());
            continue;
        };
        match (key.as_str(), known, value) {
            ("properties", Value::Object(known), Value::Object(properties)) => {
                for (name, property) in properties {
                    let both = match known.get(name) {
                        Some(other) => intersection(document, other, property),
                        None => Some(property.clone()),
                    };
                    if both.is_none() {
                        conflicts.push(name.clone());
                    }
                    known.insert(name.clone(), both.unwrap_or_else(|| json!({})));
                }
            }
            ("required" | "oneOf" | "anyOf", Value::Array(known), Value::Array(more)) => {
                known.extend(more.iter().filter(|value| !known.contains(value)).cloned().collect::<Vec<_>>());
            }
            ("nullable", known, value) => *known = json!(*known == true || *value == true),
            ("type", known, value) if known != value => match common_types(known, value).as_slice() {
                [] => conflicts.push(String::new()),
                [only] => *known = json!(only),
                several => *known = json!(several),
            },
            // The narrower of an open map and a map of something is the map of something.
            ("additionalProperties", known, Value::Bool(_)) if known.is_object() => {}
            (_, known, value) => *known = value.clone(),
        }
    }
}

/// The types that two keywords both allow, each one type or a list of them.
fn common_types(one: &Value, other: &Value) -> Vec<String> {
    let types = |said: &Value| -> Vec<String> {
        let listed = said.as_array().map_or(std::slice::from_ref(said), Vec::as_slice);
        listed.iter().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let (one, other) = (types(one), types(other));
    let both = one.iter().flat_map(|one| other.iter().map(move |other| (one.as_str(), other.as_str())));
    let common = both.filter_map(|pair| match pair {
        ("number", "integer") | ("integer", "number") => Some("integer"),
        (one, other) => (one == other).then_some(one),
    });
    let mut found: Vec<String> = Vec::new();
    for kind in common {
        if !found.iter().any(|known| known == kind) {
            found.push(kind.to_owned());
        }
    }
    found
}

/// What both schemas of a property allow: the later definition, which refines the earlier, unless it says less. `None`
/// where no value can be both.
fn intersection(document: &dyn Lookup, earlier: &Value, later: &Value) -> Option<Value> {
    let kind_of = |schema: &Value| -> String {
        let resolved = resolve(document, unwrap_reference(schema)).unwrap_or(schema);
        kind_of_whole(document, resolved, &mut HashSet::new()).to_owned()
    };
    let (one, other) = (kind_of(earlier), kind_of(later));
    let says_nothing = |schema: &Value, kind: &str| {
        kind.is_empty() && !["$ref", "allOf", "oneOf", "anyOf"].iter().any(|key| schema.get(key).is_some())
    };
    match (one.as_str(), other.as_str()) {
        _ if says_nothing(later, &other) => Some(earlier.clone()),
        (one, other) if one == other || one.is_empty() || other.is_empty() => Some(later.clone()),
        ("number", "integer") => Some(later.clone()),
        ("integer", "number") => Some(earlier.clone()),
        _ => None,
    }
}

/// The kind of a schema that says it itself or in one of its parts. A property may have the type of the whole, so the whole
/// cannot be put together to learn it.
fn kind_of_whole<'a>(document: &'a dyn Lookup, schema: &'a Value, seen: &mut HashSet<*const Value>) -> &'a str {
    let own = kind(schema);
    if !own.is_empty() {
        return own;
    }
    let mut of_parts = parts(document, schema).filter_map(|part| {
        let kind = if seen.insert(part) { kind_of_whole(document, part, seen) } else { "" };
        (!kind.is_empty()).then_some(kind)
    });
    of_parts.next().unwrap_or_default()
}

fn parts<'a>(document: &'a dyn Lookup, schema: &'a Value) -> impl Iterator<Item = &'a Value> {
    let parts = schema.get("allOf").and_then(Value::as_array).into_iter().flatten();
    parts.filter_map(|part| resolve(document, part))
}
