//! The pause that a 429 asks all clones of a client for.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use keyapi_runtime::{CallOptions, Environment, Error, RetryLimit, RetryPolicy, Sleep};

use crate::example::Client;
use crate::support::{FakeTime, KEY, OK, Server, envelope, json, response};

/// A client that was told to pause, by a call that has ended.
async fn paused(headers: &str) -> (Server, FakeTime, Client) {
    let server = Server::start([response(429, headers, b"{}"), json(200, OK)]).await;
    let time = FakeTime::new();
    let client = server.client_in(&time).build().unwrap();
    let once = CallOptions::new().retry(RetryPolicy::never());
    let error = client.track_detail().options(once).send().await.unwrap_err();
    assert!(error.is_rate_limited() && error.attempts() == 1, "{error}");
    (server, time, client)
}

/// The error of a call that is not sent.
async fn refused(server: &Server, client: &Client, options: CallOptions) -> Error {
    let before = server.seen().len();
    let error = client.clone().track_detail().options(options).send().await.unwrap_err();
    assert_eq!((server.seen().len(), error.attempts()), (before, 0), "{error}");
    assert!(error.is_rate_limited(), "{error}");
    error
}

#[tokio::test]
async fn all_clones_wait_until_it_is_over_and_a_little_longer() {
    let (server, time, client) = paused("retry-after: 7\r\n").await;
    client.clone().track_detail().send().await.unwrap();
    client.track_detail().send().await.unwrap();
    // Half of what a backoff may be longer; the second call comes when the pause is over.
    assert_eq!((time.sleeps(), server.seen().len()), (vec![7.5], 3));
}

#[tokio::test]
async fn the_envelope_may_ask_for_it() {
    let limited = response(200, "retry-after: 7\r\n", envelope(429, "").as_bytes());
    let server = Server::start([limited, json(200, OK)]).await;
    let time = FakeTime::new();
    let client = server.client_in(&time).retry(RetryPolicy::never()).build().unwrap();
    client.track_detail().send().await.unwrap_err();
    client.track_detail().send().await.unwrap();
    assert_eq!(time.sleeps(), [7.5]);
}

#[tokio::test]
async fn a_longer_one_than_is_allowed_ends_calls_at_once() {
    let (server, time, client) = paused("retry-after: 31\r\n").await;
    let error = refused(&server, &client, CallOptions::new()).await;
    assert_eq!(error.retry_limit(), Some(RetryLimit::RetryAfter));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(31)));
    assert_eq!(
        error.to_string(),
        "track_detail: rate limited: the API has asked for a pause, which lasts 31.0 s more, so nothing was sent (the \
         server asks for a longer wait than is allowed)"
    );
    assert!(time.sleeps().is_empty());
    let patient = CallOptions::new().retry(RetryPolicy::default().max_retry_after(Duration::from_secs(31)));
    client.track_detail().options(patient).send().await.unwrap();
    assert_eq!(time.sleeps(), [31.5]);
}

#[tokio::test]
async fn a_longer_one_than_the_deadline_ends_calls_at_once() {
    let (server, time, client) = paused("retry-after: 7\r\n").await;
    let hurry = CallOptions::new().timeout(Duration::from_secs(7));
    let error = refused(&server, &client, hurry).await;
    assert_eq!(error.retry_limit(), Some(RetryLimit::Deadline));
    assert!(time.sleeps().is_empty());
    let error = refused(&server, &client, CallOptions::new().timeout(Duration::ZERO)).await;
    assert_eq!(error.retry_limit(), Some(RetryLimit::Deadline));
    let longest = CallOptions::new().timeout(Duration::MAX);
    client.track_detail().options(longest).send().await.unwrap();
}

#[tokio::test]
async fn no_header_stops_a_client_for_ever() {
    for forever in ["99999999999999999999999", "3601", "Fri, 31 Dec 9999 23:59:59 GMT"] {
        let (server, _, client) = paused(&format!("retry-after: {forever}\r\n")).await;
        let error = refused(&server, &client, CallOptions::new()).await;
        assert_eq!(error.retry_after(), Some(Duration::from_secs(3_600)), "{forever}");
    }
}

#[tokio::test]
async fn what_asks_for_no_time_is_no_pause() {
    for none in ["0", "-1", "1e30", "soon", "", "Sat, 05 Nov 1994 08:49:37 GMT"] {
        let (_server, time, client) = paused(&format!("retry-after: {none}\r\n")).await;
        client.track_detail().send().await.unwrap();
        assert!(time.sleeps().is_empty(), "{none}");
    }
    let (_server, time, client) = paused("").await;
    client.track_detail().send().await.unwrap();
    assert!(time.sleeps().is_empty());
    // Of several, the first one counts.
    let (_server, time, client) = paused("retry-after: 7\r\nretry-after: 9\r\n").await;
    client.track_detail().send().await.unwrap();
    assert_eq!(time.sleeps(), [7.5]);
}

#[tokio::test]
async fn only_a_limit_of_requests_is_a_reason_for_it() {
    for status in [408, 500, 503] {
        let server = Server::start([response(status, "retry-after: 7\r\n", b"{}"), json(200, OK)]).await;
        let time = FakeTime::new();
        let client = server.client_in(&time).retry(RetryPolicy::never()).build().unwrap();
        client.track_detail().send().await.unwrap_err();
        client.track_detail().send().await.unwrap();
        assert!(time.sleeps().is_empty(), "{status}");
    }
}

/// An environment whose sleeps are over at once, by a clock that stands still or that goes its own way.
#[derive(Debug)]
struct NoWait(Option<Instant>);

/// How often one of them sleeps before it is taken for one that never ends.
const MANY: usize = 50;

impl Environment for NoWait {
    fn now(&self) -> Instant {
        self.0.unwrap_or_else(Instant::now)
    }

    fn sleep(&self, _: Duration) -> Sleep {
        static SLEEPS: AtomicUsize = AtomicUsize::new(0);
        assert!(SLEEPS.fetch_add(1, Ordering::Relaxed) < MANY, "this has no end");
        Box::pin(std::future::ready(()))
    }
}

#[tokio::test]
async fn a_sleep_that_is_over_at_once_ends_every_wait() {
    for clock in [Some(Instant::now()), None] {
        let limited = response(429, "retry-after: 3\r\n", b"{}");
        let server = Server::start([json(200, OK), limited, json(200, OK)]).await;
        let builder = Client::builder().api_key(KEY).base_url(&server.url).environment(NoWait(clock));
        let client = builder.requests_per_second(1).timeout(Duration::from_secs(8)).build().unwrap();
        for _ in 0..20 {
            client.track_detail().send().await.unwrap();
        }
        assert_eq!(server.seen().len(), 21);
    }
}
