//! Scripts: what happens to the next requests for an operation, one step for each.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::str::FromStr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http::{HeaderName, HeaderValue};

use crate::document::Operation;
use crate::document::response::STATUSES;
use crate::engine::latency::{Latency, duration};
use crate::engine::mask::Mask;
use crate::lock;

/// Longer scripts are taken for a mistake.
pub(crate) const MOST_STEPS: usize = 100_000;

/// What happens to one request.
///
/// Written as text, as the admin interface takes it: a [`Fault`], then optionally headers in brackets, then
/// optionally `+` and how long it takes, for instance `429`, `429[retry-after: 2]`, `200+1.5s` or `reset`.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What happens.
    pub fault: Fault,
    /// Headers that the response carries besides.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// How long it takes to happen.
    pub latency: Latency,
}

/// What can happen to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// `answer`: what would happen without a script.
    None,
    /// `429`: the documented response of this status; where there is none, an error of this status in the API's envelope, or
    /// as a problem (RFC 9457), and below 400 nothing but the status.
    Status(u16),
    /// `404:NAME`: one documented example of this status.
    Example(u16, String),
    /// `envelope:402:TEXT`: an error in the API's envelope, with HTTP status 200.
    Envelope(i64, String),
    /// `html:502`: a page as a proxy makes it.
    Html(u16),
    /// `not-json:200`: the documented response, cut so that it is no JSON.
    NotJson(u16),
    /// `content-type:TYPE`: the documented response under another media type.
    ContentType(String),
    /// `reset`: the connection is reset without a response.
    Reset,
    /// `close`: the connection is closed without a response.
    Close,
    /// `reset:N`: the connection is reset after N bytes of the body.
    ResetAfter(usize),
    /// `cut:N`: the connection is closed after N bytes of the body.
    CutAfter(usize),
    /// `drip:N:DURATION`: the body comes N bytes at a time.
    Drip(usize, Duration),
}

/// The scripts of all operations.
#[derive(Debug, Default)]
pub(crate) struct Scripts {
    steps: Mutex<HashMap<Option<String>, VecDeque<Step>>>,
    /// How many steps there are, so that servers without scripts take no lock.
    waiting: AtomicUsize,
}

/// The script has too many steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong;

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there are more than {MOST_STEPS} steps; reset the scripts first")
    }
}

impl std::error::Error for TooLong {}

/// Why a script is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ScriptError {
    /// There is no operation of that name.
    NoOperation(String),
    /// No operation that the script is for has the example of a step.
    NoExample(String),
    /// There are too many steps.
    TooLong(TooLong),
}

