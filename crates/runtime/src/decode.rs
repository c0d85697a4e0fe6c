//! Decodes a body, and says where and why it cannot.

pub(crate) mod from_body;
mod json_path;
pub(crate) mod mismatch;
pub(crate) mod number;
#[doc(hidden)]
pub mod object;
mod repair;
pub(crate) mod same_json;
pub(crate) mod tolerant;
pub(crate) mod unboxed;
pub(crate) mod union;
pub(crate) mod variant;

use std::error::Error as StdError;
use std::fmt;

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::error::Category;

use crate::error::display_text::{BINARY_DATA, DisplayText};
use crate::observer::trace;
use crate::security::key::ApiKey;
use crate::security::secrets::Secrets;
#[cfg(feature = "xml")]
use crate::transport;
use crate::transport::{Received, Streamed};
use from_body::{Body, FromBody};
use json_path::{Segment, of_pointer, path, property, segments, value_at};
use mismatch::{kind, mismatch, not_json};
use repair::Failure;
use tolerant::{Deviation, Repairs};

/// How much of the body is shown on each side of the fault.
const EXCERPT_RADIUS: usize = 60;

/// Where and why a body does not decode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    path: DisplayText,
    expected: DisplayText,
    found: DisplayText,
    excerpt: DisplayText,
}

impl DecodeError {
    /// The JSON path of the fault (RFC 9535), such as `$.data.sound.trend[3].value`.
    #[must_use]
    pub fn path(&self) -> &str {
        self.path.as_str()
    }

    /// The kind of value that the type wants there.
    #[must_use]
    pub fn expected(&self) -> &str {
        self.expected.as_str()
    }

    /// The kind of value that is there.
    #[must_use]
    pub fn found(&self) -> &str {
        self.found.as_str()
    }

    /// The error for a value that has the documented type and yet does not say what it should.
    pub(crate) fn at_pointer(pointer: &'static str, expected: &'static str, found: &'static str) -> Self {
        Self {
            path: DisplayText::new(&path(&of_pointer(pointer)), Secrets::default()),
            expected: DisplayText::from_static(expected),
            found: DisplayText::from_static(found),
            excerpt: DisplayText::from_static(""),
        }
    }

    /// The error for bytes in the place of text.
    pub(crate) fn no_text() -> Self {
        let [path, expected, found] = ["$", "text in UTF-8", "bytes that are not UTF-8"].map(DisplayText::from_static);
        Self { path, expected, found, excerpt: DisplayText::from_static(BINARY_DATA) }
    }

    pub(crate) fn to_text(&self, key: &ApiKey) -> DisplayText {
        key.display_text(&self.to_string())
    }

    /// The body around the fault, bounded and on one line.
    #[must_use]
    pub fn excerpt(&self) -> &str {
        self.excerpt.as_str()
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {} at {}, found {}", self.expected, self.path, self.found)?;
        if self.excerpt.as_str().is_empty() { Ok(()) } else { write!(f, " in `{}`", self.excerpt) }
    }
}

impl StdError for DecodeError {}

/// A decoded body, and what was repaired in it before it could be decoded.
#[derive(Debug)]
pub struct Decoded<T> {
    // Values can be large, and one is moved several times on its way to the caller.
    pub(crate) value: Box<T>,
    pub(crate) deviations: Vec<Deviation>,
}

impl<T> Decoded<T> {
    /// The value alone, after what was repaired has been noted.
    pub(crate) fn noted(self) -> T {
        trace::repaired(&self.deviations);
        *self.value
    }
}

impl<T> From<Box<T>> for Decoded<T> {
    fn from(value: Box<T>) -> Self {
        Self { value, deviations: Vec::new() }
    }
}

/// Reads the body of a response as JSON.
pub(crate) fn json<T: FromBody>(received: &Received, key: &ApiKey) -> Result<Decoded<T>, DecodeError> {
    readable(received, key)?;
    T::from_body(&Body::new(received.status, &received.body, key))
}

/// Takes a body as it is, where it is not JSON.
pub(crate) fn bytes(received: &Received, key: &ApiKey) -> Result<Decoded<Bytes>, DecodeError> {
    readable(received, key).map(|()| Box::new(received.body.clone()).into())
}

