//! Sequences of JSON texts (RFC 7464).

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use serde::de::DeserializeOwned;

use super::BodyStream;
use super::json_lines::json;
use super::lines::{JsonText, LineEnd, Lines};
use crate::decode::tolerant;
use crate::observer::trace;
use crate::{DecodeError, Error};

/// The values of a body that is a sequence of JSON texts, each between a record separator and the end of a line, as they
/// come.
///
/// A text that does not decode, or that may have been cut off, is an error, after which the next one comes; after any other
/// error nothing comes. What is sloppy in a text is repaired as in any other body, and one may lack its separator behind the
/// line of another. For time and size of a text, see [`BodyStream`].
///
/// It is a [`Stream`]; without a crate for streams, call [`next`](Self::next).
#[must_use = "a body comes only while it is read"]
pub struct JsonSequence<T> {
    lines: Lines,
    is_begun: bool,
    decode: fn(&BodyStream, &Bytes) -> Result<T, Error>,
}

impl<T: DeserializeOwned> JsonSequence<T> {
    pub(crate) fn new(body: BodyStream) -> Self {
        Self { lines: Lines::new(body, LineEnd::JsonText(JsonText::default())), is_begun: false, decode: json }
    }
}

impl<T> JsonSequence<T> {
    /// The next value, or `None` after the last one.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Decode`](crate::ErrorKind::Decode) for a text that does not decode, and those of a [`BodyStream`].
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        self.lines.body.wait_anew();
        poll_fn(|context| self.poll_value(context)).await
    }

    fn poll_value(&mut self, context: &mut TaskContext<'_>) -> Poll<Option<Result<T, Error>>> {
        loop {
            let text = match ready!(self.lines.poll_line(context)) {
                Some(Ok(text)) if self.is_begun => text,
                Some(Ok(text)) => {
                    self.is_begun = true;
                    trace::repaired(tolerant::of_mark(&text, &self.lines.body.context().key).as_slice());
                    text.slice_ref(tolerant::without_mark(&text))
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            };
            if text.trim_ascii().is_empty() {
                continue;
            }
            return Poll::Ready(Some(match self.may_be_cut_off(&text) {
                true => {
                    let error = DecodeError::at_pointer("", "JSON with a line end behind it", "what may be cut off");
                    Err(self.lines.body.context().does_not_decode(error, text))
                }
                false => (self.decode)(&self.lines.body, &text),
            }));
        }
    }

    /// Whether a text may be the beginning of another one: a number or a word of which nothing says where it ends (RFC 7464,
    /// section 2.4).
    fn may_be_cut_off(&self, text: &[u8]) -> bool {
        let says_its_end = |byte: &u8| [b'"', b'[', b'{'].contains(byte);
        self.lines.ended_with() != Some(b'\n')
            && !text.last().is_some_and(u8::is_ascii_whitespace)
            && !text.trim_ascii_start().first().is_some_and(says_its_end)
    }
}

impl<T> Stream for JsonSequence<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut TaskContext<'_>) -> Poll<Option<Self::Item>> {
        self.poll_value(context)
    }
}

impl<T> fmt::Debug for JsonSequence<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonSequence").field("body", &self.lines.body).finish_non_exhaustive()
    }
}
