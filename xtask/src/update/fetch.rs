//! Fetches texts over HTTP.

use std::io;

use reqwest::header::{CONTENT_TYPE, LOCATION};
use reqwest::{Client, Response};

pub use crate::http::Limits;
use crate::http::{Proxies, body, client, failed, shown};

/// What the addresses respond with, one after the other and in their order: a text, or why there is none.
///
/// # Errors
///
/// No request can be made at all.
pub fn fetch(addresses: &[&str], limits: Limits) -> io::Result<Vec<Result<Vec<u8>, String>>> {
    let client = client(limits, Proxies::Environment)?;
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
    let response = client.get(address).send().await.map_err(|error| failed(&error, limits))?;
    check(&response)?;
    let body = body(response, limits).await?;
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
    if header(CONTENT_TYPE).to_ascii_lowercase().starts_with("text/html") {
        return Err("answers HTML where Markdown was: look whether the page has moved".to_owned());
    }
    Ok(())
}

fn is_html(body: &[u8]) -> bool {
    let start: Vec<u8> = body.iter().copied().skip_while(u8::is_ascii_whitespace).take(14).collect();
    let start = start.to_ascii_lowercase();
    start.starts_with(b"<!doctype html") || start.starts_with(b"<html")
}
