//! `cargo xtask package`: what a release publishes, as a workspace of its own under `target/package`.
//!
//! In this workspace a build script generates the client. In a package its sources are inside, the same byte for byte as
//! `openapi/NAME.lock` has recorded them, so that whoever depends on it builds neither generator nor pipeline.

mod manifest;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use cargo_metadata::MetadataCommand;
use keyapi_codegen::RustNames;
use keyapi_spec::credits;
use keyapi_spec::infer::evidence;

use crate::artefacts;
use crate::input::{Failure, failure, read, refused, style};
use crate::programs::update_lock_file;
use crate::status::{Printer, Status};
use crate::workspace::{Platform, command, display, platform, root};
use crate::{OK, exclusive, output};
use manifest::members;

/// The folder of a package that what is generated is in.
pub(crate) const GENERATED: &str = "src/generated";

/// Runs the command.
///
/// # Errors
///
/// The document is bad, what is generated is stale, or files cannot be read or written.
pub fn run() -> Result<u8, Failure> {
    let workspace = MetadataCommand::new().current_dir(root()).no_deps().exec().map_err(io::Error::other)?;
    let target = workspace.target_directory.as_std_path();
    fs::create_dir_all(target)?;
    let _turn = exclusive::turn(target);
    let folder = target.join("package");
    remove(&folder)?;
    let packages = write(&folder)?;
    update_lock_file(&folder)?;
    let mut out = output::standard();
    let mut printer = Printer::new(&mut out, style(&io::stdout()));
    packages.iter().for_each(|package| printer.line(Status::Written, &display(&folder.join(package))));
    Ok(OK)
}

/// Takes away what an earlier run has written.
fn remove(folder: &Path) -> Result<(), Failure> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(refused(format!(
            "{} cannot be replaced by the folder of the packages: {error}: move it away, and run this again",
            display(folder)
        ))),
        _ => Ok(()),
    }
}

/// Writes the packages into an empty folder, and gives their names, those that others depend on first.
///
/// # Errors
///
/// The document is bad, what is generated is stale, or files cannot be read or written.
pub fn write(folder: &Path) -> Result<Vec<String>, Failure> {
    let platform = platform();
    let made = artefacts::make(&platform)?;
    if fs::read_to_string(&platform.lock).ok().as_deref() != Some(made.lock.to_text().as_str()) {
        let lock = display(&platform.lock);
        return Err(refused(format!(
            "{lock} is not what the document gives: run `{}`, and review it",
            command("regen")
        )));
    }
    let members = members(&platform)?;
    for member in &members {
        let to = folder.join(&member.name);
        copy(&root().join(&member.folder).join("src"), &to.join("src"))?;
        fs::copy(root().join("LICENSE"), to.join("LICENSE"))?;
        fs::write(to.join("Cargo.toml"), &member.manifest)?;
    }
    let [sdk, mock] = [platform.sdk(), platform.mock_server()].map(|name| folder.join(name));
    copy_documents(&platform, &sdk)?;
    for package in [&sdk, &mock] {
        fs::create_dir_all(package.join(GENERATED))?;
    }
    for (file, source) in made.sources.files() {
        // The httpmock extension is made with the client, and is part of the mock server.
        let package = if file == "httpmock.rs" { &mock } else { &sdk };
        fs::write(package.join(GENERATED).join(file), source)?;
    }
    embed(&platform, &mock.join(GENERATED))?;
    replace(&sdk, r#"include!(concat!(env!("OUT_DIR"), "/library.rs"));"#, r#"include!("generated/library.rs");"#)?;
    let inside = format!("keyapi_mock::platform!({:?}, \"generated\");", platform.name);
    replace(&mock, "keyapi_mock::platform!();", &inside)?;
    fs::write(folder.join("Cargo.toml"), manifest::of_workspace(&members)?)?;
    fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock"))?;
    Ok(members.into_iter().map(|member| member.name).collect())
}

/// Copies the document and what is beside it, with the lock that has the digests of all of it.
fn copy_documents(platform: &Platform, package: &Path) -> io::Result<()> {
    for file in documents(platform).iter().chain([&platform.lock]) {
        let to = package.join(inside(file));
        fs::create_dir_all(to.parent().unwrap_or(package))?;
        fs::copy(file, to)?;
    }
    Ok(())
}

/// The vendored document and what is read with it: overlay and prices where there are any, and samples.
fn documents(platform: &Platform) -> Vec<PathBuf> {
    let optional = [platform.overlay.clone(), credits::beside(&platform.spec)];
    let optional = optional.into_iter().filter(|file| file.exists());
    [platform.spec.clone()].into_iter().chain(optional).chain(evidence::beside(&platform.spec)).collect()
}

/// Writes what the build script of a mock server writes.
fn embed(platform: &Platform, folder: &Path) -> Result<(), Failure> {
    let input = read(&platform.spec, platform.overlay());
    let embedded = input.embedded(&RustNames).map_err(|found| failure(&input, &found))?;
    for (file, text) in embedded.files() {
        fs::write(folder.join(file), text)?;
    }
    Ok(())
}

/// The path of a file of the workspace as a package has it.
fn inside(file: &Path) -> PathBuf {
    file.strip_prefix(root()).unwrap_or(file).to_path_buf()
}

/// Has the root of a package take from its own folder what a build script makes in the workspace.
fn replace(package: &Path, made: &str, inside: &str) -> Result<(), Failure> {
    let path = package.join("src/lib.rs");
    let source = fs::read_to_string(&path)?;
    if source.matches(made).count() != 1 {
        return Err(refused(format!("src/lib.rs of {} does not have `{made}` once", display(package))));
    }
    Ok(fs::write(&path, source.replace(made, inside))?)
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() { copy(&from, &to)? } else { _ = fs::copy(from, to)? }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_the_way_is_named_and_kept() {
        let target = tempfile::TempDir::new().unwrap();
        let folder = target.path().join("package");
        remove(&folder).unwrap();
        fs::create_dir_all(folder.join("a/b")).unwrap();
        remove(&folder).unwrap();
        fs::write(&folder, "mine").unwrap();
        let said = remove(&folder).unwrap_err().to_string();
        assert!(said.contains(&format!("{} cannot be replaced", display(&folder))), "{said}");
        assert!(said.ends_with("move it away, and run this again"), "{said}");
        assert_eq!(fs::read(&folder).unwrap(), b"mine");
    }
}
