//! Checks a request's body.

use http::header;
use serde_json::Value;

use super::form;
use super::values::{self, Place};
use super::violation::Violation;
use crate::document::Operation;
use crate::document::body::{BodyContent, RequestBody};
use crate::document::parameter::Presence;
use crate::media::MediaType;
use crate::request::Incoming;

/// The rule of violations that mean a media type which is not documented.
pub const UNSUPPORTED: &str = "415";

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
        match form::read(content, kind, request, found) {
            Some(value) => value,
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
