//! Spans with OpenTelemetry's HTTP attribute names: one per call, and inside it one per attempt.

use std::borrow::Cow;

use http::StatusCode;
use reqwest::{Request, Url};
use tracing::field::Empty;
use tracing::{Instrument, debug, debug_span, info_span, warn};

use crate::call::{Call, Target};
use crate::client::Shared;
use crate::error::display_text::DisplayText;
use crate::{Deviation, ErrorKind};

/// Whether spans and events are made at all.
const ENABLED: bool = cfg!(feature = "tracing");

/// What filters of spans and events know them by, wherever they are made.
const TARGET: &str = "keyapi_runtime::trace";

/// How many characters are shown of a URL.
const URL_LIMIT: usize = 2_000;

/// A span; clones are the same one.
#[derive(Clone)]
pub(crate) struct Span(tracing::Span);

impl Span {
    /// The span of a call.
    pub(crate) fn call(target: &Target) -> Self {
        if !ENABLED {
            return Self::none();
        }
        Self(info_span!(
            target: TARGET,
            "keyapi.call",
            otel.name = %target.name,
            keyapi.attempts = Empty,
            http.response.status_code = Empty,
            error.r#type = Empty,
        ))
    }

    /// No span.
    pub(crate) fn none() -> Self {
        Self(tracing::Span::none())
    }

    /// The span of an attempt, counted from one.
    pub(crate) fn attempt(call: &Call, request: &Request, attempt: u32) -> Self {
        if !ENABLED {
            return Self::none();
        }
        let key = call.shared.key();
        let method = || method(&call.shared, request);
        let host = || Some(key.display_text(request.url().host_str()?));
        let span = debug_span!(
            target: TARGET,
            "http.request",
            otel.kind = "client",
            otel.name = %format_args!("{} {}", method(), call.target.path),
            http.request.method = %method(),
            http.request.resend_count = attempt.checked_sub(2).map(|resent| resent + 1),
            server.address = host().as_ref().map(DisplayText::as_str),
            server.port = request.url().port_or_known_default(),
            url.template = %call.target.path,
            url.full = Empty,
            http.response.status_code = Empty,
            error.r#type = Empty,
        );
        if !span.is_disabled() {
            span.record("url.full", url(&call.shared, request).as_str());
        }
        Self(span)
    }

    /// Runs a future inside the span. An `async fn` would hold the future twice.
    pub(crate) fn run<F: Future>(&self, future: F) -> impl Future<Output = F::Output> {
        future.instrument(self.0.clone())
    }

    /// Notes how it ended.
    pub(crate) fn end(&self, status: Option<StatusCode>, error: Option<ErrorKind>) {
        if let Some(status) = status {
            self.0.record("http.response.status_code", status.as_u16());
        }
        if let Some(kind) = error {
            self.0.record("error.type", tracing::field::debug(kind));
        } else if let Some(status) = status.filter(|status| !status.is_success()) {
            self.0.record("error.type", status.as_str());
        }
    }

    /// Notes how a call ended.
    pub(crate) fn end_call(&self, attempts: u32, status: Option<StatusCode>, error: Option<ErrorKind>) {
        self.0.record("keyapi.attempts", attempts);
        self.end(status, error);
    }
}

/// Says that an attempt will be repeated.
pub(crate) fn retrying(attempt: u32, wait: std::time::Duration) {
    if ENABLED {
        debug!(target: TARGET, attempt, wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX), "retrying");
    }
}

/// Says that an operation is deprecated, or will be gone.
pub(crate) fn deprecated(operation: &DisplayText) {
    if ENABLED {
        warn!(target: TARGET, operation = %operation, "the API says that the operation is deprecated");
    }
}

/// Says what was repaired in a body.
pub(crate) fn repaired(deviations: &[Deviation]) {
    for deviation in deviations.iter().filter(|_| ENABLED) {
        debug!(target: TARGET, %deviation, "repaired");
    }
}

/// The method of a request, which may be any word, as spans and observers show it.
pub(crate) fn method(shared: &Shared, request: &Request) -> DisplayText {
    shared.key().display_text(request.method().as_str())
}

/// The URL of a request, as spans and observers show it.
pub(crate) fn url(shared: &Shared, request: &Request) -> DisplayText {
    let url =
        if shared.trace_queries { Cow::Borrowed(request.url()) } else { Cow::Owned(without_values(request.url())) };
    shared.key().display_text_up_to(url.as_str(), URL_LIMIT)
}

/// Values of parameters say who is looked at, so only their names are shown, as OpenTelemetry advises.
fn without_values(url: &Url) -> Url {
    let mut shown = url.clone();
    if url.query().is_some() {
        shown.query_pairs_mut().clear().extend_pairs(url.query_pairs().map(|(name, _)| (name, "REDACTED")));
    }
    shown
}