impl fmt::Display for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoOperation(name) => write!(f, "there is no operation {name}; /__mock/operations lists them all"),
            Self::NoExample(step) => {
                write!(f, "the document has no example for \"{step}\" there; name one that it has")
            }
            Self::TooLong(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ScriptError {}

impl Scripts {
    /// Adds steps for the operation of a name, or for whichever is called next.
    pub(crate) fn add(&self, operation: Option<&str>, steps: impl IntoIterator<Item = Step>) -> Result<(), TooLong> {
        let steps: Vec<Step> = steps.into_iter().take(MOST_STEPS + 1).collect();
        let mut queues = lock(&self.steps);
        // The room is known for as long as nobody else adds any.
        if steps.len() > MOST_STEPS.saturating_sub(self.waiting.load(Ordering::Relaxed)) {
            return Err(TooLong);
        }
        self.waiting.fetch_add(steps.len(), Ordering::Relaxed);
        queues.entry(operation.map(str::to_owned)).or_default().extend(steps);
        Ok(())
    }

    /// Takes the next step for an operation: its own first, then one that is for any.
    pub(crate) fn take(&self, operation: &str) -> Option<Step> {
        if self.waiting.load(Ordering::Relaxed) == 0 {
            return None;
        }
        let mut queues = lock(&self.steps);
        let own = queues.get_mut(&Some(operation.to_owned())).and_then(VecDeque::pop_front);
        let step = own.or_else(|| queues.get_mut(&None).and_then(VecDeque::pop_front))?;
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        Some(step)
    }

    /// The steps that still wait, by operation; the empty name stands for any.
    pub(crate) fn waiting(&self, mask: &Mask<'_>) -> Vec<(String, Vec<String>)> {
        let queues = lock(&self.steps);
        let mut all: Vec<_> = queues
            .iter()
            .filter(|(_, steps)| !steps.is_empty())
            .map(|(name, steps)| {
                (name.clone().unwrap_or_default(), steps.iter().map(|step| step.masked(mask).to_string()).collect())
            })
            .collect();
        all.sort();
        all
    }

    /// Forgets all steps.
    pub(crate) fn reset(&self) {
        let mut queues = lock(&self.steps);
        queues.clear();
        self.waiting.store(0, Ordering::Relaxed);
    }
}

impl Step {
    /// Whether an operation has the example that the step names, where it names one.
    pub(crate) fn has_example(&self, operation: &Operation) -> bool {
        let Fault::Example(status, name) = &self.fault else { return true };
        let contents = operation.response(*status).into_iter().flat_map(|response| &response.contents);
        contents.into_iter().any(|content| content.example(name).is_some())
    }

    /// Adds a header to the response.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The step as it may be shown.
    fn masked(&self, mask: &Mask<'_>) -> Self {
        let text = |text: &str| mask.text(text).into_owned();
        let fault = match &self.fault {
            Fault::Example(status, name) => Fault::Example(*status, text(name)),
            Fault::Envelope(code, message) => Fault::Envelope(*code, text(message)),
            Fault::ContentType(media_type) => Fault::ContentType(text(media_type)),
            other => other.clone(),
        };
        let header = |(name, value): &(HeaderName, HeaderValue)| {
            let name = HeaderName::from_str(&mask.text(name.as_str())).ok()?;
            let value = HeaderValue::from_str(&mask.header(&name, value)).ok()?;
            Some((name, value))
        };
        Self { fault, headers: self.headers.iter().filter_map(header).collect(), latency: self.latency }
    }

    /// Lets the step take a while.
    #[must_use]
    pub fn after(mut self, latency: impl Into<Latency>) -> Self {
        self.latency = latency.into();
        self
    }
}

impl From<Fault> for Step {
    fn from(fault: Fault) -> Self {
        Self { fault, headers: Vec::new(), latency: Latency::default() }
    }
}

impl From<u16> for Step {
    fn from(status: u16) -> Self {
        Fault::Status(status).into()
    }
}

impl FromStr for Step {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // Only what follows the last sign is a latency, as texts may hold the sign, too.
        let (text, latency) = match text.rsplit_once('+').map(|(rest, latency)| (rest, latency.parse())) {
            Some((rest, Ok(latency))) => (rest, latency),
            _ => (text, Latency::default()),
        };
        let (text, headers) = match text.trim().strip_suffix(']').and_then(|text| text.split_once('[')) {
            Some((text, headers)) => (text, headers.split(',').map(header).collect::<Result<_, _>>()?),
            None => (text.trim(), Vec::new()),
        };
        Ok(Self { fault: text.parse()?, headers, latency })
    }
}

