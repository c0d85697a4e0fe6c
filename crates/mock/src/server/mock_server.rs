//! The front door on httpmock: one line in a test starts it, and single operations can be overridden on it.

use std::ops::Deref;
use std::sync::{Arc, Mutex};

use http::Uri;
use httpmock::{HttpMockRequest, HttpMockResponse, Mock};

use crate::admin;
use crate::document::Document;
use crate::engine::cors;
use crate::engine::outcome::{Action, Outcome, Reply};
use crate::engine::problem::{Kind, Problem};
use crate::engine::request::Request;
use crate::engine::{Engine, Options};
use crate::lock;
use crate::server::limits::Limits;

/// A mock server on a free loopback port.
///
/// All of [`Engine`]'s methods can be called on it. Scripts that end or slow down the connection need an
/// [`HttpServer`](crate::HttpServer).
///
/// Requests have the [`Limits`] of an [`HttpServer`](crate::HttpServer), as far as httpmock hands them on. It reads a body
/// before anyone can refuse it, waits for slow clients as long as they like, takes any number of connections, and itself
/// refuses, without a body, heads of more than 400 KiB or 100 headers (431), and requests whose `Host` is missing or
/// malformed (500, in HTTP/1.0, too).
pub struct MockServer {
    engine: Arc<Engine>,
    httpmock: httpmock::MockServer,
    catch_all: Mutex<usize>,
}

impl std::fmt::Debug for MockServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MockServer").field("url", &self.url()).finish_non_exhaustive()
    }
}

impl MockServer {
    /// Starts a server for a document.
    pub fn start_with(document: Arc<Document>, options: Options) -> Self {
        Self::on(httpmock::MockServer::start(), document, options)
    }

    /// Starts a server for a document without blocking the runtime.
    pub async fn start_async(document: Arc<Document>, options: Options) -> Self {
        Self::on(httpmock::MockServer::start_async().await, document, options)
    }

    /// The server's URL, without a slash at its end.
    pub fn url(&self) -> String {
        self.httpmock.base_url()
    }

    /// Registers mocks that win over the document.
    ///
    /// httpmock asks its mocks in the order of their registration, so the one that answers from the document is
    /// registered anew after those of the closure.
    pub fn overrides<'s, T>(&'s self, register: impl FnOnce(&'s httpmock::MockServer) -> T) -> T {
        let registered = register(&self.httpmock);
        let last = answer_from(&self.engine, &self.httpmock);
        Mock::new(self.keep_last(last), &self.httpmock).delete();
        registered
    }

    /// The server underneath. Mocks that are registered on it directly come after the document; see
    /// [`overrides`](Self::overrides).
    pub fn httpmock(&self) -> &httpmock::MockServer {
        &self.httpmock
    }

    /// Keeps the one of two mocks that was registered last, and returns the other.
    fn keep_last(&self, registered: usize) -> usize {
        let mut catch_all = lock(&self.catch_all);
        let earlier = (*catch_all).min(registered);
        *catch_all = (*catch_all).max(registered);
        earlier
    }

    fn on(httpmock: httpmock::MockServer, document: Arc<Document>, options: Options) -> Self {
        let engine = Arc::new(Engine::new(document, options));
        let catch_all = Mutex::new(answer_from(&engine, &httpmock));
        Self { engine, httpmock, catch_all }
    }
}

impl Deref for MockServer {
    type Target = Engine;

    fn deref(&self) -> &Engine {
        &self.engine
    }
}

impl Drop for MockServer {
    fn drop(&mut self) {
        // httpmock keeps its servers for the next test; without mocks this one answers nobody.
        self.httpmock.reset();
    }
}

/// Registers the one mock that answers everything, and returns its id.
fn answer_from(engine: &Arc<Engine>, httpmock: &httpmock::MockServer) -> usize {
    let engine = Arc::clone(engine);
    let mock = httpmock.mock(|_, then| {
        then.respond_with(move |request: &HttpMockRequest| {
            let request = received(request);
            let body = u64::try_from(request.body().len()).unwrap_or(u64::MAX);
            let outcome = match Limits::default().check(&request, body) {
                Ok(()) => admin::answer(&engine, &request),
                Err(problem) => admin::refuse(&engine, &request, problem),
            };
            response(&engine, &request, outcome)
        });
    });
    mock.id()
}

/// The request as it came: httpmock puts the host in front of the target, and its own conversion panics where a header
/// comes twice.
fn received(request: &HttpMockRequest) -> Request {
    let mut received = Request::new(request.body_bytes());
    let uri = request.uri();
    *received.uri_mut() = uri.path_and_query().cloned().map_or(uri, Uri::from);
    *received.method_mut() = request.method();
    *received.version_mut() = request.version();
    *received.headers_mut() = request.headers();
    received
}

fn response(engine: &Engine, request: &Request, outcome: Outcome) -> HttpMockResponse {
    let reply = match outcome {
        Outcome { delay, action: Action::Reply(reply) } if delay.is_zero() => reply,
        _ => unsupported(engine, request),
    };
    let headers = reply.headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
    let builder = HttpMockResponse::builder().status(reply.status.as_u16());
    headers.fold(builder, |builder, (name, value)| builder.header(name, value)).body(reply.body).build()
}

fn unsupported(engine: &Engine, request: &Request) -> Reply {
    let detail = "httpmock cannot delay or break this reply; use keyapi_mock::HttpServer for that";
    let document = &engine.loaded().document;
    let mut reply = Problem::new(Kind::Unsupported, detail).reply(document, None, &engine.mask(document));
    cors::share(&mut reply, request.headers());
    reply
}
