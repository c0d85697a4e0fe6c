//! What the runtime and the mock server decide alike, although neither has the other's code: what is JSON by its media type,
//! and which integer a number is.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

use keyapi_runtime::{
    Client, EnvelopeProperties, ErrorKind, KeyForm, Method, Platform, RetryPolicy, RetryRule, StatusRow,
};
use keyapi_spec::message::media_type;
use keyapi_spec::schema::number::integer;
use serde_json::Number;

static PLATFORM: Platform = Platform {
    user_agent: "things/1",
    base_url: "https://api.things.example",
    operations: &[],
    key: KeyForm { variable: "THINGS_KEY", prefix: "kx-", documented_prefix: "kx-" },
    statuses: &[StatusRow::new(429, ErrorKind::RateLimited, RetryRule::Never, "requests come too often")],
    envelope: EnvelopeProperties { code: Some("code"), success: 0, message: None, data: None, request_id: None },
};

/// The code that the runtime finds in the body of a success. It looks for none in a stream that is not JSON.
async fn code(media_type: &str, body: &str) -> Option<i64> {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: {media_type}\r\ncontent-length: {}\r\n\r\n", body.len());
    let response = head + body;
    let server = std::thread::spawn(move || {
        let mut stream = BufReader::new(listener.accept().unwrap().0);
        let mut line = String::new();
        while stream.read_line(&mut line).unwrap() > 2 {
            line.clear();
        }
        stream.get_mut().write_all(response.as_bytes()).unwrap();
    });
    let client = Client::builder(&PLATFORM).api_key("kx-key").base_url(url).retry(RetryPolicy::never());
    let result = client.build().unwrap().request(Method::GET, "/a").stream().await;
    server.join().unwrap();
    result.err()?.code()
}

#[tokio::test]
async fn a_media_type_is_json_to_both() {
    for label in [
        "application/json",
        "Application/JSON; charset=utf-8",
        "text/json",
        "TEXT/JSON;v=1",
        "application/hal+json",
        "application/vnd.a.b+json; version=2",
        "model/gltf+json",
        "application/x-json",
        "application/jsonl",
        "application/json-seq",
        "application/json+xml",
        "image/json",
        "text/plain",
        "application/xml",
        "application/octet-stream",
    ] {
        let is_json = code(label, r#"{"code": 429}"#).await == Some(429);
        assert_eq!(is_json, media_type::is_json(label), "{label}");
    }
}

#[tokio::test]
async fn a_number_is_the_same_integer_to_both() {
    for token in [
        "429",
        "429.0",
        "4.29e2",
        "-1",
        "-1.0",
        "0.5",
        "429.5",
        "9007199254740993",
        "9007199254740992.0",
        "9223372036854775807",
        "-9223372036854775808.0",
        "9223372036854775808.0",
        "1e300",
    ] {
        let number: Number = serde_json::from_str(token).unwrap();
        let known = integer(&number).and_then(|integer| i64::try_from(integer).ok());
        assert_eq!(code("application/json", &format!("{{\"code\": {token}}}")).await, known, "{token}");
    }
}
