//! Texts in Base64, with padding or without, in the alphabet of URLs or the other, and wherever in a longer text they begin.

use std::ops::Range;

use super::layers::{Decoding, Layer};

/// What is shorter holds nothing that is looked for.
const SHORTEST: usize = 4;

/// Most texts are no longer than that.
const USUAL: usize = 128;

/// The texts that are in Base64 in a text.
pub(super) fn read(layer: &Layer<'_>) -> Option<Layer<'static>> {
    let text = &layer.bytes;
    let mut decoding = Decoding::of(layer);
    let (mut at, mut digits, mut bytes) = (0, Vec::with_capacity(text.len().min(USUAL)), Vec::new());
    while at < text.len() {
        at = run(text, at, &mut digits);
        if digits.len() >= SHORTEST {
            // Nobody says where in a run the Base64 begins: a path has signs of it before it.
            (0..4).for_each(|start| texts(&digits[start..], &mut bytes, &mut decoding));
        }
    }
    let layer = decoding.finish();
    (!layer.bytes.is_empty()).then_some(layer)
}

/// A digit, and where it stands.
type Digit = (u8, usize);

/// Fills in the digits at a place, and tells where the next may be. Lines may end between them.
fn run(text: &[u8], start: usize, digits: &mut Vec<Digit>) -> usize {
    digits.clear();
    let mut at = start;
    while let Some(byte) = text.get(at) {
        if let Some(value) = value(*byte) {
            digits.push((value, at));
            at += 1;
            continue;
        }
        let end = line_end(&text[at..]);
        let goes_on = !digits.is_empty() && text.get(at + end).copied().and_then(value).is_some();
        if !goes_on {
            return at + end.max(1);
        }
        at += end;
    }
    at
}

/// The length of the ends of lines, with the blanks around them.
fn line_end(text: &[u8]) -> usize {
    let blanks = text.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    if text[..blanks].iter().any(|byte| b"\r\n".contains(byte)) { blanks } else { 0 }
}

fn value(byte: u8) -> Option<u8> {
    /// What no byte stands for.
    const NONE: u8 = 64;
    const VALUES: [u8; 256] = {
        let mut values = [NONE; 256];
        let (alphabet, mut value) = (b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 0);
        while value < NONE {
            values[alphabet[value as usize] as usize] = value;
            value += 1;
        }
        (values[b'-' as usize], values[b'_' as usize]) = (62, 63);
        values
    };
    Some(VALUES[usize::from(byte)]).filter(|value| *value != NONE)
}

/// Adds what is text in what digits stand for, which are the bytes.
fn texts(digits: &[Digit], bytes: &mut Vec<u8>, decoding: &mut Decoding<'_>) {
    bytes.clear();
    digits.chunks(4).for_each(|group| add_bytes(group, bytes));
    // Four digits stand for three bytes, and are masked together.
    let place = |byte: usize| -> Range<usize> {
        let group = &digits[byte / 3 * 4..digits.len().min(byte / 3 * 4 + 4)];
        group.first().map_or(0, |(_, at)| *at)..group.last().map_or(0, |(_, at)| at + 1)
    };
    decoding.put_texts(bytes, place);
}

/// Adds the bytes that four digits stand for, or fewer.
fn add_bytes(digits: &[Digit], bytes: &mut Vec<u8>) {
    let bits = digits.iter().fold(0_u32, |bits, (value, _)| bits << 6 | u32::from(*value));
    let bits = bits << (6 * (4 - digits.len()));
    bytes.extend_from_slice(&bits.to_be_bytes()[1..=digits.len().saturating_sub(1)]);
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
            let mut digits = vec![(0, 0)];
            let next = run(text.as_bytes(), 0, &mut digits);
            assert_eq!((digits.len(), next), expected, "{text:?}");
        }
        assert!(read(&Layer::plain(b"...")).is_none());
    }
}
