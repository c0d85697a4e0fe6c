//! What is made up fits its schema.

mod combined;
mod numbers;

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Style, sample};
use crate::document::schema::{Direction, Schema};
use crate::document::source::Source;

pub(super) fn schema(schema: &Value, components: Value) -> Schema {
    let source = Arc::new(Source::new(json!({ "components": { "schemas": components } })));
    Schema::new(&source, schema, Direction::Response)
}

/// The plain value of a schema and several random ones, all of which fit.
#[track_caller]
fn made(raw: &Value, components: Value) -> Vec<Value> {
    let schema = schema(raw, components);
    let styles = std::iter::once(Style::Plain).chain((0..8).map(Style::Random));
    let made: Vec<Value> = styles.map(|style| sample(&schema, style).expect("it is not too complex").value).collect();
    for value in &made {
        assert!(schema.accepts(value), "{raw}: {value}");
    }
    made
}

#[track_caller]
fn fits(raw: Value) {
    made(&raw, json!({}));
}

#[test]
fn texts_have_their_pattern_format_and_length() {
    for pattern in [
        "^[A-Z]{3}-[0-9]+$",
        r"^\d{4}-(0[1-9]|1[0-2])$",
        r"^(?=.*[A-Z])(?=.*\d)[A-Za-z\d]{8,12}$",
        "^(?!0)[0-9]{2}$",
        "ab",
        r"^\/api\/v[1-9]$",
        r"^arn:aws:[a-z-]+:[\w+=,.@-]{20,}$",
        r"[\p{L}]{3}",
    ] {
        fits(json!({ "type": "string", "pattern": pattern }));
    }
    fits(json!({ "type": "string", "pattern": "^[a-z][a-z0-9-]*$", "minLength": 30, "maxLength": 32 }));
    fits(json!({ "type": "string", "pattern": "a", "minLength": 100 }));
    fits(json!({ "type": "string", "pattern": "^[0-9]*$", "maxLength": 2, "minLength": 2 }));
    fits(json!({ "type": "string", "pattern": r"^\d{4}-\d\d-\d\d$", "format": "date" }));
    fits(json!({ "type": "string", "minLength": 3_000 }));
    fits(json!({ "type": "string", "maxLength": 0 }));
    fits(json!({ "type": "string", "format": "date-time", "minLength": 24, "maxLength": 24 }));
    fits(json!({ "type": "string", "format": "email", "maxLength": 5 }));
    fits(json!({ "type": "string", "format": "uri", "minLength": 50, "maxLength": 50 }));
    fits(json!({ "type": "string", "format": "byte", "minLength": 16 }));
    fits(json!({ "type": "string", "format": "int64", "maxLength": 3 }));
    fits(json!({ "minLength": 9 }));
}

#[test]
fn numbers_keep_to_their_bounds() {
    fits(json!({ "type": "integer", "minimum": 5, "exclusiveMinimum": true, "maximum": 7, "exclusiveMaximum": true }));
    fits(json!({ "type": "integer", "exclusiveMinimum": 5, "exclusiveMaximum": 7 }));
    fits(json!({ "type": "integer", "multipleOf": 7, "minimum": 50, "maximum": 60 }));
    fits(json!({ "type": "integer", "multipleOf": 7, "maximum": -50 }));
    fits(json!({ "type": "integer", "multipleOf": 2.5, "minimum": 1 }));
    fits(json!({ "type": "integer", "maximum": -3 }));
    fits(json!({ "type": "integer", "minimum": -10, "maximum": -3 }));
    fits(json!({ "type": "integer", "format": "int32", "minimum": 2_147_483_600 }));
    fits(json!({ "type": "integer", "format": "uint8" }));
    fits(json!({ "type": "integer", "minimum": 1.844_674_407_370_955_2e19 }));
    fits(json!({ "type": "integer", "minimum": 18_446_744_073_709_551_615_u64 }));
    fits(json!({ "type": "integer", "minimum": 0.5, "maximum": 1.5 }));
    fits(json!({ "type": "number", "minimum": 0, "exclusiveMinimum": true, "maximum": 0.001 }));
    fits(json!({ "type": "number", "exclusiveMinimum": 0.0, "exclusiveMaximum": 1.0 }));
    fits(json!({ "type": "number", "maximum": 0, "exclusiveMaximum": true }));
    fits(json!({ "type": "number", "multipleOf": 0.01, "minimum": 0.005, "maximum": 0.035 }));
    fits(json!({ "type": "number", "multipleOf": 0.1, "minimum": 0.3 }));
    fits(json!({ "type": "number", "maximum": -0.5 }));
    fits(json!({ "maximum": 3, "minimum": 2.5 }));
}

