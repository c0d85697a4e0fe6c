//! What documents say to people: descriptions and examples. It puts no condition on messages.

use std::fmt;
use std::rc::Rc;

use serde_json::Value;

use super::change::digest;
use super::comparison::{At, Comparison, Draft};
use super::values::{key, same, shown};
use crate::diagnostic::join;
use crate::document::{OperationKey, resolve};

/// So many differences inside an example are shown.
const MOST_DETAILS: usize = 20;

/// A node that says something itself, whatever it refers to.
pub(super) fn own<'a>(document: &'a Value, node: &'a Value) -> Option<&'a Value> {
    resolve(document, node).filter(|node| node.is_object())
}

impl<'a> Comparison<'a> {
    /// Texts that are properties of two nodes.
    pub(super) fn texts(
        &mut self,
        operation: Option<&Rc<OperationKey>>,
        place: impl fmt::Display,
        properties: &[&'static str],
        old: &'a Value,
        new: &'a Value,
    ) {
        for property in properties {
            let (one, other) = (old.get(property), new.get(property));
            let (at, verb) = match (one, other) {
                (None, Some(text)) => (At::New(text), "was added"),
                (Some(text), None) => (At::Old(text), "was removed"),
                (Some(one), Some(other)) if one != other => (At::New(other), "changed"),
                _ => continue,
            };
            let texts = [one, other].map(|text| text.and_then(Value::as_str).unwrap_or_default());
            // What is said of a component is said once, however many operations use it.
            if self.noted.insert((std::ptr::from_ref(old), std::ptr::from_ref(new), property)) {
                let message = format!("{}the {property} {verb}", before(&place));
                self.add(
                    at,
                    Draft::note(operation, "description-changed", message)
                        .place(&place)
                        .subject(format!("{property} {}", digest(texts)))
                        .change(),
                );
            }
        }
    }

    /// Examples of two nodes: `example`, or the values of `examples`.
    pub(super) fn examples(
        &mut self,
        operation: Option<&Rc<OperationKey>>,
        place: impl fmt::Display,
        old: &'a Value,
        new: &'a Value,
    ) {
        let (mut gone, come) = (examples(self.old, old), examples(self.new, new));
        let is_only = gone.len() == 1 && come.len() == 1;
        for (name, example) in come {
            let known = gone.iter().position(|(known, _)| is_only || *known == name).map(|at| gone.remove(at).1);
            if known.is_none_or(|known| !same(known, example)) {
                self.example(operation, &place, name, known, Some(example));
            }
        }
        for (name, example) in gone {
            self.example(operation, &place, name, Some(example), None);
        }
    }

    fn example(
        &mut self,
        operation: Option<&Rc<OperationKey>>,
        place: impl fmt::Display,
        name: &str,
        old: Option<&'a Value>,
        new: Option<&'a Value>,
    ) {
        let (at, verb, details) = match (old, new) {
            (Some(old), Some(new)) => (At::New(new), "changed", differences(old, new)),
            (None, Some(new)) => (At::New(new), "was added", Vec::new()),
            (Some(old), None) => (At::Old(old), "was removed", Vec::new()),
            (None, None) => return,
        };
        let (At::Old(value) | At::New(value)) = at;
        if self.noted.insert((std::ptr::from_ref(value), std::ptr::from_ref(value), "example")) {
            let values = [old, new].map(|value| value.map(key).unwrap_or_default());
            let subject = format!("{name} {}", digest(values.iter().map(String::as_str)));
            let name = if name.is_empty() { String::new() } else { format!(" `{name}`") };
            let message = format!("{}the example{name} {verb}", before(&place));
            let draft = Draft::note(operation, "example-changed", message).place(&place).subject(subject);
            self.add(at, draft.details(details).change());
        }
    }
}

fn before(place: &impl fmt::Display) -> String {
    let place = place.to_string();
    if place.is_empty() { place } else { format!("{place}: ") }
}

fn examples<'a>(document: &'a Value, node: &'a Value) -> Vec<(&'a str, &'a Value)> {
    let one = node.get("example").map(|example| ("", example));
    let named = node.get("examples").and_then(Value::as_object).into_iter().flatten();
    let named = named.filter_map(|(name, example)| Some((name.as_str(), resolve(document, example)?.get("value")?)));
    one.into_iter().chain(named).collect()
}

/// The differences between two values, each with its JSON pointer.
pub(super) fn differences(old: &Value, new: &Value) -> Vec<String> {
    let mut found = Vec::new();
    differ(old, new, "", &mut found);
    if found.len() > MOST_DETAILS {
        let more = found.len() - MOST_DETAILS;
        found.truncate(MOST_DETAILS);
        found.push(format!("and {more} more"));
    }
    found
}

fn differ(old: &Value, new: &Value, pointer: &str, found: &mut Vec<String>) {
    match (old, new) {
        (Value::Object(olds), Value::Object(news)) => {
            for (name, value) in news {
                match olds.get(name) {
                    Some(old) => differ(old, value, &join(pointer, name), found),
                    None => found.push(format!("{} was added: {}", join(pointer, name), shown(value))),
                }
            }
            let gone = olds.keys().filter(|name| !news.contains_key(*name));
            found.extend(gone.map(|name| format!("{} was removed", join(pointer, name))));
        }
        (Value::Array(olds), Value::Array(news)) => {
            for (index, (old, new)) in olds.iter().zip(news).enumerate() {
                differ(old, new, &format!("{pointer}/{index}"), found);
            }
            if olds.len() != news.len() {
                let place = if pointer.is_empty() { "the whole" } else { pointer };
                found.push(format!("{place} has {} elements instead of {}", news.len(), olds.len()));
            }
        }
        _ if same(old, new) => {}
        _ => {
            let place = if pointer.is_empty() { "the whole" } else { pointer };
            found.push(format!("{place} changed from {} to {}", shown(old), shown(new)));
        }
    }
}
