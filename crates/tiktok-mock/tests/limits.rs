//! What servers take from clients, and how they refuse the rest.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;
#[path = "../../mock/tests/wire/mod.rs"]
mod wire;

use std::time::Duration;

use keyapi_tiktok_mock::options::Limits;
use keyapi_tiktok_mock::{MockServer, Options, load};
use wire::{Response, Wire, get, send};

const PATH: &str = "/v1/tiktok/trending/music/detail";
const KEY: (&str, &str) = ("authorization", "Bearer sk_live_test");

fn server(limits: Limits) -> MockServer {
    MockServer::try_start(load::vendored().unwrap(), Options::default(), limits).unwrap()
}

/// A server has the same limits where a test has responses of its own.
fn both(check: impl Fn(&str)) {
    check(&server(Limits::default()).url());
    let server = MockServer::start();
    server.overrides(|httpmock| httpmock.mock(|when, then| _ = (when.path("/other"), then.status(418))).id());
    check(&server.url());
}

#[track_caller]
fn is_refused(response: &Response, status: u16) {
    assert_eq!((response.status, response.json()["code"].as_u64()), (status, Some(status.into())), "{}", response.head);
    assert_eq!((response.header("connection"), response.header("vary")), (Some("close"), Some("Origin")));
}

#[test]
fn long_targets_are_refused() {
    both(|url| {
        let target = |length: usize| format!("{PATH}?clip_id={}", "1".repeat(length - PATH.len() - "?clip_id=".len()));
        assert_eq!(get(url, &target(8 * 1024), &[KEY]).status, 200);
        for length in [8 * 1024 + 1, 60_000] {
            is_refused(&get(url, &target(length), &[KEY]), 414);
        }
        is_refused(&get(url, &format!("/nowhere/{}", "x".repeat(9_000)), &[KEY]), 414);
    });
    let absolute = format!("http://mock/{}", "x".repeat(8 * 1024 - 5));
    is_refused(&get(&server(Limits::default()).url(), &absolute, &[KEY]), 414);
}

#[test]
fn large_headers_are_refused() {
    both(|url| {
        let long = "x".repeat(15 * 1024);
        assert_eq!(get(url, PATH, &[KEY, ("x-long", &long)]).status, 200);
        is_refused(&get(url, PATH, &[KEY, ("x-long", &long), ("x-longer", &long)]), 431);
        is_refused(&get(url, PATH, &[KEY, ("x-long", &"x".repeat(100_000))]), 431);
    });
}

#[test]
fn more_than_a_hundred_headers_are_refused() {
    let many: Vec<(String, String)> = (0..101).map(|at| (format!("x-{at}"), "0123456789".to_owned())).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(name, value)| (&**name, &**value)).collect();
    let server = server(Limits::default());
    assert_eq!(get(&server.url(), PATH, &[&many[..95], &[KEY]].concat()).status, 200);
    let refused = get(&server.url(), PATH, &many);
    assert_eq!((refused.status, refused.body.len()), (431, 0), "hyper refuses them by itself");
}

#[test]
fn what_is_refused_is_in_the_journal() {
    let server = server(Limits { target_bytes: 100, header_bytes: 200, body_bytes: 10, ..Limits::default() });
    get(&server.url(), &format!("{PATH}?{}", "x".repeat(100)), &[]);
    get(&server.url(), PATH, &[("x-long", &"x".repeat(200))]);
    send(&server.url(), "POST", PATH, &[], "eleven bytes");
    get(&server.url(), "/__mock/", &[("x-long", &"x".repeat(200))]);
    let entries = server.journal();
    assert!(entries.iter().all(|entry| entry.operation.is_none() && entry.body.is_empty()));
    assert_eq!(entries.iter().map(|entry| entry.status.unwrap()).collect::<Vec<_>>(), [414, 431, 413]);
}

#[test]
fn large_bodies_are_refused() {
    both(|url| {
        // More than the connection holds: were it ended before, most clients would see no response.
        let body = "x".repeat(8 * 1024 * 1024);
        let mut wire = Wire::connect(url);
        wire.try_send(wire::head("POST", PATH, &[], &body).as_bytes()).unwrap();
        is_refused(&Response::parse(&wire.read_to_end()), 413);
        let chunk = format!("{:x}\r\n{}\r\n", 600_000, "x".repeat(600_000));
        let mut wire = Wire::connect(url);
        let head = format!("POST {PATH} HTTP/1.1\r\nhost: mock\r\ntransfer-encoding: chunked\r\n\r\n");
        wire.send(format!("{head}{}0\r\n\r\n", chunk.repeat(2)).as_bytes());
        is_refused(&Response::parse(&wire.read_to_end()), 413);
    });
}

