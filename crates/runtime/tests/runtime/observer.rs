//! What observers are told, also of calls that fail, are dropped, or meet an observer that fails.

use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};

use keyapi_runtime::{
    AttemptBegun, AttemptEnded, CallEnded, CallOptions, Ending, HeaderName, Method, Observer, RetryPolicy,
};

use crate::support::{FakeTime, KEY, OK, Server, Step, cancel, envelope, json, response};

/// Writes down what it is told.
#[derive(Default)]
struct Log(Mutex<Vec<String>>);

impl Log {
    fn lines(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }

    fn write(&self, line: String) {
        self.0.lock().unwrap().push(line);
    }
}

impl Observer for Log {
    fn attempt_begun(&self, attempt: &AttemptBegun<'_>) {
        self.write(format!("begun {} {} {}", attempt.attempt, attempt.method, attempt.url));
    }

    fn attempt_ended(&self, attempt: &AttemptEnded<'_>) {
        let AttemptEnded { ending, status, elapsed, bytes, next, .. } = *attempt;
        let status = status.map_or(0, |status| status.as_u16());
        self.write(format!("ended {} {ending:?} {status} {elapsed:?} {bytes} {next:?}", attempt.begun.attempt));
    }

    fn call_ended(&self, call: &CallEnded<'_>) {
        let CallEnded { operation, ending, status, attempts, elapsed, bytes, credits, .. } = *call;
        let status = status.map_or(0, |status| status.as_u16());
        self.write(format!("call {operation} {ending:?} {status} {attempts} {elapsed:?} {bytes} {credits:?}"));
    }
}

/// What an observer is told of a call.
async fn told(script: Vec<Step>) -> Vec<String> {
    let (server, log) = (Server::start(script).await, Arc::new(Log::default()));
    let client = server.client().observer(Arc::clone(&log)).build().unwrap();
    _ = client.track_detail().id("1").region("US").send().await;
    log.lines().iter().map(|line| line.replace(&server.url, "")).collect()
}

#[tokio::test]
async fn every_attempt_and_the_call_are_told_of() {
    let limited = response(429, "retry-after: 1\r\n", envelope(429, "").as_bytes());
    let (limited_bytes, bytes) = (envelope(429, "").len(), OK.len());
    assert_eq!(
        told(vec![limited, Step::Close, json(200, OK)]).await,
        [
            "begun 1 GET /v1/tracks/detail?id=REDACTED&region=REDACTED".to_owned(),
            format!("ended 1 Failure(RateLimited) 429 0ns {limited_bytes} Retry {{ after: 1.5s }}"),
            "begun 2 GET /v1/tracks/detail?id=REDACTED&region=REDACTED".to_owned(),
            "ended 2 Failure(Transport) 0 0ns 0 Retry { after: 3s }".to_owned(),
            "begun 3 GET /v1/tracks/detail?id=REDACTED&region=REDACTED".to_owned(),
            format!("ended 3 Success 200 0ns {bytes} End {{ limit: None }}"),
            format!("call track_detail Success 200 3 4.5s {} Some(2)", limited_bytes + bytes),
        ]
    );
}

#[tokio::test]
async fn a_redirect_is_an_attempt_and_no_failure() {
    let told = told(vec![response(302, "location: /elsewhere\r\n", b""), json(200, OK)]).await;
    assert_eq!(told[1..3], ["ended 1 Success 302 0ns 0 Redirect", "begun 2 GET /elsewhere"]);
    let told = self::told(vec![response(302, "location: http://other.example/\r\n", b"")]).await;
    assert_eq!(told[1], "ended 1 Failure(UnexpectedStatus) 302 0ns 0 End { limit: None }");
    assert!(told[2].starts_with("call track_detail Failure(UnexpectedStatus) 302 1 "), "{told:?}");
}

#[tokio::test]
async fn a_failure_is_told_of_by_its_kind() {
    for (step, attempt, call) in [
        (json(402, &envelope(402, "")), "Failure(QuotaExhausted) 402", "Failure(QuotaExhausted) 402 1"),
        (json(200, &envelope(402, "")), "Failure(QuotaExhausted) 200", "Failure(QuotaExhausted) 200 1"),
        // The attempt brought what was asked for; only the call can tell that it is of no use.
        (json(200, "<html>"), "Success 200", "Failure(Decode) 200 1"),
        (Step::Raw(b"HTTP/1.1 200 X\r\ncontent-length: 9\r\n\r\nx".to_vec()), "Failure(Transport) 200", ""),
    ] {
        let told = told(vec![step]).await;
        assert!(told[1].starts_with(&format!("ended 1 {attempt} ")), "{told:?}");
        assert!(told.last().unwrap().starts_with(&format!("call track_detail {call}")), "{told:?}");
    }
}

#[tokio::test]
async fn what_kept_a_call_from_another_attempt_is_told_of() {
    let told = told(vec![response(429, "retry-after: 86400\r\n", b"")]).await;
    assert!(told[1].ends_with("End { limit: Some(RetryAfter) }"), "{told:?}");
}

#[tokio::test]
async fn a_call_that_is_never_sent_has_an_end_and_no_attempt() {
    let (server, log) = (Server::start([]).await, Arc::new(Log::default()));
    let client = server.client().observer(Arc::clone(&log)).build().unwrap();
    client.request(Method::GET, "x").send().await.unwrap_err();
    client.request(Method::GET, format!("/{}", "x".repeat(70_000))).send().await.unwrap_err();
    let told = log.lines();
    assert_eq!(told.len(), 2);
    assert_eq!(told[0], "call GET x Failure(InvalidRequest) 0 0 0ns 0 None");
    assert!(told[1].ends_with(" Failure(InvalidRequest) 0 0 0ns 0 None"), "{}", told[1]);
}

