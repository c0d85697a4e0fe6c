//! Reads the input of the pipeline from files, and says why a command could not do its work.

use std::fmt;
use std::io::{self, IsTerminal};
use std::path::Path;

use keyapi_spec::render::Style;
use keyapi_spec::source::MAX_BYTES;
use keyapi_spec::{Diagnostic, Input, credits, evidence};

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

/// Reads a file that is not larger than anybody wants to read.
fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let length = std::fs::metadata(path)?.len();
    if length > MAX_BYTES as u64 {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("it has {length} bytes, the limit is {MAX_BYTES}"),
        ));
    }
    std::fs::read(path)
}

/// Reads a document, its overlay, and the prices and samples that are kept beside it.
pub fn read(spec: &Path, overlay: Option<&Path>) -> Input {
    let prices = credits::beside(spec);
    let input = Input::new(&display(spec), bytes(spec)).with_credits(&display(&prices), bytes(&prices));
    let input = with_evidence(input, spec);
    match overlay {
        Some(overlay) => input.with_overlay(&display(overlay), bytes(overlay)),
        None => input,
    }
}

/// Adds the samples that are stored beside a document.
pub fn with_evidence(input: Input, spec: &Path) -> Input {
    let files = evidence::beside(spec).into_iter();
    files.fold(input, |input, file| input.with_evidence(&display(&file), bytes(&file)))
}

/// Diagnostics as a failure.
pub fn failure(input: &Input, found: &[Diagnostic]) -> Failure {
    Failure::Diagnostics(input.render(found, style(&io::stderr())))
}

/// Colours are for people.
pub fn style(stream: &impl IsTerminal) -> Style {
    if stream.is_terminal() { Style::Coloured } else { Style::Plain }
}
