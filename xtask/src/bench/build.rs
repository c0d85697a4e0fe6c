//! Cold builds: of a small program that depends on the packaged SDK, beside the same on reqwest and serde.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use cargo_metadata::MetadataCommand;

use super::Effort;
use super::table::{Table, figure, median, ratio};
use crate::input::Failure;
use crate::package;
use crate::workspace::{platform, root};

/// A cold build with the SDK takes no more than this times one without.
const TARGET: f64 = 1.25;

/// How many crates the SDK may add.
const MORE_CRATES: usize = 10;

/// A program that calls an operation and prints a part of the response.
struct Program {
    name: &'static str,
    dependencies: String,
    source: String,
}

/// Measures and prints.
pub(super) fn run(effort: Effort) -> Result<(), Failure> {
    let folder = scratch()?;
    let packages = folder.join("packages");
    package::write(&packages)?;
    let programs = [with_sdk(&packages), by_hand()?];
    let folders = programs.each_ref().map(|program| folder.join(program.name));
    for (program, folder) in programs.iter().zip(&folders) {
        write(program, folder)?;
    }
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..effort.pick(1, 3) {
        for (folder, times) in folders.iter().zip(&mut times) {
            times.push(cold_build(folder)?);
        }
    }
    let [sdk, hand] = [crates(&folders[0])?, crates(&folders[1])?];
    let more: Vec<&str> = sdk.difference(&hand).map(String::as_str).collect();
    let [sdk_time, hand_time] = times.map(median);
    println!("build: seconds of a cold build, medians of {} runs, and crates in the tree", effort.pick(1, 3));
    let mut table = Table::new(["program", "seconds", ": by hand", "crates", "more"]);
    for (program, time, crates, more) in
        [(&programs[0], sdk_time, &sdk, more.len()), (&programs[1], hand_time, &hand, 0)]
    {
        table.row([
            program.name.to_owned(),
            figure(time),
            ratio(time, hand_time),
            crates.len().to_string(),
            more.to_string(),
        ]);
    }
    table.print();
    println!("more: {}", more.join(", "));
    println!("target: at most {TARGET}× of the time and {MORE_CRATES} crates more\n");
    Ok(fs::remove_dir_all(folder)?)
}

/// An empty folder, in which nothing is found again.
pub(super) fn scratch() -> Result<PathBuf, Failure> {
    let workspace = MetadataCommand::new().current_dir(root()).no_deps().exec().map_err(io::Error::other)?;
    let folder = workspace.target_directory.as_std_path().join("bench-build");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

fn with_sdk(packages: &Path) -> Program {
    let sdk = platform().sdk();
    let source = "
#[tokio::main(flavor = \"current_thread\")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = SDK::Client::from_env()?;
    let detail = client.trending_music_detail().clip_id(\"6703723351497508865\").send().await?.into_data()?;
    println!(\"{:?}\", detail.sound.and_then(|sound| sound.title));
    Ok(())
}
";
    Program {
        name: "sdk",
        dependencies: format!("{sdk} = {{ path = {:?} }}\n", packages.join(&sdk)),
        source: source.replace("SDK", &sdk.replace('-', "_")),
    }
}

/// The features are those that the SDK has reqwest, tokio and serde built with.
fn by_hand() -> io::Result<Program> {
    let manifest = fs::read_to_string(root().join("Cargo.toml"))?;
    let version = |name: &str| {
        let line = manifest.lines().find(|line| line.starts_with(&format!("{name} = "))).unwrap_or_default();
        let version = line.split('"').find(|part| part.starts_with(|first: char| first.is_ascii_digit()));
        version.unwrap_or_default().to_owned()
    };
    let dependencies = [
        ("reqwest", "default-features = false, features = [\"json\", \"query\", \"rustls-no-provider\"]"),
        ("rustls", "default-features = false, features = [\"ring\", \"std\", \"tls12\"]"),
        ("serde", "features = [\"derive\"]"),
        ("serde_json", "features = [\"preserve_order\", \"float_roundtrip\"]"),
    ];
    let source = "
use serde::Deserialize;

#[derive(Deserialize)]
struct Reply {
    data: Option<Detail>,
}

#[derive(Deserialize)]
struct Detail {
    sound: Option<Sound>,
}

#[derive(Deserialize)]
struct Sound {
    title: Option<String>,
}

#[tokio::main(flavor = \"current_thread\")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    _ = rustls::crypto::ring::default_provider().install_default();
    let key = std::env::var(\"KEYAPI_KEY\")?;
    let request = reqwest::Client::new().get(\"https://api.example.com/v1/trending/music/detail\");
    let request = request.query(&[(\"clip_id\", \"6703723351497508865\")]).bearer_auth(key);
    let reply: Reply = serde_json::from_slice(&request.send().await?.error_for_status()?.bytes().await?)?;
    println!(\"{:?}\", reply.data.and_then(|data| data.sound).and_then(|sound| sound.title));
    Ok(())
}
";
    let line = |(name, how): (&str, &str)| format!("{name} = {{ version = {:?}, {how} }}\n", version(name));
    Ok(Program { name: "by hand", dependencies: dependencies.map(line).concat(), source: source.to_owned() })
}

fn write(program: &Program, folder: &Path) -> io::Result<()> {
    let Program { dependencies, source, .. } = program;
    fs::create_dir_all(folder.join("src"))?;
    fs::write(folder.join("src/main.rs"), source)?;
    let tokio =
        "tokio = { version = \"1\", default-features = false, features = [\"macros\", \"rt\", \"time\", \"net\"] }\n";
    fs::write(
        folder.join("Cargo.toml"),
        format!(
            "[package]\nname = \"bench-build\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
             [dependencies]\n{tokio}{dependencies}"
        ),
    )?;
    fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock"))?;
    Ok(())
}

/// The time of a build without anything that was built before.
fn cold_build(folder: &Path) -> io::Result<f64> {
    let target = folder.join("target");
    if target.exists() {
        fs::remove_dir_all(&target)?;
    }
    let start = Instant::now();
    let status = cargo("build", folder).arg("--quiet").env("CARGO_TARGET_DIR", &target).status()?;
    let took = start.elapsed().as_secs_f64();
    if status.success() { Ok(took) } else { Err(io::Error::other(format!("{} does not build", folder.display()))) }
}

/// The crates that a program is built of, build scripts and macros included.
fn crates(folder: &Path) -> io::Result<BTreeSet<String>> {
    let mut command = cargo("tree", folder);
    command.args(["--edges", "normal,build", "--prefix", "none", "--format", "{p}"]);
    let output = command.stderr(Stdio::inherit()).output()?;
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    // After name and version comes where a crate is from.
    let name = |line: &str| line.splitn(3, ' ').take(2).collect::<Vec<_>>().join(" ");
    Ok(lines.lines().map(name).collect())
}

/// Cargo as it runs for whoever depends on the packages: without what this workspace has configured.
pub(super) fn cargo(command: &str, folder: &Path) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.arg(command).arg("--offline").current_dir(folder).env_remove("CARGO_MANIFEST_DIR");
    cargo
}
