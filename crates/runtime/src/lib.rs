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

mod advancing_environment;
mod argument;
mod attempts;
mod base_url;
#[cfg(feature = "blocking")]
pub mod blocking;
mod body_parameter;
mod builder;
mod by_name;
mod call;
mod cause;
mod client;
#[cfg(feature = "oauth2")]
mod client_credentials;
mod content_coding;
mod credentials;
mod credits;
mod decode;
mod deprecation;
mod description;
mod display_text;
mod envelope;
mod environment;
mod error;
mod error_kind;
mod form;
mod from_body;
mod http_clients;
mod into_parameter;
mod items;
mod json_path;
mod key;
mod key_provider;
mod mismatch;
mod no_key;
mod number;
#[doc(hidden)]
pub mod object;
mod observer;
mod operation;
mod options;
mod pages;
mod pagination;
mod paging;
#[doc(hidden)]
pub mod parameter_style;
mod part_sink;
mod path_template;
mod pause;
mod platform;
mod position;
mod preview;
mod progress;
mod proxies;
mod rate_limit;
#[cfg(feature = "recorder")]
mod recorder;
mod redirect;
mod repeatable;
mod request;
mod response;
mod response_header;
mod retry;
mod same_json;
mod secrets;
mod security;
mod server;
mod started;
mod status;
mod step;
mod streams;
#[cfg(test)]
mod test_platform;
mod tls;
mod tolerant;
mod trace;
mod transmission;
mod transport;
mod turn;
#[doc(hidden)]
pub mod unboxed;
mod union;
mod variant;
mod watch;

/// What generated code calls.
#[doc(hidden)]
pub mod codegen {
    pub use crate::argument::{from_json, from_text};
    pub use crate::body_parameter::{in_body, with_in_body, with_in_body_by};
    pub use crate::by_name::{MediaTypes, collected};
    pub use crate::call::Call;
    pub use crate::decode::Decoded;
    pub use crate::description::{BodyDescription, Description, ParameterDescription, ValueDescription, ValueType};
    pub use crate::form::form_of_json;
    #[cfg(feature = "xml")]
    pub use crate::form::xml_body;
    pub use crate::from_body::Body;
    pub use crate::object;
    pub use crate::pages::pages;
    pub use crate::pagination::text;
    pub use crate::parameter_style;
    pub use crate::part_sink::PartSink;
    pub use crate::preview::preview;
    pub use crate::response_header::response_header;
    pub use crate::started::{Sent, Started};
    pub use crate::tolerant::without_lone_surrogates;
    pub use crate::unboxed::Unboxed;

    /// What unions ask for the variant of a value.
    pub mod union {
        pub use crate::union::*;
        pub use crate::variant::variant;
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

pub use builder::ClientBuilder;
pub use bytes::Bytes;
pub use client::Client;
#[cfg(feature = "oauth2")]
pub use client_credentials::ClientCredentials;
pub use credits::Credits;
pub use decode::DecodeError;
pub use deprecation::Deprecation;
pub use envelope::Envelope;
pub use environment::{Environment, Sleep, SystemEnvironment};
pub use error::Error;
pub use error_kind::ErrorKind;
pub use form::{File, Form};
pub use from_body::FromBody;
pub use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
pub use into_parameter::{IntoParameter, by};
pub use items::Items;
pub use key_provider::KeyProvider;
pub use observer::{AttemptBegun, AttemptEnded, CallEnded, Deprecated, Ending, NextStep, Observer};
pub use operation::Operation;
pub use options::CallOptions;
pub use pages::Pages;
pub use pagination::Pagination;
pub use platform::{EnvelopeProperties, KeyForm, Platform};
pub use position::Position;
pub use preview::Preview;
#[cfg(feature = "recorder")]
pub use recorder::Recorder;
pub use request::Request;
pub use response::Response;
pub use retry::{RetryLimit, RetryPolicy};
pub use security::{CredentialPlace, Scheme};
pub use server::Server;
pub use status::{RetryRule, StatusRow};
pub use streams::{BodyStream, Event, EventData, EventStream, JsonLines, JsonSequence};
pub use tolerant::{Deviation, DeviationKind};
