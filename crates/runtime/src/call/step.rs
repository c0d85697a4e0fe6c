//! What follows an attempt: the end of the call, a redirect, or another attempt and after which wait.

use std::time::Duration;

use http::Method;
use reqwest::Request;

use super::Call;
use super::progress::Progress;
use super::retry::{RetryLimit, Withdrawal, retry_after};
use super::turn::LEAST_TIME;
use crate::client::platform::Refusal;
use crate::security::key_provider::CurrentKey;
use crate::transport::redirect::NotFollowed;
use crate::transport::{Failed, Received};
use crate::{ErrorKind, RetryRule};

/// How often a call changes a connection whose runtime has ended for another, which is not counted as an attempt.
const MAX_ABANDONED: u32 = 3;

/// What is decided after an attempt.
pub(crate) enum Step<'a> {
    /// The redirect is followed. Most calls have none, and should not hold room for it.
    Redirect(Box<Request>),
    /// It is not.
    Refuse(NotFollowed),
    /// The connection had lost its driver.
    Reconnect,
    /// The request is sent again with another key.
    NewKey(CurrentKey),
    /// The request is sent again after a wait.
    Retry(Duration, Option<Withdrawal<'a>>),
    /// The call ends. What alone kept it from another attempt, if anything did.
    End(Option<RetryLimit>),
}

impl Call {
    /// Decides what follows an attempt.
    pub(crate) fn step(&self, progress: &mut Progress, sent: &Request, result: &Result<Received, Failed>) -> Step<'_> {
        let redirect = result.as_ref().ok().filter(|received| !self.is_answer(received)).and_then(|received| {
            let redirects = self.shared.redirects;
            progress.trail.next(sent, received, redirects)
        });
        match redirect {
            Some(Ok(target)) => Step::Redirect(Box::new(target)),
            Some(Err(why)) => Step::Refuse(why),
            None if progress.abandoned < MAX_ABANDONED && self.may_repeat(sent.method()) && lost_its_driver(result) => {
                if progress.reservation.renew() {
                    Step::Reconnect
                } else {
                    Step::End(Some(RetryLimit::CreditBudget))
                }
            }
            None => self.retry(progress, sent, result).map_or_else(Step::End, |(wait, retry)| Step::Retry(wait, retry)),
        }
    }

    /// Why what came is an error, if there came anything and it is one.
    pub(crate) fn refusal_of(&self, result: &Result<Received, Failed>) -> Option<Refusal> {
        self.refusal(result.as_ref().ok()?)
    }

    /// Whether the attempt may be repeated: after which wait, and with what of the budget. If it may not, and only a limit is
    /// the reason, the error says which.
    fn retry(
        &self,
        progress: &mut Progress,
        sent: &Request,
        result: &Result<Received, Failed>,
    ) -> Result<(Duration, Option<Withdrawal<'_>>), Option<RetryLimit>> {
        // What is repeated is the request that led to a redirect.
        let (attempts, is_idempotent) = (progress.counted(), self.may_repeat(progress.trail.method(sent)));
        let (shared, policy) = (&*self.shared, self.policy());
        let refusal = self.refusal_of(result);
        let (rule, headers) = match result {
            Ok(received) => (refusal.map_or(RetryRule::Never, |refusal| refusal.retry), Some(&received.headers)),
            Err(failed) => (rule_of_failure(failed.kind), None),
        };
        if !policy.allows(rule, is_idempotent, attempts) {
            return Err(None);
        }
        let environment = &*shared.environment;
        let asked = headers.and_then(|headers| retry_after(headers, environment.wall_clock()));
        let wait = policy.delay(attempts, asked, environment.random()).ok_or(RetryLimit::RetryAfter)?;
        let longest = self.remaining(&progress.deadline).saturating_sub(LEAST_TIME);
        if wait >= longest {
            return Err(Some(RetryLimit::Deadline));
        }
        if shared.rate_limit.as_ref().is_some_and(|limit| !limit.has_permit(environment.now(), wait, longest)) {
            return Err(Some(RetryLimit::RateLimit));
        }
        // The budget is for retries that the server has not asked for. Where it asks for one at once, it gets as many as the
        // policy allows, after the random part of the backoff.
        let is_told = asked.is_some() && is_rate_limit(refusal);
        let withdrawal = match is_told {
            true => None,
            false => Some(shared.budget.withdraw().ok_or(RetryLimit::Budget)?),
        };
        if !progress.reservation.renew() {
            return Err(Some(RetryLimit::CreditBudget));
        }
        Ok((wait, withdrawal))
    }

    /// Whether a request that may have been processed may be sent again.
    fn may_repeat(&self, method: &Method) -> bool {
        self.options.overrides().idempotent || method.is_idempotent()
    }
}

/// Whether the server says that requests come too often.
pub(crate) fn is_rate_limit(refusal: Option<Refusal>) -> bool {
    refusal.is_some_and(|refusal| refusal.kind == ErrorKind::RateLimited)
}

fn rule_of_failure(kind: ErrorKind) -> RetryRule {
    match kind {
        ErrorKind::Timeout | ErrorKind::Connect | ErrorKind::Transport => RetryRule::Idempotent,
        _ => RetryRule::Never,
    }
}

fn lost_its_driver(result: &Result<Received, Failed>) -> bool {
    result.as_ref().is_err_and(Failed::lost_its_driver)
}
