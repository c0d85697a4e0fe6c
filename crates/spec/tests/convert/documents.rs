//! Whole documents: where schemas stand, what is around them, and where diagnostics lead.

use std::collections::BTreeSet;

use keyapi_rust_names::RustNames;
use keyapi_spec::diff::{Effect, diff};
use keyapi_spec::{Diagnostic, Input, Severity};
use serde_json::{Value, json};

use super::{found, input, published, with_components, with_schema};

/// 2026-01-01.
pub(super) const NOW: u64 = 1_767_225_600;

fn with(more: Value) -> Value {
    let mut document = json!({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {}});
    document.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    document
}

fn ok() -> Value {
    json!({"200": {"description": "d"}})
}

#[track_caller]
pub(super) fn resolved(document: &Value) -> (Value, Vec<Diagnostic>) {
    let resolved = input(document).resolve(&RustNames).unwrap_or_else(|found| panic!("{found:#?}"));
    (resolved.document, resolved.diagnostics)
}

#[test]
fn schemas_are_converted_wherever_they_stand() {
    let odd = json!({"type": ["string", "null"]});
    let media =
        json!({"application/json": {"schema": odd, "encoding": {"a": {"headers": {"schema": {"schema": odd}}}}}});
    let parameter = json!({"name": "schema", "in": "query", "schema": odd});
    let header = json!({"schema": odd});
    let operation = json!({
        "parameters": [parameter, {"name": "c", "in": "query", "content": media}],
        "requestBody": {"content": media},
        "responses": {"200": {"description": "d", "headers": {"X-A": header}, "content": media}},
        "callbacks": {"schema": {"{$request.body#/url}": {"post": {"requestBody": {"content": media}, "responses": ok()}}}},
    });
    let nested = json!({
        "properties": {"type": odd}, "items": odd, "additionalProperties": odd, "not": odd,
        "allOf": [odd], "anyOf": [odd, odd], "oneOf": [odd, odd], "if": odd, "then": odd, "contains": odd,
        "propertyNames": odd, "dependentSchemas": {"a": odd}, "patternProperties": {"^a": odd}, "prefixItems": [odd],
        "unevaluatedItems": odd, "unevaluatedProperties": odd, "contentSchema": odd, "$defs": {"D": odd},
    });
    let document = with(json!({
        "paths": {"/a": {"parameters": [parameter], "post": operation}, "/b": {"$ref": "#/components/pathItems/P"}},
        "webhooks": {"w": {"post": operation}},
        "components": {
            "schemas": {"A": nested},
            "parameters": {"P": parameter},
            "headers": {"H": header},
            "requestBodies": {"B": {"content": media}},
            "responses": {"R": {"description": "d", "headers": {"X-A": header}, "content": media}},
            "callbacks": {"C": {"{$url}": {"post": operation}}},
            "pathItems": {"P": {"get": operation}},
        },
    }));
    let converted = published(&document).to_string();
    assert!(!converted.contains("\"type\":["), "{converted}");
    assert!(converted.matches("\"nullable\":true").count() > 50);
}

#[test]
fn data_is_not_converted() {
    let data = json!({"type": ["string", "null"], "const": 1, "$defs": {"A": {}}, "schema": true});
    let document = with(json!({
        "paths": {"/a": {"get": {"responses": {"200": {"description": "d", "content": {"application/json": {
            "schema": {"type": "object", "default": data, "enum": [data], "x-more": data, "properties": {"a": {"type": "string"}}},
            "examples": {"a": {"value": data}},
        }}}}}}},
        "x-own": data,
    }));
    let converted = published(&document);
    assert_eq!(converted["x-own"], data);
    let media = &converted["paths"]["/a"]["get"]["responses"]["200"]["content"]["application/json"];
    assert_eq!([&media["schema"]["default"], &media["schema"]["enum"][0], &media["schema"]["x-more"]], [&data; 3]);
    assert_eq!(media["examples"]["a"]["value"], data);
}

