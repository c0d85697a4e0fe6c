//! What the calls of a document do that the generator does not know of.

use keyapi_spec::body::{Encoding, choose};
use keyapi_spec::document::OperationKey;
use keyapi_spec::parameter::{ParameterType, parameter_type};
use keyapi_spec::response::{Content, Responses as Documented};
use serde_json::Value;

use super::form::Form;
use super::list::Delimiter;
use super::path::Path;
use crate::generate::Responses;
use crate::model::{PLAIN_JSON, accept};
use crate::prepare::rust_name;

/// What one call does that the generator does not know of.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Wire {
    /// The media type of the body.
    pub(super) content_type: Option<String>,
    /// The media types of the responses.
    pub(super) accept: Option<String>,
    pub(super) parameters: Vec<Parameter>,
    /// `OPTIONS` or `TRACE`.
    pub(super) method: Option<String>,
    /// Whether there is a body that need not be given.
    pub(super) optional_body: bool,
    /// Statuses of successes that have no body where others have one.
    pub(super) empty: Vec<String>,
    /// Statuses of errors whose body is not the documented JSON.
    pub(super) untyped: Vec<String>,
    /// The path, where values are put into it.
    pub(super) path: Option<Path>,
    /// The body, where it is a form.
    pub(super) form: Option<Form>,
}

/// A parameter that is called otherwise or sent otherwise than the generator thinks.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Parameter {
    pub(super) rust: String,
    pub(super) wire: String,
    /// What parts the elements of a list that is sent in one piece.
    pub(super) delimiter: Option<Delimiter>,
    pub(super) required: bool,
}

impl Wire {
    /// Whether a list is sent in one piece.
    pub(super) fn has_lists(&self) -> bool {
        let in_query = self.parameters.iter().any(|parameter| parameter.delimiter.is_some());
        in_query || self.form.iter().any(|form| form.lists().next().is_some())
    }

    /// The parameters that the generator knows by another name than the documented one.
    pub(super) fn renamed(&self) -> impl Iterator<Item = &Parameter> {
        self.parameters.iter().filter(|parameter| parameter.rust != parameter.wire)
    }

    /// Reads an operation of the document.
    pub(super) fn of(document: &Value, key: &OperationKey, operation: &Value, responses: Responses<'_>) -> Self {
        let method = key.method.as_str();
        let is_typed = matches!(responses, Responses::Typed);
        let body = operation.get("requestBody");
        let documented = Documented::of(method, operation);
        let has = |list: &[(&str, Content)], wanted| list.iter().any(|(_, content)| *content == wanted);
        let statuses = |list: &[(&str, Content)], keep: fn(Content) -> bool| -> Vec<String> {
            list.iter().filter(|(_, content)| keep(*content)).map(|(status, _)| (*status).to_owned()).collect()
        };
        let typed_success =
            is_typed && has(&documented.successes, Content::Json) && !has(&documented.successes, Content::Bytes);
        let typed_error = is_typed && has(&documented.errors, Content::Json);
        Self {
            content_type: body.and_then(content_type),
            form: body.and_then(Form::of),
            accept: if typed_success {
                accept(operation, &documented).filter(|accept| accept != PLAIN_JSON)
            } else {
                None
            },
            parameters: operation
                .get("parameters")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(|found| parameter(document, found))
                .collect(),
            method: ["options", "trace"].contains(&method).then(|| method.to_ascii_uppercase()),
            optional_body: body.is_some_and(|body| body.get("required") != Some(&Value::Bool(true))),
            empty: if typed_success {
                statuses(&documented.successes, |content| content == Content::Empty)
            } else {
                Vec::new()
            },
            untyped: if typed_error {
                statuses(&documented.errors, |content| content != Content::Json)
            } else {
                Vec::new()
            },
            path: Path::of(document, key, responses),
        }
    }
}

/// The media type that the generator would not send.
fn content_type(body: &Value) -> Option<String> {
    let chosen = choose(body)?;
    let essence = essence(chosen.media_type);
    let known = match chosen.encoding {
        Encoding::Json => essence == "application/json",
        Encoding::Bytes => ["application/octet-stream", "text/plain"].contains(&essence.as_str()),
        Encoding::Form | Encoding::Multipart => true,
    };
    // A range such as `image/*` is what is accepted, not what is sent.
    (!known && !essence.contains('*')).then(|| chosen.media_type.to_owned())
}

fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn parameter(document: &Value, found: &Value) -> Option<Parameter> {
    let wire = found.get("name").and_then(Value::as_str).unwrap_or_default();
    let rust = rust_name(found);
    let delimiter = delimiter(document, found);
    // The template of a path is rewritten as a whole.
    let is_renamed = rust != wire && found["in"] != "path";
    (is_renamed || delimiter.is_some()).then(|| Parameter {
        rust: rust.to_owned(),
        wire: wire.to_owned(),
        delimiter,
        required: found["required"] == true,
    })
}

/// What parts the elements of a list in a query, unless each of them is sent with the name.
fn delimiter(document: &Value, found: &Value) -> Option<Delimiter> {
    let is_list = matches!(parameter_type(document, found), ParameterType::List(_) | ParameterType::ListOfOthers);
    if found["in"] != "query" || !is_list {
        return None;
    }
    let style = found.get("style").and_then(Value::as_str).unwrap_or("form");
    let explode = found.get("explode").and_then(Value::as_bool).unwrap_or(style == "form");
    match style {
        _ if explode => None,
        "spaceDelimited" => Some(Delimiter::Space),
        "pipeDelimited" => Some(Delimiter::Pipe),
        _ => Some(Delimiter::Comma),
    }
}
