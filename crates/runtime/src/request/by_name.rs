//! Calls of operations that are known by name only at run time.

use futures_core::Stream;
use futures_util::TryStreamExt;
use serde::Serialize;
use serde_json::Value;

use super::part_sink::PartSink;
use crate::{Error, Response};

/// The media types of a call, where they are not those of the typed one.
#[derive(Clone, Copy, Debug, Default)]
pub struct MediaTypes<'a> {
    /// What the request body is written in.
    pub body: Option<&'a str>,
    /// What the response is asked for in.
    pub response: Option<&'a str>,
}

/// A stream as the list of its parts, or of none where they are given to somebody while they come.
///
/// # Errors
///
/// The first of the stream.
pub async fn collected<S, T, P: Serialize>(
    response: Response<S>,
    part: impl Fn(T) -> P,
    sink: Option<PartSink>,
) -> Result<Response<Value>, Error>
where
    S: Stream<Item = Result<T, Error>> + Unpin,
{
    let mut parts = Vec::new();
    let (mut stream, response) = response.take();
    sink.iter().for_each(PartSink::begin);
    while let Some(item) = stream.try_next().await? {
        let part = part(item);
        // What does not encode is left for the list, which says so.
        let Some((sink, mut json)) = sink.as_ref().and_then(|sink| Some((sink, serde_json::to_vec(&part).ok()?)))
        else {
            parts.push(part);
            continue;
        };
        response.mask(&mut json);
        if !sink.take(&json) {
            break;
        }
    }
    response.map(|()| parts).into_json()
}
