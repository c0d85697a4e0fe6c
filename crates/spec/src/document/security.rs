//! What operations ask for before they let a caller in, as far as clients can present it.

use serde_json::Value;

use super::parameter::is_token;
use super::response_header::is_of_the_message;
use super::server::{endpoint, of_document};
use super::{operations, resolve};
use crate::Diagnostic;
use crate::diagnostic::join;

/// The property that a security scheme has which asks for a certificate, as OpenAPI 3.1 has it and 3.0 cannot.
pub(crate) const MUTUAL_TLS: &str = "x-mutual-tls";

/// Where a security scheme has the URL at which clients get tokens with credentials of their own.
pub(crate) const TOKEN_URL: &str = "/flows/clientCredentials/tokenUrl";

/// A security scheme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scheme {
    /// What the document calls it.
    pub name: String,
    /// Where its credential is sent.
    pub place: Place,
}

/// Where a credential is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// `Authorization: Bearer …`
    Bearer,
    /// `Authorization: Bearer …`, with a token that the endpoint at this URL gives to clients (RFC 6749, section 4.4).
    OAuth2(String),
    /// `Authorization: Basic …`
    Basic,
    /// A header of this name.
    Header(String),
    /// A parameter in the query.
    Query(String),
    /// A cookie.
    Cookie(String),
}

/// The ways to be let in of which each takes all of its schemes, in the order of the document. None of them means that
/// nothing is asked for; `None`, that the document says nothing, or nothing that a client can present.
pub fn alternatives(document: &Value, operation: &Value) -> Option<Vec<Vec<Scheme>>> {
    let declared = operation.get("security").or_else(|| document.get("security"))?.as_array()?;
    let all: Vec<Vec<Scheme>> =
        declared.iter().filter_map(|requirement| schemes(document, requirement.as_object()?.keys()).ok()).collect();
    (!all.is_empty() || declared.is_empty()).then_some(all)
}

/// Reports operations of which no client knows how to be let in.
pub(crate) fn check(document: &Value) -> Vec<Diagnostic> {
    let unsupported = operations(document).into_iter().filter_map(|key| {
        let operation = document.pointer(&key.pointer)?;
        let owner = if operation.get("security").is_some() { key.pointer.as_str() } else { "" };
        let declared = operation.get("security").or_else(|| document.get("security"))?.as_array()?;
        let requirements = declared.iter().filter_map(Value::as_object).filter(|names| !names.is_empty());
        let mut reasons: Vec<String> = Vec::new();
        for why in requirements.filter_map(|names| schemes(document, names.keys()).err()) {
            if !reasons.contains(&why) {
                reasons.push(why);
            }
        }
        let is_unknown = !reasons.is_empty() && alternatives(document, operation).is_none();
        is_unknown.then(|| (join(owner, "security"), reasons.join("; ")))
    });
    let mut places: Vec<(String, String)> = unsupported.collect();
    // What the whole document asks for is said once.
    places.dedup();
    let warning = |(place, reasons): (String, String)| {
        let message =
            format!("clients cannot present what is asked for, and send the API key as a bearer token: {reasons}");
        Diagnostic::warning("unsupported-security", place, message).help(
            "describe in the overlay a scheme of the kinds `apiKey`, `http` with `bearer` or `basic`, or `oauth2`",
        )
    };
    places.into_iter().map(warning).collect()
}

/// All of them, if each can be presented, and none in the place of another; else why not, in words.
fn schemes<'a>(document: &Value, names: impl Iterator<Item = &'a String>) -> Result<Vec<Scheme>, String> {
    let mut schemes: Vec<Scheme> = Vec::new();
    for name in names.filter(|name| !is_certificate(document, name)) {
        let place = place(document, name).map_err(|why| format!("`{name}` {why}"))?;
        if let Some(other) = schemes.iter().find(|other| taken(&other.place) == taken(&place)) {
            return Err(format!("`{name}` is sent in the place of `{}`", other.name));
        }
        schemes.push(Scheme { name: name.clone(), place });
    }
    Ok(schemes)
}

