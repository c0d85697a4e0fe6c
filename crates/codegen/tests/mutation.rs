//! Breaks documents in random places: none of it may panic, and what generates is Rust.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::fs;
use std::path::Path;

use keyapi_codegen::RustNames;
use keyapi_spec::{Diagnostic, Input};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};
use support::pointers;

/// What happens to one node of a document.
#[derive(Clone, Debug)]
enum Mutation {
    Delete,
    Retype(Value),
    /// A copy of another node takes its place.
    Copy(Index),
    /// A property is there twice under two names, an element twice in a row.
    Duplicate,
    /// Text, a list or an object is cut short.
    Truncate,
    /// A property goes by another name.
    Rename(String),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let values =
        [json!(null), json!(true), json!(-1), json!(1.5), json!(""), json!("text"), json!([]), json!({}), json!([{}])];
    let names = ["", "type", "$ref", "allOf", "x-y", "self", "extra", "a/b", "2XX", "default", "ü\u{202e}"];
    prop_oneof![
        Just(Mutation::Delete),
        prop::sample::select(values.to_vec()).prop_map(Mutation::Retype),
        any::<Index>().prop_map(Mutation::Copy),
        Just(Mutation::Duplicate),
        Just(Mutation::Truncate),
        prop::sample::select(names.to_vec()).prop_map(|name| Mutation::Rename(name.to_owned())),
    ]
}

/// The vendored document, and those that hold most of what there is to go wrong.
fn documents() -> Vec<Value> {
    let root = manifest_dir();
    let mut documents: Vec<_> = fs::read_dir(root.join("tests/specs"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with("30"))
        .collect();
    documents.sort();
    documents.insert(0, root.join("../../openapi/tiktok.openapi.json"));
    let value = |path: &Path| Input::new(path.to_str().unwrap(), fs::read(path)).spec().map(keyapi_spec::Source::value);
    documents.iter().filter_map(|path| value(path)).collect()
}

fn mutate(document: &mut Value, place: Index, mutation: &Mutation) {
    let mut all = Vec::new();
    pointers(document, String::new(), &mut all);
    let pointer = place.get(&all).clone();
    let (parent, token) = pointer.rsplit_once('/').unwrap_or_default();
    let token = token.replace("~1", "/").replace("~0", "~");
    match mutation {
        Mutation::Retype(value) => *document.pointer_mut(&pointer).unwrap() = value.clone(),
        Mutation::Copy(index) => {
            let from: &String = index.get(&all);
            let copy = document.pointer(from).unwrap().clone();
            *document.pointer_mut(&pointer).unwrap() = copy;
        }
        Mutation::Truncate => match document.pointer_mut(&pointer).unwrap() {
            Value::String(text) => *text = text.chars().take(text.chars().count() / 2).collect(),
            Value::Array(elements) => elements.truncate(elements.len() / 2),
            Value::Object(properties) => *properties = std::mem::take(properties).into_iter().take(1).collect(),
            other => *other = json!(null),
        },
        Mutation::Delete | Mutation::Duplicate | Mutation::Rename(_) => match document.pointer_mut(parent).unwrap() {
            Value::Object(properties) => {
                let Some(property) = properties.get(&token).cloned() else { return };
                match mutation {
                    Mutation::Rename(name) => _ = properties.insert(name.clone(), property),
                    Mutation::Duplicate => _ = properties.insert(format!("{token}_"), property),
                    _ => {}
                }
                if !matches!(mutation, Mutation::Duplicate) {
                    properties.shift_remove(&token);
                }
            }
            Value::Array(elements) => {
                let Ok(index) = token.parse::<usize>() else { return };
                match mutation {
                    Mutation::Delete => _ = elements.remove(index),
                    _ => elements.insert(index, elements[index].clone()),
                }
            }
            _ => {}
        },
    }
}

/// The diagnostics of a document that is refused.
fn run(document: &Value) -> Vec<Diagnostic> {
    let input = Input::new("mutated.json", Ok(document.to_string().into_bytes()));
    let generated = input.resolve(&RustNames).and_then(|resolved| keyapi_codegen::generate(&resolved.document));
    match generated {
        Err(found) => found,
        Ok(generated) => {
            for source in [generated.client, generated.httpmock] {
                syn::parse_file(&source).unwrap();
            }
            Vec::new()
        }
    }
}

#[test]
fn broken_documents_are_refused_by_a_check_or_generate() {
    let documents = documents();
    let strategy = (any::<Index>(), prop::collection::vec((any::<Index>(), mutation()), 1..4));
    // `PROPTEST_CASES` looks further; the first cases are always the same ones.
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(128);
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    runner
        .run(&strategy, |(base, mutations)| {
            let mut document = base.get(&documents).clone();
            for (place, mutation) in &mutations {
                mutate(&mut document, *place, mutation);
            }
            let refused = run(&document);
            let unexpected = refused.iter().find(|found| found.code.starts_with("generator"));
            prop_assert!(unexpected.is_none(), "{unexpected:?} in {document}");
            Ok(())
        })
        .unwrap();
}

/// The folder of this crate in the checkout that the tests run in.
fn manifest_dir() -> std::path::PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs the tests").into()
}
