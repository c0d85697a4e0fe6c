//! Texts of which each byte is written as two hexadecimal digits.

use super::layers::{Decoding, Layer};

/// What is shorter holds nothing that is looked for.
const SHORTEST: usize = 12;

/// The texts that are in hexadecimal digits in a text.
pub(super) fn read(layer: &Layer<'_>) -> Option<Layer<'static>> {
    let text = &layer.bytes;
    let mut decoding = Decoding::of(layer);
    let mut at = 0;
    while at < text.len() {
        let length = text[at..].iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
        if length >= SHORTEST {
            // Nobody says where in a run of digits the bytes begin.
            for start in [at, at + 1] {
                let digits = &text[start..at + length];
                let bytes: Vec<u8> = digits.chunks_exact(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect();
                decoding.put_texts(&bytes, |byte| start + 2 * byte..start + 2 * byte + 2);
            }
        }
        at += length.max(1);
    }
    let layer = decoding.finish();
    (!layer.bytes.is_empty()).then_some(layer)
}

fn digit(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => byte - b'0',
        _ => (byte | 0x20) - b'a' + 10,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_wherever_it_stands_in_digits() {
        for (text, expected) in [
            ("key=68756e74657232", Some("68756e74657232")),
            ("0x68756E74657232ff and so on", Some("68756E74657232")),
            ("deadbeef 168756e74657232", Some("68756e74657232")),
            ("68616c6c6f20776ffe68756e74657232", Some("68756e74657232")),
            ("68756e746572", None),
            ("0123456789abcdef", None),
        ] {
            let read = read(&Layer::plain(text.as_bytes()));
            let found = read.as_ref().and_then(|read| {
                let start = read.bytes.windows(7).position(|part| part == b"hunter2")?;
                Some(&text[read.place(start..start + 7)])
            });
            assert_eq!(found, expected, "{text}");
        }
    }
}
