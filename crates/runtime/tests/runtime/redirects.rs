//! The key goes to one server only.

use std::time::Duration;

use keyapi_runtime::{CallOptions, Envelope, Error, ErrorKind, Method, Operation, Response, RetryLimit, RetryPolicy};

use crate::example::{Generated, OPERATION};
use crate::support::{FakeTime, KEY, OK, Server, Step, json, response};

/// A redirect to this place.
fn to(status: u16, location: &str) -> Step {
    response(status, &format!("location: {location}\r\n"), b"")
}

#[tokio::test]
async fn a_redirect_on_the_same_server_is_followed_with_the_key() {
    let server = Server::start([response(302, "location: /elsewhere\r\n", b""), json(200, OK)]).await;
    server.client().build().unwrap().track_detail().send().await.unwrap();
    let seen = server.seen();
    assert_eq!(seen[1].line, "GET /elsewhere HTTP/1.1");
    assert_eq!(seen[1].header("authorization"), Some(format!("Bearer {KEY}").as_str()));
}

#[tokio::test]
async fn a_redirect_to_another_server_is_an_error_and_is_not_followed() {
    let other = Server::start([json(200, OK)]).await;
    for status in [301, 302, 303, 307, 308] {
        let server = Server::start([response(status, &format!("location: {}/x\r\n", other.url), b"")]).await;
        let error = server.client().build().unwrap().track_detail().send().await.unwrap_err();
        assert_eq!(error.status().unwrap(), status);
        assert_eq!(server.seen().len(), 1);
    }
    assert!(other.seen().is_empty());
}

#[tokio::test]
async fn a_redirect_loop_ends() {
    let server = Server::start([response(302, "location: /again\r\n", b"")]).await;
    let error = server.client().build().unwrap().track_detail().send().await.unwrap_err();
    assert_eq!(error.status().unwrap(), 302);
    assert_eq!(server.seen().len(), 6);
}

#[tokio::test]
async fn every_hop_is_an_attempt_and_takes_a_permit() {
    let server = Server::start([to(302, "/a"), to(307, "b?c=d#e"), json(200, OK)]).await;
    let time = FakeTime::new();
    let client = server.client_in(&time).requests_per_second(4).build().unwrap();
    let response = client.track_detail().send().await.unwrap();
    assert_eq!((response.attempts(), time.sleeps()), (3, vec![0.25, 0.25]));
    let lines: Vec<String> = server.seen().into_iter().map(|seen| seen.line).collect();
    assert_eq!(lines[1..], ["GET /a HTTP/1.1", "GET /b?c=d HTTP/1.1"]);
}

#[tokio::test]
async fn a_redirect_without_a_permit_before_the_deadline_ends_the_call() {
    let server = Server::start([to(302, "/a"), json(200, OK)]).await;
    let client = server.client().requests_per_second(1).build().unwrap();
    let hurry = CallOptions::new().timeout(Duration::from_millis(900));
    let error = client.track_detail().options(hurry).send().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::UnexpectedStatus, 1));
    assert_eq!(error.retry_limit(), Some(RetryLimit::RateLimit));
    let expected = format!("it redirects to {}, and nothing is left for another request", server.url);
    assert!(error.to_string().contains(&expected), "{error}");
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_redirect_that_is_not_followed_says_where_to_and_why() {
    for (location, expected) in [
        (
            "https://user:hunter2@other.example:8443/hunter2?hunter2#hunter2",
            "it redirects to https://other.example:8443, and the key is sent to no other server than its own",
        ),
        (
            "//other.example",
            "it redirects to http://other.example, and the key is sent to no other server than its own",
        ),
        (
            "data:hunter2",
            "it redirects to a URL of the scheme `data`, and the key is sent to no other server than its own",
        ),
        ("http://[hunter2", "it redirects nowhere: `Location` is not a URL"),
    ] {
        let server = Server::start([to(302, location)]).await;
        let error = server.client().build().unwrap().track_detail().send().await.unwrap_err();
        assert_eq!(error.to_string(), format!("track_detail: unexpected status: {expected} (HTTP 302)"));
        assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
        assert_eq!(error.headers()["location"], location);
        assert_eq!((error.attempts(), server.seen().len()), (1, 1));
    }
    for status in [300, 305, 306, 399] {
        let server = Server::start([to(status, "http://other.example/hunter2")]).await;
        let error = server.client().build().unwrap().track_detail().send().await.unwrap_err();
        let expected = "it redirects to http://other.example, and no redirect with this status is followed";
        assert_eq!((error.message(), error.attempts()), (Some(expected), 1));
    }
    let server = Server::start([to(304, "/x")]).await;
    let error = server.client().build().unwrap().track_detail().send().await.unwrap_err();
    assert_eq!((error.message(), error.status().unwrap().as_u16()), (None, 304));
    let server = Server::start([response(308, "", b"")]).await;
    let error = server.client().build().unwrap().track_detail().send().await.unwrap_err();
    assert_eq!(error.message(), Some("it redirects nowhere: the response has no `Location`"));
}

