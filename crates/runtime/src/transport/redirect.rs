//! Redirects, which are followed on the server that they come from and nowhere else, so that the key stays there.

use std::error::Error as StdError;
use std::fmt;

use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, LOCATION, TRANSFER_ENCODING};
use http::{Method, StatusCode};
use reqwest::{Request, Url};

use super::Received;
use super::repeatable;
use crate::call::attempts::URL_LIMIT;

/// How many redirects in a row are followed.
const MAX_REDIRECTS: usize = 5;

/// Who follows redirects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Redirects {
    /// The call: every request is an attempt, and takes a permit.
    ByCall,
    /// The HTTP client that the caller passed. What it leaves is not to be followed.
    ByHttpClient,
}

/// The way of one attempt from the request that it began with.
#[derive(Debug, Default)]
pub(crate) struct RedirectChain {
    /// The first request, once there is another one. Most calls have none, and should not hold room for it.
    start: Option<Box<Request>>,
    visited: Vec<Url>,
    /// How many redirects the call followed, those of earlier attempts included.
    followed: u32,
}

/// Why a redirect is not followed, in words that name no more of a URL than its origin.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NotFollowed(String);

impl RedirectChain {
    /// The request that the response asks for instead of the one that was sent; `None` if it asks for none.
    pub(crate) fn next(
        &mut self,
        sent: &Request,
        received: &Received,
        by: Redirects,
    ) -> Option<Result<Request, NotFollowed>> {
        is_redirect(received).then(|| {
            let target = target(sent.url(), received)?;
            let place = place(&target);
            if !is_followed(received.status) {
                return refuse(format!("it redirects to {place}, and no redirect with this status is followed"));
            }
            if by == Redirects::ByHttpClient {
                return refuse(format!(
                    "it redirects to {place}, which the HTTP client that was passed in does not follow"
                ));
            }
            if target.origin() != sent.url().origin() {
                return refuse(format!("it redirects to {place}, and the key is sent to no other server than its own"));
            }
            if self.visited.len() >= MAX_REDIRECTS {
                let is_loop = target == *sent.url() || self.visited.contains(&target);
                let how = if is_loop { "in a loop" } else { "on and on" };
                return refuse(format!("it redirects {how}: {MAX_REDIRECTS} redirects on {place} were followed"));
            }
            let length = target.as_str().len();
            if length > URL_LIMIT {
                return refuse(format!(
                    "it redirects to {place}, to a URL of {length} bytes, and at most {URL_LIMIT} can be sent"
                ));
            }
            redirected(sent, received.status, target)
                .ok_or_else(|| NotFollowed(format!("it redirects to {place}, and the body cannot be sent again")))
        })
    }

    /// Notes that a redirect is followed.
    pub(crate) fn follow(&mut self, sent: Request) {
        self.visited.push(sent.url().clone());
        self.start.get_or_insert_with(|| Box::new(sent));
        self.followed += 1;
    }

    /// The method that decides whether the attempt may be repeated.
    pub(crate) fn method<'a>(&'a self, sent: &'a Request) -> &'a Method {
        self.start.as_deref().unwrap_or(sent).method()
    }

    /// How many attempts would have been made without redirects.
    pub(crate) fn without_redirects(&self, attempts: u32) -> u32 {
        attempts.saturating_sub(self.followed)
    }

    /// The request to begin again with.
    pub(crate) fn restart(&mut self, sent: Request) -> Request {
        self.visited.clear();
        self.start.take().map_or(sent, |start| *start)
    }
}

impl NotFollowed {
    /// There is no permit or no time for another request.
    pub(crate) fn no_time(target: &Url) -> Self {
        Self(format!("it redirects to {}, and nothing is left for another request", place(target)))
    }
}

impl fmt::Display for NotFollowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl StdError for NotFollowed {}

fn refuse<T>(why: String) -> Result<T, NotFollowed> {
    Err(NotFollowed(why))
}

/// Whether the response sends the caller elsewhere: by its status, or by where that leaves a choice, by a place that it names.
fn is_redirect(received: &Received) -> bool {
    let names_a_place = received.status.is_redirection() && received.headers.contains_key(LOCATION);
    is_followed(received.status) || (names_a_place && received.status != StatusCode::NOT_MODIFIED)
}

fn is_followed(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

fn target(from: &Url, received: &Received) -> Result<Url, NotFollowed> {
    let Some(location) = received.headers.get(LOCATION) else {
        return refuse("it redirects nowhere: the response has no `Location`".to_owned());
    };
    // Servers send it in UTF-8 where it is not ASCII, as browsers take it.
    let location = std::str::from_utf8(location.as_bytes()).ok();
    match location.and_then(|location| from.join(location).ok()) {
        Some(mut url) => {
            // A URL without a host has no room for a name either.
            _ = url.set_username("");
            _ = url.set_password(None);
            url.set_fragment(None);
            Ok(url)
        }
        None => refuse("it redirects nowhere: `Location` is not a URL".to_owned()),
    }
}

fn place(url: &Url) -> String {
    let origin = url.origin();
    if origin.is_tuple() { origin.ascii_serialization() } else { format!("a URL of the scheme `{}`", url.scheme()) }
}

/// The request to another URL; as browsers have it, some statuses make it a `GET` without a body.
fn redirected(sent: &Request, status: StatusCode, target: Url) -> Option<Request> {
    let mut request = repeatable::copy(sent)?;
    *request.url_mut() = target;
    let becomes_get = match status.as_u16() {
        303 => sent.method() != Method::HEAD,
        301 | 302 => sent.method() == Method::POST,
        _ => false,
    };
    if becomes_get {
        *request.method_mut() = Method::GET;
        *request.body_mut() = None;
        for header in [CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING] {
            request.headers_mut().remove(header);
        }
    }
    Some(request)
}
