//! The front door: what is sent, what comes back, and what a builder refuses.

use std::future::ready;
use std::process::Command;

use futures_util::FutureExt;
use keyapi_runtime::{Bytes, CallOptions, ErrorKind, HeaderName, HeaderValue};
use progenitor_client::ByteStream;

use crate::example::{Client, Generated, OPERATION, Track};
use crate::support::{KEY, OK, Server, json, own_client};

#[tokio::test]
async fn a_call_gives_typed_data_and_everything_around_it() {
    let server = Server::start([json(200, OK)]).await;
    let client = server.client().build().unwrap();
    let response = client.track_detail().id("6703723351497508865").send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.attempts(), 1);
    assert_eq!(response.request_id(), Some("r-1"));
    assert_eq!(response.credits(), Some(2));
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(response.body(), OK.as_bytes());
    let title = response.data().unwrap().sound.as_ref().and_then(|sound| sound.title.as_deref());
    assert_eq!(title, Some("New Sun"));
    let sound = response.into_data().unwrap().sound.unwrap();
    assert_eq!(sound.title.as_deref(), Some("New Sun"));
    assert_eq!(client.credits_spent(), 2);
}

#[tokio::test]
async fn a_request_carries_key_and_name_and_only_what_was_asked_for() {
    let server = Server::start([json(200, OK)]).await;
    let header = |name, value| (HeaderName::from_static(name), HeaderValue::from_static(value));
    let (name, value) = header("x-team", "a");
    let client = server.client().application("my-app/1.2").header(name, value).build().unwrap();
    let (name, value) = header("x-trace", "b");
    let (forged, key) = header("authorization", "Bearer other");
    let options = CallOptions::new().header(name, value).header(forged, key);
    client.track_detail().id("7").region("É&=").options(options).send().await.unwrap();
    let seen = server.seen().remove(0);
    assert_eq!(seen.line, "GET /v1/tracks/detail?id=7&region=%C3%89%26%3D HTTP/1.1");
    assert_eq!(seen.header("authorization"), Some(format!("Bearer {KEY}").as_str()));
    assert_eq!(seen.head.matches("uthorization").count(), 1);
    assert_eq!(seen.header("user-agent"), Some("my-app/1.2 example/1"));
    assert_eq!(seen.header("accept"), Some("application/json"));
    assert_eq!((seen.header("x-team"), seen.header("x-trace")), (Some("a"), Some("b")));
}

#[tokio::test]
async fn a_header_of_a_call_replaces_the_one_of_the_client() {
    let server = Server::start([json(200, OK)]).await;
    let header = || HeaderName::from_static("x-team");
    let client = server.client().header(header(), HeaderValue::from_static("client")).build().unwrap();
    let options = CallOptions::new().header(header(), HeaderValue::from_static("call"));
    client.track_detail().options(options).send().await.unwrap();
    assert_eq!(server.seen()[0].header("x-team"), Some("call"));
    assert_eq!(server.seen()[0].head.matches("x-team").count(), 1);
}

#[tokio::test]
async fn a_header_may_have_several_values() {
    let server = Server::start([json(200, OK)]).await;
    let value = HeaderValue::from_static;
    let (tags, marks) = (HeaderName::from_static("x-tag"), HeaderName::from_static("x-mark"));
    let client = server.client().header(tags.clone(), value("1")).header(tags, value("2")).build().unwrap();
    let options = CallOptions::new().header(marks.clone(), value("3")).header(marks, value("4"));
    client.track_detail().options(options).send().await.unwrap();
    let head = &server.seen()[0].head;
    for line in ["x-tag: 1", "x-tag: 2", "x-mark: 3", "x-mark: 4"] {
        assert!(head.contains(line), "{line} is not in\n{head}");
    }
}

#[tokio::test]
async fn a_trailing_slash_and_a_prefix_of_the_base_url_are_kept_apart_from_the_path() {
    for (suffix, path) in
        [("", "/v1/"), ("/", "/v1/"), ("//", "/v1/"), ("/proxy", "/proxy/v1/"), ("/proxy/", "/proxy/v1/")]
    {
        let server = Server::start([json(200, OK)]).await;
        let client = server.client().base_url(format!("{}{suffix}", server.url)).build().unwrap();
        client.track_detail().send().await.unwrap();
        let line = server.seen().remove(0).line;
        assert!(line.starts_with(&format!("GET {path}tracks/")), "{suffix}: {line}");
    }
}

#[tokio::test]
async fn own_http_client_is_used_and_still_carries_the_key() {
    let server = Server::start([json(200, OK)]).await;
    let own = own_client()
        .default_headers([(HeaderName::from_static("x-own"), HeaderValue::from_static("1"))].into_iter().collect())
        .build()
        .unwrap();
    let client = server.client().http_client(own).build().unwrap();
    client.track_detail().send().await.unwrap();
    assert_eq!(server.seen()[0].header("x-own"), Some("1"));
    assert_eq!(server.seen()[0].header("accept-encoding"), Some("gzip,br"), "its own");
    assert_eq!(server.seen()[0].header("authorization"), Some(format!("Bearer {KEY}").as_str()));
}

