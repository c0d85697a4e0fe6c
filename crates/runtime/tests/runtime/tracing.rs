//! Spans, as a subscriber sees them.

use std::io::Write;
use std::sync::{Arc, LazyLock, Mutex};

use keyapi_runtime::{EventData, Method};
use serde_json::Value;
use tracing::Dispatch;
use tracing::subscriber::{DefaultGuard, set_default};
use tracing_subscriber::fmt::format::FmtSpan;

use crate::example::Client;
use crate::support::{OK, Server, Step, envelope, json, response};

/// Text that spans and events of this thread were written to, at every level.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

/// While there is only one dispatcher, `tracing` asks that of the current thread alone whether a new place in the code is
/// of interest, and a test on another thread would switch it off for good.
static SPARE: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(tracing_subscriber::registry()));

impl Log {
    /// Records until the guard is dropped.
    pub fn record(spans: FmtSpan) -> (Self, DefaultGuard) {
        LazyLock::force(&SPARE);
        let log = Self::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_span_events(spans)
            .with_ansi(false)
            .without_time()
            .with_writer(move || writer.clone());
        (log, set_default(subscriber.finish()))
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

async fn trace(script: Vec<Step>) -> String {
    let server = Server::start(script).await;
    let client = server.client().build().unwrap();
    let (log, guard) = Log::record(FmtSpan::CLOSE);
    let _ = client.track_detail().id("6703723351497508865").region("US").send().await;
    drop(guard);
    let port = server.url.rsplit(':').next().unwrap();
    let text = log.text();
    let own = text.lines().filter(|line| line.contains(" keyapi_runtime::"));
    own.map(|line| line.replace(port, "PORT")).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn a_call_has_a_span_and_each_attempt_one_inside() {
    let script = vec![response(429, "retry-after: 1\r\n", envelope(429, "").as_bytes()), Step::Close, json(200, OK)];
    insta::assert_snapshot!(trace(script).await);
}

#[tokio::test]
async fn an_error_is_noted_with_its_kind() {
    let refused = trace(vec![json(402, &envelope(402, ""))]).await;
    // The attempt succeeded as far as HTTP goes; the call did not.
    let rejected = trace(vec![json(200, &envelope(402, ""))]).await;
    insta::assert_snapshot!(format!("{refused}\n\n{rejected}"));
}

#[tokio::test]
async fn a_call_that_is_never_sent_is_noted_too() {
    let server = Server::start([]).await;
    let client = server.client().build().unwrap();
    let (log, guard) = Log::record(FmtSpan::CLOSE);
    client.request(Method::GET, "x").send().await.unwrap_err();
    drop(guard);
    assert!(log.text().contains("error.type=InvalidRequest"), "{}", log.text());
}

/// What was repaired, by what is noted of a client's only call.
async fn repaired<T>(step: Step, call: impl AsyncFnOnce(Client) -> T) -> Vec<String> {
    let server = Server::start([step]).await;
    let client = server.client().build().unwrap();
    let (log, guard) = Log::record(FmtSpan::NONE);
    call(client).await;
    drop(guard);
    let noted = log.text();
    let deviations = noted.lines().filter_map(|line| line.split_once("repaired deviation=")).map(|(_, said)| said);
    deviations.map(str::to_owned).collect()
}

#[tokio::test]
async fn what_is_repaired_is_noted_wherever_a_body_is_decoded() {
    const MARK: &str = "a byte order mark at $";
    const NULL: &str = "an element null at $[1]";
    const HALF: &str = "half of a surrogate pair at $[0]";
    let stream = async |client: Client| client.request(Method::GET, "/x").stream().await.unwrap().into_value();
    let lines = async |client| {
        let mut lines = stream(client).await.json_lines::<Vec<i64>>();
        assert_eq!(lines.next().await.unwrap().unwrap(), [1]);
    };
    assert_eq!(repaired(response(200, "", "\u{feff}[1,null]\n".as_bytes()), lines).await, [MARK, NULL]);
    let sequence = async |client| {
        let mut sequence = stream(client).await.json_sequence::<Vec<i64>>();
        assert_eq!(sequence.next().await.unwrap().unwrap(), [1]);
    };
    assert_eq!(repaired(response(200, "", "\u{feff}\u{1e}[1,null]\n".as_bytes()), sequence).await, [MARK, NULL]);
    let events = async |client| {
        let mut events = stream(client).await.events::<Vec<i64>>();
        assert_eq!(events.next().await.unwrap().unwrap().data, [1]);
    };
    assert_eq!(repaired(response(200, "", b"data: [1,null]\n\n"), events).await, [NULL]);
    let objects = async |client| {
        let mut objects = stream(client).await.event_objects::<Value>(EventData::JsonOrText);
        assert_eq!(objects.next().await.unwrap().unwrap().data, serde_json::json!({"data": ["\u{fffd}"]}));
    };
    assert_eq!(repaired(response(200, "", b"data: [\"\\ud83d\"]\n\n"), objects).await, [HALF]);
    let details = async |client: Client| {
        let error = client.request(Method::GET, "/x").send().await.unwrap_err();
        assert_eq!(error.details::<Vec<i64>>().unwrap().unwrap(), [1]);
    };
    assert_eq!(repaired(json(404, "[1,null]"), details).await, [NULL]);
}

#[tokio::test]
async fn query_values_are_shown_only_if_asked_for() {
    let server = Server::start([json(200, OK)]).await;
    let quiet = server.client().build().unwrap();
    let open = server.client().trace_query_values().build().unwrap();
    for (client, shown) in [(quiet, "/x?handle=REDACTED&n=REDACTED"), (open, "/x?handle=someone&n=1")] {
        let (log, guard) = Log::record(FmtSpan::CLOSE);
        client.request(Method::GET, "/x").query("handle", "someone").query("n", "1").send().await.unwrap();
        drop(guard);
        assert!(log.text().contains(&format!("{}{shown}", server.url)), "{}", log.text());
        assert_eq!(log.text().contains("someone"), shown.contains("someone"));
    }
}
