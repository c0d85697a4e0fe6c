//! What the generator makes of the documents under `crates/codegen/tests/specs`: that this crate compiles is the proof
//! that all of it does.
//!
//! Nothing depends on this crate but its own tests, which call the clients.

#![allow(warnings, clippy::all, missing_docs, unreachable_pub)]
// What these say of a generated client is a fault of it: a response that is never read, a variable that is never changed.
#![deny(unreachable_patterns, unused_mut)]

include!(concat!(env!("OUT_DIR"), "/cases.rs"));
