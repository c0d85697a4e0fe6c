//! `cargo xtask import` as a maintainer runs it: exit codes, what it says, what it writes.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use support::text;
use tempfile::TempDir;

/// Runs the command on a document of its own.
fn import(into: &Path, pages: &[PathBuf]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.arg("import").args(pages).arg("--into").arg(into).output().unwrap()
}

fn page(name: &str) -> PathBuf {
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR").unwrap();
    Path::new(&manifest).join("../crates/spec/tests/pages").join(name)
}

fn write(folder: &Path, name: &str, document: &Value) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, document.to_string()).unwrap();
    path
}

fn document(path: &str, id: &str) -> Value {
    let content = json!({"application/json": {"schema": {"type": "object"}, "example": {"a": 1}}});
    let operation = json!({"operationId": id, "responses": {"200": {"description": "d", "content": content}}});
    json!({"openapi": "3.0.1", "info": {"title": "t", "version": "1"}, "paths": {path: {"get": operation}}})
}

#[test]
fn a_document_grows_by_pages_and_the_same_page_changes_nothing() {
    let folder = TempDir::new().unwrap();
    let (into, prices) = (folder.path().join("new.openapi.json"), folder.path().join("new.credits.json"));
    let output = import(&into, &[page("caption.md"), page("trending-music.md")]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("written:"), "{}", text(&output.stdout));
    let written: Value = serde_json::from_slice(&fs::read(&into).unwrap()).unwrap();
    assert_eq!(written["paths"].as_object().unwrap().len(), 2);
    let prices: Value = serde_json::from_slice(&fs::read(prices).unwrap()).unwrap();
    assert!(prices.as_object().unwrap().values().any(|price| price == 2), "{prices}");

    let before = fs::read(&into).unwrap();
    let output = import(&into, &[page("caption.md")]);
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stdout).starts_with("nothing new"), "{}", text(&output.stdout));
    assert_eq!(fs::read(&into).unwrap(), before);
}

#[test]
fn one_bad_page_keeps_all_from_being_written() {
    let folder = TempDir::new().unwrap();
    let into = folder.path().join("new.openapi.json");
    let bad = folder.path().join("bad.md");
    fs::write(&bad, "# A page without a document\n").unwrap();
    for bad in [bad, folder.path().join("missing.md")] {
        let output = import(&into, &[page("caption.md"), bad.clone()]);
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(stderr.contains(bad.file_name().unwrap().to_str().unwrap()), "{stderr}");
        assert!(!into.exists());
    }
}

#[test]
fn an_import_that_would_give_a_method_another_name_is_refused() {
    let folder = TempDir::new().unwrap();
    let into = write(folder.path(), "old.openapi.json", &document("/b", "thing"));
    let new = write(folder.path(), "new.json", &document("/a", "Thing"));
    let before = fs::read(&into).unwrap();
    let output = import(&into, &[new]);
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("error[import-rename]") && stderr.contains("the method `thing`"), "{stderr}");
    assert_eq!(fs::read(&into).unwrap(), before);
}

/// An operation at a path with one parameter.
fn item(parameter: &str) -> Value {
    let parameters = json!([{"name": parameter, "in": "path", "required": true, "schema": {"type": "string"}}]);
    let mut document = document(&format!("/items/{{{parameter}}}"), "item");
    document["paths"][format!("/items/{{{parameter}}}")]["get"]["parameters"] = parameters;
    document
}

#[test]
fn a_path_whose_parameter_is_renamed_moves() {
    let folder = TempDir::new().unwrap();
    let mut old = item("id");
    let mut delete = old["paths"]["/items/{id}"]["get"].clone();
    delete["operationId"] = json!("drop_item");
    old["paths"]["/items/{id}"]["delete"] = delete;
    let into = write(folder.path(), "old.openapi.json", &old);
    let prices = write(folder.path(), "old.credits.json", &json!({"DELETE /items/{id}": 4, "GET /items/{id}": 2}));
    let output = import(&into, &[write(folder.path(), "new.json", &item("item_id"))]);
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    assert!(stdout.contains("moved: /items/{id} -> /items/{item_id}\n"), "{stdout}");
    for operation in ["GET", "DELETE"] {
        let renamed = format!("renamed: the setter `id` of {operation} /items/{{item_id}} is `item_id` now\n");
        assert!(stdout.contains(&renamed), "{stdout}");
    }
    let written: Value = serde_json::from_slice(&fs::read(&into).unwrap()).unwrap();
    assert_eq!(written["paths"].as_object().unwrap().len(), 1);
    assert_eq!(written["paths"]["/items/{item_id}"]["delete"]["parameters"][0]["name"], "item_id");
    let prices: Value = serde_json::from_slice(&fs::read(prices).unwrap()).unwrap();
    assert_eq!(prices, json!({"DELETE /items/{item_id}": 4, "GET /items/{item_id}": 2}));
    assert!(!stdout.contains("price"), "{stdout}");
}

