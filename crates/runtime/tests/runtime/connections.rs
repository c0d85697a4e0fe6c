//! Connections that stay open: who may use them, and what happens when they are gone.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, mpsc};

use keyapi_runtime::{ErrorKind, Method, RetryPolicy};
use tokio::runtime::{Builder, Runtime};

use crate::example::{Client, ClientBuilder};
use crate::support::{FakeTime, KEY, OK, own_client};

/// What the server does with one request.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// Answers and keeps the connection open.
    Answer,
    /// Closes the connection without a byte, as a server does that gave it up a moment ago.
    Close,
    /// Keeps the connection open and says nothing.
    Hold,
}

/// A server that belongs to no runtime. The last step of the script is repeated.
struct Server {
    url: String,
    /// For each request, the connection on which it came, counted from one.
    seen: Arc<Mutex<Vec<usize>>>,
    arrivals: Mutex<mpsc::Receiver<()>>,
}

impl Server {
    fn start(script: impl IntoIterator<Item = Step>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let script = Arc::new(Mutex::new(script.into_iter().collect::<VecDeque<_>>()));
        let seen = Arc::default();
        let (arrived, arrivals) = mpsc::channel();
        let log = Arc::clone(&seen);
        std::thread::spawn(move || {
            for (index, stream) in listener.incoming().enumerate() {
                let (script, log, arrived) = (Arc::clone(&script), Arc::clone(&log), arrived.clone());
                std::thread::spawn(move || serve(&stream.unwrap(), index + 1, &script, &log, &arrived));
            }
        });
        Self { url, seen, arrivals: Mutex::new(arrivals) }
    }

    fn client(&self) -> ClientBuilder {
        Client::builder().api_key(KEY).base_url(&self.url).environment(FakeTime::new())
    }

    fn seen(&self) -> Vec<usize> {
        self.seen.lock().unwrap().clone()
    }

    /// Waits until the next request has come.
    fn wait(&self) {
        self.arrivals.lock().unwrap().recv().unwrap();
    }
}

fn serve(
    stream: &TcpStream,
    connection: usize,
    script: &Mutex<VecDeque<Step>>,
    seen: &Mutex<Vec<usize>>,
    arrived: &mpsc::Sender<()>,
) {
    let mut lines = BufReader::new(stream).lines();
    // A request ends with an empty line, since none of these has a body.
    while lines.by_ref().map_while(Result::ok).take_while(|line| !line.is_empty()).count() > 0 {
        seen.lock().unwrap().push(connection);
        let step = {
            let mut script = script.lock().unwrap();
            if script.len() > 1 { script.pop_front() } else { script.front().copied() }
        };
        _ = arrived.send(());
        match step.unwrap() {
            Step::Answer => {
                let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{OK}", OK.len());
                let mut writer = stream;
                writer.write_all(head.as_bytes()).unwrap();
            }
            Step::Close => return,
            Step::Hold => {}
        }
    }
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn call(runtime: &Runtime, client: &Client) -> Result<u32, keyapi_runtime::Error> {
    runtime.block_on(client.track_detail().send()).map(|response| response.attempts())
}

#[test]
fn a_connection_is_used_again_by_its_own_runtime_only() {
    let server = Server::start([Step::Answer]);
    let client = server.client().build().unwrap();
    let (one, other) = (runtime(), runtime());
    for runtime in [&one, &one, &other, &one, &other] {
        assert_eq!(call(runtime, &client.clone()).unwrap(), 1);
    }
    assert_eq!(server.seen(), [1, 1, 2, 1, 2]);
    // A runtime takes its connections with it.
    drop(one);
    assert_eq!(call(&other, &client).unwrap(), 1);
    assert_eq!(call(&runtime(), &client).unwrap(), 1);
    assert_eq!(server.seen(), [1, 1, 2, 1, 2, 2, 3]);
}

#[test]
fn runtimes_that_come_and_go_fail_no_call() {
    let server = Server::start([Step::Answer]);
    let client = server.client().retry(RetryPolicy::never()).build().unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..20 {
                    call(&runtime(), &client).unwrap();
                }
            });
        }
    });
    assert_eq!(server.seen().len(), 80);
}

/// Makes a call on a connection whose runtime ends before the response comes.
fn call_on_a_dying_runtime(server: &Server, client: &Client, method: Method) -> Result<u32, keyapi_runtime::Error> {
    let driver = runtime();
    call(&driver, client).unwrap();
    server.wait();
    std::thread::scope(|scope| {
        let call = scope.spawn(|| {
            let request = client.request(method, "/v1/x");
            runtime().block_on(request.send()).map(|response| response.attempts())
        });
        // The other runtime's call is sent by this one's task, and then nobody is left to read the response.
        driver.block_on(async {
            while server.seen().len() < 2 {
                tokio::task::yield_now().await;
            }
        });
        drop(driver);
        call.join().unwrap()
    })
}

#[test]
fn a_connection_whose_runtime_is_gone_is_changed_at_once_and_at_nobodys_cost() {
    let server = Server::start([Step::Answer, Step::Hold, Step::Answer]);
    let time = FakeTime::new();
    let client = server
        .client()
        .environment(time.clone())
        .http_client(own_client().build().unwrap())
        .retry(RetryPolicy::never());
    let attempts = call_on_a_dying_runtime(&server, &client.build().unwrap(), Method::GET).unwrap();
    assert_eq!((attempts, server.seen()), (1, vec![1, 1, 2]));
    assert!(time.sleeps().is_empty());
}

#[test]
fn what_may_have_been_processed_is_not_sent_again_when_a_runtime_is_gone() {
    let server = Server::start([Step::Answer, Step::Hold, Step::Answer]);
    let client = server.client().http_client(own_client().build().unwrap()).build().unwrap();
    let error = call_on_a_dying_runtime(&server, &client, Method::POST).unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Transport, 1));
    assert_eq!(server.seen(), [1, 1]);
}

#[test]
fn a_stale_connection_is_changed_where_that_is_safe() {
    for (method, attempts, kind) in [
        (Method::GET, 3, None),
        (Method::GET, 1, Some(ErrorKind::Transport)),
        (Method::POST, 3, Some(ErrorKind::Transport)),
    ] {
        let server = Server::start([Step::Answer, Step::Close, Step::Answer]);
        let client = server.client().retry(RetryPolicy::default().max_attempts(attempts)).build().unwrap();
        let runtime = runtime();
        call(&runtime, &client).unwrap();
        let second = runtime.block_on(client.request(method, "/v1/x").send());
        assert_eq!(second.as_ref().err().map(keyapi_runtime::Error::kind), kind);
        match second {
            Ok(response) => assert_eq!((response.attempts(), server.seen()), (2, vec![1, 1, 2])),
            Err(error) => {
                assert_eq!((error.attempts(), server.seen()), (1, vec![1, 1]));
                assert!(error.to_string().contains("connection broke"), "{error}");
            }
        }
    }
}
