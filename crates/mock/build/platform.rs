//! The build script of the mock server of one platform, `keyapi-NAME-mock`.
//!
//! It takes the document through the pipeline, so that the server needs none, and includes the httpmock extension from where
//! the SDK's build script put it, so that the generator runs once per build.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use keyapi_rust_names::RustNames;
use keyapi_spec::Input;
use keyapi_spec::diagnostic::render::Style;
use keyapi_spec::infer::evidence;

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

/// Writes what the pipeline makes of the document, and a Rust expression that has it.
fn embed(platform: &str) -> Result<(), String> {
    // Read when the script runs: another checkout may have compiled it.
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR")?).join("../..");
    let beside = |suffix: &str| root.join(format!("openapi/{platform}.{suffix}"));
    let spec = beside("openapi.json");
    watch(&evidence::folder(&spec));
    evidence::beside(&spec).iter().for_each(|sample| watch(sample));
    for file in [spec, beside("overlay.yaml"), beside("credits.json"), beside("lock")] {
        watch(&file);
    }
    let input = Input::of_platform(&root, platform);
    let embedded = input.embedded(&RustNames).map_err(|found| input.render(&found, Style::Plain))?;
    embedded.files().iter().try_for_each(|(file, text)| write(file, text))
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
