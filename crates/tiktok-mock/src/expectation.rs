//! What a test expects of the journal, and how it differs where that is not met.

use std::fmt;
use std::ops::RangeInclusive;

use serde_json::Value;

use crate::journal::Entry;

/// How many of the other requests an unmet expectation shows.
const MOST_SHOWN: usize = 5;

/// What a test expects of the requests that came.
///
/// ```
/// use keyapi_tiktok_mock::{Expectation, MockServer};
///
/// let server = MockServer::start();
/// server.assert(&Expectation::of("trending_music_detail").query("clip_id", "1").never());
/// ```
#[derive(Clone, Debug)]
pub struct Expectation {
    operation: String,
    conditions: Vec<Condition>,
    times: RangeInclusive<usize>,
}

/// One thing that a request must have.
#[derive(Clone, Debug, PartialEq)]
enum Condition {
    Query(String, String),
    Header(String, String),
    Json(Value),
    Status(u16),
}

/// An expectation that is not met. Its text says what was expected, and what came instead.
#[derive(Clone, Debug)]
pub struct Unmet {
    expected: String,
    matched: usize,
    others: Vec<String>,
    all: usize,
}

impl Expectation {
    /// An operation is called once; by its name, its id, its path, or `METHOD path`.
    pub fn of(operation: impl Into<String>) -> Self {
        Self { operation: operation.into(), conditions: Vec::new(), times: 1..=1 }
    }

    /// The requests have this query parameter.
    #[must_use]
    pub fn query(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.and(Condition::Query(name.into(), value.into()))
    }

    /// The requests have this header. Secrets are not compared, as the journal does not have them.
    #[must_use]
    pub fn header(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.and(Condition::Header(name.into(), value.into()))
    }

    /// The requests have this body.
    #[must_use]
    pub fn json(self, body: Value) -> Self {
        self.and(Condition::Json(body))
    }

    /// The requests were answered with this status.
    #[must_use]
    pub fn status(self, status: u16) -> Self {
        self.and(Condition::Status(status))
    }

    /// There are exactly so many such requests.
    #[must_use]
    pub fn times(mut self, times: usize) -> Self {
        self.times = times..=times;
        self
    }

    /// There are at least so many such requests.
    #[must_use]
    pub fn at_least(mut self, times: usize) -> Self {
        self.times = times..=usize::MAX;
        self
    }

    /// There is no such request.
    #[must_use]
    pub fn never(self) -> Self {
        self.times(0)
    }

    /// The operation that is meant.
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// Holds the expectation against the requests for the operation.
    pub fn check(&self, entries: &[Entry]) -> Result<(), Unmet> {
        let misses = |entry: &Entry| -> Vec<String> {
            self.conditions.iter().filter_map(|condition| condition.miss(entry)).collect()
        };
        let (matching, others): (Vec<_>, Vec<_>) =
            entries.iter().map(|entry| (entry, misses(entry))).partition(|(_, misses)| misses.is_empty());
        if self.times.contains(&matching.len()) {
            return Ok(());
        }
        // With too many matches these are of interest, with too few the ones that nearly match.
        let too_many = matching.len() > *self.times.end();
        let mut shown = if too_many { matching.clone() } else { others };
        shown.sort_by_key(|(_, misses)| misses.len());
        let others = shown.iter().take(MOST_SHOWN).map(|(entry, misses)| describe(entry, misses)).collect();
        Err(Unmet { expected: self.to_string(), matched: matching.len(), others, all: entries.len() })
    }

    fn and(mut self, condition: Condition) -> Self {
        self.conditions.push(condition);
        self
    }
}

impl fmt::Display for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let times = match (*self.times.start(), *self.times.end()) {
            (0, 0) => "never".to_owned(),
            (1, 1) => "once".to_owned(),
            (start, usize::MAX) => format!("at least {start} times"),
            (start, _) => format!("{start} times"),
        };
        write!(f, "{} is called {times}", self.operation)?;
        for (index, condition) in self.conditions.iter().enumerate() {
            let (name, value) = condition.wanted();
            write!(f, "{}{name} = {value}", if index == 0 { " with " } else { ", " })?;
        }
        Ok(())
    }
}

impl Condition {
    /// What it is about, and what is wanted of it.
    fn wanted(&self) -> (String, String) {
        match self {
            Self::Query(name, value) => (format!("query parameter {name}"), format!("{value:?}")),
            Self::Header(name, value) => (format!("header {name}"), format!("{value:?}")),
            Self::Json(body) => ("body".to_owned(), body.to_string()),
            Self::Status(status) => ("status".to_owned(), status.to_string()),
        }
    }

    fn miss(&self, entry: &Entry) -> Option<String> {
        let quoted = |value: Option<&str>| value.map_or("(none)".to_owned(), |value| format!("{value:?}"));
        let given = match self {
            Self::Query(name, _) => quoted(entry.query(name)),
            Self::Header(name, _) => quoted(entry.header(name)),
            Self::Json(body) => match entry.json() {
                Some(given) if given == *body => body.to_string(),
                Some(given) => given.to_string(),
                None => quoted(Some(&String::from_utf8_lossy(&entry.body))),
            },
            Self::Status(_) => entry.status.map_or("(none)".to_owned(), |status| status.to_string()),
        };
        let (name, wanted) = self.wanted();
        (given != wanted).then(|| format!("      {name}\n        - {wanted}\n        + {given}"))
    }
}

impl fmt::Display for Unmet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "expected that {}", self.expected)?;
        write!(f, "but {} of {} requests for it are so", self.matched, self.all)?;
        self.others.iter().try_for_each(|other| write!(f, "\n{other}"))
    }
}

impl std::error::Error for Unmet {}

fn describe(entry: &Entry, misses: &[String]) -> String {
    let status = entry.status.map_or("no reply".to_owned(), |status| status.to_string());
    let query: Vec<String> = entry.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let mark = if query.is_empty() { "" } else { "?" };
    let line = format!("  #{} {} {}{mark}{} -> {status}", entry.sequence, entry.method, entry.path, query.join("&"));
    std::iter::once(line).chain(misses.iter().cloned()).collect::<Vec<_>>().join("\n")
}
