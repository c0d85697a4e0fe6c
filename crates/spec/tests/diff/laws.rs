//! What is no change on the wire, whatever the document, and what holds for every change.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use keyapi_rust_names::RustNames;
use keyapi_spec::diagnostic::join;
use keyapi_spec::diff::{Change, Direction, Effect, Side, diff, rules};
use keyapi_spec::document::version::reads_beside_references;
use keyapi_spec::{Input, Source};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value, json};

use crate::{NOW, list};

/// The folder of this package, asked for at run time, since another checkout may have compiled the test.
fn manifest_dir() -> PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs the tests").into()
}

/// Documents of all kinds: the vendored one, the examples of the rules, and those that generators have difficulties with.
fn documents() -> Vec<(String, Value)> {
    let folder = manifest_dir().join("../codegen/tests/specs");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.push(manifest_dir().join("tests/cases/tiktok.openapi.json"));
    files.sort();
    let parse = |path: &Path| {
        let (name, bytes) = (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(path).unwrap());
        let document = Source::parse(&name, &bytes).ok()?.value();
        // What is compared is of OpenAPI 3.0.
        match reads_beside_references(&document) {
            true => Some((name.clone(), Input::new(&name, Ok(bytes)).published(&RustNames).ok()?.document)),
            false => Some((name, document)),
        }
    };
    let mut found: Vec<(String, Value)> = files.iter().filter_map(|path| parse(path)).collect();
    assert!(found.len() > 20, "{}", found.len());
    // What is the same in several places needs no look in each.
    let is_repeated =
        |id: &str| ["-only-", "header-property", "parameter-property"].iter().any(|part| id.contains(part));
    let rules = rules().into_iter().filter(|rule| !is_repeated(&rule.id));
    found.extend(rules.filter_map(|rule| Some((rule.id, rule.example?[1].clone()))));
    found
}

fn wire(changes: Vec<Change>) -> Vec<Change> {
    changes.into_iter().filter(Change::is_wire).collect()
}

/// Applies a change that is none to every document.
#[track_caller]
pub(crate) fn no_change(mut edit: impl FnMut(&Value) -> [Value; 2]) {
    let mut edited = 0;
    for (name, document) in documents() {
        let [old, new] = edit(&document);
        let (before, after) = (old.to_string(), new.to_string());
        edited += usize::from(before != after);
        for (one, other) in [(&old, &new), (&new, &old)] {
            let changes = wire(diff(one, other, NOW));
            assert!(changes.is_empty(), "{name}: {:#?}\n{one}\n{other}", list(&changes));
        }
    }
    assert!(edited > 20, "{edited}");
}

/// Every object of a document, but for data, from the inside out.
pub(crate) fn each(value: &mut Value, edit: &mut impl FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Object(properties) => {
            let is_data = |key: &str| ["example", "examples", "default", "enum", "const"].contains(&key);
            properties.iter_mut().filter(|(key, _)| !is_data(key)).for_each(|(_, property)| each(property, edit));
            edit(properties);
        }
        Value::Array(elements) => elements.iter_mut().for_each(|element| each(element, edit)),
        _ => {}
    }
}

#[test]
fn order_says_nothing() {
    no_change(|document| {
        let mut new = document.clone();
        each(&mut new, &mut |properties| {
            for list in ["parameters", "required", "enum", "oneOf", "anyOf", "allOf", "tags", "security"] {
                if let Some(Value::Array(elements)) = properties.get_mut(list) {
                    // Of two parameters of one name the first counts.
                    let names: HashSet<String> = elements.iter().map(|element| element["name"].to_string()).collect();
                    if list != "parameters" || names.len() == elements.len() {
                        elements.reverse();
                    }
                }
            }
            *properties = std::mem::take(properties).into_iter().rev().collect();
        });
        [document.clone(), new]
    });
}

#[test]
fn texts_and_unknown_extensions_are_no_part_of_messages() {
    no_change(|document| {
        let mut new = document.clone();
        each(&mut new, &mut |properties| {
            let is_described = ["type", "responses", "in", "schema"].iter().any(|key| properties.contains_key(*key));
            if is_described && properties.get("type").is_none_or(Value::is_string) {
                properties.insert("description".into(), json!("something else"));
                properties.insert("x-else".into(), json!({"$ref": "#/x"}));
            }
        });
        [document.clone(), new]
    });
}

