//! A body line by line, in bounded memory.

use std::task::{Context as TaskContext, Poll, ready};

use bytes::{Buf, Bytes, BytesMut};
use memchr::{memchr, memchr2};

use super::BodyStream;
use crate::{Error, ErrorKind};

/// What begins a text of a sequence of them, and so ends the one before.
const RECORD_SEPARATOR: u8 = 0x1e;

/// What ends a line.
#[derive(Debug)]
pub(super) enum LineEnd {
    /// A line feed.
    Lf,
    /// A carriage return, a line feed, or both.
    CrOrLf,
    /// A record separator, or a line feed behind a JSON text.
    JsonText(JsonText),
}

/// Where in a JSON text a reader is.
#[derive(Debug, Default)]
pub(super) struct JsonText {
    depth: usize,
    is_in_string: bool,
    is_escaped: bool,
}

impl JsonText {
    /// Reads on, to the end of the text if it is there.
    fn end(&mut self, bytes: &[u8]) -> Option<usize> {
        let end = bytes.iter().position(|byte| self.ends_at(*byte))?;
        *self = Self::default();
        Some(end)
    }

    fn ends_at(&mut self, byte: u8) -> bool {
        let is_escaped = std::mem::take(&mut self.is_escaped);
        match byte {
            // It has to be escaped where it is part of a text.
            RECORD_SEPARATOR => return true,
            _ if is_escaped => {}
            b'\\' => self.is_escaped = self.is_in_string,
            b'"' => self.is_in_string = !self.is_in_string,
            _ if self.is_in_string => {}
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            b'\n' => return self.depth == 0,
            _ => {}
        }
        false
    }
}

/// The lines of a body, without what ends them. What stands behind the last end is a line, too, unless it is nothing.
#[derive(Debug)]
pub(super) struct Lines {
    pub(super) body: BodyStream,
    end: LineEnd,
    /// The largest line.
    pub(super) limit: usize,
    buffer: BytesMut,
    /// How much of the buffer is known to have no end in it.
    scanned: usize,
    /// What the last line ended with.
    ended_with: Option<u8>,
}

impl Lines {
    pub(super) fn new(body: BodyStream, end: LineEnd) -> Self {
        let (body, limit) = body.without_limit();
        Self { body, end, limit, buffer: BytesMut::new(), scanned: 0, ended_with: None }
    }

    pub(super) fn poll_line(&mut self, context: &mut TaskContext<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        loop {
            if let Some(line) = self.buffered() {
                return Poll::Ready(Some(Ok(line)));
            }
            if self.buffer.len() > self.limit {
                return Poll::Ready(Some(Err(self.too_large())));
            }
            match ready!(self.body.poll_piece(context)) {
                Some(Ok(piece)) => self.buffer.extend_from_slice(&piece),
                Some(Err(error)) => {
                    self.clear();
                    return Poll::Ready(Some(Err(error)));
                }
                None if self.buffer.is_empty() => return Poll::Ready(None),
                None => {
                    (self.scanned, self.ended_with) = (0, None);
                    return Poll::Ready(Some(Ok(self.buffer.split().freeze())));
                }
            }
        }
    }

    /// What the last line ended with; nothing where it was the end of the body.
    pub(super) fn ended_with(&self) -> Option<u8> {
        self.ended_with
    }

    /// The error of what is too large to be kept, after which nothing comes.
    pub(super) fn too_large(&mut self) -> Error {
        self.clear();
        let message = format!("a part of the stream has more than {} bytes", self.limit);
        self.body.end_with(ErrorKind::BodyTooLarge, &message)
    }

    fn clear(&mut self) {
        self.buffer.clear();
        self.scanned = 0;
    }

    /// The next line, if all of it is there.
    fn buffered(&mut self) -> Option<Bytes> {
        // A line feed behind a carriage return belongs to that.
        if self.ended_with == Some(b'\r') && !self.buffer.is_empty() {
            self.ended_with = None;
            if self.buffer[0] == b'\n' {
                self.buffer.advance(1);
            }
        }
        let rest = &self.buffer[self.scanned..];
        let found = match &mut self.end {
            LineEnd::Lf => memchr(b'\n', rest),
            LineEnd::CrOrLf => memchr2(b'\r', b'\n', rest),
            LineEnd::JsonText(text) => text.end(rest),
        };
        let Some(found) = found else {
            self.scanned = self.buffer.len();
            return None;
        };
        let length = std::mem::take(&mut self.scanned) + found;
        if length > self.limit {
            return None;
        }
        self.ended_with = self.buffer.get(length).copied();
        let line = self.buffer.split_to(length).freeze();
        self.buffer.advance(1);
        Some(line)
    }
}
