//! Checks a request's body.

use http::header;
use keyapi_spec::message::media_type::MediaType;
use keyapi_spec::message::sequence::Sequence;
use serde_json::Value;

use super::content_type::{InvalidContentType, content_type};
use super::{Validation, discriminator, form};
use crate::document::Operation;
use crate::document::body::{BodyContent, RequestBody};
use crate::document::elements;
use crate::document::parameter::{Location, Presence};
use crate::document::schema::Schema;
use crate::document::values::Place;
use crate::document::violation::Violation;
use crate::document::whole_text::is_described;
use crate::document::xml;
use crate::engine::request::{Incoming, has_content_coding};

/// The rule of violations that mean a media type which is not documented.
pub(crate) const UNSUPPORTED: &str = "415";

/// What is wrong with a body that is compressed.
const CODED: &str = "The body has a content coding, and is only read without one. Supported content codings: identity";

/// All violations of a request's body.
pub(crate) fn check(operation: &Operation, request: &Incoming<'_>, validation: Validation, found: &mut Vec<Violation>) {
    let is_empty = request.body().is_empty();
    let Some(body) = operation.body() else {
        if !is_empty {
            let message = "No supported content types, but request included a non-empty body";
            found.push(Violation::error(&[], UNSUPPORTED, message));
        }
        return;
    };
    let given = match content_type(request.headers()) {
        Ok(given) => given,
        Err(InvalidContentType(reason)) => {
            found.push(Violation::error(&[], UNSUPPORTED, format!("{reason}. {}", supported(body))));
            return;
        }
    };
    // Whoever names the type of an empty text, or of an empty file, sends one; of what has a syntax, nothing is nothing.
    let is_content = |kind: &MediaType| !has_syntax(kind);
    if is_empty && !given.as_ref().is_some_and(is_content) {
        return found.extend(missing(body));
    }
    let described = match &given {
        Some(given) => body.content(given),
        None => body.contents.first(),
    };
    let kind = described.map(|content| given.as_ref().unwrap_or(&content.media_type));
    let is_read = kind.is_some_and(|kind| has_syntax(kind) || kind.is_text());
    if is_read && has_content_coding(request.headers()) {
        // Where the document has the header, the API reads more than this server does.
        found.extend((!documents_coding(operation)).then(|| Violation::error(&[], UNSUPPORTED, CODED)));
        return;
    }
    match described {
        // A stream of no elements is as good as none, however often they are parted.
        Some(content) if is_blank(given.as_ref().unwrap_or(&content.media_type), request.body()) => {
            found.extend(missing(body));
        }
        Some(content) => check_content(content, given.as_ref(), request, validation, found),
        None if body.contents.is_empty() => {}
        None => found.push(Violation::error(&[], UNSUPPORTED, supported(body))),
    }
}

fn check_content(
    content: &BodyContent,
    given: Option<&MediaType>,
    request: &Incoming<'_>,
    validation: Validation,
    found: &mut Vec<Violation>,
) {
    let kind = given.unwrap_or(&content.media_type);
    if !kind.is_json()
        && let Some(sequence) = Sequence::of_type(kind)
    {
        return super::elements::check(sequence, content.schema.as_ref(), request.body(), validation, found);
    }
    let value = if is_fields(kind, content.schema.as_ref()) {
        form::read(content, kind, request, found)
    } else if kind.is_form() {
        Some(String::from_utf8_lossy(request.body()).into())
    } else if kind.is_json() {
        serde_json::from_slice(request.body())
            .map_err(|error| {
                found.push(Violation::error(&["body"], "json", format!("Request body must be valid JSON: {error}")));
            })
            .ok()
    } else if kind.is_xml() {
        xml(kind, content.schema.as_ref(), request.body(), found)
    } else {
        content.schema.as_ref().and_then(|schema| text(kind, schema, request.body()))
    };
    if let (Some(value), Some(schema)) = (value, &content.schema) {
        found.extend(discriminator::check(&value, schema, Place::RequestBody, validation));
    }
}

/// Whether a body is taken apart into fields. A form whose schema is of a string is judged as the text that it is.
fn is_fields(kind: &MediaType, schema: Option<&Schema>) -> bool {
    kind.is_multipart() || kind.is_form() && !schema.is_some_and(elements::is_text)
}

/// A body in XML, as a value to judge; nothing where it is none, which is a violation, or where any text will do.
fn xml(kind: &MediaType, schema: Option<&Schema>, body: &[u8], found: &mut Vec<Violation>) -> Option<Value> {
    let charset = kind.parameter("charset");
    let Some(schema) = schema else {
        xml::check(body, charset.as_deref(), Place::RequestBody, found);
        return None;
    };
    let value = schema.read_xml(body, charset.as_deref(), Place::RequestBody, found)?;
    // A text may be the XML itself, of which the document says no more.
    let text = || keyapi_xml::decode(body, charset.as_deref()).unwrap_or_default().into_owned();
    let is_any = elements::may_be(schema, "string") && schema.accepts(&text().into());
    (!is_any).then_some(value)
}

/// A body that is neither JSON nor XML nor a form, as a value to judge; nothing where its syntax is not known here, so that
/// it cannot be said what it holds.
fn text(kind: &MediaType, schema: &Schema, body: &[u8]) -> Option<Value> {
    let charset = kind.parameter("charset");
    let decoded =
        if kind.is_text() || charset.is_some() { keyapi_xml::decode(body, charset.as_deref()).ok() } else { None };
    let text = Value::String(decoded.unwrap_or_else(|| String::from_utf8_lossy(body)).into_owned());
    if schema.accepts(&text) {
        return None;
    }
    if kind.is_text() || kind.is_range() {
        // As a response goes out: what is no text is written as JSON in a type of text.
        let json = text.as_str().and_then(|text| serde_json::from_str(text).ok());
        let json = json.filter(|value: &Value| value.is_object() || value.is_array() || schema.accepts(value));
        return Some(json.unwrap_or(text));
    }
    is_described(schema).then_some(text)
}

fn documents_coding(operation: &Operation) -> bool {
    let mut headers = operation.parameters().iter().filter(|parameter| parameter.location == Location::Header);
    headers.any(|parameter| parameter.name.eq_ignore_ascii_case(header::CONTENT_ENCODING.as_str()))
}

/// What is wrong where there is no body.
fn missing(body: &RequestBody) -> Option<Violation> {
    let violation = || Violation::error(&["body"], "required", "Body parameter is required").about("body");
    (body.presence == Presence::Required).then(violation)
}

/// Whether a body is a stream in which there is nothing.
fn is_blank(kind: &MediaType, body: &[u8]) -> bool {
    let sequence = Sequence::of_type(kind).filter(|_| !kind.is_json());
    sequence.is_some_and(|sequence| str::from_utf8(body).is_ok_and(|text| sequence.is_blank(text)))
}

/// Whether a type has a syntax that is known here, and in which nothing is written as nothing.
fn has_syntax(kind: &MediaType) -> bool {
    let is_form = kind.is_form() || kind.is_multipart();
    is_form || kind.is_json() || kind.is_xml() || Sequence::of_type(kind).is_some()
}

fn supported(body: &RequestBody) -> String {
    let labels: Vec<&str> = body.contents.iter().map(|content| content.label.as_str()).collect();
    format!("Supported content types: {}", labels.join(","))
}
