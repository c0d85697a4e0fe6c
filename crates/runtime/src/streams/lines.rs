//! A body line by line, in bounded memory.

use std::task::{Context as TaskContext, Poll, ready};

use bytes::{Buf, Bytes, BytesMut};
use memchr::{memchr, memchr2};

use super::BodyStream;
use crate::{Error, ErrorKind};

/// What ends a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineEnd {
    /// A line feed.
    Lf,
    /// A carriage return, a line feed, or both.
    CrOrLf,
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
    /// Whether a line feed that comes next belongs to the carriage return before it.
    is_after_cr: bool,
}

impl Lines {
    pub(super) fn new(body: BodyStream, end: LineEnd) -> Self {
        let (body, limit) = body.without_limit();
        Self { body, end, limit, buffer: BytesMut::new(), scanned: 0, is_after_cr: false }
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
                    self.scanned = 0;
                    return Poll::Ready(Some(Ok(self.buffer.split().freeze())));
                }
            }
        }
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
        if self.is_after_cr && !self.buffer.is_empty() {
            self.is_after_cr = false;
            if self.buffer[0] == b'\n' {
                self.buffer.advance(1);
            }
        }
        let rest = &self.buffer[self.scanned..];
        let found = match self.end {
            LineEnd::Lf => memchr(b'\n', rest),
            LineEnd::CrOrLf => memchr2(b'\r', b'\n', rest),
        };
        let Some(found) = found else {
            self.scanned = self.buffer.len();
            return None;
        };
        let length = std::mem::take(&mut self.scanned) + found;
        if length > self.limit {
            return None;
        }
        self.is_after_cr = self.buffer[length] == b'\r';
        let line = self.buffer.split_to(length).freeze();
        self.buffer.advance(1);
        Some(line)
    }
}
