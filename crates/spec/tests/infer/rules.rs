//! The rules, one sample at a time.

use std::collections::BTreeSet;

use keyapi_rust_names::RustNames;
use keyapi_spec::Severity;
use keyapi_spec::infer::{Sample, schema_of};
use serde_json::{Value, json};

/// A schema without what the cases leave out: `x-inferred`, and the map of unknown keys.
pub(crate) fn plain(mut schema: Value) -> Value {
    match &mut schema {
        Value::Object(object) => {
            object.shift_remove("x-inferred");
            if object.get("additionalProperties") == Some(&json!({})) {
                object.shift_remove("additionalProperties");
            }
            object.values_mut().for_each(|value| *value = plain(value.take()));
        }
        Value::Array(elements) => elements.iter_mut().for_each(|value| *value = plain(value.take())),
        _ => {}
    }
    schema
}

pub(crate) fn infer_all(values: &[Value], rounded: &[&str]) -> (Value, Vec<String>) {
    let sample = |(index, value)| Sample { value, pointer: format!("/{index}") };
    let samples: Vec<_> = values.iter().enumerate().map(sample).collect();
    let rounded: BTreeSet<_> = rounded.iter().map(|&pointer| pointer.to_owned()).collect();
    let (schema, diagnostics) = schema_of(&samples, &rounded, &RustNames);
    let finding = |pointer: &str, code| format!("{}: {code}", path(pointer));
    (schema, diagnostics.iter().map(|found| finding(&found.pointer, found.code)).collect())
}

/// `$.xs[*].a` for `/0/xs/3/a`, where the first token is the sample.
fn path(pointer: &str) -> String {
    let tokens = pointer.split('/').skip(2);
    tokens.fold("$".to_owned(), |path, token| match token.parse::<usize>() {
        Ok(_) => path + "[*]",
        Err(_) => path + "." + token,
    })
}

#[track_caller]
fn check(samples: &[Value], schema: &Value, findings: &[&str]) {
    let (found, diagnostics) = infer_all(samples, &[]);
    assert_eq!(plain(found), *schema);
    assert_eq!(diagnostics, findings);
}

#[test]
fn every_case_is_inferred_as_written() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("../cases/inference.json")).unwrap();
    assert!(cases.len() >= 12);
    for case in &cases {
        let samples = match case["input"].get("$samples") {
            Some(samples) => samples.as_array().unwrap().clone(),
            None => vec![case["input"].clone()],
        };
        let (schema, findings) = infer_all(&samples, &[]);
        assert_eq!(plain(schema), case["expected_schema"], "{}", case["name"]);
        assert_eq!(json!(findings), case["expected_warnings"], "{}", case["name"]);
    }
}

#[test]
fn objects_keep_unknown_keys_in_an_unlimited_map() {
    let (schema, _) = infer_all(&[json!({"a": {"b": 1}})], &[]);
    assert_eq!(schema["additionalProperties"], json!({}));
    assert_eq!(schema["properties"]["a"]["additionalProperties"], json!({}));
}

#[test]
fn every_node_says_what_it_was_inferred_from() {
    #[track_caller]
    fn check(samples: &[Value], pointer: &str, expected: &Value) {
        let (schema, _) = infer_all(samples, &[]);
        assert_eq!(schema.pointer(pointer).unwrap()["x-inferred"], *expected);
    }
    let samples = [json!({"a": [1, null, 3]}), json!({"a": null})];
    check(&samples, "", &json!({"rule": "R13", "samples": 2, "nulls": 0}));
    check(&samples, "/properties/a", &json!({"rule": "R12", "samples": 2, "nulls": 1}));
    check(&samples, "/properties/a/items", &json!({"rule": "R5", "samples": 3, "nulls": 1}));
    check(&[json!([])], "/items", &json!({"rule": "R12", "samples": 0, "nulls": 0}));
    check(&[json!(null)], "", &json!({"rule": "R1", "samples": 1, "nulls": 1}));
    check(&[json!("7")], "", &json!({"rule": "R8", "samples": 1, "nulls": 0}));
    check(&[json!("x")], "", &json!({"rule": "R10", "samples": 1, "nulls": 0}));
    check(&[json!("::1")], "", &json!({"rule": "R9", "samples": 1, "nulls": 0, "looksLike": "ip"}));
    check(&[json!(["2026-01-27", "x"])], "/items", &json!({"rule": "R10", "samples": 2, "nulls": 0}));
    check(
        &[json!(["2026-01-27", null])],
        "/items",
        &json!({"rule": "R9", "samples": 2, "nulls": 1, "looksLike": "date"}),
    );
}

