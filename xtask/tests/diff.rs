//! `cargo xtask diff` as a maintainer runs it: what it says of two documents, what it refuses, what it exits with.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod support;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
#[cfg(target_os = "linux")]
use std::process::Stdio;
use std::process::{Command, Output};

use serde_json::{Value, json};
use support::{copy, git, root, text};
use tempfile::TempDir;

/// Runs `diff` in a checkout, on the same day each time.
fn diff_in(checkout: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.arg("diff").args(arguments).env_remove("CARGO_MANIFEST_DIR").env("SOURCE_DATE_EPOCH", "1767225600");
    command.current_dir(checkout).output().unwrap()
}

/// Two documents as files.
struct Documents {
    folder: TempDir,
    old: String,
    new: String,
}

impl Documents {
    fn of(old: &Value, new: &Value) -> Self {
        let folder = TempDir::new().unwrap();
        let write = |name: &str, document: &Value| {
            let path = folder.path().join(name);
            fs::write(&path, serde_json::to_string_pretty(document).unwrap()).unwrap();
            path.to_str().unwrap().to_owned()
        };
        let (old, new) = (write("old.json", old), write("new.json", new));
        Self { folder, old, new }
    }

    fn diff(&self, arguments: &[&str]) -> Output {
        diff_in(&root(), &[&[self.old.as_str(), self.new.as_str()], arguments].concat())
    }

