//! The names of the extensions that a person may write into a document, and of those that the resolved document has.
//!
//! ARCHITECTURE.md, "Extensions in documents", says where each of them stands and what it means.

/// What a request for an operation costs.
pub const CREDITS: &str = "x-credits";
/// The properties of the envelope that all responses share.
pub const ENVELOPE: &str = "x-envelope";
/// What methods are named after.
pub const OPERATION_NAMES: &str = "x-operation-names";
/// The id that an operation was published with.
pub const OPERATION_ID: &str = "x-operation-id";
/// The day from which something is no longer there.
pub const SUNSET: &str = "x-sunset";
/// The day from which something was deprecated.
pub const DEPRECATED_SINCE: &str = "x-deprecated-since";
/// How an operation cuts its result into pages.
pub const PAGINATION: &str = "x-pagination";
/// Values that are known, where others are legal too.
pub const EXTENSIBLE_ENUM: &str = "x-extensible-enum";
/// The names of values, in order.
pub const ENUM_VARNAMES: &str = "x-enum-varnames";
/// The descriptions of values, in order.
pub const ENUM_DESCRIPTIONS: &str = "x-enum-descriptions";
/// What a type, a method or a setter is called.
pub const RUST_NAME: &str = "x-rust-name";
/// What it was called in releases.
pub const FORMER_NAMES: &str = "x-former-names";
/// Why an operation is left out of the client.
pub const SKIP: &str = "x-skip";
/// The rule by which a schema was inferred, and the evidence.
pub const INFERRED: &str = "x-inferred";
