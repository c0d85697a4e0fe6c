//! A change of the document from the plan to the release, in a checkout of its own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};
use support::{copy, git, root, text};
use tempfile::TempDir;

/// A document of one operation, `GET /things`, which gives an object of these properties.
fn document(properties: &[&str]) -> Value {
    let properties: serde_json::Map<String, Value> =
        properties.iter().map(|name| ((*name).to_owned(), json!({"type": "string"}))).collect();
    let schema = json!({"type": "object", "properties": properties});
    let content = json!({"application/json": {"schema": schema}});
    json!({
        "openapi": "3.0.1",
        "info": {"title": "t", "version": "1"},
        "paths": {"/things": {"get": {
            "operationId": "getThing",
            "summary": "A thing",
            "responses": {"200": {"description": "ok", "content": content}},
        }}},
    })
}

const CHANGELOG: &str = "# Changelog\n\n## Unreleased\n\n- All of it.\n";

/// A checkout that is all of its own.
struct Checkout {
    folder: TempDir,
}

impl Checkout {
    fn new() -> Self {
        let checkout = Self { folder: TempDir::new().unwrap() };
        for directory in ["crates/provider/src", "crates/runtime/src", "crates/tiktok"] {
            copy(&root().join(directory), &checkout.at(directory));
        }
        for directory in ["xtask", "openapi"] {
            fs::create_dir_all(checkout.at(directory)).unwrap();
        }
        let overlay = "overlay: 1.0.0\ninfo: {title: t, version: '1'}\nactions:\n  - target: $.info\n    update: {x-reviewed: true}\n";
        let manifest =
            "[workspace]\n\n[workspace.package]\nversion = \"0.1.0\"\n\n[workspace.dependencies]\na = \"0.1.0\"\n";
        let lock = "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"0.1.0\"\nsource = \"registry\"\n\n\
                    [[package]]\nname = \"xtask\"\nversion = \"0.1.0\"\n";
        for (file, content) in [
            ("xtask/Cargo.toml", ""),
            ("openapi/tiktok.overlay.yaml", overlay),
            ("Cargo.toml", manifest),
            ("Cargo.lock", lock),
            ("CHANGELOG.md", CHANGELOG),
        ] {
            checkout.write(file, content);
        }
        checkout.has(&document(&["id", "name"]));
        checkout
    }

    /// The same, with the first release made and committed.
    fn released() -> Self {
        let checkout = Self::new();
        let (code, said) = checkout.run("regen");
        assert_eq!(code, 0, "{said}");
        let (code, said) = checkout.run("release 0.1.0");
        assert_eq!(code, 0, "{said}");
        git(checkout.folder.path(), &["init", "--quiet"]);
        checkout.commit();
        checkout
    }

    fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.at(path)).unwrap()
    }

    fn write(&self, path: &str, content: &str) {
        fs::write(self.at(path), content).unwrap();
    }

    fn has(&self, document: &Value) {
        self.write("openapi/tiktok.openapi.json", &serde_json::to_string_pretty(document).unwrap());
    }

    /// Runs a command on the same day each time; its exit code, and all that it says.
    fn run(&self, arguments: &str) -> (i32, String) {
        self.run_in(arguments, &std::env::var("PATH").unwrap())
    }

    /// The same, where programs are looked for in these folders.
    fn run_in(&self, arguments: &str, path: &str) -> (i32, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.env("PATH", path);
        command.args(arguments.split(' ')).env_remove("CARGO_MANIFEST_DIR").env("SOURCE_DATE_EPOCH", "1767225600");
        let output = command.current_dir(self.folder.path()).output().unwrap();
        (output.status.code().unwrap(), text(&output.stdout) + &text(&output.stderr))
    }

    fn commit(&self) {
        git(self.folder.path(), &["add", "."]);
        git(self.folder.path(), &["commit", "--quiet", "--message", "a"]);
    }

    /// Runs the commands that a run says to run, as it prints them.
    #[track_caller]
    fn run_as_printed(&self, said: &str) {
        for command in said.split('`').filter_map(|quoted| quoted.strip_prefix("cargo xtask ")) {
            let (code, said) = self.run(command);
            assert_eq!(code, 0, "{command}: {said}");
        }
    }
}

