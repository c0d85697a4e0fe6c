//! Which parameters are one, and what becomes of callers where they change.

use keyapi_spec::diff::diff;
use serde_json::{Value, json};

use crate::NOW;

/// The changes from some parameters of an operation to others, as their rules and effects.
#[track_caller]
fn check(old: &Value, new: &Value, expected: &[&str]) {
    let parameters = json!({"Q": optional("q", "query"), "Again": {"$ref": "#/components/parameters/Q"}});
    let document = |parameters_of: &Value, path: &str| {
        let operation = json!({"parameters": parameters_of, "responses": {}});
        json!({"paths": {path: {"get": operation}}, "components": {"parameters": parameters}})
    };
    let changes = diff(&document(old, "/a/{x}/{y}"), &document(new, "/a/{x}/{y}"), NOW);
    let changes: Vec<String> = changes.iter().map(|change| format!("{} {}", change.id, change.effect)).collect();
    assert_eq!(changes, expected, "{old} {new}");
}

fn optional(name: &str, place: &str) -> Value {
    json!({"name": name, "in": place, "schema": {"type": "string"}})
}

fn with(mut parameter: Value, property: &str, value: Value) -> Value {
    parameter[property] = value;
    parameter
}

fn required(name: &str, place: &str) -> Value {
    with(optional(name, place), "required", json!(true))
}

#[test]
fn a_parameter_is_told_by_its_place_and_its_name() {
    for place in ["query", "header", "cookie"] {
        let (one, must) = (optional("q", place), required("q", place));
        check(&json!([one]), &json!([one]), &[]);
        check(&json!([one]), &json!([must]), &["request-parameter-became-required narrows"]);
        check(&json!([must]), &json!([one]), &["request-parameter-became-optional widens"]);
        check(&json!([]), &json!([one]), &["new-optional-request-parameter widens"]);
        check(&json!([]), &json!([must]), &["new-required-request-parameter narrows"]);
        check(&json!([one]), &json!([]), &["request-parameter-removed unknown"]);
        // The first of a name counts.
        check(&json!([one, must]), &json!([one]), &[]);
        let empty = with(optional("q", place), "allowEmptyValue", json!(true));
        check(&json!([one]), &json!([empty]), &["request-parameter-empty-value-allowed widens"]);
        check(&json!([empty]), &json!([one]), &["request-parameter-empty-value-forbidden narrows"]);
    }
    let elsewhere = ["new-optional-request-parameter widens", "request-parameter-removed unknown"];
    check(&json!([optional("q", "query")]), &json!([optional("q", "header")]), &elsewhere);
    check(&json!([optional("q", "query")]), &json!([optional("Q", "query")]), &elsewhere);
    check(&json!([optional("q", "cookie")]), &json!([optional("Q", "cookie")]), &elsewhere);
    check(&json!([optional("X-Q", "header")]), &json!([optional("x-q", "header")]), &[]);
    let to = |name: &str| json!([{"$ref": format!("#/components/parameters/{name}")}]);
    check(&to("Q"), &json!([optional("q", "query")]), &[]);
    check(&to("Again"), &json!([required("q", "query")]), &["request-parameter-became-required narrows"]);
    check(&to("Nothing"), &json!([]), &[]);
}

#[test]
fn headers_that_openapi_keeps_for_itself_do_not_count() {
    for name in ["Accept", "accept", "Content-Type", "authorization"] {
        check(&json!([]), &json!([required(name, "header")]), &[]);
        check(&json!([optional(name, "header")]), &json!([required(name, "header")]), &[]);
        for place in ["query", "cookie"] {
            check(&json!([]), &json!([required(name, place)]), &["new-required-request-parameter narrows"]);
        }
    }
}

