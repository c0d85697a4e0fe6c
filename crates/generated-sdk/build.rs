//! Generates the SDK of `tests/other-platform.json`.

use std::path::PathBuf;
use std::{env, fs, io};

use keyapi_codegen::RustNames;
use keyapi_spec::Input;
use keyapi_spec::render::Style;

fn main() -> io::Result<()> {
    // Read when the script runs: another checkout may have compiled it.
    let folder = |name: &str| {
        env::var_os(name).map(PathBuf::from).ok_or_else(|| io::Error::other(format!("cargo sets no {name}")))
    };
    let document = folder("CARGO_MANIFEST_DIR")?.join("../../tests/other-platform.json");
    println!("cargo::rerun-if-changed={}", document.display());
    let input = Input::new("other-platform.json", fs::read(document));
    let failed = |found: Vec<_>| io::Error::other(input.render(&found, Style::Plain));
    let resolved = input.resolve(&RustNames).map_err(failed)?;
    let sdk = keyapi_codegen::sdk(&resolved.document, "generated-sdk").map_err(|found| failed(input.place(found)))?;
    let out = folder("OUT_DIR")?;
    sdk.files().into_iter().try_for_each(|(file, source)| fs::write(out.join(file), source))
}
