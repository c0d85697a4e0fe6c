//! A client-side rate limit that waits instead of provoking 429 responses.

use std::collections::VecDeque;
use std::num::NonZeroU32;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures_util::future::{Either, select};
use tokio::sync::Notify;

use crate::Environment;

/// Spaces requests evenly, in the order in which they ask.
pub(crate) struct RateLimit {
    interval: Duration,
    queue: Mutex<Queue>,
    /// Tells those who wait that somebody before them went away.
    moved: Notify,
}

/// The right to send one request at its time. Dropped unused, it is given back, and those behind it move up.
pub(crate) struct Permit<'a> {
    limit: &'a RateLimit,
    environment: &'a dyn Environment,
    id: u64,
    used: bool,
}

#[derive(Default)]
struct Queue {
    /// The earliest time that no permit has.
    next: Option<Instant>,
    /// The permits that are not used yet, by their times.
    reserved: VecDeque<Reservation>,
    last_id: u64,
}

struct Reservation {
    id: u64,
    at: Instant,
}

impl RateLimit {
    pub(crate) fn per_second(requests: NonZeroU32) -> Self {
        Self { interval: Duration::from_secs(1) / requests.get(), queue: Mutex::default(), moved: Notify::new() }
    }

    /// Whether a permit that is asked for after `delay` would, as things are, come before the longest wait is over.
    pub(crate) fn has_permit(&self, now: Instant, delay: Duration, longest: Duration) -> bool {
        let next = self.queue().next.map_or(Duration::ZERO, |next| next.saturating_duration_since(now));
        next.max(delay) < longest
    }

    /// Takes the next permit, unless its time comes only when the longest wait is over.
    pub(crate) fn take<'a>(&'a self, environment: &'a dyn Environment, longest: Duration) -> Option<Permit<'a>> {
        let now = environment.now();
        let mut queue = self.queue();
        let at = queue.next.map_or(now, |next| next.max(now));
        if at - now >= longest {
            return None;
        }
        queue.last_id += 1;
        let id = queue.last_id;
        queue.reserved.push_back(Reservation { id, at });
        queue.next = at.checked_add(self.interval);
        Some(Permit { limit: self, environment, id, used: false })
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Permit<'_> {
    /// Waits for the permit's time.
    pub(crate) async fn ready(&self) {
        loop {
            let mut moved = pin!(self.limit.moved.notified());
            // From here on no change is missed, also not one before the next line.
            moved.as_mut().enable();
            let wait = self.time().saturating_duration_since(self.environment.now());
            if wait.is_zero() {
                return;
            }
            if let Either::Left(_) = select(self.environment.sleep(wait), moved).await {
                return;
            }
        }
    }

    /// Says that the request is sent.
    pub(crate) fn use_up(mut self) {
        self.used = true;
        self.limit.queue().reserved.retain(|reservation| reservation.id != self.id);
    }

    fn time(&self) -> Instant {
        let queue = self.limit.queue();
        let own = queue.reserved.iter().find(|reservation| reservation.id == self.id);
        own.map_or_else(|| self.environment.now(), |reservation| reservation.at)
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        if !self.used {
            let now = self.environment.now();
            self.limit.queue().give_back(self.id, now, self.limit.interval);
            self.limit.moved.notify_waiters();
        }
    }
}

impl Queue {
    /// Removes a permit and moves those behind it up, as far as the interval allows.
    fn give_back(&mut self, id: u64, now: Instant, interval: Duration) {
        let Some(index) = self.reserved.iter().position(|reservation| reservation.id == id) else { return };
        let Some(Reservation { at, .. }) = self.reserved.remove(index) else { return };
        let mut free = at.max(now);
        for later in self.reserved.iter_mut().skip(index) {
            later.at = later.at.min(free);
            free = later.at.checked_add(interval).unwrap_or(later.at).max(now);
        }
        self.next = self.next.map(|next| next.min(free));
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;
    use std::time::{Duration, Instant};

    use futures_util::FutureExt;

    use super::{Permit, RateLimit};
    use crate::Environment;
    use crate::test_platform::PausedClock;

    fn one_per_second() -> RateLimit {
        RateLimit::per_second(NonZeroU32::MIN)
    }

    fn take(limit: &RateLimit) -> Permit<'_> {
        limit.take(&PausedClock, Duration::MAX).unwrap()
    }

    /// The seconds, since `start`, at which the permits are ready, all waited for at once.
    async fn times(start: Instant, permits: Vec<Permit<'_>>) -> Vec<u64> {
        futures_util::future::join_all(permits.into_iter().map(|permit| time(start, permit))).await
    }

    async fn time(start: Instant, permit: Permit<'_>) -> u64 {
        permit.ready().await;
        permit.use_up();
        (PausedClock.now() - start).as_secs()
    }

    #[tokio::test(start_paused = true)]
    async fn permits_are_spaced_in_the_order_in_which_they_are_taken() {
        let (limit, start) = (one_per_second(), PausedClock.now());
        let permits = (0..4).map(|_| take(&limit)).collect();
        assert_eq!(times(start, permits).await, [0, 1, 2, 3]);
    }

    #[tokio::test(start_paused = true)]
    async fn permits_that_are_given_back_go_to_those_behind() {
        let (limit, start) = (one_per_second(), PausedClock.now());
        let mut permits: Vec<_> = (0..6).map(|_| take(&limit)).collect();
        permits.remove(0).use_up();
        permits.drain(..4);
        permits.push(take(&limit));
        assert_eq!(times(start, permits).await, [1, 2]);
        drop(take(&limit));
        assert_eq!(times(start, vec![take(&limit)]).await, [3]);
    }

    #[tokio::test(start_paused = true)]
    async fn one_who_waits_already_moves_up() {
        let (limit, start) = (one_per_second(), PausedClock.now());
        take(&limit).use_up();
        let before: Vec<_> = (0..5).map(|_| take(&limit)).collect();
        let mut last = Box::pin(times(start, vec![take(&limit)]));
        assert!(last.as_mut().now_or_never().is_none());
        drop(before);
        assert_eq!(last.await, [1]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_permit_whose_time_is_over_moves_nobody_too_close_to_another() {
        let (limit, start) = (one_per_second(), PausedClock.now());
        take(&limit).use_up();
        let (forgotten, next, last) = (take(&limit), take(&limit), take(&limit));
        tokio::time::sleep(Duration::from_millis(1_900)).await;
        drop(forgotten);
        // The one at 2 s goes at once, and the one at 3 s a second later than that.
        next.ready().await;
        assert_eq!(PausedClock.now() - start, Duration::from_millis(1_900));
        next.use_up();
        last.ready().await;
        assert!(PausedClock.now() - start >= Duration::from_millis(2_900));
    }

    #[tokio::test(start_paused = true)]
    async fn a_permit_at_the_end_of_the_longest_wait_is_none() {
        let limit = one_per_second();
        take(&limit).use_up();
        assert!(limit.take(&PausedClock, Duration::from_secs(1)).is_none());
        assert!(limit.take(&PausedClock, Duration::from_millis(1_001)).is_some());
        assert!(!limit.has_permit(PausedClock.now(), Duration::ZERO, Duration::from_secs(1)));
        assert!(limit.has_permit(PausedClock.now(), Duration::ZERO, Duration::from_millis(1_001)));
    }
}
