//! Names never move: what is imported adds methods, types and fields, and takes none away.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use keyapi_codegen::RustNames;
use keyapi_codegen::public_items;
use keyapi_spec::import::{Renames, merge, read, renames};
use keyapi_spec::{Input, Source};
use serde_json::{Value, json};

fn root() -> PathBuf {
    manifest_dir().join("../..")
}

/// The vendored document and the pages that tests import, by their names.
fn pages() -> Vec<(String, String)> {
    let folder = root().join("crates/spec/tests/pages");
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.push(root().join("crates/spec/tests/cases/tiktok.openapi.json"));
    let name = |file: &Path| file.file_name().unwrap().to_str().unwrap().to_owned();
    files.iter().map(|file| (name(file), fs::read_to_string(file).unwrap())).collect()
}

/// Merges files into a document, or into nothing.
fn import(into: Option<&str>, files: &[&(String, String)]) -> String {
    let vendored = into.map(|text| Source::parse("vendored.json", text.as_bytes()).unwrap());
    let incoming = read(files.iter().map(|(name, text)| (name.as_str(), text.as_bytes()))).unwrap();
    merge(vendored.as_ref(), &incoming).unwrap().json
}

fn resolved(document: &str) -> Value {
    let overlay = fs::read(root().join("crates/spec/tests/cases/tiktok.overlay.yaml")).unwrap();
    let input = Input::new("merged.json", Ok(document.as_bytes().to_vec())).with_overlay("overlay.yaml", Ok(overlay));
    input.resolve_former(&RustNames).unwrap().document
}

fn public_items(sources: &[(&str, &str)]) -> BTreeSet<String> {
    let sources: BTreeMap<String, String> =
        sources.iter().map(|(path, source)| ((*path).to_owned(), (*source).to_owned())).collect();
    public_items::list("c", &[], &sources).unwrap().lines().map(str::to_owned).collect()
}

/// What the SDK of a document makes public.
fn sdk_items(resolved: &Value) -> BTreeSet<String> {
    let sdk = keyapi_codegen::sdk(resolved, "tiktok").unwrap();
    public_items(&[
        ("", "pub mod generated; pub mod requests;"),
        ("generated", &sdk.client),
        ("requests", &sdk.requests),
    ])
}

/// The pages of a set, which is a number whose bits are the pages.
fn subset(set: usize, pages: &[(String, String)]) -> Vec<&(String, String)> {
    (0..pages.len()).filter(|index| set & (1 << index) != 0).map(|index| &pages[index]).collect()
}

/// If every set of pages is one document whichever page of it comes last, then any order of pages gives the same bytes.
#[test]
fn the_order_of_imports_does_not_matter() {
    let pages = pages();
    for set in 1..1_usize << pages.len() {
        let together = import(None, &subset(set, &pages));
        for last in (0..pages.len()).filter(|last| set & (1 << last) != 0) {
            let before = subset(set & !(1 << last), &pages);
            if !before.is_empty() {
                let one_by_one = import(Some(&import(None, &before)), &[&pages[last]]);
                assert_eq!(one_by_one, together, "{} last", pages[last].0);
            }
        }
    }
}

/// Every order of imports goes through sets of pages; no step from one set to the next may take a name away.
#[test]
fn an_import_adds_names_and_takes_none_away() {
    let pages = pages();
    let documents: Vec<Value> =
        (1..1_usize << pages.len()).map(|set| resolved(&import(None, &subset(set, &pages)))).collect();
    let documents: Vec<&Value> = std::iter::once(&Value::Null).chain(&documents).collect();
    for set in 1..documents.len() {
        for next in (0..pages.len()).map(|page| set | 1 << page).filter(|next| *next != set) {
            assert_eq!(renames(documents[set], documents[next], &[], &RustNames).refused, [], "{set:b} {next:b}");
        }
    }
    // Two of the orders, as callers see them.
    let all: Vec<usize> = (0..pages.len()).collect();
    for order in [all.clone(), all.into_iter().rev().collect()] {
        let mut set = 0;
        let mut before = BTreeSet::new();
        for page in order {
            set |= 1 << page;
            let after = sdk_items(documents[set]);
            let lost: Vec<_> = before.difference(&after).collect();
            assert!(lost.is_empty(), "{} takes away {lost:#?}", pages[page].0);
            before = after;
        }
    }
}

/// What the client of a document makes public, and its resolved form; nothing where it does not generate.
fn client_items(document: &Value) -> Option<(Value, BTreeSet<String>)> {
    let resolved = Input::new("spec.json", Ok(document.to_string().into_bytes())).resolve(&RustNames).ok()?.document;
    let generated = keyapi_codegen::generate(&resolved).ok()?;
    Some((resolved, public_items(&[("", &generated.client)])))
}