#[test]
fn without_a_release_version_and_changelog_are_not_checked() {
    let checkout = Checkout::new();
    assert_eq!(checkout.run("regen").0, 0);
    let (code, said) = checkout.run("regen --check");
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("     Skipped nothing is released yet: version and changelog are not checked\n"), "{said}");
    assert!(said.contains("       Fresh everything agrees with the document\n"), "{said}");
}

#[test]
fn a_release_sets_the_version_and_keeps_what_was_released() {
    let checkout = Checkout::released();
    assert_eq!(
        checkout.read("CHANGELOG.md"),
        "# Changelog\n\n## Unreleased\n\n## 0.1.0 - 2026-01-01\n\n- All of it.\n"
    );
    let released: Value = serde_json::from_str(&checkout.read("openapi/tiktok.released.json")).unwrap();
    assert_eq!((&released["version"], &released["revision"]), (&json!("0.1.0"), &Value::Null));
    assert_eq!(released["document"]["paths"]["/things"]["get"]["operationId"], "getThing");
    let items = released["public-items"].as_array().unwrap();
    assert!(items.iter().any(|item| item.as_str().unwrap().contains("Client::get_thing(")), "{items:?}");
    let (code, said) = checkout.run("regen --check");
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("       Fresh nothing changed since release 0.1.0\n"), "{said}");

    let manifest = checkout.read("Cargo.toml");
    checkout.write("Cargo.toml", &manifest.replacen("0.1.0", "0.0.9", 1));
    let (code, said) = checkout.run("regen --check");
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("     Failure version 0.0.9 comes before the last release, 0.1.0\n"), "{said}");
    checkout.write("Cargo.toml", &manifest);

    checkout
        .write("CHANGELOG.md", &checkout.read("CHANGELOG.md").replace("## Unreleased\n", "## Unreleased\n\n- More.\n"));
    let (code, said) = checkout.run("release 0.2.0");
    assert_eq!(code, 0, "{said}");
    let manifest = checkout.read("Cargo.toml");
    assert!(manifest.contains("version = \"0.2.0\"") && manifest.contains("a = \"0.1.0\""), "{manifest}");
    let lock = checkout.read("Cargo.lock");
    assert!(lock.contains("\"a\"\nversion = \"0.1.0\"") && lock.contains("\"xtask\"\nversion = \"0.2.0\""), "{lock}");
    let released: Value = serde_json::from_str(&checkout.read("openapi/tiktok.released.json")).unwrap();
    assert_eq!(released["revision"].as_str().unwrap().len(), 40);
}

#[test]
fn a_release_is_made_once() {
    let checkout = Checkout::released();
    checkout.write("CHANGELOG.md", CHANGELOG);
    let (code, said) = checkout.run("release 0.1.0");
    assert_eq!((code, said.contains("run `")), (2, false), "{said}");
    assert!(said.contains("0.1.0 is released, and nothing changed since"), "{said}");
}

#[test]
fn a_document_that_no_import_wrote_is_told_of() {
    let checkout = Checkout::released();
    checkout.has(&document(&["id", "name", "title"]));
    for command in ["regen --check", "regen"] {
        let (_, said) = checkout.run(command);
        assert!(said.contains("     Changed openapi/tiktok.openapi.json: no import wrote this"), "{said}");
    }
    let (_, said) = checkout.run("regen");
    assert!(!said.contains("no import wrote this"), "{said}");
}

#[test]
fn a_checkout_without_a_changelog_says_so() {
    let checkout = Checkout::released();
    fs::remove_file(checkout.at("CHANGELOG.md")).unwrap();
    let (code, said) = checkout.run("regen --check");
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("cannot read CHANGELOG.md: "), "{said}");
}

#[test]
fn a_changelog_that_a_merge_left_in_two_is_refused() {
    let checkout = Checkout::released();
    let two = "# Changelog\n\n## Unreleased\n\n<<<<<<< HEAD\n- One.\n=======\n- Two.\n>>>>>>> other\n";
    checkout.write("CHANGELOG.md", two);
    for command in ["release 0.2.0", "regen --check", "regen"] {
        let (code, said) = checkout.run(command);
        assert!(code == 2 && said.contains("error: CHANGELOG.md:5: a merge left this to a person"), "{said}");
    }
    assert_eq!(checkout.read("CHANGELOG.md"), two);
}

