//! Paths in a JSON body, which are written as those of JSONPath (RFC 9535): `$.data.list[3]['a.b']`.

use std::fmt::Write;

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

/// The segments of a JSON pointer (RFC 6901).
pub(crate) fn of_pointer(pointer: &str) -> Vec<Segment> {
    let token = |token: &str| match token.parse() {
        Ok(index) => Segment::Element(index),
        Err(_) => Segment::Property(token.replace("~1", "/").replace("~0", "~")),
    };
    pointer.split('/').skip(1).map(token).collect()
}

/// A place as a path.
pub(crate) fn path(place: &[Segment]) -> String {
    let steps = place.iter().map(|segment| match segment {
        Segment::Property(name) => property(name),
        Segment::Element(index) => element(*index),
    });
    std::iter::once("$".to_owned()).chain(steps).collect()
}

/// The step of a path to an element of a list.
pub(crate) fn element(index: usize) -> String {
    format!("[{index}]")
}

/// The step of a path to a property: after a dot where its name may stand there (RFC 9535, section 2.5.1.1), and quoted as in
/// a normalized path where it would be taken for something else.
pub(crate) fn property(name: &str) -> String {
    let is_begin = |character: char| character.is_ascii_alphabetic() || character == '_' || !character.is_ascii();
    let is_plain = name.starts_with(is_begin) && name.chars().all(|it| is_begin(it) || it.is_ascii_digit());
    if is_plain { format!(".{name}") } else { format!("['{}']", quoted(name)) }
}

/// A name between single quotes (RFC 9535, section 2.7).
fn quoted(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for character in name.chars() {
        match character {
            '\'' | '\\' => text.extend(['\\', character]),
            '\u{8}' => text.push_str("\\b"),
            '\t' => text.push_str("\\t"),
            '\n' => text.push_str("\\n"),
            '\u{c}' => text.push_str("\\f"),
            '\r' => text.push_str("\\r"),
            // Writing to a string cannot fail.
            '\0'..='\u{1f}' => _ = write!(text, "\\u{:04x}", u32::from(character)),
            _ => text.push(character),
        }
    }
    text
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
    fn a_name_that_could_be_taken_for_something_else_is_quoted() {
        for (name, expected) in [
            ("a", "$.a"),
            ("_b9", "$._b9"),
            ("größe", "$.größe"),
            ("🎵", "$.🎵"),
            ("a.b", "$['a.b']"),
            ("a[0]", "$['a[0]']"),
            ("", "$['']"),
            ("9a", "$['9a']"),
            ("a-b", "$['a-b']"),
            ("a b", "$['a b']"),
            ("it's", r"$['it\'s']"),
            (r"a\b", r"$['a\\b']"),
            (r"\'", r"$['\\\'']"),
            ("\"", "$['\"']"),
            ("\u{8}\t\n\u{c}\r\0\u{1f}\u{7f}", "$['\\b\\t\\n\\f\\r\\u0000\\u001f\u{7f}']"),
        ] {
            assert_eq!(path(&[Segment::Property(name.to_owned())]), expected, "{name:?}");
        }
        let place = ["data", "a.b"].map(|name| Segment::Property(name.to_owned()));
        assert_eq!(path(&[place.as_slice(), &[Segment::Element(3)]].concat()), "$.data['a.b'][3]");
        assert_eq!(path(&[]), "$");
        assert_eq!(path(&of_pointer("/data/2/a~1b~0c")), "$.data[2]['a/b~c']");
        assert_eq!(path(&of_pointer("")), "$");
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
