//! Which parts of a request must never be shown.

use http::{HeaderName, HeaderValue, Uri, header};
use std::str::FromStr;

use crate::document::Operation;
use crate::document::security::Scheme;
use crate::request::pairs;

/// What stands where a secret stood.
pub const REDACTED: &str = "***";

/// The headers and query parameters that carry secrets.
#[derive(Debug, Default)]
pub struct Secrets {
    headers: Vec<HeaderName>,
    query: Vec<String>,
}

impl Secrets {
    /// The usual ones, and those that the document's security schemes name.
    pub fn new(operations: &[Operation]) -> Self {
        let mut secrets = Self {
            headers: vec![header::AUTHORIZATION, header::PROXY_AUTHORIZATION, header::COOKIE],
            query: Vec::new(),
        };
        for scheme in operations.iter().flat_map(|operation| &operation.security).flatten() {
            match scheme {
                Scheme::HeaderKey(name) => {
                    let new = HeaderName::from_str(name).ok().filter(|name| !secrets.headers.contains(name));
                    secrets.headers.extend(new);
                }
                Scheme::QueryKey(name) if !secrets.query.contains(name) => secrets.query.push(name.clone()),
                _ => {}
            }
        }
        secrets
    }

    /// A header's value as it may be shown.
    pub fn header<'v>(&self, name: &HeaderName, value: &'v HeaderValue) -> &'v str {
        let shown = value.to_str().unwrap_or("(not text)");
        // The address of another page may carry the key that was used there.
        let is_secret = self.headers.contains(name) || name == header::REFERER && shown.contains('?');
        if is_secret { REDACTED } else { shown }
    }

    /// A request's path and query as they may be shown.
    pub fn target(&self, uri: &Uri) -> Box<str> {
        let shown = || uri.path_and_query().map_or(uri.path(), |target| target.as_str());
        let Some(query) = uri.query().filter(|_| !self.query.is_empty()) else { return shown().into() };
        let pairs = pairs(query.as_bytes());
        let is_secret = |name: &str| self.query.iter().any(|secret| secret == name);
        if !pairs.iter().any(|(name, _)| is_secret(name)) {
            return shown().into();
        }
        let shown = pairs.iter().map(|(name, value)| (name, if is_secret(name) { REDACTED } else { value }));
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(shown).finish();
        format!("{}?{query}", uri.path()).into_boxed_str()
    }
}
