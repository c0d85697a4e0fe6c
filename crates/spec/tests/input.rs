//! The files that go into the pipeline, whatever is wrong with them, and what comes out of its ways.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::path::Path;
use std::{fs, io};

use keyapi_rust_names::RustNames;
use keyapi_spec::diagnostic::render::Style;
use keyapi_spec::infer::evidence::Sample;
use keyapi_spec::{Diagnostic, Input, Outline};
use serde_json::{Value, json};

const OVERLAY: &str = "overlay: 1.0.0\ninfo: {title: t, version: '1'}\nactions:\n";

/// A document with an operation, a skipped one, and an example.
fn document() -> Value {
    let content = json!({"application/json": {"schema": {"type": "object"}, "example": {"a": 1}}});
    let operation =
        |id: &str| json!({"operationId": id, "responses": {"200": {"description": "d", "content": content}}});
    let paths = json!({"/x": {"get": operation("x")}, "/y": {"get": operation("y")}});
    json!({"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": paths})
}

fn input() -> Input {
    Input::new("spec.json", Ok(document().to_string().into_bytes()))
}

fn with_overlay(actions: &str) -> Input {
    input().with_overlay("o.yaml", Ok(format!("{OVERLAY}{actions}").into_bytes()))
}

fn missing() -> io::Result<Vec<u8>> {
    Err(io::ErrorKind::NotFound.into())
}

fn forbidden() -> io::Result<Vec<u8>> {
    Err(io::ErrorKind::PermissionDenied.into())
}

/// The findings as their codes and files.
fn told(found: &[Diagnostic]) -> Vec<String> {
    found.iter().filter(|found| found.is_error()).map(|found| format!("{} {}", found.code, found.file)).collect()
}

#[test]
fn every_file_that_is_not_read_is_told_of_at_once() {
    let bad = || Ok(b"{".to_vec());
    for (input, expected) in [
        (input(), &[][..]),
        (Input::new("spec.json", missing()), &["unreadable spec.json"]),
        (Input::new("spec.json", bad()), &["json-syntax spec.json"]),
        (input().with_overlay("o.yaml", missing()), &["unreadable o.yaml"]),
        // What is beside a document may be missing, and nothing else.
        (input().with_credits("c.json", missing()).with_lock("l", missing()), &[]),
        (input().with_credits("c.json", forbidden()), &["unreadable c.json"]),
        (input().with_credits("c.json", bad()), &["json-syntax c.json"]),
        (input().with_lock("l", forbidden()), &["unreadable l"]),
        (input().with_lock("l", Ok(b"a: 1".to_vec())), &["json-syntax l"]),
        (input().with_evidence("e/GET /x/200.json", missing()), &["unreadable e/GET /x/200.json"]),
        (
            Input::new("spec.json", bad()).with_overlay("o.yaml", missing()).with_lock("l", bad()),
            &["json-syntax spec.json", "unreadable o.yaml", "json-syntax l"],
        ),
    ] {
        let errors = |found: Result<Value, Vec<Diagnostic>>| found.map_or_else(|found| told(&found), |_| vec![]);
        assert_eq!(errors(input.resolve(&RustNames).map(|resolved| resolved.document)), expected);
        assert_eq!(errors(input.serve(&RustNames)), expected);
        assert_eq!(errors(input.outline(&RustNames).map(|outline| outline.to_value())), expected);
    }
    let found = input().with_lock("l", bad()).resolve(&RustNames).map(|_| ()).unwrap_err();
    assert!(found[0].help.contains("from git"), "{found:?}");
    let found = input().with_overlay("o.yaml", missing()).with_lock("l", missing()).resolve(&RustNames).map(|_| ());
    assert!(!found.unwrap_err()[0].help.contains("from git"));
}

#[test]
fn the_files_of_a_platform_are_found_beside_its_document() {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("platforms");
    let write = |name: &str, text: &str| {
        let file = root.join("openapi").join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    };
    write("alone.openapi.json", &document().to_string());
    write("all.openapi.json", &document().to_string());
    write("all.overlay.yaml", &format!("{OVERLAY}- {{target: $.info, update: {{x-a: 1}}}}\n"));
    write("all.credits.json", "{}");
    write("all.lock", "{}");
    for sample in ["y/200-00.json", "x/404-01.json", "x/200-02.json", "x/notes.txt"] {
        write(&format!("evidence/{sample}"), "{}");
    }
    let input = Input::of_platform(&root, "all");
    let names =
        [input.spec(), input.overlay(), input.credits(), input.lock()].map(|file| file.unwrap().name().to_owned());
    let suffixes = ["openapi.json", "overlay.yaml", "credits.json", "lock"];
    assert_eq!(names, suffixes.map(|suffix| format!("openapi/all.{suffix}")));
    let sample = |sample: &Sample| format!("{} {} {}", sample.operation, sample.status, sample.body.name());
    let samples: Vec<String> = input.evidence().iter().map(sample).collect();
    let expected = ["x 200 openapi/evidence/x/200-02.json", "x 404 openapi/evidence/x/404-01.json"];
    assert_eq!(samples[..2], expected);
    assert_eq!(samples[2..], ["y 200 openapi/evidence/y/200-00.json"]);
    // Operations of several documents may be called alike, so that a document may have a folder of samples of its own.
    for sample in ["alone/README.md", "alone/x/200-03.json"] {
        write(&format!("evidence/{sample}"), "{}");
    }
    let samples_of = |name: &str| Input::of_platform(&root, name).evidence().iter().map(sample).collect::<Vec<_>>();
    assert_eq!(samples_of("alone"), ["x 200 openapi/evidence/alone/x/200-03.json"]);
    assert_eq!(samples_of("all"), samples);
    let input = Input::of_platform(&root, "alone");
    assert!(input.overlay().is_none() && input.credits().is_none() && input.lock().is_none());
    assert!(input.serve(&RustNames).is_ok());
    let input = Input::of_platform(&root, "nobody");
    assert!(input.spec().is_none());
    assert_eq!(told(&input.serve(&RustNames).unwrap_err()), ["unreadable openapi/nobody.openapi.json"]);
}

