//! Responses in files: the body of one, a HAR file, or the journal of the mock server.

use std::io;
use std::path::Path;
use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use keyapi_redaction::Redactor;
use keyapi_spec::diagnostic::render::Files;
use keyapi_spec::document::extension;
use keyapi_spec::document::template::{asked_of_query, split_query};
use keyapi_spec::document::{OperationKey, operation_id, operations, resolve};
use keyapi_spec::infer::evidence;
use keyapi_spec::source::{Kind, MAX_BYTES, Node};
use keyapi_spec::{Diagnostic, Source};
use serde_json::Value;

use crate::exchanged::exchanged;
use crate::input::bytes;
use crate::workspace::display;

/// A response that some file holds.
pub(crate) struct Recorded {
    /// What diagnostics call the body: the file, or the file and a place in it.
    pub(crate) name: String,
    /// The operation that it is of, as far as the file tells.
    pub(crate) operation: RecordedOperation,
    /// The status, where the file tells it.
    pub(crate) status: Option<u16>,
    body: Result<Vec<u8>, Diagnostic>,
    /// Knows what its request presented as credentials.
    pub(crate) redactor: Rc<Redactor>,
}

/// The operation that a response is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RecordedOperation {
    /// The file does not say.
    Unstated,
    /// The document has none for the request.
    Undocumented,
    /// The one of this name.
    Named(String),
}

impl Recorded {
    /// The body as JSON.
    ///
    /// # Errors
    ///
    /// It is none, or there is none.
    pub(crate) fn body(&self) -> Result<Source, Vec<Diagnostic>> {
        match &self.body {
            Ok(bytes) => Source::parse_json(&self.name, bytes),
            Err(found) => Err(vec![found.clone()]),
        }
    }

    /// Gives the text of the body to `files`, for the lines that diagnostics show.
    pub(crate) fn show(&self, files: &mut Files) {
        show(files, &self.name, self.body.as_deref().unwrap_or_default(), &self.redactor);
    }
}

/// The operations of a named document.
#[derive(Debug)]
pub(crate) struct Operations {
    all: Vec<Operation>,
}

/// An operation.
#[derive(Debug)]
pub(crate) struct Operation {
    /// The name that the SDK calls it by.
    pub(crate) name: String,
    /// Where it stands.
    pub(crate) key: OperationKey,
    published: Option<String>,
    /// The names of its parameters.
    parameters: Vec<String>,
}

impl Operations {
    /// Reads the operations of a document that went through the pipeline.
    pub(crate) fn of(document: &Value) -> Self {
        let all = operations(document).into_iter().map(|key| {
            let operation = document.pointer(&key.pointer).unwrap_or(&Value::Null);
            let published = operation.get(extension::OPERATION_ID).and_then(Value::as_str).map(str::to_owned);
            let names = parameters(document, &key).into_iter().filter_map(|parameter| parameter.get("name")?.as_str());
            let parameters = names.map(str::to_owned).collect();
            Operation { name: operation_id(operation).to_owned(), key, published, parameters }
        });
        Self { all: all.collect() }
    }

    /// The operation that a person means: by its name, its published id, or as `GET /path`.
    pub(crate) fn find(&self, text: &str) -> Option<&Operation> {
        let by = |test: &dyn Fn(&Operation) -> bool| self.all.iter().find(|operation| test(operation));
        by(&|operation| operation.name == text)
            .or_else(|| by(&|operation| operation.published.as_deref() == Some(text)))
            .or_else(|| by(&|operation| operation.key.to_string() == text))
    }

    /// All of them, in the order of the document.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Operation> {
        self.all.iter()
    }

    /// The only operation, where there is one.
    pub(crate) fn only(&self) -> Option<&Operation> {
        if let [only] = self.all.as_slice() { Some(only) } else { None }
    }

    /// The names of all.
    pub(crate) fn names(&self) -> Vec<&str> {
        self.all.iter().map(|operation| operation.name.as_str()).collect()
    }

    /// The operation that a request is for. Servers may have a prefix of their own, so it is the end of the path that
    /// counts; of several, the one with the most literal segments, and then the one that asks for most in the query.
    fn of_request(&self, method: &str, target: &str) -> RecordedOperation {
        let target = target.split_once("://").map_or(target, |(_, rest)| rest.find('/').map_or("/", |at| &rest[at..]));
        let target = target.split('#').next().unwrap_or_default();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let fitting = self.all.iter().filter(|operation| operation.key.method.eq_ignore_ascii_case(method));
        let ranked = fitting.filter_map(|operation| {
            let template = &operation.key.path;
            Some(((literals(split_query(template).0, path)?, asked_of_query(template, query)?), operation))
        });
        // The first of equals, as `max_by_key` takes the last.
        let best = ranked.rev().max_by_key(|(rank, _)| *rank);
        best.map_or(RecordedOperation::Undocumented, |(_, operation)| RecordedOperation::Named(operation.name.clone()))
    }
}

