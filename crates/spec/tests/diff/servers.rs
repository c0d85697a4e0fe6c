//! Where requests go: every value of a variable is a server of its own.

use keyapi_spec::diff::{Effect, diff};
use serde_json::{Map, Value, json};

use crate::{NOW, check_effect};

/// The effect of a change of the servers, which mirrors that of the change the other way round.
#[track_caller]
fn check(old: Value, new: Value, expected: Effect) {
    let document = |servers: &Value| json!({"paths": {"/a": {"get": {}}}, "servers": servers});
    check_effect([&document(&old), &document(&new)], expected);
}

fn server(variable: Value) -> Value {
    json!([{"url": "https://{h}.example", "variables": {"h": variable}}])
}

fn plain(urls: &[&str]) -> Value {
    urls.iter().map(|url| json!({"url": url})).collect()
}

#[test]
fn each_value_of_a_variable_is_a_server() {
    let both = server(json!({"default": "a", "enum": ["a", "b"]}));
    check(both.clone(), plain(&["https://a.example", "https://b.example"]), Effect::None);
    check(both.clone(), server(json!({"default": "b", "enum": ["b", "a"]})), Effect::None);
    check(both.clone(), server(json!({"default": "a", "enum": ["a"]})), Effect::Narrows);
    check(both.clone(), server(json!({"default": "a", "enum": ["a", "c"]})), Effect::Incomparable);
    check(both.clone(), server(json!({"default": "a"})), Effect::Widens);
    check(server(json!({"default": "a"})), server(json!({"default": "b"})), Effect::None);
    check(server(json!({"default": "a"})), plain(&["https://a.example"]), Effect::Narrows);
    check(server(json!({"default": "a"})), plain(&["https://a.test"]), Effect::Incomparable);
    let open =
        json!([{"url": "https://{h}.example/{v}/api", "variables": {"h": {"default": "a"}, "v": {"default": "1"}}}]);
    check(open.clone(), plain(&["https://a.b.example/v2/api"]), Effect::Narrows);
    check(open.clone(), plain(&["https://a.example/v2"]), Effect::Incomparable);
    check(open, plain(&["https://a.test/v2/api"]), Effect::Incomparable);
    let ports = |values: Value| json!([{"url": "https://a:{p}", "variables": {"p": {"default": "1", "enum": values}}}]);
    check(ports(json!(["1", 2])), ports(json!(["1", "2"])), Effect::None);
    check(ports(json!(["1", null, {}, [1]])), ports(json!(["1"])), Effect::None);
}

#[test]
fn another_default_is_told() {
    let documents = ["a", "b"].map(|default| {
        let servers = server(json!({"default": default, "enum": ["a", "b"]}));
        json!({"paths": {"/a": {"get": {}}}, "servers": servers})
    });
    let [old, new] = &documents;
    let changes = diff(old, new, NOW);
    assert_eq!(changes.iter().map(|change| change.id.as_str()).collect::<Vec<_>>(), ["api-server-default-changed"]);
}

#[test]
fn many_variables_of_many_values_are_compared_in_words() {
    let servers = |last: &str| {
        let names: Vec<String> = (0..40).map(|at| format!("v{at}")).collect();
        let url = names.iter().map(|name| format!("/{{{name}}}")).collect::<String>();
        let variable = |name: &String| (name.clone(), json!({"default": "a", "enum": ["a", "b", last]}));
        json!([{"url": format!("https://a{url}"), "variables": names.iter().map(variable).collect::<Map<_, _>>()}])
    };
    check(servers("c"), servers("c"), Effect::None);
    check(servers("c"), servers("d"), Effect::Incomparable);
}