#[test]
fn what_is_around_schemas_is_converted() {
    let document = with(json!({
        "info": {"title": "t", "version": "1", "summary": "Short.", "description": "Long.", "license": {"name": "n", "identifier": "MIT"}},
        "jsonSchemaDialect": "https://spec.openapis.org/oas/3.1/dialect/base",
        "paths": {"/a": {"get": {"responses": ok()}}},
        "security": [{"mtls": []}],
        "components": {"securitySchemes": {"mtls": {"type": "mutualTLS"}}},
    }));
    let converted = published(&document);
    assert_eq!(converted["info"]["description"], "Short.\n\nLong.");
    assert_eq!(converted["info"]["license"], json!({"name": "n", "url": "https://spdx.org/licenses/MIT.html"}));
    assert_eq!((&converted["security"], converted.get("jsonSchemaDialect")), (&json!([{"mtls": []}]), None));
    assert_eq!(found(&document), ["mutual-tls /components/securitySchemes/mtls", "operation-id /paths/~1a/get"],);
}

#[test]
fn who_asks_for_a_certificate_asks_for_more() {
    let asking = |security: Value| {
        let document = with(json!({
            "paths": {"/a": {"get": {"operationId": "a", "responses": ok()}}},
            "security": security,
            "components": {"securitySchemes": {
                "mtls": {"type": "mutualTLS"}, "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
            }},
        }));
        published(&document)
    };
    for (old, new) in [
        (json!([{"key": []}]), json!([{"mtls": []}])),
        (json!([{"key": []}]), json!([{"key": [], "mtls": []}])),
        (json!([]), json!([{"mtls": []}])),
    ] {
        let changes = diff(&asking(old.clone()), &asking(new.clone()), NOW);
        let narrows = changes.iter().any(|change| change.id.contains("security") && change.effect == Effect::Narrows);
        assert!(narrows, "{old} {new}: {changes:#?}");
    }
}

#[test]
fn path_items_have_what_they_refer_to() {
    let parameter = |name: &str, kind: &str| json!({"name": name, "in": "query", "schema": {"type": kind}});
    let document = with(json!({
        "paths": {
            "/a": {"$ref": "#/components/pathItems/A", "parameters": [parameter("p", "integer")], "post": {"operationId": "own", "responses": ok()}},
            "/b": {"$ref": "#/paths/~1c"},
            "/c": {"put": {"operationId": "c", "responses": ok()}},
            "/d": {"$ref": "#/components/pathItems/Nowhere"},
            "/e": {"$ref": "#/components/pathItems/E"},
        },
        "components": {"pathItems": {
            "A": {"$ref": "#/components/pathItems/B"},
            "B": {"get": {"operationId": "get", "responses": ok()}, "post": {"responses": ok()}, "parameters": [parameter("p", "string"), parameter("q", "string")]},
            "E": {"$ref": "#/components/pathItems/E"},
        }},
    }));
    let converted = published(&document);
    let a = &converted["paths"]["/a"];
    assert_eq!(a["parameters"], json!([parameter("q", "string"), parameter("p", "integer")]));
    assert_eq!((&a["get"]["operationId"], &a["post"]["operationId"]), (&json!("get"), &json!("own")));
    assert_eq!(converted["paths"]["/b"]["put"]["responses"], converted["paths"]["/c"]["put"]["responses"]);
    let found = found(&document);
    for expected in
        ["path-item-sibling /paths/~1a/post", "path-reference /paths/~1d/$ref", "path-reference /paths/~1e/$ref"]
    {
        assert!(found.contains(&expected.to_owned()), "{found:?}");
    }
}

#[test]
fn copies_of_path_items_have_a_limit() {
    let large: Vec<Value> = (0..2_000).map(|_| json!({})).collect();
    let paths: Value = (0..1_000).map(|n| (format!("/p{n}"), json!({"$ref": "#/components/pathItems/P"}))).collect();
    let document = with(json!({"paths": paths, "components": {"pathItems": {"P": {"x-large": large}}}}));
    let found = input(&document).resolve(&RustNames).unwrap_err();
    assert_eq!(found.iter().filter(|found| found.is_error()).map(|found| found.code).next(), Some("path-reference"));
}

#[test]
fn documents_stand_without_paths() {
    for more in ["webhooks", "components"] {
        let mut document = with(json!({ more: {} }));
        document.as_object_mut().unwrap().shift_remove("paths");
        assert_eq!(resolved(&document).0["paths"], json!({}), "{more}");
        document["openapi"] = json!("3.0.3");
        assert_eq!(found(&document), ["not-openapi "], "{more}");
    }
    let hook = json!({"a": {"post": {"responses": ok()}}});
    let (_, said) = resolved(&with(json!({ "webhooks": hook })));
    let notes: Vec<_> = said.iter().map(|found| (found.severity, found.code, found.pointer.as_str())).collect();
    assert_eq!(notes, [(Severity::Note, "webhooks", "/webhooks")]);
}

