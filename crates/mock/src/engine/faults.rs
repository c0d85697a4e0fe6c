//! What scripts make of a request.

use http::{HeaderMap, HeaderValue, StatusCode, header};

use bytes::Bytes;
use serde_json::json;

use crate::document::{Document, envelope};
use crate::engine::outcome::{Action, Ending, Outcome, Response};
use crate::engine::problem::{Kind, Problem};
use crate::engine::step::{Fault, Step, is_framing};

/// The outcome of one step of a script. The response is chosen by status and example, where the step names them.
pub(crate) fn inject(
    step: &Step,
    document: &Document,
    choose: impl Fn(Option<u16>, Option<&str>) -> Result<Response, Problem>,
) -> Result<Outcome, Problem> {
    let of_status = |status: u16| {
        choose(Some(status), None).or_else(|problem| match problem.kind() {
            Kind::NotFound => Ok(undocumented(document, status)),
            _ => Err(problem),
        })
    };
    let mut action = match &step.fault {
        Fault::None => Action::Respond(choose(None, None)?),
        Fault::Status(status) => Action::Respond(of_status(*status)?),
        Fault::Example(status, name) => Action::Respond(choose(Some(*status), Some(name))?),
        Fault::Envelope(code, message) => Action::Respond(envelope(document, *code, message)),
        Fault::Html(status) => Action::Respond(html(*status)),
        Fault::NotJson(status) => {
            let mut response = of_status(*status)?;
            response.body.truncate(response.body.len() / 2);
            response.documented = false;
            Action::Respond(response)
        }
        Fault::ContentType(media_type) => {
            let mut response = choose(None, None)?;
            if let Ok(value) = HeaderValue::from_str(media_type) {
                response.headers.insert(header::CONTENT_TYPE, value);
            }
            response.documented = false;
            Action::Respond(response)
        }
        Fault::Reset => Action::Reset,
        Fault::Close => Action::Close,
        Fault::ResetAfter(after) => Action::Cut { response: choose(None, None)?, after: *after, ending: Ending::Reset },
        Fault::CutAfter(after) => Action::Cut { response: choose(None, None)?, after: *after, ending: Ending::Close },
        Fault::Drip(chunk, pause) => Action::Drip { response: choose(None, None)?, chunk: *chunk, pause: *pause },
    };
    if let Action::Respond(response) | Action::Cut { response, .. } | Action::Drip { response, .. } = &mut action {
        add_headers(step, response);
    }
    Ok(Outcome { delay: std::time::Duration::ZERO, action })
}

/// Adds the headers of a step to its response.
pub(crate) fn add_headers(step: &Step, response: &mut Response) {
    response.documented &= step.headers.iter().all(|(name, _)| name != header::CONTENT_TYPE);
    let mut replaced = HeaderMap::new();
    // The length and the framing of a body are those of the body that is sent.
    replaced.extend(step.headers.iter().filter(|(name, _)| !is_framing(name)).cloned());
    response.headers.extend(replaced);
}

/// A response of which the document says nothing, as servers that fail give any.
fn undocumented(document: &Document, status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let reason = status.canonical_reason().unwrap_or("Error");
    let (media_type, body) = match &document.envelope {
        _ if status.as_u16() < 400 => {
            return Response { status, headers: HeaderMap::new(), body: Bytes::new(), documented: false };
        }
        Some(envelope) => ("application/json", envelope::error(envelope, i64::from(status.as_u16()), reason)),
        None => {
            let problem = json!({ "type": "about:blank", "title": reason, "status": status.as_u16() });
            ("application/problem+json", problem)
        }
    };
    page(status, media_type, body.to_string())
}

/// An error of the API's own that comes with HTTP status 200, as it does for unknown handles.
fn envelope(document: &Document, code: i64, message: &str) -> Response {
    let of_document = document.envelope.clone().unwrap_or_else(envelope::plain);
    page(StatusCode::OK, "application/json", envelope::error(&of_document, code, message).to_string())
}

/// A page such as a proxy in front of the API makes when it does not reach it.
fn html(status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    let title = format!("{} {}", status.as_u16(), status.canonical_reason().unwrap_or("Error"));
    let body = format!(
        "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n\
         <hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    );
    page(status, "text/html", body)
}

fn page(status: StatusCode, media_type: &'static str, body: String) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    Response { status, headers, body: Bytes::from(body), documented: false }
}
