//! What calls count, and the budget that they must not pass.

use std::time::Duration;

use futures_util::future::join_all;
use keyapi_runtime::{CallOptions, Credits, ErrorKind, Method, RetryLimit, RetryPolicy};

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::example::{Client, ClientBuilder, STATUSES};
use crate::support::{
    FakeTime, KEY, Nobody, OK, PausedTime, Server, Step, cancel, envelope, json, own_client, response,
};

/// Spent, possibly spent, reserved and remaining.
fn account(client: &Client) -> (u64, u64, u64, Option<u64>) {
    let credits: Credits = client.credits();
    (credits.spent(), credits.possibly_spent(), credits.reserved(), credits.remaining())
}

/// Every way in which a single attempt, which costs 2, can end; and what is spent and possibly spent of it.
fn endings() -> Vec<(String, Step, (u64, u64))> {
    let mut endings: Vec<_> = [("success", json(200, OK), (2, 0)), ("302", json(302, "{}"), (0, 0))].into();
    endings.extend([
        ("redirect", response(307, "location: https://elsewhere.example/\r\n", b""), (0, 0)),
        ("418", json(418, "{}"), (0, 0)),
        ("503", json(503, "<html>"), (0, 0)),
        ("502", json(502, "<html>"), (0, 2)),
        ("504", json(504, "{}"), (0, 2)),
        ("code 429", json(200, &envelope(429, "")), (0, 0)),
        ("code 17", json(200, &envelope(17, "")), (0, 0)),
        ("not JSON", response(200, "", b"<html>"), (0, 2)),
        ("too large", response(200, "", &[b'x'; 5_000]), (0, 2)),
        ("cut short", Step::Raw(b"HTTP/1.1 200 X\r\ncontent-length: 9\r\n\r\n{".to_vec()), (0, 2)),
        ("closed", Step::Close, (0, 2)),
        ("not HTTP", Step::Raw(b"SSH-2.0-OpenSSH\r\n\r\n".to_vec()), (0, 2)),
    ]);
    let statuses = STATUSES.iter().map(|row| (row.status.to_string(), json(row.status, "{}"), (0, 0)));
    endings.into_iter().map(|(name, step, counts)| (name.to_owned(), step, counts)).chain(statuses).collect()
}

#[tokio::test]
async fn each_ending_counts_as_the_documentation_says() {
    for (name, step, (spent, possibly_spent)) in endings() {
        let server = Server::start([step]).await;
        let builder = server.client().retry(RetryPolicy::never()).body_limit(4_000).credit_budget(10);
        let client = builder.build().unwrap();
        _ = client.track_detail().send().await;
        let remaining = 10 - spent - possibly_spent;
        assert_eq!(account(&client), (spent, possibly_spent, 0, Some(remaining)), "{name}");
        assert_eq!(client.credits_spent(), spent);
    }
}

#[tokio::test]
async fn no_connection_costs_nothing() {
    let (nobody, server) = (Nobody::new(), Server::start([json(200, OK)]).await);
    let client = server.client().base_url(&nobody.url).credit_budget(2).build().unwrap();
    let error = client.track_detail().send().await.unwrap_err();
    // The budget has room for one attempt, and every one of these is it.
    assert_eq!((error.kind(), error.attempts(), error.retry_limit()), (ErrorKind::Connect, 3, None));
    assert_eq!(account(&client), (0, 0, 0, Some(2)));
}

/// A client of a server that accepts connections and never answers the handshake of TLS, and what tells of each connection.
async fn without_handshake() -> (ClientBuilder, UnboundedReceiver<()>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let (accepted, connections) = unbounded_channel();
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            held.push(stream);
            accepted.send(()).unwrap();
        }
    });
    let builder = Client::builder().api_key(KEY).base_url(url).environment(PausedTime).credit_budget(2);
    (builder.retry(RetryPolicy::never()), connections)
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_does_not_stand_in_time_costs_nothing() {
    let (builder, _connections) = without_handshake().await;
    let client = builder.build().unwrap();
    let (long, second) = (CallOptions::new(), Duration::from_secs(1));
    for options in [long.clone(), long.clone().attempt_timeout(second), long.clone().timeout(second), long] {
        let error = client.track_detail().options(options).send().await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 1));
        assert_eq!(account(&client), (0, 0, 0, Some(2)));
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_dropped_while_it_connects_costs_nothing() {
    let (builder, mut connections) = without_handshake().await;
    let client = builder.build().unwrap();
    for _ in 0..2 {
        tokio::select! {
            _ = client.track_detail().send() => panic!("the call ended before it was dropped"),
            _ = connections.recv() => {}
        }
        assert_eq!(account(&client), (0, 0, 0, Some(2)));
    }
}

