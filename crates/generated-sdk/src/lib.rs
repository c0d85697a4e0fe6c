//! The SDK of `tests/other-platform.json`, which has kinds of operations that the vendored document has not: streams,
//! media types to choose from, headers of responses, several servers and ways to be let in.
//!
//! Nothing depends on this crate but its own tests, which call the client.

// What the generator makes is compiled without warnings of its own.
#![deny(nonstandard_style, unused)]

include!(concat!(env!("OUT_DIR"), "/library.rs"));

/// The SDK of a document whose names are those that generated code could use for itself: that it compiles is the test.
pub mod names {
    include!(concat!(env!("OUT_DIR"), "/names/library.rs"));
}

/// The SDK of a document whose types hold themselves.
pub mod recursions {
    include!(concat!(env!("OUT_DIR"), "/recursions/library.rs"));
}
