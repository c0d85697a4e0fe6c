//! Paths in a JSON body.

use serde_json::Value;
use serde_path_to_error::Path;

use super::number::integer;

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

/// Whether there is something in a value that a type may refuse and that can be repaired.
pub(crate) fn may_be_repaired(value: &Value) -> bool {
    match value {
        Value::Array(list) => list.iter().any(|element| element.is_null() || may_be_repaired(element)),
        Value::Object(object) => object.values().any(may_be_repaired),
        _ => integer(value).is_some(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_may_be_repaired_is_found_at_any_depth() {
        for found in [json!([null]), json!({ "a": [[{ "b": [1, null] }]] }), json!(1.0), json!({ "a": [{ "b": 5.0 }] })]
        {
            assert!(may_be_repaired(&found), "{found}");
        }
        for sound in [json!(null), json!({ "a": null }), json!([1, 1.5, "x", true, {}, []])] {
            assert!(!may_be_repaired(&sound), "{sound}");
        }
    }
}
