//! What the pipeline has to say about a document, and where.

#[cfg(feature = "pipeline")]
pub mod render;

use serde::Serialize;

/// How bad a [`Diagnostic`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing can be generated from the document.
    Error,
    /// The document is rewritten, and something it says is lost or changed on the way.
    Warning,
    /// Something was inferred that the document does not say.
    Note,
}

/// One finding about a document: what, where, and what to do about it.
///
/// The stages fill `code`, `message`, `pointer` and `help`; `file`, `line` and `column` are filled from the source text
/// once all stages have run (see [`crate::source::Source::locate`]).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// The stable name of the rule, for instance `duplicate-key`.
    pub code: &'static str,
    /// What happened: a lowercase sentence fragment.
    pub message: String,
    /// JSON pointer (RFC 6901) into the document; empty for the document as a whole.
    pub pointer: String,
    /// Name of the file that the pointer leads into.
    pub file: String,
    /// Line in the file, from 1; 0 where the place has no line.
    pub line: usize,
    /// Column in the line in characters, from 1; 0 where the place has no column.
    pub column: usize,
    /// What to do about it: a lowercase sentence fragment.
    pub help: String,
    /// JSON pointer to the inferred schema that it is about. A person who declares that schema settles the matter.
    #[serde(skip)]
    pub inferred: Option<String>,
}

impl Diagnostic {
    /// A finding that ends the run.
    pub fn error(code: &'static str, pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, pointer.into(), message.into())
    }

    /// A finding about something that is rewritten.
    pub fn warning(code: &'static str, pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, pointer.into(), message.into())
    }

    /// A finding about something that is inferred.
    pub fn note(code: &'static str, pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, pointer.into(), message.into())
    }

    /// A file that cannot be read at all.
    pub fn unreadable(file: &str, error: &std::io::Error) -> Self {
        let found = Self::error("unreadable", "", format!("the file cannot be read: {error}"));
        Self { file: file.to_owned(), ..found.help("check the path, and that the file is there") }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// Whether this finding ends the run.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    fn new(severity: Severity, code: &'static str, pointer: String, message: String) -> Self {
        Self {
            severity,
            code,
            message,
            pointer,
            file: String::new(),
            line: 0,
            column: 0,
            help: String::new(),
            inferred: None,
        }
    }
}

/// Appends one reference token to a JSON pointer, escaped as RFC 6901 says.
pub fn join(pointer: &str, token: &str) -> String {
    let mut joined = String::with_capacity(pointer.len() + 1 + token.len());
    joined.push_str(pointer);
    push_token(&mut joined, token);
    joined
}

/// The same, in place.
pub(crate) fn push_token(pointer: &mut String, token: &str) {
    pointer.push('/');
    push_escaped(pointer, token);
}

/// Writes a name as a part of a reference token.
pub(crate) fn push_escaped(pointer: &mut String, token: &str) {
    for part in token.split_inclusive(['~', '/']) {
        match part.strip_suffix('~') {
            Some(plain) => pointer.extend([plain, "~0"]),
            None => match part.strip_suffix('/') {
                Some(plain) => pointer.extend([plain, "~1"]),
                None => pointer.push_str(part),
            },
        }
    }
}
