//! Unions: the variant that a tag tells, or else the shape, and what is of no variant kept as it came.

use keyapi_generated_cases as cases;
use serde_json::{Value, json};

use super::decoding::check;
use super::server::answer;
use cases::case_34a_unions::client::{Client, types};

/// Decodes a value as a property of the response, encodes it again, and gives the property.
#[track_caller]
fn decoded(name: &str, value: Value) -> types::AnimalsResponse {
    let body = json!({ name: value });
    check::<types::AnimalsResponse>(body.clone());
    serde_json::from_value(body).unwrap()
}

/// Asserts which variant a value is of, by what is printed of it for debugging.
#[track_caller]
fn variant(name: &str, value: Value, expected: &str) {
    let text = format!("{:?}", decoded(name, value.clone()));
    let after = text.split(&format!(" {name}: Some(")).nth(1).unwrap_or_else(|| panic!("{text}"));
    assert_eq!(after.split(['(', ' ', '{']).next().unwrap(), expected, "{value}: {text}");
}

#[test]
fn the_tag_tells_the_variant() {
    variant("pet", json!({"kind": "cat", "lives": 7}), "Cat");
    variant("pet", json!({"kind": "kitten"}), "Cat");
    variant("pet", json!({"kind": "Dog", "tricks": []}), "Dog");
    variant("pet", json!({"kind": "dog", "tricks": ["sit"], "lives": 1, "new": {"a": [1.5]}}), "Dog");
    variant("nullable", json!({"kind": "cat"}), "Cat");
    variant("numbered", json!({"version": 1, "a": "x"}), "One");
    variant("numbered", json!({"version": 2, "a": "x"}), "Two");
    assert!(decoded("nullable", Value::Null).nullable.is_none());
}

#[test]
fn a_tag_that_the_document_does_not_know_fails_nothing() {
    for value in [
        json!({"kind": "fish", "fins": 2}),
        json!({"kind": "bird"}),
        json!({"kind": ""}),
        json!({"kind": null}),
        json!({"kind": ["cat"]}),
        json!({"lives": 9}),
        json!({}),
        json!([{"kind": "cat"}]),
        json!("cat"),
        json!(1),
        // What does not fit the variant of its tag is kept, too.
        json!({"kind": "dog"}),
        json!({"kind": "cat", "lives": "nine"}),
    ] {
        variant("pet", value, "Unknown");
    }
    variant("numbered", json!({"version": 3}), "Unknown");
    let body = json!([{"kind": "cat"}, {"kind": "fish"}, {"kind": "dog", "tricks": []}]);
    let pets = decoded("pets", body).pets.unwrap();
    assert!(matches!(&pets[1], types::Pet::Unknown(fish) if fish["kind"] == "fish"));
    assert!(matches!(&pets[2], types::Pet::Dog(_)));
    decoded("by_name", json!({"tom": {"kind": "cat"}, "nemo": {"kind": "fish"}}));
}

