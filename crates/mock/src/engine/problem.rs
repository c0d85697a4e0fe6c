//! The mock's own errors: in the API's envelope where it has one, else problem documents (RFC 9457) as Prism writes them.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde_json::{Map, Value, json};

use crate::document::{Document, Operation, envelope};
use crate::engine::mask::Mask;
use crate::engine::outcome::Response;

/// Where Prism describes its errors; clients compare the full text.
const BASE: &str = "https://stoplight.io/prism/errors#";

/// An error of the mock's own, as opposed to one that the document describes.
#[derive(Clone, Debug)]
pub(crate) struct Problem(Box<Details>);

/// Kept apart, as responses without problems should not pay for the size of those with one.
#[derive(Clone, Debug)]
struct Details {
    kind: Kind,
    detail: String,
    /// What an envelope says, where that differs from the detail.
    message: Option<String>,
    extra: Vec<(&'static str, Value)>,
    headers: Vec<(HeaderName, String)>,
    documented: Option<Response>,
}

/// The kinds of errors. One table has their names, titles and statuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// No documented path is the request's.
    NoPath,
    /// The path is documented, but not with the method.
    NoMethod,
    /// The credentials do not do.
    Unauthorized,
    /// The request is not what the document asks for.
    Unprocessable,
    /// The body has a media type that is not documented.
    UnsupportedMediaType,
    /// The response has no media type that the client accepts.
    NotAcceptable,
    /// The status or example that the client prefers is not documented.
    NotFound,
    /// The operation documents no response at all.
    NoResponse,
    /// The response is not what the document says.
    Violations,
    /// The schema is too large to make a body from.
    TooComplex,
    /// The credits are used up.
    NoCredits,
    /// There were too many requests.
    TooMany,
    /// The target is longer than the server takes.
    TargetTooLong,
    /// The headers are larger than the server takes.
    HeadersTooLarge,
    /// The `Host` header is missing, there more than once, or no host.
    BadHost,
    /// The body is larger than the server takes.
    TooLarge,
    /// The body does not come as its headers promise.
    BrokenBody,
    /// The client was too slow.
    TooSlow,
    /// The mock that a test has for the request gave no response.
    #[cfg(feature = "overrides")]
    BadOverride,
}

impl Kind {
    fn describe(self) -> (&'static str, &'static str, u16) {
        match self {
            Self::NoPath => ("NO_PATH_MATCHED_ERROR", "Route not resolved, no path matched", 404),
            Self::NoMethod => ("NO_METHOD_MATCHED_ERROR", "Route resolved, but no method matched", 405),
            Self::Unauthorized => ("UNAUTHORIZED", "Invalid security scheme used", 401),
            Self::Unprocessable => ("UNPROCESSABLE_ENTITY", "Invalid request", 422),
            Self::UnsupportedMediaType => ("INVALID_CONTENT_TYPE", "Invalid content type", 415),
            Self::NotAcceptable => {
                ("NOT_ACCEPTABLE", "The server cannot produce a representation for your accept header", 406)
            }
            Self::NotFound => ("NOT_FOUND", "The server cannot find the requested content", 404),
            Self::NoResponse => ("NO_RESPONSE_RESPONSE_DEFINED", "No response defined for the selected operation", 500),
            Self::Violations => ("VIOLATIONS", "Request/Response not valid", 500),
            Self::TooComplex => ("SCHEMA_TOO_COMPLEX", "Schema too complex", 500),
            Self::NoCredits => ("PAYMENT_REQUIRED", "The credits are used up", 402),
            Self::TooMany => ("TOO_MANY_REQUESTS", "Too many requests", 429),
            Self::TargetTooLong => ("URI_TOO_LONG", "The request's target is too long", 414),
            Self::HeadersTooLarge => ("HEADERS_TOO_LARGE", "The request's headers are too large", 431),
            Self::BadHost => ("BAD_HOST", "The request does not name one host", 400),
            Self::TooLarge => ("CONTENT_TOO_LARGE", "The request's body is too large", 413),
            Self::BrokenBody => ("BROKEN_CONTENT", "The request's body cannot be read", 400),
            Self::TooSlow => ("REQUEST_TIMEOUT", "The request's body came too slowly", 408),
            #[cfg(feature = "overrides")]
            Self::BadOverride => ("BAD_OVERRIDE", "The mock for the request gave no response", 500),
        }
    }

