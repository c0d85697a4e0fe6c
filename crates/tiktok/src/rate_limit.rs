//! A client-side rate limit that waits instead of provoking 429 replies.

use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Spaces requests evenly, in the order in which they ask.
pub(crate) struct RateLimit {
    interval: Duration,
    next: Mutex<Option<Instant>>,
}

impl RateLimit {
    pub(crate) fn per_second(requests: NonZeroU32) -> Self {
        Self { interval: Duration::from_secs(1) / requests.get(), next: Mutex::new(None) }
    }

    /// Takes the next turn and says how long to wait for it. `None`, and no turn is taken, if it would come after the
    /// longest wait.
    pub(crate) fn take_turn(&self, now: Instant, longest: Duration) -> Option<Duration> {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = next.map_or(now, |next| next.max(now));
        let wait = turn - now;
        if wait > longest {
            return None;
        }
        *next = turn.checked_add(self.interval);
        Some(wait)
    }
}