/// Nobody knows how far an HTTP client of the caller's own has come.
#[tokio::test(start_paused = true)]
async fn what_is_dropped_while_a_client_of_the_caller_connects_may_have_been_charged() {
    let (builder, mut connections) = without_handshake().await;
    let client = builder.http_client(own_client().build().unwrap()).build().unwrap();
    tokio::select! {
        _ = client.track_detail().send() => panic!("the call ended before it was dropped"),
        _ = connections.recv() => {}
    }
    assert_eq!(account(&client), (0, 2, 0, Some(0)));
}

#[tokio::test]
async fn a_call_beyond_the_budget_is_not_sent() {
    let server = Server::start([json(200, OK)]).await;
    let client = server.client().credit_budget(5).build().unwrap();
    for _ in 0..2 {
        client.track_detail().send().await.unwrap();
    }
    let error = client.clone().track_detail().send().await.unwrap_err();
    assert!(error.is_credit_budget() && error.kind() == ErrorKind::CreditBudget);
    assert_eq!((error.attempts(), server.seen().len()), (0, 2));
    assert_eq!(
        error.to_string(),
        "track_detail: beyond the credit budget: it costs 2 of 5 credits, and 1 are left, so nothing was sent: raise \
         `credit_budget`, or wait for calls that are under way"
    );
    // What costs no more than is left goes on, and what costs nothing does even then.
    for credits in [1, 0] {
        client.request(Method::GET, "/v1/x").credits(credits).send().await.unwrap();
    }
    assert_eq!(account(&client), (5, 0, 0, Some(0)));
}

#[tokio::test]
async fn an_operation_without_a_price_is_refused_under_a_budget_unless_it_is_said_what_it_counts() {
    let server = Server::start([json(200, OK)]).await;
    let client = server.client().credit_budget(100).build().unwrap();
    let error = client.request(Method::GET, "/v1/x").send().await.unwrap_err();
    assert!(error.is_credit_budget() && error.to_string().contains("`unpriced`"), "{error}");
    assert!(server.seen().is_empty());
    client.request(Method::GET, "/v1/x").credits(7).send().await.unwrap();
    let client = server.client().credit_budget(100).unpriced(40).build().unwrap();
    for (spent, refused) in [(40, false), (80, false), (80, true)] {
        let response = client.request(Method::GET, "/v1/x").send().await;
        assert_eq!(response.ok().map(|response| response.credits()), (!refused).then_some(Some(40)));
        assert_eq!(client.credits_spent(), spent);
    }
    // Without a budget, what nobody knows counts as nothing.
    let client = server.client().build().unwrap();
    let response = client.request(Method::GET, "/v1/x").send().await.unwrap();
    assert_eq!((response.credits(), account(&client)), (None, (0, 0, 0, None)));
}

#[tokio::test]
async fn a_path_of_the_document_costs_what_its_operation_does() {
    let server = Server::start([json(200, OK)]).await;
    let client = server.client().credit_budget(10).build().unwrap();
    let request = |method| client.request(method, "/v1/tracks/detail?id=1");
    assert_eq!(request(Method::GET).preview().unwrap().credits(), Some(2));
    let response = request(Method::GET).send().await.unwrap();
    assert_eq!((response.credits(), account(&client)), (Some(2), (2, 0, 0, Some(8))));
    assert_eq!(request(Method::GET).credits(3).preview().unwrap().credits(), Some(3));
    assert!(request(Method::POST).send().await.unwrap_err().is_credit_budget());
}

#[tokio::test]
async fn a_budget_of_nothing_sends_nothing_and_the_largest_does_not_overflow() {
    let server = Server::start([json(200, OK)]).await;
    let client = server.client().credit_budget(0).build().unwrap();
    assert!(client.track_detail().send().await.unwrap_err().is_credit_budget());
    let client = server.client().credit_budget(u64::MAX).build().unwrap();
    for (credits, refused) in [(u64::MAX - 2, false), (2, false), (1, true), (u64::MAX, true)] {
        let result = client.request(Method::GET, "/v1/x").credits(credits).send().await;
        assert_eq!(result.is_err(), refused, "{credits}");
    }
    assert_eq!(account(&client), (u64::MAX, 0, 0, Some(0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_at_the_same_time_cannot_pass_the_budget_together() {
    let server = Server::start([json(200, OK)]).await;
    let client = server.client().credit_budget(21).build().unwrap();
    let calls: Vec<_> = (0..64)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.track_detail().send().await })
        })
        .collect();
    let results: Vec<_> = join_all(calls).await.into_iter().map(Result::unwrap).collect();
    let refused = results.iter().filter_map(|result| result.as_ref().err());
    assert_eq!(refused.inspect(|error| assert!(error.is_credit_budget(), "{error}")).count(), 54);
    assert_eq!((server.seen().len(), account(&client)), (10, (20, 0, 0, Some(1))));
}

