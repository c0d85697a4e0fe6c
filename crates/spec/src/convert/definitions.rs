//! Definitions inside of schemas, `$defs`, which become components; and parts of schemas that references lead to, where the
//! conversion moves such parts.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value, json};

use super::Origins;
use super::positions::{children, roots};
use crate::diagnostic::join;
use crate::document::reference::{self, tokens};
use crate::document::{component, properties, remove};

/// Where schemas hold definitions; the second is what earlier drafts of JSON Schema call it.
const HOLDERS: [&str; 2] = ["$defs", "definitions"];

/// Moves definitions into the components, and lets references lead there.
pub(super) fn hoist(document: &mut Value, origins: &mut Origins) {
    let mut referred = HashSet::new();
    roots(document, &mut |schema, at| refer(schema, at, &mut referred));
    let mut found: Vec<String> = Vec::new();
    roots(document, &mut |schema, at| collect(schema, at, true, &referred, &mut found));
    if found.is_empty() {
        return;
    }
    let places = name(document, &found);
    let mut used = HashSet::new();
    roots(document, &mut |schema, at| redirect(schema, at, &places, &mut used));
    // What is in another definition leaves it first.
    for from in found.iter().rev() {
        let Some(to) = places.get(from) else { continue };
        // What nothing refers to says nothing, and may not even be a schema.
        let Some(schema) = take(document, from, to).filter(|_| used.contains(to)) else { continue };
        if let Some(schemas) = properties(document, &["components", "schemas"]) {
            schemas.insert(to.clone(), schema);
            origins.note(join("/components/schemas", to), origins.of(from).into_owned());
        }
    }
}

/// Takes a definition out, and what held it with the last one. A part of a schema leaves a reference.
fn take(document: &mut Value, place: &str, name: &str) -> Option<Value> {
    if !is_definition(place) {
        let reference = json!({ "$ref": reference::to(&join("/components/schemas", name)) });
        return document.pointer_mut(place).map(|part| std::mem::replace(part, reference));
    }
    let (holder, name) = place.rsplit_once('/')?;
    let definitions = document.pointer_mut(holder)?.as_object_mut()?;
    let schema = definitions.shift_remove(&reference::unescape(name));
    if definitions.is_empty() {
        remove(document, holder);
    }
    schema
}

fn is_definition(place: &str) -> bool {
    place.rsplit('/').nth(1).is_some_and(|holder| HOLDERS.contains(&holder))
}

/// What references lead to that is no component itself.
fn refer(schema: &mut Value, at: &mut String, referred: &mut HashSet<String>) {
    let Value::Object(schema) = schema else { return };
    if let Some(target) = schema.get("$ref").and_then(Value::as_str)
        && component(target, "schemas").is_none()
        && let Some(pointer) = reference::pointer(target)
    {
        referred.insert(pointer.into_owned());
    }
    children(schema, at, &mut |schema, at| refer(schema, at, referred));
}

/// Whether what a keyword holds is at the same place once the schema is converted.
fn stays(schema: &Map<String, Value>, keyword: &str) -> bool {
    let kinds = schema.get("type").and_then(Value::as_array);
    let is_split = kinds.is_some_and(|kinds| kinds.iter().filter(|kind| **kind != "null").count() > 1);
    let beside = |others: &[&str]| others.iter().any(|other| schema.contains_key(*other));
    match keyword {
        "properties" => !is_split,
        "items" => !is_split && !beside(&["prefixItems", "unevaluatedItems"]),
        "additionalProperties" => !is_split && !beside(&["patternProperties", "unevaluatedProperties"]),
        "allOf" => !beside(&["$ref"]),
        _ => HOLDERS.contains(&keyword),
    }
}

