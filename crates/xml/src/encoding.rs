//! The characters of XML: what the bytes of a body are encoded in (XML 1.0, appendix F; RFC 7303, section 3).

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

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
    Ascii,
    Latin1,
    /// In an order, or in the one that the text itself tells.
    Utf16(Option<Order>),
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
    (b"\xff\xfe", Encoding::Utf16(Some(LittleEndian))),
    (b"\xfe\xff", Encoding::Utf16(Some(BigEndian))),
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
        (None, Some(label)) => (named(label)?, xml),
        (None, None) => {
            let declared = declared(xml).and_then(|name| str::from_utf8(&xml[name]).ok());
            (declared.map_or(Ok(plain(xml)), named)?, xml)
        }
    };
    match encoding {
        // What is said to be UTF-16 and begins in single bytes was encoded anew by somebody who left the text as it was.
        Encoding::Utf16(None) => of_encoding(xml, plain(xml)),
        encoding => of_encoding(xml, encoding),
    }
}

fn of_encoding(xml: &[u8], encoding: Encoding) -> Result<Cow<'_, str>, EncodingError> {
    match encoding {
        Encoding::Utf16(order) => utf16(xml, order.unwrap_or(BigEndian)).map(Cow::Owned),
        Encoding::Latin1 => Ok(xml.iter().map(|byte| char::from(*byte)).collect()),
        Encoding::Utf8 | Encoding::Ascii => {
            str::from_utf8(xml).map(Cow::Borrowed).map_err(|_| EncodingError::Invalid("UTF-8"))
        }
    }
}

/// The bytes of a text in an encoding; nothing where the encoding is unknown, or lacks one of the characters.
pub fn encode(text: &str, charset: &str) -> Option<Vec<u8>> {
    let units = || text.encode_utf16();
    match named(charset).ok()? {
        Encoding::Utf8 => Some(text.as_bytes().to_vec()),
        Encoding::Ascii => text.is_ascii().then(|| text.as_bytes().to_vec()),
        Encoding::Latin1 => text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect(),
        Encoding::Utf16(Some(LittleEndian)) => Some(units().flat_map(u16::to_le_bytes).collect()),
        Encoding::Utf16(Some(BigEndian)) => Some(units().flat_map(u16::to_be_bytes).collect()),
        // Without an order in its name it has a mark of it (RFC 2781, section 3.3).
        Encoding::Utf16(None) => Some([0xfeff].into_iter().chain(units()).flat_map(u16::to_be_bytes).collect()),
    }
}

/// The encoding of a name.
fn named(name: &str) -> Result<Encoding, EncodingError> {
    match name.trim().to_ascii_lowercase().as_str() {
        "utf-8" | "utf8" => Ok(Encoding::Utf8),
        "us-ascii" | "ascii" => Ok(Encoding::Ascii),
        "iso-8859-1" | "iso8859-1" | "latin1" | "l1" => Ok(Encoding::Latin1),
        "utf-16" | "utf16" => Ok(Encoding::Utf16(None)),
        "utf-16le" => Ok(Encoding::Utf16(Some(LittleEndian))),
        "utf-16be" => Ok(Encoding::Utf16(Some(BigEndian))),
        _ => Err(EncodingError::Unknown(name.to_owned())),
    }
}

/// The encoding that the first character tells, which is one of ASCII.
fn plain(xml: &[u8]) -> Encoding {
    match xml {
        [0, 1..=255, ..] => Encoding::Utf16(Some(BigEndian)),
        [1..=255, 0, ..] => Encoding::Utf16(Some(LittleEndian)),
        _ => Encoding::Utf8,
    }
}

/// Where a declaration in single bytes says the encoding.
fn declared(xml: &[u8]) -> Option<Range<usize>> {
    let declaration = xml.strip_prefix(b"<?xml")?;
    let end = declaration.windows(2).position(|two| two == b"?>")?;
    let declaration = str::from_utf8(&declaration[..end]).ok()?;
    let (_, said) = declaration.split_once("encoding")?;
    let said = said.trim_start().strip_prefix('=')?.trim_start();
    let quote = said.chars().next().filter(|quote| ['"', '\''].contains(quote))?;
    let length = said[1..].find(quote)?;
    let begin = b"<?xml".len() + declaration.len() - said.len() + 1;
    Some(begin..begin + length)
}

/// The encoding that a text declares, where it does.
pub fn declared_encoding(xml: &str) -> Option<&str> {
    declared(xml.as_bytes()).map(|name| &xml[name])
}

/// A text that declares an encoding, where it declares another one.
pub fn declare<'a>(xml: &'a str, charset: &str) -> Cow<'a, str> {
    match declared(xml.as_bytes()) {
        Some(name) if !xml[name.clone()].eq_ignore_ascii_case(charset) => {
            Cow::Owned(format!("{}{charset}{}", &xml[..name.start], &xml[name.end..]))
        }
        _ => Cow::Borrowed(xml),
    }
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