/// It would be in vain to wait for it.
#[test]
fn a_body_that_is_announced_too_large_is_refused_before_it_comes() {
    let server = server(Limits::default());
    for expect in ["", "expect: 100-continue\r\n"] {
        let mut wire = Wire::connect(&server.url());
        let length = 10_u64.pow(10);
        wire.send(format!("POST {PATH} HTTP/1.1\r\nhost: mock\r\n{expect}content-length: {length}\r\n\r\n").as_bytes());
        is_refused(&Response::parse(&wire.read_to_end()), 413);
    }
}

#[track_caller]
fn names(url: &str, version: &str, hosts: &[&str], status: u16) {
    let lines: String = hosts.iter().map(|host| format!("host: {host}\r\n")).collect();
    let head = format!("GET {PATH} HTTP/{version}\r\n{lines}{}: {}\r\n", KEY.0, KEY.1);
    let mut wire = Wire::connect(url);
    wire.send(format!("{head}connection: close\r\n\r\n").as_bytes());
    let response = Response::parse(&wire.read_to_end());
    assert_eq!(response.status, status, "HTTP/{version} {hosts:?}");
    if status == 400 {
        is_refused(&response, 400);
    }
}

#[test]
fn requests_name_one_host() {
    both(|url| {
        names(url, "1.1", &["mock"], 200);
        names(url, "1.0", &["mock"], 200);
        for version in ["1.1", "1.0"] {
            names(url, version, &["mock", "mock"], 400);
            names(url, version, &["mock", "other"], 400);
        }
    });
    let server = server(Limits::default());
    names(&server.url(), "1.1", &[], 400);
    names(&server.url(), "1.0", &[], 200);
    for (host, status) in [("", 200), ("[::1]:4010", 200), ("mock, other", 400), ("user@mock", 400)] {
        names(&server.url(), "1.1", &[host], status);
    }
}

const UPLOADS: &str = "
openapi: 3.0.3
paths:
  /uploads:
    post:
      requestBody: {required: true, content: {application/json: {schema: {type: object}}}}
      responses: {'201': {description: made, content: {application/json: {example: {ok: true}}}}}";

#[test]
fn clients_that_wait_for_a_hundred_are_told_to_go_on() {
    let server = MockServer::start_with(support::document(UPLOADS), Options::default());
    let overridden = MockServer::start_with(support::document(UPLOADS), Options::default());
    overridden.overrides(|httpmock| httpmock.mock(|when, then| _ = (when.path("/other"), then.status(418))).id());
    for url in [server.url(), overridden.url()] {
        for (path, media_type, status) in [
            ("/uploads", "application/json", 201),
            ("/nowhere", "application/json", 404),
            ("/uploads", "text/plain", 415),
        ] {
            let body = format!("{{\"text\": \"{}\"}}", "x".repeat(100_000));
            let headers = [("expect", "100-continue"), ("content-type", media_type)];
            let head = wire::head("POST", path, &headers, &body);
            let mut wire = Wire::connect(&url);
            wire.send(head.strip_suffix(&body).unwrap().as_bytes());
            assert_eq!(wire.read_response().status, 100, "{path} {media_type}");
            wire.send(body.as_bytes());
            assert_eq!(Response::parse(&wire.read_to_end()).status, status, "{path} {media_type}");
        }
    }
}

#[test]
fn broken_bodies_are_refused() {
    let server = server(Limits::default());
    let mut wire = Wire::connect(&server.url());
    wire.send(format!("POST {PATH} HTTP/1.1\r\nhost: mock\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n").as_bytes());
    assert_eq!(Response::parse(&wire.read_to_end()).status, 400);
}

/// A request on a connection that goes on, and its response.
fn keep(wire: &mut Wire) -> u16 {
    wire.send(wire::head("GET", PATH, &[KEY], "").replace("connection: close\r\n", "").as_bytes());
    wire.read_response().status
}

