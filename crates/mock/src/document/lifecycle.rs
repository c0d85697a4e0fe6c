//! Headers that tell of an operation's end: `Deprecation` (RFC 9745) and `Sunset` (RFC 8594).

use std::time::{Duration, UNIX_EPOCH};

use http::{HeaderName, HeaderValue};
use keyapi_spec::document::extension;
use keyapi_spec::schema::date;
use serde_json::Value;

use super::source::{flag, text};

/// The headers of an operation that is deprecated, or has an end. Where only that it is deprecated is known, that is said
/// as it was before there was a standard.
pub(super) fn headers(operation: &Value) -> Vec<(HeaderName, HeaderValue)> {
    let seconds = |name: &str| text(operation, name).and_then(date::seconds);
    let since = seconds(extension::DEPRECATED_SINCE).map(|seconds| format!("@{seconds}"));
    let deprecation = since.or_else(|| flag(operation, "deprecated").then(|| "true".to_owned()));
    let sunset = seconds(extension::SUNSET).and_then(|seconds| UNIX_EPOCH.checked_add(Duration::from_secs(seconds)));
    let sunset = sunset.map(httpdate::fmt_http_date);
    let headers = [("deprecation", deprecation), ("sunset", sunset)].into_iter();
    headers.filter_map(|(name, value)| Some((HeaderName::from_static(name), value?.parse().ok()?))).collect()
}
