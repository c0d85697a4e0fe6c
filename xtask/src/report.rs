//! Reads the input of the pipeline and prints what it says.

use std::fmt;
use std::io;
use std::path::Path;

use keyapi_spec::source::Source;
use keyapi_spec::{Diagnostic, render};

use crate::workspace::display;

/// Why a command could not do its work.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The input is bad; the text holds the rendered diagnostics.
    Diagnostics(String),
    /// A file cannot be read or written.
    Io(io::Error),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Diagnostics(text) => f.write_str(text.trim_start_matches("error: ").trim_end()),
            Self::Io(error) => error.fmt(f),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Reads and parses a document; a file that cannot be read is a diagnostic like any other.
pub(crate) fn load(path: &Path) -> Result<Source, Vec<Diagnostic>> {
    let name = display(path);
    let bytes = std::fs::read(path).map_err(|error| {
        let mut diagnostic = Diagnostic::error("unreadable", "", format!("the file cannot be read: {error}"))
            .help("check the path, and that the file is there");
        diagnostic.file = name.clone();
        vec![diagnostic]
    })?;
    Source::parse(&name, &bytes)
}

/// Diagnostics as a failure that prints them with the lines they speak of.
pub(crate) fn failure(diagnostics: &[Diagnostic], sources: &[&Source]) -> Failure {
    Failure::Diagnostics(render::text(diagnostics, sources))
}
