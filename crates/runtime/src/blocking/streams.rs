//! Bodies that are read while they come, and waited for.

use std::fmt;
use std::future::poll_fn;
use std::io::{self, BufRead, Read};
use std::pin::Pin;

use bytes::{Buf, Bytes};
use futures_core::Stream;
use serde::de::DeserializeOwned;

use super::Client;
use crate::{BodyStream, Error, EventStream, JsonLines, Response};

/// A stream of the asynchronous client as an iterator: a [`BodyStream`], an [`EventStream`] or [`JsonLines`]. A body can be read as a file is, too.
#[must_use = "a body comes only while it is read"]
pub struct Streamed<S> {
    client: Client,
    stream: S,
    /// What is left of the last piece of a body that is read as a file is.
    rest: Bytes,
}

impl<S> Streamed<S> {
    /// The response of a blocking client whose body is that of an asynchronous one.
    #[doc(hidden)]
    pub fn of(client: &Client, response: Response<S>) -> Response<Self> {
        response.map(|stream| Self { client: client.clone(), stream, rest: Bytes::new() })
    }

    /// The stream itself, for what it knows besides its items.
    pub fn stream(&self) -> &S {
        &self.stream
    }

    fn map<U>(self, read: impl FnOnce(S) -> U) -> Streamed<U> {
        Streamed { client: self.client, stream: read(self.stream), rest: self.rest }
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

    /// The body as lines of JSON, as [`json_lines`](BodyStream::json_lines) of the asynchronous body.
    pub fn json_lines<T: DeserializeOwned>(self) -> Streamed<JsonLines<T>> {
        self.map(BodyStream::json_lines)
    }
}

impl<S, T> Iterator for Streamed<S>
where
    S: Stream<Item = Result<T, Error>> + Unpin,
{
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let Self { client, stream, .. } = self;
        // The stream itself says how long it waits for what comes next.
        let next = poll_fn(|context| Pin::new(&mut *stream).poll_next(context));
        client.wait_for_ever(async { Ok(next.await) }).unwrap_or_else(|error| Some(Err(error)))
    }
}

impl Read for Streamed<BodyStream> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        let length = self.fill_buf()?.read(buffer)?;
        self.consume(length);
        Ok(length)
    }
}

impl BufRead for Streamed<BodyStream> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.rest.is_empty() {
            self.rest = self.next().transpose().map_err(io::Error::other)?.unwrap_or_default();
        }
        Ok(&self.rest)
    }

    fn consume(&mut self, length: usize) {
        self.rest.advance(length.min(self.rest.len()));
    }
}

impl<S: fmt::Debug> fmt::Debug for Streamed<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.stream.fmt(f)
    }
}
