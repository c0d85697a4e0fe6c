//! Examples in other media types than JSON are judged, and prove nothing.

use keyapi_spec::Diagnostic;
use serde_json::{Value, json};

use crate::documents::filled;

/// What is said of the examples of a media type: where, and what.
#[track_caller]
fn found(media_type: &str, media: Value) -> Vec<(String, String)> {
    let document = json!({"paths": {"/x": {"get": {"responses": {"200": {"content": {media_type: media}}}}}}});
    let (after, diagnostics) = filled(document.clone());
    assert_eq!(after, document, "nothing is inferred");
    let place = format!("/paths/~1x/get/responses/200/content/{}", media_type.replace('/', "~1"));
    let of = |found: &Diagnostic| {
        assert_eq!(found.code, "example-mismatch", "{found:?}");
        (found.pointer.replace(&place, ""), found.message.clone())
    };
    diagnostics.iter().map(of).collect()
}

fn schema() -> Value {
    json!({"type": "object", "xml": {"name": "pet"}, "properties": {
        "id": {"type": "integer", "xml": {"attribute": true}},
        "kind": {"type": "string", "enum": ["cat"]},
        "tags": {"type": "array", "items": {"type": "string"}},
        "size": {"oneOf": [{"type": "integer"}, {"type": "boolean"}]},
        "hole": {},
    }})
}

#[track_caller]
fn check(media_type: &str, example: Value, expected: &[(&str, &str)]) {
    let expected: Vec<_> = expected.iter().map(|(place, why)| ((*place).to_owned(), (*why).to_owned())).collect();
    assert_eq!(found(media_type, json!({"schema": schema(), "example": example})), expected, "{media_type} {example}");
}

#[test]
fn xml_is_judged_as_what_it_stands_for() {
    let integer = "the example has a string where the document declares type integer";
    let fits =
        "<?xml version='1.0'?><pet id='7'><kind>cat</kind><tags>a</tags><size>true</size><hole><a>1</a></hole></pet>";
    check("application/xml", json!(fits), &[]);
    check("text/xml; charset=iso-8859-1", json!("<pet id='one'/>"), &[("/example", &format!("{integer}, in `id`"))]);
    let listed = "the example has a value that the document does not list, in `kind`";
    check("application/xml", json!("<pet><kind>dog</kind></pet>"), &[("/example", listed)]);
    check("application/xml", json!({"id": "one"}), &[("/example/id", integer)]);
    let why = "the element of the example must be called `pet`, and is called `dog`";
    check("application/xml", json!("<dog id='7'/>"), &[("/example", why)]);
    let why = "the example is no XML: the element `pet` has no end";
    check("application/xml", json!("<pet id='7'>"), &[("/example", why)]);
    // Whatever the schema says, or if there is none, it has to be XML.
    for broken in [json!({"schema": {"type": "string"}, "example": "<a>"}), json!({"example": "<a>"})] {
        let why = "the example is no XML: the element `a` has no end";
        assert_eq!(found("application/xml", broken), [("/example".to_owned(), why.to_owned())]);
    }
    let text = json!({"type": "string", "enum": ["a", "<whole/>"], "example": "a"});
    for fits in ["<x>a</x>", "<whole/>"] {
        assert_eq!(found("application/xml", json!({"schema": text, "example": fits})), [], "{fits}");
    }
    assert_eq!(found("application/xml", json!({"schema": text, "example": "<x>b</x>"}))[0].0, "/example");
    assert_eq!(found("application/xml", json!({"schema": {"type": "string", "example": "<a>"}})), []);
    let own = json!({"schema": {"type": "object", "example": "<a"}});
    assert_eq!(found("application/xml", own)[0].0, "/schema/example");
    let named = json!({"schema": schema(), "examples": {"a": {"value": "<pet id='one'/>"}, "b": {"value": fits}}});
    assert_eq!(found("application/xml", named), [("/examples/a/value".to_owned(), format!("{integer}, in `id`"))]);
}

#[test]
fn xml_is_of_the_type_that_its_name_has() {
    let of = |kind: &str| json!({ "type": kind });
    let mut map = json!({"type": "object", "patternProperties": {"^i_": of("integer"), "^b_": of("boolean")}});
    map["enum"] = json!([{"b_a": true, "i_a": 1}]);
    let in_map =
        json!({"type": "object", "properties": {"map": map, "b_c": {}}, "patternProperties": {"^b_": of("boolean")}});
    let example = "<r><map><b_a>true</b_a><i_a>1</i_a></map><b_c>true</b_c></r>";
    assert_eq!(found("application/xml", json!({"schema": in_map, "example": example})), []);
    let named = |name: &str, kind: &str| json!({"type": "object", "xml": {"name": name}, "properties": {"a": of(kind)}, "required": ["a"]});
    let either = json!({"oneOf": [named("one", "integer"), named("two", "boolean")]});
    let said = |example: &str| found("application/xml", json!({"schema": either, "example": example}));
    assert_eq!(said("<two><a>true</a></two>"), []);
    let why = "the element of the example must be called `one` or `two`, and is called `three`";
    assert_eq!(said("<three><a>true</a></three>"), [("/example".to_owned(), why.to_owned())]);
}

