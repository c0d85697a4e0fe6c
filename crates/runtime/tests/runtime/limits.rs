//! Deadlines, attempt timeouts and the client-side rate limit.

use std::time::Duration;

use keyapi_runtime::{CallOptions, ErrorKind, RetryPolicy};

use crate::support::{FakeTime, OK, PausedTime, Server, Step, cancel, envelope, json, own_client};

#[tokio::test]
async fn the_rate_limit_spaces_the_requests_of_all_clones() {
    let server = Server::start([json(200, OK)]).await;
    let time = FakeTime::new();
    let client = server.client_in(&time).requests_per_second(4).build().unwrap();
    for _ in 0..2 {
        client.track_detail().send().await.unwrap();
        client.clone().track_detail().send().await.unwrap();
    }
    assert_eq!(time.sleeps(), [0.25, 0.25, 0.25]);
}

#[tokio::test]
async fn retries_take_turns_too() {
    let server = Server::start([json(429, &envelope(429, "")), json(200, OK)]).await;
    let time = FakeTime::new();
    let retry = RetryPolicy::default().initial_backoff(Duration::from_millis(100));
    let client = server.client_in(&time).retry(retry).requests_per_second(1).build().unwrap();
    client.track_detail().send().await.unwrap();
    // Half of the backoff, half of the other half as jitter, then the rest of the second.
    assert_eq!(time.sleeps(), [0.075, 0.925]);
}

#[tokio::test]
async fn a_call_without_a_turn_before_its_deadline_ends_at_once_and_takes_none() {
    let server = Server::start([json(200, OK)]).await;
    let time = FakeTime::new();
    let client = server.client_in(&time).requests_per_second(1).build().unwrap();
    client.track_detail().send().await.unwrap();
    let hurry = CallOptions::new().timeout(Duration::from_millis(900));
    let error = client.track_detail().options(hurry).send().await.unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(error.message(), Some("the client's rate limit has no permit before the deadline, so nothing was sent"));
    assert_eq!((error.attempts(), time.sleeps().len()), (0, 0));
    client.track_detail().send().await.unwrap();
    assert_eq!(time.sleeps(), [1.0]);
}

#[tokio::test]
async fn a_call_without_time_left_is_not_sent() {
    let server = Server::start([json(200, OK)]).await;
    let client = server.client().requests_per_second(1).build().unwrap();
    let whole = |timeout| CallOptions::new().timeout(timeout);
    let attempt = |timeout| CallOptions::new().attempt_timeout(timeout);
    let no_permit = "the client's rate limit has no permit before the deadline";
    for (options, why) in [
        (whole(Duration::ZERO), no_permit),
        (whole(Duration::from_micros(900)), no_permit),
        (attempt(Duration::ZERO), "no time is left before the deadline"),
    ] {
        let error = client.track_detail().options(options).send().await.unwrap_err();
        assert!(error.is_timeout(), "{error}");
        assert_eq!(error.message(), Some(format!("{why}, so nothing was sent").as_str()));
        assert_eq!((error.attempts(), error.retry_limit()), (0, None));
    }
    assert!(server.seen().is_empty());
    // None of them took a permit; the next one falls on a deadline of one second.
    client.track_detail().send().await.unwrap();
    let error = client.track_detail().options(whole(Duration::from_secs(1))).send().await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert_eq!((error.attempts(), server.seen().len()), (0, 1));
}

#[tokio::test]
async fn cancelled_calls_give_their_permits_back() {
    let server = Server::start([json(200, OK)]).await;
    let time = FakeTime::new();
    let client = server.client_in(&time).requests_per_second(1).build().unwrap();
    client.track_detail().send().await.unwrap();
    time.hold();
    for _ in 0..5 {
        cancel(client.track_detail().send()).await;
    }
    time.release();
    client.track_detail().send().await.unwrap();
    assert_eq!((time.sleeps().as_slice(), server.seen().len()), ([1.0].as_slice(), 2));
}

#[tokio::test(start_paused = true)]
async fn silence_costs_no_more_than_the_timeout_of_the_call() {
    for (attempt_timeout, attempts) in [(Some(Duration::from_secs(1)), 2), (None, 1)] {
        let server = Server::start([Step::Hang]).await;
        let client = server.client().environment(PausedTime).build().unwrap();
        let options = CallOptions::new().timeout(Duration::from_secs(3));
        let options = attempt_timeout.into_iter().fold(options, CallOptions::attempt_timeout);
        let before = tokio::time::Instant::now();
        let error = client.track_detail().options(options).send().await.unwrap_err();
        assert!(error.is_timeout(), "{error}");
        assert!(before.elapsed() <= Duration::from_millis(3_005), "{:?}", before.elapsed());
        assert_eq!((error.attempts(), server.seen().len()), (attempts, attempts as usize));
    }
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_takes_too_long_is_a_timeout() {
    let server = Server::start([Step::Hang]).await;
    let client = server.client().attempt_timeout(Duration::from_secs(5)).build().unwrap();
    let before = tokio::time::Instant::now();
    let error = client.track_detail().send().await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert_eq!((error.attempts(), error.status()), (3, None));
    assert_eq!(error.message(), Some("the response was not complete in time"));
    assert_eq!(before.elapsed().as_secs(), 15);
}

#[tokio::test(start_paused = true)]
async fn the_shorter_timeout_counts_where_the_caller_passes_a_client() {
    for (own, ours) in [(1, 20), (20, 1)] {
        let server = Server::start([Step::Hang]).await;
        let own = own_client().timeout(Duration::from_secs(own)).build().unwrap();
        let client = server.client().http_client(own).attempt_timeout(Duration::from_secs(ours));
        let client = client.retry(RetryPolicy::never()).build().unwrap();
        let before = tokio::time::Instant::now();
        let error = client.track_detail().send().await.unwrap_err();
        assert!(error.is_timeout(), "{error}");
        assert_eq!(before.elapsed().as_secs(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn the_deadline_cuts_an_attempt_short() {
    let server = Server::start([Step::Hang]).await;
    let client = server.client().build().unwrap();
    let options = CallOptions::new().timeout(Duration::from_secs(3)).retry(RetryPolicy::never());
    let before = tokio::time::Instant::now();
    let error = client.track_detail().options(options).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(before.elapsed().as_secs(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_stops_is_a_timeout_with_its_status() {
    // The server promises more than it sends, and keeps the connection open.
    let server = Server::start([Step::Stall(b"HTTP/1.1 200 X\r\ncontent-length: 9\r\n\r\n{".to_vec())]).await;
    let client = server.client().retry(RetryPolicy::never()).build().unwrap();
    let error = client.track_detail().send().await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert_eq!((error.status().unwrap().as_u16(), error.body().as_ref()), (200, b"{".as_slice()));
}

#[tokio::test]
async fn endless_timeouts_are_endless() {
    let server = Server::start([json(200, OK)]).await;
    let client = server.client().timeout(Duration::MAX).attempt_timeout(Duration::MAX).build().unwrap();
    client.track_detail().send().await.unwrap();
}

/// What the server itself says to be too large is not read any further than an excerpt of it goes.
#[tokio::test(start_paused = true)]
async fn a_body_that_is_announced_to_be_too_large_is_not_waited_for() {
    let head = b"HTTP/1.1 200 X\r\ncontent-length: 200000\r\n\r\n".to_vec();
    let server = Server::start([Step::Stall([head, vec![b' '; 70_000]].concat())]).await;
    let client = server.client().retry(RetryPolicy::never()).body_limit(100_000).build().unwrap();
    assert_eq!(client.track_detail().send().await.unwrap_err().kind(), ErrorKind::BodyTooLarge);
}
