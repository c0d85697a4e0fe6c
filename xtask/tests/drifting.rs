//! From an API that is not as documented to a document that is: the mock server drifts, a client records it, and what
//! `cargo xtask drift` prints settles all of it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::collections::BTreeSet;
use std::sync::Arc;

use keyapi_mock::journal::Entry;
use keyapi_mock::{MockServer, Options, load};
use keyapi_runtime::{Client, EnvelopeProperties, KeyForm, Method, Platform, Recorder, RetryPolicy};
use serde_json::Value;
use support::things::{Checkout, KEY, OVERLAY};

/// A hole that is filled from an example, a schema, and an error.
const DOCUMENT: &str = r"
openapi: 3.0.3
info: {title: Things, version: '1'}
paths:
  /v1/things:
    get:
      operationId: list_things
      responses:
        '200':
          description: ok
          content:
            application/json:
              schema: {type: object, properties: {}}
              example:
                code: 0
                data: {size: 1, ratio: 0.5, colour: null, tags: [a], owner: {name: x, id: 7}, rows: [{id: a, n: 1}, {id: b}]}
  /v1/things/{id}:
    get:
      operationId: get_thing
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses:
        '200':
          description: ok
          content:
            application/json:
              schema:
                type: object
                properties:
                  kind: {type: string, enum: [old, new]}
                  count: {type: integer}
                  parts: {type: array, items: {type: object, properties: {id: {type: string}}}}
                  more: {type: object, additionalProperties: {type: integer}}
              example: {kind: old, count: 1, parts: [{id: a}], more: {a: 1}}
";

static PLATFORM: Platform = Platform {
    user_agent: "things/1",
    base_url: "https://api.things.example",
    operations: &[],
    key: KeyForm { variable: "THINGS_KEY", prefix: "kx-", documented_prefix: "kx-" },
    statuses: &[],
    envelope: EnvelopeProperties { code: None, success: 0, message: None, data: None, request_id: None },
};

/// Calls both operations of a drifting server so many times, with a recorder.
fn record(server: &MockServer, checkout: &Checkout, calls: usize) -> Arc<Recorder> {
    let recorder = Arc::new(Recorder::open(checkout.at("recorded.json")).unwrap());
    let client = Client::builder(&PLATFORM).api_key(KEY).base_url(server.url()).retry(RetryPolicy::never());
    let client = client.observer(Arc::clone(&recorder)).build().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        for _ in 0..calls {
            for path in ["/v1/things", "/v1/things/7"] {
                client.request(Method::GET, path).send().await.unwrap();
            }
        }
    });
    recorder
}

fn drifting(seed: u64) -> MockServer {
    let document = load::text("things.yaml", DOCUMENT).unwrap();
    MockServer::start_with(document, Options { drift: Some(seed), ..Options::default() })
}

/// The names of all properties in the body of an entry that the server added.
fn added(entry: &Entry) -> BTreeSet<String> {
    let body = entry.response.as_ref().unwrap().body.as_ref().unwrap();
    let text = String::from_utf8_lossy(body).into_owned();
    text.split('"').filter(|part| part.starts_with("drifted_")).map(str::to_owned).collect()
}

/// What is printed to settle drift: the commands, and the actions of the overlay.
fn settled_by(said: &str) -> (BTreeSet<Vec<String>>, BTreeSet<String>) {
    let command = |line: &str| {
        let (_, command) = line.split_once("`cargo xtask ")?;
        Some(command.split('`').next()?.split(' ').map(str::to_owned).collect())
    };
    let action = |line: &str| Some(format!("{{\"target\"{}", line.split_once(": {\"target\"")?.1));
    (said.lines().filter_map(command).collect(), said.lines().filter_map(action).collect())
}

/// Does what is printed until nothing is left, and tells in how many rounds.
fn settle(checkout: &Checkout, file: &str) -> usize {
    let mut overlay = OVERLAY.to_owned();
    for round in 0..10 {
        let (exit, said) = checkout.run(&["drift", file]);
        if exit == Some(0) {
            return round;
        }
        assert_eq!(exit, Some(1), "{said}");
        let (commands, actions) = settled_by(&said);
        assert!(!commands.is_empty() || !actions.is_empty(), "{said}");
        overlay.extend(actions.iter().map(|action| format!("- {action}\n")));
        checkout.write("openapi/tiktok.overlay.yaml", &overlay);
        for command in commands {
            let (exit, said) = checkout.run(&command.iter().map(String::as_str).collect::<Vec<_>>());
            assert_eq!(exit, Some(0), "{said}");
        }
    }
    panic!("there is always something left: {}", checkout.run(&["drift", file]).1);
}

#[test]
fn what_a_client_recorded_of_a_drifting_api_is_named_and_settled() {
    for seed in 0..12 {
        let (server, checkout) = (drifting(seed), Checkout::of(DOCUMENT));
        let recorder = record(&server, &checkout, 6);
        assert_eq!((recorder.recorded(), recorder.missed()), (12, 0));
        let (_, said) = checkout.run(&["drift", "recorded.json"]);
        assert!(!said.contains("skipped"), "{said}");
        for name in server.journal().iter().flat_map(added) {
            assert!(said.contains(&format!("`{name}`")), "seed {seed}: no {name} in {said}");
        }
        assert_eq!(settle(&checkout, "recorded.json"), 1, "seed {seed}");
    }
}

#[test]
fn the_journal_of_the_mock_server_says_the_same_as_that_of_a_client() {
    let (server, checkout) = (drifting(1), Checkout::of(DOCUMENT));
    record(&server, &checkout, 3);
    let journal: Vec<Value> = server.journal().iter().map(Entry::to_json).collect();
    checkout.write("journal.json", &Value::from(journal).to_string());
    let said = |file: &str| checkout.run(&["drift", file]).1;
    let of_client = said("recorded.json");
    assert!(of_client.contains("drift-"), "{of_client}");
    let places =
        |said: &str| said.lines().filter(|line| line.starts_with("warning")).map(str::to_owned).collect::<Vec<_>>();
    let told: BTreeSet<String> = places(&of_client).into_iter().collect();
    assert!(told.len() > 3, "{told:?}");
    assert_eq!(places(&of_client), places(&said("journal.json")));
}

#[test]
fn the_same_of_many_responses_is_one_finding() {
    let checkout = Checkout::of(DOCUMENT);
    let entry = |number: u32, body: &str| {
        serde_json::json!({"sequence": number, "operation": "get_thing", "method": "GET", "path": "/v1/things/7", "status": 200,
            "response": {"body": body}})
    };
    let more = r#"{"more": {}, "new": 1}"#;
    checkout
        .write("x.json", &Value::from(vec![entry(1, more), entry(2, more), entry(3, r#"{"new": "x"}"#)]).to_string());
    let (exit, said) = checkout.run(&["drift", "x.json"]);
    assert_eq!((exit, said.matches("drift-property").count()), (Some(1), 2), "{said}");
    // What is printed for both kinds of values fits both.
    assert_eq!(said.matches(r#""update": {"new": {}}"#).count(), 2, "{said}");
    assert_eq!(settle(&checkout, "x.json"), 1);
}
