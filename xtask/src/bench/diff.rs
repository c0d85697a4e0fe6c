//! The time of `diff` on two versions of a large document, beside that of loading and resolving both.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use keyapi_codegen::RustNames;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::table::{Table, figure, median, ratio};
use super::{Effort, RELEASE, house_style};
use crate::OK;
use crate::diff::{Version, compare};
use crate::input::{Failure, failure, read};
use crate::programs::build;
use crate::workspace::platform;

/// How many operations the document is grown to.
const SIZE: usize = 1_000;

/// A comparison takes no more than this times what it takes to load and resolve both documents.
const TARGET: f64 = 1.25;

/// What is compared.
#[derive(clap::Args)]
pub struct Args {
    old: PathBuf,
    new: PathBuf,
}

/// What was measured, in milliseconds.
#[derive(Debug, Serialize, Deserialize)]
struct Times {
    /// Reading and resolving both documents, one after the other.
    base: f64,
    /// All that `diff` does with them.
    diff: f64,
    changes: usize,
}

/// Runs both in this process and prints what they took as JSON.
///
/// # Errors
///
/// A document is bad.
pub fn run_once(args: &Args) -> Result<u8, Failure> {
    let start = Instant::now();
    for path in [&args.old, &args.new] {
        let input = read(path, None);
        input.resolve(&RustNames).map_err(|found| failure(&input, &found))?;
    }
    let base = milliseconds(start.elapsed());

    let start = Instant::now();
    let platform = platform();
    let [old, new] = Version::both(
        || Version::named(&args.old.to_string_lossy(), &platform),
        || Version::named(&args.new.to_string_lossy(), &platform),
    )?;
    let report = compare(&platform, &old, &new, &keyapi_spec::diff::Policy::default())?;
    let times = Times { base, diff: milliseconds(start.elapsed()), changes: report.changes.len() };
    println!("{}", serde_json::to_string(&times).map_err(io::Error::from)?);
    Ok(OK)
}

/// Measures and prints.
pub(super) fn run(effort: Effort) -> io::Result<()> {
    let [xtask] = build(["xtask"], &RELEASE)?;
    let folder = TempDir::new()?;
    let platform = platform();
    let vendored: Value = serde_json::from_slice(&std::fs::read(&platform.spec)?)?;
    let old = house_style::grow(&vendored, SIZE);
    let mut new = old.clone();
    change(&mut new);
    let write = |name: &str, document: &Value| -> io::Result<PathBuf> {
        let path = folder.path().join(name);
        std::fs::write(&path, serde_json::to_string_pretty(document)?)?;
        Ok(path)
    };
    let (old, new) = (write("old.json", &old)?, write("new.json", &new)?);
    let mut runs = Vec::new();
    for _ in 0..effort.pick(1, 5) {
        runs.push(measure(&xtask, &old, &new)?);
    }
    println!("diff: milliseconds, medians of {} runs", runs.len());
    let mut table = Table::new(["document", "changes", "load and resolve both", "diff", "diff : both"]);
    let of = |part: fn(&Times) -> f64| median(runs.iter().map(part).collect());
    let (base, diff) = (of(|run| run.base), of(|run| run.diff));
    let changes = runs.first().map_or(0, |run| run.changes);
    table.row([
        format!("grown to {SIZE}, one operation changed"),
        format!("{changes}"),
        figure(base),
        figure(diff),
        ratio(diff, base),
    ]);
    table.print();
    println!("target: diff takes less than {TARGET}× of loading and resolving both\n");
    Ok(())
}

/// Has the first operation ask for a parameter more.
fn change(document: &mut Value) {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    let operation = paths.and_then(|paths| paths.values_mut().next()).and_then(|item| item.get_mut("get"));
    if let Some(parameters) = operation.and_then(|operation| operation["parameters"].as_array_mut()) {
        parameters.push(json!({"name": "bench", "in": "query", "required": true, "schema": {"type": "string"}}));
    }
}

fn measure(xtask: &Path, old: &Path, new: &Path) -> io::Result<Times> {
    let output = Command::new(xtask).arg("diff-times").args([old, new]).output()?;
    if !output.status.success() {
        return Err(io::Error::other(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_compared_asks_for_one_parameter_more() {
        let mut document = json!({"paths": {"/a": {"get": {"parameters": [{"name": "p", "in": "query"}]}}}});
        change(&mut document);
        assert_eq!(document["paths"]["/a"]["get"]["parameters"][1]["name"], "bench");
        assert_eq!(milliseconds(Duration::from_micros(2_500)), 2.5);
    }
}