#[test]
fn null_is_no_variant() {
    assert!(decoded("pet", Value::Null).pet.is_none());
    assert!(decoded("either", Value::Null).either.is_none());
    let error = serde_json::from_str::<Vec<types::Pet>>(r#"[{"kind":"cat"},null]"#).unwrap_err();
    let expected = "no variant fits, expected one of the variants `Cat`, `Dog` of `Pet`";
    assert!(error.to_string().starts_with(expected), "{error}");
}

#[test]
fn the_only_values_of_the_property_are_tags() {
    variant("event", json!({"type": "event.created", "id": 1}), "Created");
    variant("event", json!({"type": "event.deleted", "id": 1}), "Deleted");
    variant("event", json!({"type": "moved", "to": "x"}), "Variant2");
    variant("event", json!({"type": "Created"}), "Unknown");
}

#[test]
fn unions_may_stand_in_themselves_and_in_others() {
    variant("expression", json!({"op": "not", "of": {"op": "all", "of": [true, {"op": "not", "of": false}]}}), "Not");
    variant("expression", json!(true), "Boolean");
    variant("expression", json!({"op": "all", "of": [{"op": "any", "of": []}]}), "All");
    variant("expression", json!("true"), "Unknown");
    variant("vehicle", json!({"kind": "bike", "gears": 3}), "Bike");
    variant("vehicle", json!({"kind": "kitten"}), "Pet");
    variant("vehicle", json!({"kind": "car"}), "Unknown");
    variant("with_text", json!("a cat"), "String");
    variant("with_text", json!({"kind": "Cat"}), "Cat");
}

#[test]
fn what_is_made_from_a_base_has_its_own_type() {
    variant("node", json!({"@kind": "#folder", "name": "a", "children": [{"@kind": "Link"}]}), "Folder");
    variant("node", json!({"@kind": "SharedFolder", "owner": "me", "children": []}), "SharedFolder");
    variant("node", json!({"@kind": "Node", "name": "a", "inside": {"@kind": "#folder"}}), "Base");
    variant("node", json!({"@kind": "#sack", "name": "a"}), "Unknown");
    variant("shape", json!({"shape": "Circle", "radius": 1.5, "color": "red"}), "Circle");
    variant("shape", json!({"shape": "Square", "radius": 1.5, "side": 1.0}), "Square");
    variant("page", json!({"layout": "Wide", "columns": 2, "rows": 1}), "Wide");
    let decoded = decoded("node", json!({"@kind": "#folder", "name": "a", "children": [{"@kind": "Link"}]}));
    let Some(types::Node::Folder(folder)) = decoded.node else { panic!("{decoded:?}") };
    assert_eq!(folder.name.as_deref(), Some("a"));
    assert!(matches!(folder.children.unwrap()[..], [types::Node::Link(_)]));
}

#[test]
fn the_shape_tells_the_variant_where_no_tag_does() {
    variant("media", json!({"url": "u", "width": 1}), "Variant0");
    variant("media", json!({"text": "t", "width": 1}), "Variant1");
    variant("media", json!({"width": 1}), "Unknown");
    variant("media", json!({"audio": "a", "width": 1}), "Unknown");
    // Either way round, the one that has more of the value is meant.
    variant("person", json!({"name": "x", "email": "y", "salary": 1.5}), "Employee");
    variant("person", json!({"name": "x", "email": "y"}), "Person");
    variant("told_by_value", json!({"kind": "aa", "x": 1}), "Variant0");
    variant("told_by_value", json!({"kind": "b", "x": "1"}), "B");
    variant("told_by_value", json!({"kind": "c", "x": 1}), "Unknown");
}

#[test]
fn nothing_is_of_a_type_that_happens_to_accept_everything() {
    variant("optional", json!({"a": "x"}), "Variant0");
    variant("optional", json!({"b": "x"}), "Variant1");
    variant("optional", json!({"b": "x", "both": "y", "new": 1}), "Variant1");
    variant("optional", json!({"both": "x"}), "Unknown");
    variant("optional", json!({}), "Unknown");
    variant("optional", json!({"new": "x"}), "Unknown");
    variant("map_or_struct", json!({"unknown": "x"}), "Variant0");
    variant("map_or_struct", json!({"a": 1, "b": 2}), "IntegerMap");
}

#[test]
fn scalars_and_lists_are_told_apart() {
    variant("id", json!("x"), "String");
    variant("id", json!(1), "Integer");
    variant("id", json!(1.5), "Number");
    variant("id", json!(true), "Boolean");
    variant("id", json!([1]), "Unknown");
    variant("input", json!("x"), "String");
    variant("input", json!(["x", "y"]), "StringArray");
    variant("input", json!([1, 2]), "IntegerArray");
    variant("input", json!([[1], []]), "IntegerArrayArray");
    variant("input", json!([1, "x"]), "Unknown");
    variant("input", json!([]), "Unknown");
}

#[tokio::test]
async fn a_variant_is_sent_with_its_tag() {
    let (url, server) = answer(200, "application/json", r#"{"kind":"fish","id":7}"#);
    let pet = types::NewPet::from(types::NewCat { name: "Tom".to_owned() });
    let added = Client::new(&url).add_pet(&pet).await.unwrap().into_inner();
    assert_eq!(server.join().unwrap().body, r#"{"name":"Tom","kind":"cat"}"#);
    assert!(matches!(added, types::Pet::Unknown(fish) if fish["id"] == 7));

    let dog = types::NewDog { kind: None, name: "Rex".to_owned(), secret: Some("s".to_owned()) };
    let text = |pet: types::NewPet| serde_json::to_string(&pet).unwrap();
    assert_eq!(text(dog.clone().into()), r#"{"name":"Rex","secret":"s","kind":"dog"}"#);
    let tagged = types::NewDog { kind: Some("NewDog".to_owned()), ..dog };
    assert_eq!(text(tagged.into()), r#"{"kind":"NewDog","name":"Rex","secret":"s"}"#);
    assert_eq!(text(types::NewPet::Unknown(json!({"kind": "fish"}))), r#"{"kind":"fish"}"#);
}
