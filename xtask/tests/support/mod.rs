//! The checkout that the tests run in, and scratch copies of parts of it.
#![allow(dead_code, reason = "every test uses a part of it")]
#![allow(clippy::unwrap_used, clippy::expect_used)]

pub(crate) mod documents;
pub(crate) mod server;
pub(crate) mod things;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The checkout that the tests run in.
pub(crate) fn root() -> PathBuf {
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs the tests");
    Path::new(&manifest).parent().expect("xtask is in the workspace").to_owned()
}

/// What a program has printed.
pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Copies a folder with all that is in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(|entry| entry.unwrap()) {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() { copy(&from, &to) } else { _ = fs::copy(from, to).unwrap() }
    }
}

/// Runs git, without the settings of whoever runs the tests.
pub(crate) fn git(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.args(["-c", "user.name=a", "-c", "user.email=a@example.com"]).args(arguments).current_dir(folder);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    let output = command.output().expect("git is installed");
    assert!(output.status.success(), "git {arguments:?}: {}", text(&output.stderr));
}

/// Copies the workspace as it is, committed or not.
pub(crate) fn copy_of_workspace(to: &Path) {
    let mut command = Command::new("git");
    command.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).current_dir(root());
    let files = text(&command.output().expect("git is installed").stdout);
    for file in files.split('\0').filter(|file| root().join(file).is_file()) {
        let to = to.join(file);
        fs::create_dir_all(to.parent().expect("it is in a folder")).unwrap();
        fs::copy(root().join(file), to).unwrap();
    }
}
