//! Documents that are large, circular or made to take long.

use std::collections::HashSet;

use keyapi_spec::diff::{Change, Effect, diff};
use serde_json::{Map, Value, json};

use crate::{NOW, list};

/// A document with a response of the schema `S0`, and components that a function of their number makes.
fn document(count: usize, schema: impl Fn(usize) -> Value) -> Value {
    let schemas: Map<String, Value> = (0..count).map(|at| (format!("S{at}"), schema(at))).collect();
    let content = json!({"application/json": {"schema": {"$ref": "#/components/schemas/S0"}}});
    json!({
        "openapi": "3.0.3", "info": {"title": "t", "version": "1"},
        "paths": {"/a": {"get": {"responses": {"200": {"description": "", "content": content}}}}},
        "components": {"schemas": schemas},
    })
}

fn link(at: usize) -> Value {
    json!({"$ref": format!("#/components/schemas/S{at}")})
}

#[track_caller]
fn check(count: usize, old: impl Fn(usize) -> Value, new: impl Fn(usize) -> Value, expected: &[&str]) {
    let changes = diff(&document(count, old), &document(count, new), NOW);
    assert_eq!(changes.iter().map(|change| change.id.as_str()).collect::<Vec<_>>(), expected, "{:#?}", list(&changes));
}

#[test]
fn a_long_way_is_gone_to_its_end() {
    const LAST: usize = 4_000;
    let chain = |last: &'static str| {
        move |at| match at {
            LAST => json!({"type": last}),
            at => json!({"type": "object", "properties": {"p": link(at + 1)}}),
        }
    };
    check(LAST + 1, chain("string"), chain("integer"), &["response-property-type-changed"]);
    let parts = |last: &'static str| {
        move |at| if at == LAST { json!({"type": last}) } else { json!({"allOf": [link(at + 1)]}) }
    };
    check(LAST + 1, parts("string"), parts("integer"), &["response-body-type-changed"]);
    let alternatives = |last: &'static str| {
        move |at| if at == LAST { json!({"type": last}) } else { json!({"anyOf": [link(at + 1)]}) }
    };
    check(LAST + 1, alternatives("string"), alternatives("integer"), &["response-property-type-changed"]);
}

#[test]
fn what_stands_in_many_places_is_told_once_for_a_message() {
    let doubled = |last: &'static str| {
        move |at| match at {
            60 => json!({"type": last}),
            at => json!({"type": "object", "properties": {"p": link(at + 1), "q": link(at + 1)}}),
        }
    };
    check(61, doubled("string"), doubled("integer"), &["response-property-type-changed"]);
}

#[test]
fn reference_cycles_end() {
    let tree = |kind: &'static str| {
        move |_| {
            json!({"oneOf": [
                {"type": "object", "properties": {"value": {"type": kind}, "children": {"type": "array", "items": link(0)}}},
                {"type": "array", "items": link(0)},
                {"type": "boolean"},
            ]})
        }
    };
    check(1, tree("string"), tree("string"), &[]);
    check(1, tree("string"), tree("number"), &["response-property-type-changed"]);
    let mutual = |kind: &'static str| move |at: usize| json!({"type": "object", "properties": {"other": link(1 - at), "own": {"type": if at == 1 { kind } else { "string" }}}});
    check(2, mutual("string"), mutual("integer"), &["response-property-type-changed"]);
    check(2, |at| link(1 - at), |_| link(0), &[]);
    check(
        2,
        |at| json!({"allOf": [link(1 - at)]}),
        |at| json!({"allOf": [link(1 - at), {"type": "string"}]}),
        &["response-body-type-specialized"],
    );
    check(1, |_| json!({"not": link(0)}), |_| json!({"not": {"not": link(0)}}), &[]);
}

