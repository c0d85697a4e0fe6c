//! What is wrong with a message, in the form and words that Prism reports it.

use http::HeaderValue;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

/// The response header that carries all violations of a request and its response.
pub(crate) const HEADER: &str = "sl-violations";

/// Longer lists are cut, as many clients refuse headers above 8 KiB.
const LONGEST_HEADER: usize = 8 * 1024 - 100;

/// Longer values are left out of reports.
const LONGEST_VALUE: usize = 64;

/// How bad a [`Violation`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Severity {
    /// The message is not what the document asks for.
    Error,
    /// The message is odd, and answered all the same.
    Warning,
}

/// One way in which a message departs from the document.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Violation {
    /// Where: `query`, `header`, `path`, `cookie` or `body`, then the way into the value. Empty for the message itself.
    pub location: Vec<String>,
    /// How bad it is.
    pub severity: Severity,
    /// The rule that is broken: a keyword of JSON Schema, or the status that it leads to.
    pub rule: String,
    /// What is wrong, for people.
    pub message: String,
    /// What stood there, where it is short and no secret.
    pub value: Option<Value>,
    /// The parameter or property that is meant.
    pub subject: Option<String>,
}

/// Whether a violation is of the request or of the response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Of the request.
    Request,
    /// Of the response.
    Response,
}

impl Violation {
    /// A violation that the request is refused for.
    pub fn error(location: &[&str], rule: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            location: location.iter().map(|&part| part.to_owned()).collect(),
            severity: Severity::Error,
            rule: rule.into(),
            message: message.into(),
            value: None,
            subject: None,
        }
    }

    /// A violation that is only reported.
    pub fn warning(location: &[&str], rule: impl Into<String>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(location, rule, message) }
    }

    /// Names the parameter or property that is meant.
    #[must_use]
    pub fn about(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// Adds what stood there, unless it is long.
    #[must_use]
    pub fn with_value(mut self, value: &Value) -> Self {
        let short = match value {
            Value::String(text) => text.len() <= LONGEST_VALUE,
            Value::Array(_) | Value::Object(_) => false,
            _ => true,
        };
        self.value = short.then(|| value.clone());
        self
    }

    /// Whether the request is refused for it.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// The text that an API with an envelope gives for it.
    pub fn explanation(&self) -> String {
        match &self.subject {
            Some(subject) if self.rule == "required" => format!("Missing required parameter: {subject}"),
            Some(subject) if self.rule == "unknown" => format!("Unknown parameter: {subject}"),
            Some(subject) => format!("Invalid value for parameter: {subject}"),
            None => self.message.clone(),
        }
    }

    /// The violation as JSON, for a side of the exchange.
    pub fn on(&self, side: Option<Side>) -> Report<'_> {
        Report { violation: self, side, with_value: side.is_some() }
    }
}

/// A [`Violation`] as it is written into problem documents, headers and the journal.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    violation: &'a Violation,
    side: Option<Side>,
    with_value: bool,
}

impl Report<'_> {
    /// Leaves out what stood there: problem documents are compared with Prism's as they are.
    #[must_use]
    pub fn bare(mut self) -> Self {
        self.with_value = false;
        self
    }
}

impl Serialize for Report<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let side = self.side.map(|side| match side {
            Side::Request => "request",
            Side::Response => "response",
        });
        let location: Vec<&str> = side.into_iter().chain(self.violation.location.iter().map(String::as_str)).collect();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("location", &location)?;
        map.serialize_entry("severity", if self.violation.is_error() { "Error" } else { "Warning" })?;
        match self.violation.rule.parse::<u16>() {
            Ok(status) => map.serialize_entry("code", &status)?,
            Err(_) if self.violation.rule.is_empty() => {}
            Err(_) => map.serialize_entry("code", &self.violation.rule)?,
        }
        map.serialize_entry("message", &self.violation.message)?;
        if let Some(value) = self.violation.value.as_ref().filter(|_| self.with_value) {
            map.serialize_entry("value", value)?;
        }
        map.end()
    }
}

/// The value of the violations header; nothing where there are none.
pub(crate) fn header(request: &[Violation], response: &[Violation]) -> Option<HeaderValue> {
    if request.is_empty() && response.is_empty() {
        return None;
    }
    let request = request.iter().map(|violation| violation.on(Some(Side::Request)));
    let response = response.iter().map(|violation| violation.on(Some(Side::Response)));
    let reports: Vec<Report<'_>> = request.chain(response).collect();
    let mut text = escape_non_ascii(&serde_json::to_string(&reports).ok()?);
    if text.len() > LONGEST_HEADER {
        text.truncate(LONGEST_HEADER);
        text.insert_str(0, "Too many violations! ");
    }
    HeaderValue::from_str(&text).ok()
}

/// Writes characters that do not belong into a header as JSON escapes.
fn escape_non_ascii(json: &str) -> String {
    use std::fmt::Write;
    let mut out = String::with_capacity(json.len());
    for character in json.chars() {
        if character.is_ascii() && !character.is_ascii_control() {
            out.push(character);
            continue;
        }
        let mut units = [0; 2];
        for unit in character.encode_utf16(&mut units) {
            // Writing into a string cannot fail.
            let _ = write!(out, "\\u{unit:04x}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_stood_there_is_shown_where_it_is_short() {
        let shown = |value: Value| Violation::error(&["body"], "type", "no").with_value(&value).value;
        for value in [json!("x"), json!(1), json!(false), json!(null)] {
            assert_eq!(shown(value.clone()), Some(value));
        }
        for value in [json!([]), json!([1]), json!({}), json!("x".repeat(LONGEST_VALUE + 1))] {
            assert_eq!(shown(value), None);
        }
    }

    #[test]
    fn a_header_has_what_is_no_plain_text_as_escapes() {
        assert_eq!(escape_non_ascii("a ~\u{7f}\u{1f}\u{fc}\u{1f600}"), "a ~\\u007f\\u001f\\u00fc\\ud83d\\ude00");
    }
}
