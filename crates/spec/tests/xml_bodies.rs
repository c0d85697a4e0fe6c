//! Bodies in XML: which of them share a type, and what is said of those that have none.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use keyapi_rust_names::RustNames;
use keyapi_spec::document::body::xml_body;
use keyapi_spec::document::operations;
use keyapi_spec::document::response::{Responses, xml};
use keyapi_spec::{Diagnostic, Input};
use serde_json::{Value, json};

fn object(property: &str) -> Value {
    json!({"type": "object", "description": property, "properties": {property: {"type": "object", "properties": {"a": {"type": "string"}}}}})
}

fn resolved(body: Value, responses: Value) -> (Value, Vec<Diagnostic>) {
    let document = json!({
        "openapi": "3.0.3", "info": {"title": "t", "version": "1"},
        "paths": {"/x": {"post": {"operationId": "x", "requestBody": body, "responses": responses}}},
        "components": {"requestBodies": {"Shared": {"content": {
            "application/json": {"schema": object("a")}, "application/xml": {"schema": object("b")},
        }}}},
    });
    let resolved = Input::new("spec.json", Ok(document.to_string().into_bytes())).resolve(&RustNames).unwrap();
    (resolved.document, resolved.diagnostics)
}

fn places(found: &[Diagnostic], code: &str) -> Vec<String> {
    found.iter().filter(|found| found.code == code).map(|found| found.pointer.clone()).collect()
}

#[track_caller]
fn sent(body: Value, json: &str, xml: &str) {
    let (document, _) = resolved(body, json!({"204": {"description": "d"}}));
    let content = &document["paths"]["/x"]["post"]["requestBody"]["content"];
    let of = |media_type: &str| content[media_type]["schema"]["$ref"].as_str().unwrap().rsplit('/').next().unwrap();
    assert_eq!((of("application/json"), of("application/xml")), (json, xml));
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let extra = schemas
        .keys()
        .filter(|name| name.starts_with(&format!("{}RequestXml", json.trim_end_matches("Request"))))
        .count();
    // The property of what is a type of its own is one, too.
    assert_eq!(extra, if json == xml { 0 } else { 2 }, "{:?}", schemas.keys());
}

#[test]
fn xml_is_of_the_type_of_the_json_beside_it_if_their_schemas_are_the_same() {
    let body = |xml: Value| {
        let mut json = object("a");
        json["description"] = json!("another text");
        json!({"content": {"application/json": {"schema": json}, "application/xml": {"schema": xml}}})
    };
    sent(body(object("a")), "XRequest", "XRequest");
    sent(body(object("b")), "XRequest", "XRequestXml");
    let mut named = object("a");
    named["properties"]["a"]["xml"] = json!({"attribute": true});
    sent(body(named), "XRequest", "XRequestXml");
    sent(json!({"$ref": "#/components/requestBodies/Shared"}), "SharedRequest", "SharedRequestXml");
}

#[test]
fn one_type_is_decoded_of_successes_whose_schemas_are_the_same() {
    let responses = |one: Value, other: Value| {
        json!({
            "200": {"description": "d", "content": {"application/xml": {"schema": one}}},
            "201": {"description": "d", "content": {"text/xml": {"schema": other}}},
            "404": {"description": "d", "content": {"application/xml": {"schema": object("c")}}},
        })
    };
    let typed = |responses: Value| {
        let (document, found) = resolved(Value::Null, responses);
        let operation = &document["paths"]["/x"]["post"];
        let schema = xml(&document, &Responses::of("post", operation), operation).map(|(_, schema)| schema.clone());
        (schema, places(&found, "xml-schemas-differ"))
    };
    let same = (Some(json!({"$ref": "#/components/schemas/XResponse"})), Vec::new());
    assert_eq!(typed(responses(object("a"), object("a"))), same);
    let place = "/paths/~1x/post/responses/201/content/text~1xml/schema";
    assert_eq!(typed(responses(object("a"), object("b"))), (None, vec![place.to_owned()]));
    // JSON is what is decoded where there is some.
    let mut with_json = responses(object("a"), object("b"));
    with_json["202"] = json!({"description": "d", "content": {"application/json": {"schema": {}}}});
    assert_eq!(typed(with_json), (None, Vec::new()));
}

