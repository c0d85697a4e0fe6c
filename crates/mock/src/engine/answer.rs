//! Answers one request: the way from the document, the state and the request to an outcome.
//!
//! Natural causes come before switches, and in the order in which the API has them: path, method, credentials,
//! parameters and body, requests per second, then scripts and preferences, then credits.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use bytes::Bytes;
use fastrand::Rng;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use keyapi_spec::media_type::is_json;
use serde_json::json;

use crate::document::router::Match;
use crate::document::violation::{self, Side, Violation};
use crate::document::{Document, Operation, Role};
use crate::engine::accept::Accept;
use crate::engine::cors;
use crate::engine::faults;
use crate::engine::mask::Mask;
use crate::engine::negotiation::{self, Criteria, Negotiated};
use crate::engine::outcome::{Action, Outcome, Response};
use crate::engine::preferences::Preferences;
use crate::engine::problem::{Kind, Problem};
use crate::engine::quota::{Exceeded, MOST_CALLERS};
use crate::engine::request::{Incoming, Request};
use crate::engine::script::{Fault, Step};
use crate::engine::security::{self, Caller, Refused};
use crate::engine::validation::{self, Validation};
use crate::engine::{Data, Options, Responses, State};

/// An outcome, and what is worth knowing about how it came about.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The outcome.
    pub outcome: Outcome,
    /// The position of the operation.
    pub operation: Option<usize>,
    /// Where the request is not what the document asks for.
    pub violations: Vec<Violation>,
}

/// Answers a request.
pub(crate) fn answer(
    document: &Document,
    options: &Options,
    state: &State,
    request: &Request,
    mask: &Mask<'_>,
    now: Duration,
) -> Answer {
    let method = request.method();
    let (path, query) = (request.uri().path(), request.uri().query().unwrap_or_default());
    if let Some(asked) = cors::preflight(request) {
        return undocumented(cors::allow(request, &asked, &allowed_methods(document, path, query)));
    }
    match find(document, request) {
        Match::Operation { index, values } => {
            let incoming = Incoming::new(request, values);
            Exchange {
                document,
                operation: operation_for(document, index, request),
                index,
                options,
                state,
                request: &incoming,
                mask,
                now,
            }
            .answer()
        }
        Match::MethodNotAllowed { allowed } => undocumented(wrong_method(document, request, &allowed, mask)),
        Match::NotFound if method == Method::OPTIONS && path == "*" => undocumented(empty(HeaderMap::new())),
        Match::NotFound => undocumented(no_path(document, path, mask)),
    }
}

/// The operation that a request is for.
pub(super) fn find<'d>(document: &'d Document, request: &'d Request) -> Match<'d> {
    let (method, uri) = (request.method(), request.uri());
    let (path, query) = (uri.path(), uri.query().unwrap_or_default());
    match document.router().find(path, query, method) {
        // HEAD is GET without the body, and the server leaves the body out.
        Match::MethodNotAllowed { allowed } if method == Method::HEAD && allowed.contains(&&Method::GET) => {
            document.router().find(path, query, &Method::GET)
        }
        found => found,
    }
}

/// The operation at a position, with as much of what was inferred as counts for a request.
fn operation_for<'d>(document: &'d Document, index: usize, request: &Request) -> &'d Operation {
    let published = &document.operations[index];
    if document.role() == Role::MadeUp {
        return published;
    }
    let checked = published.body.is_some() && !request.body().is_empty();
    if checked || published.has_sampled_responses() { document.inferred_operation(index) } else { published }
}

fn undocumented(response: Response) -> Answer {
    Answer { outcome: Outcome::response(response), operation: None, violations: Vec::new() }
}

fn empty(headers: HeaderMap) -> Response {
    Response { status: StatusCode::NO_CONTENT, headers, body: Bytes::new() }
}

fn no_path(document: &Document, path: &str, mask: &Mask<'_>) -> Response {
    /// Nobody reads more of a path than this.
    const LONGEST: usize = 512;
    let nearest = document.router().nearest(path);
    let path: String = path.chars().take(LONGEST).collect();
    let hint = nearest.map(|nearest| format!("; the nearest documented path is {nearest}")).unwrap_or_default();
    let mut problem =
        Problem::new(Kind::NoPath, format!("The route {path} hasn't been found in the specification file"))
            .message(format!("There is no operation at {path}{hint}"));
    if let Some(nearest) = nearest {
        problem = problem.with("nearest", json!(nearest));
    }
    problem.response(document, None, mask)
}

