//! Connections and bodies that can fail on purpose.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;

/// A connection that is reset and not closed where someone asked for that.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    reset: Arc<AtomicBool>,
}

impl Connection {
    pub(crate) fn new(stream: TcpStream, reset: Arc<AtomicBool>) -> Self {
        Self { stream, reset }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if self.reset.load(Ordering::Relaxed) {
            // Without lingering, closing is a reset.
            _ = self.stream.set_zero_linger();
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.reset.load(Ordering::Relaxed) {
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

/// A body that may end too early or come slowly.
#[derive(Debug)]
pub(crate) struct Faulty {
    rest: Bytes,
    fault: Fault,
}

#[derive(Debug)]
enum Fault {
    None,
    Cut { left: usize, flushed: bool, reset: Option<Arc<AtomicBool>> },
    Drip { chunk: usize, pause: Duration, sleep: Option<Pin<Box<Sleep>>> },
}

impl Faulty {
    pub(crate) fn whole(body: Bytes) -> Self {
        Self { rest: body, fault: Fault::None }
    }

    pub(crate) fn cut(body: Bytes, after: usize, reset: Option<Arc<AtomicBool>>) -> Self {
        // A body that is not cut at all would be no fault.
        let left = after.min(body.len().saturating_sub(1));
        Self { rest: body, fault: Fault::Cut { left, flushed: false, reset } }
    }

    pub(crate) fn drip(body: Bytes, chunk: usize, pause: Duration) -> Self {
        Self { rest: body, fault: Fault::Drip { chunk, pause, sleep: None } }
    }
}

impl Body for Faulty {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let this = &mut *self;
        match &mut this.fault {
            Fault::None if this.rest.is_empty() => Poll::Ready(None),
            Fault::None => Poll::Ready(Some(Ok(Frame::data(std::mem::take(&mut this.rest))))),
            Fault::Cut { left, flushed, reset } => {
                if *left > 0 {
                    let part = this.rest.split_to(std::mem::take(left));
                    return Poll::Ready(Some(Ok(Frame::data(part))));
                }
                // What was given so far is only sent when the body has nothing more to give for a moment.
                if !std::mem::replace(flushed, true) {
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
                if let Some(reset) = reset {
                    reset.store(true, Ordering::Relaxed);
                }
                Poll::Ready(Some(Err(io::ErrorKind::ConnectionAborted.into())))
            }
            Fault::Drip { chunk, pause, sleep } => {
                if let Some(waiting) = sleep {
                    std::task::ready!(waiting.as_mut().poll(cx));
                }
                if this.rest.is_empty() {
                    return Poll::Ready(None);
                }
                let part = this.rest.split_to((*chunk).min(this.rest.len()));
                *sleep = Some(Box::pin(tokio::time::sleep(*pause)));
                Poll::Ready(Some(Ok(Frame::data(part))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.fault, Fault::None) && self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64)
    }
}
