//! Content codings (RFC 9110, section 8.4.1), undone while a body comes. The HTTP library's own decoders end with the first
//! member of a gzip file, know each coding in one spelling, and no two in a row.

use std::error::Error as StdError;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use http::{HeaderMap, HeaderValue};
use hyper::body::{Body as HttpBody, Frame};
use reqwest::{Body, Response, ResponseBuilderExt as _};

#[cfg(feature = "br")]
mod brotli;
#[cfg(feature = "gzip")]
mod gzip;

/// The longest row of codings that is undone. Nobody needs two.
const MAX_CODINGS: usize = 2;

/// About how much is decoded at once.
#[cfg(any(feature = "gzip", feature = "br"))]
const PIECE: usize = 16 * 1024;

/// How often a decoder goes on at once where nothing comes of it: any number of empty members may follow one another, and any
/// number of zeros the last one.
const MAX_STEPS: usize = 32;

/// What a server is told of the codings that can be undone.
pub(crate) const ACCEPTED: &str = match (cfg!(feature = "gzip"), cfg!(feature = "br")) {
    (true, true) => "gzip, br",
    (true, false) => "gzip",
    (false, true) => "br",
    (false, false) => "identity",
};

/// The response, whose headers were taken from it, without its codings, if all of them are known. The headers speak of the
/// body that it has then.
pub(crate) fn decode(response: Response, headers: &mut HeaderMap) -> Response {
    if !headers.contains_key(CONTENT_ENCODING) {
        return response;
    }
    let decoders = match decoders(headers) {
        Some(decoders) if (1..=MAX_CODINGS).contains(&decoders.len()) => decoders,
        _ => return response,
    };
    headers.remove(CONTENT_ENCODING);
    headers.remove(CONTENT_LENGTH);
    let head = http::Response::builder().status(response.status()).url(response.url().clone());
    // The last one that was applied is the first one to be undone.
    let body = decoders.into_iter().rev().fold(Body::from(response), |encoded, decoder| {
        Body::wrap(DecodedBody {
            encoded,
            decoder,
            input: Bytes::new(),
            has_begun: false,
            failure: None,
            is_over: false,
        })
    });
    head.body(()).unwrap_or_default().map(|()| body).into()
}

/// The decoders of a body's codings, in the order in which these were applied; `None` if one of them is not known.
fn decoders(headers: &HeaderMap) -> Option<Vec<Box<dyn Decoder>>> {
    let mut decoders = Vec::new();
    for line in headers.get_all(CONTENT_ENCODING).iter().map(HeaderValue::to_str) {
        for coding in line.ok()?.split(',').map(str::trim) {
            match coding.to_ascii_lowercase().as_str() {
                "identity" | "" => {}
                name => decoders.push(decoder(name)?),
            }
        }
    }
    Some(decoders)
}

fn decoder(coding: &str) -> Option<Box<dyn Decoder>> {
    match coding {
        #[cfg(feature = "gzip")]
        "gzip" | "x-gzip" => Some(Box::new(gzip::Gzip::new())),
        #[cfg(feature = "br")]
        "br" => Some(Box::new(brotli::Brotli::new())),
        _ => None,
    }
}

/// Undoes one coding. What stands behind the end of the encoded data is left out.
trait Decoder: Send + Sync {
    /// Decodes a part of the input, in bounded memory and time, since a few bytes may stand for gigabytes, also what comes
    /// before an error. There is nothing more to be had once all of the input is used and nothing came of it.
    fn decode(&mut self, input: &mut Bytes, decoded: &mut Vec<u8>) -> io::Result<()>;

    /// What is left after the last input, which is an error if the encoded data has not ended.
    fn finish(&mut self) -> io::Result<Vec<u8>>;
}

/// A body without one of its codings.
struct DecodedBody {
    encoded: Body,
    decoder: Box<dyn Decoder>,
    input: Bytes,
    /// Whether anything came. Nothing needs no decoding: not every response has a body.
    has_begun: bool,
    /// What comes after the last piece.
    failure: Option<io::Error>,
    is_over: bool,
}

impl DecodedBody {
    fn poll_piece(&mut self, context: &mut Context<'_>) -> Poll<Result<Vec<u8>, Box<dyn StdError + Send + Sync>>> {
        for _ in 0..MAX_STEPS {
            let mut piece = Vec::new();
            let result = match self.failure.take() {
                None => self.decoder.decode(&mut self.input, &mut piece),
                Some(failure) => Err(failure),
            };
            if !piece.is_empty() {
                self.failure = result.err();
                return Poll::Ready(Ok(piece));
            }
            result?;
            if !self.input.is_empty() {
                continue;
            }
            match ready!(Pin::new(&mut self.encoded).poll_frame(context)) {
                Some(frame) => {
                    // Trailers say nothing that is asked for.
                    self.input = frame?.into_data().unwrap_or_default();
                    self.has_begun |= !self.input.is_empty();
                }
                None => {
                    self.is_over = true;
                    return Poll::Ready(if self.has_begun { Ok(self.decoder.finish()?) } else { Ok(Vec::new()) });
                }
            }
        }
        // Others have their turn, deadlines among them.
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

impl HttpBody for DecodedBody {
    type Data = Bytes;
    type Error = Box<dyn StdError + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if self.is_over {
            return Poll::Ready(None);
        }
        let piece = ready!(self.poll_piece(context));
        self.is_over |= piece.is_err();
        Poll::Ready(match piece {
            Ok(piece) if piece.is_empty() => None,
            piece => Some(piece.map(|piece| Frame::data(piece.into()))),
        })
    }
}