/// Reads the body of a response as XML, or as JSON where the server has sent that instead.
#[cfg(feature = "xml")]
pub(crate) fn xml<T: DeserializeOwned>(
    received: &Received,
    key: &ApiKey,
    schema: &str,
) -> Result<Decoded<T>, DecodeError> {
    readable(received, key)?;
    let body = &received.body;
    let begins = tolerant::without_mark(body).trim_ascii_start();
    if begins.is_empty() || begins.starts_with(b"{") || begins.starts_with(b"[") {
        return whole(body, key);
    }
    let not_xml = |why: String| DecodeError {
        path: DisplayText::from_static("$"),
        expected: DisplayText::from_static("XML"),
        found: key.display_text(&format!("something else: {why}")),
        excerpt: excerpt(body, 0, key),
    };
    let schema = serde_json::from_str(schema).map_err(|error| not_xml(error.to_string()))?;
    // Of a page nothing is asked for, and anything may be missing.
    if transport::is_html(&received.headers) {
        return Err(not_xml("a page (`text/html`)".to_owned()));
    }
    let charset = transport::charset(&received.headers);
    let value = keyapi_xml::read(body, charset.as_deref(), &schema).map_err(|error| not_xml(error.to_string()))?;
    // As text it could be too deep, which a value is not.
    match variant::keeping(|| <Box<T> as serde::Deserialize>::deserialize(&value)) {
        (Ok(value), false) => Ok(value.into()),
        _ => whole(&value.to_string().into(), key),
    }
}

/// Decodes one of the values that a body consists of.
pub(crate) fn part<T: DeserializeOwned>(text: &Bytes, key: &ApiKey) -> Result<Decoded<T>, DecodeError> {
    decode(text, None, key)
}

/// Decodes a whole body as JSON, which may be an envelope.
pub(crate) fn whole<T: DeserializeOwned>(body: &Bytes, key: &ApiKey) -> Result<Decoded<T>, DecodeError> {
    decode(body, key.platform().envelope.code, key)
}

/// Leaves a body to its caller, unless it is of another type than it has to be of.
pub(crate) fn unread(received: &Received, key: &ApiKey, wanted: Option<Streamed>) -> Result<Decoded<()>, DecodeError> {
    readable(received, key)?;
    let Some(expected) = wanted.and_then(Streamed::expected).filter(|_| !received.unread.is_there()) else {
        return Ok(Box::new(()).into());
    };
    let media_type = received.headers.get(CONTENT_TYPE).map(|value| String::from_utf8_lossy(value.as_bytes()));
    Err(DecodeError {
        path: DisplayText::from_static("$"),
        expected: DisplayText::from_static(expected),
        found: key.display_text(&format!("`{}`", media_type.unwrap_or_default())),
        excerpt: excerpt(&received.body, 0, key),
    })
}

/// Takes no notice of a body, where the status says all.
pub(crate) fn nothing<T: Default>(_: &Received, _: &ApiKey) -> Result<Decoded<T>, DecodeError> {
    Ok(Box::<T>::default().into())
}

/// Refuses a body in an encoding that the HTTP client has left as it is.
pub(crate) fn readable(received: &Received, key: &ApiKey) -> Result<(), DecodeError> {
    if !received.headers.contains_key(CONTENT_ENCODING) {
        return Ok(());
    }
    let lines = received.headers.get_all(CONTENT_ENCODING).iter();
    let lines: Vec<_> = lines.map(|line| String::from_utf8_lossy(line.as_bytes())).collect();
    let all = lines.join(", ");
    let mut encodings = all.split(',').map(str::trim);
    let is_plain = encodings.all(|encoding| encoding.is_empty() || encoding.eq_ignore_ascii_case("identity"));
    if is_plain || (received.body.is_empty() && !received.unread.is_there()) {
        return Ok(());
    }
    Err(DecodeError {
        path: DisplayText::from_static("$"),
        expected: DisplayText::from_static("a body without an encoding that this client cannot read"),
        found: key.display_text(&format!("the encoding `{}`", all.trim())),
        excerpt: DisplayText::from_static(BINARY_DATA),
    })
}

/// Decodes JSON. No body at all is read as `null`, which only those types accept that a response may lack.
fn decode<T: DeserializeOwned>(body: &Bytes, code: Option<&str>, key: &ApiKey) -> Result<Decoded<T>, DecodeError> {
    let text = if body.is_empty() { b"null" } else { body.as_ref() };
    // One look at the whole body is quicker than the one at each string that serde_json takes of bytes.
    let text = str::from_utf8(text).ok();
    let (decoded, has_kept_null) = variant::keeping(|| text.and_then(|text| serde_json::from_str::<Box<T>>(text).ok()));
    match decoded {
        Some(value) if !has_kept_null => Ok(value.into()),
        Some(value) => Ok(repair(body, code, key).ok().unwrap_or_else(|| value.into())),
        None => match decode_slowly::<Box<T>>(body, key) {
            Ok(value) => Ok(value.into()),
            Err(failure) => repair(body, code, key).map_err(|repaired| repaired.unwrap_or(failure)),
        },
    }
}

