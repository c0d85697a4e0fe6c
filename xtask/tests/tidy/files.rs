//! The files of the repository, and how a test says what is wrong with them.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::root;

/// Folders that hold no source: what cargo and git keep, what editors leave, and what insta compares with.
const SKIPPED: [&str; 4] = ["target", ".git", "snapshots", "node_modules"];

#[track_caller]
pub(crate) fn none(wrong: &[String]) {
    assert!(wrong.is_empty(), "{} to mend:\n{}", wrong.len(), wrong.join("\n"));
}

pub(crate) fn shown(file: &Path) -> String {
    file.strip_prefix(root()).unwrap_or(file).display().to_string()
}

pub(crate) fn read(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

pub(crate) fn files(extension: &str) -> Vec<PathBuf> {
    everything().into_iter().filter(|file| file.extension().is_some_and(|known| known == extension)).collect()
}

pub(crate) fn everything() -> Vec<PathBuf> {
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