#[test]
fn a_parameter_of_a_path_is_told_by_its_position() {
    let both = json!([required("x", "path"), required("y", "path")]);
    check(&both, &json!([required("y", "path"), required("x", "path")]), &[]);
    // It has to be there whatever is said.
    check(&both, &json!([optional("x", "path"), required("y", "path")]), &[]);
    check(&json!([required("x", "path")]), &both, &["new-request-path-parameter narrows"]);
    let document = |path: &str, names: [&str; 2], kind: &str| {
        let [one, other] = names.map(|name| with(required(name, "path"), "schema", json!({"type": "string"})));
        let other = with(other, "schema", json!({"type": kind}));
        json!({"paths": {path: {"get": {"parameters": [one, other], "responses": {}}}}})
    };
    let old = document("/a/{x}/{y}", ["x", "y"], "string");
    let ids = |new: &Value| {
        let changes = diff(&old, new, NOW);
        let at = |message: &str| message.split_once(": ").map(|(place, _)| place.to_owned()).unwrap_or_default();
        changes.iter().map(|change| (change.id.clone(), at(&change.message))).collect::<Vec<_>>()
    };
    let found = ids(&document("/a/{id}/{y}", ["id", "y"], "string"));
    assert_eq!(found, [("request-parameter-renamed".to_owned(), "path parameter `id`".to_owned())]);
    let found = ids(&document("/a/{y}/{x}", ["y", "x"], "integer"));
    let renamed = |name: &str| ("request-parameter-renamed".to_owned(), format!("path parameter `{name}`"));
    assert!(found.contains(&renamed("x")) && found.contains(&renamed("y")) && found.len() == 3, "{found:?}");
}

#[test]
fn an_operation_has_its_own_parameters_before_those_of_its_path() {
    let document = |own: &Value, shared: &Value| json!({"paths": {"/a": {"parameters": shared, "get": {"parameters": own, "responses": {}}}}});
    let ids = |old: Value, new: Value| diff(&old, &new, NOW).iter().map(|change| change.id.clone()).collect::<Vec<_>>();
    let (one, must) = (json!([optional("q", "query")]), json!([required("q", "query")]));
    let none = json!([]);
    assert_eq!(ids(document(&none, &one), document(&one, &none)), Vec::<String>::new());
    assert_eq!(ids(document(&one, &none), document(&one, &must)), Vec::<String>::new());
    assert_eq!(ids(document(&none, &one), document(&none, &must)), ["request-parameter-became-required"]);
    assert_eq!(ids(document(&must, &one), document(&one, &must)), ["request-parameter-became-optional"]);
}

#[test]
fn reserved_characters_may_stand_in_texts_of_the_query() {
    let reserved = |place: &str, kind: &str, is: bool| {
        json!([with(with(optional("q", place), "schema", json!({"type": kind})), "allowReserved", json!(is))])
    };
    for kind in ["string", "array", "object"] {
        let (no, yes) = (reserved("query", kind, false), reserved("query", kind, true));
        check(&no, &yes, &["request-parameter-reserved-characters-allowed widens"]);
        check(&yes, &no, &["request-parameter-reserved-characters-forbidden narrows"]);
        check(&reserved("cookie", kind, false), &reserved("cookie", kind, true), &[]);
    }
    for kind in ["integer", "number", "boolean"] {
        check(&reserved("query", kind, false), &reserved("query", kind, true), &[]);
    }
}

#[test]
fn what_a_path_has_in_its_query_is_told_by_its_fields() {
    let check = |old: (&str, &[&str]), new: (&str, &[&str]), expected: &[&str]| {
        let document = |(path, parameters): (&str, &[&str])| {
            let parameters: Vec<Value> = parameters.iter().map(|name| required(name, "path")).collect();
            json!({
                "servers": [{"url": "https://a"}],
                "paths": {path: {"get": {"parameters": parameters, "responses": {}}}, "/a": {"get": {"responses": {}}}},
            })
        };
        let changes = diff(&document(old), &document(new), NOW);
        let changes: Vec<String> = changes.iter().map(|change| format!("{} {}", change.id, change.effect)).collect();
        assert_eq!(changes, expected, "{old:?} {new:?}");
    };
    let old = ("/a/{x}?b=1&c={c}&d={d}", ["x", "c", "d"].as_slice());
    check(old, ("/a/{x}?d={d}&c={c}&b=1", &["x", "c", "d"]), &[]);
    check(old, ("/a/{z}?d={D}&c={C}&%62=1", &["z", "C", "D"]), &["request-parameter-renamed none"; 3]);
    check(old, ("/a/{x}?b=1&c={c}&d={d}&e={e}", &["x", "c", "d", "e"]), &["new-request-path-parameter narrows"]);
    check(old, ("/a/{x}?b=1&c={c}", &["x", "c"]), &["request-parameter-removed unknown"]);
    let other = ["endpoint-added widens", "api-path-removed-without-deprecation narrows"];
    check(old, ("/a/{x}?b=2&c={c}&d={d}", &["x", "c", "d"]), &other);
}
