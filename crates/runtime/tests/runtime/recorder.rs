//! What is recorded, what is taken out of it, and what a file that cannot be written does to a call: nothing.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};

use keyapi_runtime::{AttemptEnded, HeaderName, HeaderValue, Method, Observer, Recorder};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{KEY, OK, Server, Step, envelope, json, response};

/// A folder with a journal in it.
struct Journal(TempDir);

impl Journal {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("journal.json")
    }

    fn open(&self) -> Arc<Recorder> {
        Arc::new(Recorder::open(self.path()).unwrap())
    }

    fn text(&self) -> String {
        fs::read_to_string(self.path()).unwrap()
    }

    fn entries(&self) -> Vec<Value> {
        serde_json::from_str(&self.text()).unwrap()
    }

    /// The recorded bodies.
    fn bodies(&self) -> Vec<String> {
        self.entries().iter().map(|entry| entry["response"]["body"].as_str().unwrap().to_owned()).collect()
    }
}

/// Records the responses of a script, as so many calls.
async fn record(recorder: &Arc<Recorder>, script: Vec<Step>) {
    let calls = script.len();
    let server = Server::start(script).await;
    let client = server.client().retry(keyapi_runtime::RetryPolicy::never()).observer(Arc::clone(recorder)).build();
    let client = client.unwrap();
    for _ in 0..calls {
        _ = client.track_detail().id("6703723351497508865").send().await;
    }
}

#[tokio::test]
async fn every_json_response_is_an_entry_and_what_was_asked_for_is_none() {
    let (journal, server) = (Journal::new(), Server::start([json(429, &envelope(429, "")), json(200, OK)]).await);
    let recorder = journal.open();
    let client = server.client().observer(Arc::clone(&recorder)).build().unwrap();
    client.track_detail().id("6703723351497508865").send().await.unwrap();
    client.request(Method::GET, "/v1/new?handle=someone").send().await.unwrap();
    let [limited, ok, new] = journal.entries().try_into().unwrap();
    let entry = |number: u32, status: u16, body: &str| {
        json!({"sequence": number, "operation": "track_detail", "method": "GET", "path": "/v1/tracks/detail",
            "status": status, "response": {"body": body}})
    };
    assert_eq!([limited, ok], [entry(1, 429, &envelope(429, "")), entry(2, 200, OK)]);
    assert_eq!(new["operation"], "GET /v1/new");
    assert!(!journal.text().contains("6703723351497508865") && !journal.text().contains("someone"));
    assert_eq!((recorder.recorded(), recorder.missed(), recorder.problem()), (3, 0, None));
}

#[tokio::test]
async fn what_is_secret_is_taken_out_and_the_rest_stays_as_it_was_written() {
    let journal = Journal::new();
    let secret = json!({"code": 0, "data": {"echo": format!("a {KEY} b"), "mail": "jane@x.io", "text": "call +49 170 1234567",
        "url": "https://x.io/a?x-signature=ab&w=1", "access_token": 5, "other": "sk_live_somebody", "size": 1}});
    let plain = r#"{"code":0, "data":{"ratio":1.0,"big":123456789012345678901,"e":1e2}}"#;
    record(&journal.open(), vec![json(200, &secret.to_string()), json(200, plain)]).await;
    let [redacted, kept] = journal.bodies().try_into().unwrap();
    let redacted: Value = serde_json::from_str(&redacted).unwrap();
    assert_eq!(
        redacted["data"],
        json!({"echo": "a REDACTED b", "mail": "REDACTED", "text": "call +10000000000",
            "url": "https://x.io/a?REDACTED", "access_token": 0, "other": "REDACTED", "size": 1})
    );
    assert_eq!(kept, plain);
}

