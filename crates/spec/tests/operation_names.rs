//! The names of operations, and what is said about those that are taken.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use keyapi_rust_names::RustNames;
use keyapi_spec::Input;
use keyapi_spec::document::operations;
use keyapi_spec::pipeline::Resolved;
use serde_json::{Value, json};

#[track_caller]
fn check(root: Value, expected: &[&str], codes: &[&str]) {
    let mut document = root;
    document["openapi"] = json!("3.0.3");
    document["info"] = json!({"title": "t", "version": "1"});
    let input = Input::new("d.json", Ok(document.to_string().into_bytes()));
    let Resolved { document, diagnostics, .. } = input.resolve(&RustNames).unwrap_or_else(|found| panic!("{found:#?}"));
    let about_names = |code: &&str| ["operation-id", "operation-name"].contains(code);
    let names: Vec<&str> = operations(&document)
        .iter()
        .filter_map(|key| document.pointer(&key.pointer)?.get("operationId")?.as_str())
        .collect();
    assert_eq!(names, expected);
    assert_eq!(diagnostics.iter().map(|found| found.code).filter(about_names).collect::<Vec<_>>(), codes);
}

#[test]
fn names_come_from_paths_where_the_overlay_says_so() {
    let paths = json!({
        "/v1/tiktok/trending/music/detail": {"get": {"operationId": "get_api_v3"}},
        "/v1/tiktok/users/{user-id}": {"get": {}, "post": {}},
        "/v1/tiktok": {"get": {}},
        "/v1/tiktok-shop/x": {"get": {}},
    });
    check(
        json!({"x-operation-names": {"from": "path", "strip": "/v1/tiktok"}, "paths": paths}),
        &["trending_music_detail", "users_by_user_id", "post_users_by_user_id", "v1_tiktok", "v1_tiktok_shop_x"],
        &[],
    );
}

#[test]
fn published_ids_are_kept_otherwise() {
    check(json!({"paths": {"/a": {"get": {"operationId": "listAll"}}}}), &["listAll"], &[]);
}

#[test]
fn missing_and_repeated_ids_are_replaced() {
    check(
        json!({"paths": {"/a": {"get": {"operationId": "x"}}, "/b": {"get": {"operationId": "X"}}, "/c": {"put": {}}}}),
        &["a", "b", "put_c"],
        &["operation-id"; 3],
    );
}

#[test]
fn equal_names_get_digits_that_depend_on_the_path_alone() {
    let naming = json!({"from": "path"});
    check(
        json!({"x-operation-names": naming, "paths": {"/a/b": {"get": {}}, "/a_b": {"get": {}}, "/a-b": {"get": {}}}}),
        &["a_b_6268", "a_b_7708", "a_b"],
        &["operation-name"; 2],
    );
}

#[test]
fn names_that_clients_have_anyway_are_not_given_away() {
    check(
        json!({"paths": {"/a": {"get": {"operationId": "new"}}, "/b": {"get": {"operationId": "Result"}}}}),
        &["new_operation", "Result_operation"],
        &["operation-name"; 2],
    );
}

#[test]
fn a_person_has_the_last_word() {
    check(json!({"paths": {"/a": {"get": {"operationId": "get_api_v3", "x-rust-name": "things"}}}}), &["things"], &[]);
}
