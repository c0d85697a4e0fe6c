//! `cargo xtask diff` as a maintainer runs it: what it says of two documents, what it refuses, what it exits with.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod support;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::PathBuf;
#[cfg(target_os = "linux")]
use std::process::Stdio;
use std::process::{Command, Output};

use serde_json::{Value, json};
use support::documents::{Documents, both, diff_in, document};
use support::{copy, git, root, text};
use tempfile::TempDir;

#[test]
fn every_case_has_its_rule_its_level_and_its_effect_on_rust() {
    let cases = fs::read(root().join("crates/spec/tests/diff/cases.json")).unwrap();
    let cases: Vec<Value> = serde_json::from_slice(&cases).unwrap();
    assert!(cases.len() >= 15);
    for case in cases {
        let changes = Documents::of(&case["before"], &case["after"]).changes();
        let found = changes.iter().find(|change| change["id"] == case["oasdiff_rule"]);
        let found = found.unwrap_or_else(|| panic!("{}: {changes:#?}", case["id"]));
        assert_eq!(found["level"], case["level"], "{}", case["id"]);
        if !case["rust"].is_null() {
            assert_eq!(found["rust"], case["rust"], "{}", case["id"]);
        }
    }
}

#[test]
fn each_change_has_the_items_that_it_changes() {
    let changes = both().changes();
    let of = |id: &str| changes.iter().find(|change| change["id"] == id).unwrap();
    let removed = of("response-optional-property-removed");
    assert_eq!((&removed["rust"], &removed["operation"]), (&json!("breaking"), &json!("GET /things")));
    let before = "pub keyapi_tiktok::types::GetThingResponse::name: ::std::option::Option<::std::string::String>";
    assert_eq!(removed["items"], json!([{"effect": "breaking", "before": before, "after": null}]));
    let added = of("response-optional-property-added");
    assert_eq!((&added["rust"], &added["items"][0]["before"]), (&json!("additive"), &Value::Null));
    let required = of("request-parameter-became-required");
    assert_eq!((&required["rust"], &required["items"]), (&json!("internal"), &json!([])));
}

/// Another schema for another status makes an enum of a type, which has one more variant with every status after that.
#[test]
fn a_status_with_another_schema_changes_what_callers_are_given() {
    let of = |statuses: &[(&str, &str)]| {
        responds(statuses.iter().map(|(status, kind)| (*status, json!({"a": {"type": kind}}))))
    };
    let (one, two) = (of(&[("200", "string")]), of(&[("200", "string"), ("202", "integer")]));
    let same = of(&[("200", "string"), ("202", "string")]);
    let three = of(&[("200", "string"), ("202", "integer"), ("203", "boolean")]);
    let other = of(&[("200", "string"), ("202", "boolean")]);
    for (before, after, id, rust) in [
        (&one, &two, "response-success-status-added", "breaking"),
        (&one, &same, "response-success-status-added", "internal"),
        (&two, &three, "response-success-status-added", "additive"),
        (&two, &other, "response-property-type-changed", "breaking"),
        (&two, &one, "response-success-status-removed", "breaking"),
    ] {
        let changes = Documents::of(before, after).changes();
        let found = changes.iter().find(|change| change["id"] == id);
        let found = found.unwrap_or_else(|| panic!("{id}: {changes:#?}"));
        assert_eq!(found["rust"], rust, "{id} {changes:#?}");
    }
}

/// A document of one operation that answers statuses with objects of texts.
fn answers(statuses: &[(&str, &[&str])]) -> Value {
    let text = |name: &&str| ((*name).to_owned(), json!({"type": "string"}));
    responds(statuses.iter().map(|(status, names)| (*status, names.iter().map(text).collect())))
}

/// A document of one operation that answers statuses with objects of these properties.
fn responds<'a>(statuses: impl Iterator<Item = (&'a str, Value)>) -> Value {
    let response = |(status, properties): (&str, Value)| {
        let schema = json!({"type": "object", "properties": properties});
        let content = json!({"application/json": {"schema": schema}});
        (status.to_owned(), json!({"description": "d", "content": content}))
    };
    let responses: Value = statuses.map(response).collect();
    json!({
        "openapi": "3.0.1",
        "info": {"title": "t", "version": "1"},
        "paths": {"/things": {"get": {"operationId": "getThing", "responses": responses}}},
    })
}

