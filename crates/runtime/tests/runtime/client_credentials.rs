//! Tokens that a client asks for with credentials of its own.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use keyapi_runtime::{
    Client, ClientBuilder, ClientCredentials, CredentialPlace, EnvelopeProperties, Environment, ErrorKind, KeyForm,
    Method, Operation, Platform, RetryPolicy, Scheme,
};

use crate::example::STATUSES;
use crate::support::{Seen, Server, Step, json};

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
    // It ends in ten seconds: who cannot get another one now goes on with it, and the next one asks again.
    clock.advance(1);
    call(&client).await.unwrap();
    call(&client).await.unwrap();
    assert_eq!((sent(&api), tokens.seen().len()), (["t1", "t1", "t1", "t2"].map(str::to_owned).to_vec(), 3));
    // What has ended is not sent.
    clock.advance(100);
    let error = call(&client).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::KeyProvider);
    assert!(error.to_string().contains("HTTP 503"), "{error}");
    assert_eq!(api.seen().len(), 4);
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
