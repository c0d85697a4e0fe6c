//! Calls of operations by their names.

use std::sync::{Arc, Mutex};

use keyapi_generated_sdk::{CallOptions, Error, dispatch};
use keyapi_runtime::codegen::PartSink;
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

#[tokio::test]
async fn the_parts_of_a_stream_come_one_by_one_to_who_takes_them() {
    let server = server();
    let client = client(&server).build().unwrap();
    for most in [1, 9] {
        let taken: Arc<Mutex<Vec<String>>> = Arc::default();
        let seen = Arc::clone(&taken);
        let sink = PartSink::new(move |part| {
            let mut seen = seen.lock().unwrap();
            seen.push(String::from_utf8(part.to_vec()).unwrap());
            seen.len() < most
        });
        let options = CallOptions::new().with_parts_to(sink.clone());
        let called = dispatch::call(&client, "watchStation", &[("id", "04030")], None, options).await;
        assert_eq!((called.unwrap().into_value(), sink.has_begun()), (json!([]), true));
        let all = [r#"{"celsius":-3.5}"#, r#"{"celsius":-3.25}"#];
        assert_eq!(*taken.lock().unwrap(), all[..most.min(2)]);
    }
    // What is no stream is as it is without.
    let sink = PartSink::new(|_| true);
    let options = CallOptions::new().with_parts_to(sink.clone());
    dispatch::call(&client, "getStatus", &[], None, options).await.unwrap();
    assert!(!sink.has_begun());
}
