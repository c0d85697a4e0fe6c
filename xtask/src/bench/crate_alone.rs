//! The SDK crate of a large document by itself, beside a crate that has its structs alone.

use std::fs;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use keyapi_codegen::{RustNames, Sdk, sdk};
use serde_json::Value;

use super::build::{cargo, scratch};
use super::process::peak_of_compiler;
use super::table::{Table, figure, ratio};
use super::{Effort, house_style};
use crate::input::{Failure, failure, read};
use crate::package;
use crate::workspace::platform;

/// The crate takes no more than this times what its structs take.
const TARGET: f64 = 1.25;

/// How often the compiler is asked for its memory.
const INTERVAL: Duration = Duration::from_millis(20);

/// What a build of one crate took.
struct Cost {
    seconds: f64,
    megabytes: f64,
}

/// Measures and prints.
pub(super) fn run(effort: Effort) -> Result<(), Failure> {
    let folder = scratch()?;
    package::write(&folder.join("packages"))?;
    println!("crate: the SDK crate alone, beside its structs by hand (Serialize, Deserialize, Clone, Debug)");
    let mut table = Table::new(["operations", "structs", "SDK s", "floor s", "ratio", "SDK MB", "floor MB", "ratio"]);
    for size in effort.pick(&[80][..], &[80, 320]) {
        let sources = sources(&folder, *size)?;
        let structs = structs(&sources.client);
        let costs = [build_sdk(&folder, &sources)?, build_floor(&folder, &structs)?];
        let [sdk, floor] = &costs;
        table.row([
            size.to_string(),
            structs.matches("pub struct").count().to_string(),
            figure(sdk.seconds),
            figure(floor.seconds),
            ratio(sdk.seconds, floor.seconds),
            figure(sdk.megabytes),
            figure(floor.megabytes),
            ratio(sdk.megabytes, floor.megabytes),
        ]);
    }
    table.print();
    println!("target: at most {TARGET}× in time and memory\n");
    Ok(fs::remove_dir_all(folder)?)
}

/// The sources of the SDK of a grown document.
fn sources(folder: &Path, size: usize) -> Result<Sdk, Failure> {
    let platform = platform();
    let vendored: Value = serde_json::from_slice(&fs::read(&platform.spec)?).map_err(io::Error::from)?;
    let spec = folder.join(format!("{size}.json"));
    fs::write(&spec, house_style::grow(&vendored, size).to_string())?;
    let input = read(&spec, platform.overlay());
    let resolved = input.resolve(&RustNames).map_err(|found| failure(&input, &found))?;
    sdk(&resolved.document, &platform.name).map_err(|found| failure(&input, &input.place(found)))
}

fn build_sdk(folder: &Path, sources: &Sdk) -> Result<Cost, Failure> {
    let (packages, name) = (folder.join("packages"), platform().sdk());
    // What it depends on is built before.
    measure(&packages, &name)?;
    for (file, source) in sources.files().into_iter().filter(|(file, _)| *file != "httpmock.rs") {
        fs::write(packages.join(&name).join(package::GENERATED).join(file), source)?;
    }
    Ok(measure(&packages, &name)?)
}

fn build_floor(folder: &Path, structs: &str) -> Result<Cost, Failure> {
    let floor = folder.join("packages/floor");
    fs::create_dir_all(floor.join("src"))?;
    let dependencies = "serde.workspace = true\nserde_json.workspace = true\n";
    let manifest = format!(
        "[package]\nname = \"floor\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n{dependencies}"
    );
    fs::write(floor.join("Cargo.toml"), manifest)?;
    let workspace = folder.join("packages/Cargo.toml");
    let text = fs::read_to_string(&workspace)?;
    if !text.contains("\"floor\"") {
        fs::write(&workspace, text.replacen("members = [", "members = [\"floor\", ", 1))?;
    }
    fs::write(floor.join("src/lib.rs"), "")?;
    measure(&folder.join("packages"), "floor")?;
    fs::write(floor.join("src/lib.rs"), structs)?;
    Ok(measure(&folder.join("packages"), "floor")?)
}

/// Builds a package whose dependencies are built.
fn measure(workspace: &Path, package: &str) -> io::Result<Cost> {
    let mut command = cargo("build", workspace);
    command.args(["--quiet", "--package", package]).env("CARGO_TARGET_DIR", workspace.join("target"));
    let start = Instant::now();
    let mut child = command.spawn()?;
    let mut megabytes: f64 = 0.0;
    let status = loop {
        match child.try_wait()? {
            Some(status) => break status,
            None => megabytes = megabytes.max(peak_of_compiler(&package.replace('-', "_"))),
        }
        std::thread::sleep(INTERVAL);
    };
    let seconds = start.elapsed().as_secs_f64();
    if status.success() { Ok(Cost { seconds, megabytes }) } else { Err(io::Error::other(format!("{package} fails"))) }
}

/// The structs of a client as somebody would write them by hand.
fn structs(client: &str) -> String {
    let mut structs = String::new();
    let mut lines = client.lines().peekable();
    while let Some(line) = lines.next() {
        let Some(name) = line.strip_prefix("    pub struct ").and_then(|rest| rest.strip_suffix(" {")) else {
            continue;
        };
        structs += &format!("#[derive(serde::Serialize, serde::Deserialize, Clone, Debug)]\npub struct {name} {{\n");
        let fields = lines.by_ref().take_while(|line| *line != "    }");
        let mut is_text = false;
        // Nobody documents what is there to be measured.
        let fields = fields.filter(|line| {
            is_text |= line.trim_start().starts_with("/**");
            let is_code = !is_text && !line.trim_start().starts_with("///");
            is_text &= !line.ends_with("*/");
            is_code
        });
        // The map of unknown properties is the SDK's own.
        let mut flattened = false;
        for field in fields.filter(|field| !field.trim_start().starts_with("#[deprecated")) {
            let is_map = field.contains("#[serde(flatten)]") || flattened;
            flattened = field.contains("#[serde(flatten)]");
            if !is_map {
                structs += &format!("{field}\n");
            }
        }
        structs += "}\n";
    }
    structs
}

#[cfg(test)]
mod tests {
    use super::structs;

    #[test]
    fn structs_are_as_somebody_would_write_them() {
        let client = "pub mod types {\n    /// A thing.\n    #[derive(Clone)]\n    pub struct Thing {\n        \
                      /**Its name,\n        in words*/\n        #[serde(default)]\n        pub name: String,\n        \
                      /// Its size.\n        #[deprecated]\n        pub size: i64,\n        \
                      #[serde(flatten)]\n        pub extra: Map,\n        pub last: bool,\n    }\n    impl Thing {\n    }\n}\n";
        let expected = "#[derive(serde::Serialize, serde::Deserialize, Clone, Debug)]\npub struct Thing {\n        \
                        #[serde(default)]\n        pub name: String,\n        pub size: i64,\n        pub last: bool,\n}\n";
        assert_eq!(structs(client), expected);
    }
}
