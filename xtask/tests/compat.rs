//! `cargo xtask compat` as a maintainer runs it: what it refuses, and that it finds the breaks that `diff` tells of.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Map, Value, json};
use support::{copy, copy_of_workspace, git, root, text};
use tempfile::TempDir;

/// Runs a command in a checkout; its exit code, and what it says to its two outputs.
fn xtask(checkout: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(arguments).env_remove("CARGO_MANIFEST_DIR").env("SOURCE_DATE_EPOCH", "1767225600");
    let output = command.env("CARGO_TARGET_DIR", target()).current_dir(checkout).output().unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

/// The target folder that the tests were built in.
fn target() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap()
}

#[test]
fn without_callers_to_check_nothing_is_compatible() {
    let folder = TempDir::new().unwrap();
    for directory in ["openapi", "xtask/src"] {
        copy(&root().join(directory), &folder.path().join(directory));
    }
    fs::write(folder.path().join("xtask/Cargo.toml"), "").unwrap();
    _ = fs::remove_file(folder.path().join("openapi/tiktok.released.json"));
    let refused = |arguments: &[&str], words: &str| {
        let (code, _, said) = xtask(folder.path(), &[&["compat"], arguments].concat());
        assert_eq!(code, 2, "{said}");
        assert!(said.starts_with("error: ") && said.contains(words), "{said}");
    };
    let released = folder.path().join("openapi/tiktok.released.json");
    let release = json!({
        "generated-by": "a test", "version": "0.1.0", "revision": "0".repeat(40), "public-items": [], "document": {},
    });
    refused(&[], "nothing is released yet: say whose callers to check, as in `cargo xtask compat HEAD`");
    refused(&["HEAD"], "this is no git repository");
    fs::write(&released, release.to_string()).unwrap();
    refused(&[], "this is no git repository");
    git(folder.path(), &["init", "--quiet"]);
    refused(&["v9.9.9"], "`v9.9.9` is no git revision: give a commit, branch or tag");
    refused(&["--upload-pack=x"], "unexpected argument");
    refused(&[], "the commit of release 0.1.0 is not in this clone: run `git fetch --unshallow`");
    fs::write(&released, "{").unwrap();
    refused(&[], "openapi/tiktok.released.json: EOF");
}

/// The documents of all cases in one, beside what is vendored: those of a case are below a path of their own.
fn joined(cases: &[Value], side: &str) -> Value {
    let vendored = fs::read(root().join("openapi/tiktok.openapi.json")).unwrap();
    let mut document: Value = serde_json::from_slice(&vendored).unwrap();
    for (number, case) in cases.iter().enumerate() {
        for (path, item) in case[side]["paths"].as_object().unwrap() {
            let mut item = item.clone();
            let operations = item.as_object_mut().unwrap().values_mut();
            let parameters = operations.filter_map(|operation| operation.get_mut("parameters")?.as_array_mut());
            // Types of named values are called after their parameters.
            for parameter in parameters.flatten().filter(|parameter| parameter["in"] != "path") {
                parameter["name"] = json!(format!("{}_{}", name(number), parameter["name"].as_str().unwrap()));
            }
            document["paths"][format!("{}{path}", prefix(number))] = item;
        }
        for (kind, components) in case[side]["components"].as_object().into_iter().flatten() {
            let there = &mut document["components"][kind];
            let there = if there.is_object() {
                there.as_object_mut().unwrap()
            } else {
                *there = Value::Object(Map::new());
                there.as_object_mut().unwrap()
            };
            components.as_object().unwrap().iter().for_each(|(name, component)| {
                there.entry(name).or_insert(component.clone());
            });
        }
    }
    document
}

/// What is in all names of a case.
fn name(number: usize) -> String {
    format!("case{number}x")
}

fn prefix(number: usize) -> String {
    format!("/v1/tiktok/{}", name(number))
}

