//! Prices in the document, the overlay and the file of prices, in every combination.

use serde_json::json;

use super::*;
use crate::Source;
use crate::overlay::{Setters, Stage};
use crate::pipeline::Sources;

fn source(name: &str, value: &Value) -> Source {
    Source::parse(name, serde_json::to_string_pretty(value).unwrap().as_bytes()).unwrap()
}

/// What becomes of two operations, the second with a price of its own, and what is said with its place.
fn applied(prices: &Value, actions: &Value) -> (Value, Vec<(&'static str, String, String)>) {
    let published = json!({"paths": {"/a": {"get": {}, "post": {"x-credits": 9}}}});
    let overlay = json!({"overlay": "1.0.0", "info": {"title": "t", "version": "1"}, "actions": actions});
    let (spec, prices) = (source("spec.json", &published), source("prices.json", prices));
    let overlay = actions.as_array().filter(|actions| !actions.is_empty()).map(|_| source("overlay.json", &overlay));
    let mut document = published;
    let mut setters = Setters::default();
    let mut correct = |document: &mut Value, stage| {
        overlay.as_ref().map(|overlay| setters.apply(document, &overlay.value(), stage));
    };
    correct(&mut document, Stage::Document);
    let mut found = apply(&mut document, &prices.value());
    correct(&mut document, Stage::Inferred);
    let sources = Sources { spec: &spec, overlay: overlay.as_ref(), credits: Some(&prices), evidence: &[], lock: None };
    found.extend(compare(&document, &prices, sources, &setters));
    let found = found.into_iter().map(|found| prices.place(found));
    let place = |found: &Diagnostic| format!("{} {}", found.file, found.pointer);
    let found = found.map(|found| (found.code, place(&found), found.message.clone())).collect();
    (document["paths"]["/a"].clone(), found)
}

#[track_caller]
fn check(prices: Value, actions: Value, expected: [u64; 2], said: &[(&str, &str, &[&str])]) {
    let (path, found) = applied(&prices, &actions);
    assert_eq!(path, json!({"get": {"x-credits": expected[0]}, "post": {"x-credits": expected[1]}}));
    assert_eq!(found.len(), said.len(), "{found:#?}");
    for ((code, place, message), (expected_code, expected_place, words)) in found.iter().zip(said) {
        assert_eq!((code, place.as_str()), (expected_code, *expected_place));
        assert!(words.iter().all(|word| message.contains(word)), "{message}");
    }
}

#[test]
fn a_price_is_set_where_there_is_none() {
    check(json!({"GET /a": 2}), json!([]), [2, 9], &[]);
    let places = [("credits-unmatched", "prices.json /GET ~1b"), ("credits-invalid", "prices.json /PUT ~1a")];
    let (_, found) = applied(&json!({"GET /a": 2, "GET /b": 1, "PUT /a": "1"}), &json!([]));
    assert_eq!(found.iter().map(|(code, place, _)| (*code, place.as_str())).collect::<Vec<_>>(), places);
}

#[test]
fn two_prices_that_differ_are_both_named_with_the_one_that_counts() {
    let document = ("credits-conflict", "spec.json /paths/~1a/post/x-credits");
    let words: &[&str] = &["costs 9 credits", "it is 3 at prices.json:3:3", "the document counts"];
    check(json!({"GET /a": 2, "POST /a": 3}), json!([]), [2, 9], &[(document.0, document.1, words)]);
    let words: &[&str] = &["`GET /a` costs 2 credits", "it is 3 at prices.json:2:3", "the overlay counts"];
    for (action, place) in [
        (json!({"target": "$.paths['/a'].get", "update": {"x-credits": 2}}), "/actions/1/update/x-credits"),
        (
            json!({"target": "$", "update": {"paths": {"/a": {"get": {"x-credits": 2}}}}}),
            "/actions/1/update/paths/~1a/get/x-credits",
        ),
        (json!({"target": "$.paths.*.get", "update": {"x-credits": 2}}), "/actions/1/update/x-credits"),
        (
            json!({"target": "$.paths.*.get", "update": {"x-credits": 2}, "x-stage": "inferred"}),
            "/actions/1/update/x-credits",
        ),
    ] {
        let other = json!({"target": "$.paths['/a'].get", "update": {"x-credits": 1}});
        let place = format!("overlay.json {place}");
        check(json!({"GET /a": 3}), json!([other, action]), [2, 9], &[("credits-conflict", &place, words)]);
    }
}

#[test]
fn an_action_whose_target_is_chosen_by_what_it_changes_is_named_too() {
    let action = json!([{"target": "$.paths.*[?!@.x-credits]", "update": {"x-credits": 2}}]);
    let words: &[&str] = &["`GET /a` costs 2 credits", "it is 3 at prices.json:2:3", "the overlay counts"];
    let place = "overlay.json /actions/0/update/x-credits";
    check(json!({"GET /a": 3}), action, [2, 9], &[("credits-conflict", place, words)]);
    let action = json!([{"target": "$.paths.*[?@.x-credits == 9]", "update": {"x-credits": 1}}]);
    let words: &[&str] = &["`POST /a` costs 1 credits", "it is 2 at prices.json:3:3", "the overlay counts"];
    check(json!({"GET /a": 2, "POST /a": 2}), action, [2, 1], &[("credits-conflict", place, words)]);
}

#[test]
fn the_second_of_two_equal_prices_is_redundant() {
    let both: &[&str] = &["`POST /a`", "9 credits", "prices.json:2:3", "redundant"];
    let said = [("credits-redundant", "spec.json /paths/~1a/post/x-credits", both)];
    let (_, found) = applied(&json!({"POST /a": 9}), &json!([]));
    assert_eq!((found[0].0, found[0].1.as_str()), (said[0].0, said[0].1));
    assert!(both.iter().all(|word| found[0].2.contains(word)), "{found:?}");
    let action = json!([{"target": "$.paths['/a'].get", "update": {"x-credits": 2}}]);
    let words: &[&str] = &["the overlay", "`GET /a`", "prices.json:2:3", "redundant"];
    let place = "overlay.json /actions/0/update/x-credits";
    check(json!({"GET /a": 2}), action, [2, 9], &[("credits-redundant", place, words)]);
}

#[test]
fn an_action_that_is_needed_is_not_redundant() {
    let all = json!([{"target": "$.paths.*.*", "update": {"x-credits": 2}}]);
    check(json!({"GET /a": 2}), all.clone(), [2, 2], &[]);
    // The document says 9 without it.
    check(json!({"POST /a": 2, "GET /a": 2}), all, [2, 2], &[]);
}

#[test]
fn prices_are_beside_their_document() {
    assert_eq!(beside(Path::new("openapi/songs.openapi.json")), Path::new("openapi/songs.credits.json"));
    assert_eq!(beside(Path::new("/x/spec.yaml")), Path::new("/x/spec.credits.json"));
}

#[test]
fn a_published_price_that_is_none_gives_way() {
    for published in [json!("3"), json!(2.5), json!(-1), Value::Null] {
        let mut document = json!({"paths": {"/a": {"get": {"x-credits": published}}}});
        assert_eq!(apply(&mut document, &json!({"GET /a": 2})), []);
        assert_eq!(document["paths"]["/a"]["get"]["x-credits"], 2);
    }
}
