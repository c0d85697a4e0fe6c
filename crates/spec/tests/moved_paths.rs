//! Paths that differ in nothing but the names of their parameters: refused side by side, moved by an import.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use keyapi_rust_names::RustNames;
use keyapi_spec::import::{Incoming, Merged, Renamed, merge, renames};
use keyapi_spec::{Diagnostic, Input, Source};
use serde_json::{Value, json};

/// A document with these paths, pretty, so that places can be told.
fn document(paths: &Value) -> String {
    let document = json!({"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": paths});
    serde_json::to_string_pretty(&document).unwrap()
}

fn operation(id: &str, parameters: &[&str]) -> Value {
    let parameter = |name: &&str| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}});
    let parameters: Vec<Value> = parameters.iter().map(parameter).collect();
    json!({"operationId": id, "parameters": parameters, "responses": {"200": {"description": "d"}}})
}

fn try_import(vendored: Option<&str>, files: &[(&str, &str)]) -> Result<Merged, Vec<Diagnostic>> {
    let vendored = vendored.map(|text| Source::parse("vendored.json", text.as_bytes()).unwrap());
    let files: Vec<Incoming> =
        files.iter().map(|(name, text)| Incoming::parse(name, text.as_bytes()).unwrap()).collect();
    merge(vendored.as_ref(), &files)
}

#[track_caller]
fn import(vendored: &str, files: &[(&str, &str)]) -> (Value, Merged) {
    let merged = try_import(Some(vendored), files).unwrap_or_else(|found| panic!("{found:#?}"));
    (serde_json::from_str(&merged.json).unwrap(), merged)
}

/// Every finding as its code, its place and the place that its message names.
fn places(found: &[Diagnostic]) -> Vec<String> {
    let other = |message: &str| message.split_once(" at ").and_then(|(_, at)| Some(at.split_once(": ")?.0.to_owned()));
    let line = |found: &Diagnostic| {
        let Diagnostic { code, file, line, column, message, .. } = found;
        format!("{code} {file}:{line}:{column} {}", other(message).unwrap_or_default())
    };
    found.iter().map(line).collect()
}

#[test]
fn a_document_has_each_path_once() {
    let both = json!({
        "/items/{id}": {"get": operation("item", &["id"])},
        "/items": {"get": operation("items", &[])},
        "/items/{item_id}": {"delete": operation("drop", &["item_id"])},
        "/items/{x}/parts": {"get": operation("parts", &["x"])},
    });
    let input = Input::new("both.json", Ok(document(&both).into_bytes()));
    let found = input.resolve(&RustNames).expect_err("must be refused");
    let errors: Vec<&Diagnostic> = found.iter().filter(|found| found.is_error()).collect();
    let [one, other] = errors.as_slice() else { panic!("{found:#?}") };
    assert_eq!([one.code, other.code], ["identical-paths", "identical-paths"]);
    assert_eq!([one.pointer.as_str(), other.pointer.as_str()], ["/paths/~1items~1{id}", "/paths/~1items~1{item_id}"]);
    assert!(one.message.contains("`/items/{item_id}`") && other.message.contains("`/items/{id}`"), "{found:#?}");
    assert!(one.line > 0 && other.line > one.line);
    // Whoever takes one of them out has a document.
    let overlay = b"overlay: 1.0.0\ninfo: {title: t, version: '1'}\nactions: [{target: \"$.paths['/items/{id}']\", remove: true}]\n";
    let input = Input::new("both.json", Ok(document(&both).into_bytes())).with_overlay("o.yaml", Ok(overlay.to_vec()));
    assert!(input.resolve(&RustNames).is_ok());
}

#[test]
fn an_import_gives_each_path_in_one_spelling() {
    let (id, item) = (
        json!({"/items/{id}": {"get": operation("item", &["id"])}}),
        json!({"/items/{item_id}": {"put": operation("set", &["item_id"])}}),
    );
    let found =
        try_import(None, &[("b.json", &document(&item)), ("a.json", &document(&id))]).expect_err("must be refused");
    assert_eq!(places(&found), ["identical-paths a.json:8:5 b.json:8:5", "identical-paths b.json:8:5 a.json:8:5"]);

    let mut both = id.clone();
    both["/items/{item_id}"] = item["/items/{item_id}"].clone();
    let found = try_import(None, &[("c.json", &document(&both))]).expect_err("must be refused");
    assert_eq!(places(&found).len(), 2, "{found:#?}");
    assert!(places(&found)[0].starts_with("identical-paths c.json:8:5 c.json:"), "{found:#?}");
    let found = try_import(Some(&document(&both)), &[("a.json", &document(&id))]).expect_err("must be refused");
    assert!(places(&found)[0].starts_with("identical-paths vendored.json:8:5 vendored.json:"), "{found:#?}");
}

