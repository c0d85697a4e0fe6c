//! Local references: a `$ref` whose URL is a fragment alone, which holds a JSON pointer (RFC 6901, section 6).

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::Lookup;

/// The JSON pointer in a local reference, as `#/components/schemas/A%20B` is one to `/components/schemas/A B`; `None` for
/// a reference that leads out of the document, or whose fragment is no pointer.
///
/// A percent sign that encodes nothing stands for itself.
pub fn pointer(reference: &str) -> Option<Cow<'_, str>> {
    let pointer = percent_decode_str(reference.strip_prefix('#')?).decode_utf8().ok()?;
    (pointer.is_empty() || pointer.starts_with('/')).then_some(pointer)
}

/// What a local reference leads to.
pub fn target<'a>(document: &'a dyn Lookup, reference: &str) -> Option<&'a Value> {
    document.at(&pointer(reference)?)
}

/// The local reference to what a JSON pointer leads to.
pub fn to(pointer: &str) -> String {
    format!("#{}", pointer.replace('%', "%25"))
}

/// The names and numbers on the way of a JSON pointer.
pub fn tokens(pointer: &str) -> impl Iterator<Item = String> {
    pointer.split('/').skip(1).map(unescape)
}

/// A reference token of a JSON pointer as the name that it stands for.
pub fn unescape(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

/// A reference token of a JSON pointer as the position in an array: digits without a leading zero.
pub fn index(token: &str) -> Option<usize> {
    let is_number = token.bytes().all(|byte| byte.is_ascii_digit()) && (token == "0" || !token.starts_with('0'));
    if is_number { token.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn percent_signs_are_decoded_before_tildes() {
        let document =
            json!({"A B": 1, "a/b": 2, "a~b": 3, "a%20b": 4, "ü": 5, "100%": 6, "": {"": 7}, "list": [8], "~1": 9});
        for (reference, expected) in [
            ("#/A%20B", Some(1)),
            ("#/A B", Some(1)),
            ("#%2FA%20B", Some(1)),
            ("#/a~1b", Some(2)),
            ("#/a%7E1b", Some(2)),
            ("#/a%2Fb", None),
            ("#/a~0b", Some(3)),
            ("#/a%7e0b", Some(3)),
            ("#/a%2520b", Some(4)),
            ("#/%C3%BC", Some(5)),
            ("#/100%", Some(6)),
            ("#/100%25", Some(6)),
            ("#//", Some(7)),
            ("#/list/0", Some(8)),
            ("#/list/00", None),
            ("#/~01", Some(9)),
            ("#/%FF", None),
            ("#A B", None),
            ("/A B", None),
            ("other.json#/A B", None),
        ] {
            assert_eq!(target(&document, reference), expected.map(|expected| json!(expected)).as_ref(), "{reference}");
        }
        assert_eq!(target(&document, "#"), Some(&document));
    }

    #[test]
    fn a_reference_to_a_pointer_leads_there() {
        for text in ["", "/A B", "/a%20b", "/100%", "/a~1b/~0/ü"] {
            assert_eq!(pointer(&to(text)).as_deref(), Some(text));
        }
    }

    #[test]
    fn positions_have_one_spelling() {
        for (token, expected) in [("0", Some(0)), ("10", Some(10)), ("01", None), ("+1", None), ("-", None), ("", None)]
        {
            assert_eq!(index(token), expected, "{token}");
        }
    }
}
