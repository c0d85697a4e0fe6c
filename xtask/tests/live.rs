//! `cargo xtask drift --live` against servers on this machine: what it asks before, what it spends, and what it makes of an
//! API that is down, refuses, or responds with something else.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};

use keyapi_mock::{MockServer, Options, load};
use serde_json::Value;
use support::server::{Response, serve};
use support::things::{Checkout, KEY};

/// Where RESPONSES stands for those of every operation.
const DOCUMENT: &str = r"
openapi: 3.0.3
info: {title: Things, version: '1'}
servers: [{url: 'https://api.things.example/v1'}]
x-envelope: {code: code, message: message, success: 0}
paths:
  /first:
    get:
      operationId: first
      x-credits: 2
      parameters:
      - {name: q, in: query, schema: {type: string}, example: a b&c}
      - {name: unseen, in: query, schema: {type: string}}
      - {name: list, in: query, schema: {type: array, items: {type: integer}}, example: [1, 2]}
      responses: RESPONSES
  /second/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string, default: x/y}}]
    get: {operationId: second, x-credits: 3, responses: RESPONSES}
  /unpriced: {get: {operationId: unpriced, responses: RESPONSES}}
  /change:
    post:
      operationId: change
      x-credits: 1
      requestBody: {required: true, content: {application/json: {schema: {type: object}, example: {name: x}}}}
      responses: RESPONSES
  /unshown:
    get:
      operationId: unshown
      parameters: [{name: id, in: query, required: true, schema: {type: string}}]
      responses: RESPONSES
  /text: {get: {operationId: text, responses: {'200': {description: ok, content: {text/plain: {example: x}}}}}}
";

const SUCCESS: &str = "{description: ok, content: {application/json: {schema: {type: object, properties: {}}, \
                       example: {code: 0, message: ok, data: {size: 1, name: x, tags: [a], owner: {id: 7}}}}}}";

fn document() -> String {
    let error = |status| {
        format!("'{status}': {{description: no, content: {{application/json: {{schema: {{type: object}}}}}}}}")
    };
    let errors = [401, 402, 404, 429, 500].map(error).join(", ");
    DOCUMENT.replace("RESPONSES", &format!("{{'200': {SUCCESS}, {errors}}}"))
}

fn checkout() -> Checkout {
    Checkout::of(&document())
}

fn mock(drift: Option<u64>) -> MockServer {
    MockServer::start_with(load::text("things.yaml", &document()).unwrap(), Options { drift, ..Options::default() })
}

/// Runs the command against a server, without a terminal.
fn live(checkout: &Checkout, url: &str, arguments: &[&str]) -> (Option<i32>, String) {
    let (exit, said) = checkout.run(&[&["drift", "--live", "--base-url", url], arguments].concat());
    assert!(!said.contains(KEY), "{said}");
    (exit, said)
}

/// The same, which has to end and to speak as expected.
#[track_caller]
fn check(checkout: &Checkout, url: &str, arguments: &[&str], expected: i32, words: &[&str]) {
    let (exit, said) = live(checkout, url, arguments);
    assert_eq!(exit, Some(expected), "{said}");
    for word in words {
        assert!(said.contains(word), "no {word:?} in {said}");
    }
}

fn called(server: &MockServer) -> Vec<String> {
    server.journal().into_iter().filter_map(|entry| entry.operation).collect()
}

#[test]
fn nothing_is_sent_without_a_key() {
    let (server, checkout) = (mock(None), checkout());
    let arguments = ["drift", "--live", "--yes", "--base-url", &server.url()];
    for (key, words) in
        [(None, "set KEYAPI_TOKEN"), (Some(""), "set KEYAPI_TOKEN"), (Some("kx\n12"), "no header allows")]
    {
        let mut command = checkout.command(&arguments);
        match key {
            Some(key) => command.env("KEYAPI_TOKEN", key),
            None => command.env_remove("KEYAPI_TOKEN"),
        };
        let output = command.output().unwrap();
        let said = support::text(&output.stderr);
        assert!(output.status.code() == Some(2) && said.contains(words) && !said.contains("12"), "{said}");
    }
    assert!(called(&server).is_empty());
}

