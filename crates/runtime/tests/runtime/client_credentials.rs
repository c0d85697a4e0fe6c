//! Tokens that a client asks for with credentials of its own.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use keyapi_runtime::{
    Client, ClientBuilder, ClientCredentials, CredentialPlace, EnvelopeProperties, Environment, ErrorKind, KeyForm,
    Method, Operation, Platform, RetryPolicy, Scheme,
};

use crate::example::STATUSES;
use crate::support::{PausedTime, Seen, Server, Step, json, response};

const SECRET: &str = "s3cret canary/+";

const TOKENS: Scheme = Scheme::new("tokens", CredentialPlace::OAuth2("https://id.example.com/token"));
const HEADER: Scheme = Scheme::new("h", CredentialPlace::Header("X-Key"));

fn platform(security: &'static [&'static [Scheme]]) -> &'static Platform {
    let operation = Operation::new("a", "GET", "https://api.example.com", "/a").with_security(security);
    Box::leak(Box::new(Platform {
        user_agent: "example/1",
        base_url: "https://api.example.com",
        operations: Box::leak(Box::new([operation])),
        key: KeyForm { variable: "EXAMPLE_KEY", prefix: "sk_", documented_prefix: "sk_live_" },
        statuses: STATUSES,
        envelope: EnvelopeProperties::default(),
    }))
}

/// A clock that a test moves. Timers are real, and no test waits for one.
#[derive(Debug)]
struct Clock(Mutex<Instant>);

impl Clock {
    fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(Instant::now())))
    }

    fn advance(&self, seconds: u64) {
        *self.0.lock().unwrap() += Duration::from_secs(seconds);
    }
}

#[derive(Debug)]
struct Moved(Arc<Clock>);

impl Environment for Moved {
    fn now(&self) -> Instant {
        *self.0.0.lock().unwrap()
    }
}