#[test]
fn a_release_that_hides_something_is_refused_and_writes_nothing() {
    let checkout = Checkout::released();
    checkout.has(&document(&["id"]));
    let refused = |version: &str, words: &str| {
        let before = ["Cargo.toml", "CHANGELOG.md", "openapi/tiktok.released.json"].map(|file| checkout.read(file));
        let (code, said) = checkout.run(&format!("release {version}"));
        assert_eq!(code, 2, "{said}");
        assert!(said.contains(words), "{said}");
        let after = ["Cargo.toml", "CHANGELOG.md", "openapi/tiktok.released.json"].map(|file| checkout.read(file));
        assert_eq!(before, after);
    };
    refused("0.2.0", "is stale: run `cargo xtask regen` first");
    assert_eq!(checkout.run("regen").0, 0);
    refused("1", "no version of three numbers");
    refused("0.1.0", "run `cargo xtask release 0.2.0`");
    refused("0.1.1", "run `cargo xtask release 0.2.0`");
    let draft = checkout.read("CHANGELOG.md");
    checkout.write("CHANGELOG.md", CHANGELOG);
    refused("0.2.0", "CHANGELOG.md does not say all that changed");
    checkout.write("CHANGELOG.md", &draft);
    checkout.write("openapi/tiktok.released.json", "{");
    refused("0.2.0", "openapi/tiktok.released.json: EOF");
}

#[test]
fn a_break_is_red_until_what_is_printed_was_run() {
    let checkout = Checkout::released();
    checkout.has(&document(&["id", "title"]));
    let changelog = checkout.read("CHANGELOG.md");
    let (code, said) = checkout.run("regen --check");
    assert_eq!(code, 1, "{said}");
    assert!(
        said.contains("     Failure version 0.1.0 hides what changed since 0.1.0, which asks for 0.2.0\n"),
        "{said}"
    );
    assert!(said.contains("     Failure CHANGELOG.md says nothing of `GET /things`\n"), "{said}");
    assert!(said.contains("name: the optional property was removed (Rust: breaking)\n"), "{said}");
    assert!(said.contains("       Stale tests/snapshots/public_items.snap\n"), "{said}");
    assert_eq!(changelog, checkout.read("CHANGELOG.md"), "--check writes nothing");

    let (code, plan) = checkout.run("regen");
    assert_eq!(code, 0, "{plan}");
    assert!(plan.find("Changed since the last commit: breaking").unwrap() < plan.find("Written").unwrap(), "{plan}");
    let draft = checkout.read("CHANGELOG.md");
    assert!(draft.contains("## Unreleased\n\n- **breaking:** `GET /things`: "), "{draft}");
    // What a person makes of the draft stays.
    let mine = draft.replace("**breaking:** ", "") + "\n";
    checkout.write("CHANGELOG.md", &mine);
    assert_eq!(checkout.run("regen").0, 0);
    assert_eq!(checkout.read("CHANGELOG.md"), mine);

    let (code, said) = checkout.run("regen --check");
    assert_eq!(code, 1, "{said}");
    assert!(!said.contains("CHANGELOG.md says nothing"), "{said}");
    checkout.run_as_printed(&said);
    let (code, said) = checkout.run("regen --check");
    assert_eq!(code, 0, "{said}");
    assert!(checkout.read("CHANGELOG.md").contains("## Unreleased\n\n## 0.2.0 - 2026-01-01\n\n- `GET /things`: "));
}

