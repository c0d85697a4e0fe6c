//! Requests as text, and what an engine makes of them.
#![allow(dead_code, reason = "every test uses a part of it")]

use std::sync::Arc;

use keyapi_mock::outcome::Response;
use keyapi_mock::{Document, Engine, Request, handle, load};
use serde_json::Value;

/// A document given as YAML.
pub(crate) fn document(yaml: &str) -> Arc<Document> {
    load::text("spec.yaml", yaml).unwrap()
}

/// Reads `METHOD /target`, `Name: value` lines, an empty line and a body.
pub(crate) fn request(text: &str) -> Request {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut lines = head.lines().map(str::trim).filter(|line| !line.is_empty());
    let (method, target) = lines.next().unwrap().split_once(' ').unwrap();
    let headers = lines.map(|line| line.split_once(": ").unwrap());
    let builder = http::Request::builder().method(method).uri(target);
    let builder = headers.fold(builder, |builder, (name, value)| builder.header(name, value));
    builder.body(bytes::Bytes::copy_from_slice(body.as_bytes())).unwrap()
}

#[track_caller]
pub(crate) fn response(engine: &Engine, text: &str) -> Response {
    handle(engine, &request(text)).planned().expect("the request is answered").clone()
}

#[track_caller]
pub(crate) fn body(response: &Response) -> Value {
    serde_json::from_slice(&response.body).expect("the body is JSON")
}

/// The violations header as JSON.
#[track_caller]
pub(crate) fn violations(response: &Response) -> Value {
    serde_json::from_slice(response.headers["sl-violations"].as_bytes()).unwrap()
}
