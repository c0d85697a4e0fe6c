//! Chooses the documented response and its representation.

use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, header};
use keyapi_spec::message::status::is_bodiless;

use crate::document::Operation;
use crate::document::charset::labelled;
use crate::document::representation::{Concrete, Fidelity, Written};
use crate::document::response::{Code, Content, Example, Response as Documented};
use crate::document::sample::{self, Style};
use crate::document::violation::Violation;
use crate::engine::accept::{Accept, Preference};
use crate::engine::outcome::Response;
use crate::engine::problem::{Kind, Problem};

/// What the client asks for, and what the server does where it does not.
#[derive(Clone, Debug, Default)]
pub(crate) struct Criteria<'a> {
    /// The status.
    pub code: Option<u16>,
    /// The name of the example.
    pub example: Option<&'a str>,
    /// What to derive made-up data from; nothing to respond with the documented example.
    pub dynamic: Option<u64>,
    /// What it accepts; anything where it does not say.
    pub accept: Option<Accept>,
}

/// A documented response, and what is wrong with it.
#[derive(Debug)]
pub(crate) struct Negotiated<'d> {
    /// The response.
    pub response: Response,
    /// Where the document's example does not fit the document's schema.
    pub violations: Cow<'d, [Violation]>,
    /// The documented example behind the body, where there is one.
    pub example: Option<&'d Example>,
}

/// The response to a valid request.
pub(crate) fn negotiate<'d>(operation: &'d Operation, criteria: &Criteria<'_>) -> Result<Negotiated<'d>, Problem> {
    let Some(code) = criteria.code else { return preferred(operation, criteria) };
    let response = operation.response(code).ok_or_else(|| {
        Problem::new(Kind::NotFound, format!("Requested status code {code} is not defined in the document."))
    })?;
    represent(operation, response, code, criteria).or_else(|problem| match problem.kind() {
        // As for a refusal: what a client accepts of a success says nothing of errors.
        Kind::NotAcceptable if code >= 400 => {
            represent(operation, response, code, &Criteria { accept: None, ..criteria.clone() })
        }
        _ => preferred(operation, criteria).map_err(|_| problem),
    })
}

/// The response to a request that is refused: the first of the statuses that is documented.
pub(crate) fn refuse<'d>(
    operation: &'d Operation,
    statuses: &[u16],
    criteria: &Criteria<'_>,
) -> Option<Result<Negotiated<'d>, Problem>> {
    let first = statuses.first().copied()?;
    let documented = statuses.iter().find_map(|&status| Some((status, operation.documented(status)?)));
    let (status, response) = documented.or_else(|| Some((first, operation.response(first)?)))?;
    let example = criteria.example.filter(|_| criteria.code.is_some_and(|code| statuses.contains(&code)));
    let accepted = Criteria { code: None, example, dynamic: None, accept: criteria.accept.clone() };
    // A client that does not accept the document's error still wants to know what is wrong.
    let anyhow = || represent(operation, response, status, &Criteria { accept: None, ..accepted.clone() });
    Some(represent(operation, response, status, &accepted).or_else(|problem| match problem.kind() {
        Kind::NotAcceptable => anyhow(),
        _ => Err(problem),
    }))
}

/// The lowest documented success, else the default, else whatever comes first.
fn preferred<'d>(operation: &'d Operation, criteria: &Criteria<'_>) -> Result<Negotiated<'d>, Problem> {
    let success = |response: &&Documented| matches!(response.code, Code::Exact(200..=299) | Code::Range(2));
    let rank = |response: &&Documented| match response.code {
        Code::Exact(status) => status,
        Code::Range(_) | Code::Default => u16::MAX,
    };
    let default = || operation.responses().iter().find(|response| response.code == Code::Default);
    let response = operation.responses().iter().filter(success).min_by_key(rank);
    let response = response.or_else(default).or(operation.responses().first());
    let response = response.ok_or_else(|| Problem::new(Kind::NoResponse, ""))?;
    let status = match response.code {
        Code::Exact(status) => status,
        Code::Range(class) => u16::from(class) * 100,
        Code::Default => 200,
    };
    represent(operation, response, status, criteria)
}

