//! What is said in the words of OpenAPI 3.0 is the same after it was said in those of 3.1.

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value, json};

use super::{published, with_schema};

/// Schemas in the words of OpenAPI 3.0.
fn schema() -> impl Strategy<Value = Value> {
    let nullable = |schema: Value| {
        prop::bool::ANY.prop_map(move |nullable| with(&schema, "nullable", nullable.then_some(json!(true))))
    };
    let leaf = prop_oneof![
        (0..5_u8).prop_map(|length| json!({"type": "string", "minLength": length})).prop_flat_map(nullable),
        (any::<bool>(), -5..5_i8)
            .prop_map(|(exclusive, bound)| {
                with(
                    &json!({"type": "integer", "minimum": bound}),
                    "exclusiveMinimum",
                    exclusive.then_some(json!(true)),
                )
            })
            .prop_flat_map(nullable),
        prop::sample::select(vec![
            json!({"type": "string", "enum": ["a"]}),
            json!({"type": "string", "enum": ["a", "b"]}),
            json!({"type": "boolean"})
        ]),
        "[a-c]{1,3}".prop_map(|text| json!({"type": "string", "example": text})),
        Just(json!({"type": "string", "format": "byte"})),
        Just(json!({"description": "a use", "allOf": [{"$ref": "#/components/schemas/B"}]})),
        Just(json!({"maxLength": 3, "allOf": [{"$ref": "#/components/schemas/B"}]})),
        Just(json!({"nullable": true, "anyOf": [{"$ref": "#/components/schemas/B"}, {"type": "integer"}]})),
        Just(json!({})),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        let named = prop::collection::btree_map("[a-c]", inner.clone(), 0..3);
        prop_oneof![
            inner.clone().prop_map(|items| json!({"type": "array", "items": items})),
            inner.clone().prop_map(|values| json!({"type": "object", "additionalProperties": values})),
            named.prop_map(|named| json!({"type": "object", "properties": named, "additionalProperties": false})),
            (inner.clone(), inner).prop_map(|(one, other)| json!({"oneOf": [one, {"not": other}]})),
        ]
    })
}

fn with(schema: &Value, keyword: &str, value: Option<Value>) -> Value {
    let mut schema = schema.clone();
    if let Some(value) = value {
        schema[keyword] = value;
    }
    schema
}

/// The same in the words of OpenAPI 3.1.
fn lifted(schema: &Value) -> Value {
    let Value::Object(properties) = schema else { return schema.clone() };
    let mut lifted: Map<String, Value> =
        properties.iter().map(|(keyword, value)| (keyword.clone(), lifted_property(keyword, value))).collect();
    let kind = lifted.get("type").cloned();
    if lifted.get("nullable") == Some(&json!(true)) {
        lifted.shift_remove("nullable");
        match (kind, lifted.get_mut("anyOf")) {
            (Some(kind), _) => _ = lifted.insert("type".to_owned(), json!([kind, "null"])),
            (None, Some(Value::Array(any))) => any.insert(1, json!({"type": "null"})),
            _ => {}
        }
    }
    if lifted.shift_remove("exclusiveMinimum").is_some()
        && let Some(bound) = lifted.shift_remove("minimum")
    {
        lifted.insert("exclusiveMinimum".to_owned(), bound);
    }
    if lifted.get("enum").and_then(Value::as_array).is_some_and(|values| values.len() == 1) {
        let values = lifted.shift_remove("enum").unwrap();
        lifted.insert("const".to_owned(), values[0].clone());
        lifted.shift_remove("type");
    }
    if let Some(example) = lifted.shift_remove("example") {
        lifted.insert("examples".to_owned(), json!([example]));
    }
    if lifted.get("format") == Some(&json!("byte")) {
        lifted.shift_remove("format");
        lifted.insert("contentEncoding".to_owned(), json!("base64"));
    }
    if lifted.get("additionalProperties") == Some(&json!(false)) {
        lifted.shift_remove("additionalProperties");
        lifted.insert("unevaluatedProperties".to_owned(), json!(false));
    }
    if let Some(Value::Array(parts)) = lifted.get("allOf")
        && let Some(target) = parts[0].get("$ref").cloned()
    {
        lifted.shift_remove("allOf");
        lifted.insert("$ref".to_owned(), target);
    }
    if lifted.is_empty() { json!(true) } else { Value::Object(lifted) }
}

fn lifted_property(keyword: &str, value: &Value) -> Value {
    match (keyword, value) {
        ("properties", Value::Object(all)) => all.iter().map(|(name, schema)| (name.clone(), lifted(schema))).collect(),
        ("oneOf" | "anyOf", Value::Array(all)) => all.iter().map(lifted).collect(),
        // Whether others are accepted may be a flag in both versions.
        ("additionalProperties", Value::Object(object)) if object.is_empty() => value.clone(),
        ("items" | "additionalProperties" | "not", schema) => lifted(schema),
        _ => value.clone(),
    }
}

#[test]
fn what_is_lifted_comes_back_the_same() {
    let config = Config { cases: 500, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let beside = json!({"B": {"type": "string"}});
    runner
        .run(&schema(), |schema| {
            let document = with_schema("3.1.0", &lifted(&schema), Some(&beside));
            prop_assert_eq!(&published(&document)["components"]["schemas"]["A"], &schema, "{}", lifted(&schema));
            Ok(())
        })
        .unwrap();
}