#[tokio::test]
async fn a_redirect_to_a_url_that_is_too_long_is_not_followed() {
    let server = Server::start([to(302, &format!("/{}", "x".repeat(70_000))), json(200, OK)]).await;
    let error = server.client().build().unwrap().track_detail().send().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts(), server.seen().len()), (ErrorKind::UnexpectedStatus, 1, 1));
    let text = error.to_string();
    assert!(text.contains(&format!("it redirects to {}, to a URL of 70", server.url)) && text.len() < 300, "{text}");
    assert!(error.headers().contains_key("location"));
}

#[tokio::test]
async fn redirects_without_end_are_told_from_loops() {
    let server = Server::start([to(302, "/again")]).await;
    let error = server.client().build().unwrap().track_detail().send().await.unwrap_err();
    let expected = format!("it redirects in a loop: 5 redirects on {} were followed", server.url);
    assert_eq!((error.message(), error.attempts()), (Some(expected.as_str()), 6));
    let server = Server::start((0..9).map(|hop| to(302, &format!("/{hop}")))).await;
    let error = server.client().build().unwrap().track_detail().send().await.unwrap_err();
    let expected = format!("it redirects on and on: 5 redirects on {} were followed", server.url);
    assert_eq!((error.message(), error.attempts()), (Some(expected.as_str()), 6));
}

#[tokio::test]
async fn the_status_says_whether_method_and_body_are_kept() {
    for (status, method, expected) in [
        (301, Method::POST, Method::GET),
        (302, Method::POST, Method::GET),
        (303, Method::POST, Method::GET),
        (303, Method::PUT, Method::GET),
        (301, Method::PUT, Method::PUT),
        (307, Method::POST, Method::POST),
        (308, Method::POST, Method::POST),
        (303, Method::HEAD, Method::HEAD),
    ] {
        let server = Server::start([to(status, "/a"), json(200, if expected == Method::HEAD { "" } else { OK })]).await;
        let client = server.client().build().unwrap();
        client.request(method.clone(), "/").json(&1).send().await.unwrap();
        let seen = server.seen().remove(1);
        assert_eq!(seen.line, format!("{expected} /a HTTP/1.1"));
        let has_body = expected == method;
        assert_eq!(
            (seen.header("content-type").is_some(), seen.body.as_str()),
            (has_body, if has_body { "1" } else { "" })
        );
    }
}

#[tokio::test]
async fn a_failure_behind_a_redirect_begins_again_where_the_call_began() {
    let steps = || [to(307, "/a"), json(500, ""), to(307, "/b"), json(200, OK)];
    let server = Server::start(steps()).await;
    let client = server.client().retry(RetryPolicy::default().max_attempts(2)).build().unwrap();
    let response = client.request(Method::GET, "/start").send().await.unwrap();
    assert_eq!(response.attempts(), 4);
    let lines: Vec<String> = server.seen().into_iter().map(|seen| seen.line).collect();
    assert_eq!(lines, ["/start", "/a", "/start", "/b"].map(|path| format!("GET {path} HTTP/1.1")));

    // A request that may have been processed is not sent again, whatever became of it.
    let server = Server::start([to(303, "/a"), json(500, ""), json(200, OK)]).await;
    let client = server.client().build().unwrap();
    let error = client.request(Method::POST, "/start").send().await.unwrap_err();
    assert_eq!((error.is_server_error(), error.attempts()), (true, 2));
}