/// The parameters of an operation, and those of its path that it has not itself.
pub(crate) fn parameters<'a>(document: &'a Value, key: &OperationKey) -> Vec<&'a Value> {
    let item = key.pointer.rsplit_once('/').map_or("", |(item, _)| item);
    let mut all: Vec<&Value> = Vec::new();
    for owner in [key.pointer.as_str(), item] {
        let list = document.pointer(owner).and_then(|owner| owner.get("parameters")?.as_array());
        for parameter in list.into_iter().flatten().filter_map(|parameter| resolve(document, parameter)) {
            let is_same = |known: &&Value| known["name"] == parameter["name"] && known["in"] == parameter["in"];
            if !all.iter().any(is_same) {
                all.push(parameter);
            }
        }
    }
    all
}

/// How many segments of a template a path has literally, where it ends like it.
fn literals(template: &str, path: &str) -> Option<usize> {
    let (template, path): (Vec<&str>, Vec<&str>) = (segments(template), segments(path));
    let end = path.get(path.len().checked_sub(template.len())?..)?;
    let mut count = 0;
    for (expected, found) in template.into_iter().zip(end) {
        match expected.contains('{') {
            true if found.is_empty() => return None,
            true => {}
            false if expected == *found => count += 1,
            false => return None,
        }
    }
    Some(count)
}

fn segments(path: &str) -> Vec<&str> {
    path.trim_matches('/').split('/').collect()
}

/// Reads the responses in a file, which is not larger than any other that is read, and gives its text to `files`.
///
/// # Errors
///
/// The file cannot be read, is too large or is no JSON.
pub(crate) fn read(
    path: &Path,
    operations: &Operations,
    redactor: &Rc<Redactor>,
    files: &mut Files,
) -> Result<Vec<Recorded>, Vec<Diagnostic>> {
    let name = display(path);
    let bytes = bytes(path).map_err(|error| vec![unreadable(&name, &error)])?;
    show(files, &name, &bytes, redactor);
    let source = Source::parse_json(&name, &bytes)?;
    if is_empty(source.root()) {
        let error = Diagnostic::error("recorded-body", "", "nothing is recorded here")
            .help("record some responses first; a body that is an empty list proves nothing");
        return Err(vec![source.place(error)]);
    }
    if let Some(entries) = source.root().pointer("/log/entries").filter(|_| is_har(source.root())) {
        let exchanged = entries.items().iter().flat_map(|entry| {
            let operation = match operation_of(entry, operations) {
                RecordedOperation::Named(name) => operations.find(&name),
                _ => None,
            };
            let (path, parameters) =
                operation.map_or(("", [].as_slice()), |it| (split_query(&it.key.path).0, &it.parameters));
            exchanged(entry, path, parameters)
        });
        let redactor = redactor.knowing(exchanged).map_err(|error| {
            let error = Diagnostic::error("recorded-body", "", error.to_string()).help("split the file");
            vec![source.place(error)]
        })?;
        let redactor = Rc::new(redactor);
        show(files, &name, &bytes, &redactor);
        let entries = entries.items().iter().enumerate();
        let recorded = entries.map(|(index, entry)| har(&source, index, entry, operations, &redactor));
        return Ok(recorded.collect());
    }
    if let Some((place, entries)) = journal(source.root()) {
        let entries = entries.iter().enumerate();
        return Ok(entries
            .map(|(index, entry)| journaled(&source, &format!("{place}/{index}"), entry, operations, redactor))
            .collect());
    }
    let stored = evidence::named(path).filter(|(operation, _)| operations.find(operation).is_some());
    let (operation, status) = match stored {
        Some((operation, status)) => (RecordedOperation::Named(operation.to_owned()), Some(status)),
        None => (RecordedOperation::Unstated, None),
    };
    Ok(vec![Recorded { name, operation, status, body: Ok(bytes), redactor: Rc::clone(redactor) }])
}

/// Why the file of that name cannot be read.
fn unreadable(name: &str, error: &io::Error) -> Diagnostic {
    if error.kind() != io::ErrorKind::FileTooLarge {
        return Diagnostic::unreadable(name, error);
    }
    let message = format!("the file has more than {MAX_BYTES} bytes, which is the limit");
    let error = Diagnostic::error("too-large", "", message).help("split it, or leave out what is not needed");
    Diagnostic { file: name.to_owned(), line: 1, column: 1, ..error }
}

/// Gives a text to `files` without what nobody is to read.
fn show(files: &mut Files, name: &str, bytes: &[u8], redactor: &Redactor) {
    files.insert(name, redactor.mask(&String::from_utf8_lossy(bytes)).as_bytes());
}

fn is_har(root: &Node) -> bool {
    let entries = root.pointer("/log/entries").map(Node::items).unwrap_or_default();
    entries.iter().all(|entry| entry.get("request").is_some() && entry.get("response").is_some())
}

/// Whether this is a HAR file or a journal without entries; an empty list that is a body proves nothing, either.
fn is_empty(root: &Node) -> bool {
    let entries = root.pointer("/log/entries").unwrap_or(root);
    matches!(&entries.kind, Kind::Array(items) if items.is_empty())
}