#[test]
fn a_builder_refuses_what_cannot_work_and_says_what_to_do() {
    #[track_caller]
    fn check(key: &str, base_url: &str, expected: &str) {
        let error = Client::builder().api_key(key).base_url(base_url).build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert_eq!(error.attempts(), 0);
        let text = error.to_string();
        assert!(text.contains(expected), "{text}");
        assert!(!text.contains(['\n', '\r']), "{text:?}");
        assert!(!text.contains("the API key") || text.contains("from the argument of `api_key`"), "{text}");
        assert!(key.len() < 4 || !text.contains(key), "{text}");
    }
    let loopback = "http://127.0.0.1:1";
    check("", loopback, "the API key is empty");
    check("Bearer sk_live_test", loopback, "without `Bearer`");
    check("sk_live_test\n", loopback, "a character that no key has");
    check("sk_live_test\r\n", loopback, "begins or ends with white space");
    check(" sk_live_test", loopback, "begins or ends with white space");
    check("\u{feff}sk_live_test", loopback, "begins or ends with white space");
    check("\u{1}sk_live_test", loopback, "or a control character");
    check("sk_live\n_test", loopback, "a character that no key has");
    check(" \n", loopback, "the API key is empty");
    check("<YOUR_API_KEY>", loopback, "a character that no key has");
    check("hunter2", loopback, "a key has the form `sk_live_…`");
    check("sk_", loopback, "a key has the form `sk_live_…`");
    check(KEY, "api.example.com", "the base URL is not a URL");
    check(KEY, "ftp://api.example.com", "must start with https://");
    check(KEY, "https://user:secret@api.example.com", "must not contain a user name");
    check(KEY, "https://api.example.com?x=1", "must not contain `?`");
    check(KEY, "http://api.example.com", "allow it (`allow_plain_http`)");
    check(KEY, "http://127.0.0.1.example.com", "allow it (`allow_plain_http`)");
    check(KEY, "http://localhost.example.com", "allow it (`allow_plain_http`)");
}

#[test]
fn plain_http_is_for_this_machine_unless_allowed() {
    for url in ["http://localhost:1", "http://127.0.0.1", "http://127.9.9.9:1", "http://[::1]:1"] {
        Client::builder().api_key(KEY).base_url(url).build().unwrap();
    }
    Client::builder().api_key(KEY).base_url("http://gateway.internal").allow_plain_http().build().unwrap();
}

#[test]
fn a_builder_refuses_names_and_limits_that_cannot_be_used() {
    let builder = || Client::builder().api_key(KEY).base_url("http://127.0.0.1:1");
    let error = builder().application("two\nlines").build().unwrap_err();
    assert!(error.to_string().contains("the application name"), "{error}");
    let error = builder().requests_per_second(0).build().unwrap_err();
    assert!(error.to_string().contains("0 requests per second"), "{error}");
}

#[test]
fn a_proxy_of_the_environment_is_not_for_this_machine() {
    let call = "client::a_call_gives_typed_data_and_everything_around_it";
    let nowhere = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"].map(|name| (name, "http://127.0.0.1:1"));
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args([call, "--exact"]).envs(nowhere).env_remove("NO_PROXY").env_remove("no_proxy");
    let output = child.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}

#[test]
fn clients_and_calls_can_move_between_threads() {
    fn send<T: Send>(_: T) {}
    fn shared<T: Send + Sync + Clone + 'static>() {}
    shared::<Client>();
    let client = Client::builder().api_key(KEY).base_url("http://127.0.0.1:1").build().unwrap();
    send(client.track_detail().send());
    send(client.request(keyapi_runtime::Method::GET, "/").send());
}

#[test]
fn a_request_that_generated_code_cannot_build_says_why() {
    #[track_caller]
    fn check(not_made: progenitor_client::Error<ByteStream>, expected: &str) {
        let client = Client::builder().api_key(KEY).base_url("http://127.0.0.1:1").build().unwrap();
        let call = client.runtime.start::<Track, _>(&OPERATION, CallOptions::new(), Generated::new).unwrap();
        let sent = call.send(ready(Err(not_made))).now_or_never().unwrap();
        let error = call.finish_json(sent).unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::InvalidRequest, 0));
        assert!(error.to_string().starts_with(&format!("track_detail: invalid request: {expected}")), "{error}");
    }
    let no_url = own_client().build().unwrap().get("nowhere").build().unwrap_err();
    check(progenitor_client::Error::InvalidRequest(format!("no id {KEY}")), "no id **************");
    check(progenitor_client::Error::Custom("no region".to_owned()), "no region");
    check(progenitor_client::Error::CommunicationError(no_url), "");
    let unread = serde_json::from_str::<bool>("").unwrap_err();
    check(progenitor_client::Error::InvalidResponsePayload(Bytes::new(), unread), "the request was never sent");
}
