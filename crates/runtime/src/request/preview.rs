//! What a request would send and cost.

use std::fmt::{self, Write};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use futures_util::FutureExt;
use http::header::{ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use reqwest::Request;

use crate::call::Call;
use crate::security::credentials;
use crate::{CallOptions, CredentialPlace, Error, Response, Scheme, security};

/// What a command may have as one argument; Linux takes 128 KiB, which is less than elsewhere.
const LONGEST_ARGUMENT: usize = 100 * 1024;

/// Where a call that is only previewed leaves what it would have sent.
pub(crate) type Slot = Arc<OnceLock<Preview>>;

/// A request as it would be sent, and what it would cost. Nothing is sent for it.
///
/// Keys are masked wherever they are; the values of other headers, of parameters and of the body are shown.
#[derive(Clone)]
pub struct Preview {
    method: Method,
    url: String,
    headers: HeaderMap,
    body: Option<Bytes>,
    is_stream: bool,
    credits: Option<u64>,
    /// How the request is let in, and the variable of the shell that each credential is taken from.
    security: Vec<(CredentialPlace, String)>,
}

impl Preview {
    /// The method.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The URL.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The headers, without those that the HTTP library adds for itself, such as `Host`.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body, if there is one and it is no stream.
    #[must_use]
    pub fn body(&self) -> Option<&Bytes> {
        self.body.as_ref()
    }

    /// What an attempt costs by the document, or counts by [`unpriced`](crate::ClientBuilder::unpriced), if anybody
    /// knows.
    #[must_use]
    pub fn credits(&self) -> Option<u64> {
        self.credits
    }

    /// The request as a command for a shell. It takes the key from the environment variable of the platform, and other
    /// credentials from such variables with the names of their schemes behind, and asks for
    /// no compression; everything else is as it would be sent, whatever characters it has. A body that is a stream is
    /// read from the command's standard input.
    #[must_use]
    pub fn curl(&self) -> String {
        let mut line = String::new();
        // No shell takes these bytes as an argument, or no terminal as they are, or no system so many of them.
        let piped = self.body.as_deref().filter(|body| body.len() > LONGEST_ARGUMENT || !is_plain(body));
        if let Some(body) = piped {
            line = format!("printf '{}' | ", octal(body));
        }
        line.push_str("curl --globoff --path-as-is");
        let has_body = self.body.is_some() || self.is_stream;
        match self.method {
            Method::GET if !has_body => {}
            Method::HEAD if !has_body => line.push_str(" --head"),
            // With a body it does not take `--head`, and without that it would wait for what the response says it has.
            Method::HEAD => {
                line.push_str(" --request HEAD --include --ignore-content-length --header 'Connection: close'")
            }
            _ => _ = write!(line, " --request {}", quoted(self.method.as_str().as_bytes())),
        }
        let url = self.write_credentials(&mut line);
        for (name, value) in self.headers.iter().filter(|(name, _)| !self.is_left_out(name)) {
            // An empty value would take the header away.
            let separator = if value.is_empty() { ";" } else { ": " };
            let header = [name.as_str().as_bytes(), separator.as_bytes(), value.as_bytes()].concat();
            _ = write!(line, " --header {}", quoted(&header));
        }
        if has_body && !self.headers.contains_key(CONTENT_TYPE) {
            line.push_str(" --header 'Content-Type:'");
        }
        match &self.body {
            Some(body) if piped.is_none() => _ = write!(line, " --data-raw {}", quoted(body)),
            None if !self.is_stream => {}
            _ => line.push_str(" --data-binary @-"),
        }
        _ = write!(line, " {url}");
        line
    }

    /// Writes the headers that have credentials, and gives the URL with those that it has.
    fn write_credentials(&self, line: &mut String) -> String {
        let mut url = quoted(self.url.as_bytes());
        for (place, variable) in &self.security {
            match place {
                CredentialPlace::Bearer | CredentialPlace::OAuth2(_) => {
                    _ = write!(line, " --header \"Authorization: Bearer ${variable}\"")
                }
                CredentialPlace::Basic => _ = write!(line, " --user \"${variable}\""),
                CredentialPlace::Header(name) => _ = write!(line, " --header \"{name}: ${variable}\""),
                CredentialPlace::Query(name) => {
                    let sign = if self.url.contains('?') { '&' } else { '?' };
                    let own = security::query_pair(name, "");
                    url = format!("{url}{}\"${variable}\"", quoted(format!("{sign}{own}").as_bytes()));
                }
                CredentialPlace::Cookie(name) => {
                    let own = security::cookie_pair(name, "");
                    let others = self.headers.get(COOKIE).and_then(|others| others.to_str().ok());
                    let others = others.map(|others| format!("{others}; ")).unwrap_or_default();
                    let header = quoted(format!("Cookie: {others}{own}").as_bytes());
                    _ = write!(line, " --header {header}\"${variable}\"");
                }
            }
        }
        url
    }

    /// Whether a header is written with the credentials, or by the command itself.
    fn is_left_out(&self, name: &HeaderName) -> bool {
        let is_own = |(place, _): &(CredentialPlace, String)| match place {
            CredentialPlace::Bearer | CredentialPlace::OAuth2(_) | CredentialPlace::Basic => *name == AUTHORIZATION,
            CredentialPlace::Header(own) => name.as_str().eq_ignore_ascii_case(own),
            CredentialPlace::Cookie(_) => *name == COOKIE,
            CredentialPlace::Query(_) => false,
        };
        *name == ACCEPT_ENCODING || self.security.iter().any(is_own)
    }

    /// What a call is about to send.
    pub(crate) fn new(call: &Call, request: &Request, schemes: &[Scheme]) -> Self {
        let key = call.shared.key();
        let masked = |bytes: &[u8]| {
            let mut bytes = bytes.to_vec();
            key.mask_bytes(&mut bytes);
            bytes
        };
        let masked_value = |value: &HeaderValue| HeaderValue::from_bytes(&masked(value.as_bytes())).ok();
        let mut headers = HeaderMap::new();
        for (name, value) in request.headers() {
            headers.extend(masked_value(value).map(|value| (name.clone(), value)));
        }
        // The key is no name and password.
        let has_own = |scheme: &Scheme| key.credential(scheme.name).is_some() || scheme.place == CredentialPlace::Basic;
        for scheme in schemes {
            let shown = if has_own(scheme) { "[redacted]".to_owned() } else { format!("{key:?}") };
            let header = match scheme.place {
                CredentialPlace::Bearer | CredentialPlace::OAuth2(_) => {
                    Some((AUTHORIZATION, format!("Bearer {shown}")))
                }
                CredentialPlace::Basic => Some((AUTHORIZATION, format!("Basic {shown}"))),
                CredentialPlace::Header(name) => HeaderName::from_bytes(name.as_bytes()).ok().map(|name| (name, shown)),
                CredentialPlace::Query(_) | CredentialPlace::Cookie(_) => None,
            };
            let header = header.and_then(|(name, shown)| Some((name, HeaderValue::from_str(&shown).ok()?)));
            headers.extend(header);
        }
        let variable = call.shared.platform.key.variable;
        let variable = |scheme: &Scheme| match has_own(scheme) {
            true => credentials::variable(variable, scheme.name),
            false => variable.to_owned(),
        };
        let body = request.body().map(|body| body.as_bytes());
        Self {
            method: request.method().clone(),
            url: String::from_utf8_lossy(&masked(request.url().as_str().as_bytes())).into_owned(),
            headers,
            body: body.flatten().map(|body| masked(body).into()),
            is_stream: body == Some(None),
            credits: call.shared.credits.price(call.target.credits),
            security: schemes.iter().map(|scheme| (scheme.place, variable(scheme))).collect(),
        }
    }
}

/// Shows the names of headers only, since their values may be secrets, and no body.
impl fmt::Debug for Preview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Preview")
            .field("method", &self.method)
            .field("url", &self.url)
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .field("body_bytes", &self.body.as_ref().map(Bytes::len))
            .field("credits", &self.credits)
            .finish_non_exhaustive()
    }
}

