//! Loads documents: as published, with the corrections of an overlay, and with the schemas that examples tell.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use keyapi_rust_names::RustNames;
use keyapi_spec::render::Style;
use keyapi_spec::{Diagnostic, Input, Outline, credits, evidence, pins};
use serde_json::Value;

use crate::document::{CompileError, Document, Role};

/// A document that is part of a program: the name and the text of each of its files.
#[derive(Clone, Copy, Debug)]
pub struct Embedded {
    /// The document.
    pub spec: (&'static str, &'static str),
    /// Its overlay.
    pub overlay: Option<(&'static str, &'static str)>,
    /// The prices that its documentation pages state.
    pub credits: Option<(&'static str, &'static str)>,
    /// The lock, which has the names that a release gave to operations.
    pub lock: Option<(&'static str, &'static str)>,
    /// The responses that are stored beside it.
    pub evidence: &'static [(&'static str, &'static str)],
}

impl Embedded {
    /// Compiles the document.
    pub fn load(&self) -> Result<Arc<Document>, LoadError> {
        let bytes = |text: &str| Ok(text.as_bytes().to_vec());
        let mut input = Input::new(self.spec.0, bytes(self.spec.1));
        if let Some((name, text)) = self.credits {
            input = input.with_credits(name, bytes(text));
        }
        if let Some((name, text)) = self.lock {
            input = input.with_lock(name, bytes(text));
        }
        for (name, text) in self.evidence {
            input = input.with_evidence(name, bytes(text));
        }
        if let Some((name, text)) = self.overlay {
            input = input.with_overlay(name, bytes(text));
        }
        compile(input)
    }
}

/// Loads and compiles a document from its file, with the overlay that is given, and the prices, names and stored responses
/// that are beside it.
///
/// Nothing is inferred before it is needed: large documents are to start quickly. [`Document::check`] tells of what is
/// wrong with the actions of the overlay that correct what was inferred.
pub fn files(spec: &Path, overlay: Option<&Path>) -> Result<Arc<Document>, LoadError> {
    let read = |path: &Path| (path.display().to_string(), std::fs::read(path));
    let (name, bytes) = read(spec);
    let mut input = Input::new(&name, bytes);
    let (name, bytes) = read(&credits::beside(spec));
    input = input.with_credits(&name, bytes);
    if let Some((name, bytes)) = pins::beside(spec).map(|lock| read(&lock)) {
        input = input.with_lock(&name, bytes);
    }
    for (name, bytes) in evidence::beside(spec).iter().map(|file| read(file)) {
        input = input.with_evidence(&name, bytes);
    }
    if let Some((name, bytes)) = overlay.map(read) {
        input = input.with_overlay(&name, bytes);
    }
    compile(input)
}

/// Compiles a document from its text.
pub fn text(name: &str, text: &str) -> Result<Arc<Document>, LoadError> {
    compile(Input::new(name, Ok(text.as_bytes().to_vec())))
}

/// Compiles a document from its JSON value.
pub fn value(document: Value) -> Result<Arc<Document>, LoadError> {
    Ok(Arc::new(Document::compile(document)?))
}

fn compile(mut input: Input) -> Result<Arc<Document>, LoadError> {
    let document = finish(&input, input.outline(&RustNames))?;
    let role = if input.overlay().is_some() { Role::Binding } else { Role::MadeUp };
    // What was parsed is several times as large as the text, and few documents need it again.
    input.forget();
    let make = move || finish(&input, input.serve(&RustNames));
    Ok(Arc::new(document.with_inference(role, make)))
}

fn finish(input: &Input, served: Result<impl Into<Outline>, Vec<Diagnostic>>) -> Result<Document, LoadError> {
    let failed = |found: Vec<Diagnostic>| LoadError(input.render(&found, Style::Plain));
    Document::compile(served.map_err(failed)?)
        .map_err(|error| failed(input.place(vec![Diagnostic::error("not-servable", error.pointer, error.message)])))
}

/// Why a document cannot be loaded, with the lines that are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError(String);

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the document cannot be served\n\n{}", self.0.trim_end())
    }
}

impl std::error::Error for LoadError {}

impl From<CompileError> for LoadError {
    fn from(error: CompileError) -> Self {
        Self(error.to_string())
    }
}
