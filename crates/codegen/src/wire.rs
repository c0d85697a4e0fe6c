//! Makes the generated calls send and accept what progenitor has no words for: other media types than plain JSON, lists in
//! one piece, forms with lists and objects, parameters under another name, methods that reqwest has no function for,
//! successes without a body, and values that stay in their segment of a path.
//!
//! A rewrite that does not find what progenitor 0.15.1 writes is an error, not a call that is silently wrong.

mod form;
mod list;
mod path;
mod rewrite;

use std::collections::HashMap;

use keyapi_spec::Diagnostic;
use keyapi_spec::body::{Encoding, choose, json_content};
use keyapi_spec::document::{OperationKey, operation_id, operations};
use keyapi_spec::parameter::{ParameterType, parameter_type};
use keyapi_spec::reply::{Replies, Reply};
use keyapi_spec::rust_names::request_type;
use proc_macro2::TokenStream;
use serde_json::Value;
use syn::{Block, ImplItem, Item, Type};

use crate::lower::rust_name;
use form::Form;
use list::Delimiter;
use path::Path;

pub(crate) use path::Servers;

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

/// The calls that are to be rewritten.
pub(crate) struct Calls {
    /// By the request type.
    wires: HashMap<String, (Wire, OperationKey)>,
    diagnostics: Vec<Diagnostic>,
}

impl Calls {
    /// The calls of a client that is told by its caller where the document is served, if so, find their own servers.
    pub(crate) fn of(resolved: &Value, servers: Servers) -> Self {
        let mut wires = HashMap::new();
        for key in operations(resolved) {
            let Some(operation) = resolved.pointer(&key.pointer) else { continue };
            let wire = Wire { path: Path::of(resolved, &key, servers), ..Wire::of(resolved, &key.method, operation) };
            if wire != Wire::default() {
                let name = request_type(operation_id(operation));
                wires.insert(name, (wire, key));
            }
        }
        Self { wires, diagnostics: Vec::new() }
    }

    /// What the rewritten calls call.
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

    /// Rewrites one item of the generated client, if it is such a call.
    pub(crate) fn apply(&mut self, modules: &[String], item: &mut Item) {
        if !matches!(modules, [module] if module == "builder") {
            return;
        }
        if let Some((name, block)) = send(item)
            && let Some((wire, key)) = self.wires.remove(&name)
        {
            let missed = rewrite::rewrite(&wire, block);
            self.diagnostics.extend(missed.into_iter().map(|what| lacks(&key, &what)));
        }
    }

    /// What was to be rewritten and is not there.
    pub(crate) fn missed(mut self) -> Vec<Diagnostic> {
        self.diagnostics.extend(self.wires.values().map(|(_, key)| lacks(key, "send")));
        self.diagnostics.sort_by(|one, other| (&one.pointer, &one.message).cmp(&(&other.pointer, &other.message)));
        self.diagnostics
    }
}

fn lacks(key: &OperationKey, what: &str) -> Diagnostic {
    Diagnostic::error("generator", &key.pointer, format!("the generated call lacks `{what}`"))
        .help("this is a defect of the generator: report the operation that it names")
}

/// The body of a `send` function, and the request type that it belongs to.
fn send(item: &mut Item) -> Option<(String, &mut Block)> {
    let Item::Impl(item) = item else { return None };
    let Type::Path(path) = &*item.self_ty else { return None };
    if item.trait_.is_some() {
        return None;
    }
    let name = path.path.segments.last()?.ident.to_string().trim_end_matches('_').to_owned();
    let block = item.items.iter_mut().find_map(|item| match item {
        ImplItem::Fn(function) if function.sig.ident == "send" => Some(&mut function.block),
        _ => None,
    })?;
    Some((name, block))
}

impl Wire {
    /// Whether a list is sent in one piece.
    fn has_lists(&self) -> bool {
        let in_query = self.parameters.iter().any(|parameter| parameter.delimiter.is_some());
        in_query || self.form.iter().any(|form| form.lists().next().is_some())
    }

    fn of(document: &Value, method: &str, operation: &Value) -> Self {
        let replies = Replies::of(method, operation);
        let has = |list: &[(&str, Reply)], wanted| list.iter().any(|(_, reply)| *reply == wanted);
        let statuses = |list: &[(&str, Reply)], keep: fn(Reply) -> bool| -> Vec<String> {
            list.iter().filter(|(_, reply)| keep(*reply)).map(|(status, _)| (*status).to_owned()).collect()
        };
        let typed_success = has(&replies.successes, Reply::Json) && !has(&replies.successes, Reply::Bytes);
        let typed_error = has(&replies.errors, Reply::Json);
        Self {
            content_type: operation.get("requestBody").and_then(content_type),
            form: operation.get("requestBody").and_then(Form::of),
            accept: if typed_success { accept(operation, &replies) } else { None },
            parameters: operation
                .get("parameters")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(|found| parameter(document, found))
                .collect(),
            method: ["options", "trace"].contains(&method).then(|| method.to_ascii_uppercase()),
            empty: if typed_success { statuses(&replies.successes, |reply| reply == Reply::Empty) } else { Vec::new() },
            untyped: if typed_error { statuses(&replies.errors, |reply| reply != Reply::Json) } else { Vec::new() },
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

/// The JSON media types that the generator would not ask for.
fn accept(operation: &Value, replies: &Replies<'_>) -> Option<String> {
    let mut accepted: Vec<&str> = Vec::new();
    for (status, _) in replies.successes.iter().filter(|(_, reply)| *reply == Reply::Json) {
        let media_type = json_content(&operation["responses"][*status]).map(|(media_type, _)| media_type);
        accepted.extend(media_type.filter(|media_type| !accepted.contains(media_type)));
    }
    let is_plain = accepted.iter().all(|media_type| essence(media_type) == "application/json");
    (!is_plain).then(|| accepted.join(", "))
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
