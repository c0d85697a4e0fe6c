//! What a keyword does to the values that the other keywords leave.

use keyapi_spec::diff::{Effect, diff};
use serde_json::{Value, json};

use crate::{NOW, check_effect, list};

/// A response that is this schema.
fn response(schema: &Value) -> Value {
    let content = json!({"application/json": {"schema": schema}});
    let operation = json!({"responses": {"200": {"description": "ok", "content": content}}});
    json!({"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {"/a": {"get": operation}}})
}

#[track_caller]
fn check(old: Value, new: Value, expected: Effect) {
    check_effect([&response(&old), &response(&new)], expected);
}

#[test]
fn what_others_forbid_anyway_is_no_change_of_messages() {
    for (old, new) in [
        (json!({"type": "string", "enum": ["a"]}), json!({"type": "string", "enum": ["a", 5]})),
        (json!({"enum": [1, 2]}), json!({"type": "integer", "enum": [1, 2]})),
        (json!({"type": "integer", "minimum": 1, "maximum": 3}), json!({"type": "integer", "enum": [3, 2, 1]})),
        (
            json!({"type": "boolean", "nullable": true}),
            json!({"type": "boolean", "nullable": true, "enum": [true, false]}),
        ),
        (
            json!({"type": "integer", "format": "int32"}),
            json!({"type": "integer", "format": "int32", "maximum": 2147483647}),
        ),
        (
            json!({"type": "integer", "format": "int64"}),
            json!({"type": "integer", "format": "int64", "minimum": -1e30}),
        ),
        (
            json!({"type": "object", "required": ["a"]}),
            json!({"type": "object", "required": ["a"], "minProperties": 1}),
        ),
        (
            json!({"enum": ["a", "bb"]}),
            json!({"enum": ["a", "bb"], "pattern": "^(?=[ab])", "maxLength": 2, "multipleOf": 7}),
        ),
    ] {
        check(old, new, Effect::None);
    }
}

#[test]
fn one_that_others_leave_is_enough() {
    for (old, new, expected) in [
        (json!({"enum": [1, 2]}), json!({"enum": [1, 2], "maximum": 1}), Effect::Narrows),
        (json!({"enum": [1, 2], "maximum": 1}), json!({"enum": [1, 2, 3], "maximum": 2}), Effect::Widens),
        (json!({"enum": [1, 2]}), json!({"type": "integer"}), Effect::Widens),
        (json!({"type": "boolean"}), json!({"type": "boolean", "enum": [true]}), Effect::Narrows),
        (json!({"enum": ["a", 1]}), json!({"enum": ["a", 1], "type": "string"}), Effect::Narrows),
        (
            json!({"type": "integer", "format": "int32"}),
            json!({"type": "integer", "format": "int32", "maximum": 2147483646}),
            Effect::Narrows,
        ),
        (
            json!({"type": "object", "required": ["a"]}),
            json!({"type": "object", "required": ["a"], "minProperties": 2}),
            Effect::Narrows,
        ),
        // The bound comes with the format that it would be implied by.
        (
            json!({"type": "integer"}),
            json!({"type": "integer", "format": "int32", "maximum": 2147483647}),
            Effect::Narrows,
        ),
        // Nobody can tell what does not compile.
        (json!({"enum": ["a"], "pattern": "(?<n>a)\\k<m>"}), json!({"enum": ["a"], "pattern": "("}), Effect::Unknown),
    ] {
        check(old, new, expected);
    }
}

#[test]
fn what_says_the_same_of_whole_numbers_is_no_change() {
    for (old, new) in [
        (json!({}), json!({"multipleOf": 1})),
        (json!({"multipleOf": 0.25}), json!({"multipleOf": 0.5})),
        (json!({"maximum": 10}), json!({"maximum": 10.5})),
        (json!({"maximum": 10}), json!({"maximum": 11, "exclusiveMaximum": true})),
        (json!({"minimum": 1}), json!({"minimum": 0.5, "exclusiveMinimum": true})),
        (json!({"minimum": -1}), json!({"minimum": -1.5})),
    ] {
        let whole = |schema: &Value| {
            let mut schema = schema.clone();
            schema["type"] = json!("integer");
            response(&schema)
        };
        let changes = diff(&whole(&old), &whole(&new), NOW);
        assert!(changes.is_empty(), "{old} {new}: {:#?}", list(&changes));
        assert!(!diff(&response(&old), &response(&new), NOW).is_empty(), "{old} {new}");
    }
}

#[test]
fn in_a_parameter_a_number_is_a_text() {
    let document = |values: Value| {
        let parameter = json!({"name": "q", "in": "query", "schema": {"type": "string", "enum": values}});
        let operation = json!({"parameters": [parameter], "responses": {"200": {"description": "ok"}}});
        json!({"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {"/a": {"get": operation}}})
    };
    check_effect([&document(json!(["a"])), &document(json!(["a", 5]))], Effect::Widens);
}
