//! A server that answers from a script, and an environment in which waiting takes no time.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use keyapi_runtime::{Environment, Sleep};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

use crate::example::{Client, ClientBuilder};

/// The key of every test, easy to find where it should not be.
pub const KEY: &str = "sk_live_canary";

/// What the server does with one request.
#[derive(Clone, Debug)]
pub enum Step {
    /// Sends these bytes and closes the connection.
    Raw(Vec<u8>),
    /// Closes the connection without a byte.
    Close,
    /// Sends these bytes and keeps the connection open.
    Stall(Vec<u8>),
    /// Keeps the connection open and says nothing.
    Hang,
    /// Takes one of two steps by the key that comes.
    ForKey { key: String, accepted: Box<Step>, refused: Box<Step> },
}

/// A JSON response.
pub fn json(status: u16, body: &str) -> Step {
    response(status, "content-type: application/json\r\n", body.as_bytes())
}

/// A response with more header lines, each ended by `\r\n`.
pub fn response(status: u16, headers: &str, body: &[u8]) -> Step {
    let length = body.len();
    let head = format!("HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n");
    Step::Raw([head.as_bytes(), body].concat())
}

/// The envelope of a success.
pub const OK: &str = r#"{"code":0,"message":"success","data":{"sound":{"title":"New Sun"}},"requestId":"r-1"}"#;

/// The envelope of a documented error.
pub fn envelope(code: i64, message: &str) -> String {
    format!(r#"{{"code":{code},"data":null,"message":"{message}"}}"#)
}

/// A request as the server saw it.
#[derive(Clone, Debug)]
pub struct Seen {
    pub line: String,
    pub head: String,
    pub body: String,
}

impl Seen {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

/// A server on a free port. The last step of the script is repeated.
pub struct Server {
    pub url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    pub async fn start(script: impl IntoIterator<Item = Step>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let mut script: VecDeque<Step> = script.into_iter().collect();
        let log = Arc::clone(&seen);
        tokio::spawn(async move {
            let mut held = Vec::new();
            while let Ok((mut stream, _)) = listener.accept().await {
                let Some(request) = read(&mut stream).await else { continue };
                let authorization = request.header("authorization").map(str::to_owned);
                log.lock().unwrap().push(request);
                let step = if script.len() > 1 { script.pop_front() } else { script.front().cloned() };
                let step = match step.unwrap() {
                    Step::ForKey { key, accepted, refused } => {
                        if authorization == Some(format!("Bearer {key}")) {
                            *accepted
                        } else {
                            *refused
                        }
                    }
                    step => step,
                };
                match step {
                    Step::Raw(bytes) => drop(stream.write_all(&bytes).await),
                    Step::Stall(bytes) => {
                        stream.write_all(&bytes).await.unwrap();
                        held.push(stream);
                    }
                    Step::Close | Step::ForKey { .. } => {}
                    Step::Hang => held.push(stream),
                }
            }
        });
        Self { url, seen }
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// A client of this server that waits in no time.
    pub fn client(&self) -> ClientBuilder {
        self.client_in(&FakeTime::new())
    }

    pub fn client_in(&self, time: &FakeTime) -> ClientBuilder {
        Client::builder().api_key(KEY).base_url(&self.url).environment(time.clone())
    }
}

/// A place where nobody listens, and nobody comes to: the port stays taken for as long as this is kept.
pub struct Nobody {
    pub url: String,
    _bound: TcpSocket,
}

impl Nobody {
    pub fn new() -> Self {
        let bound = TcpSocket::new_v4().unwrap();
        bound.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        Self { url: format!("http://{}", bound.local_addr().unwrap()), _bound: bound }
    }
}

async fn read(stream: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let (line, head) = head.split_once("\r\n").unwrap();
            let seen = Seen { line: line.to_owned(), head: head.to_owned(), body: body.to_owned() };
            let length = seen.header("content-length").map_or(0, |length| length.parse().unwrap());
            if body.len() >= length {
                return Some(seen);
            }
        }
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return None,
            Ok(count) => bytes.extend_from_slice(&chunk[..count]),
        }
    }
}

/// Time that passes only by sleeping, at once. Jitter is always half of what it may be.
#[derive(Clone, Debug)]
pub struct FakeTime {
    start: Instant,
    sleeps: Arc<Mutex<Vec<Duration>>>,
    held: Arc<AtomicBool>,
    waiting: Arc<AtomicBool>,
}

impl FakeTime {
    pub fn new() -> Self {
        Self { start: Instant::now(), sleeps: Arc::default(), held: Arc::default(), waiting: Arc::default() }
    }

    /// Every wait so far, in seconds.
    pub fn sleeps(&self) -> Vec<f64> {
        self.sleeps.lock().unwrap().iter().map(Duration::as_secs_f64).collect()
    }

    /// Lets time stand still: whoever waits from now on waits for ever.
    pub fn hold(&self) {
        self.held.store(true, Ordering::Relaxed);
    }

    /// Ends when somebody waits for ever.
    pub async fn somebody_waits(&self) {
        while !self.waiting.load(Ordering::Relaxed) {
            tokio::task::yield_now().await;
        }
    }

    /// Lets waiting take no time again.
    pub fn release(&self) {
        self.held.store(false, Ordering::Relaxed);
    }

    fn elapsed(&self) -> Duration {
        self.sleeps.lock().unwrap().iter().sum()
    }
}

impl Environment for FakeTime {
    fn now(&self) -> Instant {
        self.start + self.elapsed()
    }

    fn wall_clock(&self) -> SystemTime {
        // Sun, 06 Nov 1994 08:49:37 GMT, the date that HTTP's own examples use.
        SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777) + self.elapsed()
    }

    fn random(&self) -> f64 {
        0.5
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        if self.held.load(Ordering::Relaxed) {
            self.waiting.store(true, Ordering::Relaxed);
            return Box::pin(std::future::pending());
        }
        self.sleeps.lock().unwrap().push(duration);
        Box::pin(std::future::ready(()))
    }
}

/// The clock of a paused runtime, which goes on when there is nothing else to do.
#[derive(Debug)]
pub struct PausedTime;

impl Environment for PausedTime {
    fn now(&self) -> Instant {
        tokio::time::Instant::now().into_std()
    }

    fn random(&self) -> f64 {
        0.5
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// Polls a call once and drops it.
pub async fn cancel<T>(call: impl Future<Output = T>) {
    tokio::select! {
        biased;
        _ = call => panic!("the call ended before it was cancelled"),
        () = std::future::ready(()) => {}
    }
}

/// An HTTP client as a caller may pass it.
pub fn own_client() -> reqwest::ClientBuilder {
    let tls = rustls::ClientConfig::builder_with_provider(rustls::crypto::ring::default_provider().into())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    reqwest::Client::builder().tls_backend_preconfigured(tls).no_proxy()
}
