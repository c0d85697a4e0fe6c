//! Generates the SDK of `tests/other-platform.json`, and a module with that of each of some difficult documents.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use keyapi_codegen::RustNames;
use keyapi_spec::Input;
use keyapi_spec::render::Style;

fn main() -> io::Result<()> {
    // Read when the script runs: another checkout may have compiled it.
    let folder = |name: &str| {
        env::var_os(name).map(PathBuf::from).ok_or_else(|| io::Error::other(format!("cargo sets no {name}")))
    };
    let (crates, out) = (folder("CARGO_MANIFEST_DIR")?.join(".."), folder("OUT_DIR")?);
    generate(&crates.join("../tests/other-platform.json"), "crate::", &out)?;
    for (module, document) in [("recursions", "35a_recursions.yaml")] {
        let (root, out) = (format!("crate::{module}::"), out.join(module));
        fs::create_dir_all(&out)?;
        generate(&crates.join("codegen/tests/specs").join(document), &root, &out)?;
    }
    Ok(())
}

/// Writes the sources of the SDK of a document, which has its root where the path leads to.
fn generate(document: &Path, root: &str, out: &Path) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", document.display());
    let input = Input::new(&document.display().to_string(), fs::read(document));
    let failed = |found: Vec<_>| io::Error::other(input.render(&found, Style::Plain));
    let resolved = input.resolve(&RustNames).map_err(failed)?;
    let sdk = keyapi_codegen::sdk(&resolved.document, "generated-sdk").map_err(|found| failed(input.place(found)))?;
    let files = sdk.files().into_iter();
    files.map(|(file, source)| fs::write(out.join(file), source.replace("crate::", root))).collect()
}
