//! What the variants of a union are called that have no name of their own, and that a released name never moves.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use keyapi_rust_names::RustNames;
use keyapi_spec::Input;
use keyapi_spec::naming::pins::Names;
use serde_json::{Value, json};

/// The pinned places and names of a document whose component `Pet` is this, and of its response that has one as `pet`.
fn names(pet: &Value, released: &Names) -> Names {
    let response =
        json!({"type": "object", "properties": {"pet": {"$ref": "#/components/schemas/Pet"}, "either": pet}});
    let content = json!({"application/json": {"schema": response}});
    let operation = json!({"operationId": "things", "responses": {"200": {"description": "d", "content": content}}});
    let document = json!({
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "paths": {"/things": {"get": operation}},
        "components": {"schemas": {"Pet": pet}}
    });
    let input = Input::new("spec.json", Ok(document.to_string().into_bytes()));
    let lock = json!({ "names": released, "former-names": {} }).to_string();
    input.with_lock("a.lock", Ok(lock.into_bytes())).resolve(&RustNames).unwrap().names
}

/// The names of the variants of the component.
#[track_caller]
fn check(pet: Value, expected: [&str; 2]) {
    let names = names(&pet, &Names::new());
    let variants = [0, 1].map(|index| names[&format!("schemas/Pet/~variant{index}")].as_str());
    assert_eq!(variants, expected.map(|name| format!("Pet{name}")), "{names:?}");
}

fn object(title: Option<&str>, properties: Value) -> Value {
    let mut object = json!({"type": "object", "properties": properties});
    object["properties"]["id"] = json!({"type": "string"});
    if let Some(title) = title {
        object["title"] = title.into();
    }
    object
}

fn constant(value: &str) -> Value {
    json!({"type": "string", "enum": [value]})
}

#[test]
fn a_variant_is_called_after_its_title() {
    let pet =
        |one, other| json!({"oneOf": [object(Some(one), json!({"a": {}})), object(Some(other), json!({"b": {}}))]});
    check(pet("Dog", "A big cat"), ["Dog", "ABigCat"]);
    check(pet("PetDog", "pet cat"), ["Dog", "Cat"]);
    // What several are called tells none of them.
    check(pet("Dog", "dog"), ["Variant0", "Variant1"]);
    check(pet("Dog", " "), ["Dog", "Variant1"]);
    let names = names(&pet("PetDog", "either cat"), &Names::new());
    let of_property = [0, 1].map(|index| names[&format!("GET /things#response/either/~variant{index}")].as_str());
    assert_eq!(of_property, ["ThingsEitherPetDog", "ThingsEitherCat"]);
    check(pet("7", "\u{732b}"), ["Variant0", "Variant1"]);
    check(pet("Dog", &"long ".repeat(20)), ["Dog", "Variant1"]);
}

#[test]
fn a_variant_without_a_title_is_called_after_what_tells_it_apart() {
    let pet = |one, other| json!({"oneOf": [object(None, one), object(None, other)]});
    check(pet(json!({"kind": constant("dog"), "a": {}}), json!({"kind": constant("wild_cat")})), ["Dog", "WildCat"]);
    let two = |kind: &str| json!({"version": constant("v1"), "kind": constant(kind)});
    check(pet(two("dog"), two("cat")), ["Variant0", "Variant1"]);
    let mut told = pet(two("dog"), two("cat"));
    told["discriminator"] = json!({"propertyName": "kind"});
    check(told, ["Dog", "Cat"]);
    check(pet(json!({"a": {}}), json!({"kind": {"type": "string", "enum": ["a", "b"]}})), ["Variant0", "Variant1"]);
}

#[test]
fn a_released_variant_keeps_its_name() {
    let pet = |title| json!({"oneOf": [object(Some("Dog"), json!({"a": {}})), object(title, json!({"b": {}}))]});
    let released = names(&pet(None), &Names::new());
    assert_eq!(names(&pet(Some("Cat")), &released), released);
}
