//! One call: the state that the generated client carries, and the way back from its result.

pub(crate) mod attempts;
pub(crate) mod cause;
pub(crate) mod credits;
pub(crate) mod pause;
mod progress;
pub(crate) mod rate_limit;
pub(crate) mod retry;
pub(crate) mod started;
pub(crate) mod status;
mod step;
mod turn;

use std::fmt;
use std::future::{Pending, pending};
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, StatusCode};
use progenitor_client::ByteStream;

use crate::client::Shared;
use crate::client::platform::Refusal;
use crate::decode::{self, Decoded, readable};
use crate::error::Inner;
use crate::error::display_text::DisplayText;
use crate::observer::trace::{self, Span};
use crate::observer::watch::Watch;
use crate::response::Context;
use crate::response::deprecation;
use crate::response::envelope::Envelope;
use crate::security::Alternatives;
use crate::security::key::ApiKey;
use crate::security::no_key::NoKey;
use crate::transport::{Failed, Received, Streamed};
use crate::{
    BodyStream, CallOptions, DecodeError, Deprecation, Ending, EnvelopeProperties, Error, ErrorKind, Response,
};
use cause::Cause;
use credits::{Refused, Reservation};
use retry::{RetryLimit, retry_after};

/// Reads the envelope's code of a response, if successes of the operation have one.
pub(crate) type ReadCode = fn(&mut Received, &EnvelopeProperties);

/// What is called.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) name: DisplayText,
    pub(crate) path: DisplayText,
    pub(crate) credits: Option<u64>,
    /// Reads the envelope's code of a response.
    pub(crate) read_code: ReadCode,
    /// Whether a redirect is what it answers with.
    pub(crate) is_redirect: bool,
    /// The media types that are asked for.
    pub(crate) accept: Option<&'static str>,
    /// Ways to be let in.
    pub(crate) security: Alternatives,
    /// The statuses of errors without details.
    pub(crate) without_details: &'static [RangeInclusive<u16>],
}

/// The response that a call ended with, whatever its status.
pub(crate) struct LastResponse {
    pub(crate) received: Received,
    pub(crate) attempts: u32,
    /// What kept the call from another attempt.
    pub(crate) retry_limit: Option<RetryLimit>,
    /// The price of the attempt, which is spent if the response can be used.
    pub(crate) reservation: Reservation,
    /// Why there was no other key for a call whose key was refused, if somebody was asked for one and failed.
    pub(crate) no_key: Option<NoKey>,
}

/// What really happened.
pub(crate) type Outcome = Result<LastResponse, Error>;

/// The state of one call.
pub struct Call {
    pub(crate) shared: Arc<Shared>,
    pub(crate) target: Target,
    pub(crate) options: CallOptions,
    pub(crate) span: Span,
    /// Absent where nobody observes.
    pub(crate) watch: Option<Arc<Watch>>,
    /// The request that is sent next: first the one that the generated code makes, then what is sent instead, if it may be.
    request: Mutex<Option<reqwest::Request>>,
}

/// Generated clients ask for copies, and make none. One has a request of its own.
impl Clone for Call {
    fn clone(&self) -> Self {
        let Self { shared, target, options, span, watch, request: _ } = self;
        Self {
            shared: Arc::clone(shared),
            target: target.clone(),
            options: options.clone(),
            span: span.clone(),
            watch: watch.clone(),
            request: Mutex::default(),
        }
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("target", &self.target).field("options", &self.options).finish_non_exhaustive()
    }
}

impl Call {
    pub(crate) fn new(shared: Arc<Shared>, target: Target, options: CallOptions) -> Self {
        // What is only looked at is no call.
        let (span, watch) = match options.overrides().preview {
            Some(_) => (Span::none(), None),
            None => (Span::call(&target), Watch::begin(&shared, &target)),
        };
        Self { shared, target, options, span, watch, request: Mutex::default() }
    }

