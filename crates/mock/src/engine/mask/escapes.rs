//! Characters that are written as escapes: percent-encoding, escapes of JSON texts, and references to characters of XML.

use memchr::memchr3;

use super::layers::{Decoding, Layer};

/// The entities that XML has without a declaration (XML 1.0, section 4.6).
const ENTITIES: [(&[u8], u8); 5] =
    [(b"&amp;", b'&'), (b"&lt;", b'<'), (b"&gt;", b'>'), (b"&quot;", b'"'), (b"&apos;", b'\'')];

/// The same with one depth of escapes read.
pub(super) fn read(layer: &Layer<'_>) -> Option<Layer<'static>> {
    let text = &layer.bytes;
    memchr3(b'%', b'\\', b'&', text)?;
    let mut decoding = Decoding::of(layer);
    let (mut at, mut found) = (0, false);
    while let Some(start) = memchr3(b'%', b'\\', b'&', &text[at..]).map(|offset| at + offset) {
        decoding.keep(at..start);
        at = match escape(&text[start..]) {
            Some((Decoded::Byte(byte), length)) => {
                found = true;
                decoding.put(&[byte], start..start + length);
                start + length
            }
            Some((Decoded::Char(character), length)) => {
                found = true;
                decoding.put(character.encode_utf8(&mut [0; 4]).as_bytes(), start..start + length);
                start + length
            }
            None => {
                decoding.keep(start..start + 1);
                start + 1
            }
        };
    }
    decoding.keep(at..text.len());
    found.then(|| decoding.finish())
}

enum Decoded {
    Byte(u8),
    Char(char),
}

/// What the escape at the start of a text stands for, and how long it is.
fn escape(text: &[u8]) -> Option<(Decoded, usize)> {
    match text {
        [b'%', ..] => Some((Decoded::Byte(hexadecimal(text, 1, 2)?.try_into().ok()?), 3)),
        [b'\\', b'u', ..] => unit_escape(text),
        [b'\\', b'x', ..] => Some((Decoded::Byte(hexadecimal(text, 2, 2)?.try_into().ok()?), 4)),
        [b'\\', byte @ (b'"' | b'\\' | b'/' | b'\''), ..] => Some((Decoded::Byte(*byte), 2)),
        [b'\\', b'n' | b'r', ..] => Some((Decoded::Byte(b'\n'), 2)),
        [b'\\', b't', ..] => Some((Decoded::Byte(b'\t'), 2)),
        [b'&', b'#', ..] => reference(text),
        [b'&', ..] => {
            let (name, byte) = ENTITIES.iter().find(|(name, _)| text.starts_with(name))?;
            Some((Decoded::Byte(*byte), name.len()))
        }
        _ => None,
    }
}

fn hexadecimal(text: &[u8], start: usize, length: usize) -> Option<u32> {
    let digits = text.get(start..start + length)?;
    let all = digits.iter().all(u8::is_ascii_hexdigit);
    u32::from_str_radix(std::str::from_utf8(digits).ok().filter(|_| all)?, 16).ok()
}

/// `\u006b`, or two of them for a character beyond the first 65,536.
fn unit_escape(text: &[u8]) -> Option<(Decoded, usize)> {
    let first = hexadecimal(text, 2, 4)?;
    if let Some(character) = char::from_u32(first) {
        return Some((Decoded::Char(character), 6));
    }
    let second = hexadecimal(text.get(6..).filter(|rest| rest.starts_with(b"\\u"))?, 2, 4)?;
    let units = [u16::try_from(first).ok()?, u16::try_from(second).ok()?];
    let character = char::decode_utf16(units).next()?.ok()?;
    Some((Decoded::Char(character), 12))
}

/// `&#107;` or `&#x6b;`, the end of which HTML does not ask for.
fn reference(text: &[u8]) -> Option<(Decoded, usize)> {
    let (start, radix) = if matches!(text.get(2), Some(b'x' | b'X')) { (3, 16) } else { (2, 10) };
    let digits = text[start..].iter().map_while(|byte| char::from(*byte).to_digit(radix));
    let (code, count) =
        digits.fold((0_u32, 0), |(code, count), digit| (code.saturating_mul(radix).saturating_add(digit), count + 1));
    let end = start + count;
    let character = char::from_u32(code).filter(|character| count > 0 && *character != '\0')?;
    Some((Decoded::Char(character), end + usize::from(text.get(end) == Some(&b';'))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escape_stands_for_a_character() {
        let read = |text: &str| {
            let read = read(&Layer::plain(text.as_bytes()))?;
            String::from_utf8(read.bytes.into_owned()).ok()
        };
        for (text, expected) in [
            ("a%6Bb", Some("akb")),
            (r"\u006b\u00FC\x6b\/\'", Some("k\u{fc}k/'")),
            (r"\ud83d\ude00", Some("\u{1f600}")),
            ("&#107;&#x6b;&#X6B;&#0000107;&#107", Some("kkkkk")),
            ("&lt;&gt;&amp;amp;&quot;&apos;", Some("<>&amp;\"'")),
            (r"\ud83d %6 %zz \u006 \x6 &#; &#x; &#0; &k; &lt & %", None),
        ] {
            assert_eq!(read(text).as_deref(), expected, "{text}");
        }
    }
}
