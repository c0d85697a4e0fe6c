//! Responds to a request with the response that a test has for it.

use http::{Method, header};

use crate::document::router::Match;
use crate::document::{Document, Operation};
use crate::engine::State;
use crate::engine::accept::Accept;
use crate::engine::exchange::draw;
use crate::engine::faults;
use crate::engine::journal::Summary;
use crate::engine::mask::Mask;
use crate::engine::negotiation::{self, Criteria};
use crate::engine::options::Options;
use crate::engine::outcome::{Outcome, Response};
use crate::engine::replay;
use crate::engine::request::Request;
use crate::engine::routing::find;

/// The response comes as late as any other, and a script goes on with it where the request is for an operation. Nothing
/// else of the document matters.
pub(super) fn respond(
    document: &Document,
    options: &Options,
    state: &State,
    request: &Request,
    mask: &Mask<'_>,
    mut response: Response,
) -> (Outcome, Summary) {
    let index = match find(document, request) {
        Match::Operation { index, .. } => Some(index),
        Match::MethodNotAllowed { .. } | Match::NotFound => None,
    };
    let operation = index.map(|index| &document.operations[index]);
    response.documented = operation.is_some_and(|operation| is_documented(operation, request, &response));
    let step = operation.and_then(|operation| state.scripts.take(&operation.name));
    let delay = draw(options, state, step.as_ref());
    let replayed = step.as_ref().and_then(replay::of_overridden);
    let mut outcome = match (operation, step) {
        (Some(operation), Some(step)) => {
            let accept = Accept::read(request.headers());
            let choose = |code: Option<u16>, example: Option<&str>| match (code, example) {
                (None, None) => Ok(response.clone()),
                _ => {
                    let criteria = Criteria { code, example, dynamic: None, accept: accept.clone() };
                    negotiation::negotiate(operation, &criteria).map(|negotiated| negotiated.response)
                }
            };
            faults::inject(&step, document, choose)
                .unwrap_or_else(|problem| Outcome::response(problem.response(document, Some(operation), mask)))
        }
        _ => Outcome::response(response),
    };
    outcome.delay += delay;
    (outcome, Summary { operation: index, step: replayed, ..Summary::default() })
}

/// Whether a response is one that the operation documents.
fn is_documented(operation: &Operation, request: &Request, response: &Response) -> bool {
    let Some(documented) = operation.response(response.status.as_u16()) else { return false };
    let content_type = response.headers.get(header::CONTENT_TYPE).map(|value| value.to_str().unwrap_or_default());
    request.method() == Method::HEAD || documented.describes(content_type, &response.body)
}
