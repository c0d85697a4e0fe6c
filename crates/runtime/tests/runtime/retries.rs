//! What is repeated, when, and how often.

use std::fmt::Write as _;
use std::time::Duration;

use keyapi_runtime::{CallOptions, Error, ErrorKind, Method, RetryLimit, RetryPolicy};

use crate::example::STATUSES;
use crate::support::{FakeTime, OK, Server, Step, envelope, json, response};

/// Everything that can happen to an attempt.
fn outcomes() -> Vec<(String, Step)> {
    let status = |status: u16| (format!("HTTP {status}"), json(status, &envelope(status.into(), "")));
    let mut outcomes: Vec<(String, Step)> = STATUSES.iter().map(|row| status(row.status)).collect();
    outcomes.extend([302, 409, 418, 422, 499, 501, 502, 503, 504, 529].map(status));
    outcomes.extend([
        ("HTTP 200, code 429".to_owned(), json(200, &envelope(429, ""))),
        ("HTTP 200, code 500".to_owned(), json(200, &envelope(500, ""))),
        ("HTTP 200, not JSON".to_owned(), response(200, "", b"<html>")),
        ("HTTP 200, too large".to_owned(), response(200, "", &[b'x'; 5_000])),
        ("HTTP 200, cut short".to_owned(), Step::Raw(b"HTTP/1.1 200 X\r\ncontent-length: 9\r\n\r\n{".to_vec())),
        ("HTTP 402, cut short".to_owned(), Step::Raw(b"HTTP/1.1 402 X\r\ncontent-length: 9\r\n\r\n{".to_vec())),
        ("connection closed".to_owned(), Step::Close),
        ("not HTTP".to_owned(), Step::Raw(b"SSH-2.0-OpenSSH\r\n\r\n".to_vec())),
    ]);
    outcomes
}

#[tokio::test]
async fn truth_table() {
    let mut table = String::from("requests sent, of at most 3    GET PUT POST\n");
    for (name, step) in outcomes() {
        write!(table, "{name:<30}").unwrap();
        for method in [Method::GET, Method::PUT, Method::POST] {
            let server = Server::start([step.clone()]).await;
            let client = server.client().body_limit(4_000).build().unwrap();
            let error = client.request(method, "/v1/x").send().await.unwrap_err();
            assert_eq!(error.attempts() as usize, server.seen().len());
            write!(table, " {:>3}", error.attempts()).unwrap();
        }
        table.push('\n');
    }
    insta::assert_snapshot!(table);
}

#[tokio::test]
async fn a_retry_that_works_is_a_response() {
    let script = [json(500, "{}"), json(429, "{}"), json(200, OK)];
    let server = Server::start(script).await;
    let time = FakeTime::new();
    let response = server.client_in(&time).build().unwrap().track_detail().send().await.unwrap();
    assert_eq!((response.attempts(), server.seen().len()), (3, 3));
    // The fixed half of 2 s and of 4 s, and half of the other half.
    assert_eq!(time.sleeps(), [1.5, 3.0]);
    assert_eq!(server.seen()[0].head, server.seen()[2].head);
}

async fn waits(retry: RetryPolicy, header: &str) -> (Vec<f64>, Error) {
    let server = Server::start([response(429, header, b"{}")]).await;
    let time = FakeTime::new();
    let client = server.client_in(&time).timeout(Duration::from_secs(600)).retry(retry).build().unwrap();
    let error = client.track_detail().send().await.unwrap_err();
    (time.sleeps(), error)
}

#[tokio::test]
async fn the_backoff_doubles_up_to_its_cap() {
    let retry = RetryPolicy::default().max_attempts(6);
    assert_eq!(waits(retry, "").await.0, [1.5, 3.0, 6.0, 7.5, 7.5]);
    let retry = RetryPolicy::default().max_attempts(3).initial_backoff(Duration::ZERO);
    assert_eq!(waits(retry, "").await.0, [0.0, 0.0]);
    assert_eq!(waits(RetryPolicy::default().max_attempts(0), "").await.1.attempts(), 1);
}

