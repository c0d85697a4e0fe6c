//! The journal as the admin interface gives it: what was validated, why a request was refused, and what it got.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::sync::Arc;

use keyapi_mock::options::Validation;
use keyapi_mock::{Engine, Expectation, Options, Step};
use serde_json::{Value, json};
use support::{body, document, response};

const SHOP: &str = "
openapi: 3.0.3
paths:
  /orders/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    post:
      operationId: order
      security: [{bearer: []}, {}]
      parameters:
        - {name: q, in: query, schema: {type: string}}
        - {name: X-Trace, in: header, required: true, schema: {type: integer}}
        - {name: session, in: cookie, schema: {type: string}}
      requestBody: {content: {application/json: {schema: {type: object, required: [note]}}}}
      responses:
        '200': {description: ok, content: {application/json: {example: {token: from-the-example, note: 1}}}}
components: {securitySchemes: {bearer: {type: http, scheme: bearer}}}
";

const RIGHT: &str =
    "POST /orders/1?q=a\nAuthorization: Bearer abc\nX-Trace: 1\nContent-Type: application/json\n\n{\"note\": 1}";

fn engine(options: Options) -> Engine {
    Engine::new(document(SHOP), options)
}

fn journal(engine: &Engine, query: &str) -> Vec<Value> {
    let response = response(engine, &format!("GET /__mock/journal{query}"));
    assert_eq!(response.status, 200, "{query}");
    body(&response).as_array().unwrap().clone()
}

/// What was validated of the only request: where, and whether it is required, given and valid.
#[track_caller]
fn validated(engine: &Engine) -> Vec<(String, [bool; 3])> {
    let entry = journal(engine, "").pop().unwrap();
    let check = |check: &Value| {
        let location: Vec<&str> =
            check["location"].as_array().unwrap().iter().map(|part| part.as_str().unwrap()).collect();
        (location.join("/"), ["required", "given", "valid"].map(|name| check[name].as_bool().unwrap()))
    };
    entry["validated"].as_array().unwrap().iter().map(check).collect()
}

#[track_caller]
fn check(text: &str, expected: [(&str, [bool; 3]); 6]) {
    let engine = engine(Options { validation: Validation::ReportOnly, ..Options::default() });
    response(&engine, text);
    assert_eq!(validated(&engine), expected.map(|(place, is)| (place.to_owned(), is)), "{text}");
}

#[test]
fn an_entry_says_what_was_validated() {
    check(
        RIGHT,
        [
            ("request/security", [false, true, true]),
            ("request/path/id", [true, true, true]),
            ("request/query/q", [false, true, true]),
            ("request/header/X-Trace", [true, true, true]),
            ("request/cookie/session", [false, false, true]),
            ("request/body", [false, true, true]),
        ],
    );
    check(
        "POST /orders/x\nX-Trace: y\nCookie: session=1\nContent-Type: application/json\n\n{}",
        [
            ("request/security", [false, false, true]),
            ("request/path/id", [true, true, false]),
            ("request/query/q", [false, false, true]),
            ("request/header/X-Trace", [true, true, false]),
            ("request/cookie/session", [false, true, true]),
            ("request/body", [false, true, false]),
        ],
    );
    let engine = engine(Options::default());
    response(&engine, "GET /nowhere");
    assert_eq!(validated(&engine), []);
}

#[test]
fn credentials_are_among_what_is_validated() {
    let keys = vec!["the-key".to_owned()];
    let strict = document(&SHOP.replace("[{bearer: []}, {}]", "[{bearer: []}]"));
    let engine = Engine::new(strict, Options { api_keys: keys, ..Options::default() });
    for (text, given, valid) in [
        ("", false, false),
        ("\nAuthorization: Bearer other", true, false),
        ("\nAuthorization: Bearer the-key", true, true),
    ] {
        response(&engine, &format!("POST /orders/1\nX-Trace: 1{text}"));
        assert_eq!(validated(&engine)[0], ("request/security".to_owned(), [true, given, valid]), "{text}");
    }
}

