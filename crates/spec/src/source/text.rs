//! The text of a file, and the way from byte offsets to lines and columns.

use std::fmt;
use std::sync::{Arc, OnceLock};

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

/// The text of a file under its name. Copies share the text, which may be large.
#[derive(Clone)]
pub(crate) struct Text {
    name: String,
    text: Arc<String>,
    marks: OnceLock<Vec<Mark>>,
}

impl Text {
    /// Reads UTF-8, with or without a byte order mark.
    pub(crate) fn decode(name: &str, bytes: &[u8]) -> Result<Self, Vec<Diagnostic>> {
        let (text, error) = Self::read(name, bytes.to_vec());
        error.map_or(Ok(text), |error| Err(vec![error]))
    }

    /// The text of a file as far as it can be shown, and why it is none that is read further.
    pub(crate) fn read(name: &str, bytes: Vec<u8>) -> (Self, Option<Diagnostic>) {
        let size = bytes.len();
        match String::from_utf8(bytes) {
            Ok(text) => (Self::new(name, text), (size > MAX_BYTES).then(|| too_large(name, size))),
            Err(error) => {
                let (valid, bytes) = (error.utf8_error().valid_up_to(), error.into_bytes());
                let found = if size > MAX_BYTES { too_large(name, size) } else { not_utf8(name, &bytes, valid) };
                (Self::new(name, String::from_utf8_lossy(&bytes).into_owned()), Some(found))
            }
        }
    }

    /// A text that is known to be UTF-8, perhaps with a byte order mark.
    pub(crate) fn new(name: &str, mut text: String) -> Self {
        if let Some(rest) = text.strip_prefix('\u{feff}') {
            text = rest.to_owned();
        }
        Self { name: name.to_owned(), text: Arc::new(text), marks: OnceLock::new() }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// The text, for whoever keeps it.
    pub(crate) fn shared(&self) -> &Arc<String> {
        &self.text
    }

    /// The line and column of a byte offset.
    pub(crate) fn location(&self, offset: usize) -> Location {
        let offset = (0..=offset.min(self.text.len())).rev().find(|at| self.text.is_char_boundary(*at)).unwrap_or(0);
        let mark = self.mark_before(|mark| mark.offset <= offset);
        let chars = self.text.get(mark.offset..offset).map_or(0, |between| between.chars().count());
        Location { line: mark.location.line, column: mark.location.column + chars }
    }

    /// The byte offset of a place, at most that of the end of its line.
    pub(crate) fn offset(&self, location: Location) -> usize {
        let mark = self.mark_before(|mark| mark.location <= location);
        let rest = self.text.get(mark.offset..).unwrap_or_default();
        let columns = match mark.location.line == location.line {
            true => location.column.saturating_sub(mark.location.column),
            false => usize::MAX,
        };
        let is_end = |at: usize| matches!(rest.as_bytes()[at..], [b'\n', ..] | [b'\r', b'\n', ..]);
        let mut chars = rest.char_indices().enumerate();
        let found = chars.find(|(count, (at, _))| *count == columns || is_end(*at));
        mark.offset + found.map_or(rest.len(), |(_, (at, _))| at)
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

    fn mark_before(&self, is_before: impl Fn(&Mark) -> bool) -> Mark {
        let marks = self.marks.get_or_init(|| marks(&self.text));
        let count = marks.partition_point(is_before);
        count.checked_sub(1).and_then(|last| marks.get(last)).copied().unwrap_or(Mark::START)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Text").field("name", &self.name).finish_non_exhaustive()
    }
}

/// A byte offset whose line and column are known.
#[derive(Clone, Copy, Debug)]
struct Mark {
    offset: usize,
    location: Location,
}

impl Mark {
    const START: Self = Self { offset: 0, location: Location { line: 1, column: 1 } };
}

/// The start of each line, and a place every few thousand characters in a long one.
fn marks(text: &str) -> Vec<Mark> {
    const STRIDE: usize = 4096;
    let mut marks = Vec::new();
    let mut offset = 0;
    for (index, line) in text.split('\n').enumerate() {
        let mark = |column, offset| Mark { offset, location: Location { line: index + 1, column } };
        marks.push(mark(1, offset));
        if line.len() > STRIDE {
            let within = line.char_indices().enumerate().step_by(STRIDE).skip(1);
            marks.extend(within.map(|(chars, (at, _))| mark(chars + 1, offset + at)));
        }
        offset += line.len() + 1;
    }
    marks
}

fn at(mut diagnostic: Diagnostic, name: &str, location: Location) -> Diagnostic {
    diagnostic.file = name.to_owned();
    diagnostic.line = location.line;
    diagnostic.column = location.column;
    diagnostic
}

fn too_large(name: &str, size: usize) -> Diagnostic {
    let message = format!("the file has {size} bytes, the limit is {MAX_BYTES}");
    let error = Diagnostic::error("too-large", "", message).help("split it, or leave out what is not needed");
    at(error, name, Location { line: 1, column: 1 })
}

fn not_utf8(name: &str, bytes: &[u8], valid: usize) -> Diagnostic {
    let (good, bad) = bytes.split_at(valid);
    let good = Text::new(name, String::from_utf8_lossy(good).into_owned());
    let byte = bad.first().copied().unwrap_or_default();
    let message = format!("the byte 0x{byte:02x} is not UTF-8");
    let help = match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "the file looks like UTF-16: save it as UTF-8",
        _ => "save the file as UTF-8",
    };
    good.error("not-utf8", "", valid, message).help(help)
}