#[test]
fn xml_is_written_in_utf_8_alone() {
    let typed = |labels: &[&str]| {
        let content: Value = labels.iter().map(|label| (label.to_string(), json!({"schema": object("a")}))).collect();
        let (document, found) = resolved(json!({ "content": content }), json!({"204": {"description": "d"}}));
        let operation = document.pointer(&operations(&document)[0].pointer).unwrap();
        let chosen = xml_body(&document, &operation["requestBody"]).map(|(label, _)| label.to_owned());
        (chosen, places(&found, "xml-charset"))
    };
    let chosen = |label: &str| (Some(label.to_owned()), Vec::new());
    assert_eq!(typed(&["text/xml; charset=UTF-8"]), chosen("text/xml; charset=UTF-8"));
    assert_eq!(typed(&["text/xml; charset=utf-16", "application/xml"]), chosen("application/xml"));
    assert_eq!(typed(&["application/*+xml", "image/svg+xml"]), chosen("image/svg+xml"));
    let place = "/paths/~1x/post/requestBody/content/text~1xml; charset=iso-8859-1";
    assert_eq!(typed(&["text/xml; charset=iso-8859-1"]), (None, vec![place.to_owned()]));
    assert_eq!(typed(&["multipart/form-data", "text/plain"]).0, None);
}

#[test]
fn what_no_xml_can_be_is_told_of_where_it_is_declared() {
    let attribute = |name: &str| json!({"type": "integer", "xml": {"name": name, "attribute": true}});
    let document = json!({
        "openapi": "3.0.3", "info": {"title": "t", "version": "1"},
        "paths": {
            "/a": {"get": {"operationId": "a", "responses": {"200": {"description": "d", "content": {"application/xml": {
                "schema": {"$ref": "#/components/schemas/A"}, "examples": {"e": {"value": {"maps": {"first name": 1}, "id": 1}}},
            }}}}}},
            "/b": {"post": {"operationId": "b", "responses": {"204": {"description": "d"}}, "requestBody": {"content": {
                "application/xml": {"schema": {"$ref": "#/components/schemas/A"}, "example": {"id": 1, "key": 2}},
                "text/xml": {"schema": {"type": "object", "properties": {"1st": {"type": "string"}}}, "example": "<x><first>a</first></x>"},
                "application/json": {"schema": {"type": "object", "properties": {"first name": {"type": "string"}}}},
            }}}},
        },
        "components": {"schemas": {
            "A": {"allOf": [{"$ref": "#/components/schemas/B"}], "type": "object", "properties": {
                "key": attribute("id"),
                "lists": {"type": "array", "items": {"type": "array", "items": {"type": "string"}}},
                "wrapped": {"type": "array", "items": {"type": "array", "xml": {"wrapped": true}, "items": {"type": "string"}}},
                "maps": {"type": "object", "additionalProperties": {"type": "integer"}},
                "one": {"oneOf": [{"$ref": "#/components/schemas/C"}, {"type": "integer"}]},
            }},
            "B": {"type": "object", "properties": {"id": attribute("id")}},
            "C": {"type": "object", "properties": {"first name": {"type": "string"}, "ok": {"type": "string"}}},
        }},
    });
    let found = Input::new("spec.json", Ok(document.to_string().into_bytes())).resolve(&RustNames).unwrap().diagnostics;
    assert_eq!(
        places(&found, "unwritable-xml"),
        [
            "/components/schemas/A/properties/key",
            "/components/schemas/A/properties/lists/items",
            "/components/schemas/C/properties/first name",
            "/paths/~1a/get/responses/200/content/application~1xml/examples/e/value/maps/first name",
            "/paths/~1b/post/requestBody/content/text~1xml/schema/properties/1st",
        ]
    );
    let first = found.iter().find(|found| found.code == "unwritable-xml").unwrap();
    assert_eq!(first.message, "the property `key` cannot be written as XML: it is the attribute `id`, and so is `id`");
}

