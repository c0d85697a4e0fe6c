//! The rehearsal of a change: a page comes, is released, comes back with other contents, and is released again, in a
//! repository of its own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;
use support::{copy_of_workspace, git, root, text};
use tempfile::TempDir;

const OPERATION: &str = "GET /v1/tiktok/rehearsal";

/// The scratch repository, in which nothing is released.
struct Clone {
    folder: TempDir,
}

impl Clone {
    fn new() -> Self {
        let clone = Self { folder: TempDir::new().unwrap() };
        copy_of_workspace(clone.folder.path());
        _ = fs::remove_file(clone.at("openapi/tiktok.released.json"));
        // The workspace that is copied may itself be a copy, which a suffix of its version tells from the original.
        let version = clone.version();
        let real = version.split('-').next().unwrap();
        for file in ["Cargo.toml", "Cargo.lock"] {
            fs::write(clone.at(file), clone.read(file).replace(&version, real)).unwrap();
        }
        // What is to be released has something to say.
        let changelog = clone.read("CHANGELOG.md").replacen("## Unreleased\n", "## Unreleased\n\n- All of it.\n", 1);
        fs::write(clone.at("CHANGELOG.md"), changelog).unwrap();
        git(clone.folder.path(), &["init", "--quiet"]);
        clone.commit();
        clone
    }

    fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.at(path)).unwrap()
    }

    fn commit(&self) {
        git(self.folder.path(), &["add", "."]);
        git(self.folder.path(), &["commit", "--quiet", "--message", "a"]);
    }

    /// Runs a command; its exit code, and all that it says.
    fn run(&self, arguments: &str) -> (i32, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.args(arguments.split(' ')).env_remove("CARGO_MANIFEST_DIR").env("SOURCE_DATE_EPOCH", "1767225600");
        let output = command.current_dir(self.folder.path()).output().unwrap();
        (output.status.code().unwrap(), text(&output.stdout) + &text(&output.stderr))
    }

    /// Runs a command that has to succeed.
    #[track_caller]
    fn succeeds(&self, arguments: &str) -> String {
        let (code, said) = self.run(arguments);
        assert_eq!(code, 0, "{arguments}: {said}");
        said
    }

    #[track_caller]
    fn import(&self, page: &str) {
        let path = self.at("target/page.md");
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, page).unwrap();
        self.succeeds("import target/page.md");
    }

    /// What `--check` says when it is red.
    #[track_caller]
    fn red(&self) -> String {
        let (code, said) = self.run("regen --check");
        assert_eq!(code, 1, "{said}");
        said
    }

    /// Runs what `--check` says to run, as it is printed, and gives those commands. It is red until the last one was run.
    #[track_caller]
    fn run_as_printed(&self, said: &str) -> Vec<String> {
        let printed = said.lines().filter_map(|line| line.split_once("run `cargo xtask ")?.1.split('`').next());
        let commands: Vec<String> = printed.map(str::to_owned).collect();
        for command in &commands {
            self.red();
            self.succeeds(command);
        }
        commands
    }

    /// What changed since the last commit.
    fn changes(&self) -> Vec<Value> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.args(["diff", "HEAD", "openapi/tiktok.openapi.json", "--format", "json"]);
        let output = command.env_remove("CARGO_MANIFEST_DIR").current_dir(self.folder.path()).output().unwrap();
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", text(&output.stderr)))
    }

    fn version(&self) -> String {
        let manifest = self.read("Cargo.toml");
        manifest.lines().find_map(|line| line.strip_prefix("version = \"")).unwrap().trim_end_matches('"').to_owned()
    }
}

