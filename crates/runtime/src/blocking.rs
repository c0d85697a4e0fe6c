//! Calls that a thread waits for.
//!
//! A client here has a thread of its own, which drives its connections all the time: also between calls, so that it learns
//! when a server closes a connection, and while the thread that calls is parked. A call is polled on the thread that makes
//! it, so that spans and thread-locals are those of the caller.

mod pages;
mod request;
mod streams;
mod thread;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::Method;

pub use pages::{Items, Pages};
pub use request::Request;
pub use streams::Streamed;

use crate::error::Inner;
use crate::error::display_text::DisplayText;
use crate::{CallOptions, Credits, Error, ErrorKind};
use thread::{Thread, Unserved};

/// How much longer a thread waits than a call may take, so that the call can say itself why it ends.
const GRACE: Duration = Duration::from_secs(1);

/// A client whose calls are waited for, which that of the platform's crate is built on. Clones are cheap, and share what
/// clones of the asynchronous client share, and the thread that drives their connections.
///
/// It works wherever a thread may wait: without an async runtime, inside of one of any kind, in `spawn_blocking`, in a
/// `Drop`. It never panics for where it is used. Inside of an async runtime the other tasks of the same thread wait, too:
/// await an asynchronous client there if you can, and do not wait there for a server that the same thread is to run.
///
/// A thread that is ending calls nothing any more: in the `Drop` of a thread-local, a call may end with
/// [`ErrorKind::Configuration`].
///
/// A child process that was made by `fork` has no such thread, and calls end with
/// [`ErrorKind::Configuration`]: make a client after the fork.
#[derive(Clone)]
pub struct Client {
    client: crate::Client,
    thread: Arc<Thread>,
}

impl Client {
    /// A client that shares budgets, limits and key with an asynchronous one, and has connections of its own.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] if the system has no room for another thread.
    pub fn new(client: crate::Client) -> Result<Self, Error> {
        Ok(Self { client, thread: Arc::new(Thread::start()?) })
    }

    /// Calls any path of the server, as [`Client::request`](crate::Client::request) of the asynchronous client does.
    pub fn request(&self, method: Method, path: impl Into<String>) -> Request {
        Request::new(self.clone(), self.client.request(method, path))
    }

    /// What this client and its clones have spent, and what is left of their budget.
    #[must_use]
    pub fn credits(&self) -> Credits {
        self.client.credits()
    }

    /// Waits for a call.
    ///
    /// # Errors
    ///
    /// Those of the call; [`ErrorKind::Timeout`] if the thread that drives the connections does not get to it.
    #[doc(hidden)]
    pub fn wait<T>(&self, options: &CallOptions, call: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        let timeout = options.overrides().timeout.unwrap_or(self.client.shared.timeout);
        self.wait_until(timeout.checked_add(GRACE), call)
    }

    /// Waits for what ends by itself.
    fn wait_for_ever<T>(&self, future: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        self.wait_until(None, future)
    }

    fn wait_until<T>(
        &self,
        limit: Option<Duration>,
        future: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        self.thread.wait(future, limit).unwrap_or_else(|why| Err(why.error()))
    }
}

impl Unserved {
    fn error(self) -> Error {
        match self {
            Self::Forked => Error::configuration(
                "the client was made before the process was forked, and its thread did not come along: make a client \
                 after the fork",
            ),
            Self::Ending => Error::configuration(
                "the thread that calls is ending, and has dropped already what tells its runtime: call before that, or \
                 on another thread",
            ),
            Self::Late => {
                let message = "the thread that drives the connections did not get to the call before its deadline";
                Inner { message: Some(DisplayText::from_static(message)), ..Inner::new(ErrorKind::Timeout) }.into()
            }
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.client.fmt(f)
    }
}
