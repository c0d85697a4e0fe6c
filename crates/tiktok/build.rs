//! Generates the client from the vendored document and its overlay.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use keyapi_spec::render;
use keyapi_spec::source::Source;

const SPEC: &str = "openapi/tiktok.openapi.json";
const OVERLAY: &str = "openapi/tiktok.overlay.yaml";

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
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("cargo sets no OUT_DIR")?);
    let spec = load(&root, SPEC)?;
    let overlay = load(&root, OVERLAY)?;
    let sources = [&spec, &overlay];
    let resolved = keyapi_spec::pipeline::resolve(&spec, Some(&overlay)).map_err(|found| render::text(&found, &sources))?;
    let sdk = keyapi_codegen::sdk(&resolved.document, "tiktok").map_err(|found| {
        let placed: Vec<_> = found.into_iter().map(|diagnostic| spec.place(diagnostic)).collect();
        render::text(&placed, &sources)
    })?;
    for (file, source) in [
        ("client.rs", sdk.client),
        ("operations.rs", sdk.operations),
        ("dispatch.rs", sdk.dispatch),
        ("httpmock.rs", sdk.httpmock),
    ] {
        std::fs::write(out.join(file), source).map_err(|error| format!("cannot write {file}: {error}"))?;
    }
    // The mock server includes `httpmock.rs` from here instead of running the generator again.
    println!("cargo::metadata=generated={}", out.display());
    Ok(())
}

fn load(root: &Path, file: &str) -> Result<Source, String> {
    let path = root.join(file);
    println!("cargo::rerun-if-changed={}", path.display());
    let bytes = std::fs::read(&path).map_err(|error| format!("error: {file} cannot be read: {error}"))?;
    Source::parse(file, &bytes).map_err(|found| render::text(&found, &[]))
}
