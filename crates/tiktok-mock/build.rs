//! Lists the stored responses that the server has inside, and passes on where the SDK's build script put the httpmock
//! extension, so that the generator runs once per build.

use std::path::PathBuf;
use std::process::ExitCode;

use keyapi_spec::evidence;

fn main() -> ExitCode {
    println!("cargo::rerun-if-env-changed=DEP_KEYAPI_TIKTOK_GENERATED");
    if let Ok(folder) = std::env::var("DEP_KEYAPI_TIKTOK_GENERATED") {
        println!("cargo::rustc-env=KEYAPI_TIKTOK_GENERATED={folder}");
    }
    match list_evidence() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

/// Writes the names and texts of all samples as a Rust expression, since `include_str!` takes one file.
fn list_evidence() -> Result<(), String> {
    // Read when the script runs: another checkout may have compiled it.
    let folder =
        |name: &str| Ok::<_, String>(PathBuf::from(std::env::var_os(name).ok_or(format!("cargo sets no {name}"))?));
    let root = folder("CARGO_MANIFEST_DIR")?.join("../..");
    let spec = root.join("openapi/tiktok.openapi.json");
    println!("cargo::rerun-if-changed={}", evidence::folder(&spec).display());
    let mut list = "&[\n".to_owned();
    for file in evidence::beside(&spec) {
        let name = file.strip_prefix(&root).unwrap_or(&file);
        list.push_str(&format!(
            "    ({:?}, include_str!({:?})),\n",
            name.display().to_string(),
            file.display().to_string()
        ));
    }
    let out = folder("OUT_DIR")?.join("evidence.rs");
    std::fs::write(&out, list + "]\n").map_err(|error| format!("cannot write {}: {error}", out.display()))
}
