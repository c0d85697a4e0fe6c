//! Calls that the document does not have.

use keyapi_runtime::{ErrorKind, Method};
use serde_json::json;

use crate::support::{KEY, OK, Server, envelope, json as response};

#[tokio::test]
async fn any_path_can_be_called_like_a_documented_operation() {
    let server = Server::start([response(429, &envelope(429, "qps limit exceeded")), response(200, OK)]).await;
    let client = server.client().build().unwrap();
    let request = client.request(Method::POST, "/v1/tracks/new").query("a b", "c&d").json(&json!({"id": 1})).credits(3);
    let response = request.send().await.unwrap();
    assert_eq!((response.attempts(), response.credits(), client.credits_spent()), (2, Some(3), 3));
    assert_eq!(response.into_data().unwrap(), json!({"sound": {"title": "New Sun"}}));
    for seen in server.seen() {
        assert_eq!(seen.line, "POST /v1/tracks/new?a+b=c%26d HTTP/1.1");
        assert_eq!(seen.header("authorization"), Some(format!("Bearer {KEY}").as_str()));
        assert_eq!(seen.header("content-type"), Some("application/json"));
        assert_eq!(seen.body, r#"{"id":1}"#);
    }
}

#[tokio::test]
async fn errors_name_method_and_path() {
    let server = Server::start([response(200, &envelope(404, "no such shop"))]).await;
    let client = server.client().build().unwrap();
    // A request is sent where it is awaited, too.
    let error = client.request(Method::GET, "/v1/x").query("q", "secret").await.unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(error.to_string(), "GET /v1/x: not found: no such shop (HTTP 200, code 404)");
}

#[tokio::test]
async fn no_body_is_null_where_anything_may_come() {
    let server = Server::start([response(204, ""), response(200, "")]).await;
    let client = server.client().build().unwrap();
    for status in [204, 200] {
        let response = client.request(Method::DELETE, "/v1/x").send().await.unwrap();
        assert_eq!((response.status().as_u16(), response.value()), (status, &json!(null)));
        assert!(response.data().is_err());
        assert_eq!(response.into_data().unwrap_err().kind(), ErrorKind::NoData);
    }
}

#[tokio::test]
async fn a_path_cannot_lead_to_another_server() {
    let server = Server::start([response(200, OK)]).await;
    let client = server.client().build().unwrap();
    for path in ["@evil.example/", ".evil.example/", "https://evil.example/", "0/", ""] {
        let error = client.request(Method::GET, path).send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    }
    client.request(Method::GET, "//evil.example/").send().await.unwrap();
    assert_eq!(server.seen()[0].line, "GET //evil.example/ HTTP/1.1");
}

#[tokio::test]
async fn a_path_that_a_url_parser_would_change_is_refused() {
    let server = Server::start([response(200, OK)]).await;
    for base in [server.url.clone(), format!("{}/base", server.url)] {
        let client = server.client().base_url(base).build().unwrap();
        for path in [
            "/a\nX",
            "/a\rb",
            "/a\tb",
            "/a\0",
            "/a\x1b[1m",
            "/a ",
            " /a",
            "/a b",
            "/a?b=c ",
            "/a#b",
            "/#",
            "/a\\b",
            "/.",
            "/..",
            "/a/../b",
            "/a/./b",
            "/a/..",
            "/%2e%2e",
            "/%2E./a",
            "/a/%2e",
            "/a/..?b",
            "/\\..\\a",
            "/ä",
            "/{id}",
        ] {
            let error = client.request(Method::GET, path).send().await.unwrap_err();
            assert_eq!((error.kind(), error.attempts()), (ErrorKind::InvalidRequest, 0), "{path:?}: {error}");
        }
    }
    assert!(server.seen().is_empty());
    let client = server.client().base_url(format!("{}/base/", server.url)).build().unwrap();
    for path in ["/", "/a/", "/%C3%A4/a%2Fb", "/...", "/a:b@c;d=e", "/a?b=../c&d=/.", "/a?"] {
        client.request(Method::GET, path).send().await.unwrap();
        assert_eq!(server.seen().pop().unwrap().line, format!("GET /base{path} HTTP/1.1"));
    }
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_with_its_own_text() {
    let server = Server::start([response(200, OK)]).await;
    let client = server.client().build().unwrap();
    let error = client.request(Method::CONNECT, "/v1/x").send().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "CONNECT /v1/x: invalid request: CONNECT asks a proxy for a tunnel and calls no path: use another method"
    );
    let long = |length: usize| "x".repeat(length - server.url.len() - "/v1?q=".len());
    let error = client.request(Method::GET, "/v1").query("q", long(65_535)).send().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "GET /v1: invalid request: its URL has 65535 bytes, and at most 65534 can be sent: pass less"
    );
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::InvalidRequest, 0));
    let error = client.track_detail().id("x".repeat(70_000)).send().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::InvalidRequest, 0));
    assert!(server.seen().is_empty());
    client.request(Method::GET, "/v1").query("q", long(65_534)).send().await.unwrap();
}
