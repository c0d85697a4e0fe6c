//! OpenAPI Overlay 1.0 documents applied to documents: what is changed, and what is refused where.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use keyapi_spec::overlay::{Stage, apply};
use keyapi_spec::{Diagnostic, Source};
use serde_json::{Value, json};

/// An overlay with these actions.
fn overlay(actions: &Value) -> Value {
    json!({"overlay": "1.0.0", "info": {"title": "t", "version": "1"}, "actions": actions})
}

/// Applies actions that must not fail, and gives what becomes of the document and the codes of what is said.
#[track_caller]
fn run(document: &Value, actions: &Value) -> (Value, Vec<&'static str>) {
    let mut changed = document.clone();
    let found = apply(&mut changed, &overlay(actions), Stage::Document);
    assert!(!found.iter().any(Diagnostic::is_error), "{found:#?}");
    (changed, found.iter().map(|found| found.code).collect())
}

#[track_caller]
fn check(document: Value, actions: Value, expected: Value) {
    assert_eq!(run(&document, &actions), (expected, Vec::new()), "{actions}");
}

/// Checks that a single action is refused there, in these words.
#[track_caller]
fn refuse(document: Value, action: Value, code: &str, at: &str, words: &[&str]) {
    let found = apply(&mut document.clone(), &overlay(&json!([action])), Stage::Document);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].is_error());
    assert_eq!((found[0].code, found[0].pointer.as_str()), (code, at), "{found:#?}");
    assert!(words.iter().all(|word| found[0].message.contains(word)), "{}", found[0].message);
}

fn yaml(text: &str) -> Value {
    Source::parse("overlay.yaml", text.as_bytes()).unwrap().value()
}

#[test]
fn updates_merge_objects_and_concatenate_lists() {
    check(
        json!({"a": {"b": 1, "list": [1, 2]}}),
        json!([{"target": "$.a", "update": {"b": 2, "c": {"d": true}, "list": [3]}}]),
        json!({"a": {"b": 2, "list": [1, 2, 3], "c": {"d": true}}}),
    );
}

#[test]
fn an_array_target_gets_one_more_element() {
    check(json!({"list": [1]}), json!([{"target": "$.list", "update": 9}]), json!({"list": [1, 9]}));
    check(json!({"list": [1]}), json!([{"target": "$.list", "update": [2]}]), json!({"list": [1, [2]]}));
}

#[test]
fn filters_select_by_property() {
    check(
        json!({"paths": {"/x": {"get": {"p": [{"name": "q"}, {"name": "r"}]}}}}),
        json!([{"target": "$.paths.*.*.p[?@.name=='q']", "update": {"x": 1}}]),
        json!({"paths": {"/x": {"get": {"p": [{"name": "q", "x": 1}, {"name": "r"}]}}}}),
    );
}

#[test]
fn removal_does_not_depend_on_how_often_and_in_which_order_a_place_is_reached() {
    let list = || json!({"list": [{"n": 0}, {"n": 1}, {"n": 2}, {"n": 3}]});
    for (target, left) in [
        ("$.list[0,0]", vec![1, 2, 3]),
        ("$.list[2,0]", vec![1, 3]),
        ("$.list[0,2]", vec![1, 3]),
        ("$.list[::-1]", vec![]),
        ("$.list[3:0:-2]", vec![0, 2]),
        ("$.list[-1,3,1]", vec![0, 2]),
        ("$.list[?@.n < 2, ?@.n > 0]", vec![]),
        ("$.list[?@.n == 1, 0, ?@.n < 2]", vec![2, 3]),
        ("$..[?@.n > 1]", vec![0, 1]),
        ("$.list[*]", vec![]),
    ] {
        let left: Vec<Value> = left.into_iter().map(|n| json!({"n": n})).collect();
        check(list(), json!([{"target": target, "remove": true}]), json!({"list": left}));
    }
}

#[test]
fn more_than_ten_elements_are_removed_in_the_order_of_their_numbers() {
    let list: Vec<Value> = (0..12).map(|n| json!({"n": n})).collect();
    let left =
        json!({"list": [{"n": 0}, {"n": 1}, {"n": 3}, {"n": 4}, {"n": 5}, {"n": 6}, {"n": 7}, {"n": 8}, {"n": 9}]});
    check(json!({"list": list}), json!([{"target": "$.list[2,10,11,10]", "remove": true}]), left);
}