#[tokio::test]
async fn every_attempt_is_reserved_and_a_retry_without_room_ends_with_the_error_of_the_api() {
    // Three timeouts that cost two credits each, so that the third one has no room in a budget of five.
    let server = Server::start([Step::Close]).await;
    let client = server.client().credit_budget(5).build().unwrap();
    let error = client.track_detail().send().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Transport, 2));
    assert_eq!(error.retry_limit(), Some(RetryLimit::CreditBudget));
    assert!(error.to_string().contains("too few credits are left for a retry"), "{error}");
    assert_eq!(account(&client), (0, 4, 0, Some(1)));
    // An answered failure frees what the next attempt needs.
    let server = Server::start([json(500, "{}"), json(429, "{}"), json(200, OK)]).await;
    let client = server.client().credit_budget(2).build().unwrap();
    assert_eq!(client.track_detail().send().await.unwrap().attempts(), 3);
    assert_eq!(account(&client), (2, 0, 0, Some(0)));
}

#[tokio::test]
async fn a_redirect_costs_nothing_by_itself() {
    let moved = response(307, "location: /v1/elsewhere\r\n", b"");
    let server = Server::start([moved.clone(), moved, json(200, OK)]).await;
    let client = server.client().credit_budget(2).build().unwrap();
    assert_eq!(client.track_detail().send().await.unwrap().attempts(), 3);
    assert_eq!(account(&client), (2, 0, 0, Some(0)));
}

#[tokio::test]
async fn a_call_dropped_before_it_is_sent_costs_nothing() {
    let server = Server::start([json(200, OK)]).await;
    let time = FakeTime::new();
    let client = server.client_in(&time).requests_per_second(1).credit_budget(4).build().unwrap();
    client.track_detail().send().await.unwrap();
    time.hold();
    for _ in 0..5 {
        // It waits for its permit.
        cancel(client.track_detail().send()).await;
        drop(client.track_detail().send());
    }
    assert_eq!(account(&client), (2, 0, 0, Some(2)));
}

#[tokio::test]
async fn a_call_dropped_after_it_was_sent_may_have_been_charged() {
    let server = Server::start([Step::Hang]).await;
    let client = server.client().credit_budget(3).build().unwrap();
    let mut call = Box::pin(client.track_detail().send());
    while server.seen().is_empty() {
        assert!(futures_util::FutureExt::now_or_never(call.as_mut()).is_none());
        tokio::task::yield_now().await;
    }
    assert_eq!(account(&client), (0, 0, 2, Some(1)));
    assert!(client.track_detail().send().await.unwrap_err().is_credit_budget());
    drop(call);
    assert_eq!(account(&client), (0, 2, 0, Some(1)));
}

#[tokio::test]
async fn a_call_dropped_between_two_attempts_counts_those_that_were_sent() {
    for (step, possibly_spent) in [(json(500, "{}"), 0), (Step::Close, 2)] {
        let server = Server::start([step]).await;
        let time = FakeTime::new();
        time.hold();
        let client = server.client_in(&time).credit_budget(4).build().unwrap();
        tokio::select! {
            biased;
            _ = client.track_detail().send() => panic!("time stands still"),
            () = time.somebody_waits() => {}
        }
        assert_eq!(account(&client), (0, possibly_spent, 0, Some(4 - possibly_spent)));
    }
}

#[tokio::test(start_paused = true)]
async fn a_timeout_may_have_been_charged() {
    let server = Server::start([Step::Hang]).await;
    let http = own_client().build().unwrap();
    let builder = server.client().environment(PausedTime).http_client(http).retry(RetryPolicy::never());
    let client = builder.credit_budget(10).build().unwrap();
    let options = CallOptions::new().timeout(Duration::from_secs(1));
    let error = client.track_detail().options(options).send().await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert_eq!(account(&client), (0, 2, 0, Some(8)));
}

#[tokio::test]
async fn a_request_that_cannot_be_made_reserves_nothing() {
    let server = Server::start([json(200, OK)]).await;
    let client = server.client().credit_budget(2).build().unwrap();
    let long = "x".repeat(70_000);
    assert_eq!(client.track_detail().id(long).send().await.unwrap_err().kind(), ErrorKind::InvalidRequest);
    assert_eq!(account(&client), (0, 0, 0, Some(2)));
}