/// Another error takes no name of what is released, and breaks nobody.
#[test]
fn another_error_breaks_nobody_who_has_a_release() {
    let (ok, one, other, third) = (("200", &["a"][..]), &["b"][..], &["c"][..], &["d"][..]);
    for (fewer, more, names) in [
        (vec![ok, ("500", one)], vec![ok, ("404", other), ("500", one)], vec![("", "500")]),
        (vec![ok, ("default", one)], vec![ok, ("404", other), ("default", one)], vec![("", "Default")]),
        (vec![ok, ("4XX", one)], vec![ok, ("404", other), ("4XX", one)], vec![("", "4Xx")]),
        (
            vec![ok, ("404", one), ("500", other)],
            vec![ok, ("400", third), ("404", one), ("500", other)],
            vec![("", "404"), ("500", "500")],
        ),
    ] {
        let documents = Documents::of(&answers(&fewer), &answers(&more));
        let file = |name: &str, document: &[(&str, &[&str])]| {
            let mut names: serde_json::Map<String, Value> = names
                .iter()
                .flat_map(|(suffix, status)| {
                    let (place, name) = (format!("GET /things#error{suffix}"), format!("GetThingError{suffix}"));
                    [(format!("{place}/~{status}"), json!(name)), (place, json!(name))]
                })
                .collect();
            names.insert("GET /things".to_owned(), json!("getThing"));
            let path = |end: &str| documents.folder.path().join(format!("{name}.{end}"));
            fs::write(path("lock"), json!({ "names": names }).to_string()).unwrap();
            fs::write(path("openapi.json"), answers(document).to_string()).unwrap();
            path("openapi.json").to_str().unwrap().to_owned()
        };
        let (fewer, more) = (file("fewer", &fewer), file("more", &more));
        let changes = |from: &str, to: &str| -> Vec<Value> {
            let output = diff_in(&root(), &[from, to, "--format", "json"]);
            assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
            serde_json::from_slice(&output.stdout).unwrap()
        };
        let there = changes(&fewer, &more);
        assert!(there.iter().all(|change| change["rust"] != "breaking"), "{there:#?}");
        // What goes is gone, and nothing else is.
        let back = changes(&more, &fewer);
        let items: Vec<&Value> = back.iter().flat_map(|change| change["items"].as_array().unwrap()).collect();
        let gone = |item: &&&Value| !item["before"].as_str().unwrap_or_default().contains("Failure");
        for item in items.iter().filter(gone) {
            let before = item["before"].as_str().unwrap();
            assert!(before.contains("GetThingError4"), "{before}");
        }
    }
}

/// Without a release, a name may become that of another status, which no list of public items shows.
#[test]
fn the_type_of_an_error_that_becomes_that_of_another_status_breaks() {
    let (one, more) = (&["a"][..], &["a", "b"][..]);
    let (before, after) = (answers(&[("500", one)]), answers(&[("404", more), ("500", one)]));
    let changes = Documents::of(&before, &after).changes();
    let mut items = changes.iter().flat_map(|change| change["items"].as_array().unwrap());
    let moved = items.find(|item| item["before"].as_str().is_some_and(|line| line.contains("GetThingError // ")));
    let moved = moved.unwrap_or_else(|| panic!("{changes:#?}"));
    assert_eq!(moved["effect"], "breaking");
    for (property, status) in [("before", "500"), ("after", "404")] {
        assert!(moved[property].as_str().unwrap().ends_with(&format!("// {status} of GET /things")), "{moved}");
    }
}