#[test]
fn what_is_in_something_that_is_removed_goes_with_it() {
    check(
        json!({"a": {"k": {}, "a": {"k": {}}}, "b": [{"k": [{"k": {}}]}, {}]}),
        json!([{"target": "$..k", "remove": true}]),
        json!({"a": {"a": {}}, "b": [{}, {}]}),
    );
    check(json!({"a": {"k": {"k": {}}}}), json!([{"target": "$.a[?@,?@]", "remove": true}]), json!({"a": {}}));
}

#[test]
fn an_update_is_applied_once_to_each_place() {
    let document = || json!({"a": {"list": [1]}, "b": {"list": []}});
    let update = json!({"list": [2]});
    let expected = json!({"a": {"list": [1, 2]}, "b": {"list": []}});
    check(document(), json!([{"target": "$['a','a']", "update": update}]), expected.clone());
    check(document(), json!([{"target": "$[?@.list[0], 'a']", "update": update}]), expected);
    check(
        document(),
        json!([{"target": "$['b','a','b'].list", "update": 3}]),
        json!({"a": {"list": [1, 3]}, "b": {"list": [3]}}),
    );
}

#[test]
fn a_place_in_another_one_is_updated_as_well() {
    check(
        json!({"s": {"type": "object", "of": {"type": "object"}}}),
        json!([{"target": "$..[?@.type == 'object']", "update": {"of": {"x": 1}}}]),
        json!({"s": {"type": "object", "of": {"type": "object", "of": {"x": 1}, "x": 1}}}),
    );
}

#[test]
fn names_with_special_characters_are_found() {
    let document = json!({"paths": {"/a~b/{c}": {"get": {}}, "/a": {"get": {}}}});
    let target = "$.paths['/a~b/{c}']";
    check(document, json!([{"target": target, "remove": true}]), json!({"paths": {"/a": {"get": {}}}}));
}

#[test]
fn a_target_is_an_object_or_an_array() {
    let document = || json!({"info": {"title": "t", "tags": ["x", {"y": null}], "on": true, "n": 1}});
    let at = "/actions/0/target";
    for action in [json!({"remove": true}), json!({"update": {}}), json!({"update": "new"}), json!({})] {
        for (target, place, kind) in [
            ("$.info.title", "`/info/title`", "a string"),
            ("$.info.on", "`/info/on`", "a boolean"),
            ("$.info.tags[1,0]", "`/info/tags/0`", "a string"),
            ("$.info.tags[1].y", "`/info/tags/1/y`", "null"),
            ("$.info['tags','n']", "`/info/n`", "an integer"),
        ] {
            let mut action = action.clone();
            action["target"] = json!(target);
            refuse(document(), action, "overlay-invalid", at, &[place, kind, target]);
        }
    }
}

#[test]
fn the_document_itself_can_be_updated_and_not_removed() {
    check(json!({"a": 1}), json!([{"target": "$", "update": {"b": 2}}]), json!({"a": 1, "b": 2}));
    refuse(
        json!({}),
        json!({"target": "$", "remove": true}),
        "overlay-invalid",
        "/actions/0/remove",
        &["whole document"],
    );
}

#[test]
fn an_object_is_updated_by_an_object() {
    for update in [json!("text"), json!(null), json!([1])] {
        let action = json!({"target": "$.a", "update": update});
        refuse(json!({"a": {}}), action, "overlay-invalid", "/actions/0/update", &["`/a`"]);
    }
}

#[test]
fn an_action_has_to_match() {
    for action in [json!({"update": {}}), json!({"remove": true}), json!({})] {
        let mut action = action;
        action["target"] = json!("$.nothing");
        refuse(json!({"a": {}}), action, "overlay-no-match", "/actions/0/target", &["$.nothing"]);
    }
}

#[test]
fn an_action_has_to_change_something() {
    let no_change = |actions: Value| assert_eq!(run(&json!({"a": {"b": 1}}), &actions).1, ["overlay-no-change"]);
    no_change(json!([{"target": "$.a", "update": {"b": 1}}]));
    no_change(json!([{"target": "$.a"}]));
    no_change(json!([{"target": "$.a", "remove": false}]));
}

#[test]
fn removal_comes_before_an_update_of_the_same_action() {
    check(json!({"a": {}, "b": {}}), json!([{"target": "$.a", "remove": true, "update": {"c": 1}}]), json!({"b": {}}));
}

#[test]
fn an_action_sees_what_the_ones_before_it_did() {
    check(
        json!({"servers": [{"url": "a"}]}),
        json!([{"target": "$.servers", "remove": true}, {"target": "$", "update": {"servers": [{"url": "b"}]}}]),
        json!({"servers": [{"url": "b"}]}),
    );
}

