//! What a release publishes, before cargo sees it; `.ci/package` has cargo build it.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod support;

use std::fs;
use std::path::Path;

use keyapi_codegen::RustNames;
use serde_json::Value;
use sha2::{Digest, Sha256};
use support::root;
use tempfile::TempDir;
use toml::Table;

/// The packages, in a folder of their own.
fn packages() -> (TempDir, Vec<String>) {
    let folder = TempDir::new().unwrap();
    let names = xtask::package::write(folder.path()).unwrap();
    (folder, names)
}

fn manifest(folder: &Path) -> Table {
    fs::read_to_string(folder.join("Cargo.toml")).unwrap().parse().unwrap()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn the_sources_are_those_that_the_lock_has_recorded() {
    let (folder, names) = packages();
    let [sdk, mock] = ["openapi", "src/generated/embedded.rs"].map(|inside| {
        let mut with =
            names.iter().map(|name| folder.path().join(name)).filter(|package| package.join(inside).exists());
        with.next().filter(|_| with.next().is_none()).unwrap_or_else(|| panic!("{inside}: {names:?}"))
    });
    let locks = fs::read_dir(sdk.join("openapi")).unwrap().map(|entry| entry.unwrap().path());
    let lock = locks.into_iter().find(|path| path.extension().is_some_and(|extension| extension == "lock")).unwrap();
    let recorded: Value = serde_json::from_str(&read(&lock)).unwrap();
    let recorded = recorded["generated"].as_object().unwrap();
    let embedded = ["embedded.rs", "published.json", "inferred.json"];
    let is_generated = |entry: &fs::DirEntry| !embedded.iter().any(|file| entry.file_name() == *file);
    let inside = [&sdk, &mock].into_iter().flat_map(|package| fs::read_dir(package.join("src/generated")).unwrap());
    assert_eq!(inside.map(|entry| entry.unwrap()).filter(is_generated).count(), recorded.len());
    for (file, digest) in recorded {
        let package = if file == "httpmock.rs" { &mock } else { &sdk };
        let source = read(&package.join("src/generated").join(file));
        let sum: String = Sha256::digest(source).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(&sum, digest, "{file}");
    }
    // The documents are those of the workspace.
    for entry in fs::read_dir(sdk.join("openapi")).unwrap().map(|entry| entry.unwrap()) {
        if entry.path().is_file() {
            assert_eq!(read(&entry.path()), read(&root().join("openapi").join(entry.file_name())));
        }
    }
}

/// A test that starts the mock server needs no pipeline: what that makes of the document is inside.
#[test]
fn the_mock_server_has_inside_what_the_pipeline_makes() {
    let (folder, names) = packages();
    let inside = |name: &String| folder.path().join(name).join("src/generated");
    let generated = names.iter().map(inside).find(|folder| folder.join("embedded.rs").exists()).unwrap();
    let spec = fs::read_dir(root().join("openapi")).unwrap().map(|entry| entry.unwrap().path());
    let spec = spec.into_iter().find(|path| path.to_string_lossy().ends_with(".openapi.json")).unwrap();
    let overlay = spec.to_string_lossy().replace(".openapi.json", ".overlay.yaml");
    let input = xtask::input::read(&spec, Some(Path::new(&overlay)));
    let json = |file: &str| serde_json::from_str::<Value>(&read(&generated.join(file))).unwrap();
    assert_eq!(json("inferred.json"), input.serve(&RustNames).unwrap());
    assert_eq!(json("published.json"), input.outline(&RustNames).unwrap().to_value());
    assert_ne!(json("inferred.json"), json("published.json"));
    assert!(read(&generated.join("embedded.rs")).contains("is_corrected: true"));
}

#[test]
fn nothing_generates_and_nothing_leads_out_of_a_package() {
    let (folder, names) = packages();
    for name in &names {
        let package = folder.path().join(name);
        let (manifest, text) = (manifest(&package), read(&package.join("Cargo.toml")));
        assert!(!manifest.contains_key("build-dependencies"), "{name}: {text}");
        for key in ["build", "links", "publish", "repository", "homepage", "documentation", "authors"] {
            assert!(!manifest["package"].as_table().unwrap().contains_key(key), "{name}: {key}");
        }
        assert!(!text.contains("../../"), "{name}: {text}");
        for tool in ["codegen", "progenitor\""] {
            assert!(!text.contains(tool), "{name} names {tool}");
        }
    }
    // An SDK needs the runtime, and of the pipeline nothing.
    let workspace = manifest(folder.path());
    let sdk = names.iter().find(|name| folder.path().join(name).join("src/generated/client.rs").exists()).unwrap();
    let needed = manifest(&folder.path().join(sdk));
    let needed: Vec<&String> = needed["dependencies"].as_table().unwrap().keys().collect();
    assert!(needed.iter().any(|name| *name == "keyapi-runtime"));
    assert!(!needed.iter().any(|name| ["keyapi-spec", "keyapi-mock"].contains(&name.as_str())));
    // What belongs together is not mixed with other versions.
    let version = workspace["workspace"]["package"]["version"].as_str().unwrap();
    for name in &names {
        let Some(general) = workspace["workspace"]["dependencies"].get(name) else { continue };
        assert_eq!(general["version"].as_str(), Some(format!("={version}").as_str()), "{name}");
    }
}

/// Whoever installs the command line takes it from its package.
#[test]
fn the_command_line_is_a_package() {
    let (folder, names) = packages();
    let is_program = |name: &&String| folder.path().join(name).join("src/main.rs").exists();
    let programs: Vec<&String> = names.iter().filter(is_program).collect();
    assert!(programs.iter().any(|name| name.ends_with("-cli")), "{programs:?}");
    let workspace = manifest(folder.path());
    let known = workspace["workspace"]["dependencies"].as_table().unwrap();
    for name in &names {
        let manifest = manifest(&folder.path().join(name));
        let targets = manifest.get("target").and_then(|targets| targets.as_table()).into_iter().flatten();
        let lists = targets.filter_map(|(_, target)| target.get("dependencies")?.as_table());
        for (needed, _) in lists.flatten() {
            assert!(known.contains_key(needed), "{name} needs {needed}");
        }
    }
}

#[test]
fn packages_come_after_what_they_depend_on() {
    let (folder, names) = packages();
    for (at, name) in names.iter().enumerate() {
        let manifest = manifest(&folder.path().join(name));
        let needed = manifest.get("dependencies").and_then(|needed| needed.as_table()).into_iter().flatten();
        for (needed, _) in needed {
            let place = names.iter().position(|name| name == needed);
            assert!(place.is_none_or(|place| place < at), "{name} comes before {needed}");
        }
    }
}
