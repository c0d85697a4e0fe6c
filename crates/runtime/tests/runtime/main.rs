//! Tests of a client that is built on the runtime, against a scripted server on loopback and without real waits.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, unreachable_pub)]

mod blocking;
mod client;
mod client_credentials;
mod connections;
mod credits;
mod deprecations;
mod deviations;
mod encodings;
mod errors;
mod escape_hatch;
mod example;
mod forms;
mod items;
mod keys;
mod limits;
mod objects;
mod observer;
mod pages;
mod parameter_styles;
mod pauses;
mod preview;
mod proxies;
mod recorder;
mod redirects;
mod retries;
mod secrets;
mod security;
mod streams;
mod support;
mod tls;
mod tracing;
mod unions;
