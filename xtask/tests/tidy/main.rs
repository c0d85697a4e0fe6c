//! Habits that no compiler checks, held over the files of the repository.
//!
//! Each test collects all that is wrong before it fails, because a person mends them together.
#![allow(clippy::expect_used, clippy::panic)]

mod compiler;
mod dependencies;
mod files;
mod names;
mod shown_code;
#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use files::{everything, files, none, read, shown};
use sha2::{Digest, Sha256};
use support::root;

#[test]
fn every_source_file_says_what_it_is() {
    let mut wrong = Vec::new();
    for file in files("rs") {
        let text = read(&file);
        let first = text.lines().find(|line| !line.trim().is_empty() && !line.starts_with("#!"));
        if !first.is_some_and(|line| line.starts_with("//!")) {
            wrong.push(format!("{}: begin with a `//!` comment that says what the file holds", shown(&file)));
        }
    }
    none(&wrong);
}

#[test]
fn generated_files_name_the_command_that_makes_them() {
    let mut wrong = Vec::new();
    // Lock files are cargo's own.
    for file in everything().into_iter().filter(|file| file.extension().is_none_or(|extension| extension != "lock")) {
        let Ok(text) = fs::read_to_string(&file) else { continue };
        let marked = text.lines().take(5).any(|line| line.contains(concat!("@", "generated")));
        if marked && !text.lines().take(5).any(|line| line.contains("cargo xtask")) {
            wrong.push(format!("{}: name the `cargo xtask` command that makes it", shown(&file)));
        }
    }
    none(&wrong);
}

#[test]
fn the_checkout_is_asked_for_at_run_time() {
    let asked = concat!("env!(", "\"CARGO_MANIFEST_DIR\")");
    let wrong: Vec<String> = files("rs")
        .into_iter()
        .filter(|file| read(file).contains(asked))
        .map(|file| {
            format!("{}: read CARGO_MANIFEST_DIR at run time, since another checkout may compile it", shown(&file))
        })
        .collect();
    none(&wrong);
}

#[test]
fn no_file_holds_both_sides_of_a_merge() {
    let sides = ["<".repeat(7) + " ", ">".repeat(7) + " "];
    let mut wrong = Vec::new();
    for file in everything() {
        let Ok(text) = fs::read_to_string(&file) else { continue };
        let marked = text.lines().position(|line| sides.iter().any(|side| line.starts_with(side)));
        wrong.extend(marked.map(|at| format!("{}:{}: choose a side", shown(&file), at + 1)));
    }
    none(&wrong);
}

#[test]
fn what_all_platforms_share_names_none() {
    let shared = ["cli", "codegen", "mock", "provider", "redaction", "runtime", "rust-names", "spec"];
    let sources = shared.iter().flat_map(|name| ["build", "src"].map(|folder| format!("crates/{name}/{folder}")));
    let sources: Vec<PathBuf> = sources.chain(["xtask/src".to_owned()]).map(|folder| root().join(folder)).collect();
    // Benchmarks call an operation that they know, the provider has the variable of the key, and help and tests show it.
    let excepted = [
        ("tiktok", &["xtask/src/bench"][..]),
        ("keyapi_token", &["crates/provider/src", "xtask/src/drift.rs", "xtask/src/samples"]),
    ];
    let mut wrong = Vec::new();
    for file in everything().into_iter().filter(|file| sources.iter().any(|folder| file.starts_with(folder))) {
        let text = fs::read_to_string(&file).unwrap_or_default().to_lowercase();
        for (word, except) in excepted {
            let line = text.lines().position(|line| line.contains(word));
            let line = line.filter(|_| !except.iter().any(|place| file.starts_with(root().join(place))));
            wrong.extend(line.map(|line| format!("{}:{}: do without `{word}`", shown(&file), line + 1)));
        }
    }
    none(&wrong);
}

#[test]
fn what_is_left_to_do_has_a_link() {
    let mut wrong = Vec::new();
    for file in files("rs") {
        for (number, line) in read(&file).lines().enumerate() {
            let Some((_, comment)) = line.split_once("//") else { continue };
            let left = [concat!("TO", "DO"), concat!("FIX", "ME")].iter().any(|word| comment.contains(word));
            if left && !comment.contains("https://") {
                wrong.push(format!("{}:{}: link to the issue that will settle it", shown(&file), number + 1));
            }
        }
    }
    none(&wrong);
}

#[test]
fn no_type_of_the_sdk_has_a_name_that_is_hard_to_read() {
    const MAX: usize = 45;
    let items = read(&root().join("tests/snapshots/public_items.snap"));
    let types: Vec<&str> = items
        .lines()
        .filter(|line| ["pub struct ", "pub enum ", "pub type "].iter().any(|kind| line.contains(kind)))
        .filter_map(|line| line.split("::types::").nth(1)?.split(|c: char| !c.is_alphanumeric()).next())
        .collect();
    assert!(!types.is_empty(), "the SDK has types");
    let long = types.iter().filter(|name| name.len() > MAX);
    let wrong: Vec<String> =
        long.map(|name| format!("{name}: choose a shorter name with `x-rust-name` in the overlay")).collect();
    none(&wrong);
}

#[test]
fn no_walk_comes_by_a_file_twice() {
    let text = read(&root().join("ARCHITECTURE.md"));
    let (_, walks) = text.split_once("\n## Walks\n").expect("the architecture has walks");
    let walks: Vec<&str> = walks.split("\n## ").next().unwrap_or_default().split("\n### ").skip(1).collect();
    let mut wrong = Vec::new();
    for (number, walk) in walks.iter().enumerate() {
        let steps: Vec<&str> = walk.lines().filter_map(|line| line.split_once(". `")?.1.split('`').next()).collect();
        let mut seen = BTreeSet::new();
        let twice = steps.iter().filter(|step| !seen.insert(**step));
        let title = walk.lines().next().unwrap_or_default();
        wrong.extend(twice.map(|step| format!("ARCHITECTURE.md: {title}: {step} comes twice")));
        if steps.is_empty() || number == 0 && steps.len() > 25 {
            wrong.push(format!("ARCHITECTURE.md: {title}: {} files", steps.len()));
        }
    }
    assert_eq!(walks.len(), 4);
    none(&wrong);
}

#[test]
fn the_pictures_are_of_what_there_is() {
    let folder = root().join("docs/pictures");
    let (sources, readme) = (read(&folder.join("sources.sha256")), read(&root().join("README.md")));
    let mut wrong = Vec::new();
    for (digest, file) in sources.lines().filter_map(|line| line.split_once("  ")) {
        let bytes = Sha256::digest(read(&root().join(file)));
        if bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>() != digest {
            wrong.push(format!("{file} has changed: run docs/pictures/make, and look at what it made"));
        }
    }
    for picture in ["demo.png", "admin.png"] {
        if !folder.join(picture).is_file() || !readme.contains(&format!("(docs/pictures/{picture})")) {
            wrong.push(format!("docs/pictures/{picture} is not there, or the README does not show it"));
        }
    }
    none(&wrong);
}
