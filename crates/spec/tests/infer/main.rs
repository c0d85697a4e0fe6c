//! What is inferred from examples.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod decode;
mod documents;
mod examples;
mod foreign;
mod laws;
mod rules;
mod stored;
