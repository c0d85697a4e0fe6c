//! Operations that will be gone.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use keyapi_runtime::{Deprecated, Deprecation, Method, Observer, RetryPolicy};

use crate::support::{OK, Server, json, response};

const HEADERS: &str = "deprecation: @784111777\r\nsunset: Sun, 06 Nov 1994 08:49:38 GMT\r\n";

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

/// Keeps what it is told.
#[derive(Default)]
struct Notices(Mutex<Vec<String>>);

impl Observer for Notices {
    fn deprecated(&self, notice: &Deprecated<'_>) {
        let Deprecated { operation, path, deprecation, sunset, .. } = *notice;
        let since = deprecation.map(|deprecation| deprecation.since() == Some(at(784_111_777)));
        self.0.lock().unwrap().push(format!("{operation} {path} {since:?} {}", sunset == Some(at(784_111_778))));
    }
}

#[tokio::test]
async fn a_response_says_since_when_and_until_when() {
    let server = Server::start([response(200, HEADERS, OK.as_bytes()), json(200, OK)]).await;
    let client = server.client().build().unwrap();
    let response = client.track_detail().send().await.unwrap();
    assert_eq!(response.deprecation().and_then(|deprecation: Deprecation| deprecation.since()), Some(at(784_111_777)));
    assert_eq!(response.sunset(), Some(at(784_111_778)));
    let response = client.track_detail().send().await.unwrap();
    assert_eq!((response.deprecation(), response.sunset()), (None, None));
}

#[tokio::test]
async fn observers_are_told_once_for_each_operation() {
    let script = [
        // Nothing that can be read is nothing.
        response(200, "deprecation: soon\r\nsunset: later\r\n", OK.as_bytes()),
        response(404, HEADERS, b"{}"),
        response(200, HEADERS, OK.as_bytes()),
        response(200, "sunset: Sun, 06 Nov 1994 08:49:38 GMT\r\n", OK.as_bytes()),
        response(200, "deprecation: true\r\n", OK.as_bytes()),
    ];
    let server = Server::start(script).await;
    let notices = Arc::new(Notices::default());
    let client = server.client().retry(RetryPolicy::never()).observer(Arc::clone(&notices)).build().unwrap();
    for _ in 0..3 {
        _ = client.clone().track_detail().send().await;
    }
    for path in ["/v1/a", "/v1/b", "/v1/b"] {
        client.request(Method::GET, path).send().await.unwrap();
    }
    assert_eq!(
        *notices.0.lock().unwrap(),
        [
            "track_detail /v1/tracks/detail Some(true) true",
            "GET /v1/a /v1/a None true",
            "GET /v1/b /v1/b Some(false) false"
        ]
    );
}

/// Paths are the caller's, so that there may be any number of them.
#[tokio::test]
async fn a_program_that_calls_ever_new_paths_is_told_of_so_many_and_no_more() {
    let server = Server::start([response(200, HEADERS, OK.as_bytes())]).await;
    let notices = Arc::new(Notices::default());
    let client = server.client().observer(Arc::clone(&notices)).build().unwrap();
    for number in 0..1_010 {
        client.request(Method::GET, format!("/v1/{number}")).send().await.unwrap();
    }
    assert_eq!(notices.0.lock().unwrap().len(), 1_000);
}
