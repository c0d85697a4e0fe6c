//! Credentials, each in its place, and in none where they are shown.

use std::sync::{Arc, Mutex};

use keyapi_runtime::{
    AttemptBegun, Client, ClientBuilder, CredentialPlace, EnvelopeProperties, Error, ErrorKind, KeyForm, Method,
    Observer, Operation, Platform, Recorder, RetryPolicy, Scheme,
};
use tempfile::TempDir;

use crate::example::STATUSES;
use crate::support::{FakeTime, KEY, Seen, Server, envelope, json, response};

/// A credential of its own, as easy to find as the key.
const OTHER: &str = "other/canary+1";

/// A platform whose operations ask for this.
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

const HEADER: Scheme = Scheme::new("h", CredentialPlace::Header("X-Key"));
const QUERY: Scheme = Scheme::new("q", CredentialPlace::Query("key"));
const COOKIE: Scheme = Scheme::new("c", CredentialPlace::Cookie("sid"));
const BASIC: Scheme = Scheme::new("b", CredentialPlace::Basic);
const BEARER: Scheme = Scheme::new("t", CredentialPlace::Bearer);

fn builder(server: &Server, security: &'static [&'static [Scheme]]) -> ClientBuilder<Client> {
    let builder = Client::builder(platform(security)).api_key(KEY).base_url(&server.url);
    builder.environment(FakeTime::new()).retry(RetryPolicy::never())
}

/// What the server sees of a request with a parameter and a cookie of its own.
async fn seen(security: &'static [&'static [Scheme]], credentials: &[(&str, &str)]) -> Result<Seen, Error> {
    let server = Server::start([json(200, "{}")]).await;
    let builder = credentials
        .iter()
        .fold(builder(&server, security), |builder, (scheme, credential)| builder.credential(*scheme, *credential));
    let options = keyapi_runtime::CallOptions::new().header("cookie".parse().unwrap(), "a=1".parse().unwrap());
    builder.build()?.request(Method::GET, "/v1/x").query("p", "1").options(options).send().await?;
    Ok(server.seen().remove(0))
}

#[tokio::test]
async fn the_key_is_where_the_document_says() {
    let at = seen(&[&[HEADER]], &[]).await.unwrap();
    assert_eq!((at.header("x-key"), at.header("authorization")), (Some(KEY), None));
    let at = seen(&[&[QUERY]], &[]).await.unwrap();
    assert_eq!((at.line.as_str(), at.header("authorization")), ("GET /v1/x?p=1&key=sk_live_canary HTTP/1.1", None));
    let at = seen(&[&[COOKIE]], &[]).await.unwrap();
    assert_eq!((at.header("cookie"), at.header("authorization")), (Some("a=1; sid=sk_live_canary"), None));
    let at = seen(&[&[BEARER]], &[]).await.unwrap();
    assert_eq!(at.header("authorization"), Some("Bearer sk_live_canary"));
    let at = seen(&[], &[]).await.unwrap();
    assert!(!format!("{at:?}").contains("canary"), "{at:?}");
}

#[tokio::test]
async fn other_credentials_are_beside_the_key() {
    let at = seen(&[&[HEADER, QUERY, BASIC]], &[("q", OTHER), ("b", "me:pass")]).await.unwrap();
    assert_eq!((at.header("x-key"), at.header("authorization")), (Some(KEY), Some("Basic bWU6cGFzcw==")));
    assert!(at.line.contains("key=other%2Fcanary%2B1 "), "{}", at.line);
    // The first way that is possible is gone.
    let at = seen(&[&[HEADER, QUERY], &[COOKIE]], &[]).await.unwrap();
    assert_eq!((at.header("x-key"), at.header("cookie")), (None, Some("a=1; sid=sk_live_canary")));
    let at = seen(&[&[HEADER, QUERY], &[COOKIE]], &[("h", OTHER)]).await.unwrap();
    assert_eq!(at.header("x-key"), Some(OTHER));
    // Who can prove who they are does so, though nobody asks.
    let at = seen(&[&[], &[HEADER]], &[]).await.unwrap();
    assert_eq!(at.header("x-key"), Some(KEY));
    let at = seen(&[&[], &[HEADER, QUERY]], &[]).await.unwrap();
    assert!(!format!("{at:?}").contains("canary"), "{at:?}");
    // A credential is given for the way that takes it, and a key is no name with a password.
    let at = seen(&[&[BEARER], &[HEADER]], &[("h", OTHER)]).await.unwrap();
    assert_eq!((at.header("x-key"), at.header("authorization")), (Some(OTHER), None));
    let at = seen(&[&[BASIC], &[HEADER]], &[]).await.unwrap();
    assert_eq!((at.header("x-key"), at.header("authorization")), (Some(KEY), None));
    let error = seen(&[&[BASIC]], &[]).await.unwrap_err();
    assert!(error.to_string().contains("`b`, which is a name and a password"), "{error}");
    let error = seen(&[&[HEADER, QUERY]], &[]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.to_string().contains("`h` and `q`"), "{error}");
}

