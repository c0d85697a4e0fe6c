//! A client that is generated of an OpenAPI 3.1 document, against the mock server that judges by that document.

use keyapi_generated_cases::case_33a_openapi_3_1::client::{Client, types};
use keyapi_tiktok_mock::options::Validation;
use keyapi_tiktok_mock::{MockServer, Options, load};
use serde_json::{Value, json};

use crate::server::{answer, provide_tls};

/// The document that the client is generated of.
const DOCUMENT: &str = include_str!("../../../codegen/tests/specs/33a_openapi_3_1.yaml");

fn order(more: Value) -> types::Order {
    let mut order = json!({"id": "a", "state": "open"});
    order.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    serde_json::from_value(order).unwrap()
}

#[tokio::test]
async fn the_mock_server_judges_by_all_that_the_document_says() {
    provide_tls();
    let options = Options { validation: Validation::Strict, ..Options::default() };
    let server = MockServer::start_with(load::text("spec.yaml", DOCUMENT).unwrap(), options);
    let client = Client::new(&server.url());
    for (more, is_legal) in [
        (json!({}), true),
        (json!({"note": null, "amount": 1.5, "place": [1, 2.5], "pair": ["a", 1], "tags": {"x-a": "b"}}), true),
        (json!({"count": "3", "amount": 1}), true),
        (json!({"parent": {"id": "b", "state": "open"}, "anything": [1], "own": "text"}), true),
        // What only OpenAPI 3.1 can say.
        (json!({"note": "n"}), false),
        (json!({"count": 3}), false),
        (json!({"pair": [1, "a"]}), false),
        (json!({"place": [1, 2, 3]}), false),
        (json!({"tags": {"y": "b"}}), false),
        (json!({"own": 1}), false),
        (json!({"amount": 0}), false),
        (json!({"id": ""}), false),
        (json!({"state": "closed"}), false),
    ] {
        let sent = client.make_order(Some(true), Some("fast"), &order(more.clone())).await;
        assert_eq!(sent.is_ok(), is_legal, "{more}: {sent:?}");
    }
    assert!(client.make_order(None, Some("never"), &order(json!({}))).await.is_err());
    for id in ["7", "x"] {
        let found = client.get_order(id).await.unwrap().into_inner();
        assert!(found.is_none_or(|order| order.state == "open"));
    }
}

#[tokio::test]
async fn responses_decode_whatever_the_document_allows() {
    for (body, note) in [
        (
            r#"{"id": "a", "state": "open", "note": null, "count": "3", "pair": ["a", 1], "place": [], "tags": {}}"#,
            None,
        ),
        (
            r#"{"id": "a", "state": "open", "note": "n", "count": 3, "parent": null, "anything": {"a": 1}, "own": "x"}"#,
            Some("n"),
        ),
        (r#"{"id": "a", "state": "new", "count": null, "data": "AA=="}"#, None),
    ] {
        let (url, server) = answer(200, "application/json", body);
        let order = Client::new(&url).get_order("a").await.unwrap().into_inner().unwrap();
        assert_eq!(order.note.as_deref(), note);
        server.join().unwrap();
    }
    let (url, server) = answer(200, "application/json", "null");
    assert!(Client::new(&url).get_order("a").await.unwrap().into_inner().is_none());
    server.join().unwrap();
}
