//! A document of which only the outline is read at first: which operations there are, what is around them and around the
//! components, and what corrections are about. To make values of all of a large document takes longer than a server may take
//! to start, and several times its size.

#[cfg(feature = "pipeline")]
mod correct;
mod reach;
mod read;
mod scan;

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::reference::{tokens, unescape};
use super::{Lookup, METHODS};
use crate::diagnostic::join;
pub(crate) use reach::PathPattern;
use reach::Remaining;

/// The properties of an operation that only those read who answer its requests.
const OF_OPERATION: [&str; 6] = ["description", "parameters", "requestBody", "responses", "callbacks", "x-codeSamples"];

/// The same of a path item.
const OF_ITEM: [&str; 1] = ["parameters"];

/// A document, read as far as somebody asked for it.
#[derive(Debug)]
pub struct Outline {
    text: Arc<String>,
    frame: Value,
    /// Path items and components, by their JSON pointers.
    parts: IndexMap<String, Part>,
    /// What corrections may be about, of which nothing is left out.
    corrected: Vec<PathPattern>,
}

/// A part of a document, which stands in its text.
#[derive(Debug)]
struct Part {
    /// Where it starts.
    start: usize,
    /// What it is, once something referred to it.
    value: OnceLock<Value>,
}

impl Part {
    fn at(start: usize) -> Self {
        Self { start, value: OnceLock::new() }
    }
}

impl Outline {
    /// The outline of a JSON text that was written of a document which is served.
    ///
    /// # Errors
    ///
    /// It is no JSON.
    pub fn of_served(text: impl Into<String>) -> serde_json::Result<Self> {
        let text = Arc::new(text.into());
        match Self::of(Arc::clone(&text), Vec::new()) {
            Some(outline) => Ok(outline),
            None => serde_json::from_str::<Value>(&text).map(Self::from),
        }
    }

    /// What is read at first: the document without its components other than security schemes, and without parameters,
    /// bodies, responses and descriptions of operations, but for what corrections are about; or all of it, where all of it
    /// had to be read.
    pub fn frame(&self) -> &Value {
        &self.frame
    }

    /// The path item of a path; null where there is none.
    pub fn item(&self, path: &str) -> Cow<'_, Value> {
        let pointer = join("/paths", path);
        match self.parts.get(&pointer) {
            Some(part) => self.whole(&pointer, part),
            None => Cow::Borrowed(self.frame.pointer(&pointer).unwrap_or(&Value::Null)),
        }
    }

    /// The components of a section by their names.
    pub fn components(&self, section: &str) -> Vec<(String, &Value)> {
        let section = join("/components", section);
        let parts = self.parts.iter().filter_map(|(pointer, part)| {
            let name = pointer.strip_prefix(&section)?.strip_prefix('/')?;
            Some((unescape(name), self.value(pointer, part)))
        });
        let read = self.frame.pointer(&section).and_then(Value::as_object).into_iter().flatten();
        parts.chain(read.map(|(name, component)| (name.clone(), component))).collect()
    }

    /// The whole document.
    pub fn to_value(&self) -> Value {
        let mut document = self.frame.clone();
        let parts: Vec<(&String, &Part)> = self.parts.iter().collect();
        for parts in parts.chunk_by(|(one, _), (other, _)| section(one) == section(other)) {
            let section = section(parts[0].0);
            let Some(Value::Object(properties)) = document.pointer_mut(section) else { continue };
            // What corrections add to a section comes after what was published in it.
            let known = std::mem::take(properties);
            for (pointer, part) in parts {
                properties.insert(unescape(&pointer[section.len() + 1..]), self.whole(pointer, part).into_owned());
            }
            for (name, property) in known {
                properties.entry(name).or_insert(property);
            }
        }
        document
    }

    /// Documents that have one part of this one each, and one that has what is around them: one after the other they take
    /// less memory than all of it.
    pub fn pieces(&self) -> impl Iterator<Item = Cow<'_, Value>> {
        let pieces = self.parts.iter().map(|(pointer, part)| {
            let path: Vec<String> = tokens(pointer).collect();
            let alone = |inside, name| Value::Object(Map::from_iter([(name, inside)]));
            let mut piece = path.into_iter().rev().fold(self.whole(pointer, part).into_owned(), alone);
            piece["openapi"] = self.frame.get("openapi").cloned().unwrap_or_default();
            Cow::Owned(piece)
        });
        std::iter::once(Cow::Borrowed(&self.frame)).chain(pieces)
    }

    /// A part that something refers to.
    fn value<'a>(&'a self, pointer: &str, part: &'a Part) -> &'a Value {
        part.value.get_or_init(|| self.read(pointer, part))
    }

    /// A part, which need not stay in memory.
    fn whole<'a>(&'a self, pointer: &str, part: &'a Part) -> Cow<'a, Value> {
        part.value.get().map_or_else(|| Cow::Owned(self.read(pointer, part)), Cow::Borrowed)
    }

    fn read(&self, pointer: &str, part: &Part) -> Value {
        let text = self.text.get(part.start..).unwrap_or_default();
        // The text was read once already, so there is a value in it.
        let published = Value::deserialize(&mut serde_json::Deserializer::from_str(text)).unwrap_or_default();
        match self.frame.pointer(pointer) {
            Some(head) => completed(head, published, &OF_ITEM, &self.ahead(pointer)),
            None => published,
        }
    }

    /// What is left of the ways to corrections at a place.
    fn ahead(&self, pointer: &str) -> Remaining<'_> {
        tokens(pointer).fold(Remaining::of(&self.corrected), |ahead, name| ahead.below(&name))
    }
}

/// The JSON pointer of what a part stands in.
fn section(pointer: &str) -> &str {
    pointer.rsplit_once('/').map_or("", |(section, _)| section)
}

impl From<Value> for Outline {
    /// The outline of a document that was read already is all of it.
    fn from(document: Value) -> Self {
        Self { text: Arc::default(), frame: document, parts: IndexMap::new(), corrected: Vec::new() }
    }
}

impl Lookup for Outline {
    fn at(&self, pointer: &str) -> Option<&Value> {
        let depth = if pointer.starts_with("/components/") { 3 } else { 2 };
        let end = pointer.match_indices('/').nth(depth).map_or(pointer.len(), |(end, _)| end);
        let (place, inside) = pointer.split_at(end);
        match self.parts.get(place) {
            Some(part) => self.value(place, part).pointer(inside),
            None => self.frame.pointer(pointer),
        }
    }
}

/// A path item or an operation as it was published, with what the outline has of it now.
fn completed(head: &Value, published: Value, left_out: &[&str], ahead: &Remaining<'_>) -> Value {
    let (Value::Object(head), Value::Object(published)) = (head, published) else { return head.clone() };
    let mut whole = Map::new();
    for (name, value) in published {
        let value = match head.get(&name) {
            Some(operation) if METHODS.contains(&name.as_str()) => {
                completed(operation, value, &OF_OPERATION, &ahead.below(&name))
            }
            Some(known) => known.clone(),
            // What was read and is not there any more was removed.
            None if left_out.contains(&name.as_str()) && !ahead.below(&name).is_reached() => value,
            None => continue,
        };
        whole.insert(name, value);
    }
    for (name, value) in head {
        whole.entry(name.clone()).or_insert_with(|| value.clone());
    }
    whole.into()
}
