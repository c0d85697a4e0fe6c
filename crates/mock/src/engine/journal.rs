//! The journal: which requests came, and what became of them.
//!
//! Requests and responses are kept as they are and masked when they are read, so that one that nobody reads about costs a
//! copy. Only violations are masked before they are kept, and all of a request whose body is too long to be kept whole: what
//! is not kept may say what is secret in the rest. Nothing but [`Entry`], which is masked, leaves the journal.

mod checks;
mod entry;
mod texts;

use std::borrow::Cow;
use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};

use crate::document::Document;
use crate::document::response::Code;
use crate::document::secrets::Secrets;
use crate::document::violation::Violation;
use crate::engine::mask::Mask;
use crate::engine::outcome::{Action, Ending, Outcome, Response};
use crate::engine::request::{Incoming, Request, owned_pairs};
use crate::engine::step::Step;
use crate::lock;
use checks::checks;
pub use entry::{Check, Entry, SentResponse};
use texts::{HeaderLines, Texts};

/// How much of the journal is kept unless told otherwise.
pub(crate) const DEFAULT_LIMIT: usize = 1024 * 1024;

/// Longer bodies of requests are kept in part, and those of responses not at all.
const LONGEST_BODY: usize = 64 * 1024;

/// What an entry takes beside its texts.
const OVERHEAD: usize = size_of::<Record>();

/// A journal of the latest requests, bounded in bytes.
#[derive(Debug)]
pub(crate) struct Journal {
    records: Mutex<Records>,
    count: AtomicU64,
    limit: usize,
}

#[derive(Debug)]
struct Records {
    queue: VecDeque<Record>,
    /// What the entries take beside the bodies of responses.
    bytes: usize,
    /// What the bodies of responses take.
    body_bytes: usize,
    /// So many of the oldest entries have lost the bodies of their responses.
    stripped: usize,
    /// How credentials are told in requests from a number on. It changes with the document, and each record would have to
    /// count who shares it.
    secrets: VecDeque<(u64, Arc<Secrets>)>,
    /// Tells this journal from what it was before it was reset, and from another server's.
    epoch: u64,
}

/// An entry in the form that costs least to write.
#[derive(Clone)]
struct Record {
    sequence: u64,
    at: Duration,
    operation: Option<u32>,
    method: Method,
    texts: Texts,
    status: Option<u16>,
    /// Whether there is a response.
    responded: bool,
    /// The response's body, which is most often the document's own and not copied.
    response_body: Option<Bytes>,
    fault: Option<&'static str>,
    validated: bool,
    violations: Box<[Violation]>,
    refusal: Option<String>,
    step: Option<Step>,
}

/// Shows nothing of the request, which is not masked yet.
impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record").field("sequence", &self.sequence).finish_non_exhaustive()
    }
}

/// What the engine knows about a request beside what became of it.
#[derive(Debug, Default)]
pub(crate) struct Summary {
    /// The position of the operation.
    pub(crate) operation: Option<usize>,
    /// Whether it was held against the document.
    pub(crate) validated: bool,
    /// Where it is not what the document asks for.
    pub(crate) violations: Vec<Violation>,
    /// Why it is refused.
    pub(crate) refusal: Option<String>,
    /// The step of a script that lets happen again what became of it, where there is one.
    pub(crate) step: Option<Step>,
}

/// Which entries are asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Filter {
    /// Those for an operation, or for none.
    pub(crate) operation: Option<Option<usize>>,
    /// Those with a status, or with none.
    pub(crate) status: Option<Option<Code>>,
    /// So many of the latest.
    pub(crate) limit: usize,
}

impl Default for Filter {
    fn default() -> Self {
        Self { operation: None, status: None, limit: usize::MAX }
    }
}

impl Journal {
    /// An empty journal that keeps about as many bytes as given.
    pub(crate) fn new(limit: usize) -> Self {
        Self { records: Mutex::new(Records::new()), count: AtomicU64::new(0), limit }
    }

    /// How many requests there were, those included that are no longer kept.
    pub(crate) fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    /// How many bytes the kept entries take.
    pub(crate) fn bytes(&self) -> usize {
        let records = lock(&self.records);
        records.bytes + records.body_bytes
    }

    /// Forgets all requests.
    pub(crate) fn reset(&self) {
        let mut records = lock(&self.records);
        *records = Records::new();
        self.count.store(0, Ordering::Relaxed);
    }