/// What of a request a credential takes.
fn taken(place: &Place) -> String {
    match place {
        Place::Bearer | Place::OAuth2(_) | Place::Basic => "header authorization".to_owned(),
        Place::Header(name) => format!("header {}", name.to_ascii_lowercase()),
        Place::Query(name) => format!("query {name}"),
        Place::Cookie(name) => format!("cookie {name}"),
    }
}

fn scheme<'a>(document: &'a Value, name: &str) -> Option<&'a Value> {
    resolve(document, document.get("components")?.get("securitySchemes")?.get(name)?)
}

/// Whether it asks for a certificate, which is shown where a connection is made and is no part of a request.
fn is_certificate(document: &Value, name: &str) -> bool {
    scheme(document, name).is_some_and(|scheme| scheme.get(MUTUAL_TLS).is_some())
}

/// Where the credential of a scheme is sent, or what is wrong with the scheme.
fn place(document: &Value, name: &str) -> Result<Place, String> {
    let Some(scheme) = scheme(document, name) else { return Err("is not described".to_owned()) };
    let text = |key: &str| scheme.get(key).and_then(Value::as_str);
    let (kind, http) = (text("type").unwrap_or_default(), text("scheme").map(str::to_ascii_lowercase));
    match (kind, http.as_deref(), text("in")) {
        ("oauth2", ..) => Ok(token_url(document, scheme).map_or(Place::Bearer, Place::OAuth2)),
        ("http", Some("bearer"), _) | ("openIdConnect", ..) => Ok(Place::Bearer),
        ("http", Some("basic"), _) => Ok(Place::Basic),
        ("apiKey", _, Some(place @ ("header" | "query" | "cookie"))) => key(place, text("name").unwrap_or_default()),
        ("http", Some(other), _) => Err(format!("is of the kind `http` with `{other}`, which they do not know")),
        ("apiKey", _, other) => Err(format!("is an API key in `{}`, which is no place", other.unwrap_or_default())),
        (other, ..) => Err(format!("is of the kind `{other}`, which they do not know")),
    }
}

/// The place of an API key of this name, or what is wrong with the name.
fn key(place: &str, name: &str) -> Result<Place, String> {
    match place {
        _ if name.is_empty() => Err(format!("has no name for its {place}")),
        "query" => Ok(Place::Query(name.to_owned())),
        _ if !is_token(name) => Err(format!("has the name `{name}`, which no {place} can have")),
        "cookie" => Ok(Place::Cookie(name.to_owned())),
        _ if name.eq_ignore_ascii_case("host") || is_of_the_message(name) => {
            Err(format!("has the name of the header `{name}`, which is not free for a key"))
        }
        _ => Ok(Place::Header(name.to_owned())),
    }
}

