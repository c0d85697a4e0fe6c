//! Decides whether a request body is sent, and in which media type.

use serde_json::Value;

use crate::Diagnostic;
use crate::diagnostic::join;
use crate::document::body::{Encoding, choose};
use crate::document::parameter::kind;
use crate::document::part::{self, PartContent};
use crate::document::{operations, schema_of};
use crate::message::media_type::MediaType;
use crate::schema::all_of::flatten;

/// Methods whose requests have no body, whatever a document says.
const WITHOUT_BODY: [&str; 3] = ["get", "head", "trace"];

/// Removes request bodies that are not to be sent, and reports those that cannot be.
pub(super) fn remove_unsendable(document: &mut Value) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for key in operations(document) {
        let pointer = join(&key.pointer, "requestBody");
        write_out_texts(document, &pointer);
        let Some(body) = document.pointer(&pointer) else { continue };
        let warning = |code, message: String, help: &str| Diagnostic::warning(code, &pointer, message).help(help);
        if WITHOUT_BODY.contains(&key.method.as_str()) {
            let message = format!("a {} request has no body: it is left out", key.method.to_uppercase());
            diagnostics.push(warning("ignored-body", message, "use another method, or parameters"));
        } else {
            match choose(body) {
                None => {
                    let message = "the body has no media type: it is left out".to_owned();
                    diagnostics.push(warning("ignored-body", message, "add a media type with a schema in the overlay"));
                }
                Some(chosen) => {
                    diagnostics.extend(check(document, body, chosen.media_type, chosen.encoding, &pointer));
                    continue;
                }
            }
        }
        if let Some(operation) = document.pointer_mut(&key.pointer).and_then(Value::as_object_mut) {
            operation.shift_remove("requestBody");
        }
    }
    diagnostics
}

fn check(document: &Value, body: &Value, media_type: &str, encoding: Encoding, pointer: &str) -> Vec<Diagnostic> {
    let content = join(pointer, "content");
    let mut diagnostics = Vec::new();
    let others = body.get("content").and_then(Value::as_object).map_or(0, |content| content.len() - 1);
    if others > 0 {
        let message = format!("the body is sent as `{media_type}`, unless callers make one of another media type");
        let warning = Diagnostic::warning("body-media-types", &content, message);
        diagnostics.push(warning.help("remove the media types in the overlay that are not wanted"));
    }
    let at = join(&content, media_type);
    if encoding == Encoding::Multipart {
        let (media, encoding) = (&body["content"][media_type], join(&at, "encoding"));
        diagnostics.extend(part_headers(media, &encoding));
        diagnostics.extend(part_encodings(document, media, &encoding));
    }
    match encoding {
        Encoding::Multipart if !media_type.to_ascii_lowercase().starts_with("multipart/form-data") => {
            let message = format!("bodies in several parts without names cannot be sent, as `{media_type}` has them");
            let error = Diagnostic::error("multipart-body", at, message);
            diagnostics.push(error.help("remove the operation, or offer another media type in the overlay"));
        }
        Encoding::Form | Encoding::Multipart if !may_be_object(document, &body["content"][media_type]["schema"]) => {
            let message = "a form has fields with names, and the schema of the body is of no object".to_owned();
            let error = Diagnostic::error("form-body", join(&at, "schema"), message);
            diagnostics.push(error.help("describe the fields as properties of an object in the overlay"));
        }
        Encoding::Json | Encoding::Form | Encoding::Bytes | Encoding::Multipart => {}
    }
    diagnostics
}

/// Puts plain schemas of texts in the place of what only comes to one, so that the body itself says whether it is a text.
fn write_out_texts(document: &mut Value, body: &str) {
    let content = join(body, "content");
    let media_types = document.pointer(&content).and_then(Value::as_object).into_iter().flatten();
    let plain = |media: &Value| {
        let mut schema = flatten(document, schema_of(document, media.get("schema")?)?).schema.into_owned();
        if kind(&schema) != "string" {
            return None;
        }
        schema.as_object_mut()?.insert("type".to_owned(), "string".into());
        Some(schema)
    };
    let texts: Vec<(String, Value)> = media_types
        .filter(|(media_type, _)| MediaType::parse(media_type).is_some_and(|known| known.is_form()))
        .filter_map(|(media_type, media)| Some((join(&join(&content, media_type), "schema"), plain(media)?)))
        .collect();
    for (pointer, text) in texts {
        if let Some(schema) = document.pointer_mut(&pointer) {
            *schema = text;
        }
    }
}

/// Headers of parts, which nobody can set. The type of a part is none of them (OpenAPI 3.0.4, "Encoding Object").
fn part_headers(media: &Value, pointer: &str) -> Vec<Diagnostic> {
    let parts = media.get("encoding").and_then(Value::as_object).into_iter().flatten();
    let found = parts.flat_map(|(part, encoding)| {
        let headers = encoding.get("headers").and_then(Value::as_object).into_iter().flat_map(|headers| headers.keys());
        headers.filter(|name| !name.eq_ignore_ascii_case("content-type")).map(move |name| (part, name))
    });
    let warning = |(part, name): (&String, &String)| {
        let at = join(&join(&join(pointer, part), "headers"), name);
        let message = format!("the part `{part}` is sent without the header `{name}`, and taken without it");
        Diagnostic::warning("part-header", at, message).help("send what the header says in a part of its own")
    };
    found.map(warning).collect()
}

/// Media types that the parts of a form are not sent as, though the document says so.
fn part_encodings(document: &Value, media: &Value, pointer: &str) -> Vec<Diagnostic> {
    let Some(parts) = media.get("encoding").and_then(Value::as_object) else { return Vec::new() };
    let properties = part::properties(document, media);
    let found = parts.iter().filter_map(|(name, encoding)| {
        let content = properties.get(name).map_or(PartContent::Any, |schema| part::content(document, schema));
        let why = part::unsendable(content, encoding)?;
        let media_type = encoding["contentType"].as_str().unwrap_or_default();
        let message = format!("the part `{name}` is not sent as `{media_type}`: {why}");
        let at = join(&join(pointer, name), "contentType");
        let help = "name a media type that the part can have in the overlay, or describe it as a text or a file";
        Some(Diagnostic::warning("part-encoding", at, message).help(help))
    });
    found.collect()
}

/// Whether a value of the schema can be an object, as far as its type says.
fn may_be_object(document: &Value, schema: &Value) -> bool {
    let schema = schema_of(document, schema).unwrap_or(schema);
    ["", "object"].contains(&kind(&flatten(document, schema).schema))
}
