//! The laws of the inference, on samples that nobody thought of.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::decode::decodes;
use crate::rules::infer_all;

/// Keys that meet in one object, collide, or make it a map.
const KEYS: [&str; 12] =
    ["a", "b", "c", "user-id", "user_id", "extra", "2026-01-27", "2026-01-28", "7", "30", "0badcafe", "5f3c2ab1"];

const STRINGS: [&str; 6] = ["", "x", "2026-01-27", "6703723351497508865", "10.0.0.1", "https://x.io/a"];

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        2 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        2 => (-3_i64..3).prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<u64>().prop_map(Value::from),
        1 => (-3.0..3.0_f64).prop_map(Value::from),
        2 => proptest::sample::select(&STRINGS[..]).prop_map(Value::from),
    ]
}

pub(crate) fn json_value() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(4, 40, 5, |inner| {
        let property = (proptest::sample::select(&KEYS[..]), inner.clone());
        let object = |properties: Vec<(&str, Value)>| {
            Value::Object(properties.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<Map<_, _>>())
        };
        prop_oneof![1 => vec(inner, 0..5).prop_map(Value::Array), 3 => vec(property, 0..6).prop_map(object)]
    })
}

fn samples() -> impl Strategy<Value = Vec<Value>> {
    vec(json_value(), 1..5)
}

fn schema_of(samples: &[Value]) -> Value {
    infer_all(samples, &[]).0
}

/// A schema without the counts, which two equal samples double.
fn uncounted(mut schema: Value) -> Value {
    match &mut schema {
        Value::Object(object) => {
            if let Some(inferred) = object.get_mut("x-inferred").and_then(Value::as_object_mut) {
                inferred.retain(|key, _| key != "samples" && key != "nulls");
            }
            object.values_mut().for_each(|value| *value = uncounted(value.take()));
        }
        Value::Array(elements) => elements.iter_mut().for_each(|value| *value = uncounted(value.take())),
        _ => {}
    }
    schema
}

/// The value with one property dropped, nulled or added, for each property and each object.
pub(crate) fn variants(value: &Value) -> Vec<Value> {
    let mut found = Vec::new();
    match value {
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                found.extend(variants(element).into_iter().map(|variant| {
                    let mut elements = elements.clone();
                    elements[index] = variant;
                    Value::Array(elements)
                }));
            }
        }
        Value::Object(properties) => {
            let with = |key: &str, value: Value| {
                let mut properties = properties.clone();
                properties.insert(key.to_owned(), value);
                Value::Object(properties)
            };
            found.push(with("added", Value::Null));
            for (key, property) in properties {
                let mut rest = properties.clone();
                rest.shift_remove(key);
                found.push(Value::Object(rest));
                found.push(with(key, Value::Null));
                found.push(with("added", property.clone()));
                found.extend(variants(property).into_iter().map(|variant| with(key, variant)));
            }
        }
        _ => {}
    }
    found
}

/// Every struct in a schema, but none below a list or a map.
fn structs<'s>(schema: &'s Value, found: &mut Vec<&'s Value>) {
    if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
        found.push(schema);
        properties.values().for_each(|property| structs(property, found));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn bytes_do_not_depend_on_the_order_of_samples((one, other) in samples().prop_flat_map(|samples| {
        (Just(samples.clone()), Just(samples).prop_shuffle())
    })) {
        prop_assert_eq!(schema_of(&one).to_string(), schema_of(&other).to_string());
    }

    #[test]
    fn equal_samples_are_one(samples in samples()) {
        let twice = [samples.clone(), samples.clone()].concat();
        prop_assert_eq!(schema_of(&samples).to_string(), schema_of(&twice).to_string());
    }

    #[test]
    fn elements_merge_in_any_order_and_any_number((one, other) in samples().prop_flat_map(|samples| {
        (Just(samples.clone()), Just(samples).prop_shuffle())
    })) {
        let schema = schema_of(&[Value::Array(one.clone())]);
        prop_assert_eq!(&schema, &schema_of(&[Value::Array(other.clone())]));
        let twice = schema_of(&[Value::Array([one, other].concat())]);
        prop_assert_eq!(uncounted(schema), uncounted(twice));
    }

    #[test]
    fn elements_merge_in_any_groups(one in samples(), other in samples(), third in samples()) {
        let elements = |groups: &[Vec<Value>]| schema_of(&[json!(groups)])["items"]["items"].take();
        let left = elements(&[[one.clone(), other.clone()].concat(), third.clone()]);
        let right = elements(&[one.clone(), [other.clone(), third.clone()].concat()]);
        prop_assert_eq!(left.to_string(), right.to_string());
        prop_assert_eq!(left, elements(&[[third, other, one].concat()]));
    }

    #[test]
    fn every_sample_is_accepted(samples in samples()) {
        let schema = schema_of(&samples);
        for sample in &samples {
            prop_assert!(decodes(&schema, sample), "{} refuses {}", schema, sample);
        }
    }

    #[test]
    fn a_key_dropped_nulled_or_added_is_accepted(samples in samples()) {
        let schema = schema_of(&samples);
        for variant in samples.iter().flat_map(variants) {
            prop_assert!(decodes(&schema, &variant), "{} refuses {}", schema, variant);
        }
    }

    #[test]
    fn a_struct_accepts_any_value_under_a_new_key(samples in samples(), value in json_value()) {
        let schema = schema_of(&samples);
        let mut found = Vec::new();
        structs(&schema, &mut found);
        for schema in found {
            prop_assert!(decodes(schema, &json!({"added": value})), "{} refuses {}", schema, value);
        }
    }

    #[test]
    fn another_sample_widens(samples in samples(), another in json_value()) {
        let before = schema_of(&samples);
        let after = schema_of(&[samples.clone(), vec![another]].concat());
        for variant in samples.iter().cloned().chain(samples.iter().flat_map(variants)) {
            prop_assert!(decodes(&before, &variant) && decodes(&after, &variant), "{} refuses {}", after, variant);
        }
    }

    #[test]
    fn nothing_is_required_and_nothing_is_bounded(samples in samples()) {
        let text = schema_of(&samples).to_string();
        for keyword in ["required", "enum", "const", "pattern", "minimum", "maximum", "minLength", "maxLength", "default"] {
            let keyword = format!("\"{keyword}\":");
            prop_assert!(!text.contains(&keyword), "{text}");
        }
    }
}