/// Where clients get tokens with credentials of their own, if the document says so.
fn token_url(document: &Value, scheme: &Value) -> Option<String> {
    let url = scheme.pointer(TOKEN_URL)?.as_str()?;
    Some(endpoint(url, &of_document(document)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document(security: &Value) -> Value {
        json!({
            "security": [{"bearer": []}],
            "paths": {"/a": {"get": {"security": security}}},
            "components": {"securitySchemes": {
                "bearer": {"type": "http", "scheme": "Bearer"},
                "basic": {"type": "http", "scheme": "basic"},
                "digest": {"type": "http", "scheme": "digest"},
                "header": {"type": "apiKey", "in": "header", "name": "X-Key"},
                "broken": {"type": "apiKey", "in": "header", "name": "X Key"},
                "host": {"type": "apiKey", "in": "header", "name": "Host"},
                "length": {"type": "apiKey", "in": "header", "name": "content-length"},
                "nameless": {"type": "apiKey", "in": "query", "name": ""},
                "crumbs": {"type": "apiKey", "in": "cookie", "name": "a=b; c"},
                "elsewhere": {"type": "apiKey", "in": "body", "name": "key"},
                "odd": {"type": "saml"},
                "query": {"type": "apiKey", "in": "query", "name": "key"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": "sid"},
                "oauth": {"type": "oauth2", "flows": {}},
                "tokens": {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "/token", "scopes": {}}}},
                "mtls": {"type": "http", "scheme": "mutualTLS", "x-mutual-tls": true},
            }},
        })
    }

    #[test]
    fn ways_that_cannot_be_gone_are_left_out() {
        #[track_caller]
        fn check(security: Value, expected: Option<&[&[&str]]>) {
            let document = document(&security);
            let found = alternatives(&document, &document["paths"]["/a"]["get"]);
            let names = |schemes: &Vec<Scheme>| schemes.iter().map(|scheme| scheme.name.clone()).collect::<Vec<_>>();
            let found: Option<Vec<Vec<String>>> = found.map(|all| all.iter().map(names).collect());
            let expected =
                expected.map(|all| all.iter().map(|names| names.iter().map(ToString::to_string).collect()).collect());
            assert_eq!(found, expected, "{security}");
            let is_reported = !super::check(&document).is_empty();
            assert_eq!(is_reported, found.is_none(), "{security}");
        }
        check(json!([]), Some(&[]));
        check(json!([{"header": []}, {"query": [], "cookie": []}]), Some(&[&["header"], &["query", "cookie"]]));
        check(json!([{"digest": []}, {"basic": []}, {}]), Some(&[&["basic"], &[]]));
        check(json!([{"digest": [], "header": []}]), None);
        check(json!([{"bearer": [], "basic": []}]), None);
        check(json!([{"mtls": []}, {"mtls": [], "header": []}]), Some(&[&[], &["header"]]));
        check(json!([{"bearer": [], "header": []}]), Some(&[&["bearer", "header"]]));
        check(json!([{"nobody": []}]), None);
        for scheme in ["broken", "host", "length", "nameless", "crumbs"] {
            check(json!([{scheme: []}]), None);
        }
        check(json!([{"oauth": ["read"]}]), Some(&[&["oauth"]]));
    }

    #[test]
    fn what_clients_cannot_present_is_said_with_the_reason() {
        for (security, expected) in [
            (json!([{"nobody": []}]), "`nobody` is not described"),
            (json!([{"digest": []}]), "`digest` is of the kind `http` with `digest`, which they do not know"),
            (json!([{"broken": []}]), "`broken` has the name `X Key`, which no header can have"),
            (json!([{"crumbs": []}]), "`crumbs` has the name `a=b; c`, which no cookie can have"),
            (json!([{"nameless": []}]), "`nameless` has no name for its query"),
            (
                json!([{"length": []}]),
                "`length` has the name of the header `content-length`, which is not free for a key",
            ),
            (json!([{"bearer": [], "basic": []}]), "`basic` is sent in the place of `bearer`"),
            (
                json!([{"nobody": []}, {"header": [], "host": []}, {"nobody": []}]),
                "`nobody` is not described; `host` has the name of the header `Host`, which is not free for a key",
            ),
            (json!([{"elsewhere": []}]), "`elsewhere` is an API key in `body`, which is no place"),
            (json!([{"odd": []}]), "`odd` is of the kind `saml`, which they do not know"),
        ] {
            let found = check(&document(&security));
            let [only] = found.as_slice() else { panic!("{security}: {found:?}") };
            assert!(only.message.ends_with(&format!("bearer token: {expected}")), "{}", only.message);
            assert_eq!(only.pointer, "/paths/~1a/get/security");
        }
    }

    #[test]
    fn an_operation_asks_for_what_the_document_does_unless_it_says_otherwise() {
        let mut document = document(&json!([{"cookie": []}]));
        let of = |document: &Value| alternatives(document, &document["paths"]["/a"]["get"]).unwrap();
        assert_eq!(of(&document)[0][0].place, Place::Cookie("sid".to_owned()));
        document["paths"]["/a"]["get"] = json!({});
        assert_eq!(of(&document), [[Scheme { name: "bearer".to_owned(), place: Place::Bearer }]]);
        document["paths"]["/a"]["get"] = json!({"security": [{"tokens": []}]});
        document["servers"] = json!([{"url": "https://api.example/v1"}]);
        assert_eq!(of(&document)[0][0].place, Place::OAuth2("https://api.example/token".to_owned()));
        document["security"].take();
        assert_eq!(alternatives(&document, &json!({})), None);
    }
}