/// The representation that suits the client best, of those that can be written.
fn represent<'d>(
    operation: &Operation,
    response: &'d Documented,
    status: u16,
    criteria: &Criteria<'_>,
) -> Result<Negotiated<'d>, Problem> {
    if operation.method == Method::HEAD || is_bodiless(status) || response.contents.is_empty() {
        return Ok(empty(response, status));
    }
    let mut best: Option<(Rank, Chosen<'d>)> = None;
    let mut problem = None;
    for (index, content) in response.contents.iter().enumerate() {
        let offers = || offers(content, criteria.accept.as_ref());
        let Some(hoped) = offers().map(|(preference, _)| Rank::hoped(preference, content, index)).min() else {
            continue;
        };
        if best.as_ref().is_some_and(|(rank, _)| *rank <= hoped) {
            continue;
        }
        match Data::of(content, criteria) {
            Ok(data) => {
                for (rank, chosen) in offers().filter_map(|offer| data.choose(offer, content, index)) {
                    if best.as_ref().is_none_or(|(best, _)| rank < *best) {
                        best = Some((rank, chosen));
                    }
                }
                if best.is_none() {
                    problem.get_or_insert_with(|| unwritable(content, &data));
                }
            }
            Err(other) => problem = Some(problem.unwrap_or(other)),
        }
    }
    match best {
        Some((_, chosen)) => Ok(chosen.negotiated(response, status)),
        None => Err(problem.unwrap_or_else(|| not_acceptable(criteria))),
    }
}

/// A media type that can be sent, and how welcome it is.
type Offer<'d> = (Preference, Cow<'d, Concrete>);

/// The media types of a content that the client accepts. A range has what is typical of it, and what the client names.
fn offers<'d>(content: &'d Content, accept: Option<&Accept>) -> impl Iterator<Item = Offer<'d>> {
    let preferred = move |concrete: &Concrete| match accept {
        Some(accept) => accept.preference(&concrete.media_type),
        None => Some(Preference::unstated(&concrete.media_type)),
    };
    let own = content.concrete.iter().filter_map(move |concrete| Some((preferred(concrete)?, Cow::Borrowed(concrete))));
    let named = accept.filter(|_| content.media_type.is_range()).into_iter().flat_map(Accept::named);
    let covered = named.filter(|named| content.media_type.covers(named).is_some()).filter_map(Concrete::plain);
    own.chain(covered.filter_map(move |concrete| Some((preferred(&concrete)?, Cow::Owned(concrete)))))
}

/// What representations are compared by; the smallest is chosen. One out of a range that does not hold the value as it is
/// comes last. Then the client's preference counts, then how well the type holds the value, then whether the document
/// names the type itself, then the document's order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    forced: bool,
    preference: Preference,
    fidelity: Fidelity,
    from_range: bool,
    index: usize,
}

impl Rank {
    fn new(preference: Preference, fidelity: Fidelity, content: &Content, index: usize) -> Self {
        let from_range = content.media_type.is_range();
        Self { forced: from_range && fidelity != Fidelity::AsItIs, preference, fidelity, from_range, index }
    }

    /// The rank where the type holds the value as it is, which is not looked at yet.
    fn hoped(preference: Preference, content: &Content, index: usize) -> Self {
        Self::new(preference, Fidelity::AsItIs, content, index)
    }
}

/// What a body is made of.
enum Data<'d> {
    Example(&'d Example),
    MadeUp(Written, Vec<Violation>),
    Nothing,
}

impl<'d> Data<'d> {
    fn of(content: &'d Content, criteria: &Criteria<'_>) -> Result<Self, Problem> {
        if let Some(name) = criteria.example {
            return content.example(name).map(Self::Example).ok_or_else(|| no_example(content, name));
        }
        if let (Some(seed), Some(schema)) = (criteria.dynamic, &content.schema) {
            let made = sample::sample(schema, Style::Random(seed)).map_err(too_complex)?;
            let value = content.writable(made.value);
            let violations = content.check(&value, schema);
            return Ok(Self::MadeUp(Written::made_up(&value, &content.media_type), violations));
        }
        let example = content.first().map_err(too_complex)?;
        Ok(example.map_or(Self::Nothing, Self::Example))
    }

