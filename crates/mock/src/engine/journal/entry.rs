//! An entry of the journal, which is masked, as tests and the admin interface see it.

use std::borrow::Cow;
use std::time::Duration;

use bytes::Bytes;
use http::Method;
use keyapi_spec::message::media_type::MediaType;
use serde_json::{Value, json};

use crate::document::parameter::Presence;
use crate::document::violation::{Side, Violation};
use crate::engine::step::Step;

/// One request and what became of it. Credentials are masked: `***` stands in their place, and in that of a text that cannot
/// be read.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
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
    /// The body, or its beginning where it is long. Where something is masked in UTF-16, it is in UTF-8.
    pub body: Bytes,
    /// The status of the response; nothing where the connection was ended without one.
    pub status: Option<u16>,
    /// The response; nothing where the connection was ended without one.
    pub response: Option<SentResponse>,
    /// A fault that a script had for the request.
    pub fault: Option<&'static str>,
    /// What was held against the document, whether or not it is as documented.
    pub checks: Vec<Check>,
    /// Where the request was not what the document asks for.
    pub violations: Vec<Violation>,
    /// Why the request was refused; nothing where it was not.
    pub refusal: Option<String>,
    /// The step of a script that lets the same happen to another request for the operation. There is none where a step
    /// cannot say it: for responses of overrides, made-up data that a client has asked for, refusals in words of their own,
    /// what drifts, and what credentials are masked in.
    pub step: Option<Step>,
}

/// A response as it was sent, but for masked credentials.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SentResponse {
    /// The headers, those aside that the server adds by itself.
    pub headers: Vec<(String, String)>,
    /// The body; nothing where it is too large to be kept, or there was no room for it any more.
    pub body: Option<Bytes>,
}

/// One thing about a request that was held against the document.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Check {
    /// What: `security`, `body`, or where a parameter stands and its name.
    pub location: Vec<String>,
    /// Whether a request needs it.
    pub presence: Presence,
    /// Whether the request had it.
    pub given: bool,
    /// Whether it is as documented.
    pub valid: bool,
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
            "body": shown(&self.headers, &self.body),
            "status": self.status,
            "response": self.response.as_ref().map(|response| json!({
                "headers": pairs(&response.headers),
                "body": response.body.as_deref().map(|body| shown(&response.headers, body)),
            })),
            "fault": self.fault,
            "validated": self.checks.iter().map(Check::to_json).collect::<Vec<_>>(),
            "refusal": self.refusal,
            "step": self.step.as_ref().map(Step::to_string),
            "violations": self.violations.iter().map(|violation| json!(violation.on(Some(Side::Request)))).collect::<Vec<_>>(),
        })
    }
}

/// The text of a body, in the characters that it says it is in. Of one that is masked these may be others than it came in.
fn shown<'a>(headers: &[(String, String)], body: &'a [u8]) -> Cow<'a, str> {
    if let Ok(text) = str::from_utf8(body)
        && !text.contains('\0')
    {
        return Cow::Borrowed(text);
    }
    let media_type = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let charset = media_type.and_then(|(_, value)| MediaType::parse(value)?.parameter("charset"));
    keyapi_xml::decode(body, charset.as_deref()).unwrap_or_else(|_| String::from_utf8_lossy(body))
}

impl Check {
    fn to_json(&self) -> Value {
        let location: Vec<&str> = std::iter::once("request").chain(self.location.iter().map(String::as_str)).collect();
        json!({
            "location": location,
            "required": self.presence == Presence::Required,
            "given": self.given,
            "valid": self.valid,
        })
    }
}