/// The operation that an entry of a HAR file is of.
fn operation_of(entry: &Node, operations: &Operations) -> RecordedOperation {
    let text = |pointer: &str| entry.pointer(pointer).and_then(Node::as_str).unwrap_or_default();
    operations.of_request(text("/request/method"), text("/request/url"))
}

/// An entry of a HAR file (<http://www.softwareishard.com/blog/har-12-spec/>).
fn har(file: &Source, index: usize, entry: &Node, operations: &Operations, redactor: &Rc<Redactor>) -> Recorded {
    let text = |pointer: &str| entry.pointer(pointer).and_then(Node::as_str);
    let operation = operation_of(entry, operations);
    let pointer = format!("/log/entries/{index}/response/content");
    let body = match (text("/response/content/text"), text("/response/content/encoding")) {
        (Some(text), None | Some("")) => Ok(text.as_bytes().to_vec()),
        (Some(text), Some("base64")) => STANDARD
            .decode(text)
            .ok()
            .filter(|bytes| std::str::from_utf8(bytes).is_ok())
            .ok_or_else(|| flaw(file, &format!("{pointer}/text"), "the body is binary")),
        (Some(_), Some(_)) => {
            Err(flaw(file, &format!("{pointer}/encoding"), "the body is in an encoding that is not base64"))
        }
        (None, _) => Err(flaw(file, &pointer, "the response has no body")),
    };
    Recorded {
        name: format!("{}#{pointer}/text", file.name()),
        operation,
        status: entry.pointer("/response/status").and_then(number),
        body,
        redactor: Rc::clone(redactor),
    }
}

/// The entries of a journal, and where they are in its file.
fn journal(root: &Node) -> Option<(&'static str, &[Node])> {
    let (place, entries) = match root.get("entries") {
        Some(entries) => ("/entries", entries.items()),
        None => ("", root.items()),
    };
    let is_entry =
        |entry: &Node| ["sequence", "operation", "method", "path"].iter().all(|key| entry.get(key).is_some());
    (!entries.is_empty() && entries.iter().all(is_entry)).then_some((place, entries))
}

/// An entry of the journal of a mock server or a client. A client that calls a path names that, and not the operation.
fn journaled(file: &Source, pointer: &str, entry: &Node, operations: &Operations, redactor: &Rc<Redactor>) -> Recorded {
    let text = |name: &str| entry.get(name).and_then(Node::as_str);
    let name = text("operation").unwrap_or_default();
    let operation = match (operations.find(name), name.split_once(' ')) {
        (Some(operation), _) => RecordedOperation::Named(operation.name.clone()),
        (None, Some((method, path))) => operations.of_request(method, path),
        (None, None) => RecordedOperation::Undocumented,
    };
    let body = match entry.pointer("/response/body").and_then(Node::as_str) {
        Some(body) => Ok(body.as_bytes().to_vec()),
        None => Err(flaw(file, pointer, "the journal has no body of the response")),
    };
    Recorded {
        name: format!("{}#{pointer}/response/body", file.name()),
        operation,
        status: entry.get("status").and_then(number),
        body,
        redactor: Rc::clone(redactor),
    }
}

fn flaw(file: &Source, pointer: &str, message: &str) -> Diagnostic {
    let help = "take the entry out of the file, or record it again with its body as text";
    file.place(Diagnostic::error("recorded-body", pointer, message).help(help))
}

fn number(node: &Node) -> Option<u16> {
    u16::try_from(node.to_value().as_u64()?).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_request_finds_its_operation() {
        let operation = |name: &str| json!({"operationId": name});
        let operations = Operations::of(&json!({"paths": {
            "/v1/things": {"get": operation("things"), "post": operation("add_thing")},
            "/v1/things/{id}": {"get": operation("thing")},
            "/v1/things/latest": {"get": operation("latest")},
            "/v1/rest?method=list": {"get": operation("list")},
            "/v1/rest?method=list&of={of}": {"get": operation("list_of")},
        }}));
        for (method, url, expected) in [
            ("GET", "https://api.x.io/v1/things?page=1", Some("things")),
            ("post", "http://127.0.0.1:1/base/v1/things", Some("add_thing")),
            ("GET", "/v1/things/7#x", Some("thing")),
            ("GET", "https://api.x.io/v1/things/latest", Some("latest")),
            ("GET", "https://api.x.io/v1/rest?page=1&method=list", Some("list")),
            ("GET", "https://api.x.io/v1/rest?of=me&method=list#x", Some("list_of")),
            ("GET", "https://api.x.io/v1/rest?method=other", None),
            ("GET", "https://api.x.io", None),
            ("GET", "https://api.x.io/v1/things/7/more", None),
            ("DELETE", "https://api.x.io/v1/things", None),
        ] {
            let expected =
                expected.map_or(RecordedOperation::Undocumented, |name| RecordedOperation::Named(name.to_owned()));
            assert_eq!(operations.of_request(method, url), expected, "{method} {url}");
        }
    }
}
