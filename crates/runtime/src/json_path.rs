//! Paths in a JSON body.

use serde_json::{Number, Value};
use serde_path_to_error::Path;

use crate::mismatch::{INTEGER, mismatch};

/// What leads from a value to one that it contains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Segment {
    Property(String),
    Element(usize),
}

/// The segments of a path, without what only names variants of Rust's enums.
pub(crate) fn segments(path: &Path) -> Vec<Segment> {
    let segments = path.iter().filter_map(|segment| match segment {
        serde_path_to_error::Segment::Seq { index } => Some(Segment::Element(*index)),
        serde_path_to_error::Segment::Map { key } => Some(Segment::Property(key.clone())),
        _ => None,
    });
    segments.collect()
}

/// The value at a place.
pub(crate) fn value_at<'a>(value: &'a Value, place: &[Segment]) -> Option<&'a Value> {
    place.iter().try_fold(value, |value, segment| match segment {
        Segment::Element(index) => value.get(index),
        Segment::Property(name) => value.get(name),
    })
}

/// What a type may refuse and is repaired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repairable {
    /// An element `null` of a list.
    NullElement,
    /// An integer that is written with a fraction or an exponent, which are of no meaning to JSON.
    Integer,
}

/// What can be repaired at a place that a type has refused with an error; without one, it is known that something can.
pub(crate) fn repairable(value: &Value, place: &[Segment], error: Option<&serde_json::Error>) -> Option<Repairable> {
    let refused = value_at(value, place)?;
    if refused.is_null() && matches!(place.last(), Some(Segment::Element(_))) {
        return Some(Repairable::NullElement);
    }
    let is_integer = || error.is_none_or(|error| mismatch(&error.to_string()).0 == INTEGER);
    (integer(refused).is_some() && is_integer()).then_some(Repairable::Integer)
}

/// Whether there is something in a value that a type may refuse and that can be repaired.
pub(crate) fn may_be_repaired(value: &Value) -> bool {
    match value {
        Value::Array(list) => list.iter().any(|element| element.is_null() || may_be_repaired(element)),
        Value::Object(object) => object.values().any(may_be_repaired),
        _ => integer(value).is_some(),
    }
}

/// The integer that a number is which is not written as one, of those that a type can hold.
pub(crate) fn integer(value: &Value) -> Option<Number> {
    let number = value.as_f64().filter(|number| value.is_f64() && number.fract() == 0.0)?;
    let digits = format!("{number:.0}");
    let signed = digits.parse::<i64>().ok().map(Number::from);
    signed.or_else(|| digits.parse::<u64>().ok().map(Number::from))
}
