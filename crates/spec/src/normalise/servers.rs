//! Checks the servers that requests go to.

use std::collections::HashSet;

use serde_json::Value;

use crate::Diagnostic;
use crate::diagnostic::join;
use crate::document::operations;
use crate::document::server::{absolute, default, is_host_alone, listed, text, unset_variables, written};
use crate::document::url;

/// Reports servers that no request can go to, and variables of which nobody knows what stands in the URL.
pub(super) fn check(document: &mut Value) -> Vec<Diagnostic> {
    let paths = document.get("paths").and_then(Value::as_object).into_iter().flatten();
    let items = paths.filter(|(path, _)| !path.starts_with("x-")).map(|(path, _)| join("/paths", path));
    let operations = operations(document).into_iter().map(|key| key.pointer);
    let lists = std::iter::once(String::new()).chain(items).chain(operations).map(|owner| join(&owner, "servers"));
    lists.flat_map(|list| check_list(document, &list)).collect()
}

fn check_list(document: &Value, list: &str) -> Vec<Diagnostic> {
    let servers = document.pointer(list).and_then(Value::as_array).into_iter().flatten().enumerate();
    let check = |(index, server): (usize, &Value)| {
        let pointer = join(list, &index.to_string());
        let mut found: Vec<Diagnostic> = unset(server, &pointer, index == 0).collect();
        found.extend(variables(server, &pointer));
        found.extend(address(server, &pointer));
        found
    };
    servers.flat_map(check).collect()
}

/// Variables without a value. The first server of a list is called unless somebody says otherwise.
fn unset(server: &Value, pointer: &str, is_first: bool) -> impl Iterator<Item = Diagnostic> {
    let mut known = HashSet::new();
    let names = unset_variables(server).into_iter().filter(move |name| known.insert(name.clone()));
    let pointer = join(pointer, "url");
    names.map(move |name| {
        let why = "its variable has no default";
        let message = if is_first {
            format!("`{{{name}}}` stays in the URL of the server, because {why}")
        } else {
            format!("whoever calls this server has to say what `{{{name}}}` is, because {why}")
        };
        Diagnostic::warning("server-variable", pointer.as_str(), message)
            .help("give the variable a default in the overlay, or write its value into the URL")
    })
}

/// Values of variables that contradict each other, or that are none.
fn variables(server: &Value, pointer: &str) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut warn = |at: String, message: String| {
        found.push(Diagnostic::warning("server-variable", at, message).help("correct the variable in the overlay"));
    };
    let pointer = join(pointer, "variables");
    for (name, variable) in server.get("variables").and_then(Value::as_object).into_iter().flatten() {
        let (pointer, values) = (join(&pointer, name), listed(variable));
        let default = variable.get("default").and(default(variable));
        if let Some(default) = default.filter(|default| !values.is_empty() && !values.contains(default)) {
            let message = format!("the default `{default}` is not one of the values that `{name}` may have");
            warn(join(&pointer, "default"), message);
        }
        let all = variable.get("enum").and_then(Value::as_array).into_iter().flatten();
        let list = join(&pointer, "enum");
        for (index, value) in all.enumerate().filter(|(_, value)| text(value).is_none()) {
            let message = format!("{value} is neither text nor a number, so that `{name}` cannot be that");
            warn(join(&list, &index.to_string()), message);
        }
    }
    found
}

/// A URL that no request can go to, or not to where it seems to lead.
fn address(server: &Value, pointer: &str) -> Option<Diagnostic> {
    let why = if server.get("url").is_some_and(Value::is_string) {
        // Variables without a value are told of as such.
        misleading(&written(server, "x"))?
    } else {
        "the server has no URL".to_owned()
    };
    let warning = Diagnostic::warning("server-url", join(pointer, "url"), why);
    Some(
        warning
            .help("correct it in the overlay: a URL begins with `https://`, or with `/` where it is on another server"),
    )
}