#[tokio::test]
async fn who_has_all_credentials_needs_no_key() {
    // The variable of this platform is not set.
    let keyless = |security| Client::builder(platform(security)).retry(RetryPolicy::never());
    for (security, credentials) in [
        (&[&[BASIC] as &[Scheme]] as &[&[Scheme]], &["b"] as &[&str]),
        (&[&[HEADER, QUERY]], &["h", "q"]),
        (&[], &[]),
        (&[&[]], &[]),
        (&[&[BASIC]], &[]),
    ] {
        let server = Server::start([json(200, "{}")]).await;
        let builder = keyless(security).base_url(&server.url);
        let builder = credentials.iter().fold(builder, |builder, scheme| builder.credential(*scheme, "me:pass"));
        assert!(!builder.lacks_key());
        let client = builder.build().unwrap();
        let request = client.request(Method::GET, "/v1/x");
        let curl = request.preview().unwrap().curl();
        assert_eq!(curl.contains("EXAMPLE_KEY_b"), security == [[BASIC]], "{curl}");
        match request.send().await {
            Ok(_) => {
                assert!(server.seen()[0].header("authorization").is_none_or(|value| value == "Basic bWU6cGFzcw=="))
            }
            Err(error) => assert!(error.to_string().contains("set it with `credential`"), "{error}"),
        }
    }
    for (security, credentials) in
        [(&[&[HEADER] as &[Scheme]] as &[&[Scheme]], &[] as &[&str]), (&[&[HEADER, QUERY]], &["q"])]
    {
        let builder = keyless(security);
        let builder = credentials.iter().fold(builder, |builder, scheme| builder.credential(*scheme, "me:pass"));
        assert!(builder.lacks_key() && builder.lacks_key_for("a") && builder.lacks_key_for("no such operation"));
        assert!(builder.build().unwrap_err().to_string().contains("no API key"));
    }
}

#[tokio::test]
async fn a_choice_is_left_without_a_key() {
    const CHOICE: &[&[Scheme]] = &[&[], &[HEADER]];
    let server = Server::start([json(200, "{}"), json(200, "{}"), json(200, "{}")]).await;
    let keyless = || Client::builder(platform(CHOICE)).without_key().base_url(&server.url);
    assert!(!keyless().lacks_key());
    let lacking = Client::builder(platform(CHOICE));
    assert!(lacking.lacks_key() && !lacking.lacks_key_for("a"));
    let request = keyless().build().unwrap().request(Method::GET, "/a");
    assert!(!request.preview().unwrap().curl().contains("X-Key"));
    request.send().await.unwrap();
    assert!(server.seen()[0].header("x-key").is_none());
    // What the other choice asks for is sent where it is there.
    keyless().credential("h", OTHER).build().unwrap().request(Method::GET, "/a").send().await.unwrap();
    builder(&server, CHOICE).build().unwrap().request(Method::GET, "/a").send().await.unwrap();
    let sent: Vec<Option<String>> = server.seen().iter().map(|seen| seen.header("x-key").map(str::to_owned)).collect();
    assert_eq!(sent, [None, Some(OTHER.to_owned()), Some(KEY.to_owned())]);
}

