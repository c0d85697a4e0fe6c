//! Content codings (RFC 9110, section 8.4.1) that the HTTP library leaves as they are, since it knows each of them in one
//! spelling, and no two in a row.

use std::io::{Cursor, Read};

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use http::{HeaderMap, HeaderValue};

/// The longest row of codings that is undone. Nobody needs two.
const MAX_CODINGS: usize = 2;

/// What a server is told of the codings that can be undone.
pub(crate) const ACCEPTED: &str = match (cfg!(feature = "gzip"), cfg!(feature = "br")) {
    (true, true) => "gzip, br",
    (true, false) => "gzip",
    (false, true) => "br",
    (false, false) => "identity",
};

/// A coding that can be undone.
#[derive(Clone, Copy)]
enum Coding {
    #[cfg(feature = "gzip")]
    Gzip,
    #[cfg(feature = "br")]
    Brotli,
}

impl Coding {
    fn named(name: &str) -> Option<Self> {
        match name {
            #[cfg(feature = "gzip")]
            "gzip" | "x-gzip" => Some(Self::Gzip),
            #[cfg(feature = "br")]
            "br" => Some(Self::Brotli),
            _ => None,
        }
    }

    #[cfg_attr(not(any(feature = "gzip", feature = "br")), allow(unused_variables))]
    fn undo(self, encoded: Box<dyn Read>) -> Box<dyn Read> {
        match self {
            #[cfg(feature = "gzip")]
            Self::Gzip => Box::new(flate2::read::MultiGzDecoder::new(encoded)),
            #[cfg(feature = "br")]
            Self::Brotli => Box::new(brotli::Decompressor::new(encoded, 4096)),
        }
    }
}

/// The body without its codings, in one byte more than the limit at most, and headers that speak of that body. What is in
/// a coding that is not known, or broken, stays as it is.
pub(crate) fn decode(headers: &mut HeaderMap, body: Bytes, limit: usize) -> Bytes {
    if !headers.contains_key(CONTENT_ENCODING) {
        return body;
    }
    let codings = match codings(headers) {
        Some(codings) if (1..=MAX_CODINGS).contains(&codings.len()) && !body.is_empty() => codings,
        _ => return body,
    };
    // The last one that was applied is the first one to be undone.
    let encoded: Box<dyn Read> = Box::new(Cursor::new(body.clone()));
    let reader = codings.into_iter().rev().fold(encoded, |reader, coding| coding.undo(reader));
    let mut decoded = Vec::new();
    match reader.take((limit as u64).saturating_add(1)).read_to_end(&mut decoded) {
        Ok(_) => {
            headers.remove(CONTENT_ENCODING);
            headers.remove(CONTENT_LENGTH);
            decoded.into()
        }
        Err(_) => body,
    }
}

/// The codings of a body, in the order in which they were applied; `None` if one of them is not known.
fn codings(headers: &HeaderMap) -> Option<Vec<Coding>> {
    let mut codings = Vec::new();
    for line in headers.get_all(CONTENT_ENCODING).iter().map(HeaderValue::to_str) {
        for coding in line.ok()?.split(',').map(str::trim) {
            match coding.to_ascii_lowercase().as_str() {
                "identity" | "" => {}
                name => codings.push(Coding::named(name)?),
            }
        }
    }
    Some(codings)
}
