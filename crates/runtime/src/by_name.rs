//! Calls of operations that are known by name only at run time.

use futures_core::Stream;
use futures_util::TryStreamExt;
use serde::Serialize;
use serde_json::Value;

use crate::{Error, Response};

/// The media types of a call, where they are not those of the typed one.
#[derive(Clone, Copy, Debug, Default)]
pub struct MediaTypes<'a> {
    /// What the request body is written in.
    pub body: Option<&'a str>,
    /// What the response is asked for in.
    pub response: Option<&'a str>,
}

/// A stream as the list of its parts.
///
/// # Errors
///
/// The first of the stream.
pub async fn collected<S, T, P: Serialize>(
    response: Response<S>,
    part: impl Fn(T) -> P,
) -> Result<Response<Value>, Error>
where
    S: Stream<Item = Result<T, Error>> + Unpin,
{
    let mut parts = Vec::new();
    let (mut stream, response) = response.take();
    while let Some(item) = stream.try_next().await? {
        parts.push(part(item));
    }
    response.map(|()| parts).into_json()
}
