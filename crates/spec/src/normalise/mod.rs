//! Rewrites what the generator would mistype or panic on. The resolved document says the same as before on the wire.

mod bodies;
mod component_keys;
mod example_references;
mod examples;
mod fields;
mod hoist;
mod inline;
mod media_types;
mod merge;
mod names;
mod parameters;
mod paths;
mod reference_cycles;
mod references;
mod response_headers;
mod responses;
mod servers;
mod structure;
mod texts;
mod type_names;
mod types;

pub(crate) use example_references::reject as reject_references;
pub(crate) use names::{name_operations, operation_names};
use serde_json::Value;
pub(crate) use structure::drop_nulls;

use crate::Diagnostic;
use crate::naming::Naming;

/// Checks that can only be made of a document, each after the last one found no error.
const CHECKS: [fn(&mut Value) -> Vec<Diagnostic>; 4] = [
    structure::check,
    |document| paths::distinct(document),
    references::check,
    |document| reference_cycles::check(document),
];

/// A rewrite of the document; what it names is spelled as a [`Naming`] says.
type Rewrite = fn(&mut Value, &dyn Naming) -> Vec<Diagnostic>;

/// Rewrites, in the order in which they build on one another.
const REWRITES: [Rewrite; 16] = [
    |document, _| types::correct(document),
    |document, _| media_types::check(document),
    |document, _| response_headers::check(document),
    |document, _| references::keep_siblings(document),
    |document, _| texts::clean(document),
    fields::check,
    type_names::disambiguate,
    name_operations,
    hoist::hoist_shared,
    |document, _| inline::inline(document),
    |document, _| paths::check(document),
    |document, _| servers::check(document),
    parameters::normalise,
    |document, _| bodies::remove_unsendable(document),
    responses::unify,
    hoist::hoist,
];

/// Rewrites `document` in place and reports what is lost or cannot be rewritten.
///
/// The pointers of the diagnostics lead into the document as it was before the rewrite.
pub(crate) fn normalise(document: &mut Value, naming: &dyn Naming) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for check in CHECKS {
        diagnostics.extend(check(document));
        // What follows relies on what was checked.
        if diagnostics.iter().any(Diagnostic::is_error) {
            return diagnostics;
        }
    }
    examples::lift(document);
    for rewrite in REWRITES {
        diagnostics.extend(rewrite(document, naming));
    }
    diagnostics.extend(references::shorten(document));
    component_keys::spell(document, naming);
    diagnostics
}
