//! What the server on hyper takes from clients.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod wire;

use std::time::Duration;

use keyapi_tiktok_mock::server::Limits;
use keyapi_tiktok_mock::{HttpServer, Options, load};
use wire::{Reply, Wire, get, send};

const PATH: &str = "/v1/tiktok/trending/music/detail";

fn server(limits: Limits) -> HttpServer {
    HttpServer::start_limited(load::vendored().unwrap(), Options::default(), limits).unwrap()
}

#[test]
fn long_headers_and_bodies_are_refused() {
    let server = server(Limits { header_bytes: 4_096, body_bytes: 1_000, ..Limits::default() });
    let long = "x".repeat(5_000);
    assert_eq!(get(&server.url(), PATH, &[("x-long", &long)]).status, 431);
    assert_eq!(get(&server.url(), &format!("{PATH}?{long}"), &[]).status, 431);
    let refused = send(&server.url(), "POST", PATH, &[], &long);
    assert_eq!((refused.status, refused.json()["code"].as_u64()), (413, Some(413)));
    assert_eq!(get(&server.url(), PATH, &[("authorization", "Bearer sk_live_test")]).status, 200);
}

#[test]
fn broken_bodies_are_refused() {
    let server = server(Limits::default());
    let mut wire = Wire::connect(&server.url());
    wire.send(format!("POST {PATH} HTTP/1.1\r\nhost: mock\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n").as_bytes());
    assert_eq!(Reply::parse(&wire.read_to_end()).status, 400);
}

#[test]
fn slow_clients_are_hung_up_on() {
    let server = server(Limits { patience: Duration::from_millis(20), ..Limits::default() });
    let mut headers = Wire::connect(&server.url());
    headers.send(b"GET / HTTP/1.1\r\nhost: ");
    // The connection ends, though nobody on this side has ended it.
    headers.read_to_end();
    let mut body = Wire::connect(&server.url());
    body.send(format!("POST {PATH} HTTP/1.1\r\nhost: mock\r\ncontent-length: 10\r\n\r\nx").as_bytes());
    assert_eq!(Reply::parse(&body.read_to_end()).status, 408);
}

#[test]
fn more_connections_than_allowed_wait_for_their_turn() {
    let server = server(Limits { connections: 1, patience: Duration::from_millis(50), ..Limits::default() });
    let idle = Wire::connect(&server.url());
    assert_eq!(get(&server.url(), PATH, &[("authorization", "Bearer sk_live_test")]).status, 200);
    drop(idle);
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