    /// Takes the request as the `exec` hook of the generated client, for [`Started`](crate::codegen::Started) to send. It never
    /// ends: the generated code would want a response to look at.
    ///
    /// # Errors
    ///
    /// None.
    pub fn exec(&self, request: reqwest::Request) -> Pending<reqwest::Result<reqwest::Response>> {
        self.keep_request(request);
        pending()
    }

    /// Puts the body on the request that its caller has chosen instead of the one that it was made with.
    pub(crate) fn replace_body(&self, request: &mut reqwest::Request) -> Result<(), String> {
        let Some(file) = &self.options.overrides().body else { return Ok(()) };
        let (media_type, body) = file.clone().into_body()?;
        let media_type = HeaderValue::try_from(media_type).map_err(|error| error.to_string())?;
        request.headers_mut().insert(CONTENT_TYPE, media_type);
        *request.body_mut() = Some(body);
        Ok(())
    }

    /// Asks for the representation that the caller has chosen.
    pub(crate) fn accept(&self, request: &mut reqwest::Request) -> Result<(), String> {
        let chosen =
            self.options.overrides().representation.as_ref().and_then(|representation| representation.accept.as_ref());
        let Some(media_type) = chosen else { return Ok(()) };
        let no_media_type = |_| format!("`{media_type}` is no media type that can be asked for");
        request.headers_mut().insert(ACCEPT, HeaderValue::from_str(media_type).map_err(no_media_type)?);
        Ok(())
    }

    /// Whether the caller reads the body.
    pub(crate) fn streamed(&self) -> Option<Streamed> {
        self.options.overrides().representation.as_ref().and_then(|representation| representation.streamed)
    }

    /// How large the body of a success may be.
    pub(crate) fn body_limit(&self) -> usize {
        self.options.overrides().body_limit.unwrap_or(self.shared.body_limit)
    }

    /// Takes the request that is sent next, if there is one.
    pub(crate) fn take_request(&self) -> Option<reqwest::Request> {
        self.request().take()
    }

    pub(crate) fn keep_request(&self, request: reqwest::Request) {
        *self.request() = Some(request);
    }

    pub(crate) fn request(&self) -> MutexGuard<'_, Option<reqwest::Request>> {
        self.request.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Turns an outcome into a response.
    pub(crate) fn finish<T: Envelope>(
        &self,
        outcome: Outcome,
        read: impl FnOnce(&Received, &ApiKey) -> Result<Decoded<T>, DecodeError>,
    ) -> Result<Response<T>, Error> {
        let response = self.interpret(outcome, read).map_err(|error| self.ended(error))?;
        self.note_end(response.attempts(), Some(response.status()), None);
        Ok(response)
    }

    /// Turns an outcome into a response whose body is still to come.
    pub(crate) fn finish_stream(&self, outcome: Outcome) -> Result<Response<BodyStream>, Error> {
        let wanted = self.streamed();
        let Response { mut context, .. } =
            self.finish(outcome, |received, key| decode::unread(received, key, wanted))?;
        let patience = self.options.overrides().attempt_timeout.unwrap_or(self.shared.attempt_timeout);
        let received = &mut context.received;
        // What was looked at for a refusal is there already.
        let (first, rest) = (std::mem::take(&mut received.body), received.unread.take());
        let stream = BodyStream::new(first, rest, context.clone(), patience, self.body_limit());
        Ok(Response { value: Box::new(stream), context })
    }

    /// Notes that the call ended with an error.
    fn ended(&self, error: Error) -> Error {
        self.note_end(error.attempts(), error.status(), Some(error.kind()));
        error
    }

    fn note_end(&self, attempts: u32, status: Option<StatusCode>, error: Option<ErrorKind>) {
        self.span.end_call(attempts, status, error);
        if let Some(watch) = &self.watch {
            watch.call_ended(attempts, status, error.map_or(Ending::Success, Ending::Failure));
        }
    }

