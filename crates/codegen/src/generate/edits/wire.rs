//! What the calls of a document do that the generator does not know of.

use keyapi_spec::document::OperationKey;
use keyapi_spec::document::body::{Encoding, choose, others};
use keyapi_spec::document::response::{Content, Responses as Documented};
use keyapi_spec::message::media_type::is_plain_json;
use serde_json::Value;

use super::form::Form;
use super::parameters::Styled;
use super::path::Path;
use crate::generate::Responses;
use crate::model::{PLAIN_JSON, accept};
use crate::prepare::{OfStatus, rust_name};

/// What one call does that the generator does not know of.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Wire {
    /// The media type of the body.
    pub(super) content_type: Option<String>,
    /// The media types of the responses.
    pub(super) accept: Option<String>,
    /// The parameters that the generator knows by another name than the documented one.
    pub(super) renamed: Vec<Renamed>,
    /// The parameters that are written in their styles, under their documented names.
    pub(super) styled: Vec<Styled>,
    /// `OPTIONS` or `TRACE`.
    pub(super) method: Option<String>,
    /// Whether there is a body that need not be given.
    pub(super) optional_body: bool,
    /// Statuses of successes that have no body where others have one.
    pub(super) empty: Vec<String>,
    /// Statuses of errors whose body is not the documented JSON.
    pub(super) untyped: Vec<String>,
    /// Bodies of which the status chooses the type.
    pub(super) by_status: Vec<OfStatus>,
    /// Whether a class of statuses has a response, which may stand beside responses of statuses of it.
    pub(super) has_class: bool,
    /// The path, where values are put into it.
    pub(super) path: Option<Path>,
    /// The body, where it is a form.
    pub(super) form: Option<Form>,
}

/// A parameter that is called otherwise than the generator thinks.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Renamed {
    pub(super) rust: String,
    pub(super) wire: String,
}

impl Wire {
    /// Whether any value is written in a style.
    pub(super) fn has_styles(&self) -> bool {
        let in_path = self.path.iter().any(Path::has_values);
        in_path || !self.styled.is_empty() || self.form.is_some()
    }

    /// Reads an operation of the document.
    pub(super) fn of(
        document: &Value,
        key: &OperationKey,
        operation: &Value,
        of_generator: &Value,
        responses: Responses<'_>,
    ) -> Self {
        let method = key.method.as_str();
        let is_typed = matches!(responses, Responses::Typed);
        let body = operation.get("requestBody");
        let parameters = operation.get("parameters").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let styled = Styled::all(document, parameters);
        let is_styled = |renamed: &Renamed| styled.iter().any(|styled| styled.rust == renamed.rust);
        let documented = Documented::of(method, operation);
        let has = |list: &[(&str, Content)], wanted| list.iter().any(|(_, content)| *content == wanted);
        let statuses = |list: &[(&str, Content)], keep: fn(Content) -> bool| -> Vec<String> {
            list.iter().filter(|(_, content)| keep(*content)).map(|(status, _)| (*status).to_owned()).collect()
        };
        let typed_success =
            is_typed && has(&documented.successes, Content::Json) && !has(&documented.successes, Content::Bytes);
        let by_status = if is_typed { OfStatus::all(of_generator) } else { Vec::new() };
        let typed_error = is_typed && has(&documented.errors, Content::Json);
        Self {
            content_type: body.and_then(content_type),
            form: body.and_then(Form::of),
            accept: if typed_success {
                accept(operation, &documented).filter(|accept| accept != PLAIN_JSON)
            } else {
                None
            },
            renamed: parameters.iter().filter_map(renamed).filter(|renamed| !is_styled(renamed)).collect(),
            styled,
            method: ["options", "trace"].contains(&method).then(|| method.to_ascii_uppercase()),
            // The runtime may send another one.
            optional_body: body.is_some_and(|body| {
                body.get("required") != Some(&Value::Bool(true)) || !is_typed && !others(body).is_empty()
            }),
            empty: if typed_success && !by_status.iter().any(OfStatus::is_success) {
                statuses(&documented.successes, |content| content == Content::Empty)
            } else {
                Vec::new()
            },
            untyped: if typed_error {
                statuses(&documented.errors, |content| content != Content::Json)
            } else {
                Vec::new()
            },
            by_status,
            has_class: is_typed && has_class(of_generator),
            path: Path::of(document, key, responses),
        }
    }
}

/// Whether responses are described for a class of statuses, such as `4XX`.
fn has_class(operation: &Value) -> bool {
    let mut statuses = operation["responses"].as_object().into_iter().flatten().map(|(status, _)| status);
    statuses.any(|status| status.ends_with("XX"))
}

/// The media type that the generator would not send.
fn content_type(body: &Value) -> Option<String> {
    let chosen = choose(body)?;
    let essence = essence(chosen.media_type);
    let known = match chosen.encoding {
        Encoding::Json => is_plain_json(chosen.media_type),
        Encoding::Bytes => ["application/octet-stream", "text/plain"].contains(&essence.as_str()),
        Encoding::Form | Encoding::Multipart => true,
    };
    // A range such as `image/*` is what is accepted, not what is sent.
    (!known && !essence.contains('*')).then(|| chosen.media_type.to_owned())
}

fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn renamed(found: &Value) -> Option<Renamed> {
    let wire = found.get("name").and_then(Value::as_str).unwrap_or_default();
    let rust = rust_name(found);
    // The template of a path is rewritten as a whole.
    let is_renamed = rust != wire && found["in"] != "path";
    is_renamed.then(|| Renamed { rust: rust.to_owned(), wire: wire.to_owned() })
}