#[test]
fn nothing_is_sent_without_an_agreement() {
    let (server, checkout) = (mock(None), checkout());
    let url = server.url();
    let first = format!("first: GET {url}/v1/first?q=a%20b%26c&list=1&list=2: 2 credits");
    let words = [
        first.as_str(),
        "/v1/second/x%2Fy: 3 credits",
        "/v1/unpriced: price not known",
        "change: not called: POST may change something; --operation change calls it",
        "unshown: not called: the document shows no value of `id`",
        "text: not called: the document has no JSON response of it",
        "3 calls, 5 credits, and 1 call whose price is not known",
        "say by --yes",
    ];
    check(&checkout, &url, &[], 2, &words);
    assert!(called(&server).is_empty());
}

#[test]
fn drift_is_named_kept_and_settled() {
    let (server, checkout) = (mock(Some(3)), checkout());
    let (exit, said) = live(&checkout, &server.url(), &["--yes"]);
    assert!(exit == Some(1) && said.contains("drift-") && said.contains("kept: 3 responses in target/drift-live.json"));
    assert_eq!(called(&server), ["first", "second", "unpriced"]);
    let entry = &server.journal()[0];
    assert_eq!(
        (entry.query("q"), entry.query("unseen"), entry.header("authorization")),
        (Some("a b&c"), None, Some("***"))
    );
    for operation in ["first", "second", "unpriced"] {
        checkout.adds(&[operation, "target/drift-live.json"]);
    }
    checkout.drifts(&["target/drift-live.json"], Some(0), &["no drift: 3"]);
    // The same again, where nothing drifts.
    check(&checkout, &mock(None).url(), &["--yes"], 0, &["no drift: 3"]);
}

#[test]
fn files_are_compared_without_calls() {
    let checkout = checkout();
    for flag in [&["--live"][..], &["--yes"], &["--max-credits", "1"], &["--base-url", "https://x.io"]] {
        let (exit, said) = checkout.run(&[&["drift", "x.json"], flag].concat());
        assert!(exit == Some(2) && said.contains("cannot be used with"), "{said}");
    }
}

#[test]
fn a_budget_is_not_exceeded() {
    let (server, checkout) = (mock(None), checkout());
    let url = server.url();
    check(&checkout, &url, &["--yes", "--max-credits", "1"], 2, &["no operation can be called"]);
    assert!(called(&server).is_empty());
    let left =
        ["second: not called: it costs 3, and --max-credits leaves 2", "unpriced: not called: its price is not known"];
    check(&checkout, &url, &["--yes", "--max-credits", "4"], 0, &left);
    assert_eq!(called(&server), ["first"]);
    check(&checkout, &url, &["--yes", "--max-credits", "5"], 0, &["2 calls, 5 credits"]);
}

#[test]
fn what_may_change_something_is_called_when_it_is_named() {
    let (server, checkout) = (mock(None), checkout());
    check(&checkout, &server.url(), &["--yes", "--operation", "change"], 0, &["no drift: 1"]);
    assert_eq!(server.journal()[0].json(), Some(serde_json::json!({"name": "x"})));
    check(&checkout, &server.url(), &["--yes", "--operation", "other"], 2, &["no operation `other`"]);
}

#[test]
fn the_key_goes_to_no_server_that_others_can_listen_to() {
    check(&checkout(), "http://api.things.example", &["--yes"], 2, &["neither https nor on this machine"]);
}

#[test]
fn a_server_whose_url_has_more_than_a_path_is_not_called() {
    let (server, checkout) = (mock(None), checkout());
    let url = server.url();
    for url in [format!("{url}/?x=1"), format!("{url}#"), url.replace("//", "//user:hunter2@")] {
        let (exit, said) = live(&checkout, &url, &["--yes"]);
        assert!(exit == Some(2) && said.contains("nothing is sent") && !said.contains("hunter2"), "{said}");
        assert!(said.contains("first: not called: the URL of its server has credentials, a query"), "{said}");
    }
    assert!(called(&server).is_empty());
}