#[test]
fn findings_are_placed_and_shown_with_their_lines() {
    let found = vec![Diagnostic::warning("a-warning", "/openapi", "odd")];
    let placed = input().place(found.clone());
    assert_eq!((placed[0].file.as_str(), placed[0].line, placed[0].column), ("spec.json", 1, 2));
    assert_eq!(Input::new("spec.json", missing()).place(found.clone()), found);
    let rendered = input().render(&placed, Style::Plain);
    assert!(rendered.contains("spec.json:1:2") && rendered.contains("{\"openapi\":"), "{rendered}");
    let notes: Vec<Diagnostic> = (0..9).map(|at| Diagnostic::note("a-note", format!("/{at}"), "odd")).collect();
    let (brief, all) = (input().render_brief(&notes, Style::Plain), input().render(&notes, Style::Plain));
    assert!(brief.contains("6 more") && all.matches("note[a-note]").count() == 9, "{brief}{all}");
}

#[test]
fn a_document_that_is_forgotten_is_read_again() {
    let mut input = input();
    let first = input.spec().unwrap().value();
    input.forget();
    assert_eq!(input.spec().unwrap().value(), first);
}

#[test]
fn an_overlay_that_is_ahead_of_a_document_is_passed_over() {
    let ahead = "- {target: \"$.paths['/gone']\", remove: true}\n- {target: $.info, update: {x-a: 1}}\n";
    let input = with_overlay(ahead);
    assert_eq!(told(&input.resolve(&RustNames).map(|_| ()).unwrap_err()), ["overlay-no-match o.yaml"]);
    assert_eq!(told(&input.serve(&RustNames).unwrap_err()), ["overlay-no-match o.yaml"]);
    assert_eq!(told(&input.published(&RustNames).map(|_| ()).unwrap_err()), ["overlay-no-match o.yaml"]);
    let former = input.resolve_former(&RustNames).unwrap();
    assert_eq!(
        (&former.document["info"]["x-a"], told(&former.diagnostics)),
        (&json!(1), vec!["overlay-no-match o.yaml".to_owned()])
    );
    assert_eq!(former.diagnostics.len(), 1, "{:?}", former.diagnostics);
    assert_eq!(input.published_former(&RustNames).unwrap().document["info"]["x-a"], 1);
    // Any other error is one still.
    let bad = with_overlay(&format!("{ahead}- {{target: '$[', update: {{}}}}\n"));
    assert!(bad.resolve_former(&RustNames).is_err() && bad.published_former(&RustNames).is_err());
}

#[test]
fn what_is_left_out_goes_no_further() {
    let left_out = |pointers: &[&str]| {
        let resolved = input().resolve_without(&RustNames, pointers).unwrap();
        resolved.document["paths"].as_object().unwrap().keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(left_out(&[]), ["/x", "/y"]);
    assert_eq!(left_out(&["/paths/~1x"]), ["/y"]);
    assert_eq!(left_out(&["/paths/~1z", "/paths/~1y", ""]), ["/x"]);
}

#[test]
fn each_way_has_what_it_is_for() {
    let input = with_overlay("- {target: \"$.paths['/y'].get\", update: {x-skip: slow}}\n");
    let resolved = input.resolve(&RustNames).unwrap();
    let (served, published) = (input.serve(&RustNames).unwrap(), input.published(&RustNames).unwrap());
    // What is left out of the client is served.
    let has = |document: &Value| document["paths"].get("/y").is_some();
    assert_eq!([&resolved.document, &served, &published.document].map(has), [false, true, true]);
    let schema = "/paths/~1x/get/responses/200/content/application~1json/schema";
    for document in [&served, &published.document] {
        assert_eq!(document.pointer(schema).unwrap()["properties"]["a"]["type"], "integer");
    }
    let outline = input.outline(&RustNames).unwrap().to_value();
    assert!(outline.pointer(schema).unwrap().get("properties").is_none(), "nothing is inferred of an outline");
    assert_eq!(resolved.names.get("GET /x").map(String::as_str), Some("x"));
    let of_served = Outline::of_served(served.to_string()).unwrap();
    assert_eq!(of_served.to_value(), served);
    assert!(Outline::of_served("{").is_err());
}
