//! Typed client for KeyAPI's TikTok API.
//!
//! The operations and their types are generated from the OpenAPI document when this crate is built; what is written by
//! hand is the runtime below them: authorization, retries, limits, errors.

mod attempts;
mod base_url;
#[cfg(feature = "blocking")]
pub mod blocking;
mod builder;
mod call;
mod client;
mod decode;
mod envelope;
mod environment;
mod error;
mod key;
mod operation;
mod options;
mod pages;
mod rate_limit;
mod reply;
mod request;
mod retry;
mod status;
mod tls;
#[cfg(feature = "tracing")]
mod trace;
#[cfg(not(feature = "tracing"))]
#[path = "trace_off.rs"]
mod trace;
mod transport;

/// Progenitor's output, for the code that is generated from it. Use [`Client`] and [`types`].
#[doc(hidden)]
#[allow(clippy::all, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, unused)]
pub mod generated {
    include!(concat!(env!("OUT_DIR"), "/client.rs"));
}

mod operations {
    include!(concat!(env!("OUT_DIR"), "/operations.rs"));
}

/// Calls of operations that are known by name only at run time.
pub mod dispatch {
    include!(concat!(env!("OUT_DIR"), "/dispatch.rs"));
}

pub use builder::{ClientBuilder, KEY_VARIABLE};
pub use client::Client;
pub use decode::DecodeError;
pub use envelope::Envelope;
pub use environment::{Environment, Sleep, SystemEnvironment};
pub use error::{Error, ErrorKind};
pub use generated::types;
pub use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
pub use operation::Operation;
pub use operations::*;
pub use options::CallOptions;
pub use pages::{Pages, Pagination};
pub use reply::Reply;
pub use request::Request;
pub use retry::RetryPolicy;
pub use status::{RetryRule, STATUSES, StatusRow};
