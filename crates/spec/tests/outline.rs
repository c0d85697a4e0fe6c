//! The outline of a document is the document.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::path::PathBuf;

use keyapi_rust_names::RustNames;
use keyapi_spec::document::Lookup;
use keyapi_spec::{Input, Outline};
use serde_json::{Value, json};

/// An overlay that says nothing, and because of which all of the document is read.
const OVERLAY: &str =
    r#"{"overlay": "1.0.0", "info": {"title": "nothing", "version": "1"}, "actions": [{"target": "$"}]}"#;

fn specs() -> Vec<PathBuf> {
    let manifest = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs the tests"));
    let folder = manifest.join("../codegen/tests/specs");
    let mut specs: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    specs.sort();
    specs
}

fn is_quick(outline: &Outline) -> bool {
    *outline.frame() != outline.to_value()
}

#[test]
fn the_outline_of_a_document_is_that_of_the_whole_document() {
    let mut quick = 0;
    for path in specs() {
        let text = std::fs::read_to_string(&path).unwrap();
        // What is YAML is read as a whole, so that its text as JSON says more.
        let json = Input::new(path.to_str().unwrap(), Ok(text.clone().into_bytes())).spec().map(|spec| spec.to_json());
        let input = || Input::new("spec.json", Ok(json.clone().unwrap_or_else(|| text.clone()).into_bytes()));
        let outlined = input().outline(&RustNames);
        let whole = input().with_overlay("overlay.json", Ok(OVERLAY.into())).outline(&RustNames);
        let value = |outline: &Outline| outline.to_value();
        assert_eq!(outlined.as_ref().map(value), whole.as_ref().map(value), "{}", path.display());
        let (Ok(outlined), Ok(whole)) = (outlined, whole) else { continue };
        assert!(!is_quick(&whole));
        quick += usize::from(is_quick(&outlined));
        for (path, _) in outlined.frame()["paths"].as_object().into_iter().flatten() {
            assert_eq!(outlined.item(path)["parameters"], whole.item(path)["parameters"]);
        }
        for reference in references(&whole.to_value().to_string()) {
            assert_eq!(outlined.at(&reference), whole.at(&reference), "{reference} of {}", path.display());
        }
        assert_eq!(outlined.pieces().skip(1).count(), parts(&outlined), "{}", path.display());
    }
    assert!(quick > 80, "only {quick} documents were not read as a whole");
}

/// JSON pointers in a document.
fn references(text: &str) -> Vec<String> {
    let references = text.split("\"$ref\":\"#").skip(1).filter_map(|rest| rest.split('"').next());
    references.map(str::to_owned).filter(|pointer| !pointer.starts_with("/paths")).collect()
}

/// How many path items and components there are, of which each is a piece, unless the document was read as a whole.
fn parts(outline: &Outline) -> usize {
    if !is_quick(outline) {
        return 0;
    }
    let whole = outline.to_value();
    let count = |value: &Value| value.as_object().map_or(0, |properties| properties.len());
    let sections = whole["components"].as_object().into_iter().flatten();
    let components = sections.filter(|(section, _)| *section != "securitySchemes" && !section.starts_with("x-"));
    count(&whole["paths"]) + components.map(|(_, section)| count(section)).sum::<usize>()
}

#[test]
fn what_is_corrected_is_that_of_the_whole_document() {
    let update = |target: &str, update: Value| json!({"target": target, "update": update});
    let remove = |target: &str| json!({"target": target, "remove": true});
    let new = json!({"get": {"responses": {"200": {"description": "ok"}}}});
    let (described, schema) = (json!({"description": "d"}), json!({"type": "string"}));
    let overlays = [
        vec![update("$.info", json!({"x-a": 1})), update("$", json!({"x-b": {"c": 1}}))],
        vec![update("$.paths.*.*.parameters[?@.in == 'query']", described.clone())],
        vec![update("$.paths.*.get", json!({"description": "d", "responses": {"599": described}}))],
        vec![update("$.paths.*.*", json!({"description": "d"}))],
        vec![update("$.paths.*.get", json!({"parameters": []})), remove("$.paths.*.get.parameters")],
        vec![remove("$.paths.*.get.responses"), update("$.paths.*.get", json!({"summary": "s"}))],
        vec![remove("$.paths.*.get")],
        vec![update("$.paths", json!({"/new": new})), update("$.paths['/new'].get", described.clone())],
        vec![update("$.components.schemas.*", json!({"title": "t"}))],
        vec![remove("$.components.schemas[?@.type == 'object']")],
        vec![update("$", json!({"components": {"schemas": {"Pet": schema, "New": schema}}}))],
        vec![update("$.components.schemas", json!({"Pet": {"x-a": 1}})), remove("$.components.schemas.Pet.x-a")],
        vec![update("$..schema", json!({"x-a": 1}))],
        vec![remove("$.components")],
        vec![update("$.paths.*.*.responses", json!("text"))],
    ];
    let (mut corrected, mut quick) = (0, 0);
    for path in specs() {
        let text = std::fs::read_to_string(&path).unwrap();
        let json = Input::new(path.to_str().unwrap(), Ok(text.into_bytes())).spec().map(|spec| spec.to_json());
        let Some(json) = json else { continue };
        for actions in &overlays {
            let outline = |more: &[Value]| {
                let info = json!({"title": "corrections", "version": "1"});
                let overlay = json!({"overlay": "1.0.0", "info": info, "actions": actions.iter().chain(more).collect::<Vec<_>>()});
                let input = Input::new("spec.json", Ok(json.clone().into_bytes()));
                input.with_overlay("overlay.json", Ok(overlay.to_string().into_bytes())).outline(&RustNames)
            };
            // All of the document is read for an action on all of it.
            let (read, whole) = (outline(&[]), outline(&[json!({"target": "$"})]));
            let text = |outline: &Outline| outline.to_value().to_string();
            assert_eq!(read.as_ref().map(text), whole.as_ref().map(text), "{} {actions:?}", path.display());
            let (Ok(read), Ok(whole)) = (read, whole) else { continue };
            (corrected, quick) = (corrected + 1, quick + usize::from(is_quick(&read)));
            for (path, _) in read.frame()["paths"].as_object().into_iter().flatten() {
                assert_eq!(read.item(path), whole.item(path));
            }
            for reference in references(&whole.to_value().to_string()) {
                assert_eq!(read.at(&reference), whole.at(&reference), "{reference} of {} {actions:?}", path.display());
            }
            let components = |outline: &Outline| format!("{:?}", outline.components("schemas"));
            assert_eq!(components(&read), components(&whole), "{} {actions:?}", path.display());
        }
    }
    assert!(corrected > 500 && quick > 300, "of {corrected} outlines {quick} were quick");
}

