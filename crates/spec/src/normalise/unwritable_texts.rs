//! Texts that schemas list or show, and that hold characters which XML does not have.

use std::collections::BTreeSet;

use keyapi_xml::Unwritable;
use serde_json::Value;

use crate::convert::EXAMPLES;
use crate::diagnostic::join;
use crate::document::reference as references;
use crate::document::{reference, resolve};

/// The keywords of a schema whose value is a value of it, and those that have a list of such.
const ONE: [&str; 2] = ["default", "example"];
const SEVERAL: [&str; 3] = ["enum", "examples", EXAMPLES];

/// A search of the schemas of bodies, which looks at each once for each way that bodies go.
pub(super) struct Search<'a> {
    document: &'a Value,
    seen: BTreeSet<(String, &'static str)>,
    told: BTreeSet<String>,
}

/// A schema to look at, and the way to its value.
struct Visit {
    pointer: String,
    path: Vec<String>,
}

impl<'a> Search<'a> {
    pub(super) fn of(document: &'a Value) -> Self {
        Self { document, seen: BTreeSet::new(), told: BTreeSet::new() }
    }

    /// What cannot be written of the texts in the schema of a body, and where it stands. What is `hidden` does not go the way
    /// of the body, and an example of all of it may be the XML itself.
    pub(super) fn body(&mut self, pointer: String, hidden: &'static str) -> Vec<(String, Unwritable)> {
        let (mut found, mut open) = (Vec::new(), vec![Visit { pointer, path: Vec::new() }]);
        while let Some(Visit { pointer, path }) = open.pop() {
            let Some(schema) = self.document.pointer(&pointer) else { continue };
            if !self.seen.insert((pointer.clone(), hidden)) {
                continue;
            }
            if let Some(target) = reference(schema).and_then(references::pointer) {
                open.push(Visit { pointer: target.into_owned(), path });
                continue;
            }
            for (place, value) in values(schema, &pointer, path.is_empty()) {
                if let Some(why) = unwritable(value)
                    && self.told.insert(place.clone())
                {
                    found.push((place, Unwritable { path: path.clone(), ..why }));
                }
            }
            open.extend(self.parts(schema, &pointer, &path, hidden).into_iter().rev());
        }
        found
    }

    /// The schemas of what is in a value, and those that it is made of.
    fn parts(&self, schema: &Value, pointer: &str, path: &[String], hidden: &str) -> Vec<Visit> {
        let below = |name: &str| path.iter().cloned().chain([name.to_owned()]).collect();
        let mut found = Vec::new();
        for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let is_hidden = |schema: &Value| schema.get(hidden) == Some(&Value::Bool(true));
            if !is_hidden(property) && !resolve(self.document, property).is_some_and(is_hidden) {
                found.push(Visit { pointer: join(&join(pointer, "properties"), name), path: below(name) });
            }
        }
        for key in ["items", "additionalProperties"] {
            if schema.get(key).is_some_and(Value::is_object) {
                found.push(Visit { pointer: join(pointer, key), path: below("*") });
            }
        }
        for key in ["allOf", "oneOf", "anyOf"] {
            let parts = schema.get(key).and_then(Value::as_array).map_or(0, Vec::len);
            let part = |index: usize| join(&join(pointer, key), &index.to_string());
            found.extend((0..parts).map(|index| Visit { pointer: part(index), path: path.to_vec() }));
        }
        found
    }
}

/// The values that a schema lists or shows, and where.
fn values<'a>(schema: &'a Value, pointer: &str, is_of_body: bool) -> Vec<(String, &'a Value)> {
    let is_asked = |key: &&str| !(is_of_body && key.contains("example"));
    let mut found = Vec::new();
    for key in ONE.into_iter().filter(is_asked) {
        found.extend(schema.get(key).map(|value| (join(pointer, key), value)));
    }
    for key in SEVERAL.into_iter().filter(is_asked) {
        let listed = schema.get(key).and_then(Value::as_array).into_iter().flatten();
        let place = |index: usize| join(&join(pointer, key), &index.to_string());
        found.extend(listed.enumerate().map(|(index, value)| (place(index), value)));
    }
    found
}

/// Why a text in a value cannot be written.
fn unwritable(value: &Value) -> Option<Unwritable> {
    match value {
        Value::String(text) => Unwritable::of_text(text),
        Value::Array(elements) => elements.iter().find_map(unwritable),
        Value::Object(object) => object.values().find_map(unwritable),
        _ => None,
    }
}
