//! Checks a request's body.

use http::header;
use serde_json::{Map, Value};

use super::coercion::Coercion;
use super::multipart;
use super::style::{Pairs, Writing};
use super::values::{self, Place};
use super::violation::Violation;
use crate::document::Operation;
use crate::document::body::{BodyContent, RequestBody};
use crate::document::parameter::{Explode, Presence, Style};
use crate::media::MediaType;
use crate::request::{Incoming, pairs};

/// The rule of violations that mean a media type which is not documented.
pub const UNSUPPORTED: &str = "415";

/// Characters that a form field may only hold where its encoding allows reserved ones (RFC 3986, section 2.2).
const RESERVED: &[char] = &['/', '?', '#', '[', ']', '@', '!', '$', '&', '\'', '(', ')', '*', '+', ',', ';', '='];

/// All violations of a request's body.
pub fn check(operation: &Operation, request: &Incoming<'_>, found: &mut Vec<Violation>) {
    if request.body().is_empty() {
        let required = operation.body.as_ref().is_some_and(|body| body.presence == Presence::Required);
        if required {
            found.push(Violation::error(&["body"], "required", "Body parameter is required").about("body"));
        }
        return;
    }
    let media_type = request.header(header::CONTENT_TYPE.as_str()).and_then(MediaType::parse);
    let Some(body) = operation.body.as_ref() else {
        found.push(unsupported(None));
        return;
    };
    if let Some(given) = &media_type
        && !body.contents.is_empty()
        && !body.contents.iter().any(|content| content.media_type.covers(given))
    {
        found.push(unsupported(Some(body)));
        return;
    }
    if let Some(content) = body.content(media_type.as_ref()) {
        check_content(content, media_type.as_ref(), request, found);
    }
}

fn check_content(content: &BodyContent, given: Option<&MediaType>, request: &Incoming<'_>, found: &mut Vec<Violation>) {
    let kind = given.unwrap_or(&content.media_type);
    let value = if kind.is_form() || kind.is_multipart() {
        match form(content, kind, request, found) {
            Some(value) => content.coercion.apply(value),
            None => return,
        }
    } else if kind.is_json() {
        match serde_json::from_slice(request.body()) {
            Ok(value) => value,
            Err(error) => {
                found.push(Violation::error(&["body"], "json", format!("Request body must be valid JSON: {error}")));
                return;
            }
        }
    } else {
        Value::String(String::from_utf8_lossy(request.body()).into_owned())
    };
    if let Some(schema) = &content.schema {
        found.extend(values::check(&value, schema, Place::RequestBody));
    }
}

/// Reads a form into an object; nothing where it cannot be read, which is a violation.
fn form(content: &BodyContent, kind: &MediaType, request: &Incoming<'_>, found: &mut Vec<Violation>) -> Option<Value> {
    let (raw, decoded) = if kind.is_form() {
        (raw_pairs(request.body()), pairs(request.body()))
    } else {
        let Some(boundary) = kind.parameter("boundary") else {
            found.push(Violation::error(&[], UNSUPPORTED, "Boundary parameter for multipart/form-data is not defined"));
            return None;
        };
        let parts = multipart::parse(request.body(), boundary);
        (parts.clone(), parts)
    };
    let before = found.len();
    for (name, encoding) in &content.encodings {
        let value = raw.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_ref());
        if !encoding.allows_reserved && value.is_some_and(|value| value.contains(RESERVED)) {
            let message = "Reserved characters used in request body";
            found.push(Violation::error(&["body", name], "", message).about(name));
        }
    }
    (found.len() == before).then(|| Value::Object(fields(content, &decoded)))
}

fn fields(content: &BodyContent, pairs: &Pairs<'_>) -> Map<String, Value> {
    let mut fields = Map::new();
    let any = Coercion::default();
    for (name, _) in pairs {
        let name: &str = name;
        if fields.contains_key(name) {
            continue;
        }
        let encoding = content.encodings.get(name);
        let coercion = content.coercion.member(name).unwrap_or(&any);
        let style = encoding.and_then(|encoding| encoding.style).unwrap_or(Style::Form);
        let explode = encoding.map_or(Explode::Yes, |encoding| encoding.explode);
        let value = Writing { name, style, explode, coercion }.read_pairs(pairs);
        fields.insert(name.to_owned(), value.map_or(Value::Null, |value| objects(value, coercion)));
    }
    for (name, encoding) in &content.encodings {
        if let (Some(Style::DeepObject), Some(coercion)) = (encoding.style, content.coercion.member(name)) {
            let writing = Writing { name, style: Style::DeepObject, explode: encoding.explode, coercion };
            fields.extend(writing.read_pairs(pairs).map(|value| (name.clone(), value)));
            fields.retain(|field, _| !field.starts_with(&format!("{name}[")));
        }
    }
    fields
}

/// Objects in forms are JSON texts. An array of them that is separated by commas is cut inside the objects, too, so the
/// pieces are put together again.
fn objects(value: Value, coercion: &Coercion) -> Value {
    use super::coercion::Shape;
    match value {
        Value::String(text) if coercion.shape() == Shape::Object => {
            serde_json::from_str(&text).unwrap_or(Value::String(text))
        }
        Value::Array(items) if coercion.item().is_some_and(|item| item.shape() == Shape::Object) => {
            let texts: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            serde_json::from_str(&format!("[{}]", texts.join(","))).unwrap_or(Value::Array(items))
        }
        other => other,
    }
}

fn raw_pairs(body: &[u8]) -> Pairs<'static> {
    let text = String::from_utf8_lossy(body);
    let pairs = text.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.map(|(name, value)| (name.to_owned().into(), value.to_owned().into())).collect()
}

fn unsupported(body: Option<&RequestBody>) -> Violation {
    let message = match body {
        Some(body) => {
            let labels: Vec<&str> = body.contents.iter().map(|content| content.label.as_str()).collect();
            format!("Supported content types: {}", labels.join(","))
        }
        None => "No supported content types, but request included a non-empty body".to_owned(),
    };
    Violation::error(&[], UNSUPPORTED, message)
}
