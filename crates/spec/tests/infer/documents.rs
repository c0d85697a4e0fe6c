//! Whole documents: where examples are found, and which holes they fill.

use std::collections::BTreeSet;

use keyapi_rust_names::RustNames;
use keyapi_spec::infer::infer;
use keyapi_spec::{Diagnostic, Severity};
use serde_json::{Value, json};

use crate::rules::plain;

/// The 200 of the only operation of most documents here.
pub(crate) const BODY: &str = "/paths/~1x/get/responses/200/content/application~1json";

pub(crate) fn with_body(media_type: Value) -> Value {
    json!({"paths": {"/x": {"get": {"responses": {"200": {"content": {"application/json": media_type}}}}}}})
}

pub(crate) fn filled(mut document: Value) -> (Value, Vec<Diagnostic>) {
    let diagnostics = infer(&mut document, &BTreeSet::new(), &[], &RustNames);
    (document, diagnostics)
}

pub(crate) fn findings(diagnostics: &[Diagnostic]) -> Vec<String> {
    diagnostics.iter().map(|found| format!("{} {}", found.code, found.pointer)).collect()
}

/// Checks the schema of the only body.
#[track_caller]
pub(crate) fn check(media_type: Value, expected: &Value) -> Vec<String> {
    let (document, diagnostics) = filled(with_body(media_type));
    let schema = document.pointer(BODY).unwrap()["schema"].clone();
    assert_eq!(plain(schema), *expected);
    findings(&diagnostics).iter().map(|found| found.replace(BODY, "")).collect()
}

/// Checks that a body stays as it is.
#[track_caller]
pub(crate) fn check_kept(media_type: &Value) -> Vec<String> {
    let (document, diagnostics) = filled(with_body(media_type.clone()));
    assert_eq!(document.pointer(BODY).unwrap(), media_type);
    findings(&diagnostics).iter().map(|found| found.replace(BODY, "")).collect()
}

pub(crate) fn int64() -> Value {
    json!({"type": "integer", "format": "int64"})
}

#[test]
fn the_vendored_document_gets_its_types() {
    let document = serde_json::from_str(include_str!("../cases/tiktok.openapi.json")).unwrap();
    let (document, diagnostics) = filled(document);
    let responses = &document["paths"]["/v1/tiktok/trending/music/detail"]["get"]["responses"];
    let mut schema = responses["200"]["content"]["application/json"]["schema"].clone();
    schema.as_object_mut().unwrap().shift_remove("example");
    insta::assert_snapshot!("tiktok_200", serde_json::to_string_pretty(&schema).unwrap());
    insta::assert_snapshot!("tiktok_findings", findings(&diagnostics).join("\n"));
}

#[test]
fn inferring_again_changes_nothing() {
    let document = serde_json::from_str(include_str!("../cases/tiktok.openapi.json")).unwrap();
    let (once, _) = filled(document);
    let (twice, _) = filled(once.clone());
    assert_eq!(twice.to_string(), once.to_string());
}

