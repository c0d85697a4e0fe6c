//! What generated calls say of the body that they send.
#![allow(clippy::unwrap_used, missing_docs)]

use keyapi_codegen::{RustNames, generate};
use keyapi_spec::Input;
use serde_json::json;

#[test]
fn a_body_that_need_not_be_there_has_no_type_without_it() {
    let conditional = |required: bool| {
        let schema = json!({"type": "object", "properties": {"a": {"type": "string"}}});
        let body = json!({"required": required, "content": {"application/vnd.case+json": {"schema": schema}}});
        let document = json!({"openapi": "3.0.1", "info": {"title": "t", "version": "1"}, "paths": {
            "/a": {"post": {"operationId": "add", "requestBody": body, "responses": {"204": {"description": "ok"}}}},
        }});
        let resolved = Input::new("case", Ok(document.to_string().into_bytes())).resolve(&RustNames).unwrap();
        let client: String = generate(&resolved.document).unwrap().client.split_whitespace().collect();
        assert!(client.contains("HeaderValue::from_static(\"application/vnd.case+json\""), "{client}");
        client.contains("ifbody.is_some(){header_map.insert(")
    };
    assert_eq!([true, false].map(conditional), [false, true]);
}

#[test]
fn errors_are_bytes_where_one_of_them_has_a_body_that_is_no_json() {
    let client = |not_found: serde_json::Value| {
        let ok = json!({"description": "ok", "content": {"application/json": {"schema": {"type": "object"}}}});
        let document = json!({"openapi": "3.0.1", "info": {"title": "t", "version": "1"}, "paths": {
            "/a": {"get": {"operationId": "get_a", "responses": {"200": ok, "404": not_found}}},
        }});
        let resolved = Input::new("case", Ok(document.to_string().into_bytes())).resolve(&RustNames).unwrap();
        generate(&resolved.document).unwrap().client
    };
    let empty = client(json!({"description": "none"}));
    assert!(empty.contains("Error<()>") && !empty.contains("Error<ByteStream>"), "{empty}");
    let text = client(json!({"description": "none", "content": {"text/plain": {"schema": {"type": "string"}}}}));
    assert!(text.contains("Error<ByteStream>") && !text.contains("Error<()>"), "{text}");
}

/// A server may have a use for a parameter, and another answer without it.
#[test]
fn parameters_of_json_are_sent_and_accepted() {
    let headers = |media_type: &str| {
        let schema = json!({"type": "object", "properties": {"a": {"type": "string"}}});
        let content = json!({media_type: {"schema": schema}});
        let document = json!({"openapi": "3.0.1", "info": {"title": "t", "version": "1"}, "paths": {
            "/a": {"post": {
                "operationId": "add",
                "requestBody": {"required": true, "content": content},
                "responses": {"200": {"description": "ok", "content": content}},
            }},
        }});
        let resolved = Input::new("case", Ok(document.to_string().into_bytes())).resolve(&RustNames).unwrap();
        let client = generate(&resolved.document).unwrap().client;
        client.lines().filter(|line| !line.trim().starts_with("///") && line.contains(media_type)).count()
    };
    assert_eq!(headers("application/json; odata=verbose"), 2);
    assert_eq!(headers("application/json; charset=utf-8"), 0);
}
