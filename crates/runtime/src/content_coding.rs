//! Content codings (RFC 9110, section 8.4.1) that the HTTP library leaves as they are, since it knows each of them in one
//! spelling, and no two in a row.

use std::io::{Cursor, Read};

use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use http::{HeaderMap, HeaderValue};

/// The longest row of codings that is undone. Nobody needs two.
const MAX_CODINGS: usize = 2;

/// The body without its codings, in one byte more than the limit at most, and headers that speak of that body. What is in
/// another coding than gzip, or broken, stays as it is.
pub(crate) fn decode(headers: &mut HeaderMap, body: Bytes, limit: usize) -> Bytes {
    let count = match layers(headers) {
        Some(count @ 1..=MAX_CODINGS) if !body.is_empty() => count,
        _ => return body,
    };
    let mut reader: Box<dyn Read> = Box::new(Cursor::new(body.clone()));
    for _ in 0..count {
        reader = Box::new(MultiGzDecoder::new(reader));
    }
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

/// How often the body is compressed; `None` if it is in another coding too.
fn layers(headers: &HeaderMap) -> Option<usize> {
    let mut count = 0;
    for line in headers.get_all(CONTENT_ENCODING).iter().map(HeaderValue::to_str) {
        for coding in line.ok()?.split(',').map(str::trim) {
            match coding.to_ascii_lowercase().as_str() {
                "gzip" | "x-gzip" => count += 1,
                "identity" | "" => {}
                _ => return None,
            }
        }
    }
    Some(count)
}
