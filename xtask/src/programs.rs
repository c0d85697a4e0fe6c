//! Builds programs of other packages of the workspace, and runs those that are servers.

use std::collections::HashMap;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use cargo_metadata::{Artifact, Message};

use crate::input::{Failure, refused};
use crate::workspace::root;

/// Builds programs with `cargo build FLAGS`, and returns the path of each.
///
/// Without `--package`, features are those of the whole workspace, so that this shares one build with `cargo test`.
///
/// # Errors
///
/// Cargo cannot be run, or the build fails; cargo has said why by then.
pub(crate) fn build<const N: usize>(programs: [&str; N], flags: &[&str]) -> io::Result<[PathBuf; N]> {
    let mut command = cargo("build");
    command.args(["--message-format", "json-render-diagnostics"]).args(flags);
    programs.iter().for_each(|program| _ = command.args(["--bin", program]));
    let output = command.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(io::Error::other(format!("cannot build {}", programs.join(", "))));
    }
    let mut built = HashMap::new();
    for message in Message::parse_stream(output.stdout.as_slice()) {
        if let Message::CompilerArtifact(Artifact { target, executable: Some(path), .. }) = message? {
            built.insert(target.name, path.into_std_path_buf());
        }
    }
    let mut paths = std::array::from_fn(|_| PathBuf::new());
    for (program, path) in programs.iter().zip(&mut paths) {
        *path = built.remove(*program).ok_or_else(|| io::Error::other(format!("cargo built no program {program}")))?;
    }
    Ok(paths)
}

/// Runs a benchmark of a package, which prints what it measures.
///
/// # Errors
///
/// Cargo cannot be run, or something fails; cargo has said why by then.
pub(crate) fn bench(package: &str, name: &str, arguments: &[&str]) -> io::Result<()> {
    let status = cargo("bench").args(["--package", package, "--bench", name, "--"]).args(arguments).status()?;
    if status.success() { Ok(()) } else { Err(io::Error::other(format!("benchmark {name} failed"))) }
}

/// A cargo command for this workspace.
pub(crate) fn cargo(command: &str) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.arg(command).current_dir(root());
    cargo
}

/// Leaves in the lock file of a workspace what its packages need, in the versions that it has already.
///
/// # Errors
///
/// They need what is not there offline.
pub(crate) fn update_lock_file(workspace: &Path) -> Result<(), Failure> {
    let mut command = cargo("update");
    let output = command.args(["--workspace", "--offline", "--quiet"]).current_dir(workspace).output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.success() { Ok(()) } else { Err(refused(format!("the packages do not resolve: {said}"))) }
}

/// A server that runs until it is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    url: String,
}

impl Server {
    /// Starts a server that prints `listening on URL` when it is ready.
    ///
    /// # Errors
    ///
    /// It cannot be started, or ends without that line.
    pub(crate) fn start(command: &mut Command) -> io::Result<Self> {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        if let Some(out) = child.stdout.take() {
            BufReader::new(out).read_line(&mut line)?;
        }
        // Made before the check, so that a child that says something else is stopped, too.
        let mut server = Self { child, url: String::new() };
        server.url = line
            .trim_end()
            .strip_prefix("listening on ")
            .ok_or_else(|| io::Error::other(format!("{command:?} does not say where it listens")))?
            .to_owned();
        Ok(server)
    }

    /// Takes over a server that listens, or will listen, at `url`.
    pub(crate) fn adopt(child: Child, url: String) -> Self {
        Self { child, url }
    }

    /// Where it listens, without a slash at the end.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        _ = self.child.kill();
        _ = self.child.wait();
    }
}
