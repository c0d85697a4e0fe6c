//! Paths in a JSON body.

use serde_json::Value;
use serde_path_to_error::Path;

use super::mismatch::{INTEGER, mismatch};
use super::number::integer;

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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A place that is written as `a[0].b`.
    fn place(text: &str) -> Vec<Segment> {
        let parts = text.split(['.', '[']).map(|part| part.strip_suffix(']').ok_or(part));
        let segment = |part: Result<&str, &str>| match part {
            Ok(index) => Segment::Element(index.parse().unwrap()),
            Err(name) => Segment::Property(name.to_owned()),
        };
        parts.map(segment).collect()
    }

    #[test]
    fn elements_are_alike_but_for_those_of_the_first_segments() {
        let place = place("a[3].b[4]");
        let last = |exact| steps(&place, exact, &[]).split_off(1);
        assert_eq!(last(0), [Step::AnyElement, Step::Property("b"), Step::AnyElement]);
        assert_eq!(last(1), [Step::AnyElement, Step::Property("b"), Step::AnyElement]);
        assert_eq!(last(2), [Step::Element(3), Step::Property("b"), Step::AnyElement]);
        assert_eq!(last(3), [Step::Element(3), Step::Property("b"), Step::AnyElement]);
        assert_eq!(last(4), [Step::Element(3), Step::Property("b"), Step::Element(4)]);
    }

    #[test]
    fn many_properties_that_are_refused_alike_make_a_map() {
        let at = place("m.new[9].v");
        let earlier =
            |count: usize, text: fn(usize) -> String| (0..count).map(|at| place(&text(at))).collect::<Vec<_>>();
        let found = |earlier: &[Vec<Segment>]| steps(&at, 0, earlier)[..2].to_vec();
        let (one, any) = ([Step::Property("m"), Step::Property("new")], [Step::Property("m"), Step::AnyProperty]);
        let alike: fn(usize) -> String = |at| format!("m.k{at}[{at}].v");
        assert_eq!(found(&earlier(PROPERTIES_OF_A_MAP, alike)), any);
        assert_eq!(found(&earlier(PROPERTIES_OF_A_MAP - 1, alike)), one);
        let others: [fn(usize) -> String; 5] = [
            |_| "m.new[0].v".to_owned(),
            |at| format!("m.k{at}[0].w"),
            |at| format!("n.k{at}[0].v"),
            |at| format!("m.k{at}[0].v.x"),
            |at| format!("m.k{at}.x.v"),
        ];
        for other in others {
            assert_eq!(found(&earlier(20, other)), one, "{}", other(0));
        }
        // No step to an element is one to a property.
        let elements = earlier(20, |at| format!("m.new[{at}].v"));
        assert_eq!(steps(&at, 0, &elements)[1..], [Step::Property("new"), Step::AnyElement, Step::Property("v")]);
    }

    #[test]
    fn what_is_refused_is_repaired_where_it_can_be() {
        let value = json!({ "a": [null, 1.0, 1.5, 1, "x"], "n": null });
        let error = |text: &str| serde_json::from_str::<i64>(text).unwrap_err();
        let at = |text: &str, error: Option<&serde_json::Error>| repairable(&value, &place(text), error);
        assert_eq!(at("a[0]", None), Some(Repairable::NullElement));
        assert_eq!(at("n", None), None);
        assert_eq!(at("a[1]", None), Some(Repairable::Integer));
        assert_eq!(at("a[1]", Some(&error("1.0"))), Some(Repairable::Integer));
        let other = serde_json::from_str::<String>("1.0").unwrap_err();
        assert_eq!(at("a[1]", Some(&other)), None);
        for none in ["a[2]", "a[3]", "a[4]", "a[9]", "b"] {
            assert_eq!(at(none, None), None, "{none}");
        }
    }

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
