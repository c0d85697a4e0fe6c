//! What the document promises: operations, the parameters it shows, and one response for every status.

use keyapi_rust_names::RustNames;
use keyapi_spec::Input;
use keyapi_spec::diagnostic::render::Style;
use keyapi_spec::document::body::choose;
use keyapi_spec::document::{OperationKey, operation_id, operations, resolve};
use keyapi_spec::message::media_type::{MediaType, is_json};
use keyapi_spec::message::syntax;
use keyapi_spec::overlay::skip::{Skipped, skipped};
use mock::operations::{BodyInfo, OperationInfo};
use mock::{Document as Served, load};
use serde_json::Value;

use crate::representation::{Representation, is_other_body, representations};

/// An operation as the document shows it.
#[derive(Clone, Debug)]
pub struct Operation {
    /// The name of the client's method.
    pub name: String,
    /// Parameters by their names on the wire, with documented values, or fitting ones where the document shows none.
    pub parameters: Vec<(String, String)>,
    /// The request body, documented or fitting.
    pub body: Option<Value>,
    /// Request bodies of other media types.
    pub other_bodies: Vec<(String, Value)>,
    /// The documented responses.
    pub responses: Vec<Response>,
}

impl Operation {
    /// The name of the contract test that asks for a response of this operation.
    pub fn test_name(&self, response: &Response) -> String {
        format!("{}::{}", self.name, response.status)
    }
}

/// A documented response.
#[derive(Clone, Debug)]
pub struct Response {
    /// The status as the document spells it: `200`, `4XX`, `default`.
    pub status: String,
    /// What the document shows of its body.
    pub shown: Shown,
    /// The code that the body has in the API's envelope.
    pub envelope_code: Option<i64>,
    /// The message that the body has in the API's envelope.
    pub message: Option<String>,
    /// A success that is not JSON as a whole.
    pub representation: Option<Representation>,
    /// Other media types of a success.
    pub others: Vec<Representation>,
}

/// What a document shows of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The body, or that there is none.
    Body(Option<Value>),
    /// That there is a body, and no example of it.
    Nothing,
}

impl Response {
    /// A number that the status stands for.
    pub fn code(&self) -> u16 {
        match self.status.parse() {
            Ok(code) => code,
            Err(_) if self.status.ends_with("XX") => {
                // Rarely documented by itself, so that the range and no status inside of it is meant.
                self.status
                    .chars()
                    .next()
                    .and_then(|first| first.to_digit(10))
                    .map_or(500, |first| first as u16 * 100 + 99)
            }
            Err(_) => 599,
        }
    }
}

/// Reads the vendored document with its overlay.
///
/// # Errors
///
/// The rendered diagnostics.
pub fn load() -> Result<Vec<Operation>, String> {
    Ok(read()?.operations)
}

/// What the vendored document promises, and what is left out of it.
#[derive(Debug)]
pub struct Document {
    /// The operations of the client.
    pub operations: Vec<Operation>,
    /// Those that a person leaves out.
    pub skipped: Vec<Skipped>,
}

/// Reads the vendored document with its overlay, and what is left out of it.
///
/// # Errors
///
/// The rendered diagnostics.
pub fn read() -> Result<Document, String> {
    let spec = format!("openapi/{}.openapi.json", mock::PLATFORM);
    // Asked for at run time: another checkout may have compiled this.
    let start = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(std::env::current_dir, |folder| Ok(folder.into()));
    let start = start.map_err(|error| format!("there is no current directory: {error}"))?;
    let root = start.ancestors().find(|folder| folder.join(&spec).exists());
    let root = root.ok_or_else(|| format!("no folder around {} has {spec}", start.display()))?;
    let input = Input::of_platform(root, mock::PLATFORM);
    let resolved = input.resolve(&RustNames).map_err(|found| input.render(&found, Style::Plain))?;
    // Requests are such as the mock server takes, which judges by the document as it is published.
    let served = input.serve(&RustNames).map_err(|found| input.render(&found, Style::Plain))?;
    let served = load::value(served).map_err(|error| error.to_string())?;
    let requests = OperationInfo::list(&served);
    let document = &resolved.document;
    let operations = operations(document).iter().map(|key| operation(document, key, &requests, &served)).collect();
    Ok(Document { operations, skipped: skipped(document) })
}

fn operation(document: &Value, key: &OperationKey, requests: &[OperationInfo], served: &Served) -> Operation {
    let operation = document.pointer(&key.pointer).unwrap_or(&Value::Null);
    let name = operation_id(operation).to_owned();
    let request = requests.iter().find(|request| request.name == name);
    let parameters = request.into_iter().flat_map(|request| &request.parameters);
    let responses = operation.get("responses").and_then(Value::as_object).into_iter().flatten();
    let BodyInfo { mut requests, responses: sent, .. } = BodyInfo::of(served, &name).unwrap_or_default();
    let body = request.and_then(|request| Some(request.body.as_ref()?.1.clone()));
    let body = match operation.get("requestBody").and_then(choose) {
        Some(chosen) => requests.iter().find(|(label, _)| label == chosen.media_type).map(|(_, body)| body.clone()),
        None => None,
    }
    .or(body);
    requests.retain(|(label, body)| is_other_body(document, operation, label, body));
    Operation {
        parameters: parameters.filter_map(|parameter| Some((parameter.name.clone(), parameter.written()?))).collect(),
        body,
        other_bodies: requests,
        responses: responses
            .filter(|(status, _)| !status.starts_with("x-"))
            .map(|(status, response)| {
                let shown = match resolve(document, response) {
                    Some(response) => shown_body(document, response),
                    None => Shown::Nothing,
                };
                let (representation, others) = representations(document, key, operation, status, &sent);
                let of_envelope = |role: &str| {
                    let name = document.get("x-envelope")?.get(role)?.as_str()?;
                    match &shown {
                        Shown::Body(body) => body.as_ref()?.get(name),
                        Shown::Nothing => None,
                    }
                };
                Response {
                    status: status.clone(),
                    envelope_code: of_envelope("code").and_then(Value::as_i64),
                    message: of_envelope("message").and_then(Value::as_str).map(str::to_owned),
                    shown,
                    representation,
                    others,
                }
            })
            .collect(),
        name,
    }
}

fn shown_body(document: &Value, holder: &Value) -> Shown {
    let Some(content) = holder.get("content").and_then(Value::as_object) else { return Shown::Body(None) };
    let json = content.iter().find(|(media_type, _)| is_json(media_type));
    let Some((label, media)) = json.or_else(|| content.iter().next()) else { return Shown::Body(None) };
    let named = media.get("examples").and_then(Value::as_object).and_then(|examples| examples.values().next());
    let schema = media.get("schema").and_then(|schema| resolve(document, schema));
    let example =
        media.get("example").or_else(|| resolve(document, named?)?.get("value")).or_else(|| schema?.get("example"));
    // An example of a stream, or of XML, shows what is in the body and not how it is written.
    let example = example.filter(|example| json.is_some() || example.is_string());
    // What is none is not sent.
    let is_body = |text: &str| MediaType::parse(label).is_none_or(|known| syntax::flaw(&known, text).is_none());
    let example = example.filter(|example| example.as_str().is_none_or(is_body));
    example.map_or(Shown::Nothing, |example| Shown::Body(Some(example.clone())))
}
