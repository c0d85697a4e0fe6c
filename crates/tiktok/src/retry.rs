//! Whether, when and how often to repeat a failed attempt.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use http::header::RETRY_AFTER;
use http::{HeaderMap, Method};

use crate::status::RetryRule;

/// How many tenths of a retry a successful call earns, and how many a retry costs.
const BUDGET_EARNED: u32 = 1;
const BUDGET_SPENT: u32 = 10;

/// How failed attempts are repeated.
///
/// Which failures are repeated is fixed, in [`STATUSES`](crate::STATUSES): 408 and 429 always, 5xx and broken
/// connections for idempotent methods, anything else never, since a useless request costs credits.
///
/// The wait before attempt *n* + 1 is half of `initial_backoff × 2ⁿ⁻¹` (at most `max_backoff`) and a random part of
/// the other half. A `Retry-After` header replaces the fixed half; a longer one than `max_retry_after` ends the call.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct RetryPolicy {
    max_attempts: u32,
    initial_backoff: Duration,
    max_backoff: Duration,
    max_retry_after: Duration,
    budget: u32,
}

impl Default for RetryPolicy {
    /// Three attempts with waits of 1–2 s and 2–4 s, as the provider advises, and at most ten retries ahead of successes.
    fn default() -> Self {
        Self {
            max_attempts: 3,
            initial_backoff: Duration::from_secs(2),
            max_backoff: Duration::from_secs(10),
            max_retry_after: Duration::from_secs(30),
            budget: 10,
        }
    }
}

impl RetryPolicy {
    /// One attempt only.
    pub fn never() -> Self {
        Self::default().max_attempts(1)
    }

    /// How many requests a call may send; 0 counts as 1.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// The longest wait after the first attempt.
    pub fn initial_backoff(mut self, wait: Duration) -> Self {
        self.initial_backoff = wait;
        self
    }

    /// The longest wait after any attempt, unless the server asks for more.
    pub fn max_backoff(mut self, wait: Duration) -> Self {
        self.max_backoff = wait;
        self
    }

    /// The longest `Retry-After` that is waited for.
    pub fn max_retry_after(mut self, wait: Duration) -> Self {
        self.max_retry_after = wait;
        self
    }

    /// How many retries a client may make while nothing succeeds. Ten successful calls earn one retry back. Of a
    /// policy for one call only, this part is ignored: the budget belongs to the client.
    pub fn budget(mut self, retries: u32) -> Self {
        self.budget = retries;
        self
    }

    /// Whether the table allows another attempt after this one.
    pub(crate) fn allows(&self, rule: RetryRule, method: &Method, attempt: u32) -> bool {
        let repeatable = match rule {
            RetryRule::Never => false,
            RetryRule::Always => true,
            RetryRule::Idempotent => method.is_idempotent(),
        };
        repeatable && attempt < self.max_attempts
    }

    /// How long to wait after this attempt; `random` is in `0.0..1.0`. `None` if the server asks for too long a wait.
    pub(crate) fn delay(&self, attempt: u32, retry_after: Option<Duration>, random: f64) -> Option<Duration> {
        let doublings = attempt.saturating_sub(1).min(31);
        let half = self.initial_backoff.saturating_mul(1 << doublings).min(self.max_backoff) / 2;
        if retry_after.is_some_and(|wait| wait > self.max_retry_after) {
            return None;
        }
        Some(retry_after.unwrap_or(half).saturating_add(half.mul_f64(random.clamp(0.0, 1.0))))
    }

    pub(crate) fn new_budget(&self) -> RetryBudget {
        let capacity = self.budget.saturating_mul(BUDGET_SPENT);
        RetryBudget { capacity, tenths: Mutex::new(capacity) }
    }
}

/// A client's allowance of retries, so that an outage does not multiply its traffic.
pub(crate) struct RetryBudget {
    capacity: u32,
    tenths: Mutex<u32>,
}

impl RetryBudget {
    /// Takes one retry, if there is one.
    pub(crate) fn spend(&self) -> bool {
        let mut tenths = self.tenths.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(left) = tenths.checked_sub(BUDGET_SPENT) else { return false };
        *tenths = left;
        true
    }

    /// Notes a success.
    pub(crate) fn earn(&self) {
        let mut tenths = self.tenths.lock().unwrap_or_else(PoisonError::into_inner);
        *tenths = tenths.saturating_add(BUDGET_EARNED).min(self.capacity);
    }
}

/// Reads `Retry-After`: seconds, or an HTTP date.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}
