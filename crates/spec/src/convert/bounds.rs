//! Exclusive bounds, which are numbers of their own in OpenAPI 3.1 and flags beside a bound in 3.0.

use std::cmp::Ordering;

use serde_json::{Number, Value};

use super::schema::Site;
use crate::schema::number::compare;

/// `exclusiveMinimum: 5` becomes `minimum: 5` that is exclusive. Of two bounds the tighter one counts.
pub(super) fn exclusive(site: &mut Site<'_, '_>) {
    for (bound, exclusive, tighter) in
        [("minimum", "exclusiveMinimum", Ordering::Greater), ("maximum", "exclusiveMaximum", Ordering::Less)]
    {
        let number = |keyword: &str| site.schema.get(keyword).and_then(Value::as_number).cloned();
        let Some(limit) = number(exclusive) else { continue };
        let counts = |other: &Number| compare(other, &limit) == tighter;
        if number(bound).as_ref().is_some_and(counts) {
            site.take(exclusive);
            continue;
        }
        // What is no number there is left for others to find.
        if site.has(bound) && number(bound).is_none() {
            continue;
        }
        site.put(bound, limit);
        site.put(exclusive, true);
        site.moved(&format!("/{bound}"), &format!("/{exclusive}"));
    }
}