/// A path with everything that names its parameters, and one that refers to it.
fn vendored() -> String {
    let mut text: Value = serde_json::from_str(&document(&json!({
        "/items/{id}/of/{shop}": {
            "summary": "An item",
            "get": operation("item", &["id", "shop"]),
            "post": {
                "operationId": "set",
                "parameters": [{"$ref": "#/components/parameters/Id"}, {"name": "shop", "in": "path", "required": true, "schema": {"type": "string"}}, {"name": "id", "in": "query", "schema": {"type": "string"}}],
                "responses": {"200": {"description": "d", "links": {"self": {"operationId": "item", "parameters": {"id": "$request.path.id", "q": "$request.query.id", "u": "/x/{$request.path.id}/y"}}}}},
            },
        },
        "/others/{id}": {"get": {
            "operationId": "other",
            "parameters": [{"$ref": "#/components/parameters/Id"}],
            "responses": {"200": {"$ref": "#/paths/~1items~1{id}~1of~1{shop}/post/responses/200"}},
        }},
    }))).unwrap();
    text["components"] =
        json!({"parameters": {"Id": {"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}}});
    serde_json::to_string_pretty(&text).unwrap()
}

#[test]
fn the_whole_path_moves_with_the_operation_that_is_imported() {
    let page = document(
        &json!({"/items/{item_id}/of/{shop}": {"summary": "An item", "get": operation("item", &["item_id", "shop"])}}),
    );
    let (document, merged) = import(&vendored(), &[("page.json", &page)]);
    let paths: Vec<&String> = document["paths"].as_object().unwrap().keys().collect();
    assert_eq!(paths, ["/items/{item_id}/of/{shop}", "/others/{id}"]);
    let path = &document["paths"]["/items/{item_id}/of/{shop}"];
    assert_eq!(path["get"]["parameters"][0]["name"], "item_id");
    let parameters = &path["post"]["parameters"];
    assert_eq!(parameters[0], json!({"name": "item_id", "in": "path", "required": true, "schema": {"type": "string"}}));
    assert_eq!(["shop", "id"], [1, 2].map(|index| parameters[index]["name"].as_str().unwrap()));
    let expressions = &path["post"]["responses"]["200"]["links"]["self"]["parameters"];
    assert_eq!(
        expressions,
        &json!({"id": "$request.path.item_id", "q": "$request.query.id", "u": "/x/{$request.path.item_id}/y"})
    );
    // What other paths share stays, and references to the path follow it.
    assert_eq!(document["components"]["parameters"]["Id"]["name"], "id");
    let other = &document["paths"]["/others/{id}"]["get"];
    assert_eq!(other["parameters"][0]["$ref"], "#/components/parameters/Id");
    assert_eq!(other["responses"]["200"]["$ref"], "#/paths/~1items~1{item_id}~1of~1{shop}/post/responses/200");

    let [moved] = merged.moves.as_slice() else { panic!("{:?}", merged.moves) };
    assert_eq!((moved.from.as_str(), moved.to.as_str()), ("/items/{id}/of/{shop}", "/items/{item_id}/of/{shop}"));
    assert_eq!(moved.parameters, [("id".to_owned(), "item_id".to_owned())]);
    assert_eq!(moved.operation("GET /items/{id}/of/{shop}").as_deref(), Some("GET /items/{item_id}/of/{shop}"));
    assert_eq!(moved.operation("GET /others/{id}"), None);
    let changed: Vec<&str> = merged.changes.iter().map(|change| change.pointer.as_str()).collect();
    assert!(
        changed.iter().all(|pointer| pointer.starts_with("/paths/~1items~1{item_id}~1of~1{shop}/get/")),
        "{changed:?}"
    );

    // The same page again changes nothing.
    let (_, again) = import(&merged.json, &[("page.json", &page)]);
    assert_eq!((again.json.as_str(), again.moves.len(), again.changes.len()), (merged.json.as_str(), 0, 0));
}

#[test]
fn what_a_path_says_for_all_its_operations_moves_along() {
    let shared = |name: &str| json!([{"name": name, "in": "path", "required": true, "schema": {"type": "string"}}]);
    let bare = |id: &str| json!({"operationId": id, "responses": {"200": {"description": "d"}}});
    let old = document(&json!({"/a/{x}": {"parameters": shared("x"), "get": bare("one"), "put": bare("two")}}));
    let page = document(&json!({"/a/{y}": {"parameters": shared("y"), "get": bare("one")}}));
    let (merged, _) = import(&old, &[("page.json", &page)]);
    assert_eq!(merged["paths"], json!({"/a/{y}": {"parameters": shared("y"), "get": bare("one"), "put": bare("two")}}));
    // A conflict is shown at the place that the vendored document has it.
    let other = document(&json!({"/a/{y}": {"parameters": shared("z"), "get": bare("one")}}));
    let found = try_import(Some(&old), &[("page.json", &other)]).expect_err("must be refused");
    assert_eq!(found[0].code, "import-conflict");
    assert!(found[0].message.contains("at vendored.json:"), "{found:#?}");
}

#[test]
fn names_that_change_places_are_moved_at_once() {
    let old =
        document(&json!({"/{a}/{b}": {"get": operation("one", &["a", "b"]), "put": operation("two", &["a", "b"])}}));
    let page = document(&json!({"/{b}/{a}": {"get": operation("one", &["b", "a"])}}));
    let (merged, _) = import(&old, &[("page.json", &page)]);
    assert_eq!(
        merged["paths"],
        json!({"/{b}/{a}": {"get": operation("one", &["b", "a"]), "put": operation("two", &["b", "a"])}})
    );
}

fn resolved(text: &str) -> Value {
    Input::new("d.json", Ok(text.as_bytes().to_vec()))
        .resolve(&RustNames)
        .unwrap_or_else(|found| panic!("{found:#?}"))
        .document
}

#[test]
fn every_setter_that_changes_is_listed_and_nothing_is_refused() {
    let page = document(
        &json!({"/items/{itemId}/of/{shop}": {"summary": "An item", "get": operation("item", &["itemId", "shop"])}}),
    );
    let (_, merged) = import(&vendored(), &[("page.json", &page)]);
    let found = renames(&resolved(&vendored()), &resolved(&merged.json), &merged.moves, &RustNames);
    assert!(found.refused.is_empty(), "{:#?}", found.refused);
    let listed: Vec<String> = found
        .followed
        .iter()
        .map(|Renamed { operation, what, before, after }| format!("{operation} {what} {before} {after}"))
        .collect();
    let of = |method: &str| format!("{method} /items/{{itemId}}/of/{{shop}} setter");
    assert_eq!(listed[..2], [of("GET") + " id item_id", of("POST") + " id item_id"]);
    // A parameter of the query had to step aside for the one of the path.
    assert!(listed.len() == 3 && listed[2].starts_with(&of("POST")) && listed[2].ends_with(" id"), "{listed:?}");
}

#[test]
fn a_method_that_is_named_after_its_path_is_listed_too() {
    let naming = |text: &str| {
        let mut document: Value = serde_json::from_str(text).unwrap();
        document["x-operation-names"] = json!({"from": "path"});
        resolved(&document.to_string())
    };
    let old = document(&json!({"/items/{id}": {"get": operation("x", &["id"])}}));
    let page = document(&json!({"/items/{item_id}": {"get": operation("x", &["item_id"])}}));
    let (_, merged) = import(&old, &[("page.json", &page)]);
    let found = renames(&naming(&old), &naming(&merged.json), &merged.moves, &RustNames);
    assert!(found.refused.is_empty(), "{:#?}", found.refused);
    let listed: Vec<&str> = found.followed.iter().map(|renamed| renamed.after.as_str()).collect();
    assert_eq!(listed, ["item_id", "items_by_item_id"]);
}