#[test]
fn an_entry_says_why_its_request_was_refused() {
    let engine = engine(Options { qps: Some(1), ..Options::default() });
    for (text, refusal) in [
        (RIGHT, json!(null)),
        (RIGHT, json!("There are more than 1 requests per second")),
        ("POST /orders/x\nX-Trace: 1", json!("Invalid value for parameter: id")),
        ("POST /orders/1", json!("Missing required parameter: X-Trace")),
        (
            "POST /orders/1\nX-Trace: 1\nPrefer: code=x",
            json!("the preference code is \"x\", but must be a status between 200 and 599"),
        ),
        (
            "POST /orders/1\nX-Trace: 1\nPrefer: code=102",
            json!("the preference code is \"102\", but must be a status between 200 and 599"),
        ),
        ("GET /orders/1", json!("GET is not allowed at /orders/1; the documented methods are POST, OPTIONS")),
        ("GET /nowhere?token=hunter2", json!("There is no operation at /nowhere")),
        (
            "GET /hunter2?token=hunter2",
            json!("There is no operation at /***; the nearest documented path is /orders/{id}"),
        ),
        ("OPTIONS /orders/1", json!(null)),
    ] {
        response(&engine, text);
        let entry = journal(&engine, "").pop().unwrap();
        assert_eq!(entry["refusal"], refusal, "{text}");
        assert_eq!(engine.journal().pop().unwrap().refusal.as_deref(), refusal.as_str());
    }
}

#[test]
fn an_entry_shows_the_response_without_credentials() {
    let engine = engine(Options::default());
    engine
        .script("order", ["answer", "cut:5", "reset", "drip:1:0ms"].map(|step| step.parse::<Step>().unwrap()))
        .unwrap();
    (0..4).for_each(|_| _ = keyapi_mock::handle(&engine, &support::request(RIGHT)));
    let entries = journal(&engine, "");
    let sent = json!({
        "headers": [
            { "name": "content-type", "value": "application/json" },
            { "name": "vary", "value": "Origin" },
        ],
        "body": "{\"token\":\"***\",\"note\":1}",
    });
    for (entry, fault) in entries.iter().zip([json!(null), json!("cut"), json!("reset"), json!("drip")]) {
        let expected = if fault == "reset" { &json!(null) } else { &sent };
        assert_eq!((&entry["fault"], &entry["response"]), (&fault, expected));
    }
}

#[test]
fn bodies_are_shown_in_the_characters_that_they_are_in() {
    let engine = engine(Options { validation: Validation::ReportOnly, ..Options::default() });
    let utf16 = |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    let latin1 = |text: &str| -> Vec<u8> { text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect() };
    let text = "<a>höh</a>";
    for (media_type, body) in [
        ("text/xml", text.as_bytes().to_vec()),
        ("text/xml; charset=utf-16le", utf16(text)),
        ("text/plain; charset=utf-16", [b"\xff\xfe".to_vec(), utf16(text)].concat()),
        ("text/xml; charset=ISO-8859-1", latin1(text)),
    ] {
        let mut request = support::request(&format!("POST /orders/1\nContent-Type: {media_type}"));
        *request.body_mut() = body.into();
        keyapi_mock::handle(&engine, &request);
        assert_eq!(journal(&engine, "").last().unwrap()["body"], text, "{media_type}");
    }
}