#[tokio::test]
async fn retry_after_is_obeyed_and_spread() {
    async fn check(header: &str, expected: &[f64], retry_after: Option<u64>) {
        let (waits, error) = waits(RetryPolicy::default().max_attempts(2), &format!("retry-after: {header}\r\n")).await;
        assert_eq!(waits, expected, "{header}");
        assert_eq!(error.retry_after().map(|wait| wait.as_secs()), retry_after, "{header}");
    }
    check("0", &[0.5], Some(0)).await;
    check("7", &[7.5], Some(7)).await;
    check("30", &[30.5], Some(30)).await;
    check("31", &[], Some(31)).await;
    check("99999999999999999999999", &[], Some(u64::MAX)).await;
    // The fake clock is at 08:49:37 when the first response comes; the error is from after the wait.
    check("Sun, 06 Nov 1994 08:49:47 GMT", &[10.5], Some(0)).await;
    check("Sun, 06 Nov 1994 08:59:37 GMT", &[], Some(600)).await;
    check("Sun, 06 Nov 1994 08:49:00 GMT", &[0.5], Some(0)).await;
    check("0.503", &[1.003], Some(0)).await;
    check("29.9999999999", &[30.5], Some(30)).await;
    check("292.05", &[], Some(292)).await;
    check("99999999999999999999999.5", &[], Some(u64::MAX)).await;
    for unreadable in ["1.", ".5", ".", "1.5.2", "1e1", "+1", "-0.5", "1,5", "0x1", "NaN", "inf"] {
        check(unreadable, &[1.5], None).await;
    }
    check("soon", &[1.5], None).await;
    check("-1", &[1.5], None).await;
    check("", &[1.5], None).await;
}

#[tokio::test]
async fn a_fraction_of_a_second_is_kept() {
    let (waits, error) = waits(RetryPolicy::default().initial_backoff(Duration::ZERO), "retry-after: 0.503\r\n").await;
    assert_eq!(waits, [0.503, 0.503]);
    assert_eq!(error.retry_after(), Some(Duration::from_millis(503)));
}

#[tokio::test]
async fn a_date_is_measured_against_the_date_of_its_response() {
    async fn check(date: &str, expected: &[f64], retry_after: u64) {
        let header = format!("date: {date}\r\nretry-after: Tue, 01 Jan 2030 00:00:07 GMT\r\n");
        let (waits, error) = waits(RetryPolicy::default().max_attempts(2), &header).await;
        assert_eq!(
            (waits.as_slice(), error.retry_after()),
            (expected, Some(Duration::from_secs(retry_after))),
            "{date}"
        );
    }
    // The clock of this machine says 1994.
    check("Tue, 01 Jan 2030 00:00:00 GMT", &[7.5], 7).await;
    check("Tue, 01 Jan 2030 00:00:08 GMT", &[0.5], 0).await;
    let by_this_clock = 1_893_456_007 - 784_111_777;
    check("yesterday", &[], by_this_clock).await;
}

#[tokio::test]
async fn a_date_in_the_past_and_a_negative_number_do_no_harm() {
    let past = response(429, "retry-after: Sat, 05 Nov 1994 08:49:37 GMT\r\n", b"{}");
    let negative = response(429, "retry-after: -1\r\n", b"{}");
    let server = Server::start([past, negative, json(200, OK)]).await;
    let time = FakeTime::new();
    let response = server.client_in(&time).build().unwrap().track_detail().send().await.unwrap();
    assert_eq!((response.attempts(), time.sleeps().as_slice()), (3, [0.5, 3.0].as_slice()));
}

#[tokio::test]
async fn a_pause_that_the_server_asks_for_takes_nothing_from_the_budget() {
    for (header, attempts, limit, waits) in [
        ("retry-after: 1\r\n", 3, None, vec![1.5, 2.0]),
        ("retry-after: 0\r\n", 3, None, vec![0.5, 1.0]),
        ("retry-after: Sat, 05 Nov 1994 08:49:37 GMT\r\n", 3, None, vec![0.5, 1.0]),
        ("retry-after: soon\r\n", 1, Some(RetryLimit::Budget), vec![]),
        ("", 1, Some(RetryLimit::Budget), vec![]),
    ] {
        let server = Server::start([response(429, header, b"{}")]).await;
        let time = FakeTime::new();
        let client = server.client_in(&time).retry_budget(0).build().unwrap();
        let error = client.track_detail().send().await.unwrap_err();
        assert_eq!((error.attempts(), error.retry_limit()), (attempts, limit), "{header}");
        assert_eq!(time.sleeps(), waits, "{header}");
    }
    // What else asks for a wait is no pause.
    let server = Server::start([response(503, "retry-after: 1\r\n", b"{}")]).await;
    let error = server.client().retry_budget(0).build().unwrap().track_detail().send().await.unwrap_err();
    assert_eq!((error.attempts(), error.retry_limit()), (1, Some(RetryLimit::Budget)));
}

