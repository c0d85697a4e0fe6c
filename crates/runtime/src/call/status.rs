//! What the statuses that an API answers with mean.

use crate::ErrorKind;

/// When a failed attempt may be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RetryRule {
    /// Repeating cannot help, and may cost credits.
    Never,
    /// The request was not processed, so any method may be repeated.
    Always,
    /// The request may have been processed, so only idempotent methods are repeated.
    Idempotent,
}

/// One status: what it means and whether to repeat the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StatusRow {
    /// The HTTP status, which the envelope repeats as its `code`.
    pub status: u16,
    /// The kind of the error that callers see.
    pub kind: ErrorKind,
    /// Whether the request is repeated.
    pub retry: RetryRule,
    /// The message that the provider documents, or a description where it documents none.
    pub message: &'static str,
}

impl StatusRow {
    /// A row of a platform's table, for the crate of that platform.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(status: u16, kind: ErrorKind, retry: RetryRule, message: &'static str) -> Self {
        Self { status, kind, retry, message }
    }
}