/// What no call gives has an operation and a place as well.
#[test]
fn a_break_of_an_error_or_a_redirect_stands_at_its_response() {
    for status in ["302", "404", "default"] {
        let named = |name: &str| {
            let mut document = document(&json!({"id": {"type": "string"}}), &Value::Null);
            let schema = json!({"$ref": format!("#/components/schemas/{name}")});
            document["paths"]["/things"]["get"]["responses"][status] =
                json!({"description": "d", "content": {"application/json": {"schema": schema}}});
            let inner = json!({"type": "object", "properties": {"a": {"type": "string"}}});
            document["components"] = json!({"schemas": {name: {"type": "object", "properties": {"inner": inner}}}});
            document
        };
        let documents = Documents::of(&named("Thing"), &named("Item"));
        let changes = documents.changes();
        let breaks: Vec<&Value> = changes.iter().filter(|change| change["rust"] == "breaking").collect();
        assert!(!breaks.is_empty(), "{status}");
        for change in breaks {
            assert_eq!(change["operation"], "GET /things", "{change:#}");
            assert_eq!(change["pointer"], format!("/paths/~1things/get/responses/{status}"), "{change:#}");
        }
        let old = fs::read_to_string(&documents.old).unwrap();
        let line = 1 + old.lines().position(|line| line.contains(&format!("\"{status}\": {{"))).unwrap();
        let said = text(&documents.diff(&[]).stdout);
        assert!(said.contains(&format!("old.json:{line}:")) && !said.contains(".json:1:1"), "{said}");
    }
    // What no operation has stands in its component.
    let unused = |name: &str| {
        let mut document = document(&json!({"id": {"type": "string"}}), &Value::Null);
        let schema = json!({"type": "object", "properties": {"a": {"type": "string"}}});
        document["components"] = json!({"schemas": {name: schema}});
        document
    };
    let changes = Documents::of(&unused("Thing"), &unused("Item")).changes();
    let gone = changes.iter().find(|change| change["id"] == "public-item-removed").unwrap();
    assert_eq!((&gone["pointer"], &gone["operation"]), (&json!("/components/schemas/Thing"), &Value::Null));
}

#[test]
fn the_same_document_in_other_words_has_no_change() {
    let old = document(&json!({"id": {"type": "string"}}), &Value::Null);
    let documents = Documents::of(&old, &old);
    assert_eq!(documents.changes(), Vec::<Value>::new());
    assert_eq!(text(&documents.diff(&[]).stdout), "no change\n");
    assert_eq!(documents.diff(&["--fail-on", "info"]).status.code(), Some(0));
}

#[test]
fn a_break_in_rust_that_no_message_shows_is_a_change_of_its_own() {
    let named = |name: &str| {
        let mut document = document(&json!({"id": {"$ref": format!("#/components/schemas/{name}")}}), &Value::Null);
        document["components"] =
            json!({"schemas": {name: {"type": "object", "properties": {"a": {"type": "string"}}}}});
        document
    };
    let changes = Documents::of(&named("Thing"), &named("Item")).changes();
    let breaks: Vec<&Value> = changes.iter().filter(|change| change["rust"] == "breaking").collect();
    assert!(!breaks.is_empty());
    for change in breaks {
        assert!(change["id"].as_str().unwrap().starts_with("public-item-"), "{change:#}");
        assert_eq!((&change["level"], &change["operation"]), (&json!("error"), &json!("GET /things")), "{change:#}");
    }
}

