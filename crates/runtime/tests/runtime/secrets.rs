//! The key is found nowhere.

use std::panic::AssertUnwindSafe;
use std::sync::Mutex;

use base64::Engine as _;
use keyapi_runtime::{CallOptions, HeaderName, HeaderValue, Method, RetryPolicy};

use tracing_subscriber::fmt::format::FmtSpan;

use crate::example::Client;
use crate::support::{KEY, Server, Step, envelope, json, response};
use crate::tracing::Log;

/// The key as a server may write it in JSON, where a search for the key as it is would not find it.
const SPLIT: &str = r"sk_live_\ncan\u200bary";

/// A server that answers with the key in every place where a text can be.
fn echoes() -> Vec<Step> {
    let envelope = format!(r#"{{"code":0,"message":"{KEY}","data":"{KEY}","requestId":"{KEY}"}}"#);
    let mut steps: Vec<Step> =
        [200, 400, 401, 402, 403, 404, 418, 429, 500].map(|status| json(status, &envelope)).into();
    let typed = |data: &str| json(200, &format!(r#"{{"code":0,"message":"","data":{{{data}}}}}"#));
    let split = envelope.replace(KEY, SPLIT);
    steps.extend([200, 402].map(|status| json(status, &split)));
    steps.extend([
        json(200, &format!(r#"{{"code":0,"message":"{KEY}","data":null,"requestId":"{KEY}"}}"#)),
        json(200, &format!(r#"{{"code":0,"message":"{SPLIT}","data":null,"requestId":"{SPLIT}"}}"#)),
        typed(&format!(r#""sound":"{SPLIT}""#)),
        json(200, &self::envelope(429, KEY)),
        json(200, &self::envelope(77, &format!("no {KEY} no"))),
        typed(&format!(r#""sound":"{KEY}""#)),
        typed(&format!(r#""sound":{{"trend":{{"{KEY}":1}}}}"#)),
        typed(&format!(r#""sound":{{"title":[{}"{KEY}"]}}"#, " ".repeat(50))),
        typed(&format!(r#""a":"{KEY}{}","sound":1,"b":"{}{KEY}""#, "x".repeat(40), "x".repeat(40))),
        json(200, &format!("<html>{KEY}</html>")),
        response(302, &format!("location: http://127.0.0.1:1/{KEY}\r\n"), b""),
        response(500, &format!("x-key: {KEY}\r\n"), KEY.as_bytes()),
        Step::Raw(format!("{KEY}\r\n\r\n").into_bytes()),
        Step::Raw(format!("HTTP/1.1 200 X\r\ncontent-length: 999\r\n\r\n{KEY}").into_bytes()),
        Step::Close,
    ]);
    steps
}

#[track_caller]
fn clean(what: &str, text: &str) {
    assert!(!text.contains(KEY), "{what}: {text}");
    // A cut key is a key as well.
    assert!(!text.contains("live_cana") && !text.contains("ve_canary"), "{what}: {text}");
    // So is one that is easily put together again.
    assert!(!text.contains("ary") || !text.contains("sk_live_"), "{what}: {text}");
    assert!(!text.contains(['\u{1b}', '\u{fffd}', '\u{200b}']), "{what}: {text:?}");
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = format!("{error} {error:?} {error:#?}");
    let mut source = error.source();
    while let Some(cause) = source {
        text += &format!(" {cause} {cause:?} {cause:#?}");
        source = cause.source();
    }
    text
}

#[tokio::test]
async fn no_error_shows_the_key_in_another_encoding() {
    let hex = |between: &str| KEY.bytes().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(between);
    let base64 = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
    let each = |of: fn(char) -> String| KEY.chars().map(of).collect::<String>();
    for encoded in [
        hex(""),
        hex("").to_uppercase(),
        hex(":"),
        hex("-"),
        base64(KEY),
        base64(&format!("user:{KEY}")),
        base64(&format!("a{KEY}b")),
        KEY.chars().rev().collect(),
        KEY.replace('_', "%5f"),
        each(|char| format!("&#{};", u32::from(char))),
        each(|char| {
            char::to_string(&if char.is_uppercase() { char.to_ascii_lowercase() } else { char.to_ascii_uppercase() })
        }),
    ] {
        let server = Server::start([json(402, &envelope(402, &format!("no ({encoded})")))]).await;
        let client = server.client().retry(RetryPolicy::never()).build().unwrap();
        let shown = chain(&client.track_detail().send().await.unwrap_err());
        let middle = &encoded[2..encoded.len() - 2];
        assert!(shown.contains("no (") && !shown.contains(middle), "{encoded}: {shown}");
    }
}

#[tokio::test]
async fn no_error_shows_the_key_even_if_the_server_does() {
    for step in echoes() {
        let name = format!("{step:?}").chars().take(200).collect::<String>();
        let server = Server::start([step]).await;
        let client = server.client().retry(RetryPolicy::never()).build().unwrap();
        let error = match client.track_detail().send().await {
            Ok(response) => {
                clean(&name, &format!("{response:?} {response:#?} {:?}", response.request_id()));
                response.into_data().err()
            }
            Err(error) => Some(error),
        };
        if let Some(error) = error {
            clean(&name, &chain(&error));
            clean(&name, error.message().unwrap_or_default());
            clean(&name, error.request_id().unwrap_or_default());
        }
        if let Err(error) = client.request(Method::POST, "/v1/x").query("key", KEY).send().await {
            clean(&name, &chain(&error));
        }
    }
}

#[tokio::test]
async fn no_debug_shows_the_key() {
    let server = Server::start([json(200, crate::support::OK)]).await;
    let bearer = HeaderValue::from_str(&format!("Bearer {KEY}")).unwrap();
    let options = CallOptions::new().header(HeaderName::from_static("x-copy"), bearer.clone());
    let builder = server.client().header(HeaderName::from_static("x-copy"), bearer);
    clean("builder", &format!("{builder:?} {builder:#?}"));
    let client = builder.build().unwrap();
    clean("client", &format!("{client:?} {client:#?}"));
    clean("options", &format!("{options:?} {options:#?}"));
    let request = client.track_detail().options(options);
    clean("request", &format!("{request:?} {request:#?}"));
    let response = request.send().await.unwrap();
    clean("response", &format!("{response:?} {response:#?}"));
    let request = client.request(Method::GET, "/v1/x");
    clean("escape hatch", &format!("{request:?} {request:#?}"));
}

#[tokio::test]
async fn a_debug_form_shows_what_the_caller_set_on_one_line_and_without_the_key() {
    let client = Client::builder().api_key(KEY).base_url("http://127.0.0.1:1").application(KEY).build().unwrap();
    clean("client", &format!("{client:?} {client:#?}"));
    let request = client.track_detail().id(format!("1\n{KEY}")).region("U\u{1b}S");
    let text = format!("{request:?}");
    clean("request", &text);
    assert!(text.starts_with("TrackDetail") && text.contains(" id:") && !text.contains('\n'), "{text}");
    let request = client.request(Method::GET, format!("/v1/{KEY}?a={KEY}")).query("k", KEY).query("n", "1").json(&KEY);
    let text = format!("{request:?}");
    clean("escape hatch", &text);
    assert!(text.contains("GET /v1/**************") && text.contains("n=1"), "{text}");
}

#[tokio::test]
async fn the_debug_form_of_a_response_is_short_whatever_came() {
    let data = "x".repeat(100_000);
    let body = format!(r#"{{"code":0,"message":"{data}","data":"{data}","requestId":"r-1\n{data}"}}"#);
    let server = Server::start([json(200, &body)]).await;
    let response = server.client().build().unwrap().request(Method::GET, "/v1/x").send().await.unwrap();
    let text = format!("{response:?}");
    assert!(text.len() < 600 && !text.contains('\n'), "{text}");
    assert!(text.contains("status: 200") && text.contains(r#"request_id: Some("r-1 xxx"#), "{text}");
    assert!(text.contains(&format!("body_bytes: {}", body.len())), "{text}");
    // What was paid for is all there.
    assert_eq!(response.body(), body.as_bytes());
    assert_eq!(response.value()["data"], data);
}

#[tokio::test]
async fn what_a_caller_passes_makes_no_second_line_and_shows_no_query() {
    let server = Server::start([json(404, &envelope(404, "no such shop"))]).await;
    let client = server.client().build().unwrap();
    let (log, guard) = Log::record(FmtSpan::FULL);
    for path in ["/a\nX", "/a\r\n\u{1b}[2JX?q=handle", "/a?q=handle#x", "/a\u{2028}X?api_key=sk_live_other"] {
        for method in [Method::GET, Method::from_bytes(KEY.as_bytes()).unwrap()] {
            let error = client.request(method, path).send().await.unwrap_err();
            let text = format!("{error}{error:?}{}", error.operation().unwrap());
            assert!(!text.contains(['\n', '\r', '\u{1b}', '\u{2028}']), "{text:?}");
            assert!(!text.contains("handle") && !text.contains("other"), "{text}");
            clean(path, &text);
        }
    }
    let name = format!("a\n{KEY}");
    let error = client.runtime.invalid_request(&name, format!("there is no operation {name}"));
    let text = chain(&error);
    assert!(text.contains("a **************: invalid request"), "{text}");
    clean("invalid request", &text);
    drop(guard);
    clean("spans", &log.text());
    assert!(!log.text().contains("handle"), "{}", log.text());
    assert!(
        log.text().lines().all(|line| line.contains("keyapi") || line.contains("hyper") || line.contains("reqwest"))
    );
}

#[test]
fn a_builder_shows_no_password_of_a_base_url() {
    for url in [
        format!("https://{KEY}:{KEY}@host.example/a"),
        format!("https://host.example/a?key={KEY}#{KEY}"),
        format!("https://host.example/{KEY}"),
        format!("not a URL {KEY}"),
    ] {
        let builder = Client::builder().base_url(url).application(KEY).api_key(KEY);
        clean("builder", &format!("{builder:?}"));
    }
    let builder = Client::builder().base_url("https://user@host.example:7/a");
    assert!(format!("{builder:?}").contains("https://host.example:7/a"), "{builder:?}");
}

#[test]
fn no_configuration_error_shows_the_key() {
    for key in [format!("Bearer {KEY}"), format!("{KEY} "), format!("x{KEY}")] {
        let error = Client::builder().api_key(key).build().unwrap_err();
        clean("configuration", &chain(&error));
    }
}

/// Collects what libraries write through `log`.
struct Records(Mutex<String>);

impl log::Log for Records {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        *self.0.lock().unwrap() += &format!("{} {}\n", record.target(), record.args());
    }

    fn flush(&self) {}
}

static RECORDS: Records = Records(Mutex::new(String::new()));

#[tokio::test]
async fn no_log_or_span_shows_the_key() {
    log::set_logger(&RECORDS).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    let (log, guard) = Log::record(FmtSpan::FULL);
    for step in echoes() {
        let server = Server::start([step]).await;
        let client = server.client().trace_query_values().build().unwrap();
        let _ = client.track_detail().id(KEY).send().await;
        let _ = client.request(Method::GET, format!("/v1/{KEY}")).query("key", KEY).json(&KEY).send().await;
    }
    drop(guard);
    assert!(log.text().contains("http.response.status_code=418"), "spans are recorded");
    clean("spans", &log.text());
    let records = RECORDS.0.lock().unwrap();
    assert!(records.contains("starting new connection"), "{records}");
    clean("records", &records);
}

#[test]
fn no_panic_message_shows_the_key() {
    let client = Client::builder().api_key(KEY).base_url("http://127.0.0.1:1").build().unwrap();
    let result =
        std::panic::catch_unwind(AssertUnwindSafe(|| panic!("{client:?} {:?}", client.request(Method::GET, "/"))));
    clean("panic", result.unwrap_err().downcast_ref::<String>().unwrap());
}
