//! What changed between two documents on the wire: which messages are legal now that were not, and the other way round.
//!
//! Every change has a place, a direction and an effect on the set of legal messages; how bad it is follows from those by
//! one law ([`level`]) and is stored nowhere. Rule ids are those of oasdiff where it has the rule.

mod alternatives;
mod bodies;
mod change;
mod comparison;
mod contents;
mod encoding;
mod finite;
mod ids;
mod lifecycle;
mod limits;
mod listed;
mod objects;
mod operations;
mod others;
mod parameters;
mod place;
mod policy;
mod rules;
mod schema;
mod security;
mod security_schemes;
mod serialization;
mod servers;
mod spelling;
mod texts;
mod types;
mod unchanged;
mod values;
mod walk;
mod webhooks;

use serde_json::Value;

use crate::document::OperationKey;

pub use change::{Change, Direction, Effect, Guard, Level, Side, level};
pub use policy::{Accepted, Decision, Policy};
pub use rules::{Rule, markdown, rules};

/// Compares two documents, loaded or resolved. `now` is in seconds since 1970: a removal is judged by whether its sunset
/// has come.
///
/// Changes of the document as a whole come first, then those of its operations in the order of the new document.
pub fn diff(old: &Value, new: &Value, now: u64) -> Vec<Change> {
    let mut comparison = comparison::Comparison::new(old, new, now);
    operations::compare(&mut comparison);
    comparison.finish()
}

/// The operations that both documents have, each as the old one and as the new one spells it, in the order of the new one.
pub fn pairs(old: &Value, new: &Value) -> Vec<[OperationKey; 2]> {
    operations::pairs(old, new)
}
