//! Makes up texts that a pattern accepts.

use fastrand::Rng;
use regex_syntax::hir::{Class, Hir, HirKind};

/// A repetition without an end ends after so many more than it needs.
const MOST_REPEATS: u32 = 3;

/// A longer text is given up, unless it is asked for.
const LONGEST: usize = 1_000;

/// A text that matches; nothing where the pattern is not understood, or asks for too long a text.
pub(super) fn matching(pattern: &str, rng: &mut Rng) -> Option<String> {
    write_all(&parse(pattern)?, Reach { repeats: MOST_REPEATS, longest: LONGEST, greedy: false }, rng)
}

/// One of several attempts at a text that matches and has a length between two; it may fail at either.
///
/// Look-around is left out, so that it is met by chance alone.
pub(super) fn draft(
    pattern: &str,
    attempt: usize,
    (shortest, longest): (usize, usize),
    rng: &mut Rng,
) -> Option<String> {
    let parsed = parse(pattern).or_else(|| parse(&without_look_around(pattern)))?;
    let needed = u32::try_from(shortest).unwrap_or(u32::MAX);
    let repeats = match attempt % 6 {
        0 | 1 => MOST_REPEATS,
        2 => 0,
        3 => 10,
        4 => needed,
        _ => needed / 2 + 1,
    };
    let reach = Reach { repeats, longest: LONGEST.max(shortest).min(longest), greedy: attempt % 6 >= 4 };
    let mut text = write_all(&parsed, reach, rng)?;
    // A pattern that is not anchored leaves room for more.
    let missing = shortest.saturating_sub(text.chars().count());
    if attempt % 2 == 1 {
        text.extend(std::iter::repeat_n('a', missing));
    }
    Some(text)
}

fn parse(pattern: &str) -> Option<Hir> {
    // What matches one way of writing characters without regard to Unicode matches the other.
    let pattern = jsonschema_regex::to_rust_regex(pattern).ok()?;
    regex_syntax::parse(&pattern).ok()
}

fn write_all(pattern: &Hir, reach: Reach, rng: &mut Rng) -> Option<String> {
    let mut text = String::new();
    write(pattern, reach, rng, &mut text)?;
    Some(text)
}

/// How far a text goes beyond what its pattern needs.
#[derive(Clone, Copy)]
struct Reach {
    repeats: u32,
    longest: usize,
    /// Whether repetitions go as far as they can.
    greedy: bool,
}

fn write(pattern: &Hir, reach: Reach, rng: &mut Rng, text: &mut String) -> Option<()> {
    if text.len() > reach.longest.saturating_mul(4) {
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
            let most = repetition.max.unwrap_or(u32::MAX).min(repetition.min.saturating_add(reach.repeats));
            let least = if reach.greedy { most } else { repetition.min };
            (0..rng.u32(least..=most)).try_for_each(|_| write(&repetition.sub, reach, rng, text))
        }
        HirKind::Capture(capture) => write(&capture.sub, reach, rng, text),
        HirKind::Concat(parts) => parts.iter().try_for_each(|part| write(part, reach, rng, text)),
        HirKind::Alternation(choices) => write(&choices[rng.usize(..choices.len())], reach, rng, text),
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

/// The pattern without its groups that look ahead or back.
fn without_look_around(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        let looks = ["(?=", "(?!", "(?<=", "(?<!"].iter().any(|start| rest.starts_with(start));
        let end = if looks { group_end(rest) } else { piece(rest, first) };
        if !looks {
            out.push_str(&rest[..end]);
        }
        rest = &rest[end..];
    }
    out
}

/// Where the group ends that a text starts with.
fn group_end(pattern: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(first) = pattern[at..].chars().next() {
        match first {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        at += piece(&pattern[at..], first);
        if depth == 0 {
            break;
        }
    }
    at
}

/// How long the escape, the class or the character is that a pattern starts with.
fn piece(pattern: &str, first: char) -> usize {
    match first {
        '\\' => pattern.char_indices().nth(2).map_or(pattern.len(), |(end, _)| end),
        '[' => {
            let mut at = 1;
            while let Some(next) = pattern[at..].chars().next() {
                at += piece_in_class(&pattern[at..], next);
                if next == ']' {
                    break;
                }
            }
            at
        }
        other => other.len_utf8(),
    }
}

fn piece_in_class(pattern: &str, first: char) -> usize {
    match first {
        '\\' => pattern.char_indices().nth(2).map_or(pattern.len(), |(end, _)| end),
        other => other.len_utf8(),
    }
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
        for pattern in ["(", "^(?=a)b$", "a{5000}", "(abc){1400}"] {
            assert_eq!(matching(pattern, &mut Rng::with_seed(0)), None, "{pattern}");
        }
    }

    #[test]
    fn attempts_at_a_length_repeat_more_or_less_and_every_other_one_is_filled_up() {
        let lengths = (8, 20);
        // How often the repetition is written at least and at most, and how long the text is at least.
        for (attempt, fewest, most, shortest) in [
            (0, 0, 3, 0),
            (1, 0, 3, 8),
            (2, 0, 0, 0),
            (3, 0, 10, 8),
            (4, 8, 8, 8),
            (5, 5, 5, 8),
            (6, 0, 3, 0),
            (9, 0, 10, 8),
            (10, 8, 8, 8),
            (11, 5, 5, 8),
        ] {
            let texts: Vec<String> =
                (0..200).map(|seed| draft("^b*$", attempt, lengths, &mut Rng::with_seed(seed)).unwrap()).collect();
            let repeats: Vec<usize> = texts.iter().map(|text| text.trim_end_matches('a').len()).collect();
            assert_eq!((repeats.iter().min(), repeats.iter().max()), (Some(&fewest), Some(&most)), "{attempt}");
            for (text, repeats) in texts.iter().zip(repeats) {
                assert_eq!(text.len(), repeats.max(shortest), "{attempt}: {text}");
            }
        }
    }

    #[test]
    fn a_draft_is_as_long_as_is_asked_for_and_no_longer() {
        let rng = || Rng::with_seed(0);
        let of = |pattern: &str, lengths| draft(pattern, 4, lengths, &mut rng()).map(|text| text.len());
        assert_eq!(of("a{5000}", (5_000, usize::MAX)), Some(5_000));
        assert_eq!(of("a{5000}", (0, usize::MAX)), None);
        assert_eq!(of("a{900}", (0, 100)), None);
        assert_eq!(of("a{900}", (0, 900)), Some(900));
    }

    #[test]
    fn look_around_is_left_out_whole() {
        assert_eq!(without_look_around(r"^(?=.*[)\]](a|b))(?!\))[a(?=]\((?:x)(?<=y)$"), r"^[a(?=]\((?:x)$");
        assert_eq!(without_look_around("(?=("), "");
        assert_eq!(without_look_around("[a"), "[a");
    }
}
