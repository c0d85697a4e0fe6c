//! Checks the endpoints at which clients get tokens with credentials of their own (RFC 6749, section 4.4).

use serde_json::Value;

use super::servers::misleading;
use crate::Diagnostic;
use crate::diagnostic::join;
use crate::document::security::TOKEN_URL;
use crate::document::server::{endpoint, has_host, of_document};
use crate::document::url::is_loopback;

/// Reports endpoints that no client can ask, or that none should.
pub(super) fn check(document: &Value) -> Vec<Diagnostic> {
    let schemes = document.pointer("/components/securitySchemes").and_then(Value::as_object);
    let flows =
        schemes.into_iter().flatten().filter(|(_, scheme)| scheme.pointer("/flows/clientCredentials").is_some());
    let warning = |(name, scheme): (&String, &Value)| {
        let why = match scheme.pointer(TOKEN_URL).and_then(Value::as_str) {
            Some(url) => fault(document, url)?,
            None => "the flow has no token URL".to_owned(),
        };
        let place = join("/components/securitySchemes", name) + TOKEN_URL;
        let message = format!("{why}: clients get no token there");
        let help = "correct it in the overlay; until then callers name another one with `token_url`";
        Some(Diagnostic::warning("token-url", place, message).help(help))
    };
    flows.filter_map(warning).collect()
}

fn fault(document: &Value, url: &str) -> Option<String> {
    // The query is part of the endpoint.
    let path = url.trim().split('?').next().unwrap_or_default();
    if let Some(why) = misleading(path) {
        return Some(why);
    }
    if !path.contains("//") && !has_host(document) {
        return Some("the URL is relative, and the document names no server with a host".to_owned());
    }
    let url = endpoint(url, &of_document(document));
    let is_plain = url.starts_with("http://") && !is_loopback(&url);
    is_plain.then(|| "the URL is not `https`, so that everybody on the way can read the secret".to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check_url(url: Value, server: &str, expected: &str) {
        let flow = json!({"clientCredentials": {"tokenUrl": url, "scopes": {}}});
        let schemes = json!({"a/b": {"type": "oauth2", "flows": flow}, "implicit": {"type": "oauth2", "flows": {"implicit": {}}}});
        let document = json!({"servers": [{"url": server}], "components": {"securitySchemes": schemes}});
        let found = check(&document);
        if expected.is_empty() {
            return assert_eq!(found, [], "{url}");
        }
        let [only] = found.as_slice() else { panic!("{url}: {found:?}") };
        assert_eq!(
            (only.code, only.pointer.as_str()),
            ("token-url", &*("/components/securitySchemes/a~1b".to_owned() + TOKEN_URL))
        );
        assert!(only.message.contains(expected), "{url}: {}", only.message);
    }

    #[test]
    fn a_token_url_is_one_that_clients_can_ask() {
        let server = "https://api.example/v1";
        for (url, expected) in [
            ("https://id.example/token?tenant=1", ""),
            ("https://id.example/token/", ""),
            ("/token", ""),
            ("oauth/token", ""),
            ("http://localhost:8080/token", ""),
            ("//id.example/token", ""),
            ("http://id.example/token", "not `https`"),
            ("https://id.example/{tenant}/token", "'{' cannot stand there"),
            ("urn:token", "neither a whole one nor a path"),
            ("ldap://id.example", "`ldap`"),
            ("id.example/token", "no scheme"),
            ("https://id.example/token#x", "fragment"),
        ] {
            check_url(json!(url), server, expected);
        }
        check_url(json!(null), server, "no token URL");
        check_url(json!("/token"), "/v1", "relative");
        check_url(json!("/token"), "http://api.example", "not `https`");
    }
}