#[test]
fn integers_stay_exact_or_lose_their_type() {
    let any = json!({});
    check(&[json!(i64::MIN), json!(i64::MAX)], &json!({"type": "integer", "format": "int64"}), &[]);
    check(&[json!(1), json!(1.0)], &json!({"type": "number", "format": "double"}), &[]);
    check(&[json!(1_u64 << 53), json!(0.5)], &json!({"type": "number", "format": "double"}), &[]);
    check(&[json!((1_u64 << 53) + 1), json!(0.5)], &any, &["$: integer-beyond-double"]);
    check(&[json!(u64::MAX), json!(0.5)], &any, &["$: integer-beyond-double"]);
    check(&[json!(u64::MAX), json!(7)], &json!({"type": "integer", "format": "uint64"}), &["$: integer-beyond-i64"]);
    check(&[json!(u64::MAX), json!(-7)], &any, &["$: integer-beyond-i64"]);
    check(&[json!(1e300)], &json!({"type": "number", "format": "double"}), &[]);
}

#[test]
fn integers_that_the_parser_rounded_have_no_type() {
    let samples = [json!({"id": 36893488147419103232.0, "x": [1, 2e19]}), json!({"id": 7})];
    let (schema, findings) = infer_all(&samples, &["/0/id", "/0/x/1", "/9/id"]);
    let expected = json!({"type": "object", "properties": {
        "id": {}, "x": {"type": "array", "items": {}, "nullable": true},
    }});
    assert_eq!(plain(schema), expected);
    assert_eq!(findings, ["$.id: integer-beyond-u64", "$.x[*]: integer-beyond-u64"]);
}

#[test]
fn a_correction_makes_a_rounded_integer_exact() {
    let (schema, findings) = infer_all(&[json!([7, "a"]), json!([0.5])], &["/0/0", "/0/1", "/1/0"]);
    assert_eq!(schema["items"]["x-inferred"]["rule"], "R11");
    assert_eq!(findings, ["$[*]: heterogeneous"]);
    let (schema, _) = infer_all(&[json!(7)], &["/0"]);
    assert_eq!(plain(schema), json!({"type": "integer", "format": "int64"}));
    let (schema, _) = infer_all(&[json!(0.5)], &["/0"]);
    assert_eq!(plain(schema), json!({"type": "number", "format": "double"}));
    let (_, findings) = infer_all(&[json!(-9223372036854775809.0)], &["/0"]);
    assert_eq!(findings, ["$: integer-beyond-u64"]);
}

#[test]
fn a_float_and_the_integer_rounded_to_it_are_two_samples() {
    let (schema, _) = infer_all(&[json!(2e19), json!(2e19)], &["/0"]);
    assert_eq!(schema["x-inferred"]["samples"], 2);
}