#[tokio::test]
async fn a_retry_without_a_permit_ends_with_the_error_of_the_api() {
    let server = Server::start([json(429, &envelope(429, "qps limit exceeded"))]).await;
    let time = FakeTime::new();
    let retry = RetryPolicy::default().initial_backoff(Duration::from_millis(100));
    let client = server.client_in(&time).retry(retry).requests_per_second(1).build().unwrap();
    let options = CallOptions::new().timeout(Duration::from_millis(900));
    let error = client.track_detail().options(options).send().await.unwrap_err();
    assert!(error.is_rate_limited(), "{error}");
    assert_eq!((error.attempts(), error.retry_limit()), (1, Some(RetryLimit::RateLimit)));
    assert_eq!(error.message(), Some("qps limit exceeded"));
    assert!(time.sleeps().is_empty(), "nobody waits for what cannot come");
}

#[tokio::test]
async fn a_cancelled_retry_costs_no_budget() {
    let server = Server::start([json(500, "{}")]).await;
    let time = FakeTime::new();
    let client = server.client_in(&time).retry_budget(1).build().unwrap();
    time.hold();
    let waiting = client.track_detail().send();
    tokio::select! {
        biased;
        _ = waiting => panic!("time stands still"),
        () = time.somebody_waits() => {}
    }
    time.release();
    assert_eq!(client.track_detail().send().await.unwrap_err().attempts(), 2);
}

#[tokio::test]
async fn what_ended_the_retries_is_in_the_error() {
    async fn check(header: &str, timeout: u64, budget: u32, expected: RetryLimit, text: &str) {
        let server = Server::start([response(503, header, b"{}")]).await;
        let client = server.client().retry_budget(budget).timeout(Duration::from_secs(timeout));
        let error = client.build().unwrap().track_detail().send().await.unwrap_err();
        assert!(error.is_server_error(), "{error}");
        assert_eq!((error.retry_limit(), error.attempts()), (Some(expected), 1));
        assert!(error.to_string().contains(text), "{error}");
        assert!(format!("{error:#?}").contains("retry_limit: Some("), "{error:?}");
    }
    check("", 60, 0, RetryLimit::Budget, "the retry budget is used up").await;
    check("", 1, 9, RetryLimit::Deadline, "no time left for a retry").await;
    let text = "(HTTP 503, the server asks for a longer wait than is allowed: 31 s)";
    check("retry-after: 31\r\n", 60, 9, RetryLimit::RetryAfter, text).await;
    let text = "the server asks for a longer wait than is allowed: 292.05 s)";
    check("retry-after: 292.05\r\n", 60, 9, RetryLimit::RetryAfter, text).await;
    let (_, error) = waits(RetryPolicy::never(), "").await;
    assert_eq!(error.retry_limit(), None);
    let (_, error) = waits(RetryPolicy::default(), "").await;
    assert_eq!((error.retry_limit(), error.attempts()), (None, 3));
}

/// A refusal that says when to come back.
fn refusal(status: u16) -> Step {
    let body = format!(r#"{{"code":{status},"message":"later","requestId":"r-7"}}"#);
    response(status, "retry-after: 3\r\nx-quota: 0\r\n", body.as_bytes())
}

#[track_caller]
fn keeps_the_refusal(error: &Error, kind: ErrorKind, status: u16) {
    assert_eq!((error.kind(), error.attempts()), (kind, 2), "{error}");
    assert_eq!(error.status().unwrap(), status);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3)));
    assert_eq!((error.request_id(), error.code()), (Some("r-7"), Some(status.into())));
    assert_eq!(error.headers()["x-quota"], "0");
    assert!(!error.body().is_empty());
}

