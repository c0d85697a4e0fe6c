//! A platform with one operation, with such a client as the generator makes.

use std::fmt;

use keyapi_runtime::codegen::{self, Call};
use keyapi_runtime::{
    CallOptions, Credits, Envelope, EnvelopeProperties, Error, ErrorKind, KeyForm, Method, Operation, Platform,
    Preview, Request, Response, RetryRule, StatusRow, blocking,
};
use progenitor_client::{ByteStream, ClientInfo, QueryParam, ResponseValue};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub static STATUSES: &[StatusRow] = &[
    StatusRow::new(400, ErrorKind::BadRequest, RetryRule::Never, "the id is missing"),
    StatusRow::new(401, ErrorKind::Unauthorized, RetryRule::Never, "there is no such key"),
    StatusRow::new(402, ErrorKind::QuotaExhausted, RetryRule::Never, "no credits are left"),
    StatusRow::new(403, ErrorKind::Forbidden, RetryRule::Never, "the key may not do that"),
    StatusRow::new(404, ErrorKind::NotFound, RetryRule::Never, "there is no such track"),
    StatusRow::new(408, ErrorKind::Timeout, RetryRule::Always, "it took too long"),
    StatusRow::new(429, ErrorKind::RateLimited, RetryRule::Always, "too many requests"),
    StatusRow::new(500, ErrorKind::Server, RetryRule::Idempotent, "something is broken"),
];

pub const OPERATION: Operation = Operation::new("track_detail", "GET", "https://api.example.com", "/v1/tracks/detail")
    .with_credits(2)
    .with_accept("application/json");

static PLATFORM: Platform = Platform {
    user_agent: "example/1",
    base_url: "https://api.example.com",
    operations: &[OPERATION],
    key: KeyForm { variable: "EXAMPLE_KEY", prefix: "sk_", documented_prefix: "sk_live_" },
    statuses: STATUSES,
    envelope: EnvelopeProperties {
        code: Some("code"),
        success: 0,
        message: Some("message"),
        data: Some("data"),
        request_id: Some("requestId"),
    },
};

#[derive(Clone)]
pub struct Client {
    pub runtime: keyapi_runtime::Client,
}

pub type ClientBuilder = keyapi_runtime::ClientBuilder<Client>;

impl Client {
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new(&PLATFORM, |runtime| Ok(Self { runtime }))
    }

    pub fn track_detail(&self) -> TrackDetail {
        TrackDetail { client: self.clone(), options: CallOptions::new(), id: None, region: None }
    }

    pub fn request(&self, method: Method, path: impl Into<String>) -> Request {
        self.runtime.request(method, path)
    }

    pub fn credits(&self) -> Credits {
        self.runtime.credits()
    }

    pub fn credits_spent(&self) -> u64 {
        self.runtime.credits_spent()
    }
}

/// The client of the platform that waits.
#[derive(Clone, Debug)]
pub struct BlockingClient {
    client: Client,
    pub waiting: blocking::Client,
}

impl BlockingClient {
    pub fn builder() -> keyapi_runtime::ClientBuilder<Self> {
        keyapi_runtime::ClientBuilder::new(&PLATFORM, |runtime| Self::new(Client { runtime }))
    }

    pub fn new(client: Client) -> Result<Self, Error> {
        Ok(Self { waiting: blocking::Client::new(client.runtime.clone())?, client })
    }

    pub fn track_detail(&self) -> BlockingTrackDetail {
        BlockingTrackDetail { client: self.clone(), request: self.client.track_detail() }
    }
}

pub struct BlockingTrackDetail {
    client: BlockingClient,
    request: TrackDetail,
}

impl BlockingTrackDetail {
    pub fn options(mut self, options: CallOptions) -> Self {
        self.request = self.request.options(options);
        self
    }

    pub fn send(self) -> Result<Response<Track>, Error> {
        let options = self.request.options.clone();
        self.client.waiting.wait(&options, self.request.send())
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.runtime.fmt(f)
    }
}

/// A request of the operation.
#[derive(Clone)]
#[must_use]
pub struct TrackDetail {
    client: Client,
    options: CallOptions,
    id: Option<String>,
    region: Option<String>,
}

impl TrackDetail {
    pub fn id(self, id: impl Into<String>) -> Self {
        Self { id: Some(id.into()), ..self }
    }

    pub fn region(self, region: impl Into<String>) -> Self {
        Self { region: Some(region.into()), ..self }
    }

    pub fn options(self, options: CallOptions) -> Self {
        Self { options, ..self }
    }

    pub fn preview(&self) -> Result<Preview, Error> {
        codegen::preview(&self.options, |options| self.clone().options(options).send())
    }

    pub async fn send(self) -> Result<Response<Track>, Error> {
        let call = self.client.runtime.start(&OPERATION, self.options, Generated::new)?;
        let sent = call.send(call.client().track_detail(self.id.as_deref(), self.region.as_deref())).await;
        call.finish_json(sent)
    }
}

impl fmt::Debug for TrackDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parameters: [(&str, Option<&dyn fmt::Debug>); 2] =
            [("id", self.id.as_ref().map(|id| id as _)), ("region", self.region.as_ref().map(|region| region as _))];
        self.client.runtime.debug_request(f, "TrackDetail", &parameters, &self.options)
    }
}

/// The response of the operation.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Track {
    pub code: i64,
    pub message: String,
    pub data: Option<Data>,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Envelope for Track {
    const HAS_CODE: bool = true;
    type Data = Data;

    fn into_data(self, _: &EnvelopeProperties) -> Option<Data> {
        self.data
    }

    fn data(&self, _: &EnvelopeProperties) -> Option<&Data> {
        self.data.as_ref()
    }

    fn with_code(json: &str, _: &EnvelopeProperties) -> Option<(Box<Self>, i64)> {
        let value: Box<Self> = serde_json::from_str(json).ok()?;
        let code = value.code;
        Some((value, code))
    }
}

#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Data {
    pub sound: Option<Sound>,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Sound {
    pub author: Option<String>,
    pub duration: Option<i64>,
    pub title: Option<String>,
    pub trend: Option<Vec<Point>>,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Point {
    pub value: Option<f64>,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// What stands in for progenitor's client, which makes the HTTP request and leaves the rest to its hook.
#[derive(Debug)]
pub struct Generated {
    base_url: String,
    http: reqwest::Client,
    call: Call,
}

impl ClientInfo<Call> for Generated {
    fn api_version() -> &'static str {
        "1.0.0"
    }

    fn baseurl(&self) -> &str {
        &self.base_url
    }

    fn client(&self) -> &reqwest::Client {
        &self.http
    }

    fn inner(&self) -> &Call {
        &self.call
    }
}

impl Generated {
    pub fn new(base_url: &str, http: reqwest::Client, call: Call) -> Self {
        Self { base_url: base_url.to_owned(), http, call }
    }

    pub async fn track_detail(
        &self,
        id: Option<&str>,
        region: Option<&str>,
    ) -> Result<ResponseValue<ByteStream>, progenitor_client::Error<ByteStream>> {
        let request = self
            .http
            .get(format!("{}/v1/tracks/detail", self.base_url))
            .query(&QueryParam::new("id", &id))
            .query(&QueryParam::new("region", &region))
            .build()?;
        Ok(ResponseValue::stream(self.call.exec(request).await?))
    }
}
