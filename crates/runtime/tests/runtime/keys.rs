//! Keys that come from a function.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::join_all;
use keyapi_runtime::{CallOptions, Error, ErrorKind, Method, RetryPolicy, SystemEnvironment};

use crate::example::Client;
use crate::support::{FakeTime, KEY, OK, Server, Step, cancel, envelope, json};

/// Gives the keys in turn, and the last one ever after, and counts how often it was asked.
fn turns(
    keys: &'static [&'static str],
) -> (Arc<AtomicUsize>, impl Fn() -> Result<&'static str, io::Error> + Send + Sync) {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    let provider = move || {
        let turn = counter.fetch_add(1, Ordering::Relaxed);
        Ok(keys[turn.min(keys.len() - 1)])
    };
    (asked, provider)
}

fn keyless(server: &Server) -> crate::example::ClientBuilder {
    Client::builder().base_url(&server.url).environment(FakeTime::new())
}

fn keys(server: &Server) -> Vec<String> {
    let key = |seen: &crate::support::Seen| seen.header("authorization").unwrap().replace("Bearer sk_live_", "");
    server.seen().iter().map(key).collect()
}

fn count(asked: &AtomicUsize) -> usize {
    asked.load(Ordering::Relaxed)
}

/// Accepts one key and answers 401 to all others.
fn accept(key: &str) -> Step {
    Step::ForKey { key: key.to_owned(), accepted: Box::new(json(200, OK)), refused: Box::new(json(401, "{}")) }
}

#[tokio::test]
async fn an_ordinary_and_an_async_function_are_asked_once_for_all_calls() {
    let server = Server::start([json(200, OK)]).await;
    let (asked, provider) = turns(&["sk_live_one"]);
    let client = keyless(&server).key_provider(provider).build().unwrap();
    assert_eq!(count(&asked), 0);
    for _ in 0..2 {
        client.clone().track_detail().send().await.unwrap();
    }
    assert_eq!(count(&asked), 1);
    let client = keyless(&server).key_provider(async || Ok::<_, io::Error>("sk_live_async")).build().unwrap();
    client.track_detail().send().await.unwrap();
    assert_eq!(keys(&server), ["one", "one", "async"]);
}

#[tokio::test]
async fn a_key_that_is_refused_is_changed_once_whatever_the_policy_and_the_method() {
    for method in [Method::GET, Method::POST] {
        let server = Server::start([accept("sk_live_two")]).await;
        let (asked, provider) = turns(&["sk_live_one", "sk_live_two"]);
        let builder = keyless(&server).key_provider(provider).retry(RetryPolicy::never()).credit_budget(2);
        let client = builder.build().unwrap();
        let call = || client.request(method.clone(), "/v1/x").credits(1).send();
        assert_eq!(call().await.unwrap().attempts(), 2);
        assert_eq!(call().await.unwrap().attempts(), 1);
        assert_eq!((keys(&server), count(&asked)), (["one", "two", "two"].map(str::to_owned).into(), 2));
    }
}

#[tokio::test]
async fn the_same_key_again_ends_with_the_401() {
    let server = Server::start([accept("sk_live_other")]).await;
    let (asked, provider) = turns(&["sk_live_one"]);
    let client = keyless(&server).key_provider(provider).build().unwrap();
    let error = client.track_detail().send().await.unwrap_err();
    assert!(error.is_unauthorized());
    assert_eq!((error.attempts(), count(&asked), server.seen().len()), (1, 2, 1));
}

