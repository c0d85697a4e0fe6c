//! Fetches texts over HTTP, within limits of size and time.

use std::io;
use std::time::Duration;

use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, LOCATION};
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

/// What the addresses respond with, one after the other and in their order: a text, or why there is none.
///
/// # Errors
///
/// No request can be made at all.
pub fn fetch(addresses: &[&str], limits: Limits) -> io::Result<Vec<Result<Vec<u8>, String>>> {
    // Only the first call in a process sets it, and every call would set the same.
    _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .no_gzip()
        .timeout(limits.time)
        .user_agent(concat!("keyapi-xtask/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| io::Error::other(format!("the HTTP client cannot be built: {error}")))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(async {
        let mut responses = Vec::new();
        for address in addresses {
            responses.push(text(&client, address, limits).await);
        }
        responses
    }))
}

async fn text(client: &Client, address: &str, limits: Limits) -> Result<Vec<u8>, String> {
    let failed = |error: reqwest::Error| {
        if error.is_timeout() {
            return format!("there is no complete response within {:?}", limits.time);
        }
        format!("cannot be fetched: {}", cause(&error))
    };
    let mut response = client.get(address).send().await.map_err(failed)?;
    check(&response)?;
    let too_large = || format!("the response is larger than {} bytes", limits.bytes);
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        if body.len() + chunk.len() > limits.bytes {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    if is_html(&body) {
        return Err("answers HTML where Markdown was: look whether the page has moved".to_owned());
    }
    Ok(body)
}

/// Refuses what is no text of its own.
fn check(response: &Response) -> Result<(), String> {
    let header = |name| shown(response.headers(), name);
    let status = response.status();
    if status.is_redirection() {
        return Err(format!("redirects to {}: if that is the page, list its address", header(LOCATION)));
    }
    if [404, 410].contains(&status.as_u16()) {
        return Err(format!("answers {status}: the page is gone, so remove its address, or correct it"));
    }
    if status != 200 {
        return Err(format!("answers {status}: try again later"));
    }
    let encoding = header(CONTENT_ENCODING);
    if !encoding.is_empty() && encoding != "identity" {
        return Err(format!("the response is compressed ({encoding}), and nobody asked for that"));
    }
    if header(CONTENT_TYPE).to_ascii_lowercase().starts_with("text/html") {
        return Err("answers HTML where Markdown was: look whether the page has moved".to_owned());
    }
    Ok(())
}

/// A header as it can be shown.
fn shown(headers: &HeaderMap, name: reqwest::header::HeaderName) -> String {
    const MOST: usize = 200;
    let value = headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    value.unwrap_or_default().chars().filter(|c| !c.is_control()).take(MOST).collect()
}

fn is_html(body: &[u8]) -> bool {
    let start: Vec<u8> = body.iter().copied().skip_while(u8::is_ascii_whitespace).take(14).collect();
    let start = start.to_ascii_lowercase();
    start.starts_with(b"<!doctype html") || start.starts_with(b"<html")
}

/// The innermost cause, which says more than that an error happened.
fn cause(error: &reqwest::Error) -> String {
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
