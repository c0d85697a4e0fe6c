//! A call through a generated client, and the response that it ends with.

use std::fmt;
use std::future::ready;
use std::marker::PhantomData;

use bytes::Bytes;
use futures_util::future::{Either, FutureExt};
use progenitor_client::{ByteStream, ClientInfo, ResponseValue};
#[cfg(feature = "xml")]
use serde::de::DeserializeOwned;

use super::{Call, Outcome};
use crate::decode::from_body::FromBody;
use crate::decode::{self, Decoded};
use crate::response::envelope::Envelope;
use crate::security::key::ApiKey;
use crate::transport::Received;
use crate::{BodyStream, DecodeError, Error, Response};

/// What a call ended with, if it could be made.
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

impl Call {
    /// Sends the request that the generated code has made, unless it came to nothing for this reason.
    fn send(&self, error: Option<progenitor_client::Error<ByteStream>>) -> impl Future<Output = Sent> {
        if self.request().is_none() {
            return Either::Right(ready(Sent(Err(self.not_made(error)))));
        }
        Either::Left(self.run().map(|outcome| Sent(Ok(outcome))))
    }
}

impl<T: Envelope, C: ClientInfo<Call>> Started<T, C> {
    pub(crate) fn new(client: C) -> Self {
        Self { client, response: PhantomData }
    }

    /// The generated client for this one call.
    pub fn client(&self) -> &C {
        &self.client
    }

    /// Makes the call with the request that a generated method makes, which hands it over and is not told what becomes of
    /// it: all of its future would have to be kept for that, and a response be made for it to look at.
    pub fn send(
        &self,
        making: impl Future<Output = Result<ResponseValue<ByteStream>, progenitor_client::Error<ByteStream>>>,
    ) -> impl Future<Output = Sent> {
        let made = making.now_or_never();
        self.client.inner().send(made.and_then(Result::err))
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
