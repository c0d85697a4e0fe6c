//! Calls that a thread waits for.

use std::cell::RefCell;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Once, mpsc};
use std::time::{Duration, Instant};

use keyapi_runtime::{CallOptions, Environment, ErrorKind, Method, Pagination, RetryPolicy};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::LocalSet;

use crate::example::{BlockingClient, Client};
use crate::support::{KEY, OK, Server, Step, json as respond};

/// Starts a server that lives on a thread of its own.
fn server(script: Vec<Step>) -> Server {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            sender.send(Server::start(script).await).unwrap();
            std::future::pending::<()>().await;
        });
    });
    receiver.recv().unwrap()
}

fn client() -> BlockingClient {
    BlockingClient::new(server(vec![respond(200, OK)]).client().build().unwrap()).unwrap()
}

fn call(client: &BlockingClient) {
    assert_eq!(client.track_detail().send().unwrap().attempts(), 1);
}

#[test]
fn a_call_is_waited_for() {
    let server = server(vec![respond(200, OK)]);
    let client = BlockingClient::builder().api_key(KEY).base_url(&server.url).build().unwrap();
    for _ in 0..2 {
        call(&client);
    }
    let response = client.waiting.request(Method::POST, "/v1/x").query("a", "b").json(&json!(1)).send().unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!((client.waiting.credits().spent(), server.seen()[2].body.as_str()), (4, "1"));
    assert_eq!(client.waiting.request(Method::GET, "/v1/x").credits(3).preview().unwrap().credits(), Some(3));
}

#[test]
fn threads_may_wait_at_the_same_time() {
    let client = client();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| call(&client.clone()));
        }
    });
    assert_eq!(client.waiting.credits().spent(), 16);
}

#[test]
fn pages_are_an_iterator() {
    let page = |next: Value| respond(200, &json!({"code": 0, "data": {"next": next}}).to_string());
    let server = server(vec![page(json!("b")), page(json!("c")), respond(402, "{}"), page(json!("d"))]);
    let client = BlockingClient::new(server.client().build().unwrap()).unwrap();
    let pagination = pagination();
    let mut pages = client.waiting.request(Method::GET, "/v1/x").pages(pagination);
    let seen: Vec<_> =
        pages.by_ref().map(|page| page.map_err(|error| error.kind()).map(|page| page.attempts())).collect();
    assert_eq!(seen, [Ok(1), Ok(1), Err(ErrorKind::QuotaExhausted)]);
    assert!(pages.next().is_none());
    for shown in [format!("{pages:?}"), format!("{:?}", client.waiting)] {
        assert!(!shown.is_empty() && !shown.contains(KEY), "{shown}");
    }
    assert_eq!(server.seen().len(), 3);
}

fn pagination() -> Pagination {
    Pagination::Cursor { cursor: "at", next: "/data/next", has_more: None, items: None }
}

fn runtimes() -> [Runtime; 2] {
    [Builder::new_current_thread(), Builder::new_multi_thread()]
        .map(|mut builder| builder.enable_all().build().unwrap())
}

#[test]
fn it_works_in_every_kind_of_runtime_and_in_none() {
    let client = client();
    call(&client);
    for runtime in runtimes() {
        runtime.block_on(async { call(&client) });
        let spawned = client.clone();
        runtime.block_on(async { tokio::spawn(async move { call(&spawned) }).await.unwrap() });
        let blocked = client.clone();
        runtime.block_on(async { tokio::task::spawn_blocking(move || call(&blocked)).await.unwrap() });
        LocalSet::new().block_on(&runtime, async {
            let local = client.clone();
            tokio::task::spawn_local(async move { call(&local) }).await.unwrap();
            call(&client);
        });
    }
    // Without timers and I/O of its own, too.
    Builder::new_current_thread().build().unwrap().block_on(async { call(&client) });
}

/// Calls when it is dropped.
struct CallsInDrop(BlockingClient);

impl Drop for CallsInDrop {
    fn drop(&mut self) {
        call(&self.0);
    }
}

#[test]
fn it_works_in_a_drop_also_while_a_panic_unwinds_or_a_runtime_ends() {
    let client = client();
    drop(CallsInDrop(client.clone()));
    let panicking = client.clone();
    std::thread::spawn(move || {
        let _calls = CallsInDrop(panicking);
        panic!("on purpose");
    })
    .join()
    .unwrap_err();
    for runtime in runtimes() {
        let held = CallsInDrop(client.clone());
        runtime.spawn(async move {
            std::future::pending::<()>().await;
            drop(held);
        });
        runtime.block_on(tokio::task::yield_now());
        drop(runtime);
    }
    assert_eq!(client.waiting.credits().spent(), 8);
}

