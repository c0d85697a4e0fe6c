//! Bodies that are read while they come, and waited for.

use std::fmt;
use std::future::poll_fn;
use std::io::{self, Read};
use std::pin::Pin;

use bytes::Buf;
use futures_core::Stream;
use serde::de::DeserializeOwned;

use super::Client;
use crate::{BodyStream, Error, EventData, EventStream, JsonLines, JsonSequence, Response};

/// A stream of the asynchronous client as an iterator: a [`BodyStream`], an [`EventStream`], [`JsonLines`] or a
/// [`JsonSequence`]. A body can be read as a file is, too.
#[must_use = "a body comes only while it is read"]
pub struct Streamed<S> {
    client: Client,
    stream: S,
    /// Whether there was an error that the stream knows nothing of.
    is_over: bool,
}

impl<S> Streamed<S> {
    /// The response of a blocking client whose body is that of an asynchronous one.
    #[doc(hidden)]
    pub fn of(client: &Client, response: Response<S>) -> Response<Self> {
        response.map(|stream| Self { client: client.clone(), stream, is_over: false })
    }

    /// The stream itself, for what it knows besides its items.
    pub fn stream(&self) -> &S {
        &self.stream
    }

    fn map<U>(self, read: impl FnOnce(S) -> U) -> Streamed<U> {
        Streamed { client: self.client, stream: read(self.stream), is_over: self.is_over }
    }
}

impl Streamed<BodyStream> {
    /// The body as server-sent events, as [`events`](BodyStream::events) of the asynchronous body.
    pub fn events<T: DeserializeOwned>(self) -> Streamed<EventStream<T>> {
        self.map(BodyStream::events)
    }

    /// The same with data that is text, as [`text_events`](BodyStream::text_events) of the asynchronous body.
    pub fn text_events(self) -> Streamed<EventStream<String>> {
        self.map(BodyStream::text_events)
    }

    /// The body as server-sent events with their fields, as [`event_objects`](BodyStream::event_objects) of the asynchronous
    /// body.
    pub fn event_objects<T: DeserializeOwned>(self, data: EventData) -> Streamed<EventStream<T>> {
        self.map(|body| body.event_objects(data))
    }

    /// The body as lines of JSON, as [`json_lines`](BodyStream::json_lines) of the asynchronous body.
    pub fn json_lines<T: DeserializeOwned>(self) -> Streamed<JsonLines<T>> {
        self.map(BodyStream::json_lines)
    }

    /// The body as a sequence of JSON texts, as [`json_sequence`](BodyStream::json_sequence) of the asynchronous body.
    pub fn json_sequence<T: DeserializeOwned>(self) -> Streamed<JsonSequence<T>> {
        self.map(BodyStream::json_sequence)
    }
}

impl<S, T> Iterator for Streamed<S>
where
    S: Stream<Item = Result<T, Error>> + Unpin,
{
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let Self { client, stream, is_over } = self;
        if *is_over {
            return None;
        }
        // The stream itself says how long it waits for what comes next.
        let next = poll_fn(|context| Pin::new(&mut *stream).poll_next(context));
        client.wait_for_ever(async { Ok(next.await) }).unwrap_or_else(|error| {
            *is_over = true;
            Some(Err(error))
        })
    }
}

impl Read for Streamed<BodyStream> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        let mut piece = self.next().transpose().map_err(io::Error::other)?.unwrap_or_default();
        let length = piece.as_ref().read(buffer)?;
        piece.advance(length);
        self.stream.give_back(piece);
        Ok(length)
    }
}

impl<S: fmt::Debug> fmt::Debug for Streamed<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.stream.fmt(f)
    }
}