#[test]
fn lists_and_maps_may_be_null_but_as_a_whole_body() {
    let list = json!({"type": "array", "items": {"type": "string"}});
    check(&[json!(["a"])], &list, &[]);
    let nullable = json!({"type": "array", "items": {"type": "string"}, "nullable": true});
    check(&[json!(["a"]), json!(null)], &nullable, &[]);
    check(&[json!({"a": ["a"]})], &json!({"type": "object", "properties": {"a": nullable}}), &[]);
    check(&[json!([["a"]])], &json!({"type": "array", "items": list}), &[]);
    check(&[json!([["a"], null])], &json!({"type": "array", "items": nullable}), &[]);
    check(&[json!([{}])], &json!({"type": "array", "items": {"type": "object"}}), &["$[*]: empty-object"]);
    check(&[json!({})], &json!({"type": "object"}), &["$: empty-object"]);
    let free = json!({"type": "object", "properties": {"a": {"type": "object", "nullable": true}}});
    check(&[json!({"a": {}})], &free, &["$.a: empty-object"]);
    check(&[json!([])], &json!({"type": "array", "items": {}}), &["$: empty-array"]);
}

#[test]
fn values_of_maps_may_be_null_unless_they_may_be_anything() {
    let map = |values| json!({"type": "object", "additionalProperties": values});
    check(&[json!({"7": "a", "30": null})], &map(json!({"type": "string", "nullable": true})), &["$: map:digits"]);
    check(&[json!({"7": null})], &map(json!({})), &["$: map:digits", "$[*]: null-only"]);
    let object = json!({"type": "object", "properties": {"a": {"type": "boolean"}}, "nullable": true});
    check(&[json!({"5f3c2ab1": {"a": true}, "0badcafe": {}})], &map(object), &["$: map:hex"]);
    check(
        &[json!({"7": 1}), json!({"all": 1})],
        &json!({"type": "object", "properties": {
            "7": {"type": "integer", "format": "int64"}, "all": {"type": "integer", "format": "int64"},
        }}),
        &[],
    );
}

#[test]
fn properties_that_would_not_compile_are_not_typed() {
    let free = json!({"type": "object"});
    check(&[json!({"userId": 1, "user_id": null})], &free, &["$: property-name-collision"]);
    check(&[json!({"+1": 1, "plus1": 1})], &free, &["$: property-name-collision"]);
    check(&[json!({"a": 1}), json!({"A": 1})], &free, &["$: property-name-collision"]);
    let typed = json!({"type": "object", "properties": {"a": {"type": "string"}}});
    check(&[json!({"extra": 1, "a": "x"})], &typed, &["$.extra: property-name-collision"]);
    check(&[json!({"Extra": 1})], &free, &["$.Extra: property-name-collision"]);
    check(&[json!({"extra": 1, "Extra": 1})], &free, &["$: property-name-collision"]);
}

#[test]
fn a_cut_sample_is_rejected_where_it_is_cut() {
    #[track_caller]
    fn check(sample: Value, pointer: &str) {
        let samples = [Sample { value: &sample, pointer: "/x".to_owned() }];
        let (schema, diagnostics) = schema_of(&samples, &BTreeSet::new(), &RustNames);
        assert_eq!(schema, json!({}));
        let [found] = diagnostics.as_slice() else { panic!("{diagnostics:?}") };
        assert_eq!(
            (found.severity, found.code, found.pointer.as_str()),
            (Severity::Error, "truncated-sample", pointer)
        );
    }
    check(json!({"a": [1, "..."]}), "/x/a/1");
    check(json!({"a": {"...": 1}}), "/x/a/...");
    check(json!("{\"code\": 0 ... (truncated)"), "/x");
    check(json!({"a": "…"}), "/x/a");
}

#[test]
fn the_other_samples_of_a_cut_one_count() {
    let (schema, findings) = infer_all(&[json!(["..."]), json!([1])], &[]);
    assert_eq!(plain(schema), json!({"type": "array", "items": {"type": "integer", "format": "int64"}}));
    assert_eq!(findings, ["$[*]: truncated-sample"]);
}

#[test]
fn nothing_is_proved_by_no_sample() {
    check(&[], &json!({}), &[]);
}

#[test]
fn keys_come_in_the_order_of_the_fullest_sample() {
    let (schema, _) = infer_all(&[json!({"c": 1}), json!({"b": 1, "d": 1, "a": 1}), json!({"a": 1, "b": 1})], &[]);
    let keys: Vec<_> = schema["properties"].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["b", "d", "a", "c"]);
}