#[test]
fn objects_have_what_they_need_and_no_more_than_they_may() {
    fits(json!({ "type": "object", "required": ["a", "b"], "properties": { "a": { "type": "integer" } } }));
    fits(json!({ "required": ["a"], "additionalProperties": { "type": "integer", "minimum": 4 } }));
    fits(json!({ "type": "object", "minProperties": 4, "properties": { "a": { "type": "integer" } } }));
    fits(json!({ "type": "object", "minProperties": 3, "additionalProperties": { "type": "boolean" } }));
    fits(json!({ "type": "object", "maxProperties": 0, "additionalProperties": { "type": "boolean" } }));
    let two = json!({ "a": { "type": "integer" }, "b": { "type": "string" }, "c": { "type": "string" } });
    fits(json!({ "type": "object", "maxProperties": 1, "required": ["c"], "properties": two }));
    fits(
        json!({ "type": "object", "maxProperties": 2, "properties": two, "additionalProperties": { "type": "string" } }),
    );
    fits(
        json!({ "minProperties": 2, "patternProperties": { "^x-[a-z]$": { "type": "integer" } }, "additionalProperties": false }),
    );
    fits(json!({ "minProperties": 2, "propertyNames": { "pattern": "^[a-z]{2}[0-9]{2}$" }, "type": "object" }));
    fits(json!({ "minProperties": 3, "propertyNames": { "enum": ["a", "b", "c"] }, "type": "object" }));
    fits(json!({ "properties": two, "required": ["a"], "dependentRequired": { "a": ["x"] } }));
    fits(json!({ "properties": { "a": false, "b": { "not": {} }, "c": true } }));
    fits(json!({ "properties": two, "dependentSchemas": { "a": { "required": ["z"] } } }));
    fits(json!({
        "properties": { "kind": { "enum": ["x", "y"] } },
        "if": { "properties": { "kind": { "const": "x" } } }, "then": { "required": ["of_x"] }, "else": { "required": ["of_y"] },
    }));
}

#[test]
fn properties_go_one_way() {
    let raw = json!({ "type": "object", "required": ["id", "password"], "properties": {
        "id": { "type": "integer", "readOnly": true }, "password": { "type": "string", "writeOnly": true },
    } });
    for value in made(&raw, json!({})) {
        assert!(value.get("id").is_some() && value.get("password").is_none(), "{value}");
    }
    let source = Arc::new(Source::new(json!({})));
    let request = sample(&Schema::new(&source, &raw, Direction::Request), Style::Plain).unwrap().value;
    assert_eq!(request, json!({ "password": "string" }));
    // In OpenAPI 3.1 it may stand beside a reference.
    let raw = json!({ "type": "object", "required": ["id", "password"], "properties": {
        "id": { "$ref": "#/components/schemas/T", "readOnly": true },
        "password": { "$ref": "#/components/schemas/T", "writeOnly": true },
    } });
    let source = Arc::new(Source::new(
        json!({ "openapi": "3.1.0", "components": { "schemas": { "T": { "type": "string" } } } }),
    ));
    for (direction, expected) in [(Direction::Request, "password"), (Direction::Response, "id")] {
        let schema = Schema::new(&source, &raw, direction);
        assert_eq!(sample(&schema, Style::Plain).unwrap().value, json!({ expected: "string" }));
        assert!(schema.accepts(&json!({ expected: "a" })) && !schema.accepts(&json!({})));
    }
}

