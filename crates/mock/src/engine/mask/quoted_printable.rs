//! Texts in quoted-printable (RFC 2045, section 6.7).

use memchr::memchr;

use super::layers::{Decoding, Layer};

/// The same with what stands for bytes read, and with lines that go on in one piece.
pub(super) fn read(layer: &Layer<'_>) -> Option<Layer<'static>> {
    let text = &layer.bytes;
    memchr(b'=', text)?;
    let mut decoding = Decoding::of(layer);
    let (mut at, mut found) = (0, false);
    while let Some(start) = memchr(b'=', &text[at..]).map(|offset| at + offset) {
        decoding.keep(at..start);
        at = match &text[start + 1..] {
            [b'\r', b'\n', ..] => start + 3,
            [b'\n', ..] => start + 2,
            [high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                let digits = str::from_utf8(&text[start + 1..start + 3]).unwrap_or_default();
                decoding.put(&[u8::from_str_radix(digits, 16).unwrap_or_default()], start..start + 3);
                start + 3
            }
            _ => {
                decoding.keep(start..start + 1);
                at = start + 1;
                continue;
            }
        };
        found = true;
    }
    decoding.keep(at..text.len());
    found.then(|| decoding.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_and_lines_are_read() {
        for (text, expected) in [
            ("=68=75n=74er2", Some("hunter2")),
            ("hun=\r\nter=\n2", Some("hunter2")),
            ("a=b&c=1", None),
            ("=", None),
            ("=4", None),
        ] {
            let read = read(&Layer::plain(text.as_bytes()));
            let read = read.as_ref().map(|read| String::from_utf8_lossy(&read.bytes).into_owned());
            assert_eq!(read.as_deref(), expected, "{text}");
        }
    }
}
