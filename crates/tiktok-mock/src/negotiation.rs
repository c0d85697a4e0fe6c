//! Chooses the documented response and its representation.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};

use crate::document::Operation;
use crate::document::response::{Code, Content, Example, Response, serialise};
use crate::generate;
use crate::media::{Accept, MediaType};
use crate::outcome::Reply;
use crate::problem::{Kind, Problem};
use crate::validation::violation::Violation;

/// What the client asks for, and what the server does where it does not.
#[derive(Clone, Debug, Default)]
pub struct Wishes<'a> {
    /// The status.
    pub code: Option<u16>,
    /// The name of the example.
    pub example: Option<&'a str>,
    /// What to derive made-up data from; nothing to reply with the documented example.
    pub dynamic: Option<u64>,
    /// The value of the `Accept` header.
    pub accept: Option<&'a str>,
}

/// A documented reply, and what is wrong with it.
#[derive(Debug)]
pub struct Negotiated<'d> {
    /// The reply.
    pub reply: Reply,
    /// Where the document's example does not fit the document's schema.
    pub violations: &'d [Violation],
    /// The documented example behind the body, where there is one.
    pub example: Option<&'d Example>,
}

/// The reply to a valid request.
pub fn negotiate<'d>(operation: &'d Operation, wishes: &Wishes<'_>) -> Result<Negotiated<'d>, Problem> {
    let Some(code) = wishes.code else { return preferred(operation, wishes) };
    let response = operation.response(code).ok_or_else(|| {
        Problem::new(Kind::NotFound, format!("Requested status code {code} is not defined in the document."))
    })?;
    represent(operation, response, code, wishes).or_else(|problem| preferred(operation, wishes).map_err(|_| problem))
}

/// The reply to a request that is refused: the first of the statuses that is documented.
pub fn refuse<'d>(
    operation: &'d Operation,
    statuses: &[u16],
    wishes: &Wishes<'_>,
) -> Option<Result<Negotiated<'d>, Problem>> {
    let first = statuses.first().copied()?;
    let documented = statuses.iter().find_map(|&status| Some((status, operation.documented(status)?)));
    let (status, response) = documented.or_else(|| Some((first, operation.response(first)?)))?;
    let wished = wishes.example.filter(|_| wishes.code.is_some_and(|code| statuses.contains(&code)));
    let content = response.contents.iter().find(|content| !content.examples.is_empty());
    let Some(content) = content else {
        let content = response.contents.iter().find(|content| content.schema.is_some());
        return Some(match content {
            Some(content) => static_body(response, status, content),
            None => Ok(empty(response, status, None)),
        });
    };
    let example = match wished {
        Some(name) => content.example(name).ok_or_else(|| no_example(content, name)),
        None => content.examples.first().ok_or_else(|| no_example(content, "default")),
    };
    Some(example.and_then(|example| with_example(response, status, content, example)))
}

/// The lowest documented success, else the default, else whatever comes first.
fn preferred<'d>(operation: &'d Operation, wishes: &Wishes<'_>) -> Result<Negotiated<'d>, Problem> {
    let success = |response: &&Response| matches!(response.code, Code::Exact(200..=299) | Code::Range(2));
    let rank = |response: &&Response| match response.code {
        Code::Exact(status) => status,
        Code::Range(_) | Code::Default => u16::MAX,
    };
    let default = || operation.responses.iter().find(|response| response.code == Code::Default);
    let response = operation.responses.iter().filter(success).min_by_key(rank);
    let response = response.or_else(default).or(operation.responses.first());
    let response = response.ok_or_else(|| Problem::new(Kind::NoResponse, ""))?;
    let status = match response.code {
        Code::Exact(status) => status,
        Code::Range(class) => u16::from(class) * 100,
        Code::Default => 200,
    };
    represent(operation, response, status, wishes)
}

