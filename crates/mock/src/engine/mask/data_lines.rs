//! The data of events, which may be parted between lines (WHATWG HTML, section 9.2).

use std::ops::Range;

use memchr::{memchr2, memmem};

use super::layers::{Decoding, Layer};

const FIELD: &[u8] = b"data:";

/// The data of events in one piece, without what stands between its lines. Lines that are no data are left out.
pub(super) fn in_one_piece(layer: &Layer<'_>) -> Option<Layer<'static>> {
    read(layer, b"")
}

/// The data of events as it is meant, in lines.
pub(super) fn in_lines(layer: &Layer<'_>) -> Option<Layer<'static>> {
    read(layer, b"\n")
}

fn read(layer: &Layer<'_>, between: &[u8]) -> Option<Layer<'static>> {
    let text = &layer.bytes;
    memmem::find(text, FIELD)?;
    let mut decoding = Decoding::of(layer);
    let (mut in_event, mut found) = (0, false);
    for line in lines(text) {
        if line.is_empty() {
            decoding.put(b"\n\n", line);
            in_event = 0;
            continue;
        }
        // The first may stand behind a byte order mark, or in another text.
        let name = match &text[line.clone()] {
            line if line.starts_with(FIELD) => Some(0),
            line if in_event == 0 => memmem::rfind(line, FIELD),
            _ => None,
        };
        if let Some(value) = name.map(|name| line.start + name + FIELD.len()) {
            let blank = usize::from(text[value..line.end].starts_with(b" "));
            if in_event > 0 {
                decoding.put(between, value..value);
            }
            decoding.keep(value + blank..line.end);
            in_event += 1;
            found |= in_event > 1;
        }
    }
    found.then(|| decoding.finish())
}

/// Lines without what ends them: a carriage return, a line feed, or both.
fn lines(text: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at;
        let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
        let end = memchr2(b'\r', b'\n', rest).map_or(text.len(), |offset| at + offset);
        at = end + if text[end..].starts_with(b"\r\n") { 2 } else { 1 };
        Some(start..end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_one_piece() {
        let read = |text: &str| {
            let read = in_one_piece(&Layer::plain(text.as_bytes()))?;
            String::from_utf8(read.bytes.into_owned()).ok()
        };
        for (text, expected) in [
            ("data: a\ndata:b\n\ndata: c", Some("ab\n\nc")),
            ("\u{feff}data: a\r\nid: 1\r\n: x\r\ndata: b\r\n\r\n", Some("ab\n\n")),
            ("data: a\rdata: b", Some("ab")),
            ("data: a\n\ndata: b\n\n", None),
            ("<a>data: b\ndata: c", Some("bc")),
            ("a data: b\nmetadata: c", None),
        ] {
            assert_eq!(read(text).as_deref(), expected, "{text:?}");
        }
        assert_eq!(&*in_lines(&Layer::plain(b"data: a\ndata: b\n\n")).unwrap().bytes, b"a\nb\n\n");
    }
}