#[test]
fn a_draft_follows_what_changed_until_a_person_words_it() {
    let checkout = Checkout::released();
    let says = |properties: &[&str], expected: &str| {
        checkout.has(&document(properties));
        assert_eq!(checkout.run("regen").0, 0);
        let changelog = checkout.read("CHANGELOG.md");
        let (_, rest) = changelog.split_once("## Unreleased\n").unwrap();
        assert_eq!(rest.split_once("\n## 0.1.0 - ").unwrap().0.replace("\n  ", " "), expected);
        let (_, said) = checkout.run("regen --check");
        assert!(!said.contains("CHANGELOG.md") && !said.contains("Stale"), "{said}");
    };
    let added = "- `GET /things`: response 200 application/json size: the optional property was added.\n";
    let renamed = "- **breaking:** `GET /things`: response 200 application/json name: the optional property was removed; \
                   response 200 application/json title: the optional property was added.\n";
    says(&["id", "name", "size"], &format!("\n{added}"));
    // An addition that is taken back, and a break.
    checkout.has(&document(&["id", "title"]));
    let (code, said) = checkout.run("regen --check");
    assert!(code == 1 && said.contains("CHANGELOG.md says something else of `GET /things`"), "{said}");
    let (code, said) = checkout.run("release 0.2.0");
    assert!(code == 2, "{said}");
    says(&["id", "title"], &format!("\n{renamed}"));
    // All is as it was released.
    checkout.has(&document(&["id", "name"]));
    let (code, said) = checkout.run("regen --check");
    assert!(code == 1 && said.contains("CHANGELOG.md still tells of `GET /things`"), "{said}");
    says(&["id", "name"], "");

    says(&["id", "name", "size"], &format!("\n{added}"));
    let words = "- `GET /things` has a size.\n";
    checkout.write("CHANGELOG.md", &format!("# Changelog\n\n## Unreleased\n\n{words}\n## 0.1.0 - d\n\n- All of it.\n"));
    says(&["id", "name", "size"], &format!("\n{words}"));
    says(&["id", "title"], &format!("\n{words}{renamed}"));
    let (code, said) = checkout.run("release 0.2.0");
    assert_eq!(code, 0, "{said}");
    let (code, said) = checkout.run("regen --check");
    assert_eq!(code, 0, "{said}");
}

#[test]
fn a_release_that_was_cut_short_is_finished_by_the_same_command() {
    let checkout = Checkout::released();
    checkout.has(&document(&["id", "title"]));
    assert_eq!(checkout.run("regen").0, 0);
    checkout.commit();
    let (code, said) = checkout.run("release 0.2.0");
    assert_eq!(code, 0, "{said}");
    // In the order in which they were written.
    let files: Vec<&str> = said.lines().filter_map(|line| line.trim().strip_prefix("Written ")).collect();
    is_finished(&checkout, "0.2.0", &files);
}

#[test]
fn a_release_of_other_names_that_was_cut_short_is_finished_by_the_same_command() {
    let checkout = Checkout::released();
    let overlay = checkout.read("openapi/tiktok.overlay.yaml");
    let action = "  - target: $.paths['/things'].get\n    update: {x-rust-name: thing}\n";
    checkout.write("openapi/tiktok.overlay.yaml", &format!("{overlay}{action}"));
    assert_eq!(checkout.run("regen").0, 0);
    checkout.commit();
    let (code, said) = checkout.run("release 0.1.1");
    assert_eq!(code, 0, "{said}");
    let files: Vec<&str> = said.lines().filter_map(|line| line.trim().strip_prefix("Written ")).collect();
    is_finished(&checkout, "0.1.1", &files);
}

#[test]
fn a_first_release_that_was_cut_short_is_finished_by_the_same_command() {
    let checkout = Checkout::new();
    assert_eq!(checkout.run("regen").0, 0);
    git(checkout.folder.path(), &["init", "--quiet"]);
    checkout.commit();
    let (code, said) = checkout.run("release 0.1.0");
    assert_eq!(code, 0, "{said}");
    let files: Vec<&str> = said.lines().filter_map(|line| line.trim().strip_prefix("Written ")).collect();
    is_finished(&checkout, "0.1.0", &files);
}

