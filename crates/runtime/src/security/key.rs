//! The API key, which must never be shown.

use std::fmt;
use std::sync::Arc;

use http::HeaderValue;

use super::credentials::{self, Credentials, SHORTEST};
use super::secrets::{self, Secrets};
use crate::error::display_text::{DisplayText, is_blank};
use crate::{Error, Platform};

/// Where a key came from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum KeySource {
    /// The caller passed it to the builder.
    Builder,
    /// It was in the environment.
    Environment,
    /// The function that the caller passed to the builder gave it.
    Provider,
    /// The token endpoint gave it.
    #[cfg_attr(not(feature = "oauth2"), allow(dead_code, reason = "nobody asks for tokens"))]
    Token,
}

/// An API key that passed the checks.
pub(crate) struct ApiKey {
    platform: &'static Platform,
    secret: String,
    header: HeaderValue,
    /// The keys before this one, which responses and errors may still repeat; the latest first.
    earlier: Vec<String>,
    /// What else is masked: those and the other credentials, and all in encodings of the whole.
    others: Vec<String>,
    /// The credentials of schemes that have one of their own, by the names of the schemes.
    credentials: Credentials,
}

/// How many keys before the present one are masked.
const KEPT_EARLIER: usize = 4;

impl ApiKey {
    /// Checks a key's form. The messages never repeat the key, and say where it came from.
    pub(crate) fn new(platform: &'static Platform, secret: String, source: KeySource) -> Result<Self, Error> {
        let form = platform.key;
        // A token has any form.
        let is_token = matches!(source, KeySource::Token);
        let remedy = match source {
            KeySource::Builder | KeySource::Environment => format!("set {} or call `api_key`", form.variable),
            KeySource::Provider => "let the function return a key, or an error where there is none".to_owned(),
            KeySource::Token => "ask whoever runs the endpoint".to_owned(),
        };
        let source = match source {
            KeySource::Builder => "the argument of `api_key`",
            KeySource::Environment => form.variable,
            KeySource::Provider => "the function passed to `key_provider`",
            KeySource::Token => "the token endpoint",
        };
        let wrong = |what: &str| Err(Error::configuration(format!("the API key {what} (it came from {source})")));
        if secret.chars().all(is_blank) {
            return wrong(&format!("is empty: {remedy}"));
        }
        if secret.starts_with(is_blank) || secret.ends_with(is_blank) {
            return wrong(
                "begins or ends with white space or a control character, a character that no key has: a line break at the \
                 end of a file or a variable is often the cause, so trim the key before it is passed",
            );
        }
        if !secret.chars().all(secrets::is_key_character) {
            return wrong(
                "contains a character that no key has: pass the bare key, without `Bearer`, quotes or spaces",
            );
        }
        if !is_token && secret.strip_prefix(form.prefix).is_none_or(str::is_empty) {
            return wrong(&format!("is malformed: a key has the form `{}…`", form.documented_prefix));
        }
        let Ok(mut header) = HeaderValue::from_str(&format!("Bearer {secret}")) else {
            return wrong("cannot be sent in a header");
        };
        header.set_sensitive(true);
        let others = secrets::encodings(&secret);
        Ok(Self { platform, secret, header, earlier: Vec::new(), others, credentials: Arc::default() })
    }

    /// What stands for a key that nobody was asked for yet. It is never sent.
    pub(crate) fn unknown(platform: &'static Platform) -> Self {
        let (header, earlier, others) = (HeaderValue::from_static(""), Vec::new(), Vec::new());
        Self { platform, secret: String::new(), header, earlier, others, credentials: Arc::default() }
    }

    /// The key with other credentials beside it.
    pub(crate) fn beside(mut self, credentials: &Credentials) -> Self {
        for (_, credential) in credentials.iter() {
            for secret in parts(credential) {
                self.others.extend([vec![secret.to_owned()], secrets::encodings(secret)].concat());
            }
        }
        self.credentials = Arc::clone(credentials);
        self
    }

    /// The key, with something else that is masked.
    pub(crate) fn masking(mut self, secret: &str) -> Self {
        if secret.len() >= SHORTEST {
            self.others.extend([vec![secret.to_owned()], secrets::encodings(secret)].concat());
        }
        self
    }

    /// The credential of a scheme that has one of its own.
    pub(crate) fn credential(&self, scheme: &str) -> Option<&str> {
        credentials::of(&self.credentials, scheme)
    }

    pub(crate) fn platform(&self) -> &'static Platform {
        self.platform
    }

    pub(crate) fn is_unknown(&self) -> bool {
        self.secret.is_empty()
    }

    /// The key with another one before it.
    pub(crate) fn after(mut self, before: &Self) -> Self {
        let keys = [&before.secret].into_iter().chain(&before.earlier).filter(|key| !key.is_empty());
        self.earlier = keys.take(KEPT_EARLIER).cloned().collect();
        for key in &self.earlier {
            self.others.extend([vec![key.clone()], secrets::encodings(key)].concat());
        }
        self
    }

    /// The value of the `Authorization` header, marked sensitive so that no HTTP library logs it.
    pub(crate) fn header(&self) -> HeaderValue {
        self.header.clone()
    }

    /// The key itself, for what sends it, and for what looks for it in other forms.
    pub(crate) fn secret(&self) -> &str {
        &self.secret
    }

    /// All that was sent: the key and the credentials beside it.
    #[cfg(feature = "recorder")]
    pub(crate) fn all_secrets(&self) -> impl Iterator<Item = &str> {
        [self.secret.as_str()].into_iter().chain(self.credentials.iter().flat_map(|(_, credential)| parts(credential)))
    }

    /// Makes text of a server or a caller fit to be shown.
    pub(crate) fn display_text(&self, text: &str) -> DisplayText {
        DisplayText::new(text, self.secrets())
    }

    /// The same with another limit than that of messages.
    pub(crate) fn display_text_up_to(&self, text: &str, limit: usize) -> DisplayText {
        DisplayText::bounded(text, self.secrets(), limit)
    }

    /// Masks keys in bytes and keeps their number, so that positions stay valid.
    pub(crate) fn mask_bytes(&self, bytes: &mut [u8]) {
        secrets::mask(bytes, self.secrets());
    }

    fn secrets(&self) -> Secrets<'_> {
        Secrets { others: &self.others, ..self.platform.secrets(Some(&self.secret)) }
    }
}

/// A credential, and its password, which is no less secret without the name before it.
fn parts(credential: &str) -> impl Iterator<Item = &str> {
    let password = credential.split_once(':').map(|(_, password)| password);
    [Some(credential), password].into_iter().flatten().filter(|secret| secret.len() >= SHORTEST)
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[redacted]", self.platform.key.documented_prefix)
    }
}
