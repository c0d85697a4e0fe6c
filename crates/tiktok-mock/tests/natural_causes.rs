//! Keys, requests per second and credits: what makes the API refuse a good request.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::sync::Arc;
use std::time::Duration;

use keyapi_tiktok_mock::Options;
use keyapi_tiktok_mock::options::ManualClock;
use serde_json::json;
use support::{PATH, body, get, response, vendored};

/// How many keys a server counts for.
const MOST_CALLERS: usize = 10_000;

fn with_key(key: &str) -> String {
    format!("GET {PATH}\nAuthorization: Bearer sk_live_{key}")
}

#[test]
fn only_known_keys_are_accepted_where_there_are_any() {
    let engine =
        vendored(Options { api_keys: vec!["sk_live_one".to_owned(), "sk_live_two".to_owned()], ..Options::default() });
    for (key, status) in [("one", 200), ("two", 200), ("three", 401), ("ONE", 401)] {
        assert_eq!(response(&engine, &with_key(key)).status, status, "{key}");
    }
    let refused = response(&engine, &with_key("three"));
    assert_eq!(body(&refused), json!({ "code": 401, "data": null, "message": "apiKey is null" }));
    assert_eq!(refused.headers["www-authenticate"], "Bearer");
}

#[test]
fn too_many_requests_of_a_key_are_refused_until_the_second_is_over() {
    let clock = Arc::new(ManualClock::default());
    let engine = vendored(Options { qps: Some(2), clock: clock.clone(), ..Options::default() });
    let status = |key| response(&engine, &with_key(key)).status.as_u16();
    assert_eq!([status("one"), status("one"), status("one"), status("two")], [200, 200, 429, 200]);
    clock.advance(Duration::from_millis(999));
    let refused = response(&engine, &with_key("one"));
    assert_eq!(body(&refused), json!({ "code": 429, "data": null, "message": "qps limit exceeded" }));
    assert_eq!((refused.status.as_u16(), &refused.headers["retry-after"]), (429, &"1".parse().unwrap()));
    clock.advance(Duration::from_millis(1));
    assert_eq!(status("one"), 200);
}

#[test]
fn credits_are_used_up_by_the_documented_costs() {
    let engine = vendored(Options { credits: Some(5), ..Options::default() });
    let statuses: Vec<u16> = (0..3).map(|_| response(&engine, &with_key("one")).status.as_u16()).collect();
    assert_eq!(statuses, [200, 200, 402]);
    let refused = response(&engine, &with_key("one"));
    assert_eq!(body(&refused), json!({ "code": 402, "data": null, "message": "apiKey quota is not enough" }));
    assert_eq!(response(&engine, &with_key("two")).status, 200);
    engine.reset();
    assert_eq!(response(&engine, &with_key("one")).status, 200);
}

#[test]
fn what_is_refused_costs_nothing() {
    let engine = vendored(Options { credits: Some(2), ..Options::default() });
    assert_eq!(response(&engine, &get("?period=999")).status, 400);
    assert_eq!(response(&engine, &format!("{}\nPrefer: code=500", get(""))).status, 500);
    assert_eq!(response(&engine, &get("")).status, 200);
    assert_eq!(response(&engine, &get("")).status, 402);
}

#[test]
fn natural_causes_come_before_what_the_client_prefers() {
    let engine = vendored(Options { qps: Some(1), ..Options::default() });
    assert_eq!(response(&engine, &format!("GET {PATH}\nPrefer: code=500")).status, 401);
    assert_eq!(response(&engine, &format!("{}\nPrefer: code=500", get("?period=999"))).status, 400);
    assert_eq!(response(&engine, &format!("{}\nPrefer: code=500", get(""))).status, 500);
    assert_eq!(response(&engine, &format!("{}\nPrefer: code=500", get(""))).status, 429);
}

/// Whose requests cannot be counted would otherwise have no limit at all.
#[test]
fn more_keys_than_can_be_counted_are_refused() {
    let clock = Arc::new(ManualClock::default());
    let limits = [Options { credits: Some(4), ..Options::default() }, Options { qps: Some(2), ..Options::default() }];
    for options in limits {
        let engine = vendored(Options { clock: clock.clone(), journal_bytes: 0, ..options });
        let ask = |key: usize| response(&engine, &with_key(&key.to_string()));
        assert!((0..MOST_CALLERS).all(|key| ask(key).status == 200));
        for key in [MOST_CALLERS, MOST_CALLERS + 1] {
            let refused = ask(key);
            assert_eq!((refused.status.as_u16(), body(&refused)["code"].as_u64()), (429, Some(429)));
            let message = body(&refused)["message"].to_string();
            assert!(message.contains("counts for 10000 keys"), "{message}");
        }
        // Those that are known already still have what was left to them.
        let used_up = if engine.options().credits.is_some() { 402 } else { 429 };
        assert_eq!((ask(0).status.as_u16(), ask(0).status.as_u16()), (200, used_up));
        engine.reset();
        assert_eq!(ask(MOST_CALLERS).status, 200);
    }
}

#[test]
fn keys_are_forgotten_when_their_second_is_over() {
    let clock = Arc::new(ManualClock::default());
    let engine = vendored(Options { qps: Some(1), clock: clock.clone(), journal_bytes: 0, ..Options::default() });
    let ask = |key: usize| response(&engine, &with_key(&key.to_string())).status.as_u16();
    assert!((0..MOST_CALLERS).all(|key| ask(key) == 200));
    assert_eq!(ask(MOST_CALLERS), 429);
    clock.advance(Duration::from_secs(1));
    assert_eq!((ask(MOST_CALLERS), ask(MOST_CALLERS)), (200, 429));
}
