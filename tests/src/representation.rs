//! Bodies in other media types than JSON: how the client reads them, and which it can send.

use keyapi_spec::document::OperationKey;
use keyapi_spec::document::body::{others, xml_body};
use keyapi_spec::document::response::{Responses, stream, xml};
use keyapi_spec::message::media_type::{MediaType, is_json};
use serde_json::Value;

/// A success in a media type other than JSON.
#[derive(Clone, Debug)]
pub struct Representation {
    /// The media type as the document spells it.
    pub media_type: String,
    /// What the mock server sends: documented, or fitting.
    pub body: Value,
    /// How it is read.
    pub reading: Reading,
}

/// How the client reads a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// As it comes.
    Text,
    /// Part by part, each as a type.
    Parts,
    /// As the type of what is in the XML.
    Xml,
}

/// Whether a request can be made with a body of a media type, beside the one that callers give as a rule.
pub(crate) fn is_other_body(document: &Value, operation: &Value, label: &str, body: &Value) -> bool {
    let Some(sent) = operation.get("requestBody") else { return false };
    let is_xml = xml_body(document, sent).is_some_and(|(xml, _)| xml == label);
    others(sent).contains(&label) && !is_range(label) && (is_xml || is_json(label) || body.is_string())
}

/// The media types of a success: the one that is read as a type where nothing is JSON, and the others. `sent` has what the
/// mock server sends, by status and media type.
pub(crate) fn representations(
    document: &Value,
    key: &OperationKey,
    operation: &Value,
    status: &str,
    sent: &[(String, String, Value)],
) -> (Option<Representation>, Vec<Representation>) {
    let documented = Responses::of(&key.method, operation);
    if key.method == "head" || !documented.successes.iter().any(|(success, _)| *success == status) {
        return (None, Vec::new());
    }
    let streamed = stream(document, &documented, operation).map(|stream| stream.media_type);
    let xml = xml(document, &documented, operation).map(|(media_type, _)| media_type);
    let reading = |label: &str| match Some(label) {
        label if label == streamed => Reading::Parts,
        label if label == xml => Reading::Xml,
        _ => Reading::Text,
    };
    let content = operation["responses"][status].get("content").and_then(Value::as_object);
    let labels = || content.into_iter().flat_map(|content| content.keys());
    let has_json = labels().any(|label| is_json(label));
    // What is shown of the response is of this one.
    let shown = labels().next().filter(|first| !has_json && reading(first) == Reading::Text);
    let others = sent.iter().filter(|(of, label, _)| of == status && !is_json(label) && !is_range(label));
    let others = others.filter(|(_, label, _)| Some(label) != shown).map(|(_, label, body)| Representation {
        media_type: label.clone(),
        body: body.clone(),
        reading: reading(label),
    });
    // A text can only be written as it is.
    let mut others: Vec<_> = others.filter(|one| one.reading != Reading::Text || one.body.is_string()).collect();
    let is_first = |one: &Representation| labels().next() == Some(&one.media_type) && one.reading != Reading::Text;
    let first = others.iter().position(is_first).filter(|_| !has_json);
    (first.map(|first| others.remove(first)), others)
}

fn is_range(label: &str) -> bool {
    MediaType::parse(label).is_none_or(|known| known.is_range())
}
