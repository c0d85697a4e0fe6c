//! Tells the observers of a client about one call.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use http::StatusCode;
use reqwest::Request;

use super::trace;
use crate::call::Target;
use crate::client::Shared;
use crate::error::display_text::DisplayText;
use crate::transport::{Failed, Received};
use crate::{AttemptBegun, AttemptEnded, CallEnded, Deprecated, Deprecation, Ending, NextStep, Observer};

/// Follows one call. Whatever is under way when it is dropped was cancelled, and it says so.
pub(crate) struct Watch {
    shared: Arc<Shared>,
    target: Target,
    begun: Instant,
    progress: Mutex<Progress>,
}

/// How far the call has come.
#[derive(Default)]
struct Progress {
    /// The attempt that is under way.
    attempt: Option<Attempt>,
    attempts: u32,
    bytes: usize,
    status: Option<StatusCode>,
    is_over: bool,
}

struct Attempt {
    number: u32,
    method: DisplayText,
    url: DisplayText,
    begun: Instant,
    /// What the recorder looks for credentials in.
    #[cfg(feature = "recorder")]
    request: Option<Request>,
}

impl Watch {
    /// Follows a call that begins, if there is anybody to tell.
    pub(crate) fn begin(shared: &Arc<Shared>, target: &Target) -> Option<Arc<Self>> {
        (!shared.observers.is_empty()).then(|| {
            let (shared, target) = (Arc::clone(shared), target.clone());
            let begun = shared.environment.now();
            Arc::new(Self { shared, target, begun, progress: Mutex::default() })
        })
    }

    /// A request is about to be sent.
    pub(crate) fn attempt_begun(&self, request: &Request, number: u32) {
        let (method, url) = (trace::method(&self.shared, request), trace::url(&self.shared, request));
        let mut attempt = Attempt {
            number,
            method,
            url,
            begun: self.begun,
            #[cfg(feature = "recorder")]
            request: request.try_clone(),
        };
        let event = self.event(&attempt);
        self.tell(|observer| observer.attempt_begun(&event));
        // The time that observers take is not the attempt's.
        attempt.begun = self.shared.environment.now();
        let mut progress = self.progress();
        (progress.attempt, progress.attempts) = (Some(attempt), number);
    }

    /// It is known what came of the request, if anything did, and what comes next.
    pub(crate) fn attempt_ended(&self, result: Option<&Result<Received, Failed>>, ending: Ending, next: NextStep) {
        let received = result.and_then(|result| result.as_ref().map_or_else(|failed| failed.partial.as_ref(), Some));
        let (status, bytes) = received.map_or((None, 0), |received| (Some(received.status), received.body.len()));
        let mut progress = self.progress();
        let Some(attempt) = progress.attempt.take() else { return };
        (progress.status, progress.bytes) = (status.or(progress.status), progress.bytes + bytes);
        drop(progress);
        let (begun, elapsed) = (self.event(&attempt), self.since(attempt.begun));
        let key = &*self.shared.key();
        let event = AttemptEnded {
            begun,
            ending,
            status,
            elapsed,
            bytes,
            next,
            result,
            key,
            #[cfg(feature = "recorder")]
            request: attempt.request.as_ref(),
        };
        self.tell(|observer| observer.attempt_ended(&event));
    }

    /// The caller is about to get the result.
    pub(crate) fn call_ended(&self, attempts: u32, status: Option<StatusCode>, ending: Ending) {
        let mut progress = self.progress();
        progress.is_over = true;
        let bytes = progress.bytes;
        drop(progress);
        let Target { name, path, credits, .. } = &self.target;
        let (operation, path, elapsed) = (name.as_str(), path.as_str(), self.since(self.begun));
        let event = CallEnded { operation, path, ending, status, attempts, elapsed, bytes, credits: *credits };
        self.tell(|observer| observer.call_ended(&event));
    }

    /// The API says that the operation is deprecated, or will be gone.
    pub(crate) fn deprecated(&self, deprecation: Option<Deprecation>, sunset: Option<SystemTime>) {
        let (operation, path) = (self.target.name.as_str(), self.target.path.as_str());
        let event = Deprecated { operation, path, deprecation, sunset };
        self.tell(|observer| observer.deprecated(&event));
    }

    fn event<'a>(&'a self, attempt: &'a Attempt) -> AttemptBegun<'a> {
        AttemptBegun {
            operation: self.target.name.as_str(),
            method: attempt.method.as_str(),
            path: self.target.path.as_str(),
            url: attempt.url.as_str(),
            attempt: attempt.number,
        }
    }

    /// Tells every observer. What one of them panics at is no fault of the call, which may have been paid for; and a panic
    /// while another one unwinds would end the program.
    fn tell(&self, event: impl Fn(&dyn Observer)) {
        for observer in &self.shared.observers {
            _ = catch_unwind(AssertUnwindSafe(|| event(&**observer)));
        }
    }

    fn since(&self, begin: Instant) -> Duration {
        self.shared.environment.now().saturating_duration_since(begin)
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.attempt_ended(None, Ending::Cancelled, NextStep::End { limit: None });
        let Progress { attempts, status, is_over, .. } = *self.progress();
        if !is_over {
            self.call_ended(attempts, status, Ending::Cancelled);
        }
    }
}