/// `OPTIONS` is answered for every documented path.
fn wrong_method(document: &Document, request: &Request, documented: &[&Method], mask: &Mask<'_>) -> Response {
    let allowed = with_implied(documented).join(", ");
    if request.method() == Method::OPTIONS {
        let mut headers = HeaderMap::new();
        headers.insert(header::ALLOW, HeaderValue::from_str(&allowed).unwrap_or(HeaderValue::from_static("OPTIONS")));
        return empty(headers);
    }
    let (path, method) = (request.uri().path(), request.method());
    let lower = method.as_str().to_ascii_lowercase();
    let detail = format!("The route {path} has been matched, but it does not have \"{lower}\" method defined");
    Problem::new(Kind::NoMethod, detail)
        .message(format!("{method} is not allowed at {path}; the documented methods are {allowed}"))
        .header(header::ALLOW, allowed)
        .response(document, None, mask)
}

/// The methods of a path; of one that is not documented, or documents it, `OPTIONS` alone.
fn allowed_methods<'d>(document: &'d Document, path: &'d str, query: &'d str) -> Vec<&'d str> {
    match document.router().find(path, query, &Method::OPTIONS) {
        Match::MethodNotAllowed { allowed } => with_implied(&allowed),
        _ => vec!["OPTIONS"],
    }
}

fn with_implied<'d>(documented: &[&'d Method]) -> Vec<&'d str> {
    let mut allowed: Vec<&str> = documented.iter().map(|method| method.as_str()).collect();
    for (method, implied) in [("HEAD", allowed.contains(&"GET")), ("OPTIONS", true)] {
        if implied && !allowed.contains(&method) {
            allowed.push(method);
        }
    }
    allowed
}

/// A request for a documented operation.
struct Exchange<'a> {
    document: &'a Document,
    operation: &'a Operation,
    /// The position of the operation.
    index: usize,
    options: &'a Options,
    state: &'a State,
    request: &'a Incoming<'a>,
    mask: &'a Mask<'a>,
    now: Duration,
}

impl<'a> Exchange<'a> {
    fn answer(&self) -> Answer {
        let mut violations = Vec::new();
        let credentials = security::check(self.operation, self.request, &self.options.api_keys);
        if credentials.is_err() {
            violations.push(Violation::error(&[], "401", "Invalid security scheme used"));
        }
        violations.extend(validation::check(self.operation, self.request, self.options.validation));
        violations.iter_mut().for_each(|violation| self.mask.violation(violation));
        let mut responded = Cow::default();
        let mut outcome = match self.decide(credentials, &violations) {
            Ok((outcome, of_response)) => {
                responded = of_response;
                outcome
            }
            Err(problem) => Outcome::response(problem.response(self.document, Some(self.operation), self.mask)),
        };
        if !responded.is_empty() {
            responded.to_mut().iter_mut().for_each(|violation| self.mask.violation(violation));
        }
        if let Some(value) = violation::header(&violations, &responded)
            && let Action::Respond(response) = &mut outcome.action
        {
            response.headers.insert(HeaderName::from_static(violation::HEADER), value);
        }
        if let Some(response) = outcome.planned_mut() {
            for (name, value) in &self.operation.lifecycle {
                // What a documented response says itself is more than that the operation is deprecated.
                if value != "true" || !response.headers.contains_key(name) {
                    response.headers.insert(name, value.clone());
                }
            }
        }
        Answer { outcome, operation: Some(self.index), violations }
    }