#[test]
fn one_more_operation_moves_no_name_of_any_document() {
    let mut compared = 0;
    for entry in fs::read_dir(manifest_dir().join("tests/specs")).unwrap() {
        let file = entry.unwrap().path();
        let input = Input::new(file.to_str().unwrap(), fs::read(&file));
        let Some(mut document) = input.spec().map(Source::value) else { continue };
        let Some((before, items)) = client_items(&document) else { continue };
        let schema = json!({"type": "object", "properties": {"id": {"type": "object", "properties": {"of": {}}}}});
        let content = json!({"application/json": {"schema": schema, "example": {"id": {}}}});
        for (path, id) in [("/", "aaa"), ("/zzz", "zzz")] {
            document["paths"][path] = json!({"get": {
                "operationId": format!("{id}Added"),
                "responses": {"200": {"description": "d", "content": content}, "400": {"description": "d", "content": content}},
            }});
        }
        let (after, more) = client_items(&document).unwrap();
        assert_eq!(renames(&before, &after, &[], &RustNames).refused, [], "{}", file.display());
        let lost: Vec<_> = items.difference(&more).collect();
        assert!(lost.is_empty(), "{}: {lost:#?}", file.display());
        compared += 1;
    }
    assert!(compared > 60, "{compared}");
}

/// The names that move where a document gets more operations.
fn compared(before: &Value, more: &Value) -> Renames {
    let document = |paths: &Value| {
        let document = json!({"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": paths});
        Input::new("spec.json", Ok(document.to_string().into_bytes())).resolve(&RustNames).unwrap().document
    };
    let mut paths = before.clone();
    paths.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    renames(&document(before), &document(&paths), &[], &RustNames)
}

/// A release gives names and changes nothing, whatever the document is.
#[test]
fn to_pin_the_names_of_a_document_changes_nothing() {
    let mut compared = 0;
    for entry in fs::read_dir(manifest_dir().join("tests/specs")).unwrap() {
        let file = entry.unwrap().path();
        let input = || Input::new(file.to_str().unwrap(), fs::read(&file));
        let Ok(before) = input().resolve(&RustNames) else { continue };
        let lock = json!({"names": before.names}).to_string().into_bytes();
        let after = input().with_lock("a.lock", Ok(lock)).resolve(&RustNames);
        let after = after.unwrap_or_else(|found| panic!("{}: {found:#?}", file.display()));
        assert_eq!(after.names, before.names, "{}", file.display());
        assert_eq!(after.document, before.document, "{}", file.display());
        compared += 1;
    }
    assert!(compared > 60, "{compared}");
}

/// Compares a document with one that has more, and the messages about the names that would move.
#[track_caller]
fn check(before: &Value, more: &Value, expected: &[&str]) {
    let found = compared(before, more).refused;
    assert!(found.iter().all(|found| found.is_error() && !found.help.is_empty()));
    assert_eq!(found.iter().map(|found| found.message.as_str()).collect::<Vec<_>>(), expected);
}

fn operation(id: &str, example: &Value) -> Value {
    let content = json!({"application/json": {"schema": {"type": "object"}, "example": example}});
    json!({"get": {"operationId": id, "responses": {"200": {"description": "d", "content": content}}}})
}

#[test]
fn a_name_that_would_move_is_told() {
    let plain = json!({"a": {"b": 1}});
    check(&json!({"/b": operation("x", &plain)}), &json!({"/c": operation("y", &plain)}), &[]);
    check(
        &json!({"/b": operation("thing", &plain)}),
        &json!({"/a": operation("Thing", &plain)}),
        &["the method `thing` would be called `b`: its name goes to something that is new"],
    );
    let object = |properties: &[&str]| {
        let properties: Value = properties.iter().map(|name| ((*name).to_owned(), json!({"type": "string"}))).collect();
        let content = json!({"application/json": {"schema": {"type": "object", "properties": properties}}});
        json!({"/b": {"get": {"operationId": "x", "responses": {"200": {"description": "d", "content": content}}}}})
    };
    check(&object(&["user_id"]), &object(&["id", "user_id", "userId"]), &[]);
    check(
        &object(&["user_id"]),
        &object(&["userId", "user_id"]),
        &["the field `user_id` would be called `extra[\"user_id\"]`: its name goes to something that is new"],
    );
    let query = |name: &str| {
        let mut item = operation(&format!("by{}", name.len()), &json!({}));
        let schema = json!({"type": "string", "enum": ["a"]});
        item["get"]["parameters"] = json!([{"name": name, "in": "query", "schema": schema}]);
        item
    };
    check(&json!({"/a": query("sort_by")}), &json!({"/b": query("sortBy")}), &[]);
    check(
        &json!({"/a": query("sortBy")}),
        &json!({"/b": query("sort-by")}),
        &["the type `SortBy` would be called `SortBy3312`: its name goes to something that is new"],
    );
}

/// Once it is released, its name is pinned.
#[test]
fn a_type_that_is_not_released_may_move() {
    let before = json!({"/b": operation("x", &json!({"a": {"data": {"b": 1}}, "b": {"data": {"c": 1}}}))});
    let found = compared(&before, &json!({"/a": operation("xA", &json!({"data": {"b": 1}}))}));
    assert_eq!(found.refused, []);
    let told: Vec<_> = found.followed.iter().map(|moved| (moved.what, &*moved.before, &*moved.after)).collect();
    assert_eq!(told, [("type", "XaData", "XaData5414")]);
}

/// The folder of this crate in the checkout that the tests run in.
fn manifest_dir() -> PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs the tests").into()
}
