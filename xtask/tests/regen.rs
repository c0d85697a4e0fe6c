//! `cargo xtask regen` and `cargo xtask lint` as a maintainer runs them: exit codes, what they say, what they write.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use support::{root, text};
use tempfile::TempDir;

fn vendored() -> PathBuf {
    root().join("openapi/tiktok.openapi.json")
}

fn overlay() -> PathBuf {
    root().join("openapi/tiktok.overlay.yaml")
}

fn xtask(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask")).args(arguments).output().unwrap()
}

/// Runs `regen` on a document in a scratch folder.
#[track_caller]
fn regen(folder: &Path, spec: &Path, more: &[&str]) -> Output {
    let (spec, out) = (spec.to_str().unwrap(), folder.join("out"));
    xtask(&[&["regen", "--spec", spec, "--out", out.to_str().unwrap()], more].concat())
}

#[track_caller]
fn refused(name: &str, content: Option<&[u8]>, code: &str) {
    let folder = TempDir::new().unwrap();
    let spec = folder.path().join(name);
    if let Some(content) = content {
        fs::write(&spec, content).unwrap();
    }
    let output = regen(folder.path(), &spec, &[]);
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains(&format!("error[{code}]")), "{stderr}");
    assert!(stderr.contains(name), "{stderr}");
    assert!(!folder.path().join("out").exists(), "a refused document leaves nothing behind");

    let output = xtask(&["lint", spec.to_str().unwrap(), "--format", "json"]);
    assert_eq!(output.status.code(), Some(2));
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found[0]["code"], code);
}

#[cfg(unix)]
#[test]
fn a_file_that_never_ends_is_refused() {
    let output = xtask(&["lint", "/dev/zero", "--format", "json"]);
    assert_eq!(output.status.code(), Some(2));
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found[0]["code"], "unreadable");
    let message = found[0]["message"].as_str().unwrap();
    assert!(message.contains("the limit is"), "{message}");
}

#[test]
fn bad_documents_are_refused_with_their_place() {
    let vendored = fs::read(vendored()).unwrap();
    refused("missing.json", None, "unreadable");
    refused("empty.json", Some(b""), "empty-file");
    refused("truncated.json", Some(&vendored[..vendored.len() / 2]), "json-syntax");
    refused("list.json", Some(b"[1, 2]"), "not-openapi");
    refused("swagger.yaml", Some(b"swagger: '2.0'\npaths: {}\n"), "not-openapi");
    refused("later.yaml", Some(b"openapi: 3.2.0\npaths: {}\n"), "not-openapi");
    refused("no-paths.yaml", Some(b"openapi: 3.0.1\n"), "not-openapi");
}