fn represent<'d>(
    operation: &Operation,
    response: &'d Response,
    status: u16,
    wishes: &Wishes<'_>,
) -> Result<Negotiated<'d>, Problem> {
    if operation.method == Method::HEAD {
        return Ok(empty(response, status, None));
    }
    let Some(content) = choose(response, status, wishes.accept)? else {
        return Ok(empty(response, status, None));
    };
    if let Some(name) = wishes.example {
        let example = content.example(name).ok_or_else(|| no_example(content, name))?;
        return with_example(response, status, content, example);
    }
    match (wishes.dynamic, &content.schema) {
        (Some(seed), Some(schema)) => {
            let value = generate::generate(schema, seed);
            let body = serialise(&value, &content.media_type).ok_or_else(not_text)?;
            Ok(Negotiated { reply: reply(response, status, content, body), violations: &[], example: None })
        }
        _ => static_body(response, status, content),
    }
}

/// The representation that suits the client; nothing for a reply without a body.
fn choose<'d>(response: &'d Response, status: u16, accept: Option<&str>) -> Result<Option<&'d Content>, Problem> {
    let contents = &response.contents;
    if contents.is_empty() {
        return Ok(None);
    }
    let types = contents.iter().map(|content| &content.media_type);
    let Some(header) = accept.filter(|header| !header.trim().is_empty()) else {
        let any = contents.iter().find(|content| content.media_type.is_any());
        let json = || contents.iter().find(|content| content.label == "application/json");
        return Ok(any.or_else(json).or(contents.first()));
    };
    if contents.len() == 1 && header == "*/*" {
        return Ok(contents.first());
    }
    let accept = Accept::parse(header);
    match accept.best(types) {
        Some(index) => Ok(contents.get(index)),
        None if status == 204 || accept.takes_anything() => Ok(None),
        None => Err(Problem::new(Kind::NotAcceptable, format!("Unable to find content for {header}"))),
    }
}

fn static_body<'d>(response: &'d Response, status: u16, content: &'d Content) -> Result<Negotiated<'d>, Problem> {
    match content.first() {
        Ok(Some(example)) => with_example(response, status, content, example),
        Ok(None) => Ok(empty(response, status, Some(content))),
        Err(_) => {
            let detail = "Unable to generate body for response. The schema is too complex to generate.";
            Err(Problem::new(Kind::TooComplex, detail))
        }
    }
}

fn with_example<'d>(
    response: &'d Response,
    status: u16,
    content: &'d Content,
    example: &'d Example,
) -> Result<Negotiated<'d>, Problem> {
    let body = example.body.clone().ok_or_else(not_text)?;
    Ok(Negotiated {
        reply: reply(response, status, content, body),
        violations: example.violations(content),
        example: Some(example),
    })
}

fn empty<'d>(response: &'d Response, status: u16, content: Option<&'d Content>) -> Negotiated<'d> {
    let reply = match content {
        Some(content) => reply(response, status, content, Bytes::new()),
        None => Reply { status: status_code(status), headers: headers(response), body: Bytes::new() },
    };
    Negotiated { reply, violations: &[], example: None }
}

fn reply(response: &Response, status: u16, content: &Content, body: Bytes) -> Reply {
    let mut headers = headers(response);
    headers.insert(header::CONTENT_TYPE, media_type(content));
    Reply { status: status_code(status), headers, body }
}

fn headers(response: &Response) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(response.headers.len() + 2);
    headers.extend(response.headers.iter().cloned());
    headers
}

/// A range cannot be a reply's type.
fn media_type(content: &Content) -> HeaderValue {
    if MediaType::is_any(&content.media_type) { HeaderValue::from_static("text/plain") } else { content.header.clone() }
}

fn status_code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn no_example(content: &Content, name: &str) -> Problem {
    let detail = format!("Response for contentType: {} and exampleKey: {name} does not exist.", content.label);
    Problem::new(Kind::NotFound, detail)
}

fn not_text() -> Problem {
    Problem::new(Kind::NotText, "Cannot serialise complex objects as text")
}