impl FromStr for Fault {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (word, rest) = text.split_once(':').map_or((text, None), |(word, rest)| (word, Some(rest)));
        let status = |rest: Option<&str>, default| rest.map_or(Ok(default), parse_status);
        Ok(match (word, rest) {
            ("answer", None) => Self::None,
            ("reset", None) => Self::Reset,
            ("close", None) => Self::Close,
            ("reset", Some(after)) => Self::ResetAfter(parse(after, "a number of bytes")?),
            ("cut", Some(after)) => Self::CutAfter(parse(after, "a number of bytes")?),
            ("html", rest) => Self::Html(status(rest, 502)?),
            ("not-json", rest) => Self::NotJson(status(rest, 200)?),
            ("content-type", Some(media_type)) => Self::ContentType(media_type.to_owned()),
            ("drip", Some(rest)) => {
                let (chunk, pause) = rest.split_once(':').ok_or("drip needs bytes and a pause: drip:16:100ms")?;
                Self::Drip(parse::<usize>(chunk, "a number of bytes")?.max(1), duration(pause)?)
            }
            ("envelope", Some(rest)) => {
                let (code, message) = rest.split_once(':').unwrap_or((rest, ""));
                Self::Envelope(parse(code, "a code")?, message.to_owned())
            }
            (word, rest) if word.starts_with(|first: char| first.is_ascii_digit()) => {
                let status = parse_status(word)?;
                rest.map_or(Self::Status(status), |name| Self::Example(status, name.to_owned()))
            }
            _ => {
                return Err(format!(
                    "\"{text}\" is no step; write a status, answer, reset, close, reset:N, cut:N, drip:N:DURATION, \
                     html:STATUS, not-json:STATUS, content-type:TYPE or envelope:CODE:TEXT"
                ));
            }
        })
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.fault {
            Fault::None => f.write_str("answer"),
            Fault::Status(status) => write!(f, "{status}"),
            Fault::Example(status, name) => write!(f, "{status}:{name}"),
            Fault::Envelope(code, message) => write!(f, "envelope:{code}:{message}"),
            Fault::Html(status) => write!(f, "html:{status}"),
            Fault::NotJson(status) => write!(f, "not-json:{status}"),
            Fault::ContentType(media_type) => write!(f, "content-type:{media_type}"),
            Fault::Reset => f.write_str("reset"),
            Fault::Close => f.write_str("close"),
            Fault::ResetAfter(after) => write!(f, "reset:{after}"),
            Fault::CutAfter(after) => write!(f, "cut:{after}"),
            Fault::Drip(chunk, pause) => write!(f, "drip:{chunk}:{pause:?}"),
        }?;
        if !self.headers.is_empty() {
            let headers = self.headers.iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap_or("?")));
            write!(f, "[{}]", headers.collect::<Vec<_>>().join(", "))?;
        }
        if self.latency.is_none() { Ok(()) } else { write!(f, "+{}", self.latency) }
    }
}

fn header(text: &str) -> Result<(HeaderName, HeaderValue), String> {
    let parsed = text.split_once(':').and_then(|(name, value)| {
        Some((HeaderName::from_str(name.trim()).ok()?, HeaderValue::from_str(value.trim()).ok()?))
    });
    parsed.ok_or_else(|| format!("\"{text}\" is no header; write name: value"))
}

fn parse_status(text: &str) -> Result<u16, String> {
    let status: u16 = parse(text, "a status")?;
    if STATUSES.contains(&status) { Ok(status) } else { Err(format!("{status} is no status of a response")) }
}

fn parse<T: FromStr>(text: &str, what: &str) -> Result<T, String> {
    text.trim().parse().map_err(|_| format!("\"{text}\" is not {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_read_and_written() {
        let texts = [
            "answer",
            "429",
            "404:gone",
            "envelope:402:no + left",
            "html:502",
            "not-json:200",
            "content-type:text/plain",
            "reset",
            "close",
            "reset:10",
            "cut:5",
            "drip:16:100ms",
            "200+1.5s",
            "429[retry-after: 2]",
            "429[retry-after: 2, x-a: b]+10ms",
            "reset+10ms..20ms",
        ];
        for text in texts {
            assert_eq!(text.parse::<Step>().unwrap().to_string(), text);
        }
        for text in ["", "nonsense", "99", "102", "600", "4290", "cut", "drip:1", "envelope:x", "2xx", "429[x]"] {
            assert!(text.parse::<Step>().is_err(), "{text}");
        }
    }

    #[test]
    fn steps_of_an_operation_come_before_those_of_any() {
        let scripts = Scripts::default();
        scripts.add(None, [Step::from(500)]).unwrap();
        scripts.add(Some("a"), [Step::from(429)]).unwrap();
        assert_eq!(scripts.take("a"), Some(429.into()));
        assert_eq!(scripts.take("a"), Some(500.into()));
        assert_eq!(scripts.take("a"), None);
        assert!(scripts.add(None, vec![Step::from(500); MOST_STEPS + 1]).is_err());
    }

    #[test]
    fn steps_that_others_add_meanwhile_count_for_the_limit() {
        let scripts = Scripts::default();
        let late = std::iter::once_with(|| {
            scripts.add(Some("a"), vec![Step::from(429); MOST_STEPS]).unwrap();
            Step::from(500)
        });
        assert_eq!(scripts.add(None, late), Err(TooLong));
        assert_eq!(scripts.take("a"), Some(429.into()));
        assert_eq!(scripts.add(None, [Step::from(500)]), Ok(()));
        assert_eq!(scripts.add(None, [Step::from(500)]), Err(TooLong));
    }
}
