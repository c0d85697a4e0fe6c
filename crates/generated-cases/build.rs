//! Generates a module of every document under `crates/codegen/tests/specs` that generates, and of one that calls everything
//! by names that generated code could use for itself.
//!
//! Which of them do is a snapshot of that crate's tests; here it only matters that the results compile.

#[path = "../generated-sdk/build/names.rs"]
mod names;

use std::fmt::Write;
use std::path::PathBuf;
use std::{env, fs, io};

use keyapi_codegen::RustNames;
use keyapi_spec::Input;

fn main() -> io::Result<()> {
    // Read when the script runs: another checkout may have compiled it.
    let folder = |name: &str| {
        env::var_os(name).map(PathBuf::from).ok_or_else(|| io::Error::other(format!("cargo sets no {name}")))
    };
    let specs = folder("CARGO_MANIFEST_DIR")?.join("../codegen/tests/specs");
    println!("cargo::rerun-if-changed={}", specs.display());
    println!("cargo::rerun-if-changed=../generated-sdk/build/names.rs");
    let out = folder("OUT_DIR")?;

    let mut files: Vec<PathBuf> = fs::read_dir(specs)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    files.sort();
    let mut documents = vec![("names".to_owned(), Ok(names::document().to_string().into_bytes()))];
    for file in files {
        let Some(stem) = file.file_stem().and_then(|stem| stem.to_str()) else { continue };
        documents.push((stem.to_owned(), fs::read(&file)));
    }
    let mut modules = String::new();
    for (stem, document) in documents {
        let Ok(resolved) = Input::new(&stem, document).resolve(&RustNames) else { continue };
        let Ok(generated) = keyapi_codegen::generate(&resolved.document) else { continue };
        let name = format!("case_{stem}").replace('-', "_");
        fs::write(out.join(format!("{name}_client.rs")), generated.client)?;
        // The extension expects the client at the root of its crate.
        let path = format!("use crate::{name}::client::*;");
        let httpmock = generated.httpmock.replace("use crate::*;", &path);
        fs::write(out.join(format!("{name}_httpmock.rs")), httpmock)?;
        for part in ["client", "httpmock"] {
            let include = format!("include!(concat!(env!(\"OUT_DIR\"), \"/{name}_{part}.rs\"));");
            let open = if part == "client" { format!("pub mod {name} {{ ") } else { String::new() };
            let close = if part == "httpmock" { " }" } else { "" };
            writeln!(modules, "{open}pub mod {part} {{ {include} }}{close}").map_err(io::Error::other)?;
        }
    }
    fs::write(out.join("cases.rs"), modules)
}
