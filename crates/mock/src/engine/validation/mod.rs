//! Checks requests against the document.

pub(crate) mod body;
pub(crate) mod coercion;
mod content_type;
mod discriminator;
mod elements;
pub(crate) mod fields;
mod form;
pub(crate) mod multipart;
pub(crate) mod outline;
pub(crate) mod parameters;
pub(crate) mod style;

use crate::document::Operation;
use crate::document::parameter::Location;
use crate::document::violation::Violation;
use crate::engine::request::Incoming;

/// What becomes of requests that are not what the document asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Validation {
    /// They are refused, except for parameters that the document does not know: the API ignores those.
    #[default]
    Enforce,
    /// They are refused, and so are requests with parameters that the document does not know, and bodies that fit another
    /// schema than their discriminator selects.
    Strict,
    /// They are answered, and their violations reported.
    ReportOnly,
}

/// All violations of a request, its credentials aside: body, headers, query, path, cookies.
pub(crate) fn check(operation: &Operation, request: &Incoming<'_>, validation: Validation) -> Vec<Violation> {
    let mut found = Vec::new();
    body::check(operation, request, validation, &mut found);
    found.extend(parameters::not_text(request));
    for location in [Location::Header, Location::Query, Location::Path, Location::Cookie] {
        parameters::check(operation, request, location, &mut found);
    }
    for name in parameters::unknown(operation, request) {
        let message = format!("Request query parameter {name} is not documented");
        let place = ["query", name];
        found.push(match validation {
            Validation::Strict => Violation::error(&place, "unknown", message).about(name),
            Validation::Enforce | Validation::ReportOnly => Violation::warning(&place, "unknown", message).about(name),
        });
    }
    found
}
