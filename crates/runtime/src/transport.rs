//! One attempt: sends a request and reads the response into bounded memory.

mod content_coding;
pub(crate) mod http_clients;
pub(crate) mod proxies;
pub(crate) mod redirect;
pub(crate) mod repeatable;
pub(crate) mod tls;
pub(crate) mod transmission;

use std::any::Any;
use std::error::Error as StdError;
use std::fmt;
use std::pin::{Pin, pin};
use std::sync::OnceLock;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::future::{Either, select};
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};
use reqwest::{Body, Client, Request, Response};
use tokio::time::Sleep;

use crate::call::cause;
use crate::response::envelope::{Envelope, Probe};
use crate::{EnvelopeProperties, ErrorKind};

/// How much is kept of the body of an error status, and of a body that is too large.
const KEPT_OF_ERRORS: usize = 64 * 1024;

/// A response with its whole body.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// The envelope's code, if successes of the operation have one.
    pub(crate) code: Option<i64>,
    // Hardly a success needs it, and none should be larger for it.
    envelope: OnceLock<Box<Probe>>,
    decoded: DecodedBody,
    pub(crate) unread: UnreadBody,
}

/// The body as a value, where its code was read from that: until the call takes it. A copy of the response has none.
#[derive(Default)]
struct DecodedBody(Option<Box<dyn Any + Send + Sync>>);

/// The body of a success that its caller reads: until the call takes it. A copy of the response has none.
#[derive(Debug, Default)]
pub(crate) struct UnreadBody(Option<Box<Body>>);

impl UnreadBody {
    /// The body, if nobody has read it.
    pub(crate) fn take(&mut self) -> Option<Body> {
        self.0.take().map(|body| *body)
    }

    pub(crate) fn is_there(&self) -> bool {
        self.0.is_some()
    }
}

impl Clone for UnreadBody {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Received {
    fn new(status: StatusCode, headers: HeaderMap, body: Bytes) -> Self {
        let (envelope, decoded) = (OnceLock::new(), DecodedBody::default());
        Self { status, headers, body, code: None, envelope, decoded, unread: UnreadBody::default() }
    }

    /// Reads the envelope's code, of an operation that answers with this type. A success is decoded only once, and is kept
    /// for the call.
    pub(crate) fn read_code_in<T: Envelope>(&mut self, properties: &EnvelopeProperties) {
        if T::HAS_CODE {
            self.code = self.decode::<T>(properties).or_else(|| self.envelope(properties).code());
        } else {
            self.read_code_of_json(properties);
        }
    }

    /// The same, where something else was asked for than what has the code: JSON in its place may say why that does not come.
    pub(crate) fn read_code_of_json(&mut self, properties: &EnvelopeProperties) {
        if properties.code.is_some() && is_json(&self.headers) {
            self.code = self.envelope(properties).code();
        }
    }

    fn decode<T: Envelope>(&mut self, properties: &EnvelopeProperties) -> Option<i64> {
        if !self.status.is_success() || self.headers.contains_key(CONTENT_ENCODING) {
            return None;
        }
        // One look at the whole body is quicker than the one at each string that serde_json takes of bytes.
        let (value, code) = T::with_code(str::from_utf8(&self.body).ok()?, properties)?;
        self.decoded.0 = Some(value);
        Some(code)
    }

    /// The decoded body, if its code was read from it.
    pub(crate) fn take_decoded<T: Envelope>(&mut self) -> Option<Box<T>> {
        self.decoded.0.take()?.downcast().ok()
    }

    /// What the body says of the call, read when it is first asked for.
    pub(crate) fn envelope(&self, properties: &EnvelopeProperties) -> &Probe {
        self.envelope.get_or_init(|| Probe::read(&self.body, properties).into())
    }
}

impl Clone for DecodedBody {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl fmt::Debug for DecodedBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DecodedBody").finish_non_exhaustive()
    }
}

/// An attempt without a usable response.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) kind: ErrorKind,
    /// What came before the failure, with as much of the body as was read.
    pub(crate) partial: Option<Received>,
    pub(crate) source: Option<reqwest::Error>,
}

impl Failed {
    /// Whether the runtime that drove the connection has ended, which says nothing about the server.
    pub(crate) fn lost_its_driver(&self) -> bool {
        let mut cause = self.source.as_ref().map(|error| error as &dyn StdError);
        while let Some(error) = cause {
            // hyper has no other name for it.
            if error.to_string() == "dispatch task is gone" {
                return true;
            }
            cause = error.source();
        }
        false
    }
}