#[test]
fn what_has_something_to_say_about_it_is_read_as_a_whole() {
    const OPERATION: &str = r#""responses": {"200": {"description": "ok"}}"#;
    let check = |version: &str, operation: &str, rest: &str, expected: bool| {
        let text = format!(r#"{{"openapi": "{version}", "paths": {{"/a": {{"get": {{{operation}}}}}}}{rest}}}"#);
        let outline = Input::new("a.json", Ok(text.clone().into_bytes())).outline(&RustNames);
        assert_eq!(outline.is_ok_and(|outline| is_quick(&outline)), expected, "{text}");
    };
    let both = |operation: &str, expected| ["3.0.0", "3.1.0"].map(|version| check(version, operation, "", expected));
    let with = |property: &str| format!("{OPERATION}, \"parameters\": [{property}]");
    both(OPERATION, true);
    both(&with(r#"{"example": {"a": [1, 1e18, null, true, "\u00e9"]}}"#), true);
    both(&with(r##"{"examples": {"a": {"$ref": "#/components/examples/a"}}, "example": 1}"##), true);
    both(&with(r##"{"schema": {"properties": {"example": {"$ref": "#/components/schemas/A"}}}}"##), true);
    for (reference, expected) in [
        ("#/components/schemas/A", true),
        ("#/paths/~1a", true),
        ("#/components/schemas", false),
        ("#", false),
        ("#%2Fpaths", false),
    ] {
        both(&with(&format!(r#"{{"schema": {{"$ref": "{reference}"}}}}"#)), expected);
    }
    // Examples that are rejected.
    both(&with(r##"{"example": {"$ref": "#/a"}}"##), false);
    both(&with(r##"{"schema": {"x-example": [{"$ref": "#/a"}]}}"##), false);
    both(&with(r##"{"examples": {"a": {"value": {"$ref": "#/a"}}}}"##), false);
    both(&with(r##"{"examples": [{"$ref": "#/a"}]}"##), false);
    check("3.0.0", OPERATION, r##", "components": {"examples": {"a": {"value": {"$ref": "#/a"}}}}"##, false);
    check("3.0.0", OPERATION, r##", "components": {"examples": {"a": {"value": {"a": 1}}}}"##, true);
    // A name that does not stand in the text as it is.
    check("3.0.0", OPERATION, r#", "components": {"schemas": {"A\/B": {}}}"#, false);
    // What is wrong with the text.
    both(&format!("{OPERATION}, {OPERATION}"), false);
    both(&with(r#"{"a": 1, "\u0061": 1}"#), false);
    both(&with(r#"{"b": 1, "c": 1, "d": 1, "e": 1, "f": 1, "g": 1, "h": 1, "i": 1, "a": 1, "b": 1}"#), false);
    both(&with(r#"{"example": 18446744073709551616}"#), false);
    both(&with(&("[".repeat(115) + &"]".repeat(115))), true);
    both(&with(&("[".repeat(116) + &"]".repeat(116))), false);
    check("3.0.0", OPERATION, r#", "components": {"schemas": {"A": {}, "A": {}}}"#, false);
    // What only a conversion makes sense of.
    for (version, expected) in [("3.0.0", true), ("3.1.0", false)] {
        check(version, &with(r#"{"schema": {"$id": "a"}}"#), "", expected);
        check(version, &with(r#"{"schema": {"$ref": "a"}}"#), "", expected);
        check(version, &format!("{OPERATION}, \"callbacks\": {{}}"), "", expected);
        check(version, OPERATION, r#", "webhooks": {}"#, expected);
        check(version, OPERATION, r#", "components": {"pathItems": {}}"#, expected);
    }
}
