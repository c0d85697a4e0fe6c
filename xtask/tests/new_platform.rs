//! `cargo xtask new-platform` as a maintainer runs it, in a copy of the workspace.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::{Value, json};
use support::{copy_of_workspace, text};
use tempfile::TempDir;

struct Case {
    workspace: TempDir,
}

impl Case {
    fn new() -> Self {
        let workspace = TempDir::new().unwrap();
        copy_of_workspace(workspace.path());
        Self { workspace }
    }

    fn path(&self, inside: &str) -> PathBuf {
        self.workspace.path().join(inside)
    }

    fn xtask(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.args(arguments).current_dir(self.workspace.path());
        command.env_remove("CARGO_MANIFEST_DIR").env_remove("KEYAPI_PLATFORM").output().unwrap()
    }

    fn new_platform(&self, name: &str, document: &Value, more: &[&str]) -> Output {
        let folder = TempDir::new().unwrap();
        let spec = folder.path().join("spec.json");
        fs::write(&spec, document.to_string()).unwrap();
        self.xtask(&[&["new-platform", name, spec.to_str().unwrap()], more].concat())
    }

    /// Every file with its bytes.
    fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let (mut files, mut left) = (BTreeMap::new(), vec![self.workspace.path().to_path_buf()]);
        while let Some(folder) = left.pop() {
            for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                if path.is_dir() { left.push(path) } else { _ = files.insert(path.clone(), fs::read(path).unwrap()) }
            }
        }
        files
    }
}

/// One operation of which all can be generated, and one with a body that cannot.
fn document() -> Value {
    let ok = json!({"200": {"description": "ok", "content": {"application/json": {"example": {"id": 1}}}}});
    let body = json!({"content": {"multipart/mixed": {"schema": {"type": "object"}}}});
    json!({
        "openapi": "3.0.3",
        "info": {"title": "The \"Shop\"\nof {name}", "version": "1"},
        "servers": [{"url": "https://shop.example"}],
        "paths": {
            "/things": {"get": {"operationId": "getThings", "tags": ["things"], "responses": ok}},
            "/parts": {"post": {"operationId": "sendParts", "requestBody": body, "responses": ok}},
        },
    })
}

fn without_parts() -> Value {
    let mut document = document();
    document["paths"].as_object_mut().unwrap().remove("/parts");
    document
}