#[tokio::test]
async fn a_call_that_is_dropped_ends_as_cancelled() {
    let (server, log) = (Server::start([Step::Hang]).await, Arc::new(Log::default()));
    let client = server.client().observer(Arc::clone(&log)).build().unwrap();
    // What is never polled never begins.
    drop(client.track_detail().send());
    assert!(log.lines().is_empty());
    cancel(client.track_detail().send()).await;
    assert_eq!(
        log.lines()[1..],
        ["ended 1 Cancelled 0 0ns 0 End { limit: None }", "call track_detail Cancelled 0 1 0ns 0 Some(2)"]
    );
}

#[tokio::test]
async fn a_call_that_is_dropped_between_attempts_has_no_attempt_to_end() {
    let (server, log, time) = (Server::start([json(429, "")]).await, Arc::new(Log::default()), FakeTime::new());
    let client = server.client_in(&time).observer(Arc::clone(&log)).build().unwrap();
    time.hold();
    tokio::select! {
        biased;
        _ = client.track_detail().send() => panic!("the call ended"),
        () = time.somebody_waits() => {}
    }
    let told = log.lines();
    assert!(told[1].starts_with("ended 1 Failure(RateLimited) 429 "), "{told:?}");
    assert_eq!(told[2..], ["call track_detail Cancelled 429 1 0ns 0 Some(2)"]);
}

/// Fails whatever it is told.
struct Broken;

impl Observer for Broken {
    fn attempt_begun(&self, _: &AttemptBegun<'_>) {
        panic!("begun");
    }

    fn attempt_ended(&self, _: &AttemptEnded<'_>) {
        panic!("ended");
    }

    fn call_ended(&self, _: &CallEnded<'_>) {
        panic!("over");
    }
}

#[tokio::test]
async fn an_observer_that_panics_harms_neither_call_nor_other_observers() {
    let (server, log) = (Server::start([json(429, ""), json(200, OK)]).await, Arc::new(Log::default()));
    let client = server.client().observer(Broken).observer(Arc::clone(&log)).build().unwrap();
    assert_eq!(client.track_detail().send().await.unwrap().attempts(), 2);
    assert_eq!(log.lines().len(), 5);
    // While another panic unwinds, too.
    let call = tokio::spawn(async move {
        let mut call = Box::pin(client.track_detail().send());
        _ = call.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        panic!("the caller's own");
    });
    assert!(call.await.unwrap_err().is_panic());
    assert!(log.lines().last().unwrap().starts_with("call track_detail Cancelled"));
}

/// Keeps all that an attempt has.
#[derive(Default)]
struct Everything(Mutex<Vec<String>>);

impl Observer for Everything {
    fn attempt_begun(&self, attempt: &AttemptBegun<'_>) {
        self.0.lock().unwrap().push(format!("{attempt:?}"));
    }

    fn attempt_ended(&self, attempt: &AttemptEnded<'_>) {
        let body = attempt.body().map(|body| String::from_utf8_lossy(&body).into_owned());
        let header = attempt.header(&HeaderName::from_static("x-key"));
        self.0.lock().unwrap().push(format!("{attempt:?} {} {}", body.unwrap_or_default(), header.unwrap_or_default()));
    }

    fn call_ended(&self, call: &CallEnded<'_>) {
        self.0.lock().unwrap().push(format!("{call:?}"));
    }
}

#[tokio::test]
async fn no_event_has_the_key() {
    let echo = response(200, &format!("x-key: a {KEY} b\r\n"), format!(r#"{{"code":0,"data":"{KEY}"}}"#).as_bytes());
    let (server, all) = (Server::start([echo]).await, Arc::new(Everything::default()));
    let client = server.client().observer(Arc::clone(&all)).trace_query_values().build().unwrap();
    let method = Method::from_bytes(KEY.as_bytes()).unwrap();
    let call = client.request(method, format!("/{KEY}?{KEY}")).query("k", KEY).query("seen", "1");
    call.options(CallOptions::new().retry(RetryPolicy::never())).send().await.unwrap();
    let all = all.0.lock().unwrap().join("\n");
    assert!(!all.contains("canary"), "{all}");
    let stars = "*".repeat(KEY.len());
    assert!(all.contains(&format!(r#"{{"code":0,"data":"{stars}"}} a {stars} b"#)) && all.contains("seen=1"), "{all}");
}

#[tokio::test]
async fn a_body_that_broke_off_is_none() {
    struct Bodies(Mutex<Vec<(Ending, bool)>>);
    impl Observer for Bodies {
        fn attempt_ended(&self, attempt: &AttemptEnded<'_>) {
            self.0.lock().unwrap().push((attempt.ending, attempt.body().is_some()));
        }
    }
    let cut = Step::Raw(b"HTTP/1.1 200 X\r\ncontent-length: 9\r\n\r\nx".to_vec());
    let (server, bodies) = (Server::start([cut, json(200, OK)]).await, Arc::new(Bodies(Mutex::default())));
    let client = server.client().observer(Arc::clone(&bodies)).build().unwrap();
    client.track_detail().send().await.unwrap();
    let bodies: Vec<bool> = bodies.0.lock().unwrap().iter().map(|(_, has_body)| *has_body).collect();
    assert_eq!(bodies, [false, true]);
}
