//! What a program can learn of the calls of its client, for metrics, warnings and recordings.

#[cfg(feature = "recorder")]
pub(crate) mod recorder;
pub(crate) mod trace;
pub(crate) mod watch;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderName, StatusCode};

use crate::security::key::ApiKey;
use crate::transport::{Failed, Received};
use crate::{Deprecation, ErrorKind, RetryLimit};

/// Is told of every call and every attempt; [`ClientBuilder::observer`](crate::ClientBuilder::observer) takes one. Every
/// method does nothing unless it is written.
///
/// For each call, [`attempt_begun`](Self::attempt_begun) and [`attempt_ended`](Self::attempt_ended) come by turns, and
/// then [`call_ended`](Self::call_ended) once: also where the caller drops the call, which is
/// [`Ending::Cancelled`] and comes from the drop. Calls that run at the same time tell of themselves at the same time. A
/// request that is refused before its call begins, such as one without a parameter that is required, is told of nowhere
/// but in its error.
///
/// The call waits for its observers, in the order in which they were given, on whichever thread polls it or drops it: one
/// that is slow makes calls slow, so whatever may block belongs behind a channel. One that panics does not harm the call:
/// the panic ends at the observer, after the panic hook was told, and the observer is told of what comes next as if
/// nothing had happened.
///
/// No event has a key: texts of the caller and the server are masked as those of errors are.
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
///
/// use keyapi_runtime::{AttemptEnded, NextStep, Observer};
///
/// #[derive(Default)]
/// struct Retries(AtomicU64);
///
/// impl Observer for Retries {
///     fn attempt_ended(&self, attempt: &AttemptEnded<'_>) {
///         if let NextStep::Retry { .. } = attempt.next {
///             self.0.fetch_add(1, Ordering::Relaxed);
///         }
///     }
/// }
/// ```
pub trait Observer: Send + Sync {
    /// A request is about to be sent.
    fn attempt_begun(&self, attempt: &AttemptBegun<'_>) {
        _ = attempt;
    }

    /// A request was answered, or failed, or was given up.
    fn attempt_ended(&self, attempt: &AttemptEnded<'_>) {
        _ = attempt;
    }

    /// A call is over; its caller gets the result next.
    fn call_ended(&self, call: &CallEnded<'_>) {
        _ = call;
    }

    /// The API says that an operation is deprecated or will be gone. It is told of once for each operation, by the client
    /// and its clones, before the end of the call that learned of it.
    fn deprecated(&self, operation: &Deprecated<'_>) {
        _ = operation;
    }
}

/// The caller keeps the observer, to ask it afterwards.
impl<O: Observer + ?Sized> Observer for Arc<O> {
    fn attempt_begun(&self, attempt: &AttemptBegun<'_>) {
        (**self).attempt_begun(attempt);
    }

    fn attempt_ended(&self, attempt: &AttemptEnded<'_>) {
        (**self).attempt_ended(attempt);
    }

    fn call_ended(&self, call: &CallEnded<'_>) {
        (**self).call_ended(call);
    }

    fn deprecated(&self, operation: &Deprecated<'_>) {
        (**self).deprecated(operation);
    }
}

/// An attempt that begins.
#[derive(Debug)]
#[non_exhaustive]
pub struct AttemptBegun<'a> {
    /// The operation's name; of a path that the caller chose, the method and the path.
    pub operation: &'a str,
    /// The method.
    pub method: &'a str,
    /// The path template.
    pub path: &'a str,
    /// The URL. Of the query it has the names alone, since values say who is looked at, unless the client's builder was
    /// told to show them.
    pub url: &'a str,
    /// Its number within the call, from one. Requests after a redirect count, too.
    pub attempt: u32,
}

