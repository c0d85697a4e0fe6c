//! What a document says of credentials: which names they go by, and what keys look like.

use keyapi_redaction::CREDENTIALS;

use crate::document::Operation;
use crate::document::security::{self, Scheme};
use crate::document::source::Source;

/// How the credentials of an API are told from other values.
#[derive(Debug, Default)]
pub struct Secrets {
    /// The names of documented keys in headers, the query and cookies.
    parameters: Vec<String>,
    /// How documented keys start, in lower case.
    prefixes: Vec<Box<[u8]>>,
}

impl Secrets {
    /// What a document says, in its security schemes and for its operations.
    pub(crate) fn new(source: &Source, operations: &[Operation]) -> Self {
        let mut secrets = Self::default();
        for scheme in operations.iter().flat_map(|operation| &operation.security).flatten() {
            if let Scheme::HeaderKey(name) | Scheme::QueryKey(name) | Scheme::CookieKey(name) = scheme {
                let name: String = normal(name.as_bytes()).map(char::from).collect();
                if !secrets.parameters.contains(&name) && !name.is_empty() {
                    secrets.parameters.push(name);
                }
            }
        }
        secrets.prefixes =
            security::prefixes(source).map(|prefix| prefix.to_ascii_lowercase().into_bytes().into()).collect();
        secrets.prefixes.sort_unstable();
        secrets.prefixes.dedup();
        secrets
    }

    /// Whether the values of a name are credentials wherever it stands. Of `user[password]` and `user.password` each
    /// part is a name.
    pub fn is_name(&self, name: &str) -> bool {
        parts(name.as_bytes()).any(is_listed)
    }

    /// Whether the values of a parameter are credentials: in a header, the query, a cookie or a form.
    pub fn is_parameter(&self, name: &str) -> bool {
        parts(name.as_bytes())
            .any(|part| is_listed(part) || self.parameters.iter().any(|known| normal(part).eq(known.bytes())))
    }

    /// How documented keys start, in lower case.
    pub(crate) fn prefixes(&self) -> impl Iterator<Item = &[u8]> {
        self.prefixes.iter().map(AsRef::as_ref)
    }
}

fn parts(name: &[u8]) -> impl Iterator<Item = &[u8]> {
    name.split(|byte| b".[]:".contains(byte))
}

fn is_listed(name: &[u8]) -> bool {
    let name: Vec<u8> = normal(name).collect();
    let without_x = name.strip_prefix(b"x");
    CREDENTIALS.iter().map(|known| known.as_bytes()).any(|known| known == name || without_x == Some(known))
}

/// A name in lower case, without `-` and `_`.
fn normal(name: &[u8]) -> impl Iterator<Item = u8> {
    name.trim_ascii().iter().filter(|byte| !b"-_".contains(byte)).map(u8::to_ascii_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_case_hyphens_and_a_leading_x() {
        let secrets = Secrets { parameters: vec!["key".to_owned()], prefixes: Vec::new() };
        for name in [
            "Authorization",
            "COOKIE",
            "api_key",
            "apiKey",
            "X-Api-Key",
            "x_api_key",
            "API-KEY",
            "access_token",
            "token",
            "X-Token",
            "clientSecret",
            "client-secret",
            "secret",
            "Password",
            "user[password]",
            "auth.token",
            "token[]",
        ] {
            assert!(secrets.is_name(name), "{name}");
        }
        for name in ["page_token", "cursor", "tokens", "next-token", "key", "author", "xx-token", "", "x", "api", "_"] {
            assert!(!secrets.is_name(name), "{name}");
        }
        assert!(secrets.is_parameter("Key") && secrets.is_parameter("token") && !secrets.is_parameter("keys"));
    }
}
