//! Maintenance commands of the workspace: `cargo xtask --help` lists them.
//!
//! This package does not depend on the SDK or the mock server, so that it builds, and says what is wrong, when the
//! document that they are generated from is bad.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::{
    BAD_INPUT, bench, ci, compat, contract, diff, drift, import, lint, new_platform, package, regen, release, sample,
    samples, update, workspace,
};

/// Trees of a document and of generated code are millions of small values, which take two thirds of the time in it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Maintenance commands of the workspace", disable_help_subcommand = true)]
struct Cli {
    /// The platform of the workspace that the command is about, where it has several.
    #[arg(long, value_name = "NAME", env = "KEYAPI_PLATFORM")]
    platform: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the pipeline and write resolved document, generated sources, snapshots and lock.
    Regen(regen::Args),
    /// Merge documentation pages or OpenAPI documents into the vendored document.
    Import(import::Args),
    /// Set the version, move what is unreleased in the changelog under it, and keep what was released.
    Release(release::Args),
    /// Write what a release publishes, with the generated sources inside, under target/package.
    Package,
    /// Fetch the pages that the document comes from, import them and regenerate; exit with 1 where something changed.
    Update,
    /// Print diagnostics only.
    Lint(lint::Args),
    /// Store real responses as evidence, redacted.
    Sample(sample::Args),
    /// Print what real responses have that the document has not.
    Drift(drift::Args),
    /// Print what changed between two documents, on the wire and for those who call the SDK.
    Diff(diff::Args),
    /// Type-check the tests, examples and documentation of a former version against today's SDK.
    Compat(compat::Args),
    /// Add another platform to the workspace: document, overlay, lock, crates and contract tests.
    NewPlatform(new_platform::Args),
    /// Print the (operation, status) matrix and what exercises each cell.
    Coverage,
    /// Start the mock, call every documented (operation, status) through the typed client, print the matrix.
    Demo,
    /// Run the document's code samples against the mock server.
    Samples(samples::Args),
    /// Print side-by-side figures, as ratios.
    Bench(bench::Args),
    /// Run the stages of the pipeline for `bench`.
    #[command(hide = true)]
    Stages(bench::stages::Args),
    /// Run `diff` for `bench`.
    #[command(hide = true)]
    DiffTimes(bench::diff::Args),
    /// Run everything that CI runs.
    Ci,
}

fn main() -> ExitCode {
    let Cli { platform, command } = Cli::parse();
    let chosen = platform.as_deref().map_or(Ok(()), workspace::choose);
    let result = chosen.and_then(|()| match command {
        Command::Regen(args) => regen::run(&args),
        Command::Import(args) => import::run(&args),
        Command::Release(args) => release::run(&args),
        Command::Package => package::run(),
        Command::Update => update::run(),
        Command::Lint(args) => lint::run(&args),
        Command::Sample(args) => sample::run(&args),
        Command::Drift(args) => drift::run(&args),
        Command::Diff(args) => diff::run(&args),
        Command::Compat(args) => compat::run(&args),
        Command::NewPlatform(args) => new_platform::run(&args),
        Command::Coverage => contract::run("coverage"),
        Command::Demo => contract::run("demo"),
        Command::Samples(args) => samples::run(&args),
        Command::Bench(args) => bench::run(&args),
        Command::Stages(args) => bench::stages::run(&args),
        Command::DiffTimes(args) => bench::diff::run_once(&args),
        Command::Ci => ci::run(),
    });
    match result.and_then(|code| Ok(xtask::finish().map(|()| code)?)) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            // Whoever reads it may have read enough.
            _ = writeln!(io::stderr(), "{error}");
            ExitCode::from(BAD_INPUT)
        }
    }
}
