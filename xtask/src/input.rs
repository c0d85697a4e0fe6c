//! Reads the input of the pipeline from files, and says why a command could not do its work.

use std::fmt;
use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};

use keyapi_spec::diagnostic::render::Style;
use keyapi_spec::infer::evidence;
use keyapi_spec::naming::pins;
use keyapi_spec::source::MAX_BYTES;
use keyapi_spec::{Diagnostic, Input, credits};

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

/// What was read; nothing where there is no such file.
pub(crate) fn optional<T>(read: io::Result<T>) -> io::Result<Option<T>> {
    match read {
        Ok(read) => Ok(Some(read)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Reads a file that is not larger than anybody wants to read. One that does not tell its length, such as a pipe, is
/// read up to the limit.
pub(crate) fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let limit = MAX_BYTES as u64;
    let too_large = |length: &str| {
        io::Error::new(io::ErrorKind::FileTooLarge, format!("it has {length} bytes, the limit is {MAX_BYTES}"))
    };
    let file = File::open(path)?;
    let length = file.metadata()?.len();
    if length > limit {
        return Err(too_large(&length.to_string()));
    }
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() > MAX_BYTES { Err(too_large("more")) } else { Ok(bytes) }
}

/// Reads a document, its overlay, and the prices, names and samples that are kept beside it.
pub fn read(spec: &Path, overlay: Option<&Path>) -> Input {
    read_with(spec, overlay, |_| true)
}

/// The same with some of the samples.
pub(crate) fn read_with(spec: &Path, overlay: Option<&Path>, is_wanted: impl Fn(&Path) -> bool) -> Input {
    let prices = credits::beside(spec);
    let input = Input::new(&display(spec), bytes(spec)).with_credits(&display(&prices), bytes(&prices));
    let input = match pins::beside(spec) {
        Some(lock) => input.with_lock(&display(&lock), bytes(&lock)),
        None => input,
    };
    let input = with_evidence_of(input, evidence::beside(spec).into_iter().filter(|file| is_wanted(file)));
    match overlay {
        Some(overlay) => input.with_overlay(&display(overlay), bytes(overlay)),
        None => input,
    }
}

/// Adds the samples that are stored beside a document.
pub fn with_evidence(input: Input, spec: &Path) -> Input {
    with_evidence_of(input, evidence::beside(spec).into_iter())
}

fn with_evidence_of(input: Input, files: impl Iterator<Item = PathBuf>) -> Input {
    files.fold(input, |input, file| input.with_evidence(&display(&file), bytes(&file)))
}

/// What no file can be blamed for as a failure.
pub(crate) fn refused(message: impl fmt::Display) -> Failure {
    Failure::Diagnostics(format!("error: {message}"))
}

/// Diagnostics as a failure.
pub fn failure(input: &Input, found: &[Diagnostic]) -> Failure {
    Failure::Diagnostics(input.render(found, style(&io::stderr())))
}

/// Colours are for people.
pub fn style(stream: &impl IsTerminal) -> Style {
    if stream.is_terminal() { Style::Coloured } else { Style::Plain }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_may_be_as_large_as_the_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("large");
        let file = File::create(&path).unwrap();
        for (length, is_read) in [(MAX_BYTES, true), (MAX_BYTES + 1, false)] {
            file.set_len(length as u64).unwrap();
            assert_eq!(bytes(&path).is_ok(), is_read, "{length}");
        }
    }
}
