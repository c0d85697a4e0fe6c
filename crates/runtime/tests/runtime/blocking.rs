//! Calls without an async runtime.

use std::sync::mpsc;

use keyapi_runtime::{ErrorKind, blocking};

use crate::example::Client;
use crate::support::{OK, Server, json};

/// Starts a server that lives on a thread of its own, and gives its client.
fn client() -> Client {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let server = Server::start([json(200, OK)]).await;
            sender.send(server.client().build().unwrap()).unwrap();
            std::future::pending::<()>().await;
        });
    });
    receiver.recv().unwrap()
}

#[test]
fn a_call_is_waited_for() {
    let client = blocking::Client::new(client()).unwrap();
    for _ in 0..2 {
        let response = client.wait(client.track_detail().send()).unwrap();
        assert_eq!(response.status(), 200);
    }
    assert_eq!(client.credits_spent(), 4);
}

#[test]
fn threads_may_wait_at_the_same_time() {
    let client = blocking::Client::new(client()).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| client.wait(client.track_detail().send()).unwrap());
        }
    });
    assert_eq!(client.credits_spent(), 16);
}

#[tokio::test]
async fn waiting_inside_a_runtime_is_an_error_and_so_is_nothing_else() {
    let server = Server::start([json(200, OK)]).await;
    let client = blocking::Client::new(server.client().build().unwrap()).unwrap();
    let error = client.wait(client.track_detail().send()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("await the call instead"), "{error}");
    assert!(server.seen().is_empty());
    // An ordinary drop of a runtime would panic here.
    drop(client);
}