#[tokio::test]
async fn a_client_that_was_passed_in_follows_its_own_policy() {
    let http = |policy| {
        let tls = rustls::ClientConfig::builder_with_provider(rustls::crypto::ring::default_provider().into())
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(rustls::RootCertStore::empty())
            .with_no_client_auth();
        reqwest::Client::builder().tls_backend_preconfigured(tls).no_proxy().redirect(policy).build().unwrap()
    };
    let server = Server::start([to(302, "/a"), json(200, OK)]).await;
    let client = server.client().http_client(http(reqwest::redirect::Policy::limited(2))).build().unwrap();
    assert_eq!(client.track_detail().send().await.unwrap().attempts(), 1);

    // It has followed them already, and once more would end the same way.
    let server = Server::start([to(302, "/a")]).await;
    let client = server.client().http_client(http(reqwest::redirect::Policy::limited(2))).build().unwrap();
    let error = client.track_detail().send().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts(), server.seen().len()), (ErrorKind::UnexpectedStatus, 1, 3));
    assert!(error.to_string().contains("the HTTP client that was passed in does not follow"), "{error}");

    let server = Server::start([to(302, "/a"), json(200, OK)]).await;
    let client = server.client().http_client(http(reqwest::redirect::Policy::none())).build().unwrap();
    let error = client.track_detail().send().await.unwrap_err();
    let expected = format!("it redirects to {}, which the HTTP client that was passed in does not follow", server.url);
    assert_eq!((error.message(), server.seen().len()), (Some(expected.as_str()), 1));
}

#[tokio::test]
async fn a_redirect_that_an_operation_is_for_is_its_answer() {
    const FOR_REDIRECTS: Operation = OPERATION.with_statuses(&[302, 404]);
    const WITH_SUCCESS: Operation = OPERATION.with_statuses(&[200, 302]);
    async fn send<T: Envelope + Default>(server: &Server, operation: &'static Operation) -> Result<Response<T>, Error> {
        let client = server.client().build().unwrap();
        let call = client.runtime.start::<T, _>(operation, CallOptions::new(), Generated::new)?;
        let sent = call.send(call.client().track_detail(None, None)).await;
        call.finish_nothing(sent)
    }
    let away = || to(302, "https://files.example/a?b=1");
    let server = Server::start([away()]).await;
    let response = send::<()>(&server, &FOR_REDIRECTS).await.unwrap();
    assert_eq!((response.status().as_u16(), response.location()), (302, Some("https://files.example/a?b=1")));
    assert_eq!((response.attempts(), server.seen().len()), (1, 1));
    // On the same server as well, it is for the caller to follow.
    let server = Server::start([to(303, "/v1/y"), json(200, OK)]).await;
    assert_eq!(send::<()>(&server, &FOR_REDIRECTS).await.unwrap().location(), Some("/v1/y"));
    assert_eq!(server.seen().len(), 1);
    // Where a success is documented, a redirect is on the way to it.
    let server = Server::start([to(302, "/v1/y"), json(200, OK)]).await;
    assert_eq!(send::<()>(&server, &WITH_SUCCESS).await.unwrap().status().as_u16(), 200);
    let server = Server::start([to(302, "/v1/y"), json(200, OK)]).await;
    assert_eq!(send::<String>(&server, &FOR_REDIRECTS).await.unwrap().status().as_u16(), 200);
    // Nor is an error an answer.
    let server = Server::start([json(404, "{}")]).await;
    assert!(send::<()>(&server, &FOR_REDIRECTS).await.unwrap_err().is_not_found());
}
