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
        // Signed URLs have a short name for what lets somebody in.
        let is_signature = |part| normal(last_word(part).1).eq(*b"sig");
        parts(name.as_bytes()).any(|part| {
            is_listed(part) || is_signature(part) || self.parameters.iter().any(|known| normal(part).eq(known.bytes()))
        })
    }

    /// How documented keys start, in lower case.
    pub(crate) fn prefixes(&self) -> impl Iterator<Item = &[u8]> {
        self.prefixes.iter().map(AsRef::as_ref)
    }
}

fn parts(name: &[u8]) -> impl Iterator<Item = &[u8]> {
    name.split(|byte| b".[]:".contains(byte))
}

/// Whether a name is that of a credential, or ends with the word or the two words that are: `X-Amz-Signature`.
fn is_listed(name: &[u8]) -> bool {
    let is_known = |name: &[u8]| CREDENTIALS.iter().any(|known| normal(name).eq(known.bytes()));
    if is_known(name) {
        return true;
    }
    let name = name.trim_ascii();
    let (before, word) = last_word(name);
    let (first, qualifier) = last_word(before);
    let is_place = PLACES.iter().any(|place| normal(qualifier).eq(place.bytes()));
    is_known(word) && !is_place || is_known(&name[first.len()..])
}

/// The tokens of these are places in a list, and no credentials.
const PLACES: [&str; 9] = ["continuation", "cursor", "next", "page", "paging", "prev", "previous", "start", "sync"];

/// What comes before the last word of a name, and that word: `user_password` and `userPassword` have two.
fn last_word(name: &[u8]) -> (&[u8], &[u8]) {
    let end = name.iter().rposition(u8::is_ascii_alphanumeric).map_or(0, |last| last + 1);
    let begins = |at: usize| {
        let before = at.checked_sub(1).map(|before| name[before]);
        before.is_none_or(|before| {
            !before.is_ascii_alphanumeric() || name[at].is_ascii_uppercase() && before.is_ascii_lowercase()
        })
    };
    let start = (0..end).rev().find(|at| begins(*at)).unwrap_or_default();
    (&name[..start], &name[start..end])
}

/// A name in lower case, without `-` and `_`.
fn normal(name: &[u8]) -> impl Iterator<Item = u8> {
    name.trim_ascii().iter().filter(|byte| !b"-_".contains(byte)).map(u8::to_ascii_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_case_and_hyphens_and_by_their_last_words() {
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
            "X-Amz-Signature",
            "X-Amz-Security-Token",
            "user_password",
            "userPassword",
            "my-secret",
            "wsSecret",
            "x-goog-api-key",
            "aws_secret_access_key",
            "PHP_SESSION_ID",
            "refresh_token",
        ] {
            assert!(secrets.is_name(name), "{name}");
        }
        for name in [
            "page_token",
            "nextPageToken",
            "cursor",
            "tokens",
            "max_tokens",
            "next-token",
            "key",
            "sort_key",
            "author",
            "token_count",
            "secretary",
            "",
            "x",
            "api",
            "_",
            "-token-id",
        ] {
            assert!(!secrets.is_name(name), "{name}");
        }
        assert!(secrets.is_parameter("sig") && !secrets.is_name("sig") && !secrets.is_parameter("sigma"));
        assert!(secrets.is_parameter("Key") && secrets.is_parameter("token") && !secrets.is_parameter("keys"));
    }
}
