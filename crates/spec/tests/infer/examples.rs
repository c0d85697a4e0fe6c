//! Examples that are not what they look like: references, and texts that hold JSON.

use keyapi_spec::Source;
use keyapi_spec::overlay::{Stage, apply};
use serde_json::{Value, json};

use crate::documents::{BODY, check, check_kept, filled, int64, with_body};
use crate::rules::plain;

#[test]
fn a_reference_in_an_example_is_an_error_only_where_something_is_inferred_from_it() {
    let reference = json!({"$ref": "#/components/examples/One"});
    assert_eq!(check_kept(&json!({"example": reference})), ["reference-example /example", "no-example "]);
    let deep = json!({"a": 1, "list": [{}, reference]});
    assert_eq!(
        check_kept(&json!({"schema": {}, "example": deep})),
        ["reference-example /example/list/1", "no-example /schema"]
    );
    let declared = json!({"type": "object", "properties": {"a": {"type": "number"}, "list": {"type": "string"}}});
    assert!(check_kept(&json!({"schema": declared, "example": deep})).is_empty());
    let two = json!({"examples": {"bad": {"value": reference}, "good": {"value": 1}}});
    assert_eq!(check(two, &int64())[0], "reference-example /examples/bad/value");
    let schema = json!({"schema": {"example": reference}});
    assert_eq!(check_kept(&schema), ["reference-example /schema/example", "no-example /schema"]);
}

#[test]
fn a_property_that_is_called_like_a_reference_is_data_where_it_is_declared_or_has_company() {
    let link = json!({"type": "object", "properties": {"$ref": {"type": "string"}}});
    let holes = |schema: Value, example: Value| {
        check(
            json!({"schema": {"type": "object", "properties": {"n": {}, "l": schema}}, "example": {"n": 1, "l": example}}),
            &json!({
                "type": "object", "properties": {"n": int64(), "l": schema}
            }),
        )
    };
    let lone = json!({"$ref": "x"});
    assert_eq!(holes(link.clone(), lone.clone()).len(), 1);
    assert_eq!(holes(json!({"oneOf": [{"type": "string"}, link]}), lone.clone()).len(), 1);
    assert_eq!(holes(json!({"allOf": [{"allOf": [link]}]}), lone.clone()).len(), 1);
    assert_eq!(holes(json!({"type": "array", "items": link}), json!([lone])).len(), 1);
    assert_eq!(holes(json!({"type": "object", "additionalProperties": link}), json!({"k": lone})).len(), 1);
    let found = check(
        json!({"example": {"$ref": "x", "more": 1}}),
        &json!({
            "type": "object", "properties": {"$ref": {"type": "string"}, "more": int64()}
        }),
    );
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn a_schema_that_is_made_of_itself_ends_the_search_for_references() {
    let (_, found) = filled(json!({
        "paths": {"/x": {"get": {"responses": {"200": {"content": {"application/json": {
            "schema": {"$ref": "#/components/schemas/Node"}, "example": {"child": {"child": {"$ref": "x"}}},
        }}}}}}},
        "components": {"schemas": {"Node": {
            "allOf": [{"$ref": "#/components/schemas/Node"}], "properties": {"child": {"$ref": "#/components/schemas/Node"}, "hole": {}},
        }}},
    }));
    assert!(found.iter().all(|found| found.code != "reference-example"), "{found:?}");
}

#[test]
fn references_are_decoded_where_they_are_followed() {
    for (name, reference) in [
        ("A B", "#/components/schemas/A%20B"),
        ("A/B", "#/components/schemas/A~1B"),
        ("A/B", "#/components/schemas/A%7E1B"),
        ("a%20b", "#/components/schemas/a%2520b"),
        ("Ü", "#%2Fcomponents/schemas/%C3%9C"),
    ] {
        let media_type = json!({"schema": {"$ref": reference}, "example": {"n": 1}});
        let mut document = with_body(media_type);
        document["components"] = json!({"schemas": {name: {"type": "object"}}});
        let (document, found) = filled(document);
        let expected = json!({"type": "object", "properties": {"n": int64()}});
        assert_eq!(plain(document["components"]["schemas"][name].clone()), expected, "{reference} {found:?}");
    }
}

/// The codes, places and helps of what is said about texts that hold JSON.
fn texts(document: &Value) -> Vec<(String, String)> {
    let (_, found) = filled(document.clone());
    let found = found.into_iter().filter(|found| found.code == "json-in-text");
    found.map(|found| (found.pointer.replace(BODY, ""), found.help)).collect()
}

#[test]
fn json_in_a_text_is_told_with_the_action_that_puts_it_right() {
    let text = "{\n  \"id\": 1.0,\n  \"big\": 123456789012345678901234567890, \"it's\": [\"a\"]\n}";
    for (media_type, property) in [
        (json!({"example": text}), "/example"),
        (json!({"schema": {}, "example": text}), "/example"),
        (json!({"schema": {"type": "object"}, "example": text}), "/example"),
        (json!({"examples": {"it's": {"value": text}}}), "/examples/it's/value"),
        (json!({"schema": {"type": "object", "example": text}}), "/schema/example"),
        (json!({"example": "[1, 2]"}), "/example"),
        (json!({"example": "\"text\""}), "/example"),
        (json!({"example": " true\n"}), "/example"),
    ] {
        let mut document = with_body(media_type);
        let found = texts(&document);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].0, property);
        let (_, action) = found[0].1.split_once(": ").unwrap();
        let overlay = format!("overlay: 1.0.0\ninfo: {{title: t, version: '1'}}\nactions:\n  - {action}\n");
        let overlay = Source::parse("overlay.yaml", overlay.as_bytes()).unwrap();
        let pointer = format!("{BODY}{property}");
        let expected: Value = serde_json::from_str(document.pointer(&pointer).unwrap().as_str().unwrap()).unwrap();
        let said = apply(&mut document, &overlay.value(), Stage::Document);
        assert!(said.is_empty(), "{said:?}");
        assert_eq!(document.pointer(&pointer), Some(&expected));
        assert!(texts(&document).is_empty());
        assert!(property == "/example" || action.contains("1.0") && action.contains("123456789012345678901234567890"));
    }
}

#[test]
fn texts_that_may_be_meant_are_left_alone() {
    for media_type in [
        json!({"example": "plain"}),
        json!({"example": ""}),
        json!({"example": "{\"id\": 1"}),
        json!({"schema": {"type": "string"}, "example": "{\"id\": 1}"}),
        json!({"schema": {"oneOf": [{"type": "string"}, {"type": "object"}]}, "example": "{\"id\": 1}"}),
        json!({"examples": {"a": {"value": "{\"id\": 1}"}, "b": {"value": {"id": 1}}}}),
        json!({"examples": {"a": {"value": "{\"id\": 1}"}, "b": {"value": "plain"}}}),
        json!({"example": {"id": "{\"id\": 1}"}}),
    ] {
        assert!(texts(&with_body(media_type.clone())).is_empty(), "{media_type}");
    }
    let mut text = with_body(json!({}));
    text["paths"]["/x"]["get"]["responses"]["200"]["content"] = json!({"text/plain": {"example": "{\"id\": 1}"}});
    assert!(texts(&text).is_empty());
}
