//! Makes up a text that a pattern accepts.

use fastrand::Rng;
use regex_syntax::hir::{Class, Hir, HirKind};

/// A repetition without an end ends after so many more than it needs.
const MOST_REPEATS: u32 = 3;

/// A longer text is given up.
const LONGEST: usize = 1_000;

/// A text that matches; nothing where the pattern is not understood, or asks for too long a text.
pub(crate) fn matching(pattern: &str, rng: &mut Rng) -> Option<String> {
    let mut text = String::new();
    write(&regex_syntax::parse(pattern).ok()?, rng, &mut text)?;
    Some(text)
}

fn write(pattern: &Hir, rng: &mut Rng, text: &mut String) -> Option<()> {
    if text.len() > LONGEST {
        return None;
    }
    match pattern.kind() {
        HirKind::Empty | HirKind::Look(_) => Some(()),
        HirKind::Literal(literal) => {
            text.push_str(std::str::from_utf8(&literal.0).ok()?);
            Some(())
        }
        HirKind::Class(class) => {
            text.push(character(class, rng)?);
            Some(())
        }
        HirKind::Repetition(repetition) => {
            let most = repetition.max.unwrap_or(u32::MAX).min(repetition.min.saturating_add(MOST_REPEATS));
            (0..rng.u32(repetition.min..=most)).try_for_each(|_| write(&repetition.sub, rng, text))
        }
        HirKind::Capture(capture) => write(&capture.sub, rng, text),
        HirKind::Concat(parts) => parts.iter().try_for_each(|part| write(part, rng, text)),
        HirKind::Alternation(choices) => write(&choices[rng.usize(..choices.len())], rng, text),
    }
}

/// Prefers what can be read: the part of the class in ASCII.
fn character(class: &Class, rng: &mut Rng) -> Option<char> {
    let ranges: Vec<(char, char)> = match class {
        Class::Unicode(class) => class.iter().map(|range| (range.start(), range.end())).collect(),
        Class::Bytes(class) => class.iter().map(|range| (range.start().into(), range.end().into())).collect(),
    };
    let readable = ranges.iter().map(|(start, end)| ((*start).max(' '), (*end).min('~')));
    let readable: Vec<(char, char)> = readable.filter(|(start, end)| start <= end).collect();
    let ranges = if readable.is_empty() { ranges } else { readable };
    let (start, end) = *ranges.get(rng.usize(..ranges.len().max(1)))?;
    Some(rng.char(start..=end))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_match_their_pattern() {
        for pattern in
            ["^[A-Z]{3}$", r"^\d{4}-(0[1-9]|1[0-2])$", "", "^(a|b+)*c?.$", r"^[^a-z]+\.x$", "[\u{430}-\u{44f}]"]
        {
            for seed in 0..20 {
                let text = matching(pattern, &mut Rng::with_seed(seed)).unwrap();
                assert!(jsonschema::is_valid(&json!({ "pattern": pattern }), &json!(text)), "{pattern}: {text:?}");
            }
        }
        for pattern in ["(", "^(?=a)b$", "a{5000}"] {
            assert_eq!(matching(pattern, &mut Rng::with_seed(0)), None, "{pattern}");
        }
    }
}