/// A path of the caller's choice is called as the operation that it is of.
#[tokio::test]
async fn a_path_asks_for_what_its_operation_asks_for() {
    let of = |path, security| Operation::new("a", "GET", "https://api.example.com", path).with_security(security);
    let operations =
        [of("/first", &[&[BEARER] as &[Scheme]]), of("/things/{id}", &[&[HEADER]]), of("/things/mine", &[])];
    let platform: &'static Platform =
        Box::leak(Box::new(Platform { operations: Box::leak(Box::new(operations)), ..*platform(&[]) }));
    let server = Server::start(vec![json(200, "{}"); 5]).await;
    let client = Client::builder(platform).api_key(KEY).base_url(&server.url).build().unwrap();
    for path in ["/things/1?p=1", "/things/mine", "/first", "/things/1/more", "/nowhere"] {
        client.request(Method::GET, path).send().await.unwrap();
    }
    let places = server
        .seen()
        .iter()
        .map(|seen| (seen.header("x-key").is_some(), seen.header("authorization").is_some()))
        .collect::<Vec<_>>();
    assert_eq!(places, [(true, false), (false, false), (false, true), (false, true), (false, true)]);
}

#[derive(Clone, Default)]
struct Paths(Arc<Mutex<Vec<String>>>);

impl Observer for Paths {
    fn attempt_begun(&self, attempt: &AttemptBegun<'_>) {
        self.0.lock().unwrap().push(attempt.path.to_owned());
    }
}

#[tokio::test]
async fn an_operation_with_a_query_in_its_path_is_found_wherever_the_query_is_written() {
    let of = |path, security| Operation::new("a", "GET", "https://api.example.com", path).with_security(security);
    let operations = [of("/rest", &[&[BEARER] as &[Scheme]]), of("/rest?by=me&of={of}", &[&[HEADER]])];
    let platform: &'static Platform =
        Box::leak(Box::new(Platform { operations: Box::leak(Box::new(operations)), ..*platform(&[]) }));
    let server = Server::start(vec![json(200, "{}"); 5]).await;
    let paths = Paths::default();
    let client = Client::builder(platform).api_key(KEY).base_url(&server.url).observer(paths.clone()).build().unwrap();
    let request = |path| client.request(Method::GET, path);
    request("/rest").query("of", "you").query("by", "me").send().await.unwrap();
    request("/rest?of=you&by=me").send().await.unwrap();
    request("/rest?of=you").query("by", "me").send().await.unwrap();
    request("/rest?of=you&by=you").send().await.unwrap();
    request("/rest").query("by", "m&of=e").send().await.unwrap();
    let keys: Vec<bool> = server.seen().iter().map(|seen| seen.header("x-key").is_some()).collect();
    assert_eq!(keys, [true, true, true, false, false]);
    let with_query = "/rest?by=me&of={of}";
    assert_eq!(*paths.0.lock().unwrap(), [with_query, with_query, with_query, "/rest", "/rest"]);
}

#[tokio::test]
async fn what_needs_a_key_is_not_sent_without() {
    let server = Server::start([]).await;
    let keyless = |security| Client::builder(platform(security)).without_key().base_url(&server.url);
    for security in [&[&[HEADER] as &[Scheme]] as &[&[Scheme]], &[&[BASIC, BEARER]]] {
        let client = keyless(security).build().unwrap();
        let error = client.request(Method::GET, "/a").send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(error.to_string().contains("the client has no key"), "{error}");
    }
    // A document without schemes gives none a name.
    let platform: &'static Platform = Box::leak(Box::new(Platform { operations: &[], ..*platform(&[]) }));
    let client = Client::builder(platform).without_key().base_url(&server.url).build().unwrap();
    let error = client.request(Method::GET, "/a").send().await.unwrap_err().to_string();
    assert!(error.ends_with("the operation asks for a key, and the client has none: set it with `api_key`"), "{error}");
    assert!(server.seen().is_empty());
    let both = keyless(&[&[HEADER]]).api_key(KEY).build().unwrap_err();
    assert!(both.is_configuration() && both.to_string().contains("`without_key`"), "{both}");
}

