//! What TikTok's API differs in from that of other platforms.

use keyapi_runtime::{ErrorKind, KeyForm, Platform, RetryRule, StatusRow};

use crate::requests::{BASE_URL, ENVELOPE, OPERATIONS};

/// The environment variable that holds the key, as in the provider's own tools.
pub const KEY_VARIABLE: &str = "KEYAPI_TOKEN";

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
    StatusRow::new(404, ErrorKind::NotFound, RetryRule::Never, "no such video, product or shop"),
    StatusRow::new(408, ErrorKind::Timeout, RetryRule::Always, "request timeout"),
    StatusRow::new(429, ErrorKind::RateLimited, RetryRule::Always, "qps limit exceeded"),
    StatusRow::new(500, ErrorKind::Server, RetryRule::Idempotent, "Internal server error"),
];

pub(crate) static PLATFORM: Platform = Platform {
    user_agent: concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")),
    base_url: BASE_URL,
    operations: OPERATIONS,
    key: KeyForm { variable: KEY_VARIABLE, prefix: "sk_", documented_prefix: "sk_live_" },
    statuses: STATUSES,
    envelope: ENVELOPE,
};