#[tokio::test]
async fn a_code_401_with_success_ends_the_call() {
    let server = Server::start([json(200, r#"{"code":401,"message":"no"}"#), json(200, OK)]).await;
    let (asked, provider) = turns(&["sk_live_one", "sk_live_two"]);
    let client = keyless(&server).key_provider(provider).build().unwrap();
    let error = client.track_detail().send().await.unwrap_err();
    assert!(error.is_unauthorized());
    assert_eq!((error.attempts(), count(&asked), server.seen().len()), (1, 1, 1));
}

#[tokio::test]
async fn a_second_401_ends_the_call() {
    let server = Server::start([accept("sk_live_none")]).await;
    let (asked, provider) = turns(&["sk_live_one", "sk_live_two", "sk_live_three"]);
    let client = keyless(&server).key_provider(provider).build().unwrap();
    let error = client.track_detail().send().await.unwrap_err();
    assert!(error.is_unauthorized());
    assert_eq!((error.attempts(), count(&asked), keys(&server)), (2, 2, ["one", "two"].map(str::to_owned).into()));
}

#[tokio::test]
async fn another_key_leaves_the_policy_all_its_attempts() {
    let script = [json(401, "{}"), json(500, "{}"), json(500, "{}"), json(200, OK)];
    let server = Server::start(script).await;
    let (_, provider) = turns(&["sk_live_one", "sk_live_two"]);
    let client = keyless(&server).key_provider(provider).build().unwrap();
    assert_eq!(client.track_detail().send().await.unwrap().attempts(), 4);
}

#[tokio::test]
async fn callers_at_the_same_time_ask_once() {
    for (next, attempts) in [("sk_live_two", 2), ("sk_live_one", 1)] {
        let server = Server::start([accept("sk_live_two")]).await;
        let asked = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&asked);
        let provider = move || {
            let key = if counter.fetch_add(1, Ordering::Relaxed) == 0 { "sk_live_one" } else { next };
            async move {
                tokio::task::yield_now().await;
                Ok::<_, io::Error>(key)
            }
        };
        let builder = keyless(&server).environment(SystemEnvironment);
        let client = builder.key_provider(provider).build().unwrap();
        let results = join_all((0..16).map(|_| client.track_detail().send())).await;
        for result in results {
            let made = result.map_or_else(|error| error.attempts(), |response| response.attempts());
            assert_eq!(made, attempts);
        }
        assert_eq!(count(&asked), 2);
    }
}

async fn failure(result: impl Fn() -> Result<String, String> + Send + Sync + 'static) -> Error {
    let server = Server::start([json(200, OK)]).await;
    let client = keyless(&server).key_provider(result).build().unwrap();
    let error = client.track_detail().send().await.unwrap_err();
    assert!(server.seen().is_empty());
    assert_eq!(error.attempts(), 0);
    error
}

#[tokio::test]
async fn a_provider_that_gives_no_key_is_an_error_before_anything_is_sent() {
    let error = failure(|| Err("the vault is closed".to_owned())).await;
    assert!(error.is_key_provider() && error.kind() == ErrorKind::KeyProvider);
    assert_eq!(
        error.to_string(),
        "track_detail: no key: the key provider failed: the vault is closed, so nothing was sent"
    );
    let error = failure(|| panic!("{KEY}")).await;
    assert!(error.is_key_provider() && error.to_string().contains("panicked"), "{error}");
    for bad in ["", "canary", "sk_live_canary\n", "Bearer sk_live_canary"] {
        let error = failure(move || Ok(bad.to_owned())).await;
        assert!(error.is_key_provider(), "{error}");
        assert!(error.to_string().contains("the function passed to `key_provider`"), "{error}");
        assert!(!format!("{error} {error:?}").contains("canary"), "{error}");
    }
    let text = failure(|| Ok(String::new())).await.to_string();
    assert!(text.contains("is empty: let the function return a key") && !text.contains("call `api_key`"), "{text}");
    let error = failure(|| Err(format!("no access with {KEY}"))).await;
    assert!(!format!("{error} {error:?}").contains("canary"), "{error}");
}

#[tokio::test]
async fn one_that_panics_while_it_is_awaited_fails_like_any_other_and_is_asked_again() {
    let server = Server::start([json(200, OK)]).await;
    let asked = AtomicUsize::new(0);
    let provider = move || {
        let turn = asked.fetch_add(1, Ordering::Relaxed);
        async move {
            tokio::task::yield_now().await;
            assert!(turn > 0, "not yet");
            Ok::<_, io::Error>(KEY)
        }
    };
    let client = keyless(&server).environment(SystemEnvironment).key_provider(provider).build().unwrap();
    assert!(client.track_detail().send().await.unwrap_err().is_key_provider());
    client.track_detail().send().await.unwrap();
}

#[tokio::test]
async fn one_that_does_not_answer_is_given_up_at_the_deadline() {
    let server = Server::start([json(200, OK)]).await;
    let provider = std::future::pending::<Result<String, io::Error>>;
    let client = keyless(&server).key_provider(provider).build().unwrap();
    let error = client.track_detail().options(CallOptions::new()).send().await.unwrap_err();
    assert!(error.is_timeout() && error.to_string().contains("the key provider has not answered"), "{error}");
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn one_that_fails_after_a_401_leaves_the_401_and_is_named() {
    let server = Server::start([json(401, &envelope(401, "apiKey is null"))]).await;
    let asked = AtomicUsize::new(0);
    let provider = move || match asked.fetch_add(1, Ordering::Relaxed) {
        0 => Ok(KEY),
        _ => Err("the vault is closed"),
    };
    let client = keyless(&server).key_provider(provider).build().unwrap();
    let error = client.track_detail().send().await.unwrap_err();
    let expected = "apiKey is null; there is no other key: the key provider failed: the vault is closed";
    assert_eq!((error.kind(), error.message()), (ErrorKind::Unauthorized, Some(expected)));
}

#[tokio::test]
async fn who_is_dropped_while_it_asks_leaves_the_question_to_others() {
    let server = Server::start([json(200, OK)]).await;
    let time = FakeTime::new();
    time.hold();
    let asked = AtomicUsize::new(0);
    let provider = move || {
        let turn = asked.fetch_add(1, Ordering::Relaxed);
        async move { if turn == 0 { std::future::pending().await } else { Ok::<_, io::Error>(KEY) } }
    };
    let client = keyless(&server).environment(time).key_provider(provider).build().unwrap();
    cancel(client.track_detail().send()).await;
    client.track_detail().send().await.unwrap();
}

#[tokio::test]
async fn keys_before_the_present_one_are_masked_too() {
    let echo = |key: &str| json(400, &envelope(400, &format!("{key} is no id")));
    let script = [json(401, "{}"), echo("sk_test_oldcanary"), echo("sk_test_newcanary")];
    let server = Server::start(script).await;
    let (_, provider) = turns(&["sk_test_oldcanary", "sk_test_newcanary"]);
    let client = keyless(&server).key_provider(provider).build().unwrap();
    for _ in 0..2 {
        let error = client.track_detail().send().await.unwrap_err();
        let shown = format!("{error} {error:?} {client:?}");
        assert!(shown.contains("is no id") && !shown.contains("canary"), "{shown}");
    }
}

#[tokio::test]
async fn nobody_is_asked_for_what_is_only_looked_at() {
    let (asked, provider) = turns(&[KEY]);
    let client = Client::builder().base_url("http://127.0.0.1:1").key_provider(provider).build().unwrap();
    assert_eq!(client.track_detail().preview().unwrap().headers()["authorization"], "Bearer sk_live_[redacted]");
    assert!(!format!("{client:?}").contains("canary"));
    assert_eq!(count(&asked), 0);
    let (_, provider) = turns(&[KEY]);
    let error = Client::builder().api_key(KEY).key_provider(provider).build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
}
