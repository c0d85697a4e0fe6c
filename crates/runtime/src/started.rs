//! A call through a generated client, and the response that it ends with.

use std::fmt;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::Poll;

use bytes::Bytes;
use progenitor_client::{ByteStream, ClientInfo, ResponseValue};
#[cfg(feature = "xml")]
use serde::de::DeserializeOwned;

use crate::call::{Call, Outcome};
use crate::decode::{self, Decoded};
use crate::envelope::Envelope;
use crate::from_body::FromBody;
use crate::key::ApiKey;
use crate::transport::Received;
use crate::{BodyStream, DecodeError, Error, Response};

/// What a call ended with.
pub struct Sent(Result<Outcome, Error>);

impl fmt::Debug for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Sent").finish_non_exhaustive()
    }
}

/// A call that is about to be made through a generated client.
#[derive(Debug)]
pub struct Started<T, C> {
    client: C,
    /// What the call answers with.
    response: PhantomData<fn() -> T>,
}

impl<T: Envelope, C: ClientInfo<Call>> Started<T, C> {
    pub(crate) fn new(client: C) -> Self {
        Self { client, response: PhantomData }
    }

    /// The generated client for this one call.
    pub fn client(&self) -> &C {
        &self.client
    }

    /// Polls what a generated method returns until the call is over. That method is never told, since it would look for a
    /// response: it ends by itself only where it cannot make the request.
    pub async fn sent<F>(&self, mut sending: Pin<&mut F>) -> Sent
    where
        F: Future<Output = Result<ResponseValue<ByteStream>, progenitor_client::Error<ByteStream>>>,
    {
        let call = self.client.inner();
        poll_fn(|context| match (sending.as_mut().poll(context), call.take_outcome()) {
            (_, Some(outcome)) => Poll::Ready(Sent(Ok(outcome))),
            (Poll::Ready(sent), None) => Poll::Ready(Sent(Err(call.not_sent(sent.err())))),
            (Poll::Pending, None) => Poll::Pending,
        })
        .await
    }

    /// The error for a call that cannot be made.
    pub fn invalid_request(&self, message: &str) -> Error {
        self.client.inner().invalid_request(message)
    }

    /// The response of an operation that answers with JSON.
    ///
    /// # Errors
    ///
    /// Every failure of the call.
    pub fn finish_json(&self, sent: Sent) -> Result<Response<T>, Error>
    where
        T: FromBody,
    {
        self.finish(sent, decode::json)
    }

    /// The response of an operation whose body is nothing.
    ///
    /// # Errors
    ///
    /// Every failure of the call.
    pub fn finish_nothing(&self, sent: Sent) -> Result<Response<T>, Error>
    where
        T: Default,
    {
        self.finish(sent, decode::nothing)
    }

    fn finish(
        &self,
        sent: Sent,
        read: impl FnOnce(&Received, &ApiKey) -> Result<Decoded<T>, DecodeError>,
    ) -> Result<Response<T>, Error> {
        let call = self.client.inner();
        call.finish(sent.0?, read)
    }
}

#[cfg(feature = "xml")]
impl<T: Envelope + DeserializeOwned, C: ClientInfo<Call>> Started<T, C> {
    /// The response of an operation that answers with XML; `schema` is a [`keyapi_xml::XmlSchema`] in JSON.
    ///
    /// # Errors
    ///
    /// Every failure of the call.
    pub fn finish_xml(&self, sent: Sent, schema: &str) -> Result<Response<T>, Error> {
        self.finish(sent, |received, key| decode::xml(received, key, schema))
    }
}

impl<C: ClientInfo<Call>> Started<Bytes, C> {
    /// The response of an operation that answers with something else, as it came.
    ///
    /// # Errors
    ///
    /// Every failure of the call.
    pub fn finish_bytes(&self, sent: Sent) -> Result<Response<Bytes>, Error> {
        self.finish(sent, decode::bytes)
    }
}

impl<C: ClientInfo<Call>> Started<BodyStream, C> {
    /// The response of an operation whose body the caller reads.
    ///
    /// # Errors
    ///
    /// Every failure until the body begins.
    pub fn finish_stream(&self, sent: Sent) -> Result<Response<BodyStream>, Error> {
        let call = self.client.inner();
        call.finish_stream(sent.0?)
    }
}
