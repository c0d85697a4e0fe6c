//! Reads the input of the pipeline, and prints what the pipeline says about it.

use std::fmt;
use std::io;
use std::path::Path;

use keyapi_spec::pipeline::{Resolved, resolve};
use keyapi_spec::render::{self, Files, Style};
use keyapi_spec::source::Source;
use keyapi_spec::{Diagnostic, Severity};

use crate::workspace::display;

/// Why a command could not do its work.
#[derive(Debug)]
pub enum Failure {
    /// The input is bad; the text holds the rendered diagnostics.
    Diagnostics(String),
    /// A file cannot be read or written.
    Io(io::Error),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Diagnostics(text) => f.write_str(text.trim_end()),
            Self::Io(error) => write!(f, "error: {error}"),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// A document, its overlay, and the bytes of both for the lines that diagnostics show.
#[derive(Default)]
pub struct Input {
    files: Files,
    spec: Option<Source>,
    overlay: Option<Source>,
    /// What parsing had to say.
    found: Vec<Diagnostic>,
}

impl Input {
    /// Reads a document and its overlay. What is wrong with them comes out of [`Self::resolve`].
    pub fn read(spec: &Path, overlay: Option<&Path>) -> Self {
        let mut input = Self::default();
        input.spec = input.parse(spec);
        input.overlay = overlay.and_then(|overlay| input.parse(overlay));
        input
    }

    /// Runs the pipeline.
    ///
    /// # Errors
    ///
    /// Located diagnostics, at least one of them an error.
    pub fn resolve(&self) -> Result<Resolved, Vec<Diagnostic>> {
        match &self.spec {
            Some(spec) if self.found.is_empty() => resolve(spec, self.overlay.as_ref()),
            _ => Err(self.found.clone()),
        }
    }

    /// The document's name and text; empty where it cannot be parsed.
    pub fn spec(&self) -> (&str, &str) {
        name_and_text(self.spec.as_ref())
    }

    /// The overlay's name and text; empty where there is none.
    pub fn overlay(&self) -> (&str, &str) {
        name_and_text(self.overlay.as_ref())
    }

    /// Gives diagnostics about the document their place in it.
    pub fn place(&self, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
        match &self.spec {
            Some(spec) => found.into_iter().map(|diagnostic| spec.place(diagnostic)).collect(),
            None => found,
        }
    }

    /// Renders diagnostics with the lines that they speak of.
    pub fn render(&self, found: &[Diagnostic]) -> String {
        render::text(found, &self.files, Style::Plain)
    }

    /// Renders the warnings among diagnostics; nothing where there are none.
    pub fn warnings(&self, found: &[Diagnostic]) -> String {
        let warnings: Vec<Diagnostic> =
            found.iter().filter(|found| found.severity == Severity::Warning).cloned().collect();
        if warnings.is_empty() { String::new() } else { self.render(&warnings) }
    }

    /// Diagnostics as a failure.
    pub fn failure(&self, found: &[Diagnostic]) -> Failure {
        Failure::Diagnostics(self.render(found))
    }

    fn parse(&mut self, path: &Path) -> Option<Source> {
        let name = display(path);
        let parsed = match std::fs::read(path) {
            Ok(bytes) => {
                self.files.insert(&name, &bytes);
                Source::parse(&name, &bytes)
            }
            Err(error) => {
                let unreadable = Diagnostic::error("unreadable", "", format!("the file cannot be read: {error}"));
                Err(vec![Diagnostic { file: name, ..unreadable.help("check the path, and that the file is there") }])
            }
        };
        parsed.map_err(|found| self.found.extend(found)).ok()
    }
}

fn name_and_text(source: Option<&Source>) -> (&str, &str) {
    source.map_or(("", ""), |source| (source.name(), source.text()))
}
