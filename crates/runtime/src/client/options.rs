//! What one call may do differently from its client.

use std::fmt;
use std::sync::LazyLock;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::error::display_text::DisplayText;
use crate::request::part_sink::PartSink;
use crate::request::preview;
use crate::security::secrets::Secrets;
use crate::transport::Streamed;
use crate::{File, RetryPolicy};

/// Overrides for one call. Whatever is not set comes from the client.
///
/// ```
/// use std::time::Duration;
/// use keyapi_runtime::{CallOptions, RetryPolicy};
///
/// let options = CallOptions::new().timeout(Duration::from_secs(5)).retry(RetryPolicy::never());
/// # assert!(format!("{options:?}").contains("5s"));
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct CallOptions {
    /// Hardly a call has any, and none should be larger for them.
    overrides: Option<Box<Overrides>>,
}

/// What is set.
#[derive(Clone, Default)]
pub(crate) struct Overrides {
    pub(crate) timeout: Option<Duration>,
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) retry: Option<RetryPolicy>,
    pub(crate) headers: HeaderMap,
    pub(crate) idempotent: bool,
    pub(crate) body_limit: Option<usize>,
    /// What is sent instead of the body that the request is made with.
    pub(crate) body: Option<File>,
    /// What is asked for instead of what the operation decodes.
    pub(crate) representation: Option<Representation>,
    /// Where the request is put that is only looked at.
    pub(crate) preview: Option<preview::Slot>,
    /// What is given the parts of a stream.
    pub(crate) parts: Option<PartSink>,
}

static NOTHING: LazyLock<Overrides> = LazyLock::new(Overrides::default);

/// What a call asks for, and how it takes it, where that is not as its operation decodes it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Representation {
    /// The media types.
    pub(crate) accept: Option<String>,
    /// Whether the caller reads the body.
    pub(crate) streamed: Option<Streamed>,
}

impl CallOptions {
    /// Options that change nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Limits the whole call: every attempt, and the waits between them.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.overrides_mut().timeout = Some(timeout);
        self
    }

    /// Limits each attempt, up to the last byte of its body.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.overrides_mut().attempt_timeout = Some(timeout);
        self
    }

    /// Limits the body of a success, in bytes: that of the client is for what is kept in memory, and a body that is read
    /// while it comes may well be larger.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.overrides_mut().body_limit = Some(bytes);
        self
    }

    /// Replaces the client's retry policy.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.overrides_mut().retry = Some(policy);
        self
    }

    /// Says that the call may be repeated without harm, whatever its method, as a search by `POST` may be: it is then retried
    /// as a `GET` is.
    pub fn idempotent(mut self) -> Self {
        self.overrides_mut().idempotent = true;
        self
    }

    /// Adds a header. `Authorization` and `User-Agent` stay the client's.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.overrides_mut().headers.append(name, value);
        self
    }

    /// Asks for a body of this media type.
    #[doc(hidden)]
    pub fn with_accept(mut self, media_type: impl Into<String>) -> Self {
        self.overrides_mut().representation.get_or_insert_default().accept = Some(media_type.into());
        self
    }

    /// Leaves the body to the caller.
    #[doc(hidden)]
    pub fn streamed(self) -> Self {
        let asked =
            self.overrides().representation.as_ref().and_then(|representation| representation.accept.as_deref());
        let is_other = asked.is_some_and(|asked| !asked.to_ascii_lowercase().contains("json"));
        self.streamed_as(if is_other { Streamed::NoJson } else { Streamed::Any })
    }

    /// Leaves a body of JSON values one after another to the caller.
    #[doc(hidden)]
    pub fn streamed_values(self) -> Self {
        self.streamed_as(Streamed::Values)
    }

    /// Leaves a body of events to the caller.
    #[doc(hidden)]
    pub fn streamed_events(self) -> Self {
        self.streamed_as(Streamed::Events)
    }

    fn streamed_as(mut self, streamed: Streamed) -> Self {
        self.overrides_mut().representation.get_or_insert_default().streamed = Some(streamed);
        self
    }

    /// Sends another body than the request is made with.
    #[doc(hidden)]
    pub fn with_body(mut self, body: Option<File>) -> Self {
        if body.is_some() {
            self.overrides_mut().body = body;
        }
        self
    }

    /// Has a dispatcher give the parts of a stream there while they come, where the operation has nothing else.
    #[doc(hidden)]
    pub fn with_parts_to(mut self, sink: PartSink) -> Self {
        self.overrides_mut().parts = Some(sink);
        self
    }

    /// Where parts of a stream are given.
    #[doc(hidden)]
    pub fn parts(&self) -> Option<PartSink> {
        self.overrides().parts.clone()
    }

    /// Has the request put into the slot instead of being sent.
    pub(crate) fn previewed(mut self, slot: preview::Slot) -> Self {
        self.overrides_mut().preview = Some(slot);
        self
    }

    pub(crate) fn overrides(&self) -> &Overrides {
        self.overrides.as_deref().unwrap_or(&NOTHING)
    }

    fn overrides_mut(&mut self) -> &mut Overrides {
        self.overrides.get_or_insert_default()
    }
}

/// Shows the names of headers only, since their values may be secrets.
impl fmt::Debug for CallOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Overrides { timeout, attempt_timeout, retry, headers, idempotent, body_limit, .. } = self.overrides();
        let names: Vec<&HeaderName> = headers.keys().collect();
        f.debug_struct("CallOptions")
            .field("timeout", timeout)
            .field("attempt_timeout", attempt_timeout)
            .field("retry", retry)
            .field("idempotent", idempotent)
            .field("body_limit", body_limit)
            .field("headers", &format_args!("{}", DisplayText::new(&format!("{names:?}"), Secrets::default())))
            .finish()
    }
}
