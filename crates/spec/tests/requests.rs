//! What is said of parameters and bodies that cannot be sent, or that OpenAPI does not say how to write.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use keyapi_rust_names::RustNames;
use keyapi_spec::{Diagnostic, Input, Severity};
use serde_json::{Value, json};

/// Errors and warnings about one operation; notes tell of names and of what was inferred.
fn found(method: &str, mut operation: Value) -> Vec<Diagnostic> {
    operation["operationId"] = json!("x");
    operation["responses"] = json!({"204": {"description": "d"}});
    let parameters = operation["parameters"].as_array();
    let is_in_path = parameters.is_some_and(|all| all.iter().any(|parameter| parameter["in"] == "path"));
    let path = if is_in_path { "/x/{p}" } else { "/x" };
    let document = json!({
        "openapi": "3.0.3", "info": {"title": "t", "version": "1"},
        "paths": {path: {method: operation}},
        "components": {"schemas": {
            "Fields": {"type": "object", "properties": {"a": {"type": "string"}}},
            "Whole": {"allOf": [{"$ref": "#/components/schemas/Fields"}]},
            "List": {"type": "array", "items": {"type": "string"}},
            "Text": {"type": "string"},
        }},
    });
    let input = Input::new("spec.json", Ok(document.to_string().into_bytes()));
    let mut found = input.resolve(&RustNames).map_or_else(|found| found, |resolved| resolved.diagnostics);
    found.retain(|found| found.severity != Severity::Note);
    found
}

