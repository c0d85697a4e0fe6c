//! What can be sent as a body.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::parameter::kind;
use super::{resolve_with_pointer, schema_of};
use crate::diagnostic::join;
use crate::message::media_type::{MediaType, is_json};
use crate::schema::all_of::flatten;

/// How a body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Encoding {
    /// As JSON.
    Json,
    /// As a form, `application/x-www-form-urlencoded`.
    Form,
    /// As it is given.
    Bytes,
    /// In several parts.
    Multipart,
}

/// The one of a body's media types that is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chosen<'a> {
    /// The media type as the document spells it.
    pub media_type: &'a str,
    /// How it is written.
    pub encoding: Encoding,
}

impl Chosen<'_> {
    /// Whether the document does not say which media type a body has, so that whoever makes the body says it: the document
    /// has a range of them, or the media type says what parts the body.
    pub fn is_told_by_body(&self) -> bool {
        match self.encoding {
            Encoding::Multipart => true,
            Encoding::Bytes => MediaType::parse(self.media_type).is_some_and(|known| known.essence().contains('*')),
            Encoding::Json | Encoding::Form => false,
        }
    }
}

/// Chooses what to send of what a request body offers: JSON before forms before anything else, the first of each.
pub fn choose(body: &Value) -> Option<Chosen<'_>> {
    let content = body.get("content").and_then(Value::as_object)?;
    content
        .keys()
        .map(|media_type| Chosen { media_type, encoding: encoding(media_type, content.get(media_type)) })
        .min_by_key(|chosen| chosen.encoding)
}

/// The media types of a body that is one of several, beside the one that is chosen.
pub fn others(body: &Value) -> Vec<&str> {
    let Some(chosen) = choose(body).filter(|chosen| !chosen.is_told_by_body()) else { return Vec::new() };
    let content = body.get("content").and_then(Value::as_object).into_iter().flatten();
    content.map(|(media_type, _)| media_type.as_str()).filter(|other| *other != chosen.media_type).collect()
}

/// The examples that a media type has beside its schema, each with the pointer to it.
pub(crate) fn examples<'a>(document: &'a Value, media: &'a Value, pointer: &str) -> Vec<(String, &'a Value)> {
    let mut found = Vec::new();
    let listed = join(pointer, "examples");
    for (name, example) in media.get("examples").and_then(Value::as_object).into_iter().flatten() {
        let Some((example, place)) = resolve_with_pointer(document, example) else { continue };
        let place = place.map_or_else(|| join(&listed, name), Cow::into_owned);
        found.extend(example.get("value").map(|value| (join(&place, "value"), value)));
    }
    found.extend(media.get("example").map(|value| (join(pointer, "example"), value)));
    found
}

/// The pointer to the schema of a media type of a body.
pub(crate) fn schema_pointer(body: &str, media_type: &str) -> String {
    join(&join(&join(body, "content"), media_type), "schema")
}

/// The JSON media type of a response that is decoded, with its key.
pub fn json_content(response: &Value) -> Option<(&str, &Map<String, Value>)> {
    json_of(response.as_object()?)
}

/// The same of a response that is known to be an object.
pub(crate) fn json_of(response: &Map<String, Value>) -> Option<(&str, &Map<String, Value>)> {
    let content = response.get("content").and_then(Value::as_object)?;
    // Plain JSON is what the client asks for first.
    let plain = content.iter().find(|(media_type, _)| *media_type == "application/json");
    let (media_type, media) = plain.or_else(|| content.iter().find(|(media_type, _)| is_json(media_type)))?;
    Some((media_type, media.as_object()?))
}

/// The XML media type of a response whose schema says what is in it, with that schema.
pub fn xml_content<'a>(document: &Value, response: &'a Value) -> Option<(&'a str, &'a Value)> {
    xml_contents(document, response).next().map(|(media_type, _, schema)| (media_type, schema))
}

/// The XML media type in which a request body can be written of a value, with its schema: the first that is no range and
/// whose text is in UTF-8. A form in several parts has no other media type beside it.
pub fn xml_body<'a>(document: &Value, body: &'a Value) -> Option<(&'a str, &'a Value)> {
    choose(body).filter(|chosen| chosen.encoding != Encoding::Multipart)?;
    let mut all = xml_contents(document, body);
    let found = all.find(|(_, known, _)| !known.is_range() && is_utf8(known));
    found.map(|(media_type, _, schema)| (media_type, schema))
}

/// Whether text of a media type is in UTF-8, as it is where nothing else is said.
pub(crate) fn is_utf8(media_type: &MediaType) -> bool {
    media_type.parameter("charset").is_none_or(|charset| ["utf-8", "utf8"].contains(&&*charset.to_ascii_lowercase()))
}

/// The XML media types of a body whose schemas say what is in it.
pub(crate) fn xml_contents<'a>(
    document: &Value,
    holder: &'a Value,
) -> impl Iterator<Item = (&'a str, MediaType, &'a Value)> {
    let content = holder.get("content").and_then(Value::as_object).into_iter().flatten();
    content.filter_map(|(media_type, media)| {
        let known = MediaType::parse(media_type).filter(MediaType::is_xml)?;
        let schema = media.get("schema")?;
        let has_structure =
            ["object", "array"].contains(&kind(&flatten(document, schema_of(document, schema)?).schema));
        has_structure.then_some((media_type.as_str(), known, schema))
    })
}

fn encoding(media_type: &str, media: Option<&Value>) -> Encoding {
    // A text of any type is as its caller says; what has a structure can only be JSON.
    let schema = media.and_then(|media| media.get("schema"));
    let is_text = |schema: &Value| schema.get("type").is_some_and(|kind| kind == "string");
    match MediaType::parse(media_type) {
        Some(known) if known.is_json() || known.essence() == "*/*" && !schema.is_none_or(is_text) => Encoding::Json,
        Some(known) if known.is_form() && !schema.is_some_and(is_text) => Encoding::Form,
        Some(known) if known.essence().starts_with("multipart/") => Encoding::Multipart,
        _ => Encoding::Bytes,
    }
}