    fn written(&self) -> Option<&Written> {
        match self {
            Self::Example(example) => Some(&example.written),
            Self::MadeUp(written, _) => Some(written),
            Self::Nothing => None,
        }
    }

    /// Nothing where the media type cannot hold it.
    fn choose(
        &self,
        (preference, concrete): Offer<'d>,
        content: &'d Content,
        index: usize,
    ) -> Option<(Rank, Chosen<'d>)> {
        let (example, violations) = match self {
            Self::Example(example) => (Some(*example), Vec::new()),
            Self::MadeUp(_, violations) => (None, violations.clone()),
            Self::Nothing => (None, content.unsent()),
        };
        let (fidelity, body) = match self.written() {
            Some(written) if content.media_type.is_range() => written.body_in_range(&concrete.media_type)?,
            Some(written) => {
                let by_schema = content.events(written, &concrete.media_type);
                by_schema
                    .or_else(|| written.body(&concrete.media_type))
                    .or_else(|| content.xml(written, &concrete.media_type)?.ok())?
            }
            None => (Fidelity::Empty, Bytes::new()),
        };
        let chosen = Chosen { content, concrete, example, violations, body };
        Some((Rank::new(preference, fidelity, content, index), chosen))
    }
}

/// A representation.
struct Chosen<'d> {
    content: &'d Content,
    concrete: Cow<'d, Concrete>,
    example: Option<&'d Example>,
    /// What is wrong with a body that was made up, or with the examples in the place of which nothing is sent.
    violations: Vec<Violation>,
    body: Bytes,
}

impl<'d> Chosen<'d> {
    fn negotiated(self, response: &Documented, status: u16) -> Negotiated<'d> {
        let mut headers = headers(response);
        let (label, body) = labelled(&self.concrete, self.body);
        headers.insert(header::CONTENT_TYPE, label);
        Negotiated {
            response: Response { status: status_code(status), headers, body, documented: true },
            violations: match self.example {
                Some(example) => example.violations(self.content).into(),
                None => self.violations.into(),
            },
            example: self.example,
        }
    }
}

fn empty<'d>(response: &Documented, status: u16) -> Negotiated<'d> {
    let (status, headers) = (status_code(status), headers(response));
    let response = Response { status, headers, body: Bytes::new(), documented: true };
    Negotiated { response, violations: Cow::default(), example: None }
}

fn headers(response: &Documented) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(response.headers.len() + 2);
    headers.extend(response.headers.iter().cloned());
    headers
}

fn status_code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn no_example(content: &Content, name: &str) -> Problem {
    let unsendable = content.unsendable.iter().find(|(known, _)| known == name);
    let detail = match unsendable {
        Some((_, wrong)) => format!("The example {name} cannot be sent as {}: {}", content.label, wrong.message),
        None => format!("Response for contentType: {} and exampleKey: {name} does not exist.", content.label),
    };
    Problem::new(Kind::NotFound, detail)
}

fn too_complex(_: sample::TooComplex) -> Problem {
    let detail = "Unable to generate body for response. The schema is too complex to generate.";
    Problem::new(Kind::TooComplex, detail)
}

fn unwritable(content: &Content, data: &Data<'_>) -> Problem {
    let xml = data.written().and_then(|written| content.xml(written, &content.media_type));
    let detail = match xml {
        Some(Err(reason)) => format!("The documented body cannot be written as {}: {reason}", content.label),
        _ => format!("The documented body cannot be written as {}, which holds texts alone", content.label),
    };
    Problem::new(Kind::NotAcceptable, detail)
}

fn not_acceptable(criteria: &Criteria<'_>) -> Problem {
    let header = criteria.accept.as_ref().map(Accept::to_string).unwrap_or_default();
    Problem::new(Kind::NotAcceptable, format!("Unable to find content for {header}"))
}
