//! Rewrites what the generator would mistype or panic on. The resolved document says the same as before on the wire.

mod bodies;
mod circles;
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
mod references;
mod replies;
mod response_headers;
mod servers;
mod structure;
mod texts;
mod type_names;
mod types;

pub(crate) use example_references::reject as reject_references;
pub(crate) use names::name_operations;
use serde_json::Value;
pub(crate) use structure::drop_nulls;

use crate::Diagnostic;

/// Checks that can only be made of a document, each after the last one found no error.
const CHECKS: [fn(&mut Value) -> Vec<Diagnostic>; 4] =
    [structure::check, |document| paths::distinct(document), references::check, |document| circles::check(document)];

/// Rewrites, in the order in which they build on one another.
const REWRITES: [fn(&mut Value) -> Vec<Diagnostic>; 16] = [
    types::settle,
    media_types::check,
    response_headers::check,
    references::keep_siblings,
    texts::clean,
    fields::check,
    type_names::settle,
    name_operations,
    hoist::hoist_shared,
    inline::inline,
    paths::check,
    servers::check,
    parameters::settle,
    bodies::settle,
    replies::unify,
    hoist::hoist,
];

/// Rewrites `document` in place and reports what is lost or cannot be rewritten.
///
/// The pointers of the diagnostics lead into the document as it was before the rewrite.
pub(crate) fn normalise(document: &mut Value) -> Vec<Diagnostic> {
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
        diagnostics.extend(rewrite(document));
    }
    diagnostics.extend(references::shorten(document));
    diagnostics
}
