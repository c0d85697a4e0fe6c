//! Names of a document in the words for a place, written so that no two places are called the same.

use std::borrow::Cow;

use serde_json::Value;

/// A property. A name with characters that stand for the way from one place to the next is written as JSON.
pub(super) fn property(name: &str) -> Cow<'_, str> {
    quoted(name, |c| ".[]*<>\"`".contains(c) || c.is_whitespace() || c.is_control())
}

/// A media type or a status.
pub(super) fn label(text: &str) -> Cow<'_, str> {
    quoted(text, |c| "\"`".contains(c) || c.is_whitespace() || c.is_control())
}

/// A parameter, a header or a scheme.
pub(super) fn backticked(name: &str) -> String {
    format!("`{}`", name.replace('\\', "\\\\").replace('`', "\\`"))
}

/// One of several schemas.
pub(super) fn variant(name: &str) -> String {
    format!("<{}>", name.replace('\\', "\\\\").replace('>', "\\>"))
}

fn quoted(name: &str, is_odd: impl Fn(char) -> bool) -> Cow<'_, str> {
    if name.is_empty() || name.contains(is_odd) {
        Cow::Owned(Value::from(name).to_string())
    } else {
        Cow::Borrowed(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_odd_names_are_quoted() {
        assert_eq!(property("user_id-ä$"), "user_id-ä$");
        assert_eq!(property("a.b"), "\"a.b\"");
        assert_eq!(property(""), "\"\"");
        assert_eq!(property("\"a.b\""), r#""\"a.b\"""#);
        assert_eq!(label("application/vnd.x+json"), "application/vnd.x+json");
        assert_eq!(label("a/b; c=d"), "\"a/b; c=d\"");
        assert_eq!(backticked("a`b\\"), "`a\\`b\\\\`");
        assert_eq!(variant("A>.<B"), "<A\\>.<B>");
    }
}
