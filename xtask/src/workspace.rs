//! Where things are in the workspace.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::input::{Failure, refused};

/// The files of one platform.
pub struct Platform {
    /// The platform's name.
    pub name: String,
    /// The vendored document.
    pub spec: PathBuf,
    /// The hand-written corrections.
    pub overlay: PathBuf,
    /// What was decided about changes.
    pub changes: PathBuf,
    /// What the last release was.
    pub released: PathBuf,
    /// The digests.
    pub lock: PathBuf,
    /// The hand-written sources of the SDK crate.
    pub sdk_sources: PathBuf,
    /// The sources of the crates whose items the SDK passes on, by the names that Rust has for them.
    pub passed_on: [(&'static str, PathBuf); 2],
    /// The reviewed copies of what is generated.
    pub snapshots: PathBuf,
}

impl Platform {
    /// The hand-written corrections, where there are any.
    pub fn overlay(&self) -> Option<&Path> {
        self.overlay.exists().then_some(self.overlay.as_path())
    }

    /// The name of the SDK's package.
    pub(crate) fn sdk(&self) -> String {
        format!("keyapi-{}", self.name)
    }

    /// The packages that a release is about; it publishes what they depend on, too.
    pub(crate) fn published(&self) -> [String; 3] {
        [self.sdk(), self.mock_server(), self.command_line()]
    }

    /// The name of the command line's package.
    fn command_line(&self) -> String {
        format!("keyapi-{}-cli", self.name)
    }

    /// The name of the mock server's package, and of its program.
    pub(crate) fn mock_server(&self) -> String {
        format!("keyapi-{}-mock", self.name)
    }
}

/// The root of the workspace: that of the checkout that cargo runs this in, or else of the current directory.
///
/// It is looked for at run time, since the checkout that compiled this may be another one, and writing into that would
/// be a surprise.
pub fn root() -> PathBuf {
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let current = std::env::current_dir().unwrap_or_default();
    // Where there is none, whatever reads a file says that it is missing.
    manifest.as_deref().and_then(root_around).or_else(|| root_around(&current)).unwrap_or(current)
}

fn root_around(folder: &Path) -> Option<PathBuf> {
    let is_root = |folder: &&Path| folder.join("xtask/Cargo.toml").exists() && folder.join("openapi").exists();
    folder.ancestors().find(is_root).map(Path::to_path_buf)
}

/// The platform that commands are about where they are told of no other: the one whose SDK the manifest of the workspace
/// calls `sdk`.
///
/// The contract tests in `tests` are about the same one, and no command works without it, so it is known when this is
/// compiled.
fn name() -> &'static str {
    let sdk =
        include_str!("../../Cargo.toml").lines().find_map(|line| line.strip_prefix(r#"sdk = { package = "keyapi-"#));
    sdk.and_then(|rest| rest.split('"').next()).unwrap_or_default()
}

/// The platform that this run was told to be about.
static CHOSEN: OnceLock<String> = OnceLock::new();

/// Has the commands of this run work on another platform of the workspace.
///
/// # Errors
///
/// The workspace has no platform of that name.
pub fn choose(name: &str) -> Result<(), Failure> {
    let Platform { spec, sdk_sources, .. } = named(name);
    for needed in [spec, sdk_sources] {
        if !needed.exists() {
            let message = format!("no platform is called `{name}`: {} is not there", display(&needed));
            return Err(refused(format!("{message}; `cargo xtask new-platform` makes one")));
        }
    }
    CHOSEN.get_or_init(|| name.to_owned());
    Ok(())
}

/// The platform that this run was told to be about, where it is another than that of the workspace.
pub(crate) fn other() -> Option<&'static str> {
    CHOSEN.get().map(String::as_str).filter(|chosen| *chosen != name())
}

/// A command of this program, as a person types it for the platform that this run is about.
pub(crate) fn command(command: &str) -> String {
    match other() {
        Some(chosen) => format!("cargo xtask --platform {chosen} {command}"),
        None => format!("cargo xtask {command}"),
    }
}

/// The platform that the commands work on, unless they are given other files.
pub fn platform() -> Platform {
    named(CHOSEN.get().map_or_else(name, String::as_str))
}

/// The files of the platform of that name, whether there is one or not.
pub fn named(name: &str) -> Platform {
    let root = root();
    let document = |suffix: &str| root.join(format!("openapi/{name}.{suffix}"));
    Platform {
        name: name.to_owned(),
        spec: document("openapi.json"),
        overlay: document("overlay.yaml"),
        changes: document("changes.toml"),
        released: document("released.json"),
        lock: document("lock"),
        sdk_sources: root.join("crates").join(name).join("src"),
        passed_on: [("keyapi_provider", "crates/provider/src"), ("keyapi_runtime", "crates/runtime/src")]
            .map(|(name, sources)| (name, root.join(sources))),
        snapshots: tests_of(name).join("snapshots"),
    }
}

/// The folder of the platform's contract tests.
pub(crate) fn tests_of(platform: &str) -> PathBuf {
    let tests = root().join("tests");
    if platform == name() { tests } else { tests.join(platform) }
}

/// The path as a reader of the output wants it: relative to the workspace where it is inside.
pub fn display(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

/// A file as one word of a command that is printed, which no shell and no command takes for anything else.
pub fn argument(path: &Path) -> String {
    let is_at_root = std::env::current_dir().is_ok_and(|folder| folder == root());
    let name = if is_at_root { display(path) } else { path.display().to_string() };
    let name = if name.starts_with('-') { format!("./{name}") } else { name };
    let is_plain = |char: char| char.is_alphanumeric() || "/._-+@%:,".contains(char);
    match !name.is_empty() && name.chars().all(is_plain) {
        true => name,
        false => format!("'{}'", name.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_names_the_platform() {
        assert!(platform().spec.exists(), "no document of `{}`", name());
        assert!(platform().sdk_sources.exists(), "no SDK of `{}`", name());
    }

    #[test]
    fn a_root_has_commands_and_documents() {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("openapi/deep");
        std::fs::create_dir_all(&inside).unwrap();
        assert_eq!(root_around(&inside), None, "a folder of documents is no workspace");
        std::fs::create_dir(folder.path().join("xtask")).unwrap();
        std::fs::write(folder.path().join("xtask/Cargo.toml"), "").unwrap();
        assert_eq!(root_around(&inside).as_deref(), Some(folder.path()));
        let other = inside.join("xtask");
        std::fs::create_dir(&other).unwrap();
        std::fs::write(other.join("Cargo.toml"), "").unwrap();
        assert_eq!(root_around(&other).as_deref(), Some(folder.path()), "a package of that name is no workspace");
    }
}
