//! Lines of JSON (jsonlines.org, NDJSON).

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use serde::de::DeserializeOwned;

use super::BodyStream;
use super::lines::{LineEnd, Lines};
use crate::Error;
use crate::decode::{self, Decoded};

/// The values of a body that has one on each line, as they come. Empty lines are left out.
///
/// A line that does not decode is an error, after which the next line comes; after any other error nothing comes. What is
/// sloppy in a line is repaired as in any other body. For time and size of a line, see [`BodyStream`].
///
/// It is a [`Stream`]; without a crate for streams, call [`next`](Self::next).
#[must_use = "a body comes only while it is read"]
pub struct JsonLines<T> {
    lines: Lines,
    decode: fn(&BodyStream, &Bytes) -> Result<T, Error>,
}

impl<T: DeserializeOwned> JsonLines<T> {
    pub(crate) fn new(body: BodyStream) -> Self {
        Self { lines: Lines::new(body, LineEnd::Lf), decode: json }
    }
}

impl<T> JsonLines<T> {
    /// The value on the next line, or `None` after the last one.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Decode`](crate::ErrorKind::Decode) for a line that does not decode, and those of a
    /// [`BodyStream`].
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        self.lines.body.wait_anew();
        poll_fn(|context| self.poll_value(context)).await
    }

    fn poll_value(&mut self, context: &mut TaskContext<'_>) -> Poll<Option<Result<T, Error>>> {
        loop {
            match ready!(self.lines.poll_line(context)) {
                Some(Ok(line)) if line.trim_ascii().is_empty() => {}
                Some(Ok(line)) => return Poll::Ready(Some((self.decode)(&self.lines.body, &line))),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

/// Decodes a part of a stream.
pub(super) fn json<T: DeserializeOwned>(body: &BodyStream, text: &Bytes) -> Result<T, Error> {
    let context = body.context();
    let decoded = decode::part(text, &context.key);
    decoded.map(Decoded::noted).map_err(|error| context.does_not_decode(error, text.clone()))
}

impl<T> Stream for JsonLines<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut TaskContext<'_>) -> Poll<Option<Self::Item>> {
        self.poll_value(context)
    }
}

impl<T> fmt::Debug for JsonLines<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonLines").field("body", &self.lines.body).finish_non_exhaustive()
    }
}
