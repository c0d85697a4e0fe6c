//! What generator, server and recorder ask of a document: how its parameters, bodies and responses are read.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use keyapi_rust_names::RustNames;
use keyapi_spec::document::body::{Encoding, choose, json_content, others};
use keyapi_spec::document::envelope::Envelope;
use keyapi_spec::document::parameter::{ParameterType, Serialization, Style, kind, parameter_type, schema};
use keyapi_spec::document::response::{Content, Responses, documented, stream};
use keyapi_spec::document::{component, follow, operations, resolve, schema_of, unwrap_reference};
use keyapi_spec::message::media_type::{MediaType, is_plain_json};
use keyapi_spec::{Embedded, Input};
use serde_json::{Value, json};

fn to(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// A document of schemas that lead to one another.
fn schemas() -> Value {
    json!({"components": {"schemas": {
        "Text": {"type": "string"},
        "Same": to("Text"),
        "Said": {"allOf": [to("Same")], "description": "d"},
        "List": {"type": "array", "items": to("Said")},
        "Parts": {"allOf": [{"type": "object"}, {"properties": {"a": to("Text")}}]},
        "Use": {"properties": {"a": {"allOf": [to("Text")], "description": "d"}}},
        "Circle": to("Circle"),
        "a/b": {"type": "integer"},
    }}})
}

#[test]
fn a_parameter_is_written_in_a_style_that_its_place_has() {
    for (place, style, explode, expected, is_apart) in [
        ("path", json!(null), json!(null), Style::Simple, false),
        ("path", json!("label"), json!(null), Style::Label, false),
        ("path", json!("matrix"), json!(true), Style::Matrix, true),
        ("path", json!("form"), json!(null), Style::Simple, true),
        ("path", json!("deepObject"), json!(null), Style::Simple, false),
        ("header", json!(null), json!(null), Style::Simple, false),
        ("header", json!("label"), json!(null), Style::Simple, false),
        ("query", json!(null), json!(null), Style::Form, true),
        ("query", json!("form"), json!(false), Style::Form, false),
        ("query", json!("simple"), json!(null), Style::Form, false),
        ("query", json!("matrix"), json!(null), Style::Form, false),
        ("query", json!("unheard-of"), json!(null), Style::Form, true),
        ("query", json!("spaceDelimited"), json!(null), Style::SpaceDelimited, false),
        ("query", json!("spaceDelimited"), json!(true), Style::Form, true),
        ("query", json!("pipeDelimited"), json!(false), Style::PipeDelimited, false),
        ("query", json!("pipeDelimited"), json!(true), Style::Form, true),
        ("query", json!("deepObject"), json!(true), Style::DeepObject, true),
        ("cookie", json!(null), json!(null), Style::Form, true),
        ("cookie", json!("deepObject"), json!(null), Style::Form, false),
        ("cookie", json!("pipeDelimited"), json!(null), Style::Form, false),
    ] {
        let parameter = json!({"name": "p", "in": place, "style": style, "explode": explode});
        assert_eq!(Serialization::of(&parameter), Serialization { style: expected, explode: is_apart }, "{parameter}");
    }
    for (media_type, style) in [("application/json", Style::Json), ("a/b+json", Style::Json), ("text/csv", Style::Form)]
    {
        let parameter = json!({"in": "query", "style": "deepObject", "content": {media_type: {"schema": {}}}});
        let expected = if style == Style::Json { Style::Json } else { Style::DeepObject };
        assert_eq!(Serialization::of(&parameter).style, expected, "{media_type}");
        let parameter = json!({"in": "query", "content": {media_type: {"schema": {}}}});
        assert_eq!(Serialization::of(&parameter).style, style, "{media_type}");
    }
}

#[test]
fn a_field_of_a_form_is_written_as_its_encoding_says() {
    let form = |explode: bool| Some((Style::Form, explode));
    for (encoding, expected) in [
        (json!({}), None),
        (json!(null), None),
        (json!({"contentType": "text/plain"}), None),
        (json!({"headers": {}}), None),
        (json!({"contentType": "application/json"}), Some((Style::Json, false))),
        (json!({"contentType": "application/json, text/plain"}), Some((Style::Json, false))),
        (json!({"contentType": "text/plain, application/json"}), None),
        (json!({"style": "form"}), form(true)),
        (json!({"style": "form", "contentType": "application/json"}), form(true)),
        (json!({"explode": true}), form(true)),
        (json!({"explode": false}), form(false)),
        (json!({"explode": false, "contentType": "application/json"}), form(false)),
        (json!({"allowReserved": true}), form(true)),
        (json!({"allowReserved": true, "contentType": "application/json"}), Some((Style::Json, false))),
        (json!({"allowReserved": true, "contentType": "text/plain"}), None),
        (json!({"style": "spaceDelimited"}), Some((Style::SpaceDelimited, false))),
        (json!({"style": "pipeDelimited", "explode": true}), Some((Style::PipeDelimited, true))),
        (json!({"style": "deepObject"}), Some((Style::DeepObject, false))),
        // Styles of other places are none of a form.
        (json!({"style": "simple"}), None),
        (json!({"style": "label"}), None),
        (json!({"style": "matrix", "explode": false}), form(false)),
    ] {
        let is = Serialization::of_encoding(&encoding).map(|is| (is.style, is.explode));
        assert_eq!(is, expected, "{encoding}");
    }
}

#[test]
fn a_parameter_has_values_of_the_type_that_its_schema_comes_to() {
    let document = schemas();
    for (schema, expected) in [
        (json!({"type": "string"}), ParameterType::Scalar("string")),
        (json!({"type": "integer"}), ParameterType::Scalar("integer")),
        (json!({"type": "number"}), ParameterType::Scalar("number")),
        (json!({"type": "boolean"}), ParameterType::Scalar("boolean")),
        (to("Said"), ParameterType::Scalar("string")),
        (to("List"), ParameterType::List("string")),
        (json!({"items": {"type": "number"}}), ParameterType::List("number")),
        (json!({"type": "array", "items": to("List")}), ParameterType::ListOfOthers),
        (json!({"type": "array", "items": {}}), ParameterType::ListOfOthers),
        (json!({"type": "array"}), ParameterType::ListOfOthers),
        (to("Parts"), ParameterType::Object),
        (json!({"additionalProperties": {}}), ParameterType::Object),
        (json!({}), ParameterType::Other),
        (json!({"type": "null"}), ParameterType::Other),
        (to("Circle"), ParameterType::Other),
    ] {
        let parameter = json!({"in": "query", "schema": schema});
        assert_eq!(parameter_type(&document, &parameter), expected, "{schema}");
        let content = json!({"in": "query", "content": {"application/json": {"schema": schema}}});
        assert_eq!(parameter_type(&document, &content), ParameterType::Json, "{schema}");
        let content = json!({"in": "query", "content": {"text/plain": {"schema": schema}}});
        assert_eq!(parameter_type(&document, &content), ParameterType::Other, "{schema}");
    }
    let text = json!({"type": "string"});
    for (parameter, expected) in [
        (json!({"schema": text}), Some(&text)),
        (json!({"content": {"application/json": {"schema": text}}}), Some(&text)),
        (json!({"content": {"application/json": {}}}), Some(&Value::Null)),
        (json!({"content": {"text/plain": {"schema": text}}}), None),
        (json!({}), None),
    ] {
        assert_eq!(schema(&parameter), expected, "{parameter}");
    }
}

#[test]
fn a_schema_has_the_type_that_it_says_or_implies() {
    for (schema, expected) in [
        (json!({"type": "number", "properties": {}}), "number"),
        (json!({"properties": {}, "items": {}}), "object"),
        (json!({"items": {}, "enum": ["a"]}), "array"),
        (json!({"enum": ["a", "b"], "additionalProperties": {}}), "string"),
        (json!({"enum": ["a", 1]}), ""),
        (json!({"enum": []}), ""),
        (json!({"enum": [1], "additionalProperties": false}), "object"),
        (json!({"minLength": 1}), ""),
    ] {
        assert_eq!(kind(&schema), expected, "{schema}");
    }
}

#[test]
fn of_the_media_types_of_a_body_one_is_sent() {
    let (text, object) = (json!({"schema": {"type": "string"}}), json!({"schema": {"type": "object"}}));
    let (json_type, form, parts) = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data");
    for (content, chosen, encoding, is_told, rest) in [
        (json!({json_type: object}), json_type, Encoding::Json, false, &[][..]),
        (json!({"a/b+json": text, json_type: text}), "a/b+json", Encoding::Json, false, &[json_type]),
        (
            json!({"text/plain": text, form: object, json_type: object}),
            json_type,
            Encoding::Json,
            false,
            &["text/plain", form],
        ),
        (json!({"text/plain": text, form: object}), form, Encoding::Form, false, &["text/plain"]),
        (json!({form: text}), form, Encoding::Bytes, false, &[]),
        (json!({form: {}}), form, Encoding::Form, false, &[]),
        (json!({parts: object, "text/plain": text}), "text/plain", Encoding::Bytes, false, &[parts]),
        (json!({parts: object}), parts, Encoding::Multipart, true, &[]),
        (json!({parts: object, "multipart/mixed": object}), parts, Encoding::Multipart, true, &[]),
        (json!({"*/*": object}), "*/*", Encoding::Json, false, &[]),
        (json!({"*/*": text}), "*/*", Encoding::Bytes, true, &[]),
        (json!({"*/*": {}}), "*/*", Encoding::Bytes, true, &[]),
        (json!({"image/*": object, "image/png": object}), "image/*", Encoding::Bytes, true, &[]),
        (json!({"nothing": object}), "nothing", Encoding::Bytes, false, &[]),
    ] {
        let body = json!({"content": content});
        let is = choose(&body).unwrap();
        assert_eq!((is.media_type, is.encoding, is.is_told_by_body()), (chosen, encoding, is_told), "{body}");
        assert_eq!(others(&body), rest, "{body}");
    }
    for none in [json!({}), json!({"content": {}})] {
        assert!(choose(&none).is_none() && others(&none).is_empty());
    }
}

#[test]
fn of_the_media_types_of_a_response_plain_json_is_decoded() {
    for (content, expected) in [
        (json!({"a/b+json": {}, "application/json": {}}), Some("application/json")),
        (json!({"text/plain": {}, "a/b+json": {}, "a/c+json": {}}), Some("a/b+json")),
        (json!({"text/plain": {}}), None),
        (json!({}), None),
        (json!({"application/json": 1}), None),
    ] {
        let response = json!({"content": content});
        assert_eq!(json_content(&response).map(|(media_type, _)| media_type), expected, "{response}");
    }
}

#[test]
fn media_types_are_told_by_their_names() {
    type Is = fn(&MediaType) -> bool;
    let kinds: [(&str, Is, &[&str]); 7] = [
        ("events", MediaType::is_event_stream, &["text/event-stream", "Text/Event-Stream; charset=utf-8"]),
        ("lines", MediaType::is_json_lines, &["application/jsonl", "application/x-jsonl", "application/jsonlines"]),
        ("lines", MediaType::is_json_lines, &["application/x-jsonlines", "application/ndjson", "application/X-NDJSON"]),
        ("texts", MediaType::is_json_sequence, &["application/json-seq", "application/geo+json-seq"]),
        ("form", MediaType::is_form, &["application/x-www-form-urlencoded"]),
        ("multipart", MediaType::is_multipart, &["multipart/form-data; boundary=a"]),
        ("range", MediaType::is_range, &["*/*", "text/*"]),
    ];
    let others = [
        "application/json",
        "text/plain",
        "application/event-stream",
        "text/ndjson",
        "text/form-data",
        "multipart/mixed",
    ];
    for (kind, is, names) in kinds {
        for name in names {
            let parsed = MediaType::parse(name).unwrap();
            assert!(is(&parsed), "{name}");
            let also = kinds.iter().filter(|(other, is, _)| *other != kind && is(&parsed)).count();
            assert_eq!(also, 0, "{name}");
        }
        for other in others {
            assert!(!is(&MediaType::parse(other).unwrap()), "{other} {kind}");
        }
    }
    for (name, expected) in [
        ("application/json", true),
        ("Application/JSON; Charset=latin1", true),
        ("application/json; v=1", false),
        ("application/json; charset=utf-8; v=1", false),
        ("text/json", false),
        ("a/b+json", false),
        ("nothing", false),
    ] {
        assert_eq!(is_plain_json(name), expected, "{name}");
    }
}

#[test]
fn responses_are_what_their_statuses_mean() {
    let content = |media_type: &str| json!({"content": {media_type: {}}});
    let (of_json, text, nothing) = (content("application/json"), content("text/plain"), json!({"content": {}}));
    let operation = json!({"responses": {
        "200": of_json, "204": of_json, "2XX": text, "304": of_json, "101": text, "404": nothing, "5XX": of_json, "default": text, "x-a": text,
    }});
    let found = Responses::of("get", &operation);
    assert_eq!(found.successes, [("200", Content::Json), ("204", Content::Empty), ("2XX", Content::Bytes)]);
    assert_eq!(found.errors, [("404", Content::Empty), ("5XX", Content::Json), ("default", Content::Bytes)]);
    let found = Responses::of("head", &operation);
    assert!(found.successes.iter().chain(&found.errors).all(|(_, content)| *content == Content::Empty));
    let only = json!({"responses": {"400": of_json, "default": of_json}});
    let found = Responses::of("get", &only);
    assert_eq!(found.successes, [("default", Content::Json)]);
    assert_eq!(found.errors, [("400", Content::Json), ("default", Content::Json)]);

    let document = json!({"components": {"responses": {"Gone": {"description": "gone"}}}});
    let said = |text: &str| json!({"description": text});
    let operation = json!({"responses": {
        "404": {"$ref": "#/components/responses/Gone"}, "4XX": said("range"), "5xx": said("small"), "default": said("any"), "410": {"$ref": "#/nowhere"},
    }});
    for (status, spelled, description) in [
        (404, "404", "gone"),
        (403, "4XX", "range"),
        (599, "5xx", "small"),
        (200, "default", "any"),
        (399, "default", "any"),
    ] {
        let (is, response) = documented(&document, &operation, status).unwrap();
        assert_eq!((is, response["description"].as_str()), (spelled, Some(description)), "{status}");
    }
    assert_eq!(documented(&document, &operation, 410), None);
    assert_eq!(documented(&document, &json!({"responses": {"4XX": {}}}), 300), None);
}

#[test]
fn a_body_in_parts_has_the_schema_of_one() {
    let (item, document) = (json!({"type": "integer"}), schemas());
    for (media_type, schema, expected) in [
        ("text/event-stream", item.clone(), Some(Some(item.clone()))),
        ("text/event-stream", json!({"type": "array", "items": item}), Some(Some(item.clone()))),
        ("application/x-ndjson", to("List"), Some(Some(to("Said")))),
        ("application/x-ndjson", json!({"type": "array"}), Some(Some(json!({"type": "array"})))),
        ("application/x-ndjson", Value::Null, Some(None)),
        ("application/json", item, None),
    ] {
        let media = if schema.is_null() { json!({}) } else { json!({"schema": schema}) };
        let operation = json!({"responses": {"200": {"content": {"text/plain": {}, media_type: media}}}});
        let responses = Responses::of("get", &operation);
        let found = stream(&document, &responses, &operation);
        assert_eq!(found.map(|stream| stream.item.cloned()), expected, "{media_type} {schema}");
        assert!(found.is_none_or(|stream| stream.media_type == media_type));
        // Errors come in one.
        let failing = json!({"responses": {"200": {}, "400": {"content": {media_type: media}}}});
        assert!(stream(&document, &Responses::of("get", &failing), &failing).is_none());
    }
}

#[test]
fn references_are_followed_to_their_end() {
    let document = schemas();
    for (reference, expected) in [
        ("#/components/schemas/Text", Some("Text")),
        ("#/components/schemas/a~1b", Some("a/b")),
        ("#/components/schemas/List/items", None),
        ("#/components/schemasText", None),
        ("#/components/parameters/Text", None),
        ("#/schemas/Text", None),
        ("other.json#/components/schemas/Text", None),
    ] {
        assert_eq!(component(reference, "schemas").as_deref(), expected, "{reference}");
    }
    let text = json!({"type": "string"});
    for (name, whole, near) in [
        ("Text", true, true),
        ("Same", true, true),
        ("Said", true, false),
        ("Circle", false, false),
        ("Gone", false, false),
    ] {
        assert_eq!(schema_of(&document, &to(name)), whole.then_some(&text), "{name}");
        assert_eq!(resolve(&document, &to(name)) == Some(&text), near, "{name}");
    }
    for (pointer, expected) in [
        ("/components/schemas/Same/type", Some(json!("string"))),
        ("/components/schemas/Use/properties/a/type", Some(json!("string"))),
        ("/components/schemas/Parts/allOf/1/properties/a/type", Some(json!("string"))),
        ("/components/schemas/Parts/allOf/01", None),
        ("/components/schemas/Parts/allOf/2", None),
        ("/components/schemas/a~1b/type", Some(json!("integer"))),
        ("/components/schemas/Circle/type", None),
        ("/components/nothing", None),
    ] {
        assert_eq!(follow(&document, pointer).cloned(), expected, "{pointer}");
    }
    for (schema, is_use) in [
        (json!({"allOf": [to("Text")]}), true),
        (json!({"allOf": [to("Text")], "description": "d", "nullable": true}), true),
        (json!({"allOf": [{"type": "string"}]}), false),
        (json!({"allOf": [to("Text"), to("Same")]}), false),
        (to("Text"), false),
    ] {
        assert_eq!(*unwrap_reference(&schema) == to("Text") && schema != to("Text"), is_use, "{schema}");
    }
    for keyword in ["properties", "additionalProperties", "items", "oneOf", "anyOf", "type", "required"] {
        let schema = json!({"allOf": [to("Text")], keyword: {}});
        assert_eq!(*unwrap_reference(&schema), schema, "{keyword}");
    }
}

#[test]
fn operations_are_what_paths_have_under_the_names_of_methods() {
    let document = json!({"paths": {
        "/b": {"post": {}, "get": {}, "summary": "s", "parameters": [], "x-a": {}, "patch": null},
        "x-paths": {"get": {}},
        "/a": {"trace": {}, "put": {}, "delete": {}, "options": {}, "head": {}, "GET": {}, "query": {}},
        "/c": 1,
    }});
    let found: Vec<String> = operations(&document).iter().map(ToString::to_string).collect();
    assert_eq!(found, ["POST /b", "GET /b", "TRACE /a", "PUT /a", "DELETE /a", "OPTIONS /a", "HEAD /a"]);
    assert_eq!(operations(&document)[0].pointer, "/paths/~1b/post");
    assert!(operations(&json!({})).is_empty());
}

#[test]
fn an_envelope_has_the_properties_that_the_document_names() {
    let named = |name: &str| Some(name.to_owned());
    for (envelope, expected) in [
        (
            json!({"code": "c", "message": "m", "data": "d", "request-id": "r", "success": 200}),
            Some(Envelope {
                code: named("c"),
                message: named("m"),
                data: named("d"),
                request_id: named("r"),
                success: 200,
            }),
        ),
        (json!({"data": "d"}), Some(Envelope { data: named("d"), ..Envelope::default() })),
        (json!({"code": 1, "success": "x"}), Some(Envelope::default())),
        (json!("x"), None),
    ] {
        assert_eq!(Envelope::of(&json!({"x-envelope": envelope})), expected, "{envelope}");
    }
    assert_eq!(Envelope::of(&json!({})), None);
}

#[test]
fn a_program_has_a_document_inside() {
    let content = json!({"application/json": {"schema": {"type": "object"}, "example": {"a": 1}}});
    let operation = json!({"operationId": "x", "responses": {"200": {"description": "d", "content": content}}});
    let document =
        json!({"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {"/x": {"get": operation}}});
    let input = || Input::new("spec.json", Ok(document.to_string().into_bytes()));
    let overlay = "overlay: 1.0.0\ninfo: {title: t, version: '1'}\nactions: [{target: $.info, update: {x-a: 1}}]\n";
    for (input, is_corrected) in
        [(input(), false), (input().with_overlay("o.yaml", Ok(overlay.as_bytes().to_vec())), true)]
    {
        let embedded = input.embedded(&RustNames).unwrap();
        assert_eq!(embedded.is_corrected, is_corrected);
        assert_eq!(serde_json::from_str::<Value>(&embedded.inferred).unwrap(), input.serve(&RustNames).unwrap());
        assert!(embedded.inferred.contains("x-inferred") && !embedded.published.contains("x-inferred"));
        let Embedded { published, inferred, .. } = embedded.clone();
        let expression = format!(
            "Embedded {{ published: include_str!(\"published.json\"), inferred: include_str!(\"inferred.json\"), is_corrected: {is_corrected} }}\n"
        );
        let expected = [("published.json", published), ("inferred.json", inferred), ("embedded.rs", expression)];
        assert_eq!(embedded.files(), expected);
    }
}
