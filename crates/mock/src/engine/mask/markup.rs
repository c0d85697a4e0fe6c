//! What XML has in a text that is no part of it: comments, processing instructions, and the marks of CDATA sections.

use memchr::{memchr, memmem};

use super::layers::{Decoding, Layer};

/// How each begins and ends, and whether the text goes on in it.
const MARKS: [(&[u8], &[u8], bool); 3] =
    [(b"<!--", b"-->", false), (b"<?", b"?>", false), (b"<![CDATA[", b"]]>", true)];

/// The text alone.
pub(super) fn read(layer: &Layer<'_>) -> Option<Layer<'static>> {
    let text = &layer.bytes;
    memmem::find(text, b"<!").or_else(|| memmem::find(text, b"<?"))?;
    let mut decoding = Decoding::of(layer);
    let (mut at, mut found) = (0, false);
    // What has no end has none behind it either, and is looked for once.
    let mut is_endless = [false; MARKS.len()];
    while let Some(start) = memchr(b'<', &text[at..]).map(|offset| at + offset) {
        decoding.keep(at..start);
        at = start;
        let mark = MARKS.iter().position(|(open, ..)| text[start..].starts_with(open));
        if let Some(mark) = mark.filter(|mark| !is_endless[*mark]) {
            let (open, close, is_text) = MARKS[mark];
            let inside = start + open.len();
            if let Some(length) = memmem::find(&text[inside..], close) {
                if is_text {
                    decoding.keep(inside..inside + length);
                }
                (at, found) = (inside + length + close.len(), true);
                continue;
            }
            is_endless[mark] = true;
        }
        decoding.keep(at..at + 1);
        at += 1;
    }
    decoding.keep(at..text.len());
    found.then(|| decoding.finish())
}

/// Whether a document declares entities, which may stand for any part of a text.
pub(super) fn has_entities(text: &[u8]) -> bool {
    memmem::find(text, b"<!ENTITY").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_alone_is_kept() {
        let read = |text: &str| {
            let read = read(&Layer::plain(text.as_bytes()))?;
            String::from_utf8(read.bytes.into_owned()).ok()
        };
        for (text, expected) in [
            ("<a>k<!-- <b/> -->e<?x y?>y</a>", Some("<a>key</a>")),
            ("<![CDATA[k<e]]>y<![CDATA[]]>", Some("k<ey")),
            ("k<!-- e <![CDATA[y]]>", Some("k<!-- e y")),
            ("<!DOCTYPE a><a/><!--", None),
            ("a < b", None),
        ] {
            assert_eq!(read(text).as_deref(), expected, "{text}");
        }
    }
}