#[test]
fn one_path_in_two_spellings_is_refused_by_import_and_lint() {
    let folder = TempDir::new().unwrap();
    let into = write(folder.path(), "old.openapi.json", &document("/b", "thing"));
    let before = fs::read(&into).unwrap();
    let pages = ["id", "item_id"].map(|name| write(folder.path(), &format!("{name}.json"), &item(name)));
    let output = import(&into, &pages);
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert_eq!(stderr.matches("error[identical-paths]").count(), 2, "{stderr}");
    assert!(stderr.contains("id.json:1:") && stderr.contains("item_id.json:1:"), "{stderr}");
    assert_eq!(fs::read(&into).unwrap(), before);

    let mut both = item("id");
    both["paths"]["/items/{item_id}"] = item("item_id")["paths"]["/items/{item_id}"].clone();
    let both = write(folder.path(), "both.json", &both);
    let output =
        Command::new(env!("CARGO_BIN_EXE_xtask")).args(["lint", "--format", "json"]).arg(both).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let found: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    let pointers: Vec<&Value> =
        found.iter().filter(|found| found["code"] == "identical-paths").map(|found| &found["pointer"]).collect();
    assert_eq!(pointers, ["/paths/~1items~1{id}", "/paths/~1items~1{item_id}"]);
}

/// The page about trending music with another price.
fn priced(folder: &Path, name: &str, price: &str) -> PathBuf {
    let text = fs::read_to_string(page("trending-music.md")).unwrap();
    assert!(text.contains("2 credits"));
    let path = folder.join(name);
    fs::write(&path, text.replace("2 credits", price)).unwrap();
    path
}

#[test]
fn prices_that_change_are_printed() {
    let folder = TempDir::new().unwrap();
    let into = folder.path().join("new.openapi.json");
    let operation = "GET /v1/tiktok/trending/music";
    let import = |price: &str| text(&import(&into, &[priced(folder.path(), "page.md", price)]).stdout);
    let first = import("2 credits");
    assert!(first.contains(&format!("price added: {operation}: 2 credits\n")), "{first}");
    // One that is cut short in between leaves no operation without its price.
    let place = |file: &str| first.find(&format!("{file}.json")).expect(file);
    assert!(place("new.credits") < place("new.openapi"), "{first}");
    let dearer = import("3 credits");
    assert!(dearer.contains(&format!("price changed: {operation}: 2 -> 3 credits\n")), "{dearer}");
    let none = import("some");
    assert!(none.contains(&format!("price removed: {operation}: its page does not say 3 credits any more")), "{none}");
    assert_eq!(fs::read_to_string(into.with_file_name("new.credits.json")).unwrap(), "{}\n");
    let again = import("3 credits");
    assert!(again.contains(&format!("price added: {operation}: 3 credits\n")), "{again}");
    let same = import("3 credits");
    assert!(same.starts_with("nothing new"), "{same}");
}

#[test]
fn a_page_that_disagrees_with_its_document_about_the_price_is_told_of() {
    let folder = TempDir::new().unwrap();
    let into = folder.path().join("new.openapi.json");
    let page = priced(folder.path(), "page.md", "3 credits");
    let with_price =
        fs::read_to_string(&page).unwrap().replacen("      responses:\n", "      x-credits: 2\n      responses:\n", 1);
    fs::write(&page, with_price).unwrap();
    let output = import(&into, &[page]);
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    assert!(stderr.contains("warning[credits-conflict]") && stderr.contains("the document counts"), "{stderr}");
}

#[test]
fn line_ends_of_a_page_make_no_difference() {
    let folder = TempDir::new().unwrap();
    let documents = ["\n", "\r\n"].map(|end| {
        let page = fs::read_to_string(page("caption.md")).unwrap().replace("\r\n", "\n").replace('\n', end);
        let (file, into) = (folder.path().join("caption.md"), folder.path().join(format!("{}.json", end.len())));
        fs::write(&file, page).unwrap();
        let output = import(&into, &[file]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        fs::read_to_string(into).unwrap()
    });
    assert_eq!(documents[0], documents[1]);
}

#[test]
fn of_imports_at_once_none_is_lost() {
    let folder = TempDir::new().unwrap();
    let into = folder.path().join("new.openapi.json");
    let paths: Vec<String> = (0..8).map(|number| format!("/v1/{number}")).collect();
    let running: Vec<_> = paths
        .iter()
        .map(|path| {
            let page = write(folder.path(), &format!("{}.json", &path[4..]), &document(path, &path[4..]));
            let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
            command.arg("import").arg(page).arg("--into").arg(&into).stdout(Stdio::null()).stderr(Stdio::piped());
            command.spawn().unwrap()
        })
        .collect();
    for child in running {
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    }
    let written: Value = serde_json::from_slice(&fs::read(&into).unwrap()).unwrap();
    let mut found: Vec<&String> = written["paths"].as_object().unwrap().keys().collect();
    found.sort();
    assert_eq!(found, paths.iter().collect::<Vec<_>>());
}

#[test]
fn what_a_killed_run_left_goes_with_the_next() {
    let folder = TempDir::new().unwrap();
    let (left, other) = (folder.path().join(".xtask-abc.tmp"), folder.path().join(".tmp-abc"));
    for path in [&left, &other] {
        fs::write(path, "").unwrap();
    }
    let page = write(folder.path(), "a.json", &document("/a", "a"));
    assert_eq!(import(&folder.path().join("o.json"), &[page]).status.code(), Some(0));
    assert!(!left.exists());
    assert!(other.exists(), "only what an import calls so is removed");
}
