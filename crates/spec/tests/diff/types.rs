//! Types and formats are sets of values, of which a change keeps some, or all.

use keyapi_spec::diff::Effect;
use serde_json::{Value, json};

use crate::check_effect;

/// The effect of a change of what a request holds, which mirrors that of the change the other way round.
#[track_caller]
fn check(old: &Value, new: &Value, expected: Effect) {
    let document = |schema: &Value| {
        let content = json!({"application/json": {"schema": schema}});
        json!({"paths": {"/a": {"post": {"requestBody": {"content": content}, "responses": {}}}}})
    };
    check_effect([&document(old), &document(new)], expected);
}

#[test]
fn a_listed_value_of_another_type_is_none() {
    let values = [json!("a"), json!(1), json!(0.5), json!(true), json!([1]), json!({"a": 1})];
    for (kind, own) in [
        (json!("string"), &[0][..]),
        (json!("integer"), &[1]),
        (json!("number"), &[1, 2]),
        (json!("boolean"), &[3]),
        (json!("array"), &[4]),
        (json!("object"), &[5]),
        (json!(["string", "integer"]), &[0, 1]),
        (json!(["boolean", "object"]), &[3, 5]),
    ] {
        for (at, value) in values.iter().enumerate() {
            // One that is of the type stands beside it.
            let first = &values[own[0]];
            let expected = if own[1..].contains(&at) { Effect::Widens } else { Effect::None };
            let listed = |values: &[&Value]| json!({"type": kind, "enum": values});
            let two = if at == own[0] { listed(&[first]) } else { listed(&[first, value]) };
            check(&listed(&[first]), &two, expected);
        }
    }
    // Whole numbers are those without a fraction, however they are written.
    check(&json!({"type": "integer", "enum": [1]}), &json!({"type": "integer", "enum": [1, 2.0]}), Effect::Widens);
}

#[test]
fn a_type_is_part_of_those_that_have_it() {
    let of = |kind: Value| json!({"type": kind});
    for (old, new, expected) in [
        (of(json!("integer")), of(json!("number")), Effect::Widens),
        (of(json!("string")), of(json!("number")), Effect::Incomparable),
        (of(json!("string")), of(json!(["string", "number"])), Effect::Widens),
        (of(json!(["string", "integer"])), of(json!(["string", "number"])), Effect::Widens),
        (of(json!(["string", "boolean"])), of(json!(["string", "number"])), Effect::Incomparable),
        (of(json!("object")), json!({}), Effect::Widens),
        (of(json!("object")), of(json!("unheard-of")), Effect::Widens),
        (of(json!("array")), json!({"type": "array", "nullable": true}), Effect::Widens),
    ] {
        check(&old, &new, expected);
    }
}

#[test]
fn a_format_allows_what_a_narrower_one_does() {
    let effect = |kind: &str, old: &str, new: &str, expected: Effect| {
        let of = |format: &str| {
            if format.is_empty() { json!({"type": kind}) } else { json!({"type": kind, "format": format}) }
        };
        check(&of(old), &of(new), expected);
    };
    let ranges = ["int32", "int64", "float", "double", ""];
    for (at, narrow) in ranges.iter().enumerate() {
        for wide in &ranges[at + 1..] {
            effect("number", narrow, wide, Effect::Widens);
        }
        effect("number", narrow, narrow, Effect::None);
    }
    let texts = [
        "date",
        "date-time",
        "time",
        "duration",
        "idn-email",
        "idn-hostname",
        "ip",
        "uri-reference",
        "iri-reference",
        "uuid",
        "json-pointer",
        "relative-json-pointer",
        "regex",
        "byte",
    ];
    for (at, one) in texts.iter().enumerate() {
        effect("string", one, "", Effect::Widens);
        effect("string", one, texts[(at + 1) % texts.len()], Effect::Incomparable);
        effect("string", one, "unheard-of", Effect::Unknown);
    }
    for (narrow, wide) in [
        ("email", "idn-email"),
        ("hostname", "idn-hostname"),
        ("ipv4", "ip"),
        ("ipv6", "ip"),
        ("uri", "uri-reference"),
        ("url", "uri-reference"),
        ("iri", "iri-reference"),
    ] {
        effect("string", narrow, wide, Effect::Widens);
        effect("string", narrow, "", Effect::Widens);
        effect("string", narrow, "date", Effect::Incomparable);
    }
    effect("string", "unheard-of", "", Effect::Unknown);
    effect("string", "unheard-of", "of-no-one", Effect::Unknown);
    // These put no condition on values.
    for format in ["password", "binary"] {
        effect("string", format, "", Effect::None);
        effect("string", "date", format, Effect::Widens);
    }
}