#[test]
fn stages_are_kept_apart() {
    let overlay = overlay(&json!([
        {"target": "$.a", "update": {"type": "number"}, "x-stage": "inferred"},
        {"target": "$.a", "update": {}, "x-stage": "later"},
    ]));
    let mut document = json!({"a": {"type": "integer", "x-inferred": {"rule": "R5"}}});
    let found = apply(&mut document, &overlay, Stage::Inferred);
    assert_eq!(document, json!({"a": {"type": "number"}}));
    assert_eq!((found[0].code, found[0].pointer.as_str()), ("overlay-invalid", "/actions/1/x-stage"));
}

/// The start of an overlay in which everything is right.
const HEAD: &str = "overlay: 1.0.7\ninfo: {title: Corrections, version: 0.1.0}\n";

/// One overlay for each way to be accepted that the specification's own tests have.
#[test]
fn overlays_that_the_specification_allows_are_applied() {
    let document = yaml(
        "info: {title: Shop, version: '1'}\npaths:\n  /orders:\n    get:\n      x-page-by: {cursor: {}}\n      \
         parameters: [{name: q, in: query}, {name: old, in: query}]\n",
    );
    for (name, rest) in [
        ("least", "actions: [{target: $}]"),
        ("description", "actions: [{target: $, description: Nothing yet.}]"),
        ("extension of an action", "actions: [{target: $, x-owner: {team: a}}]"),
        ("extension of the overlay", "actions: [{target: $}]\nx-owner: {}"),
        ("extends", "extends: ./shop.yaml\nactions: [{target: $}]"),
        (
            "structured",
            "actions: [{target: $, update: {info: {x-a: 1}, paths: {/orders: {get: {x-rate: 9}}}, tags: []}}]",
        ),
        (
            "targeted",
            "actions:\n- {target: \"$.paths['/orders'].get\", update: {description: d}}\n- {target: $.info, update: {x-a: b}}",
        ),
        (
            "wildcard",
            "actions: [{target: \"$.paths.*.get.parameters[?@.name=='q' && @.in=='query']\", update: {schema: {type: string}}}]",
        ),
        ("one more element", "actions: [{target: $.paths.*.get.parameters, update: {name: new, in: query}}]"),
        ("removed element", "actions: [{target: \"$.paths.*.get.parameters[?@.name == 'old']\", remove: true}]"),
        ("both", "actions: [{target: $.paths.*.get.parameters, update: {name: new}, remove: true}]"),
        ("trait", "actions: [{target: '$.paths.*[?@.x-page-by.cursor]', update: {x-pages: true}}]"),
    ] {
        let found = apply(&mut document.clone(), &yaml(&format!("{HEAD}{rest}\n")), Stage::Document);
        assert!(found.iter().all(|found| found.code == "overlay-no-change"), "{name}: {found:#?}");
    }
    let info = yaml("overlay: 1.0.0\ninfo: {title: t, version: '1', x-owner: {}}\nactions: [{target: $}]\n");
    assert_eq!(apply(&mut document.clone(), &info, Stage::Document)[0].code, "overlay-no-change");
}

