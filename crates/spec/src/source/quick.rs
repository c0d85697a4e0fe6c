//! JSON without places, for as long as nobody asks for them.
//!
//! Finding where every value stands takes several times as long as reading the values, and most documents have nothing
//! wrong with them that a place would have to be told of.

use serde::de::DeserializeSeed;
use serde_json::Value;

use crate::document::nested::Nested;

/// The value of a JSON text that is good, and the same as that of its located tree; nothing where there may be something
/// to say about the text.
pub(super) fn parse(text: &str) -> Option<Value> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Nested(0).deserialize(&mut deserializer).ok()?;
    deserializer.end().ok()?;
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::nested::MAX_DEPTH;

    #[track_caller]
    fn check(text: &str, quick: bool) {
        assert_eq!(parse(text).is_some(), quick, "{text}");
    }

    #[test]
    fn what_has_something_to_say_about_it_is_not_quick() {
        check(r#"{"a": [1, -1, 0.5, 18446744073709551615, -9223372036854775808, 1e18, true, null, "x\u00e9"]}"#, true);
        check(r#"{"a": 1, "b": {"a": 1}}"#, true);
        check(r#"{"a": 1, "b": 2, "a": 1}"#, false);
        check(r#"{"a": 1, "\u0061": 1}"#, false);
        check("[18446744073709551616]", false);
        check("[-9223372036854775809]", false);
        check("[1e30]", false);
        check("[-0]", false);
        check("[1e999]", false);
        check("[1] 2", false);
        check("[1,]", false);
        check("// a\n[1]", false);
        check(r#"["\ud800"]"#, false);
        check("", false);
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        check(&nested(MAX_DEPTH), true);
        check(&nested(MAX_DEPTH + 1), false);
    }
}