#[tokio::test]
async fn credentials_that_cannot_be_are_refused_without_being_shown() {
    let server = Server::start([json(200, "{}")]).await;
    for (scheme, credential, why) in [
        ("x", OTHER, "no operation"),
        ("h", "a c", "too short"),
        ("h", "canary\r\n", "character"),
        ("h", "canáry", "character"),
        ("b", "canary", "colon"),
    ] {
        let builder = builder(&server, &[&[HEADER], &[BASIC]]).credential(scheme, credential);
        let error = builder.build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains(why) && !error.to_string().contains("can"), "{error}");
    }
}

#[tokio::test]
async fn what_is_refused_is_repeated_with_the_same_credentials() {
    let server = Server::start([json(500, "{}"), json(200, "{}")]).await;
    let client = builder(&server, &[&[QUERY, COOKIE]]).credential("c", OTHER).retry(RetryPolicy::default());
    client.build().unwrap().request(Method::GET, "/v1/x").send().await.unwrap();
    let lines: Vec<String> = server.seen().into_iter().map(|seen| seen.line).collect();
    assert_eq!(lines, ["GET /v1/x?key=sk_live_canary HTTP/1.1"; 2]);
    assert!(server.seen().iter().all(|seen| seen.header("cookie") == Some("sid=other/canary+1")));
    // A server that sends the key back in a redirect is sent it once.
    let to = format!("location: {}/v1/y?b=2&key={KEY}\r\n", "/..");
    let server = Server::start([response(302, &to, b""), json(200, "{}")]).await;
    builder(&server, &[&[QUERY]]).build().unwrap().request(Method::GET, "/v1/x").send().await.unwrap();
    assert_eq!(server.seen()[1].line, "GET /v1/y?b=2&key=sk_live_canary HTTP/1.1");
}

#[tokio::test]
async fn no_credential_is_shown() {
    const ALL: &[&[Scheme]] = &[&[HEADER, QUERY, COOKIE, BASIC]];
    let folder = TempDir::new().unwrap();
    let journal = folder.path().join("journal.json");
    let recorder = Arc::new(Recorder::open(&journal).unwrap());
    let echo = format!("{KEY} {OTHER} cookiecanary passcanary");
    // What is encoded cannot be taken out of what is recorded, and is not recorded.
    let encoded = envelope(400, &format!("{echo} bWU6cGFzc2NhbmFyeQ=="));
    let server = Server::start([json(400, &encoded), json(400, &envelope(400, &echo))]).await;
    let builder = builder(&server, ALL)
        .credential("q", OTHER)
        .credential("c", "cookiecanary")
        .credential("b", "me:passcanary")
        .application(OTHER)
        .observer(Arc::clone(&recorder));
    let shown_builder = format!("{builder:?}");
    let client = builder.build().unwrap();
    let request = client.request(Method::POST, "/v1/x").query("again", OTHER).json(&format!("{OTHER} cookiecanary"));
    let preview = request.preview().unwrap();
    assert_eq!(preview.headers()["x-key"], "sk_live_[redacted]");
    let curl = preview.curl();
    for part in [
        "\"X-Key: $EXAMPLE_KEY\"",
        "'&key='\"$EXAMPLE_KEY_q\"",
        "'Cookie: sid='\"$EXAMPLE_KEY_c\"",
        "--user \"$EXAMPLE_KEY_b\"",
    ] {
        assert!(curl.contains(part), "{part}: {curl}");
    }
    let body = String::from_utf8_lossy(preview.body().unwrap()).into_owned();
    let shown_request = format!("{request:?}");
    let error = request.clone().send().await.unwrap_err();
    let again = request.send().await.unwrap_err();
    let recorded = std::fs::read_to_string(&journal).unwrap();
    assert!(!recorded.is_empty());
    let texts = [
        shown_builder,
        format!("{client:?}"),
        shown_request,
        format!("{preview:?} {} {:?}", preview.url(), preview.headers()),
        curl,
        body,
        format!("{error} {error:?} {again} {again:?}"),
        recorded,
    ];
    for text in texts {
        assert!(!text.contains("canary") && !text.contains("bWU6cGFzc2NhbmFy"), "{text}");
    }
    let seen = &server.seen()[0];
    assert!(seen.header("authorization").is_some_and(|basic| basic.starts_with("Basic ")));
}
