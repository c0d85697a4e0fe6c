//! Turns a resolved OpenAPI document into Rust source through progenitor.
//!
//! [`generate`] gives what works for any document: progenitor's client and its httpmock extension. [`sdk`] adds what the
//! hand-written runtime of an SDK crate builds on: a typed facade and a way to call an operation by its name.

mod client;
mod dispatch;
mod facade;
mod lower;
mod open_enum;
pub mod public_items;
mod signatures;
pub mod split;

use keyapi_spec::Diagnostic;
use serde_json::Value;

pub use lower::lower;

/// The version of the generator whose output depends on it.
pub const GENERATOR: &str = "progenitor 0.15.1";

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
    pub operations: String,
    /// A call of any operation by its name.
    pub dispatch: String,
}

/// What an SDK crate is called and where its hand-written parts are.
#[derive(Clone, Copy, Debug)]
pub struct SdkSettings<'a> {
    /// The crate's name as other crates write it, for instance `keyapi_tiktok`.
    pub crate_name: &'a str,
    /// The name of the crate whose `MockServer` the documentation examples run against.
    pub mock_crate: &'a str,
    /// Path of the per-call state that the client hands to the hooks, for instance `crate::call::Call`.
    pub inner_type: &'a str,
}

/// Generates a client that stands on its own: `client.rs` compiles with the crates that progenitor's output needs.
///
/// # Errors
///
/// Located diagnostics for what cannot be generated.
pub fn generate(resolved: &Value) -> Result<Generated, Vec<Diagnostic>> {
    let lowered = lower(resolved)?;
    let generated = client::generate(&lowered, client::Hooks::Default, "crate")?;
    Ok(Generated { client: client::format(generated.client)?, httpmock: client::format(generated.httpmock)? })
}

/// Generates the sources of an SDK crate.
///
/// # Errors
///
/// Located diagnostics for what cannot be generated.
pub fn sdk(resolved: &Value, settings: &SdkSettings<'_>) -> Result<Sdk, Vec<Diagnostic>> {
    let lowered = lower(resolved)?;
    let library = format!("{}::generated", settings.crate_name);
    let generated = client::generate(&lowered, client::Hooks::Runtime(settings.inner_type), &library)?;
    let signatures = signatures::read(resolved, &generated.client)?;
    Ok(Sdk {
        operations: client::format(facade::operations(resolved, &signatures, settings))?,
        dispatch: client::format(dispatch::dispatch(&signatures))?,
        client: client::format(generated.client)?,
        httpmock: client::format(generated.httpmock)?,
    })
}
