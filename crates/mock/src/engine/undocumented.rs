//! Requests for no documented operation: preflights, `OPTIONS`, unknown paths and methods.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use serde_json::json;

use crate::document::Document;
use crate::document::router::Match;
use crate::engine::outcome::Response;
use crate::engine::problem::{Kind, Problem};
use crate::engine::request::Request;

/// The response to `OPTIONS` for a path of the methods given.
pub(super) fn options(documented: &[&Method]) -> Response {
    let mut headers = HeaderMap::new();
    let allowed = HeaderValue::from_str(&with_implied(documented).join(", "));
    headers.insert(header::ALLOW, allowed.unwrap_or(HeaderValue::from_static("OPTIONS")));
    empty(headers)
}

/// A response without content.
pub(super) fn empty(headers: HeaderMap) -> Response {
    Response { status: StatusCode::NO_CONTENT, headers, body: Bytes::new(), documented: false }
}

/// The refusal of a path that is not documented.
pub(super) fn no_path(document: &Document, path: &str) -> Problem {
    /// Nobody reads more of a path than this.
    const LONGEST: usize = 512;
    let nearest = document.router().nearest(path);
    let path: String = path.chars().take(LONGEST).collect();
    let hint = nearest.map(|nearest| format!("; the nearest documented path is {nearest}")).unwrap_or_default();
    let mut problem =
        Problem::new(Kind::NoPath, format!("The route {path} hasn't been found in the specification file"))
            .message(format!("There is no operation at {path}{hint}"));
    if let Some(nearest) = nearest {
        problem = problem.with("nearest", json!(nearest));
    }
    problem
}

/// The refusal of a method that is not documented.
pub(super) fn wrong_method(request: &Request, documented: &[&Method]) -> Problem {
    let allowed = with_implied(documented).join(", ");
    let (path, method) = (request.uri().path(), request.method());
    let lower = method.as_str().to_ascii_lowercase();
    let detail = format!("The route {path} has been matched, but it does not have \"{lower}\" method defined");
    Problem::new(Kind::NoMethod, detail)
        .message(format!("{method} is not allowed at {path}; the documented methods are {allowed}"))
        .header(header::ALLOW, allowed)
}

/// The methods of a path; of one that is not documented, or documents it, `OPTIONS` alone.
pub(super) fn allowed_methods<'d>(document: &'d Document, path: &'d str, query: &'d str) -> Vec<&'d str> {
    match document.router().find(path, query, &Method::OPTIONS) {
        Match::MethodNotAllowed { allowed } => with_implied(&allowed),
        _ => vec!["OPTIONS"],
    }
}

fn with_implied<'d>(documented: &[&'d Method]) -> Vec<&'d str> {
    let mut allowed: Vec<&str> = documented.iter().map(|method| method.as_str()).collect();
    for (method, implied) in [("HEAD", allowed.contains(&"GET")), ("OPTIONS", true)] {
        if implied && !allowed.contains(&method) {
            allowed.push(method);
        }
    }
    allowed
}
