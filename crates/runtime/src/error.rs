//! The one error type.

pub(crate) mod display_text;
pub(crate) mod error_kind;
mod predicates;

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::decode::DecodeError;
use crate::decode::from_body::{Body, FromBody};
use crate::security::key::ApiKey;
use crate::security::secrets::Secrets;
use crate::{ErrorKind, RetryLimit};
use display_text::DisplayText;

/// A failed call.
///
/// `Display` is one line without line breaks, and so is `Debug`, which is what a `main` that returns an error prints;
/// `{:#?}` shows its parts. None of them shows headers, query values, whole bodies or the API key.
pub struct Error(Box<Inner>);

pub(crate) struct Inner {
    pub(crate) kind: ErrorKind,
    pub(crate) operation: Option<DisplayText>,
    pub(crate) status: Option<StatusCode>,
    pub(crate) code: Option<i64>,
    pub(crate) oauth2_error: Option<DisplayText>,
    pub(crate) message: Option<DisplayText>,
    pub(crate) request_id: Option<DisplayText>,
    pub(crate) attempts: u32,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) retry_limit: Option<RetryLimit>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// What is masked in the body where it is shown.
    pub(crate) key: Option<Arc<ApiKey>>,
    pub(crate) source: Option<Box<dyn StdError + Send + Sync>>,
    /// Whether the document leaves open that the body of the status is JSON.
    pub(crate) has_details: bool,
}

impl Inner {
    pub(crate) fn new(kind: ErrorKind) -> Self {
        Self {
            kind,
            operation: None,
            status: None,
            code: None,
            oauth2_error: None,
            message: None,
            request_id: None,
            attempts: 0,
            retry_after: None,
            retry_limit: None,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            key: None,
            source: None,
            has_details: true,
        }
    }
}

impl From<Inner> for Error {
    fn from(inner: Inner) -> Self {
        Self(Box::new(inner))
    }
}

impl Error {
    /// An error from before there is a key that could be in the message.
    pub(crate) fn configuration(message: impl AsRef<str>) -> Self {
        Self::configuration_text(DisplayText::new(message.as_ref(), Secrets::default()))
    }

    pub(crate) fn configuration_text(message: DisplayText) -> Self {
        Inner { message: Some(message), ..Inner::new(ErrorKind::Configuration) }.into()
    }

    pub(crate) fn in_operation(mut self, operation: DisplayText) -> Self {
        self.0.operation = Some(operation);
        self
    }

    pub(crate) fn invalid_request(operation: DisplayText, message: DisplayText) -> Self {
        Inner { operation: Some(operation), message: Some(message), ..Inner::new(ErrorKind::InvalidRequest) }.into()
    }

    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The operation that was called, unless the client could not even be built.
    #[must_use]
    pub fn operation(&self) -> Option<&str> {
        self.0.operation.as_ref().map(DisplayText::as_str)
    }

    /// The HTTP status of the last response, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// The envelope's `code`.
    #[must_use]
    pub fn code(&self) -> Option<i64> {
        self.0.code
    }

    /// The code with which a token endpoint refused the client (RFC 6749, section 5.2), such as `invalid_client` or
    /// `invalid_scope`.
    #[must_use]
    pub fn oauth2_error(&self) -> Option<&str> {
        self.0.oauth2_error.as_ref().map(DisplayText::as_str)
    }

    /// The envelope's `message`, or the client's own where no response came; one line of bounded length.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.0.message.as_ref().map(DisplayText::as_str)
    }

    /// The envelope's id of the request, for the provider's support.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_ref().map(DisplayText::as_str)
    }

    /// How many requests were sent.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// How long the server asked to wait in the last response; of a call that was not sent because the server wants a pause,
    /// what is left of it, and of one that has no token, how long the token endpoint is not asked again.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// What kept the call from another attempt that its [`RetryPolicy`](crate::RetryPolicy) allows, such as a retry budget
    /// that is used up.
    #[must_use]
    pub fn retry_limit(&self) -> Option<RetryLimit> {
        self.0.retry_limit
    }

    /// The headers of the last response; none if there was none.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// The raw body of the last response; of an error status, and of a body over the limit, at most the first 64 KiB.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.0.body
    }

    /// The body of the last response as a type that the document has for its errors; nothing where no response came, where it
    /// was a success that is of no use, or where the document has no JSON for its status. Of what it has, the most specific
    /// counts: the status before its range, and that before `default`.
    ///
    /// Where the errors of an operation have several types, the page of its request names the one that has them all.
    ///
    /// # Errors
    ///
    /// Where and why the body does not decode: somebody else than the API may have sent it.
    pub fn details<T: FromBody>(&self) -> Result<Option<T>, DecodeError> {
        let Inner { status: Some(status), body, key: Some(key), has_details: true, .. } = &*self.0 else {
            return Ok(None);
        };
        if status.is_success() && !self.0.kind.is_refusal() {
            return Ok(None);
        }
        T::from_body(&Body::new(*status, body, key)).map(|decoded| Some(decoded.noted()))
    }

    /// Masks whatever looks like a key in bytes of the body that are about to be shown, and keeps their number.
    #[doc(hidden)]
    pub fn mask(&self, bytes: &mut [u8]) {
        if let Some(key) = &self.0.key {
            key.mask_bytes(bytes);
        }
    }

    /// Where and why the body did not decode.
    #[must_use]
    pub fn decode_error(&self) -> Option<&DecodeError> {
        self.0.source.as_deref()?.downcast_ref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { operation, status, code, message, request_id, attempts, retry_after, retry_limit, .. } = &*self.0;
        if let Some(operation) = operation {
            write!(f, "{operation}: ")?;
        }
        f.write_str(self.0.kind.headline())?;
        if let Some(message) = message {
            write!(f, ": {message}")?;
        }
        let details = [
            status.map(|status| format!("HTTP {}", status.as_u16())),
            code.map(|code| format!("code {code}")),
            request_id.as_ref().map(|id| format!("request {id}")),
            (*attempts > 1).then(|| format!("{attempts} attempts")),
            retry_limit.map(|limit| match retry_after {
                // Without a response it is the message that says how long.
                Some(wait) if limit == RetryLimit::RetryAfter && status.is_some() => {
                    format!("{limit}: {} s", wait.as_secs_f64())
                }
                _ => limit.to_string(),
            }),
        ];
        let details: Vec<String> = details.into_iter().flatten().collect();
        if details.is_empty() { Ok(()) } else { write!(f, " ({})", details.join(", ")) }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !f.alternate() {
            return fmt::Display::fmt(self, f);
        }
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("operation", &self.0.operation)
            .field("status", &self.0.status)
            .field("code", &self.0.code)
            .field("oauth2_error", &self.0.oauth2_error)
            .field("message", &self.0.message)
            .field("request_id", &self.0.request_id)
            .field("attempts", &self.0.attempts)
            .field("retry_limit", &self.0.retry_limit)
            .field("body_bytes", &self.0.body.len())
            // The last cause of any other source is the message.
            .field("decode_error", &self.decode_error())
            .finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::Error;

    #[test]
    fn a_main_that_returns_an_error_prints_one_line() {
        let error = Error::configuration("no API key: set EXAMPLE_KEY\nor call `api_key`");
        assert_eq!(format!("{error:?}"), "client configuration: no API key: set EXAMPLE_KEY or call `api_key`");
        assert!(format!("{error:#?}").contains("kind: Configuration,\n"));
    }
}