    fn decide(
        &self,
        credentials: Result<Caller, Refused>,
        violations: &[Violation],
    ) -> Result<(Outcome, Cow<'a, [Violation]>), Problem> {
        let preferences =
            Preferences::read(self.request).map_err(|invalid| Problem::new(Kind::Unprocessable, invalid.0))?;
        let criteria = self.criteria(&preferences);
        if self.options.validation != Validation::ReportOnly
            && let Some(refusal) = self.refuse(&credentials, violations, &criteria)
        {
            return refusal.map(|response| (Outcome::response(response), Cow::default()));
        }
        let caller = credentials.unwrap_or(Caller::anonymous());
        self.count(caller, &criteria)?;
        let step = self.state.scripts.take(&self.operation.name);
        let drawn = draw(self.options, self.state, step.as_ref());
        let (mut outcome, of_response) = match step {
            Some(step) if step.fault != Fault::None => {
                let choose = |code: Option<u16>, example: Option<&str>| {
                    let (code, example) = (code.or(criteria.code), example.or(criteria.example));
                    let criteria = Criteria { code, example, ..criteria.clone() };
                    negotiation::negotiate(self.operation, &criteria).map(|negotiated| negotiated.response)
                };
                (faults::inject(&step, self.document, choose)?, Cow::default())
            }
            _ => {
                let operation = match criteria.dynamic {
                    Some(_) => self.document.inferred_operation(self.index),
                    None => self.operation,
                };
                let mut negotiated = negotiation::negotiate(operation, &criteria)?;
                if criteria.dynamic.is_some() {
                    self.set_code(&mut negotiated.response);
                }
                if self.options.responses == Responses::Refused && !negotiated.violations.is_empty() {
                    return Err(invalid_response(&negotiated.violations));
                }
                (Outcome::response(negotiated.response), negotiated.violations)
            }
        };
        if outcome.status().is_some_and(|status| status.is_success()) {
            self.spend(caller, &criteria)?;
        }
        outcome.delay += drawn;
        Ok((outcome, of_response))
    }

    /// Lets a body that was made up tell of success or failure as its status does: any other code would be an error.
    fn set_code(&self, response: &mut Response) {
        let Some(envelope) = &self.document.envelope else { return };
        let code = if response.status.is_success() { envelope.success } else { i64::from(response.status.as_u16()) };
        if let Ok(body) = serde_json::from_slice(&response.body) {
            response.body = envelope.with_code(body, code).to_string().into();
        }
    }

    fn criteria<'w>(&self, preferences: &'w Preferences) -> Criteria<'w>
    where
        'a: 'w,
    {
        let dynamic = preferences.dynamic.unwrap_or(self.options.data == Data::Dynamic);
        Criteria {
            code: preferences.code,
            example: preferences.example.as_deref(),
            dynamic: dynamic.then(|| self.seed(preferences.seed.as_deref())),
            accept: Accept::read(self.request.headers()),
        }
    }

    /// Made-up data depends on the seed and on what is asked for, so that the same request gets the same response.
    fn seed(&self, wished: Option<&str>) -> u64 {
        let mut hasher = DefaultHasher::new();
        match wished {
            Some(seed) => seed.hash(&mut hasher),
            None => {
                self.options.seed.hash(&mut hasher);
                self.request.path().hash(&mut hasher);
                self.request.query().hash(&mut hasher);
            }
        }
        hasher.finish()
    }

    fn refuse(
        &self,
        credentials: &Result<Caller, Refused>,
        violations: &[Violation],
        criteria: &Criteria<'_>,
    ) -> Option<Result<Response, Problem>> {
        let first = violations.iter().find(|violation| violation.is_error())?;
        let unsupported = violations.iter().find(|violation| violation.rule == validation::body::UNSUPPORTED);
        let statuses: &[u16] = match (credentials, unsupported) {
            (Err(_), _) => &[401],
            (Ok(_), Some(_)) => &[415, 422, 400],
            (Ok(_), None) => &[422, 400],
        };
        let challenge = match credentials {
            Err(refused) if !refused.challenges.is_empty() => Some(refused.challenges.join(",")),
            _ => None,
        };
        let own = || match (credentials, unsupported) {
            (Err(_), _) => unauthorized(challenge.as_deref()),
            (Ok(_), Some(violation)) => Problem::new(Kind::UnsupportedMediaType, &violation.message),
            (Ok(_), None) => unprocessable(violations),
        };
        let own = || {
            own().message(if credentials.is_err() {
                "The API key is missing or wrong".to_owned()
            } else {
                first.explanation()
            })
        };
        let documented = match negotiation::refuse(self.operation, statuses, criteria) {
            Some(Ok(negotiated)) => negotiated,
            Some(Err(problem)) if problem.kind() == Kind::NotFound => return Some(Err(problem)),
            _ => return Some(Err(own())),
        };
        let mut response = if credentials.is_ok() { self.explained(documented, first) } else { documented.response };
        if let Some(value) = challenge.and_then(|challenge| HeaderValue::from_str(&challenge).ok()) {
            response.headers.insert(header::WWW_AUTHENTICATE, value);
        }
        Some(Ok(response))
    }

    /// In an API with an envelope, the documented error names the parameter that is meant.
    fn explained(&self, documented: Negotiated<'_>, violation: &Violation) -> Response {
        let mut response = documented.response;
        let is_json =
            response.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(is_json);
        if let (true, Some(envelope), Some(example)) = (is_json, &self.document.envelope, documented.example) {
            response.body = envelope.with_message(&example.value(), &violation.explanation()).to_string().into();
        }
        response
    }

    fn count(&self, caller: Caller, criteria: &Criteria<'_>) -> Result<(), Problem> {
        let Some(limit) = self.options.qps else { return Ok(()) };
        let wait = match self.state.rate.count(caller, self.now, limit) {
            Ok(()) => return Ok(()),
            Err(Exceeded::Limit(wait)) => wait,
            Err(Exceeded::Callers) => return Err(too_many_callers()),
        };
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        let own = Problem::new(Kind::TooMany, format!("There are more than {limit} requests per second"))
            .header(header::RETRY_AFTER, seconds.to_string());
        Err(self.documented_or(429, own, criteria))
    }

    fn spend(&self, caller: Caller, criteria: &Criteria<'_>) -> Result<(), Problem> {
        let Some(budget) = self.options.credits else { return Ok(()) };
        let cost = self.operation.credits;
        let left = match self.state.credits.spend(caller, cost, budget) {
            Ok(()) => return Ok(()),
            Err(Exceeded::Limit(left)) => left,
            Err(Exceeded::Callers) => return Err(too_many_callers()),
        };
        let detail = format!("The operation costs {cost} credits, and {left} are left");
        Err(self.documented_or(402, Problem::new(Kind::NoCredits, detail), criteria))
    }

    /// Lets a problem be responded with the documented response of its status, where there is one.
    fn documented_or(&self, status: u16, own: Problem, criteria: &Criteria<'_>) -> Problem {
        let plain = Criteria { code: None, example: None, ..criteria.clone() };
        match negotiation::refuse(self.operation, &[status], &plain) {
            Some(Ok(negotiated)) => own.documented(negotiated.response),
            _ => own,
        }
    }
}