/// The cases of `diff`, and those that are about Rust alone.
fn cases() -> Vec<Value> {
    let files = ["crates/spec/tests/diff/cases.json", "xtask/tests/compat/cases.json"];
    let read = |file: &str| serde_json::from_slice::<Vec<Value>>(&fs::read(root().join(file)).unwrap()).unwrap();
    files.map(read).concat()
}

/// Builds the SDK of one document and checks the callers of another, which takes minutes: `.ci/run` asks for it.
#[test]
#[ignore = "it builds the SDK: `cargo test -p xtask --test compat -- --ignored`"]
fn the_compiler_finds_the_breaks_that_diff_tells_of() {
    let checkout = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compat");
    // Another version keeps the crates apart from those that the tests were built with.
    _ = fs::remove_dir_all(&checkout);
    copy_of_workspace(&checkout);
    let manifest = fs::read_to_string(checkout.join("Cargo.toml")).unwrap();
    let (before, after) = manifest.split_once("\nversion = \"").unwrap();
    fs::write(checkout.join("Cargo.toml"), format!("{before}\nversion = \"0.0.0-cases.{after}")).unwrap();
    let cases = cases();
    let has = |side: &str| {
        let document = serde_json::to_string_pretty(&joined(&cases, side)).unwrap();
        fs::write(checkout.join("openapi/tiktok.openapi.json"), document).unwrap();
    };
    // A test that nothing of the SDK breaks.
    let mut readme = fs::read_to_string(checkout.join("tests/readme.rs")).unwrap();
    readme.push_str("\n#[test]\nfn broken_before() { let _: u32 = \"no\"; }\n");
    fs::write(checkout.join("tests/readme.rs"), readme).unwrap();
    git(&checkout, &["init", "--quiet"]);
    has("before");
    let (code, _, said) = xtask(&checkout, &["regen"]);
    assert_eq!(code, 0, "{said}");
    git(&checkout, &["add", "."]);
    git(&checkout, &["commit", "--quiet", "--message", "a"]);
    let (code, found, said) = xtask(&checkout, &["compat", "HEAD"]);
    assert_eq!(code, 0, "the callers fit what they were made from: {found}{said}");

    has("after");
    let (code, found, said) = xtask(&checkout, &["compat", "HEAD"]);
    assert_eq!(code, 1, "{found}{said}");
    assert!(!found.contains("broken_before"), "{found}");
    let list = fs::read_to_string(checkout.join("tests/snapshots/public_items.snap")).unwrap();
    let items: Vec<&str> = list.lines().collect();
    let at = |place: &str| items[place.split(':').next().unwrap().parse::<usize>().unwrap() - 1].to_lowercase();
    let lines = found.split("--> tests/snapshots/public_items.snap:").skip(1).map(at);
    let broken: Vec<String> = lines.collect();
    let of_case = |number: &usize| broken.iter().any(|item| item.contains(&name(*number)));
    let by_compiler: BTreeSet<usize> = (0..cases.len()).filter(of_case).collect();

    let (_, changes, said) = xtask(&checkout, &["diff", "HEAD", "openapi/tiktok.openapi.json", "--format", "json"]);
    let changes: Vec<Value> = serde_json::from_str(&changes).unwrap_or_else(|error| panic!("{error}: {said}"));
    let breaks = changes.iter().filter(|change| change["rust"] == "breaking");
    let operations: Vec<&str> = breaks.map(|change| change["operation"].as_str().unwrap_or_default()).collect();
    let breaks = |number: usize| operations.iter().any(|operation| operation.contains(&prefix(number)));
    let by_diff: BTreeSet<usize> = (0..cases.len()).filter(|number| breaks(*number)).collect();
    assert_eq!(by_compiler, by_diff, "{found}");
    for (number, case) in cases.iter().enumerate().filter(|(_, case)| !case["rust"].is_null()) {
        assert_eq!(by_compiler.contains(&number), case["rust"] == "breaking", "{}", case["id"]);
    }
}
