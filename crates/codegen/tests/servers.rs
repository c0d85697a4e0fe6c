//! Every operation of an SDK knows the server that the document names for it.

#![allow(clippy::unwrap_used, missing_docs)]

use keyapi_codegen::RustNames;
use keyapi_spec::Input;
use serde_json::json;

const DOCUMENT: &str = include_str!("specs/31k_servers.yaml");

#[test]
fn operations_know_their_servers() {
    let resolved = Input::new("31k_servers.yaml", Ok(DOCUMENT.into())).resolve(&RustNames).unwrap();
    let sources = keyapi_codegen::sdk(&resolved.document, "tiktok").unwrap();
    assert!(sources.requests.contains("pub const BASE_URL: &str = \"https://api.example.com/v2\";"));
    // Behind the name and the method.
    let server = |arguments: &str| format!("{},", arguments.split(',').nth(2).unwrap().trim());
    let servers: Vec<String> = sources.requests.split("Operation::new(").skip(1).map(server).collect();
    let expected = [
        "BASE_URL,",
        "BASE_URL,",
        "\"https://files.example.com/files/v1\",",
        "\"https://api.example.com/files/v2\",",
        "\"https://files.example.com\",",
    ];
    assert_eq!(servers, expected);
    // The runtime gives each call the base URL of its server, so that the client below adds nothing.
    assert!(!sources.client.contains("path::base(&"), "{}", sources.client);
}

#[test]
fn values_of_variables_have_names_of_their_own() {
    let sources = |values: serde_json::Value| {
        let server = json!({"url": "https://{r}.example.com", "variables": {"r": {"default": "a-b", "enum": values}}});
        let document = json!({"openapi": "3.0.1", "info": {"title": "t", "version": "1"}, "servers": [server], "paths": {
            "/a": {"get": {"operationId": "get_a", "responses": {"200": {"description": "ok"}}}},
        }});
        let resolved = Input::new("case", Ok(document.to_string().into_bytes())).resolve(&RustNames).unwrap();
        keyapi_codegen::sdk(&resolved.document, "case").unwrap().files().map(|(_, source)| source.to_owned()).concat()
    };
    // The second is called after its value, and then as the next that is free.
    assert!(sources(json!(["a-b", "a_b"])).contains("AB7761 => \"a_b\""));
    assert!(sources(json!(["a-b", "a-b7761", "a_b"])).contains("AB7762 => \"a_b\""));
}
