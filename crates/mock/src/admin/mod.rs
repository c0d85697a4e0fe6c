//! The admin interface: health, journal, scripts, coverage and reset under one prefix.

mod journal;
pub(crate) mod page;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::document::Document;
use crate::document::operation_info::OperationInfo;
use crate::engine::cors;
use crate::engine::mask::Mask;
use crate::engine::options::Admin;
use crate::engine::outcome::{Outcome, Response};
use crate::engine::problem::Problem;
use crate::engine::request::{Request, owned_pairs};
use crate::engine::step::Step;
use crate::engine::{Engine, Loaded};

/// The prefix of all its paths.
pub(crate) const PREFIX: &str = "/__mock";

/// Answers a request without a connection: the admin interface those under its prefix, and the engine all others.
///
/// It is for a server of one's own; `MockServer` is one already.
///
/// ```
/// use keyapi_mock::{Engine, Options, handle, load};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let document = load::text("api.yaml", "{openapi: 3.0.3, paths: {/ping: {get: {responses: {'204': {}}}}}}")?;
/// let engine = Engine::new(document, Options::default());
/// let outcome = handle(&engine, &http::Request::get("/ping").body(bytes::Bytes::new())?);
/// assert_eq!(outcome.status(), Some(http::StatusCode::NO_CONTENT));
/// # Ok(())
/// # }
/// ```
pub fn handle(engine: &Engine, request: &Request) -> Outcome {
    if !is_for_admin(engine, request) {
        return engine.handle(request);
    }
    let mut response = route(engine, &engine.loaded(), request);
    cors::vary(&mut response.headers);
    Outcome::response(response)
}

/// Refuses a request that a server does not let in. The journal leaves out those for the admin interface.
pub(crate) fn refuse(engine: &Engine, request: &Request, problem: Problem) -> Outcome {
    if is_for_admin(engine, request) {
        return Outcome::response(engine.refusal(request, problem));
    }
    engine.refuse(request, problem)
}

/// Whether a request is for the admin interface.
pub(crate) fn is_for_admin(engine: &Engine, request: &Request) -> bool {
    engine.options().admin == Admin::On && is_for(request.uri().path())
}

/// Whether a path is the admin interface's.
fn is_for(path: &str) -> bool {
    path.strip_prefix(PREFIX).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn route(engine: &Engine, loaded: &Loaded, request: &Request) -> Response {
    let path = request.uri().path().strip_prefix(PREFIX).unwrap_or_default();
    let query = owned_pairs(request.uri().query().unwrap_or_default().as_bytes());
    let mask = engine.mask_of(&loaded.document, request);
    let asked = |name: &str| query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_ref());
    // HEAD is GET without the body, and the server leaves the body out.
    let method = if request.method() == Method::HEAD { &Method::GET } else { request.method() };
    match (method, path) {
        (&Method::GET, "" | "/") => page(page::overview(engine, loaded)),
        (&Method::GET, "/page.css") => text(StatusCode::OK, "text/css; charset=utf-8", page::STYLE.to_owned()),
        (&Method::GET, "/page.js") => text(StatusCode::OK, "text/javascript; charset=utf-8", page::SCRIPT.to_owned()),
        (&Method::GET, "/health") => json(StatusCode::OK, &health(engine, loaded)),
        (&Method::GET, "/openapi.json") => {
            json(StatusCode::OK, &loaded.document.inferred().source().outline().to_value())
        }
        (&Method::GET, "/operations") => json(StatusCode::OK, &operations(&loaded.document)),
        (&Method::GET, "/journal") => journal::show(engine, loaded, request.headers(), &asked),
        (&Method::DELETE, "/journal") => {
            engine.state().journal.reset();
            done()
        }
        (&Method::GET, "/scripts") => json(StatusCode::OK, &scripts(engine, &mask)),
        (&Method::POST, "/scripts") => add_script(engine, request.body(), &mask),
        (&Method::DELETE, "/scripts") => {
            engine.state().scripts.reset();
            done()
        }
        (&Method::GET, "/coverage") => coverage(loaded, asked("format").unwrap_or("json")),
        (&Method::POST, "/reset") => {
            engine.reset();
            done()
        }
        _ => match methods(path) {
            Some(methods) => {
                let detail = format!("{} is not for {PREFIX}{path}, only {methods}", request.method());
                let mut response = refused(StatusCode::METHOD_NOT_ALLOWED, &mask.text(&detail));
                response.headers.insert(header::ALLOW, HeaderValue::from_static(methods));
                response
            }
            None => refused(
                StatusCode::NOT_FOUND,
                "the admin interface has /health, /openapi.json, /operations, /journal, /scripts, /coverage and /reset",
            ),
        },
    }
}