#[test]
fn parameters_may_be_of_the_path() {
    no_change(|document| {
        let mut new = document.clone();
        for item in new["paths"].as_object_mut().into_iter().flat_map(|paths| paths.values_mut()) {
            let Some(item) = item.as_object_mut() else { continue };
            let operations = item.values().filter(|operation| operation.get("responses").is_some()).count();
            if operations == 1 && !item.contains_key("parameters") {
                let parameters = item.values_mut().find_map(|node| node.as_object_mut()?.shift_remove("parameters"));
                item.extend(parameters.map(|parameters| ("parameters".to_owned(), parameters)));
            }
        }
        [document.clone(), new]
    });
}

#[test]
fn a_prefix_may_be_of_the_servers() {
    no_change(|document| {
        let (mut old, mut new) = (document.clone(), document.clone());
        let has_own_servers = document["paths"].to_string().contains("\"servers\"");
        let urls = document["servers"].as_array().cloned().unwrap_or_default();
        let is_plain = urls.iter().all(|server| server["url"].as_str().is_some_and(|url| !url.contains(['?', '#'])));
        let refers_to_paths = document.to_string().contains("\"#/paths/");
        let is_odd = |paths: &Map<String, Value>| paths.keys().any(|path| !path.starts_with('/'));
        if document["paths"].as_object().is_none_or(is_odd) || refers_to_paths || has_own_servers || !is_plain {
            return [old, new];
        }
        let paths = std::mem::take(old["paths"].as_object_mut().unwrap());
        let prefixed = paths.into_iter().map(|(path, item)| (format!("/v9{path}"), item));
        old["paths"] = Value::Object(prefixed.collect());
        if !urls.is_empty() {
            for server in new["servers"].as_array_mut().unwrap() {
                server["url"] = json!(format!("{}/v9", server["url"].as_str().unwrap().trim_end_matches('/')));
            }
        } else {
            new["servers"] = json!([{"url": "/v9"}]);
        }
        [old, new]
    });
}

#[test]
fn what_is_referred_to_may_stand_in_place() {
    fn inline(document: &Value, node: &mut Value, depth: usize) {
        let target = node.get("$ref").and_then(Value::as_str).and_then(|link| document.pointer(&link[1..]));
        // What holds itself never ends.
        if let Some(target) = target.filter(|_| depth < 4) {
            *node = target.clone();
            return inline(document, node, depth + 1);
        }
        match node {
            Value::Object(properties) => properties
                .iter_mut()
                .filter(|(key, _)| !["example", "examples", "mapping", "components"].contains(&key.as_str()))
                .for_each(|(_, property)| inline(document, property, depth)),
            Value::Array(elements) => elements.iter_mut().for_each(|element| inline(document, element, depth)),
            _ => {}
        }
    }
    no_change(|document| {
        let mut new = document.clone();
        inline(document, &mut new, 0);
        [document.clone(), new]
    });
}

/// What all changes of an operation do to its messages of one direction.
fn effects(changes: &[Change]) -> BTreeMap<(String, Direction), Effect> {
    let mut effects = BTreeMap::new();
    for change in changes {
        let Some(direction) = change.direction else { continue };
        let operation = change.operation.as_ref().map(|key| format!("{} {}", key.method, key.path)).unwrap_or_default();
        let effect = effects.entry((operation, direction)).or_insert(Effect::None);
        *effect = effect.and(change.effect);
    }
    effects
}

