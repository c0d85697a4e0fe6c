//! What of a request was held against the document.

use crate::document::Operation;
use crate::document::parameter::Presence;
use crate::document::violation::Violation;
use crate::engine::journal::Check;
use crate::engine::request::Incoming;
use crate::engine::security;

/// What an operation documents, and how a request with these violations does by it.
pub(super) fn checks(operation: &Operation, request: &Incoming<'_>, violations: &[Violation]) -> Vec<Check> {
    let mut checks = Vec::new();
    if !operation.security.is_empty() {
        let optional = operation.security.iter().any(Vec::is_empty);
        checks.push(Check {
            location: vec!["security".to_owned()],
            presence: if optional { Presence::Optional } else { Presence::Required },
            given: security::presents_any(operation, request),
            valid: !violations
                .iter()
                .any(|violation| violation.location.is_empty() && violation.rule == security::RULE),
        });
    }
    for parameter in operation.parameters() {
        let location = vec![parameter.location.as_str().to_owned(), parameter.name.clone()];
        checks.push(Check {
            valid: is_valid(&location, violations),
            presence: parameter.presence,
            given: request.has_parameter(parameter),
            location,
        });
    }
    if let Some(body) = operation.body() {
        let location = vec!["body".to_owned()];
        checks.push(Check {
            valid: is_valid(&location, violations),
            presence: body.presence,
            given: !request.body().is_empty(),
            location,
        });
    }
    checks
}

fn is_valid(location: &[String], violations: &[Violation]) -> bool {
    let is_there = |violation: &Violation| {
        let mut pairs = location.iter().zip(&violation.location);
        violation.location.len() >= location.len() && pairs.all(|(place, found)| place.eq_ignore_ascii_case(found))
    };
    !violations.iter().any(|violation| violation.is_error() && is_there(violation))
}
