//! Requests: calls that the document does not have yet, and what the requests of all calls are made of.

pub(crate) mod argument;
pub(crate) mod body_parameter;
pub(crate) mod by_name;
pub(crate) mod form;
pub(crate) mod into_parameter;
#[doc(hidden)]
pub mod parameter_style;
pub(crate) mod part_sink;
mod path_template;
pub(crate) mod preview;

use std::borrow::Cow;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method};
use serde::Serialize;
use serde_json::Value;

use crate::call::{Call, Outcome, ReadCode, Target};
use crate::error::display_text::DisplayText;
use crate::paging::pagination::text;
use crate::security::BEARER;
use crate::transport::Received;
use crate::{BodyStream, CallOptions, Client, Error, Operation, Pages, Pagination, Preview, Response, decode};
use body_parameter::{in_body, is_pointer, with_in_body};

impl Client {
    /// Calls any path of the server, with the same authorization, retries and errors as a documented operation.
    ///
    /// The path is sent as it stands, so it has to be as a URL has it, percent-encoded and without segments of dots. One that
    /// the document has takes the credentials of its operation, and costs what that does.
    ///
    /// ```no_run
    /// # async fn f(client: keyapi_runtime::Client) -> Result<(), keyapi_runtime::Error> {
    /// use keyapi_runtime::Method;
    ///
    /// let response = client.request(Method::GET, "/v1/new/thing").query("id", "1").send().await?;
    /// let data = response.into_data()?;
    /// # drop(data);
    /// # Ok(())
    /// # }
    /// ```
    pub fn request(&self, method: Method, path: impl Into<String>) -> Request {
        Request {
            client: self.clone(),
            method,
            path: path.into(),
            query: Vec::new(),
            body: None,
            credits: None,
            options: CallOptions::new(),
        }
    }
}

impl Client {
    /// Writes the `Debug` form of a typed request: what its caller has set, each on one line and without keys.
    #[doc(hidden)]
    pub fn debug_request(
        &self,
        f: &mut fmt::Formatter<'_>,
        name: &str,
        parameters: &[(&str, Option<&dyn fmt::Debug>)],
        options: &CallOptions,
    ) -> fmt::Result {
        let mut shown = f.debug_struct(name);
        for (name, value) in parameters {
            if let Some(value) = value {
                let value = self.shared.key().display_text(&format!("{value:?}"));
                shown.field(name, &format_args!("{value}"));
            }
        }
        let options = self.shared.key().display_text(&format!("{options:?}"));
        shown.field("options", &format_args!("{options}")).finish_non_exhaustive()
    }
}

/// A request to a path of the caller's choice; made by [`Client::request`].
#[derive(Clone)]
#[must_use]
pub struct Request {
    client: Client,
    method: Method,
    path: String,
    query: Vec<(String, String)>,
    body: Option<Result<Vec<u8>, String>>,
    credits: Option<u64>,
    pub(crate) options: CallOptions,
}

impl Request {
    /// Adds a query parameter.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Sets a JSON body.
    pub fn json(mut self, body: &impl Serialize) -> Self {
        self.body = Some(serde_json::to_vec(body).map_err(|error| error.to_string()));
        self
    }

    /// Says what an attempt costs, for [`Client::credits`] and a [`credit_budget`](crate::ClientBuilder::credit_budget). A
    /// path of the document costs what its operation does, unless this says otherwise.
    pub fn credits(mut self, credits: u64) -> Self {
        self.credits = Some(credits);
        self
    }

    /// Overrides for this call.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// Sends the request once for each page, from the page that the query asks for.
    pub fn pages(mut self, pagination: Pagination) -> Pages<Value> {
        self.take_from_path(&[Some(pagination.parameter()), pagination.size_parameter()]);
        let position = self.parameter(pagination.parameter());
        let size = pagination.size_parameter().and_then(|name| self.parameter(name));
        let size = size.and_then(|size| text(&size).parse().ok());
        // A body that has no room for a position is refused before the first page is paid for.
        if is_pointer(pagination.parameter())
            && let Some(Err(why)) = self.clone().at(pagination.parameter(), &Value::from(1)).body
        {
            self.body = Some(Err(why));
        }
        Pages::new(self.name(), pagination, position, size, move |position| {
            let request = self.clone();
            position.into_iter().fold(request, |request, position| request.at(pagination.parameter(), &position)).send()
        })
    }

