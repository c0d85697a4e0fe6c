//! Documented security schemes.

use serde_json::Value;

use super::source::{Source, items, members, text};

/// How one credential is presented.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// `Authorization: Bearer …`; the label names the scheme in `WWW-Authenticate`.
    Bearer {
        /// `Bearer`, `OAuth2` or `OpenID`.
        label: &'static str,
    },
    /// `Authorization: Basic …`
    Basic,
    /// `Authorization: Digest …`
    Digest,
    /// A key in a header of this name.
    HeaderKey(String),
    /// A key in a query parameter of this name.
    QueryKey(String),
    /// A key in a cookie of this name.
    CookieKey(String),
    /// A scheme that the document names but does not describe, or that is of an unknown kind: it is not checked.
    Unknown,
}

/// Schemes that must all be satisfied. An empty list asks for nothing.
pub type Requirement = Vec<Scheme>;

/// The alternatives that the document gives for an operation; an empty list asks for nothing.
pub(super) fn requirements(source: &Source, operation: &Value) -> Vec<Requirement> {
    let declared = operation.get("security").or_else(|| source.root().get("security"));
    items(declared)
        .map(|requirement| members(Some(requirement)).map(|(name, _)| scheme(source, name)).collect())
        .collect()
}

fn scheme(source: &Source, name: &str) -> Scheme {
    let schemes = source.root().get("components").and_then(|components| components.get("securitySchemes"));
    let Some(raw) = schemes.and_then(|schemes| schemes.get(name)) else { return Scheme::Unknown };
    let raw = source.resolve(raw);
    let key = || text(raw, "name").unwrap_or_default().to_owned();
    let http = text(raw, "scheme").map(str::to_ascii_lowercase);
    match (text(raw, "type"), http.as_deref(), text(raw, "in")) {
        (Some("http"), Some("bearer"), _) => Scheme::Bearer { label: "Bearer" },
        (Some("http"), Some("basic"), _) => Scheme::Basic,
        (Some("http"), Some("digest"), _) => Scheme::Digest,
        (Some("oauth2"), ..) => Scheme::Bearer { label: "OAuth2" },
        (Some("openIdConnect"), ..) => Scheme::Bearer { label: "OpenID" },
        (Some("apiKey"), _, Some("header")) => Scheme::HeaderKey(key()),
        (Some("apiKey"), _, Some("query")) => Scheme::QueryKey(key()),
        (Some("apiKey"), _, Some("cookie")) => Scheme::CookieKey(key()),
        _ => Scheme::Unknown,
    }
}
