//! Judges a body whose schema has discriminators.
//!
//! The outcome is that of the schemas, which a discriminator does not change (OpenAPI 3.0.4, section 4.7.25). It says what
//! was meant, though: the reasons are those of the schema that the tag selects, and a body that fits in spite of its tag is
//! reported.

use serde_json::Value;

use super::Validation;
use crate::document::schema::Schema;
use crate::document::values::{self, Place};
use crate::document::violation::{Severity, Violation};

/// All violations of a request's body, or of an element of it.
pub(super) fn check(value: &Value, schema: &Schema, place: Place<'_>, validation: Validation) -> Vec<Violation> {
    let refused = values::check(value, schema, place);
    let Some(by_tag) = schema.by_tag() else { return refused };
    let mut reasons: Vec<Violation> = Vec::new();
    // What a base asks for is also asked for by the schema that is made from it.
    for reason in values::violations(value, schema, by_tag, place) {
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    match (refused.is_empty(), reasons.is_empty()) {
        (false, true) => refused,
        (false, false) => reasons,
        (true, _) => reasons.into_iter().map(|reason| in_spite_of_the_tag(reason, validation)).collect(),
    }
}

fn in_spite_of_the_tag(reason: Violation, validation: Validation) -> Violation {
    let severity = match validation {
        Validation::Strict => Severity::Error,
        Validation::Enforce | Validation::ReportOnly => Severity::Warning,
    };
    let message = format!("{}; it fits another schema than its discriminator selects", reason.message);
    Violation { severity, message, ..reason }
}
