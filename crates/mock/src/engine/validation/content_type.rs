//! What a request says about the type of its body (RFC 9110, section 8.3).

use http::{HeaderMap, header};
use keyapi_spec::message::media_type::MediaType;

/// Why the type of a body cannot be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct InvalidContentType(pub(super) &'static str);

/// The media type of a request's body; nothing where the request does not say.
///
/// The value is not repeated in what is wrong with it, since it may hold anything.
pub(super) fn content_type(headers: &HeaderMap) -> Result<Option<MediaType>, InvalidContentType> {
    let lines = || headers.get_all(header::CONTENT_TYPE).iter();
    // An empty line beside another one says nothing: some clients add their own to the one that they cannot remove.
    let mut telling = lines().filter(|line| !line.as_bytes().trim_ascii().is_empty());
    let value = match (telling.next(), telling.next()) {
        (Some(_), Some(_)) => return Err(InvalidContentType("There is more than one Content-Type header")),
        (Some(value), None) => value,
        (None, _) if lines().next().is_some() => return Err(InvalidContentType("The Content-Type header is empty")),
        (None, _) => return Ok(None),
    };
    match value.to_str().ok().and_then(MediaType::parse) {
        Some(range) if range.is_range() => {
            Err(InvalidContentType("The Content-Type header is a range of media types, and a body has one of them"))
        }
        Some(media_type) => Ok(Some(media_type)),
        None => Err(InvalidContentType("The Content-Type header is not a media type such as application/json")),
    }
}
