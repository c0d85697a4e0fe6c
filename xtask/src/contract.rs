//! Runs a program of the contract package, which is built with the SDK and the mock server.

use crate::OK;
use crate::input::Failure;
use crate::programs::cargo;
use crate::workspace::other;

/// Builds and runs the program, and passes its exit code on.
pub fn run(program: &str) -> Result<u8, Failure> {
    let mut command = cargo("run");
    // Without `--package`, this shares one build with `cargo test` and with xtask itself.
    let name = other().map_or_else(|| program.to_owned(), |platform| format!("{program}-{platform}"));
    command.args(["--quiet", "--bin", &name]);
    let status = command.status()?;
    Ok(status.code().map_or(1, |code| u8::try_from(code).unwrap_or(OK + 1)))
}
