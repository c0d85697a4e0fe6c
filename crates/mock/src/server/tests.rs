//! What takes time, on a clock that goes on as soon as nothing else is left to do.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::oneshot;

use super::*;
use crate::document::load;
use crate::engine::options::Options;

const THINGS: &str = "
openapi: 3.0.3
paths:
  /things:
    get: {operationId: list_things, responses: {'200': {description: ok, content: {text/plain: {example: things}}}}}
";

/// A server in the runtime of a test.
struct Running {
    engine: Arc<Engine>,
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    ended: tokio::task::JoinHandle<()>,
}

async fn start(limits: Limits) -> Running {
    let engine = Arc::new(Engine::new(load::text("spec.yaml", THINGS).unwrap(), Options::default()));
    let server = Server { limits, ..Server::new(Arc::clone(&engine)) };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let ended = tokio::spawn(server.serve(listener, async { _ = stopped.await }));
    Running { engine, address, stop, ended }
}

impl Running {
    async fn connect(&self, sent: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(sent.as_bytes()).await.unwrap();
        stream
    }

    /// Waits for a request. The clock stands still meanwhile, so that turns are counted.
    async fn journals(&self) {
        for _ in 0..1_000_000 {
            if !self.engine.journal().is_empty() {
                return;
            }
            tokio::task::yield_now().await;
        }
        panic!("no request has come");
    }

    fn script(&self, step: &str) {
        self.engine.script("list_things", [step.parse::<crate::engine::step::Step>().unwrap()]).unwrap();
    }
}

/// All that comes, and what time it takes.
async fn read(mut stream: TcpStream) -> (String, Duration) {
    let start = tokio::time::Instant::now();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    (text, start.elapsed())
}

const GET: &str = "GET /things HTTP/1.1\r\nhost: mock\r\nconnection: close\r\n\r\n";

#[tokio::test(start_paused = true)]
async fn slow_clients_are_hung_up_on() {
    let server = start(Limits::default()).await;
    let patience = Limits::default().patience;
    let (text, time) = read(server.connect("GET / HTTP/1.1\r\nhost: ").await).await;
    assert!(text.is_empty() && time >= patience, "{text} after {time:?}");
    let head = "POST /things HTTP/1.1\r\nhost: mock\r\n";
    for body in ["content-length: 10\r\n\r\nx", "transfer-encoding: chunked\r\n\r\nfffffffffffffff\r\nx"] {
        let slow = server.connect(&format!("{head}{body}")).await;
        // Only its own connection has to wait for it.
        assert!(read(server.connect(GET).await).await.0.starts_with("HTTP/1.1 200 "), "{body}");
        let (text, _) = read(slow).await;
        assert!(text.starts_with("HTTP/1.1 408 ") && text.contains("connection: close"), "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn who_sends_no_more_still_reads() {
    let server = start(Limits::default()).await;
    for step in ["answer", "answer+40m", "drip:2:1m"] {
        server.script(step);
        let mut stream = server.connect("GET /things HTTP/1.1\r\nhost: mock\r\n\r\n").await;
        stream.shutdown().await.unwrap();
        let (text, _) = read(stream).await;
        assert!(text.ends_with("\r\n\r\nthings"), "{step}: {text}");
    }
}

#[tokio::test(start_paused = true)]
async fn latency_holds_for_mocks_and_for_the_document() {
    let server = start(Limits::default()).await;
    server.script("answer+40m");
    let (text, time) = read(server.connect(GET).await).await;
    assert!(text.ends_with("\r\n\r\nthings") && time >= Duration::from_secs(40 * 60), "{text} after {time:?}");
    server.engine.state().overrides.register(|httpmock| _ = httpmock.mock(|_, then| _ = then.status(418)));
    server.script("answer+40m");
    let (text, time) = read(server.connect(GET).await).await;
    assert!(text.starts_with("HTTP/1.1 418 ") && time >= Duration::from_secs(40 * 60), "{text} after {time:?}");
}

#[tokio::test(start_paused = true)]
async fn a_body_can_come_slowly() {
    let server = start(Limits::default()).await;
    server.script("drip:2:1m");
    let mut stream = server.connect(GET).await;
    let (mut text, mut times, start) = (Vec::new(), Vec::new(), tokio::time::Instant::now());
    while stream.read_buf(&mut text).await.unwrap() > 0 {
        times.push(start.elapsed().as_secs() / 60);
    }
    assert!(text.ends_with(b"\r\n\r\nthings"));
    times.dedup();
    assert_eq!(times, [0, 1, 2]);
}

#[tokio::test(start_paused = true)]
async fn slow_clients_do_not_keep_a_server_from_stopping() {
    let server = start(Limits::default()).await;
    let head = "POST /things HTTP/1.1\r\nhost: mock\r\nexpect: 100-continue\r\ncontent-length: 5\r\n\r\n";
    let mut slow = server.connect(head).await;
    slow.read_exact(&mut [0; 12]).await.unwrap();
    let start = tokio::time::Instant::now();
    server.stop.send(()).unwrap();
    server.ended.await.unwrap();
    assert!((5..6).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
    drop(slow);
}

#[tokio::test(start_paused = true)]
async fn long_latencies_do_not_keep_a_server_from_stopping() {
    let server = start(Limits::default()).await;
    server.script("answer+40m");
    let waiting = server.connect(GET).await;
    let start = tokio::time::Instant::now();
    server.journals().await;
    server.stop.send(()).unwrap();
    server.ended.await.unwrap();
    assert_eq!(start.elapsed().as_secs(), 0);
    assert_eq!(read(waiting).await.0, "");
}

#[tokio::test(start_paused = true)]
async fn what_comes_long_after_the_end_is_not_waited_for() {
    let cases = [(3_600, false, 1), (4, true, 4)];
    for (delay, is_sent, seconds) in cases {
        let (running, stopped) = tokio::sync::watch::channel(());
        let start = tokio::time::Instant::now();
        let stop = async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            drop(running);
        };
        let (sent, ()) = tokio::join!(wait(Duration::from_secs(delay), stopped), stop);
        assert_eq!((sent.is_ok(), start.elapsed().as_secs()), (is_sent, seconds));
    }
}