/// Cuts a release short after each of the files that it wrote, and makes it again.
#[track_caller]
fn is_finished(checkout: &Checkout, version: &str, files: &[&str]) {
    let read = || files.iter().map(|file| checkout.read(file)).collect::<Vec<_>>();
    let after = read();
    for written in 0..files.len() {
        git(checkout.folder.path(), &["checkout", "--quiet", "."]);
        git(checkout.folder.path(), &["clean", "--quiet", "--force"]);
        for (file, text) in files.iter().zip(&after).take(written) {
            checkout.write(file, text);
        }
        let (code, said) = checkout.run("regen");
        assert_eq!(code, 0, "{said}");
        let (code, said) = checkout.run("regen --check");
        if files[..written].contains(&"CHANGELOG.md") {
            let finish = format!(
                "             run `cargo xtask release {version}`, which finishes a release that was cut short\n"
            );
            assert!(code == 1 && said.contains(&finish), "after {written} of its files: {said}");
        }
        let (code, said) = checkout.run(&format!("release {version}"));
        assert_eq!(code, 0, "{said}");
        assert!(read() == after, "after {written} of its files");
    }
}

#[test]
fn a_draft_that_the_lock_does_not_know_is_no_word_about_what_comes_next() {
    let checkout = Checkout::released();
    checkout.has(&document(&["id", "name", "size"]));
    assert_eq!(checkout.run("regen").0, 0);
    // As after a run that was cut short.
    git(checkout.folder.path(), &["checkout", "--quiet", "openapi/tiktok.lock"]);
    checkout.has(&document(&["id"]));
    let (code, said) = checkout.run("regen --check");
    assert!(code == 1 && said.contains("CHANGELOG.md says something else of `GET /things`"), "{said}");
    assert_eq!(checkout.run("regen").0, 0);
    let changelog = checkout.read("CHANGELOG.md");
    assert!(changelog.contains("- **breaking:** `GET /things`: "), "{changelog}");
}

#[test]
fn a_clone_that_cannot_tell_takes_a_release_for_out() {
    for how in [&["--depth", "1"][..], &["--no-tags"]] {
        takes_for_out(how);
    }
}

/// Makes a clone that has a release, and not the tag of it.
#[track_caller]
fn takes_for_out(how: &[&str]) {
    let checkout = Checkout::released();
    git(checkout.folder.path(), &["tag", "v0.1.0"]);
    checkout.has(&document(&["id", "title"]));
    for command in ["regen", "release 0.2.0"] {
        assert_eq!(checkout.run(command).0, 0);
    }
    checkout.commit();
    git(checkout.folder.path(), &["tag", "v0.2.0"]);
    git(checkout.folder.path(), &["commit", "--quiet", "--allow-empty", "--message", "later"]);

    let clone = Checkout { folder: TempDir::new().unwrap() };
    let url = format!("file://{}", checkout.folder.path().display());
    git(clone.folder.path(), &[&["clone", "--quiet"], how, &[&url, "."]].concat());
    clone.has(&document(&["id", "name"]));
    assert_eq!(clone.run("regen").0, 0);
    let hides = "version 0.2.0 hides what changed since 0.2.0, which asks for 0.3.0";
    let doubt = "no tags can be read, so 0.2.0 is taken for released: `git fetch --tags` tells";
    let (code, said) = clone.run("regen --check");
    assert!(code == 1 && said.contains(hides) && said.contains(doubt), "{said}");
    let (code, said) = clone.run("release 0.2.0");
    assert!(code == 2 && said.contains("run `cargo xtask release 0.3.0`") && said.contains(doubt), "{said}");

    git(clone.folder.path(), &["fetch", "--quiet", "--tags"]);
    let (code, said) = clone.run("regen --check");
    assert!(code == 1 && said.contains(hides) && !said.contains(doubt), "{said}");
    // What is not out yet breaks nobody, so that the draft says so no more.
    git(clone.folder.path(), &["tag", "--delete", "v0.2.0"]);
    assert_eq!(clone.run("regen").0, 0);
    let (code, said) = clone.run("regen --check");
    assert!(code == 0 && !said.contains(doubt), "{said}");
}

