//! Generates the client from the vendored document, its overlay and the samples that are stored beside it.

use std::path::PathBuf;
use std::process::ExitCode;

use keyapi_codegen::RustNames;
use keyapi_spec::render::Style;
use keyapi_spec::{Diagnostic, Input, evidence};

const SPEC: &str = "openapi/tiktok.openapi.json";
const OVERLAY: &str = "openapi/tiktok.overlay.yaml";
const CREDITS: &str = "openapi/tiktok.credits.json";

fn main() -> ExitCode {
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
    let folder =
        |name: &str| Ok::<_, String>(PathBuf::from(std::env::var_os(name).ok_or(format!("cargo sets no {name}"))?));
    let root = folder("CARGO_MANIFEST_DIR")?.join("../..");
    let out = folder("OUT_DIR")?;
    let read = |file: &str| {
        println!("cargo::rerun-if-changed={}", root.join(file).display());
        std::fs::read(root.join(file))
    };
    let input = Input::new(SPEC, read(SPEC)).with_overlay(OVERLAY, read(OVERLAY)).with_credits(CREDITS, read(CREDITS));
    // The folder itself, so that a new file is noticed.
    println!("cargo::rerun-if-changed={}", evidence::folder(&root.join(SPEC)).display());
    let input = evidence::beside(&root.join(SPEC)).iter().fold(input, |input, file| {
        let name = file.strip_prefix(&root).unwrap_or(file).display().to_string();
        input.with_evidence(&name, std::fs::read(file))
    });
    let shown = |found: Vec<Diagnostic>| input.render(&found, Style::Plain);
    let resolved = input.resolve(&RustNames).map_err(shown)?;
    let sdk = keyapi_codegen::sdk(&resolved.document, "tiktok").map_err(|found| shown(input.place(found)))?;
    for (file, source) in [
        ("client.rs", sdk.client),
        ("requests.rs", sdk.requests),
        ("dispatch.rs", sdk.dispatch),
        ("httpmock.rs", sdk.httpmock),
    ] {
        std::fs::write(out.join(file), source).map_err(|error| format!("cannot write {file}: {error}"))?;
    }
    // The mock server includes `httpmock.rs` from here instead of running the generator again.
    println!("cargo::metadata=generated={}", out.display());
    Ok(())
}
