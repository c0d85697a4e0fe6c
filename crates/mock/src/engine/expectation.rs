//! What a test expects of the journal, and how it differs where that is not met.

use std::fmt;
use std::ops::RangeInclusive;

use serde_json::Value;

use crate::engine::journal::Entry;
use crate::engine::mask::{Mask, REDACTED};

/// How many of the other requests an unmet expectation shows.
const MOST_SHOWN: usize = 5;

/// What a test expects of the requests that came.
///
/// ```
/// use keyapi_mock::{Expectation, MockServer, Options, load};
///
/// # fn main() -> Result<(), load::LoadError> {
/// let document = "{openapi: 3.0.3, paths: {/songs: {get: {operationId: list_songs, responses: {}}}}}";
/// let server = MockServer::start_with(load::text("songs.yaml", document)?, Options::default());
/// server.assert(&Expectation::of("list_songs").query("page", "1").never());
/// # Ok(())
/// # }
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
    /// What of it the journal has masked, so that it cannot be told.
    masked: Vec<String>,
    matched: usize,
    others: Vec<String>,
    all: usize,
}

impl Expectation {
    /// An operation is called once; by its name or a former one, its id, its path, or `METHOD path`.
    pub fn of(operation: impl Into<String>) -> Self {
        Self { operation: operation.into(), conditions: Vec::new(), times: 1..=1 }
    }

    /// The requests have this query parameter.
    #[must_use]
    pub fn query(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.and(Condition::Query(name.into(), value.into()))
    }

    /// The requests have this header.
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

    /// Holds the expectation against the requests for the operation. What is masked in them is not shown of the
    /// expectation either, and one that asks for it is not met.
    pub fn check(&self, entries: &[Entry], mask: &Mask<'_>) -> Result<(), Unmet> {
        let mut shown = self.clone();
        let masked: Vec<bool> = shown.conditions.iter_mut().map(|condition| condition.mask(mask)).collect();
        shown.conditions.iter_mut().for_each(|condition| entries.iter().for_each(|entry| condition.hide(entry)));
        if masked.contains(&true) {
            let masked = shown.conditions.iter().zip(masked).filter(|(_, masked)| *masked);
            let masked = masked.map(|(condition, _)| condition.wanted().0).collect();
            return Err(Unmet { masked, ..Unmet::new(&shown, entries) });
        }
        let misses = |entry: &Entry| -> Vec<String> {
            let conditions = self.conditions.iter().zip(&shown.conditions);
            conditions.filter_map(|(condition, shown)| condition.miss(entry, shown)).collect()
        };
        let (matching, others): (Vec<_>, Vec<_>) =
            entries.iter().map(|entry| (entry, misses(entry))).partition(|(_, misses)| misses.is_empty());
        if self.times.contains(&matching.len()) {
            return Ok(());
        }
        // With too many matches these are of interest, with too few the ones that nearly match.
        let too_many = matching.len() > *self.times.end();
        let mut nearest = if too_many { matching.clone() } else { others };
        nearest.sort_by_key(|(_, misses)| misses.len());
        let others = nearest.iter().take(MOST_SHOWN).map(|(entry, misses)| describe(entry, misses)).collect();
        Err(Unmet { matched: matching.len(), others, ..Unmet::new(&shown, entries) })
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

    /// Masks what the journal never has, and tells whether there is such a thing.
    fn mask(&mut self, mask: &Mask<'_>) -> bool {
        match self {
            Self::Query(name, value) => mask_field(name, value, |name, value| mask.parameter(name, value).into_owned()),
            Self::Header(name, value) => {
                mask_field(name, value, |name, value| mask.header_text(name, value).into_owned())
            }
            Self::Json(body) => mask.json(body),
            Self::Status(_) => false,
        }
    }

    /// Masks what is masked in a request, as it may be the same.
    fn hide(&mut self, entry: &Entry) {
        let is_masked = |given: Option<&str>| given.is_some_and(|given| given.contains(REDACTED));
        match self {
            Self::Query(name, value) if is_masked(entry.query(name)) => *value = REDACTED.to_owned(),
            Self::Header(name, value) if is_masked(entry.header(name)) => *value = REDACTED.to_owned(),
            Self::Json(body) => match entry.json() {
                Some(given) => hide(body, &given),
                None if is_masked(Some(&String::from_utf8_lossy(&entry.body))) => *body = REDACTED.into(),
                None => {}
            },
            _ => {}
        }
    }

    /// How a request differs; the condition is shown as another one.
    fn miss(&self, entry: &Entry, shown: &Self) -> Option<String> {
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
        let is_miss = given != self.wanted().1;
        let (name, wanted) = shown.wanted();
        is_miss.then(|| format!("      {name}\n        - {wanted}\n        + {given}"))
    }
}

impl Unmet {
    fn new(expected: &Expectation, entries: &[Entry]) -> Self {
        let (masked, others) = (Vec::new(), Vec::new());
        Self { expected: expected.to_string(), masked, matched: 0, others, all: entries.len() }
    }
}

impl fmt::Display for Unmet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "expected that {}", self.expected)?;
        if !self.masked.is_empty() {
            let masked = self.masked.join(", ");
            return write!(
                f,
                "but that cannot be told of {masked}: the journal masks credentials, so that no key is kept; leave it out, \
                 or expect the status that a right or wrong key leads to"
            );
        }
        write!(f, "but {} of {} requests for it are so", self.matched, self.all)?;
        self.others.iter().try_for_each(|other| write!(f, "\n{other}"))
    }
}

impl std::error::Error for Unmet {}

/// Masks a name and its value, and tells whether there is anything to mask, even where it is masked already.
fn mask_field(name: &str, value: &mut String, mask: impl Fn(&str, &str) -> String) -> bool {
    // A name of a credential masks whatever stands there.
    let masked = mask(name, value);
    let is_masked = masked != *value || mask(name, "") == REDACTED;
    *value = masked;
    is_masked
}

/// Masks what is masked at the same place in another value.
fn hide(value: &mut Value, given: &Value) {
    match (value, given) {
        (value, Value::String(given)) if given.contains(REDACTED) => *value = REDACTED.into(),
        (Value::Array(items), Value::Array(given)) => {
            items.iter_mut().zip(given).for_each(|(item, given)| hide(item, given));
        }
        (Value::Object(properties), Value::Object(given)) => {
            for (name, value) in properties {
                given.get(name).iter().for_each(|given| hide(value, given));
            }
        }
        _ => {}
    }
}

fn describe(entry: &Entry, misses: &[String]) -> String {
    let status = entry.status.map_or("no response".to_owned(), |status| status.to_string());
    let query: Vec<String> = entry.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let mark = if query.is_empty() { "" } else { "?" };
    let line = format!("  #{} {} {}{mark}{} -> {status}", entry.sequence, entry.method, entry.path, query.join("&"));
    std::iter::once(line).chain(misses.iter().cloned()).collect::<Vec<_>>().join("\n")
}
