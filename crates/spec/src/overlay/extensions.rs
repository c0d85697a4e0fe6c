//! What the extensions have to be that a person writes in an overlay.
//!
//! Whoever reads an extension takes one of another form for none, as a published document may mean something else by its
//! name. In an overlay it is a slip, which would leave out what it should have said.

use serde_json::{Map, Value};

use super::Setters;
use crate::Diagnostic;
use crate::diagnostic::join;
use crate::document::envelope::{ROLES, SUCCESS};
use crate::document::extension;
use crate::document::reference::unescape;

/// The code of what is said about extensions.
const CODE: &str = "overlay-extension";

/// An extension, what it has to be, and whether a value is that.
type Form = (&'static str, &'static str, fn(&Value) -> bool);

const FORMS: [Form; 6] = [
    (extension::CREDITS, "a whole number of credits", Value::is_u64),
    (
        extension::ENVELOPE,
        "an object with names of properties as `code`, `message`, `data` and `request-id`, and a whole number as `success`",
        |value| value.as_object().is_some_and(is_envelope),
    ),
    (extension::OPERATION_NAMES, "`from: path` or `from: operation-id`, with or without a text as `strip`", |value| {
        value.as_object().is_some_and(are_operation_names)
    }),
    (extension::EXTENSIBLE_ENUM, "a list of values", Value::is_array),
    (extension::ENUM_VARNAMES, "a list of texts", are_texts),
    (extension::ENUM_DESCRIPTIONS, "a list of texts", are_texts),
];

/// Objects whose properties have names of a document's own.
const NAMED: [&str; 19] = [
    "$defs",
    "callbacks",
    "definitions",
    "dependentSchemas",
    "encoding",
    "headers",
    "links",
    "mapping",
    "parameters",
    "pathItems",
    "paths",
    "patternProperties",
    "properties",
    "requestBodies",
    "responses",
    "schemas",
    "scopes",
    "securitySchemes",
    "variables",
];

/// What is not the document's, but shown by it.
const SHOWN: [&str; 6] = ["const", "default", "enum", "example", "examples", "value"];

/// Reports extensions of another form in what the updates left in the document, once for each place in the overlay.
pub(super) fn check(setters: &Setters, document: &Value, overlay: &Value) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    let mut targets: Vec<(&String, &Vec<usize>)> = setters.by_target.iter().collect();
    targets.sort_unstable();
    for (target, updates) in targets {
        let Some(name) = name(target) else { continue };
        for index in updates {
            let pointer = &setters.updates[*index].pointer;
            if let (Some(update), Some(updated)) = (overlay.pointer(pointer), document.pointer(target)) {
                node(&name, update, updated, pointer, &mut found);
            }
        }
    }
    found.sort_by(|one, other| one.pointer.cmp(&other.pointer));
    found.dedup_by(|one, other| one.pointer == other.pointer);
    found
}

/// What a target is called; empty where the document has the name to choose, and nothing where the document only shows it.
fn name(target: &str) -> Option<String> {
    let mut tokens = target.split('/').skip(1).map(unescape);
    tokens.try_fold(String::new(), |above, token| name_below(&above, &token).map(str::to_owned))
}

/// The same of what has a key in a node that is called `name`.
fn name_below<'k>(name: &str, key: &'k str) -> Option<&'k str> {
    match NAMED.contains(&name) {
        true => Some(""),
        false => Some(key).filter(|key| !SHOWN.contains(key)),
    }
}

/// `updated` is what an update has made of a node called `name`.
fn node(name: &str, update: &Value, updated: &Value, pointer: &str, found: &mut Vec<Diagnostic>) {
    if let Some((_, expected, is_of_form)) = FORMS.iter().find(|(extension, ..)| *extension == name) {
        if !is_of_form(updated) {
            let message = format!("`{name}` is {updated}, and not {expected}");
            found.push(
                Diagnostic::error(CODE, pointer, message).help("see \"Extensions in documents\" in ARCHITECTURE.md"),
            );
        }
        return;
    }
    let (Some(update), Some(updated)) = (update.as_object(), updated.as_object()) else { return };
    for (key, update) in update {
        if let (Some(name), Some(updated)) = (name_below(name, key), updated.get(key)) {
            node(name, update, updated, &join(pointer, key), found);
        }
    }
}

fn is_envelope(roles: &Map<String, Value>) -> bool {
    roles.iter().all(|(role, named)| match role.as_str() {
        SUCCESS => named.is_i64(),
        role => ROLES.contains(&role) && named.is_string(),
    })
}

fn are_operation_names(asked: &Map<String, Value>) -> bool {
    let is_known = |(property, value): (&String, &Value)| match property.as_str() {
        "from" => value == "path" || value == "operation-id",
        property => property == "strip" && value.is_string(),
    };
    asked.contains_key("from") && asked.iter().all(is_known)
}

fn are_texts(value: &Value) -> bool {
    value.as_array().is_some_and(|texts| texts.iter().all(Value::is_string))
}
