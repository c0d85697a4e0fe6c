//! Paths in a JSON body.

use serde_json::Value;
use serde_path_to_error::Path;

use crate::mismatch::{INTEGER, mismatch};
use crate::number::integer;

/// What leads from a value to one that it contains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Segment {
    Property(String),
    Element(usize),
}

/// What leads to places that are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step<'a> {
    Property(&'a str),
    /// Any property of an object that is a map.
    AnyProperty,
    Element(usize),
    /// Any element of a list.
    AnyElement,
}

/// So many properties of an object whose values are refused at the same place below make a map of it: a type with as many
/// properties of one kind is rare, and no others are looked at before.
const PROPERTIES_OF_A_MAP: usize = 8;

/// The steps to a place and to those that are like it: in all elements of the lists that lead to it, but for its first
/// segments, as many as `exact` says; and in all properties of an object that earlier places tell to be a map.
pub(crate) fn steps<'a>(place: &'a [Segment], exact: usize, earlier: &[Vec<Segment>]) -> Vec<Step<'a>> {
    let map = (0..place.len()).find(|depth| {
        matches!(place[*depth], Segment::Property(_))
            && earlier.iter().filter(|other| differs_at(*depth, place, other)).count() >= PROPERTIES_OF_A_MAP
    });
    let step = |(depth, segment): (usize, &'a Segment)| match segment {
        Segment::Property(_) if map == Some(depth) => Step::AnyProperty,
        Segment::Property(name) => Step::Property(name),
        Segment::Element(index) if depth < exact => Step::Element(*index),
        Segment::Element(_) => Step::AnyElement,
    };
    place.iter().enumerate().map(step).collect()
}

/// Whether two places have the same properties but for one.
fn differs_at(depth: usize, place: &[Segment], other: &[Segment]) -> bool {
    let is_like = |(at, (one, other)): (usize, (&Segment, &Segment))| match (one, other) {
        (Segment::Element(_), Segment::Element(_)) => true,
        (Segment::Property(one), Segment::Property(other)) => (one == other) != (at == depth),
        _ => false,
    };
    place.len() == other.len() && place.iter().zip(other).enumerate().all(is_like)
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
