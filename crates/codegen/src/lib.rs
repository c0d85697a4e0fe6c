//! Turns a resolved OpenAPI document into Rust source through progenitor.