#[test]
fn large_responses_leave_room_for_the_entries() {
    let example = "x".repeat(1_000);
    let text = format!(
        "{{openapi: 3.0.3, paths: {{/a: {{get: {{responses: {{'200': {{description: d, content: {{text/plain: {{example: {example}}}}}}}}}}}}}}}}}"
    );
    let engine = Engine::new(document(&text), Options { journal_bytes: 100_000, ..Options::default() });
    for requests in 1..=80 {
        response(&engine, "GET /a");
        assert_eq!(journal(&engine, "").len(), requests);
    }
    let kept = journal(&engine, "").iter().map(|entry| entry["response"]["body"].is_string()).collect::<Vec<_>>();
    assert_eq!(kept, [vec![false; 30], vec![true; 50]].concat());
    for _ in 0..2_000 {
        response(&engine, "GET /a");
    }
    let entries = journal(&engine, "");
    let kept = entries.iter().filter(|entry| entry["response"]["body"].is_string()).count();
    assert!(entries.len() > 80 && kept == 50, "{} {kept}", entries.len());
    let health = body(&response(&engine, "GET /__mock/health"));
    let bytes = health["journal_bytes"].as_u64().unwrap();
    assert!((80_000..=100_000).contains(&bytes), "{health}");
}

#[test]
fn entries_are_filtered() {
    let engine = engine(Options::default());
    engine.script("order", ["answer", "reset"].map(|step| step.parse::<Step>().unwrap())).unwrap();
    (0..2).for_each(|_| _ = keyapi_mock::handle(&engine, &support::request(RIGHT)));
    for text in ["POST /orders/x", "GET /nowhere"] {
        response(&engine, text);
    }
    for (query, expected) in [
        ("", vec![1, 2, 3, 4]),
        ("?operation=order", vec![1, 2, 3]),
        ("?operation=POST+/orders/%7Bid%7D", vec![1, 2, 3]),
        ("?operation=", vec![4]),
        ("?status=200", vec![1]),
        ("?status=4XX", vec![3, 4]),
        ("?status=none", vec![2]),
        ("?limit=2", vec![3, 4]),
        ("?limit=1&status=4xx&operation=order", vec![3]),
        ("?limit=0", vec![]),
    ] {
        let found: Vec<u64> = journal(&engine, query).iter().map(|entry| entry["sequence"].as_u64().unwrap()).collect();
        assert_eq!(found, expected, "{query}");
    }
    for query in ["?operation=nonsense", "?status=x", "?status=default", "?limit=-1"] {
        assert_eq!(response(&engine, &format!("GET /__mock/journal{query}")).status, 400, "{query}");
    }
}

#[test]
fn a_client_learns_whether_the_journal_has_changed() {
    let engine = engine(Options::default());
    let ask = |seen: &str| response(&engine, &format!("GET /__mock/journal\nIf-None-Match: {seen}"));
    let tag = |seen: &str| ask(seen).headers["etag"].to_str().unwrap().to_owned();
    response(&engine, RIGHT);
    let first = tag("x");
    assert_eq!((ask(&first).status.as_u16(), ask(&first).body.len(), tag(&first)), (304, 0, first.clone()));
    response(&engine, RIGHT);
    assert_eq!(ask(&first).status, 200);
    // As many requests as before are no reason to take it for the same journal.
    engine.reset();
    response(&engine, RIGHT);
    assert_eq!(ask(&first).status, 200);
    assert_ne!(tag(&first), first);
}

/// What a document calls a credential holds for the requests that came while it was served, kept ones and later ones.
#[test]
fn credentials_are_told_as_when_the_request_came() {
    let keyed = |name: &str| {
        let scheme = format!("components: {{securitySchemes: {{k: {{type: apiKey, in: header, name: {name}}}}}}}");
        document(&format!(
            "openapi: 3.0.3\npaths: {{/a: {{get: {{security: [{{k: []}}], responses: {{'200': {{description: d}}}}}}}}}}\n{scheme}"
        ))
    };
    let documents = [keyed("X-One"), keyed("X-Two")];
    let engine = Engine::new(Arc::clone(&documents[0]), Options { journal_bytes: 8 * 1024, ..Options::default() });
    let seen = || {
        let hidden = |entry: &keyapi_mock::journal::Entry| {
            [entry.header("x-one"), entry.header("x-two")] != [Some("1"), Some("1")]
        };
        let which = |entry: &keyapi_mock::journal::Entry| usize::from(entry.header("x-one") == Some("1"));
        let entries = engine.journal();
        assert!(entries.iter().all(hidden));
        entries.iter().map(which).collect::<Vec<_>>()
    };
    let send = || response(&engine, "GET /a\nX-One: 1\nX-Two: 1");
    send();
    engine.replace(Arc::clone(&documents[1]));
    send();
    engine.replace(Arc::clone(&documents[0]));
    send();
    assert_eq!(seen(), [0, 1, 0]);
    engine.replace(Arc::clone(&documents[1]));
    (0..100).for_each(|_| _ = send());
    let latest = seen();
    assert!((2..100).contains(&latest.len()) && latest.iter().all(|which| *which == 1), "{latest:?}");
}

