//! Properties of what is made up: of schemas that are drawn, too, values fit.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::tests::schema;
use super::{Style, sample};

/// Schemas of which a value fits, whatever is drawn.
fn satisfiable() -> impl Strategy<Value = Value> {
    let text = (0..40_u32, 0..10_u32)
        .prop_map(|(least, more)| json!({ "type": "string", "minLength": least, "maxLength": least + more }));
    let pattern =
        prop::sample::select(vec!["^[a-z]+$", r"^\d{3,5}$", "^(a|bc)*$", "x", r"^\w+@\w+\.com$", "^[^/]{2,}$"])
            .prop_map(|pattern| json!({ "type": "string", "pattern": pattern }));
    let format = prop::sample::select(vec![
        "date",
        "date-time",
        "uuid",
        "email",
        "uri",
        "ipv4",
        "ipv6",
        "byte",
        "hostname",
        "int32",
    ])
    .prop_map(|format| json!({ "type": "string", "format": format }));
    let integer = (-1_000_i64..1_000, 0..50_i64, 1..7_i64).prop_map(|(low, more, step)| {
        json!({ "type": "integer", "minimum": low, "maximum": low + more + step, "multipleOf": step })
    });
    let number = (-1_000_i64..1_000, 1..50_i64, any::<bool>()).prop_map(|(low, more, exclusive)| {
        let (low, more) = (f64::from(i32::try_from(low).unwrap()) / 8.0, f64::from(i32::try_from(more).unwrap()) / 8.0);
        json!({ "type": "number", "minimum": low, "maximum": low + more, "exclusiveMinimum": exclusive, "exclusiveMaximum": exclusive })
    });
    let choice =
        prop::collection::vec(prop::sample::select(vec![json!(1), json!("a"), json!(true), json!({ "a": [] })]), 1..4)
            .prop_map(|values| json!({ "enum": values }));
    let leaf = prop_oneof![
        text,
        pattern,
        format,
        integer,
        number,
        choice,
        Just(json!({ "type": "boolean" })),
        Just(json!({}))
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        let names = prop::collection::btree_map("[a-e]", inner.clone(), 0..5);
        let flags = (any::<bool>(), any::<bool>(), 0..3_usize);
        let object = (names.clone(), flags, inner.clone()).prop_map(|(properties, (closed, strict, more), other)| {
            let known: Vec<&String> = properties.keys().collect();
            let mut needed: Vec<String> = known.iter().take(more).map(|name| (*name).clone()).collect();
            let least = if closed { needed.len() } else { needed.push("undeclared".to_owned()); known.len() + more };
            let most = if strict { least.max(needed.len()) } else { 20 };
            let other = if closed { json!(false) } else { other };
            json!({ "type": "object", "properties": properties, "required": needed, "additionalProperties": other, "minProperties": least.min(most), "maxProperties": most })
        });
        let list = (inner.clone(), 0..4_usize, 0..3_usize).prop_map(|(items, least, more)| {
            json!({ "type": "array", "items": items, "minItems": least, "maxItems": least + more })
        });
        let both = (names.clone(), names).prop_map(|(one, other)| {
            let other: serde_json::Map<String, Value> = other.into_iter().map(|(name, schema)| (format!("{name}2"), schema)).collect();
            json!({ "allOf": [{ "type": "object", "properties": one }, { "type": "object", "properties": other }] })
        });
        let any = prop::collection::vec(inner.clone(), 1..4).prop_map(|branches| json!({ "anyOf": branches }));
        let tagged = prop::collection::vec(inner.clone(), 1..4).prop_map(|branches| {
            let tag = |(number, value)| json!({
                "type": "object", "required": ["tag"], "properties": { "tag": { "enum": [number] }, "value": value },
            });
            json!({ "oneOf": branches.into_iter().enumerate().map(tag).collect::<Vec<_>>() })
        });
        let examples = (inner.clone(), prop::sample::select(vec![json!("example"), json!(-5), json!({ "a": 1 }), json!([])]));
        let given = examples.prop_map(|(mut schema, example)| {
            schema.as_object_mut().unwrap().insert("example".to_owned(), example);
            schema
        });
        let nullable = inner.prop_map(|mut schema| {
            schema.as_object_mut().unwrap().insert("nullable".to_owned(), json!(true));
            schema
        });
        prop_oneof![object, list, both, any, tagged, given, nullable]
    })
}

/// Keywords with values that they may hold, or may not.
fn anything() -> impl Strategy<Value = Value> {
    let keywords = vec![
        "type",
        "format",
        "pattern",
        "enum",
        "const",
        "minLength",
        "maxLength",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minItems",
        "maxItems",
        "uniqueItems",
        "required",
        "minProperties",
        "maxProperties",
        "properties",
        "patternProperties",
        "additionalProperties",
        "items",
        "prefixItems",
        "contains",
        "minContains",
        "maxContains",
        "allOf",
        "anyOf",
        "oneOf",
        "not",
        "if",
        "then",
        "else",
        "propertyNames",
        "dependentRequired",
        "dependentSchemas",
        "unevaluatedProperties",
        "unevaluatedItems",
        "nullable",
        "readOnly",
        "writeOnly",
        "discriminator",
        "$id",
        "$anchor",
        "$schema",
        "$ref",
        "$dynamicRef",
        "$defs",
        "title",
        "deprecated",
        "examples",
        "default",
        "example",
        "contentEncoding",
        "contentSchema",
        "dependencies",
        "additionalItems",
        "$comment",
        "$vocabulary",
        "x-y",
    ];
    let value = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(|flag| json!(flag)),
        (-3..9).prop_map(|number| json!(number)),
        prop::sample::select(vec![
            json!(1e30),
            json!(0.5),
            json!(-0.0),
            json!(1e-9),
            json!(u64::MAX),
            json!("string"),
            json!("object"),
            json!("array"),
            json!("("),
            json!("^a"),
            json!("integer"),
            json!(["string", "null"]),
            json!("#/components/schemas/A"),
            json!("#/nowhere"),
            json!("date-time"),
            json!("int32")
        ]),
    ];
    value.prop_recursive(4, 40, 4, move |inner| {
        let names = prop::sample::select(keywords.clone()).prop_map(str::to_owned);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::btree_map(prop_oneof![4 => names, 1 => "[a-c(]"], inner, 0..5).prop_map(|all| json!(all)),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn values_of_satisfiable_schemas_fit(raw in satisfiable(), seed: u64) {
        let schema = schema(&raw, json!({}));
        for style in [Style::Plain, Style::Random(seed)] {
            let value = sample(&schema, style).unwrap().value;
            prop_assert!(schema.accepts(&value), "{style:?} {value}");
            prop_assert_eq!(&sample(&schema, style).unwrap().value, &value);
        }
    }

    #[test]
    fn every_schema_has_a_validator(raw in anything(), other in anything(), value in anything()) {
        let schema = schema(&json!({ "allOf": [raw, { "minimum": -1e30 }] }), json!({ "A": other }));
        prop_assert!(schema.validator().is_some());
        schema.accepts(&value);
        _ = sample(&schema, Style::Plain);
    }
}
