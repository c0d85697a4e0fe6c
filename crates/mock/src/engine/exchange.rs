//! A request for a documented operation, and what becomes of it.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use fastrand::Rng;
use http::{HeaderName, header};

use crate::document::violation::{self, Violation};
use crate::document::{Document, Operation, envelope};
use crate::engine::State;
use crate::engine::accept::Accept;
use crate::engine::faults;
use crate::engine::journal::Summary;
use crate::engine::mask::Mask;
use crate::engine::negotiation::{self, Criteria};
use crate::engine::options::{Data, Options, Responses};
use crate::engine::outcome::{Action, Outcome, Response};
use crate::engine::preferences::Preferences;
use crate::engine::problem::{Kind, Problem};
use crate::engine::quota::Exceeded;
use crate::engine::refusal::{invalid_response, too_many_callers};
use crate::engine::replay;
use crate::engine::request::Incoming;
use crate::engine::security::{self, Caller, Refused};
use crate::engine::step::{Fault, Step};
use crate::engine::validation::{self, Validation};

/// A request for a documented operation.
pub(super) struct Exchange<'a> {
    pub(super) document: &'a Document,
    pub(super) operation: &'a Operation,
    /// The position of the operation.
    pub(super) index: usize,
    pub(super) options: &'a Options,
    pub(super) state: &'a State,
    pub(super) request: &'a Incoming<'a>,
    pub(super) mask: &'a Mask<'a>,
    pub(super) now: Duration,
}

/// What becomes of a request that is not refused.
struct Decided<'a> {
    outcome: Outcome,
    /// Where the document's example does not fit the document's schema.
    violations: Cow<'a, [Violation]>,
    /// The step that lets it happen again.
    step: Option<Step>,
}

impl<'a> Exchange<'a> {
    /// What becomes of the request.
    pub(super) fn outcome(&self) -> (Outcome, Summary) {
        let mut violations = Vec::new();
        let credentials = security::check(self.operation, self.request, &self.options.api_keys);
        if credentials.is_err() {
            violations.push(Violation::error(&[], security::RULE, "Invalid security scheme used"));
        }
        violations.extend(validation::check(self.operation, self.request, self.options.validation));
        violations.iter_mut().for_each(|violation| self.mask.violation(violation));
        let (mut responded, mut refusal) = (Cow::default(), None);
        let (mut outcome, step) = match self.decide(credentials, &violations) {
            Ok(decided) => {
                responded = decided.violations;
                (decided.outcome, decided.step)
            }
            Err(problem) => {
                refusal = Some(problem.text().to_owned());
                let response = problem.response(self.document, Some(self.operation), self.mask);
                // A refusal comes at once, and a step would take its time.
                let step = match self.options.latency.is_none() {
                    true => replay::of_refusal(self.operation, &response, &self.criteria(&Preferences::default())),
                    false => None,
                };
                (Outcome::response(response), step)
            }
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
        (outcome, Summary { operation: Some(self.index), validated: true, violations, refusal, step })
    }

    fn decide(&self, credentials: Result<Caller, Refused>, violations: &[Violation]) -> Result<Decided<'a>, Problem> {
        let preferences =
            Preferences::read(self.request).map_err(|invalid| Problem::new(Kind::Unprocessable, invalid.0))?;
        let criteria = self.criteria(&preferences);
        if self.options.validation != Validation::ReportOnly
            && let Some(refusal) = self.refuse(&credentials, violations, &criteria)
        {
            return Err(refusal);
        }
        let caller = credentials.unwrap_or(Caller::anonymous());
        self.count(caller, &criteria)?;
        let step = self.state.scripts.take(&self.operation.name);
        let drawn = draw(self.options, self.state, step.as_ref());
        let mut decided = match step {
            Some(step) if step.fault != Fault::None => {
                let choose = |code: Option<u16>, example: Option<&str>| {
                    let (code, example) = (code.or(criteria.code), example.or(criteria.example));
                    let criteria = Criteria { code, example, ..criteria.clone() };
                    negotiation::negotiate(self.operation, &criteria).map(|negotiated| negotiated.response)
                };
                let outcome = faults::inject(&step, self.document, choose)?;
                Decided { outcome, violations: Cow::default(), step: replay::of_step(&step, &preferences) }
            }
            step => {
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
                let mut replayed = replay::of_response(self.operation, &negotiated, &criteria, &preferences);
                if let Some(step) = step {
                    faults::add_headers(&step, &mut negotiated.response);
                    replayed = replayed.map(|replayed| Step { headers: step.headers, ..replayed });
                }
                let (outcome, violations) = (Outcome::response(negotiated.response), negotiated.violations);
                Decided { outcome, violations, step: replayed }
            }
        };
        if decided.outcome.status().is_some_and(|status| status.is_success()) {
            self.spend(caller, &criteria)?;
        }
        decided.outcome.delay += drawn;
        Ok(decided)
    }

    /// Lets a body that was made up tell of success or failure as its status does: any other code would be an error.
    fn set_code(&self, response: &mut Response) {
        let Some(envelope) = &self.document.envelope else { return };
        let code = if response.status.is_success() { envelope.success } else { i64::from(response.status.as_u16()) };
        if let Ok(body) = serde_json::from_slice(&response.body) {
            response.body = envelope::with_code(envelope, body, code).to_string().into();
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
    fn seed(&self, requested: Option<&str>) -> u64 {
        let mut hasher = DefaultHasher::new();
        match requested {
            Some(seed) => seed.hash(&mut hasher),
            None => {
                self.options.seed.hash(&mut hasher);
                self.request.path().hash(&mut hasher);
                let fields = self.request.query_fields().iter();
                let pairs: Vec<_> = fields.map(|field| (&field.name, field.text.decoded())).collect();
                pairs.hash(&mut hasher);
            }
        }
        hasher.finish()
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