/// Decodes after repairs, for bodies in which something is wrong. There is no error where nothing was repaired.
#[cold]
fn repair<T: DeserializeOwned>(
    body: &[u8],
    code: Option<&str>,
    key: &ApiKey,
) -> Result<Decoded<T>, Option<DecodeError>> {
    let mut found = Repairs::default();
    let value = match tolerant::value(body, &mut found) {
        Ok(value) => value,
        Err(_) if found.count() == 0 => return Err(None),
        Err(error) => {
            return Err(Some(explain(tolerant::without_mark(body), None, found.broken_at(), &error, key)));
        }
    };
    match repair::decode(&value, code, found) {
        (Ok(value), found) => Ok(Decoded { value, deviations: found.deviations(key) }),
        (Err(_), found) if found.count() == 0 => Err(None),
        (Err(Failure { path, value, error }), _) => {
            // The text that was read is not the one that came, so that only the value itself is shown.
            let text = value.to_string();
            Err(Some(explain(text.as_bytes(), None, path, &error, key)))
        }
    }
}

/// Decodes with a record of the path, for bodies that have already failed once.
#[cold]
fn decode_slowly<T: DeserializeOwned>(body: &[u8], key: &ApiKey) -> Result<T, DecodeError> {
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let place = segments(error.path());
        explain(body, Some(&place), path(&place), error.inner(), key)
    })?;
    deserializer.end().map_err(|error| explain(body, None, "$".to_owned(), &error, key))?;
    Ok(value)
}

/// `place` is where the error is in the body, and `path` what is said of that.
fn explain(
    body: &[u8],
    place: Option<&[Segment]>,
    mut path: String,
    error: &serde_json::Error,
    key: &ApiKey,
) -> DecodeError {
    let offset = offset(body, error.line(), error.column());
    let (expected, found) = match error.classify() {
        Category::Data => {
            let message = error.to_string();
            if let Some(field) = message.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
                path.push_str(&property(field));
                ("a value".to_owned(), "nothing".to_owned())
            } else {
                let (expected, found) = mismatch(&message);
                let found = if found == NO_VARIANT { kind_at(body, place).to_owned() } else { found };
                (expected, found)
            }
        }
        _ => ("JSON".to_owned(), not_json(body, error).to_owned()),
    };
    DecodeError {
        path: key.display_text(&path),
        expected: key.display_text(&expected),
        found: key.display_text(&found),
        excerpt: excerpt(body, offset, key),
    }
}

/// What the generated types say of null in the place of a union, without its kind.
const NO_VARIANT: &str = "no variant fits";

/// The kind of the value at a place of the body.
fn kind_at(body: &[u8], place: Option<&[Segment]>) -> &'static str {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    place.map_or(Some(&body), |place| value_at(&body, place)).map_or("another value", kind)
}

/// Turns serde_json's position, which counts from one, into an index.
fn offset(body: &[u8], line: usize, column: usize) -> usize {
    let skipped: usize =
        body.split_inclusive(|byte| *byte == b'\n').take(line.saturating_sub(1)).map(<[u8]>::len).sum();
    (skipped + column.saturating_sub(1)).min(body.len())
}

/// Masks before cutting, so that no part of a key survives at an edge.
fn excerpt(body: &[u8], offset: usize, key: &ApiKey) -> DisplayText {
    // No character is cut, which would be shown as one that the body does not have.
    let continues = |at: usize| body.get(at).is_some_and(|byte| byte & 0xc0 == 0x80);
    let start = offset.saturating_sub(EXCERPT_RADIUS);
    let start = (start..offset.min(start + 3)).find(|at| !continues(*at)).unwrap_or(start);
    let end = (offset + EXCERPT_RADIUS).min(body.len());
    let end = (end.saturating_sub(3).max(offset)..=end).rev().find(|at| !continues(*at)).unwrap_or(end);
    let mut masked = body.to_vec();
    key.mask_bytes(&mut masked);
    key.display_text(&String::from_utf8_lossy(&masked[start..end]))
}

#[cfg(test)]
mod tests;
