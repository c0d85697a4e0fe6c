//! JSONPaths: those that people write, and the one of a place.

use std::fmt::Write;

use serde_json::Value;
use serde_json_path::{JsonPath, ParseError};

use crate::document::reference::{index, tokens};

/// The normalized path (RFC 9535, section 2.7) of what a JSON pointer leads to.
pub(super) fn of(document: &Value, pointer: &str) -> String {
    let mut path = "$".to_owned();
    let mut node = Some(document);
    for token in tokens(pointer) {
        // Writing to a string cannot fail.
        let _ = match (node, index(&token)) {
            (Some(Value::Array(_)), Some(index)) => write!(path, "[{index}]"),
            _ => write!(path, "['{}']", escaped(&token)),
        };
        node = match node {
            Some(Value::Array(elements)) => index(&token).and_then(|index| elements.get(index)),
            other => other.and_then(|node| node.get(&token)),
        };
    }
    path
}

/// A path to what a JSON pointer leads to, as a person would write it: parameters by their names and not by their
/// positions, which move.
pub(crate) fn readable(document: &Value, pointer: &str) -> String {
    let mut path = "$".to_owned();
    let mut node = Some(document);
    for token in tokens(pointer) {
        let child = match node {
            Some(Value::Array(elements)) => index(&token).and_then(|index| elements.get(index)),
            other => other.and_then(|node| node.get(&token)),
        };
        let named = |key: &str| child.and_then(|child| child.get(key)).and_then(Value::as_str);
        // Writing to a string cannot fail.
        let _ = match (node, named("name"), named("in")) {
            (Some(Value::Array(_)), Some(name), Some(place)) => {
                write!(path, "[?@.name == '{}' && @.in == '{}']", escaped(name), escaped(place))
            }
            (Some(Value::Array(_)), ..) => write!(path, "[{token}]"),
            _ if is_plain(&token) => write!(path, ".{token}"),
            _ => write!(path, "['{}']", escaped(&token)),
        };
        node = child;
    }
    path
}

