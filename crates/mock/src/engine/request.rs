//! A request as the engine sees it, its query string and cookies taken apart once.

use std::borrow::Cow;
use std::cell::OnceCell;

use bytes::Bytes;
use http::header::AsHeaderName;
use http::{HeaderMap, header};

use crate::document::parameter::{Location, Parameter};
use crate::engine::validation::fields::{self, Field};

/// A request with its whole body.
pub type Request = http::Request<Bytes>;

/// A request while it is being answered.
#[derive(Debug)]
pub(crate) struct Incoming<'a> {
    request: &'a Request,
    path_values: OnceCell<Vec<(&'a str, &'a str)>>,
    query: OnceCell<Vec<Field<'a>>>,
    cookies: OnceCell<Vec<Field<'a>>>,
}

impl<'a> Incoming<'a> {
    /// Takes a request apart.
    pub(crate) fn new(request: &'a Request) -> Self {
        Self { request, path_values: OnceCell::new(), query: OnceCell::new(), cookies: OnceCell::new() }
    }

    /// The request as it came.
    pub(crate) fn request(&self) -> &'a Request {
        self.request
    }

    /// The path as it stands in the request line.
    pub(crate) fn path(&self) -> &'a str {
        self.request.uri().path()
    }

    /// What the path has for its templates, as it stands there; nothing until an operation is found.
    pub(crate) fn path_values(&self) -> &[(&'a str, &'a str)] {
        self.path_values.get().map(Vec::as_slice).unwrap_or_default()
    }

    /// Takes note of what the path has for the templates of the operation that is found.
    pub(crate) fn set_path_values(&self, values: Vec<(&'a str, &'a str)>) {
        _ = self.path_values.set(values);
    }

    /// The headers.
    pub(crate) fn headers(&self) -> &'a HeaderMap {
        self.request.headers()
    }

    /// A header's first value, where it is text.
    pub(crate) fn header(&self, name: impl AsHeaderName) -> Option<&'a str> {
        self.headers().get(name).and_then(|value| value.to_str().ok())
    }

    /// A header that is a list, all lines of it as one; what is beyond ASCII is UTF-8, as clients send it.
    pub(crate) fn list_header(&self, name: &str) -> Option<String> {
        let lines = self.headers().get_all(name).iter();
        let lines: Vec<&str> = lines.filter_map(|value| std::str::from_utf8(value.as_bytes()).ok()).collect();
        (!lines.is_empty()).then(|| lines.join(", "))
    }

    /// The body.
    pub(crate) fn body(&self) -> &'a Bytes {
        self.request.body()
    }

    /// The query string's names and values, the values as they are written.
    pub(crate) fn query_fields(&self) -> &[Field<'a>] {
        self.query.get_or_init(|| fields::parse(self.request.uri().query().unwrap_or_default()))
    }

    /// A query parameter's values.
    pub(crate) fn query_values(&self, name: &str) -> impl Iterator<Item = Cow<'_, str>> {
        self.query_fields().iter().filter(move |field| field.name == name).map(|field| field.text.decoded())
    }

    /// The cookies' names and values.
    pub(crate) fn cookie_fields(&self) -> &[Field<'a>] {
        self.cookies.get_or_init(|| cookies(self.headers()).map(|(name, value)| Field::cookie(name, value)).collect())
    }

    /// Whether the request has a parameter, whatever its value is.
    pub(crate) fn has_parameter(&self, parameter: &Parameter) -> bool {
        let among = |fields: &[Field<'_>]| fields.iter().any(|field| field.name == parameter.name);
        match parameter.location {
            Location::Query => among(self.query_fields()),
            Location::Header => self.headers().contains_key(&parameter.name),
            Location::Path => true,
            Location::Cookie => among(self.cookie_fields()),
        }
    }
}

/// Whether a body is compressed, or encoded in another way that no media type tells of (RFC 9110, section 8.4).
pub(crate) fn has_content_coding(headers: &HeaderMap) -> bool {
    let mut lines = headers.get_all(header::CONTENT_ENCODING).iter().map(|line| line.as_bytes().trim_ascii());
    lines.any(|coding| !coding.is_empty() && !coding.eq_ignore_ascii_case(b"identity"))
}

/// The names and values of all cookies.
pub(crate) fn cookies(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    lines.flat_map(|line| line.split(';')).filter_map(|cookie| cookie.trim().split_once('='))
}

/// Takes `a=1&b=2` apart and decodes it, to keep.
pub(crate) fn owned_pairs(text: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(text).map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}
