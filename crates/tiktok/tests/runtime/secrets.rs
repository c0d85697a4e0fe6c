//! The key is found nowhere.

use std::panic::AssertUnwindSafe;
use std::sync::Mutex;

use keyapi_tiktok::{CallOptions, Client, HeaderName, HeaderValue, Method, RetryPolicy};

use tracing_subscriber::fmt::format::FmtSpan;

use crate::support::{KEY, Server, Step, envelope, json, reply};
use crate::tracing::Log;

/// A server that answers with the key in every place where a text can be.
fn echoes() -> Vec<Step> {
    let envelope = format!(r#"{{"code":0,"message":"{KEY}","data":"{KEY}","requestId":"{KEY}"}}"#);
    let mut steps: Vec<Step> =
        [200, 400, 401, 402, 403, 404, 418, 429, 500].map(|status| json(status, &envelope)).into();
    let typed = |data: &str| json(200, &format!(r#"{{"code":0,"message":"","data":{{{data}}}}}"#));
    steps.extend([
        json(200, &self::envelope(429, KEY)),
        json(200, &self::envelope(77, &format!("no {KEY} no"))),
        typed(&format!(r#""sound":"{KEY}""#)),
        typed(&format!(r#""sound":{{"trend":{{"{KEY}":1}}}}"#)),
        typed(&format!(r#""sound":{{"title":[{}"{KEY}"]}}"#, " ".repeat(50))),
        typed(&format!(r#""a":"{KEY}{}","sound":1,"b":"{}{KEY}""#, "x".repeat(40), "x".repeat(40))),
        json(200, &format!("<html>{KEY}</html>")),
        reply(302, &format!("location: http://127.0.0.1:1/{KEY}\r\n"), b""),
        reply(500, &format!("x-key: {KEY}\r\n"), KEY.as_bytes()),
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
async fn no_error_shows_the_key_even_if_the_server_does() {
    for step in echoes() {
        let name = format!("{step:?}").chars().take(200).collect::<String>();
        let server = Server::start([step]).await;
        let client = server.client().retry(RetryPolicy::never()).build().unwrap();
        if let Err(error) = client.trending_music_detail().send().await {
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
    let request = client.trending_music_detail().options(options);
    clean("request", &format!("{request:?} {request:#?}"));
    let reply = request.send().await.unwrap();
    clean("reply", &format!("{reply:?} {reply:#?}"));
    let request = client.request(Method::GET, "/v1/x");
    clean("escape hatch", &format!("{request:?} {request:#?}"));
}

#[test]
fn a_builder_shows_no_password_of_a_base_url() {
    for url in [
        format!("https://{KEY}:{KEY}@host.example/a"),
        format!("https://host.example/a?key={KEY}#{KEY}"),
        format!("not a URL {KEY}"),
    ] {
        let builder = Client::builder().base_url(url);
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
        let _ = client.trending_music_detail().clip_id(KEY).send().await;
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
