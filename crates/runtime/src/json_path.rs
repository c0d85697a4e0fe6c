//! Paths in a JSON body.

use serde_json::Value;
use serde_path_to_error::Path;

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

/// Whether a list has `null` at this place.
pub(crate) fn is_null_element(value: &Value, place: &[Segment]) -> bool {
    matches!(place.last(), Some(Segment::Element(_))) && value_at(value, place).is_some_and(Value::is_null)
}
