//! Turns a resolved OpenAPI document into Rust source through progenitor.
//!
//! [`generate`] gives what works for any document: progenitor's client and its httpmock extension. [`sdk`] adds what the
//! hand-written runtime of an SDK crate builds on: typed requests and a way to call an operation by its name.

pub mod build;
mod deprecated;
mod docs;
mod emit;
pub mod features;
mod fields;
mod generate;
mod model;
mod prepare;
mod property_examples;
pub mod public_items;
pub mod split;
mod times;
pub mod versions;

use keyapi_spec::Diagnostic;
use serde_json::Value;

use generate::{Files, Purpose, Responses, guarded};

pub use keyapi_rust_names::RustNames;
pub use times::Times;

/// The version of the generator whose output depends on it.
pub const GENERATOR: &str = "progenitor 0.15.1";

/// What prints the code, and its version: another one may break lines elsewhere.
pub const FORMATTER: &str = "prettyplease 0.3.0";

/// The generated sources for any document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    /// Progenitor's client with its types.
    pub client: String,
    /// Progenitor's typed extension of `httpmock::MockServer`.
    pub httpmock: String,
}

/// The generated sources of an SDK crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sdk {
    /// Progenitor's client with its types.
    pub client: String,
    /// Progenitor's typed extension of `httpmock::MockServer`.
    pub httpmock: String,
    /// One method and one request type per operation, on top of the client.
    pub requests: String,
    /// The same with calls that are waited for.
    pub blocking: String,
    /// A call of any operation by its name.
    pub dispatch: String,
    /// The root of the crate, which has the other sources as its modules.
    pub library: String,
}

/// Generates a client that stands on its own: `client.rs` compiles with the crates that progenitor's output needs.
///
/// # Errors
///
/// Located diagnostics for what cannot be generated.
pub fn generate(resolved: &Value) -> Result<Generated, Vec<Diagnostic>> {
    generate_timed(resolved).map(|(generated, _)| generated)
}

/// Does what [`generate`] does, and tells how long its parts took.
///
/// # Errors
///
/// Located diagnostics for what cannot be generated.
pub fn generate_timed(resolved: &Value) -> Result<(Generated, Times), Vec<Diagnostic>> {
    guarded(|| {
        let Files { client, httpmock, times, .. } =
            generate::generate(resolved, Responses::Typed, "crate", Purpose::Text)?;
        Ok((Generated { client, httpmock }, times))
    })
}

/// Says what [`generate`] would refuse, without writing any code.
///
/// # Errors
///
/// Those of [`generate`].
pub fn check(resolved: &Value) -> Result<(), Vec<Diagnostic>> {
    guarded(|| generate::generate(resolved, Responses::Typed, "crate", Purpose::Check).map(|_| ()))
}

/// Generates the sources of the SDK crate of a platform, `keyapi-PLATFORM`.
///
/// # Errors
///
/// Located diagnostics for what cannot be generated.
pub fn sdk(resolved: &Value, platform: &str) -> Result<Sdk, Vec<Diagnostic>> {
    guarded(|| emit::sdk(resolved, platform))
}
