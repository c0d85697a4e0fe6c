//! The places of a document that types are made of: inline objects, and the properties that lead to them.

use std::collections::HashSet;

use serde_json::Value;

use super::singular::singular;
use super::variants;
use crate::diagnostic::{join, push_token};
use crate::document::{reference, unwrap_reference};
use crate::naming::Naming;

/// A body or a component, which holds places.
#[derive(Clone, Debug)]
pub(super) struct Root {
    /// What the names of its properties start with.
    pub(super) stem: String,
    /// What it is called itself.
    pub(super) body: String,
    /// The beginning of the places in it, see [`crate::naming::pins`].
    pub(super) place: String,
}

/// An inline object.
#[derive(Debug)]
pub(super) struct Place {
    /// The index of its root.
    pub(super) root: usize,
    /// The properties that lead to it, as parts of a name; none to a whole body.
    pub(super) words: Vec<String>,
    /// What its name is pinned to.
    pub(super) place: String,
    /// JSON pointer to its schema.
    pub(super) pointer: String,
}

impl Place {
    /// What few properties lead to comes first; the order of properties does not count.
    pub(super) fn rank(&self) -> (usize, &str) {
        (self.words.len(), &self.pointer)
    }
}

/// All places, inner ones before those that hold them.
pub(super) struct Places<'a> {
    naming: &'a dyn Naming,
    pub(super) roots: Vec<Root>,
    pub(super) all: Vec<Place>,
    /// What names are pinned to so far.
    seen: HashSet<String>,
}

/// How far down a walk is.
#[derive(Clone)]
struct At {
    words: Vec<String>,
    place: String,
}

impl<'a> Places<'a> {
    pub(super) fn new(naming: &'a dyn Naming) -> Self {
        Self { naming, roots: Vec::new(), all: Vec::new(), seen: HashSet::new() }
    }

    /// Adds a whole body, and what is in it.
    pub(super) fn whole(&mut self, root: Root, schema: &Value, pointer: String) {
        if reference(schema).is_none() {
            let at = self.start(root);
            self.child(schema, at, pointer);
        }
    }

    /// Adds a whole body alone.
    pub(super) fn body(&mut self, root: Root, pointer: String) {
        let At { words, place } = self.start(root);
        self.all.push(Place { root: self.roots.len() - 1, words, place, pointer });
    }

    /// Adds what is in a component.
    pub(super) fn children(&mut self, root: Root, schema: &Value, pointer: String) {
        let at = self.start(root);
        // The component has a name itself, which is not that of the elements where it is a list.
        self.seen.insert(at.place.clone());
        self.below(schema, &at, &pointer);
    }

    /// The name of a place by its last `length` words.
    pub(super) fn name(&self, place: &Place, length: usize) -> String {
        let Root { stem, body, .. } = &self.roots[place.root];
        match place.words.len() {
            0 => body.clone(),
            all => format!("{stem}{}", place.words[all.saturating_sub(length)..].concat()),
        }
    }

    fn start(&mut self, root: Root) -> At {
        let at = At { words: Vec::new(), place: root.place.clone() };
        self.roots.push(root);
        at
    }

    fn below(&mut self, schema: &Value, at: &At, pointer: &str) {
        let Some(object) = schema.as_object() else { return };
        let properties = object.get("properties").and_then(Value::as_object);
        for (key, property) in properties.into_iter().flatten() {
            let mut below = at.clone();
            below.words.push(self.word(key));
            push_token(&mut below.place, key);
            self.child(property, below, join(&join(pointer, "properties"), key));
        }
        if let Some(items) = object.get("items") {
            self.child(items, at.one("Item"), join(pointer, "items"));
        }
        if let Some(values) = object.get("additionalProperties") {
            let below = match properties.is_some_and(|properties| !properties.is_empty()) {
                // Beside properties, the values are not what the object itself is called after.
                true => at.within("Value", "values"),
                false => at.one("Value"),
            };
            self.child(values, below, join(pointer, "additionalProperties"));
        }
        for keyword in ["allOf", "oneOf", "anyOf"] {
            let Some(branches) = object.get(keyword).and_then(Value::as_array) else { continue };
            let words = variants::words(schema, branches, self.naming);
            for (index, (branch, word)) in branches.iter().zip(words).enumerate() {
                let pointer = join(&join(pointer, keyword), &index.to_string());
                // What stands beside properties, or in `allOf`, is part of the schema that it stands in.
                match keyword == "allOf" || object.contains_key("properties") {
                    true => self.below(branch, at, &pointer),
                    false => self.child(branch, self.variant(at, index, word), pointer),
                }
            }
        }
    }

    fn child(&mut self, schema: &Value, at: At, pointer: String) {
        self.below(schema, &at, &pointer);
        if needs_name(schema) {
            let At { words, mut place } = at;
            // Several parts of one object may have a property, each with a schema of its own.
            while !self.seen.insert(place.clone()) {
                place.push_str("/~again");
            }
            self.all.push(Place { root: self.roots.len() - 1, words, place, pointer });
        }
    }

    /// A variant is called after what it is one of.
    fn variant(&self, at: &At, index: usize, word: Option<String>) -> At {
        let mut variant = at.within("", &format!("variant{index}"));
        let root = self.roots.last().map(|root| root.stem.as_str()).unwrap_or_default();
        let of = at.words.last().map_or(root, String::as_str);
        let word = word.unwrap_or_else(|| format!("Variant{index}"));
        // A title may have the name of the whole in it.
        let is_word = |rest: &&str| rest.starts_with(|first: char| first.is_ascii_uppercase());
        let word = word.strip_prefix(of).filter(is_word).unwrap_or(&word);
        // The root's own name is before all words.
        let own = at.words.last().map(String::as_str).unwrap_or_default();
        variant.words.truncate(at.words.len().saturating_sub(1));
        variant.words.push(format!("{own}{word}"));
        variant
    }

    /// A property's part of a name.
    fn word(&self, key: &str) -> String {
        let name = self.naming.type_name(key);
        // The letter that keeps a name off a digit is of no use behind other letters.
        match name.strip_prefix('X') {
            Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => rest.to_owned(),
            _ => name,
        }
    }
}

impl At {
    /// An element of a list, or a value of a map: one of what the property is called after. To a name they are one place,
    /// so that a list may become a map, or an object a list.
    fn one(&self, fallback: &str) -> Self {
        let mut one = self.clone();
        match one.words.last_mut() {
            Some(last) => *last = singular(last),
            None => one.words.push(fallback.to_owned()),
        }
        one
    }

    /// Something in the object that no property leads to. No token of a property begins so.
    fn within(&self, word: &str, token: &str) -> Self {
        let mut within = self.clone();
        within.words.push(word.to_owned());
        within.place.push_str(&format!("/~{token}"));
        within
    }
}

/// Whether a schema needs a name of its own: it has properties, or is made of other schemas.
pub(super) fn needs_name(schema: &Value) -> bool {
    let list = |key: &str| schema.get(key).and_then(Value::as_array).is_some_and(|list| !list.is_empty());
    let has_properties = schema.get("properties").and_then(Value::as_object).is_some_and(|object| !object.is_empty());
    let is_use = !std::ptr::eq(unwrap_reference(schema), schema);
    reference(schema).is_none() && (has_properties || list("oneOf") || list("anyOf") || (list("allOf") && !is_use))
}
