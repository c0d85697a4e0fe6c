//! Rewrites what the generator would mistype or panic on. The resolved document says the same as before on the wire.

mod errors;
mod examples;
mod hoist;
mod names;
mod unknown;

pub(crate) use names::name_operations;
use serde_json::Value;

use crate::Diagnostic;

/// Rewrites `document` in place and reports what is lost or cannot be rewritten.
///
/// The pointers of the diagnostics lead into the document as it was before the rewrite.
pub(crate) fn normalise(document: &mut Value) -> Vec<Diagnostic> {
    examples::lift(document);
    let mut diagnostics = names::name_operations(document);
    diagnostics.extend(errors::unify(document));
    diagnostics.extend(hoist::hoist(document));
    unknown::keep_unknown_members(document);
    diagnostics
}
