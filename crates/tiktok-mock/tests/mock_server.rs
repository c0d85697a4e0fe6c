//! The server, over real connections.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "../../mock/tests/wire/mod.rs"]
mod wire;

use keyapi_tiktok_mock::MockServer;
use wire::{Wire, get};

const TARGET: &str = "/v1/tiktok/trending/music/detail?clip_id=1";

#[track_caller]
fn answers(url: &str) {
    let response = get(url, TARGET, &[("authorization", "Bearer sk_live_test")]);
    assert_eq!((response.status, response.json()["data"]["sound"]["title"].as_str()), (200, Some("New Sun")));
    assert_eq!(get(url, TARGET, &[]).status, 401);
    let wished = get(url, TARGET, &[("authorization", "Bearer sk_live_test"), ("prefer", "code=429")]);
    assert_eq!((wished.status, wished.json()["message"].as_str()), (429, Some("qps limit exceeded")));
}

#[test]
fn it_answers_from_the_document() {
    answers(&MockServer::start().url());
}

#[test]
fn one_operation_can_be_overridden() {
    let server = MockServer::start();
    let path = TARGET.split('?').next().unwrap();
    let mock = server.overrides(|httpmock| {
        httpmock.mock(|when, then| {
            when.path(path).query_param("clip_id", "1");
            then.status(503).body("overridden");
        })
    });
    let response = get(&server.url(), TARGET, &[]);
    assert_eq!((response.status, response.text()), (503, "overridden"));
    mock.assert();
    let other = get(&server.url(), &TARGET.replace("=1", "=2"), &[("authorization", "Bearer sk_live_test")]);
    assert_eq!(other.status, 200);
    mock.assert();
}

#[test]
fn overrides_may_be_made_while_others_are() {
    let server = MockServer::start();
    server.overrides(|httpmock| {
        httpmock.mock(|when, then| _ = (when.path("/outer"), then.status(501)));
        server.overrides(|httpmock| httpmock.mock(|when, then| _ = (when.path("/inner"), then.status(502))).id());
    });
    assert_eq!((get(&server.url(), "/outer", &[]).status, get(&server.url(), "/inner", &[]).status), (501, 502));
    assert_eq!(get(&server.url(), TARGET, &[]).status, 401);
}

#[test]
fn servers_are_isolated_and_stop_when_dropped() {
    let (first, second) = (MockServer::start(), MockServer::start());
    assert_ne!(first.url(), second.url());
    get(&first.url(), TARGET, &[]);
    assert_eq!((first.journal().len(), second.journal().len()), (1, 0));
    let address = first.address();
    drop(first);
    assert!(std::net::TcpStream::connect(address).is_err());
}

#[test]
fn bad_bytes_do_not_take_the_server_down() {
    let server = MockServer::start();
    for bytes in [&b"\0\x01\x02\x03\r\n\r\n"[..], b"GET / HTTP/9.9\r\n\r\n", b"GET  HTTP/1.1\r\n\r\n", b"\xff\xfe", b""]
    {
        let mut wire = Wire::connect(&server.url());
        wire.send(bytes);
        wire.finish();
        wire.read_to_end();
    }
    let mut rng = fastrand::Rng::with_seed(7);
    for _ in 0..200 {
        let mut bytes: Vec<u8> =
            wire::head("POST", TARGET, &[("authorization", "Bearer sk_live_test")], "body").into_bytes();
        for _ in 0..rng.usize(1..8) {
            let place = rng.usize(..bytes.len());
            bytes[place] = rng.u8(..);
        }
        let mut wire = Wire::connect(&server.url());
        wire.send(&bytes);
        wire.finish();
        wire.read_to_end();
    }
    answers(&server.url());
}
