//! The engine: a document, the options, and what changes from request to request.

pub(crate) mod accept;
pub(crate) mod clock;
pub(crate) mod cors;
pub(crate) mod coverage;
mod drift;
mod exchange;
pub(crate) mod expectation;
mod faults;
pub(crate) mod journal;
pub(crate) mod latency;
pub(crate) mod mask;
pub(crate) mod negotiation;
pub(crate) mod options;
pub(crate) mod outcome;
#[cfg(feature = "overrides")]
mod overridden;
#[cfg(feature = "overrides")]
mod overrides;
pub(crate) mod preferences;
pub(crate) mod problem;
pub(crate) mod quota;
mod refusal;
mod replay;
pub(crate) mod request;
mod routing;
pub(crate) mod script;
pub(crate) mod security;
pub(crate) mod step;
mod undocumented;
pub(crate) mod validation;

use std::slice;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use arc_swap::{ArcSwap, Guard};
use http::header;

use crate::document::Document;
use crate::document::operation_info::OperationInfo;
use coverage::Coverage;
use coverage::file::{self, CoverageFile};
use expectation::{Expectation, Unmet};
use journal::{Entry, Filter, Journal, Summary};
use mask::Mask;
use options::Options;
use outcome::{Action, Outcome, Response};
#[cfg(feature = "overrides")]
use overrides::Overrides;
use problem::Problem;
use quota::{Credits, Rate};
use request::{Incoming, Request};
use script::{MOST_STEPS, ScriptError, Scripts};
use step::Step;

/// What changes from request to request.
#[derive(Debug)]
pub(crate) struct State {
    /// The journal.
    pub journal: Journal,
    /// The scripts.
    pub scripts: Scripts,
    /// What tests respond with themselves.
    #[cfg(feature = "overrides")]
    pub overrides: Overrides,
    /// Requests per second.
    pub rate: Rate,
    /// Credits.
    pub credits: Credits,
    draws: AtomicU64,
    /// So many requests came, where responses drift.
    drifts: AtomicU64,
}

impl State {
    /// Numbers the random draws, so that each has a seed of its own.
    pub(crate) fn next_draw(&self) -> u64 {
        self.draws.fetch_add(1, Ordering::Relaxed)
    }
}

/// Answers requests from a document.
#[derive(Debug)]
pub struct Engine {
    /// Swapped whole, so that no request waits for a new document, nor a new document for a request.
    loaded: ArcSwap<Loaded>,
    options: Options,
    state: State,
}

/// A document and what was exercised of it.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// The document.
    pub document: Arc<Document>,
    /// What was exercised.
    pub coverage: Coverage,
}

impl Loaded {
    fn new(document: Arc<Document>) -> Arc<Self> {
        let coverage = Coverage::new(&document);
        let loaded = Arc::new(Self { document, coverage });
        if let Some(file) = coverage_file() {
            file.begin(&loaded);
        }
        loaded
    }

    /// What was exercised of the document.
    pub(crate) fn report(&self) -> coverage::Report {
        self.coverage.report(&self.document)
    }
}

impl Engine {
    /// An engine for a document.
    pub fn new(document: Arc<Document>, options: Options) -> Self {
        let state = State {
            journal: Journal::new(options.journal_bytes),
            scripts: Scripts::default(),
            #[cfg(feature = "overrides")]
            overrides: Overrides::default(),
            rate: Rate::default(),
            credits: Credits::default(),
            draws: AtomicU64::new(0),
            drifts: AtomicU64::new(0),
        };
        Self { loaded: ArcSwap::new(Loaded::new(document)), options, state }
    }

    /// Answers a request.
    pub(crate) fn handle(&self, request: &Request) -> Outcome {
        // The whole request sees one document, whatever comes meanwhile.
        let loaded = self.loaded();
        let now = self.options.clock.now();
        let mask = self.mask_of(&loaded.document, request);
        let incoming = Incoming::new(request);
        let (mut outcome, mut summary) =
            routing::route(&loaded.document, &self.options, &self.state, &incoming, &mask, now);
        self.drift(&loaded.document, &mut outcome, &mut summary);
        self.finish(&loaded, &incoming, &mut outcome, summary, &mask, now);
        outcome
    }

    /// Lets a response drift, where that is asked for.
    fn drift(&self, document: &Document, outcome: &mut Outcome, summary: &mut Summary) {
        let Some(seed) = self.options.drift else { return };
        let number = self.state.drifts.fetch_add(1, Ordering::Relaxed);
        if let (Some(operation), Action::Respond(response)) = (summary.operation, &mut outcome.action)
            && drift::drift(document, operation, response, seed, number)
        {
            // The next one drifts elsewhere.
            summary.step = None;
        }
    }

    /// Answers a request with the response that a test has for it.
    #[cfg(feature = "overrides")]
    pub(crate) fn override_with(&self, request: &Request, response: Response) -> Outcome {
        let loaded = self.loaded();
        let mask = self.mask_of(&loaded.document, request);
        let (mut outcome, summary) =
            overridden::respond(&loaded.document, &self.options, &self.state, request, &mask, response);
        let now = self.options.clock.now();
        self.finish(&loaded, &Incoming::new(request), &mut outcome, summary, &mask, now);
        outcome
    }

    /// Writes down what became of a request.
    fn finish(
        &self,
        loaded: &Loaded,
        incoming: &Incoming<'_>,
        outcome: &mut Outcome,
        mut summary: Summary,
        mask: &Mask<'_>,
        now: Duration,
    ) {
        if let Some(step) = &mut summary.step {
            step.latency = outcome.delay.into();
        }
        if let Some(response) = outcome.planned_mut() {
            cors::share(response, incoming.headers());
        }
        if let Some(index) = summary.operation {
            loaded.coverage.count(&loaded.document, index, incoming, outcome);
            if let Some(file) = coverage_file() {
                file.change();
            }
        }
        self.state.journal.write(incoming.request(), now, outcome, summary, loaded.document.secrets(), mask);
    }

