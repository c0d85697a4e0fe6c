//! Calls the clients that are generated of difficult documents.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod by_status;
mod decoding;
mod directions;
mod mocks;
mod multipart;
mod openapi_3_1;
mod parameter_styles;
mod paths;
mod queries_in_paths;
mod recursions;
mod requests;
mod responses;
mod schemas;
mod server;
mod servers;
mod styles;
mod unions;
