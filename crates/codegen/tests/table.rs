//! What the pipeline makes of every document under `specs/`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::fmt::Write;
use std::path::{Path, PathBuf};

use keyapi_codegen::RustNames;
use keyapi_spec::{Diagnostic, Input};

fn specs() -> Vec<PathBuf> {
    let folder = manifest_dir().join("tests/specs");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// One line for the outcome, and one for every warning or error.
fn row(file: &Path) -> String {
    let name = file.file_name().unwrap().to_str().unwrap();
    let input = Input::new(name, std::fs::read(file));
    let (outcome, found) = match input.resolve(&RustNames) {
        Err(found) => ("refused", found),
        Ok(resolved) => match keyapi_codegen::generate(&resolved.document) {
            Ok(_) => ("generates", resolved.diagnostics),
            Err(found) => ("refused by the generator", input.place(found)),
        },
    };
    let mut row = format!("{name}: {outcome}\n");
    for Diagnostic { severity, code, message, pointer, line, help, .. } in &found {
        let severity = format!("{severity:?}").to_lowercase();
        if severity != "note" {
            assert!(!help.is_empty(), "{name}: {code} has no help");
            writeln!(row, "    {line:>3} {severity} {code} at {pointer}: {message}").unwrap();
        }
    }
    row
}

#[test]
fn every_document_generates_or_is_refused_with_a_place() {
    let table: String = specs().iter().map(|file| row(file)).collect();
    insta::assert_snapshot!(table);
}

/// The folder of this crate in the checkout that the tests run in.
fn manifest_dir() -> PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs the tests").into()
}
