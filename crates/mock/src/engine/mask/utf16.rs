//! Characters of several bytes, as UTF-16 and UTF-32 have them: those of ASCII have their byte and zeros.

use memchr::{memchr, memchr_iter};

use super::layers::{Decoding, Layer};

/// A text without the zeros.
pub(super) fn read(layer: &Layer<'_>) -> Option<Layer<'static>> {
    let text = &layer.bytes;
    memchr(0, text)?;
    let (mut decoding, mut at) = (Decoding::of(layer), 0);
    for zero in memchr_iter(0, text) {
        decoding.keep(at..zero);
        at = zero + 1;
    }
    decoding.keep(at..text.len());
    Some(decoding.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_of_two_bytes_are_told() {
        let text: Vec<u8> = "a=key".bytes().flat_map(|byte| [byte, 0]).collect();
        let read = read(&Layer::plain(&text)).unwrap();
        assert_eq!((&read.bytes[..], read.place(2..5)), (&b"a=key"[..], 4..9));
        assert!(super::read(&Layer::plain(b"key")).is_none());
    }
}