#[test]
fn a_document_is_written_once_and_checked_afterwards() {
    let folder = TempDir::new().unwrap();
    let spec = folder.path().join("spec.json");
    fs::copy(vendored(), &spec).unwrap();
    let corrections = overlay();
    let overlay = ["--overlay", corrections.to_str().unwrap()];
    let check = ["--overlay", corrections.to_str().unwrap(), "--check"];

    let first = regen(folder.path(), &spec, &check);
    assert_eq!(first.status.code(), Some(1), "{}", text(&first.stderr));
    assert!(!folder.path().join("out").exists(), "--check writes nothing");

    assert_eq!(regen(folder.path(), &spec, &overlay).status.code(), Some(0));
    let mut written: Vec<String> = fs::read_dir(folder.path().join("out"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    written.sort();
    assert_eq!(written, ["client.rs", "httpmock.rs", "report.json", "resolved.openapi.json"]);
    assert_eq!(regen(folder.path(), &spec, &check).status.code(), Some(0));

    let changed = fs::read_to_string(&spec).unwrap().replace("\"score\": 1426", "\"score\": 1427");
    fs::write(&spec, changed).unwrap();
    let stale = regen(folder.path(), &spec, &check);
    assert_eq!(stale.status.code(), Some(1));
    assert!(text(&stale.stdout).contains("resolved.openapi.json"), "{}", text(&stale.stdout));
}

#[test]
fn the_same_document_makes_the_same_bytes() {
    let folders = [TempDir::new().unwrap(), TempDir::new().unwrap()];
    for folder in &folders {
        assert_eq!(
            regen(folder.path(), &vendored(), &["--overlay", overlay().to_str().unwrap()]).status.code(),
            Some(0)
        );
    }
    for file in ["client.rs", "httpmock.rs", "report.json", "resolved.openapi.json"] {
        let [one, other] = folders.each_ref().map(|folder| fs::read(folder.path().join("out").join(file)).unwrap());
        assert_eq!(one, other, "{file}");
    }
}

#[test]
fn one_more_path_is_one_more_method() {
    let folder = TempDir::new().unwrap();
    let spec = folder.path().join("spec.json");
    let mut document: serde_json::Value = serde_json::from_slice(&fs::read(vendored()).unwrap()).unwrap();
    let copy = document["paths"]["/v1/tiktok/trending/music/detail"].clone();
    document["paths"]["/v1/tiktok/trending/hashtag/detail"] = copy;
    fs::write(&spec, document.to_string()).unwrap();
    let output = regen(folder.path(), &spec, &["--overlay", overlay().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let client = fs::read_to_string(folder.path().join("out/client.rs")).unwrap();
    assert!(client.contains("fn trending_hashtag_detail<"));
    assert!(client.contains("pub struct TrendingHashtagDetailSound "));
}

#[test]
fn an_overlay_that_no_longer_matches_is_named() {
    let folder = TempDir::new().unwrap();
    let overlay = folder.path().join("overlay.yaml");
    let action =
        "overlay: 1.0.0\ninfo: {title: t, version: 1.0.0}\nactions:\n  - target: $.nothing\n    remove: true\n";
    fs::write(&overlay, action).unwrap();
    let output = regen(folder.path(), &vendored(), &["--overlay", overlay.to_str().unwrap()]);
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr.contains("overlay-no-match") && stderr.contains("overlay.yaml:4:"), "{stderr}");
}

#[test]
fn an_overlay_that_disagrees_with_the_price_of_a_page_is_told_of() {
    let folder = TempDir::new().unwrap();
    let (spec, overlay) = (folder.path().join("spec.json"), folder.path().join("overlay.yaml"));
    fs::copy(vendored(), &spec).unwrap();
    let operation = "/v1/tiktok/trending/music/detail";
    let action = format!("target: \"$.paths['{operation}'].get\"\n    update:\n      x-credits: 2\n");
    fs::write(&overlay, format!("overlay: 1.0.0\ninfo: {{title: t, version: '1'}}\nactions:\n  - {action}")).unwrap();
    for (price, code, words) in [(3, "credits-conflict", "the overlay counts"), (2, "credits-redundant", "redundant")] {
        fs::write(folder.path().join("spec.credits.json"), format!("{{\"GET {operation}\": {price}}}\n")).unwrap();
        let output = regen(folder.path(), &spec, &["--overlay", overlay.to_str().unwrap()]);
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{stderr}");
        assert!(stderr.contains(&format!("warning[{code}]")) && stderr.contains(words), "{stderr}");
        assert!(stderr.contains("overlay.yaml:6:7") && stderr.contains("spec.credits.json:1:2"), "{stderr}");
    }
}

#[test]
fn the_lock_covers_the_prices() {
    let folder = TempDir::new().unwrap();
    let at = |name: &str| folder.path().join(name);
    let mut platform = xtask::workspace::platform();
    for file in ["tiktok.openapi.json", "tiktok.overlay.yaml", "tiktok.credits.json"] {
        fs::copy(platform.spec.with_file_name(file), at(file)).unwrap();
    }
    (platform.spec, platform.overlay) = (at("tiktok.openapi.json"), at("tiktok.overlay.yaml"));
    let lock = |platform: &xtask::workspace::Platform| match xtask::artefacts::make(platform) {
        Ok(made) => serde_json::from_str::<serde_json::Value>(&made.files[&platform.lock]).unwrap(),
        Err(failure) => panic!("{failure}"),
    };
    let before = lock(&platform);
    fs::write(at("tiktok.credits.json"), "{\"GET /v1/tiktok/trending/music/detail\": 7}\n").unwrap();
    let after = lock(&platform);
    assert_ne!(before["credits"], after["credits"]);
    assert_eq!(before["vendored"], after["vendored"]);
    assert!(before["credits"].as_str().is_some_and(|digest| digest.len() == 64), "{before}");
}

#[test]
fn snapshots_that_nothing_makes_any_more_are_orphans() {
    let folder = TempDir::new().unwrap();
    let at = |name: &str| folder.path().join(name);
    for name in ["made.snap", "gone.snap", "gone.snap.new", "made.snap.new", "notes.md"] {
        fs::write(at(name), "x").unwrap();
    }
    // What a person has yet to look at is neither an orphan nor does it stand for a snapshot.
    let files = std::collections::BTreeMap::from([(at("made.snap"), String::new())]);
    assert_eq!(xtask::artefacts::orphans(folder.path(), &files), [at("gone.snap")]);
}

#[test]
fn a_second_document_leaves_nothing_of_the_first() {
    let folder = TempDir::new().unwrap();
    let spec = folder.path().join("spec.json");
    for (operation, other) in [("first_tune", "second_tune"), ("second_tune", "first_tune")] {
        let document = serde_json::json!({"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {
            format!("/{operation}"): {"get": {"operationId": operation, "responses": {"200": {
                "description": "d", "content": {"application/json": {"example": {"id": 1}}}
            }}}}
        }});
        fs::write(&spec, document.to_string()).unwrap();
        assert_eq!(regen(folder.path(), &spec, &[]).status.code(), Some(0));
        for file in fs::read_dir(folder.path().join("out")).unwrap() {
            let content = fs::read_to_string(file.unwrap().path()).unwrap();
            assert!(!content.contains(other) && content.contains(operation));
        }
    }
}

#[test]
fn a_reader_who_stops_reading_is_no_failure() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    let spec = vendored();
    let mut child = command.arg("lint").arg(spec).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()));
}