    /// Changes whenever the journal does.
    pub(crate) fn version(&self) -> String {
        let records = lock(&self.records);
        format!("{:016x}-{}", records.epoch, self.count.load(Ordering::Relaxed))
    }

    /// The kept entries, oldest first. Operations are those of the document given, and the given keys are masked besides
    /// what is known of it.
    pub(crate) fn entries(&self, keys: &[String], document: &Document, filter: Filter) -> Vec<Entry> {
        // Requests are answered while the copies are masked.
        let records: Vec<(Record, Arc<Secrets>)> = {
            let records = lock(&self.records);
            let latest = records.queue.iter().rev().filter(|record| filter.takes(record)).take(filter.limit);
            latest.filter_map(|record| Some((record.clone(), records.secrets_of(record)?))).collect()
        };
        records.iter().rev().map(|(record, secrets)| record.entry(secrets, keys, document)).collect()
    }

    /// Writes down a request and its outcome. The mask is only asked where a request's body is too long to be kept, because
    /// what is masked first cannot be cut in two, and is known by all of the body.
    pub(crate) fn write(
        &self,
        request: &Request,
        at: Duration,
        outcome: &Outcome,
        summary: Summary,
        secrets: &Arc<Secrets>,
        mask: &Mask<'_>,
    ) {
        let body = request.body();
        let mask = Some(mask).filter(|_| body.len() > LONGEST_BODY);
        let body = mask.map_or(Cow::Borrowed(&body[..]), |mask| mask.body(request.headers(), body));
        let body = &body[..body.len().min(LONGEST_BODY)];
        let planned = outcome.planned();
        let lines = |headers| match mask {
            Some(mask) => HeaderLines::written(masked(headers, mask)),
            None => HeaderLines::Of(headers),
        };
        let target: Cow<'_, str> = match mask {
            Some(mask) => mask.target(request.uri()).into_string().into(),
            None => request.uri().path_and_query().map_or(request.uri().path(), PathAndQuery::as_str).into(),
        };
        let of_response = planned.map(|response| lines(&response.headers)).unwrap_or_default();
        let texts = Texts::new(&target, &lines(request.headers()), body, &of_response);
        let response_body = planned.filter(|response| response.body.len() <= LONGEST_BODY);
        let mut record = Record {
            sequence: 0,
            at,
            operation: summary.operation.and_then(|index| u32::try_from(index).ok()),
            method: request.method().clone(),
            texts,
            status: outcome.status().map(|status| status.as_u16()),
            responded: planned.is_some(),
            response_body: response_body.map(|Response { headers, body, .. }| {
                mask.map_or_else(|| body.clone(), |mask| Bytes::copy_from_slice(&mask.body(headers, body)))
            }),
            fault: fault(&outcome.action),
            validated: summary.validated,
            violations: summary.violations.into_boxed_slice(),
            refusal: summary.refusal.map(|refusal| match mask {
                Some(mask) => mask.text(&refusal).into_owned(),
                None => refusal,
            }),
            step: summary.step.filter(|step| mask.is_none_or(|mask| step.is_shown_whole(mask))),
        };
        let mut records = lock(&self.records);
        record.sequence = self.count.fetch_add(1, Ordering::Relaxed) + 1;
        records.push(record, secrets);
        // One half is for the entries and the other for the bodies of responses, which so cannot displace entries.
        records.shrink_to(self.limit / 2);
    }
}

impl Records {
    fn new() -> Self {
        let (queue, secrets, epoch) = (VecDeque::new(), VecDeque::new(), fastrand::u64(..));
        Self { queue, bytes: 0, body_bytes: 0, stripped: 0, secrets, epoch }
    }

    fn push(&mut self, record: Record, secrets: &Arc<Secrets>) {
        if self.secrets.back().is_none_or(|(_, latest)| !Arc::ptr_eq(latest, secrets)) {
            self.secrets.push_back((record.sequence, Arc::clone(secrets)));
        }
        self.bytes += record.bytes();
        self.body_bytes += record.body_bytes();
        self.queue.push_back(record);
    }

