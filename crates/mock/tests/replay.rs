//! The step that an entry of the journal says lets the same happen again.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use keyapi_mock::options::Data;
use keyapi_mock::outcome::Outcome;
use keyapi_mock::{Engine, Options, Step, handle};
use serde_json::json;
use support::{body, document, request, response};

const PICKS: &str = "
openapi: 3.0.3
paths:
  /pick:
    get:
      operationId: pick
      security: [{bearer: []}]
      parameters: [{name: page, in: query, schema: {type: integer}}]
      responses:
        '200':
          description: ok
          content:
            application/json:
              schema: {type: object, properties: {is: {type: string}}}
              examples: {one: {value: {is: one}}, two: {value: {is: two}}}
        '400': {description: wrong, content: {application/json: {example: {is: wrong}}}}
        '401': {description: closed, content: {application/json: {example: {is: closed}}}}
        '404':
          description: gone
          content: {application/json: {examples: {gone: {value: {is: gone}}, hidden: {value: {is: hidden}}}}}
        '429': {description: slow, content: {application/json: {example: {is: slow}}}}
  /plain:
    get:
      operationId: plain
      parameters: [{name: page, in: query, schema: {type: integer}}]
      responses: {'204': {description: ok}}
components: {securitySchemes: {bearer: {type: http, scheme: bearer}}}
";

const PICK: &str = "GET /pick\nAuthorization: Bearer the-key";

fn engine(options: Options) -> Engine {
    Engine::new(document(PICKS), options)
}

/// What becomes of a request after a script of one step, if there is one, and the step that lets it happen again.
fn happened(options: Options, step: Option<&str>, text: &str) -> (Outcome, Option<Step>) {
    let engine = engine(options);
    engine.script("pick", step.map(|step| step.parse::<Step>().unwrap())).unwrap();
    let mut outcome = handle(&engine, &request(text));
    // It is about the request, which is not what happens again.
    outcome.planned_mut().map(|response| response.headers.remove("sl-violations"));
    (outcome, engine.journal().pop().unwrap().step)
}

/// Holds that the step is the expected one, and that another request then gets the same.
#[track_caller]
fn check(options: &Options, step: Option<&str>, text: &str, expected: Option<&str>) {
    let (outcome, replayed) = happened(options.clone(), step, text);
    let replayed = replayed.map(|step| step.to_string());
    assert_eq!(replayed.as_deref(), expected, "{step:?} {text}");
    if let Some(replayed) = replayed {
        let (again, said) = happened(options.clone(), Some(&replayed), PICK);
        assert_eq!((&again, said.map(|step| step.to_string())), (&outcome, Some(replayed)), "{step:?} {text}");
    }
}

#[test]
fn faults_are_repeated_as_they_are() {
    for step in [
        "envelope:402:no [x] +1s",
        "envelope:402:",
        "cut:5",
        "reset:3",
        "reset",
        "close",
        "not-json:200",
        "html:200",
        "content-type:text/plain",
        "drip:3:100ms",
        "404:hidden",
        "503",
        "503[retry-after: Fri, 31 Dec 1999 23:59:59 GMT]+1s",
    ] {
        check(&Options::default(), Some(step), PICK, Some(step));
    }
    check(&Options::default(), Some("answer[x-a: b]+2ms"), PICK, Some("200[x-a: b]+2ms"));
}

#[test]
fn responses_that_clients_ask_for_are_repeated_without_asking() {
    for (preference, expected) in [
        ("wait=1", "200"),
        ("code=404", "404"),
        ("example=two", "200:two"),
        ("code=404, example=hidden", "404:hidden"),
        ("dynamic=false", "200:one"),
        ("seed=1", "200"),
    ] {
        check(&Options::default(), None, &format!("{PICK}\nPrefer: {preference}"), Some(expected));
    }
    let dynamic = Options { data: Data::Dynamic, ..Options::default() };
    check(&dynamic, None, PICK, Some("answer"));
    check(&dynamic, None, &format!("{PICK}\nPrefer: dynamic=false"), Some("200:one"));
}

#[test]
fn refusals_are_repeated_where_the_document_has_them() {
    let options = Options::default();
    check(&options, None, "GET /pick", Some("401[www-authenticate: Bearer]"));
    check(&options, None, &PICK.replacen("/pick", "/pick?page=x", 1), Some("400"));
    let engine = engine(Options { qps: Some(1), ..Options::default() });
    (0..2).for_each(|_| _ = response(&engine, PICK));
    let replayed = engine.journal().pop().unwrap().step.unwrap();
    assert_eq!(replayed.to_string(), "429[retry-after: 1]");
}

#[test]
fn nothing_is_offered_that_would_be_something_else() {
    let options = Options::default();
    for (step, preference) in [
        (None, "dynamic=true"),
        (None, "example=nobody"),
        (None, "code=x"),
        (Some("cut:5"), "code=404"),
        (Some("200"), "example=two"),
        (Some("not-json:200"), "dynamic=true"),
    ] {
        check(&options, step, &format!("{PICK}\nPrefer: {preference}"), None);
    }
    let dynamic = Options { data: Data::Dynamic, ..Options::default() };
    check(&dynamic, None, &format!("{PICK}\nPrefer: seed=1"), None);
    // Neither the document nor a step has its words.
    check(&options, None, "GET /plain?page=x", None);
    check(&options, None, "GET /nowhere", None);
    let drifting = Options { drift: Some(1), ..Options::default() };
    check(&drifting, None, PICK, None);
    check(&drifting, Some("cut:5"), PICK, Some("cut:5"));
    // What is masked is no text to repeat.
    check(&options, Some("envelope:402:of the-key"), PICK, None);
}

#[test]
fn latencies_are_repeated_as_they_were_drawn() {
    let options = Options { latency: "1ms..100s".parse().unwrap(), ..Options::default() };
    for seed in 0..5 {
        let options = Options { seed, ..options.clone() };
        let (outcome, replayed) = happened(options.clone(), None, PICK);
        let replayed = replayed.unwrap().to_string();
        assert!(replayed.starts_with("200+"), "{replayed}");
        let later = Options { seed: seed + 100, ..options };
        assert_eq!(happened(later, Some(&replayed), PICK).0, outcome);
    }
}

#[test]
fn the_admin_interface_gives_the_step_as_scripts_take_it() {
    let engine = engine(Options::default());
    engine.script("pick", ["429[x-a: b, c]+1ms".parse::<Step>().unwrap()]).unwrap();
    response(&engine, PICK);
    response(&engine, "GET /nowhere");
    let entries = body(&response(&engine, "GET /__mock/journal"));
    assert_eq!((&entries[0]["step"], &entries[1]["step"]), (&json!("429[x-a: b, c]+1ms"), &json!(null)));
    let script = json!({ "operation": "pick", "steps": [entries[0]["step"]] });
    assert_eq!(response(&engine, &format!("POST /__mock/scripts\n\n{script}")).status, 204);
    assert_eq!(response(&engine, PICK).headers["x-a"], "b, c");
}
