//! Runs a call: attempts, the waits between them, and the deadline over all.

use std::time::Duration;

use http::header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, USER_AGENT};
use http::{HeaderMap, HeaderValue};
use reqwest::Request;

use super::credits::may_be_charged;
use super::progress::Progress;
use super::retry::{RetryLimit, retry_after};
use super::step::{Step, is_rate_limit};
use super::turn::Deadline;
use super::{Call, LastResponse, Outcome};
use crate::error::Inner;
use crate::observer::trace::{self, Span};
use crate::security::key_provider::{CurrentKey, NotAsked};
use crate::security::no_key::NoKey;
use crate::security::{self, Scheme};
use crate::transport::redirect::{NotFollowed, Redirects};
use crate::transport::repeatable;
use crate::transport::{self, Failed, Limits, Received};
use crate::{Ending, Error, ErrorKind, NextStep, Preview};

/// The longest URL that the HTTP library sends.
pub(crate) const URL_LIMIT: usize = u16::MAX as usize - 1;

/// How long a call waits for the key that comes after one which is still good.
const RENEWAL_TIMEOUT: Duration = Duration::from_secs(5);

// Functions that return a future stand here for `async fn`, and what is done at once stands in functions of its own, so that
// the future of a call holds no request: the call has it. A program holds as many of these futures as it has calls under way.
impl Call {
    /// Sends the request of the call until it succeeds, must not be repeated, or runs out of time.
    pub(crate) fn run(&self) -> impl Future<Output = Outcome> {
        self.span.run(self.repeat())
    }

    fn repeat(&self) -> impl Future<Output = Outcome> {
        let timeout = self.options.overrides().timeout.unwrap_or(self.shared.timeout);
        let deadline = Deadline { at: self.shared.environment.now().checked_add(timeout) };
        async move {
            let schemes = self.prepare()?;
            let reserved = self.shared.credits.reserve(self.target.credits);
            let reservation = reserved.map_err(|refused| self.beyond_budget(&refused))?;
            let mut http = self.http()?;
            let takes_key = security::take_the_key(schemes, self.shared.keys.credentials());
            let held = match takes_key {
                true => self.shared.keys.held(&*self.shared.environment),
                false => Ok(self.shared.keys.present()),
            };
            // What few calls come to is in boxes, for which the others need no room.
            let key = match held {
                Ok(held) => held,
                Err(not_asked) => Box::pin(self.first_key(not_asked, &deadline)).await?,
            };
            let mut progress = Progress::new(deadline, reservation, key);
            progress.takes_key = takes_key;
            self.wait_for_turn(&progress.deadline).await.map_err(|why| self.without_turn(&why))?;
            loop {
                let (span, sending) = self.attempt(&http, schemes, &mut progress)?;
                let mut result = span.run(sending).await;
                if let Ok(received) = &mut result {
                    (self.target.read_code)(received, &self.shared.platform.envelope);
                }
                Self::end(span, &result);
                self.learn(&result, &mut progress);
                let Some(sent) = self.take_request() else {
                    self.tell(&result, &Step::End(None));
                    return self.outcome(result, &mut progress, None);
                };
                let another = match self.wants_another_key(&progress, &result) {
                    true => Box::pin(self.another_key(&mut progress)).await,
                    false => None,
                };
                let step = another.map_or_else(|| self.step(&mut progress, &sent, &result), Step::NewKey);
                self.tell(&result, &step);
                if let Step::End(limit) = step {
                    return self.outcome(result, &mut progress, limit);
                }
                match Box::pin(self.next(&mut progress, sent, result, step)).await {
                    Next::Attempt(next) => {
                        self.keep_request(next);
                        http = self.http()?;
                    }
                    Next::End(outcome) => return outcome,
                }
            }
        }
    }

    /// Begins an attempt. A copy of the request is kept where it can be sent again.
    fn attempt(
        &self,
        http: &reqwest::Client,
        schemes: &[Scheme],
        progress: &mut Progress,
    ) -> Result<(Span, impl Future<Output = Result<Received, Failed>> + use<>), Error> {
        let mut request = self.take_request().ok_or_else(|| self.not_made(None))?;
        if let Some(copy) = repeatable::copy(&request) {
            self.keep_request(copy);
        }
        progress.attempts += 1;
        let span = Span::attempt(self, &request, progress.attempts);
        if let Some(watch) = &self.watch {
            watch.attempt_begun(&request, progress.attempts);
        }
        security::authorize(&mut request, schemes, &progress.key.key);
        match self.shared.redirects {
            Redirects::ByCall => progress.reservation.begin().watch(&mut request),
            // The HTTP client of the caller may want to send the body again.
            Redirects::ByHttpClient => _ = progress.reservation.begin().begin(),
        }
        let (time, body, streamed) = (self.time_for_attempt(&progress.deadline), self.body_limit(), self.streamed());
        Ok((span, transport::send(http, request, Limits { time, body, streamed })))
    }

