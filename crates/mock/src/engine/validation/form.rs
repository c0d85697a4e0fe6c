//! Reads a form, in one part or in several, into the object that its schema speaks of.

use indexmap::IndexMap;
use keyapi_spec::message::media_type::MediaType;
use serde_json::{Map, Value};

use super::body::UNSUPPORTED;
use super::coercion::{Coercion, Written};
use super::fields::{self, Field, Text};
use super::multipart::{self, Broken};
use super::outline::{Outline, Shape};
use super::style::Serialization;
use crate::document::body::{BodyContent, Encoding};
use crate::document::parameter::{Explode, Style};
use crate::document::violation::Violation;
use crate::engine::request::Incoming;

/// Characters that a form field may only hold where its encoding allows reserved ones (RFC 3986, section 2.2). A plus is
/// a space, and an asterisk stands for itself in every form (WHATWG URL, "application/x-www-form-urlencoded").
const RESERVED: &[char] = &['/', '?', '#', '[', ']', '@', '!', '$', '&', '\'', '(', ')', ',', ';', '='];

/// Reads a form; nothing where it cannot be read, which is a violation, or has no schema.
pub(super) fn read(
    content: &BodyContent,
    kind: &MediaType,
    request: &Incoming<'_>,
    found: &mut Vec<Violation>,
) -> Option<Value> {
    let before = found.len();
    let fields =
        if kind.is_form() { url_encoded(content, request, found) } else { in_parts(content, kind, request, found) }?;
    let schema = content.schema.as_ref().filter(|_| found.len() == before)?;
    let form = Form { content, coercion: Coercion::new(schema), groups: group(content, &fields) };
    form.coercion.whole(|outline| Some(vec![Value::Object(form.object(outline))]))
}

fn url_encoded<'r>(
    content: &BodyContent,
    request: &Incoming<'r>,
    found: &mut Vec<Violation>,
) -> Option<Vec<Field<'r>>> {
    let not_utf8 = |place: &[&str], what: &str| Violation::error(place, "encoding", format!("{what} must be UTF-8"));
    let Ok(text) = std::str::from_utf8(request.body()) else {
        found.push(not_utf8(&["body"], "Request body"));
        return None;
    };
    let fields = fields::parse(text);
    for field in fields.iter().filter(|field| !field.is_utf8()) {
        let what = format!("Request body property {}", field.name);
        found.push(not_utf8(&["body", &field.name], &what).about(&*field.name));
    }
    for (name, encoding) in content.encodings.iter().filter(|(_, encoding)| !encoding.allows_reserved) {
        let own = fields.iter().filter(|field| field.name == *name);
        if own.clone().any(|field| has_reserved(encoding, &field.text)) {
            let message = "Reserved characters used in request body";
            found.push(Violation::error(&["body", name], "", message).about(name));
        }
    }
    Some(fields)
}

/// Whether a value has reserved characters that are not encoded. A comma that separates two values is part of neither.
fn has_reserved(encoding: &Encoding, text: &Text<'_>) -> bool {
    let is_list = encoding.style == Some(Style::Form) && encoding.explode == Explode::No;
    let is_reserved = |c: char| RESERVED.contains(&c) && !(is_list && c == ',');
    text.raw().contains(is_reserved)
}

fn in_parts(
    content: &BodyContent,
    kind: &MediaType,
    request: &Incoming<'_>,
    found: &mut Vec<Violation>,
) -> Option<Vec<Field<'static>>> {
    match multipart::parse(kind, request.body()) {
        Ok(fields) => {
            found.extend(fields.iter().filter_map(|field| of_another_type(content, field)));
            return Some(fields);
        }
        Err(Broken::NoBoundary) => {
            found.push(Violation::error(&[], UNSUPPORTED, "Boundary parameter for multipart/form-data is not defined"));
        }
        Err(Broken::Malformed(reason)) => {
            let message = format!("Request body must be valid multipart/form-data: {reason}");
            found.push(Violation::error(&["body"], "multipart", message));
        }
    }
    None
}

/// What is wrong with the media type of a part. One that has none is text (RFC 7578, section 4.4), or JSON that its sender
/// has not called so.
fn of_another_type(content: &BodyContent, field: &Field<'_>) -> Option<Violation> {
    let allowed = &content.encodings.get(&*field.name)?.media_types;
    let describes = |given: &MediaType| allowed.iter().any(|allowed| allowed.describes(given).is_some());
    let is_allowed = match &field.media_type {
        Some(given) => describes(given),
        None => {
            allowed.iter().any(MediaType::is_json)
                || MediaType::parse("text/plain").is_some_and(|text| describes(&text))
        }
    };
    if allowed.is_empty() || is_allowed {
        return None;
    }
    let names: Vec<String> = allowed.iter().map(MediaType::essence).collect();
    let message = format!("The part {} must be {}", field.name, names.join(" or "));
    Some(Violation::error(&["body", &field.name], "contentType", message).about(&*field.name))
}

