//! What is behind the features of tags, in the generated sources of an SDK.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use keyapi_codegen::{RustNames, Sdk, sdk};
use keyapi_spec::Input;
use serde_json::{Value, json};

fn operation(tags: Value, component: &str) -> Value {
    let schema = json!({"$ref": format!("#/components/schemas/{component}")});
    let mut operation = json!({
        "operationId": format!("get{component}"),
        "responses": {"200": {"description": "ok", "content": {"application/json": {"schema": schema}}}},
    });
    if !tags.is_null() {
        operation["tags"] = tags;
    }
    operation
}

fn object(property: &str, component: &str) -> Value {
    let reference = json!({"$ref": format!("#/components/schemas/{component}")});
    json!({"type": "object", "properties": {"text": {"type": "string"}, property: reference}})
}

/// Music and shop share a type, and so do shop and what has no tag.
fn sources() -> Sdk {
    let mut document = json!({
        "openapi": "3.0.1",
        "info": {"title": "t", "version": "1"},
        "paths": {
            "/song": {"get": operation(json!(["Music"]), "Song")},
            "/product": {"get": operation(json!(["Shop"]), "Product")},
            "/both": {"get": operation(json!(["Shop", "gzip"]), "Both")},
            "/health": {"get": operation(Value::Null, "Health")},
        },
        "components": {"schemas": {
            "Song": object("author", "Author"),
            "Product": object("author", "Author"),
            "Both": object("machine", "Machine"),
            "Health": object("machine", "Machine"),
            "Author": object("parent", "Author"),
            "Machine": {"type": "object", "properties": {"name": {"type": "string"}}},
            "Unused": object("name", "Name"),
            "Name": {"type": "object", "properties": {"name": {"type": "string"}}},
        }},
    });
    document["paths"]["/song"]["get"]["x-former-names"] = json!(["getTrack"]);
    document["components"]["schemas"]["Author"]["x-former-names"] = json!(["Writer"]);
    let resolved = Input::new("case", Ok(document.to_string().into_bytes())).resolve(&RustNames).unwrap();
    sdk(&resolved.document, "case").unwrap()
}

/// What stands before the first line that has a text: its attributes, without documentation.
fn before(source: &str, text: &str) -> Vec<String> {
    let lines: Vec<&str> = source.lines().map(str::trim).collect();
    let at = lines.iter().position(|line| line.starts_with(text)).unwrap_or_else(|| panic!("no `{text}` in {source}"));
    let above = lines[..at].iter().rev().take_while(|line| line.starts_with("#[") || line.starts_with("//"));
    above.filter(|line| line.starts_with("#[cfg(")).map(|line| (*line).to_owned()).collect()
}

const MUSIC: &str = "#[cfg(feature = \"music\")]";
const SHOP: &str = "#[cfg(feature = \"shop\")]";
const EITHER: &str = "#[cfg(any(feature = \"music\", feature = \"shop\"))]";
const BOTH: &str = "#[cfg(any(feature = \"shop\", feature = \"tag-gzip\"))]";

#[test]
fn a_type_is_behind_all_that_reach_it() {
    let Sdk { client, .. } = sources();
    let check = |text: &str, expected: &[&str]| assert_eq!(before(&client, text), expected, "{text}");
    check("pub struct Song {", &[MUSIC]);
    check("pub struct Product {", &[SHOP]);
    check("pub struct Author {", &[EITHER]);
    check("pub struct Both {", &[BOTH]);
    // A former name is there with what it stands for, and keeps nothing.
    check("pub type Writer =", &[EITHER]);
    for always in ["Health", "Machine", "Unused", "Name"] {
        check(&format!("pub struct {always} {{"), &[]);
    }
    // The function that knows all schemas knows those that are there.
    check("\"Author\" =>", &[EITHER]);
    check("\"Machine\" =>", &[]);
}

#[test]
fn an_operation_is_behind_its_tags_wherever_it_is_spoken_of() {
    let Sdk { client, requests, blocking, dispatch, .. } = sources();
    let check = |source: &str, text: &str, expected: &[&str]| assert_eq!(before(source, text), expected, "{text}");
    for (method, request, id, expected) in [
        ("get_song", "GetSong", "getSong", &[MUSIC][..]),
        ("get_both", "GetBoth", "getBoth", &[BOTH]),
        ("get_health", "GetHealth", "getHealth", &[]),
    ] {
        check(&client, &format!("pub async fn {method}"), expected);
        for source in [&requests, &blocking] {
            check(source, &format!("pub fn {method}"), expected);
            check(source, &format!("pub struct {request}"), expected);
            check(source, &format!("impl {request}"), expected);
        }
        check(&requests, &format!("operations::{request}::OPERATION"), expected);
        check(&dispatch, &format!("\"{id}\" =>"), expected);
        let name = dispatch.find(&format!("name: \"{id}\",\n        former:")).unwrap();
        let above = &dispatch[..dispatch[..name].rfind("::keyapi_runtime::codegen::Description {").unwrap()];
        check(&format!("{above}the description"), "the description", expected);
    }
    check(&requests, "impl crate::Envelope for types::Song", &[MUSIC]);
    for source in [&requests, &blocking] {
        check(source, "pub fn get_track", &[MUSIC]);
        check(source, "pub type GetTrack", &[MUSIC]);
    }
    // What only operations use is no warning where none is left.
    assert!(dispatch.contains("#[allow(dead_code)]\ntype Called<'a> ="), "{dispatch}");
    // What belongs to no operation is always there.
    for text in ["pub fn builder", "pub fn from_env", "pub struct Client"] {
        check(&requests, text, &[]);
    }
}

/// The client and the types of the document are in different modules.
#[test]
fn a_type_of_the_document_may_be_called_like_the_client() {
    let document = json!({
        "openapi": "3.0.1",
        "info": {"title": "t", "version": "1"},
        "paths": {
            "/sale": {"get": operation(json!(["Sales"]), "Client")},
            "/stock": {"get": operation(json!(["Stock"]), "Shelf")},
        },
        "components": {"schemas": {
            "Client": {"type": "object", "properties": {"name": {"type": "string"}}},
            "Shelf": {"type": "object", "properties": {"name": {"type": "string"}}},
        }},
    });
    let resolved = Input::new("case", Ok(document.to_string().into_bytes())).resolve(&RustNames).unwrap();
    let Sdk { client, requests, .. } = sdk(&resolved.document, "case").unwrap();
    let sales = &["#[cfg(feature = \"sales\")]"][..];
    for (source, text, expected) in [
        (&client, "impl Client {", &[][..]),
        // The first of that name is in the module of the types, and no other is behind a feature.
        (&client, "pub struct Client {", sales),
        (&client, "impl ClientInfo<::keyapi_runtime::codegen::Call> for Client", &[]),
        (&requests, "impl ::progenitor_client::ClientHooks", &[]),
        (&requests, "impl ::std::fmt::Debug for Client", &[]),
        (&requests, "impl crate::Envelope for types::Client", sales),
    ] {
        assert_eq!(before(source, text), expected, "{text}");
    }
}