fn answer(token: &str, seconds: u64) -> Step {
    json(200, &format!(r#"{{"access_token":"{token}","token_type":"Bearer","expires_in":{seconds}}}"#))
}

fn credentials(tokens: &Server) -> ClientCredentials {
    ClientCredentials::new("me:ü", SECRET).token_url(format!("{}/token?tenant=1", tokens.url))
}

fn builder(api: &Server, tokens: &Server, clock: &Arc<Clock>) -> ClientBuilder<Client> {
    Client::builder(platform(&[&[HEADER], &[TOKENS]]))
        .base_url(&api.url)
        .retry(RetryPolicy::never())
        .environment(Moved(Arc::clone(clock)))
        .client_credentials(credentials(tokens))
}

fn sent(api: &Server) -> Vec<String> {
    let token = |seen: &Seen| seen.header("authorization").unwrap_or_default().replace("Bearer ", "");
    api.seen().iter().map(token).collect()
}

async fn call(client: &Client) -> Result<(), keyapi_runtime::Error> {
    client.request(Method::GET, "/a").send().await.map(drop)
}

#[tokio::test]
async fn a_token_is_asked_for_once_and_shared() {
    let (api, tokens) = (Server::start([json(200, "{}")]).await, Server::start([answer("t1", 3600)]).await);
    let clock = Clock::new();
    let builder = builder(&api, &tokens, &clock).client_credentials(credentials(&tokens).scope("read").scope("write"));
    let client = builder.build().unwrap();
    assert!(tokens.seen().is_empty());
    let clones: Vec<Client> = (0..64).map(|_| client.clone()).collect();
    for result in join_all(clones.iter().map(call)).await {
        result.unwrap();
    }
    assert_eq!(sent(&api), ["t1"; 64]);
    assert!(api.seen().iter().all(|seen| seen.header("x-key").is_none()));
    let asked = tokens.seen();
    let [request] = asked.as_slice() else { panic!("{asked:?}") };
    assert_eq!(request.line, "POST /token?tenant=1 HTTP/1.1");
    assert_eq!(request.body, "grant_type=client_credentials&scope=read+write");
    assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
    // `me%3A%C3%BC:s3cret+canary%2F%2B`
    assert_eq!(request.header("authorization"), Some("Basic bWUlM0ElQzMlQkM6czNjcmV0K2NhbmFyeSUyRiUyQg=="));
}

#[tokio::test]
async fn a_token_is_renewed_before_it_ends() {
    let api = Server::start([json(200, "{}")]).await;
    let tokens = Server::start([answer("t1", 100), json(503, "{}"), answer("t2", 100), json(503, "{}")]).await;
    let clock = Clock::new();
    let client = builder(&api, &tokens, &clock).build().unwrap();
    call(&client).await.unwrap();
    clock.advance(89);
    call(&client).await.unwrap();
    assert_eq!(tokens.seen().len(), 1);
    // It ends in ten seconds: who cannot get another one now goes on with it, and a second later the next one asks again.
    clock.advance(1);
    call(&client).await.unwrap();
    call(&client).await.unwrap();
    assert_eq!(tokens.seen().len(), 2);
    clock.advance(1);
    call(&client).await.unwrap();
    assert_eq!((sent(&api), tokens.seen().len()), (["t1", "t1", "t1", "t1", "t2"].map(str::to_owned).to_vec(), 3));
    // What has ended is not sent.
    clock.advance(100);
    let error = call(&client).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::KeyProvider);
    assert!(error.to_string().contains("HTTP 503"), "{error}");
    assert_eq!(api.seen().len(), 5);
}

/// What is asked of an endpoint that answers with a step for ever, once a second.
async fn asked(step: Step, seconds: u64) -> (Vec<u64>, keyapi_runtime::Error) {
    let (api, tokens) = (Server::start([json(200, "{}")]).await, Server::start([step]).await);
    let clock = Clock::new();
    let client = builder(&api, &tokens, &clock).build().unwrap();
    let (mut times, mut last) = (Vec::new(), None);
    for second in 0..=seconds {
        let before = tokens.seen().len();
        let results = join_all((0..4).map(|_| call(&client))).await;
        last = results.into_iter().find_map(Result::err);
        times.extend((before..tokens.seen().len()).map(|_| second));
        clock.advance(1);
    }
    assert!(api.seen().is_empty());
    (times, last.unwrap())
}

#[tokio::test]
async fn an_endpoint_that_fails_is_not_asked_by_every_call() {
    let (times, error) = asked(json(503, "{}"), 140).await;
    assert_eq!(times, [0, 1, 3, 7, 15, 31, 63, 123]);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(60 - 17)), "{error}");
    assert!(error.to_string().contains("HTTP 503, and is not asked again for a while"), "{error}");
    assert_eq!(asked(Step::Close, 4).await.0, [0, 1, 3]);
    assert_eq!(asked(json(200, "oops"), 4).await.0, [0, 1, 3]);
    assert_eq!(asked(answer("a b", 3600), 4).await.0, [0, 1, 3]);
}

