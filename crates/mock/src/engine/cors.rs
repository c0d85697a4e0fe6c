//! Cross-origin resource sharing, as browsers ask for it: pages of every origin may call the API, and none of them the
//! admin interface.
//!
//! Responses mirror the origin and allow credentials, under which `*` would be a name like any other; so all lists have
//! names.

use bytes::Bytes;
use http::header::Entry;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};

use crate::engine::outcome::Response;
use crate::engine::request::Request;

const PREFIX: &str = "access-control-";

/// The method that a preflight request asks for; nothing where the request is no preflight.
pub(crate) fn preflight(request: &Request) -> Option<Method> {
    if request.method() != Method::OPTIONS {
        return None;
    }
    let asked = request.headers().get(header::ACCESS_CONTROL_REQUEST_METHOD)?;
    Method::from_bytes(asked.as_bytes()).ok()
}

/// Allows what a preflight request asks for, documented or not, so that the page sees how the API itself refuses it.
pub(crate) fn allow(request: &Request, asked: &Method, methods: &[&str]) -> Response {
    let mut methods = methods.to_vec();
    if !methods.contains(&asked.as_str()) {
        methods.push(asked.as_str());
    }
    let names = request.headers().get_all(header::ACCESS_CONTROL_REQUEST_HEADERS).iter();
    let names = names.filter_map(|names| names.to_str().ok()).flat_map(|names| names.split(',')).map(str::trim);
    let names: Vec<&str> = names.filter(|name| HeaderName::from_bytes(name.as_bytes()).is_ok()).collect();
    let mut headers = HeaderMap::new();
    insert_list(&mut headers, header::ACCESS_CONTROL_ALLOW_METHODS, methods);
    insert_list(&mut headers, header::ACCESS_CONTROL_ALLOW_HEADERS, names);
    Response { status: StatusCode::NO_CONTENT, headers, body: Bytes::new(), documented: false }
}

/// Lets the page that a request comes from read the response.
pub(crate) fn share(response: &mut Response, request: &HeaderMap) {
    vary(&mut response.headers);
    let Some(origin) = request.get(header::ORIGIN) else { return };
    response.headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    response.headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    let names = response.headers.keys().map(HeaderName::as_str);
    let names = names.filter(|name| !name.starts_with(PREFIX) && *name != header::SET_COOKIE);
    // The server itself adds the date.
    let names: Vec<String> = names.chain(["date"]).map(str::to_owned).collect();
    insert_list(
        &mut response.headers,
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        names.iter().map(String::as_str).collect(),
    );
}

/// Says that the response depends on the origin, which holds for one to a request without an origin, too.
pub(crate) fn vary(headers: &mut HeaderMap) {
    if let Entry::Vacant(none) = headers.entry(header::VARY) {
        none.insert(HeaderValue::from_static("Origin"));
        return;
    }
    let said = headers.get_all(header::VARY).iter().filter_map(|value| value.to_str().ok());
    let mut names: Vec<String> = said.flat_map(|names| names.split(',')).map(|name| name.trim().to_owned()).collect();
    if names.iter().any(|name| name == "*" || name.eq_ignore_ascii_case("origin")) {
        return;
    }
    names.push("Origin".to_owned());
    insert_list(headers, header::VARY, names.iter().map(String::as_str).collect());
}

/// Inserts a list of names; none where the list is empty. A wildcard is no name.
fn insert_list(headers: &mut HeaderMap, name: HeaderName, mut names: Vec<&str>) {
    names.retain(|name| *name != "*" && !name.is_empty());
    if names.is_empty() {
        return;
    }
    if let Ok(value) = HeaderValue::from_str(&names.join(", ")) {
        headers.insert(name, value);
    }
}
