//! Examples and defaults of parameters that stand for a value and are none.

use serde_json::{Map, Value};

use crate::Diagnostic;
use crate::diagnostic::join;

/// Where a parameter shows a value, as the properties that lead there.
pub(crate) const SHOWN: [&[&str]; 3] = [&["example"], &["schema", "example"], &["schema", "default"]];

/// Says that a parameter shows something that is no value.
pub(super) fn check(pointer: &str, parameter: &Map<String, Value>) -> Option<Diagnostic> {
    let way = of(parameter).into_iter().next()?;
    let text = at(parameter, way)?;
    let place = way.iter().fold(pointer.to_owned(), |place, token| join(&place, token));
    let note = Diagnostic::note("placeholder", place, format!("{text} stands for a value and is none"));
    Some(note.help("give a value that the API takes in the overlay"))
}

/// The places in a parameter where a placeholder stands.
pub(crate) fn of(parameter: &Map<String, Value>) -> Vec<&'static [&'static str]> {
    let is_placeholder = |way: &&[&str]| at(parameter, way).and_then(Value::as_str).is_some_and(is_placeholder);
    SHOWN.into_iter().filter(is_placeholder).collect()
}

fn at<'a>(parameter: &'a Map<String, Value>, way: &[&str]) -> Option<&'a Value> {
    let (first, rest) = way.split_first()?;
    rest.iter().try_fold(parameter.get(*first)?, |node, token| node.get(token))
}

/// Whether a text is one that people write where a value belongs: `<id>`, `{id}`, `YOUR_KEY`, `xxx`, `string`.
pub(crate) fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    let framed = [('<', '>'), ('{', '}')].iter().any(|(open, close)| {
        let inside = text.strip_prefix(*open).and_then(|text| text.strip_suffix(*close));
        // Objects in a text have quotes and colons.
        inside.is_some_and(|inside| !inside.is_empty() && !inside.contains([':', '"', ',']))
    });
    let lower = text.to_ascii_lowercase();
    let begins = ["your_", "your-", "your "].iter().any(|start| lower.starts_with(start));
    let crosses = lower.len() > 2 && lower.bytes().all(|byte| byte == b'x');
    framed || begins || crosses || ["string", "changeme", "placeholder", "..."].contains(&lower.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_told_from_values() {
        for text in ["<id>", "{id}", "{{user id}}", "YOUR_KEY", "your-id", "xxxx", "string", " ... "] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in ["", "x", "xx", "US", "{}", "<>", "{\"a\": 1}", "younger", "strings", "6703723351497508865"] {
            assert!(!is_placeholder(text), "{text}");
        }
    }
}
