//! Connections and bodies that can fail on purpose.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;

use crate::server::idle::Activity;

/// How long a client may go on sending what nobody reads. Were the connection closed before, a reset could overtake the
/// response that says why.
const LINGER: Duration = Duration::from_secs(1);

/// A connection that is reset and not closed where someone asked for that, and closed where it has to give way.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    activity: Arc<Activity>,
    linger: Option<Pin<Box<Sleep>>>,
}

impl Connection {
    pub(crate) fn new(stream: TcpStream, activity: Arc<Activity>) -> Self {
        Self { stream, activity, linger: None }
    }

    /// Reads on, without a use for it, until the client ends the connection or has had time enough to.
    fn poll_linger(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let linger = self.linger.get_or_insert_with(|| Box::pin(tokio::time::sleep(LINGER)));
        let mut bytes = [0; 4096];
        while linger.as_mut().poll(cx).is_pending() && !self.activity.gives_way() {
            let mut buffer = ReadBuf::new(&mut bytes);
            match std::task::ready!(Pin::new(&mut self.stream).poll_read(cx, &mut buffer)) {
                Ok(()) if !buffer.filled().is_empty() => {}
                _ => break,
            }
        }
        Poll::Ready(())
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if self.activity.is_reset() {
            // Without lingering, closing is a reset.
            _ = self.stream.set_zero_linger();
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buffer);
        match read {
            // The end of the connection, as if the client had closed it.
            Poll::Pending if self.activity.gives_way() => return Poll::Ready(Ok(())),
            Poll::Ready(Ok(())) if buffer.filled().len() > before => self.activity.begin(),
            _ => {}
        }
        read
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // It is called when everything that there is to send has been written.
        std::task::ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
        self.activity.wait(cx.waker());
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.activity.is_reset() {
            return Poll::Ready(Ok(()));
        }
        if self.linger.is_none() {
            std::task::ready!(Pin::new(&mut self.stream).poll_shutdown(cx))?;
            if !self.activity.is_busy() {
                return Poll::Ready(Ok(()));
            }
            // There is a request that was not read to its end.
            self.activity.end();
            self.activity.wait(cx.waker());
        }
        self.poll_linger(cx).map(Ok)
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
    exchange: Option<Exchange>,
}

/// A request and its response, which end with the body.
#[derive(Debug)]
struct Exchange(Arc<Activity>);

impl Drop for Exchange {
    fn drop(&mut self) {
        self.0.end();
    }
}

#[derive(Debug)]
enum Fault {
    None,
    Cut { left: usize, flushed: bool, reset: Option<Arc<Activity>> },
    Drip { chunk: usize, pause: Duration, sleep: Option<Pin<Box<Sleep>>> },
}

impl Faulty {
    pub(crate) fn whole(body: Bytes) -> Self {
        Self { rest: body, fault: Fault::None, exchange: None }
    }

    pub(crate) fn cut(body: Bytes, after: usize, reset: Option<Arc<Activity>>) -> Self {
        // A body that is not cut at all would be no fault.
        let left = after.min(body.len().saturating_sub(1));
        Self { rest: body, fault: Fault::Cut { left, flushed: false, reset }, exchange: None }
    }

    pub(crate) fn drip(body: Bytes, chunk: usize, pause: Duration) -> Self {
        Self { rest: body, fault: Fault::Drip { chunk, pause, sleep: None }, exchange: None }
    }

    /// Lets what the connection is doing end with the body.
    pub(crate) fn ending(mut self, activity: Arc<Activity>) -> Self {
        self.exchange = Some(Exchange(activity));
        self
    }

    /// The end of the body has been handed over; what comes after it is another request's.
    fn end(&mut self) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        self.exchange = None;
        Poll::Ready(None)
    }
}

impl Body for Faulty {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let this = &mut *self;
        match &mut this.fault {
            Fault::None if this.rest.is_empty() => this.end(),
            Fault::None => {
                this.exchange = None;
                Poll::Ready(Some(Ok(Frame::data(std::mem::take(&mut this.rest)))))
            }
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
                    reset.reset();
                }
                Poll::Ready(Some(Err(io::ErrorKind::ConnectionAborted.into())))
            }
            Fault::Drip { chunk, pause, sleep } => {
                if let Some(waiting) = sleep {
                    std::task::ready!(waiting.as_mut().poll(cx));
                }
                if this.rest.is_empty() {
                    return this.end();
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