    #[track_caller]
    fn changes(&self) -> Vec<Value> {
        let output = self.diff(&["--format", "json"]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

/// A document of one operation, which gives an object of these properties.
fn document(properties: &Value, parameter: &Value) -> Value {
    let parameters = if parameter.is_null() { json!([]) } else { json!([parameter]) };
    let schema = json!({"type": "object", "properties": properties});
    let content = json!({"application/json": {"schema": schema, "example": {"id": "a"}}});
    json!({
        "openapi": "3.0.1",
        "info": {"title": "t", "version": "1"},
        "paths": {"/things": {"get": {
            "operationId": "getThing",
            "parameters": parameters,
            "responses": {"200": {"description": "ok", "content": content}},
        }}},
    })
}

fn both() -> Documents {
    let text = json!({"type": "string"});
    let parameter = |required: bool| json!({"name": "p", "in": "query", "required": required, "schema": text});
    let old = document(&json!({"id": text, "name": text}), &parameter(false));
    Documents::of(&old, &document(&json!({"id": text, "size": {"type": "integer"}}), &parameter(true)))
}

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
    for directory in ["openapi", "crates/provider/src", "crates/runtime/src", "crates/tiktok/src"] {
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

/// An operation with an id and its parameters.
fn operation(id: &str, parameters: &[Value]) -> Value {
    let content = json!({"application/json": {"schema": {"type": "object", "properties": {"v": {"type": "string"}}}}});
    json!({"get": {"operationId": id, "parameters": parameters, "responses": {"200": {"description": "ok", "content": content}}}})
}

fn with_paths(paths: &Value) -> Value {
    json!({"openapi": "3.0.1", "info": {"title": "t", "version": "1"}, "paths": paths})
}

/// The items that break callers, by the ends of their lines before and after.
#[track_caller]
fn check_broken(old: &Value, new: &Value, expected: &[[&str; 2]]) {
    for (old, new, is_reversed) in [(old, new, false), (new, old, true)] {
        let changes = Documents::of(&with_paths(old), &with_paths(new)).changes();
        let items = changes.iter().flat_map(|change| change["items"].as_array().unwrap());
        let breaking: Vec<[&str; 2]> = items
            .filter(|item| item["effect"] == "breaking")
            .map(|item| ["before", "after"].map(|side| item[side].as_str().unwrap_or_default()))
            .collect();
        assert_eq!(breaking.len(), expected.len(), "{changes:#?}");
        for pair in expected {
            let [before, after] = if is_reversed { [pair[1], pair[0]] } else { *pair };
            let is_found = breaking.iter().any(|[one, other]| one.ends_with(before) && other.ends_with(after));
            assert!(is_found, "{before} {after}: {breaking:#?}");
        }
    }
}

#[test]
fn a_method_that_calls_another_operation_breaks_its_callers() {
    let paths = |a: &str, b: &str| json!({"/a": operation(a, &[]), "/b": operation(b, &[])});
    check_broken(&paths("one", "two"), &paths("two", "one"), &[["// GET /a", "// GET /b"], ["// GET /b", "// GET /a"]]);
    // An operation that moved is another on the wire, and the same to callers.
    let changes = Documents::of(
        &with_paths(&json!({"/a": operation("one", &[])})),
        &with_paths(&json!({"/b": operation("one", &[])})),
    )
    .changes();
    assert!(changes.iter().any(|change| change["level"] == "error"), "{changes:#?}");
    assert!(changes.iter().all(|change| change["rust"] != "breaking"), "{changes:#?}");
}

#[test]
fn a_setter_that_sets_another_parameter_breaks_its_callers() {
    let text = json!({"type": "string"});
    let path = |name: &str| json!({"name": name, "in": "path", "required": true, "schema": text});
    let parameters = [path("a"), path("b")];
    let paths = |path: &str| json!({path: operation("i", &parameters)});
    let (first, second) = ("// the parameter 1 of the path", "// the parameter 2 of the path");
    check_broken(&paths("/x/{a}/{b}"), &paths("/x/{b}/{a}"), &[[first, second], [second, first]]);
    check_broken(&paths("/x/{a}/{b}"), &paths("/x/{a}/{b}"), &[]);
    // The order of the list says nothing.
    let reversed = [path("b"), path("a")];
    check_broken(&paths("/x/{a}/{b}"), &json!({"/x/{a}/{b}": operation("i", &reversed)}), &[]);

    let named = |place: &str| json!({"name": "id", "in": place, "schema": text});
    let of = |parameters: &[Value]| json!({"/a": operation("i", parameters)});
    let changes =
        Documents::of(&with_paths(&of(&[named("header")])), &with_paths(&of(&[named("header"), named("query")])))
            .changes();
    let breaking: Vec<&Value> = changes.iter().filter(|change| change["rust"] == "breaking").collect();
    assert!(!breaking.is_empty(), "`id` was the header, and is a parameter of the query: {changes:#?}");
}

#[test]
fn a_constant_that_stands_for_another_value_breaks_its_callers() {
    let paths = |names: [&str; 2]| {
        let schema = json!({"type": "string", "enum": ["7", "30"], "x-enum-varnames": names});
        json!({"/a": operation("i", &[json!({"name": "period", "in": "query", "schema": schema})])})
    };
    let [week, month] = ["// \"7\"", "// \"30\""];
    check_broken(&paths(["WEEK", "MONTH"]), &paths(["MONTH", "WEEK"]), &[[week, month], [month, week]]);
}

#[test]
fn a_field_that_holds_another_property_breaks_its_callers() {
    let text = json!({"type": "string"});
    let paths = |properties: &Value| {
        let mut paths = json!({"/a": operation("i", &[])});
        paths["/a"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]["properties"] =
            properties.clone();
        paths
    };
    let number = json!({"type": "number"});
    // The first one of those that are called alike has the field, whatever else there is.
    for other in [json!({}), json!({"c": number})] {
        let with = |mut first: Value, other: &Value| {
            first.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
            paths(&first)
        };
        let (old, new) = (json!({"a-b": text, "a_b": text}), json!({"a_b": text, "a-b": text}));
        check_broken(&with(old, &other), &with(new, &other), &[["// `a-b`", "// `a_b`"]]);
    }
    check_broken(&paths(&json!({"a-b": text})), &paths(&json!({"a-b": text, "a_b": text})), &[]);
    check_broken(
        &paths(&json!({"a-b": text})),
        &paths(&json!({"a_b": text, "a-b": text})),
        &[["// `a-b`", "// `a_b`"]],
    );
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

/// An operation that no SDK can have, since its body is in several parts.
fn in_parts(id: &str) -> Value {
    let mut item = posted(id);
    item["post"]["requestBody"] = json!({"content": {"multipart/form-data": {"schema": {"type": "object"}}}});
    item
}

fn posted(id: &str) -> Value {
    json!({"post": operation(id, &[])["get"]})
}

#[test]
fn an_operation_that_cannot_be_generated_keeps_nothing_else_from_being_compared() {
    let with_y = json!({"/x": posted("x"), "/y": operation("y", &[]), "/z": operation("z", &[])});
    let old = with_paths(&with_y);
    let new = with_paths(&json!({"/x": in_parts("x"), "/z": operation("zz", &[])}));
    let changes = Documents::of(&old, &new).changes();
    let of = |id: &str, operation: &str| {
        let mut found = changes.iter().filter(|change| change["id"] == id && change["operation"] == operation);
        found.next().unwrap_or_else(|| panic!("{id} {operation}: {changes:#?}"))
    };
    assert_eq!(of("api-path-removed-without-deprecation", "GET /y")["rust"], "breaking");
    assert_eq!(of("request-body-added-optional", "POST /x")["level"], "info");
    let left_out = of("operation-not-generated", "POST /x");
    let message = left_out["message"].as_str().unwrap();
    assert_eq!(left_out["level"], "warn");
    assert!(message.contains("from the new document") && message.contains("several parts"), "{message}");
    assert_eq!(of("api-operation-id-removed", "GET /z")["rust"], "breaking");

    let documents = Documents::of(&new, &new);
    assert_eq!(text(&documents.diff(&[]).stdout), "no change\n");
    let mut changed = new.clone();
    changed["paths"]["/x"]["post"]["parameters"] = json!([{"name": "p", "in": "query", "schema": {"type": "string"}}]);
    let changes = Documents::of(&new, &changed).changes();
    let ids: Vec<&Value> = changes.iter().map(|change| &change["id"]).collect();
    assert_eq!(ids, ["new-optional-request-parameter", "operation-not-generated"], "{changes:#?}");
    assert!(changes[1]["message"].as_str().unwrap().contains("from both documents"));
}

#[test]
fn a_component_that_cannot_be_generated_is_left_out_with_all_that_refers_to_it() {
    let properties = json!({"a": {"type": "strin"}});
    let document = |properties: &Value, kind: &str| {
        let mut document = with_paths(&json!({"/x": operation("x", &[]), "/y": operation("y", &[])}));
        let content =
            |name: &str| json!({"application/json": {"schema": {"$ref": format!("#/components/schemas/{name}")}}});
        document["paths"]["/x"]["get"]["responses"]["200"]["content"] = content("Outer");
        document["paths"]["/y"]["get"]["responses"]["200"]["content"] = content("Other");
        let inner = json!({"$ref": "#/components/schemas/Inner"});
        document["components"] = json!({"schemas": {
            "Inner": {"type": "object", "properties": properties},
            "Outer": {"type": "object", "properties": {"inner": inner}},
            "Other": {"type": "object", "properties": {"v": {"type": kind}}},
        }});
        document
    };
    let bad = document(&properties, "string");
    let changes = Documents::of(&bad, &document(&properties, "integer")).changes();
    let found: Vec<(&Value, &Value)> = changes.iter().map(|change| (&change["operation"], &change["rust"])).collect();
    assert_eq!(found, [(&json!("GET /y"), &json!("breaking"))], "{changes:#?}");
    let changes = Documents::of(&document(&json!({"a": {"type": "string"}}), "string"), &bad).changes();
    let left_out: Vec<&Value> = changes.iter().filter(|change| change["id"] == "operation-not-generated").collect();
    assert_eq!(left_out.len(), 1, "{changes:#?}");
    assert_eq!(left_out[0]["operation"], "GET /x");
}

#[test]
fn documents_of_nothing_that_can_be_generated_are_compared_on_the_wire() {
    let old = with_paths(&json!({"/x": in_parts("x")}));
    let mut new = old.clone();
    new["paths"]["/x"]["post"]["deprecated"] = json!(true);
    let changes = Documents::of(&old, &new).changes();
    assert!(changes.iter().any(|change| change["id"] == "endpoint-deprecated"), "{changes:#?}");
    assert!(changes.iter().any(|change| change["id"].as_str().unwrap().ends_with("-not-generated")), "{changes:#?}");
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
}

#[test]
fn outside_of_a_checkout_the_folder_that_is_missing_is_named() {
    let documents = both();
    let output = diff_in(documents.folder.path(), &[&documents.old, &documents.new]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("crates/tiktok/src cannot be read") && said.contains("in a checkout"), "{said}");
}
