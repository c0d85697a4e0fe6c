//! Definitions inside of schemas, `$defs`, which become components.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value, json};

use super::Origins;
use super::positions::{children, roots};
use crate::diagnostic::join;
use crate::document::{component, members, remove};
use crate::reference::{self, tokens};

/// Where schemas hold definitions; the second is what earlier drafts of JSON Schema call it.
const HOLDERS: [&str; 2] = ["$defs", "definitions"];

/// Moves definitions into the components, and lets references lead there.
pub(super) fn hoist(document: &mut Value, origins: &mut Origins) {
    let mut found: Vec<String> = Vec::new();
    roots(document, &mut |schema, at| collect(schema, at, &mut found));
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
        let Some(schema) = take(document, from).filter(|_| used.contains(to)) else { continue };
        if let Some(schemas) = members(document, &["components", "schemas"]) {
            schemas.insert(to.clone(), schema);
            origins.note(join("/components/schemas", to), origins.of(from).into_owned());
        }
    }
}

/// Takes a definition out, and what held it with the last one.
fn take(document: &mut Value, place: &str) -> Option<Value> {
    let (holder, name) = place.rsplit_once('/')?;
    let definitions = document.pointer_mut(holder)?.as_object_mut()?;
    let schema = definitions.shift_remove(&reference::unescape(name));
    if definitions.is_empty() {
        remove(document, holder);
    }
    schema
}

/// The pointers of all definitions, those that hold others before them.
fn collect(schema: &mut Value, at: &mut String, found: &mut Vec<String>) {
    let Value::Object(schema) = schema else { return };
    for holder in HOLDERS {
        // A property may be called so, too; it is no schema that holds schemas then.
        let Some(Value::Object(all)) = schema.get(holder) else { continue };
        let place = join(at, holder);
        found.extend(all.keys().map(|name| join(&place, name)));
    }
    children(schema, at, &mut |schema, at| collect(schema, at, found));
}

/// A component for each: called as it is, or after what it is in where others are called so, too.
fn name(document: &Value, found: &[String]) -> HashMap<String, String> {
    let own = |place: &String| tokens(place).last().unwrap_or_default();
    let mut uses: HashMap<String, usize> = HashMap::new();
    for place in found {
        *uses.entry(own(place)).or_default() += 1;
    }
    let components = document.pointer("/components/schemas").and_then(Value::as_object);
    let mut taken: HashSet<String> = components.into_iter().flat_map(Map::keys).cloned().collect();
    let mut places = HashMap::new();
    for place in found {
        let name = own(place);
        let is_alone = uses.get(&name) == Some(&1) && !taken.contains(&name);
        let wanted = if is_alone { name } else { format!("{}_{name}", owner(place)) };
        let numbered = (2..).map(|number| format!("{wanted}_{number}"));
        let free = std::iter::once(wanted.clone()).chain(numbered).find(|name| !taken.contains(name));
        if let Some(free) = free {
            taken.insert(free.clone());
            places.insert(place.clone(), free);
        }
    }
    places
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
