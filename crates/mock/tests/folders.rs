//! The folders of the source, of which each knows those below it alone.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::path::{Path, PathBuf};

/// From the lowest to the highest.
const FOLDERS: [&str; 4] = ["document", "engine", "admin", "server"];

fn source() -> PathBuf {
    PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs the tests")).join("src")
}

/// All files below a folder, with their texts.
fn files(folder: &Path) -> Vec<(PathBuf, String)> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let read = |path: PathBuf| match path.is_dir() {
        true => files(&path),
        false => vec![(path.clone(), std::fs::read_to_string(&path).unwrap())],
    };
    entries.flat_map(read).collect()
}

#[test]
fn no_folder_knows_one_above_it() {
    let mut wrong = Vec::new();
    for (height, folder) in FOLDERS.iter().enumerate() {
        let known = |name: &str| name == "lock" || FOLDERS[..=height].contains(&name);
        let files = files(&source().join(folder));
        assert!(!files.is_empty(), "{folder}");
        for (path, text) in files {
            let named = text
                .split("crate::")
                .skip(1)
                .map(|rest| rest.split(|char: char| !char.is_alphanumeric() && char != '_').next().unwrap_or_default());
            wrong.extend(named.filter(|name| !known(name)).map(|name| format!("{}: crate::{name}", path.display())));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_platform_is_named() {
    let named: Vec<PathBuf> = files(&source())
        .into_iter()
        .filter(|(_, text)| text.to_lowercase().contains("tiktok"))
        .map(|(path, _)| path)
        .collect();
    assert!(named.is_empty(), "{named:?}");
}
