//! Steps of scripts: what happens to one request.

mod text;

use std::str::FromStr;
use std::time::Duration;

use http::{HeaderName, HeaderValue, header};

use crate::document::Operation;
use crate::engine::latency::Latency;
use crate::engine::mask::Mask;

/// What happens to one request.
///
/// Written as text, as the admin interface takes and shows it: a [`Fault`], then optionally headers in brackets, then
/// optionally `+` and how long it takes, for instance `429`, `429[retry-after: 2]`, `200+1.5s` or `reset`. Each begins right
/// after what is before it, so that a bracket or a sign that follows a blank belongs to a text: `envelope:402:see [x] +1s`.
///
/// Commas part headers where a name and a colon come after them; others belong to the value, as in
/// `429[retry-after: Fri, 31 Dec 1999 23:59:59 GMT, x-a: b]`. What would be taken for something else is written as the bytes
/// of its UTF-8 in hexadecimal digits, `\x2b` for a plus sign: `envelope:402:wait\x2b1s` takes no time.
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

    /// Whether nothing of the step has to be masked.
    pub(super) fn is_shown_whole(&self, mask: &Mask<'_>) -> bool {
        self.masked(mask) == *self
    }

    /// How many bytes its texts take.
    pub(super) fn text_bytes(&self) -> usize {
        let fault = match &self.fault {
            Fault::Example(_, text) | Fault::Envelope(_, text) | Fault::ContentType(text) => text.len(),
            _ => 0,
        };
        let headers = self
            .headers
            .iter()
            .map(|(name, value)| size_of::<(HeaderName, HeaderValue)>() + name.as_str().len() + value.len());
        fault + headers.sum::<usize>()
    }

    /// The step as it may be shown.
    pub(super) fn masked(&self, mask: &Mask<'_>) -> Self {
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

/// Whether a header says how a message is sent, and not what is in it.
pub(super) fn is_framing(name: &HeaderName) -> bool {
    [header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::CONNECTION, header::UPGRADE].contains(name)
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