    /// Refuses a request that a server does not let in, so that it comes to no operation.
    pub(crate) fn refuse(&self, request: &Request, problem: Problem) -> Outcome {
        let summary = Summary { refusal: Some(problem.text().to_owned()), ..Summary::default() };
        let outcome = Outcome::response(self.refusal(request, problem));
        let loaded = self.loaded();
        let mask = self.mask_of(&loaded.document, request);
        let now = self.options.clock.now();
        self.state.journal.write(request, now, &outcome, summary, loaded.document.secrets(), &mask);
        outcome
    }

    /// The response to such a request, which leaves nothing in the journal.
    pub(crate) fn refusal(&self, request: &Request, problem: Problem) -> Response {
        let loaded = self.loaded();
        let problem = problem.header(header::CONNECTION, "close");
        let mut response = problem.response(&loaded.document, None, &self.mask_of(&loaded.document, request));
        cors::share(&mut response, request.headers());
        response
    }

    /// Masks what is a credential in a request.
    pub(crate) fn mask_of<'d>(&'d self, document: &'d Document, request: &'d Request) -> Mask<'d> {
        Mask::of(document.secrets(), &self.options.api_keys, request)
    }

    /// Masks what is a credential whatever the request is.
    pub(crate) fn mask<'d>(&'d self, document: &'d Document) -> Mask<'d> {
        Mask::new(document.secrets(), &self.options.api_keys)
    }

    /// The document and its coverage.
    pub(crate) fn loaded(&self) -> Guard<Arc<Loaded>> {
        self.loaded.load()
    }

    /// The document that is served.
    pub fn document(&self) -> Arc<Document> {
        Arc::clone(&self.loaded().document)
    }

    /// Goes on with another document. What was counted of the old one is kept for the run's total.
    pub fn replace(&self, document: Arc<Document>) {
        self.loaded.store(Loaded::new(document));
    }

    /// How the engine behaves.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// What changes from request to request.
    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    /// The kept requests, oldest first.
    pub fn journal(&self) -> Vec<Entry> {
        self.journal_for(&self.loaded().document, Filter::default())
    }

    /// The kept requests, their operations named as a document names them.
    pub(crate) fn journal_for(&self, document: &Document, filter: Filter) -> Vec<Entry> {
        self.state.journal.entries(&self.options.api_keys, document, filter)
    }

    /// Holds an expectation against the kept requests.
    pub fn verify(&self, expectation: &Expectation) -> Result<(), Unmet> {
        let loaded = self.loaded();
        let document = &loaded.document;
        let entries = match document.find(expectation.operation()) {
            Some(index) => self.journal_for(document, Filter { operation: Some(Some(index)), ..Filter::default() }),
            None => Vec::new(),
        };
        expectation.check(&entries, &self.mask(document))
    }

    /// Fails the test where an expectation is not met.
    ///
    /// # Panics
    ///
    /// Where it is not met, with what was expected and what came instead.
    #[track_caller]
    pub fn assert(&self, expectation: &Expectation) {
        let unmet = self.verify(expectation).err();
        assert!(unmet.is_none(), "{}", unmet.map(|unmet| unmet.to_string()).unwrap_or_default());
    }

    /// What was exercised of the document.
    pub fn coverage(&self) -> coverage::Report {
        self.loaded().report()
    }

    /// Adds steps to the script of an operation, or of whichever is called next where the name is `*`.
    pub fn script<S: Into<Step>>(
        &self,
        operation: &str,
        steps: impl IntoIterator<Item = S>,
    ) -> Result<(), ScriptError> {
        let document = &self.loaded().document;
        let (name, operations) = match operation {
            "*" => (None, document.operations.as_slice()),
            wanted => {
                let index = document.find(wanted).ok_or_else(|| ScriptError::NoOperation(wanted.to_owned()))?;
                let operation = &document.operations[index];
                (Some(operation.name.as_str()), slice::from_ref(operation))
            }
        };
        let steps: Vec<Step> = steps.into_iter().map(Into::into).take(MOST_STEPS + 1).collect();
        // An example that nobody has would be a 404, which is none of what the script says.
        match steps.iter().find(|step| !operations.iter().any(|operation| step.has_example(operation))) {
            Some(step) => Err(ScriptError::NoExample(step.to_string())),
            None => self.state.scripts.add(name, steps).map_err(ScriptError::TooLong),
        }
    }

    /// Forgets everything but the document: journal, scripts, overrides, limits, coverage. What is random begins anew, too.
    ///
    /// A request that is answered meanwhile may count as one before it or after it.
    pub fn reset(&self) {
        self.state.journal.reset();
        self.state.scripts.reset();
        #[cfg(feature = "overrides")]
        self.state.overrides.reset();
        self.state.rate.reset();
        self.state.credits.reset();
        self.state.draws.store(0, Ordering::Relaxed);
        self.state.drifts.store(0, Ordering::Relaxed);
        self.loaded().coverage.reset();
    }

    /// The document's operations.
    pub fn operations(&self) -> Vec<OperationInfo> {
        OperationInfo::list(&self.loaded().document)
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // Coverage that cannot be stored is missed by whoever reads it; the tests themselves go on.
        _ = coverage::store();
    }
}

fn coverage_file() -> Option<&'static CoverageFile> {
    file::of_process().ok().flatten()
}