#[test]
fn a_platform_is_there_with_all_that_it_takes_and_the_other_one_as_it_was() {
    let case = Case::new();
    let before = case.files();
    let made = case.new_platform("toy-shop", &without_parts(), &[]);
    assert_eq!(made.status.code(), Some(0), "{}", text(&made.stderr));
    assert!(text(&made.stdout).contains("all of 1 operation generated"), "{}", text(&made.stdout));
    for (path, bytes) in &before {
        let may_change = ["Cargo.toml", "Cargo.lock"].iter().any(|name| *path == case.path(name));
        assert!(may_change || fs::read(path).unwrap() == *bytes, "{}", path.display());
    }
    let manifest = fs::read_to_string(case.path("crates/toy-shop/Cargo.toml")).unwrap();
    assert!(manifest.contains("\nthings = []\n"), "{manifest}");
    for arguments in [&["--platform", "toy-shop", "regen", "--check"][..], &["regen", "--check"]] {
        let checked = case.xtask(arguments);
        assert_eq!(checked.status.code(), Some(0), "{arguments:?}: {}", text(&checked.stdout));
    }
    // The packages are ones that cargo knows.
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--no-deps", "--offline", "--locked", "--format-version", "1"]);
    let metadata: Value =
        serde_json::from_slice(&cargo.current_dir(case.workspace.path()).output().unwrap().stdout).unwrap();
    let names: Vec<&str> =
        metadata["packages"].as_array().unwrap().iter().map(|package| package["name"].as_str().unwrap()).collect();
    for name in ["keyapi-toy-shop", "keyapi-toy-shop-mock", "keyapi-toy-shop-cli", "contract-toy-shop"] {
        assert!(names.contains(&name), "{name} of {names:?}");
    }
    // No manifest names what nothing uses.
    assert!(!fs::read_to_string(case.path("Cargo.toml")).unwrap().contains("keyapi-toy-shop-mock"));
    // Its samples are its own, also those of operations that the other platform calls the same.
    let sample = case.path("sample.json");
    fs::write(&sample, r#"{"id": 1.5}"#).unwrap();
    let added = case.xtask(&["--platform", "toy-shop", "sample", "add", "getThings", sample.to_str().unwrap()]);
    assert_eq!(added.status.code(), Some(0), "{}", text(&added.stderr));
    assert!(text(&added.stdout).contains("openapi/evidence/toy-shop/getThings/200-"), "{}", text(&added.stdout));
    for (platform, code) in [("toy-shop", 1), ("tiktok", 0)] {
        let checked = case.xtask(&["--platform", platform, "regen", "--check"]);
        assert_eq!(checked.status.code(), Some(code), "{platform}: {}", text(&checked.stdout));
    }
    // What its files say is told with the command that is about it.
    fs::remove_file(case.path("openapi/toy-shop.lock")).unwrap();
    let stale = case.xtask(&["--platform", "toy-shop", "regen", "--check"]);
    assert_eq!(stale.status.code(), Some(1));
    assert!(text(&stale.stdout).contains("`cargo xtask --platform toy-shop regen`"), "{}", text(&stale.stdout));
    // It is there now.
    let again = case.new_platform("toy-shop", &without_parts(), &[]);
    assert_eq!(again.status.code(), Some(2));
    assert!(text(&again.stderr).contains("crates/toy-shop is there already"), "{}", text(&again.stderr));
}

#[test]
fn what_cannot_be_generated_is_left_out_where_that_is_asked_for() {
    let case = Case::new();
    let before = case.files();
    let refused = case.new_platform("shop", &document(), &[]);
    assert_eq!(refused.status.code(), Some(2));
    let said = text(&refused.stderr);
    assert!(said.contains("multipart/mixed") && said.contains("with --fix"), "{said}");
    assert!(case.files() == before, "nothing is written");

    // A path that another document describes is no operation that is left out.
    let mut document = document();
    document["paths"]["/elsewhere"] = json!({"$ref": "other.json"});
    let made = case.new_platform("shop", &document, &["--fix"]);
    assert_eq!(made.status.code(), Some(0), "{}", text(&made.stderr));
    let said = text(&made.stdout);
    assert!(said.contains("1 of 2 operations left out (50.0 %), by code: "), "{said}");
    assert!(said.contains("POST /parts is not generated: "), "{said}");
    let overlay = fs::read_to_string(case.path("openapi/shop.overlay.yaml")).unwrap();
    assert!(overlay.contains("x-skip:") && !overlay.contains("# - target"), "{overlay}");
    assert_eq!(overlay.matches("remove: true").count(), 1, "{overlay}");
}

#[test]
fn bad_names_and_bad_documents_write_nothing() {
    let case = Case::new();
    let before = case.files();
    let names =
        ["", "Shop", "shop_", "-shop", "shop-", "a--b", "7", "../x", "a b", "ä", "tiktok", "mock", "cli", "src"];
    for name in names.map(str::to_owned).into_iter().chain(["a".repeat(41)]) {
        // What begins with a dash is an option.
        let output = case.new_platform(&name, &without_parts(), &[]);
        assert_eq!(output.status.code(), Some(2), "{name}: {}", text(&output.stdout));
    }
    for document in [
        json!({}),
        json!([]),
        json!({"swagger": "2.0"}),
        json!({"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": []}),
    ] {
        let output = case.new_platform("shop", &document, &["--fix"]);
        assert_eq!(output.status.code(), Some(2), "{document}");
        assert!(text(&output.stderr).contains("error"), "{document}");
    }
    let missing = case.xtask(&["new-platform", "shop", "no/such.json"]);
    assert_eq!(missing.status.code(), Some(2));
    assert!(text(&missing.stderr).contains("no/such.json"), "{}", text(&missing.stderr));
    assert!(case.files() == before, "nothing is written");

    let unknown = case.xtask(&["--platform", "shop", "regen"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(text(&unknown.stderr).contains("no platform is called `shop`"), "{}", text(&unknown.stderr));
}