/// Calls when its thread ends.
struct CallsLast(BlockingClient, mpsc::Sender<Option<ErrorKind>>);

impl Drop for CallsLast {
    fn drop(&mut self) {
        let result = self.0.track_detail().send();
        self.1.send(result.err().map(|error| error.kind())).unwrap();
    }
}

#[test]
fn a_call_of_a_thread_that_is_ending_is_an_error() {
    thread_local!(static KEPT: RefCell<Option<CallsLast>> = const { RefCell::new(None) });
    let (client, (sender, receiver)) = (client(), mpsc::channel());
    std::thread::spawn(move || {
        // What a thread has made last it drops first, and so what the call needs before what is kept.
        KEPT.set(Some(CallsLast(client.clone(), sender)));
        call(&client);
    });
    assert_eq!(receiver.recv().unwrap(), Some(ErrorKind::Configuration));
}

#[test]
fn the_last_clone_may_be_dropped_inside_of_a_runtime() {
    for runtime in runtimes() {
        let client = client();
        runtime.block_on(async {
            call(&client);
            drop(client);
            let other = self::client();
            call(&other);
            tokio::spawn(async move { drop(other) }).await.unwrap();
        });
    }
}

/// The clock of the client's own thread, which stands still from the first call on, and goes on when that thread has nothing
/// else to do.
#[derive(Debug)]
struct OwnClock(Once);

impl Environment for OwnClock {
    fn now(&self) -> Instant {
        // A call is polled in the runtime of that thread, wherever it is waited for; a client is built in none.
        if Handle::try_current().is_ok() {
            self.0.call_once(tokio::time::pause);
        }
        tokio::time::Instant::now().into_std()
    }
}

/// A call without an answer, on a thread of whatever runtime: the timer of the client's own thread ends it.
#[test]
fn a_call_ends_at_its_deadline() {
    let server = server(vec![Step::Hang]);
    let client = server.client().environment(OwnClock(Once::new())).attempt_timeout(Duration::MAX);
    let client = client.retry(RetryPolicy::never()).build().unwrap();
    let client = BlockingClient::new(client).unwrap();
    for runtime in runtimes() {
        runtime.block_on(async {
            let options = CallOptions::new().timeout(Duration::from_secs(3_600));
            let error = client.track_detail().options(options).send().unwrap_err();
            assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 1), "{error}");
            assert_eq!(error.message(), Some("the response was not complete in time"));
        });
    }
}

/// A server that closes each connection after one answer, as one does whose time for idle connections is short. It says when
/// the client has closed it too, which it does when it learns of it.
struct Closing {
    url: String,
    closed: mpsc::Receiver<()>,
}

impl Closing {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (sender, closed) = mpsc::channel();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                answer(&stream);
                stream.shutdown(Shutdown::Write).unwrap();
                assert_eq!(stream.read(&mut [0]).unwrap(), 0);
                sender.send(()).unwrap();
            }
        });
        Self { url, closed }
    }
}

/// Answers one request and keeps the connection open until the function ends.
fn answer(stream: &TcpStream) {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    for line in reader.by_ref().lines().map_while(Result::ok).take_while(|line| !line.is_empty()) {
        if let Some((_, value)) = line.split_once(": ").filter(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        {
            length = value.parse().unwrap();
        }
    }
    reader.read_exact(&mut vec![0; length]).unwrap();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{OK}", OK.len());
    let mut writer = stream;
    writer.write_all(head.as_bytes()).unwrap();
}

/// Nobody waits between two calls, and all the same the client learns that its connection is gone.
#[test]
fn a_connection_that_the_server_closes_between_calls_fails_none() {
    let server = Closing::start();
    let builder = Client::builder().api_key(KEY).base_url(&server.url).retry(RetryPolicy::never());
    let client = BlockingClient::new(builder.build().unwrap()).unwrap();
    for _ in 0..5 {
        let response = client.waiting.request(Method::POST, "/v1/x").json(&1).send().unwrap();
        assert_eq!(response.attempts(), 1);
        server.closed.recv_timeout(Duration::from_secs(20)).unwrap();
    }
}

#[test]
fn two_clients_of_one_asynchronous_client_share_its_budget_and_no_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            std::thread::spawn(move || {
                let stream = stream.unwrap();
                loop {
                    answer(&stream);
                }
            });
        }
    });
    let asynchronous = Client::builder().api_key(KEY).base_url(url).retry(RetryPolicy::never()).build().unwrap();
    let (one, other) =
        (BlockingClient::new(asynchronous.clone()).unwrap(), BlockingClient::new(asynchronous.clone()).unwrap());
    for _ in 0..3 {
        call(&one);
        call(&other);
    }
    drop(one);
    call(&other);
    assert_eq!(asynchronous.credits_spent(), 14);
}
