//! What is put off when a document is loaded, and that it makes no difference.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use keyapi_mock::{Engine, Options, load};
use keyapi_rust_names::RustNames;
use keyapi_spec::Input;
use serde_json::json;
use support::{body, document, response};

#[test]
fn the_inferred_document_is_what_the_whole_pipeline_serves() {
    let folder = manifest_dir().join("../codegen/tests/specs");
    let mut compared = 0;
    for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let Ok(document) = load::files(&path, None) else { continue };
        let expected = Input::new("", std::fs::read(&path)).serve(&RustNames).unwrap();
        let served = response(&Engine::new(document, Options::default()), "GET /__mock/openapi.json").body;
        assert_eq!(String::from_utf8(served.to_vec()).unwrap(), expected.to_string(), "{}", path.display());
        compared += 1;
    }
    assert!(compared > 90, "only {compared} documents were compared");
}

/// Operations are compiled from what is read of the document for the first request, or from all of it.
#[test]
fn it_makes_no_difference_how_much_of_a_document_is_read() {
    let folder = manifest_dir().join("../codegen/tests/specs");
    let mut compared = 0;
    for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let Some(json) = Input::new(path.to_str().unwrap(), std::fs::read(&path)).spec().map(|spec| spec.to_json())
        else {
            continue;
        };
        let operations = |document| response(&Engine::new(document, Options::default()), "GET /__mock/operations").body;
        // YAML is read as a whole.
        let [read, whole] = ["spec.json", "spec.yaml"].map(|name| load::text(name, &json).ok().map(operations));
        assert_eq!(read, whole, "{}", path.display());
        compared += usize::from(read.is_some());
    }
    assert!(compared > 90, "only {compared} documents were compared");
}

const HOLES: &str = "
openapi: 3.0.0
paths:
  /things:
    post:
      requestBody: {content: {application/json: {schema: {type: object}, example: {page: 1}}}}
      responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}}
components:
  schemas: {Thing: {type: object, example: {size: 1}}}
";

/// What somebody corrected is a contract; what was only published is served as it is.
#[test]
fn inferred_schemas_count_where_there_is_an_overlay() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let info = "info: {title: t, version: '1'}";
    let overlay = format!("overlay: 1.0.0\n{info}\nactions: [{{target: $, update: {{{info}}}}}]\n");
    let (spec, overlay) = (write("spec.yaml", HOLES), write("overlay.yaml", &overlay));
    let post = "POST /things\nContent-Type: application/json\n\n{\"page\": \"x\"}";
    for (overlay, status) in [(None, 200), (Some(overlay.as_path()), 422)] {
        let engine = Engine::new(load::files(&spec, overlay).unwrap(), Options::default());
        assert_eq!(response(&engine, post).status, status);
    }
}

#[test]
fn bodies_are_made_up_from_inferred_schemas() {
    let engine = Engine::new(document(HOLES), Options::default());
    let made_up = body(&response(&engine, "POST /things?__dynamic=true"));
    assert!(made_up["size"].is_i64(), "{made_up}");
    assert_eq!(body(&response(&engine, "POST /things")), json!({ "size": 1 }));
}

/// Whoever reads a document while it is replaced must neither stop the replacement nor be stopped by it.
#[test]
fn a_document_is_replaced_while_the_admin_interface_is_read() {
    let paths = |paths: &str| document(&format!("{{openapi: 3.0.0, paths: {{{paths}}}}}"));
    let operation = |path: &str| format!("{path}: {{get: {{responses: {{'200': {{description: ok}}}}}}}}");
    let documents = [paths(&operation("/a")), paths(&format!("{}, {}", operation("/b"), operation("/c")))];
    let engine = Engine::new(Arc::clone(&documents[0]), Options::default());
    response(&engine, "GET /a");
    let done = AtomicBool::new(false);
    let (ended, all_ended) = mpsc::channel();
    std::thread::scope(|scope| {
        for target in ["/__mock/", "/__mock/journal", "/__mock/", "/__mock/journal"] {
            let (engine, done, ended) = (&engine, &done, ended.clone());
            scope.spawn(move || {
                while !done.load(Ordering::Relaxed) {
                    assert_eq!(response(engine, &format!("GET {target}")).status, 200);
                }
                ended.send(()).unwrap();
            });
        }
        let (engine, done, documents, ended) = (&engine, &done, &documents, ended);
        scope.spawn(move || {
            (0..10_000).for_each(|turn| engine.replace(Arc::clone(&documents[turn % 2])));
            done.store(true, Ordering::Relaxed);
            ended.send(()).unwrap();
        });
        for _ in 0..5 {
            if all_ended.recv_timeout(Duration::from_secs(60)).is_err() {
                // Threads that wait for each other would keep the test from failing.
                eprintln!("the document is not replaced, as readers and writer wait for each other");
                std::process::abort();
            }
        }
    });
    assert_eq!(engine.operations().len(), 2);
}

/// The folder of this crate in the checkout that the tests run in.
fn manifest_dir() -> std::path::PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs the tests").into()
}
