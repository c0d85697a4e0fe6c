//! One attempt: sends a request and reads the reply into bounded memory.

use std::error::Error as StdError;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};
use reqwest::{Client, Request, Response};

use crate::{ErrorKind, cause};

/// How much is read of the body of an error status.
const ERROR_BODY_LIMIT: usize = 64 * 1024;

/// A reply with its whole body.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// An attempt without a usable reply.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) kind: ErrorKind,
    /// What came before the failure, with as much of the body as was read.
    pub(crate) partial: Option<Received>,
    pub(crate) source: Option<reqwest::Error>,
}

impl Failed {
    /// Whether the runtime that drove the connection has ended, which says nothing about the server.
    pub(crate) fn lost_its_driver(&self) -> bool {
        let mut cause = self.source.as_ref().map(|error| error as &dyn StdError);
        while let Some(error) = cause {
            // hyper has no other name for it.
            if error.to_string() == "dispatch task is gone" {
                return true;
            }
            cause = error.source();
        }
        false
    }
}

/// Sends the request once. The request is handed over at once, and the reply is read when the future is polled.
pub(crate) fn send(
    client: &Client,
    request: Request,
    body_limit: usize,
) -> impl Future<Output = Result<Received, Failed>> + use<> {
    let sending = client.execute(request);
    async move {
        let mut response =
            sending.await.map_err(|error| Failed { kind: cause::kind(&error), partial: None, source: Some(error) })?;
        let (status, length) = (response.status(), response.content_length());
        let headers = std::mem::take(response.headers_mut());
        let (body, end) = if !status.is_success() {
            // The status says enough, whatever the body is.
            (read(&mut response, body_limit.min(ERROR_BODY_LIMIT)).await.0, End::Complete)
        } else if length.is_some_and(|length| length > body_limit as u64) {
            // Not worth a byte: the server itself says that the limit will be passed.
            (Bytes::new(), End::TooLarge)
        } else {
            read(&mut response, body_limit).await
        };
        let received = Received { status, headers, body };
        match end {
            End::Complete => Ok(received),
            End::TooLarge => Err(Failed { kind: ErrorKind::BodyTooLarge, partial: Some(received), source: None }),
            End::Broken(error) => {
                Err(Failed { kind: cause::kind(&error), partial: Some(received), source: Some(error) })
            }
        }
    }
}

/// How a body ended.
enum End {
    Complete,
    TooLarge,
    Broken(reqwest::Error),
}

async fn read(response: &mut Response, limit: usize) -> (Bytes, End) {
    let announced = response.content_length().unwrap_or(0);
    let announced = usize::try_from(announced).unwrap_or(usize::MAX);
    // What the server announces is not memory that it has earned yet.
    let mut body = BytesMut::with_capacity(announced.min(limit).min(ERROR_BODY_LIMIT));
    let end = loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > limit => {
                body.extend_from_slice(&chunk[..limit - body.len()]);
                break End::TooLarge;
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => break End::Complete,
            Err(error) => break End::Broken(error),
        }
    };
    (body.freeze(), end)
}
