//! The texts of a body: what its bytes are characters of, where that can be told.

use std::borrow::Cow;

use http::{HeaderMap, header};
use keyapi_spec::message::media_type::MediaType;
use keyapi_xml::{EncodingError, decode};
use memchr::memmem;

use crate::engine::request::has_content_coding;

/// How files begin that hold others in a form that is not read here: gzip, bzip2, xz, Zstandard and ZIP.
const PACKED: [&[u8]; 5] = [b"\x1f\x8b\x08", b"1AY&SY", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd", b"PK\x03\x04"];

/// How the names of encodings begin in which the characters of ASCII are their own bytes.
const LIKE_ASCII: [&str; 19] = [
    "utf-8",
    "utf8",
    "us-ascii",
    "ascii",
    "ansi",
    "binary",
    "iso-8859-",
    "iso8859-",
    "iso_8859-",
    "latin",
    "windows-",
    "cp125",
    "koi8-",
    "mac",
    "euc-",
    "gb",
    "big5",
    "shift_jis",
    "tis-620",
];

/// Byte order marks of UTF-16.
const MARKS: [&[u8]; 2] = [b"\xff\xfe", b"\xfe\xff"];

/// What can be read of a body.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Text {
    /// The bytes are the text.
    Plain,
    /// They may be another one.
    Decoded(String),
    /// Nothing.
    Unreadable,
}

/// Reads a body as its headers and its beginning say.
pub(super) fn read(headers: &HeaderMap, body: &[u8]) -> Text {
    if has_content_coding(headers) || PACKED.iter().any(|start| memmem::find(body, start).is_some()) {
        return Text::Unreadable;
    }
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| MediaType::parse(value.to_str().ok()?));
    let charset = media_type.and_then(|media_type| media_type.parameter("charset")).filter(|it| !it.trim().is_empty());
    let is_utf16 = |name: &String| name.trim_start().to_ascii_lowercase().starts_with("utf-16");
    let is_said = || charset.as_ref().is_some_and(is_utf16) || MARKS.iter().any(|mark| body.starts_with(mark));
    match decode(body, charset.as_deref()) {
        // Nobody says in which order the bytes are.
        Ok(Cow::Borrowed(text)) if is_said() && text.contains('\0') => Text::Unreadable,
        Ok(Cow::Borrowed(_)) => Text::Plain,
        Ok(Cow::Owned(text)) => Text::Decoded(text),
        Err(EncodingError::Unknown(name)) if !is_like_ascii(&name) => Text::Unreadable,
        Err(EncodingError::Invalid(_)) if is_said() => Text::Unreadable,
        Err(_) => Text::Plain,
    }
}

fn is_like_ascii(name: &str) -> bool {
    let name = name.trim().to_ascii_lowercase();
    LIKE_ASCII.iter().any(|start| name.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_be_bytes).collect()
    }

    #[track_caller]
    fn check(headers: &[(&str, &str)], body: &[u8], expected: &Text) {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(http::HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap());
        }
        assert_eq!(&read(&map, body), expected, "{headers:?}");
    }

    #[test]
    fn a_body_is_read_as_it_says() {
        let decoded = || Text::Decoded("key".into());
        check(&[], b"key", &Text::Plain);
        check(&[("content-encoding", "identity"), ("content-encoding", "")], b"key", &Text::Plain);
        check(&[("content-encoding", "identity"), ("content-encoding", "br")], b"key", &Text::Unreadable);
        check(&[], b"a\x1f\x8b\x08", &Text::Unreadable);
        check(&[], &utf16("key"), &decoded());
        check(&[], &utf16("\u{feff}key"), &decoded());
        check(&[("content-type", "text/plain; charset=utf-16be")], &utf16("key"), &decoded());
        check(&[("content-type", "text/plain; charset=utf-16")], b"key", &Text::Plain);
        check(&[("content-type", "text/plain; charset=utf-16be")], b"key", &Text::Unreadable);
        check(&[("content-type", "text/plain; charset=utf-16")], &utf16("\u{4e2d}key"), &Text::Unreadable);
        check(&[("content-type", "text/plain; charset=utf-7")], b"key", &Text::Unreadable);
        check(&[("content-type", "text/plain; charset=Windows-1252")], b"key\xfc", &Text::Plain);
        check(&[("content-type", "text/plain; charset=")], b"key", &Text::Plain);
        check(&[], b"<?xml version='1.0' encoding='IBM037'?>", &Text::Unreadable);
        check(&[], b"\xfckey", &Text::Plain);
    }
}
