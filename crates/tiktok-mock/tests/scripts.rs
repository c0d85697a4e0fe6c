//! Scripts: what happens to the next requests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;
#[path = "../../mock/tests/wire/mod.rs"]
mod wire;

use std::io::ErrorKind;
use std::time::Duration;

use keyapi_tiktok_mock::outcome::{Action, Outcome};
use keyapi_tiktok_mock::{Engine, MockServer, Options, Step, handle};
use serde_json::{Value, json};
use support::{PATH, body, get, request, response, vendored};
use wire::Wire;

const NAME: &str = "trending_music_detail";

fn steps(texts: &[&str]) -> Vec<Step> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

fn scripted(texts: &[&str]) -> Engine {
    let engine = vendored(Options::default());
    engine.script(NAME, steps(texts)).unwrap();
    engine
}

#[test]
fn each_request_takes_one_step_and_then_all_is_as_before() {
    let engine = vendored(Options::default());
    engine.script(NAME, [429, 429, 200]).unwrap();
    engine.script("*", [500]).unwrap();
    let statuses: Vec<u16> = (0..6).map(|_| response(&engine, &get("")).status.as_u16()).collect();
    assert_eq!(statuses, [429, 429, 200, 500, 200, 200]);
    assert!(engine.script("nonsense", [200]).is_err());
}

#[test]
fn requests_that_are_refused_take_no_step() {
    let engine = scripted(&["500"]);
    let statuses = [format!("GET {PATH}"), get("?period=999"), get(""), get("")]
        .map(|text| response(&engine, &text).status.as_u16());
    assert_eq!(statuses, [401, 400, 500, 200]);
}

#[test]
fn responses_can_be_what_no_document_says() {
    let html = response(&scripted(&["html:502"]), &get(""));
    assert_eq!((html.status.as_u16(), &html.headers["content-type"]), (502, &"text/html".parse().unwrap()));
    assert!(html.body.starts_with(b"<html>"));

    let broken = response(&scripted(&["not-json:200"]), &get(""));
    assert_eq!((broken.status.as_u16(), &broken.headers["content-type"]), (200, &"application/json".parse().unwrap()));
    assert!(serde_json::from_slice::<Value>(&broken.body).is_err());

    let typed = response(&scripted(&["content-type:text/plain"]), &get(""));
    assert_eq!((typed.status.as_u16(), &typed.headers["content-type"]), (200, &"text/plain".parse().unwrap()));

    let envelope = response(&scripted(&["envelope:40004:unique_id is invalid"]), &get(""));
    assert_eq!(envelope.status, 200);
    assert_eq!(body(&envelope), json!({ "code": 40004, "data": null, "message": "unique_id is invalid" }));

    let undocumented = response(&scripted(&["503[retry-after: 7]"]), &get(""));
    assert_eq!((undocumented.status.as_u16(), &undocumented.headers["retry-after"]), (503, &"7".parse().unwrap()));
    assert_eq!(body(&undocumented), json!({ "code": 503, "data": null, "message": "Service Unavailable" }));
    let empty = response(&scripted(&["204"]), &get(""));
    assert_eq!((empty.status.as_u16(), empty.body.len()), (204, 0));

    let answer = response(&scripted(&["answer[x-request-id: 7]"]), &get(""));
    assert_eq!((answer.status.as_u16(), &answer.headers["x-request-id"]), (200, &"7".parse().unwrap()));

    let waiting = response(&scripted(&["429[retry-after: 7]"]), &get(""));
    assert_eq!((waiting.status.as_u16(), &waiting.headers["retry-after"]), (429, &"7".parse().unwrap()));
}

