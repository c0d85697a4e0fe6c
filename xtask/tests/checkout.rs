//! Which checkout the commands work on, and what a checkout makes of line ends.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod support;

use std::fs;
use std::process::{Command, Output};

use support::{copy, git, root, text};
use tempfile::TempDir;

/// A checkout that has a bad document.
fn checkout() -> TempDir {
    let folder = TempDir::new().unwrap();
    for directory in ["xtask/src", "openapi"] {
        fs::create_dir_all(folder.path().join(directory)).unwrap();
    }
    fs::write(folder.path().join("xtask/Cargo.toml"), "").unwrap();
    fs::write(folder.path().join("openapi/tiktok.openapi.json"), "{\"openapi\": \"2.9.9\"}").unwrap();
    fs::write(folder.path().join("openapi/tiktok.overlay.yaml"), "overlay: 1.0.0\nactions: []\n").unwrap();
    folder
}

#[track_caller]
fn is_linted(output: &Output) {
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
    let said = text(&output.stdout);
    assert!(said.contains("2.9.9") && said.contains("--> openapi/tiktok.openapi.json:1"), "{said}");
}

#[test]
fn commands_work_on_the_checkout_that_cargo_runs_them_in() {
    let folder = checkout();
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.arg("lint").env("CARGO_MANIFEST_DIR", folder.path().join("xtask")).current_dir(root());
    is_linted(&command.output().unwrap());
}

#[test]
fn without_cargo_commands_work_on_the_checkout_around_the_current_directory() {
    let folder = checkout();
    for directory in ["", "openapi", "xtask/src"] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.arg("lint").env_remove("CARGO_MANIFEST_DIR").current_dir(folder.path().join(directory));
        is_linted(&command.output().unwrap());
    }
    // What cargo runs may be of another workspace.
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    let elsewhere = TempDir::new().unwrap();
    command.arg("lint").env("CARGO_MANIFEST_DIR", elsewhere.path()).current_dir(folder.path());
    is_linted(&command.output().unwrap());
}

#[test]
fn outside_of_a_checkout_the_missing_file_is_named() {
    let folder = TempDir::new().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    let output = command.arg("lint").env_remove("CARGO_MANIFEST_DIR").current_dir(folder.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stdout).contains("openapi/tiktok.openapi.json"), "{}", text(&output.stdout));
}

#[test]
fn a_run_that_was_cut_short_is_told_by_its_lock() {
    let folder = checkout();
    for directory in ["openapi", "crates/provider/src", "crates/runtime/src", "crates/tiktok"] {
        copy(&root().join(directory), &folder.path().join(directory));
    }
    let regen = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.arg("regen").args(arguments).env_remove("CARGO_MANIFEST_DIR").current_dir(folder.path());
        let output = command.output().unwrap();
        (output.status.code(), text(&output.stdout))
    };
    let (code, said) = regen(&[]);
    assert_eq!(code, Some(0));
    assert!(said.lines().filter(|line| line.starts_with("     Missing ")).count() > 5, "{said}");
    assert_eq!(regen(&["--check"]).0, Some(0));

    // All that comes before the lock is written.
    let lock = folder.path().join("openapi/tiktok.lock");
    let fresh = fs::read_to_string(&lock).unwrap();
    let other_overlay = fresh.replace("\"overlay\": \"", "\"overlay\": \"0");
    fs::write(&lock, other_overlay.replace("\"resolved\": \"", "\"resolved\": \"0")).unwrap();
    let (code, said) = regen(&["--check"]);
    assert_eq!(code, Some(1));
    assert!(said.contains("Stale openapi/tiktok.lock") && said.contains("cut short"), "{said}");

    // A comment in the overlay changes nothing else.
    fs::write(&lock, other_overlay).unwrap();
    let (code, said) = regen(&["--check"]);
    assert_eq!(code, Some(1));
    assert!(said.contains("does not match in overlay\n") && said.contains("nothing that comes out of it"), "{said}");

    // Where one file cannot be written, none is.
    let snapshots = folder.path().join("tests/snapshots");
    fs::remove_file(snapshots.join("resolved.snap")).unwrap();
    fs::create_dir(snapshots.join("resolved.snap")).unwrap();
    fs::write(snapshots.join("public_items.snap"), "old").unwrap();
    let stale = fs::read_to_string(&lock).unwrap();
    assert_eq!(regen(&[]).0, Some(2));
    assert_eq!(fs::read_to_string(snapshots.join("public_items.snap")).unwrap(), "old");
    assert_eq!(fs::read_to_string(&lock).unwrap(), stale);
}

