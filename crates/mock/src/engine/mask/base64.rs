//! Texts in Base64, with padding or without, in the alphabet of URLs or the other, and wherever in a longer text they begin.

use std::ops::Range;

use super::layers::{Decoding, Layer};

/// What is shorter holds nothing that is looked for.
const SHORTEST: usize = 4;

/// The texts that are in Base64 in a text.
pub(super) fn read(layer: &Layer<'_>) -> Option<Layer<'static>> {
    let text = &layer.bytes;
    let mut decoding = Decoding::of(layer);
    let mut at = 0;
    while at < text.len() {
        let (digits, end) = run(text, at);
        at = end;
        if digits.len() >= SHORTEST {
            // Nobody says where in a run the Base64 begins: a path has signs of it before it.
            (0..4).for_each(|start| texts(&digits[start..], &mut decoding));
        }
    }
    let layer = decoding.finish();
    (!layer.bytes.is_empty()).then_some(layer)
}

/// A digit, and where it stands.
type Digit = (u8, usize);

/// The digits at a place, and where the next may be. Lines may end between them.
fn run(text: &[u8], start: usize) -> (Vec<Digit>, usize) {
    let (mut digits, mut at) = (Vec::new(), start);
    while let Some(byte) = text.get(at) {
        if let Some(value) = value(*byte) {
            digits.push((value, at));
            at += 1;
            continue;
        }
        let end = line_end(&text[at..]);
        let goes_on = end > 0 && !digits.is_empty() && text.get(at + end).copied().and_then(value).is_some();
        if !goes_on {
            return (digits, at + end.max(1));
        }
        at += end;
    }
    (digits, at)
}

/// The length of the ends of lines, with the blanks around them.
fn line_end(text: &[u8]) -> usize {
    let blanks = text.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    if text[..blanks].iter().any(|byte| b"\r\n".contains(byte)) { blanks } else { 0 }
}

fn value(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

/// Adds what is text in what digits stand for.
fn texts(digits: &[Digit], decoding: &mut Decoding<'_>) {
    let bytes: Vec<u8> = digits.chunks(4).flat_map(group).collect();
    // Four digits stand for three bytes, and are masked together.
    let place = |byte: usize| -> Range<usize> {
        let group = &digits[byte / 3 * 4..digits.len().min(byte / 3 * 4 + 4)];
        group.first().map_or(0, |(_, at)| *at)..group.last().map_or(0, |(_, at)| at + 1)
    };
    decoding.put_texts(&bytes, place);
}

/// The bytes that four digits stand for, or fewer.
fn group(digits: &[Digit]) -> impl Iterator<Item = u8> {
    let bits = digits.iter().fold(0_u32, |bits, (value, _)| bits << 6 | u32::from(*value));
    let bits = bits << (6 * (4 - digits.len()));
    let [_, bytes @ ..] = bits.to_be_bytes();
    bytes.into_iter().take(digits.len().saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};

    use super::*;

    /// What stands in a text where it has another one in Base64.
    fn place<'t>(text: &'t str, inside: &str) -> Option<&'t str> {
        let read = read(&Layer::plain(text.as_bytes()))?;
        let start = read.bytes.windows(inside.len()).position(|part| part == inside.as_bytes())?;
        Some(&text[read.place(start..start + inside.len())])
    }

    #[test]
    fn a_text_is_found_wherever_it_stands_in_base64() {
        let key = "hunter2?>~";
        for before in ["", "a", "ab", "abc", "\u{fc}\0"] {
            for after in ["", "a", "ab", "\0\u{1}"] {
                let text = format!("{before}{key}{after}");
                let encoded = [STANDARD.encode(&text), STANDARD_NO_PAD.encode(&text), URL_SAFE_NO_PAD.encode(&text)];
                for (encoded, around) in encoded.iter().zip([["", "a"], ["/b", "x-y"], ["", "x/y"]]) {
                    for around in around {
                        let whole = format!("{around}{encoded} and so on");
                        let found = place(&whole, key).unwrap_or_else(|| panic!("{whole}"));
                        assert!(encoded.contains(found), "{found} of {encoded}");
                    }
                }
            }
        }
    }

    #[test]
    fn lines_may_end_in_base64() {
        for end in ["\n", "\r\n", "\n   ", "\n\n", "\r", " \t\n"] {
            let encoded = format!("aHVu{end}dGVyMg==");
            assert_eq!(place(&encoded, "hunter2"), Some(&encoded[..encoded.len() - 2]), "{end:?}");
        }
        assert_eq!(place("aHVu dGVyMg==", "hunter2"), None);
    }

    #[test]
    fn every_run_of_digits_is_read_once() {
        for (text, expected) in [("ab.cd\nef", (2, 3)), ("..", (0, 1)), ("a\n.b", (1, 2)), ("", (0, 0))] {
            let (digits, next) = run(text.as_bytes(), 0);
            assert_eq!((digits.len(), next), expected, "{text:?}");
        }
        assert!(read(&Layer::plain(b"...")).is_none());
    }
}