    fn interpret<T: Envelope>(
        &self,
        outcome: Outcome,
        read: impl FnOnce(&Received, &ApiKey) -> Result<Decoded<T>, DecodeError>,
    ) -> Result<Response<T>, Error> {
        let LastResponse { mut received, attempts, retry_limit, reservation, no_key } = outcome?;
        self.tell_of_deprecation(&received.headers);
        // An envelope that reports a failure may well carry data of another shape.
        if let Some(refusal) = self.refusal(&received) {
            let refused = self.refused(received, refusal, attempts);
            return Err(Inner { retry_limit, ..self.without_another_key(refused, no_key) }.into());
        }
        let key = self.shared.key();
        let decoded = received.take_decoded().map(Decoded::from);
        let Decoded { value, deviations } = match decoded.map_or_else(|| read(&received, &key), Ok) {
            Ok(decoded) => decoded,
            Err(error) => {
                let message = error.to_text(&key);
                let source = Some(error.into());
                let inner = self.inner(ErrorKind::Decode, Some(received), attempts);
                return Err(Inner { message: Some(message), source, ..inner }.into());
            }
        };
        // Only what is of use to the caller counts as paid for, and as a sign that the API is well.
        self.shared.budget.earn();
        reservation.spend();
        trace::repaired(&deviations);
        let (operation, credits) = (self.target.name.clone(), self.shared.credits.price(self.target.credits));
        let request_id = OnceLock::new();
        let properties = &self.shared.platform.envelope;
        let context = Context { operation, received, key, request_id, attempts, credits, deviations, properties };
        Ok(Response { value, context })
    }

    /// Tells of an operation that should not be used any more, once.
    fn tell_of_deprecation(&self, headers: &HeaderMap) {
        let (deprecation, sunset) = (Deprecation::of(headers), deprecation::sunset(headers));
        if (deprecation.is_none() && sunset.is_none()) || !self.shared.is_news(self.target.name.as_str()) {
            return;
        }
        trace::deprecated(&self.target.name);
        if let Some(watch) = &self.watch {
            watch.deprecated(deprecation, sunset);
        }
    }

    /// The error for a response that says no, by its status or by its envelope.
    fn refused(&self, received: Received, refusal: Refusal, attempts: u32) -> Inner {
        let kind = refusal.kind;
        let envelope = received.envelope(&self.shared.platform.envelope);
        let unreadable =
            || readable(&received, &self.shared.key()).err().map(|error| error.to_text(&self.shared.key()));
        let message = match kind {
            ErrorKind::ProxyAuthentication => Some(DisplayText::from_static(cause::PROXY_AUTHENTICATION)),
            _ => envelope.message().map(|text| self.shared.key().display_text(text)).or_else(unreadable),
        };
        Inner { message, ..self.inner(kind, Some(received), attempts) }
    }

    /// The error of a refused key, with why there was no other one.
    fn without_another_key(&self, refused: Inner, no_key: Option<NoKey>) -> Inner {
        let Some(NoKey { why, code, .. }) = no_key else { return refused };
        let said = refused.message.as_ref().map(|message| format!("{message}; ")).unwrap_or_default();
        let message = self.shared.key().display_text(&format!("{said}there is no other key: {why}"));
        let oauth2_error = code.map(|code| self.shared.key().display_text(&code));
        Inner { message: Some(message), oauth2_error, ..refused }
    }

    /// The error for an attempt without a usable response.
    pub(crate) fn failed(&self, failed: Failed, attempts: u32, retry_limit: Option<RetryLimit>) -> Error {
        let message = match failed.kind {
            ErrorKind::BodyTooLarge => Some(format!("more than {} bytes", self.body_limit())),
            ErrorKind::Timeout if failed.source.is_none() => Some("the response was not complete in time".to_owned()),
            _ => failed.source.as_ref().map(|error| self.describe(error)),
        };
        let message = message.map(|text| self.shared.key().display_text(&text));
        let source = failed.source.map(|error| Cause::new(&error.without_url(), &self.shared.key()).into());
        Inner { message, source, retry_limit, ..self.inner(failed.kind, failed.partial, attempts) }.into()
    }

    fn describe(&self, error: &reqwest::Error) -> String {
        let message = cause::message(error);
        let proxies = self.shared.proxies.as_ref();
        let is_behind_proxy = error.url().is_some_and(|url| proxies.is_some_and(|proxies| proxies.intercept(url)));
        if is_behind_proxy { format!("through the proxy: {message}") } else { message }
    }

