//! Which credentials an operation asks for, and where they are sent.

#[cfg(feature = "oauth2")]
pub(crate) mod client_credentials;
pub(crate) mod credentials;
pub(crate) mod key;
pub(crate) mod key_provider;
pub(crate) mod no_key;
pub(crate) mod secrets;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use http::header::{AUTHORIZATION, COOKIE, HeaderName};
use reqwest::{Request, Url};

use crate::Platform;
use crate::request::parameter_style::{self, Serialization, Style};
use credentials::Credentials;
use key::ApiKey;

/// A security scheme of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Scheme {
    /// What the document calls it.
    pub name: &'static str,
    /// Where its credential is sent.
    pub place: CredentialPlace,
}

/// Where a credential is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CredentialPlace {
    /// `Authorization: Bearer …`
    Bearer,
    /// `Authorization: Bearer …`; a client that has credentials for the token endpoint at this URL gets a token there.
    OAuth2(&'static str),
    /// `Authorization: Basic …`; the credential is a name and a password, with a colon between them.
    Basic,
    /// A header of this name.
    Header(&'static str),
    /// A parameter in the query.
    Query(&'static str),
    /// A cookie.
    Cookie(&'static str),
}

/// Ways to be let in, of which each takes all of its schemes. Where there is none, nothing is asked for.
pub(crate) type Alternatives = &'static [&'static [Scheme]];

/// What an operation asks for of which nothing is said.
pub(crate) const BEARER: Alternatives = &[&[Scheme::new("", CredentialPlace::Bearer)]];

/// What a client has for the one scheme that has no credential of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClientKey<'a> {
    ApiKey,
    /// Tokens of the endpoint at this URL; no text where the document names none.
    Token(&'a str),
    Missing,
}

impl Scheme {
    #[doc(hidden)]
    pub const fn new(name: &'static str, place: CredentialPlace) -> Self {
        Self { name, place }
    }
}

/// The first way for which there is all that it takes. One whose schemes all have credentials of their own comes first:
/// somebody gave them for it. The API key is the credential of one scheme that has none, unless that wants a name and a
/// password; a token is that of one which gets tokens at this endpoint, or of any bearer token where the document names no
/// endpoint. A way that asks for nothing is the last: who is known may be let in further.
///
/// # Errors
///
/// What is missing, in words.
pub(crate) fn chosen(
    alternatives: Alternatives,
    credentials: &Credentials,
    key: ClientKey<'_>,
) -> Result<&'static [Scheme], String> {
    let lacks = |scheme: &&Scheme| credentials::of(credentials, scheme.name).is_none();
    let can_be_the_key = |scheme: &Scheme| match (key, scheme.place) {
        (ClientKey::Missing, _) | (_, CredentialPlace::Basic) => false,
        (ClientKey::ApiKey, _) => true,
        (ClientKey::Token(endpoint), CredentialPlace::OAuth2(url)) => endpoint == url,
        (ClientKey::Token(endpoint), CredentialPlace::Bearer) => endpoint.is_empty(),
        (ClientKey::Token(_), _) => false,
    };
    let is_own = |schemes: &&&[Scheme]| !schemes.is_empty() && !schemes.iter().any(|scheme| lacks(&scheme));
    let is_possible = |schemes: &&&[Scheme]| {
        let mut lacking = schemes.iter().filter(lacks);
        !schemes.is_empty() && lacking.next().is_none_or(can_be_the_key) && lacking.next().is_none()
    };
    let is_open = |schemes: &&&[Scheme]| schemes.is_empty();
    let mut ways = alternatives.iter();
    let way = ways.clone().find(is_own).or_else(|| ways.clone().find(is_possible)).or_else(|| ways.find(is_open));
    if let Some(schemes) = way {
        return Ok(schemes);
    }
    let Some(first) = alternatives.first() else { return Ok(&[]) };
    let lacking: Vec<&Scheme> = first.iter().filter(lacks).collect();
    // What the document says nothing of has no name that anybody knows.
    if key == ClientKey::Missing && lacking.iter().any(|scheme| scheme.name.is_empty()) {
        return Err("the operation asks for a key, and the client has none: set it with `api_key`".to_owned());
    }
    let names: Vec<String> = lacking.iter().map(|scheme| format!("`{}`", scheme.name)).collect();
    let is_basic = lacking.iter().all(|scheme| scheme.place == CredentialPlace::Basic);
    let why = match names.len() {
        _ if key == ClientKey::Missing && !is_basic => {
            "and the client has no key: set it with `api_key`, or others with `credential`"
        }
        1 => "which is a name and a password, and no API key: set it with `credential`",
        _ => "and the API key is one: set the others with `credential`",
    };
    Err(format!("the operation asks for credentials of {}, {why}", names.join(" and ")))
}

/// Where clients get tokens, by the first scheme of the document that says so.
pub(crate) fn endpoint(platform: &Platform) -> Option<&'static str> {
    let mut schemes = platform.operations.iter().flat_map(|operation| operation.security).flat_map(|all| *all);
    schemes.find_map(|scheme| match scheme.place {
        CredentialPlace::OAuth2(url) => Some(url),
        _ => None,
    })
}

