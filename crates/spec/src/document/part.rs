//! The parts of a form in several parts, and what media types they are of (OpenAPI 3.0.4, "Encoding Object").

use serde_json::{Map, Value};

use super::parameter::kind;
use super::schema_of;
use crate::message::media_type::MediaType;
use crate::schema::all_of::flatten;

/// What a part holds, by the schema of its property. The items of a list are parts of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PartContent {
    /// Bytes.
    File,
    /// An object, which is written as JSON.
    Object,
    /// A string, a number or a boolean.
    Text,
    /// Anything.
    Any,
}

/// The media types that a part is sent as, by what its caller gives. One that is not known is left to the caller.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartMediaTypes {
    /// That of a text.
    pub text: Option<String>,
    /// That of a value as JSON.
    pub json: Option<String>,
    /// That of a file: of several, nobody but the caller knows which it is.
    pub file: Option<String>,
}

impl PartMediaTypes {
    /// Reads an encoding. A range is no media type that a part can have.
    pub fn of(encoding: &Value) -> Self {
        let listed = listed(encoding).unwrap_or_default();
        let first = |wanted: fn(&MediaType) -> bool| {
            let found = listed.iter().find(|(_, known)| !known.is_range() && wanted(known));
            found.map(|(text, _)| (*text).to_owned())
        };
        let file = if listed.len() == 1 { first(|_| true) } else { None };
        Self { text: first(|known| !known.is_json()), json: first(MediaType::is_json), file }
    }

    /// Whether the encoding decides nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The schemas of the parts of a form, by name.
pub(crate) fn properties(document: &Value, media: &Value) -> Map<String, Value> {
    let schema = media.get("schema").and_then(|schema| flat(document, schema));
    match schema.unwrap_or_default().get_mut("properties").map(Value::take) {
        Some(Value::Object(properties)) => properties,
        _ => Map::new(),
    }
}

/// What a part holds that has a schema.
pub(crate) fn content(document: &Value, schema: &Value) -> PartContent {
    let Some(schema) = flat(document, schema) else { return PartContent::Any };
    let one = schema.get("items").and_then(|items| flat(document, items)).unwrap_or(schema);
    match kind(&one) {
        "string" if one["format"] == "binary" => PartContent::File,
        "object" => PartContent::Object,
        "string" | "integer" | "number" | "boolean" => PartContent::Text,
        _ => PartContent::Any,
    }
}

/// The names of the parts that are files, or lists of them.
pub fn files(document: &Value, media: &Value) -> Vec<String> {
    let parts = properties(document, media).into_iter();
    parts.filter(|(_, schema)| content(document, schema) == PartContent::File).map(|(name, _)| name).collect()
}

/// Why a part is not sent as its encoding says, in words; nothing where it is, or where its caller says what it is.
pub(crate) fn unsendable(content: PartContent, encoding: &Value) -> Option<&'static str> {
    encoding.get("contentType")?;
    let Some(listed) = listed(encoding) else {
        return Some("that is no list of media types");
    };
    let chosen = PartMediaTypes::of(encoding);
    // What has no media type of its own is sent without one, which a range may allow.
    let allows = |plain: &str| {
        let plain = MediaType::parse(plain);
        plain.is_some_and(|plain| listed.iter().any(|(_, known)| known.describes(&plain).is_some()))
    };
    match content {
        PartContent::Object if chosen.json.is_none() && !allows("application/json") => {
            Some("an object is written as JSON, and in no other way")
        }
        PartContent::Text if chosen.text.is_none() && chosen.json.is_none() && !allows("text/plain") => {
            Some("a range does not say which media type a text has")
        }
        _ => None,
    }
}

fn flat(document: &Value, schema: &Value) -> Option<Value> {
    Some(flatten(document, schema_of(document, schema)?).schema.into_owned())
}

/// The media types of an encoding, as they are spelled and read; nothing where one of them is none.
fn listed(encoding: &Value) -> Option<Vec<(&str, MediaType)>> {
    let list = encoding.get("contentType")?.as_str()?;
    list.split(',').map(str::trim).map(|one| Some((one, MediaType::parse(one)?))).collect()
}