#[test]
fn xml_stands_where_the_document_says() {
    let schema = json!({"type": "object", "properties": {
        "id": {"type": "string", "xml": {"attribute": true}},
        "name": {"type": "string"},
        "tags": {"type": "array", "xml": {"wrapped": true}, "items": {"type": "string", "xml": {"name": "tag"}}},
        "kids": {"type": "array", "items": {"type": "string", "xml": {"name": "kid"}}},
        "pups": {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"}}}},
        "cats": {"type": "array", "items": {"type": "string"}},
    }});
    for (inside, expected) in [
        ("<tags><tag>a</tag></tags><kid>a</kid><kid>b</kid><pups><name>a</name></pups><cats>a</cats>", None),
        ("<name>a</name><name>b</name>", Some("`name` of the example must be there once, and is there 2 times")),
        ("<name><b/></name>", Some("`name` of the example must be a text, and has the element `b` in it")),
        ("<id>7</id>", Some("`id` of the example must be an attribute, and is an element")),
        ("<tag>a</tag>", Some("`tags` of the example must be around the elements `tag`, which stand alone")),
        ("<kids><kid>a</kid></kids>", Some("`kids` of the example must be called `kid`, and is called `kids`")),
        (
            "<pups><pups><name>a</name></pups></pups>",
            Some(
                "`pups` of the example must not have an element around its items, which `xml.wrapped` does not ask for",
            ),
        ),
        (
            "<cats><cats>a</cats></cats>",
            Some("`cats.0` of the example must be a text, and has the element `cats` in it"),
        ),
    ] {
        let found = found("application/xml", json!({"schema": schema, "example": format!("<r>{inside}</r>")}));
        let expected: Vec<_> = expected.iter().map(|why| ("/example".to_owned(), (*why).to_owned())).collect();
        assert_eq!(found, expected, "{inside}");
    }
}

#[test]
fn streams_are_judged_by_their_parts() {
    let integer = "the example has a string where the document declares type integer, in `id`";
    check("application/jsonl", json!("{\"id\":1}\n{\"id\":2}\n"), &[]);
    check("application/jsonl", json!("{\"id\":1}\n{\"id\":\"two\"}\n"), &[("/example", integer)]);
    check("application/json-seq", json!("\u{1e}{\"id\":\"one\"}\n"), &[("/example", integer)]);
    check("text/event-stream", json!("event: a\ndata: {\"id\":1}\n\ndata: [DONE]\n\n"), &[]);
    check("text/event-stream", json!("data: {\"id\":\"one\"}\n\n"), &[("/example", integer)]);
    let elements = json!([{"id": 1}, {"id": "two"}]);
    let string = "the example has a string where the document declares type integer";
    check("application/jsonl", elements.clone(), &[("/example/1/id", string)]);
    let list = json!({"type": "array", "items": schema()});
    let whole = json!({"schema": list, "example": "{\"id\":1}\n{\"id\":\"two\"}\n"});
    assert_eq!(found("application/jsonl", whole)[0].1, format!("{string}, in `1.id`"));
    assert_eq!(found("application/jsonl", json!({"schema": list, "example": elements}))[0].0, "/example/1/id");
    for schema in [schema(), json!({"type": "string"}), json!({"type": "array", "items": {"type": "string"}})] {
        let broken = found("application/jsonl", json!({"schema": schema, "example": "{\n}"}));
        assert!(
            broken[0].1.starts_with("the example is no `application/jsonl`: element 0 must be valid JSON"),
            "{broken:?}"
        );
    }
    let texts = json!({"type": "string"});
    for (media_type, legal, broken) in [
        ("application/jsonl", "\"a\"\n", "a"),
        ("application/json-seq", "\u{1e}\"a\"\n", "\"a\"\n"),
        ("text/event-stream", "data: a\n\n", "a"),
    ] {
        for media in [json!({"schema": texts, "example": broken}), json!({"example": broken})] {
            let found = found(media_type, media);
            assert_eq!(found.len(), 1, "{media_type}");
            assert!(found[0].1.starts_with(&format!("the example is no `{media_type}`: element 0 ")), "{found:?}");
        }
        assert_eq!(found(media_type, json!({"schema": texts, "example": legal})), [], "{media_type}");
        // A schema of texts shows an element.
        assert_eq!(found(media_type, json!({"schema": {"type": "string", "example": broken}})), [], "{media_type}");
        let listed = json!({"schema": {"type": "string", "enum": ["b"]}, "example": legal});
        let why = "the example has a value that the document does not list";
        assert_eq!(found(media_type, listed)[0].1, why, "{media_type}");
    }
}

#[test]
fn forms_are_judged_by_their_fields() {
    let form = "application/x-www-form-urlencoded";
    check(form, json!("id=7&kind=cat&tags=a+b&tags=%63&size=1&other=1"), &[]);
    let integer = "the example has a string where the document declares type integer";
    check(form, json!("id=one"), &[("/example", &format!("{integer}, in `id`"))]);
    check(
        form,
        json!("kind=dog"),
        &[("/example", "the example has a value that the document does not list, in `kind`")],
    );
    check(form, json!({"id": "one"}), &[("/example/id", integer)]);
    check("multipart/form-data", json!({"id": "one"}), &[("/example/id", integer)]);
    check("text/csv", json!("id\none"), &[]);
}