/// The latency of a response: that of the script's step, or that of the options.
pub(super) fn draw(options: &Options, state: &State, step: Option<&Step>) -> Duration {
    let latency = step.map(|step| step.latency).filter(|latency| !latency.is_none());
    let latency = latency.unwrap_or(options.latency);
    if latency.is_none() {
        return Duration::ZERO;
    }
    latency.draw(&mut Rng::with_seed(options.seed.wrapping_add(state.next_draw())))
}

fn unauthorized(challenge: Option<&str>) -> Problem {
    let detail = "Your request does not fullfil the security requirements and no HTTP unauthorized response was found \
                  in the spec, so Prism is generating this error for you.";
    let problem = Problem::new(Kind::Unauthorized, detail);
    match challenge {
        Some(challenge) => problem
            .with("headers", json!({ "WWW-Authenticate": challenge }))
            .header(header::WWW_AUTHENTICATE, challenge),
        None => problem,
    }
}

/// The documented response would speak of the caller's own limit.
fn too_many_callers() -> Problem {
    let detail =
        format!("The server counts for {MOST_CALLERS} keys, and this is another; POST /__mock/reset forgets them");
    Problem::new(Kind::TooMany, detail)
}

fn unprocessable(violations: &[Violation]) -> Problem {
    let detail = "Your request is not valid and no HTTP validation response was found in the spec, so Prism is \
                  generating this error for you.";
    let reports: Vec<_> = violations.iter().map(|violation| violation.on(None)).collect();
    Problem::new(Kind::Unprocessable, detail).with("validation", json!(reports))
}

fn invalid_response(violations: &[Violation]) -> Problem {
    let detail = "Your request/response is not valid and the --errors flag is set, so Prism is generating this error \
                  for you.";
    let reports: Vec<_> = violations.iter().map(|violation| violation.on(Some(Side::Response)).bare()).collect();
    Problem::new(Kind::Violations, detail).with("validation", json!(reports))
}