#[test]
fn what_a_killed_run_left_is_an_orphan() {
    let folder = TempDir::new().unwrap();
    let left = folder.path().join("out/.xtask-abc.tmp");
    assert_eq!(regen(folder.path(), &vendored(), &[]).status.code(), Some(0));
    fs::write(&left, "").unwrap();
    let output = regen(folder.path(), &vendored(), &["--check"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).contains("      Orphan "), "{}", text(&output.stdout));
    assert_eq!(regen(folder.path(), &vendored(), &[]).status.code(), Some(0));
    assert!(!left.exists());
    assert_eq!(regen(folder.path(), &vendored(), &["--check"]).status.code(), Some(0));
}

#[test]
fn operations_that_are_left_out_are_named() {
    let folder = TempDir::new().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let spec = file(
        "spec.yaml",
        "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths:\n  /a: {get: {operationId: a, responses: {'200': {description: d}}}}\n  \
         /b: {get: {operationId: b, responses: {'2000': {description: d}}}}\n",
    );
    let overlay = file(
        "overlay.yaml",
        "overlay: 1.0.0\ninfo: {title: t, version: '1'}\nactions:\n- target: $.paths['/b'].get\n  update: {x-skip: no status is so}\n",
    );
    let out = folder.path().join("out");
    let run = |more: &[&str]| {
        let mut args = vec!["regen", "--spec", &spec, "--out", out.to_str().unwrap()];
        args.extend(more);
        xtask(&args)
    };
    assert_eq!(run(&[]).status.code(), Some(2), "the status is wrong");
    let output = run(&["--overlay", &overlay]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(told.contains("Skipped GET /b is not generated: no status is so"), "{told}");
    let report: Value = serde_json::from_slice(&fs::read(out.join("report.json")).unwrap()).unwrap();
    assert_eq!(report["skipped"], json!([{"operation": "GET /b", "reason": "no status is so"}]));
    assert_eq!(report["operations"].as_array().unwrap().len(), 1);
    let note =
        report["diagnostics"].as_array().unwrap().iter().find(|found| found["code"] == "skipped-operation").unwrap();
    assert_eq!((&note["file"], &note["line"]), (&json!(overlay), &json!(5)));
    assert!(!fs::read_to_string(out.join("client.rs")).unwrap().contains("fn b<"));
}
