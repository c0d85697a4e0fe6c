//! The characters of XML: what the bytes of a body are encoded in (XML 1.0, appendix F; RFC 7303, section 3).

use std::borrow::Cow;
use std::fmt;

/// Why nobody can say what the characters of a text are.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncodingError {
    /// They are in an encoding of this name, which is unknown here.
    Unknown(String),
    /// They are not in the encoding that they should be in.
    Invalid(&'static str),
}

impl fmt::Display for EncodingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(name) => write!(f, "the encoding `{name}` is unknown"),
            Self::Invalid(name) => write!(f, "it is not {name}"),
        }
    }
}

impl std::error::Error for EncodingError {}

/// An encoding that every reader of XML knows, or that is as simple.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Utf16(Order),
    Latin1,
}

/// Which byte of two comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    LittleEndian,
    BigEndian,
}

use Order::{BigEndian, LittleEndian};

/// Byte order marks.
const MARKS: [(&[u8], Encoding); 3] = [
    (b"\xef\xbb\xbf", Encoding::Utf8),
    (b"\xff\xfe", Encoding::Utf16(LittleEndian)),
    (b"\xfe\xff", Encoding::Utf16(BigEndian)),
];

/// The text of a body. A byte order mark says more than the `charset` of the body, and that more than the text itself.
///
/// # Errors
///
/// It is not in UTF-8, UTF-16 or ISO 8859-1, or not in the one that is said.
pub fn decode<'a>(xml: &'a [u8], label: Option<&str>) -> Result<Cow<'a, str>, EncodingError> {
    let marked = MARKS.iter().find_map(|(mark, encoding)| Some((*encoding, xml.strip_prefix(*mark)?)));
    let (encoding, xml) = match (marked, label) {
        (Some(marked), _) => marked,
        (None, Some(label)) => (named(label, xml)?, xml),
        (None, None) => (declared(xml).map_or_else(|| Ok(plain(xml)), |name| named(name, xml))?, xml),
    };
    match encoding {
        Encoding::Utf8 => str::from_utf8(xml).map(Cow::Borrowed).map_err(|_| EncodingError::Invalid("UTF-8")),
        Encoding::Latin1 => Ok(xml.iter().map(|byte| char::from(*byte)).collect()),
        Encoding::Utf16(order) => utf16(xml, order).map(Cow::Owned),
    }
}

/// The encoding of a name. What is said to be UTF-16 and begins in single bytes was encoded anew by somebody who left the
/// text as it was.
fn named(name: &str, xml: &[u8]) -> Result<Encoding, EncodingError> {
    match name.trim().to_ascii_lowercase().as_str() {
        "utf-8" | "utf8" | "us-ascii" | "ascii" => Ok(Encoding::Utf8),
        "iso-8859-1" | "iso8859-1" | "latin1" | "l1" => Ok(Encoding::Latin1),
        "utf-16" | "utf16" => Ok(plain(xml)),
        "utf-16le" => Ok(Encoding::Utf16(LittleEndian)),
        "utf-16be" => Ok(Encoding::Utf16(BigEndian)),
        _ => Err(EncodingError::Unknown(name.to_owned())),
    }
}

/// The encoding that the first character tells, which is one of ASCII.
fn plain(xml: &[u8]) -> Encoding {
    match xml {
        [0, 1..=255, ..] => Encoding::Utf16(BigEndian),
        [1..=255, 0, ..] => Encoding::Utf16(LittleEndian),
        _ => Encoding::Utf8,
    }
}

/// What a declaration in single bytes says.
fn declared(xml: &[u8]) -> Option<&str> {
    let declaration = xml.strip_prefix(b"<?xml")?;
    let end = declaration.windows(2).position(|two| two == b"?>")?;
    let (_, said) = str::from_utf8(&declaration[..end]).ok()?.split_once("encoding")?;
    let said = said.trim_start().strip_prefix('=')?.trim_start();
    let quote = said.chars().next().filter(|quote| ['"', '\''].contains(quote))?;
    said[1..].split(quote).next()
}

fn utf16(xml: &[u8], order: Order) -> Result<String, EncodingError> {
    let (pairs, rest) = xml.as_chunks::<2>();
    let unit = |pair: &[u8; 2]| match order {
        LittleEndian => u16::from_le_bytes(*pair),
        BigEndian => u16::from_be_bytes(*pair),
    };
    let text = char::decode_utf16(pairs.iter().map(unit)).collect::<Result<String, _>>();
    text.ok().filter(|_| rest.is_empty()).ok_or(EncodingError::Invalid("UTF-16"))
}
