//! Maintenance commands of the workspace: `cargo xtask --help` lists them.
//!
//! This package does not depend on the SDK or the mock server, so that it builds, and says what is wrong, when the
//! document that they are generated from is bad.

mod artefacts;
mod atomic;
mod contract;
mod lint;
mod lock;
mod regen;
mod report;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The command did what it was asked to do.
const OK: u8 = 0;
/// What was checked is stale, or a threshold is reached.
const STALE: u8 = 1;
/// The input is bad; diagnostics say where.
const BAD_INPUT: u8 = 2;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Maintenance commands of the workspace", disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the pipeline and write resolved document, generated sources, snapshots and lock.
    Regen(regen::Args),
    /// Print diagnostics only.
    Lint(lint::Args),
    /// Print the (operation, status) matrix and what exercises each cell.
    Coverage,
    /// Start the mock, call every documented (operation, status) through the typed client, print the matrix.
    Demo,
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Regen(args) => regen::run(&args),
        Command::Lint(args) => lint::run(&args),
        Command::Coverage => contract::run("coverage"),
        Command::Demo => contract::run("demo"),
    };
    match result {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(BAD_INPUT)
        }
    }
}
