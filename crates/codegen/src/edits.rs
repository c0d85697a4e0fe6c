//! What the generator's output still needs. Every edit of generated code is in this list, and made by `edits/rewrite.rs`:
//!
//! | edit | why, in progenitor 0.15.1 |
//! |---|---|
//! | other media types than plain JSON in `Content-Type` and `Accept` | it knows four media types |
//! | lists in one piece (`explode: false`, `pipeDelimited`, …) | `style` and `explode` are ignored |
//! | forms with lists and objects | its forms have neither |
//! | parameters under another name on the wire | two names that are one in Rust do not compile |
//! | `OPTIONS` and `TRACE` | reqwest has no function for them, and progenitor calls one |
//! | a body that need not be given | every body is required |
//! | values that stay in their segment of a path | a backslash and a segment of dots are not encoded |
//! | the servers of paths and operations (typed responses only: a runtime sees to that itself) | it knows one server |
//! | unions that name their variants where none fits | serde's message names none |
//! | successes without a body beside others, errors of another media type (typed responses only) | one type for each |
//!
//! An edit that does not find what progenitor writes is an error, not a call that is silently wrong.

mod form;
mod list;
mod path;
mod rewrite;
mod unions;

use std::collections::HashMap;

use keyapi_rust_names::RustNames;
use keyapi_spec::Diagnostic;
use keyapi_spec::Naming;
use keyapi_spec::body::{Encoding, choose};
use keyapi_spec::document::{OperationKey, operation_id, operations};
use keyapi_spec::parameter::{ParameterType, parameter_type};
use keyapi_spec::response::{Content, Responses as Documented};
use proc_macro2::TokenStream;
use serde_json::Value;
use syn::{ImplItem, ImplItemFn, Item, Type};

use crate::generator::Responses;
use crate::model::{PLAIN_JSON, accept};
use crate::prepare::rust_name;
use form::Form;
use list::Delimiter;
use path::Path;

/// What one call does that the generator does not know of.
#[derive(Debug, Default, PartialEq, Eq)]
struct Wire {
    /// The media type of the body.
    content_type: Option<String>,
    /// The media types of the replies.
    accept: Option<String>,
    parameters: Vec<Parameter>,
    /// `OPTIONS` or `TRACE`.
    method: Option<String>,
    /// Whether there is a body that need not be given.
    optional_body: bool,
    /// Statuses of successes that have no body where others have one.
    empty: Vec<String>,
    /// Statuses of errors whose body is not the documented JSON.
    untyped: Vec<String>,
    /// The path, where values are put into it.
    path: Option<Path>,
    /// The body, where it is a form.
    form: Option<Form>,
}

/// A parameter that is called otherwise or sent otherwise than the generator thinks.
#[derive(Debug, PartialEq, Eq)]
struct Parameter {
    rust: String,
    wire: String,
    /// What parts the elements of a list that is sent in one piece.
    delimiter: Option<Delimiter>,
    required: bool,
}

/// The calls that are to be edited.
pub(crate) struct Edits {
    /// By the name of the method.
    wires: HashMap<String, (Wire, OperationKey)>,
    diagnostics: Vec<Diagnostic>,
}

impl Edits {
    pub(crate) fn of(resolved: &Value, responses: Responses<'_>) -> Self {
        let mut wires = HashMap::new();
        for key in operations(resolved) {
            let Some(operation) = resolved.pointer(&key.pointer) else { continue };
            let path = Path::of(resolved, &key, responses);
            let wire = Wire { path, ..Wire::of(resolved, &key.method, operation, responses) };
            if wire != Wire::default() {
                wires.insert(RustNames.method(operation_id(operation)), (wire, key));
            }
        }
        Self { wires, diagnostics: Vec::new() }
    }

    /// What the edited calls call.
    pub(crate) fn support(&self) -> TokenStream {
        let any = |has: fn(&Wire) -> bool| self.wires.values().any(|(wire, _)| has(wire));
        let mut support = TokenStream::new();
        if any(|wire| wire.path.is_some()) {
            support.extend(path::support());
        }
        if any(|wire| wire.form.is_some()) {
            support.extend(form::support());
        }
        if any(Wire::has_lists) {
            support.extend(list::support());
        }
        support
    }

    /// Edits one item of the generated code, if it has to be edited.
    pub(crate) fn apply(&mut self, modules: &[String], item: &mut Item) {
        unions::apply(modules, item);
        let Item::Impl(item) = item else { return };
        let is_client = matches!(&*item.self_ty, Type::Path(path) if path.path.is_ident("Client"));
        if !modules.is_empty() || item.trait_.is_some() || !is_client {
            return;
        }
        for function in item.items.iter_mut().filter_map(function) {
            // The generator puts an underscore behind a keyword.
            let name = function.sig.ident.to_string();
            let found = self.wires.remove(&name).or_else(|| self.wires.remove(name.trim_end_matches('_')));
            if let Some((wire, key)) = found {
                let missed = rewrite::rewrite(&wire, function);
                self.diagnostics.extend(missed.into_iter().map(|what| lacks(&key, &what)));
            }
        }
    }

    /// What was to be edited and is not there.
    pub(crate) fn missed(mut self) -> Vec<Diagnostic> {
        self.diagnostics.extend(self.wires.iter().map(|(method, (_, key))| lacks(key, method)));
        self.diagnostics.sort_by(|one, other| (&one.pointer, &one.message).cmp(&(&other.pointer, &other.message)));
        self.diagnostics
    }
}

fn function(item: &mut ImplItem) -> Option<&mut ImplItemFn> {
    match item {
        ImplItem::Fn(function) => Some(function),
        _ => None,
    }
}

fn lacks(key: &OperationKey, what: &str) -> Diagnostic {
    Diagnostic::error("generator", &key.pointer, format!("the generated call lacks `{what}`"))
        .help("this is a defect of the generator: report the operation that it names")
}

impl Wire {
    /// Whether a list is sent in one piece.
    fn has_lists(&self) -> bool {
        let in_query = self.parameters.iter().any(|parameter| parameter.delimiter.is_some());
        in_query || self.form.iter().any(|form| form.lists().next().is_some())
    }

    fn of(document: &Value, method: &str, operation: &Value, responses: Responses<'_>) -> Self {
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
            path: None,
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
