//! What the clients of all platforms have in common: requests, retries, rate limit, errors, pages and decoding.
//!
//! The crate of a platform has the generated operations, and passes what its API differs in as a [`Platform`]. Programs
//! use such a crate, which has everything here that is theirs to use.
//!
//! # Features
//!
//! - `tracing`: a span for each call and each attempt, with OpenTelemetry's HTTP attribute names.
//! - `blocking`: a client whose calls are waited for, without an async runtime or inside of one.
//! - `rustls` (default) or `native-tls`: TLS by rustls, or by the library of the operating system. Without either, servers
//!   are asked for by plain `http` alone. With both, it is rustls.
//! - `gzip`, `br`: ask for compressed responses.
//! - `oauth2`: tokens that the client asks for with credentials of its own.
//! - `xml`: responses in XML, decoded into types.
//! - `recorder`: records responses, redacted, for the maintainers of an SDK.

#[cfg(feature = "blocking")]
pub mod blocking;
mod call;
mod client;
mod decode;
mod description;
mod error;
mod observer;
mod operation;
mod paging;
mod request;
mod response;
mod security;
#[cfg(test)]
mod test_platform;
mod transport;

/// What generated code calls.
#[doc(hidden)]
pub mod codegen {
    pub use crate::call::Call;
    pub use crate::call::started::{Sent, Started};
    pub use crate::decode::Decoded;
    pub use crate::decode::from_body::Body;
    pub use crate::decode::object;
    pub use crate::decode::tolerant::without_lone_surrogates;
    pub use crate::decode::unboxed::Unboxed;
    pub use crate::description::{BodyDescription, Description, ParameterDescription, ValueDescription, ValueType};
    pub use crate::paging::pages::pages;
    pub use crate::paging::pagination::text;
    pub use crate::request::argument::{from_json, from_text};
    pub use crate::request::body_parameter::{in_body, with_in_body, with_in_body_by};
    pub use crate::request::by_name::{MediaTypes, collected};
    #[cfg(feature = "xml")]
    pub use crate::request::form::xml_body;
    pub use crate::request::form::{PartMediaTypes, form_of_json};
    pub use crate::request::parameter_style;
    pub use crate::request::part_sink::PartSink;
    pub use crate::request::preview::preview;
    pub use crate::response::response_header::response_header;

    /// What unions ask for the variant of a value.
    pub mod union {
        pub use crate::decode::union::*;
        pub use crate::decode::variant::variant;
    }
}

/// What an SDK passes on to its callers.
pub mod sdk {
    #[cfg(feature = "oauth2")]
    #[doc(inline)]
    pub use crate::ClientCredentials;
    #[cfg(feature = "recorder")]
    #[doc(inline)]
    pub use crate::Recorder;
    pub use crate::{
        AttemptBegun, AttemptEnded, BodyStream, Bytes, CallEnded, CallOptions, CredentialPlace, Credits, DecodeError,
        Deprecated, Deprecation, Deviation, DeviationKind, Ending, Envelope, EnvelopeProperties, Environment, Error,
        ErrorKind, Event, EventData, EventStream, File, Form, FromBody, HeaderMap, HeaderName, HeaderValue,
        IntoParameter, Items, JsonLines, JsonSequence, KeyProvider, Method, NextStep, Observer, Operation, Pages,
        Pagination, Position, Preview, Request, Response, RetryLimit, RetryPolicy, RetryRule, Scheme, Server, Sleep,
        StatusCode, StatusRow, SystemEnvironment,
    };
}

pub use bytes::Bytes;
pub use call::credits::Credits;
pub use call::retry::{RetryLimit, RetryPolicy};
pub use call::status::{RetryRule, StatusRow};
pub use client::Client;
pub use client::builder::ClientBuilder;
pub use client::environment::{Environment, Sleep, SystemEnvironment};
pub use client::options::CallOptions;
pub use client::platform::{EnvelopeProperties, KeyForm, Platform};
pub use client::server::Server;
pub use decode::DecodeError;
pub use decode::from_body::FromBody;
pub use decode::tolerant::{Deviation, DeviationKind};
pub use error::Error;
pub use error::error_kind::ErrorKind;
pub use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
#[cfg(feature = "recorder")]
pub use observer::recorder::Recorder;
pub use observer::{AttemptBegun, AttemptEnded, CallEnded, Deprecated, Ending, NextStep, Observer};
pub use operation::Operation;
pub use paging::items::Items;
pub use paging::pages::Pages;
pub use paging::pagination::Pagination;
pub use paging::position::Position;
pub use request::Request;
pub use request::form::{File, Form};
pub use request::into_parameter::{IntoParameter, by};
pub use request::preview::Preview;
pub use response::Response;
pub use response::deprecation::Deprecation;
pub use response::envelope::Envelope;
pub use response::streams::{BodyStream, Event, EventData, EventStream, JsonLines, JsonSequence};
#[cfg(feature = "oauth2")]
pub use security::client_credentials::ClientCredentials;
pub use security::key_provider::KeyProvider;
pub use security::{CredentialPlace, Scheme};
