//! Typed client for KeyAPI's TikTok API.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), keyapi_tiktok::Error> {
//! # let server = keyapi_tiktok_mock::MockServer::start();
//! let client = keyapi_tiktok::Client::builder().api_key("sk_live_…");
//! # let client = keyapi_tiktok::Client::builder().api_key("sk_live_test").base_url(server.url());
//! let client = client.build()?; // or Client::from_env(), which reads KEYAPI_TOKEN
//! let detail = client.trending_music_detail().clip_id("6703723351497508865").send().await?.into_data()?;
//! assert_eq!(detail.sound.and_then(|sound| sound.title).as_deref(), Some("New Sun"));
//! # Ok(())
//! # }
//! ```
//!
//! Every operation of the document is a method of [`Client`] that gives a request; parameters are set on the request,
//! and `send` gives a [`Response`] or an [`Error`]. The operations and their [`types`] are generated from the OpenAPI
//! document; what they have in common with other platforms is the crate `keyapi-runtime`.
//!
//! # Errors
//!
//! There is one [`Error`], with a predicate for each documented status, whether the API says it by the HTTP status or by
//! the envelope's `code` with status 200:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let server = keyapi_tiktok_mock::MockServer::start();
//! # server.script("*", [402])?;
//! # let client = keyapi_tiktok::Client::builder().api_key("sk_live_test").base_url(server.url()).build()?;
//! match client.trending_music_detail().clip_id("6703723351497508865").send().await {
//!     Ok(response) => println!("{:?} credits", response.credits()),
//!     Err(error) if error.is_quota_exhausted() => println!("top up: {error}"),
//!     Err(error) => return Err(error.into()),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Retries and limits
//!
//! A failed attempt is repeated where that can help and costs nothing: see [`STATUSES`] for what is repeated,
//! [`RetryPolicy`] for when. [`ClientBuilder`] has the deadlines, the limit of requests per second and the limit of a
//! body's size; [`CallOptions`] overrides them for one call.
//!
//! # What the document does not say
//!
//! [`Client::request`] calls any path, with the same authorization, retries and errors. An operation whose overlay says
//! how it is paged has `pages` and `items` beside `send`; any other is paged by [`Request::pages`]. Both give [`Pages`]
//! and [`Items`], whose [`Position`] can be stored and resumed:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), keyapi_tiktok::Error> {
//! # let server = keyapi_tiktok_mock::MockServer::start();
//! # let client = keyapi_tiktok::Client::builder().api_key("sk_live_test").base_url(server.url()).build()?;
//! use keyapi_tiktok::{Method, Pagination};
//!
//! let pagination = Pagination::Announced { page: "page", has_more: "/data/pagination/has_more", items: None };
//! let request = client.request(Method::GET, "/v1/tiktok/trending/music/detail").query("region", "US");
//! let mut pages = request.pages(pagination);
//! while let Some(page) = pages.next().await {
//!     println!("{}", page?.into_data()?);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Watching calls
//!
//! An [`Observer`] is told of every attempt and every call, whichever way they end, for metrics and warnings:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), keyapi_tiktok::Error> {
//! # let server = keyapi_tiktok_mock::MockServer::start();
//! use keyapi_tiktok::{CallEnded, Client, Observer};
//! use std::sync::{Arc, Mutex};
//!
//! #[derive(Default)]
//! struct Metrics(Mutex<Vec<String>>);
//!
//! impl Observer for Metrics {
//!     fn call_ended(&self, call: &CallEnded<'_>) {
//!         let line = format!("{} {:?} attempts={} bytes={}", call.operation, call.ending, call.attempts, call.bytes);
//!         self.0.lock().unwrap().push(line);
//!     }
//! }
//!
//! let metrics = Arc::new(Metrics::default());
//! let client = Client::builder().observer(Arc::clone(&metrics));
//! # let client = client.api_key("sk_live_test").base_url(server.url());
//! let client = client.build()?;
//! client.trending_music_detail().send().await?;
//! assert!(metrics.0.lock().unwrap()[0].starts_with("trending_music_detail Success attempts=1 bytes="));
//! # Ok(())
//! # }
//! ```
//!
//! With the feature `recorder`, `Recorder` is such an observer: it writes down what the API really answers, redacted, for
//! the maintainers of this crate, whose commands say what of it the document does not have:
//!
//! ```
//! # #[cfg(feature = "recorder")]
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let server = keyapi_tiktok_mock::MockServer::start();
//! # let folder = tempfile::TempDir::new()?;
//! # let path = folder.path().join("journal.json");
//! use keyapi_tiktok::{Client, Recorder};
//!
//! let client = Client::builder().observer(Recorder::open(&path)?);
//! # let client = client.api_key("sk_live_test").base_url(server.url());
//! client.build()?.trending_music_detail().send().await?;
//! assert!(std::fs::read_to_string(path)?.contains("trending_music_detail"));
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "recorder"))]
//! # fn main() {}
//! ```
//!
//! # Testing your own code
//!
//! The crate `keyapi-tiktok-mock` answers with the documented examples, or by a script:
//!
//! ```
//! # use std::time::Duration;
//! # use keyapi_tiktok::{Client, RetryPolicy};
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let server = keyapi_tiktok_mock::MockServer::start();
//! server.script("trending_music_detail", [429, 429, 200])?;
//! let retry = RetryPolicy::default().initial_backoff(Duration::ZERO);
//! let client = Client::builder().api_key("sk_live_test").base_url(server.url()).retry(retry).build()?;
//! assert_eq!(client.trending_music_detail().send().await?.attempts(), 3);
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! - `operations` (default): all operations. A program that needs few of them builds less with `default-features = false` and
//!   the features that are called after the tags of the document, such as `tiktok-intelligence`; operations without a tag
//!   are always there.
//! - `tracing`: a span for each call and each attempt, with OpenTelemetry's HTTP attribute names.
//! - `blocking`: a client whose calls are waited for, without an async runtime or inside of one.
//! - `rustls` (default) or `native-tls`: TLS by rustls, or by the library of the operating system. Without either, servers
//!   are asked for by plain `http` alone, such as a mock server. With both, it is rustls.
//! - `gzip`, `br`: ask for compressed responses.
//! - `oauth2`: `ClientCredentials`, for APIs that give tokens to clients; `ClientBuilder::client_credentials` takes them.
//! - `xml`: operations that answer with XML have `send_xml`, which decodes it.
//! - `recorder`: `Recorder`, an observer that records responses, redacted, for the maintainers of this crate.
//! - `dispatch`: the module `dispatch`, which calls operations that are known by name only at run time and describes them all,
//!   as a command line needs it.
//! - `schema`: the types implement `schemars::JsonSchema`, and `types::json_schema` has the schema of each by its name.

include!(concat!(env!("OUT_DIR"), "/library.rs"));