    /// The status in an API without an envelope.
    pub(crate) fn status(self) -> u16 {
        self.describe().2
    }
}

impl Problem {
    /// An error with a sentence about this case of it.
    pub(crate) fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self(Box::new(Details {
            kind,
            detail: detail.into(),
            message: None,
            extra: Vec::new(),
            headers: Vec::new(),
            documented: None,
        }))
    }

    /// Says what an envelope says instead of the detail.
    #[must_use]
    pub(crate) fn message(mut self, message: impl Into<String>) -> Self {
        self.0.message = Some(message.into());
        self
    }

    /// Adds a property to the problem document.
    #[must_use]
    pub(crate) fn with(mut self, name: &'static str, value: Value) -> Self {
        self.0.extra.push((name, value));
        self
    }

    /// Adds a header.
    #[must_use]
    pub(crate) fn header(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.0.headers.push((name, value.into()));
        self
    }

    /// Responds with what the document has for it; only the headers are the problem's.
    #[must_use]
    pub(crate) fn documented(mut self, response: Response) -> Self {
        self.0.documented = Some(response);
        self
    }

    /// The kind.
    pub(crate) fn kind(&self) -> Kind {
        self.0.kind
    }

    /// What an envelope says.
    pub(crate) fn text(&self) -> &str {
        self.0.message.as_deref().unwrap_or(&self.0.detail)
    }

    /// The response to a request for an operation, or for none that is documented. Credentials of the request are masked in
    /// it.
    pub(crate) fn response(mut self, document: &Document, operation: Option<&Operation>, mask: &Mask<'_>) -> Response {
        let mut response = match (self.0.documented.take(), &document.envelope) {
            (Some(response), _) => response,
            (None, Some(envelope)) => {
                // An API with an envelope knows no 422.
                let status = if self.0.kind == Kind::Unprocessable { 400 } else { self.0.kind.status() };
                let media_type = operation.and_then(json_media_type);
                let media_type = media_type.unwrap_or(HeaderValue::from_static("application/json"));
                json_response(
                    status,
                    media_type,
                    &envelope::error(envelope, i64::from(status), &mask.text(self.text())),
                )
            }
            (None, None) => {
                let media_type = HeaderValue::from_static("application/problem+json");
                let mut document = self.document();
                mask.json(&mut document);
                json_response(self.0.kind.status(), media_type, &document)
            }
        };
        for (name, value) in &self.0.headers {
            if let Ok(value) = HeaderValue::from_str(value) {
                response.headers.insert(name.clone(), value);
            }
        }
        response
    }

    fn document(&self) -> Value {
        let (name, title, status) = self.0.kind.describe();
        let mut properties = Map::new();
        properties.insert("type".to_owned(), json!(format!("{BASE}{name}")));
        properties.insert("title".to_owned(), json!(title));
        properties.insert("status".to_owned(), json!(status));
        properties.insert("detail".to_owned(), json!(self.0.detail));
        properties.extend(self.0.extra.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        Value::Object(properties)
    }
}

fn json_response(status: u16, media_type: HeaderValue, body: &Value) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, media_type);
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    Response { status, headers, body: Bytes::from(body.to_string()), documented: false }
}

/// The media type in which an operation documents its JSON errors.
fn json_media_type(operation: &Operation) -> Option<HeaderValue> {
    let contents = operation.responses().iter().rev().flat_map(|response| &response.contents);
    let mut named = contents.filter(|content| !content.media_type.is_range()).flat_map(|content| &content.concrete);
    named.find(|concrete| concrete.media_type.is_json()).map(|concrete| concrete.header.clone())
}