#[test]
fn a_document_without_examples_stays_as_it_is() {
    for document in [json!({}), json!([]), json!(null), json!({"paths": 1, "components": {"schemas": []}})] {
        assert_eq!(filled(document.clone()), (document, Vec::new()));
    }
    let found = check_kept(&json!({"schema": {"type": "object"}}));
    assert_eq!(found, ["no-example /schema"]);
    let found = check_kept(&json!({"schema": {"type": "object", "properties": {"a": {}}}}));
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn all_kinds_of_examples_are_evidence() {
    let media_type = json!({
        "examples": {"one": {"value": {"a": 1}}, "two": {"value": {"b": 1}}, "far": {"externalValue": "https://x.io"}},
        "example": {"c": 1},
        "schema": {"type": "object", "example": {"d": 1}, "description": "kept"},
    });
    let expected = json!({
        "type": "object",
        "properties": {"a": int64(), "b": int64(), "c": int64(), "d": int64()},
        "example": {"d": 1},
        "description": "kept",
    });
    assert_eq!(check(media_type, &expected), ["external-example /examples/far", "inferred /schema"]);
}

#[test]
fn a_body_without_schema_gets_one() {
    assert_eq!(check(json!({"example": [1]}), &json!({"type": "array", "items": int64()})), ["inferred "]);
    assert_eq!(check_kept(&json!({})), ["no-example "]);
}

#[test]
fn only_json_bodies_are_filled() {
    let mut document = with_body(json!({}));
    let content = document.pointer_mut("/paths/~1x/get/responses/200/content").unwrap();
    let media_type = json!({"schema": {}, "example": 1});
    *content = json!({
        "Application/JSON; charset=utf-8": media_type, "application/problem+json": media_type,
        "text/plain": media_type, "application/xml": media_type, "application/jsonlines": media_type,
    });
    let (document, _) = filled(document);
    let content = document.pointer("/paths/~1x/get/responses/200/content").unwrap().as_object().unwrap();
    let typed: Vec<_> = content.values().map(|media_type| media_type["schema"].get("type").is_some()).collect();
    assert_eq!(typed, [true, true, false, false, false]);
}

#[test]
fn a_hole_in_a_declared_envelope_is_filled() {
    let envelope = |data: Value| json!({"type": "object", "required": ["code"], "properties": {"code": {"type": "number"}, "data": data}});
    let media_type = json!({"schema": envelope(json!({"description": "payload"})), "example": {"code": 0, "data": [{"a": 1}], "more": 1}});
    let items = json!({"type": "object", "properties": {"a": int64()}});
    let data = json!({"description": "payload", "type": "array", "items": items, "nullable": true});
    assert_eq!(check(media_type, &envelope(data)), ["inferred /schema"]);
}

#[test]
fn holes_in_lists_maps_and_parts_are_filled() {
    let schema = |hole: Value| {
        json!({"allOf": [
            {"type": "object", "properties": {"list": {"type": "array", "items": hole}}},
            {"type": "object", "additionalProperties": {"type": "object", "properties": {"b": hole}}},
            {"type": "object"},
        ]})
    };
    let media_type = json!({"schema": schema(json!({})), "example": {"list": [1, 2], "7": {"b": 3}}});
    // The list is also an undeclared property of the second part, which declares objects.
    assert_eq!(check(media_type, &schema(int64())), ["example-mismatch /example/list", "inferred /schema"]);
}

#[test]
fn a_declared_list_or_object_keeps_its_type() {
    let list = json!({"type": "array", "items": {"type": "string"}});
    assert_eq!(check(json!({"schema": {"type": "array"}, "example": ["a"]}), &list), ["inferred /schema"]);
    let found =
        check(json!({"schema": {"type": "object"}, "example": null}), &json!({"type": "object", "nullable": true}));
    assert_eq!(found, ["inferred /schema", "null-only /example"]);
    let found = check_kept(&json!({"schema": {"type": "object"}, "example": [1]}));
    assert_eq!(found, ["example-mismatch /example", "no-example /schema"]);
}

#[test]
fn what_is_declared_is_not_touched() {
    let schemas = [
        json!({"type": "string"}),
        json!({"type": "object", "additionalProperties": {}}),
        json!({"type": "object", "additionalProperties": true}),
        json!({"type": "object", "properties": {"a": {"type": "number"}}, "additionalProperties": {}}),
        json!({"oneOf": [{"type": "object"}, {}]}),
        json!({"enum": ["a"]}),
        json!({"$ref": "#/components/schemas/Missing"}),
        json!({"allOf": [{"type": "object", "properties": {"a": {}}}, {"type": "object", "properties": {"a": {"type": "number"}}}]}),
    ];
    for schema in schemas {
        check_kept(&json!({"schema": schema, "example": {"a": 1}}));
    }
}

#[test]
fn an_example_that_contradicts_the_schema_is_told_of_once() {
    let schema = json!({"type": "object", "properties": {
        "id": {"type": "integer"}, "kind": {"type": "string", "enum": ["a"]}, "gone": {"type": "string", "nullable": true},
        "list": {"type": "array", "items": {"type": "object", "properties": {"x": {}}}},
    }});
    let example = json!({"id": 1.0, "kind": "b", "gone": null, "list": [1, {"x": 1}, "a"]});
    let (document, diagnostics) = filled(with_body(json!({"schema": schema, "example": example})));
    let mismatches: Vec<_> = diagnostics.iter().filter(|found| found.severity == Severity::Warning).collect();
    let places: Vec<_> = mismatches.iter().map(|found| found.pointer.replace(BODY, "")).collect();
    assert_eq!(places, ["/example/id", "/example/kind", "/example/list/0"]);
    assert_eq!(mismatches[0].message, "the example has a float where the document declares type integer");
    let items = &document.pointer(BODY).unwrap()["schema"]["properties"]["list"]["items"];
    assert_eq!(plain(items["properties"]["x"].clone()), int64());
}

#[test]
fn components_are_filled_once_from_all_places() {
    let media_type = |example: Value| json!({"application/json": {"schema": {"$ref": "#/components/schemas/A"}, "example": example}});
    let (document, diagnostics) = filled(json!({
        "paths": {
            "/x": {"get": {"responses": {"200": {"content": media_type(json!({"a": 1}))}}}},
            "/y": {"get": {"responses": {"200": {"$ref": "#/components/responses/Y"}}}},
        },
        "components": {
            "responses": {"Y": {"content": media_type(json!({"b": {"c": 1}}))}},
            "schemas": {"A": {"$ref": "#/components/schemas/B"}, "B": {"type": "object", "example": {"a": 0.5}}},
        },
    }));
    let expected = json!({
        "type": "object",
        "example": {"a": 0.5},
        "properties": {
            "a": {"type": "number", "format": "double"},
            "b": {"type": "object", "properties": {"c": int64()}},
        },
    });
    assert_eq!(plain(document["components"]["schemas"]["B"].clone()), expected);
    assert_eq!(findings(&diagnostics), ["inferred /components/schemas/B"]);
    assert_eq!(diagnostics[0].message, "filled 1 hole from 3 samples");
}

#[test]
fn recursive_components_end() {
    let (document, diagnostics) = filled(json!({
        "paths": {"/x": {"get": {"responses": {"200": {"content": {"application/json": {
            "schema": {"$ref": "#/components/schemas/Node"},
            "example": {"value": 1, "next": {"value": "a", "next": null}, "loop": 1},
        }}}}}}},
        "components": {"schemas": {
            "Node": {"type": "object", "properties": {
                "value": {},
                "next": {"nullable": true, "allOf": [{"$ref": "#/components/schemas/Node"}]},
                "loop": {"$ref": "#/components/schemas/Loop"},
            }},
            "Loop": {"allOf": [{"$ref": "#/components/schemas/Pool"}]},
            "Pool": {"allOf": [{"$ref": "#/components/schemas/Loop"}]},
            "Self": {"$ref": "#/components/schemas/Self"},
        }},
    }));
    let value = &document["components"]["schemas"]["Node"]["properties"]["value"];
    assert_eq!(value["x-inferred"], json!({"rule": "R11", "samples": 2, "nulls": 0}));
    let location = "/components/schemas/Node".to_owned();
    assert_eq!(
        findings(&diagnostics),
        [format!("inferred {location}"), format!("heterogeneous {BODY}/example/next/value")]
    );
}

#[test]
fn request_bodies_have_no_unknown_keys() {
    let content = json!({"application/json": {"schema": {}, "example": {"extra": {"a": 1}}}});
    let (document, _) = filled(json!({"paths": {"/x": {"post": {
        "parameters": [{"name": "q", "in": "query", "schema": {}, "example": {"a": 1}}],
        "requestBody": {"content": content},
        "responses": {"200": {"content": content}},
    }}}}));
    let operation = &document["paths"]["/x"]["post"];
    let request = &operation["requestBody"]["content"]["application/json"]["schema"];
    assert!(!request.to_string().contains("additionalProperties"), "{request}");
    assert_eq!(request["properties"]["extra"]["properties"]["a"]["type"], "integer");
    let response = &operation["responses"]["200"]["content"]["application/json"]["schema"];
    assert_eq!(response["additionalProperties"], json!({}));
    assert_eq!(operation["parameters"][0]["schema"], json!({}));
}

#[test]
fn a_component_of_both_sides_keeps_unknown_keys() {
    let content = json!({"application/json": {"schema": {"$ref": "#/components/schemas/A"}, "example": {"a": 1}}});
    let (document, _) = filled(json!({
        "paths": {"/x": {"post": {"requestBody": {"content": content}, "responses": {"200": {"content": content}}}}},
        "components": {"schemas": {"A": {}}},
    }));
    assert_eq!(document["components"]["schemas"]["A"]["additionalProperties"], json!({}));
}

#[test]
fn a_cut_example_is_an_error_only_where_something_is_inferred_from_it() {
    let example = json!({"a": 1, "list": ["..."], "more": ["..."]});
    let found = check_kept(&json!({"schema": {}, "example": example}));
    assert_eq!(found, ["truncated-sample /example/list/0", "no-example /schema"]);
    let found =
        check_kept(&json!({"schema": {"type": "object", "properties": {"a": {"type": "number"}}}, "example": example}));
    assert!(found.is_empty(), "{found:?}");
    let schema = json!({"type": "object", "properties": {"a": {}, "list": {}}});
    assert_eq!(check_kept(&json!({"schema": schema, "example": example})), ["truncated-sample /example/list/0"]);
}

#[test]
fn examples_may_be_references() {
    let (document, diagnostics) = filled(json!({
        "paths": {"/x": {"get": {"responses": {"200": {"content": {"application/json": {
            "examples": {"one": {"$ref": "#/components/examples/One"}},
        }}}}}}},
        "components": {"examples": {"One": {"value": {"a": null}}}},
    }));
    let schema = &document.pointer(BODY).unwrap()["schema"];
    assert_eq!(plain(schema.clone()), json!({"type": "object", "properties": {"a": {}}}));
    assert_eq!(findings(&diagnostics)[1], "null-only /components/examples/One/value/a");
}

#[test]
fn rounded_integers_are_found_in_the_document() {
    let mut document = with_body(
        json!({"schema": {"type": "object", "properties": {"id": {}, "n": {"type": "integer"}}}, "example": {"id": 2e19, "n": 2e19}}),
    );
    let rounded = ["id", "n"].map(|key| format!("{BODY}/example/{key}"));
    let diagnostics = infer(&mut document, &BTreeSet::from(rounded), &[], &RustNames);
    assert_eq!(
        findings(&diagnostics).iter().map(|found| found.replace(BODY, "")).collect::<Vec<_>>(),
        ["inferred /schema", "integer-beyond-u64 /example/id"]
    );
}

#[test]
fn the_order_of_named_examples_does_not_matter() {
    let one = json!({"one": {"value": {"a": 1, "b": 2}}, "two": {"value": {"c": null, "a": 0.5}}});
    let two = json!({"two": one["two"], "one": one["one"]});
    let [one, two] = [one, two].map(|examples| filled(with_body(json!({"schema": {}, "examples": examples}))).0);
    assert_eq!(one.pointer(BODY).unwrap()["schema"].to_string(), two.pointer(BODY).unwrap()["schema"].to_string());
}

#[test]
fn a_list_may_be_null_where_it_is_not_the_whole_body() {
    let content = |schema: Value, example: Value| json!({"application/json": {"schema": schema, "example": example}});
    let list = json!({"$ref": "#/components/schemas/List"});
    let wrapper = json!({"type": "object", "properties": {"list": list}});
    let (document, _) = filled(json!({
        "paths": {"/x": {"get": {"responses": {
            "200": {"content": content(list, json!([1]))},
            "201": {"content": content(wrapper, json!({"list": [2]}))},
            "202": {"content": content(json!({"$ref": "#/components/schemas/Body"}), json!([3]))},
        }}}},
        "components": {"schemas": {"List": {"type": "array"}, "Body": {"type": "array"}}},
    }));
    let schemas = plain(document["components"]["schemas"].clone());
    assert_eq!(schemas["List"], json!({"type": "array", "items": int64(), "nullable": true}));
    assert_eq!(schemas["Body"], json!({"type": "array", "items": int64()}));
}

#[test]
fn a_value_of_a_declared_map_may_be_null() {
    let map = |values: Value| json!({"type": "object", "additionalProperties": values});
    let values = json!({"type": "object", "properties": {"a": int64()}, "nullable": true});
    let media_type = json!({"schema": map(json!({"type": "object"})), "example": {"x": {"a": 1}}});
    assert_eq!(check(media_type, &map(values)), ["inferred /schema"]);
}

#[test]
fn an_object_that_turns_out_to_be_a_map_has_no_properties_left() {
    let values = json!({"type": "integer", "format": "int64", "nullable": true});
    let media_type = json!({"schema": {"type": "object", "properties": {}}, "example": {"2026-01": 1}});
    let expected = json!({"type": "object", "additionalProperties": values});
    assert_eq!(check(media_type, &expected), ["inferred /schema", "map:date /example"]);
}