#[test]
fn coverage_counts_what_is_as_documented() {
    for (step, expected) in [
        ("200", ["200"].as_slice()),
        ("answer", &["200"]),
        ("429[retry-after: 7]", &["429"]),
        ("drip:1000:0ms", &["200"]),
        ("envelope:402:no credits", &[]),
        ("not-json:200", &[]),
        ("content-type:text/html", &[]),
        ("200[content-type: text/html]", &[]),
        ("html:500", &[]),
        ("cut:5", &[]),
        ("reset:5", &[]),
        ("reset", &[]),
        ("503", &[]),
    ] {
        let engine = scripted(&[step]);
        handle(&engine, &request(&get("")));
        let statuses = engine.coverage().operations.remove(0).statuses;
        let hit: Vec<&str> = statuses.iter().filter(|cell| cell.hits > 0).map(|cell| cell.name.as_str()).collect();
        assert_eq!(hit, expected, "{step}");
    }
    // The document has no such example, which it does not say with its 400 or 404.
    let engine = vendored(Options::default());
    response(&engine, &format!("{}\nPrefer: example=nobody", get("")));
    assert_eq!(engine.coverage().totals().1, 0);
}

#[test]
fn latencies_are_drawn_from_the_seed() {
    let delays = |seed| -> Vec<Duration> {
        let engine = vendored(Options { seed, latency: "10ms..1s".parse().unwrap(), ..Options::default() });
        engine.script(NAME, steps(&["answer", "answer", "200+5ms"])).unwrap();
        (0..4).map(|_| handle(&engine, &request(&get(""))).delay).collect()
    };
    assert_eq!(delays(1), delays(1));
    assert_ne!(delays(1), delays(2));
    assert_eq!(delays(1)[2], Duration::from_millis(5));
}

#[test]
fn what_is_random_begins_anew_with_a_reset() {
    let engine = vendored(Options { latency: "1ms..100s".parse().unwrap(), drift: Some(1), ..Options::default() });
    let outcomes = || [(); 5].map(|()| handle(&engine, &request(&get(""))));
    let first = outcomes();
    assert_ne!(outcomes(), first);
    engine.reset();
    assert_eq!(outcomes(), first);
}

#[test]
fn connection_faults_are_outcomes() {
    let engine = scripted(&["reset", "close"]);
    let action = |engine: &Engine| handle(engine, &request(&get(""))).action;
    assert_eq!([action(&engine), action(&engine)], [Action::Reset, Action::Close]);
    assert_eq!(engine.journal()[0].status, None);
    let Outcome { action: Action::Cut { after: 10, .. }, .. } = handle(&scripted(&["cut:10"]), &request(&get("")))
    else {
        panic!("the body is not cut")
    };
}

/// What comes over the wire after one scripted step, and how the connection ends.
fn over_the_wire(step: &str) -> (String, Result<(), ErrorKind>) {
    let server = MockServer::start();
    server.script(NAME, steps(&[step])).unwrap();
    let mut wire = Wire::connect(&server.url());
    wire.send(wire::head("GET", PATH, &[("authorization", "Bearer sk_live_test")], "").as_bytes());
    let (bytes, end) = wire.read_all();
    (String::from_utf8(bytes).unwrap(), end.map_err(|error| error.kind()))
}

#[test]
fn connections_break_as_the_script_says() {
    assert_eq!(over_the_wire("reset"), (String::new(), Err(ErrorKind::ConnectionReset)));
    assert_eq!(over_the_wire("close"), (String::new(), Ok(())));
    for (step, end) in [("cut:10", Ok(())), ("reset:10", Err(ErrorKind::ConnectionReset))] {
        let (text, ended) = over_the_wire(step);
        assert_eq!(ended, end, "{step}");
        let (head, part) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{step}: no head in {text:?}"));
        assert!(head.starts_with("HTTP/1.1 200 OK") && head.contains("content-length: 22"), "{step}: {head}");
        assert_eq!(part, "{\"code\":0,", "{step}");
    }
    let (text, end) = over_the_wire("drip:1000:0ms");
    assert_eq!(end, Ok(()));
    let (_, whole) = text.split_once("\r\n\r\n").unwrap();
    assert_eq!(serde_json::from_str::<Value>(whole).unwrap()["code"], 0);
}