#[test]
fn what_was_made_ready_and_is_taken_back_breaks_nobody() {
    let checkout = Checkout::released();
    git(checkout.folder.path(), &["tag", "v0.1.0"]);
    checkout.has(&document(&["id", "name", "size"]));
    for command in ["regen", "release 0.1.1"] {
        assert_eq!(checkout.run(command).0, 0);
    }
    checkout.commit();
    checkout.has(&document(&["id", "name"]));
    let (_, said) = checkout.run("regen");
    assert!(said.contains("nothing changed since release 0.1.0, the last that is tagged\n"), "{said}");
    let (code, said) = checkout.run("regen --check");
    assert_eq!(code, 0, "{said}");
    let changelog = checkout.read("CHANGELOG.md");
    let taken_back =
        "## Unreleased\n\n- `GET /things`: response 200 application/json size: the optional property was removed";
    assert!(changelog.replace("\n  ", " ").contains(taken_back), "{changelog}");
    // It was in somebody's hands where it is out by now.
    git(checkout.folder.path(), &["tag", "v0.1.1"]);
    let (code, said) = checkout.run("regen --check");
    assert!(code == 1 && said.contains("CHANGELOG.md says something else of `GET /things`"), "{said}");
    assert!(said.contains("version 0.1.1 hides what changed since 0.1.1, which asks for 0.2.0\n"), "{said}");
    git(checkout.folder.path(), &["tag", "--delete", "v0.1.1"]);

    // A break is one of what is out, however much was made ready since.
    checkout.has(&document(&["id", "size"]));
    assert_eq!(checkout.run("regen").0, 0);
    let (code, said) = checkout.run("regen --check");
    assert!(code == 1, "{said}");
    assert!(said.contains("version 0.1.1 hides what changed since 0.1.0, which asks for 0.2.0\n"), "{said}");
    checkout.run_as_printed(&said);
    let released: Value = serde_json::from_str(&checkout.read("openapi/tiktok.released.json")).unwrap();
    assert_eq!((&released["version"], &released["previous"]), (&json!("0.2.0"), &json!("0.1.0")));
    checkout.has(&document(&["id", "name"]));
    for command in ["regen", "regen --check", "release 0.2.0", "regen --check"] {
        let (code, said) = checkout.run(command);
        assert_eq!(code, 0, "{command}: {said}");
    }
}

#[test]
fn without_the_program_git_a_release_is_taken_for_out() {
    let checkout = Checkout::released();
    checkout.has(&document(&["id", "title"]));
    for command in ["regen", "release 0.2.0"] {
        assert_eq!(checkout.run(command).0, 0);
    }
    for command in ["regen --check", "regen"] {
        let (code, said) = checkout.run_in(command, "");
        assert_eq!(code, 0, "{said}");
    }
    checkout.has(&document(&["id"]));
    let (code, said) = checkout.run_in("regen --check", "");
    assert!(code == 1 && said.contains("no tags can be read, so 0.2.0 is taken for released"), "{said}");
}

#[test]
fn an_addition_asks_for_a_patch_and_texts_for_a_line_alone() {
    let checkout = Checkout::released();
    checkout.has(&document(&["id", "name", "size"]));
    let (code, said) = checkout.run("regen --check");
    assert_eq!(code, 1);
    assert!(said.contains("which asks for 0.1.1\n"), "{said}");

    let mut words = document(&["id", "name"]);
    words["paths"]["/things"]["get"]["summary"] = json!("A thing of some kind");
    checkout.has(&words);
    let (code, said) = checkout.run("regen --check");
    assert_eq!(code, 1, "{said}");
    assert!(!said.contains("hides what changed") && said.contains("CHANGELOG.md says nothing of"), "{said}");
    assert!(said.contains("the same code but for comments\n"), "{said}");
    assert!(!said.contains("Stale tests/snapshots/generated__client.snap\n"), "{said}");
    assert_eq!(checkout.run("regen").0, 0);
    assert_eq!(checkout.run("regen --check").0, 0);
}

