//! Every operation of an SDK knows the server that the document names for it.

#![allow(clippy::unwrap_used, missing_docs)]

use keyapi_codegen::RustNames;
use keyapi_spec::Input;

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
