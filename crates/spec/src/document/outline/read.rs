//! Reads the outline of a JSON text in one go: all of the text is looked at, and values are made of what the outline has.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use indexmap::IndexMap;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::reach::{PathPattern, Remaining};
use super::scan::{Context, Scanned, are_distinct};
use super::{OF_ITEM, OF_OPERATION, Outline, Part};
use crate::diagnostic::join;
use crate::document::nested::Nested;
use crate::document::version::reads_beside_references;
use crate::document::{METHODS, reference};

impl Outline {
    /// The outline of a text, which has all that is on the ways to `corrected`; nothing where there may be something to say
    /// about the text, or where parts of the document mean something else than they say.
    pub(crate) fn of(text: Arc<String>, corrected: Vec<PathPattern>) -> Option<Self> {
        let mut reader = Reader { text: &text, parts: IndexMap::new(), scanned: Scanned::default() };
        let mut deserializer = serde_json::Deserializer::from_str(&text);
        let document = Object { reader: &mut reader, level: Level::Document, ahead: Remaining::of(&corrected) };
        let frame = document.deserialize(&mut deserializer).ok()?;
        deserializer.end().ok()?;
        let Reader { parts, scanned, .. } = reader;
        means_what_it_says(&frame, &scanned).then_some(Self { text, frame, parts, corrected })
    }
}

/// Whether what was read of a document, some of it for the sake of corrections, is like that of a document without any.
#[cfg(feature = "pipeline")]
pub(super) fn is_plain(frame: &Value) -> bool {
    let mut scanned = Scanned::default();
    let items = frame.get("paths").and_then(Value::as_object).into_iter().flatten();
    let has_references = items.map(|(_, item)| item).any(|item| reference(item).is_some());
    let is_scanned = scanned.scan(0, Context::EventSchema).deserialize(frame).is_ok();
    is_scanned && !has_references && means_what_it_says(frame, &scanned)
}

/// Whether a conversion would leave a document as it is.
fn means_what_it_says(frame: &Value, scanned: &Scanned<'_>) -> bool {
    let is_converted = reads_beside_references(frame) && (scanned.is_converted || frame.get("webhooks").is_some());
    frame.get("paths").is_some() && !is_converted
}

/// The name of a property, which seldom has to be copied out of the text.
#[derive(Deserialize)]
#[serde(transparent)]
pub(super) struct Name<'t>(#[serde(borrow)] pub(super) Cow<'t, str>);

struct Reader<'t> {
    text: &'t str,
    parts: IndexMap<String, Part>,
    scanned: Scanned<'t>,
}

/// An object on the way to what the outline leaves out.
struct Object<'r, 't, 'w> {
    reader: &'r mut Reader<'t>,
    level: Level,
    ahead: Remaining<'w>,
}

/// What an object of the outline is.
enum Level {
    Document,
    Paths,
    Item,
    Operation,
    Components,
    /// A section of the components, with its JSON pointer.
    Section(String),
}

impl Level {
    /// How many objects are around its properties.
    fn depth(&self) -> usize {
        match self {
            Self::Document => 1,
            Self::Paths | Self::Components => 2,
            Self::Item | Self::Section(_) => 3,
            Self::Operation => 4,
        }
    }

    /// What a property is that is an object of the outline, too.
    fn below(&self, name: &str) -> Option<Self> {
        match self {
            Self::Document if name == "paths" => Some(Self::Paths),
            Self::Document if name == "components" => Some(Self::Components),
            Self::Components if name != "securitySchemes" && !name.starts_with("x-") => {
                Some(Self::Section(join("/components", name)))
            }
            Self::Paths => Some(Self::Item),
            Self::Item if METHODS.contains(&name) => Some(Self::Operation),
            _ => None,
        }
    }

    /// The JSON pointer of an object whose properties are parts of the document.
    fn holds_parts(&self) -> Option<&str> {
        match self {
            Self::Paths => Some("/paths"),
            Self::Section(section) => Some(section),
            _ => None,
        }
    }

    /// What a property is that is left out.
    fn left_out(&self, name: &str) -> Option<Context> {
        let is_left_out = match self {
            Self::Section(section) if section == "/components/examples" => return Some(Context::Named),
            Self::Section(_) => true,
            Self::Item => OF_ITEM.contains(&name),
            Self::Operation => OF_OPERATION.contains(&name),
            _ => false,
        };
        is_left_out.then_some(Context::EventSchema)
    }
}

impl<'t> Reader<'t> {
    /// Notes the part that has a name; nothing for a name that is not new, or not written in the text as it is.
    fn part(&mut self, section: &str, name: &str) -> Option<()> {
        let offset = name.as_ptr().addr().checked_sub(self.text.as_ptr().addr())?;
        let (_, value) = self.text.get(offset..)?.strip_prefix(name)?.split_once(':')?;
        let part = Part::at(self.text.len() - value.len());
        self.parts.insert(join(section, name), part).is_none().then_some(())
    }
}

impl<'t> DeserializeSeed<'t> for Object<'_, 't, '_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'t>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'t> Visitor<'t> for Object<'_, 't, '_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'t>>(self, mut properties: A) -> Result<Value, A::Error> {
        let Self { reader, level, ahead } = self;
        let mut frame = Map::new();
        let mut left_out = Vec::new();
        while let Some(Name(name)) = properties.next_key()? {
            // What another path item has got its name and price there.
            if matches!(level, Level::Item) && name == "$ref" {
                return Err(Error::custom("a path item that is a reference"));
            }
            reader.scanned.note(&name);
            if let Some(section) = level.holds_parts() {
                reader.part(section, &name).ok_or_else(|| Error::custom("a name that is not written as it is"))?;
            }
            let ahead = ahead.below(&name);
            if let Some(context) = level.left_out(&name).filter(|_| !ahead.is_reached()) {
                properties.next_value_seed(reader.scanned.scan(level.depth(), context))?;
                left_out.push(name);
                continue;
            }
            let property = match level.below(&name) {
                Some(level) => properties.next_value_seed(Object { reader, level, ahead })?,
                None => properties.next_value_seed(Nested(level.depth()))?,
            };
            if frame.insert(name.into_owned(), property).is_some() {
                return Err(Error::custom("duplicate key"));
            }
        }
        if !are_distinct(&mut left_out) {
            return Err(Error::custom("duplicate key"));
        }
        Ok(Value::Object(frame))
    }
}