/// The methods of a path of the admin interface.
fn methods(path: &str) -> Option<&'static str> {
    Some(match path {
        "" | "/" | "/page.css" | "/page.js" | "/health" | "/openapi.json" | "/operations" | "/coverage" => "GET, HEAD",
        "/journal" => "GET, HEAD, DELETE",
        "/scripts" => "GET, HEAD, POST, DELETE",
        "/reset" => "POST",
        _ => return None,
    })
}

fn health(engine: &Engine, loaded: &Loaded) -> Value {
    json!({
        "status": "ok",
        "title": loaded.document.title,
        "operations": loaded.document.operations.len(),
        "requests": engine.state().journal.count(),
        "journal_bytes": engine.state().journal.bytes(),
    })
}

fn operations(document: &Document) -> Value {
    let operations = OperationInfo::list(document);
    let describe = |operation: &OperationInfo| {
        json!({
            "name": operation.name,
            "former": operation.former,
            "method": operation.method.as_str(),
            "path": operation.path,
            "summary": operation.summary,
            "credits": operation.credits,
            "parameters": operation.parameters.iter().map(|parameter| json!({
                "name": parameter.name,
                "in": parameter.location,
                "example": parameter.example,
            })).collect::<Vec<_>>(),
            "statuses": operation.statuses.iter().map(|status| json!({
                "code": status.code,
                "examples": status.examples.iter().map(|(media_type, name, _)| json!({
                    "mediaType": media_type,
                    "name": name,
                })).collect::<Vec<_>>(),
            })).collect::<Vec<_>>(),
        })
    };
    Value::Array(operations.iter().map(describe).collect())
}

fn scripts(engine: &Engine, mask: &Mask<'_>) -> Value {
    let waiting = engine.state().scripts.waiting(mask);
    let describe = |(operation, steps): (String, Vec<String>)| json!({ "operation": if operation.is_empty() { "*" } else { &operation }, "steps": steps });
    Value::Array(waiting.into_iter().map(describe).collect())
}

/// A script as clients send it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewScript {
    /// The operation; any where it is left out.
    #[serde(default = "any")]
    operation: String,
    /// The steps, as text or, for statuses, as numbers.
    steps: Vec<Value>,
}

fn any() -> String {
    "*".to_owned()
}

fn add_script(engine: &Engine, body: &[u8], mask: &Mask<'_>) -> Response {
    let refuse = |error: &str| refused(StatusCode::BAD_REQUEST, &mask.text(error));
    let script: NewScript = match serde_json::from_slice(body) {
        Ok(script) => script,
        Err(error) => return refuse(&error.to_string()),
    };
    let steps = script.steps.iter().map(|step| step.as_str().map_or_else(|| step.to_string(), str::to_owned));
    let steps: Result<Vec<Step>, String> = steps.map(|step| step.parse()).collect();
    match steps {
        Err(error) => refuse(&error),
        Ok(steps) => match engine.script(&script.operation, steps) {
            Ok(()) => done(),
            Err(error) => refuse(&error.to_string()),
        },
    }
}

fn coverage(loaded: &Loaded, format: &str) -> Response {
    let report = loaded.report();
    match format {
        "json" => json(StatusCode::OK, &json!(report)),
        "text" => text(StatusCode::OK, "text/plain; charset=utf-8", report.to_text()),
        "html" => page(page::coverage(&report)),
        _ => refused(StatusCode::BAD_REQUEST, "the formats are json, text and html"),
    }
}

/// A page, which loads nothing from elsewhere and runs no script but its own, whatever is shown on it.
fn page(html: String) -> Response {
    let mut response = text(StatusCode::OK, "text/html; charset=utf-8", html);
    let headers = [
        (header::CONTENT_SECURITY_POLICY, page::POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    response.headers.extend(headers.map(|(name, value)| (name, HeaderValue::from_static(value))));
    response
}

fn json(status: StatusCode, value: &Value) -> Response {
    text(status, "application/json", value.to_string())
}

fn refused(status: StatusCode, detail: &str) -> Response {
    let title = status.canonical_reason().unwrap_or_default();
    let body = json!({ "type": "about:blank", "title": title, "status": status.as_u16(), "detail": detail });
    text(status, "application/problem+json", body.to_string())
}

fn done() -> Response {
    Response { status: StatusCode::NO_CONTENT, headers: HeaderMap::new(), body: Bytes::new(), documented: false }
}

fn text(status: StatusCode, media_type: &'static str, body: String) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Response { status, headers, body: Bytes::from(body), documented: false }
}
