//! Why a request for a documented operation is refused, and the documented response for that where there is one.

use http::{HeaderValue, header};
use keyapi_spec::message::media_type::is_json;
use serde_json::json;

use crate::document::envelope;
use crate::document::violation::{Side, Violation};
use crate::engine::exchange::Exchange;
use crate::engine::negotiation::{self, Criteria, Negotiated};
use crate::engine::outcome::Response;
use crate::engine::problem::{Kind, Problem};
use crate::engine::quota::MOST_CALLERS;
use crate::engine::request::has_content_coding;
use crate::engine::security::{Caller, Refused};
use crate::engine::validation;

/// The content coding that is read: none.
const UNCODED: &str = "identity";

impl Exchange<'_> {
    /// Why the request is refused; nothing where nothing is wrong with it.
    pub(super) fn refuse(
        &self,
        credentials: &Result<Caller, Refused>,
        violations: &[Violation],
        criteria: &Criteria<'_>,
    ) -> Option<Problem> {
        let first = violations.iter().find(|violation| violation.is_error())?;
        let unsupported = violations.iter().find(|violation| violation.rule == validation::body::UNSUPPORTED);
        let statuses: &[u16] = match (credentials, unsupported) {
            (Err(_), _) => &[401],
            (Ok(_), Some(_)) => &[415, 422, 400],
            (Ok(_), None) => &[422, 400],
        };
        let challenge = match credentials {
            Err(refused) if !refused.challenges.is_empty() => Some(refused.challenges.join(",")),
            _ => None,
        };
        // Nothing that the document says about its media types is wrong with a body that is compressed.
        let is_coded = credentials.is_ok() && unsupported.is_some() && has_content_coding(self.request.headers());
        let own = || match (credentials, unsupported) {
            (Err(_), _) => unauthorized(challenge.as_deref()),
            (Ok(_), Some(violation)) => {
                let problem = Problem::new(Kind::UnsupportedMediaType, &violation.message);
                if is_coded { problem.header(header::ACCEPT_ENCODING, UNCODED) } else { problem }
            }
            (Ok(_), None) => unprocessable(violations),
        };
        let message =
            if credentials.is_err() { "The API key is missing or wrong".to_owned() } else { first.explanation() };
        let documented = match negotiation::refuse(self.operation, statuses, criteria) {
            Some(Ok(negotiated)) => negotiated,
            Some(Err(problem)) if problem.kind() == Kind::NotFound => return Some(problem),
            _ => return Some(own().message(message)),
        };
        let mut response = if credentials.is_ok() { self.explained(documented, first) } else { documented.response };
        if let Some(value) = challenge.and_then(|challenge| HeaderValue::from_str(&challenge).ok()) {
            response.headers.insert(header::WWW_AUTHENTICATE, value);
        }
        if is_coded {
            response.headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(UNCODED));
        }
        Some(Problem::new(Kind::Unprocessable, message).documented(response))
    }

    /// In an API with an envelope, the documented error names the parameter that is meant.
    fn explained(&self, documented: Negotiated<'_>, violation: &Violation) -> Response {
        let mut response = documented.response;
        let is_json =
            response.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(is_json);
        if let (true, Some(envelope), Some(example)) = (is_json, &self.document.envelope, documented.example) {
            response.body =
                envelope::with_message(envelope, example.value(), &violation.explanation()).to_string().into();
        }
        response
    }

    /// Lets a problem be responded with the documented response of its status, where there is one.
    pub(super) fn documented_or(&self, status: u16, own: Problem, criteria: &Criteria<'_>) -> Problem {
        let plain = Criteria { code: None, example: None, ..criteria.clone() };
        match negotiation::refuse(self.operation, &[status], &plain) {
            Some(Ok(negotiated)) => own.documented(negotiated.response),
            _ => own,
        }
    }
}

fn unauthorized(challenge: Option<&str>) -> Problem {
    let detail = "Your request does not fullfil the security requirements and no HTTP unauthorized response was found \
                  in the spec, so Prism is generating this error for you.";
    let problem = Problem::new(Kind::Unauthorized, detail);
    match challenge {
        Some(challenge) => problem
            .with("headers", json!({ "WWW-Authenticate": challenge }))
            .header(header::WWW_AUTHENTICATE, challenge),
        None => problem,
    }
}

/// The documented response would speak of the caller's own limit.
pub(super) fn too_many_callers() -> Problem {
    let detail =
        format!("The server counts for {MOST_CALLERS} keys, and this is another; POST /__mock/reset forgets them");
    Problem::new(Kind::TooMany, detail)
}

fn unprocessable(violations: &[Violation]) -> Problem {
    let detail = "Your request is not valid and no HTTP validation response was found in the spec, so Prism is \
                  generating this error for you.";
    let reports: Vec<_> = violations.iter().map(|violation| violation.on(None)).collect();
    Problem::new(Kind::Unprocessable, detail).with("validation", json!(reports))
}

pub(super) fn invalid_response(violations: &[Violation]) -> Problem {
    let detail = "Your request/response is not valid and the --errors flag is set, so Prism is generating this error \
                  for you.";
    let reports: Vec<_> = violations.iter().map(|violation| violation.on(Some(Side::Response)).bare()).collect();
    Problem::new(Kind::Violations, detail).with("validation", json!(reports))
}
