//! What callers may still do: requests per second, and credits.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use crate::lock;
use crate::security::Caller;

/// The span that requests are counted over.
const WINDOW: Duration = Duration::from_secs(1);

/// More callers than this are not told apart; the oldest windows are forgotten first.
const MOST_CALLERS: usize = 10_000;

/// The requests of each caller in the current second.
#[derive(Debug, Default)]
pub struct Rate {
    windows: Mutex<HashMap<Caller, Window>>,
}

#[derive(Clone, Copy, Debug)]
struct Window {
    start: Duration,
    requests: u32,
}

/// The credits that each caller has spent.
#[derive(Debug, Default)]
pub struct Credits {
    spent: Mutex<HashMap<Caller, u64>>,
}

impl Rate {
    /// Counts a request; an error says how long to wait where there were too many.
    pub fn count(&self, caller: Caller, now: Duration, limit: u32) -> Result<(), Duration> {
        let mut windows = lock(&self.windows);
        if windows.len() >= MOST_CALLERS {
            windows.retain(|_, window| now < window.start + WINDOW);
        }
        let window = windows.entry(caller).or_insert(Window { start: now, requests: 0 });
        if now >= window.start + WINDOW {
            *window = Window { start: now, requests: 0 };
        }
        if window.requests >= limit {
            return Err(window.start + WINDOW - now);
        }
        window.requests += 1;
        Ok(())
    }

    /// Forgets all requests.
    pub fn reset(&self) {
        lock(&self.windows).clear();
    }
}

impl Credits {
    /// Spends credits of a caller's budget; an error says how many are left where they do not suffice.
    pub fn spend(&self, caller: Caller, cost: u64, budget: u64) -> Result<(), u64> {
        let mut spent = lock(&self.spent);
        if spent.len() >= MOST_CALLERS && !spent.contains_key(&caller) {
            return Ok(());
        }
        let spent = spent.entry(caller).or_default();
        let left = budget.saturating_sub(*spent);
        if cost > left {
            return Err(left);
        }
        *spent += cost;
        Ok(())
    }

    /// Gives all credits back.
    pub fn reset(&self) {
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
        assert_eq!(rate.count(caller(), at(700), 2), Err(at(300)));
        assert_eq!(rate.count(caller(), at(1_000), 2), Ok(()));
    }

    #[test]
    fn credits_are_spent_until_they_do_not_suffice() {
        let credits = Credits::default();
        assert_eq!(credits.spend(caller(), 2, 3), Ok(()));
        assert_eq!(credits.spend(caller(), 2, 3), Err(1));
        assert_eq!(credits.spend(caller(), 1, 3), Ok(()));
    }
}