/// The pointers of all definitions, and of the parts that are referred to and do not stay where they are, those that hold
/// others before them.
fn collect(schema: &mut Value, at: &mut String, stay: bool, referred: &HashSet<String>, found: &mut Vec<String>) {
    let Value::Object(schema) = schema else { return };
    if !stay && referred.contains(at) && !is_definition(at) {
        found.push(at.clone());
    }
    for holder in HOLDERS {
        // A property may be called so, too; it is no schema that holds schemas then.
        let Some(Value::Object(all)) = schema.get(holder) else { continue };
        let place = join(at, holder);
        found.extend(all.keys().map(|name| join(&place, name)));
    }
    let staying: Vec<String> = schema.keys().filter(|keyword| stay && stays(schema, keyword)).cloned().collect();
    let length = at.len();
    children(schema, at, &mut |schema, at| {
        let keyword = at[length..].split('/').nth(1).unwrap_or_default();
        let stay = staying.iter().any(|staying| staying == keyword);
        collect(schema, at, stay, referred, found);
    });
}

/// A component for each: called as it is, or after what it is in where others are called so, too, or it has no name.
fn name(document: &Value, found: &[String]) -> HashMap<String, String> {
    let own = |place: &String| tokens(place).last().unwrap_or_default();
    let mut uses: HashMap<String, usize> = HashMap::new();
    for place in found {
        *uses.entry(own(place)).or_default() += 1;
    }
    let components = document.pointer("/components/schemas").and_then(Value::as_object);
    let mut taken: HashSet<String> = components.into_iter().flat_map(Map::keys).cloned().collect();
    let mut numbers: HashMap<String, usize> = HashMap::new();
    let mut places = HashMap::new();
    for place in found {
        let name = own(place);
        let wanted = match is_definition(place) {
            true if uses.get(&name) == Some(&1) && !taken.contains(&name) => name,
            true => format!("{}_{name}", owner(place)),
            false => part(place),
        };
        let mut free = wanted.clone();
        while taken.contains(&free) {
            // Each number is tried once, however many there are of a name.
            let number = numbers.entry(wanted.clone()).or_insert(1);
            *number += 1;
            free = format!("{wanted}_{number}");
        }
        taken.insert(free.clone());
        places.insert(place.clone(), free);
    }
    places
}

/// The name of a part of a schema: what it is in, and the way there.
fn part(place: &str) -> String {
    let words: Vec<String> = tokens(place).collect();
    let way = match words.as_slice() {
        [components, _, _, way @ ..] if components == "components" => way,
        way => way.get(way.len().saturating_sub(2)..).unwrap_or_default(),
    };
    let is_kept = |c: &char| c.is_ascii_alphanumeric() || *c == '_';
    let way = way.iter().map(|word| word.chars().filter(is_kept).collect::<String>());
    std::iter::once(owner(place)).chain(way).filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_")
}

/// What a definition is in: a component, or the operation.
fn owner(place: &str) -> String {
    let words: Vec<String> = tokens(place).collect();
    match words.as_slice() {
        [components, _, name, ..] if components == "components" => name.clone(),
        [_, path, method, ..] => {
            let words = path.split(|c: char| !c.is_ascii_alphanumeric()).chain([method.as_str()]);
            words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_")
        }
        _ => String::new(),
    }
}

/// Lets references to definitions, and into them, lead to the components.
fn redirect(schema: &mut Value, at: &mut String, places: &HashMap<String, String>, used: &mut HashSet<String>) {
    let Value::Object(schema) = schema else { return };
    if let Some(target) = schema.get("$ref").and_then(Value::as_str)
        && component(target, "schemas").is_none()
        && let Some(pointer) = reference::pointer(target)
    {
        let ends = std::iter::once(pointer.len()).chain(pointer.rmatch_indices('/').map(|(at, _)| at));
        let mut above = ends.map(|end| pointer.split_at(end));
        let moved = above.find_map(|(above, rest)| Some((places.get(above)?, rest)));
        if let Some((name, rest)) = moved {
            let moved = format!("{}{rest}", join("/components/schemas", name));
            used.insert(name.clone());
            schema.insert("$ref".to_owned(), json!(reference::to(&moved)));
        }
    }
    children(schema, at, &mut |schema, at| redirect(schema, at, places, used));
}