#[test]
fn a_release_pins_names_and_no_document_moves_them() {
    let checkout = Checkout::released();
    let lock: Value = serde_json::from_str(&checkout.read("openapi/tiktok.lock")).unwrap();
    let response = ["GET /things#response", "GET /things#response/~200"].map(|place| (place, "GetThingResponse"));
    let names: Value = [("GET /things", "getThing")].into_iter().chain(response).collect();
    assert_eq!(lock["names"], names);
    let items = checkout.read("tests/snapshots/public_items.snap");
    let mut other = document(&["id", "name"]);
    other["paths"]["/things"]["get"]["operationId"] = json!("fetchThing");
    checkout.has(&other);
    let (code, said) = checkout.run("regen");
    assert_eq!(code, 0, "{said}");
    assert_eq!(checkout.read("tests/snapshots/public_items.snap"), items);
    // Without its pins, the same document would have other names.
    let pinned = checkout.read("openapi/tiktok.lock");
    let lacks = |names: &str, and_more: &str| {
        for command in ["regen", "regen --check", "release 0.1.1"] {
            let (code, said) = checkout.run(command);
            let told = format!(
                "error: openapi/tiktok.lock: it lacks names that release 0.1.0 gave: {names}{and_more}: take the file back from git"
            );
            assert!(code == 2 && said.contains(&told), "{command}: {said}");
        }
        assert_eq!(checkout.read("tests/snapshots/public_items.snap"), items);
    };
    let of_operation = "`getThing` of `GET /things`";
    fs::remove_file(checkout.at("openapi/tiktok.lock")).unwrap();
    lacks(of_operation, ", and 2 more");
    let mut emptied: Value = serde_json::from_str(&pinned).unwrap();
    emptied["names"] = json!({});
    checkout.write("openapi/tiktok.lock", &emptied.to_string());
    lacks(of_operation, ", and 2 more");
    checkout.write("openapi/tiktok.lock", &pinned.replace("\"GET /things", "\"GET /others"));
    lacks(of_operation, ", and 2 more");
    checkout.write("openapi/tiktok.lock", &pinned.replace("\"getThing\"", "\"fetchThing\""));
    lacks(of_operation, "");
    checkout.write("openapi/tiktok.lock", &pinned);
    assert_eq!(checkout.run("regen --check").0, 0);
    // Two things of one name are a lock that two branches released from.
    let twice =
        pinned.replace("\"GET /things\": \"getThing\"", "\"GET /a\": \"getThing\",\n    \"GET /things\": \"getThing\"");
    checkout.write("openapi/tiktok.lock", &twice);
    let (code, said) = checkout.run("regen");
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("error[pinned-name]: the name `getThing` is that of `GET /a` already"), "{said}");
    let line = twice.lines().position(|line| line.contains("\"GET /things\": ")).unwrap() + 1;
    assert!(said.contains(&format!(" --> openapi/tiktok.lock:{line}:")), "{said}");
}

#[test]
fn a_person_renames_and_callers_have_a_release_to_follow() {
    let checkout = Checkout::released();
    let succeeds = |command: &str| {
        let (code, said) = checkout.run(command);
        assert_eq!(code, 0, "{command}: {said}");
        said
    };
    let release = |version: &str| {
        succeeds(&format!("release {version}"));
        succeeds("regen --check");
        checkout.commit();
        git(checkout.folder.path(), &["tag", &format!("v{version}")]);
    };
    let items = || checkout.read("tests/snapshots/public_items.snap");
    let has_former = || {
        let items = items();
        let former = [
            "#[deprecated] pub type keyapi_tiktok::types::GetThingResponse = Thing",
            "#[deprecated] pub fn keyapi_tiktok::Client::get_thing(&self)",
        ];
        let has = former.map(|line| items.contains(line));
        assert_eq!(has[0], has[1], "{items}");
        has[0]
    };
    let overlay = checkout.read("openapi/tiktok.overlay.yaml");
    let action = |target: &str, name: &str| {
        format!("  - target: $.paths['/things'].get{target}\n    update: {{x-rust-name: {name}}}\n")
    };
    let schema = ".responses['200'].content['application/json'].schema";
    let renamed = format!("{overlay}{}{}", action("", "thing"), action(schema, "Thing"));
    checkout.write("openapi/tiktok.overlay.yaml", &renamed);
    let said = succeeds("regen");
    assert!(said.contains("Changed since release 0.1.0: additive: "), "{said}");
    assert!(said.contains("which asks for 0.1.1\n") && has_former(), "{said}");
    release("0.1.1");
    let lock: Value = serde_json::from_str(&checkout.read("openapi/tiktok.lock")).unwrap();
    let response = ["GET /things#response", "GET /things#response/~200"].map(|place| (place, "Thing"));
    let names: Value = [("GET /things", "thing")].into_iter().chain(response).collect();
    assert_eq!(lock["names"], names);
    let former = json!({"GET /things": ["getThing"], "GET /things#response": ["GetThingResponse"]});
    assert_eq!(lock["former-names"], former);
    // The name is pinned, and needs no action any more. A patch takes nothing away.
    checkout.write("openapi/tiktok.overlay.yaml", &overlay);
    checkout.has(&document(&["id", "name", "size"]));
    succeeds("regen");
    assert!(has_former());
    release("0.1.2");
    assert!(has_former());
    checkout.has(&document(&["id", "name", "size", "width"]));
    succeeds("regen");
    release("0.2.0");
    assert!(!has_former() && items().contains("keyapi_tiktok::types::Thing"), "{}", items());
    let changelog = checkout.read("CHANGELOG.md");
    let gone = "\n- **breaking:** former names are gone: `getThing` is `thing`, `GetThingResponse` is `Thing`.\n";
    assert_eq!(changelog.matches(gone).count(), 1, "{changelog}");
    assert!(!changelog.contains("GetThingResponse::size"), "{changelog}");
    let lock: Value = serde_json::from_str(&checkout.read("openapi/tiktok.lock")).unwrap();
    assert_eq!(lock.get("former-names"), None);
}

