//! What a maintainer waits for as the document grows: generating, building the SDK, and the contract suite.

use std::env;
use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use serde_json::Value;

use super::build::{cargo, scratch};
use super::table::{Table, figure};
use super::{Effort, house_style};
use crate::git;
use crate::input::{Failure, refused};
use crate::workspace::{platform, root};

/// Measures and prints.
///
/// All of it runs in a copy of the last commit, whose document is grown, and is built as `cargo xtask` and `cargo test` build
/// it, without optimisation.
pub(super) fn run(effort: Effort) -> Result<(), Failure> {
    let folder = scratch()?;
    let commit = git::commit("HEAD")?.ok_or_else(|| refused("there is no commit yet, of which a copy is measured"))?;
    git::check_out(&commit, &folder)?;
    let platform = platform();
    let vendored: Value = serde_json::from_slice(&fs::read(&platform.spec)?).map_err(io::Error::from)?;
    let inside = |path: &Path| folder.join(path.strip_prefix(root()).unwrap_or(path));
    // What does not depend on the document is built before.
    build(&folder, &platform.sdk())?;
    contract(&folder, &["--no-run"])?;

    println!("growth: seconds, one run");
    let columns = ["operations", "regen", "SDK, cold", "again", "contract: build", "run", "of each operation"];
    let mut table = Table::new(columns);
    for size in effort.pick(&[10][..], &[80, 400]) {
        fs::write(inside(&platform.spec), house_style::grow(&vendored, *size).to_string())?;
        let seconds = |what, step: &dyn Fn() -> io::Result<()>| {
            let seconds = seconds(step)?;
            // It takes long until the table is there, and a step that fails leaves none.
            eprintln!("{size} operations: {what} {} s", figure(seconds));
            Ok::<_, io::Error>(seconds)
        };
        let regenerated = seconds("regen", &|| regenerate(&folder))?;
        let cold = seconds("SDK, cold", &|| build(&folder, &platform.sdk()))?;
        let library = folder.join("crates").join(&platform.name).join("src/lib.rs");
        fs::write(&library, fs::read_to_string(&library)? + "\n// changed\n")?;
        let again = seconds("SDK, again", &|| build(&folder, &platform.sdk()))?;
        let built = seconds("contract: build", &|| contract(&folder, &["--no-run"]))?;
        let ran = seconds("contract: run", &|| contract(&folder, &[]))?;
        let all = regenerated + cold + built + ran;
        let columns = [regenerated, cold, again, built, ran].map(figure);
        let [regenerated, cold, again, built, ran] = columns;
        table.row([size.to_string(), regenerated, cold, again, built, ran, figure(all / *size as f64)]);
    }
    table.print();
    println!("target: no more of each operation where there are more of them\n");
    Ok(fs::remove_dir_all(folder)?)
}

fn seconds(step: &dyn Fn() -> io::Result<()>) -> io::Result<f64> {
    let start = Instant::now();
    step()?;
    Ok(start.elapsed().as_secs_f64())
}

/// This program over the copy, which is what `cargo xtask` is once it is compiled.
fn regenerate(folder: &Path) -> io::Result<()> {
    let mut command = Command::new(env::current_exe()?);
    command.arg("regen").current_dir(folder).env_remove("CARGO_MANIFEST_DIR");
    succeed("regen", &mut command)
}

fn build(folder: &Path, package: &str) -> io::Result<()> {
    let mut command = cargo("build", folder);
    succeed("build", command.args(["--quiet", "--locked", "--package", package]))
}

fn contract(folder: &Path, more: &[&str]) -> io::Result<()> {
    let mut command = cargo("test", folder);
    succeed("test", command.args(["--quiet", "--locked", "--test", "contract"]).args(more))
}

/// Runs a command in a target folder that is the copy's own, and shows what it says only where it fails.
fn succeed(what: &str, command: &mut Command) -> io::Result<()> {
    let folder = command.get_current_dir().unwrap_or(Path::new(".")).join("target");
    // As at a maintainer's, whatever the environment says.
    command.env("CARGO_TARGET_DIR", folder).env("CARGO_INCREMENTAL", "1").env_remove("CARGO_PROFILE_DEV_DEBUG");
    let output = command.output()?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    Err(io::Error::other(format!("{what} fails: {}", String::from_utf8_lossy(&said))))
}
