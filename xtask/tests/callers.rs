//! What `cargo xtask diff` says of those who call the SDK, where the public items alone do not tell it.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod support;

use serde_json::{Value, json};
use support::documents::Documents;
use support::text;

/// An operation with an id and its parameters.
fn operation(id: &str, parameters: &[Value]) -> Value {
    let content = json!({"application/json": {"schema": {"type": "object", "properties": {"v": {"type": "string"}}}}});
    json!({"get": {"operationId": id, "parameters": parameters, "responses": {"200": {"description": "ok", "content": content}}}})
}

fn with_paths(paths: &Value) -> Value {
    json!({"openapi": "3.0.1", "info": {"title": "t", "version": "1"}, "paths": paths})
}

/// The items that break callers, by the ends of their lines before and after.
#[track_caller]
fn check_broken(old: &Value, new: &Value, expected: &[[&str; 2]]) {
    for (old, new, is_reversed) in [(old, new, false), (new, old, true)] {
        let changes = Documents::of(&with_paths(old), &with_paths(new)).changes();
        let items = changes.iter().flat_map(|change| change["items"].as_array().unwrap());
        let breaking: Vec<[&str; 2]> = items
            .filter(|item| item["effect"] == "breaking")
            .map(|item| ["before", "after"].map(|side| item[side].as_str().unwrap_or_default()))
            .collect();
        assert_eq!(breaking.len(), expected.len(), "{changes:#?}");
        for pair in expected {
            let [before, after] = if is_reversed { [pair[1], pair[0]] } else { *pair };
            let is_found = breaking.iter().any(|[one, other]| one.ends_with(before) && other.ends_with(after));
            assert!(is_found, "{before} {after}: {breaking:#?}");
        }
    }
}

#[test]
fn a_method_that_calls_another_operation_breaks_its_callers() {
    let paths = |a: &str, b: &str| json!({"/a": operation(a, &[]), "/b": operation(b, &[])});
    check_broken(&paths("one", "two"), &paths("two", "one"), &[["// GET /a", "// GET /b"], ["// GET /b", "// GET /a"]]);
    // An operation that moved is another on the wire, and the same to callers.
    let changes = Documents::of(
        &with_paths(&json!({"/a": operation("one", &[])})),
        &with_paths(&json!({"/b": operation("one", &[])})),
    )
    .changes();
    assert!(changes.iter().any(|change| change["level"] == "error"), "{changes:#?}");
    assert!(changes.iter().all(|change| change["rust"] != "breaking"), "{changes:#?}");
}

#[test]
fn a_setter_that_sets_another_parameter_breaks_its_callers() {
    let text = json!({"type": "string"});
    let path = |name: &str| json!({"name": name, "in": "path", "required": true, "schema": text});
    let parameters = [path("a"), path("b")];
    let paths = |path: &str| json!({path: operation("i", &parameters)});
    let (first, second) = ("// the parameter 1 of the path", "// the parameter 2 of the path");
    check_broken(&paths("/x/{a}/{b}"), &paths("/x/{b}/{a}"), &[[first, second], [second, first]]);
    check_broken(&paths("/x/{a}/{b}"), &paths("/x/{a}/{b}"), &[]);
    // The order of the list says nothing.
    let reversed = [path("b"), path("a")];
    check_broken(&paths("/x/{a}/{b}"), &json!({"/x/{a}/{b}": operation("i", &reversed)}), &[]);

    let named = |place: &str| json!({"name": "id", "in": place, "schema": text});
    let of = |parameters: &[Value]| json!({"/a": operation("i", parameters)});
    let changes =
        Documents::of(&with_paths(&of(&[named("header")])), &with_paths(&of(&[named("header"), named("query")])))
            .changes();
    let breaking: Vec<&Value> = changes.iter().filter(|change| change["rust"] == "breaking").collect();
    assert!(!breaking.is_empty(), "`id` was the header, and is a parameter of the query: {changes:#?}");
}

#[test]
fn a_constant_that_stands_for_another_value_breaks_its_callers() {
    let paths = |names: [&str; 2]| {
        let schema = json!({"type": "string", "enum": ["7", "30"], "x-enum-varnames": names});
        json!({"/a": operation("i", &[json!({"name": "period", "in": "query", "schema": schema})])})
    };
    let [week, month] = ["// \"7\"", "// \"30\""];
    check_broken(&paths(["WEEK", "MONTH"]), &paths(["MONTH", "WEEK"]), &[[week, month], [month, week]]);
    // Names that nobody gave stand for something, too, also where the values are others or the parameter is.
    let paths = |name: &str, values: Value| {
        let schema = json!({"type": "string", "enum": values});
        json!({"/a": operation("i", &[json!({"name": name, "in": "query", "schema": schema})])})
    };
    let [plain, minus] = ["// \"price\"", "// \"-price\""];
    let (old, new) = (json!(["price", "-price"]), json!(["-price", "price"]));
    check_broken(&paths("sort", old), &paths("sort", new), &[[plain, minus], [minus, plain]]);
    let [lower, upper] = ["// \"asc\"", "// \"Asc\""];
    check_broken(&paths("sort", json!(["asc"])), &paths("sort", json!(["Asc"])), &[[lower, upper]]);
    let changes =
        Documents::of(&with_paths(&paths("sort", json!(["asc"]))), &with_paths(&paths("Sort", json!(["Asc"]))))
            .changes();
    assert!(changes.iter().any(|change| change["rust"] == "breaking"), "{changes:#?}");
}

