//! Runs a call: attempts, the waits between them, and the deadline over all.

use std::time::{Duration, Instant};

use http::header::{AUTHORIZATION, USER_AGENT};
use http::{HeaderName, Method};
use reqwest::Request;

use crate::call::{Call, Outcome};
use crate::retry::{RetryPolicy, retry_after};
use crate::status::{self, RetryRule};
use crate::trace::{self, Span};
use crate::transport::{self, Failed, Received};
use crate::{Error, ErrorKind};

/// The header that the generated code adds to every request; a new version of the document is no reason to change
/// what is sent.
static API_VERSION: HeaderName = HeaderName::from_static("api-version");

/// The longest URL that the HTTP library sends.
const URL_LIMIT: usize = u16::MAX as usize - 1;

// Functions that return a future stand here for `async fn`, which would hold a request twice: as its argument, and as
// the variable that the argument becomes. A program holds as many of these futures as it has calls under way.
impl Call {
    /// Sends the request until it succeeds, must not be repeated, or runs out of time.
    pub(crate) fn run(&self, mut request: Request) -> impl Future<Output = Outcome> {
        self.prepare(&mut request);
        self.span.run(self.repeat(request))
    }

    fn repeat(&self, mut request: Request) -> impl Future<Output = Outcome> {
        let policy = self.options.retry.as_ref().unwrap_or(&self.shared.retry);
        let timeout = self.options.timeout.unwrap_or(self.shared.timeout);
        let deadline = Deadline { at: self.shared.environment.now().checked_add(timeout) };
        let mut attempt = 0;
        async move {
            let length = request.url().as_str().len();
            if length > URL_LIMIT {
                let message = format!("its URL has {length} bytes, and at most {URL_LIMIT} can be sent: pass less");
                let message = self.shared.key.display_text(&message);
                return Err(Error::invalid_request(self.target.name.clone(), message));
            }
            loop {
                self.wait_for_turn(&deadline, attempt).await?;
                let next = request.try_clone();
                let method = request.method().clone();
                attempt += 1;
                let span = Span::attempt(self, &request, attempt);
                let result = span.run(self.send(request, &deadline)).await;
                self.account(span, &result);
                let wait = self.wait_before_next(policy, &result, &method, attempt);
                match (next, wait) {
                    (Some(next), Some(wait)) if wait < self.remaining(&deadline) && self.shared.budget.spend() => {
                        trace::retrying(attempt, wait);
                        self.shared.environment.sleep(wait).await;
                        request = next;
                    }
                    _ => {
                        return result
                            .map(|received| (received, attempt))
                            .map_err(|failed| self.failed(failed, attempt));
                    }
                }
            }
        }
    }

    /// Adds the headers of the client, then those of the call, so that those win, and last what nobody may change.
    fn prepare(&self, request: &mut Request) {
        let headers = request.headers_mut();
        headers.remove(&API_VERSION);
        headers.extend(self.shared.headers.clone());
        headers.extend(self.options.headers.clone());
        headers.insert(USER_AGENT, self.shared.user_agent.clone());
        headers.insert(AUTHORIZATION, self.shared.key.header());
    }

    fn send(
        &self,
        mut request: Request,
        deadline: &Deadline,
    ) -> impl Future<Output = Result<Received, Failed>> + use<> {
        let limit = self.options.attempt_timeout.unwrap_or(self.shared.attempt_timeout);
        *request.timeout_mut() = Some(limit.min(self.remaining(deadline)));
        transport::send(&self.shared.http, request, self.shared.body_limit)
    }

    /// Ends an attempt's span, and notes what the attempt cost.
    fn account(&self, span: Span, result: &Result<Received, Failed>) {
        match result {
            Ok(received) => span.end(Some(received.status), None),
            Err(failed) => span.end(failed.partial.as_ref().map(|partial| partial.status), Some(failed.kind)),
        }
        if let Ok(received) = result
            && received.status.is_success()
        {
            self.shared.budget.earn();
            self.shared.credits.add(self.target.credits);
        }
    }

    /// Waits until the client's rate limit lets another request go.
    async fn wait_for_turn(&self, deadline: &Deadline, attempts: u32) -> Result<(), Error> {
        let Some(limit) = &self.shared.rate_limit else { return Ok(()) };
        let environment = &self.shared.environment;
        match limit.take_turn(environment.now(), self.remaining(deadline)) {
            Some(Duration::ZERO) => Ok(()),
            Some(wait) => {
                environment.sleep(wait).await;
                Ok(())
            }
            None => Err(self.out_of_time("the client's rate limit has no turn before the deadline", attempts)),
        }
    }

    /// How long to wait before another attempt, or `None` if this result is final.
    fn wait_before_next(
        &self,
        policy: &RetryPolicy,
        result: &Result<Received, Failed>,
        method: &Method,
        attempt: u32,
    ) -> Option<Duration> {
        let environment = &self.shared.environment;
        let (rule, headers) = match result {
            Ok(received) => (rule(received), Some(&received.headers)),
            Err(failed) => (rule_of_failure(failed.kind), None),
        };
        if !policy.allows(rule, method, attempt) {
            return None;
        }
        let asked = headers.and_then(|headers| retry_after(headers, environment.wall_clock()));
        policy.delay(attempt, asked, environment.random())
    }

    fn remaining(&self, deadline: &Deadline) -> Duration {
        let now = self.shared.environment.now();
        deadline.at.map_or(Duration::MAX, |at| at.saturating_duration_since(now))
    }
}

/// When the call must be over, unless it may take forever.
struct Deadline {
    at: Option<Instant>,
}

fn rule(received: &Received) -> RetryRule {
    status::find(received.status).map_or(RetryRule::Never, |row| row.retry)
}

fn rule_of_failure(kind: ErrorKind) -> RetryRule {
    match kind {
        ErrorKind::Timeout | ErrorKind::Connect | ErrorKind::Transport => RetryRule::Idempotent,
        _ => RetryRule::Never,
    }
}
