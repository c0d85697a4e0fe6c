//! The statuses that the API answers with, in one table.

use http::StatusCode;

use crate::ErrorKind;

/// When a failed attempt may be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

/// Every status with a meaning of its own. Any other 5xx is treated like 500, anything else is unexpected and final.
pub static STATUSES: &[StatusRow] = &[
    row(400, ErrorKind::BadRequest, RetryRule::Never, "Missing required parameter: handle"),
    row(401, ErrorKind::Unauthorized, RetryRule::Never, "apiKey is null"),
    row(402, ErrorKind::QuotaExhausted, RetryRule::Never, "apiKey quota is not enough"),
    row(403, ErrorKind::Forbidden, RetryRule::Never, "no permission for this endpoint"),
    row(404, ErrorKind::NotFound, RetryRule::Never, "no such video, product or shop"),
    row(408, ErrorKind::Timeout, RetryRule::Always, "request timeout"),
    row(429, ErrorKind::RateLimited, RetryRule::Always, "qps limit exceeded"),
    row(500, ErrorKind::Server, RetryRule::Idempotent, "Internal server error"),
];

const fn row(status: u16, kind: ErrorKind, retry: RetryRule, message: &'static str) -> StatusRow {
    StatusRow { status, kind, retry, message }
}

/// The row that decides about an HTTP status.
pub(crate) fn find(status: StatusCode) -> Option<&'static StatusRow> {
    let number = if status.is_server_error() { 500 } else { status.as_u16() };
    STATUSES.iter().find(|row| row.status == number)
}

/// The kind of an error reply: the HTTP status decides, and the envelope's code where the status says success.
pub(crate) fn kind(status: StatusCode, code: Option<i64>) -> ErrorKind {
    // A proxy says so; the API never does.
    if status == StatusCode::PROXY_AUTHENTICATION_REQUIRED {
        return ErrorKind::ProxyAuthentication;
    }
    if !status.is_success() {
        return find(status).map_or(ErrorKind::UnexpectedStatus, |row| row.kind);
    }
    let row = STATUSES.iter().find(|row| Some(i64::from(row.status)) == code);
    row.map_or(ErrorKind::Rejected, |row| row.kind)
}