#[test]
fn a_proxy_of_the_environment_sees_nothing_of_a_server_on_this_machine() {
    let (server, checkout) = (mock(None), checkout());
    let proxy = serve([]);
    let mut command = checkout.command(&["drift", "--live", "--yes", "--base-url", &server.url()]);
    let output = command.env("HTTP_PROXY", &proxy).env("http_proxy", &proxy).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", support::text(&output.stderr));
    assert_eq!(called(&server).len(), 3);
}

#[test]
fn a_refusal_ends_the_calls_and_what_came_before_counts() {
    for (status, words) in [
        (401, "responds with 401: the key in KEYAPI_TOKEN is not accepted"),
        (402, "responds with 402: no credits are left"),
        (429, "responds with 429: the limit of requests is reached"),
    ] {
        let (server, checkout) = (mock(Some(3)), checkout());
        server.script("second", [status]).unwrap();
        let words = [words, "1 call not made for that reason", "kept: 1 response in", "drift-property"];
        check(&checkout, &server.url(), &["--yes"], 2, &words);
        assert_eq!(called(&server), ["first", "second"]);
    }
    // The first is refused, so that there is nothing to compare.
    let (server, checkout) = (mock(None), checkout());
    server.script("*", [401]).unwrap();
    check(&checkout, &server.url(), &["--yes"], 2, &["first: responds with 401", "2 calls not made"]);
    assert!(!checkout.at("target").exists());
}

#[test]
fn a_server_that_is_broken_in_one_place_is_asked_in_the_others() {
    let (server, checkout) = (mock(None), checkout());
    server.script("first", [500]).unwrap();
    check(&checkout, &server.url(), &["--yes"], 2, &["first: responds with 500", "no drift: 2"]);
    assert_eq!(called(&server).len(), 3);
}

#[test]
fn a_documented_error_is_compared_as_well() {
    let (server, checkout) = (mock(None), checkout());
    server.script("first", [404]).unwrap();
    check(&checkout, &server.url(), &["--yes"], 0, &["no drift: 3"]);
}

