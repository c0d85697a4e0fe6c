//! The journal: which requests came, and what became of them.
//!
//! Requests are kept as they came and masked when they are read, so that a request that nobody reads about costs a copy.
//! Nothing but [`Entry`], which is masked, leaves the journal.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::{Value, json};

use crate::document::secrets::Secrets;
use crate::document::violation::{Side, Violation};
use crate::engine::mask::Mask;
use crate::engine::request::{Request, owned_pairs};
use crate::lock;

/// How much of the journal is kept unless told otherwise.
pub(crate) const DEFAULT_LIMIT: usize = 512 * 1024;

/// Longer bodies are kept in part.
const LONGEST_BODY: usize = 64 * 1024;

/// What an entry takes beside its texts.
const OVERHEAD: usize = size_of::<Record>();

/// One request and what became of it. Credentials are masked: `***` stands in their place.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its number, from 1.
    pub sequence: u64,
    /// When it came, since the server started.
    pub at: Duration,
    /// The name of the operation that it is for; nothing where it is for none.
    pub operation: Option<String>,
    /// The method.
    pub method: Method,
    /// The path, as it stood in the request line.
    pub path: String,
    /// The query parameters, decoded.
    pub query: Vec<(String, String)>,
    /// The headers.
    pub headers: Vec<(String, String)>,
    /// The body, or its beginning where it is long.
    pub body: Bytes,
    /// The status of the response; nothing where the connection was ended without one.
    pub status: Option<u16>,
    /// Where the request was not what the document asks for.
    pub violations: Vec<Violation>,
}

/// A journal of the latest requests, bounded in bytes.
#[derive(Debug)]
pub(crate) struct Journal {
    records: Mutex<Records>,
    count: AtomicU64,
    limit: usize,
}

#[derive(Debug, Default)]
struct Records {
    queue: VecDeque<Record>,
    bytes: usize,
}

/// An entry in the form that costs least to write.
#[derive(Clone)]
struct Record {
    sequence: u64,
    at: Duration,
    operation: Option<u32>,
    method: Method,
    target: Box<str>,
    /// Names and values, each ended by a line feed, which neither can hold.
    headers: Box<[u8]>,
    body: Box<[u8]>,
    /// How credentials were told when the request came.
    secrets: Arc<Secrets>,
    status: Option<u16>,
    violations: Box<[Violation]>,
}

/// Shows nothing of the request, which is not masked yet.
impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record").field("sequence", &self.sequence).finish_non_exhaustive()
    }
}

/// What the engine knows about a request in the end.
#[derive(Debug)]
pub(crate) struct Summary {
    pub(crate) at: Duration,
    pub(crate) operation: Option<usize>,
    pub(crate) status: Option<u16>,
    pub(crate) violations: Vec<Violation>,
}

impl Journal {
    /// An empty journal that keeps about as many bytes as given.
    pub(crate) fn new(limit: usize) -> Self {
        Self { records: Mutex::default(), count: AtomicU64::new(0), limit }
    }

    /// How many requests there were, those included that are no longer kept.
    pub(crate) fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    /// How many bytes the kept entries take.
    pub(crate) fn bytes(&self) -> usize {
        lock(&self.records).bytes
    }

    /// Forgets all requests.
    pub(crate) fn reset(&self) {
        let mut records = lock(&self.records);
        *records = Records::default();
        self.count.store(0, Ordering::Relaxed);
    }

    /// The kept entries, oldest first. Names of operations are looked up in the list given, and the given keys are masked
    /// besides what is known of the document.
    pub(crate) fn entries(&self, keys: &[String], names: impl Fn(usize) -> Option<String>) -> Vec<Entry> {
        // Requests are answered while the copies are masked.
        let records: Vec<Record> = lock(&self.records).queue.iter().cloned().collect();
        records.iter().map(|record| record.entry(keys, &names)).collect()
    }