/// One overlay for each way to be refused that the specification's own tests have, and some of their kind.
#[test]
fn overlays_that_the_specification_forbids_are_refused_with_their_place() {
    let ok = "actions: [{target: $}]\n";
    let action = |action: &str| format!("{HEAD}actions: [{action}]\n");
    let cases = [
        ("[an, array]\n".to_owned(), ""),
        (format!("info: {{title: t, version: '1'}}\n{ok}"), ""),
        (format!("overlay: 2\ninfo: {{title: t, version: '1'}}\n{ok}"), "/overlay"),
        (format!("overlay: '1.0'\ninfo: {{title: t, version: '1'}}\n{ok}"), "/overlay"),
        (format!("overlay: 1.0.x\ninfo: {{title: t, version: '1'}}\n{ok}"), "/overlay"),
        (format!("overlay: 1.1.0\ninfo: {{title: t, version: '1', description: d}}\n{ok}"), "/overlay"),
        (format!("overlay: 1.0.0\n{ok}"), ""),
        (format!("overlay: 1.0.0\ninfo: nothing\n{ok}"), "/info"),
        (format!("overlay: 1.0.0\ninfo: {{version: '1'}}\n{ok}"), "/info"),
        (format!("overlay: 1.0.0\ninfo: {{title: t}}\n{ok}"), "/info"),
        (format!("overlay: 1.0.0\ninfo: {{title: 7, version: '1'}}\n{ok}"), "/info/title"),
        (format!("overlay: 1.0.0\ninfo: {{title: t, version: true}}\n{ok}"), "/info/version"),
        (format!("overlay: 1.0.0\ninfo: {{title: t, version: '1', name: n}}\n{ok}"), "/info/name"),
        (format!("{HEAD}{ok}surplus: 1\n"), "/surplus"),
        (format!("{HEAD}{ok}extends: [a.yaml]\n"), "/extends"),
        (format!("{HEAD}extends: a.yaml\n"), "/actions"),
        (format!("{HEAD}actions: []\n"), "/actions"),
        (format!("{HEAD}actions: {{target: $}}\n"), "/actions"),
        (action("{target: $}, {target: $.info}, {target: $}"), "/actions/2"),
        (action("7"), "/actions/0"),
        (action("{update: {}}"), "/actions/0"),
        (action("{target: 7}"), "/actions/0/target"),
        (action("{target: info.title, update: {}}"), "/actions/0/target"),
        (action("{target: '$.a['}"), "/actions/0/target"),
        (action("{target: $, description: 7}"), "/actions/0/description"),
        (action("{target: $.info, remove: perhaps}"), "/actions/0/remove"),
        (action("{target: $, copy: $.info}"), "/actions/0/copy"),
        (action("{target: $, Remove: true}"), "/actions/0/Remove"),
    ];
    for (text, pointer) in cases {
        let mut document = json!({"info": {}});
        let found = apply(&mut document, &yaml(&text), Stage::Document);
        let errors: Vec<&Diagnostic> = found.iter().filter(|found| found.is_error()).collect();
        assert_eq!(errors.len(), 1, "{text}\n{found:#?}");
        assert_eq!((errors[0].code, errors[0].pointer.as_str()), ("overlay-invalid", pointer), "{text}\n{found:#?}");
    }
}

#[test]
fn another_version_is_refused_by_its_name() {
    for version in ["1.1.0", "1.1", "2.0.0", "1.0"] {
        let mut overlay = overlay(&json!([{"target": "$", "copy": "$.a"}]));
        overlay["overlay"] = json!(version);
        let found = apply(&mut json!({}), &overlay, Stage::Document);
        assert_eq!(found.len(), 1, "{found:#?}");
        assert!(found[0].message.contains(&format!("`{version}`")), "{}", found[0].message);
    }
}

/// What the specification's sample sets do, each with a document of its own here.
#[test]
fn overlays_do_what_the_sample_sets_of_the_specification_show() {
    // A property is added to an object that has others.
    check(
        json!({"info": {"title": "Towns"}, "paths": {}}),
        json!([{"target": "$.info", "update": {"license": {"name": "X", "url": "https://x.example"}}}]),
        json!({"info": {"title": "Towns", "license": {"name": "X", "url": "https://x.example"}}, "paths": {}}),
    );
    // Texts of one operation are set or replaced, and its neighbour's stay.
    check(
        json!({"paths": {"/towns": {"get": {"summary": "old"}, "post": {"summary": "keep"}}}}),
        json!([{"target": "$.paths['/towns'].get", "update": {"summary": "new", "description": "d"}}]),
        json!({"paths": {"/towns": {"get": {"summary": "new", "description": "d"}, "post": {"summary": "keep"}}}}),
    );
    // All responses of a status go, wherever they are.
    check(
        json!({"paths": {"/a": {"get": {"responses": {"200": {}, "503": {}, "default": {}}}}, "/b": {"put": {"responses": {"503": {}}}}}}),
        json!([{"target": "$.paths..responses['503']", "remove": true}, {"target": "$.paths..responses['default']", "remove": true}]),
        json!({"paths": {"/a": {"get": {"responses": {"200": {}}}}, "/b": {"put": {"responses": {}}}}}),
    );
    // Properties of a type go at every depth, under `..` and a filter in parentheses.
    check(
        json!({"schema": {"properties": {"id": {"type": "string"}, "of": {"properties": {"n": {"type": "integer"}, "s": {"type": "string"}}}}}}),
        json!([{"target": "$.schema..properties[?(@.type == 'string')]", "remove": true}]),
        json!({"schema": {"properties": {"of": {"properties": {"n": {"type": "integer"}}}}}}),
    );
    // Elements of a list go, those before and after them stay.
    check(
        json!({"servers": [{"url": "a", "description": "Test"}, {"url": "b"}, {"url": "c", "description": "Test"}]}),
        json!([{"target": "$.servers[?( @.description == 'Test' )]", "remove": true}]),
        json!({"servers": [{"url": "b"}]}),
    );
    // The document itself is merged into.
    check(
        json!({"info": {"title": "t"}, "paths": {}}),
        json!([{"target": "$", "update": {"info": {"x-edited": true}}}]),
        json!({"info": {"title": "t", "x-edited": true}, "paths": {}}),
    );
    // An example that is a text cannot be removed alone in version 1.0.
    let document = json!({"properties": {"name": {"type": "string", "example": "a"}}});
    let action = json!({"target": "$.properties['name'].example", "remove": true});
    refuse(document, action, "overlay-invalid", "/actions/0/target", &["`/properties/name/example`"]);
}

