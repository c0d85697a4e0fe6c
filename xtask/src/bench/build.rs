//! Cold builds: of a small program that depends on the packaged SDK, beside the same on reqwest and serde; and of its tests,
//! with and without the packaged mock server.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use cargo_metadata::MetadataCommand;

use super::Effort;
use super::process::processor_of_children;
use super::table::{Table, figure, median, ratio};
use crate::input::Failure;
use crate::package;
use crate::workspace::{platform, root};

/// A cold build with the SDK takes no more than this times one without.
const TARGET: f64 = 1.25;

/// How many crates the SDK may add.
const MORE_CRATES: usize = 10;

/// So many seconds more, at most, takes the first build of tests with the mock server, on two cores.
const SECONDS_MORE: f64 = 38.0;

/// A program that calls an operation and prints a part of the response.
struct Program {
    name: &'static str,
    dependencies: String,
    source: String,
}

/// What a cold build took.
struct Cost {
    seconds: f64,
    /// Of all processors together, which a busy machine changes less.
    processor: f64,
}

/// Measures and prints.
pub(super) fn run(effort: Effort) -> Result<(), Failure> {
    let folder = scratch()?;
    let packages = folder.join("packages");
    package::write(&packages)?;
    programs(effort, &folder, &packages)?;
    tests(effort, &folder, &packages)?;
    Ok(fs::remove_dir_all(folder)?)
}

/// The program on the SDK beside the one by hand.
fn programs(effort: Effort, folder: &Path, packages: &Path) -> Result<(), Failure> {
    let programs = [with_sdk(packages), by_hand()?];
    let folders = write_all(&programs, folder)?;
    let times =
        in_turns(&folders, &["build"], effort)?.map(|costs| costs.into_iter().map(|cost| cost.seconds).collect());
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
    Ok(())
}

/// The first build of the tests of the program on the SDK, with and without the mock server.
fn tests(effort: Effort, folder: &Path, packages: &Path) -> Result<(), Failure> {
    let programs = [without_mock(packages), with_mock(packages)];
    let folders = write_all(&programs, folder)?;
    let [without, with] = in_turns(&folders, &["test", "--no-run"], effort)?.map(|costs| {
        let (seconds, processor) = costs.into_iter().map(|cost| (cost.seconds, cost.processor)).unzip();
        Cost { seconds: median(seconds), processor: median(processor) }
    });
    println!(
        "build: seconds of the first build of tests, medians of {} runs, and crates in the tree",
        effort.pick(1, 3)
    );
    let mut table = Table::new(["tests", "seconds", "more", "of processors", "more", "crates"]);
    for (program, folder, cost) in [(&programs[0], &folders[0], &without), (&programs[1], &folders[1], &with)] {
        table.row([
            program.name.to_owned(),
            figure(cost.seconds),
            figure(cost.seconds - without.seconds),
            figure(cost.processor),
            figure(cost.processor - without.processor),
            crates(folder)?.len().to_string(),
        ]);
    }
    table.print();
    println!("target: at most {SECONDS_MORE} s more on two cores with the mock server\n");
    Ok(())
}

fn write_all<const N: usize>(programs: &[Program; N], folder: &Path) -> io::Result<[PathBuf; N]> {
    let folders = programs.each_ref().map(|program| folder.join(program.name));
    for (program, folder) in programs.iter().zip(&folders) {
        write(program, folder)?;
    }
    Ok(folders)
}

/// What cold builds of several programs cost, one after the other and again.
fn in_turns<const N: usize>(folders: &[PathBuf; N], command: &[&str], effort: Effort) -> io::Result<[Vec<Cost>; N]> {
    let mut costs = folders.each_ref().map(|_| Vec::new());
    for _ in 0..effort.pick(1, 3) {
        for (folder, costs) in folders.iter().zip(&mut costs) {
            costs.push(cold(folder, command)?);
        }
    }
    Ok(costs)
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

/// The program with a test, which has nothing to call.
fn without_mock(packages: &Path) -> Program {
    let program = with_sdk(packages);
    let test = "
#[cfg(test)]
#[test]
fn a_client_is_built() {
    assert!(SDK::Client::builder().api_key(\"sk_live_test\").build().is_ok());
}
";
    let source = program.source + &test.replace("SDK", &platform().sdk().replace('-', "_"));
    Program { name: "sdk, tested", source, ..program }
}

/// The same, which calls the mock server. The dependency is written as the README says.
fn with_mock(packages: &Path) -> Program {
    let program = with_sdk(packages);
    let mock = platform().mock_server();
    let test = "
#[cfg(test)]
#[tokio::test]
async fn a_title_is_there() {
    let server = MOCK::MockServer::start();
    let client = SDK::Client::builder().api_key(\"sk_live_test\").base_url(server.url()).build().unwrap();
    assert!(client.trending_music_detail().send().await.unwrap().into_data().unwrap().sound.is_some());
}
";
    let test = test.replace("SDK", &platform().sdk().replace('-', "_")).replace("MOCK", &mock.replace('-', "_"));
    let path = packages.join(&mock);
    let dependency = format!("\n[dev-dependencies]\n{mock} = {{ path = {path:?}, default-features = false }}\n");
    Program {
        name: "sdk, with the mock server",
        dependencies: program.dependencies + &dependency,
        source: program.source + &test,
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
        ("serde_json", "features = [\"float_roundtrip\"]"),
    ];
    let source = "
use serde::Deserialize;

#[derive(Deserialize)]
struct Body {
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
    let body: Body = serde_json::from_slice(&request.send().await?.error_for_status()?.bytes().await?)?;
    println!(\"{:?}\", body.data.and_then(|data| data.sound).and_then(|sound| sound.title));
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

/// What a build costs without anything that was built before.
fn cold(folder: &Path, command: &[&str]) -> io::Result<Cost> {
    let target = folder.join("target");
    if target.exists() {
        fs::remove_dir_all(&target)?;
    }
    let (start, before) = (Instant::now(), processor_of_children());
    let (name, arguments) = command.split_first().unwrap_or((&"build", &[]));
    let status = cargo(name, folder).args(arguments).arg("--quiet").env("CARGO_TARGET_DIR", &target).status()?;
    let cost = Cost { seconds: start.elapsed().as_secs_f64(), processor: processor_of_children() - before };
    if status.success() { Ok(cost) } else { Err(io::Error::other(format!("{} does not build", folder.display()))) }
}

/// The crates that a program is built of, build scripts and macros included.
fn crates(folder: &Path) -> io::Result<BTreeSet<String>> {
    let mut command = cargo("tree", folder);
    command.args(["--edges", "normal,build,dev", "--prefix", "none", "--format", "{p}"]);
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
