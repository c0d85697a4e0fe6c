//! What a call takes from the outside world besides the network.

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant, SystemTime};

/// The future that [`Environment::sleep`] returns.
pub type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Time and randomness.
///
/// The default is the real clock and tokio's timer. A test passes its own through
/// [`ClientBuilder::environment`](crate::ClientBuilder::environment) and retries without waiting.
///
/// [`now`](Self::now) and [`sleep`](Self::sleep) are one time: when a sleep is over, the clock should have gone on by as much.
/// Where it has not, the client counts what was slept as passed, so that a `sleep` that is over at once ends every wait, also
/// with a clock that stands still: time then passes by sleeping alone, and as fast as that.
///
/// A sleep also bounds what is awaited beside it, such as a [`key_provider`](crate::ClientBuilder::key_provider). One that is
/// over at once leaves time only for what is ready at once. A test with a provider that waits takes tokio's paused clock for
/// both: `tokio::time::Instant::now().into_std()` and `tokio::time::sleep`.
pub trait Environment: Debug + Send + Sync {
    /// The monotonic clock, for deadlines and the rate limit.
    fn now(&self) -> Instant {
        Instant::now()
    }

    /// The wall clock, for a `Retry-After` header that carries a date.
    fn wall_clock(&self) -> SystemTime {
        SystemTime::now()
    }

    /// A number in `0.0..1.0`, for jitter.
    fn random(&self) -> f64 {
        fastrand::f64()
    }

    /// Waits, after which [`now`](Self::now) is later by as much.
    fn sleep(&self, duration: Duration) -> Sleep {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// The real clock, tokio's timer and a thread-local random generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemEnvironment;

impl Environment for SystemEnvironment {}

#[cfg(test)]
mod tests {
    use super::{Environment, SystemEnvironment};

    #[test]
    fn numbers_are_random_and_in_their_range() {
        let numbers: Vec<f64> = (0..100).map(|_| SystemEnvironment.random()).collect();
        assert!(numbers.iter().all(|number| (0.0..1.0).contains(number)), "{numbers:?}");
        assert!(numbers.iter().any(|number| *number != numbers[0]), "{numbers:?}");
    }
}
