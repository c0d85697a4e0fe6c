//! Masks credentials in whatever is stored or shown of a request or a response.
//!
//! A credential is whatever has the form of a documented key, the value of a name that says so, and every value that
//! the request presents as one, wherever else it stands, and however it is encoded there. What cannot be read is not
//! shown at all.

mod base64;
mod body;
mod data_lines;
mod escapes;
mod hexadecimal;
mod layers;
mod markup;
mod presented;
mod quoted_printable;
mod scan;
#[cfg(test)]
mod tests;
mod user_information;
mod utf16;

use std::borrow::Cow;
use std::cell::OnceCell;
use std::fmt;

use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use serde_json::Value;

use crate::document::secrets::Secrets;
use crate::document::violation::Violation;
use crate::engine::request::Request;
use body::Text;
use layers::{ALL, readings};
use presented::Presented;
use scan::Hit;

/// What stands where a credential stood.
pub(crate) const REDACTED: &str = "***";

/// What stands in the place of a text of which nobody can say what is in it.
pub(crate) const WITHHELD: &str = "*** (withheld, as it cannot be read and may hold a key)";

/// Masks the credentials of one request, or of a document alone.
///
/// What a request presents is looked for when something has to be masked: most requests are answered without that.
pub struct Mask<'s> {
    secrets: &'s Secrets,
    keys: &'s [String],
    request: Option<&'s Request>,
    presented: OnceCell<Presented>,
}

impl<'s> Mask<'s> {
    /// Masks what is a credential by its form or name, and the given keys.
    pub fn new(secrets: &'s Secrets, keys: &'s [String]) -> Self {
        Self { secrets, keys, request: None, presented: OnceCell::new() }
    }

    /// Masks what a request presents as a credential besides.
    pub fn of(secrets: &'s Secrets, keys: &'s [String], request: &'s Request) -> Self {
        Self { request: Some(request), ..Self::new(secrets, keys) }
    }

    fn presented(&self) -> &Presented {
        self.presented.get_or_init(|| {
            let mut presented = presented::Values::new(self.secrets);
            self.keys.iter().for_each(|key| presented.add(key.as_bytes()));
            if let Some(request) = self.request {
                presented.add_all_of(request);
            }
            presented.finish()
        })
    }