#[test]
fn a_feature_that_is_gone_breaks_and_a_new_one_adds() {
    /// Two operations with these tags.
    fn tagged(tags: [&[&str]; 2]) -> Value {
        let [one, two] = tags.map(|tags| json!({"tags": tags, "responses": {"200": {"description": "ok"}}}));
        let [mut one, mut two] = [one, two];
        (one["operationId"], two["operationId"]) = (json!("one"), json!("two"));
        let paths = json!({"/one": {"get": one}, "/two": {"get": two}});
        json!({"openapi": "3.0.1", "info": {"title": "t", "version": "1"}, "paths": paths})
    }
    #[track_caller]
    fn check(old: [&[&str]; 2], new: [&[&str]; 2], expected: &[(&str, &str)]) {
        let changes = Documents::of(&tagged(old), &tagged(new)).changes();
        let items = changes.iter().flat_map(|change| change["items"].as_array().unwrap());
        let found: BTreeSet<(&str, &str)> = items
            .map(|item| {
                let line = item["after"].as_str().or(item["before"].as_str()).unwrap();
                (item["effect"].as_str().unwrap(), line.split_once("// ").map_or(line, |(_, target)| target))
            })
            .collect();
        assert_eq!(found, expected.iter().copied().collect(), "{changes:#?}");
    }
    let (a, b): (&[&str], &[&str]) = (&["A"], &["B"]);
    check([a, a], [b, b], &[("breaking", "feature a"), ("additive", "feature b")]);
    check([a, a], [&[], &[]], &[("breaking", "feature a")]);
    check([a, a], [a, &["A", "B"]], &[("additive", "feature b")]);
    check([a, a], [a, &["a"]], &[]);
    // The feature stays, and one of its operations leaves it.
    check([a, a], [a, b], &[("breaking", "with feature b"), ("additive", "feature b")]);
    check([a, &[]], [a, a], &[("breaking", "with feature a")]);
    check([a, &["A", "B"]], [a, a], &[("breaking", "feature b")]);
}

#[test]
fn the_exit_code_says_whether_the_level_is_reached() {
    let (documents, code) = (both(), |output: Output| output.status.code());
    assert_eq!(code(documents.diff(&[])), Some(0));
    for level in ["error", "warn", "info"] {
        assert_eq!(code(documents.diff(&["--fail-on", level])), Some(1), "{level}");
    }
    let text = json!({"type": "string"});
    let (small, large) = (json!({"id": text}), json!({"id": text, "b": text}));
    let documents = Documents::of(&document(&small, &Value::Null), &document(&large, &Value::Null));
    for (level, expected) in [("error", 0), ("warn", 0), ("info", 1)] {
        assert_eq!(code(documents.diff(&["--fail-on", level])), Some(expected), "{level}");
    }
}

#[test]
fn markdown_has_a_verdict_and_a_table_for_each_axis() {
    let said = text(&both().diff(&["--format", "markdown"]).stdout);
    let first = said.lines().next().unwrap();
    assert!(first.starts_with("**breaking: 1 error, 0 warnings, 2 notes; in Rust 1 break and 1 addition; "), "{said}");
    assert!(said.contains("| wire | operation | change | rule | Rust |"), "{said}");
    assert!(said.contains("| error | `GET /things` |") && said.contains("| Rust | before | after |"), "{said}");
    assert!(said.contains("| breaking | `pub keyapi_tiktok::types::GetThingResponse::name: "), "{said}");
}

#[test]
fn a_changed_example_is_shown_by_what_is_different_in_it() {
    let old = document(&json!({"id": {"type": "string"}}), &Value::Null);
    let mut new = old.clone();
    let example = "/paths/~1things/get/responses/200/content/application~1json/example";
    *new.pointer_mut(example).unwrap() = json!({"id": "b"});
    let documents = Documents::of(&old, &new);
    let changes = documents.changes();
    let [change] = changes.as_slice() else { panic!("{changes:#?}") };
    assert_eq!((&change["id"], &change["rust"]), (&json!("example-changed"), &json!("none")));
    let markdown = text(&documents.diff(&["--format", "markdown"]).stdout);
    let details = change["details"][0].as_str().unwrap();
    assert!(markdown.contains("<details>") && markdown.contains(details), "{markdown}");
    let said = text(&documents.diff(&[]).stdout);
    assert!(said.contains("1 change of texts and examples alone") && !said.contains("example-changed"), "{said}");
}

