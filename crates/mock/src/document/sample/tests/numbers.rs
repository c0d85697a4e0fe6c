//! Numbers that are made up are those that are expected, and of all sizes where that is asked for.

use serde_json::{Value, json};

use super::{Style, plain, sample, schema};

/// The first plain numbers of a schema, each different from the others.
#[track_caller]
fn check(number: Value, first: Value) {
    let count = first.as_array().unwrap().len();
    assert_eq!(
        plain(json!({ "type": "array", "minItems": count, "uniqueItems": true, "items": number })),
        first,
        "{number}"
    );
}

#[test]
fn plain_integers_count_up_from_the_first_that_is_allowed() {
    check(json!({ "type": "integer" }), json!([0, 1, 2]));
    check(json!({ "type": "integer", "minimum": 5, "maximum": 9 }), json!([5, 6, 7, 8, 9]));
    check(json!({ "type": "integer", "maximum": 5 }), json!([0, -1, -2]));
    check(json!({ "type": "integer", "multipleOf": 7 }), json!([7, 14, 21]));
    check(json!({ "type": "integer", "multipleOf": 7, "minimum": 50, "maximum": 64 }), json!([56, 63]));
    check(json!({ "type": "integer", "allOf": [{ "multipleOf": 4 }, { "multipleOf": 6 }] }), json!([12, 24]));
    check(json!({ "type": "integer", "multipleOf": 7, "maximum": 50 }), json!([7, 0, -7]));
    check(json!({ "type": "integer", "format": "uint8", "minimum": 253 }), json!([253, 254, 255]));
    check(json!({ "type": "integer", "format": "uint8", "minimum": -3 }), json!([0, 1, 2]));
}

#[test]
fn other_plain_numbers_go_on_in_halves_or_by_the_multiple() {
    check(json!({ "type": "number" }), json!([0, 0.5, 1]));
    check(json!({ "type": "number", "exclusiveMinimum": 3 }), json!([4, 3.5]));
    check(json!({ "type": "number", "maximum": -0.5 }), json!([-1, -0.5, -3, -4]));
    check(json!({ "type": "number", "exclusiveMaximum": -3 }), json!([-4, -5, -6]));
    check(json!({ "type": "number", "minimum": 1, "maximum": 1.25 }), json!([1]));
    check(json!({ "type": "number", "multipleOf": 0.5 }), json!([0.5, 1, 1.5]));
    check(json!({ "type": "number", "multipleOf": 0.1, "minimum": 0.3 }), json!([0.3, 0.4, 0.5]));
    check(json!({ "type": "number", "multipleOf": 0.5, "exclusiveMinimum": 1 }), json!([1.5, 2, 2.5]));
    check(json!({ "type": "number", "multipleOf": 0.5, "maximum": 2 }), json!([0.5, 0, -0.5]));
    check(json!({ "type": "number", "multipleOf": 0.5, "maximum": -2 }), json!([-2, -2.5, -3]));
    check(json!({ "type": "number", "multipleOf": 0.5, "exclusiveMaximum": -2 }), json!([-2.5, -3, -3.5]));
    check(json!({ "type": "number", "multipleOf": 0.5, "minimum": 1, "maximum": 2 }), json!([1, 1.5, 2]));
    check(
        json!({ "type": "number", "multipleOf": 0.5, "exclusiveMinimum": 1, "exclusiveMaximum": 2.5 }),
        json!([1.5, 2]),
    );
}

#[test]
fn the_further_a_number_has_to_go_the_longer_are_the_steps() {
    for (above, expected) in [(0, 1), (1, 2), (2, 4), (3, 4), (4, 8), (8, 16), (1_000, 1_024)] {
        assert_eq!(plain(json!({ "type": "integer", "not": { "maximum": above } })), expected, "above {above}");
    }
}

/// Random numbers of a schema lie between two numbers, and come near to both.
#[track_caller]
fn spread(number: Value, low: f64, high: f64) {
    let schema = schema(&number, json!({}));
    let made = (0..300).map(|seed| sample(&schema, Style::Random(seed)).unwrap().value);
    let made: Vec<f64> = made
        .inspect(|made| assert!(schema.accepts(made), "{number}: {made}"))
        .map(|made| made.as_f64().unwrap())
        .collect();
    let (least, most) =
        made.iter().fold((f64::MAX, f64::MIN), |(least, most), made| (least.min(*made), most.max(*made)));
    let near = (high - low) / 20.0;
    assert!((low..=low + near).contains(&least), "{number}: from {least}");
    assert!((high - near..=high).contains(&most), "{number}: to {most}");
}

#[test]
fn random_numbers_are_spread_from_a_bound() {
    for kind in ["integer", "number"] {
        spread(json!({ "type": kind }), 1.0, 1_000.0);
        spread(json!({ "type": kind, "maximum": 5 }), -994.0, 5.0);
        spread(json!({ "type": kind, "maximum": 5_000 }), 1.0, 1_000.0);
        spread(json!({ "type": kind, "minimum": 10 }), 10.0, 1_009.0);
        spread(json!({ "type": kind, "minimum": 10, "maximum": 50 }), 10.0, 50.0);
        spread(json!({ "type": kind, "minimum": 0, "maximum": 1_000_000 }), 0.0, 999.0);
        spread(json!({ "type": kind, "minimum": -2_000, "maximum": -1_900 }), -2_000.0, -1_900.0);
    }
    spread(json!({ "type": "integer", "format": "uint8" }), 0.0, 255.0);
    spread(json!({ "type": "integer", "multipleOf": 7, "minimum": 50 }), 56.0, 7_049.0);
    spread(json!({ "type": "integer", "multipleOf": 7, "minimum": 50, "maximum": 400 }), 56.0, 399.0);
    spread(json!({ "type": "number", "multipleOf": 0.5 }), 0.5, 500.0);
    spread(json!({ "type": "number", "multipleOf": 0.5, "minimum": 3 }), 3.0, 502.5);
    spread(json!({ "type": "number", "multipleOf": 0.5, "maximum": 3 }), -499.0, 0.5);
    spread(json!({ "type": "number", "multipleOf": 0.5, "minimum": 3, "maximum": 50 }), 3.0, 50.0);
}