    /// Waits until the next request may be sent, if there is one.
    async fn next(
        &self,
        progress: &mut Progress,
        sent: Request,
        result: Result<Received, Failed>,
        step: Step<'_>,
    ) -> Next {
        match (step, result) {
            (Step::Refuse(why), Ok(received)) => Next::End(Err(self.not_followed(received, &why, progress, None))),
            (Step::Redirect(target), Ok(received)) => {
                if let Err(no_turn) = self.wait_for_turn(&progress.deadline).await {
                    let why = NotFollowed::no_time(target.url());
                    return Next::End(Err(self.not_followed(received, &why, progress, Some(no_turn.limit()))));
                }
                progress.trail.follow(sent);
                Next::Attempt(*target)
            }
            (Step::Reconnect, result) => {
                (progress.attempts, progress.abandoned) = (progress.attempts - 1, progress.abandoned + 1);
                match self.wait_for_turn(&progress.deadline).await {
                    Ok(()) => Next::Attempt(sent),
                    Err(no_turn) => Next::End(self.outcome(result, progress, Some(no_turn.limit()))),
                }
            }
            (Step::NewKey(key), result) => {
                (progress.key, progress.has_new_key) = (key, true);
                match self.wait_for_turn(&progress.deadline).await {
                    Ok(()) => Next::Attempt(progress.trail.restart(sent)),
                    Err(no_turn) => Next::End(self.outcome(result, progress, Some(no_turn.limit()))),
                }
            }
            (Step::Retry(wait, withdrawal), result) => {
                trace::retrying(progress.counted(), wait);
                self.shared.environment.sleep(wait).await;
                if let Err(no_turn) = self.wait_for_turn(&progress.deadline).await {
                    return Next::End(self.outcome(result, progress, Some(no_turn.limit())));
                }
                if let Some(withdrawal) = withdrawal {
                    withdrawal.spend();
                }
                progress.earlier =
                    result.map_or_else(|failed| failed.partial, Some).map(Box::new).or(progress.earlier.take());
                Next::Attempt(progress.trail.restart(sent))
            }
            (Step::End(limit), result) => Next::End(self.outcome(result, progress, limit)),
            // Only a response redirects.
            (Step::Refuse(_) | Step::Redirect(_), result) => Next::End(self.outcome(result, progress, None)),
        }
    }

    /// Tells the observers how an attempt ended.
    fn tell(&self, result: &Result<Received, Failed>, step: &Step<'_>) {
        let Some(watch) = &self.watch else { return };
        let refusal =
            |received| self.refusal(received).map_or(Ending::Success, |refusal| Ending::Failure(refusal.kind));
        let ending = match (step, result) {
            (Step::Redirect(_), _) => Ending::Success,
            (_, Ok(received)) => refusal(received),
            (_, Err(failed)) => Ending::Failure(failed.kind),
        };
        let next = match step {
            Step::Redirect(_) => NextStep::Redirect,
            Step::Reconnect => NextStep::Reconnect,
            Step::NewKey(_) => NextStep::NewKey,
            Step::Retry(after, _) => NextStep::Retry { after: *after },
            Step::End(limit) => NextStep::End { limit: *limit },
            Step::Refuse(_) => NextStep::End { limit: None },
        };
        watch.attempt_ended(Some(result), ending, next);
    }

    fn check_length(&self, request: &Request) -> Result<(), Error> {
        let length = request.url().as_str().len();
        if length <= URL_LIMIT {
            return Ok(());
        }
        let message = format!("its URL has {length} bytes, and at most {URL_LIMIT} can be sent: pass less");
        Err(Error::invalid_request(self.target.name.clone(), self.shared.key().display_text(&message)))
    }

    /// The HTTP client of the runtime that the call is polled in, which may change while it waits.
    fn http(&self) -> Result<reqwest::Client, Error> {
        self.shared.http.current().map_err(|error| error.in_operation(self.target.name.clone()))
    }

    /// The end of the call: its last response, or the last failure with what is known of the response before it.
    fn outcome(
        &self,
        result: Result<Received, Failed>,
        progress: &mut Progress,
        retry_limit: Option<RetryLimit>,
    ) -> Outcome {
        let (attempts, earlier) = (progress.attempts, progress.earlier.take());
        match result {
            Ok(received) => {
                let (reservation, no_key) = (progress.reservation.take(), progress.no_key.take());
                Ok(LastResponse { received, attempts, retry_limit, reservation, no_key })
            }
            Err(failed) => {
                let partial = failed.partial.or(earlier.map(|earlier| *earlier));
                Err(self.failed(Failed { partial, ..failed }, attempts, retry_limit))
            }
        }
    }

    /// The error for a redirect that is not followed.
    fn not_followed(
        &self,
        received: Received,
        why: &NotFollowed,
        progress: &Progress,
        retry_limit: Option<RetryLimit>,
    ) -> Error {
        let message = Some(self.shared.key().display_text(&why.to_string()));
        let inner = self.inner(ErrorKind::UnexpectedStatus, Some(received), progress.attempts);
        Inner { message, retry_limit, ..inner }.into()
    }

