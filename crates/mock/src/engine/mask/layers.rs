//! A text as it stands, and as it reads once the escapes in it are read: percent-encoding, and those of JSON texts.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memchr2;

/// Escapes inside escapes beyond this depth are left as they stand.
const DEEPEST: usize = 8;

/// One reading of a text.
#[derive(Debug)]
pub(super) struct Layer<'t> {
    pub(super) bytes: Cow<'t, [u8]>,
    /// Where each byte stands in the text, and where the text ends; nothing for the text as it stands.
    places: Option<Vec<usize>>,
}

/// All readings, the text as it stands first.
pub(super) fn layers(text: &[u8]) -> Vec<Layer<'_>> {
    let mut layers = vec![Layer { bytes: text.into(), places: None }];
    while layers.len() < DEEPEST
        && let Some(next) = layers.last().and_then(Layer::decoded)
    {
        layers.push(next);
    }
    layers
}

impl Layer<'_> {
    /// Where a part of this reading stands in the text.
    pub(super) fn place(&self, part: Range<usize>) -> Range<usize> {
        match &self.places {
            None => part,
            Some(places) => places[part.start]..places[part.end],
        }
    }

    /// The same with one depth of escapes read; nothing where there are none.
    fn decoded<'t>(&self) -> Option<Layer<'t>> {
        let first = memchr2(b'%', b'\\', &self.bytes)?;
        let mut bytes = self.bytes[..first].to_vec();
        let mut places: Vec<usize> = (0..first).map(|place| self.place(place..place).start).collect();
        let (mut at, mut found) = (first, false);
        while at < self.bytes.len() {
            let place = self.place(at..at).start;
            let (character, length) = match escape(&self.bytes[at..]) {
                Some(escape) => escape,
                None => (Decoded::Byte(self.bytes[at]), 1),
            };
            found |= length > 1;
            match character {
                Decoded::Byte(byte) => bytes.push(byte),
                Decoded::Char(character) => bytes.extend(character.encode_utf8(&mut [0; 4]).bytes()),
            }
            places.resize(bytes.len(), place);
            at += length;
        }
        places.push(self.place(at..at).start);
        found.then(|| Layer { bytes: bytes.into(), places: Some(places) })
    }
}

enum Decoded {
    Byte(u8),
    Char(char),
}

/// What the escape at the start of a text stands for, and how long it is.
fn escape(text: &[u8]) -> Option<(Decoded, usize)> {
    let hexadecimal = |digits: Range<usize>| {
        let digits = text.get(digits)?;
        let all = digits.iter().all(u8::is_ascii_hexdigit);
        u32::from_str_radix(std::str::from_utf8(digits).ok().filter(|_| all)?, 16).ok()
    };
    match text {
        [b'%', ..] => hexadecimal(1..3).and_then(|byte| Some((Decoded::Byte(byte.try_into().ok()?), 3))),
        [b'\\', b'u', ..] => hexadecimal(2..6).and_then(|code| Some((Decoded::Char(char::from_u32(code)?), 6))),
        [b'\\', byte @ (b'"' | b'\\' | b'/'), ..] => Some((Decoded::Byte(*byte), 2)),
        [b'\\', b'n' | b'r', ..] => Some((Decoded::Byte(b'\n'), 2)),
        [b'\\', b't', ..] => Some((Decoded::Byte(b'\t'), 2)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_read_at_every_depth() {
        let text = r#"a%62%2563\u0064 \"\u00fc\\u0065%zz%"#;
        let layers = layers(text.as_bytes());
        let readings: Vec<&str> = layers.iter().map(|layer| std::str::from_utf8(&layer.bytes).unwrap()).collect();
        assert_eq!(readings, [text, "ab%63d \"\u{fc}\\u0065%zz%", "abcd \"\u{fc}e%zz%"]);
        let place = |layer: usize, part: &str| {
            let start = readings[layer].find(part).unwrap();
            &text[layers[layer].place(start..start + part.len())]
        };
        assert_eq!(
            [place(1, "b"), place(2, "c"), place(2, "cd"), place(2, "e"), place(2, "zz")],
            ["%62", "%2563", r"%2563\u0064", r"\\u0065", "zz"]
        );
    }
}
