//! Path items: those that refer to others, those of webhooks, and documents without any.

use serde_json::{Map, Value, json};

use super::Origins;
use crate::Diagnostic;
use crate::diagnostic::join;
use crate::document::version::may_lack_paths;
use crate::document::{METHODS, reference, remove, resolve_with_pointer};

/// Where the webhooks of a document are kept: requests that the API sends.
pub(crate) const WEBHOOKS: &str = "x-webhooks";

/// Where path items stand that others refer to.
const SHARED: &str = "/components/pathItems";

/// So many values are copied at most, for a document may refer to one path item from everywhere.
const MOST_COPIED: usize = 1_000_000;

/// Copies what path items refer to into them, and puts webhooks aside.
pub(super) fn convert(document: &mut Value, origins: &mut Origins) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    copy(document, origins, &mut found);
    let may_lack_paths = may_lack_paths(document);
    let Some(root) = document.as_object_mut() else { return found };
    if may_lack_paths && !root.contains_key("paths") {
        root.insert("paths".to_owned(), json!({}));
    }
    if let Some(webhooks) = root.shift_remove("webhooks") {
        let count = webhooks.as_object().map_or(0, Map::len);
        if count > 0 {
            let message = format!("webhooks are no part of the client: {count} of them");
            found.push(Diagnostic::note("webhooks", "/webhooks", message).help("there is nothing to do"));
        }
        root.insert(WEBHOOKS.to_owned(), webhooks);
        origins.note(join("", WEBHOOKS), "/webhooks".to_owned());
    }
    // What leads into one still has to lead somewhere.
    if document.pointer(SHARED).is_some() && !refers_to_shared(document) {
        remove(document, SHARED);
    }
    found
}

fn copy(document: &mut Value, origins: &mut Origins, found: &mut Vec<Diagnostic>) {
    let mut left = MOST_COPIED;
    let mut copied = Vec::new();
    for place in referring(document) {
        let Some(item) = document.pointer(&place) else { continue };
        // What leads nowhere is told of where references are checked.
        let Some((referred, Some(target))) = resolve_with_pointer(document, item) else { continue };
        if !referred.is_object() {
            continue;
        }
        match left.checked_sub(size(referred, left)) {
            Some(rest) => left = rest,
            None => {
                let message = format!("more than {MOST_COPIED} values would be copied into path items");
                let error = Diagnostic::error("path-reference", join(&place, "$ref"), message);
                found.push(error.help("refer to fewer or smaller path items"));
                return;
            }
        }
        copied.push(merge(&place, item, referred, &target, found));
    }
    for Copied { place, item, target, own } in copied {
        if let Some(at) = document.pointer_mut(&place) {
            *at = item;
            for property in own {
                origins.note(join(&place, &property), join(&place, &property));
            }
            origins.note(place, target);
        }
    }
}

/// A path item with what it refers to.
struct Copied {
    place: String,
    item: Value,
    /// Where it comes from.
    target: String,
    /// The properties that it has of its own.
    own: Vec<String>,
}

fn merge(place: &str, item: &Value, referred: &Value, target: &str, found: &mut Vec<Diagnostic>) -> Copied {
    let mut whole = referred.as_object().cloned().unwrap_or_default();
    let own = item.as_object().into_iter().flatten().filter(|(property, _)| *property != "$ref");
    let mut names = Vec::new();
    for (property, value) in own {
        if METHODS.contains(&property.as_str()) && whole.contains_key(property) {
            let message =
                format!("`{property}` is in what the path item refers to as well: the one beside the reference counts");
            let warning = Diagnostic::warning("path-item-sibling", join(place, property), message);
            found.push(warning.help("OpenAPI leaves open which of them is meant: remove one in the overlay"));
        }
        match (property.as_str(), whole.get_mut(property), value) {
            // Parameters are told apart by name and place, so that those of both can stand together.
            ("parameters", Some(Value::Array(known)), Value::Array(more)) => {
                let is_same = |one: &Value, other: &Value| {
                    one.get("name").is_some()
                        && one.get("name") == other.get("name")
                        && one.get("in") == other.get("in")
                };
                known.retain(|known| !more.iter().any(|own| is_same(known, own)));
                known.extend(more.iter().cloned());
            }
            _ => {
                whole.insert(property.clone(), value.clone());
                names.push(property.clone());
            }
        }
    }
    Copied { place: place.to_owned(), item: Value::Object(whole), target: target.to_owned(), own: names }
}

/// The places of path items that are references: of paths and of callbacks.
fn referring(document: &Value) -> Vec<String> {
    let mut places = Vec::new();
    for section in ["/paths", "/webhooks", SHARED] {
        let items = document.pointer(section).and_then(Value::as_object);
        for (name, item) in items.into_iter().flatten() {
            let place = join(section, name);
            of_callbacks(item, &place, &mut places);
            if section != SHARED && reference(item).is_some() {
                places.push(place);
            }
        }
    }
    let shared = document.pointer("/components/callbacks").and_then(Value::as_object);
    for (name, callback) in shared.into_iter().flatten() {
        of_callback(callback, &join("/components/callbacks", name), &mut places);
    }
    places
}

/// The same of the callbacks of a path item's operations, and of theirs.
fn of_callbacks(item: &Value, place: &str, places: &mut Vec<String>) {
    let Some(item) = item.as_object() else { return };
    for (method, operation) in item.iter().filter(|(method, _)| METHODS.contains(&method.as_str())) {
        let callbacks = operation.get("callbacks").and_then(Value::as_object);
        for (name, callback) in callbacks.into_iter().flatten() {
            of_callback(callback, &join(&join(&join(place, method), "callbacks"), name), places);
        }
    }
}

fn of_callback(callback: &Value, place: &str, places: &mut Vec<String>) {
    if reference(callback).is_some() {
        return;
    }
    for (expression, item) in callback.as_object().into_iter().flatten() {
        let place = join(place, expression);
        of_callbacks(item, &place, places);
        if reference(item).is_some() {
            places.push(place);
        }
    }
}

fn refers_to_shared(value: &Value) -> bool {
    match value {
        Value::Array(elements) => elements.iter().any(refers_to_shared),
        Value::Object(object) => {
            reference(value).is_some_and(|target| target.starts_with("#/components/pathItems/"))
                || object.values().any(refers_to_shared)
        }
        _ => false,
    }
}

/// How many values a value is made of, as far as it is less than a limit.
fn size(value: &Value, limit: usize) -> usize {
    let mut count = 0;
    let mut left = vec![value];
    while let Some(value) = left.pop() {
        count += 1;
        if count > limit {
            break;
        }
        match value {
            Value::Array(elements) => left.extend(elements),
            Value::Object(object) => left.extend(object.values()),
            _ => {}
        }
    }
    count
}