/// What an attempt may take.
pub(crate) struct Limits {
    pub(crate) time: Duration,
    pub(crate) body: usize,
    /// Whether the body of a success is left to the caller.
    pub(crate) streamed: Option<Streamed>,
}

/// A success whose body its caller reads while it comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Streamed {
    /// Any but JSON of few bytes, which may say why there is no other one.
    Any,
    /// Any that is no JSON, which may say why there is no other one.
    NoJson,
    /// JSON values one after another, of which there may be any number. One that is JSON as a whole may say why there are
    /// none.
    Values,
    /// Only one that is of events, which there may be any number of. Another one may say why there are none.
    Events,
}

impl Streamed {
    fn takes(self, headers: &HeaderMap, length: Option<u64>) -> bool {
        match self {
            // JSON that is as small as an envelope may be one, whatever pieces it comes in.
            Self::Any => !is_json(headers) || length.is_none_or(|length| length > KEPT_OF_ERRORS as u64),
            Self::NoJson | Self::Values => !is_json(headers),
            // One of an unknown type may be.
            Self::Events => essence(headers).is_none_or(|essence| essence.eq_ignore_ascii_case("text/event-stream")),
        }
    }

    /// Whether the size of the body says nothing.
    fn is_endless(self) -> bool {
        matches!(self, Self::Values | Self::Events)
    }

    /// What a body has to be that is not left to its caller otherwise.
    pub(crate) fn expected(self) -> Option<&'static str> {
        match self {
            Self::Any | Self::NoJson => None,
            Self::Values => Some("a stream of JSON values"),
            Self::Events => Some("a stream of events (`text/event-stream`)"),
        }
    }
}

/// Whether a body is JSON as a whole, by its media type.
pub(crate) fn is_json(headers: &HeaderMap) -> bool {
    let essence = essence(headers).map(str::to_ascii_lowercase);
    essence.is_some_and(|essence| ["application/json", "text/json"].contains(&&*essence) || essence.ends_with("+json"))
}

/// Whether a body is a page, by its media type.
#[cfg(feature = "xml")]
pub(crate) fn is_html(headers: &HeaderMap) -> bool {
    essence(headers).is_some_and(|essence| essence.eq_ignore_ascii_case("text/html"))
}

/// The encoding that a body is said to have.
#[cfg(feature = "xml")]
pub(crate) fn charset(headers: &HeaderMap) -> Option<String> {
    let parameters = headers.get(CONTENT_TYPE)?.to_str().ok()?.split(';').skip(1);
    let charset = parameters.filter_map(|parameter| parameter.split_once('=')).find_map(|(name, value)| {
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"').to_owned())
    });
    charset.filter(|charset| !charset.is_empty())
}

/// The media type of a body without its parameters.
fn essence(headers: &HeaderMap) -> Option<&str> {
    let media_type = headers.get(CONTENT_TYPE)?.to_str().unwrap_or_default();
    Some(media_type.split(';').next().unwrap_or_default().trim())
}

/// Sends the request once. The request is handed over at once; its time begins, and the response is read, when the future is
/// polled.
pub(crate) fn send(
    client: &Client,
    request: Request,
    limits: Limits,
) -> impl Future<Output = Result<Received, Failed>> + use<> {
    let sending = client.execute(request);
    async move {
        // A timeout of the request would replace a shorter one of a client that the caller passed.
        let mut timer = pin!(tokio::time::sleep(limits.time));
        let Some(sent) = in_time(&mut timer, sending).await else {
            return Err(Failed { kind: ErrorKind::Timeout, partial: None, source: None });
        };
        let mut response =
            sent.map_err(|error| Failed { kind: cause::kind(&error), partial: None, source: Some(error) })?;
        let mut headers = std::mem::take(response.headers_mut());
        response = content_coding::decode(response, &mut headers);
        let (status, length) = (response.status(), response.content_length());
        let streamed = limits.streamed.filter(|streamed| status.is_success() && streamed.takes(&headers, length));
        let (body, end) = if !status.is_success() {
            // The status says enough, whatever the body is.
            (read(&mut response, limits.body.min(KEPT_OF_ERRORS), &mut timer).await.0, End::Complete)
        } else if streamed.is_none_or(|streamed| !streamed.is_endless())
            && length.is_some_and(|length| length > limits.body as u64)
        {
            // The server itself says that the limit will be passed, so that only an excerpt is worth reading.
            (read(&mut response, limits.body.min(KEPT_OF_ERRORS), &mut timer).await.0, End::TooLarge)
        } else if streamed.is_some() {
            // What comes first may be an envelope that says why there is no other body.
            let (body, end) = match is_json(&headers) {
                true => read_first(&mut response, limits.body, &mut timer).await,
                false => (Bytes::new(), End::Complete),
            };
            let mut received = Received::new(status, headers, body);
            if let Some((kind, source)) = end.failure() {
                return Err(Failed { kind, partial: Some(received), source });
            }
            received.unread = UnreadBody(Some(Box::new(response.into())));
            return Ok(received);
        } else {
            read(&mut response, limits.body, &mut timer).await
        };
        let received = Received::new(status, headers, body);
        match end.failure() {
            None => Ok(received),
            Some((kind, source)) => Err(Failed { kind, partial: Some(received), source }),
        }
    }
}