#[test]
fn what_is_renamed_again_is_fresh_after_each_release() {
    let checkout = Checkout::released();
    git(checkout.folder.path(), &["tag", "v0.1.0"]);
    let overlay = checkout.read("openapi/tiktok.overlay.yaml");
    for (version, name) in [("0.1.1", "One"), ("0.1.2", "Two"), ("0.1.3", "Three")] {
        let action = |target: &str, name: &str| {
            format!("  - target: $.paths['/things'].get{target}\n    update: {{x-rust-name: {name}}}\n")
        };
        let schema = action(".responses['200'].content['application/json'].schema", name);
        let actions = action("", &name.to_lowercase()) + &schema;
        checkout.write("openapi/tiktok.overlay.yaml", &format!("{overlay}{actions}"));
        for command in ["regen", &format!("release {version}"), "regen --check"] {
            let (code, said) = checkout.run(command);
            assert_eq!(code, 0, "{command}: {said}");
            if command == "regen --check" {
                assert!(said.contains("       Fresh everything agrees with the document\n"), "{said}");
            }
        }
        checkout.commit();
        git(checkout.folder.path(), &["tag", &format!("v{version}")]);
    }
    let lock: Value = serde_json::from_str(&checkout.read("openapi/tiktok.lock")).unwrap();
    let former =
        json!({"GET /things": ["two", "one", "getThing"], "GET /things#response": ["Two", "One", "GetThingResponse"]});
    assert_eq!(lock["former-names"], former);
}

#[test]
fn a_name_that_cannot_be_is_refused_where_it_stands() {
    let checkout = Checkout::released();
    let overlay = checkout.read("openapi/tiktok.overlay.yaml");
    let schema = ".responses['200'].content['application/json'].schema";
    for (target, name, why) in [
        (schema, "a_thing", "`x-rust-name: a_thing` cannot be a name: types are spelled in camel case"),
        (schema, "Self", "`x-rust-name: Self` cannot be a name: generated code needs it for itself"),
        (schema, "Vec", "`x-rust-name: Vec` cannot be a name: generated code needs it for itself"),
        (schema, "1", "`x-rust-name: 1` cannot be a name: it is no text"),
        ("", "new", "`x-rust-name: new` cannot be a name: generated code needs it for itself"),
        ("", "fn", "`x-rust-name: fn` cannot be a name: it is a keyword"),
        (".responses['200'].content['application/json'].schema.properties.id", "Id", "`x-rust-name` names a type"),
    ] {
        let action = format!("  - target: $.paths['/things'].get{target}\n    update: {{x-rust-name: {name}}}\n");
        checkout.write("openapi/tiktok.overlay.yaml", &format!("{overlay}{action}"));
        let (code, said) = checkout.run("regen");
        assert_eq!(code, 2, "{name}: {said}");
        assert!(said.contains("error[rust-name]") && said.contains(why), "{name}: {said}");
        let line = overlay.lines().count() + 2;
        assert!(said.contains(&format!(" --> openapi/tiktok.overlay.yaml:{line}:")), "{name}: {said}");
    }
}
