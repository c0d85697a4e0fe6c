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
