//! The API key, which must never be shown.

use std::borrow::Cow;
use std::fmt;

use http::HeaderValue;

use crate::Error;

/// What is shown in place of a key.
const REDACTED: &str = "sk_live_[redacted]";

/// An API key that passed the checks.
pub(crate) struct ApiKey {
    secret: String,
    header: HeaderValue,
}

impl ApiKey {
    /// Checks a key's form. The messages never repeat the key.
    pub(crate) fn new(secret: String) -> Result<Self, Error> {
        if secret.is_empty() {
            return Err(Error::configuration("the API key is empty: set KEYAPI_TOKEN or call `api_key`"));
        }
        if !secret.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte)) {
            return Err(Error::configuration(
                "the API key contains a character that no key has: pass the bare key, without `Bearer`, quotes or spaces",
            ));
        }
        if secret.strip_prefix("sk_").is_none_or(str::is_empty) {
            return Err(Error::configuration("the API key is malformed: a key has the form `sk_live_…`"));
        }
        let mut header = HeaderValue::from_str(&format!("Bearer {secret}"))
            .map_err(|_| Error::configuration("the API key cannot be sent in a header"))?;
        header.set_sensitive(true);
        Ok(Self { secret, header })
    }

    /// The value of the `Authorization` header, marked sensitive so that no HTTP library logs it.
    pub(crate) fn header(&self) -> HeaderValue {
        self.header.clone()
    }

    /// Masks the key in what a server sent, in case the server echoes it.
    pub(crate) fn mask<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if text.contains(&self.secret) { text.replace(&self.secret, &self.stars()).into() } else { text.into() }
    }

    /// Masks the key in bytes and keeps their number, so that positions stay valid.
    pub(crate) fn mask_bytes(&self, bytes: &mut [u8]) {
        let length = self.secret.len();
        for start in 0..bytes.len().saturating_sub(length - 1) {
            let window = &mut bytes[start..start + length];
            if window == self.secret.as_bytes() {
                window.fill(b'*');
            }
        }
    }

    fn stars(&self) -> String {
        "*".repeat(self.secret.len())
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}
