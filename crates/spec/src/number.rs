//! Numbers of JSON, whichever way they are spelled.

use std::cmp::Ordering;

use serde_json::Number;

/// Orders numbers by what they are worth, however they are spelled.
pub(crate) fn compare(one: &Number, other: &Number) -> Ordering {
    match (integer(one), integer(other)) {
        (Some(one), Some(other)) => one.cmp(&other),
        _ => one.as_f64().partial_cmp(&other.as_f64()).unwrap_or(Ordering::Equal),
    }
}

/// A number that is whole.
pub(crate) fn integer(number: &Number) -> Option<i128> {
    #[expect(clippy::cast_possible_truncation, reason = "what has no fraction and is this small is whole")]
    let whole = |value: f64| (value.fract() == 0.0 && value.abs() < 9e15).then_some(value as i128);
    number.as_i128().or_else(|| whole(number.as_f64()?))
}
