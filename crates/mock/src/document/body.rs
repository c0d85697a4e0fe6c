//! Documented request bodies.

use std::sync::Arc;

use indexmap::IndexMap;
use keyapi_spec::document::parameter::Serialization;
use keyapi_spec::message::media_type::MediaType;
use keyapi_spec::message::sequence::Sequence;
use serde_json::Value;

use super::elements;
use super::parameter::{Explode, Presence, Style};
use super::sample;
use super::schema::{Direction, Schema};
use super::source::{Source, flag, properties, text};
use super::values::Place;
use super::whole_text;

/// The documented body of an operation's requests.
#[derive(Debug)]
pub(crate) struct RequestBody {
    /// Whether a request needs one.
    pub presence: Presence,
    /// The media types it may have.
    pub contents: Vec<BodyContent>,
}

/// A request body in one media type.
#[derive(Debug)]
pub(crate) struct BodyContent {
    /// The media type, or a range of them.
    pub media_type: MediaType,
    /// The media type as the document spells it.
    pub label: String,
    /// What the body looks like.
    pub schema: Option<Schema>,
    /// How single fields of a form are written, by their names.
    pub encodings: IndexMap<String, Encoding>,
    /// A documented body.
    pub example: Option<Value>,
}

/// How one field of a form is written.
#[derive(Debug)]
pub(crate) struct Encoding {
    /// The style; nothing where the document names none.
    pub style: Option<Style>,
    /// Whether the items are written apart.
    pub explode: Explode,
    /// Whether reserved characters may stand unescaped.
    pub allows_reserved: bool,
    /// Whether the value is JSON, whatever its schema is.
    pub is_json: bool,
    /// What a part of its own may be; nothing where the document leaves that open.
    pub media_types: Vec<MediaType>,
}

impl RequestBody {
    pub(super) fn compile(source: &Arc<Source>, raw: &Value) -> Self {
        let raw = source.resolve(raw);
        let contents = properties(raw.get("content"))
            .filter_map(|(label, content)| BodyContent::compile(source, label, source.resolve(content)));
        Self {
            presence: if flag(raw, "required") { Presence::Required } else { Presence::Optional },
            contents: contents.collect(),
        }
    }

    /// The content that describes a media type most precisely.
    pub(crate) fn content(&self, given: &MediaType) -> Option<&BodyContent> {
        most_precise(&self.contents, |content| &content.media_type, given)
    }
}

/// The content whose media type describes another one most precisely; of several that are as precise, the first counts.
pub(super) fn most_precise<'c, C>(
    contents: &'c [C],
    media_type: impl Fn(&C) -> &MediaType,
    given: &MediaType,
) -> Option<&'c C> {
    let described = contents.iter().filter_map(|content| Some((media_type(content).describes(given)?, content)));
    described.rev().max_by_key(|(precision, _)| *precision).map(|(_, content)| content)
}

impl BodyContent {
    fn compile(source: &Arc<Source>, label: &str, raw: &Value) -> Option<Self> {
        let media_type = MediaType::parse(label)?;
        let schema = raw.get("schema");
        // What no server takes is not sent.
        let is_body = |value: &&Value| whole_text::check(&media_type, value, Place::RequestBody).is_none();
        let named = || {
            let values = properties(raw.get("examples")).filter_map(|(_, one)| source.resolve(one).get("value"));
            values.into_iter().find(is_body)
        };
        let own = || source.resolve(schema?).get("example").filter(is_body);
        let example = raw.get("example").filter(is_body).or_else(named).or_else(own);
        Some(Self {
            label: label.to_owned(),
            schema: schema.map(|schema| Schema::new(source, schema, Direction::Request)),
            encodings: properties(raw.get("encoding"))
                .map(|(name, raw)| (name.clone(), Encoding::compile(raw)))
                .collect(),
            example: example.cloned(),
            media_type,
        })
    }
}

impl BodyContent {
    /// A body to send: a documented one, or one that fits; where it comes in parts, as the text of all of them, and where it
    /// is a text in XML, as the XML.
    pub(crate) fn to_send(&self) -> Option<Value> {
        // A text that is documented is all of the body.
        if let Some(text @ Value::String(_)) = &self.example {
            return Some(text.clone());
        }
        let schema = self.schema.as_ref();
        let value = self.example.clone().or_else(|| sample::fitting(schema?))?;
        Some(match Sequence::of_type(&self.media_type) {
            Some(sequence) => elements::write(sequence, &value, schema).into(),
            None if self.media_type.is_xml() && value.is_string() => schema?.write_xml(&value).ok()?.into(),
            None => value,
        })
    }
}

impl Encoding {
    fn compile(raw: &Value) -> Self {
        let written = Serialization::of_encoding(raw);
        Self {
            style: written.map(|written| written.style).filter(|style| *style != Style::Json),
            explode: if written.is_some_and(|written| written.explode) { Explode::Yes } else { Explode::No },
            is_json: written.is_some_and(|written| written.style == Style::Json),
            media_types: text(raw, "contentType").map(all_of).unwrap_or_default(),
            allows_reserved: flag(raw, "allowReserved"),
        }
    }
}

/// The media types of a list; none where one of them is none.
fn all_of(list: &str) -> Vec<MediaType> {
    list.split(',').map(|one| MediaType::parse(one.trim())).collect::<Option<_>>().unwrap_or_default()
}