/// An attempt that ended.
#[non_exhaustive]
pub struct AttemptEnded<'a> {
    /// What was said as it began.
    pub begun: AttemptBegun<'a>,
    /// How it ended. A response that says no, by its status or its envelope's code, is a failure; a redirect that is
    /// followed is none.
    pub ending: Ending,
    /// The status, if one came.
    pub status: Option<StatusCode>,
    /// How long it took.
    pub elapsed: Duration,
    /// How much of the body was read, in bytes, after decompression.
    pub bytes: usize,
    /// What the client does next.
    pub next: NextStep,
    /// What came of it; nothing where it was given up.
    pub(crate) result: Option<&'a Result<Received, Failed>>,
    pub(crate) key: &'a ApiKey,
    /// What was sent, as far as it could be kept.
    #[cfg(feature = "recorder")]
    pub(crate) request: Option<&'a reqwest::Request>,
}

impl AttemptEnded<'_> {
    /// The body, if all of it came; of a response that says no, at most the first 64 KiB, and nothing of one that its
    /// caller reads. Whatever looks like a key is masked.
    #[must_use]
    pub fn body(&self) -> Option<Bytes> {
        let mut body = self.raw_body()?.to_vec();
        self.key.mask_bytes(&mut body);
        Some(body.into())
    }

    /// The same as it came.
    pub(crate) fn raw_body(&self) -> Option<&Bytes> {
        let received = self.result?.as_ref().ok()?;
        (!received.unread.is_there()).then_some(&received.body)
    }

    /// The first value of a header, if it came and is text: one line, as it can be shown.
    #[must_use]
    pub fn header(&self, name: &HeaderName) -> Option<String> {
        let value = self.received()?.headers.get(name)?;
        Some(self.key.display_text(value.to_str().ok()?).to_string())
    }

    /// The headers of the response.
    #[cfg(feature = "recorder")]
    pub(crate) fn headers(&self) -> Option<&http::HeaderMap> {
        Some(&self.received()?.headers)
    }

    fn received(&self) -> Option<&Received> {
        match self.result? {
            Ok(received) => Some(received),
            Err(failed) => failed.partial.as_ref(),
        }
    }
}

/// Shows neither headers nor body.
impl fmt::Debug for AttemptEnded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AttemptEnded")
            .field("begun", &self.begun)
            .field("ending", &self.ending)
            .field("status", &self.status)
            .field("elapsed", &self.elapsed)
            .field("bytes", &self.bytes)
            .field("next", &self.next)
            .finish_non_exhaustive()
    }
}

/// A call that ended.
#[derive(Debug)]
#[non_exhaustive]
pub struct CallEnded<'a> {
    /// The operation's name; of a path that the caller chose, the method and the path.
    pub operation: &'a str,
    /// The path template.
    pub path: &'a str,
    /// How it ended.
    pub ending: Ending,
    /// The status of the last response, if one came.
    pub status: Option<StatusCode>,
    /// How many requests were sent.
    pub attempts: u32,
    /// How long it took, waits included.
    pub elapsed: Duration,
    /// How much was read of the bodies of all attempts, in bytes, after decompression.
    pub bytes: usize,
    /// What a success costs, if the document says so.
    pub credits: Option<u64>,
}

/// An operation of which the API says that it should not be used any more.
#[derive(Debug)]
#[non_exhaustive]
pub struct Deprecated<'a> {
    /// The operation's name; of a path that the caller chose, the method and the path.
    pub operation: &'a str,
    /// The path template.
    pub path: &'a str,
    /// What the `Deprecation` header says (RFC 9745).
    pub deprecation: Option<Deprecation>,
    /// When it will be gone, as the `Sunset` header says (RFC 8594).
    pub sunset: Option<SystemTime>,
}

/// How an attempt or a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ending {
    /// With a response that can be used.
    Success,
    /// With an error of this kind.
    Failure(ErrorKind),
    /// The caller dropped the call.
    Cancelled,
}

/// What follows an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NextStep {
    /// The call ends.
    End {
        /// What alone kept the call from another attempt, if anything did.
        limit: Option<RetryLimit>,
    },
    /// The request is sent again.
    Retry {
        /// The wait before it, without what a limit of requests per second may add.
        after: Duration,
    },
    /// The redirect is followed.
    Redirect,
    /// The request is sent again with another key, which the client's key provider gave after the API had refused the one
    /// before.
    NewKey,
    /// The request is sent again at once, on a new connection and as the same attempt: the async runtime that drove the
    /// old one has ended.
    Reconnect,
}