#[tokio::test]
async fn an_endpoint_that_says_when_to_come_again_or_that_no_is_no_is_left_alone_so_long() {
    assert_eq!(asked(response(503, "retry-after: 7\r\n", b"{}"), 15).await.0, [0, 7, 14]);
    assert_eq!(asked(response(429, "retry-after: 7\r\n", b"{}"), 8).await.0, [0, 7]);
    for refusal in [json(401, r#"{"error":"invalid_client"}"#), json(403, "{}"), json(200, r#"{"error":"x"}"#)] {
        assert_eq!(asked(refusal, 61).await.0, [0, 30, 60]);
    }
    let (times, error) = asked(response(401, "retry-after: 99999999\r\n", b"{}"), 40).await;
    assert_eq!((times, error.retry_after()), (vec![0], Some(Duration::from_secs(3600 - 40))));
}

#[tokio::test]
async fn a_pause_ends_with_the_next_token() {
    let api = Server::start([json(200, "{}")]).await;
    let script = [json(503, "{}"), json(503, "{}"), answer("t1", 100), json(503, "{}"), answer("t2", 100)];
    let tokens = Server::start(script).await;
    let clock = Clock::new();
    let client = builder(&api, &tokens, &clock).build().unwrap();
    for seconds in [1, 2] {
        call(&client).await.unwrap_err();
        clock.advance(seconds);
    }
    call(&client).await.unwrap();
    clock.advance(100);
    call(&client).await.unwrap_err();
    clock.advance(1);
    call(&client).await.unwrap();
    assert_eq!(sent(&api), ["t1", "t2"]);
}

#[tokio::test]
async fn a_refused_token_does_not_make_calls_ask_an_endpoint_that_fails() {
    let api = Server::start([json(401, "{}")]).await;
    let tokens = Server::start([answer("t1", 3600), json(400, r#"{"error":"unauthorized_client"}"#)]).await;
    let client = builder(&api, &tokens, &Clock::new()).build().unwrap();
    for expected in ["refuses the client: unauthorized_client", "is not asked again"] {
        let error = call(&client).await.unwrap_err();
        assert!(error.is_unauthorized() && error.to_string().contains(expected), "{error}");
        assert_eq!(error.oauth2_error(), Some("unauthorized_client"));
    }
    assert_eq!(tokens.seen().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_hangs_is_given_up_at_the_deadline_of_the_call() {
    let (api, tokens) = (Server::start([json(200, "{}")]).await, Server::start([Step::Hang]).await);
    let client = builder(&api, &tokens, &Clock::new()).environment(PausedTime).timeout(Duration::from_secs(3));
    let client = client.attempt_timeout(Duration::from_secs(10)).build().unwrap();
    let start = tokio::time::Instant::now();
    let error = call(&client).await.unwrap_err();
    assert_eq!(start.elapsed().as_secs_f64().round(), 3.0);
    let expected = "timed out: the token endpoint has not answered before the deadline, so nothing was sent";
    assert!(error.is_timeout() && error.to_string().contains(expected), "{error}");
    // Nobody is worse off for a caller that had little time.
    call(&client).await.unwrap_err();
    assert_eq!((tokens.seen().len(), api.seen().len()), (2, 0));
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_hangs_is_given_up_after_the_time_of_an_attempt() {
    let (api, tokens) = (Server::start([json(200, "{}")]).await, Server::start([Step::Hang]).await);
    let client = builder(&api, &tokens, &Clock::new()).environment(PausedTime).timeout(Duration::from_secs(60));
    let client = client.attempt_timeout(Duration::from_secs(10)).build().unwrap();
    let start = tokio::time::Instant::now();
    let error = call(&client).await.unwrap_err();
    assert_eq!((start.elapsed().as_secs(), error.kind()), (10, ErrorKind::KeyProvider), "{error}");
    assert!(error.to_string().contains("the token endpoint does not answer"), "{error}");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(1)));
    call(&client).await.unwrap_err();
    assert_eq!((tokens.seen().len(), api.seen().len()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_renewal_that_hangs_holds_up_one_call() {
    let (api, tokens) = (Server::start([json(200, "{}")]).await, Server::start([answer("t1", 100), Step::Hang]).await);
    let client = builder(&api, &tokens, &Clock::new()).environment(PausedTime).build().unwrap();
    call(&client).await.unwrap();
    tokio::time::advance(Duration::from_secs(91)).await;
    let start = tokio::time::Instant::now();
    call(&client).await.unwrap();
    let held_up = start.elapsed();
    assert!(held_up >= Duration::from_secs(4) && held_up <= Duration::from_secs(5), "{held_up:?}");
    call(&client).await.unwrap();
    assert_eq!((start.elapsed(), tokens.seen().len()), (held_up, 2));
}

#[tokio::test]
async fn lifetimes_are_read_as_they_are_written() {
    for (written, seconds) in [
        ("100", Some(100)),
        ("100.0", Some(100)),
        ("1e2", Some(100)),
        (r#""100""#, Some(100)),
        (r#"" 100.5 ""#, Some(100)),
        ("-1", None),
        (r#""never""#, None),
        ("1e300", None),
        ("null", None),
    ] {
        let body = |token| json(200, &format!(r#"{{"access_token":"{token}","expires_in":{written}}}"#));
        let (api, tokens) = (Server::start([json(200, "{}")]).await, Server::start([body("t1"), body("t2")]).await);
        let clock = Clock::new();
        let client = builder(&api, &tokens, &clock).build().unwrap();
        call(&client).await.unwrap();
        clock.advance(seconds.map_or(1_000_000, |seconds| seconds / 10 * 9 - 1));
        call(&client).await.unwrap();
        clock.advance(2);
        call(&client).await.unwrap();
        let last = if seconds.is_some() { "t2" } else { "t1" };
        assert_eq!(sent(&api), ["t1", "t1", last], "{written}");
    }
}

#[tokio::test]
async fn a_token_that_is_refused_is_changed_once() {
    let api = Server::start([json(401, "{}"), json(200, "{}"), json(401, "{}")]).await;
    let tokens = Server::start([answer("t1", 3600), answer("t2", 3600)]).await;
    let client = builder(&api, &tokens, &Clock::new()).build().unwrap();
    call(&client).await.unwrap();
    assert_eq!(sent(&api), ["t1", "t2"]);
    let error = call(&client).await.unwrap_err();
    assert!(error.is_unauthorized(), "{error}");
    assert_eq!(tokens.seen().len(), 3);
}

#[tokio::test]
async fn what_the_endpoint_says_is_the_error_and_no_secret_is_in_it() {
    let long = format!("{{\"x\":\"{}\"}}", "a".repeat(70_000));
    for (step, expected) in [
        (
            json(401, r#"{"error":"invalid_client","error_description":"s3cret canary/+ is\nwrong"}"#),
            "invalid_client, ",
        ),
        (json(400, r#"{"error":"invalid_scope"}"#), "refuses the client: invalid_scope"),
        (json(200, r#"{"error":"invalid_scope","access_token":"abcd"}"#), "refuses the client: invalid_scope"),
        (json(500, "oops"), "HTTP 500"),
        (json(200, "oops"), "without an `access_token`"),
        (json(200, r#"{"access_token":"","token_type":"bearer"}"#), "without an `access_token`"),
        (json(200, r#"{"access_token":"abcd","token_type":"mac"}"#), "`mac`"),
        (json(200, r#"{"access_token":"a\r\nb","token_type":"bearer"}"#), "a character that no key has"),
        (json(200, &long), "more than 65536 bytes"),
        (Step::Close, "the function passed"),
    ] {
        let (api, tokens) = (Server::start([json(200, "{}")]).await, Server::start([step.clone()]).await);
        let client = builder(&api, &tokens, &Clock::new()).build().unwrap();
        let error = call(&client).await.unwrap_err();
        let text = format!("{error} {error:?}");
        assert_eq!(error.kind(), ErrorKind::KeyProvider, "{text}");
        assert!(text.contains(expected) || matches!(step, Step::Close), "{expected}: {text}");
        assert!(!text.contains("canary") && !text.contains("czNj"), "{text}");
        let code = ["invalid_client", "invalid_scope"].into_iter().find(|code| text.contains(code));
        assert_eq!(error.oauth2_error(), code, "{text}");
        assert!(api.seen().is_empty());
    }
    let shown = format!("{:?}", ClientCredentials::new("me", SECRET));
    assert!(shown.contains("me") && !shown.contains("canary"), "{shown}");
}

#[tokio::test]
async fn a_token_is_for_schemes_of_its_endpoint() {
    const OTHERS: Scheme = Scheme::new("others", CredentialPlace::OAuth2("https://other.example.com/token"));
    const BEARER: Scheme = Scheme::new("t", CredentialPlace::Bearer);
    let operation =
        |name, security| Operation::new(name, "GET", "https://api.example.com", "/a").with_security(security);
    let send = async |operations: Vec<Operation>| {
        let (api, tokens) = (Server::start([json(200, "{}")]).await, Server::start([answer("t1", 3600)]).await);
        let platform: &'static Platform =
            Box::leak(Box::new(Platform { operations: operations.leak(), ..*platform(&[]) }));
        let builder = Client::builder(platform).base_url(&api.url).retry(RetryPolicy::never());
        let client = builder.client_credentials(credentials(&tokens)).build().unwrap();
        call(&client).await.map(|()| sent(&api))
    };
    // A request of no operation is called as the first one.
    let tokens = operation("tokens", &[&[TOKENS]]);
    assert_eq!(send(vec![tokens]).await.unwrap(), ["t1"]);
    assert_eq!(send(vec![operation("t", &[&[BEARER]])]).await.unwrap(), ["t1"]);
    let first = operation("others", &[&[OTHERS], &[TOKENS]]);
    assert_eq!(send(vec![first]).await.unwrap(), ["t1"]);
    let error = send(vec![operation("t", &[&[BEARER, HEADER]]), tokens]).await.unwrap_err();
    assert!(error.to_string().contains("set the others"), "{error}");
}

#[tokio::test]
async fn nobody_is_asked_for_a_token_that_is_not_sent() {
    const NOTHING: &[&[Scheme]] = &[];
    const OWN: &[&[Scheme]] = &[&[HEADER]];
    for security in [NOTHING, OWN] {
        let (api, tokens) = (Server::start([json(401, "{}")]).await, Server::start([answer("t1", 3600)]).await);
        let builder = Client::builder(platform(security)).base_url(&api.url).retry(RetryPolicy::never());
        let builder = security.iter().fold(builder, |builder, _| builder.credential("h", "h-secret"));
        let client = builder.client_credentials(credentials(&tokens)).build().unwrap();
        assert!(call(&client).await.unwrap_err().is_unauthorized());
        assert_eq!((api.seen().len(), sent(&api), tokens.seen().len()), (1, vec![String::new()], 0));
    }
}

#[tokio::test]
async fn an_answer_may_be_as_long_as_the_limit() {
    let start = r#"{"access_token":"abcd","x":""#;
    let body = format!("{start}{}\"}}", "a".repeat(65_536 - start.len() - 2));
    let (api, tokens) = (Server::start([json(200, "{}")]).await, Server::start([json(200, &body)]).await);
    call(&builder(&api, &tokens, &Clock::new()).build().unwrap()).await.unwrap();
    assert_eq!(sent(&api), ["abcd"]);
}

#[tokio::test]
async fn who_is_cancelled_while_asking_leaves_nobody_waiting() {
    let api = Server::start([json(200, "{}")]).await;
    let tokens = Server::start([Step::Hang, answer("t1", 3600)]).await;
    let client = builder(&api, &tokens, &Clock::new()).build().unwrap();
    tokio::select! {
        biased;
        _ = call(&client) => panic!("there is no token yet"),
        () = async { while tokens.seen().is_empty() { tokio::task::yield_now().await } } => {}
    }
    call(&client).await.unwrap();
    assert_eq!(sent(&api), ["t1"]);
}

#[tokio::test]
async fn what_stands_in_for_the_servers_is_asked_for_the_token_too() {
    let server = Server::start([answer("t1", 3600), json(200, "{}")]).await;
    let builder = Client::builder(platform(&[&[TOKENS]])).client_credentials(ClientCredentials::new("me", SECRET));
    call(&builder.base_url(format!("{}/mock", server.url)).build().unwrap()).await.unwrap();
    let lines: Vec<String> = server.seen().into_iter().map(|seen| seen.line).collect();
    assert_eq!(lines, ["POST /mock/token HTTP/1.1", "GET /mock/a HTTP/1.1"]);
}

#[test]
fn what_cannot_be_an_endpoint_is_refused() {
    for (credentials, expected) in [
        (ClientCredentials::new("a", "b").token_url("http://id.example.com/token"), "not https"),
        (ClientCredentials::new("a", "b").token_url("ftp://localhost/token"), "not https"),
        (ClientCredentials::new("a", "b").token_url("https://u:p@id.example.com"), "user name"),
        (ClientCredentials::new("a", "b").token_url("https://u@id.example.com"), "user name"),
        (ClientCredentials::new("a", "b").token_url("https://:p@id.example.com"), "user name"),
        (ClientCredentials::new("a", "b").token_url("token"), "no URL"),
    ] {
        let builder = Client::builder(platform(&[&[TOKENS]])).client_credentials(credentials);
        let error = builder.build().unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    let builder = Client::builder(platform(&[&[HEADER]])).client_credentials(ClientCredentials::new("a", "b"));
    assert!(builder.build().unwrap_err().to_string().contains("`token_url`"));
    let builder = Client::builder(platform(&[&[TOKENS]])).client_credentials(ClientCredentials::new("a", "b"));
    assert!(builder.api_key("sk_live_x").build().unwrap_err().to_string().contains("leave one of them out"));
    let builder = Client::builder(platform(&[&[TOKENS]])).client_credentials(ClientCredentials::new("a", "b"));
    assert!(!builder.lacks_key());
    builder.build().unwrap();
}