/// Whether an operation of the platform is called with the API key, as its schemes have no credentials of their own.
pub(crate) fn takes_the_key(platform: &Platform, credentials: &Credentials) -> bool {
    let mut operations = platform.operations.iter();
    platform.operations.is_empty() || operations.any(|operation| takes_the_key_in(operation.security, credentials))
}

/// Whether an operation that asks for these is called with the API key.
fn takes_the_key_in(security: Alternatives, credentials: &Credentials) -> bool {
    chosen(security, credentials, ClientKey::ApiKey).is_ok_and(|own| take_the_key(own, credentials))
}

/// Whether one of the schemes is called with the API key or a token.
pub(crate) fn take_the_key(schemes: &[Scheme], credentials: &Credentials) -> bool {
    schemes.iter().any(|scheme| credentials::of(credentials, scheme.name).is_none())
}

/// Puts credentials on a request. What it has in their places is replaced.
pub(crate) fn authorize(request: &mut Request, schemes: &[Scheme], key: &ApiKey) {
    for Scheme { name, place } in schemes {
        let own = key.credential(name);
        let secret = own.unwrap_or(key.secret());
        match *place {
            CredentialPlace::Bearer | CredentialPlace::OAuth2(_) if own.is_none() => {
                request.headers_mut().insert(AUTHORIZATION, key.header());
            }
            CredentialPlace::Bearer | CredentialPlace::OAuth2(_) => {
                set(request, AUTHORIZATION, &format!("Bearer {secret}"))
            }
            CredentialPlace::Basic => set(request, AUTHORIZATION, &format!("Basic {}", STANDARD.encode(secret))),
            CredentialPlace::Header(name) => {
                if let Ok(name) = HeaderName::from_bytes(name.as_bytes()) {
                    set(request, name, secret);
                }
            }
            CredentialPlace::Query(name) => {
                let own = query_pair(name, secret);
                let query = with_query(request.url(), name, &own);
                request.url_mut().set_query(Some(&query));
            }
            CredentialPlace::Cookie(name) => {
                let own = cookie_pair(name, secret);
                let others = request.headers().get(COOKIE).and_then(|others| others.to_str().ok());
                let cookies = others.map_or_else(|| own.clone(), |others| format!("{others}; {own}"));
                set(request, COOKIE, &cookies);
            }
        }
    }
}

/// The query of a URL with a pair in the place of those of its name.
pub(crate) fn with_query(url: &Url, name: &str, own: &str) -> String {
    let is_other = |pair: &&str| form_urlencoded::parse(pair.as_bytes()).next().is_some_and(|(other, _)| other != name);
    let others = url.query().unwrap_or_default().split('&').filter(is_other);
    others.chain([own]).collect::<Vec<_>>().join("&")
}

/// A credential in a query. A text has no form that cannot be written.
pub(crate) fn query_pair(name: &str, text: &str) -> String {
    parameter_style::query(&Serialization::new(name, Style::Form, true), &text).unwrap_or_default()
}

/// The same in a cookie.
pub(crate) fn cookie_pair(name: &str, text: &str) -> String {
    parameter_style::cookie(&Serialization::new(name, Style::Form, true), &text).unwrap_or_default()
}

fn set(request: &mut Request, name: HeaderName, value: &str) {
    // Credentials are checked when a client is built.
    if let Ok(mut value) = HeaderValue::from_str(value) {
        value.set_sensitive(true);
        request.headers_mut().insert(name, value);
    }
}