#[test]
fn other_versions_are_refused() {
    for (document, pointer, help) in [
        (json!({"swagger": "2.0", "paths": {}}), "/swagger", "swagger2openapi"),
        (json!({"openapi": "3.2.0", "paths": {}}), "/openapi", "3.1"),
        (json!({"openapi": "3.10.0", "paths": {}}), "/openapi", "3.1"),
        (json!({"openapi": "3.1.0", "paths": []}), "/paths", "properties"),
    ] {
        let found = input(&document).resolve(&RustNames).unwrap_err();
        assert_eq!((found[0].code, found[0].pointer.as_str()), ("not-openapi", pointer));
        assert!(found[0].help.contains(help), "{:?}", found[0].help);
    }
}

#[test]
fn diagnostics_lead_into_what_was_published() {
    let nowhere = json!({"$ref": "#/components/schemas/Nowhere"});
    let beside = json!({"$ref": "#/components/schemas/Nowhere", "minLength": 1});
    for (schema, pointer) in [
        (beside.clone(), "/$ref"),
        (json!({"allOf": [{"type": "string"}, nowhere], "$ref": "#/components/schemas/B"}), "/allOf/1/$ref"),
        (json!({"anyOf": [{"type": "null"}, {"type": "string"}, nowhere]}), "/anyOf/2/$ref"),
        (json!({"type": ["array", "string"], "items": nowhere}), "/items/$ref"),
        (
            json!({"type": ["array", "string"], "items": {"type": ["object", "null", "array"], "items": beside}}),
            "/items/items/$ref",
        ),
        (json!({"prefixItems": [{}, nowhere], "items": false}), "/prefixItems/1/$ref"),
        (json!({"prefixItems": [{"type": "string"}], "items": beside}), "/items/$ref"),
        (
            json!({"patternProperties": {"": {"unevaluatedItems": nowhere}}}),
            "/patternProperties//unevaluatedItems/$ref",
        ),
        (
            json!({"items": {"$ref": "#/components/schemas/A/$defs/D/$defs/E"}, "$defs": {"D": {"$defs": {"E": {"items": nowhere}}}}}),
            "/$defs/D/$defs/E/items/$ref",
        ),
        (json!({"oneOf": [nowhere, {"contains": {}}]}), "/oneOf/0/$ref"),
    ] {
        let document = with_schema("3.1.0", &schema, Some(&json!({"B": {"type": "string"}})));
        let found: Vec<String> = found(&document).into_iter().filter(|found| found.starts_with("missing")).collect();
        assert_eq!(found, [format!("missing-reference /components/schemas/A{pointer}")], "{schema}");
    }
    let document = with(json!({
        "paths": {"/a": {"$ref": "#/components/pathItems/P"}},
        "components": {"pathItems": {"P": {"get": {"parameters": [{"name": "a"}], "responses": ok()}}}},
    }));
    assert_eq!(found(&document), ["malformed /components/pathItems/P/get/parameters/0"]);
}

#[test]
fn overlays_are_written_against_what_was_published() {
    let overlay = r#"{"overlay": "1.0.0", "info": {"title": "t", "version": "1"}, "actions": [
        {"target": "$.components.schemas.A['$defs'].B", "update": {"type": ["integer"]}},
        {"target": "$.components.pathItems.P.get", "update": {"operationId": "renamed"}}]}"#;
    let document = with(json!({
        "paths": {"/a": {"$ref": "#/components/pathItems/P"}},
        "components": {
            "schemas": {"A": {"type": "object", "properties": {"b": {"$ref": "#/components/schemas/A/$defs/B"}}, "$defs": {"B": {"type": ["string"]}}}},
            "pathItems": {"P": {"get": {"operationId": "a", "responses": ok()}}},
        },
    }));
    let input = input(&document).with_overlay("overlay.json", Ok(overlay.as_bytes().to_vec()));
    let published = input.published(&RustNames).unwrap_or_else(|found| panic!("{found:#?}"));
    assert_eq!(published.document["paths"]["/a"]["get"]["operationId"], "renamed");
    assert_eq!(published.origin("/paths/~1a/get/operationId"), "/components/pathItems/P/get/operationId");
    assert_eq!(published.origin("/components/schemas/B/type"), "/components/schemas/A/$defs/B/type");
    assert!(input.resolve(&RustNames).is_ok());
}

