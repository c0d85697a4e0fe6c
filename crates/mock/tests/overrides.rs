//! Responses that a test registers itself, and what holds for them as for those of the document.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;
mod wire;

use std::io::ErrorKind;

use keyapi_mock::{MockServer, Options, Step};
use support::document;
use wire::{Response, Wire, get, send};

const THINGS: &str = "
openapi: 3.0.3
paths:
  /things:
    get:
      operationId: list_things
      security: [{key: []}]
      responses:
        '200': {description: ok, content: {application/json: {example: {by: document}}}}
        '503': {description: busy, content: {application/json: {example: {by: script}}}}
components: {securitySchemes: {key: {type: http, scheme: bearer}}}
";

/// A server on which the things are overridden for one color.
fn overridden(options: Options) -> MockServer {
    let server = MockServer::start_with(document(THINGS), options);
    server.overrides(|httpmock| {
        httpmock.mock(|when, then| {
            when.path("/things").query_param("color", "red");
            then.status(418).header("set-cookie", "a=1").header("set-cookie", "b=2").body("by the test");
        });
    });
    server
}

fn script(server: &MockServer, steps: &[&str]) {
    server.script("list_things", steps.iter().map(|step| step.parse::<Step>().unwrap())).unwrap();
}

#[test]
fn a_mock_needs_nothing_that_the_document_asks_for() {
    let server = overridden(Options::default());
    let response = get(&server.url(), "/things?color=red", &[]);
    assert_eq!((response.status, response.text()), (418, "by the test"));
    let cookies: Vec<&str> = response.head.lines().filter_map(|line| line.strip_prefix("set-cookie: ")).collect();
    assert_eq!(cookies, ["a=1", "b=2"]);
    assert_eq!(get(&server.url(), "/things?color=blue", &[]).status, 401);
    assert_eq!(get(&server.url(), "/things?color=blue", &[("authorization", "Bearer k")]).status, 200);
}

#[test]
fn the_journal_has_requests_for_mocks_too() {
    let server = overridden(Options::default());
    get(&server.url(), "/things?color=red", &[]);
    let entry = server.journal().remove(0);
    assert_eq!((entry.operation.as_deref(), entry.status), (Some("list_things"), Some(418)));
    assert_eq!(entry.violations, []);
}

#[test]
fn pages_of_other_origins_may_read_responses_of_mocks() {
    let server = overridden(Options::default());
    let response = get(&server.url(), "/things?color=red", &[("origin", "http://app.example")]);
    assert_eq!(response.header("access-control-allow-origin"), Some("http://app.example"));
    assert_eq!(response.header("vary"), Some("Origin"));
}

#[test]
fn scripts_go_on_with_the_responses_of_mocks() {
    let server = overridden(Options::default());
    script(&server, &["reset", "cut:2", "503", "answer", "drip:3:0ms"]);
    let ask = || {
        let mut wire = Wire::connect(&server.url());
        wire.send(wire::head("GET", "/things?color=red", &[], "").as_bytes());
        wire.read_all()
    };
    let (nothing, end) = ask();
    assert_eq!((nothing, end.map_err(|error| error.kind())), (Vec::new(), Err(ErrorKind::ConnectionReset)));
    let responses = [ask(), ask(), ask(), ask(), ask()].map(|(bytes, _)| Response::parse(&bytes));
    let responses = responses.each_ref().map(|response| (response.status, response.text()));
    let whole = (418, "by the test");
    assert_eq!(responses, [(418, "by"), (503, "{\"by\":\"script\"}"), whole, whole, whole]);
}

#[test]
fn mocks_are_asked_in_every_version_and_form() {
    let server = overridden(Options::default());
    for head in [
        "GET /things?color=red HTTP/1.0\r\n",
        "GET http://mock/things?color=red HTTP/1.1\r\nhost: mock\r\nconnection: close\r\n",
        "POST /things?color=red HTTP/1.1\r\nhost: mock\r\nconnection: close\r\ntransfer-encoding: chunked\r\n",
    ] {
        let mut wire = Wire::connect(&server.url());
        let body = if head.starts_with("POST") { "2\r\nok\r\n0\r\n\r\n" } else { "" };
        wire.send(format!("{head}\r\n{body}").as_bytes());
        assert_eq!(Response::parse(&wire.read_to_end()).status, 418, "{head}");
    }
    let response = send(&server.url(), "HEAD", "/things?color=red", &[], "");
    assert_eq!((response.status, response.text(), response.header("content-length")), (418, "", Some("11")));
}

#[test]
fn the_admin_interface_is_no_mocks_business() {
    let server = MockServer::start_with(document(THINGS), Options::default());
    let mock = server.overrides(|httpmock| httpmock.mock(|_, then| _ = then.status(418)));
    assert_eq!(get(&server.url(), "/__mock/health", &[]).status, 200);
    mock.assert_calls(0);
    assert_eq!(get(&server.url(), "/anything", &[]).status, 418);
    mock.assert();
}

