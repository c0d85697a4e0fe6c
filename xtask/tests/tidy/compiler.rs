//! The compiler that the workspace promises to be enough, and the one that it is built with.

use std::process::Command;

use cargo_metadata::MetadataCommand;

use crate::files::{files, none, read, shown};
use crate::support::root;

#[test]
fn every_package_promises_the_same_compiler_and_the_toolchain_keeps_the_promise() {
    let manifest = read(&root().join("Cargo.toml"));
    let promised = quoted(&manifest, "rust-version = ");
    let toolchain = read(&root().join("rust-toolchain.toml"));
    let running = told("release: ");
    let mut wrong: Vec<String> = broken(quoted(&toolchain, "channel = "), &running, promised).into_iter().collect();
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

#[test]
fn a_toolchain_that_breaks_the_promise_is_found() {
    for (channel, running) in [("stable", "1.90.0"), ("1.90", "1.90.0"), ("1.95.1", "1.95.1"), ("1.90.0", "1.97.0")] {
        assert_eq!(broken(channel, running, "1.90"), None, "{channel} {running}");
    }
    for (channel, running) in [("stable", "1.89.1"), ("1.89", "1.90.0"), ("nightly", "1.97.0"), ("beta", "1.97.0")] {
        assert!(broken(channel, running, "1.90").is_some(), "{channel} {running}");
    }
}

/// Why a channel of toolchains, or the compiler that runs, is not what the manifest promises.
fn broken(channel: &str, running: &str, promised: &str) -> Option<String> {
    let is_numbered = channel.starts_with(|c: char| c.is_ascii_digit());
    if channel != "stable" && !is_numbered {
        return Some(format!("rust-toolchain.toml: `{channel}` is no stable toolchain"));
    }
    let channel = if is_numbered { channel } else { running };
    let is_older = [channel, running].into_iter().any(|given| version(given) < version(promised));
    is_older
        .then(|| format!("rust-toolchain.toml: {channel}, run as {running}, is older than `rust-version`, {promised}"))
}

/// The target that the compiler builds for.
fn host() -> String {
    told("host: ")
}

/// What the compiler says of itself.
fn told(key: &str) -> String {
    let compiler = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(compiler).arg("-vV").output().expect("the compiler runs");
    let text = String::from_utf8(output.stdout).expect("the compiler prints text");
    text.lines().find_map(|line| line.strip_prefix(key)).expect("the compiler says it").to_owned()
}

fn quoted<'a>(text: &'a str, key: &str) -> &'a str {
    let line = text.lines().find_map(|line| line.strip_prefix(key));
    line.map(|value| value.trim_matches('"')).expect("the key is there")
}

/// The numbers of a version, without zeros at the end: 1.90 is 1.90.0.
fn version(text: &str) -> Vec<u32> {
    let numbers = text.split('-').next().unwrap_or_default().trim_end_matches(".0");
    numbers.split('.').map(|part| part.parse().expect("a version is made of numbers")).collect()
}