/// A page in the house style: what it gives, what that costs, and whether it documents status 402.
fn page(data: &str, credits: u8, has_402: bool) -> String {
    let page = fs::read_to_string(root().join("crates/spec/tests/pages/nothing.md")).unwrap();
    let page = page.replace("nothing", "rehearsal").replace("Nothing", "Rehearsal");
    let page = page.replacen("data: null", &format!("data: {data}"), 1);
    let (before, rest) = page.split_once("<span>").unwrap();
    let (_, after) = rest.split_once(" credits</span>").unwrap();
    let page = format!("{before}<span>{credits} credits</span>{after}");
    let (before, rest) = page.split_once("        '402':\n").unwrap();
    let (_, after) = rest.split_once("        '429':\n").unwrap();
    if has_402 { page } else { format!("{before}        '429':\n{after}") }
}

#[test]
fn a_change_goes_from_the_page_to_the_release() {
    let clone = Clone::new();
    let version = clone.version();

    clone.import(&page("{id: a, name: b}", 3, true));
    let plan = clone.succeeds("regen");
    assert!(plan.contains("     Skipped nothing is released yet"), "{plan}");
    let plan = plan.split_once("     Changed since the last commit: additive: ").expect("there is a plan").1;
    assert!(
        plan.contains(&format!("info: {OPERATION}: the operation {OPERATION} was added (Rust: additive)")),
        "{plan}"
    );
    clone.commit();
    // The first release has the version that is there.
    clone.succeeds(&format!("release {version}"));
    assert_eq!(clone.version(), version);
    clone.succeeds("regen --check");
    clone.commit();
    git(clone.folder.path(), &["tag", &format!("v{version}")]);

    // The same page with a field renamed, a status dropped and the price raised.
    clone.import(&page("{id: a, title: b}", 5, false));
    let changes = clone.changes();
    for (id, level, rust) in [
        ("response-optional-property-removed", "info", "breaking"),
        ("response-optional-property-added", "info", "additive"),
        ("response-non-success-status-removed", "error", "internal"),
        ("credits-changed", "info", "internal"),
    ] {
        let found = changes.iter().find(|change| change["id"] == id);
        let found = found.unwrap_or_else(|| panic!("no {id}: {changes:#?}"));
        assert_eq!(
            (&found["level"], &found["rust"], &found["operation"]),
            (&level.into(), &rust.into(), &OPERATION.into())
        );
    }
    let minor = next_minor(&version);
    let said = clone.red();
    let asks = format!("version {version} hides what changed since {version}, which asks for {minor}\n");
    assert!(said.contains(&asks) && said.contains(&format!("CHANGELOG.md says nothing of `{OPERATION}`")), "{said}");
    assert_eq!(clone.run_as_printed(&said), ["regen", "regen", &format!("release {minor}")]);
    clone.succeeds("regen --check");
    assert_eq!(clone.version(), minor);
    clone.commit();

    // What is made ready and not out yet already tells callers of a break.
    clone.import(&page("{id: a, title: b, size: 1}", 5, false));
    let said = clone.succeeds("regen");
    assert!(said.contains("since the last commit: additive: ") && !said.contains("Failure"), "{said}");
    let said = clone.succeeds("regen --check");
    assert!(!said.contains("cargo xtask"), "{said}");
    clone.commit();
    clone.succeeds(&format!("release {minor}"));
    let changelog = clone.read("CHANGELOG.md");
    assert_eq!(changelog.matches(&format!("## {minor} - ")).count(), 1, "{changelog}");
    clone.commit();

    // What is out takes in nothing more.
    git(clone.folder.path(), &["tag", &format!("v{minor}")]);
    clone.import(&page("{id: a, title: b, size: 1, width: 2}", 5, false));
    let said = clone.red();
    let patch = minor.strip_suffix(".0").map(|minor| format!("{minor}.1")).unwrap();
    assert_eq!(clone.run_as_printed(&said), ["regen", "regen", &format!("release {patch}")]);
    clone.succeeds("regen --check");
}

/// The version that says of a break, below 1.0 and from there on.
fn next_minor(version: &str) -> String {
    let parts: Vec<u64> = version.split('.').map(|part| part.parse().unwrap()).collect();
    if parts[0] == 0 { format!("0.{}.0", parts[1] + 1) } else { format!("{}.0.0", parts[0] + 1) }
}