/// What holds for the changes between any two documents.
#[track_caller]
fn check(old: &Value, new: &Value, known: &HashSet<(String, Option<Direction>, Effect)>) {
    let (there, back) = (diff(old, new, NOW), diff(new, old, NOW));
    for change in &there {
        let document = if change.side == Side::Old { old } else { new };
        assert!(document.pointer(&change.pointer).is_some(), "{change:#?}");
        // Among alternatives that may overlap, effects are weaker.
        let is_known = known.contains(&(change.id.clone(), change.direction, change.effect));
        let is_weaker = change.effect == Effect::Unknown && known.iter().any(|(id, ..)| *id == change.id);
        assert!(is_known || is_weaker, "{change:#?}");
    }
    let fingerprints: HashSet<String> = there.iter().map(Change::fingerprint).collect();
    assert_eq!(fingerprints.len(), there.len(), "{:#?}", list(&there));
    let (forth, mirrored) = (effects(&there), effects(&back));
    for key in forth.keys().chain(mirrored.keys()) {
        let effect = |effects: &BTreeMap<_, Effect>| effects.get(key).copied().unwrap_or(Effect::None);
        let (one, other) = (effect(&forth), effect(&mirrored));
        let is_claim = |effect| ![Effect::Unknown, Effect::Violation].contains(&effect);
        if is_claim(one) && is_claim(other) {
            assert_eq!(one.reverse(), other, "{key:?}: {:#?} {:#?}", list(&there), list(&back));
        }
    }
}

fn known() -> HashSet<(String, Option<Direction>, Effect)> {
    rules().into_iter().map(|rule| (rule.id, rule.direction, rule.effect)).collect()
}

#[test]
fn changes_mirror_one_another() {
    let known = known();
    for rule in rules() {
        if let Some([old, new]) = &rule.example {
            check(old, new, &known);
        }
    }
}

/// All nodes of a document by their pointers.
fn pointers(value: &Value, pointer: String, found: &mut Vec<String>) {
    match value {
        Value::Object(properties) => {
            properties.iter().for_each(|(name, property)| pointers(property, join(&pointer, name), found));
        }
        Value::Array(elements) => {
            elements
                .iter()
                .enumerate()
                .for_each(|(index, element)| pointers(element, format!("{pointer}/{index}"), found));
        }
        _ => {}
    }
    found.push(pointer);
}

/// Changes one node: it goes, another takes its place, or it gets a property.
fn edit(document: &mut Value, at: &Index, kind: u8, other: &Index) {
    let mut all = Vec::new();
    pointers(document, String::new(), &mut all);
    let (at, other) = (at.get(&all).clone(), other.get(&all).clone());
    let copied = document.pointer(&other).cloned().unwrap_or_default();
    let Some((outer, _)) = at.rsplit_once('/') else { return };
    let token = at.rsplit_once('/').unwrap().1.replace("~1", "/").replace("~0", "~");
    match (kind, document.pointer_mut(outer)) {
        (0, Some(Value::Object(properties))) => {
            properties.shift_remove(&token);
        }
        (0, Some(Value::Array(elements))) => {
            elements.pop();
        }
        (1, _) => *document.pointer_mut(&at).unwrap() = copied,
        (2, Some(Value::Object(properties))) => {
            let value = properties[&token].clone();
            properties.insert(format!("{token}2"), value);
        }
        (3, _) => {
            let node = document.pointer_mut(&at).unwrap();
            *node = match node.take() {
                Value::Bool(value) => json!(!value),
                Value::Number(number) => json!(number.as_f64().unwrap_or_default() + 1.0),
                Value::String(text) if text == "string" => json!("integer"),
                Value::String(text) if text == "query" => json!("header"),
                Value::Object(mut properties) => {
                    properties.insert("nullable".into(), json!(true));
                    properties.insert("required".into(), json!(["p", "id"]));
                    Value::Object(properties)
                }
                other => other,
            };
        }
        _ => {}
    }
}

#[test]
fn whatever_is_edited_is_told_by_the_law() {
    let (documents, known) = (documents(), known());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let config = Config { cases: 400, failure_persistence: None, ..Config::default() };
    let edits = proptest::collection::vec((any::<Index>(), 0..4_u8, any::<Index>()), 1..4);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let result = runner.run(&(any::<Index>(), edits), |(which, edits)| {
        let (_, old) = which.get(&documents);
        let mut new = old.clone();
        for (at, kind, other) in edits {
            edit(&mut new, &at, kind, &other);
        }
        check(old, &new, &known);
        Ok(())
    });
    result.unwrap();
}