/// What is wrong with a URL that may be relative, if anything is.
pub(super) fn misleading(url: &str) -> Option<String> {
    if url.contains(['?', '#']) {
        return Some("the URL has a query or a fragment, which is left out".to_owned());
    }
    if is_host_alone(url) {
        return Some("the URL has no scheme, and is taken for one of `https`".to_owned());
    }
    let first = url.split('/').next().unwrap_or_default();
    if first.contains(':') && !url.contains("://") {
        return Some("the URL is neither a whole one nor a path".to_owned());
    }
    url::fault(&absolute(url, "https://server")).map(|why| format!("no request can go to the URL: {why}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// What is found of the servers of a document, as `code pointer`, and the messages.
    fn found(servers: Value) -> (Vec<String>, String) {
        let found = check(&mut json!({ "servers": servers, "paths": {} }));
        let places = found.iter().map(|found| format!("{} {}", found.code, found.pointer)).collect();
        (places, found.into_iter().map(|found| found.message + "\n").collect())
    }

    #[track_caller]
    fn has(servers: Value, places: &[&str], message: &str) {
        let (found, messages) = found(servers);
        assert_eq!(found, places);
        assert!(messages.contains(message), "{messages}");
    }

    #[test]
    fn every_server_of_every_list_is_looked_at() {
        let list = json!([{"url": "https://{a}.example/{a}"}, {"url": "https://b.example/{b}"}]);
        let place = "server-variable /servers";
        has(
            list.clone(),
            &[&format!("{place}/0/url"), &format!("{place}/1/url")],
            "whoever calls this server has to say",
        );
        let mut document = json!({"paths": {"/a": {"servers": list, "get": {"servers": list}}}});
        let places: Vec<String> = check(&mut document).into_iter().map(|found| found.pointer).collect();
        let expected = ["", "/get"].map(|owner| [0, 1].map(|index| format!("/paths/~1a{owner}/servers/{index}/url")));
        assert_eq!(places, expected.concat());
    }

    #[test]
    fn values_of_variables_do_not_contradict_each_other() {
        let server = |variable: Value| json!([{"url": "https://{h}.example", "variables": {"h": variable}}]);
        let place = |rest: &str| format!("server-variable /servers/0/variables/h/{rest}");
        has(server(json!({"default": "c", "enum": ["a", "b"]})), &[&place("default")], "`c` is not one of the values");
        has(server(json!({"default": "2", "enum": ["a", true, 2]})), &[&place("enum/1")], "true is neither");
        for fine in [
            json!({"default": "a"}),
            json!({"default": 2, "enum": ["1", "2"]}),
            json!({"enum": [1, "2"]}),
            json!({"default": "a", "enum": []}),
        ] {
            has(server(fine), &[], "");
        }
    }

    #[test]
    fn a_url_is_one_that_requests_can_go_to() {
        for (url, expected) in [
            ("ftp://api.example", "its scheme is `ftp`"),
            ("https://{", "'{' cannot stand there"),
            ("https://{port}/v1", "no host"),
            ("api.example/v1", "is taken for one of `https`"),
            ("localhost:8080/v1", "neither a whole one nor a path"),
            ("https://api.example/v1?key=1", "is left out"),
            ("https://me:secret@api.example", "user name"),
            ("/v 1", "' ' cannot stand there"),
        ] {
            let servers = json!([{"url": "/"}, {"url": url, "variables": {"port": {"default": ":80"}}}]);
            has(servers.clone(), &["server-url /servers/1/url"], expected);
            assert!(!found(servers).1.contains("secret"), "{url}");
        }
        has(json!([{}, {"url": null}]), &["server-url /servers/0/url", "server-url /servers/1/url"], "has no URL");
        for url in
            ["", "/", "./v1", "..", "v1", "//cdn.example/x", "https://api.example/", "{root}/v1", "http://localhost:1"]
        {
            let root = json!({"root": {"default": "https://api.example"}});
            has(json!([{"url": url, "variables": root}]), &[], "");
        }
    }
}