/// The fields of each property. Those with brackets belong to the property in front of them, if that is written so.
fn group<'f>(content: &BodyContent, fields: &'f [Field<'f>]) -> IndexMap<&'f str, Vec<&'f Field<'f>>> {
    let mut groups: IndexMap<&str, Vec<&Field<'_>>> = IndexMap::new();
    for field in fields {
        let owner = field.name.split_once('[').map(|(owner, _)| owner);
        let is_deep = |owner: &&str| {
            content.encodings.get(*owner).is_some_and(|encoding| encoding.style == Some(Style::DeepObject))
        };
        groups.entry(owner.filter(is_deep).unwrap_or(&field.name)).or_default().push(field);
    }
    groups
}

/// A form whose values are still to be read.
struct Form<'a, 'f> {
    content: &'a BodyContent,
    coercion: Coercion<'a>,
    groups: IndexMap<&'f str, Vec<&'f Field<'f>>>,
}

impl<'a> Form<'a, '_> {
    fn object(&self, outline: &Outline<'a>) -> Map<String, Value> {
        let spread = self.spread(outline);
        let mut object = Map::new();
        for (name, fields) in &self.groups {
            let is_spread = spread.values().any(|value| value.get(name).is_some());
            if !is_spread {
                object.insert((*name).to_owned(), self.property(name, fields, outline));
            }
        }
        object.extend(spread);
        object
    }

    fn property(&self, name: &str, fields: &[&Field<'_>], outline: &Outline<'a>) -> Value {
        let schemas = outline.property(name);
        let is_json = self.content.encodings.get(name).is_some_and(|encoding| encoding.is_json);
        let read = |outline: &Outline<'a>| {
            let written = || self.serialization(name).read_fields(fields.iter().copied(), outline, |_| false);
            let json = json(fields, outline.shape(), is_json);
            json.or_else(|| json_items(&self.coercion, fields, outline)).or_else(written)
        };
        self.coercion.part(&schemas, read).unwrap_or_else(|| as_it_stands(fields))
    }

    /// Objects whose properties are fields of their own, as `encoding` says.
    fn spread(&self, outline: &Outline<'a>) -> Map<String, Value> {
        let all = || self.groups.values().flatten().copied();
        let is_spread = |(name, encoding): &(&String, &Encoding)| {
            encoding.style == Some(Style::Form)
                && encoding.explode == Explode::Yes
                && !self.groups.contains_key(name.as_str())
        };
        let names: Vec<&String> = self.content.encodings.iter().filter(is_spread).map(|(name, _)| name).collect();
        let read = |(name, _): (&'a String, &Encoding)| {
            let others = || names.iter().filter(|other| **other != name);
            let read = |inner: &Outline<'a>| {
                let is_other = |field: &str| {
                    let mut objects = others().flat_map(|other| self.coercion.alternatives(&outline.property(other)));
                    outline.describes(field) || objects.any(|other| inner.yields_to(&other, field))
                };
                let is_object = inner.shape() == Shape::Object;
                is_object.then(|| self.serialization(name).read_fields(all(), inner, is_other)).flatten()
            };
            Some((name.clone(), self.coercion.part(&outline.property(name), read)?))
        };
        self.content.encodings.iter().filter(is_spread).filter_map(read).collect()
    }

    fn serialization<'n>(&self, name: &'n str) -> Serialization<'n> {
        let encoding = self.content.encodings.get(name);
        Serialization {
            name,
            style: encoding.and_then(|encoding| encoding.style).unwrap_or(Style::Form),
            explode: encoding.map_or(Explode::Yes, |encoding| encoding.explode),
        }
    }
}

/// JSON that a property is written as: because the document or a part says so, or since forms have no other text for an
/// object.
fn json(fields: &[&Field<'_>], shape: Shape, is_json: bool) -> Option<Written> {
    let value = |field: &&Field<'_>| -> Option<Value> {
        let value: Value = serde_json::from_str(&field.text.decoded()).ok()?;
        // A part that says what it is may be of any of the media types that its encoding has.
        let is_json = field.media_type.as_ref().map_or(is_json, MediaType::is_json);
        (is_json || shape == Shape::Object && value.is_object()).then_some(value)
    };
    match (fields, shape) {
        ([field], Shape::Scalar | Shape::Object) => value(field).map(Written::Json),
        ([field], Shape::Array) if value(field)?.is_array() => value(field).map(Written::Json),
        (_, Shape::Array) => {
            Some(Written::List(fields.iter().map(|field| value(field).map(Written::Json)).collect::<Option<_>>()?))
        }
        _ => None,
    }
}

/// What cannot be read, for validation to report.
fn as_it_stands(fields: &[&Field<'_>]) -> Value {
    let mut texts: Vec<Value> = fields.iter().map(|field| Value::String(field.text.decoded().into_owned())).collect();
    if texts.len() == 1 { texts.remove(0) } else { Value::Array(texts) }
}

/// Objects in one piece, parted by commas, which they have inside as well.
fn json_items(coercion: &Coercion<'_>, fields: &[&Field<'_>], outline: &Outline<'_>) -> Option<Written> {
    let [field] = fields else { return None };
    let text = field.text.decoded();
    if outline.shape() != Shape::Array || !text.starts_with('{') || !coercion.asks_for_objects(&outline.item(0)) {
        return None;
    }
    serde_json::from_str(&format!("[{text}]")).ok().map(Written::Json)
}