#[test]
fn a_field_that_holds_another_property_breaks_its_callers() {
    let text = json!({"type": "string"});
    let paths = |properties: &Value| {
        let mut paths = json!({"/a": operation("i", &[])});
        paths["/a"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]["properties"] =
            properties.clone();
        paths
    };
    let number = json!({"type": "number"});
    // The first one of those that are called alike has the field, whatever else there is.
    for other in [json!({}), json!({"c": number})] {
        let with = |mut first: Value, other: &Value| {
            first.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
            paths(&first)
        };
        let (old, new) = (json!({"a-b": text, "a_b": text}), json!({"a_b": text, "a-b": text}));
        check_broken(&with(old, &other), &with(new, &other), &[["// `a-b`", "// `a_b`"]]);
    }
    check_broken(&paths(&json!({"a-b": text})), &paths(&json!({"a-b": text, "a_b": text})), &[]);
    check_broken(
        &paths(&json!({"a-b": text})),
        &paths(&json!({"a_b": text, "a-b": text})),
        &[["// `a-b`", "// `a_b`"]],
    );
}

/// An operation that no SDK can have, since its body is in several parts without names.
fn in_parts(id: &str) -> Value {
    let mut item = posted(id);
    item["post"]["requestBody"] = json!({"content": {"multipart/mixed": {"schema": {"type": "object"}}}});
    item
}

fn posted(id: &str) -> Value {
    json!({"post": operation(id, &[])["get"]})
}

#[test]
fn an_operation_that_cannot_be_generated_keeps_nothing_else_from_being_compared() {
    let with_y = json!({"/x": posted("x"), "/y": operation("y", &[]), "/z": operation("z", &[])});
    let old = with_paths(&with_y);
    let new = with_paths(&json!({"/x": in_parts("x"), "/z": operation("zz", &[])}));
    let changes = Documents::of(&old, &new).changes();
    let of = |id: &str, operation: &str| {
        let mut found = changes.iter().filter(|change| change["id"] == id && change["operation"] == operation);
        found.next().unwrap_or_else(|| panic!("{id} {operation}: {changes:#?}"))
    };
    assert_eq!(of("api-path-removed-without-deprecation", "GET /y")["rust"], "breaking");
    assert_eq!(of("request-body-added-optional", "POST /x")["level"], "info");
    let left_out = of("operation-not-generated", "POST /x");
    let message = left_out["message"].as_str().unwrap();
    assert_eq!(left_out["level"], "warn");
    assert!(message.contains("from the new document") && message.contains("several parts"), "{message}");
    assert_eq!(of("api-operation-id-removed", "GET /z")["rust"], "breaking");

    let documents = Documents::of(&new, &new);
    assert_eq!(text(&documents.diff(&[]).stdout), "no change\n");
    let mut changed = new.clone();
    changed["paths"]["/x"]["post"]["parameters"] = json!([{"name": "p", "in": "query", "schema": {"type": "string"}}]);
    let changes = Documents::of(&new, &changed).changes();
    let ids: Vec<&Value> = changes.iter().map(|change| &change["id"]).collect();
    assert_eq!(ids, ["new-optional-request-parameter", "operation-not-generated"], "{changes:#?}");
    assert!(changes[1]["message"].as_str().unwrap().contains("from both documents"));
}

#[test]
fn a_component_that_cannot_be_generated_is_left_out_with_all_that_refers_to_it() {
    let properties = json!({"a": {"type": "strin"}});
    let document = |properties: &Value, kind: &str| {
        let mut document = with_paths(&json!({"/x": operation("x", &[]), "/y": operation("y", &[])}));
        let content =
            |name: &str| json!({"application/json": {"schema": {"$ref": format!("#/components/schemas/{name}")}}});
        document["paths"]["/x"]["get"]["responses"]["200"]["content"] = content("Outer");
        document["paths"]["/y"]["get"]["responses"]["200"]["content"] = content("Other");
        let inner = json!({"$ref": "#/components/schemas/Inner"});
        document["components"] = json!({"schemas": {
            "Inner": {"type": "object", "properties": properties},
            "Outer": {"type": "object", "properties": {"inner": inner}},
            "Other": {"type": "object", "properties": {"v": {"type": kind}}},
        }});
        document
    };
    let bad = document(&properties, "string");
    let changes = Documents::of(&bad, &document(&properties, "integer")).changes();
    let found: Vec<(&Value, &Value)> = changes.iter().map(|change| (&change["operation"], &change["rust"])).collect();
    assert_eq!(found, [(&json!("GET /y"), &json!("breaking"))], "{changes:#?}");
    let changes = Documents::of(&document(&json!({"a": {"type": "string"}}), "string"), &bad).changes();
    let left_out: Vec<&Value> = changes.iter().filter(|change| change["id"] == "operation-not-generated").collect();
    assert_eq!(left_out.len(), 1, "{changes:#?}");
    assert_eq!(left_out[0]["operation"], "GET /x");
}

#[test]
fn documents_of_nothing_that_can_be_generated_are_compared_on_the_wire() {
    let old = with_paths(&json!({"/x": in_parts("x")}));
    let mut new = old.clone();
    new["paths"]["/x"]["post"]["deprecated"] = json!(true);
    let changes = Documents::of(&old, &new).changes();
    assert!(changes.iter().any(|change| change["id"] == "endpoint-deprecated"), "{changes:#?}");
    assert!(changes.iter().any(|change| change["id"].as_str().unwrap().ends_with("-not-generated")), "{changes:#?}");
}
