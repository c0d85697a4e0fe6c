//! The build script of an SDK crate.

use std::path::PathBuf;
use std::process::ExitCode;

use keyapi_spec::diagnostic::render::Style;
use keyapi_spec::infer::evidence;
use keyapi_spec::{Diagnostic, Input};

use crate::{RustNames, Sdk};

/// Generates the sources of the crate whose build script calls it into `OUT_DIR`.
///
/// The crate `keyapi-NAME` is generated from `openapi/NAME.openapi.json` with what is beside it: overlay, prices, samples.
#[must_use]
pub fn script() -> ExitCode {
    match generate() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}\nthe client is not generated: `cargo xtask lint` shows the same without a build");
            ExitCode::FAILURE
        }
    }
}

fn generate() -> Result<(), String> {
    // Read when the script runs: another checkout may have compiled it.
    let variable = |name: &str| std::env::var(name).map_err(|_| format!("cargo sets no {name}"));
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR")?).join("../..");
    let out = PathBuf::from(variable("OUT_DIR")?);
    let package = variable("CARGO_PKG_NAME")?;
    let platform = package.strip_prefix("keyapi-").unwrap_or(&package);
    let openapi = root.join("openapi");
    let files = ["openapi.json", "overlay.yaml", "credits.json", "lock"]
        .map(|suffix| openapi.join(format!("{platform}.{suffix}")));
    // The folder of samples itself, so that a new file is noticed.
    let samples = evidence::folder(&files[0]);
    for path in files.iter().chain([&samples]) {
        // To cargo a file that is missing has always changed.
        let watched = if path.exists() { path } else { &openapi };
        println!("cargo::rerun-if-changed={}", watched.display());
    }
    let input = Input::of_platform(&root, platform);
    let shown = |found: Vec<Diagnostic>| input.render(&found, Style::Plain);
    let resolved = input.resolve(&RustNames).map_err(shown)?;
    let sdk = crate::sdk(&resolved.document, platform).map_err(|found| shown(input.place(found)))?;
    for (file, source) in sdk.files() {
        std::fs::write(out.join(file), source).map_err(|error| format!("cannot write {file}: {error}"))?;
    }
    // The mock server includes `httpmock.rs` from here instead of running the generator again.
    println!("cargo::metadata=generated={}", out.display());
    Ok(())
}

impl Sdk {
    /// The sources by the names of their files.
    #[must_use]
    pub fn files(&self) -> [(&'static str, &str); 6] {
        let Self { client, httpmock, requests, blocking, dispatch, library } = self;
        [
            ("blocking.rs", blocking),
            ("client.rs", client),
            ("dispatch.rs", dispatch),
            ("httpmock.rs", httpmock),
            ("library.rs", library),
            ("requests.rs", requests),
        ]
    }
}
