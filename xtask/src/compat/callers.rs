//! Makes a scratch workspace of what callers of a former revision wrote.

use std::io;
use std::path::{Path, PathBuf};

use keyapi_codegen::public_items;

use super::{documentation, manifest};
use crate::git;
use crate::input::{Failure, optional};
use crate::workspace::{Platform, root};

/// Checks a commit out into `folder`, and leaves nothing of the crates that an application depends on but their callers,
/// which call those of the checkout `called`.
///
/// Each file stays where it is, and so does each line of it, so that what the compiler says leads to the revision.
pub(super) fn check_out(commit: &str, folder: &Path, called: &Path, platform: &Platform) -> Result<(), Failure> {
    whole(commit, folder)?;
    // What today's SDK is built with.
    if let Some(lock) = optional(std::fs::read(root().join("Cargo.lock")))? {
        std::fs::write(folder.join("Cargo.lock"), lock)?;
    }
    let snapshots = folder.join(platform.snapshots.strip_prefix(root()).unwrap_or(&platform.snapshots));
    let (list, mut generated) = (snapshots.join("public_items.snap"), files(&snapshots, "snap")?);
    generated.retain(|path| *path != list);
    let items = optional(std::fs::read_to_string(&list))?.ok_or_else(|| older(commit, &list, folder))?;
    std::fs::write(&list, public_items::callers(&items))?;
    let [sdk, mock] = manifest::packages(platform);
    for (inside, more, target) in [(sdk, generated, Some(("public_items", list))), (mock, Vec::new(), None)] {
        let package = folder.join(&inside);
        let gathered = package.join("documentation.rs");
        let sources = [rust_files(&package.join("src"))?, more].concat();
        std::fs::write(&gathered, gather(&sources)?)?;
        std::fs::write(package.join(manifest::PROGRAM), "fn main() {}\n")?;
        let targets: Vec<_> = [("documentation", gathered)].into_iter().chain(target).collect();
        manifest::of_package(folder, called, &inside, &targets)?;
    }
    manifest::of_workspace(folder, called, platform)
}

/// Checks a commit out into `folder`, with all that is in it.
pub(super) fn whole(commit: &str, folder: &Path) -> Result<(), Failure> {
    optional(std::fs::remove_dir_all(folder))?;
    std::fs::create_dir_all(folder)?;
    Ok(git::check_out(commit, folder)?)
}

fn older(commit: &str, file: &Path, folder: &Path) -> Failure {
    let file = file.strip_prefix(folder).unwrap_or(file).display();
    Failure::Diagnostics(format!(
        "error: commit {commit} has no {file}, which tells what callers had: give a later revision"
    ))
}

/// Leaves nothing of sources but their documentation tests, and gives a source that has them as modules.
fn gather(sources: &[PathBuf]) -> io::Result<String> {
    let mut modules = String::new();
    for (index, path) in sources.iter().enumerate() {
        let tests = documentation::tests(&std::fs::read_to_string(path)?);
        if !tests.trim().is_empty() {
            modules.push_str(&format!("#[path = {:?}]\nmod file_{index};\n", path.display().to_string()));
        }
        std::fs::write(path, tests)?;
    }
    Ok(modules)
}

fn rust_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = files(folder, "rs")?;
    let mut folders: Vec<PathBuf> =
        std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    folders.retain(|path| path.is_dir());
    folders.sort();
    for folder in folders {
        found.extend(rust_files(&folder)?);
    }
    Ok(found)
}

/// The files of a folder that have this extension, sorted.
fn files(folder: &Path, extension: &str) -> io::Result<Vec<PathBuf>> {
    let entries = optional(std::fs::read_dir(folder))?.into_iter().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    files.retain(|path| path.is_file() && path.extension().is_some_and(|found| found == extension));
    files.sort();
    Ok(files)
}