/// How a body ended.
enum End {
    Complete,
    TooLarge,
    OutOfTime,
    Broken(reqwest::Error),
}

impl End {
    fn failure(self) -> Option<(ErrorKind, Option<reqwest::Error>)> {
        match self {
            Self::Complete => None,
            Self::TooLarge => Some((ErrorKind::BodyTooLarge, None)),
            Self::OutOfTime => Some((ErrorKind::Timeout, None)),
            Self::Broken(error) => Some((cause::kind(&error), Some(error))),
        }
    }
}

/// Reads the first piece of a body.
async fn read_first(response: &mut Response, limit: usize, timer: &mut Pin<&mut Sleep>) -> (Bytes, End) {
    match in_time(timer, response.chunk()).await {
        Some(Ok(Some(first))) if first.len() > limit => {
            (Bytes::copy_from_slice(&first[..limit.min(KEPT_OF_ERRORS)]), End::TooLarge)
        }
        Some(Ok(first)) => (first.unwrap_or_default(), End::Complete),
        Some(Err(error)) => (Bytes::new(), End::Broken(error)),
        None => (Bytes::new(), End::OutOfTime),
    }
}

/// Reads the body. One that comes in one piece stays where it is, which is where the headers are, too.
async fn read(response: &mut Response, limit: usize, timer: &mut Pin<&mut Sleep>) -> (Bytes, End) {
    let announced = response.content_length().unwrap_or(0);
    let announced = usize::try_from(announced).unwrap_or(usize::MAX);
    let (mut first, mut body) = (Bytes::new(), BytesMut::new());
    let end = loop {
        let length = first.len().max(body.len());
        match in_time(timer, response.chunk()).await {
            Some(Ok(Some(chunk))) if length + chunk.len() > limit => {
                // A copy, since a part would keep all of it in memory for as long as the error lives.
                let kept = limit.min(KEPT_OF_ERRORS);
                let mut excerpt = BytesMut::with_capacity(kept);
                for part in [if body.is_empty() { &first[..] } else { &body[..] }, &chunk[..]] {
                    excerpt.extend_from_slice(&part[..part.len().min(kept - excerpt.len())]);
                }
                return (excerpt.freeze(), End::TooLarge);
            }
            Some(Ok(Some(chunk))) if length == 0 => first = chunk,
            Some(Ok(Some(chunk))) => {
                if body.is_empty() {
                    // What the server announces is not memory that it has earned yet.
                    body.reserve(announced.min(limit).min(KEPT_OF_ERRORS));
                    body.extend_from_slice(&first);
                }
                body.extend_from_slice(&chunk);
            }
            Some(Ok(None)) => break End::Complete,
            // Only an error that knows its URL can tell whether a proxy is on the way.
            Some(Err(error)) => break End::Broken(error.with_url(response.url().clone())),
            None => break End::OutOfTime,
        }
    };
    (if body.is_empty() { first } else { body.freeze() }, end)
}

/// The result of the future, or `None` if the timer ends before it.
async fn in_time<F: Future>(timer: &mut Pin<&mut Sleep>, future: F) -> Option<F::Output> {
    match select(pin!(future), timer).await {
        Either::Left((output, _)) => Some(output),
        Either::Right(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use http::header::CONTENT_TYPE;

    use super::is_json;

    #[test]
    fn json_is_told_by_its_media_type() {
        for (media_type, expected) in [
            ("application/json", true),
            ("Text/JSON; charset=utf-8", true),
            ("application/problem+json", true),
            ("application/jsonl", false),
            ("text/plain", false),
            ("", false),
        ] {
            let headers = HeaderMap::from_iter([(CONTENT_TYPE, media_type.parse().unwrap())]);
            assert_eq!(is_json(&headers), expected, "{media_type}");
        }
        assert!(!is_json(&HeaderMap::new()));
    }
}
