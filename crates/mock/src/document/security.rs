//! Documented security schemes.

use serde_json::Value;

use super::source::{Source, items, properties, text};

/// How one credential is presented.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// `Authorization: Bearer …`; the label names the scheme in `WWW-Authenticate`.
    Bearer {
        /// `Bearer`, `OAuth2` or `OpenID`.
        label: &'static str,
        /// How its keys start, from a description such as "Format: `sk_live_xxxxxxxx`"; empty where nothing tells a
        /// malformed one from others.
        prefix: String,
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

/// Whether a key has the form that the document shows; every key has where it shows none.
pub(crate) fn has_form(prefix: &str, key: &str) -> bool {
    prefix.is_empty() || key.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty())
}

/// What stands in the place of keys in an operation's code samples, which are to run as they are.
pub(super) fn shown_keys(operation: &Value) -> Vec<String> {
    let samples = items(operation.get("x-codeSamples")).filter_map(|sample| text(sample, "source"));
    let shown = samples.flat_map(|sample| sample.split("Bearer ").skip(1)).filter_map(|after| {
        let key = after.split(['"', '\'', '`', '\\', '\n']).next()?;
        (!key.is_empty()).then(|| key.to_owned())
    });
    shown.collect()
}

/// The start of the key in "Format: `sk_live_xxxxxxxx`", up to the letters that stand for any others.
fn documented_prefix(description: &str) -> Option<&str> {
    let (_, after) = description.split_once("Format: `")?;
    shown_prefix(after.split_once('`')?.0)
}

/// The start of a key such as `sk_live_xxxxxxxx`, up to the letters that stand for any others.
fn shown_prefix(shown: &str) -> Option<&str> {
    let prefix = shown.trim_end_matches('x');
    let is_text = prefix.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
    (!prefix.is_empty() && is_text && shown.len() >= prefix.len() + 3).then_some(prefix)
}

/// How the keys of all schemes of a document start, as their descriptions show it.
pub(crate) fn prefixes(source: &Source) -> impl Iterator<Item = &str> {
    let schemes = source.frame().get("components").and_then(|components| components.get("securitySchemes"));
    let descriptions = properties(schemes).filter_map(|(_, scheme)| text(source.resolve(scheme), "description"));
    descriptions.flat_map(|description| description.split('`').skip(1).step_by(2)).filter_map(shown_prefix)
}

/// Schemes that must all be satisfied. An empty list asks for nothing.
pub(crate) type Requirement = Vec<Scheme>;

/// The alternatives that the document gives for an operation; an empty list asks for nothing.
pub(super) fn requirements(source: &Source, operation: &Value) -> Vec<Requirement> {
    let declared = operation.get("security").or_else(|| source.frame().get("security"));
    items(declared)
        .map(|requirement| properties(Some(requirement)).map(|(name, _)| scheme(source, name)).collect())
        .collect()
}

fn scheme(source: &Source, name: &str) -> Scheme {
    let schemes = source.frame().get("components").and_then(|components| components.get("securitySchemes"));
    let Some(raw) = schemes.and_then(|schemes| schemes.get(name)) else { return Scheme::Unknown };
    let raw = source.resolve(raw);
    let key = || text(raw, "name").unwrap_or_default().to_owned();
    let prefix = || text(raw, "description").and_then(documented_prefix).unwrap_or_default().to_owned();
    let bearer = |label| Scheme::Bearer { label, prefix: prefix() };
    let http = text(raw, "scheme").map(str::to_ascii_lowercase);
    match (text(raw, "type"), http.as_deref(), text(raw, "in")) {
        (Some("http"), Some("bearer"), _) => bearer("Bearer"),
        (Some("http"), Some("basic"), _) => Scheme::Basic,
        (Some("http"), Some("digest"), _) => Scheme::Digest,
        (Some("oauth2"), ..) => bearer("OAuth2"),
        (Some("openIdConnect"), ..) => bearer("OpenID"),
        (Some("apiKey"), _, Some("header")) => Scheme::HeaderKey(key()),
        (Some("apiKey"), _, Some("query")) => Scheme::QueryKey(key()),
        (Some("apiKey"), _, Some("cookie")) => Scheme::CookieKey(key()),
        _ => Scheme::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_tell_how_keys_start() {
        #[track_caller]
        fn check(description: &str, expected: Option<&str>) {
            assert_eq!(documented_prefix(description), expected, "{description}");
        }
        check("API key. Format: `sk_live_xxxxxxxx`\nGet yours.", Some("sk_live_"));
        check("Format: `sk_live_xx`", None);
        check("Format: `xxxxxxxx`", None);
        check("Format: `Bearer xxxxxxxx`", None);
        check("Format: JWT", None);
        check("a bearer token", None);
    }
}