#[test]
fn holes_are_filled_from_all_examples() {
    let media = json!({"schema": {"type": ["object", "null"], "examples": [{"a": 1}, {"b": "x"}]}});
    let document = with(
        json!({"paths": {"/a": {"get": {"responses": {"200": {"description": "d", "content": {"application/json": media}}}}}}}),
    );
    let schema = |document: &Value| {
        document["paths"]["/a"]["get"]["responses"]["200"]["content"]["application/json"]["schema"].clone()
    };
    let names =
        |schema: &Value| schema["properties"].as_object().unwrap().keys().cloned().collect::<BTreeSet<String>>();
    let of = |schema: Value| (names(&schema), schema["nullable"].clone());
    let expected = (BTreeSet::from(["a", "b"].map(str::to_owned)), json!(true));
    assert_eq!(of(schema(&published(&document))), expected);
    // A server fills the same holes.
    assert_eq!(of(schema(&input(&document).serve(&RustNames).unwrap())), expected);
}

/// Integers that no 64 bits hold are known wherever they go.
#[test]
fn large_integers_are_still_integers() {
    let text = with(
        json!({"paths": {"/a": {"get": {"responses": {"200": {"description": "d", "content": {"application/json": {
        "schema": {"type": ["object", "null"], "examples": [{"a": "NUMBER"}]}}}}}}}}}),
    )
    .to_string()
    .replace("\"NUMBER\"", "123456789012345678901234567890");
    let input = Input::new("spec.json", Ok(text.into_bytes()));
    let found = input.resolve(&RustNames).unwrap().diagnostics;
    let large: Vec<_> = found.iter().filter(|found| found.code == "integer-beyond-u64").collect();
    assert!(large[0].pointer.ends_with("/schema/examples/0/a"), "{found:#?}");
}

#[test]
fn nesting_has_a_limit_and_copies_do_not_double() {
    let nested =
        |depth: usize, wrap: fn(Value) -> Value| (0..depth).fold(json!({"type": "string"}), |inner, _| wrap(inner));
    let wraps: [fn(Value) -> Value; 4] = [
        |inner| json!({"type": ["array", "null", "string"], "items": inner}),
        |inner| json!({"prefixItems": [inner, {"type": "integer"}], "items": false}),
        |inner| json!({"patternProperties": {"^a": inner, "^b": {}}, "additionalProperties": false}),
        |inner| json!({"not": {"contains": inner}}),
    ];
    for wrap in wraps {
        let document = |depth| with_schema("3.1.0", &nested(depth, wrap), None);
        let size = |depth| published(&document(depth)).to_string().len();
        assert!(size(20) < 3 * size(10), "{} {}", size(10), size(20));
        let deep = input(&document(35)).resolve(&RustNames);
        let codes: Vec<&str> =
            deep.as_ref().err().into_iter().flatten().filter(|f| f.is_error()).map(|f| f.code).collect();
        assert!(deep.is_ok() || codes.iter().all(|code| *code == "too-deep"), "{codes:?}");
    }
}

#[test]
fn whatever_is_malformed_ends_in_diagnostics() {
    let odd = [
        json!(null),
        json!(5),
        json!("a"),
        json!([]),
        json!([1]),
        json!({"a": 1}),
        json!([{"$ref": "#"}]),
        json!(true),
    ];
    let keywords = [
        "type",
        "const",
        "enum",
        "examples",
        "exclusiveMinimum",
        "$ref",
        "$defs",
        "$id",
        "$anchor",
        "prefixItems",
        "items",
        "if",
        "then",
        "patternProperties",
        "dependentRequired",
        "unevaluatedProperties",
        "contains",
        "propertyNames",
        "oneOf",
        "anyOf",
        "allOf",
        "contentEncoding",
        "$schema",
        "x-json-schema",
        "properties",
        "$dynamicRef",
        "not",
    ];
    for keyword in keywords {
        for value in &odd {
            for beside in [json!({}), json!({"type": ["string", "array"]}), json!({"$ref": "#/components/schemas/A"})] {
                let mut schema = beside;
                schema[keyword] = value.clone();
                let document = with_schema("3.1.0", &schema, None);
                _ = input(&document).resolve(&RustNames);
                _ = input(&document).published(&RustNames);
            }
        }
    }
    for value in &odd {
        for part in ["info", "paths", "webhooks", "components", "jsonSchemaDialect", "security"] {
            _ = input(&with(json!({ part: value }))).resolve(&RustNames);
        }
        for part in ["schemas", "pathItems", "securitySchemes", "callbacks"] {
            _ = input(&with(json!({"components": { part: value }}))).resolve(&RustNames);
            _ = input(&with(json!({"components": { part: {"A": value} }}))).resolve(&RustNames);
        }
        _ = input(&with(json!({"paths": {"/a": {"$ref": value}, "/b": value}}))).resolve(&RustNames);
    }
}

