//! What two versions of a document have in common can be left out without a difference to their public items.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use keyapi_codegen::public_items::{self, ItemChange, compare};
use keyapi_codegen::{RustNames, sdk, versions};
use keyapi_spec::Input;
use keyapi_spec::document::operations;
use serde_json::{Value, json};
use support::pointers;

/// The resolved document; nothing where it is refused.
fn resolved(document: &Value) -> Option<Value> {
    Input::new("spec.json", Ok(document.to_string().into_bytes())).resolve(&RustNames).ok().map(|done| done.document)
}

fn list(resolved: &Value) -> Option<String> {
    let sdk = sdk(resolved, "tiktok").ok()?;
    let root = "mod generated; mod requests; pub mod dispatch; pub use generated::types;
                pub use requests::{BASE_URL, Client, ClientBuilder, OPERATIONS, operations, params};";
    let modules =
        [("", root.to_owned()), ("generated", sdk.client), ("requests", sdk.requests), ("dispatch", sdk.dispatch)];
    let modules: BTreeMap<String, String> =
        modules.into_iter().map(|(path, source)| (path.to_owned(), source)).collect();
    public_items::list("c", &[], &modules).ok()
}

fn changes(old: &Value, new: &Value) -> Option<Vec<ItemChange>> {
    Some(compare(&list(old)?, &list(new)?))
}

fn without(document: &Value, pointer: &str) -> Option<Value> {
    let mut document = document.clone();
    let (parent, token) = pointer.rsplit_once('/')?;
    match document.pointer_mut(parent)? {
        Value::Object(properties) => _ = properties.shift_remove(&token.replace("~1", "/").replace("~0", "~"))?,
        Value::Array(elements) => _ = elements.remove(token.parse().ok()?),
        _ => return None,
    }
    Some(document)
}

fn documents() -> Vec<PathBuf> {
    let folder = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("tests/specs");
    let mut documents: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    documents.sort();
    documents
}

/// Two operations of one document that share types, a parameter and its values, of which one asks and one answers.
fn shared() -> Value {
    let schema = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    let content = |name: &str| json!({"application/json": {"schema": schema(name)}});
    let sort = |values: &[&str]| json!({"name": "sort", "in": "query", "schema": {"type": "string", "enum": values}});
    json!({
        "openapi": "3.0.1", "info": {"title": "t", "version": "1"},
        "paths": {
            "/a": {"post": {
                "operationId": "makeThing", "parameters": [sort(&["up"])],
                "requestBody": {"content": content("Thing")},
                "responses": {"200": {"description": "ok", "content": content("Thing")}},
            }},
            "/b": {"post": {
                "operationId": "sortThings", "parameters": [sort(&["down", "up"])],
                "requestBody": {"content": content("Thing")},
                "responses": {"200": {"description": "ok", "content": content("Things")}},
            }},
            "/c": {"get": {
                "operationId": "getThings", "parameters": [sort(&["random"])],
                "responses": {"200": {"description": "ok", "content": content("Things")}},
            }},
        },
        "components": {"schemas": {
            "Thing": {"type": "object", "properties": {"id": {"type": "string"}, "part": schema("Part")}},
            "Part": {"type": "object", "properties": {"size": {"type": "integer"}}},
            "Things": {"type": "object", "properties": {"items": {"type": "array", "items": schema("Thing")}}},
        }},
    })
}

#[test]
fn what_is_left_has_the_same_changes_as_the_whole() {
    let mut compared = 0;
    let mut check = |document: &Value, stride: usize| {
        let Some(old) = resolved(document) else { return };
        let mut places = Vec::new();
        pointers(document, String::new(), &mut places);
        for place in places.iter().step_by(places.len() / stride + 1) {
            let Some(new) = without(document, place).and_then(|document| resolved(&document)) else { continue };
            let (Some(forth), Some(back)) = (changes(&old, &new), changes(&new, &old)) else { continue };
            let (one, other) = versions::differing(&old, &new);
            assert_eq!(changes(&one, &other), Some(forth), "without {place}");
            assert_eq!(changes(&other, &one), Some(back), "with {place}");
            compared += 1;
        }
    };
    check(&shared(), 30);
    for path in documents().iter().filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with("30")) {
        if let Some(document) = Input::new(path.to_str().unwrap(), fs::read(path)).spec().map(|spec| spec.value()) {
            check(&document, 2);
        }
    }
    assert!(compared > 20, "{compared}");
}

#[test]
fn little_is_left_of_a_large_document_that_hardly_changed() {
    let mut document = shared();
    for name in ["d", "e"] {
        let schema = json!({"type": "object", "properties": {name: {"type": "string"}}});
        document["paths"][format!("/{name}")] = json!({"get": {"operationId": name, "responses": {
            "200": {"description": "ok", "content": {"application/json": {"schema": schema}}},
        }}});
    }
    let old = resolved(&document).unwrap();
    let (one, other) = versions::differing(&old, &old);
    assert_eq!(changes(&one, &other), Some(Vec::new()));

    document["paths"]["/d"]["get"]["description"] = json!("New.");
    let (one, other) = versions::differing(&old, &resolved(&document).unwrap());
    let left = |document: &Value| -> Vec<String> {
        operations(document).iter().map(|key| format!("{} {}", key.method, key.path)).collect()
    };
    assert_eq!(left(&one), left(&other));
    // The first three stand for all that name the values of a parameter, and for what is asked with and answered.
    assert_eq!(left(&one), ["post /a", "post /b", "get /c", "get /d"]);
}