/// The patience of these servers is longer than that of the test.
fn crowded(connections: usize) -> MockServer {
    server(Limits { connections, patience: Duration::from_secs(600), ..Limits::default() })
}

#[test]
fn the_connection_that_has_waited_longest_gives_way() {
    let server = crowded(2);
    let (mut first, mut second) = (Wire::connect(&server.url()), Wire::connect(&server.url()));
    assert_eq!((keep(&mut first), keep(&mut second), keep(&mut first)), (200, 200, 200));
    assert_eq!(get(&server.url(), PATH, &[KEY]).status, 200);
    assert_eq!(second.read_all().0, b"");
    assert_eq!(keep(&mut first), 200);
    // Those that were never used count, too, and there may be any number of new ones.
    let silent: Vec<Wire> = (0..20).map(|_| Wire::connect(&server.url())).collect();
    for _ in 0..20 {
        assert_eq!(get(&server.url(), PATH, &[KEY]).status, 200);
    }
    drop(silent);
}

#[test]
fn a_connection_with_a_request_does_not_give_way() {
    let server = crowded(4);
    let mut half = Wire::connect(&server.url());
    let head = wire::head("GET", PATH, &[KEY], "");
    half.send(&head.as_bytes()[..30]);
    let mut body = Wire::connect(&server.url());
    body.send(
        wire::head("POST", PATH, &[("expect", "100-continue")], "12345").strip_suffix("12345").unwrap().as_bytes(),
    );
    assert_eq!(body.read_response().status, 100);
    // A response that waits for its time, which is longer than that of the test, and does not keep the server from stopping.
    server.script("*", ["200+60m".parse::<keyapi_tiktok_mock::Step>().unwrap()]).unwrap();
    let mut waiting = Wire::connect(&server.url());
    waiting.send(head.as_bytes());
    // Requests for the admin interface are in no journal, and fail where the server is gone.
    let is_there = |_: &u32| get(&server.url(), "/__mock/journal", &[]).body != b"[]";
    assert!((0..100_000).find(is_there).is_some(), "the request is in no journal");
    for _ in 0..5 {
        assert_eq!(get(&server.url(), PATH, &[KEY]).status, 200);
    }
    half.send(&head.as_bytes()[30..]);
    body.send(b"12345");
    assert_eq!(Response::parse(&half.read_to_end()).status, 200);
    assert_eq!(Response::parse(&body.read_to_end()).status, 405);
    assert!(waiting.is_open(), "it is still waited for");
}

/// It waits neither before its response has left the server, nor as long as another request has begun.
#[test]
fn a_connection_with_a_response_does_not_give_way() {
    let length = 16 * 1024 * 1024;
    let text = format!(
        "{{\"openapi\": \"3.0.0\", \"paths\": {{\"/large\": {{\"get\": {{\"responses\": {{\"200\": {{\"description\": \"ok\", \
         \"content\": {{\"text/plain\": {{\"example\": \"{}\"}}}}}}}}}}}}}}}}",
        "x".repeat(length)
    );
    let limits = Limits { connections: 1, patience: Duration::from_secs(600), ..Limits::default() };
    let server = MockServer::try_start(support::document(&text), Options::default(), limits).unwrap();
    let mut slow = Wire::connect(&server.url());
    slow.send(b"GET /large HTTP/1.1\r\nhost: mock\r\n\r\n");
    let response = slow.read_head();
    let mut next = Wire::connect(&server.url());
    next.send(wire::head("GET", "/nowhere", &[], "").as_bytes());
    // The one has to wait until the other has all of its response, and is let in then.
    let response = slow.read_body(response);
    assert_eq!((response.status, response.body.len()), (200, length));
    assert_eq!(Response::parse(&next.read_to_end()).status, 404);
    assert_eq!(slow.read_all().0, b"");
}

#[test]
fn many_requests_share_a_connection() {
    let server = server(Limits::default());
    let mut wire = Wire::connect(&server.url());
    let request = wire::head("GET", PATH, &[], "").replace("connection: close\r\n", "");
    wire.send(request.repeat(3).as_bytes());
    wire.send(wire::head("GET", PATH, &[], "").as_bytes());
    let text = String::from_utf8(wire.read_to_end()).unwrap();
    assert_eq!(text.matches("HTTP/1.1 401").count(), 4);
}
