//! `cargo xtask ci`: everything that CI runs.

use std::process::Command;

use crate::STALE;
use crate::input::Failure;
use crate::workspace::root;

/// Runs the script that CI runs, and passes its exit code on.
///
/// # Errors
///
/// The script cannot be started.
pub fn run() -> Result<u8, Failure> {
    let status = Command::new("bash").arg(".ci/run").current_dir(root()).status()?;
    Ok(status.code().map_or(STALE, |code| u8::try_from(code).unwrap_or(STALE)))
}