#[tokio::test]
async fn a_refusal_before_a_reset_is_kept() {
    for status in [429, 503] {
        let server = Server::start([refusal(status), Step::Close]).await;
        let client = server.client().retry(RetryPolicy::default().max_attempts(2)).build().unwrap();
        let error = client.track_detail().send().await.unwrap_err();
        keeps_the_refusal(&error, ErrorKind::Transport, status);
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_before_a_timeout_is_kept() {
    let server = Server::start([refusal(429), Step::Hang]).await;
    let client = server.client().retry(RetryPolicy::default().max_attempts(2)).build().unwrap();
    let error = client.track_detail().send().await.unwrap_err();
    keeps_the_refusal(&error, ErrorKind::Timeout, 429);
}

#[tokio::test]
async fn a_retry_that_cannot_end_before_the_deadline_is_not_started() {
    async fn attempts(timeout: Duration) -> u32 {
        let server = Server::start([json(429, "{}")]).await;
        let client = server.client().timeout(timeout).build().unwrap();
        let error = client.track_detail().send().await.unwrap_err();
        assert!(error.is_rate_limited(), "{error}");
        error.attempts()
    }
    // The waits are 1.5 s and 3 s; the attempts themselves take no fake time, and yet need more than a millisecond of it.
    assert_eq!(attempts(Duration::from_millis(1_501)).await, 1);
    assert_eq!(attempts(Duration::from_millis(1_502)).await, 2);
    assert_eq!(attempts(Duration::from_millis(4_501)).await, 2);
    assert_eq!(attempts(Duration::from_millis(60_000)).await, 3);
}

#[tokio::test]
async fn the_budget_keeps_an_outage_from_multiplying_traffic() {
    let server = Server::start([json(500, "{}")]).await;
    let client = server.client().retry_budget(3).build().unwrap();
    for _ in 0..10 {
        client.clone().track_detail().send().await.unwrap_err();
    }
    assert_eq!(server.seen().len(), 10 + 3);
}

#[tokio::test]
async fn the_budget_is_not_for_what_a_rate_limit_asks_for() {
    for (status, header, attempts) in
        [(429, "retry-after: 1\r\n", 3), (429, "", 1), (503, "retry-after: 1\r\n", 1), (503, "", 1)]
    {
        let server = Server::start([response(status, header, b"{}")]).await;
        let client = server.client().retry_budget(0).build().unwrap();
        let error = client.track_detail().send().await.unwrap_err();
        assert_eq!(error.attempts(), attempts, "{status} {header}");
    }
}

#[tokio::test]
async fn ten_successes_earn_a_retry_back() {
    let script = [vec![json(500, "{}"); 3], vec![json(200, OK); 10], vec![json(500, "{}")]].concat();
    let server = Server::start(script).await;
    let client = server.client().retry_budget(1).build().unwrap();
    let call = || async { client.track_detail().send().await };
    assert_eq!(call().await.unwrap_err().attempts(), 2);
    assert_eq!(call().await.unwrap_err().attempts(), 1);
    for _ in 0..10 {
        call().await.unwrap();
    }
    assert_eq!(call().await.unwrap_err().attempts(), 2);
    assert_eq!(call().await.unwrap_err().attempts(), 1);
}

#[tokio::test]
async fn a_call_may_have_its_own_policy() {
    let server = Server::start([json(500, "{}")]).await;
    let client = server.client().build().unwrap();
    let once = CallOptions::new().retry(RetryPolicy::never());
    assert_eq!(client.track_detail().options(once).send().await.unwrap_err().attempts(), 1);
    let often = CallOptions::new().retry(RetryPolicy::default().max_attempts(5));
    assert_eq!(client.track_detail().options(often).send().await.unwrap_err().attempts(), 5);
}

#[tokio::test]
async fn credits_are_counted_for_replies_that_succeed() {
    let script = [json(500, "{}"), json(200, OK), json(402, "{}"), json(200, OK)];
    let server = Server::start(script).await;
    let client = server.client().build().unwrap();
    let call = || async { client.track_detail().send().await };
    call().await.unwrap();
    assert_eq!(client.credits_spent(), 2);
    call().await.unwrap_err();
    assert_eq!(client.clone().credits_spent(), 2);
    call().await.unwrap();
    assert_eq!(client.credits_spent(), 4);
}
