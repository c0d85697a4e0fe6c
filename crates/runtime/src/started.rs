//! A call through a generated client, and the response that it ends with.

use std::marker::PhantomData;

use bytes::Bytes;
use progenitor_client::{ByteStream, ClientInfo, ResponseValue};
#[cfg(feature = "xml")]
use serde::de::DeserializeOwned;

use crate::call::Call;
use crate::decode::{self, Decoded};
use crate::envelope::Envelope;
use crate::from_body::FromBody;
use crate::key::ApiKey;
use crate::transport::Received;
use crate::{BodyStream, DecodeError, Error, Response};

/// What generated methods return: a response that nobody looks at, or why there is none.
pub type Sent = Result<ResponseValue<ByteStream>, progenitor_client::Error<ByteStream>>;

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
        call.finish(call.take_outcome(sent)?, read)
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
        call.finish_stream(call.take_outcome(sent)?)
    }
}