/// Begins a call that ends where it would be sent, so that what is shown is what a call sends.
///
/// # Errors
///
/// Those of a request that cannot be made.
pub fn preview<T, F>(options: &CallOptions, send: impl FnOnce(CallOptions) -> F) -> Result<Preview, Error>
where
    F: Future<Output = Result<Response<T>, Error>>,
{
    let slot = Slot::default();
    let options = options.clone().previewed(Arc::clone(&slot));
    // Nothing waits before a request is sent.
    let ended = send(options).now_or_never();
    match (slot.get(), ended) {
        (Some(preview), _) => Ok(preview.clone()),
        (None, Some(Err(error))) => Err(error),
        (None, _) => Err(Error::configuration("the request was never built")),
    }
}

/// A word of the shell.
fn quoted(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) if is_plain(bytes) => format!("'{}'", text.replace('\'', r"'\''")),
        _ => format!("\"$(printf '{}')\"", octal(bytes)),
    }
}

/// Whether the bytes are text that can be typed.
fn is_plain(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes)
        .is_ok_and(|text| text.chars().all(|character| character == '\n' || !character.is_control()))
}

/// Any bytes, as the format of `printf`.
fn octal(bytes: &[u8]) -> String {
    let mut format = String::new();
    for (index, byte) in bytes.iter().enumerate() {
        match byte {
            // What begins with a dash is an option.
            b'-' if index == 0 => format.push_str("\\055"),
            b' '..=b'~' if !matches!(byte, b'\\' | b'%' | b'\'') => format.push(char::from(*byte)),
            _ => _ = write!(format, "\\{byte:03o}"),
        }
    }
    format
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::{LONGEST_ARGUMENT, octal};
    use crate::test_platform;

    #[test]
    fn what_printf_writes_is_no_option_of_it() {
        assert_eq!(octal(b"-n\x01-"), r"\055n\001-");
    }

    #[test]
    fn a_body_that_is_too_long_for_an_argument_is_piped() {
        let client = test_platform::client();
        for (length, is_piped) in [(LONGEST_ARGUMENT - 2, false), (LONGEST_ARGUMENT - 1, true)] {
            // Two quotes are of the body.
            let preview = client.request(Method::POST, "/v1/x").json(&"x".repeat(length)).preview().unwrap();
            let line = preview.curl();
            assert_eq!(line.starts_with("printf '\"xx"), is_piped, "{length}");
            assert_eq!(line.contains(" --data-binary @-"), is_piped, "{length}");
        }
    }
}
