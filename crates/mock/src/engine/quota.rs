//! What callers may still do: requests per second, and credits.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use crate::engine::security::Caller;
use crate::lock;

/// The span that requests are counted over. It begins with a caller's first request, and anew with the first one after it.
const WINDOW: Duration = Duration::from_secs(1);

/// How many callers are counted for at a time. Further ones are refused, as nothing could be counted for them.
pub(crate) const MOST_CALLERS: usize = 10_000;

/// Why a caller may not do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exceeded<T> {
    /// The caller has used up the limit; this much is left, or has to be waited for.
    Limit(T),
    /// There are [`MOST_CALLERS`] others already.
    Callers,
}

/// The requests of each caller in its current window.
#[derive(Debug, Default)]
pub(crate) struct Rate {
    windows: Mutex<Windows>,
}

#[derive(Debug, Default)]
struct Windows {
    callers: HashMap<Caller, Window>,
    /// When callers whose window is over were last forgotten.
    swept: Duration,
}

#[derive(Clone, Copy, Debug)]
struct Window {
    start: Duration,
    requests: u32,
}

/// The credits that each caller has spent.
#[derive(Debug, Default)]
pub(crate) struct Credits {
    spent: Mutex<HashMap<Caller, u64>>,
}

impl Rate {
    /// Counts a request; an error says how long to wait where there were too many.
    pub(crate) fn count(&self, caller: Caller, now: Duration, limit: u32) -> Result<(), Exceeded<Duration>> {
        let mut windows = lock(&self.windows);
        if !windows.has_room_for(caller, now) {
            return Err(Exceeded::Callers);
        }
        let window = windows.callers.entry(caller).or_insert(Window { start: now, requests: 0 });
        if now >= window.start + WINDOW {
            *window = Window { start: now, requests: 0 };
        }
        if window.requests >= limit {
            return Err(Exceeded::Limit(window.start + WINDOW - now));
        }
        window.requests += 1;
        Ok(())
    }

    /// Forgets all requests.
    pub(crate) fn reset(&self) {
        *lock(&self.windows) = Windows::default();
    }
}

impl Windows {
    fn has_room_for(&mut self, caller: Caller, now: Duration) -> bool {
        if self.callers.len() < MOST_CALLERS || self.callers.contains_key(&caller) {
            return true;
        }
        // Once in a while is enough, and more would let every refused request look at every caller.
        if now >= self.swept + WINDOW {
            self.swept = now;
            self.callers.retain(|_, window| now < window.start + WINDOW);
        }
        self.callers.len() < MOST_CALLERS
    }
}

impl Credits {
    /// Spends credits of a caller's budget; an error says how many are left where they do not suffice.
    pub(crate) fn spend(&self, caller: Caller, cost: u64, budget: u64) -> Result<(), Exceeded<u64>> {
        let mut spent = lock(&self.spent);
        if spent.len() >= MOST_CALLERS && !spent.contains_key(&caller) {
            return Err(Exceeded::Callers);
        }
        let spent = spent.entry(caller).or_default();
        let left = budget.saturating_sub(*spent);
        if cost > left {
            return Err(Exceeded::Limit(left));
        }
        *spent += cost;
        Ok(())
    }

    /// Gives all credits back.
    pub(crate) fn reset(&self) {
        lock(&self.spent).clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller() -> Caller {
        Caller::anonymous()
    }

    #[test]
    fn requests_are_counted_per_second() {
        let rate = Rate::default();
        let at = Duration::from_millis;
        assert_eq!(rate.count(caller(), at(0), 2), Ok(()));
        assert_eq!(rate.count(caller(), at(400), 2), Ok(()));
        assert_eq!(rate.count(caller(), at(700), 2), Err(Exceeded::Limit(at(300))));
        // The window begins anew with the request after it, and not when it ends.
        assert_eq!(rate.count(caller(), at(1_500), 2), Ok(()));
        assert_eq!(rate.count(caller(), at(2_499), 2), Ok(()));
        assert_eq!(rate.count(caller(), at(2_499), 2), Err(Exceeded::Limit(at(1))));
        assert_eq!(rate.count(caller(), at(2_500), 2), Ok(()));
        rate.reset();
        assert_eq!([(); 3].map(|()| rate.count(caller(), at(2_500), 2).is_ok()), [true, true, false]);
        assert_eq!(rate.count(Caller(1), at(2_500), 2), Ok(()));
    }

    #[test]
    fn further_callers_have_to_wait_until_others_are_forgotten() {
        let (rate, at, most) = (Rate::default(), Duration::from_millis, MOST_CALLERS as u64);
        for number in 0..most {
            assert_eq!(rate.count(Caller(number), at(1_000 + number % 2 * 999), 1), Ok(()));
        }
        assert_eq!(rate.count(Caller(most), at(1_999), 1), Err(Exceeded::Callers));
        // Who is known still is, and nobody is forgotten twice within a window.
        assert_eq!(rate.count(Caller(1), at(2_000), 1), Err(Exceeded::Limit(at(999))));
        assert_eq!(rate.count(Caller(most), at(2_998), 1), Err(Exceeded::Callers));
        assert_eq!(rate.count(Caller(most), at(2_999), 1), Ok(()));
        assert_eq!(lock(&rate.windows).callers.len(), 1);
    }

    #[test]
    fn credits_of_further_callers_cannot_be_counted() {
        let (credits, most) = (Credits::default(), MOST_CALLERS as u64);
        for number in 0..most {
            assert_eq!(credits.spend(Caller(number), 1, 2), Ok(()));
        }
        assert_eq!(credits.spend(Caller(most), 1, 2), Err(Exceeded::Callers));
        assert_eq!(credits.spend(Caller(0), 1, 2), Ok(()));
        assert_eq!(credits.spend(Caller(0), 1, 2), Err(Exceeded::Limit(0)));
        credits.reset();
        assert_eq!(credits.spend(Caller(most), 2, 2), Ok(()));
    }

    #[test]
    fn credits_are_spent_until_they_do_not_suffice() {
        let credits = Credits::default();
        assert_eq!(credits.spend(caller(), 2, 3), Ok(()));
        assert_eq!(credits.spend(caller(), 2, 3), Err(Exceeded::Limit(1)));
        assert_eq!(credits.spend(caller(), 1, 3), Ok(()));
    }
}
