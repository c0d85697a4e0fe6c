//! What the contract tests, the demonstration and the coverage report share: every documented response, the call that has to
//! give it, and the matrix that says what became of each.

pub mod document;
pub mod exercise;
pub mod matrix;
pub mod representation;

use std::error::Error;
use std::process::ExitCode;

/// How a program of this package ends: an error is printed and is a failure.
pub fn exit_code(result: Result<ExitCode, Box<dyn Error>>) -> ExitCode {
    result.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::FAILURE
    })
}