    /// The error for a call that has no time for its first attempt.
    pub(crate) fn out_of_time(&self, limit: RetryLimit) -> Error {
        let message = DisplayText::from_static(match limit {
            RetryLimit::RateLimit => "the client's rate limit has no permit before the deadline, so nothing was sent",
            _ => "no time is left before the deadline, so nothing was sent",
        });
        Inner { message: Some(message), ..self.inner(ErrorKind::Timeout, None, 0) }.into()
    }

    /// The error for a call that may not wait until the pause is over.
    pub(crate) fn paused(&self, left: Duration, limit: RetryLimit) -> Error {
        let seconds = left.as_secs_f64();
        let message = format!("the API has asked for a pause, which lasts {seconds:.1} s more, so nothing was sent");
        let message = Some(self.shared.key().display_text(&message));
        let inner = self.inner(ErrorKind::RateLimited, None, 0);
        Inner { message, retry_after: Some(left), retry_limit: Some(limit), ..inner }.into()
    }

    /// The error for a call that has no key to be sent with.
    pub(crate) fn without_key(&self, kind: ErrorKind, NoKey { why, code, pause }: NoKey) -> Error {
        let shown = |text: &str| Some(self.shared.key().display_text(text));
        let (message, oauth2_error) = (shown(&format!("{why}, so nothing was sent")), code.as_deref().and_then(shown));
        Inner { message, oauth2_error, retry_after: pause, ..self.inner(kind, None, 0) }.into()
    }

    /// The error for a call that the credit budget has no room for.
    pub(crate) fn beyond_budget(&self, refused: &Refused) -> Error {
        let message = Some(self.shared.key().display_text(&refused.message()));
        Inner { message, ..self.inner(ErrorKind::CreditBudget, None, 0) }.into()
    }

    pub(crate) fn invalid_request(&self, message: &str) -> Error {
        let message = self.shared.key().display_text(message);
        self.ended(Error::invalid_request(self.target.name.clone(), message))
    }

    /// The error for a request that the generated code could not build.
    pub(crate) fn not_made(&self, error: Option<progenitor_client::Error<ByteStream>>) -> Error {
        match error {
            Some(progenitor_client::Error::InvalidRequest(message) | progenitor_client::Error::Custom(message)) => {
                self.invalid_request(&message)
            }
            Some(progenitor_client::Error::CommunicationError(error)) => {
                let failed = Failed { kind: ErrorKind::InvalidRequest, partial: None, source: Some(error) };
                self.ended(self.failed(failed, 0, None))
            }
            _ => self.invalid_request("the request was never sent"),
        }
    }

    /// Why a response is an error, if it is one.
    pub(crate) fn refusal(&self, received: &Received) -> Option<Refusal> {
        let platform = self.shared.platform;
        if self.is_answer(received) {
            return None;
        }
        platform.refusal(received.status, received.code)
    }

    /// Whether a response is the redirect that its operation is for.
    pub(crate) fn is_answer(&self, received: &Received) -> bool {
        self.target.is_redirect && received.status.is_redirection()
    }

    pub(crate) fn inner(&self, kind: ErrorKind, received: Option<Received>, attempts: u32) -> Inner {
        let inner = Inner { operation: Some(self.target.name.clone()), attempts, ..Inner::new(kind) };
        let Some(received) = received else { return inner };
        let envelope = received.envelope(&self.shared.platform.envelope);
        let status = received.status.as_u16();
        Inner {
            status: Some(received.status),
            has_details: !self.target.without_details.iter().any(|statuses| statuses.contains(&status)),
            code: envelope.code(),
            request_id: envelope.request_id().map(|id| self.shared.key().display_text(id)),
            retry_after: retry_after(&received.headers, self.shared.environment.wall_clock()),
            headers: received.headers,
            body: received.body,
            key: Some(self.shared.key()),
            ..inner
        }
    }
}
