//! Samples that are JSON in a text: written by hand, or by a framework that takes every example for a text.

use serde_json::Value;

use super::place::Places;
use super::sample::Evidence;
use crate::diagnostic::Diagnostic;
use crate::document::example::parts;
use crate::overlay;
use crate::source::Source;

/// Warns of a JSON body if all there is to it is such a text, unless its schema says that it is a string.
///
/// The help is the overlay's action that puts the JSON in its place.
pub(super) fn check(
    document: &Value,
    schema: Option<&Value>,
    samples: &[Evidence<'_>],
    places: &Places<'_>,
) -> Vec<Diagnostic> {
    let texts: Vec<&str> = samples.iter().filter_map(|sample| sample.value.as_str()).collect();
    if texts.len() < samples.len() || parts(document, schema.as_slice()).iter().any(|part| part["type"] == "string") {
        return Vec::new();
    }
    let Some(parsed) = texts.into_iter().map(json).collect::<Option<Vec<_>>>() else { return Vec::new() };
    let warning = |(sample, json): (&Evidence<'_>, String)| {
        let pointer = places.pointer(sample.place);
        let action = overlay::action(document, &pointer, &json);
        let message = "the only example of the body is a text that is itself JSON, and so it is one for a string";
        Diagnostic::warning("json-in-text", pointer, message)
            .help(format!("if the JSON is meant, add this action to the overlay: {action}"))
    };
    samples.iter().zip(parsed).map(warning).collect()
}

/// The JSON that is in a text, on one line and with its numbers as they are spelled.
fn json(text: &str) -> Option<String> {
    let source = Source::parse("text.json", text.as_bytes()).ok()?;
    Some(source.root().to_string())
}
