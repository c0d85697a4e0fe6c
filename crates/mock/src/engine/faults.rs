//! What scripts make of a request.

use http::{HeaderMap, HeaderValue, StatusCode, header};

use bytes::Bytes;

use crate::document::Document;
use crate::engine::outcome::{Action, Ending, Outcome, Response};
use crate::engine::problem::Problem;
use crate::engine::script::{Fault, Step};

/// The outcome of one step of a script. The response is chosen by status and example, where the step names them.
pub(crate) fn inject(
    step: &Step,
    document: &Document,
    choose: impl Fn(Option<u16>, Option<&str>) -> Result<Response, Problem>,
) -> Result<Outcome, Problem> {
    let mut action = match &step.fault {
        Fault::None => Action::Respond(choose(None, None)?),
        Fault::Status(status) => Action::Respond(choose(Some(*status), None)?),
        Fault::Example(status, name) => Action::Respond(choose(Some(*status), Some(name))?),
        Fault::Envelope(code, message) => Action::Respond(envelope(document, *code, message)),
        Fault::Html(status) => Action::Respond(html(*status)),
        Fault::NotJson(status) => {
            let mut response = choose(Some(*status), None)?;
            response.body.truncate(response.body.len() / 2);
            Action::Respond(response)
        }
        Fault::ContentType(media_type) => {
            let mut response = choose(None, None)?;
            if let Ok(value) = HeaderValue::from_str(media_type) {
                response.headers.insert(header::CONTENT_TYPE, value);
            }
            Action::Respond(response)
        }
        Fault::Reset => Action::Reset,
        Fault::Close => Action::Close,
        Fault::ResetAfter(after) => Action::Cut { response: choose(None, None)?, after: *after, ending: Ending::Reset },
        Fault::CutAfter(after) => Action::Cut { response: choose(None, None)?, after: *after, ending: Ending::Close },
        Fault::Drip(chunk, pause) => Action::Drip { response: choose(None, None)?, chunk: *chunk, pause: *pause },
    };
    if let Action::Respond(response) | Action::Cut { response, .. } | Action::Drip { response, .. } = &mut action {
        response.headers.extend(step.headers.iter().cloned());
    }
    Ok(Outcome { delay: std::time::Duration::ZERO, action })
}

/// An error of the API's own that comes with HTTP status 200, as it does for unknown handles.
fn envelope(document: &Document, code: i64, message: &str) -> Response {
    let envelope = document.envelope.clone().unwrap_or_default();
    page(StatusCode::OK, "application/json", envelope.error(code, message).to_string())
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
    Response { status, headers, body: Bytes::from(body) }
}
