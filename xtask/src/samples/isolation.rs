//! Keeps what runs text from a provider's page away from the machine's secrets and from every network but loopback.

use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use keyapi_provider::KEY_VARIABLE;

/// The key that stands for the reader's. The mock server takes it, and nobody else does.
pub(super) const PLACEHOLDER_KEY: &str = "sk_live_test";

/// A program with an environment that has nothing of the one that this runs in but the search path. It leads a group of
/// processes, so that [`end`] reaches what it starts.
pub(super) fn command(words: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(words.first().copied().unwrap_or_default());
    command.args(words.iter().skip(1)).current_dir(folder).stdin(Stdio::null());
    clear(&mut command, &["PATH"]);
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    // Whatever wants to be at home stays in the folder.
    command.envs(["HOME", "TMPDIR", "TEMP", "TMP"].map(|name| (name, folder)));
    command.env("LANG", "C.UTF-8").env(KEY_VARIABLE, PLACEHOLDER_KEY);
    command
}

/// Ends what a program of [`command`] has started and left running.
pub(super) fn end(leader: u32) {
    let kill = ["-c", "kill -9 -\"$1\"", "sh", &leader.to_string()].map(str::to_owned);
    // Mostly there is nothing to end.
    _ = Command::new("sh").args(kill).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
}

/// A program for samples to run below. Programs can read the environment of those that they run below, so that this one
/// has no more of it than it needs.
pub(super) fn with_little_environment(words: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Command {
    let mut words = words.into_iter();
    let mut command = Command::new(words.next().as_ref().map_or(OsStr::new(""), AsRef::as_ref));
    command.args(words);
    clear(&mut command, &["PATH", "TMPDIR", "CARGO_MANIFEST_DIR"]);
    command
}

/// The same with no network but a loopback of its own, and no processes to be seen but its own, which end with it.
pub(super) fn without_network(words: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Command {
    let isolation = "unshare --user --map-root-user --net --pid --fork --kill-child";
    let mut command = with_little_environment(isolation.split(' '));
    // The shell stays, for signals do not end a first process, and Ctrl-C is to end what follows.
    command.args(["sh", "-c", "ip link set lo up && \"$@\"; exit $?", "sh"]).args(words);
    command
}

fn clear(command: &mut Command, kept: &[&str]) {
    command.env_clear();
    command.envs(kept.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
}

/// Why the network cannot be kept away here; `None` if it can.
pub(super) fn unavailable() -> Option<String> {
    match without_network(["true"]).stdin(Stdio::null()).output() {
        Ok(output) if output.status.success() => None,
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr).trim().lines().last().unwrap_or_default().to_owned();
            Some(if said.is_empty() { "`unshare` cannot make a network".to_owned() } else { said })
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Some("`unshare` is not installed".to_owned()),
        Err(error) => Some(format!("`unshare` cannot be run: {error}")),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    fn printed(command: &mut Command) -> String {
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    }

    #[test]
    fn the_environment_is_no_other_than_that_of_the_sample() {
        let folder = TempDir::new().unwrap();
        let shown = printed(&mut command(&["env"], folder.path()));
        let mut names: Vec<&str> =
            shown.lines().filter_map(|line| line.split_once('=')).map(|(name, _)| name).collect();
        names.sort_unstable();
        assert_eq!(names, ["HOME", "KEYAPI_TOKEN", "LANG", "PATH", "TEMP", "TMP", "TMPDIR"]);
        assert!(shown.contains("KEYAPI_TOKEN=sk_live_test\n"), "{shown}");
    }

    #[test]
    fn what_samples_run_below_has_none_of_the_environment_either() {
        // Cargo sets both for tests.
        let shown = printed(&mut with_little_environment(["env"]));
        assert!(!shown.contains("CARGO_PKG_NAME="), "{shown}");
        assert!(shown.contains("CARGO_MANIFEST_DIR="), "{shown}");
        if unavailable().is_none() {
            let all = "for process in /proc/[0-9]*; do cat $process/environ 2>/dev/null; done; true";
            assert!(!printed(&mut without_network(["sh", "-c", all])).contains("CARGO_PKG_NAME="));
        }
    }

    #[test]
    fn what_is_left_running_ends_without_the_network() {
        if let Some(why) = unavailable() {
            println!("skipped: {why}");
            return;
        }
        // The output ends when nobody can write to it any more.
        let left = "setsid sh -c 'while :; do sleep 60; done' & echo \"$@\"";
        assert_eq!(printed(&mut without_network(["sh", "-c", left, "sh", "done"])), "done\n");
    }

    #[test]
    fn loopback_is_the_only_network() {
        if let Some(why) = unavailable() {
            println!("skipped: {why}");
            return;
        }
        let shown = printed(&mut without_network(["cat", "/proc/net/dev"]));
        let devices: Vec<&str> =
            shown.lines().filter_map(|line| line.split_once(':')).map(|(name, _)| name.trim()).collect();
        assert_eq!(devices, ["lo"]);
    }
}
