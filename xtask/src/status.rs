//! Lines as cargo prints them: what happens, right-aligned, and what it happens to.

use std::io::Write;

use keyapi_spec::diagnostic::render::{Style, visible};

/// What a line says of its subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// It is as it should be.
    Fresh,
    /// It is not, and nothing was written.
    Stale,
    /// It is not there, and nothing was written.
    Missing,
    /// It is no longer made, and still there.
    Orphan,
    /// It was not as it should be, and is now.
    Written,
    /// It has to be settled by a person.
    Failure,
    /// What is different.
    Changed,
    /// It is not looked at.
    Skipped,
    /// The whole in one line.
    Summary,
}

impl Status {
    fn word(self) -> &'static str {
        match self {
            Self::Fresh => "Fresh",
            Self::Stale => "Stale",
            Self::Missing => "Missing",
            Self::Orphan => "Orphan",
            Self::Written => "Written",
            Self::Failure => "Failure",
            Self::Changed => "Changed",
            Self::Skipped => "Skipped",
            Self::Summary => "Summary",
        }
    }

    /// The colour that cargo has for such lines.
    fn colour(self) -> &'static str {
        match self {
            Self::Fresh | Self::Written | Self::Summary => "\u{1b}[1;32m",
            Self::Changed | Self::Skipped => "\u{1b}[1;36m",
            Self::Stale | Self::Missing | Self::Orphan => "\u{1b}[1;33m",
            Self::Failure => "\u{1b}[1;31m",
        }
    }
}

/// How wide the words are with which lines begin.
const WIDTH: usize = 12;

/// Writes such lines.
pub(crate) struct Printer<'a> {
    out: &'a mut dyn Write,
    style: Style,
}

impl<'a> Printer<'a> {
    pub(crate) fn new(out: &'a mut dyn Write, style: Style) -> Self {
        Self { out, style }
    }

    /// Writes a line. To write is not what a command is for, so that it goes on where nobody reads.
    pub(crate) fn line(&mut self, status: Status, text: &str) {
        let (word, text) = (status.word(), visible(text));
        _ = match self.style {
            Style::Plain => writeln!(self.out, "{word:>WIDTH$} {text}"),
            Style::Coloured => writeln!(self.out, "{}{word:>WIDTH$}\u{1b}[0m {text}", status.colour()),
        };
    }

    /// Writes a line that goes on with what the one before says.
    pub(crate) fn more(&mut self, text: &str) {
        _ = writeln!(self.out, "{:WIDTH$} {}", "", visible(text));
    }
}