pub(super) fn in_a_body(version: &str, schema: &Value) -> Value {
    let body = json!({"content": {"application/json": {"schema": schema}}});
    json!({
        "openapi": version, "info": {"title": "t", "version": "1"},
        "paths": {"/a": {"post": {"operationId": "a", "requestBody": body, "responses": ok()}}},
        "components": {"schemas": {"B": {"type": "string"}}},
    })
}

#[test]
fn the_same_in_both_versions_is_no_change() {
    for case in super::cases().iter().filter(|case| case.get("found").is_none() && case.get("beside").is_none()) {
        if case["published"].to_string().contains("$defs") || case["converted"].to_string().contains("x-json-schema") {
            continue;
        }
        let [old, new] = [in_a_body("3.0.3", &case["converted"]), in_a_body("3.1.0", &case["published"])];
        let changes = diff(&published(&old), &published(&new), NOW);
        assert!(changes.is_empty(), "{}: {changes:#?}", case["of"]);
    }
}

#[test]
fn changes_of_what_only_openapi_3_1_says_are_named() {
    for (old, new, expected) in [
        (json!({"type": "string"}), json!({"type": ["string", "null"]}), "request-body-became-nullable"),
        (json!({"const": "a"}), json!({"const": "b"}), "request-body-enum-value-removed"),
        (
            json!({"$ref": "#/components/schemas/B"}),
            json!({"$ref": "#/components/schemas/B", "minLength": 1}),
            "request-body-min-length-set",
        ),
        (
            json!({"type": "object"}),
            json!({"type": "object", "if": {"required": ["a"]}, "then": {"required": ["b"]}}),
            "request-body-if-added",
        ),
        (
            json!({"type": "array", "items": {}, "contains": {"const": 1}}),
            json!({"type": "array", "items": {}}),
            "request-body-contains-removed",
        ),
        (
            json!({"prefixItems": [{"type": "string"}, {"type": "number"}], "items": false}),
            json!({"prefixItems": [{"type": "number"}, {"type": "string"}], "items": false}),
            "request-body-prefix-items-changed",
        ),
        (
            json!({"patternProperties": {"^a": {"type": "string"}}}),
            json!({"patternProperties": {"^a": {"type": "number"}}}),
            "request-body-pattern-property-changed",
        ),
        (
            json!({"patternProperties": {"^a": {"type": "string"}, "^b": {"type": "number"}}, "additionalProperties": false}),
            json!({"patternProperties": {"^a": {"type": "number"}, "^b": {"type": "string"}}, "additionalProperties": false}),
            "request-body-pattern-property-changed",
        ),
        (
            json!({"type": "array", "items": {}, "contains": {"const": 1}}),
            json!({"type": "array", "items": {}, "contains": {"const": 1}, "minContains": 2}),
            "request-body-min-contains-increased",
        ),
        (
            json!({"not": {"contains": {"const": 1}}}),
            json!({"not": {"contains": {"const": 2}}}),
            "request-property-contains-changed",
        ),
    ] {
        let changes = diff(&published(&in_a_body("3.1.0", &old)), &published(&in_a_body("3.1.0", &new)), NOW);
        let ids: Vec<&str> = changes.iter().map(|change| change.id.as_str()).collect();
        assert!(ids.contains(&expected), "{old} {new}: {ids:?}");
    }
}

#[test]
fn documents_of_openapi_3_0_stay_as_they_are() {
    let later = json!({"const": 1, "if": {}, "then": {}, "prefixItems": [{}], "$ref": "#/components/schemas/B", "minLength": 1, "examples": [1]});
    let document = with_components(
        "3.0.3",
        &json!({"A": later, "B": {"type": "string", "nullable": true, "exclusiveMinimum": true}}),
    );
    assert_eq!(published(&document)["components"], document["components"]);
    // A list of types can mean one thing only.
    let document = with_schema("3.0.3", &json!({"type": ["string", "null"]}), None);
    assert_eq!(published(&document)["components"]["schemas"]["A"], json!({"type": "string", "nullable": true}));
    assert_eq!(found(&document), ["type-list /components/schemas/A/type"]);
}
