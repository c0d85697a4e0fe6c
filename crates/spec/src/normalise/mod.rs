//! Rewrites what can be read in more ways than one, or what OpenAPI does not allow, into plain OpenAPI 3.0. The resolved
//! document describes the same messages as before.

mod ambiguous;
mod bodies;
mod chosen;
mod component_keys;
mod discriminators;
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
mod places;
mod reference_cycles;
mod references;
mod response_headers;
mod responses;
mod servers;
mod sharing;
mod singular;
mod statuses;
mod structure;
mod texts;
mod token_urls;
mod type_names;
mod types;
mod unwritable_texts;
mod unwritable_xml;
pub mod value_names;
mod variants;
mod xml;

pub(crate) use chosen::CODE as CHOSEN_NAME;
pub(crate) use example_references::reject as reject_references;
pub(crate) use names::{name_operations, operation_names};
pub(crate) use paths::{has_queries as has_paths_with_queries, serve as serve_paths};
use serde_json::Value;
pub(crate) use structure::drop_nulls;

use crate::Diagnostic;
use crate::convert::Origins;
use crate::document::security;
use crate::naming::Naming;
use crate::naming::pins::Names;

/// Checks that can only be made of a document, each after the last one found no error.
const CHECKS: [fn(&mut Value, &mut Origins) -> Vec<Diagnostic>; 7] = [
    |document, _| structure::check(document),
    |document, _| paths::distinct(document),
    |document, _| references::check(document),
    |document, _| chosen::note(document),
    discriminators::spell_out,
    |document, _| reference_cycles::check(document),
    |document, _| unwritable_xml::check(document),
];

/// A rewrite of the document; what it names is spelled as a [`Naming`] says, and noted.
type Rewrite = fn(&mut Value, &dyn Naming, &mut Names) -> Vec<Diagnostic>;

/// Rewrites, in the order in which they build on one another.
const REWRITES: [Rewrite; 20] = [
    |document, _, _| types::correct(document),
    |document, _, _| media_types::check(document),
    |document, _, _| response_headers::check(document),
    |document, _, _| references::keep_siblings(document),
    |document, _, _| texts::clean(document),
    |document, naming, _| fields::check(document, naming),
    type_names::disambiguate,
    name_operations,
    hoist::hoist_shared,
    |document, _, _| inline::inline(document),
    |document, _, _| paths::check(document),
    |document, _, _| servers::check(document),
    |document, _, _| security::check(document),
    |document, _, _| token_urls::check(document),
    parameters::normalise,
    value_names::name,
    |document, _, _| bodies::remove_unsendable(document),
    |document, _, _| ambiguous::check(document),
    |document, _, _| xml::check(document),
    |document, naming, names| {
        let (bodies, mut diagnostics) = responses::unify(document, naming, names);
        diagnostics.extend(hoist::hoist(document, &bodies, naming, names));
        bodies.note_statuses(names);
        diagnostics
    },
];

/// Rewrites `document` in place and reports what is lost or cannot be rewritten.
///
/// The pointers of the diagnostics lead into the document as it was before the rewrite. `names` gets the names of all that
/// has one, by [place](crate::naming::pins).
pub(crate) fn normalise(document: &mut Value, naming: &dyn Naming, names: &mut Names) -> Vec<Diagnostic> {
    let mut origins = Origins::default();
    let found = rewrite(document, &mut origins, naming, names);
    found.into_iter().map(|found| origins.place(found)).collect()
}

fn rewrite(document: &mut Value, origins: &mut Origins, naming: &dyn Naming, names: &mut Names) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for check in CHECKS {
        diagnostics.extend(check(document, origins));
        // What follows relies on what was checked.
        if diagnostics.iter().any(Diagnostic::is_error) {
            return diagnostics;
        }
    }
    examples::lift(document);
    for rewrite in REWRITES {
        diagnostics.extend(rewrite(document, naming, names));
    }
    diagnostics.extend(chosen::useless(document));
    diagnostics.extend(references::shorten(document));
    component_keys::spell(document, naming);
    diagnostics
}
