//! The files that go into the pipeline, whatever is wrong with them.

use std::io;

use crate::pipeline::{self, Resolved};
use crate::render::{self, Files, Style};
use crate::source::Source;
use crate::{Diagnostic, Severity};

/// A document, its overlay, and the text of both for the lines that diagnostics show.
#[derive(Debug, Default)]
pub struct Input {
    files: Files,
    spec: Option<Source>,
    overlay: Option<Source>,
    /// What reading and parsing had to say.
    found: Vec<Diagnostic>,
}

impl Input {
    /// Takes a document as it was read from a file that diagnostics call `name`.
    ///
    /// What is wrong with it, and be it that it cannot be read, comes out of [`Self::enrich`] and [`Self::resolve`].
    pub fn new(name: &str, bytes: io::Result<Vec<u8>>) -> Self {
        let mut input = Self::default();
        input.spec = input.parse(name, bytes);
        input
    }

    /// Adds an overlay.
    #[must_use]
    pub fn with_overlay(mut self, name: &str, bytes: io::Result<Vec<u8>>) -> Self {
        self.overlay = self.parse(name, bytes);
        self
    }

    /// Runs the part of the pipeline that a server needs, see [`pipeline::enrich`].
    ///
    /// # Errors
    ///
    /// Located diagnostics, at least one of them an error.
    pub fn enrich(&self) -> Result<Resolved, Vec<Diagnostic>> {
        pipeline::enrich(self.parsed()?, self.overlay.as_ref())
    }

    /// Runs the whole pipeline, see [`pipeline::resolve`].
    ///
    /// # Errors
    ///
    /// Located diagnostics, at least one of them an error.
    pub fn resolve(&self) -> Result<Resolved, Vec<Diagnostic>> {
        pipeline::resolve(self.parsed()?, self.overlay.as_ref())
    }

    /// The document, unless it cannot be parsed.
    pub fn spec(&self) -> Option<&Source> {
        self.spec.as_ref()
    }

    /// The overlay, unless there is none or it cannot be parsed.
    pub fn overlay(&self) -> Option<&Source> {
        self.overlay.as_ref()
    }

    /// Gives diagnostics about the resolved document their place in the document that was read.
    pub fn place(&self, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
        match &self.spec {
            Some(spec) => found.into_iter().map(|diagnostic| spec.place(diagnostic)).collect(),
            None => found,
        }
    }

    /// Renders diagnostics with the lines that they speak of.
    pub fn render(&self, found: &[Diagnostic], style: Style) -> String {
        render::text(found, &self.files, style)
    }

    fn parsed(&self) -> Result<&Source, Vec<Diagnostic>> {
        match &self.spec {
            Some(spec) if self.found.is_empty() => Ok(spec),
            _ => Err(self.found.clone()),
        }
    }

    fn parse(&mut self, name: &str, bytes: io::Result<Vec<u8>>) -> Option<Source> {
        let parsed = match bytes {
            Ok(bytes) => {
                self.files.insert(name, &bytes);
                Source::parse(name, &bytes)
            }
            Err(error) => Err(vec![Diagnostic {
                file: name.to_owned(),
                ..Diagnostic::error("unreadable", "", format!("the file cannot be read: {error}"))
                    .help("check the path, and that the file is there")
            }]),
        };
        parsed.map_err(|found| self.found.extend(found)).ok()
    }
}

/// The warnings among diagnostics.
pub fn warnings(found: &[Diagnostic]) -> Vec<Diagnostic> {
    found.iter().filter(|found| found.severity == Severity::Warning).cloned().collect()
}
