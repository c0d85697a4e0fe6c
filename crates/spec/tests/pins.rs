//! Names that a release has given: which locks can be read, and what a release keeps, changes and loses.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::path::{Path, PathBuf};

use keyapi_rust_names::RustNames;
use keyapi_spec::naming::pins::{self, FormerNames, Names};
use keyapi_spec::{Input, Naming};
use serde_json::{Value, json};

/// What is said of a lock: the place in it, and the message.
fn refusals(lock: &Value) -> Vec<(String, String)> {
    let document = json!({"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {}});
    let input = Input::new("spec.json", Ok(document.to_string().into_bytes()));
    let found = input.with_lock("a.lock", Ok(lock.to_string().into_bytes())).resolve(&RustNames);
    let found = found.map_or_else(|found| found, |resolved| resolved.diagnostics);
    let said = found.into_iter().map(|found| {
        assert_eq!((found.code, found.file.as_str(), found.line), ("pinned-name", "a.lock", 1), "{found:?}");
        (found.pointer, found.message)
    });
    said.collect()
}

#[test]
fn what_cannot_be_a_name_is_refused() {
    let (lengthy, fits) = ("X".repeat(101), "X".repeat(100));
    let (empty, reserved) = ("it is empty or too long", "generated code needs it for itself");
    let camel = "types are spelled in camel case, of letters and digits";
    let capitals = "values are spelled in capitals, digits and underscores";
    for (place, what, names, why) in [
        ("GET /a", "an operation", &["", &lengthy][..], empty),
        ("GET /a", "an operation", &["new", "fromEnv"], reserved),
        ("GET /a", "an operation", &["make", "makeThings", &fits], ""),
        ("GET /a#query/b", "a parameter", &[""], empty),
        ("GET /a#path/b", "a parameter", &["send"], reserved),
        ("GET /a#header/b", "a parameter", &["make", "b", &lengthy], ""),
        ("GET /a#cookie/b", "a parameter", &["send"], reserved),
        ("GET /a#query-b", "a type", &["two words"], camel),
        ("GET /a#response/b", "a type", &["", &lengthy], empty),
        ("GET /a#response/b", "a type", &["Vec"], reserved),
        ("GET /a#response/b", "a type", &["B", "b", &fits], ""),
        ("schemas/B", "a type", &["b_c", "2B"], camel),
        ("schemas/B", "a type", &["Option"], reserved),
        ("#errors", "a type", &["Two Words"], camel),
        ("#params/b", "the type of a parameter's values", &["", &lengthy], empty),
        ("#params/b", "the type of a parameter's values", &["b_c"], camel),
        ("#params/b", "the type of a parameter's values", &["Vec"], ""),
        ("#params/b/c", "a value of a parameter", &[""], empty),
        ("#params/b/c", "a value of a parameter", &["c", "B-C"], capitals),
        ("#params/b/c", "a value of a parameter", &["C", "B_C", &lengthy], ""),
        ("#params/b/c", "a value of a parameter", &["KNOWN"], reserved),
    ] {
        for name in names {
            let pointer = place.replace('/', "~1");
            let message = format!("`{name}` cannot be the name of {what}: {why}");
            let expected = if why.is_empty() { vec![] } else { vec![(format!("/names/{pointer}"), message)] };
            assert_eq!(refusals(&json!({"names": {place: name}})), expected, "{place} {name}");
            let message = format!("{} cannot be the name of {what}", json!(name));
            let expected = if why.is_empty() { vec![] } else { vec![(format!("/former-names/{pointer}"), message)] };
            assert_eq!(refusals(&json!({"former-names": {place: [name]}})), expected, "{place} {name}");
        }
    }
}

#[test]
fn what_is_no_list_of_names_is_refused() {
    let said = |pointer: &str, message: &str| vec![(pointer.to_owned(), message.to_owned())];
    for (lock, expected) in [
        (json!({}), vec![]),
        (json!({"names": {}, "former-names": {}}), vec![]),
        (json!({"names": []}), said("/names", "`names` is no object of names")),
        (json!({"former-names": "x"}), said("/former-names", "`former-names` is no object of names")),
        (json!({"names": {"GET /a": 1}}), said("/names/GET ~1a", "a name is a text")),
        (
            json!({"former-names": {"GET /a": [1]}}),
            said("/former-names/GET ~1a", "1 cannot be the name of an operation"),
        ),
    ] {
        assert_eq!(refusals(&lock), expected, "{lock}");
    }
}

#[test]
fn a_name_is_given_once() {
    for (one, other, is_refused) in [
        (("GET /a", "make"), ("GET /b", "make"), true),
        (("GET /a", "make"), ("GET /b", "take"), false),
        // Setters are told apart within their operation.
        (("GET /a#query/b", "b"), ("GET /a#header/b", "b"), true),
        (("GET /a#path/b", "b"), ("GET /a#cookie/b", "b"), true),
        (("GET /a#query/b", "b"), ("GET /b#query/b", "b"), false),
        // Places in one body or one component may share a type.
        (("GET /a#response/b", "T"), ("GET /a#response/c", "T"), false),
        (("GET /a#response", "T"), ("GET /a#response/c/d", "T"), false),
        (("GET /a#response/b", "T"), ("GET /b#response/b", "T"), true),
        (("GET /a#response/b", "T"), ("GET /a#response404/b", "T"), true),
        (("GET /a#response/b", "T"), ("GET /a#query-b", "T"), true),
        (("schemas/A", "T"), ("schemas/A/b", "T"), false),
        (("schemas/A/b", "T"), ("schemas/A/c/d", "T"), false),
        (("schemas/A", "T"), ("schemas/B", "T"), true),
        (("schemas/A/b", "T"), ("schemas/Ab", "T"), true),
        (("schemas/A", "T"), ("#errors", "T"), true),
        // The types of values have a module of their own, and each has its values.
        (("schemas/A", "T"), ("#params/a", "T"), false),
        (("#params/a", "T"), ("#params/b", "T"), true),
        (("#params/a/b", "B"), ("#params/a/c", "B"), true),
        (("#params/a/b", "B"), ("#params/c/b", "B"), false),
    ] {
        let message = format!("the name `{}` is that of `{}` already", other.1, one.0);
        let pointer = format!("/names/{}", other.0.replace('/', "~1"));
        let expected = if is_refused { vec![(pointer, message)] } else { vec![] };
        assert_eq!(refusals(&json!({"names": {one.0: one.1, other.0: other.1}})), expected, "{one:?} {other:?}");
    }
    // Methods are told apart by the types of their requests.
    let spelled = refusals(&json!({"names": {"GET /a": "make_it", "GET /b": "makeIt"}}));
    assert_eq!(spelled.len(), 1, "{spelled:?}");
}

fn names(names: &Value) -> Names {
    serde_json::from_value(names.clone()).unwrap()
}

fn former(names: &Value) -> FormerNames {
    serde_json::from_value(names.clone()).unwrap()
}

#[test]
fn a_release_keeps_names_and_what_they_were_before() {
    for (before, given, expected) in [
        (json!([{}, {}]), json!({"GET /a": "x"}), json!([{"GET /a": "x"}, {}])),
        (json!([{"GET /a": "x"}, {}]), json!({"GET /a": "x"}), json!([{"GET /a": "x"}, {}])),
        (json!([{"GET /a": "x"}, {}]), json!({"GET /a": "y"}), json!([{"GET /a": "y"}, {"GET /a": ["x"]}])),
        (
            json!([{"GET /a": "y"}, {"GET /a": ["x"]}]),
            json!({"GET /a": "z"}),
            json!([{"GET /a": "z"}, {"GET /a": ["y", "x"]}]),
        ),
        (
            json!([{"GET /a": "y"}, {"GET /a": ["x"]}]),
            json!({"GET /a": "x"}),
            json!([{"GET /a": "x"}, {"GET /a": ["y"]}]),
        ),
        // Another spelling of an identifier is no other name.
        (json!([{"GET /a": "makeIt"}, {}]), json!({"GET /a": "make_it"}), json!([{"GET /a": "make_it"}, {}])),
        // What is gone keeps its names, until something else is released under one of them.
        (json!([{"GET /a": "x"}, {"GET /a": ["w"]}]), json!({}), json!([{"GET /a": "x"}, {"GET /a": ["w"]}])),
        (json!([{"GET /a": "x"}, {}]), json!({"GET /b": "x"}), json!([{"GET /b": "x"}, {}])),
        (json!([{"GET /a": "x"}, {}]), json!({"GET /b": "y"}), json!([{"GET /a": "x", "GET /b": "y"}, {}])),
        (
            json!([{"GET /a": "x"}, {"GET /a": ["w", "v"]}]),
            json!({"GET /b": "w"}),
            json!([{"GET /a": "x", "GET /b": "w"}, {"GET /a": ["v"]}]),
        ),
        (
            json!([{"GET /a#query/p": "p"}, {}]),
            json!({"GET /b#query/p": "p"}),
            json!([{"GET /a#query/p": "p", "GET /b#query/p": "p"}, {}]),
        ),
        // The status of a body has no name of its own, so that it had none before.
        (
            json!([{"GET /a#error": "E", "GET /a#error/~404": "E"}, {}]),
            json!({"GET /a#error": "F", "GET /a#error/~404": "F"}),
            json!([{"GET /a#error": "F", "GET /a#error/~404": "F"}, {"GET /a#error": ["E"]}]),
        ),
    ] {
        let (mut all, mut earlier) = (names(&before[0]), former(&before[1]));
        pins::release(&mut all, &mut earlier, &names(&given), &RustNames);
        assert_eq!((all, earlier), (names(&expected[0]), former(&expected[1])), "{before} {given}");
    }
}

#[test]
fn a_name_is_lost_that_nothing_and_nobody_took_over() {
    let released = json!({"GET /a/{x}": "makeIt"});
    let lost = [("GET /a/{x}", "makeIt")];
    for (all, earlier, given, expected) in [
        (json!({"GET /a/{x}": "makeIt"}), json!({}), json!({}), &[][..]),
        (json!({"GET /a/{x}": "make_it"}), json!({}), json!({"GET /a/{x}": "make_it"}), &[]),
        (json!({"GET /a/{y}": "makeIt"}), json!({}), json!({"GET /a/{y}": "makeIt"}), &[]),
        (json!({"GET /a/{x}": "take"}), json!({"GET /a/{x}": ["makeIt"]}), json!({"GET /a/{x}": "take"}), &[]),
        (json!({"GET /a/{y}": "take"}), json!({"GET /a/{y}": ["give", "make_it"]}), json!({}), &[]),
        (json!({"GET /a/{x}": "take"}), json!({}), json!({"GET /a/{x}": "take"}), &lost),
        (json!({"GET /a/{x}": "take"}), json!({"GET /a/{x}": ["give"]}), json!({"GET /a/{x}": "take"}), &lost),
        (json!({}), json!({}), json!({}), &lost),
        // Something else may have the name of what is gone, and of nothing else.
        (json!({"GET /b": "makeIt"}), json!({}), json!({"GET /b": "makeIt"}), &[]),
        (json!({"GET /b": "makeIt"}), json!({}), json!({"GET /b": "makeIt", "GET /a/{y}": "take"}), &lost),
        (json!({"GET /b": "take"}), json!({}), json!({"GET /b": "take"}), &lost),
    ] {
        let found = names(&released);
        let (all, earlier, given) = (names(&all), former(&earlier), names(&given));
        assert_eq!(pins::lost(&found, &all, &earlier, &given, &RustNames), expected, "{all:?} {earlier:?} {given:?}");
    }
}

#[test]
fn places_tell_of_statuses_and_move_with_their_operations() {
    for (place, expected) in [
        ("GET /a#error/~404", Some(("GET /a#error", "404"))),
        ("GET /a#error/~4XX", Some(("GET /a#error", "4XX"))),
        ("GET /a#error/~Default", Some(("GET /a#error", "Default"))),
        ("GET /a#response/~200", Some(("GET /a#response", "200"))),
        ("GET /a#error/404", None),
        ("GET /a#error/~other", None),
        ("GET /a#error/~4-4", None),
        ("GET /a#error/b/~404", None),
        ("schemas/A/~404", None),
    ] {
        assert_eq!(pins::status(place), expected, "{place}");
    }
    for (place, expected) in [
        ("GET /a", "GET /b"),
        ("GET /a#query/c", "GET /b#query/c"),
        ("GET /ab#query/c", "GET /ab#query/c"),
        ("#errors", "#errors"),
        ("schemas/A", "schemas/A"),
    ] {
        let moved = pins::moved(place, |operation| (operation == "GET /a").then(|| "GET /b".to_owned()));
        assert_eq!(moved, expected);
    }
}

#[test]
fn a_lock_is_beside_its_document() {
    let beside = |spec: &str| pins::beside(Path::new(spec));
    assert_eq!(beside("a/b.openapi.json"), Some(PathBuf::from("a/b.lock")));
    for other in ["a/b.json", "openapi.json", "a/b.openapi.yaml", ".."] {
        assert_eq!(beside(other), None, "{other}");
    }
}

/// What a lock pins, the lock says alone.
#[test]
fn a_way_to_name_things_pins_nothing() {
    let nothing: &[String] = &[];
    assert_eq!((RustNames.pinned("GET /a"), RustNames.former("GET /a")), (None, nothing));
    assert_eq!((RustNames.pinned_below(""), RustNames.pins()), (vec![], vec![]));
}