#[test]
fn extensions_have_a_form() {
    for (name, good, bad) in [
        ("x-credits", json!([0, 3]), json!(["3", 2.5, -1, null, 1e20, []])),
        (
            "x-envelope",
            json!([{}, {"code": "c", "message": "m", "data": "d", "request-id": "r", "success": -1}]),
            json!(["yes", {"code": 5}, {"cod": "x"}, {"success": "0"}, null]),
        ),
        (
            "x-operation-names",
            json!([{"from": "operation-id"}, {"from": "path"}, {"from": "path", "strip": "/v1"}]),
            json!(["path", {"from": "paths"}, {"strip": "/v1"}, {"from": "path", "strop": "/v1"}]),
        ),
        ("x-extensible-enum", json!([[], ["US", 1]]), json!(["US", {}])),
        ("x-enum-varnames", json!([["A"]]), json!(["A", [1]])),
        ("x-enum-descriptions", json!([["A"]]), json!(["A", [null]])),
    ] {
        let document = json!({"a": {"b": {}}});
        for good in good.as_array().unwrap() {
            let action = json!({"target": "$.a", "update": {"b": {name: good}}});
            assert!(run(&document, &json!([action])).1.is_empty(), "{name}: {good}");
        }
        for bad in bad.as_array().unwrap() {
            let action = json!({"target": "$.a", "update": {"b": {name: bad}}});
            let place = format!("/actions/0/update/b/{name}");
            refuse(document.clone(), action, "overlay-extension", &place, &[name, &bad.to_string()]);
        }
    }
}

#[test]
fn an_extension_is_what_all_actions_have_made_of_it() {
    let envelope = |roles: Value| json!({"target": "$['x-envelope']", "update": roles});
    let document = json!({"x-envelope": {"code": "code", "success": "0"}});
    refuse(document.clone(), envelope(json!({"data": "data"})), "overlay-extension", "/actions/0/update", &["\"0\""]);
    let (changed, found) =
        run(&document, &json!([envelope(json!({"success": true})), envelope(json!({"success": 0}))]));
    assert_eq!((changed, found), (json!({"x-envelope": {"code": "code", "success": 0}}), vec![]));
    // What a published document says is its own affair, and so is what only has the name of an extension.
    let others = [json!({"properties": {"x-credits": {"type": "string"}}}), json!({"example": {"x-credits": "3"}})];
    for update in others {
        let document = json!({"a": {"x-credits": "3"}});
        let action = json!({"target": "$.a", "update": update});
        assert!(run(&document, &json!([action])).1.is_empty());
    }
    let many = json!({"a": {"headers": {"x-credits": {"b": 1}}, "example": {"data": {"b": 1}}, "encoding": {"x-credits": {"b": 1}}}});
    for (target, update) in [
        ("$.a.headers['x-credits']", json!({"description": "how many"})),
        ("$.a.example.data", json!({"x-credits": "many"})),
        ("$.a", json!({"encoding": {"x-credits": {"contentType": "text/html"}}})),
    ] {
        assert!(run(&many, &json!([{"target": target, "update": update}])).1.is_empty(), "{target}");
    }
    refuse(
        many,
        json!({"target": "$.a.headers['x-credits']", "update": {"x-credits": "3"}}),
        "overlay-extension",
        "/actions/0/update/x-credits",
        &[],
    );
    // A property or a response may be called like what only shows something.
    for (objects, name) in [("properties", "value"), ("properties", "enum"), ("responses", "default")] {
        let document = json!({"a": {objects: {name: {}}}});
        let action = json!({"target": "$.a", "update": {objects: {name: {"x-extensible-enum": "US"}}}});
        let place = format!("/actions/0/update/{objects}/{name}/x-extensible-enum");
        refuse(document, action, "overlay-extension", &place, &[]);
    }
    // Many targets are one slip.
    let document = json!({"a": [{"b": 1}, {"b": 1}]});
    refuse(
        document,
        json!({"target": "$.a[*]", "update": {"x-credits": "3"}}),
        "overlay-extension",
        "/actions/0/update/x-credits",
        &[],
    );
}