/// Whether a name can stand after a dot.
fn is_plain(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// A name as it stands in single quotes.
fn escaped(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            '\'' | '\\' => out.extend(['\\', c]),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

/// The steps that a JSONPath begins with, each of which is a name or leads to all that there is; and whether there are no
/// others.
///
/// What a path looks at is on this way, or below the end of it.
pub(super) fn beginning(path: &str) -> (Vec<Option<String>>, bool) {
    let mut steps = Vec::new();
    let mut rest = path.trim().strip_prefix('$').unwrap_or_default();
    while let Some((step, after)) = step(rest) {
        steps.push(step);
        rest = after;
    }
    // A filter may look at all of the document.
    if rest.contains('$') {
        steps.clear();
    }
    (steps, rest.is_empty())
}

/// A plain step at the start of a path, and what comes after it.
fn step(path: &str) -> Option<(Option<String>, &str)> {
    if let Some(rest) = path.strip_prefix(".*").or_else(|| path.strip_prefix("[*]")) {
        return Some((None, rest));
    }
    if let Some(quoted) = path.strip_prefix("['").or_else(|| path.strip_prefix("[\"")) {
        let (name, rest) = quoted.split_once(&path[1..2])?;
        let rest = rest.strip_prefix(']').filter(|_| !name.contains('\\'))?;
        return Some((Some(name.to_owned()), rest));
    }
    let rest = path.strip_prefix('.')?;
    let (name, rest) = rest.split_at(rest.find(|c| !is_name(c)).unwrap_or(rest.len()));
    (!name.is_empty()).then(|| (Some(name.to_owned()), rest))
}

/// Parses a JSONPath of RFC 9535, or one that is so once the names of extensions in it have quotes.
///
/// RFC 9535 has no hyphen in `@.x-traits`, but the specification of overlays writes so in its own example. There is
/// nothing else that it could mean, for a JSONPath has no subtraction.
pub(super) fn parse(text: &str) -> Result<JsonPath, ParseError> {
    JsonPath::parse(text).or_else(|error| JsonPath::parse(&with_quotes(text)).map_err(|_| error))
}

/// The path with every name after a dot that has a hyphen in brackets and quotes.
fn with_quotes(path: &str) -> String {
    let mut out = String::with_capacity(path.len() + 8);
    let mut quote = None;
    let mut rest = path;
    while let Some(next) = rest.chars().next() {
        let length = match (quote, next) {
            (Some(_), '\\') => next.len_utf8() + rest[1..].chars().next().map_or(0, char::len_utf8),
            (None, '.') => {
                let name = &rest[1..];
                let end = name.find(|c: char| !is_name(c)).unwrap_or(name.len());
                let (name, _) = name.split_at(end);
                if name.contains('-') && !name.starts_with(|c: char| c == '-' || c.is_ascii_digit()) {
                    // The second dot of two has no name of its own to part from the first.
                    out.push_str(if out.ends_with('.') { "." } else { "" });
                    out.push_str(&format!("['{name}']"));
                    rest = &rest[1 + end..];
                    continue;
                }
                1
            }
            _ => next.len_utf8(),
        };
        match quote {
            Some(open) if open == next => quote = None,
            None if next == '\'' || next == '"' => quote = Some(next),
            _ => {}
        }
        let (copied, after) = rest.split_at(length);
        out.push_str(copied);
        rest = after;
    }
    out
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-' || !c.is_ascii()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_path_of_a_place_leads_there() {
        let document = json!({"paths": {"/a~b/{c}": [0, {"it's \\ \"odd\"\n\u{1}": {"0": 1}}]}});
        let pointer = "/paths/~1a~0b~1{c}/1/it's \\ \"odd\"\n\u{1}/0";
        let path = parse(&of(&document, pointer)).unwrap();
        assert_eq!(path.query_located(&document).exactly_one().unwrap().location().to_json_pointer(), pointer);
    }

    #[track_caller]
    fn check(path: &str, expected: &str) {
        assert_eq!(with_quotes(path), expected);
        assert_eq!(parse(path).unwrap().to_string(), JsonPath::parse(expected).unwrap().to_string());
    }

    #[test]
    fn names_of_extensions_get_quotes() {
        check("$.paths.*.get[?@.x-oai-traits.paged]", "$.paths.*.get[?@['x-oai-traits'].paged]");
        check("$..x-a", "$..['x-a']");
        check("$.a[-1:].x-ü", "$.a[-1:]['x-ü']");
        check(
            r#"$['a.b-c'].x-d[?@ == "it's .x-e \" .x-f" && 1.5e-3 < 2]"#,
            r#"$['a.b-c']['x-d'][?@ == "it's .x-e \" .x-f" && 1.5e-3 < 2]"#,
        );
    }

    #[test]
    fn a_path_begins_with_names_and_any_names() {
        let shown = |path: &str| {
            let (steps, is_whole) = beginning(path);
            let steps: Vec<&str> = steps.iter().map(|step| step.as_deref().unwrap_or("*")).collect();
            format!("{}{}", steps.join(" "), if is_whole { "" } else { " …" })
        };
        for (path, expected) in [
            ("$", ""),
            ("$.paths.*['/a.b'].x-ü", "paths * /a.b x-ü"),
            ("$[\"it's\"][*]", "it's *"),
            ("$.a[?@.b == 'c'].d", "a …"),
            ("$.a..b", "a …"),
            ("$.a['b', 'c']", "a …"),
            ("$.a['b\\'c']", "a …"),
            ("$.a[0]", "a …"),
            ("$.a[?@.b == $.c].d", " …"),
            ("$ .a", " …"),
        ] {
            assert_eq!(shown(path), expected, "{path}");
        }
    }

    #[test]
    fn what_is_no_path_with_quotes_either_is_refused() {
        for path in ["", "$.-a", "$.1-a", "$.a[?@.b - 1]", "info.x-a", "$.a[", "$.a[?@.x-b == '.x-c]"] {
            assert!(parse(path).is_err(), "{path}");
        }
    }
}
