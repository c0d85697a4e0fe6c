//! Loads documents: as published, with the corrections of an overlay, and with the schemas that examples tell.

use std::path::Path;
use std::sync::Arc;
use std::{fmt, io};

use keyapi_rust_names::RustNames;
use keyapi_spec::render::Style;
use keyapi_spec::{Diagnostic, Input, credits, evidence, pins};
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
        let file = |(name, text): (&str, &str)| File { name: name.to_owned(), bytes: Ok(text.as_bytes().to_vec()) };
        Files {
            spec: file(self.spec),
            overlay: self.overlay.map(file),
            credits: self.credits.map(file),
            lock: self.lock.map(file),
            evidence: self.evidence.iter().copied().map(file).collect(),
        }
        .compile()
    }
}

/// Loads and compiles a document from its file, with the overlay that is given, and the prices, names and stored responses
/// that are beside it.
///
/// Nothing is inferred before it is needed: large documents are to start quickly. [`Document::check`] tells of what is
/// wrong with the actions of the overlay that correct what was inferred.
pub fn files(spec: &Path, overlay: Option<&Path>) -> Result<Arc<Document>, LoadError> {
    Files {
        spec: File::read(spec),
        overlay: overlay.map(File::read),
        credits: Some(File::read(&credits::beside(spec))),
        lock: pins::beside(spec).map(|lock| File::read(&lock)),
        evidence: evidence::beside(spec).iter().map(|file| File::read(file)).collect(),
    }
    .compile()
}

/// Compiles a document from its text.
pub fn text(name: &str, text: &str) -> Result<Arc<Document>, LoadError> {
    let spec = File { name: name.to_owned(), bytes: Ok(text.as_bytes().to_vec()) };
    Files { spec, overlay: None, credits: None, lock: None, evidence: Vec::new() }.compile()
}

/// Compiles a document from its JSON value.
pub fn value(document: Value) -> Result<Arc<Document>, LoadError> {
    Ok(Arc::new(Document::compile(document)?))
}

/// What a document is loaded from.
#[derive(Clone)]
struct Files {
    spec: File,
    overlay: Option<File>,
    credits: Option<File>,
    lock: Option<File>,
    evidence: Vec<File>,
}

/// A file that was read.
#[derive(Clone)]
struct File {
    name: String,
    bytes: Result<Vec<u8>, Arc<io::Error>>,
}

impl File {
    fn read(path: &Path) -> Self {
        Self { name: path.display().to_string(), bytes: std::fs::read(path).map_err(Arc::new) }
    }

    fn bytes(&self) -> io::Result<Vec<u8>> {
        self.bytes.clone().map_err(|error| io::Error::new(error.kind(), error))
    }
}

impl Files {
    fn compile(self) -> Result<Arc<Document>, LoadError> {
        let input = self.input();
        let document = finish(&input, input.outline(&RustNames))?;
        let role = if self.overlay.is_some() { Role::Binding } else { Role::MadeUp };
        let make = move || {
            let input = self.input();
            finish(&input, input.serve(&RustNames))
        };
        Ok(Arc::new(document.with_inference(role, make)))
    }

    fn input(&self) -> Input {
        let input = Input::new(&self.spec.name, self.spec.bytes());
        let input = match &self.credits {
            Some(credits) => input.with_credits(&credits.name, credits.bytes()),
            None => input,
        };
        let input = match &self.lock {
            Some(lock) => input.with_lock(&lock.name, lock.bytes()),
            None => input,
        };
        let input = self.evidence.iter().fold(input, |input, file| input.with_evidence(&file.name, file.bytes()));
        match &self.overlay {
            Some(overlay) => input.with_overlay(&overlay.name, overlay.bytes()),
            None => input,
        }
    }
}

fn finish(input: &Input, served: Result<Value, Vec<Diagnostic>>) -> Result<Document, LoadError> {
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
