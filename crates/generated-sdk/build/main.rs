//! Generates the SDK of `tests/other-platform.json`, and modules with those of difficult documents.

mod names;

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use keyapi_codegen::RustNames;
use keyapi_spec::Input;
use keyapi_spec::diagnostic::render::Style;

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build");
    // Read when the script runs: another checkout may have compiled it.
    let folder = |name: &str| {
        env::var_os(name).map(PathBuf::from).ok_or_else(|| io::Error::other(format!("cargo sets no {name}")))
    };
    let (crates, out) = (folder("CARGO_MANIFEST_DIR")?.join(".."), folder("OUT_DIR")?);
    let read = |document: &str| {
        let file = crates.join(document);
        println!("cargo::rerun-if-changed={}", file.display());
        fs::read(file)
    };
    generate("other-platform.json", read("../tests/other-platform.json"), None, &out)?;
    let names = Ok(names::document().to_string().into_bytes());
    generate("names", names, Some("names"), &out)?;
    let recursions = read("codegen/tests/specs/35a_recursions.yaml");
    generate("recursions", recursions, Some("recursions"), &out)
}

/// Writes the sources of the SDK of a document, whose root is that of the crate or a module in it.
fn generate(name: &str, document: io::Result<Vec<u8>>, module: Option<&str>, out: &Path) -> io::Result<()> {
    let input = Input::new(name, document);
    let failed = |found: Vec<_>| io::Error::other(input.render(&found, Style::Plain));
    let resolved = input.resolve(&RustNames).map_err(failed)?;
    let sdk = keyapi_codegen::sdk(&resolved.document, "generated-sdk").map_err(|found| failed(input.place(found)))?;
    let out = out.join(module.unwrap_or_default());
    fs::create_dir_all(&out)?;
    let root = module.map_or_else(|| "crate::".to_owned(), |module| format!("crate::{module}::"));
    let mut files = sdk.files().into_iter();
    files.try_for_each(|(file, source)| fs::write(out.join(file), source.replace("crate::", &root)))
}
