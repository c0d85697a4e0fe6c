//! No manifest has a dependency that nobody uses.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use crate::files::{files, none, read, shown};
use crate::support::root;

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
fn every_dependency_of_a_crate_is_named_in_it() {
    let mut wrong = Vec::new();
    for file in files("toml").into_iter().filter(|file| file.ends_with("Cargo.toml")) {
        let manifest: Table = read(&file).parse().expect("cargo reads it");
        let metadata =
            |package: &Value| package.get("metadata")?.get("cargo-machete")?.get("ignored")?.as_array().cloned();
        let ignored = manifest.get("package").and_then(metadata).unwrap_or_default();
        let sources = sources(&file);
        for table in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let names = manifest.get(table).and_then(Value::as_table).into_iter().flat_map(Table::keys);
            for name in names.filter(|name| !ignored.iter().any(|ignored| ignored.as_str() == Some(name))) {
                if !sources.iter().any(|text| is_named(text, &name.replace('-', "_"))) {
                    wrong.push(format!("{}: nothing in the crate names `{name}`: remove it", shown(&file)));
                }
            }
        }
    }
    none(&wrong);
}

/// The sources of a crate, and of other crates those that it takes its build script or its tests from.
fn sources(manifest: &Path) -> Vec<String> {
    let folder = manifest.parent().expect("a file is in a folder");
    let own: Vec<PathBuf> = files("rs").into_iter().filter(|file| file.starts_with(folder)).collect();
    let elsewhere = own.iter().map(PathBuf::as_path).chain([manifest]).flat_map(|file| {
        let beside = file.parent().expect("a file is in a folder");
        let text = read(file);
        let paths = text.split("path = \"").chain(text.split("build = \"")).skip(1);
        let paths: Vec<PathBuf> = paths.filter_map(|rest| Some(beside.join(rest.split_once('"')?.0))).collect();
        paths.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "rs") && path.is_file())
    });
    // The root of a library stands for all of it.
    let elsewhere = elsewhere.flat_map(|path| match path.ends_with("lib.rs") {
        true => below(path.parent().expect("a file is in a folder")),
        false => vec![path],
    });
    let elsewhere: Vec<PathBuf> = elsewhere.collect();
    own.iter().chain(&elsewhere).map(|file| read(file)).collect()
}

fn below(folder: &Path) -> Vec<PathBuf> {
    let folder = folder.canonicalize().expect("the folder is there");
    files("rs").into_iter().filter(|file| file.canonicalize().is_ok_and(|file| file.starts_with(&folder))).collect()
}

/// Whether a text has a path that begins with the name of a crate, or brings the crate into scope.
fn is_named(text: &str, name: &str) -> bool {
    let is_part = |sign: char| sign.is_alphanumeric() || sign == '_';
    text.match_indices(name).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + name.len()..]);
        let is_used = after.starts_with("::") || (before.ends_with("use ") && !after.starts_with(is_part));
        is_used && !before.ends_with(is_part)
    })
}
