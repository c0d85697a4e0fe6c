//! Calls of operations by their names.

use keyapi_generated_sdk::{CallOptions, Error, dispatch};
use serde_json::{Value, json};

use crate::{client, server};

/// Calls an operation, and gives the error and how often the server was called.
async fn failed(operation: &str, parameters: &[(&str, &str)], body: Option<&Value>) -> (Error, usize) {
    let server = server();
    let client = client(&server).build().unwrap();
    let error = dispatch::call(&client, operation, parameters, body, CallOptions::new()).await.unwrap_err();
    (error, server.journal().len())
}

#[tokio::test]
async fn what_the_document_does_not_name_is_refused_before_anything_is_sent() {
    #[track_caller]
    fn check((error, calls): &(Error, usize), expected: &str) {
        assert!(error.is_invalid_request() && error.to_string().contains(expected), "{error}");
        assert_eq!(*calls, 0);
    }
    for (body, expected) in [
        (json!({"near": "x", "radius_km": 5}), "no property `$.radius_km`"),
        (json!({"near": "x", "page": {"size": 2, "order": "asc"}}), "no property `$.page.order`"),
        (json!(["x", null]), "`$` is array, expected object"),
        (json!({"near": "x", "page": ["c", 2]}), "`$.page` is array, expected object"),
    ] {
        check(&failed("searchStations", &[], Some(&body)).await, expected);
    }
    for (near, expected) in [
        (r#"{"zz": 1}"#, "parameter `near`: the document has no property `$.zz`"),
        ("[1.5, 2.5]", "parameter `near`: `$` is array, expected object"),
        (r#"{"lat": "x"}"#, r#"string "x", expected f64"#),
    ] {
        check(&failed("listStations", &[("country", "IS"), ("near", near)], None).await, expected);
    }
}