    fn shrink_to(&mut self, limit: usize) {
        while self.bytes > limit
            && let Some(oldest) = self.queue.pop_front()
        {
            self.bytes -= oldest.bytes();
            self.body_bytes -= oldest.body_bytes();
            self.stripped = self.stripped.saturating_sub(1);
        }
        while let (Some((next, _)), Some(oldest)) = (self.secrets.get(1), self.queue.front())
            && *next <= oldest.sequence
        {
            self.secrets.pop_front();
        }
        while self.body_bytes > limit
            && let Some(oldest) = self.queue.get_mut(self.stripped)
        {
            self.body_bytes -= oldest.body_bytes();
            oldest.response_body = None;
            self.stripped += 1;
        }
    }

    /// How credentials were told when the request came.
    fn secrets_of(&self, record: &Record) -> Option<Arc<Secrets>> {
        let known = self.secrets.iter().rev().find(|(since, _)| *since <= record.sequence);
        known.map(|(_, secrets)| Arc::clone(secrets))
    }
}

impl Filter {
    fn takes(&self, record: &Record) -> bool {
        let operation = record.operation.and_then(|index| usize::try_from(index).ok());
        let has = |code: Option<Code>| match (code, record.status) {
            (Some(Code::Exact(wanted)), Some(status)) => wanted == status,
            (Some(Code::Range(class)), Some(status)) => u16::from(class) == status / 100,
            (wanted, status) => wanted.is_none() && status.is_none(),
        };
        self.operation.is_none_or(|wanted| wanted == operation) && self.status.is_none_or(has)
    }
}

impl Record {
    fn bytes(&self) -> usize {
        let violations: usize = self.violations.iter().map(|violation| violation.message.len() + 256).sum();
        let refusal = self.refusal.as_ref().map_or(0, String::len);
        let step = self.step.as_ref().map_or(0, Step::text_bytes);
        OVERHEAD + self.texts.len() + violations + refusal + step
    }

    fn body_bytes(&self) -> usize {
        self.response_body.as_ref().map_or(0, Bytes::len)
    }

    fn entry(&self, secrets: &Secrets, keys: &[String], document: &Document) -> Entry {
        let request = self.request();
        let mask = Mask::of(secrets, keys, &request);
        let target = mask.target(request.uri());
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let operation = self.operation.and_then(|index| document.operations.get(usize::try_from(index).ok()?));
        let checked = operation.filter(|_| self.validated);
        Entry {
            sequence: self.sequence,
            at: self.at,
            operation: operation.map(|operation| operation.name.clone()),
            method: mask.method(request.method()),
            path: path.to_owned(),
            query: owned_pairs(query.as_bytes()),
            headers: masked(request.headers(), &mask),
            body: Bytes::copy_from_slice(&mask.body(request.headers(), request.body())),
            status: self.status,
            response: self.responded.then(|| self.response(&mask)),
            fault: self.fault,
            checks: checked
                .map(|operation| checks(operation, &Incoming::new(&request), &self.violations))
                .unwrap_or_default(),
            violations: self.violations.to_vec(),
            refusal: self.refusal.as_deref().map(|refusal| mask.text(refusal).into_owned()),
            step: self.step.clone().filter(|step| step.is_shown_whole(&mask)),
        }
    }

    fn response(&self, mask: &Mask<'_>) -> SentResponse {
        let headers = self.texts.response_headers();
        let body = self.response_body.as_deref().map(|body| Bytes::copy_from_slice(&mask.body(&headers, body)));
        SentResponse { headers: masked(&headers, mask), body }
    }

    /// The request as it came, but for the end of a long body.
    fn request(&self) -> Request {
        let mut request = Request::new(Bytes::copy_from_slice(self.texts.body()));
        *request.method_mut() = self.method.clone();
        // What has been a target once is one again.
        *request.uri_mut() = Uri::try_from(self.texts.target()).unwrap_or_default();
        *request.headers_mut() = self.texts.headers();
        request
    }
}

fn masked(headers: &HeaderMap, mask: &Mask<'_>) -> Vec<(String, String)> {
    let header = |(name, value): (&HeaderName, &HeaderValue)| {
        (mask.text(name.as_str()).into_owned(), mask.header(name, value).into_owned())
    };
    headers.iter().map(header).collect()
}

/// The fault of an outcome, as scripts call it.
fn fault(action: &Action) -> Option<&'static str> {
    match action {
        Action::Respond(_) => None,
        Action::Reset | Action::Cut { ending: Ending::Reset, .. } => Some("reset"),
        Action::Close => Some("close"),
        Action::Cut { ending: Ending::Close, .. } => Some("cut"),
        Action::Drip { .. } => Some("drip"),
    }
}
