//! The schemas of which a value is one, with what they say under conditions (JSON Schema 2020-12, core, section 10.2.2).

use std::collections::HashSet;

use serde_json::{Value, json};

use super::used::Used;
use crate::document::{Lookup, resolve};
use crate::schema::all_of::flatten;
use crate::schema::alternatives;

/// The keywords of conditions.
const KEYWORDS: [&str; 4] = ["if", "then", "else", "dependentSchemas"];

/// How many schemas are looked at: schemas may be made of each other.
const MOST: usize = 1_000;

/// What holds besides where a condition is met, and where it is not.
struct Condition {
    met: Value,
    unmet: Value,
}

/// The schemas of which a value is one, each with all that holds for the value then; none where there is no choice.
///
/// Of several conditions all may be met, or each alone, or none: what several of them say and not all is left to the schema of
/// the kind that a value is of.
pub(super) fn alternatives(document: &dyn Lookup, used: &Used<'_>) -> Vec<Value> {
    let Some(first) = branches(document, used.target, &used.flat) else {
        let all = alternatives::alternatives(document, &used.flat);
        return if all.iter().any(has_condition) { expanded(document, all) } else { all };
    };
    expanded(document, first)
}

fn expanded(document: &dyn Lookup, mut open: Vec<Value>) -> Vec<Value> {
    open.reverse();
    let mut found: Vec<Value> = Vec::new();
    for _ in 0..MOST {
        let Some(next) = open.pop() else { break };
        let more = branches(document, &next, &next);
        let more = more.unwrap_or_else(|| alternatives::alternatives(document, &next));
        if more.is_empty() && !found.contains(&next) {
            found.push(next);
        }
        open.extend(more.into_iter().rev());
    }
    found
}

fn has_condition(schema: &Value) -> bool {
    KEYWORDS.iter().any(|key| schema.get(key).is_some())
}

/// What a schema may be by its conditions; nothing where it has none. `flat` is the same without `allOf`.
fn branches(document: &dyn Lookup, schema: &Value, flat: &Value) -> Option<Vec<Value>> {
    let mut conditions = Vec::new();
    collect(document, schema, &mut HashSet::new(), &mut conditions);
    if conditions.is_empty() {
        return None;
    }
    let mut rest = flat.clone();
    KEYWORDS.iter().for_each(|key| _ = rest.as_object_mut().and_then(|rest| rest.shift_remove(*key)));
    let of = |is_met: &dyn Fn(usize) -> bool| {
        let conditions = conditions.iter().enumerate();
        let parts = conditions.map(|(index, one)| if is_met(index) { &one.met } else { &one.unmet });
        let parts: Vec<&Value> = [&rest].into_iter().chain(parts).collect();
        let all = json!({ "allOf": parts });
        let flat = flatten(document, &all);
        (!flat.conflicts.iter().any(String::is_empty)).then(|| flat.schema.into_owned())
    };
    let all = (conditions.len() > 1).then(|| of(&|_| true));
    let alone = (0..conditions.len()).map(|met| of(&|index| index == met));
    Some(all.into_iter().chain(alone).chain([of(&|_| false)]).flatten().collect())
}

/// The conditions of a schema and of its parts.
fn collect<'a>(
    document: &'a dyn Lookup,
    schema: &'a Value,
    seen: &mut HashSet<*const Value>,
    found: &mut Vec<Condition>,
) {
    if !seen.insert(schema) {
        return;
    }
    if let Some(condition) = schema.get("if") {
        let of = |key: &str| schema.get(key).cloned().unwrap_or_else(|| json!({}));
        found.push(Condition { met: json!({ "allOf": [condition, of("then")] }), unmet: of("else") });
    }
    let dependent = schema.get("dependentSchemas").and_then(Value::as_object).into_iter().flatten();
    found.extend(dependent.map(|(_, schema)| Condition { met: schema.clone(), unmet: json!({}) }));
    let parts = schema.get("allOf").and_then(Value::as_array).into_iter().flatten();
    for part in parts.filter_map(|part| resolve(document, part)) {
        collect(document, part, seen, found);
    }
}