#[test]
fn lists_have_as_many_items_as_they_may_and_no_two_alike() {
    fits(json!({ "type": "array", "minItems": 3, "maxItems": 3, "items": { "type": "string" } }));
    fits(json!({ "type": "array", "maxItems": 0, "items": { "type": "string" } }));
    fits(json!({ "type": "array", "minItems": 2 }));
    fits(json!({ "type": "array", "minItems": 3, "uniqueItems": true, "items": { "enum": ["a", "b", "c"] } }));
    fits(json!({ "type": "array", "minItems": 2, "uniqueItems": true, "items": { "type": "boolean" } }));
    for item in [
        json!({ "type": "string" }),
        json!({ "type": "string", "format": "date-time" }),
        json!({ "type": "integer", "minimum": 3 }),
        json!({ "type": "string", "pattern": "^[a-z]{2}$" }),
        json!({ "type": "string", "example": "a" }),
        json!({ "type": "number" }),
        json!({ "type": "object", "properties": { "a": { "type": "string", "maxLength": 3 }, "b": { "type": "boolean" } } }),
        json!({ "type": "array", "items": { "type": "string", "format": "uuid" } }),
    ] {
        fits(json!({ "type": "array", "minItems": 4, "uniqueItems": true, "items": item }));
    }
    fits(json!({ "type": "array", "contains": { "const": 5 }, "minContains": 2, "items": { "type": "integer" } }));
    fits(
        json!({ "type": "array", "prefixItems": [{ "type": "string" }, { "type": "integer" }], "items": false, "minItems": 2 }),
    );
}

#[test]
fn examples_count_where_they_fit() {
    let value = |raw: Value| made(&raw, json!({}))[0].clone();
    assert_eq!(value(json!({ "type": "string", "example": "mine" })), json!("mine"));
    assert_eq!(value(json!({ "type": "string", "default": "usual", "enum": ["a", "usual"] })), json!("usual"));
    assert_eq!(value(json!({ "type": "string", "example": "b", "enum": ["a"] })), json!("a"));
    assert_eq!(value(json!({ "type": "string", "example": 10_001 })), json!("string"));
    assert_eq!(
        value(
            json!({ "properties": { "a": { "type": "integer", "example": "1" }, "b": { "type": "integer", "example": 7 } } })
        ),
        json!({ "a": 0, "b": 7 })
    );
    assert_eq!(
        value(
            json!({ "allOf": [{ "type": "object", "properties": { "a": { "type": "integer" } }, "example": { "a": 3 } }] })
        ),
        json!({ "a": 3 })
    );
}

#[test]
fn what_nothing_fits_is_left_out_alone() {
    let raw = json!({ "type": "object", "properties": {
        "a": { "type": "string", "format": "date", "pattern": "^never$" }, "b": { "type": "integer" },
        "c": { "type": "array", "items": { "type": "integer", "enum": ["one"] } },
    } });
    for value in made(&raw, json!({})) {
        assert!(value.get("a").is_none() && value["b"].is_i64() && value["c"] == json!([]), "{value}");
    }
}

#[test]
fn what_cannot_fit_is_made_all_the_same() {
    for raw in [
        json!({ "type": "string", "enum": [1] }),
        json!({ "type": "string", "minLength": 3, "maxLength": 2 }),
        json!({ "type": "object", "required": ["a"], "additionalProperties": false }),
        json!({ "type": "integer", "minimum": 3, "maximum": 2, "multipleOf": 9 }),
        json!({ "not": {} }),
    ] {
        let schema = schema(&raw, json!({}));
        for style in [Style::Plain, Style::Random(3)] {
            assert!(sample(&schema, style).is_ok_and(|made| !schema.accepts(&made.value)), "{raw}");
        }
    }
}

/// The plain value of a schema.
#[track_caller]
fn plain(raw: Value) -> Value {
    made(&raw, json!({})).remove(0)
}

#[test]
fn a_format_has_a_plain_value_of_its_own() {
    for (format, value) in [
        ("date", "2019-08-24"),
        ("date-time", "2019-08-24T14:15:22Z"),
        ("time", "14:15:22Z"),
        ("duration", "P1D"),
        ("uuid", "497f6eca-6276-4993-bfeb-53cbbba6f08e"),
        ("email", "user@example.com"),
        ("idn-email", "пользователь@пример.ру"),
        ("uri", "http://example.com"),
        ("uri-reference", "/0"),
        ("hostname", "example.com"),
        ("ipv4", "192.168.0.1"),
        ("ipv6", "2001:0db8:85a3:0000:0000:8a2e:0370:7334"),
        ("byte", "c3RyaW5n"),
        ("int32", "0"),
        ("password", "pa$$word"),
    ] {
        assert_eq!(plain(json!({ "type": "string", "format": format })), value, "{format}");
    }
}