/// What is said of an expectation that the requests for orders do not meet.
#[track_caller]
fn unmet(engine: &Engine, expectation: impl FnOnce(Expectation) -> Expectation) -> String {
    engine.verify(&expectation(Expectation::of("order"))).unwrap_err().to_string()
}

#[test]
fn an_unmet_expectation_says_how_many_requests_are_so_and_how_the_others_differ() {
    let engine = engine(Options::default());
    let ask = |target: &str, trace: &str, body: &str| {
        response(
            &engine,
            &format!("POST {target}\nX-Trace: {trace}\nContent-Type: application/json\n\n{{\"note\":{body}}}"),
        );
    };
    ask("/orders/1?q=a", "1", "1");
    ask("/orders/2?q=a", "2", "1");
    ask("/orders/x", "3", "2");
    assert_eq!(
        unmet(&engine, |order| order.query("q", "a").times(3)),
        "expected that order is called 3 times with query parameter q = \"a\"\n\
         but 2 of 3 requests for it are so\n  \
         #3 POST /orders/x -> 422\n      query parameter q\n        - \"a\"\n        + (none)"
    );
    assert_eq!(
        unmet(&engine, |order| order.header("X-Trace", "2").json(json!({ "note": 1 })).at_least(2)),
        "expected that order is called at least 2 times with header X-Trace = \"2\", body = {\"note\":1}\n\
         but 1 of 3 requests for it are so\n  \
         #1 POST /orders/1?q=a -> 200\n      header X-Trace\n        - \"2\"\n        + \"1\"\n  \
         #3 POST /orders/x -> 422\n      header X-Trace\n        - \"2\"\n        + \"3\"\n      \
         body\n        - {\"note\":1}\n        + {\"note\":2}"
    );
    // Where there are too many, they are shown.
    assert_eq!(
        unmet(&engine, |order| order.status(200)),
        "expected that order is called once with status = 200\nbut 2 of 3 requests for it are so\n  \
         #1 POST /orders/1?q=a -> 200\n  #2 POST /orders/2?q=a -> 200"
    );
    assert!(unmet(&engine, Expectation::never).starts_with("expected that order is called never\nbut 3 of 3 requests"));
    // As many as are allowed are not too many.
    engine.assert(&Expectation::of("order").status(200).times(2));
    engine.assert(&Expectation::of("order").at_least(3));
    assert!(engine.verify(&Expectation::of("order").at_least(4)).is_err());
}

#[test]
fn what_the_journal_masks_cannot_be_expected_and_is_not_shown() {
    let engine = engine(Options::default());
    response(&engine, RIGHT);
    let told = unmet(&engine, |order| order.query("q", "a").header("Authorization", "Bearer abc"));
    assert!(
        told.contains("cannot be told of header Authorization: the journal masks") && !told.contains("abc"),
        "{told}"
    );
    let told = unmet(&engine, |order| order.json(json!({ "note": [{ "token": "hunter2" }] })));
    assert!(told.contains("cannot be told of body: ") && !told.contains("hunter2"), "{told}");
    // Nothing of it is masked that is no credential.
    assert!(unmet(&engine, |order| order.query("q", "b")).contains("- \"b\"\n        + \"a\""));
}
