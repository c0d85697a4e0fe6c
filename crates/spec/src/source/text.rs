//! The text of a file, and the way from byte offsets to lines and columns.

use std::sync::OnceLock;

use super::MAX_DEPTH;
use crate::diagnostic::Diagnostic;

/// The largest file that is read.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;

/// A place in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// The text of a file under its name.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    name: String,
    text: String,
    line_starts: OnceLock<Vec<usize>>,
}

impl Text {
    /// Reads UTF-8, with or without a byte order mark.
    pub(crate) fn decode(name: &str, bytes: &[u8]) -> Result<Self, Vec<Diagnostic>> {
        if bytes.len() > MAX_BYTES {
            let message = format!("the file has {} bytes, the limit is {MAX_BYTES}", bytes.len());
            let error = Diagnostic::error("too-large", "", message).help("split it, or leave out what is not needed");
            return Err(vec![at(error, name, Location { line: 1, column: 1 })]);
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Self::new(name, text.strip_prefix('\u{feff}').unwrap_or(text))),
            Err(error) => Err(vec![not_utf8(name, bytes, error.valid_up_to())]),
        }
    }

    fn new(name: &str, text: &str) -> Self {
        Self { name: name.to_owned(), text: text.to_owned(), line_starts: OnceLock::new() }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// The line and column of a byte offset.
    pub(crate) fn location(&self, offset: usize) -> Location {
        let offset = (0..=offset.min(self.text.len())).rev().find(|at| self.text.is_char_boundary(*at)).unwrap_or(0);
        let starts = self.line_starts();
        let line = starts.partition_point(|start| *start <= offset);
        let start = line.checked_sub(1).and_then(|index| starts.get(index)).copied().unwrap_or(0);
        let column = self.text.get(start..offset).map_or(0, |before| before.chars().count()) + 1;
        Location { line, column }
    }

    /// The byte offset at which a line (from 1) starts; the end of the text for a line that it does not have.
    pub(crate) fn line_start(&self, line: usize) -> usize {
        line.checked_sub(1).and_then(|index| self.line_starts().get(index)).copied().unwrap_or(self.text.len())
    }

    /// An error at a byte offset.
    pub(crate) fn error(
        &self,
        code: &'static str,
        pointer: impl Into<String>,
        offset: usize,
        message: impl Into<String>,
    ) -> Diagnostic {
        at(Diagnostic::error(code, pointer, message), &self.name, self.location(offset))
    }

    /// The error for a text without a value in it.
    pub(crate) fn empty(&self, offset: usize) -> Diagnostic {
        self.error("empty-file", "", offset, "there is no document here, only blanks or comments")
            .help("give a JSON or YAML document")
    }

    /// The error for one array or object too many around another.
    pub(crate) fn too_deep(&self, pointer: String, offset: usize) -> Diagnostic {
        self.error("too-deep", pointer, offset, format!("more than {MAX_DEPTH} arrays and objects are nested here"))
            .help("flatten the document")
    }

    /// The error for a number that no JSON reader can hold.
    pub(crate) fn out_of_range(&self, token: &str, pointer: String, offset: usize) -> Diagnostic {
        let message = format!("the number {token} is not one that a 64-bit float can hold");
        self.error("number-range", pointer, offset, message).help("quote it, or give a finite number")
    }

    fn line_starts(&self) -> &[usize] {
        self.line_starts.get_or_init(|| {
            let breaks = self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            std::iter::once(0).chain(breaks.map(|(index, _)| index + 1)).collect()
        })
    }
}

fn at(mut diagnostic: Diagnostic, name: &str, location: Location) -> Diagnostic {
    diagnostic.file = name.to_owned();
    diagnostic.line = location.line;
    diagnostic.column = location.column;
    diagnostic
}

fn not_utf8(name: &str, bytes: &[u8], valid: usize) -> Diagnostic {
    let (good, bad) = bytes.split_at(valid);
    let good = Text::new(name, &String::from_utf8_lossy(good));
    let byte = bad.first().copied().unwrap_or_default();
    let message = format!("the byte 0x{byte:02x} is not UTF-8");
    let help = match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "the file looks like UTF-16: save it as UTF-8",
        _ => "save the file as UTF-8",
    };
    good.error("not-utf8", "", valid, message).help(help)
}