#[test]
fn numbers_that_differ_follow_each_other() {
    let list = |items: Value| plain(json!({ "type": "array", "minItems": 3, "uniqueItems": true, "items": items }));
    assert_eq!(list(json!({ "type": "number", "minimum": 0.5 })), json!([0.5, 1, 1.5]));
    assert_eq!(list(json!({ "type": "integer", "minimum": 5, "exclusiveMinimum": true })), json!([6, 7, 8]));
    assert_eq!(list(json!({ "type": "integer", "maximum": -5, "exclusiveMaximum": true })), json!([-6, -7, -8]));
    let between = json!({ "type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1 });
    assert_eq!(list(between.clone()), json!([0.5, 0.75, 0.8]));
    assert_eq!(plain(between), 0.5);
    let positive = |value: &Value| value.as_f64().is_some_and(|value| (1.0..=1_000.0).contains(&value));
    let random = made(&json!({ "type": "number" }), json!({})).split_off(1);
    assert!(random.iter().all(positive), "{random:?}");
    // Where one number alone is legal, all elements are that number.
    let one = json!({ "type": "integer", "exclusiveMinimum": 5, "exclusiveMaximum": 7 });
    fits(json!({ "type": "array", "minItems": 500, "items": one }));
}

#[test]
fn as_many_items_as_are_asked_for_are_of_the_contained_kind() {
    let raw = json!({ "minItems": 4, "minContains": 2, "contains": { "const": 5 }, "items": { "type": "integer" } });
    assert_eq!(plain(json!({ "type": "array", "allOf": [raw] })), json!([5, 5, 0, 0]));
}

#[test]
fn a_pattern_says_nothing_of_other_names() {
    fits(json!({
        "type": "object", "required": ["name", "x-a"],
        "patternProperties": { "^x-": { "type": "integer" } }, "additionalProperties": { "type": "string" },
    }));
}

#[test]
fn what_must_not_be_there_costs_nothing_else() {
    let raw = json!({
        "type": "object", "properties": { "a/b": { "type": "integer" }, "c": { "type": "integer" } },
        "required": ["c"], "if": { "required": ["c"] }, "then": { "properties": { "a/b": false } },
    });
    assert_eq!(plain(raw), json!({ "c": 0 }));
}

#[test]
fn of_values_that_are_as_wrong_the_first_is_kept() {
    let schema = schema(&json!({ "type": "integer", "not": {} }), json!({}));
    assert_eq!(sample(&schema, Style::Plain).unwrap().value, json!(0));
}

#[test]
fn what_only_the_whole_says_to_be_needed_is_there() {
    let properties = json!({ "a": { "type": "string" }, "b": { "type": "integer" }, "c": { "type": "boolean" } });
    fits(
        json!({ "type": "object", "properties": properties, "if": { "required": ["a"] }, "then": { "required": ["b"] } }),
    );
    fits(json!({ "type": "object", "properties": properties, "if": {}, "then": { "required": ["y"] } }));
}

#[test]
fn texts_of_a_format_are_as_long_as_they_have_to_be() {
    for (format, shortest) in [
        ("date-time", 40),
        ("email", 60),
        ("email", 200),
        ("uri", 90),
        ("hostname", 61),
        ("byte", 40),
        ("ipv6", 39),
        ("json-pointer", 30),
        ("duration", 12),
    ] {
        fits(json!({ "type": "string", "format": format, "minLength": shortest, "maxLength": shortest + 8 }));
    }
    for step in [0.25, 0.4, 1.5, 2.5] {
        let integer =
            |least: i64| json!({ "type": "integer", "multipleOf": step, "minimum": least, "maximum": least + 9 });
        [-40, 1, 1_000].into_iter().for_each(|least| fits(integer(least)));
    }
}
