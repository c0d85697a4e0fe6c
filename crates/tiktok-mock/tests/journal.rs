//! The journal, what can be asserted on it, and coverage.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use keyapi_tiktok_mock::coverage::{self, Report};
use keyapi_tiktok_mock::{Engine, Expectation, Options};
use support::{PATH, body, document, get, response, vendored};

fn called(engine: &Engine, queries: &[&str]) {
    queries.iter().for_each(|query| _ = response(engine, &get(query)));
}

#[test]
fn entries_are_typed_and_hold_no_key() {
    let engine = vendored(Options { api_keys: vec!["sk_live_test".to_owned()], ..Options::default() });
    let text = format!("{}\nUser-Agent: tests", get("?clip_id=a%20b&period=999&x=1"));
    response(&engine, &text);
    let entries = engine.journal();
    let [entry] = entries.as_slice() else { panic!("{entries:?}") };
    assert_eq!(
        (entry.sequence, entry.operation.as_deref(), entry.status),
        (1, Some("trending_music_detail"), Some(400))
    );
    assert_eq!(
        (entry.path.as_str(), entry.query("clip_id"), entry.header("user-agent")),
        (PATH, Some("a b"), Some("tests"))
    );
    assert_eq!(entry.header("authorization"), Some("***"));
    let violations: Vec<_> = entry
        .violations
        .iter()
        .map(|violation| (violation.location.join("/"), violation.rule.as_str(), violation.value.clone()))
        .collect();
    let expected = [("query/period".to_owned(), "enum", Some("999".into())), ("query/x".to_owned(), "unknown", None)];
    assert_eq!(violations, expected);
    assert!(!format!("{engine:?}").contains("sk_live_test"), "a key is shown");
}

#[test]
fn keys_in_queries_are_not_written_down_either() {
    let engine = Engine::new(
        document(
            "openapi: 3.0.0
paths:
  /a:
    get:
      security: [{key: []}]
      responses: {'200': {description: ok}}
components:
  securitySchemes:
    key: {type: apiKey, in: query, name: key}
",
        ),
        Options::default(),
    );
    let text = "GET /a?b=1&key=sk_live_test&key=other\nReferer: http://x/a?key=sk_live_test";
    assert_eq!(response(&engine, text).status, 200);
    let entry = &engine.journal()[0];
    assert_eq!(entry.header("referer"), Some("***"));
    assert_eq!((entry.query("key"), entry.query("b")), (Some("***"), Some("1")));
}

#[test]
fn the_journal_is_bounded_in_bytes() {
    let engine = vendored(Options { journal_bytes: 20_000, ..Options::default() });
    for index in 0..1_000 {
        response(&engine, &get(&format!("?clip_id={index}")));
        let health = body(&response(&engine, "GET /__mock/health"));
        assert!(health["journal_bytes"].as_u64().unwrap() <= 20_000);
        assert_eq!(health["requests"], index + 1);
    }
    let entries = engine.journal();
    assert_eq!(entries.last().unwrap().query("clip_id"), Some("999"));
    assert!((10..500).contains(&entries.len()), "{}", entries.len());
}

#[test]
fn met_expectations_pass() {
    let engine = vendored(Options::default());
    called(&engine, &["?clip_id=1", "?clip_id=2", "?clip_id=2"]);
    let of = || Expectation::of("trending_music_detail");
    engine.assert(&of().query("clip_id", "1").status(200));
    engine.assert(&of().query("clip_id", "2").times(2));
    engine.assert(&of().at_least(3));
    engine.assert(&of().query("clip_id", "3").never());
    engine.assert(&Expectation::of(format!("GET {PATH}")).times(3));
    engine.assert(&Expectation::of("get_api_v3_realtime_trending_popular_music_detail").times(3));
    assert!(engine.verify(&Expectation::of("nonsense")).is_err());
}

#[test]
fn unmet_expectations_say_what_came_instead() {
    let engine = vendored(Options::default());
    called(&engine, &["?clip_id=1&period=7", "?region=US"]);
    let expectation = Expectation::of("trending_music_detail").query("clip_id", "2").query("period", "7").status(200);
    let unmet = engine.verify(&expectation).unwrap_err().to_string();
    let expected = format!(
        r#"expected that trending_music_detail is called once with query parameter clip_id = "2", query parameter period = "7", status = 200
but 0 of 2 requests for it are so
  #1 GET {PATH}?clip_id=1&period=7 -> 200
      query parameter clip_id
        - "2"
        + "1"
  #2 GET {PATH}?region=US -> 200
      query parameter clip_id
        - "2"
        + (none)
      query parameter period
        - "7"
        + (none)"#
    );
    assert_eq!(unmet, expected);
    let never = engine.verify(&Expectation::of("trending_music_detail").query("region", "US").never());
    let expected = format!(
        "expected that trending_music_detail is called never with query parameter region = \"US\"\n\
         but 1 of 2 requests for it are so\n  #2 GET {PATH}?region=US -> 200"
    );
    assert_eq!(never.unwrap_err().to_string(), expected);
}

#[test]
fn coverage_counts_statuses_and_parameters() {
    let engine = vendored(Options::default());
    called(&engine, &["?clip_id=1", "?per%69od=999"]);
    response(&engine, &format!("{}\nPrefer: code=429", get("")));
    let report = engine.coverage();
    let hits = |cells: &[coverage::Cell]| -> Vec<String> {
        cells.iter().filter(|cell| cell.hits > 0).map(|cell| cell.name.clone()).collect()
    };
    let operation = &report.operations[0];
    assert_eq!(hits(&operation.statuses), ["200", "400", "429"]);
    assert_eq!(hits(&operation.parameters), ["period", "clip_id"]);
    assert_eq!((report.totals(), report.percent().round()), ((9, 5), 56.0));
    assert!(report.to_text().contains("MISS status 401 (0)"), "{}", report.to_text());

    assert_eq!(report.require(55.0), Ok(()));
    let missing = "55.6 % covered, asked for are 60 %; not exercised: trending_music_detail status 401, \
                   trending_music_detail status 402, trending_music_detail status 500, \
                   trending_music_detail parameter region";
    assert_eq!(report.require(60.0), Err(missing.to_owned()));

    let mut total = Report::default();
    total.add(&report);
    total.add(&report);
    assert_eq!(total.operations[0].statuses[0].hits, 2);
    let stored: Report = serde_json::from_slice(&serde_json::to_vec(&total).unwrap()).unwrap();
    assert_eq!(stored, total);
}

#[test]
fn coverage_counts_the_cookies_that_are_there() {
    let text = "
openapi: 3.0.0
paths:
  /basket:
    parameters: [{name: session, in: cookie, schema: {type: string}}, {name: theme, in: cookie, schema: {type: string}}]
    get: {responses: {'200': {description: ok}}}";
    let engine = Engine::new(document(text), Options::default());
    for cookies in
        ["Cookie: other=1; theme=dark", "Cookie: sessions=1", "Cookie: a=session", "Cookie: a=1\nCookie: theme="]
    {
        response(&engine, &format!("GET /basket\n{cookies}"));
    }
    let hits: Vec<u64> = engine.coverage().operations[0].parameters.iter().map(|cell| cell.hits).collect();
    assert_eq!(hits, [0, 2]);
}
