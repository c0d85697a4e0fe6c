//! `cargo xtask coverage`: the (operation, status) matrix and what exercises each cell.
//!
//! The contract tests run for it, and two things have to hold of a cell: its test succeeded, and the mock server counted
//! the response that the test is about.

use std::collections::HashMap;
use std::error::Error;
use std::io;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use contract::document::{Document, Operation, Response, read};
use contract::matrix::{Cell, Matrix};
use keyapi_spec::overlay::skip::Skipped;
use mock::coverage::{self, Report};
use serde_json::Value;

pub(crate) fn main() -> ExitCode {
    contract::exit_code(run())
}

fn run() -> Result<ExitCode, Box<dyn Error>> {
    let Document { operations, skipped } = read()?;
    let counted = tempfile::tempdir()?;
    let outcomes = run_contract_tests(counted.path())?;
    let report = coverage::read(counted.path())?;

    let mut matrix = Matrix::default();
    for operation in &operations {
        for response in &operation.responses {
            matrix.push(operation, response, exercised(operation, response, &outcomes, &report));
        }
    }
    println!("{matrix}\n");
    for cell in matrix.cells() {
        let Cell { operation, status, outcome } = cell;
        match outcome {
            Ok(()) => println!("{operation} × {status}: test `{operation}::{status}` of tests/contract.rs"),
            Err(why) => println!("{operation} × {status}: nothing, because {why}"),
        }
    }
    for Skipped { operation, reason } in &skipped {
        println!("{operation}: left out, because {reason}");
    }
    let (covered, documented) = (matrix.succeeded(), matrix.cells().len());
    println!("\n{covered} of {documented} documented (operation, status) pairs are exercised");
    Ok(if covered == documented { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What became of the tests, by their names.
type Outcomes = HashMap<String, Result<(), String>>;

/// Runs the contract tests; the mock servers in them store what they were asked for in `folder`.
fn run_contract_tests(folder: &Path) -> io::Result<Outcomes> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    let package = env!("CARGO_PKG_NAME");
    command.args(["test", "--quiet", "--package", package, "--test", "contract", "--", "--format", "json"]);
    command.env(coverage::DIRECTORY, folder);
    let output = command.stderr(Stdio::inherit()).output()?;
    let events: Vec<Value> =
        String::from_utf8_lossy(&output.stdout).lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let is_end = |event: &Value| event["type"] == "suite" && event["event"] != "started";
    if !events.iter().any(is_end) {
        return Err(io::Error::other("the contract tests did not run to their end"));
    }
    Ok(events.iter().filter_map(outcome).collect())
}

/// The outcome that an event of the test harness tells of.
fn outcome(event: &Value) -> Option<(String, Result<(), String>)> {
    let name = event.get("name")?.as_str()?;
    let outcome = match event.get("event")?.as_str()? {
        "started" => return None,
        "ok" => Ok(()),
        other => {
            let said = event.get("stdout").and_then(Value::as_str).unwrap_or_default();
            Err(format!("its test has {other}: {}", said.trim_end()))
        }
    };
    Some((name.to_owned(), outcome))
}

fn exercised(operation: &Operation, response: &Response, outcomes: &Outcomes, report: &Report) -> Result<(), String> {
    let test = operation.test_name(response);
    outcomes.get(&test).cloned().unwrap_or_else(|| Err(format!("there is no test `{test}`")))?;
    let operations = report.operations.iter().filter(|counted| counted.name == operation.name);
    let mut statuses = operations.flat_map(|counted| &counted.statuses);
    let is_counted = statuses.any(|status| status.name.eq_ignore_ascii_case(&response.status) && status.hits > 0);
    if is_counted { Ok(()) } else { Err(format!("its test `{test}` asks no mock server for it")) }
}
