//! When a call may send its next request: after the server's pause, with a permit of the rate limit, and before its deadline.

use std::pin::pin;
use std::time::{Duration, Instant};

use futures_util::future::{Either, FutureExt, select};

use super::Call;
use super::retry::RetryLimit;
use crate::{Error, RetryPolicy};

/// Tokio's timer has a resolution of one millisecond, so that less than this is no time at all.
pub(crate) const LEAST_TIME: Duration = Duration::from_millis(1);

/// When the call must be over, unless it may take forever.
pub(crate) struct Deadline {
    pub(crate) at: Option<Instant>,
}

/// Why a call may not send another request.
pub(crate) enum NoTurn {
    /// A limit of the client.
    Limit(RetryLimit),
    /// The pause that the server has asked for lasts this much longer, which is too long for this reason.
    Paused(Duration, RetryLimit),
}

impl NoTurn {
    /// What kept the call from the request.
    pub(crate) fn limit(&self) -> RetryLimit {
        match self {
            Self::Limit(limit) | Self::Paused(_, limit) => *limit,
        }
    }
}

impl Call {
    /// Waits until another request may be sent, and takes the permit for it. Without time for an attempt there is none,
    /// since the request would be paid for, and its response come too late.
    pub(crate) async fn wait_for_turn(&self, deadline: &Deadline) -> Result<(), NoTurn> {
        let environment = &*self.shared.environment;
        loop {
            self.wait_for_pause(deadline).await?;
            let permit = match &self.shared.rate_limit {
                Some(limit) => {
                    let longest = self.remaining(deadline).saturating_sub(LEAST_TIME);
                    Some(limit.take(environment, longest).ok_or(NoTurn::Limit(RetryLimit::RateLimit))?)
                }
                None => None,
            };
            if let Some(permit) = &permit {
                permit.ready().await;
                // While it waited for its permit, another call may have been told to pause.
                if self.shared.pause.left(environment.now()).is_some() {
                    continue;
                }
            }
            if self.time_for_attempt(deadline) < LEAST_TIME {
                return Err(NoTurn::Limit(RetryLimit::Deadline));
            }
            if let Some(permit) = permit {
                permit.use_up();
            }
            return Ok(());
        }
    }

    /// Waits until the pause is over, unless that is not worth it. All who wait for it are spread, as after a backoff.
    async fn wait_for_pause(&self, deadline: &Deadline) -> Result<(), NoTurn> {
        let environment = &*self.shared.environment;
        while let Some(left) = self.shared.pause.left(environment.now()) {
            let Some(wait) = self.policy().delay(1, Some(left), environment.random()) else {
                return Err(NoTurn::Paused(left, RetryLimit::RetryAfter));
            };
            let longest = self.remaining(deadline).saturating_sub(LEAST_TIME);
            if left >= longest {
                return Err(NoTurn::Paused(left, RetryLimit::Deadline));
            }
            // There is time for the pause, and perhaps none for all of the spread.
            environment.sleep(if wait < longest { wait } else { left }).await;
        }
        Ok(())
    }

    /// The error for a call that may not even send its first request.
    pub(crate) fn without_turn(&self, why: &NoTurn) -> Error {
        match why {
            NoTurn::Limit(limit) => self.out_of_time(*limit),
            NoTurn::Paused(left, limit) => self.paused(*left, *limit),
        }
    }

    /// What the future gives, unless the deadline comes before it.
    pub(crate) async fn in_time<F: Future>(&self, deadline: &Deadline, future: F) -> Option<F::Output> {
        let mut future = pin!(future);
        // Most are ready at once, and need no clock.
        if let Some(output) = future.as_mut().now_or_never() {
            return Some(output);
        }
        let late = self.shared.environment.sleep(self.remaining(deadline).saturating_sub(LEAST_TIME));
        match select(future, late).await {
            Either::Left((output, _)) => Some(output),
            Either::Right(_) => None,
        }
    }

    /// The policy of the call.
    pub(crate) fn policy(&self) -> &RetryPolicy {
        self.options.overrides().retry.as_ref().unwrap_or(&self.shared.retry)
    }

    /// How long the next attempt may take.
    pub(crate) fn time_for_attempt(&self, deadline: &Deadline) -> Duration {
        let limit = self.options.overrides().attempt_timeout.unwrap_or(self.shared.attempt_timeout);
        limit.min(self.remaining(deadline))
    }

    pub(crate) fn remaining(&self, deadline: &Deadline) -> Duration {
        let now = self.shared.environment.now();
        deadline.at.map_or(Duration::MAX, |at| at.saturating_duration_since(now))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::{Deadline, NoTurn};
    use crate::call::{Call, Target};
    use crate::error::display_text::DisplayText;
    use crate::security::BEARER;
    use crate::test_platform::PausedClock;
    use crate::{CallOptions, Client, Environment, RetryLimit, test_platform};

    fn client() -> Client {
        test_platform::builder()
            .api_key("ek_live_test")
            .environment(PausedClock)
            .requests_per_second(1)
            .build()
            .unwrap()
    }

    fn call(client: &Client) -> Call {
        let [name, path] = ["name", "/path"].map(DisplayText::from_static);
        let target = Target {
            name,
            path,
            credits: None,
            read_code: |_, _| {},
            is_redirect: false,
            accept: None,
            security: BEARER,
            without_details: &[],
        };
        Call::new(Arc::clone(&client.shared), target, CallOptions::new())
    }

    fn deadline(seconds: u64) -> Deadline {
        Deadline { at: PausedClock.now().checked_add(Duration::from_secs(seconds)) }
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_for_a_permit_when_a_pause_begins_keeps_it_too() {
        let (client, start) = (client(), PausedClock.now());
        let (first, second) = (call(&client), call(&client));
        assert!(first.wait_for_turn(&deadline(60)).await.is_ok());
        let begin = async {
            tokio::time::sleep(Duration::from_millis(500)).await;
            client.shared.pause.begin(PausedClock.now(), Duration::from_secs(7));
        };
        let deadline = deadline(60);
        let (turn, ()) = futures_util::future::join(second.wait_for_turn(&deadline), begin).await;
        assert!(turn.is_ok());
        // The rest of the pause, and half of what a backoff may be longer.
        assert_eq!(PausedClock.now() - start, Duration::from_secs(8));
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_until_the_deadline_is_not_waited_for() {
        let (client, start) = (client(), PausedClock.now());
        client.shared.pause.begin(start, Duration::from_secs(7));
        let turn = call(&client).wait_for_turn(&deadline(7)).await;
        assert!(matches!(turn, Err(NoTurn::Paused(left, RetryLimit::Deadline)) if left == Duration::from_secs(7)));
        assert_eq!(PausedClock.now(), start);
        // There is time for the pause, and none for all of the spread.
        assert!(
            call(&client).wait_for_turn(&Deadline { at: Some(start + Duration::from_millis(7_100)) }).await.is_ok()
        );
        assert_eq!(PausedClock.now() - start, Duration::from_secs(7));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_not_ready_at_the_deadline_is_given_up() {
        let (client, start) = (client(), PausedClock.now());
        let call = call(&client);
        assert_eq!(call.in_time(&deadline(3), std::future::pending::<()>()).await, None);
        assert!(PausedClock.now() - start < Duration::from_secs(3));
        assert_eq!(call.in_time(&deadline(0), std::future::ready(1)).await, Some(1));
    }
}
