//! Time that passes by sleeping, whatever a clock says of it.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use crate::{Environment, Sleep};

/// A caller's environment whose clock has gone on by what was slept, even where its own stands still. Whoever sleeps until a
/// time would otherwise find that it has not come, and sleep for ever.
pub(crate) struct AdvancingEnvironment<E> {
    environment: E,
    begin: Instant,
    /// The latest time that somebody has slept until, in nanoseconds since the beginning.
    slept_until: Arc<AtomicU64>,
}

impl<E: Environment> AdvancingEnvironment<E> {
    pub(crate) fn new(environment: E) -> Self {
        let begin = environment.now();
        Self { environment, begin, slept_until: Arc::default() }
    }
}

impl<E: Environment> Environment for AdvancingEnvironment<E> {
    fn now(&self) -> Instant {
        let slept_until = Duration::from_nanos(self.slept_until.load(Ordering::Relaxed));
        let now = self.environment.now();
        self.begin.checked_add(slept_until).map_or(now, |until| now.max(until))
    }

    fn wall_clock(&self) -> SystemTime {
        self.environment.wall_clock()
    }

    fn random(&self) -> f64 {
        self.environment.random()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        let until = self.now().saturating_duration_since(self.begin).saturating_add(duration);
        // Half a thousand years are for ever, and no sleep ends then.
        let until = u64::try_from(until.as_nanos()).unwrap_or(0);
        let (sleep, slept_until) = (self.environment.sleep(duration), Arc::clone(&self.slept_until));
        Box::pin(async move {
            sleep.await;
            slept_until.fetch_max(until, Ordering::Relaxed);
        })
    }
}

/// What the caller passed.
impl<E: fmt::Debug> fmt::Debug for AdvancingEnvironment<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.environment.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use std::future::ready;

    use super::*;

    /// A clock that stands still, and whose sleeps are over at once.
    #[derive(Debug)]
    struct Still(Instant);

    impl Environment for Still {
        fn now(&self) -> Instant {
            self.0
        }

        fn wall_clock(&self) -> SystemTime {
            SystemTime::UNIX_EPOCH
        }

        fn random(&self) -> f64 {
            0.25
        }

        fn sleep(&self, _: Duration) -> Sleep {
            Box::pin(ready(()))
        }
    }

    #[tokio::test]
    async fn time_passes_by_what_is_slept() {
        let start = Instant::now();
        let time = AdvancingEnvironment::new(Still(start));
        let passed = || time.now() - start;
        assert_eq!((time.wall_clock(), time.random()), (SystemTime::UNIX_EPOCH, 0.25));
        let (short, long) = (time.sleep(Duration::from_secs(2)), time.sleep(Duration::from_secs(5)));
        assert_eq!(passed(), Duration::ZERO);
        long.await;
        assert_eq!(passed(), Duration::from_secs(5));
        // What began at the same time is over already.
        short.await;
        assert_eq!(passed(), Duration::from_secs(5));
        time.sleep(Duration::from_secs(1)).await;
        assert_eq!(passed(), Duration::from_secs(6));
        time.sleep(Duration::MAX).await;
        assert_eq!(passed(), Duration::from_secs(6));
    }

    #[test]
    fn a_clock_that_has_gone_further_counts() {
        let start = Instant::now();
        let mut time = AdvancingEnvironment::new(Still(start));
        time.environment.0 += Duration::from_secs(9);
        time.slept_until.store(1, Ordering::Relaxed);
        assert_eq!(time.now() - start, Duration::from_secs(9));
    }
}
