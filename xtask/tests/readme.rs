//! What the README tells application developers to write into their manifests and programs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use support::{root, text};
use tempfile::TempDir;

/// The blocks of a language, in order.
fn blocks(readme: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    readme.split(&fence).skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

/// Makes a project of what the README shows, runs cargo in it without network, and returns what it prints.
#[track_caller]
fn cargo(manifest: &str, program: &str, arguments: &[&str]) -> String {
    let output = run(manifest, program, arguments);
    assert!(output.status.success(), "{manifest}\n{}", text(&output.stderr));
    text(&output.stdout)
}

fn run(manifest: &str, program: &str, arguments: &[&str]) -> Output {
    let folder = TempDir::new().unwrap();
    let manifest = manifest.replace("CHECKOUT", root().to_str().unwrap());
    let package = "[package]\nname = \"of-the-readme\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n";
    fs::create_dir(folder.path().join("src")).unwrap();
    fs::write(folder.path().join("Cargo.toml"), format!("{package}\n{manifest}")).unwrap();
    fs::write(folder.path().join("src/main.rs"), program).unwrap();
    fs::copy(root().join("Cargo.lock"), folder.path().join("Cargo.lock")).unwrap();
    let mut command = Command::new(env!("CARGO"));
    command.args(arguments).arg("--offline").current_dir(folder.path());
    // Its own target folder is beside those of other tests, and kept for the next run.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("of-the-readme");
    command.env("CARGO_TARGET_DIR", target).env_remove("CARGO_MANIFEST_DIR").output().unwrap()
}

/// The manifests: that of a program and its tests, and that of a program that needs one tag.
fn manifests(readme: &str) -> (String, String) {
    let shown = blocks(readme, "toml");
    let [program, of_a_tag, tests] = shown.as_slice() else { panic!("the README shows other manifests: {shown:?}") };
    (format!("{program}\n{tests}"), of_a_tag.clone())
}

#[test]
fn cargo_resolves_the_dependencies_that_the_readme_shows() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let (whole, of_a_tag) = manifests(&readme);
    for manifest in [&whole, &of_a_tag] {
        let tree = cargo(manifest, "fn main() {}", &["tree", "--depth", "1", "--edges", "normal,dev"]);
        assert!(tree.contains("keyapi-tiktok v"), "{tree}");
    }
}

#[test]
#[ignore = "builds the SDK and the mock server once more"]
fn the_program_of_the_readme_works_with_the_dependencies_beside_it() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let shown = blocks(&readme, "rust,ignore");
    let program = shown.iter().filter(|block| block.contains("#[tokio::"));
    let program: Vec<&str> = program.map(String::as_str).collect();
    assert_eq!(program.len(), 2, "a program and its test");
    let said = cargo(&manifests(&readme).0, &program.join("\n"), &["test"]);
    assert!(said.contains("test a_title_is_printed ... ok"), "{said}");
}

#[test]
#[ignore = "builds the SDK once more"]
fn a_value_of_a_wrong_type_leads_to_the_constants() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let program = "fn main() {
        let client = keyapi_tiktok::Client::builder().api_key(\"key\").build().unwrap();
        _ = client.trending_music_detail().period(true);
    }";
    let output = run(&manifests(&readme).0, program, &["check"]);
    let said = text(&output.stderr);
    assert!(!output.status.success(), "{said}");
    let expected = [
        "a parameter of type `Period` cannot be set to a value of type `bool`",
        "has a type of the SDK's module `params`, with a constant for each and all of them in `KNOWN`",
    ];
    for expected in expected {
        assert!(said.contains(expected), "{expected}:\n{said}");
    }
}
