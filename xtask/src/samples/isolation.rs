//! Keeps what runs text from a provider's page away from the machine's secrets and from every network but loopback.

use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

/// The key that stands for the reader's. The mock server takes it, and nobody else does.
pub(super) const PLACEHOLDER_KEY: &str = "sk_live_test";

/// A program with an environment that has nothing of the one that this runs in but the search path.
pub(super) fn command(words: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(words.first().copied().unwrap_or_default());
    command.args(words.iter().skip(1)).current_dir(folder).env_clear().stdin(Stdio::null());
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    // Whatever wants to be at home stays in the folder.
    command.envs(["HOME", "TMPDIR", "TEMP", "TMP"].map(|name| (name, folder)));
    command.env("LANG", "C.UTF-8").env("KEYAPI_TOKEN", PLACEHOLDER_KEY);
    command
}

/// A program whose only network is a loopback of its own, which it shares with what it starts.
pub(super) fn without_network(words: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Command {
    let mut command = Command::new("unshare");
    command
        .args(["--user", "--map-root-user", "--net", "sh", "-c", "ip link set lo up && exec \"$@\"", "sh"])
        .args(words);
    command
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
