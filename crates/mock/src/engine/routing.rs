//! The way from a request to the operation that it is for, and to what becomes of it.
//!
//! Natural causes come before switches, and in the order in which the API has them: path, method, credentials,
//! parameters and body, requests per second, then scripts and preferences, then credits.

use std::time::Duration;

use http::{HeaderMap, Method};

use crate::document::router::Match;
use crate::document::{Document, Operation, Role};
use crate::engine::State;
use crate::engine::cors;
use crate::engine::exchange::Exchange;
use crate::engine::journal::Summary;
use crate::engine::mask::Mask;
use crate::engine::options::Options;
use crate::engine::outcome::{Outcome, Response};
use crate::engine::problem::Problem;
use crate::engine::request::{Incoming, Request};
use crate::engine::undocumented::{allowed_methods, empty, no_path, options as options_response, wrong_method};

/// What becomes of a request.
pub(super) fn route<'a>(
    document: &'a Document,
    options: &'a Options,
    state: &'a State,
    incoming: &'a Incoming<'a>,
    mask: &'a Mask<'a>,
    now: Duration,
) -> (Outcome, Summary) {
    let request = incoming.request();
    let method = request.method();
    let (path, query) = (request.uri().path(), request.uri().query().unwrap_or_default());
    if let Some(asked) = cors::preflight(request) {
        return undocumented(cors::allow(request, &asked, &allowed_methods(document, path, query)));
    }
    match find(document, request) {
        Match::Operation { index, values } => {
            incoming.set_path_values(values);
            let operation = operation_for(document, index, request);
            Exchange { document, operation, index, options, state, request: incoming, mask, now }.outcome()
        }
        Match::MethodNotAllowed { allowed } if method == Method::OPTIONS => undocumented(options_response(&allowed)),
        Match::MethodNotAllowed { allowed } => refused(wrong_method(request, &allowed), document, mask),
        Match::NotFound if method == Method::OPTIONS && path == "*" => undocumented(empty(HeaderMap::new())),
        Match::NotFound => refused(no_path(document, path), document, mask),
    }
}

/// The operation that a request is for.
pub(super) fn find<'d>(document: &'d Document, request: &'d Request) -> Match<'d> {
    let (method, uri) = (request.method(), request.uri());
    let (path, query) = (uri.path(), uri.query().unwrap_or_default());
    match document.router().find(path, query, method) {
        // HEAD is GET without the body, and the server leaves the body out.
        Match::MethodNotAllowed { allowed } if method == Method::HEAD && allowed.contains(&&Method::GET) => {
            document.router().find(path, query, &Method::GET)
        }
        found => found,
    }
}

/// The operation at a position, with as much of what was inferred as counts for a request.
fn operation_for<'d>(document: &'d Document, index: usize, request: &Request) -> &'d Operation {
    let published = &document.operations[index];
    if document.role() == Role::MadeUp {
        return published;
    }
    let checked = published.body().is_some() && !request.body().is_empty();
    if checked || published.has_sampled_responses() { document.inferred_operation(index) } else { published }
}

fn undocumented(response: Response) -> (Outcome, Summary) {
    (Outcome::response(response), Summary::default())
}

fn refused(problem: Problem, document: &Document, mask: &Mask<'_>) -> (Outcome, Summary) {
    let refusal = Some(problem.text().to_owned());
    let response = problem.response(document, None, mask);
    (Outcome::response(response), Summary { refusal, ..Summary::default() })
}