    /// The value of a parameter, in the query or the body.
    fn parameter(&self, wanted: &str) -> Option<Value> {
        if is_pointer(wanted) {
            let body: Option<Value> =
                self.body.as_ref().and_then(|body| serde_json::from_slice(body.as_ref().ok()?).ok());
            return in_body(body.as_ref(), wanted);
        }
        self.query.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str().into())
    }

    /// The request with another value of a parameter.
    fn at(mut self, parameter: &str, value: &Value) -> Self {
        if !is_pointer(parameter) {
            self.query.retain(|(name, _)| name != parameter);
            return self.query(parameter, text(value));
        }
        let body = self.body.take().unwrap_or_else(|| Ok(b"{}".to_vec()));
        let body = body.and_then(|body| {
            let body: Value = serde_json::from_slice(&body).map_err(|error| error.to_string())?;
            let body = with_in_body(Some(&body), parameter, value)?;
            serde_json::to_vec(&body).map_err(|error| error.to_string())
        });
        self.body = Some(body);
        self
    }

    /// Takes parameters out of the path's own query, where they would stay the same on every page.
    fn take_from_path(&mut self, names: &[Option<&str>]) {
        let Some((path, query)) = self.path.split_once('?') else { return };
        let mut kept = Vec::new();
        for pair in query.split('&') {
            match form_urlencoded::parse(pair.as_bytes()).next() {
                Some((name, value)) if names.contains(&Some(&*name)) => {
                    self.query.push((name.into_owned(), value.into_owned()));
                }
                _ => kept.push(pair),
            }
        }
        let kept = kept.join("&");
        self.path = if kept.is_empty() { path.to_owned() } else { format!("{path}?{kept}") };
    }

    /// What would be sent, and what it would cost. Nothing is sent.
    ///
    /// # Errors
    ///
    /// Those of a request that cannot be made.
    pub fn preview(&self) -> Result<Preview, Error> {
        preview::preview(&self.options, |options| self.clone().options(options).send())
    }

    /// Sends the request.
    ///
    /// # Errors
    ///
    /// Those of any other call.
    pub async fn send(self) -> Result<Response<Value>, Error> {
        let (call, outcome) = self.call(Received::read_code_in::<Value>).await?;
        call.finish(outcome, decode::json)
    }

    /// Sends the request, and leaves the body of its response to the caller, who reads it while it comes. For another type
    /// than JSON, set the header `Accept` in the [options](Self::options). An envelope with status 200 is looked for in
    /// JSON of at most 64 KiB, and in the first piece of JSON whose length is not known or greater.
    ///
    /// # Errors
    ///
    /// Those of any other call, until the body begins.
    pub async fn stream(mut self) -> Result<Response<BodyStream>, Error> {
        self.options = self.options.streamed();
        let (call, outcome) = self.call(Received::read_code_in::<BodyStream>).await?;
        call.finish_stream(outcome)
    }

    async fn call(self, read_code: ReadCode) -> Result<(Call, Outcome), Error> {
        let operation = self.operation();
        // What the document does not have is called as what it has first.
        let called = operation.or(self.client.shared.platform.operations.first());
        let target = Target {
            name: self.name(),
            path: self.shown_path(operation),
            credits: self.credits.or_else(|| operation?.credits),
            read_code,
            is_redirect: false,
            accept: Some(JSON),
            security: called.map_or(BEARER, |operation| operation.security),
            without_details: &[],
        };
        let call = Call::new(Arc::clone(&self.client.shared), target, self.options);
        if self.method == Method::CONNECT {
            return Err(call.invalid_request("CONNECT asks a proxy for a tunnel and calls no path: use another method"));
        }
        let url = call.shared.base_url.join(&self.path).map_err(|message| call.invalid_request(message))?;
        let mut request = call.shared.http.template().request(self.method, url);
        if !self.query.is_empty() {
            request = request.query(&self.query);
        }
        if let Some(body) = self.body {
            let body = body.map_err(|error| call.invalid_request(&format!("the body does not encode: {error}")))?;
            request = request.header(CONTENT_TYPE, HeaderValue::from_static(JSON)).body(body);
        }
        let request = request.build().map_err(|error| call.invalid_request(&error.without_url().to_string()))?;
        call.keep_request(request);
        let outcome = call.run().await;
        Ok((call, outcome))
    }
}

/// Sends the request, as [`send`](Request::send) does.
impl IntoFuture for Request {
    type Output = Result<Response<Value>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl Request {
    /// The operation of this method, path and query, if the document has it.
    fn operation(&self) -> Option<&'static Operation> {
        let mut target = Cow::from(&self.path);
        if !self.query.is_empty() {
            let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.query).finish();
            target = format!("{target}{}{query}", if target.contains('?') { '&' } else { '?' }).into();
        }
        let operations = self.client.shared.platform.operations.iter();
        let is_known =
            |known: &&Operation| known.method == self.method.as_str() && path_template::is_of(&target, known.path);
        operations.filter(is_known).min_by_key(|known| path_template::preference(known.path))
    }

    /// What is called, in errors and spans.
    fn name(&self) -> DisplayText {
        self.client.shared.key().display_text(&format!("{} {}", self.method, without_query(&self.path)))
    }

    /// The path with the query that the operation's own path has in the document, and nothing of the caller's.
    fn shown_path(&self, operation: Option<&Operation>) -> DisplayText {
        let query = operation.and_then(|operation| operation.path.split_once('?')).map(|(_, query)| query);
        let path = without_query(&self.path);
        let path = query.map_or(Cow::from(path), |query| format!("{path}?{query}").into());
        self.client.shared.key().display_text(&path)
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = self.client.shared.key();
        let query = self.query.iter().map(|(name, value)| key.display_text(&format!("{name}={value}")));
        f.debug_struct("Request")
            .field("name", &self.name())
            .field("query", &query.collect::<Vec<_>>())
            .field("body_bytes", &self.body.as_ref().and_then(|body| body.as_ref().ok()).map(Vec::len))
            .field("credits", &self.credits)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// A query in the path is shown no more than one that is passed by itself.
fn without_query(path: &str) -> &str {
    path.split(['?', '#']).next().unwrap_or_default()
}

const JSON: &str = "application/json";
