//! Habits that no compiler checks, held over the files of the repository.
//!
//! Each test collects all that is wrong before it fails, because a person mends them together.
#![allow(clippy::expect_used, clippy::panic)]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_metadata::MetadataCommand;
use sha2::{Digest, Sha256};
use support::root;

/// Folders that hold no source: what cargo and git keep, what editors leave, and what insta compares with.
const SKIPPED: [&str; 4] = ["target", ".git", "snapshots", "node_modules"];

/// Files that commands make and the repository does not have.
const MADE: [&str; 7] =
    ["client.rs", "httpmock.rs", "operations.rs", "dispatch.rs", "resolved.openapi.json", "report.json", "types.rs"];

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
fn comments_name_files_that_exist() {
    let known = everything();
    let mut wrong = Vec::new();
    for file in files("rs") {
        for (number, line) in read(&file).lines().enumerate() {
            let Some((_, comment)) = line.split_once("//") else { continue };
            for name in comment.split('`').skip(1).step_by(2).filter(|name| names_a_file(name)) {
                let made = MADE.iter().any(|made| name.ends_with(made));
                if !made && !known.iter().any(|known| known.ends_with(name)) {
                    wrong.push(format!("{}:{}: there is no `{name}`", shown(&file), number + 1));
                }
            }
        }
    }
    none(&wrong);
}

/// Whether text between backticks is meant as a file of this repository.
fn names_a_file(text: &str) -> bool {
    let file = Path::new(text);
    let is_source =
        file.extension().is_some_and(|extension| ["rs", "toml", "md"].iter().any(|known| extension == *known));
    is_source && file.file_stem().is_some() && !text.contains(|c: char| c.is_whitespace() || "<>{}*:$".contains(c))
}

