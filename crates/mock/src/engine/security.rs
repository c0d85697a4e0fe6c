//! Checks a request's credentials.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{AUTHORIZATION, AsHeaderName};

use crate::document::Operation;
use crate::document::security::{Requirement, Scheme, has_form};
use crate::engine::request::Incoming;

/// Whom the limits of a request count for: a digest, so that no key is kept anywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Caller(pub(super) u64);

impl Caller {
    /// A caller without credentials.
    pub(crate) fn anonymous() -> Self {
        Self(DefaultHasher::new().finish())
    }
}

/// Why a request's credentials do not do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    /// What `WWW-Authenticate` should name.
    pub challenges: Vec<&'static str>,
}

/// The rule of the violation that credentials make that do not do.
pub(crate) const RULE: &str = "401";

/// Whether a request has anything in the place of a credential that the operation asks for.
pub(crate) fn presents_any(operation: &Operation, request: &Incoming<'_>) -> bool {
    operation.security.iter().flatten().filter(|scheme| **scheme != Scheme::Unknown).any(|scheme| match scheme {
        Scheme::Bearer { .. } | Scheme::Basic | Scheme::Digest => request.header(AUTHORIZATION).is_some(),
        _ => present(scheme, request).is_ok(),
    })
}

/// Checks a request's credentials against the operation's alternatives.
///
/// Without known keys every well-formed credential does, as nothing can be said about it.
pub(crate) fn check(operation: &Operation, request: &Incoming<'_>, known: &[String]) -> Result<Caller, Refused> {
    let mut challenges = Vec::new();
    if operation.security.is_empty() {
        return Ok(Caller::anonymous());
    }
    for requirement in &operation.security {
        match check_all(operation, requirement, request, known) {
            Ok(caller) => return Ok(caller),
            Err(missing) => challenges.extend(missing),
        }
    }
    Err(Refused { challenges })
}

fn check_all(
    operation: &Operation,
    requirement: &Requirement,
    request: &Incoming<'_>,
    known: &[String],
) -> Result<Caller, Vec<&'static str>> {
    let mut secrets = DefaultHasher::new();
    let mut challenges = Vec::new();
    let mut refused = false;
    for scheme in requirement.iter().filter(|scheme| **scheme != Scheme::Unknown) {
        match present(scheme, request) {
            Ok(secret)
                if is_known(&secret, known) || known.is_empty() && is_well_formed(operation, scheme, &secret) =>
            {
                secret.hash(&mut secrets);
            }
            Ok(_) => {
                refused = true;
                challenges.extend(challenge(scheme));
            }
            Err(missing) => {
                refused = true;
                challenges.extend(missing);
            }
        }
    }
    if refused { Err(challenges) } else { Ok(Caller(secrets.finish())) }
}

fn is_known(secret: &str, known: &[String]) -> bool {
    known.iter().any(|key| key == secret)
}

fn is_well_formed(operation: &Operation, scheme: &Scheme, secret: &str) -> bool {
    match scheme {
        Scheme::Bearer { prefix, .. } => has_form(prefix, secret) || operation.shows_key(secret),
        _ => true,
    }
}

/// The secret that a request presents for a scheme, or what to ask for.
fn present<'r>(scheme: &Scheme, request: &'r Incoming<'_>) -> Result<Cow<'r, str>, Option<&'static str>> {
    let authorization = only_header(request, AUTHORIZATION);
    match scheme {
        Scheme::Bearer { .. } => authorization.and_then(bearer).map(Cow::from).ok_or(challenge(scheme)),
        Scheme::Basic => match authorization.and_then(|text| after_scheme(text, "basic")) {
            None => Err(challenge(scheme)),
            Some(token) => basic(token).map(Cow::from).ok_or(None),
        },
        Scheme::Digest => match authorization.and_then(|text| after_scheme(text, "digest")) {
            None => Err(challenge(scheme)),
            Some(fields) => digest(fields).map(Cow::from).ok_or(None),
        },
        Scheme::HeaderKey(name) => only_header(request, name).filter(|key| !key.is_empty()).map(Cow::from).ok_or(None),
        Scheme::QueryKey(name) => request.query_values(name).next().filter(|key| !key.is_empty()).ok_or(None),
        Scheme::CookieKey(name) => {
            let mut cookies =
                request.cookie_fields().iter().filter(|field| field.name == *name && !field.text.is_empty());
            cookies.next().map(|field| field.text.raw().into()).ok_or(None)
        }
        Scheme::Unknown => Ok(Cow::default()),
    }
}

/// A header that is no list, so that a request may have it once (RFC 9110, section 5.3): of two nobody says which counts.
fn only_header<'r>(request: &Incoming<'r>, name: impl AsHeaderName) -> Option<&'r str> {
    let mut lines = request.headers().get_all(name).iter();
    let (only, None) = (lines.next()?, lines.next()) else { return None };
    only.to_str().ok()
}

fn challenge(scheme: &Scheme) -> Option<&'static str> {
    match scheme {
        Scheme::Bearer { label, .. } => Some(label),
        Scheme::Basic => Some("Basic realm=\"*\""),
        Scheme::Digest => Some("Digest realm=\"*\", nonce=\"abc123\""),
        _ => None,
    }
}

fn bearer(authorization: &str) -> Option<&str> {
    let token = after_scheme(authorization, "bearer")?;
    (!token.is_empty() && !token.contains(char::is_whitespace)).then_some(token)
}

fn basic(token: &str) -> Option<String> {
    let decoded = String::from_utf8(STANDARD.decode(token.trim()).ok()?).ok()?;
    decoded.contains(':').then_some(decoded)
}

fn digest(fields: &str) -> Option<&str> {
    let all = ["username=", "realm=", "nonce=", "uri=", "response="].iter().all(|field| fields.contains(field));
    all.then_some(fields)
}

fn after_scheme<'t>(authorization: &'t str, scheme: &str) -> Option<&'t str> {
    let (given, rest) = authorization.split_once(' ')?;
    given.eq_ignore_ascii_case(scheme).then(|| rest.trim_start())
}
