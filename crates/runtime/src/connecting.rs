//! Whether an attempt still waits for its connection, in which case nothing of it was sent.
//!
//! An attempt polls the making of its own connection each time that it is polled, and not any more once it has one: also
//! where it got another one from the pool meanwhile, as the one that it began is then made in the background.

use std::cell::Cell;
use std::pin::Pin;
use std::task::{Context, Poll};

use tower_layer::Layer;
use tower_service::Service;

thread_local! {
    /// Whether a connection that does not stand yet was polled in the present poll of an attempt.
    static CONNECTING: Cell<bool> = const { Cell::new(false) };
}

/// Polls an attempt, and says whether it waits for its connection.
pub(crate) fn during<T>(attempt: impl FnOnce() -> Poll<T>) -> (Poll<T>, bool) {
    let outer = CONNECTING.replace(false);
    let poll = attempt();
    (poll, CONNECTING.replace(outer))
}

/// Makes connectors that tell the attempt which polls them.
#[derive(Clone, Debug)]
pub(crate) struct ConnectingLayer;

impl<S> Layer<S> for ConnectingLayer {
    type Service = ConnectingService<S>;

    fn layer(&self, connector: S) -> ConnectingService<S> {
        ConnectingService(connector)
    }
}

/// A connector that tells.
#[derive(Clone, Debug)]
pub(crate) struct ConnectingService<S>(S);

impl<R, S: Service<R, Future: Unpin>> Service<R> for ConnectingService<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = ConnectingFuture<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: R) -> Self::Future {
        ConnectingFuture(self.0.call(request))
    }
}

/// The making of a connection.
#[derive(Debug)]
pub(crate) struct ConnectingFuture<F>(F);

impl<F: Future + Unpin> Future for ConnectingFuture<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let poll = Pin::new(&mut self.0).poll(context);
        CONNECTING.set(poll.is_pending());
        poll
    }
}