#[test]
fn each_thing_that_is_not_as_it_should_be_has_its_own_message() {
    let folder = checkout();
    for directory in ["openapi", "crates/provider/src", "crates/runtime/src", "crates/tiktok"] {
        copy(&root().join(directory), &folder.path().join(directory));
    }
    let at = |path: &str| folder.path().join(path);
    let read = |path: &str| fs::read_to_string(at(path)).unwrap();
    let regen = |arguments: &[&str], code: i32| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.arg("regen").args(arguments).env_remove("CARGO_MANIFEST_DIR").current_dir(folder.path());
        let output = command.output().unwrap();
        let said = text(&output.stdout) + &text(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{said}");
        said
    };
    let (spec, overlay, lock) = ("openapi/tiktok.openapi.json", "openapi/tiktok.overlay.yaml", "openapi/tiktok.lock");
    let document = read(spec);
    let mut more: serde_json::Value = serde_json::from_str(&document).unwrap();
    more["paths"]["/v1/tiktok/another"] = more["paths"]["/v1/tiktok/trending/music/detail"].clone();
    fs::write(at(spec), more.to_string()).unwrap();
    regen(&[], 0);

    let copy = "tests/snapshots/resolved.snap";
    fs::write(at(copy), read(copy) + "mine\n").unwrap();
    let said = regen(&["--check"], 1);
    assert!(said.contains(&format!("       Stale {copy}: it was edited by hand")), "{said}");
    assert!(!said.contains(lock), "{said}");
    regen(&[], 0);

    let fresh = read(lock);
    fs::write(at(lock), fresh.replace("\"overlay\": \"", "\"overlay\": \"0")).unwrap();
    let said = regen(&["--check"], 1);
    assert!(said.contains(&format!("       Stale {lock}: it does not match in overlay\n")), "{said}");
    fs::write(at(lock), format!("<<<<<<< ours\n{fresh}")).unwrap();
    let said = regen(&[], 2);
    assert!(said.starts_with(&format!("error: {lock}: ")) && said.contains("take the file back from git"), "{said}");
    fs::write(at(lock), fresh).unwrap();

    // An operation goes, and with it what was made of it.
    let corrections = read(overlay);
    let action = "  - target: $.paths['/v1/tiktok/another'].get\n    update: {x-credits: 3}\n";
    fs::write(at(overlay), format!("{corrections}\n{action}")).unwrap();
    regen(&[], 0);
    fs::write(at(spec), document).unwrap();
    let said = regen(&["--check"], 2);
    assert!(said.contains("error[overlay-no-match]") && said.contains(&format!("--> {overlay}:")), "{said}");
    assert!(said.contains("the document has changed: correct the target, or remove the action"), "{said}");
    fs::write(at(overlay), corrections).unwrap();
    let gone = "tests/snapshots/generated__operation__Another.snap";
    let orphan = format!("      Orphan {gone}: the lock lists it, and nothing makes it any more\n");
    for (arguments, code) in [(&["--check"][..], 1), (&[], 0)] {
        assert!(at(gone).exists());
        let said = regen(arguments, code);
        assert!(said.contains(&orphan), "{said}");
    }
    assert!(!at(gone).exists());
    regen(&["--check"], 0);

    fs::create_dir_all(at("openapi/evidence/one")).unwrap();
    for left in [".xtask-a.tmp", "openapi/evidence/one/.xtask-b.tmp"] {
        fs::write(at(left), "half").unwrap();
        for (arguments, code) in [(&["--check"][..], 1), (&[], 0)] {
            let said = regen(arguments, code);
            assert!(said.contains(&format!("      Orphan {left}: a run that was cut short left it\n")), "{said}");
        }
        assert!(!at(left).exists());
    }
}

#[test]
fn a_checkout_has_the_same_bytes_whatever_line_ends_git_is_told_to_write() {
    let (folder, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let files =
        [".gitattributes", "openapi/tiktok.lock", "openapi/tiktok.openapi.json", "tests/snapshots/resolved.snap"];
    for file in files {
        let to = folder.path().join(file);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(root().join(file), to).unwrap();
    }
    let commit = ["-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "--message", "a"];
    for arguments in [&["init", "--quiet"][..], &["add", "."], &commit] {
        git(folder.path(), arguments);
    }
    let from = folder.path().to_str().unwrap();
    git(other.path(), &["-c", "core.autocrlf=true", "clone", "--quiet", "--config", "core.autocrlf=true", from, "."]);
    for file in files {
        let [one, other] = [folder.path(), other.path()].map(|folder| fs::read(folder.join(file)).unwrap());
        assert!(one == other, "{file} has other bytes");
    }
}
