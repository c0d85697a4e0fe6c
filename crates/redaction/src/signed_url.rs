//! URLs that let somebody in, by a signature, a token or a password.

use super::PLACEHOLDER;

/// Parts of the names of query parameters that sign a URL or let somebody in.
const SIGNING: [&str; 14] = [
    "auth", "code", "cred", "expire", "hash", "hmac", "key", "pass", "policy", "secret", "session", "sig", "ticket",
    "token",
];

/// A URL without what lets somebody in.
pub(super) fn unsigned(url: &str) -> String {
    let (scheme, rest) = url.split_at(url.find("//").map_or(0, |at| at + 2));
    let at = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(at);
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (path, query) = rest.split_at(rest.find(['?', '#']).unwrap_or(rest.len()));
    let path: Vec<&str> =
        path.split('/').map(|segment| if is_digest(segment) { PLACEHOLDER } else { segment }).collect();
    let signs = query.split(['?', '&', '#', ';']).any(|pair| {
        let name = pair.split('=').next().unwrap_or_default().to_ascii_lowercase();
        SIGNING.iter().any(|part| name.contains(part))
    });
    let query = if signs { format!("{}{PLACEHOLDER}", &query[..1]) } else { query.to_owned() };
    format!("{scheme}{host}{}{query}", path.join("/"))
}

/// Whether a segment of a path is a digest in hexadecimal, as signatures in paths are.
fn is_digest(segment: &str) -> bool {
    segment.len() >= 32 && segment.bytes().all(|byte| byte.is_ascii_hexdigit())
}