#[test]
fn annotations_are_at_the_lines_of_the_files() {
    let documents = both();
    let said = text(&documents.diff(&["--format", "github"]).stdout);
    let line = said.lines().find(|line| line.contains("response-optional-property-removed")).unwrap();
    let old = fs::read_to_string(&documents.old).unwrap();
    let number = 1 + old.lines().position(|line| line.contains("\"name\": {")).unwrap();
    assert!(line.starts_with("::notice file=") && line.contains(&format!("old.json,line={number},col=")), "{said}");
    assert!(said.lines().any(|line| line.starts_with("::error file=") && line.contains("new.json,line=")), "{said}");

    let bad = documents.folder.path().join("bad.json");
    fs::write(&bad, "{\"openapi\": \"2.9.9\"}").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["lint", bad.to_str().unwrap(), "--format", "github"])
        .output()
        .unwrap();
    let said = text(&output.stdout);
    assert_eq!(output.status.code(), Some(2));
    assert!(said.starts_with("::error file=") && said.contains("bad.json,line=1,col="), "{said}");
}

#[test]
fn what_is_in_a_document_does_nothing_to_a_terminal_or_a_table() {
    let odd = "a\u{1b}[2J|\n::error::b\u{202e}\u{9b}";
    let old = document(&json!({"id": {"type": "string"}}), &Value::Null);
    let new = document(&json!({"id": {"type": "string"}, odd: {"type": "string"}}), &Value::Null);
    let documents = Documents::of(&old, &new);
    for format in ["text", "markdown", "github"] {
        let said = text(&documents.diff(&["--format", format]).stdout);
        assert!(!said.contains(['\u{1b}', '\u{202e}', '\u{9b}']), "{said}");
    }
    let github = text(&documents.diff(&["--format", "github"]).stdout);
    assert!(github.lines().all(|line| line.starts_with("::notice ")), "{github}");
    let markdown = text(&documents.diff(&["--format", "markdown"]).stdout);
    let row = markdown.lines().find(|line| line.contains("`response-optional-property-added`")).unwrap();
    assert_eq!(row.matches('|').count() - row.matches("\\|").count(), 6, "{markdown}");
}

#[track_caller]
fn refused(arguments: &[&str], words: &[&str]) {
    let output = diff_in(&root(), arguments);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(output.stdout.is_empty());
    for word in words {
        assert!(said.contains(word), "{word}: {said}");
    }
}

#[test]
fn bad_input_is_refused_with_its_place() {
    let documents = both();
    let (good, folder) = (documents.old.as_str(), documents.folder.path());
    let file = |name: &str, content: &str| {
        fs::write(folder.join(name), content).unwrap();
        folder.join(name).to_str().unwrap().to_owned()
    };
    let broken = file("broken.json", "{\n  \"openapi\": \"3.0.1\",\n  \"paths\": [\n");
    refused(&[good, &broken], &["error[json-syntax]", "broken.json:"]);
    refused(&[&broken, good], &["error[json-syntax]", "broken.json:"]);
    refused(&[good, &file("list.json", "[1]")], &["error[not-openapi]", "list.json:1"]);
    refused(&[good, "no-such-revision"], &["`no-such-revision` is neither a file nor a git revision"]);
    refused(&["--", good, "--output=x"], &["`--output=x` is neither a file nor a git revision"]);
    refused(&[good, folder.to_str().unwrap()], &["error[unreadable]"]);

    let pages = root().join("crates/spec/tests/pages");
    let page = fs::read_dir(pages).unwrap().map(|entry| entry.unwrap().path()).find(|path| path.is_file()).unwrap();
    refused(&[good, page.to_str().unwrap()], &["is the documentation page of", "cargo xtask import"]);

    let huge = folder.join("huge.json");
    // More than anybody reads, and no byte of it on the disk.
    File::create(&huge).unwrap().set_len(200 * 1024 * 1024).unwrap();
    refused(&[good, huge.to_str().unwrap()], &["huge.json", "the limit is"]);
}

/// A repository of what `diff` reads of a checkout, below a folder of a larger one.
fn repository() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let checkout = folder.path().join("sdk");
    for directory in ["openapi", "crates/provider/src", "crates/runtime/src", "crates/tiktok"] {
        copy(&root().join(directory), &checkout.join(directory));
    }
    fs::create_dir_all(checkout.join("xtask")).unwrap();
    fs::write(checkout.join("xtask/Cargo.toml"), "").unwrap();
    for arguments in [&["init", "--quiet"][..], &["add", "."], &["commit", "--quiet", "--message", "a"]] {
        git(folder.path(), arguments);
    }
    (folder, checkout)
}

