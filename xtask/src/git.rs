//! What the git revisions of the workspace have, by the program `git`.

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use keyapi_spec::source::MAX_BYTES;

use crate::workspace::root;

/// The commit that a name stands for; none where it stands for nothing.
pub(crate) fn commit(revision: &str) -> io::Result<Option<String>> {
    let name = format!("{revision}^{{commit}}");
    let mut command = git();
    command.args(["rev-parse", "--verify", "--quiet", "--end-of-options", &name]).stderr(Stdio::null());
    let output = command.output().map_err(without_git)?;
    let commit = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    Ok((output.status.success() && !commit.is_empty()).then_some(commit))
}

/// The folder in which git keeps the repository around the workspace; none where there is no repository.
pub(crate) fn repository() -> io::Result<Option<PathBuf>> {
    let mut command = git();
    command.args(["rev-parse", "--absolute-git-dir"]).stderr(Stdio::null());
    let output = command.output().map_err(without_git)?;
    let folder = String::from_utf8_lossy(&output.stdout).trim_end_matches(['\r', '\n']).to_owned();
    Ok(output.status.success().then(|| folder.into()))
}

/// The last commit that changed a file of the workspace; none where that cannot be told, as in a shallow clone.
pub(crate) fn last_change(path: &Path) -> io::Result<Option<String>> {
    let mut command = git();
    command.args(["log", "--max-count", "1", "--format=%H", "--", &inside(path)]).stderr(Stdio::null());
    let output = command.output().map_err(without_git)?;
    let commit = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    // Where history is cut off, everything seems to have changed.
    let is_cut_off = || Ok::<_, io::Error>(is_shallow()? && self::commit(&format!("{commit}^"))?.is_none());
    Ok(if commit.is_empty() || is_cut_off()? { None } else { Some(commit) })
}

/// Whether a tag of a version that is not here is nowhere: without a repository, where history is cut off, and in a clone
/// that took none of them, nobody can tell.
pub(crate) fn has_all_tags() -> io::Result<bool> {
    let tags = || git().args(["tag", "--list", "v[0-9]*"]).output().map_err(without_git);
    Ok(repository()?.is_some() && !is_shallow()? && !tags()?.stdout.is_empty())
}

fn is_shallow() -> io::Result<bool> {
    let output = git().args(["rev-parse", "--is-shallow-repository"]).output().map_err(without_git)?;
    Ok(output.stdout.trim_ascii() == b"true")
}

/// Writes all files that a commit has of the workspace into an empty folder.
pub(crate) fn check_out(commit: &str, folder: &Path) -> io::Result<()> {
    let repository = repository()?.ok_or_else(|| io::Error::other("this is no git repository"))?;
    // An index of its own, so that the one of the checkout stays as it is.
    let index = folder.join(".git-index");
    let run = |command: &mut Command| {
        let output = command.env("GIT_INDEX_FILE", &index).output().map_err(without_git)?;
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        let refused = || io::Error::other(format!("git cannot check commit {commit} out: {said}"));
        if output.status.success() { Ok(()) } else { Err(refused()) }
    };
    run(git().args(["read-tree", &format!("{commit}:./")]))?;
    let mut write = git();
    write.env("GIT_DIR", repository).env("GIT_WORK_TREE", folder).current_dir(folder);
    // What is written there later must not follow a link out of the folder.
    run(write.args(["-c", "core.symlinks=false", "checkout-index", "--all", "--quiet"]))?;
    std::fs::remove_file(index)
}

/// The samples that a folder of the workspace had in a commit, in the order of their names.
pub(crate) fn samples(commit: &str, folder: &Path) -> io::Result<Vec<PathBuf>> {
    let inside = inside(folder) + "/";
    let mut command = git();
    command.args(["ls-tree", "-r", "-z", "--name-only", commit, "--", &inside]).stderr(Stdio::null());
    let output = command.output().map_err(without_git)?;
    let names = String::from_utf8_lossy(&output.stdout).into_owned();
    // Those beside the document are one folder below, and JSON.
    let is_sample = |name: &&str| {
        let rest = name.strip_prefix(&inside);
        rest.is_some_and(|rest| rest.matches('/').count() <= 1 && rest.ends_with(".json"))
    };
    let mut paths: Vec<PathBuf> = names.split('\0').filter(is_sample).map(|name| root().join(name)).collect();
    paths.sort();
    Ok(paths)
}

/// The path inside of the workspace, as git writes it.
fn inside(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string().replace('\\', "/")
}

/// What a file of the workspace was in a commit.
pub(crate) fn show(commit: &str, path: &Path) -> io::Result<Vec<u8>> {
    let inside = inside(path);
    // Relative to where git runs, since the workspace may be a folder of a larger repository.
    let object = format!("{commit}:./{inside}");
    let mut command = git();
    command.args(["cat-file", "blob", &object]).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(without_git)?;
    let mut bytes = Vec::new();
    if let Some(out) = child.stdout.take() {
        out.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    }
    // Git is cut off where there is more than anybody reads; what was read is then refused for its size.
    let status = child.wait()?;
    if status.success() || bytes.len() > MAX_BYTES {
        return Ok(bytes);
    }
    Err(io::Error::new(io::ErrorKind::NotFound, format!("commit {commit} has no {inside}")))
}

fn git() -> Command {
    let mut command = Command::new("git");
    command.current_dir(root()).stdin(Stdio::null());
    command
}

fn without_git(error: io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("git cannot be run, which revisions are read by: {error}"))
}