    /// Makes of the request what is sent, but for the credentials, and says which these are.
    fn prepare(&self) -> Result<&'static [Scheme], Error> {
        let mut slot = self.request();
        let request = slot.as_mut().ok_or_else(|| self.not_made(None))?;
        self.add_headers(request.headers_mut());
        self.replace_body(request).map_err(|why| self.invalid_request(&why))?;
        self.accept(request).map_err(|why| self.invalid_request(&why))?;
        self.check_length(request)?;
        let keys = &self.shared.keys;
        let schemes = security::chosen(self.target.security, keys.credentials(), keys.kind());
        if let Some(preview) = &self.options.overrides().preview {
            // What is only looked at shows where credentials go, and needs none.
            let schemes = schemes.unwrap_or_else(|_| self.target.security.first().copied().unwrap_or_default());
            preview.get_or_init(|| Preview::new(self, request, schemes));
            return Err(self.invalid_request("it is only looked at"));
        }
        schemes.map_err(|why| self.invalid_request(&why))
    }

    /// Adds the headers of the client, then those of the call, so that those win, and last what nobody may change.
    fn add_headers(&self, headers: &mut HeaderMap) {
        if let Some(accept) = self.target.accept {
            headers.insert(ACCEPT, HeaderValue::from_static(accept));
        }
        for added in [&self.shared.headers, &self.options.overrides().headers] {
            if !added.is_empty() {
                headers.extend(added.clone());
            }
        }
        if let Some(encoding) = self.shared.http.accept_encoding().filter(|_| !headers.contains_key(ACCEPT_ENCODING)) {
            headers.insert(ACCEPT_ENCODING, encoding);
        }
        headers.insert(USER_AGENT, self.shared.user_agent.clone());
        // Each attempt has its own.
        headers.remove(AUTHORIZATION);
    }

    /// Ends an attempt's span.
    fn end(span: Span, result: &Result<Received, Failed>) {
        match result {
            Ok(received) => span.end(Some(received.status), None),
            Err(failed) => span.end(failed.partial.as_ref().map(|partial| partial.status), Some(failed.kind)),
        }
    }

    /// Takes from an attempt what concerns more than its own call: whether it costs anything, and whether the server wants
    /// a pause.
    fn learn(&self, result: &Result<Received, Failed>, progress: &mut Progress) {
        let refusal = self.refusal_of(result);
        if (result.is_err() || refusal.is_some()) && !may_be_charged(result) {
            progress.reservation.free();
        }
        if let Ok(received) = result
            && is_rate_limit(refusal)
            && let Some(wait) = retry_after(&received.headers, self.shared.environment.wall_clock())
        {
            self.shared.pause.begin(self.shared.environment.now(), wait);
        }
    }

    /// The key that the call begins with, where there is none yet that is good for long enough.
    async fn first_key(&self, not_asked: NotAsked, deadline: &Deadline) -> Result<CurrentKey, Error> {
        let (keys, environment) = (&self.shared.keys, &*self.shared.environment);
        let nobody = match not_asked {
            NotAsked::Missing(nobody) => nobody,
            NotAsked::Due(held) => {
                let soon = environment.now().checked_add(RENEWAL_TIMEOUT);
                let deadline = Deadline { at: soon.into_iter().chain(deadline.at).min() };
                let renewed = self.in_time(&deadline, keys.renew(&held, environment)).await;
                if renewed.is_none() {
                    keys.not_renewed(environment);
                }
                // What has not ended yet is better than nothing.
                return Ok(renewed.and_then(Result::ok).unwrap_or(held));
            }
        };
        match self.in_time(deadline, keys.ask(&nobody, environment)).await {
            Some(asked) => asked.map_err(|failure| self.without_key(ErrorKind::KeyProvider, failure)),
            None => Err(self.without_key(ErrorKind::Timeout, NoKey::new(keys.no_answer()))),
        }
    }

    /// Whether the API refuses the key, and the client has somebody to ask for another one. It is asked for once. A code in
    /// a response with a status of success ends the call, as the request may have been processed.
    fn wants_another_key(&self, progress: &Progress, result: &Result<Received, Failed>) -> bool {
        let is_error = result.as_ref().is_ok_and(|received| !received.status.is_success());
        let refusal = self.refusal_of(result).filter(|_| is_error);
        let is_refused = refusal.is_some_and(|refusal| refusal.kind == ErrorKind::Unauthorized);
        is_refused && progress.takes_key && !progress.has_new_key && self.shared.keys.are_provided()
    }

    /// Another key, if there is one; the progress keeps why there is none.
    async fn another_key(&self, progress: &mut Progress) -> Option<CurrentKey> {
        let asked =
            self.in_time(&progress.deadline, self.shared.keys.another(&progress.key, &*self.shared.environment)).await;
        let asked = asked.unwrap_or_else(|| Err(NoKey::new(self.shared.keys.no_answer())));
        asked.unwrap_or_else(|failure| {
            progress.no_key = Some(failure);
            None
        })
    }
}

/// What becomes of a step once its wait is over.
enum Next {
    Attempt(Request),
    End(Outcome),
}
