//! The build script of the mock server of one platform, `keyapi-NAME-mock`.
//!
//! It lists the files that the server has inside, and includes the httpmock extension from where the SDK's build script
//! put it, so that the generator runs once per build.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use keyapi_spec::evidence;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let package = variable("CARGO_PKG_NAME")?;
    let platform = package.strip_prefix("keyapi-").and_then(|name| name.strip_suffix("-mock"));
    let platform = platform.ok_or_else(|| format!("{package} is no name such as keyapi-NAME-mock"))?;
    println!("cargo::rustc-env=KEYAPI_PLATFORM={platform}");
    let generated = format!("DEP_KEYAPI_{}_GENERATED", platform.replace('-', "_").to_uppercase());
    println!("cargo::rerun-if-env-changed={generated}");
    if let Ok(folder) = std::env::var(generated) {
        write("httpmock.rs", &format!("include!({:?});\n", format!("{folder}/httpmock.rs")))?;
    }
    embed(platform)
}

/// Writes the document and what is beside it as a Rust expression: overlay, prices and lock where there are any, and
/// samples, of which `include_str!` does not know how many there are.
fn embed(platform: &str) -> Result<(), String> {
    // Read when the script runs: another checkout may have compiled it.
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR")?).join("../..");
    let beside = |suffix: &str| root.join(format!("openapi/{platform}.{suffix}"));
    let file = |file: &Path| {
        let name = file.strip_prefix(&root).unwrap_or(file);
        format!("({:?}, include_str!({:?}))", name.display().to_string(), file.display().to_string())
    };
    let optional = |path: &Path| {
        watch(path);
        if path.exists() { format!("Some({})", file(path)) } else { "None".to_owned() }
    };
    let spec = beside("openapi.json");
    watch(&spec);
    watch(&evidence::folder(&spec));
    let samples: Vec<String> = evidence::beside(&spec).iter().map(|sample| file(sample)).collect();
    let expression = format!(
        "Embedded {{ spec: {}, overlay: {}, credits: {}, lock: {}, evidence: &[{}] }}\n",
        file(&spec),
        optional(&beside("overlay.yaml")),
        optional(&beside("credits.json")),
        optional(&beside("lock")),
        samples.join(", ")
    );
    write("embedded.rs", &expression)
}

fn write(file: &str, source: &str) -> Result<(), String> {
    let out = PathBuf::from(variable("OUT_DIR")?).join(file);
    std::fs::write(&out, source).map_err(|error| format!("cannot write {}: {error}", out.display()))
}

/// Has cargo run this again when a file changes. To cargo a file that is missing has always changed, so then its folder is
/// meant.
fn watch(path: &Path) {
    let watched = if path.exists() { path } else { path.parent().unwrap_or(path) };
    println!("cargo::rerun-if-changed={}", watched.display());
}

fn variable(name: &str) -> Result<String, String> {
    std::env::var(name).map_err(|_| format!("cargo sets no {name}"))
}