/// What is said of a body that responses have and requests take: where, and what.
fn unwritable(schema: Value) -> Vec<(String, String)> {
    let content = json!({"application/xml": {"schema": schema}});
    let document = json!({
        "openapi": "3.0.3", "info": {"title": "t", "version": "1"},
        "paths": {"/x": {"get": {"operationId": "x", "responses": {"200": {"description": "d", "content": content}}}}},
        "components": {"schemas": {"Kind": {"type": "string", "enum": ["a", "b\u{b}"]}}},
    });
    let found = Input::new("spec.json", Ok(document.to_string().into_bytes())).resolve(&RustNames).unwrap().diagnostics;
    let schema = "/paths/~1x/get/responses/200/content/application~1xml/schema";
    let of_xml = found.into_iter().filter(|found| found.code == "unwritable-xml");
    of_xml.map(|found| (found.pointer.replace(schema, ""), found.message)).collect()
}

#[test]
fn texts_that_schemas_list_are_such_as_xml_can_have() {
    let object = |properties: Value| json!({"type": "object", "properties": properties});
    let mut found = unwritable(object(json!({
        "kind": {"$ref": "#/components/schemas/Kind"},
        "again": {"allOf": [{"$ref": "#/components/schemas/Kind"}]},
        "list": {"type": "array", "items": {"type": "string", "default": "\u{1}"}, "default": ["a", "\u{2}"]},
        "map": {"type": "object", "additionalProperties": {"type": "string", "example": "\u{3}"}},
        "fine": {"type": "string", "enum": ["\t\r\n\u{10ffff}"], "pattern": "^[^\u{1}]*$"},
        "written": {"type": "string", "xml": {"prefix": "p", "namespace": "u\u{4}"}},
    })));
    let why =
        |path: &str, c: &str| format!("the property `{path}` cannot be written as XML: XML has no character U+{c}");
    let namespace =
        "the property `written` cannot be written as XML: the namespace cannot be written: XML has no character U+0004";
    let mut expected = [
        ("/properties/written".to_owned(), namespace.to_owned()),
        ("/components/schemas/Kind/enum/1".to_owned(), why("kind", "000B")),
        ("/properties/list/default".to_owned(), why("list", "0002")),
        ("/properties/list/items/default".to_owned(), why("list.*", "0001")),
        ("/properties/map/additionalProperties/example".to_owned(), why("map.*", "0003")),
    ];
    expected.sort();
    found.sort();
    assert_eq!(found, expected);
    // An example of all of the body may be the XML itself.
    assert_eq!(unwritable(json!({"type": "string", "example": "<a>\u{1}</a>"})), []);
}

#[test]
fn what_is_written_otherwise_than_it_is_said_is_told_of() {
    let said = |xml: Value| json!({"type": "string", "xml": xml});
    let found = unwritable(json!({"type": "object", "properties": {
        "a": said(json!({"name": "x"})),
        "b": said(json!({"name": "x"})),
        "c": said(json!({"name": "p:c"})),
        "d": said(json!({"attribute": true, "namespace": "urn:d"})),
        "e": said(json!({"prefix": "p", "namespace": "urn:p"})),
    }}));
    let of = |name: &str, why: &str| {
        (format!("/properties/{name}"), format!("the property `{name}` cannot be written as XML: {why}"))
    };
    let mut expected = vec![
        of("b", "nothing tells its element `x` from that of `a`"),
        of("c", "the prefix `p` has no namespace, and is left out"),
        of("d", "an attribute without a prefix is in no namespace, whichever it is said to be in"),
    ];
    let mut found = found;
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn what_never_goes_the_way_of_a_body_is_not_written() {
    let hidden = |flag: &str| {
        unwritable(json!({"type": "object", "properties": {
            "first name": {"type": "string", flag: true},
            "last name": {"type": "object", flag: true, "properties": {"a": {"type": "string", "enum": ["\u{1}"]}}},
        }}))
    };
    assert_eq!(hidden("writeOnly"), []);
    assert_eq!(hidden("readOnly").len(), 3);
    let several = json!({"type": "object", "properties": {"a": {
        "xml": {"attribute": true}, "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
    }}});
    let why = "the property `a` cannot be written as XML: an attribute is a text, and no list or object";
    assert_eq!(unwritable(several), [("/properties/a".to_owned(), why.to_owned())]);
}