    /// A text of any kind.
    pub fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self.bytes(text.as_bytes()) {
            Cow::Borrowed(_) => Cow::Borrowed(text),
            Cow::Owned(masked) => Cow::Owned(String::from_utf8_lossy(&masked).into_owned()),
        }
    }

    /// A header's value.
    pub fn header<'v>(&self, name: &HeaderName, value: &'v HeaderValue) -> Cow<'v, str> {
        self.header_text(name.as_str(), value.to_str().unwrap_or("(not text)"))
    }

    /// The same of one that is text.
    pub(crate) fn header_text<'v>(&self, name: &str, value: &'v str) -> Cow<'v, str> {
        // The address of another page may carry the key that was used there.
        let is_address = name.eq_ignore_ascii_case(header::REFERER.as_str()) && value.contains(['?', '@']);
        if is_address { Cow::Borrowed(REDACTED) } else { self.parameter(name, value) }
    }

    /// A query parameter's value.
    pub fn parameter<'v>(&self, name: &str, value: &'v str) -> Cow<'v, str> {
        if self.secrets.is_parameter(name) { Cow::Borrowed(REDACTED) } else { self.text(value) }
    }

    /// A request's path and query.
    pub fn target(&self, uri: &Uri) -> Box<str> {
        let path = match self.text(uri.path()) {
            Cow::Borrowed(path) => Cow::Borrowed(path),
            // Segment by segment first, so that no more is masked than has to be.
            Cow::Owned(_) => {
                let segments: Vec<Cow<'_, str>> = uri.path().split('/').map(|segment| self.text(segment)).collect();
                Cow::Owned(self.text(&segments.join("/")).into_owned())
            }
        };
        match uri.query() {
            Some(query) => format!("{path}?{}", self.text(query)).into(),
            None => path.into(),
        }
    }

    /// A method, which may be any word.
    pub fn method(&self, method: &Method) -> Method {
        match self.text(method.as_str()) {
            Cow::Borrowed(_) => method.clone(),
            Cow::Owned(masked) => Method::from_bytes(masked.as_bytes()).unwrap_or_default(),
        }
    }

    /// A message's body. JSON stays JSON, and what is in UTF-16 is in UTF-8 where something is masked in it.
    pub fn body<'b>(&self, headers: &HeaderMap, body: &'b [u8]) -> Cow<'b, [u8]> {
        match body::read(headers, body) {
            Text::Unreadable if !body.is_empty() => Cow::Borrowed(WITHHELD.as_bytes()),
            Text::Decoded(text) => match self.json_or_bytes(text.as_bytes()) {
                Cow::Owned(masked) => Cow::Owned(masked),
                Cow::Borrowed(_) => self.json_or_bytes(body),
            },
            Text::Unreadable | Text::Plain => self.json_or_bytes(body),
        }
    }

    fn json_or_bytes<'t>(&self, text: &'t [u8]) -> Cow<'t, [u8]> {
        let is_json = matches!(text.trim_ascii_start().first(), Some(b'{' | b'[' | b'"'));
        if is_json
            && let Ok(mut value) = serde_json::from_slice(text)
            && self.json(&mut value)
        {
            return Cow::Owned(value.to_string().into_bytes());
        }
        self.bytes(text)
    }

    /// A JSON value; tells whether anything was masked.
    pub fn json(&self, value: &mut Value) -> bool {
        match value {
            Value::String(text) => self.string(text),
            Value::Number(number) => match self.text(&number.to_string()) {
                Cow::Borrowed(_) => false,
                Cow::Owned(masked) => {
                    *value = Value::String(masked);
                    true
                }
            },
            Value::Array(items) => items.iter_mut().fold(false, |masked, item| self.json(item) | masked),
            Value::Object(properties) => {
                let mut masked = false;
                *properties = std::mem::take(properties)
                    .into_iter()
                    .map(|(mut name, mut value)| {
                        if self.secrets.is_name(&name) {
                            masked |= value != REDACTED;
                            value = REDACTED.into();
                        }
                        masked |= self.json(&mut value) | self.string(&mut name);
                        (name, value)
                    })
                    .collect();
                masked
            }
            Value::Null | Value::Bool(_) => false,
        }
    }

    /// A violation, of a request or of a response.
    pub fn violation(&self, violation: &mut Violation) {
        let is_secret = |place: &String| self.secrets.is_parameter(place);
        if let Some(value) = &mut violation.value {
            if violation.location.iter().skip(1).any(is_secret) {
                *value = REDACTED.into();
            }
            self.json(value);
        }
        let texts = violation.location.iter_mut().chain(violation.subject.as_mut()).chain([&mut violation.message]);
        texts.for_each(|text| _ = self.string(text));
    }

    fn string(&self, text: &mut String) -> bool {
        match self.text(text) {
            Cow::Borrowed(_) => false,
            Cow::Owned(masked) => {
                *text = masked;
                true
            }
        }
    }

    fn bytes<'t>(&self, text: &'t [u8]) -> Cow<'t, [u8]> {
        let Some(hits) = self.hits(text) else { return Cow::Owned(WITHHELD.into()) };
        if hits.is_empty() {
            return Cow::Borrowed(text);
        }
        let (mut masked, mut at) = (Vec::with_capacity(text.len()), 0);
        for Hit { range, needs_quotes } in hits {
            masked.extend_from_slice(&text[at..range.start]);
            let quote = if needs_quotes { "\"" } else { "" };
            masked.extend([quote, REDACTED, quote].concat().bytes());
            at = range.end;
        }
        masked.extend_from_slice(&text[at..]);
        Cow::Owned(masked)
    }

    /// All that has to be masked in a text, in order, none in another; nothing where nobody can say what is in the text.
    fn hits(&self, text: &[u8]) -> Option<Vec<Hit>> {
        let mut hits = Vec::new();
        let are_all = readings(text, ALL, |layer| {
            let plain = |range| Hit { range, needs_quotes: false };
            let found = scan::presented(&layer.bytes, self.secrets).into_iter();
            let found = found.chain(scan::keys(&layer.bytes, self.secrets).into_iter().map(plain));
            let found = found.chain(self.presented().find(&layer.bytes).into_iter().map(plain));
            hits.extend(found.map(|hit| Hit { range: layer.place(hit.range), ..hit }));
        });
        if !are_all {
            return None;
        }
        hits.sort_by_key(|hit| (hit.range.start, hit.range.end));
        hits.retain(|hit| &text[hit.range.clone()] != REDACTED.as_bytes());
        let mut merged: Vec<Hit> = Vec::new();
        for hit in hits {
            match merged.last_mut().filter(|last| hit.range.start < last.range.end) {
                Some(last) => {
                    last.needs_quotes |= hit.needs_quotes;
                    last.range.end = last.range.end.max(hit.range.end);
                }
                None => merged.push(hit),
            }
        }
        Some(merged)
    }
}

/// Shows nothing of the request.
impl fmt::Debug for Mask<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mask").field("secrets", &self.secrets).finish_non_exhaustive()
    }
}
