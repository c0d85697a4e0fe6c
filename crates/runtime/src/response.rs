//! A successful response, and what its envelope and its headers say.

pub(crate) mod deprecation;
pub(crate) mod envelope;
pub(crate) mod response_header;
pub(crate) mod streams;

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use bytes::Bytes;
use http::header::LOCATION;
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use serde_json::Value;

use crate::error::Inner;
use crate::error::display_text::DisplayText;
use crate::security::key::ApiKey;
use crate::security::secrets::Secrets;
use crate::transport::Received;
use crate::{DecodeError, Deprecation, Deviation, EnvelopeProperties, Error, ErrorKind};
use envelope::Envelope;

/// A decoded response with everything that came with it.
#[derive(Clone)]
pub struct Response<T> {
    // Responses can be large, and one is moved several times on its way to the caller.
    pub(crate) value: Box<T>,
    pub(crate) context: Context,
}

/// What a response is besides its value.
#[derive(Clone)]
pub(crate) struct Context {
    pub(crate) operation: DisplayText,
    pub(crate) received: Received,
    pub(crate) key: Arc<ApiKey>,
    /// Read from the body when it is first asked for.
    pub(crate) request_id: OnceLock<Option<DisplayText>>,
    pub(crate) attempts: u32,
    pub(crate) credits: Option<u64>,
    pub(crate) deviations: Vec<Deviation>,
    pub(crate) properties: &'static EnvelopeProperties,
}

impl Context {
    /// The beginning of an error about this response.
    pub(crate) fn fail(&self, kind: ErrorKind) -> Inner {
        Inner {
            operation: Some(self.operation.clone()),
            status: Some(self.received.status),
            code: self.received.envelope(self.properties).code(),
            request_id: self.request_id().cloned(),
            attempts: self.attempts,
            headers: self.received.headers.clone(),
            body: self.received.body.clone(),
            key: Some(Arc::clone(&self.key)),
            ..Inner::new(kind)
        }
    }

    /// The error for a part of the body that does not decode.
    pub(crate) fn does_not_decode(&self, error: DecodeError, part: Bytes) -> Error {
        let message = Some(error.to_text(&self.key));
        Inner { message, source: Some(error.into()), body: part, ..self.fail(ErrorKind::Decode) }.into()
    }

    fn request_id(&self) -> Option<&DisplayText> {
        let read = || Some(self.key.display_text(self.received.envelope(self.properties).request_id()?));
        self.request_id.get_or_init(read).as_ref()
    }
}

impl<T> Response<T> {
    /// The decoded body.
    pub fn value(&self) -> &T {
        &self.value
    }

    /// The same, to be changed: a body that is read while it comes is.
    pub fn value_mut(&mut self) -> &mut T {
        &mut self.value
    }

    /// The decoded body, without the rest.
    pub fn into_value(self) -> T {
        *self.value
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.context.received.status
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.context.received.headers
    }

    /// Where the response leads: the `Location` header, as it came. An operation that documents a redirect and no success
    /// answers with it, and nobody follows.
    pub fn location(&self) -> Option<&str> {
        self.headers().get(LOCATION)?.to_str().ok()
    }

    /// The body as it came; nothing of one that its caller reads.
    pub fn body(&self) -> &Bytes {
        &self.context.received.body
    }

    /// The envelope's id of the request, for the provider's support: one line of bounded length, without keys.
    pub fn request_id(&self) -> Option<&str> {
        self.context.request_id().map(DisplayText::as_str)
    }

    /// How many requests were sent.
    pub fn attempts(&self) -> u32 {
        self.context.attempts
    }

    /// What the call cost by the document, or counts by [`unpriced`](crate::ClientBuilder::unpriced), if anybody knows.
    pub fn credits(&self) -> Option<u64> {
        self.context.credits
    }

    /// Whether the operation is deprecated, by the `Deprecation` header (RFC 9745).
    pub fn deprecation(&self) -> Option<Deprecation> {
        Deprecation::of(self.headers())
    }

    /// When the operation will be gone, by the `Sunset` header (RFC 8594).
    pub fn sunset(&self) -> Option<SystemTime> {
        deprecation::sunset(self.headers())
    }

    /// What was repaired in the body before it could be decoded, of which the first hundred are told; nothing where it is as
    /// it should be. [`body`](Self::body) is as it came.
    pub fn deviations(&self) -> &[Deviation] {
        &self.context.deviations
    }

    /// Masks whatever looks like a key in bytes of the response that are about to be shown, and keeps their number.
    #[doc(hidden)]
    pub fn mask(&self, bytes: &mut [u8]) {
        self.context.key.mask_bytes(bytes);
    }

    /// Replaces the value and keeps the rest.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Response<U> {
        Response { value: Box::new(f(*self.value)), context: self.context }
    }

    /// The value, and the rest without it.
    pub(crate) fn take(self) -> (T, Response<()>) {
        (*self.value, Response { value: Box::new(()), context: self.context })
    }
}

impl Response<Bytes> {
    /// The body as text.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Decode`] if it is not UTF-8.
    pub fn text(&self) -> Result<&str, Error> {
        let no_text = |_| self.context.does_not_decode(DecodeError::no_text(), Bytes::clone(&self.value));
        str::from_utf8(&self.value).map_err(no_text)
    }
}

impl<T: Envelope> Response<T> {
    /// What the envelope carries, where it is.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NoData`] if `data` is absent or null.
    pub fn data(&self) -> Result<&T::Data, Error> {
        let data = self.value.data(self.context.properties);
        data.ok_or_else(|| self.context.fail(ErrorKind::NoData).into())
    }

    /// What the envelope carries.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NoData`] if `data` is absent or null.
    pub fn into_data(self) -> Result<T::Data, Error> {
        let context = self.context;
        self.value.into_data(context.properties).ok_or_else(|| context.fail(ErrorKind::NoData).into())
    }
}

impl<T: Serialize> Response<T> {
    /// Turns the typed value back into JSON.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Decode`] if the value does not encode, which no value decoded from JSON does.
    pub fn into_json(self) -> Result<Response<Value>, Error> {
        match serde_json::to_value(&self.value) {
            Ok(value) => Ok(self.map(|_| value)),
            Err(error) => {
                let message = Some(DisplayText::new(&error.to_string(), Secrets::default()));
                Err(Inner { message, source: Some(error.into()), ..self.context.fail(ErrorKind::Decode) }.into())
            }
        }
    }
}

/// Short, so that it may be logged: status, request id and sizes, but neither value nor body nor headers.
impl<T> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("operation", &self.context.operation)
            .field("status", &self.context.received.status)
            .field("request_id", &self.context.request_id())
            .field("attempts", &self.context.attempts)
            .field("credits", &self.context.credits)
            .field("headers", &self.context.received.headers.len())
            .field("body_bytes", &self.context.received.body.len())
            .finish_non_exhaustive()
    }
}
