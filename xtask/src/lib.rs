//! Maintenance commands of the workspace, one per file.
//!
//! This package does not depend on the SDK or the mock server, so that it builds, and says what is wrong, when the
//! document that they are generated from is bad.

// First, because macros are known from where they are written.
#[macro_use]
mod output;

pub mod artefacts;
mod atomic;
pub mod bench;
mod changelog;
pub mod ci;
pub mod compat;
pub mod contract;
pub mod diff;
pub mod drift;
mod exchanged;
mod exclusive;
mod features;
mod git;
mod github;
mod http;
pub mod import;
pub mod input;
pub mod lint;
mod lock;
pub mod new_platform;
pub mod package;
mod plan;
mod programs;
mod recorded;
mod redaction;
pub mod regen;
pub mod release;
mod released;
pub mod sample;
pub mod samples;
mod semver;
mod status;
pub mod update;
pub mod workspace;
mod wrap;

pub use output::finish;

/// The command did what it was asked to do.
pub const OK: u8 = 0;
/// What was checked is stale, or a threshold is reached.
pub const STALE: u8 = 1;
/// The input is bad; diagnostics say where.
pub const BAD_INPUT: u8 = 2;