#[tokio::test]
async fn a_body_in_which_the_key_remains_is_missed() {
    let (journal, hex) = (Journal::new(), KEY.bytes().map(|byte| format!("{byte:02x}")).collect::<String>());
    let recorder = journal.open();
    let names = [KEY, &hex, &hex.to_uppercase(), &KEY.replace('_', "%5f"), "jane@x.io"];
    let mut bodies: Vec<String> = names.iter().map(|name| format!(r#"{{"{name}":1}}"#)).collect();
    bodies.push(format!(r#"{{"data":"{hex}"}}"#));
    record(&recorder, bodies.iter().map(|body| json(200, body)).collect()).await;
    assert_eq!((journal.text().as_str(), recorder.missed()), ("", 6));
    assert!(recorder.problem().unwrap().contains("remains"));
}

#[tokio::test]
async fn what_is_exchanged_beside_the_key_is_taken_out_too() {
    let body =
        json!({"code": 0, "data": ["my-tenant-77", "s1d2c3", "q1w2e3r4", "handed0ut", "6703723351497508865", "US"]});
    let step = response(200, "set-cookie: visit=handed0ut; path=/\r\n", body.to_string().as_bytes());
    let (journal, server) = (Journal::new(), Server::start([step.clone(), step]).await);
    let header = |name, value| (HeaderName::from_static(name), HeaderValue::from_static(value));
    let (tenant, cookie) = (header("x-tenant", "my-tenant-77"), header("cookie", "sid=s1d2c3"));
    let client = server.client().observer(journal.open()).header(tenant.0, tenant.1).header(cookie.0, cookie.1);
    let client = client.build().unwrap();
    let request = client.request(Method::GET, "/v1/new").query("access_token", "q1w2e3r4");
    request.query("id", "6703723351497508865").query("region", "US").send().await.unwrap();
    client.request(Method::GET, "/v1/users/jane.doe@x.org/phone/+14155552671").send().await.unwrap();
    let recorded: Value = serde_json::from_str(&journal.bodies()[0]).unwrap();
    let hidden = "REDACTED";
    assert_eq!(recorded["data"], json!([hidden, hidden, hidden, hidden, "6703723351497508865", "US"]));
    assert_eq!(journal.entries()[1]["path"], "/v1/users/redacted@example.com/phone/+10000000000");
    assert!(!journal.text().contains("jane") && !journal.text().contains("4155552671"), "{}", journal.text());
}

#[tokio::test]
async fn a_journal_that_is_taken_away_is_made_anew() {
    let (journal, server) = (Journal::new(), Server::start([json(200, OK)]).await);
    let recorder = journal.open();
    let client = server.client().observer(Arc::clone(&recorder)).build().unwrap();
    client.track_detail().send().await.unwrap();
    fs::rename(journal.path(), journal.0.path().join("rotated.json")).unwrap();
    client.track_detail().send().await.unwrap();
    assert_eq!((journal.entries().len(), recorder.recorded(), recorder.missed()), (1, 2, 0));
    // Nothing is recorded where nothing can be.
    fs::remove_file(journal.path()).unwrap();
    fs::create_dir(journal.path()).unwrap();
    client.track_detail().send().await.unwrap();
    fs::remove_dir(journal.path()).unwrap();
    assert_eq!(recorder.recorded() + recorder.missed(), 3);
}

#[tokio::test]
async fn what_is_no_json_or_did_not_come_whole_is_no_entry() {
    let (journal, cut) = (Journal::new(), Step::Raw(b"HTTP/1.1 200 X\r\ncontent-length: 9\r\n\r\n{}".to_vec()));
    let recorder = journal.open();
    record(&recorder, vec![json(502, "<html>"), json(200, ""), response(200, "", b"\xff"), Step::Close, cut]).await;
    assert_eq!((journal.text().as_str(), recorder.recorded(), recorder.missed()), ("", 0, 0));
    // The SDK reads them, and so does whoever reads the journal.
    let sloppy = [&b"\xef\xbb\xbf{}"[..], br#"{"a":"\ud800"}"#, br#"{"a":1,"a":2}"#];
    record(&recorder, sloppy.map(|body| response(200, "", body)).into()).await;
    assert_eq!(journal.bodies(), ["{}", "{\"a\":\"\u{fffd}\"}", r#"{"a":2}"#]);
}

#[tokio::test]
async fn a_journal_goes_on_and_is_complete_after_every_entry() {
    let journal = Journal::new();
    for count in 1..=3 {
        record(&journal.open(), vec![json(200, OK)]).await;
        assert_eq!(journal.entries().len(), count);
    }
    // Also one that another program has written in its own way.
    for (other, count) in [("[ {\"sequence\":1} \n ]", 2), ("[]", 1), ("[\n]\n", 1)] {
        fs::write(journal.path(), other).unwrap();
        record(&journal.open(), vec![json(200, OK)]).await;
        assert_eq!(journal.entries().len(), count, "{other}");
    }
}

#[tokio::test]
async fn no_other_file_is_touched() {
    let journal = Journal::new();
    for other in ["{}", "[[]]", "[1]", "[{\"a\":1}]", "[{\"sequence\":1}", "text", &" ".repeat(200)] {
        fs::write(journal.path(), other).unwrap();
        let error = Recorder::open(journal.path()).unwrap_err();
        assert!(error.to_string().contains("no journal"), "{error}");
        assert_eq!(journal.text(), other);
    }
    Recorder::open(journal.0.path()).unwrap_err();
    Recorder::open(journal.0.path().join("a/b")).unwrap_err();
}

#[tokio::test]
async fn a_file_that_cannot_be_written_any_more_loses_no_call() {
    let (journal, server) = (Journal::new(), Server::start([json(200, OK)]).await);
    let recorder = journal.open();
    let client = server.client().observer(Arc::clone(&recorder)).build().unwrap();
    client.track_detail().send().await.unwrap();
    fs::write(journal.path(), "somebody else's").unwrap();
    client.track_detail().send().await.unwrap();
    assert_eq!((recorder.recorded(), recorder.missed()), (1, 1));
    assert_eq!(journal.text(), "somebody else's");
}

#[tokio::test]
async fn a_file_grows_no_further_than_its_limit() {
    let journal = Journal::new();
    let recorder = Arc::new(Recorder::open(journal.path()).unwrap().limit(600));
    record(&recorder, vec![json(200, OK); 9]).await;
    assert!(recorder.recorded() > 1 && recorder.recorded() + recorder.missed() == 9, "{recorder:?}");
    assert_eq!(journal.entries().len() as u64, recorder.recorded());
    assert!(journal.text().len() <= 600 && recorder.problem().unwrap().contains("600 bytes"));
    // As much as there may be has room.
    let journal = Journal::new();
    record(&journal.open(), vec![json(200, OK)]).await;
    let size = journal.text().len() as u64;
    for (limit, recorded) in [(size, 1), (size - 1, 0)] {
        let journal = Journal::new();
        let recorder = Arc::new(Recorder::open(journal.path()).unwrap().limit(limit));
        record(&recorder, vec![json(200, OK)]).await;
        assert_eq!(recorder.recorded(), recorded, "{recorder:?}");
    }
}

#[test]
fn recorders_of_one_file_take_turns() {
    let journal = Journal::new();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            let recorder = journal.open();
            scope.spawn(move || runtime().block_on(record(&recorder, vec![json(200, OK); 20])));
        }
    });
    assert_eq!(journal.entries().len(), 160);
}

/// Says when an attempt has ended.
struct Signal(Sender<()>);

impl Observer for Signal {
    fn attempt_ended(&self, _: &AttemptEnded<'_>) {
        self.0.send(()).unwrap();
    }
}

#[test]
fn a_recorder_waits_while_another_program_writes() {
    let journal = Journal::new();
    let recorder = journal.open();
    let ((before, begun), (after, ended)) = (channel(), channel());
    let other = fs::File::open(journal.path()).unwrap();
    other.lock().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            runtime().block_on(async {
                let server = Server::start([json(200, OK)]).await;
                let client = server.client().observer(Signal(before)).observer(recorder).observer(Signal(after));
                client.build().unwrap().track_detail().send().await.unwrap();
            });
        });
        begun.recv().unwrap();
        for _ in 0..10_000 {
            assert!(ended.try_recv().is_err());
            std::thread::yield_now();
        }
        assert_eq!(journal.text(), "");
        other.unlock().unwrap();
        ended.recv().unwrap();
    });
    assert_eq!(journal.entries().len(), 1);
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}
