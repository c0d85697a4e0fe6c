//! What operations ask for is what counts, and not where it is written, or what it is called.

use keyapi_spec::diff::{Effect, diff};
use keyapi_spec::document::METHODS;
use serde_json::{Map, Value, json};

use crate::laws::{each, no_change};
use crate::{NOW, check_effect};

/// The document with schemes, which every operation without security of its own asks for.
fn secured(document: &Value) -> Value {
    let mut document = document.clone();
    let properties = document.as_object_mut().unwrap();
    properties.entry("security").or_insert_with(|| json!([{"key": [], "token": ["read"]}, {"other": []}]));
    let components = properties.entry("components").or_insert_with(|| json!({})).as_object_mut().unwrap();
    let schemes = components.entry("securitySchemes").or_insert_with(|| json!({})).as_object_mut().unwrap();
    let flows = json!({"implicit": {"authorizationUrl": "https://a", "scopes": {"read": ""}}});
    for (name, scheme) in [
        ("key", json!({"type": "apiKey", "in": "header", "name": "X-Key"})),
        ("token", json!({"type": "oauth2", "flows": flows})),
        ("other", json!({"type": "http", "scheme": "basic"})),
    ] {
        schemes.entry(name).or_insert(scheme);
    }
    document
}

fn operations(document: &mut Value) -> impl Iterator<Item = &mut Map<String, Value>> {
    let items = document["paths"].as_object_mut().into_iter().flat_map(Map::values_mut);
    let nodes = items.filter_map(Value::as_object_mut).flat_map(Map::iter_mut);
    nodes.filter(|(key, _)| METHODS.contains(&key.as_str())).filter_map(|(_, node)| node.as_object_mut())
}

#[test]
fn security_may_be_of_the_document_or_of_each_operation() {
    no_change(|document| {
        let old = secured(document);
        let mut new = old.clone();
        let shared = new.as_object_mut().unwrap().shift_remove("security").unwrap();
        for operation in operations(&mut new) {
            operation.entry("security").or_insert_with(|| shared.clone());
        }
        [old, new]
    });
}

#[test]
fn what_no_operation_inherits_counts_for_none() {
    no_change(|document| {
        let mut old = secured(document);
        let shared = old["security"].clone();
        for operation in operations(&mut old) {
            operation.entry("security").or_insert_with(|| shared.clone());
        }
        let mut new = old.clone();
        new["security"] = json!([{"unheard-of": []}]);
        [old, new]
    });
}

#[test]
fn an_alternative_that_is_there_twice_is_one() {
    no_change(|document| {
        let old = secured(document);
        let mut new = old.clone();
        let alternatives = new["security"].as_array_mut().unwrap();
        alternatives.extend_from_within(..);
        [old, new]
    });
}

#[test]
fn schemes_may_have_other_names() {
    no_change(|document| {
        let old = secured(document);
        let mut new = old.clone();
        let rename = |properties: &mut Map<String, Value>| {
            *properties =
                std::mem::take(properties).into_iter().map(|(name, value)| (format!("{name}2"), value)).collect();
        };
        let declared: Vec<String> = new["components"]["securitySchemes"].as_object().unwrap().keys().cloned().collect();
        let is_plain = |list: &Value| {
            let mut names = list.as_array().into_iter().flatten().filter_map(Value::as_object).flat_map(Map::keys);
            names.all(|name| declared.contains(name))
        };
        let mut lists: Vec<&Value> = vec![&old["security"]];
        let mut copy = old.clone();
        let own: Vec<Value> =
            operations(&mut copy).filter_map(|operation| operation.get("security").cloned()).collect();
        lists.extend(&own);
        if !lists.into_iter().all(is_plain) {
            return [old.clone(), old];
        }
        rename(new["components"]["securitySchemes"].as_object_mut().unwrap());
        let rename_all = |list: &mut Value| {
            list.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut).for_each(rename);
        };
        rename_all(&mut new["security"]);
        operations(&mut new).filter_map(|operation| operation.get_mut("security")).for_each(rename_all);
        [old, new]
    });
}

#[test]
fn names_of_headers_ignore_case() {
    no_change(|document| {
        let old = secured(document);
        let mut new = old.clone();
        each(&mut new, &mut |properties| {
            let is_header = properties.get("in").is_some_and(|place| place == "header");
            if let Some(Value::String(name)) = properties.get_mut("name").filter(|_| is_header) {
                *name = name.to_uppercase();
            }
        });
        [old, new]
    });
}

/// The effect of a change of what an operation asks for.
#[track_caller]
fn check(old: Value, new: Value, expected: Effect) {
    let document = |security: &Value, schemes: &Value| json!({"paths": {"/a": {"get": {"security": security}}}, "components": {"securitySchemes": schemes}});
    let key = |name: &str| json!({"type": "apiKey", "in": "query", "name": name});
    let schemes =
        json!({"k": key("k"), "h": key("h"), "o": {"type": "openIdConnect", "openIdConnectUrl": "https://a"}});
    check_effect([&document(&old, &schemes), &document(&new, &schemes)], expected);
}

#[test]
fn an_alternative_that_asks_for_more_adds_no_request() {
    let (k, h) = (json!({"k": []}), json!({"h": []}));
    let both = json!({"k": [], "h": []});
    check(json!([k, both]), json!([k]), Effect::None);
    check(json!([k, k]), json!([k]), Effect::None);
    check(json!([both, {}]), json!([{}]), Effect::None);
    check(json!([both]), json!([k]), Effect::Widens);
    check(json!([k]), json!([h]), Effect::Incomparable);
    check(json!([k, h]), json!([k]), Effect::Narrows);
    check(json!([]), json!([k]), Effect::Narrows);
    check(json!([k]), json!([k, {}]), Effect::Widens);
    check(json!([{"o": ["a"]}, {"o": ["a", "b"]}]), json!([{"o": ["a"]}]), Effect::None);
    check(json!([{"o": ["a"]}]), json!([{"o": ["b"]}]), Effect::Incomparable);
    check(json!([{"o": ["a"]}]), json!([{"o": ["a", "b"]}]), Effect::Narrows);
    check(json!([k, {"k": [], "o": ["a"]}]), json!([k, {"k": [], "o": ["a", "b"]}]), Effect::None);
}

#[test]
fn schemes_that_trade_their_names_are_told_where_they_are_asked_for() {
    let document = |k: &str, h: &str| {
        let key = |name: &str| json!({"type": "apiKey", "in": "query", "name": name});
        json!({
            "paths": {"/a": {"get": {"security": [{"k": []}]}}, "/b": {"get": {"security": [{"k": []}, {"h": []}]}}},
            "components": {"securitySchemes": {"k": key(k), "h": key(h)}},
        })
    };
    let changes = diff(&document("x", "y"), &document("y", "x"), NOW);
    let ids = changes.iter().map(|change| (change.id.as_str(), change.operation.as_ref().unwrap().path.as_str()));
    assert_eq!(ids.collect::<Vec<_>>(), [("api-security-added", "/a"), ("api-security-removed", "/a")]);
}