#[test]
fn a_mock_that_fails_is_said_to() {
    let server = MockServer::start_with(document(THINGS), Options::default());
    server.overrides(|httpmock| httpmock.mock(|_, then| _ = then.respond_with(|_| panic!("no response"))).id());
    let response = get(&server.url(), "/things", &[]);
    assert_eq!(
        (response.status, response.json()["title"].as_str()),
        (500, Some("The mock for the request gave no response"))
    );
}

#[test]
fn mocks_are_asked_however_they_come_and_go() {
    let server = MockServer::start_with(document(THINGS), Options::default());
    let httpmock = server.overrides(|httpmock| httpmock);
    let status = |path: &str| get(&server.url(), path, &[("authorization", "Bearer k")]).status;
    assert_eq!((status("/things"), status("/nowhere")), (200, 404));
    let mut mock = httpmock.mock(|when, then| _ = (when.path("/things"), then.status(418)));
    assert_eq!(status("/things"), 418);
    mock.delete();
    assert_eq!(status("/things"), 200);
    httpmock.mock(|_, then| _ = then.status(418));
    assert_eq!(status("/nowhere"), 418);
    httpmock.reset();
    assert_eq!((status("/things"), status("/nowhere")), (200, 404));
    // A mock may answer 404 itself.
    httpmock.mock(|when, then| _ = (when.path("/things"), then.status(404)));
    assert_eq!((status("/things"), server.journal().pop().unwrap().response.unwrap().body.unwrap().len()), (404, 0));
}

#[test]
fn a_reset_forgets_mocks() {
    let statuses = |server: &MockServer| {
        ["red", "blue"].map(|color| {
            let target = format!("/things?color={color}");
            get(&server.url(), &target, &[("authorization", "Bearer k")]).status
        })
    };
    let server = overridden(Options::default());
    assert_eq!(statuses(&server), [418, 200]);
    server.reset();
    assert_eq!(statuses(&server), [200, 200]);
    server.overrides(|httpmock| {
        _ = httpmock.mock(|when, then| _ = (when.query_param("color", "blue"), then.status(418)))
    });
    assert_eq!(statuses(&server), [200, 418]);
    assert_eq!(send(&server.url(), "POST", "/__mock/reset", &[], "").status, 204);
    assert_eq!(statuses(&server), [200, 200]);
}

#[test]
fn resets_and_mocks_may_come_at_once() {
    let server = MockServer::start_with(document(THINGS), Options::default());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..20 {
                    server.overrides(|httpmock| httpmock.mock(|_, then| _ = then.status(418)).id());
                    let status = get(&server.url(), "/things", &[("authorization", "Bearer k")]).status;
                    assert!(status == 418 || status == 200, "{status}");
                    server.reset();
                }
            });
        }
    });
    assert_eq!(get(&server.url(), "/things", &[("authorization", "Bearer k")]).status, 200);
}

#[test]
fn coverage_counts_mocks_that_the_document_describes() {
    let responses = [
        (200, "application/json", "{\"by\":\"test\"}", true),
        (200, "application/json; charset=utf-8", "{\"by\":\"test\"}", true),
        (503, "application/json", "[]", true),
        (200, "application/json", "{\"by\":1}", false),
        (200, "application/json", "{\"by\":", false),
        (200, "application/json", "", false),
        (200, "text/html", "{\"by\":\"test\"}", false),
        (200, "?", "{\"by\":\"test\"}", false),
        (418, "application/json", "{\"by\":\"test\"}", false),
    ];
    let schema = "schema: {type: object, properties: {by: {type: string}}}, example: {by: document}";
    let things = THINGS.replacen("example: {by: document}", schema, 1);
    for (status, media_type, body, expected) in responses {
        let server = MockServer::start_with(document(&things), Options::default());
        server.overrides(|httpmock| {
            httpmock.mock(|_, then| _ = then.status(status).header("content-type", media_type).body(body)).id()
        });
        assert_eq!(get(&server.url(), "/things", &[]).status, status);
        let operation = server.coverage().operations.remove(0);
        let hits = |cells: &[keyapi_mock::coverage::Cell]| cells.iter().map(|cell| cell.hits).sum::<u64>();
        let counted = (hits(&operation.statuses) == 1, hits(&operation.undocumented) == 1);
        assert_eq!(counted, (expected, !expected), "{status} {media_type} {body}");
    }
}

#[test]
fn responses_of_mocks_are_no_steps_of_a_script() {
    let server = overridden(Options::default());
    script(&server, &["answer", "cut:2", "drip:3:0ms", "content-type:text/html", "503", "envelope:402:no", "reset"]);
    for expected in [None, None, None, None, Some("503"), Some("envelope:402:no"), Some("reset"), None] {
        let mut wire = Wire::connect(&server.url());
        wire.send(wire::head("GET", "/things?color=red", &[], "").as_bytes());
        _ = wire.read_all();
        let step = server.journal().pop().unwrap().step.map(|step| step.to_string());
        assert_eq!(step.as_deref(), expected);
    }
}
