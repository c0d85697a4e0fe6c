//! Whether, when and how often to repeat a failed attempt.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use http::header::{DATE, RETRY_AFTER};
use http::{HeaderMap, HeaderName};

use crate::RetryRule;

/// How many tenths of a retry a successful call earns, and how many a retry costs.
const BUDGET_EARNED: u32 = 1;
const BUDGET_SPENT: u32 = 10;

/// How failed attempts are repeated.
///
/// Which failures are repeated is fixed, in the platform's table of [`StatusRow`](crate::StatusRow)s: 408 and 429 always, 5xx and broken
/// connections for idempotent methods and calls that are marked [`idempotent`](crate::CallOptions::idempotent), anything else
/// never, since a useless request costs credits.
///
/// A status of success whose envelope has another code than that of success is an error of the kind that the row of the code
/// says, and is repeated only where that is [`RateLimited`](crate::ErrorKind::RateLimited): 200 with the code 429 as the
/// status 429 is, with a pause where it has `Retry-After`, and 200 with 402, 408, 500 or any other code never, since the
/// request may have been processed.
///
/// The wait before attempt *n* + 1 is half of `initial_backoff × 2ⁿ⁻¹` (at most `max_backoff`) and a random part of
/// the other half. A `Retry-After` header replaces the fixed half; a longer one than `max_retry_after` ends the call.
///
/// A 429 with `Retry-After` is a pause for all clones of the client, of an hour at most: whoever wants to send meanwhile
/// waits until it is over, and a part of the backoff longer, so that not all come at once. A call that may not wait so
/// long, by `max_retry_after` or its deadline, ends at once with [`ErrorKind::RateLimited`](crate::ErrorKind::RateLimited).
/// A retry after a 429 with `Retry-After`, also of 0 seconds or with a date that is over, takes nothing from the client's
/// retry budget, which every other retry does.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct RetryPolicy {
    max_attempts: u32,
    initial_backoff: Duration,
    max_backoff: Duration,
    max_retry_after: Duration,
}

/// What kept a call from another attempt that its policy allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RetryLimit {
    /// The client's retry budget is used up.
    Budget,
    /// The client's credit budget has too little left for another attempt.
    CreditBudget,
    /// The deadline of the call comes before the next attempt could begin.
    Deadline,
    /// The client's rate limit has no permit before the deadline.
    RateLimit,
    /// The server asked for a longer wait than the policy's `max_retry_after`.
    RetryAfter,
}

impl fmt::Display for RetryLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Budget => "the retry budget is used up",
            Self::CreditBudget => "too few credits are left for a retry",
            Self::Deadline => "no time left for a retry",
            Self::RateLimit => "no permit for a retry before the deadline",
            Self::RetryAfter => "the server asks for a longer wait than is allowed",
        })
    }
}

impl Default for RetryPolicy {
    /// Three attempts with waits of 1–2 s and 2–4 s, as the provider advises.
    fn default() -> Self {
        Self {
            max_attempts: 3,
            initial_backoff: Duration::from_secs(2),
            max_backoff: Duration::from_secs(10),
            max_retry_after: Duration::from_secs(30),
        }
    }
}

impl RetryPolicy {
    /// One attempt only. A pause that the server asked another call for is waited for all the same, up to
    /// [`max_retry_after`](Self::max_retry_after).
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

    /// The longest `Retry-After` that is waited for, whether this call or another one of the client was told it.
    pub fn max_retry_after(mut self, wait: Duration) -> Self {
        self.max_retry_after = wait;
        self
    }

    /// Whether the table allows another attempt after this one.
    pub(crate) fn allows(&self, rule: RetryRule, is_idempotent: bool, attempt: u32) -> bool {
        let repeatable = match rule {
            RetryRule::Never => false,
            RetryRule::Always => true,
            RetryRule::Idempotent => is_idempotent,
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
}

/// A client's allowance of retries that the server has not asked for, so that an outage does not multiply its traffic.
pub(crate) struct RetryBudget {
    capacity: u32,
    tenths: Mutex<u32>,
}

/// One retry that was taken from the budget. It is given back if the retry is never sent.
pub(crate) struct Withdrawal<'a> {
    budget: &'a RetryBudget,
    spent: bool,
}

impl RetryBudget {
    pub(crate) fn new(retries: u32) -> Self {
        let capacity = retries.saturating_mul(BUDGET_SPENT);
        Self { capacity, tenths: Mutex::new(capacity) }
    }

    /// Takes one retry, if there is one.
    pub(crate) fn withdraw(&self) -> Option<Withdrawal<'_>> {
        let mut tenths = self.tenths();
        *tenths = tenths.checked_sub(BUDGET_SPENT)?;
        Some(Withdrawal { budget: self, spent: false })
    }

    /// Notes a success.
    pub(crate) fn earn(&self) {
        self.deposit(BUDGET_EARNED);
    }

    fn deposit(&self, amount: u32) {
        let mut tenths = self.tenths();
        *tenths = tenths.saturating_add(amount).min(self.capacity);
    }

    fn tenths(&self) -> MutexGuard<'_, u32> {
        self.tenths.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Withdrawal<'_> {
    /// Says that the retry is sent.
    pub(crate) fn spend(mut self) {
        self.spent = true;
    }
}

impl Drop for Withdrawal<'_> {
    fn drop(&mut self) {
        if !self.spent {
            self.budget.deposit(BUDGET_SPENT);
        }
    }
}

/// Reads `Retry-After`: seconds, also with a fraction as many rate limiters send it, or an HTTP date. A date is measured
/// against the response's own `Date`, since this machine's clock may be wrong.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = text(headers, RETRY_AFTER)?;
    if let Some(wait) = seconds(text) {
        return Some(wait);
    }
    let date = httpdate::parse_http_date(text).ok()?;
    let sent = self::text(headers, DATE).and_then(|date| httpdate::parse_http_date(date).ok());
    Some(date.duration_since(sent.unwrap_or(now)).unwrap_or_default())
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    Some(headers.get(name)?.to_str().ok()?.trim())
}

/// Reads a decimal number, rounded up to a nanosecond. A server that asks for more than there are seconds gets all.
fn seconds(text: &str) -> Option<Duration> {
    let (whole, fraction) = text.split_once('.').map_or((text, "0"), |(whole, fraction)| (whole, fraction));
    if [whole, fraction].iter().any(|part| part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit())) {
        return None;
    }
    let (kept, rest) = fraction.split_at(fraction.len().min(9));
    let nanoseconds: u64 = format!("{kept:0<9}").parse().ok()?;
    let rounding = u64::from(rest.bytes().any(|byte| byte != b'0'));
    let whole = Duration::from_secs(whole.parse().unwrap_or(u64::MAX));
    Some(whole.saturating_add(Duration::from_nanos(nanoseconds + rounding)))
}
