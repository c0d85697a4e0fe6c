//! Every diagnostic code has an entry in the documentation, and every entry a code.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use keyapi_rust_names::RustNames;
use keyapi_spec::Input;

const ENTRIES: &str = include_str!("../../../docs/diagnostics.md");

/// What tells of findings, as files or directories beside this crate.
const SOURCES: [&str; 3] = ["spec/src", "codegen/src", "mock/src/document/load/files.rs"];

/// What tells of changes, which are no findings: `docs/changes.md` has them.
const CHANGES: &str = "spec/src/diff";

/// What is spelled like a code and is none; extensions (`x-…`) are told by their start.
const OTHERS: [&str; 11] = [
    "api-version",
    "native-tls",
    "content-type",
    "event-stream",
    "form-data",
    "former-names",
    "has-more",
    "json-seq",
    "octet-stream",
    "request-id",
    "utf-8",
];

fn beside(path: &str) -> PathBuf {
    manifest_dir().join("..").join(path)
}

/// All files in a directory but those of unit tests, or the one that it is.
fn files(path: &Path) -> Vec<PathBuf> {
    match fs::read_dir(path) {
        _ if path.ends_with("tests.rs") => Vec::new(),
        Ok(entries) => entries.flat_map(|entry| files(&entry.unwrap().path())).collect(),
        Err(_) => vec![path.to_owned()],
    }
}

/// The code of every entry, with how bad it says that its findings are.
fn entries() -> BTreeMap<&'static str, &'static str> {
    let entries = ENTRIES.split("\n### ").skip(1).map(|entry| {
        let (code, text) = entry.split_once("\n\n*").expect("an entry starts with its severity");
        (code, text.split_once(".*").expect("the severity is a sentence").0)
    });
    let mut known = BTreeMap::new();
    for (code, severity) in entries {
        assert_eq!(known.insert(code, severity), None, "`{code}` has two entries");
    }
    known
}

/// The literals of a Rust text that are codes: those of several words wherever they stand, because constants, tables and
/// helpers hold them, and those of one word where they come first in a call that reports.
fn codes(text: &str) -> Vec<String> {
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let is_code = |literal: &str| literal.split(['-', ':']).all(is_word);
    let several = text.split('"').filter(|literal| literal.contains(['-', ':']) && !literal.starts_with("x-"));
    let calls = ["error(", "warning(", "note(", "warn(", "refuse("];
    let reports = calls.into_iter().flat_map(|call| text.split(call).skip(1));
    let first = reports.filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next());
    several.chain(first).filter(|code| is_code(code) && !OTHERS.contains(code)).map(str::to_owned).collect()
}

#[test]
fn codes_and_entries_match() {
    let sources = SOURCES.into_iter().flat_map(|source| files(&beside(source)));
    let sources = sources.filter(|file| !file.starts_with(beside(CHANGES)));
    let used: BTreeSet<String> = sources.flat_map(|file| codes(&fs::read_to_string(file).unwrap())).collect();
    let documented: BTreeSet<String> = entries().into_keys().map(str::to_owned).collect();
    let missing: Vec<_> = used.difference(&documented).collect();
    assert!(missing.is_empty(), "docs/diagnostics.md has no entry for {missing:?}");
    let stale: Vec<_> = documented.difference(&used).collect();
    assert!(stale.is_empty(), "docs/diagnostics.md has entries for {stale:?}, which nothing emits");
}

#[test]
fn entries_name_the_severity_of_what_is_found() {
    let entries = entries();
    let mut seen = BTreeSet::new();
    for file in files(&beside("codegen/tests/specs")) {
        let name = file.display().to_string();
        let input = Input::new(&name, fs::read(&file));
        for found in input.resolve(&RustNames).map_or_else(|found| found, |resolved| resolved.diagnostics) {
            let severity = format!("{:?}", found.severity).to_lowercase();
            let entry = entries.get(found.code).unwrap_or_else(|| panic!("{name}: `{}` has no entry", found.code));
            let words: Vec<String> = entry.split(' ').map(str::to_lowercase).collect();
            assert!(words.contains(&severity), "{name}: the entry of `{}` does not say {severity}", found.code);
            seen.insert(found.code);
        }
    }
    assert!(seen.len() > 30, "{seen:?}");
}

/// The folder of this crate in the checkout that the tests run in.
fn manifest_dir() -> PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs the tests").into()
}
