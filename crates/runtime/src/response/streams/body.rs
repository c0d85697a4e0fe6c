//! The body of a response, piece by piece.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use hyper::body::Body as _;
use reqwest::Body;
use serde::de::DeserializeOwned;
use tokio::time::{Sleep, sleep};

use super::{EventData, EventStream, JsonLines, JsonSequence};
use crate::call::cause::{self, Cause};
use crate::error::Inner;
use crate::error::display_text::DisplayText;
use crate::response::Context;
use crate::{Error, ErrorKind};

/// The body of a successful response, piece by piece as it comes. It ends after the last piece or the first error; the
/// connection is closed when it is dropped before.
///
/// The call itself has ended with the head of the response: it is paid for, and what breaks later is not repeated. Between
/// two pieces at most the time of an attempt may pass
/// ([`CallOptions::attempt_timeout`](crate::CallOptions::attempt_timeout)), while somebody waits for one; the time of the
/// whole call says nothing here. A body of more than
/// [`CallOptions::body_limit`](crate::CallOptions::body_limit) bytes, or else the client's
/// [`body_limit`](crate::ClientBuilder::body_limit), ends with [`ErrorKind::BodyTooLarge`].
///
/// It is a [`Stream`], which has to be polled inside of a tokio runtime; without a crate for streams, call
/// [`next`](Self::next).
#[must_use = "a body comes only while it is read"]
pub struct BodyStream {
    /// Absent after the end.
    body: Option<Body>,
    context: Box<Context>,
    /// How long a piece may take.
    patience: Duration,
    /// Runs while a piece is waited for.
    timer: Option<Pin<Box<Sleep>>>,
    limit: usize,
    left: usize,
    /// What is there and comes as the next piece: the first one, or what was given back of the last one.
    rest: Bytes,
}

impl BodyStream {
    /// A stream of the piece that is there, and of what follows it.
    pub(crate) fn new(rest: Bytes, body: Option<Body>, context: Context, patience: Duration, limit: usize) -> Self {
        let left = limit.saturating_sub(rest.len());
        Self { body, context: Box::new(context), patience, timer: None, limit, left, rest }
    }

    /// The next piece, which is never empty, or `None` after the last one.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::BodyTooLarge`], [`ErrorKind::Timeout`], or that of a connection that breaks.
    pub async fn next(&mut self) -> Option<Result<Bytes, Error>> {
        self.wait_anew();
        poll_fn(|context| self.poll_piece(context)).await
    }

    /// The body as server-sent events, whose data is JSON. Each of them may be as large as the body otherwise may, which
    /// may then be of any length.
    pub fn events<T: DeserializeOwned>(self) -> EventStream<T> {
        EventStream::of_json(self)
    }

    /// The body as server-sent events, whose data is text.
    pub fn text_events(self) -> EventStream<String> {
        EventStream::of_text(self)
    }

    /// The body as server-sent events, each of which is decoded as an object of its fields: `data`, and `event`, `id` and
    /// `retry` (milliseconds) as far as the event has them. OpenAPI 3.2 describes events so (section "Server-Sent Event
    /// Streams"). The data of an event without other fields may be that object.
    pub fn event_objects<T: DeserializeOwned>(self, data: EventData) -> EventStream<T> {
        EventStream::of_objects(self, data)
    }

    /// The body as lines of JSON. Each of them may be as large as the body otherwise may, which may then be of any length.
    pub fn json_lines<T: DeserializeOwned>(self) -> JsonLines<T> {
        JsonLines::new(self)
    }

    /// The body as a sequence of JSON texts. Each of them may be as large as the body otherwise may, which may then be of any
    /// length.
    pub fn json_sequence<T: DeserializeOwned>(self) -> JsonSequence<T> {
        JsonSequence::new(self)
    }

    /// The same without a limit, and what that was.
    pub(super) fn without_limit(mut self) -> (Self, usize) {
        self.left = usize::MAX;
        let limit = std::mem::replace(&mut self.limit, usize::MAX);
        (self, limit)
    }

    /// Forgets how long somebody waited who does not any more.
    pub(super) fn wait_anew(&mut self) {
        self.timer = None;
    }

    /// Gives a part of the last piece back, which comes again as the next one.
    #[cfg(feature = "blocking")]
    pub(crate) fn give_back(&mut self, rest: Bytes) {
        self.rest = rest;
    }

    pub(super) fn context(&self) -> &Context {
        &self.context
    }

    /// Ends the stream, with an error about it.
    pub(super) fn end_with(&mut self, kind: ErrorKind, message: &str) -> Error {
        self.end();
        let message = Some(self.context.key.display_text(message));
        Inner { message, ..self.context.fail(kind) }.into()
    }

    fn end(&mut self) {
        (self.body, self.timer) = (None, None);
    }

    pub(super) fn poll_piece(&mut self, context: &mut TaskContext<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        if !self.rest.is_empty() {
            return Poll::Ready(Some(Ok(std::mem::take(&mut self.rest))));
        }
        loop {
            let Some(body) = &mut self.body else { return Poll::Ready(None) };
            let Poll::Ready(frame) = Pin::new(body).poll_frame(context) else {
                // Time that the caller takes for the piece before is not the server's, so the timer starts here.
                let patience = self.patience;
                let timer = self.timer.get_or_insert_with(|| Box::pin(sleep(patience)));
                ready!(timer.as_mut().poll(context));
                let message = format!("nothing of the body came for {:.1} s", patience.as_secs_f64());
                return Poll::Ready(Some(Err(self.end_with(ErrorKind::Timeout, &message))));
            };
            self.timer = None;
            match frame {
                None => self.end(),
                Some(Err(error)) => return Poll::Ready(Some(Err(self.broken(error)))),
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) if data.len() > self.left => {
                        let message = format!("more than {} bytes", self.limit);
                        return Poll::Ready(Some(Err(self.end_with(ErrorKind::BodyTooLarge, &message))));
                    }
                    Ok(data) if !data.is_empty() => {
                        self.left -= data.len();
                        return Poll::Ready(Some(Ok(data)));
                    }
                    // Trailers say nothing that is asked for here.
                    _ => {}
                },
            }
        }
    }

    fn broken(&mut self, error: reqwest::Error) -> Error {
        let (kind, message) = (cause::kind(&error), cause::message(&error));
        let key = &self.context.key;
        let message: Option<DisplayText> = Some(key.display_text(&message));
        let source = Some(Cause::new(&error.without_url(), key).into());
        let inner = Inner { message, source, ..self.context.fail(kind) };
        self.end();
        inner.into()
    }
}

impl Stream for BodyStream {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut TaskContext<'_>) -> Poll<Option<Self::Item>> {
        self.poll_piece(context)
    }
}

/// Shows nothing of the body.
impl fmt::Debug for BodyStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BodyStream")
            .field("operation", &self.context.operation)
            .field("is_over", &self.body.is_none())
            .finish_non_exhaustive()
    }
}
