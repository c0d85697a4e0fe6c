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
