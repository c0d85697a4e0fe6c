//! The time of `regen --check` on the workspace as it stands, once it is compiled.

use std::io;
use std::process::{Command, Stdio};
use std::time::Instant;

use super::Effort;
use super::table::{Table, figure, median};
use crate::programs::build;

/// How many milliseconds a check may take.
const TARGET: f64 = 1000.0;

/// Measures and prints.
///
/// The program is built as `cargo xtask` builds it, without optimisation.
pub(super) fn run(effort: Effort) -> io::Result<()> {
    let [xtask] = build(["xtask"], &[])?;
    let mut runs = Vec::new();
    for _ in 0..effort.pick(1, 10) {
        let start = Instant::now();
        let status = Command::new(&xtask).args(["regen", "--check"]).stdout(Stdio::null()).status()?;
        if !status.success() {
            return Err(io::Error::other("what is generated is not up to date: run `cargo xtask regen` first"));
        }
        runs.push(start.elapsed().as_secs_f64() * 1000.0);
    }
    println!("check: milliseconds, median of {} runs", runs.len());
    let mut table = Table::new(["command", "time"]);
    table.row(["regen --check".to_owned(), figure(median(runs))]);
    table.print();
    println!("target: less than {TARGET} on an unchanged workspace\n");
    Ok(())
}