#[test]
fn each_bad_response_is_told_from_the_others() {
    let json = |body: &str| Response::of("200 OK\r\ncontent-type: application/json", body.as_bytes());
    let hex: String = KEY.bytes().map(|byte| format!("{byte:02x}")).collect();
    for (response, words) in [
        (json(""), "no JSON"),
        (json(&format!("{{\"code\": 0, \"data\": \"{hex}\"")), "no JSON"),
        (json("{\"code\": 402}"), "no credits are left"),
        (json("{\"code\": 77}"), "the code 77"),
        (json(&format!("{{\"code\": 0, \"data\": \"{hex}\"}}")), "the key remains at /data"),
        (Response::of("302 Found\r\nlocation: https://x.io/", b""), "responds with 302, which leads to https://x.io/"),
        (Response::of(&format!("302 Found\r\nlocation: https://x.io/{KEY}"), b""), "leads to https://x.io/***"),
        (Response::of("200 OK\r\ncontent-encoding: gzip", b"\x1f\x8b"), "compressed (gzip)"),
        (Response::Endless, "larger than 4194304 bytes"),
        (Response::Bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx".to_vec()), "cannot be fetched"),
        (Response::Bytes(b"nonsense".to_vec()), "cannot be fetched"),
    ] {
        let (url, checkout) = (serve([("/v1/second/x%2Fy", response)]), checkout());
        check(&checkout, &url, &["--yes", "--operation", "second"], 2, &["error: second: ", words]);
        assert!(!checkout.at("target").exists());
    }
}

#[test]
fn what_was_paid_for_and_is_no_json_is_kept_as_a_text() {
    let page = Response::of("200 OK\r\ncontent-type: text/html", b"<html>");
    let json = |body: &[u8]| Response::of("200 OK\r\ncontent-type: application/json", body);
    for (response, words, kept) in [
        (page, "responds with 200 and no JSON (text/html): line 1: ", "<html>"),
        (json(b"{\"code\": 0,\n\"code\": 1}"), "(application/json): line 2: ", "{\"code\": 0,\n\"code\": 1}"),
        (json(b"{\"code\": 0"), "no JSON", "{\"code\": 0"),
        (json(br#"{"message": "\ud800"}"#), "no JSON", r#"{"message": "\ud800"}"#),
        (json(b"{\"message\": \"\xe9\"}"), "no JSON", "{\"message\": \"\u{fffd}\"}"),
        (json(format!("key {KEY} mail jane@x.io").as_bytes()), "no JSON", "key REDACTED mail redacted@example.com"),
    ] {
        let (url, checkout) = (serve([("/v1/second/x%2Fy", response)]), checkout());
        let file = "target/drift-live.second.txt";
        check(&checkout, &url, &["--yes", "--operation", "second"], 2, &[words, &format!("; kept in {file}")]);
        assert_eq!(fs::read_to_string(checkout.at(file)).unwrap(), kept);
    }
}

#[test]
fn no_run_writes_over_what_another_one_paid_for() {
    let (server, checkout) = (mock(Some(3)), checkout());
    for (operation, file) in [("first", "target/drift-live.json"), ("second", "target/drift-live-2.json")] {
        let kept = format!("kept: 1 response in {file}");
        check(&checkout, &server.url(), &["--yes", "--operation", operation], 1, &[&kept]);
    }
    checkout.adds(&["first", "target/drift-live.json"]);
    checkout.adds(&["second", "target/drift-live-2.json"]);
}

#[test]
fn an_api_that_is_down_is_asked_once() {
    // At the other end of a connection nobody listens, and as long as it is kept nobody else can.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let url = format!("http://{}", taken.local_addr().unwrap());
    check(&checkout(), &url, &["--yes"], 2, &["first: cannot be fetched", "2 calls not made for that reason"]);
}

#[test]
fn what_is_secret_in_a_response_is_not_kept() {
    let body = format!(r#"{{"code": 0, "message": "ok", "data": {{"echo": "{KEY}", "mail": "jane@x.io"}}}}"#);
    let url = serve([("/v1/second/x%2Fy", Response::of("200 OK", body.as_bytes()))]);
    let checkout = checkout();
    let (exit, said) = live(&checkout, &url, &["--yes", "--operation", "second"]);
    assert!(exit == Some(1) && said.contains("drift-property") && !said.contains("jane"), "{said}");
    let kept = fs::read_to_string(checkout.at("target/drift-live.json")).unwrap();
    assert!(kept.contains("REDACTED") && !kept.contains("jane") && !kept.contains(KEY), "{kept}");
}

#[test]
fn what_was_paid_for_is_kept_when_a_person_ends_it() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let checkout = checkout();
    let mut command = checkout.command(&["drift", "--live", "--yes", "--base-url", &url]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let (mut first, _) = listener.accept().unwrap();
    let body = r#"{"code": 0, "message": "ok"}"#;
    let response = format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    _ = first.read(&mut [0; 4096]).unwrap();
    first.write_all(response.as_bytes()).unwrap();
    drop(first);
    // The second is on its way when Ctrl-C is pressed.
    let (mut second, _) = listener.accept().unwrap();
    _ = second.read(&mut [0; 16]).unwrap();
    let status = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(status.success() && !child.wait().unwrap().success());
    let said = std::io::read_to_string(child.stdout.take().unwrap()).unwrap();
    assert!(said.contains("responses are kept in target/drift-live.json as they come\n"), "{said}");
    let kept = fs::read_to_string(checkout.at("target/drift-live.json")).unwrap();
    let kept: Vec<Value> = serde_json::from_str(&kept).unwrap();
    assert!(kept.len() == 1 && kept[0]["operation"] == "first", "{kept:?}");
}