fn to(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// What is said of a parameter `p`: the code and the message.
fn of_parameter(parameter: Value) -> Vec<(&'static str, String)> {
    let found = found("get", json!({"parameters": [parameter]}));
    found.into_iter().map(|found| (found.code, found.message)).collect()
}

/// How a parameter is written that OpenAPI does not say how to write; nothing where it says so.
#[track_caller]
fn written(place: &str, style: &str, explode: Option<bool>, kind: &str) -> Option<String> {
    let mut parameter = json!({"name": "p", "in": place, "style": style, "required": place == "path"});
    parameter["schema"] = match kind {
        "array" => json!({"type": "array", "items": {"type": "string"}}),
        "object" => json!({"type": "object", "properties": {"a": {"type": "string"}}}),
        _ => json!({"type": kind}),
    };
    if let Some(explode) = explode {
        parameter["explode"] = json!(explode);
    }
    let found = of_parameter(parameter);
    assert!(found.iter().all(|(code, _)| *code == "undefined-style") && found.len() < 2, "{found:?}");
    let (_, message) = found.into_iter().next()?;
    let (what, written) = message.split_once(": `p` is written ").unwrap();
    let kind = [("array", "a list"), ("object", "an object")].iter().find(|(name, _)| *name == kind);
    let said =
        format!("{} is written in a {place} in style `{style}`", kind.map_or("a single value", |(_, said)| said));
    assert!(what.contains(&said), "{message}");
    Some(written.to_owned())
}

#[test]
fn styles_that_openapi_defines_say_nothing() {
    let (unsaid, whole, apart) = (None, Some(false), Some(true));
    for (place, style, explodes, kinds) in [
        ("path", "simple", &[unsaid, whole, apart][..], &["string", "array", "object"][..]),
        ("path", "label", &[unsaid, whole, apart], &["string", "array", "object"]),
        ("path", "matrix", &[unsaid, whole, apart], &["string", "array", "object"]),
        ("header", "simple", &[unsaid, whole, apart], &["string", "array", "object"]),
        ("query", "form", &[unsaid, whole, apart], &["string", "array", "object"]),
        ("query", "spaceDelimited", &[unsaid, whole], &["array", "object"]),
        ("query", "pipeDelimited", &[unsaid, whole], &["array", "object"]),
        ("query", "deepObject", &[unsaid, whole, apart], &["object"]),
        ("cookie", "form", &[whole], &["string", "array", "object"]),
        ("cookie", "form", &[unsaid, apart], &["string"]),
    ] {
        for explode in explodes {
            for kind in kinds {
                assert_eq!(written(place, style, *explode, kind), None, "{place} {style} {explode:?} {kind}");
            }
        }
    }
}

#[test]
fn styles_that_openapi_does_not_define_say_how_values_are_written() {
    let (unsaid, whole, apart) = (None, Some(false), Some(true));
    for (place, style, explode, kind, expected) in [
        ("path", "form", unsaid, "string", "in style `simple`"),
        ("path", "spaceDelimited", unsaid, "array", "in style `simple`"),
        ("path", "unheard-of", unsaid, "string", "in style `simple`"),
        ("header", "label", unsaid, "array", "in style `simple`"),
        ("header", "deepObject", apart, "object", "in style `simple`"),
        ("cookie", "form", unsaid, "array", "as several cookies"),
        ("cookie", "form", apart, "object", "as several cookies"),
        ("cookie", "pipeDelimited", unsaid, "array", "as `p=a,b`"),
        ("query", "simple", unsaid, "string", "as `p=a`"),
        ("query", "simple", unsaid, "array", "as `p=a,b`"),
        ("query", "simple", unsaid, "object", "as `p=a,b`"),
        ("query", "matrix", apart, "array", "as `p=a&p=b`"),
        ("query", "unheard-of", unsaid, "array", "as `p=a&p=b`"),
        ("query", "unheard-of", whole, "array", "as `p=a,b`"),
        ("query", "spaceDelimited", unsaid, "string", "as `p=a`"),
        ("query", "spaceDelimited", apart, "array", "as `p=a&p=b`"),
        ("query", "pipeDelimited", unsaid, "integer", "as `p=a`"),
        ("query", "pipeDelimited", apart, "object", "as if each property were a parameter"),
        ("query", "deepObject", unsaid, "string", "as `p=a`"),
        ("query", "deepObject", unsaid, "array", "as `p[0]=a&p[1]=b`"),
        ("query", "deepObject", apart, "array", "as `p[0]=a&p[1]=b`"),
    ] {
        let said = written(place, style, explode, kind);
        assert_eq!(said.as_deref(), Some(expected), "{place} {style} {explode:?} {kind}");
    }
}

#[test]
fn what_is_in_an_object_says_how_it_is_written() {
    let (list, object) = (to("List"), to("Whole"));
    for (place, style, explode, expected) in [
        ("query", "deepObject", true, "with more brackets"),
        ("query", "deepObject", false, "with more brackets"),
        ("query", "form", true, "repeated if they are lists, and else as JSON"),
        ("query", "form", false, "as JSON"),
        ("query", "pipeDelimited", false, "as JSON"),
        ("cookie", "form", false, "as JSON"),
        ("path", "simple", true, "as JSON"),
    ] {
        let schema =
            json!({"type": "object", "properties": {"a": list, "b": {"type": "string"}, "c": object, "d": to("Text")}});
        let parameter = json!({"name": "p", "in": place, "required": true, "style": style, "explode": explode});
        let with = |schema: Value| {
            let mut parameter = parameter.clone();
            parameter["schema"] = schema;
            of_parameter(parameter)
        };
        let message = format!(
            "OpenAPI does not say how lists and objects inside of `p` are written (`a`, `c`): they are written {expected}"
        );
        assert_eq!(with(schema), [("undefined-style", message)], "{place} {style} {explode}");
        assert_eq!(with(to("Fields")), [], "{place} {style} {explode}");
    }
}

#[test]
fn parameters_that_cannot_be_sent_are_told() {
    let text = json!({"type": "string"});
    for (parameter, expected) in [
        (json!({"name": "p", "in": "query", "type": "string"}), &["swagger-parameter"][..]),
        (json!({"name": "p", "in": "query", "type": "string", "schema": text}), &[]),
        (json!({"name": "p", "in": "body", "schema": text}), &["swagger-parameter"]),
        (json!({"name": "p", "in": "formData", "schema": text}), &["swagger-parameter"]),
        (json!({"name": "Accept", "in": "header", "schema": text}), &["ignored-header"]),
        (json!({"name": "content-type", "in": "header", "schema": text}), &["ignored-header"]),
        (json!({"name": "Authorization", "in": "header", "schema": text}), &["ignored-header"]),
        (json!({"name": "Accept", "in": "query", "schema": text}), &[]),
        (json!({"name": "a b", "in": "header", "schema": text}), &["malformed"]),
        (json!({"name": "a;b", "in": "cookie", "schema": text}), &["malformed"]),
        (json!({"name": "a b;c", "in": "query", "schema": text}), &[]),
        (
            json!({"name": "p", "in": "query", "schema": text, "content": {"application/json": {"schema": text}}}),
            &["malformed"],
        ),
        (json!({"name": "p", "in": "query", "content": {"application/json": {"schema": text}}}), &[]),
        (json!({"name": "p", "in": "query", "content": {"a/b": {"schema": text}}}), &["parameter-as-text"]),
        (json!({"name": "p", "in": "query", "schema": {"type": "array", "items": to("List")}}), &["parameter-as-text"]),
        (json!({"name": "p", "in": "query", "schema": to("List")}), &[]),
        (json!({"name": "p", "in": "nowhere", "schema": text}), &["malformed"]),
    ] {
        let found = of_parameter(parameter.clone());
        let codes: Vec<_> = found.iter().map(|(code, _)| *code).collect();
        assert_eq!(codes, expected, "{parameter} {found:#?}");
    }
}

#[test]
fn a_parameter_is_declared_twice_where_name_and_place_are_the_same() {
    let parameter = |name: &str, place: &str| json!({"name": name, "in": place, "schema": {"type": "string"}});
    let first = parameter("p", "query");
    for (second, is_twice) in
        [(parameter("p", "query"), true), (parameter("p", "header"), false), (parameter("q", "query"), false)]
    {
        let found = found("get", json!({"parameters": [first, second]}));
        let twice = found.iter().filter(|found| found.code == "duplicate-parameter").count();
        assert_eq!(twice == 1, is_twice, "{second} {found:#?}");
    }
}

#[test]
fn bodies_that_cannot_be_sent_are_told() {
    let content = "/paths/~1x/post/requestBody/content";
    let at = |media: &str, rest: &str| format!("{content}/{}{rest}", media.replace('/', "~1"));
    let (form, multipart) = ("application/x-www-form-urlencoded", "multipart/form-data");
    let list = json!({"schema": to("List")});
    let mut cases = vec![
        (json!({"application/json": list}), None),
        (json!({"application/json": list, "text/plain": list}), Some(("body-media-types", content.to_owned()))),
        // A text can be written as a form by whoever calls.
        (json!({form: {"schema": to("Text")}}), None),
        (json!({"Multipart/Form-Data": {"schema": to("Fields")}}), None),
        (json!({"multipart/mixed": {"schema": to("Fields")}}), Some(("multipart-body", at("multipart/mixed", "")))),
    ];
    for media in [form, multipart] {
        let untyped = json!({"properties": {"a": {}}});
        for schema in [to("Fields"), to("Whole"), json!({}), untyped, json!({"allOf": [to("Whole")]})] {
            cases.push((json!({media: {"schema": schema}}), None));
        }
        for schema in [to("List"), json!({"type": "integer"}), json!({"allOf": [to("List")]})] {
            cases.push((json!({media: {"schema": schema}}), Some(("form-body", at(media, "/schema")))));
        }
    }
    let part = |headers: Value| json!({multipart: {"schema": to("Fields"), "encoding": {"a": {"headers": headers}}}});
    let header = at(multipart, "/encoding/a/headers/X-Part");
    cases.push((part(json!({"X-Part": {}, "content-type": {}})), Some(("part-header", header))));
    cases.push((part(json!({"Content-Type": {}})), None));
    let file = json!({"type": "string", "format": "binary"});
    let own = at(multipart, "/encoding/a/contentType");
    for (schema, media_type, is_told) in [
        (json!({"type": "string"}), "text/csv", false),
        (json!({"type": "string"}), "application/json", false),
        (json!({"type": "integer"}), "text/*", false),
        (json!({"type": "integer"}), "image/*", true),
        (json!({"type": "object"}), "application/vnd.x+json", false),
        (json!({"type": "object"}), "application/xml, text/json", false),
        (json!({"type": "object"}), "*/*", false),
        (json!({"type": "object"}), "application/xml", true),
        (json!({"type": "array", "items": {"type": "object"}}), "application/xml", true),
        (json!({"type": "array", "items": file}), "image/png, image/jpeg", false),
        (file.clone(), "image/*", false),
        (file.clone(), "png", true),
        (json!({}), "application/xml", false),
    ] {
        let schema = json!({"type": "object", "properties": {"a": schema}});
        let content = json!({multipart: {"schema": schema, "encoding": {"a": {"contentType": media_type}}}});
        cases.push((content, is_told.then(|| ("part-encoding", own.clone()))));
    }
    for (content, expected) in cases {
        let found = found("post", json!({"requestBody": {"content": content}}));
        let found: Vec<_> = found.into_iter().map(|found| (found.code, found.pointer)).collect();
        assert_eq!(found, Vec::from_iter(expected), "{content}");
    }
}

#[test]
fn methods_without_a_body_send_none() {
    let body = json!({"requestBody": {"content": {"application/json": {"schema": to("Fields")}}}});
    for (method, is_left_out) in [
        ("get", true),
        ("head", true),
        ("trace", true),
        ("post", false),
        ("put", false),
        ("patch", false),
        ("delete", false),
        ("options", false),
    ] {
        let found = found(method, body.clone());
        let ignored = found.iter().any(|found| found.code == "ignored-body");
        assert_eq!(ignored, is_left_out, "{method} {found:#?}");
    }
}
