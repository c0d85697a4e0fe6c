//! A request as the engine sees it, its query string and cookies taken apart once.

use std::cell::OnceCell;

use bytes::Bytes;
use http::{HeaderMap, Method, header};

use crate::validation::style::Pairs;

/// A request with its whole body.
pub type Request = http::Request<Bytes>;

/// A request while it is being answered.
#[derive(Debug)]
pub struct Incoming<'a> {
    request: &'a Request,
    /// The values of the path's templates.
    pub path_values: Vec<(&'a str, String)>,
    query: OnceCell<Pairs<'a>>,
    cookies: OnceCell<Pairs<'a>>,
}

impl<'a> Incoming<'a> {
    /// Takes a request apart.
    pub fn new(request: &'a Request, path_values: Vec<(&'a str, String)>) -> Self {
        Self { request, path_values, query: OnceCell::new(), cookies: OnceCell::new() }
    }

    /// The method.
    pub fn method(&self) -> &'a Method {
        self.request.method()
    }

    /// The path as it stands in the request line.
    pub fn path(&self) -> &'a str {
        self.request.uri().path()
    }

    /// The headers.
    pub fn headers(&self) -> &'a HeaderMap {
        self.request.headers()
    }

    /// A header's first value, where it is text.
    pub fn header(&self, name: &str) -> Option<&'a str> {
        self.headers().get(name).and_then(|value| value.to_str().ok())
    }

    /// The body.
    pub fn body(&self) -> &'a Bytes {
        self.request.body()
    }

    /// The query string's names and values.
    pub fn query(&self) -> &Pairs<'a> {
        self.query.get_or_init(|| pairs(self.request.uri().query().unwrap_or_default().as_bytes()))
    }

    /// A query parameter's first value.
    pub fn query_value(&self, name: &str) -> Option<&str> {
        self.query().iter().find(|(known, _)| known == name).map(|(_, value)| value.as_ref())
    }

    /// The cookies' names and values.
    pub fn cookies(&self) -> &Pairs<'a> {
        self.cookies.get_or_init(|| cookies(self.headers()).map(|(name, value)| (name.into(), value.into())).collect())
    }
}

/// The names and values of all cookies.
pub(crate) fn cookies(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    lines.flat_map(|line| line.split(';')).filter_map(|cookie| cookie.trim().split_once('='))
}

/// Takes `a=1&b=2` apart and decodes it.
pub(crate) fn pairs(text: &[u8]) -> Pairs<'_> {
    form_urlencoded::parse(text).collect()
}

/// The same, to keep.
pub(crate) fn owned_pairs(text: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(text).map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}