#[test]
fn revisions_have_their_document_with_its_overlay_and_its_prices() {
    let (_folder, checkout) = repository();
    git(&checkout, &["tag", "v0.1.0"]);
    let changes = |arguments: &[&str]| -> Vec<Value> {
        let output = diff_in(&checkout, &[arguments, &["--format", "json"]].concat());
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let ids = |changes: &[Value]| -> Vec<String> {
        changes.iter().map(|change| change["id"].as_str().unwrap().to_owned()).collect()
    };
    let vendored = "openapi/tiktok.openapi.json";
    assert_eq!(changes(&["HEAD", "v0.1.0"]), Vec::<Value>::new());
    assert_eq!(changes(&["HEAD", vendored]), Vec::<Value>::new());

    let prices = checkout.join("openapi/tiktok.credits.json");
    let price = fs::read_to_string(&prices).unwrap().replacen(": 2", ": 3", 1);
    fs::write(&prices, price).unwrap();
    let not_committed = changes(&["HEAD", vendored]);
    assert_eq!(ids(&not_committed), ["credits-changed"]);
    assert_eq!(not_committed[0]["rust"], "internal");
    git(&checkout, &["commit", "--quiet", "--all", "--message", "b"]);
    assert_eq!(changes(&["v0.1.0", "HEAD"]), not_committed);
    assert_eq!(changes(&["HEAD", vendored]), Vec::<Value>::new());

    // A stored response is part of a revision, too.
    let sample = "openapi/evidence/trending_music_detail";
    fs::create_dir_all(checkout.join(sample)).unwrap();
    let body = r#"{"code":0,"message":"ok","data":{"sound":{"title":7}}}"#;
    fs::write(checkout.join(sample).join("200-0123456789abcdef.json"), body).unwrap();
    let stored = changes(&["HEAD", vendored]);
    assert!(stored.iter().any(|change| change["rust"] == "breaking"), "{stored:#?}");
    git(&checkout, &["add", "."]);
    git(&checkout, &["commit", "--quiet", "--message", "c"]);
    assert_eq!(changes(&["HEAD~1", "HEAD"]), stored);

    // What the annotations of a revision name is the file of the checkout.
    let said = text(&diff_in(&checkout, &["v0.1.0", "HEAD", "--format", "github"]).stdout);
    assert!(said.contains("file=openapi/tiktok.openapi.json,line="), "{said}");
}

#[test]
fn an_action_of_the_overlay_that_finds_nothing_any_more_is_told_of() {
    let (_folder, checkout) = repository();
    let overlay = checkout.join("openapi/tiktok.overlay.yaml");
    let actions = fs::read_to_string(&overlay).unwrap() + "  - target: $.paths['/v1/gone']\n    remove: true\n";
    fs::write(&overlay, actions).unwrap();
    let output = diff_in(&checkout, &["HEAD", "openapi/tiktok.openapi.json", "--format", "github"]);
    let said = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(said.contains("overlay-action-obsolete") && said.contains("openapi/tiktok.overlay.yaml,line="), "{said}");
    assert_eq!(said.lines().count(), 1, "nothing else has changed: {said}");
}

#[test]
fn accepted_changes_stay_accepted_and_levels_are_those_of_the_project() {
    let (_folder, checkout) = repository();
    let documents = both();
    let run = |arguments: &[&str]| diff_in(&checkout, &[&[documents.old.as_str(), &documents.new], arguments].concat());
    let changes: Vec<Value> = serde_json::from_slice(&run(&["--format", "json"]).stdout).unwrap();
    let error = changes.iter().find(|change| change["level"] == "error").unwrap();
    let fingerprint = error["fingerprint"].as_str().unwrap();
    let decisions = checkout.join("openapi/tiktok.changes.toml");
    let accept = |reason: &str| format!("[[accepted]]\nfingerprint = \"{fingerprint}\"\nreason = \"{reason}\"\n");
    fs::write(&decisions, accept("nobody left it out")).unwrap();
    assert_eq!(run(&["--fail-on", "error"]).status.code(), Some(0));
    assert_eq!(run(&["--fail-on", "info"]).status.code(), Some(1));
    assert!(text(&run(&[]).stdout).contains("(accepted)"));

    let levels = "[levels]\nresponse-optional-property-removed = { level = \"error\", reason = \"it is shown\" }\n";
    fs::write(&decisions, format!("{}{levels}", accept("nobody left it out"))).unwrap();
    assert_eq!(run(&["--fail-on", "error"]).status.code(), Some(1));
    for bad in [accept(""), "accepted = 1".to_owned(), "[".to_owned()] {
        fs::write(&decisions, bad).unwrap();
        let output = run(&[]);
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).contains("openapi/tiktok.changes.toml"), "{}", text(&output.stderr));
    }
}

