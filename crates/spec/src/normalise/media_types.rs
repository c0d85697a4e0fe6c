//! Checks what bodies are said to be written in.

use serde_json::{Map, Value};

use super::structure::{At, Kind, walk};
use crate::Diagnostic;
use crate::diagnostic::join;
use crate::document::body::json_of;
use crate::document::parameter::kind;
use crate::document::{resolve, schema_of};
use crate::message::media_type::{MediaType, is_json};
use crate::message::sequence::Sequence;
use crate::schema::all_of::flatten;

/// What every range is asked for that could hold more than texts.
const OF_VALUES: [&str; 2] = ["application/json", "text/plain"];

/// Reports media types that are none, and those of responses that cannot hold the body.
pub(super) fn check(document: &mut Value) -> Vec<Diagnostic> {
    let (mut contents, mut undecoded) = (Vec::new(), Vec::new());
    walk(document, &mut |owner: Kind, object: &mut Map<String, Value>, at: &At<'_>| {
        if matches!(owner, Kind::RequestBody | Kind::Response) {
            let labels = object.get("content").and_then(Value::as_object).into_iter().flat_map(Map::keys);
            contents.extend(labels.map(|label| (owner, label.clone(), join(&at.child("content"), label))));
        }
        if owner == Kind::Response {
            undecoded.extend(not_decoded(object, &at.child("content")));
        }
    });
    let found = contents.into_iter().filter_map(|(owner, label, pointer)| check_one(document, owner, &label, pointer));
    found.chain(undecoded).collect()
}

/// The JSON media types of a response whose schema is another than that of the one that it is decoded as.
fn not_decoded(response: &Map<String, Value>, pointer: &str) -> Vec<Diagnostic> {
    let Some((decoded, media)) = json_of(response) else { return Vec::new() };
    let schema = media.get("schema");
    let content = response.get("content").and_then(Value::as_object).into_iter().flatten();
    let others = content.filter(|(label, other)| is_json(label) && other.get("schema") != schema);
    let warning = |(label, _): (&String, &Value)| {
        let message = format!("the response is decoded as `{decoded}`, which is of another schema than `{label}`");
        let help = "give both one schema in the overlay, or call the operation by its path to have the body as it is";
        Diagnostic::warning("response-media-types", join(pointer, label), message).help(help)
    };
    others.map(warning).collect()
}

fn check_one(document: &Value, owner: Kind, label: &str, pointer: String) -> Option<Diagnostic> {
    let Some(media_type) = MediaType::parse(label) else {
        let message = format!("`{label}` is not a media type: the mock server leaves it out");
        let help = "name a media type such as `application/json` in the overlay";
        return Some(Diagnostic::warning("media-type", pointer, message).help(help));
    };
    if owner != Kind::Response || holds_values(&media_type) || Sequence::of(label).is_some() {
        return None;
    }
    let media = document.pointer(&pointer)?;
    // A schema says how XML is written.
    if media_type.is_xml() && media.get("schema").is_some() {
        return None;
    }
    let body = other_than_text(document, media)?;
    let message = format!("the body is {body}, which cannot be written as `{label}`: the mock server does not send it");
    Some(Diagnostic::warning("unwritable-body", pointer, message).help("give an example that is a text in the overlay"))
}

/// Whether anything can be written in a media type, as JSON, or in one that a range covers.
fn holds_values(media_type: &MediaType) -> bool {
    let covers = |known: &str| MediaType::parse(known).is_some_and(|known| media_type.covers(&known).is_some());
    let is_range_of_values = media_type.is_range() && OF_VALUES.into_iter().any(covers);
    media_type.is_json() || media_type.is_text() || is_range_of_values
}

/// What a body is, where it is known to be something else than a text.
fn other_than_text(document: &Value, media: &Value) -> Option<&'static str> {
    let schema = media.get("schema").and_then(|schema| schema_of(document, schema));
    let named = media.get("examples").and_then(Value::as_object).into_iter().flat_map(Map::values);
    let example = named
        .filter_map(|example| resolve(document, example)?.get("value"))
        .chain(media.get("example"))
        .chain(schema.and_then(|schema| schema.get("example")))
        .next();
    match example {
        Some(Value::String(_)) => return None,
        Some(Value::Object(_)) => return Some("an object"),
        Some(Value::Array(_)) => return Some("a list"),
        Some(_) => return Some("not a text"),
        None => {}
    }
    match kind(&flatten(document, schema?).schema) {
        "object" => Some("an object"),
        "array" => Some("a list"),
        "integer" | "number" | "boolean" => Some("not a text"),
        _ => None,
    }
}
