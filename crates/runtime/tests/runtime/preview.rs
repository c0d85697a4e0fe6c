//! What a request shows of itself without being sent.

use std::process::Command;

use keyapi_runtime::{CallOptions, ErrorKind, File, HeaderName, HeaderValue, Method, Preview};
use serde_json::json;

use crate::example::Client;
use crate::support::{KEY, OK, Server, json};

#[tokio::test]
async fn nothing_is_sent_and_nothing_counted() {
    let server = Server::start([json(200, OK)]).await;
    let client = server.client().credit_budget(0).build().unwrap();
    let preview = client.track_detail().id("a b").preview().unwrap();
    assert_eq!((preview.method(), preview.credits(), preview.body()), (&Method::GET, Some(2), None));
    assert_eq!(preview.url(), format!("{}/v1/tracks/detail?id=a+b", server.url));
    assert_eq!(preview.headers()["authorization"], "Bearer sk_live_[redacted]");
    assert_eq!(preview.headers()["accept"], "application/json");
    assert_eq!(client.request(Method::GET, "/v1/x").preview().unwrap().credits(), None);
    let client = server.client().unpriced(9).build().unwrap();
    assert_eq!(client.request(Method::GET, "/v1/x").preview().unwrap().credits(), Some(9));
    assert_eq!(client.request(Method::GET, "/v1/x").credits(1).preview().unwrap().credits(), Some(1));
    assert!(server.seen().is_empty());
    assert_eq!(client.credits(), server.client().build().unwrap().credits());
}

#[tokio::test]
async fn a_body_that_the_caller_makes_is_sent_instead() {
    let server = Server::start([json(500, "{}"), json(200, OK)]).await;
    let client = server.client().build().unwrap();
    let of = |file: File| CallOptions::new().with_body(Some(file)).idempotent();
    let request = client.track_detail().id("1").options(of(File::new("a,b").media_type("text/csv")));
    let preview = request.preview().unwrap();
    assert_eq!(preview.body().unwrap().as_ref(), b"a,b");
    assert_eq!(preview.headers()["content-type"], "text/csv");
    request.send().await.unwrap();
    let seen: Vec<_> = server
        .seen()
        .into_iter()
        .map(|seen| (seen.body.clone(), seen.header("content-type").map(str::to_owned)))
        .collect();
    assert_eq!(seen, vec![("a,b".to_owned(), Some("text/csv".to_owned())); 2]);
    let error = client.track_detail().id("1").options(of(File::new("a"))).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.to_string().contains("`media_type`"), "{error}");
    assert_eq!(server.seen().len(), 2);
}

/// Outside of a runtime, too.
#[test]
fn a_request_that_cannot_be_made_says_why() {
    let client = Client::builder().api_key(KEY).base_url("http://127.0.0.1:1").build().unwrap();
    let error = client.track_detail().id("x".repeat(70_000)).preview().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.to_string().contains("URL"), "{error}");
    client.request(Method::CONNECT, "/v1/x").preview().unwrap_err();
    client.track_detail().preview().unwrap();
}

#[test]
fn no_key_is_shown_wherever_it_stands() {
    let client = Client::builder().api_key(KEY).base_url("http://127.0.0.1:1").build().unwrap();
    let request = client.request(Method::POST, format!("/v1/{KEY}")).query("key", KEY).json(&json!({"key": KEY}));
    let header = keyapi_runtime::CallOptions::new().header("x-key".parse().unwrap(), KEY.parse().unwrap());
    let preview = request.options(header).preview().unwrap();
    let shown = format!("{preview:?} {:#?} {} {}", preview.headers(), preview.curl(), preview.url());
    assert!(!shown.contains("canary"), "{shown}");
    assert!(!preview.body().unwrap().windows(6).any(|part| part == b"canary"));
}

/// Values that a shell, curl or a terminal take for something else.
const HOSTILE: [&str; 14] = [
    "it's",
    "\"quoted\"",
    "two\nlines\n",
    "$KEYAPI_TOKEN ${HOME} $(id)",
    "`id`",
    "a\\b\\n\\",
    "!history !!",
    "[1-3]{a,b}",
    "@/etc/passwd",
    "-o /tmp/x; rm -rf /",
    "%s%%\t\r\u{1b}[31m",
    "é 🎵",
    "*?~#&|<>()",
    "",
];

/// Runs the line as it would be pasted, and gives what it wrote.
fn run(line: &str) -> String {
    let output = Command::new("sh")
        .args(["-c", line])
        .env("EXAMPLE_KEY", KEY)
        .env_remove("http_proxy")
        .env("no_proxy", "127.0.0.1")
        .output()
        .unwrap();
    assert!(output.status.success(), "{line}\n{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Whether this machine has what the lines are for.
fn has_curl() -> bool {
    Command::new("sh").args(["-c", "curl --version"]).output().is_ok_and(|output| output.status.success())
}

/// The request and the command for it are seen as the same by the server.
async fn check(server: &Server, preview: Preview, request: keyapi_runtime::Request) {
    let line = preview.curl();
    assert!(!line.contains("canary"), "{line}");
    if !has_curl() {
        return;
    }
    let before = server.seen().len();
    request.send().await.unwrap();
    let run_line = line.clone();
    tokio::task::spawn_blocking(move || run(&run_line)).await.unwrap();
    let seen = server.seen().split_off(before);
    let [sent, ran] = seen.as_slice() else { panic!("{line}: {seen:?}") };
    assert_eq!((&sent.line, &sent.body), (&ran.line, &ran.body), "{line}");
    for header in ["authorization", "user-agent", "accept", "content-type", "x-hostile", "x-empty", "x-latin"] {
        assert_eq!(sent.header(header), ran.header(header), "{header} of {line}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_curl_line_sends_the_same() {
    let server = Server::start([json(200, OK)]).await;
    let latin = HeaderValue::from_bytes(b"caf\xe9 \\ %s 'x'").unwrap();
    let builder =
        server.client().application("it's $HOME").header(HeaderName::from_static("x-empty"), "".parse().unwrap());
    let client = builder.header(HeaderName::from_static("x-latin"), latin).build().unwrap();
    for value in HOSTILE {
        for method in [Method::GET, Method::POST, Method::DELETE, Method::HEAD, "A'B$C".parse().unwrap()] {
            let header = HeaderValue::from_str(value).unwrap_or(HeaderValue::from_static("$(id) 'x'"));
            let options = keyapi_runtime::CallOptions::new().header(HeaderName::from_static("x-hostile"), header);
            let request = client.request(method, "/v1/it's/$HOME/[1-2]").query(value, value).options(options);
            check(&server, request.preview().unwrap(), request.clone()).await;
            let request = request.json(&value);
            check(&server, request.preview().unwrap(), request).await;
        }
    }
}