    /// Writes down a request. Its mask is only asked where a body is too long to be kept, because what is masked first
    /// cannot be cut in two.
    pub(crate) fn write(&self, request: &Request, summary: Summary, secrets: &Arc<Secrets>, mask: &Mask<'_>) {
        let body = request.body();
        let body = match body.len() > LONGEST_BODY {
            true => mask.body(request.headers(), body),
            false => Cow::Borrowed(&body[..]),
        };
        let mut record = Record {
            sequence: 0,
            at: summary.at,
            operation: summary.operation.and_then(|index| u32::try_from(index).ok()),
            method: request.method().clone(),
            target: request.uri().path_and_query().map_or(request.uri().path(), PathAndQuery::as_str).into(),
            headers: header_lines(request.headers()),
            body: body[..body.len().min(LONGEST_BODY)].into(),
            secrets: Arc::clone(secrets),
            status: summary.status,
            violations: summary.violations.into_boxed_slice(),
        };
        let bytes = record.bytes();
        let mut records = lock(&self.records);
        record.sequence = self.count.fetch_add(1, Ordering::Relaxed) + 1;
        records.bytes += bytes;
        records.queue.push_back(record);
        while records.bytes > self.limit
            && let Some(oldest) = records.queue.pop_front()
        {
            records.bytes -= oldest.bytes();
        }
    }
}

impl Record {
    fn bytes(&self) -> usize {
        let violations: usize = self.violations.iter().map(|violation| violation.message.len() + 256).sum();
        OVERHEAD + self.target.len() + self.headers.len() + self.body.len() + violations
    }

    fn entry(&self, keys: &[String], names: impl Fn(usize) -> Option<String>) -> Entry {
        let request = self.request();
        let mask = Mask::of(&self.secrets, keys, &request);
        let target = mask.target(request.uri());
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let header = |(name, value): (&HeaderName, &HeaderValue)| {
            (mask.text(name.as_str()).into_owned(), mask.header(name, value).into_owned())
        };
        Entry {
            sequence: self.sequence,
            at: self.at,
            operation: self.operation.and_then(|index| names(usize::try_from(index).ok()?)),
            method: mask.method(request.method()),
            path: path.to_owned(),
            query: owned_pairs(query.as_bytes()),
            headers: request.headers().iter().map(header).collect(),
            body: Bytes::copy_from_slice(&mask.body(request.headers(), request.body())),
            status: self.status,
            violations: self.violations.to_vec(),
        }
    }

    /// The request as it came, but for the end of a long body.
    fn request(&self) -> Request {
        let mut request = Request::new(Bytes::copy_from_slice(&self.body));
        *request.method_mut() = self.method.clone();
        // What has been a target once is one again.
        *request.uri_mut() = self.target.parse().unwrap_or_default();
        let mut lines = self.headers.split(|byte| *byte == b'\n');
        while let (Some(name), Some(value)) = (lines.next(), lines.next()) {
            if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name), HeaderValue::from_bytes(value)) {
                request.headers_mut().append(name, value);
            }
        }
        request
    }
}

impl Entry {
    /// A query parameter's first value.
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A header's first value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The body as JSON, where it is that.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// The entry as the admin interface shows it.
    pub fn to_json(&self) -> Value {
        let pairs = |pairs: &[(String, String)]| -> Vec<Value> {
            pairs.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect()
        };
        json!({
            "sequence": self.sequence,
            "at_ms": self.at.as_secs_f64() * 1e3,
            "operation": self.operation,
            "method": self.method.as_str(),
            "path": self.path,
            "query": pairs(&self.query),
            "headers": pairs(&self.headers),
            "body": String::from_utf8_lossy(&self.body),
            "status": self.status,
            "violations": self.violations.iter().map(|violation| json!(violation.on(Some(Side::Request)))).collect::<Vec<_>>(),
        })
    }
}

fn header_lines(headers: &HeaderMap) -> Box<[u8]> {
    let length = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 2).sum();
    let mut lines = Vec::with_capacity(length);
    for (name, value) in headers {
        for part in [name.as_str().as_bytes(), value.as_bytes()] {
            lines.extend_from_slice(part);
            lines.push(b'\n');
        }
    }
    lines.into_boxed_slice()
}
