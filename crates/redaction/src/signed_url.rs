//! URLs that let somebody in, by a signature, a token or a password.

use super::PLACEHOLDER;
use super::names::{lets_in, one, words};

/// Words in the names of query parameters that sign a URL or let somebody in.
const SIGNING: [&str; 18] = [
    "auth",
    "cred",
    "credential",
    "expire",
    "expiry",
    "hash",
    "hmac",
    "key",
    "keypairid",
    "pass",
    "policy",
    "secret",
    "session",
    "sid",
    "sig",
    "sign",
    "signed",
    "ticket",
];

/// What words that are written together end with there.
const SIGNING_ENDS: [&str; 9] =
    ["auth", "expire", "hmac", "key", "secret", "session", "sessionid", "signature", "token"];

/// Names that do so as a whole: those of OAuth, and of a content network's signatures.
const SIGNING_NAMES: [&str; 3] = ["code", "oe", "oh"];

/// A URL without what lets somebody in.
pub(super) fn unsigned(url: &str) -> String {
    let (scheme, rest) = url.split_at(url.find("//").map_or(0, |at| at + 2));
    let at = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(at);
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (path, query) = rest.split_at(rest.find(['?', '#']).unwrap_or(rest.len()));
    // As in `/exp=1~hmac=…/` and `/a;jsessionid=…`.
    let has_pairs = |segment: &str| segment.contains('=') && segment.contains(['~', ';']);
    let lets_in = |segment: &str| is_digest(segment) || (has_pairs(segment) && signs(segment));
    let path: Vec<&str> = path.split('/').map(|segment| if lets_in(segment) { PLACEHOLDER } else { segment }).collect();
    let query = if signs(query) { format!("{}{PLACEHOLDER}", &query[..1]) } else { query.to_owned() };
    format!("{scheme}{host}{}{query}", path.join("/"))
}

/// Whether a query, or what stands like one in a segment of a path, has a parameter that signs.
fn signs(text: &str) -> bool {
    text.split(['?', '&', '#', ';', '~']).any(|pair| {
        let name = pair.split('=').next().unwrap_or_default();
        let words = words(name);
        let is_signing = |word: &String| {
            let word = one(word);
            SIGNING.contains(&word) || SIGNING_ENDS.iter().any(|end| word.ends_with(end))
        };
        SIGNING_NAMES.iter().any(|known| name.eq_ignore_ascii_case(known))
            || words.iter().any(is_signing)
            || lets_in(name)
    })
}

/// Whether a segment of a path is a digest in hexadecimal, as signatures in paths are.
fn is_digest(segment: &str) -> bool {
    segment.len() >= 32 && segment.bytes().all(|byte| byte.is_ascii_hexdigit())
}