#[test]
fn an_item_is_listed_once_however_many_changes_explain_it() {
    let alternatives = |count: usize, prefix: &str, kind: &str| {
        let object = |at: usize| json!({"type": "object", "properties": {(format!("{prefix}{at}")): {"type": kind}}});
        document(&json!({"a": {"oneOf": (0..count).map(object).collect::<Vec<_>>()}}), &Value::Null)
    };
    let said = |count: usize, format: &str| {
        let documents = Documents::of(&alternatives(count, "p", "string"), &alternatives(count, "q", "integer"));
        documents.diff(&["--format", format]).stdout
    };
    let changes: Vec<Value> = serde_json::from_slice(&said(20, "json")).unwrap();
    assert!(changes.len() >= 40);
    let items: Vec<&Value> = changes.iter().flat_map(|change| change["items"].as_array().unwrap()).collect();
    let distinct: std::collections::HashSet<String> = items.iter().map(ToString::to_string).collect();
    assert_eq!(items.len(), distinct.len());
    let listing: Vec<&Value> = changes.iter().filter(|change| change["items"] != json!([])).collect();
    for change in &changes {
        assert_eq!(change["rust"], "breaking");
        for fingerprint in change["items_at"].as_array().unwrap() {
            assert!(listing.iter().any(|listing| listing["fingerprint"] == *fingerprint), "{change:#}");
        }
    }
    for format in ["text", "json", "markdown", "github"] {
        let (small, large) = (said(10, format).len(), said(40, format).len());
        assert!(large < 6 * small, "{format}: {small} and {large} bytes");
    }
}

/// A sink that takes nothing, as a full disk does.
#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_an_error_unless_nobody_reads() {
    let documents = both();
    let run = |command: &str, arguments: &[&str], out: Stdio| {
        let mut run = Command::new(env!("CARGO_BIN_EXE_xtask"));
        run.arg(command).args(arguments).current_dir(root()).env_remove("CARGO_MANIFEST_DIR");
        run.stdout(out).stderr(Stdio::piped()).spawn().unwrap().wait_with_output().unwrap()
    };
    let (old, new) = (documents.old.as_str(), documents.new.as_str());
    for (command, arguments) in
        [("diff", vec![old, new]), ("diff", vec![old, new, "--format", "json"]), ("lint", vec![old])]
    {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let output = run(command, &arguments, full.into());
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{command}: {said}");
        assert!(said.contains("the standard output cannot be written"), "{command}: {said}");
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        assert_eq!(run(command, &arguments, writer.into()).status.code(), Some(0), "{command}");
    }
    // To print is not what this one is for: it goes on, and says so at the end.
    let full = File::options().write(true).open("/dev/full").unwrap();
    let output = run("regen", &["--check"], full.into());
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("the standard output cannot be written: No space left"), "{said}");
}

#[test]
fn outside_of_a_checkout_the_folder_that_is_missing_is_named() {
    let documents = both();
    let output = diff_in(documents.folder.path(), &[&documents.old, &documents.new]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("crates/tiktok/src cannot be read") && said.contains("in a checkout"), "{said}");
}
