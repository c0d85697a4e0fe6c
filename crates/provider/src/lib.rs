//! What the APIs of all of the provider's platforms have in common. A platform is on top of it a document and its overlay.

use keyapi_runtime::{ErrorKind, KeyForm, RetryRule, StatusRow};

/// The environment variable that holds the key, as in the provider's own tools.
pub const KEY_VARIABLE: &str = "KEYAPI_TOKEN";

/// What keys look like.
pub const KEY: KeyForm = KeyForm { variable: KEY_VARIABLE, prefix: "sk_", documented_prefix: "sk_live_" };

/// Every status with a meaning of its own. Any other 5xx is treated like 500, anything else is unexpected and final.
///
/// With HTTP status 200, the envelope's `code` says by which row a call failed. Then only 429 is repeated, and any other code
/// ends the call at once. Such a response counts neither as spent nor as a success that earns back a retry; no page of the
/// provider says how it is charged, so that this is an assumption.
pub static STATUSES: &[StatusRow] = &[
    StatusRow::new(400, ErrorKind::BadRequest, RetryRule::Never, "Missing required parameter: handle"),
    StatusRow::new(401, ErrorKind::Unauthorized, RetryRule::Never, "apiKey is null"),
    StatusRow::new(402, ErrorKind::QuotaExhausted, RetryRule::Never, "apiKey quota is not enough"),
    StatusRow::new(403, ErrorKind::Forbidden, RetryRule::Never, "no permission for this endpoint"),
    StatusRow::new(404, ErrorKind::NotFound, RetryRule::Never, "no such resource"),
    StatusRow::new(408, ErrorKind::Timeout, RetryRule::Always, "request timeout"),
    StatusRow::new(429, ErrorKind::RateLimited, RetryRule::Always, "qps limit exceeded"),
    StatusRow::new(500, ErrorKind::Server, RetryRule::Idempotent, "Internal server error"),
];
