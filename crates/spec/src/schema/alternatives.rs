//! The schemas of which a value is one.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::all_of::flatten;
use super::json_type;
use crate::document::Lookup;
use crate::document::parameter::kind;

/// How many are looked at: schemas may be made of each other.
const MOST: usize = 1_000;

/// The schemas of which a value is one, each with all that holds for the value then; none where there is no choice.
///
/// The choice may be that of `oneOf`, of `anyOf`, of several types, or of listed values of several types. `schema` is one
/// [without `allOf`](flatten), and so are they.
pub(crate) fn alternatives(document: &dyn Lookup, schema: &Value) -> Vec<Value> {
    let (mut open, mut found) = (choice(document, schema).unwrap_or_default(), Vec::new());
    open.reverse();
    for _ in 0..MOST {
        let Some(next) = open.pop() else { break };
        match choice(document, &next) {
            Some(more) => open.extend(more.into_iter().rev()),
            None if !found.contains(&next) => found.push(next),
            None => {}
        }
    }
    found
}

/// The type of a schema, which OpenAPI 3.1 may have in a list beside null.
pub(crate) fn kind_of(schema: &Value) -> &str {
    match types(schema).as_slice() {
        [only] => only,
        [] => kind(schema),
        _ => "",
    }
}

/// The types of a list, but for null.
fn types(schema: &Value) -> Vec<&str> {
    let listed = schema.get("type").and_then(Value::as_array).into_iter().flatten();
    listed.filter_map(Value::as_str).filter(|kind| *kind != "null").collect()
}

/// What is left to choose from first.
fn choice(document: &dyn Lookup, schema: &Value) -> Option<Vec<Value>> {
    let branches = |key: &&str| schema.get(key)?.as_array().filter(|branches| !branches.is_empty());
    if let Some((key, branches)) = ["oneOf", "anyOf"].iter().find_map(|key| Some((key, branches(key)?))) {
        let mut rest = schema.clone();
        rest.as_object_mut()?.shift_remove(*key);
        return Some(branches.iter().filter_map(|branch| both(document, &rest, branch)).collect());
    }
    let of_type = |kind: &str| {
        let mut one = schema.clone();
        one["type"] = json!(kind);
        one
    };
    let types = types(schema);
    if types.len() > 1 {
        return Some(types.into_iter().map(of_type).collect());
    }
    if schema.get("type").is_some() || !kind(schema).is_empty() {
        return None;
    }
    let listed = schema.get("enum").and_then(Value::as_array).into_iter().flatten().chain(schema.get("const"));
    let kinds: BTreeSet<&str> = listed.filter_map(json_type::of).collect();
    (!kinds.is_empty()).then(|| kinds.into_iter().map(of_type).collect())
}

/// A schema of all that two say; nothing where no value is of both.
fn both(document: &dyn Lookup, rest: &Value, branch: &Value) -> Option<Value> {
    let mut rest = rest.clone();
    // The type of the branch replaces the list of types beside the choice, which stays if the branch has no type.
    let types = if types(&rest).is_empty() { None } else { rest.as_object_mut()?.shift_remove("type") };
    let both = json!({"allOf": [rest, branch]});
    let flat = flatten(document, &both);
    if flat.conflicts.iter().any(String::is_empty) {
        return None;
    }
    let mut flat = flat.schema.into_owned();
    if let Some(types) = types.filter(|_| flat.get("type").is_none()) {
        flat["type"] = types;
    }
    Some(flat)
}
