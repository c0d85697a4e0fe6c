//! The pause that the server asks for with a 429, which all clones of a client keep.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The longest pause that is kept. A header may ask for any number of seconds, and must not stop a program for ever.
pub(crate) const LONGEST: Duration = Duration::from_secs(60 * 60);

/// Until when nobody sends.
#[derive(Debug, Default)]
pub(crate) struct Pause {
    until: Mutex<Option<Instant>>,
}

impl Pause {
    /// Begins a pause, or prolongs the one that there is.
    pub(crate) fn begin(&self, now: Instant, wait: Duration) {
        let mut until = self.until();
        *until = (*until).max(now.checked_add(wait.min(LONGEST)));
    }

    /// What is left of the pause, if anything is.
    pub(crate) fn left(&self, now: Instant) -> Option<Duration> {
        let left = (*self.until())?.saturating_duration_since(now);
        (!left.is_zero()).then_some(left)
    }

    fn until(&self) -> MutexGuard<'_, Option<Instant>> {
        self.until.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{LONGEST, Pause};

    #[test]
    fn the_longest_of_several_pauses_counts_and_an_hour_is_the_longest_of_all() {
        let (pause, now) = (Pause::default(), Instant::now());
        assert_eq!(pause.left(now), None);
        for (wait, left) in [(7, 7), (3, 7), (0, 7), (9, 9), (u64::MAX, LONGEST.as_secs())] {
            pause.begin(now, Duration::from_secs(wait));
            assert_eq!(pause.left(now), Some(Duration::from_secs(left)));
        }
        assert_eq!(pause.left(now + LONGEST - Duration::from_nanos(1)), Some(Duration::from_nanos(1)));
        assert_eq!(pause.left(now + LONGEST), None);
    }
}