#[test]
fn the_architecture_names_folders_and_files_that_exist() {
    let text = read(&root().join("ARCHITECTURE.md"));
    let paths = text.split('`').skip(1).step_by(2).filter(|name| {
        ["crates/", "openapi/", "tests/", "xtask/", "docs/", ".ci/"].iter().any(|folder| name.starts_with(folder))
    });
    let wrong: Vec<String> = paths
        .filter(|path| !path.contains('<') && !root().join(path).exists())
        .map(|path| format!("ARCHITECTURE.md: there is no `{path}`"))
        .collect();
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
fn rust_in_the_readme_and_the_guide_is_tested() {
    let tested: Vec<String> = files("rs")
        .into_iter()
        .filter(|file| file.components().any(|part| part.as_os_str() == "tests" || part.as_os_str() == "examples"))
        .map(|file| dedented(&read(&file)))
        .collect();
    let mut wrong = Vec::new();
    for name in ["README.md", "docs/guide.md"] {
        let text = read(&root().join(name));
        for block in text.split("```rust").skip(1) {
            let Some((_, code)) = block.split_once('\n') else { continue };
            let code = dedented(code.split("```").next().unwrap_or_default());
            if !tested.iter().any(|file| file.contains(code.trim())) {
                wrong.push(format!("{name}: no test has these lines:\n{code}"));
            }
        }
    }
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

/// Lines without their indentation, which depends on where they stand.
fn dedented(code: &str) -> String {
    code.lines().map(|line| format!("{}\n", line.trim())).collect()
}

#[test]
fn every_dependency_of_the_workspace_is_used() {
    let manifest = read(&root().join("Cargo.toml"));
    let (_, declared) = manifest.split_once("[workspace.dependencies]\n").expect("the manifest has dependencies");
    let declared = declared.lines().take_while(|line| !line.starts_with('['));
    let names: BTreeSet<&str> =
        declared.filter_map(|line| line.split_once(" = ")).map(|(name, _)| name.trim()).collect();
    let manifests: Vec<String> =
        files("toml").iter().filter(|file| **file != root().join("Cargo.toml")).map(|file| read(file)).collect();
    let used = |name: &str| {
        let (dotted, inline) = (format!("{name}.workspace"), format!("{name} = {{ workspace = true"));
        manifests
            .iter()
            .flat_map(|text| text.lines())
            .any(|line| line.starts_with(&dotted) || line.starts_with(&inline))
    };
    let wrong: Vec<String> = names
        .into_iter()
        .filter(|name| !used(name))
        .map(|name| format!("Cargo.toml: no crate uses `{name}` of [workspace.dependencies]"))
        .collect();
    none(&wrong);
}

#[test]
fn every_package_promises_the_same_compiler_and_the_toolchain_keeps_the_promise() {
    let manifest = read(&root().join("Cargo.toml"));
    let promised = quoted(&manifest, "rust-version = ");
    let toolchain = read(&root().join("rust-toolchain.toml"));
    let channel = quoted(&toolchain, "channel = ");
    assert!(channel == "stable" || version(channel) >= version(promised), "{channel} is older than {promised}");
    let mut wrong = Vec::new();
    for file in files("toml").iter().filter(|file| file.ends_with("Cargo.toml")) {
        let (text, other) = (read(file), "rust-version = ");
        let is_package = text.starts_with("[package]") || text.contains("\n[package]");
        // The fuzz targets are a workspace of their own, for a nightly compiler.
        if is_package && !text.contains("rust-version.workspace = true") && !text.contains("cargo-fuzz = true") {
            wrong.push(format!("{}: say `rust-version.workspace = true`", shown(file)));
        }
        if text.lines().any(|line| line.starts_with(other)) && *file != root().join("Cargo.toml") {
            wrong.push(format!("{}: take `rust-version` from the workspace", shown(file)));
        }
    }
    none(&wrong);
    let clippy = read(&root().join("clippy.toml"));
    assert!(!clippy.contains("msrv"), "clippy takes the version from `rust-version`; a second one could disagree");
}

#[test]
fn no_dependency_needs_a_newer_compiler_than_the_manifest_promises() {
    let manifest = read(&root().join("Cargo.toml"));
    let promised = version(quoted(&manifest, "rust-version = "));
    let metadata = MetadataCommand::new()
        .current_dir(root())
        // Only the crates of the machine's own target are there when nothing but its builds was ever fetched.
        .other_options(["--locked", "--offline", "--filter-platform", &host()].map(str::to_owned))
        .exec()
        .expect("cargo lists the dependencies");
    let mut wrong = Vec::new();
    for package in metadata.packages {
        let Some(needed) = package.rust_version.filter(|needed| version(&needed.to_string()) > promised) else {
            continue;
        };
        wrong.push(format!("{} {} needs Rust {needed}: raise `rust-version`", package.name, package.version));
    }
    none(&wrong);
}

/// The target that the compiler builds for.
fn host() -> String {
    let compiler = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(compiler).arg("-vV").output().expect("the compiler runs");
    let text = String::from_utf8(output.stdout).expect("the compiler prints text");
    text.lines().find_map(|line| line.strip_prefix("host: ")).expect("the compiler says where it runs").to_owned()
}

fn quoted<'a>(text: &'a str, key: &str) -> &'a str {
    let line = text.lines().find_map(|line| line.strip_prefix(key));
    line.map(|value| value.trim_matches('"')).expect("the key is there")
}

/// The numbers of a version, without zeros at the end: 1.90 is 1.90.0.
fn version(text: &str) -> Vec<u32> {
    text.trim_end_matches(".0").split('.').map(|part| part.parse().expect("a version is made of numbers")).collect()
}

#[track_caller]
fn none(wrong: &[String]) {
    assert!(wrong.is_empty(), "{} to mend:\n{}", wrong.len(), wrong.join("\n"));
}

fn shown(file: &Path) -> String {
    file.strip_prefix(root()).unwrap_or(file).display().to_string()
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn files(extension: &str) -> Vec<PathBuf> {
    everything().into_iter().filter(|file| file.extension().is_some_and(|known| known == extension)).collect()
}

fn everything() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            if !path.is_dir() {
                found.push(path);
            } else if !SKIPPED.iter().any(|skipped| name == *skipped) {
                folders.push(path);
            }
        }
    }
    found.sort();
    found
}