#[test]
fn proofs_that_take_too_long_are_none() {
    let alternatives = |kind: &'static str| {
        move |at: usize| {
            let list: Vec<Value> = (0..12).map(|other| {
            json!({"type": "object", "properties": {"p": link((at * 7 + other) % 40), (format!("{kind}{other}")): {"type": kind}}})
        }).collect();
            json!({"anyOf": list})
        }
    };
    let changes = diff(&document(40, alternatives("string")), &document(40, alternatives("integer")), NOW);
    assert!(!changes.is_empty() && changes.iter().all(|change| change.effect != Effect::None), "{:#?}", list(&changes));
}

#[test]
fn long_lists_are_compared() {
    let values = |from: usize| move |_| json!({"type": "integer", "enum": (from..from + 20_000).collect::<Vec<_>>()});
    check(1, values(0), values(1), &["response-body-enum-value-added", "response-mediatype-enum-value-removed"]);
    let names = |from: usize| move |_| json!({"type": "object", "required": (from..from + 3_000).map(|at| format!("p{at}")).collect::<Vec<_>>()});
    check(1, names(0), names(1), &["response-property-became-optional", "response-property-became-required"]);
}

#[test]
fn names_do_not_pass_for_ways() {
    let names = ["a", "b", "a.b", "a[]", "[]", "*", "<a>", "\"a.b\"", "", " ", "a b", "a.[]", "<a>.b", "a\\", "` a"];
    let object = |kind: &dyn Fn() -> Value| -> Value {
        json!({"type": "object", "properties": names.map(|name| (name.to_owned(), kind())).into_iter().collect::<Map<_, _>>()})
    };
    let leaf = |kind: &'static str| move || json!({"type": kind});
    let node = |kind: &'static str| {
        move || {
            let mut inner = object(&leaf(kind));
            inner["additionalProperties"] = json!({"type": kind});
            let of_arrays = json!({"type": "array", "items": {"type": kind}});
            json!({"type": "object", "properties": {"a": inner, "b": of_arrays, "a.b": object(&leaf(kind)), "c": {"anyOf": [
                {"title": "a", "type": "object", "properties": {"b": {"type": kind}}},
                {"title": "a>.<b", "type": kind},
                {"title": "a", "anyOf": [{"title": "b", "type": kind}, {"title": "c", "type": "array"}]},
            ]}}})
        }
    };
    let parameters = |kind: &str| {
        let parameter = |name: &&str| {
            json!({"name": name, "in": "query", "content": {"application/json": {"schema": {
                "type": "object", "properties": {"a": {"type": kind}, " b`": {"type": kind}},
            }}}})
        };
        names.iter().map(parameter).collect::<Vec<_>>()
    };
    let document = |kind: &'static str| {
        let mut document = document(1, |_| object(&node(kind)));
        document["paths"]["/a"]["get"]["parameters"] = json!(parameters(kind));
        document
    };
    let changes = diff(&document("string"), &document("integer"), NOW);
    let distinct = |of: fn(&Change) -> String| changes.iter().map(of).collect::<HashSet<_>>().len();
    assert_eq!(distinct(Change::fingerprint), changes.len());
    assert_eq!(distinct(|change| change.pointer.clone()), distinct(|change| format!("{} {}", change.place, change.id)));
    assert!(changes.len() > 100, "{}", changes.len());
}

#[test]
fn alternatives_that_begin_alike_are_told_apart() {
    let list = |last: &'static str| {
        move |_: usize| {
            let object = |at: usize| json!({"type": "object", "description": "x".repeat(80), "properties": {(format!("{last}{at}")): {"type": "string"}}});
            json!({"oneOf": (0..4).map(object).collect::<Vec<_>>()})
        }
    };
    let changes = diff(&document(1, list("p")), &document(1, list("q")), NOW);
    let fingerprints: HashSet<_> = changes.iter().map(Change::fingerprint).collect();
    assert_eq!((changes.len(), fingerprints.len()), (8, 8), "{:#?}", crate::list(&changes));
}
