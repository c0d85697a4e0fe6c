//! Requests over HTTP whose responses are a stranger's: within limits of size and time, without redirects, repeats and
//! decompression.

use std::error::Error;
use std::io;
use std::time::Duration;

use reqwest::header::{CONTENT_ENCODING, HeaderMap, HeaderName};
use reqwest::{Client, Response};

/// What a response may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The most bytes of a body.
    pub bytes: usize,
    /// The longest time from the request to the end of the body.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 4 * 1024 * 1024, time: Duration::from_secs(30) }
    }
}

/// Whose proxies are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proxies {
    /// Those of the environment.
    Environment,
    /// Nobody's: a server on this machine is behind none.
    None,
}

/// A client that sends each request once.
///
/// # Errors
///
/// No request can be made at all.
pub(crate) fn client(limits: Limits, proxies: Proxies) -> io::Result<Client> {
    // Only the first call in a process sets it, and every call would set the same.
    _ = rustls::crypto::ring::default_provider().install_default();
    let builder = match proxies {
        Proxies::Environment => Client::builder(),
        Proxies::None => Client::builder().no_proxy(),
    };
    builder
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .no_gzip()
        .timeout(limits.time)
        .user_agent(concat!("keyapi-xtask/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| io::Error::other(format!("the HTTP client cannot be built: {error}")))
}

/// Whether nobody on the way can read or change what is sent: it is encrypted, or stays on this machine.
pub(crate) fn is_private(url: &str) -> bool {
    let Ok(url) = reqwest::Url::parse(url) else { return false };
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let is_loopback = host == "localhost" || host.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback());
    url.scheme() == "https" || url.scheme() == "http" && is_loopback
}

/// Whether a URL has what paths cannot be appended to, or what nobody is to read: a query, a fragment, or credentials.
pub(crate) fn is_more_than_a_base(url: &str) -> bool {
    let is_more = |url: reqwest::Url| {
        let has_credentials = !url.username().is_empty() || url.password().is_some();
        has_credentials || url.query().is_some() || url.fragment().is_some()
    };
    reqwest::Url::parse(url).is_ok_and(is_more)
}

/// The body of a response.
///
/// # Errors
///
/// It breaks off, or is larger than it may be, or is compressed.
pub(crate) async fn body(mut response: Response, limits: Limits) -> Result<Vec<u8>, String> {
    let encoding = shown(response.headers(), CONTENT_ENCODING);
    if !encoding.is_empty() && encoding != "identity" {
        return Err(format!("the response is compressed ({encoding}), and nobody asked for that"));
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failed(&error, limits))? {
        if body.len() + chunk.len() > limits.bytes {
            return Err(format!("the response is larger than {} bytes", limits.bytes));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Why there is no complete response.
pub(crate) fn failed(error: &reqwest::Error, limits: Limits) -> String {
    if error.is_timeout() {
        return format!("there is no complete response within {:?}", limits.time);
    }
    // The innermost cause says more than that an error happened.
    let mut innermost: &dyn Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    format!("cannot be fetched: {innermost}")
}

/// A header as it can be shown.
pub(crate) fn shown(headers: &HeaderMap, name: HeaderName) -> String {
    const MOST: usize = 200;
    let value = headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    value.unwrap_or_default().chars().filter(|c| !c.is_control()).take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_is_scheme_host_and_path() {
        for url in ["https://x.io", "http://127.0.0.1:4010/a/b/", "/a", ""] {
            assert!(!is_more_than_a_base(url), "{url}");
        }
        for url in ["http://x.io/?a=1", "http://x.io?", "http://x.io#", "http://u@x.io", "http://:p@x.io/a"] {
            assert!(is_more_than_a_base(url), "{url}");
        }
    }

    #[test]
    fn what_is_sent_is_encrypted_or_stays_here() {
        for (url, expected) in [
            ("https://api.x.io/a", true),
            ("http://127.0.0.1:4010/a", true),
            ("http://[::1]/a", true),
            ("http://localhost/a", true),
            ("http://localhost.x.io/a", false),
            ("http://api.x.io/a", false),
            ("http://127.0.0.1:80@x.io/a", false),
            ("ftp://127.0.0.1/a", false),
            ("/a", false),
        ] {
            assert_eq!(is_private(url), expected, "{url}");
        }
    }
}
