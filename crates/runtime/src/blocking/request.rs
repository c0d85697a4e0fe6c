//! Calls that the document does not have yet, waited for.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use super::{Client, Pages, Streamed};
use crate::{BodyStream, CallOptions, Error, Pagination, Preview, Response};

/// A request to a path of the caller's choice; made by [`Client::request`].
#[derive(Clone)]
#[must_use]
pub struct Request {
    client: Client,
    request: crate::Request,
}

impl Request {
    pub(super) fn new(client: Client, request: crate::Request) -> Self {
        Self { client, request }
    }

    /// Adds a query parameter.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.request = self.request.query(name, value);
        self
    }

    /// Sets a JSON body.
    pub fn json(mut self, body: &impl Serialize) -> Self {
        self.request = self.request.json(body);
        self
    }

    /// Says what an attempt costs, as [`credits`](crate::Request::credits) of the asynchronous request does.
    pub fn credits(mut self, credits: u64) -> Self {
        self.request = self.request.credits(credits);
        self
    }

    /// Overrides for this call.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.request = self.request.options(options);
        self
    }

    /// What would be sent, and what it would cost. Nothing is sent.
    ///
    /// # Errors
    ///
    /// Those of a request that cannot be made.
    pub fn preview(&self) -> Result<Preview, Error> {
        self.request.preview()
    }

    /// The pages, from the one that the request asks for; each is a request of its own, sent when it is asked for.
    pub fn pages(self, pagination: Pagination) -> Pages<Value> {
        let options = self.request.options.clone();
        Pages::new(self.client, options, self.request.pages(pagination))
    }

    /// Sends the request and waits for its response.
    ///
    /// # Errors
    ///
    /// Those of any other call.
    pub fn send(self) -> Result<Response<Value>, Error> {
        let options = self.request.options.clone();
        self.client.wait(&options, self.request.send())
    }

    /// Sends the request, and leaves the body of its response to the caller, as [`stream`](crate::Request::stream) of the
    /// asynchronous request does.
    ///
    /// # Errors
    ///
    /// Those of any other call, until the body begins.
    pub fn stream(self) -> Result<Response<Streamed<BodyStream>>, Error> {
        let options = self.request.options.clone();
        let response = self.client.wait(&options, self.request.stream())?;
        Ok(Streamed::of(&self.client, response))
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.request.fmt(f)
    }
}
