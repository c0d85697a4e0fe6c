//! Every way in which a response can be bad.

use std::error::Error as _;

use keyapi_runtime::{CallOptions, Error, ErrorKind, Operation, RetryPolicy};

use crate::example::{Generated, OPERATION, STATUSES, Track};
use crate::support::{Nobody, OK, Server, Step, envelope, json, response};

async fn fail(step: Step) -> Error {
    let server = Server::start([step]).await;
    let client = server.client().retry(RetryPolicy::never()).body_limit(200_000).build().unwrap();
    client.track_detail().send().await.expect_err("the response is bad")
}

/// The predicates that have a documented status, as one list so that each is tried on each status.
fn predicates(error: &Error) -> Vec<ErrorKind> {
    let all = [
        (error.is_bad_request(), ErrorKind::BadRequest),
        (error.is_unauthorized(), ErrorKind::Unauthorized),
        (error.is_quota_exhausted(), ErrorKind::QuotaExhausted),
        (error.is_forbidden(), ErrorKind::Forbidden),
        (error.is_not_found(), ErrorKind::NotFound),
        (error.is_timeout(), ErrorKind::Timeout),
        (error.is_rate_limited(), ErrorKind::RateLimited),
        (error.is_server_error(), ErrorKind::Server),
        (error.is_connect(), ErrorKind::Connect),
        (error.is_decode(), ErrorKind::Decode),
        (error.is_body_too_large(), ErrorKind::BodyTooLarge),
    ];
    all.into_iter().filter_map(|(holds, kind)| holds.then_some(kind)).collect()
}

#[tokio::test]
async fn every_row_of_the_table_is_an_error_with_its_predicate() {
    for row in STATUSES {
        let error = fail(json(row.status, &envelope(row.status.into(), row.message))).await;
        assert_eq!(predicates(&error), [row.kind], "{error}");
        assert_eq!(error.kind(), row.kind);
        assert_eq!(error.status().unwrap(), row.status);
        assert_eq!(error.code(), Some(row.status.into()));
        assert_eq!(error.message(), Some(row.message));
        assert_eq!(error.operation(), Some("track_detail"));
        assert_eq!(error.request_id(), None);
        assert_eq!(error.attempts(), 1);
    }
}

/// What a document says of a status holds, whatever comes with it.
#[tokio::test]
async fn an_error_that_is_documented_without_json_has_no_details() {
    const OF_SOME: Operation = OPERATION.with_no_details(&[400..=403, 409..=409]);
    for (status, has_details) in [(400, false), (403, false), (404, true), (409, false), (500, true)] {
        let server = Server::start([json(status, &envelope(status.into(), "no"))]).await;
        let client = server.client().retry(RetryPolicy::never()).build().unwrap();
        let call = client.runtime.start::<Track, _>(&OF_SOME, CallOptions::new(), Generated::new).unwrap();
        let sent = call.send(call.client().track_detail(None, None)).await;
        let error = call.finish_json(sent).unwrap_err();
        assert_eq!(error.details::<serde_json::Value>().unwrap().is_some(), has_details, "{status}");
        assert_eq!(error.message(), Some("no"), "the envelope is read all the same");
    }
}

#[tokio::test]
async fn success_with_a_code_is_an_error_of_the_kind_of_the_code() {
    for row in STATUSES {
        let error = fail(json(200, &envelope(row.status.into(), row.message))).await;
        assert_eq!((error.kind(), error.status().unwrap().as_u16()), (row.kind, 200));
        assert_eq!(error.code(), Some(row.status.into()));
    }
    let body = r#"{"code":40001,"message":"unique_id is invalid","data":"not an object","requestId":"r-9"}"#;
    let error = fail(json(200, body)).await;
    assert_eq!(error.kind(), ErrorKind::Rejected);
    assert_eq!((error.code(), error.request_id()), (Some(40001), Some("r-9")));
    let text = "track_detail: rejected by the API: unique_id is invalid (HTTP 200, code 40001, request r-9)";
    assert_eq!(error.to_string(), text);
}

#[tokio::test]
async fn a_status_is_kept_whatever_the_body() {
    let html = b"<html>\n<h1>Bad gateway</h1>\n</html>";
    let bodies: [&[u8]; 5] = [html, b"", b"{\"code\":5", b"\xff\xfe\x00", &[b'x'; 300_000]];
    for body in bodies {
        for (status, kind) in [
            (402, ErrorKind::QuotaExhausted),
            (418, ErrorKind::UnexpectedStatus),
            (429, ErrorKind::RateLimited),
            (502, ErrorKind::Server),
            (529, ErrorKind::Server),
            (300, ErrorKind::UnexpectedStatus),
        ] {
            let error = fail(response(status, "content-type: text/html\r\n", body)).await;
            assert_eq!((error.kind(), error.status().unwrap().as_u16()), (kind, status));
            assert_eq!((error.code(), error.message()), (None, None));
            assert!(error.body().len() <= 64 * 1024);
            assert!(body.starts_with(error.body()));
        }
    }
}

#[tokio::test]
async fn an_error_says_what_it_does_whatever_bytes_are_no_text() {
    for (before, bad, after) in [
        (&br#"{"code":404,"message":"no caf"#[..], &b"\xe9"[..], &br#"","requestId":"r-7"}"#[..]),
        (br#"{"code":404,"note":"a"#, b"\xff\xfe", br#"","message":"no caf\ud83d","requestId":"r-7"}"#),
        (br#"{"code":404,"message":"no caf"#, b"\xe9", br#"","requestId":"r-7","data":"#),
    ] {
        let body = [before, bad, after].concat();
        let error = fail(response(404, "content-type: application/json\r\n", &body)).await;
        let shown = (error.code(), error.message(), error.request_id());
        assert_eq!(shown, (Some(404), Some("no caf\u{fffd}"), Some("r-7")));
        assert_eq!(error.body(), &body, "the body is as it came");
    }
}

#[tokio::test]
async fn a_long_error_says_what_comes_first_in_it() {
    let data = "x".repeat(100_000);
    let body = format!(r#"{{"code":404,"requestId":"r-7","message":"gone","data":"{data}"}}"#);
    let error = fail(json(404, &body)).await;
    assert_eq!((error.code(), error.message(), error.request_id()), (Some(404), Some("gone"), Some("r-7")));
}

#[tokio::test]
async fn the_headers_of_an_error_are_at_hand() {
    let limits = "x-ratelimit-reset: 17\r\nset-cookie: a=1\r\nset-cookie: b=2\r\n";
    for (status, body) in [(402, envelope(402, "")), (200, envelope(402, "")), (200, "<html>".to_owned())] {
        let error = fail(response(status, limits, body.as_bytes())).await;
        assert_eq!(error.headers()["x-ratelimit-reset"], "17");
        assert_eq!(error.headers().get_all("set-cookie").iter().count(), 2);
        assert!(!format!("{error:?}").contains("a=1"), "{error:?}");
    }
    assert!(fail(Step::Close).await.headers().is_empty());
}

#[tokio::test]
async fn a_folded_header_line_is_one_value() {
    let folded = "x-note: one\r\n  two\r\n\tthree\r\nretry-after:\r\n 7\r\n";
    let error = fail(response(429, folded, b"{}")).await;
    assert_eq!(error.headers()["x-note"], "one two three");
    assert_eq!(error.retry_after().unwrap().as_secs(), 7);
}

#[tokio::test]
async fn a_response_cut_short_keeps_its_status() {
    for status in [200, 402] {
        let head = format!("HTTP/1.1 {status} X\r\ncontent-length: 100\r\n\r\n{{\"code\":");
        let error = fail(Step::Raw(head.into_bytes())).await;
        assert_eq!(error.status().unwrap(), status);
        assert_eq!(error.body().as_ref(), b"{\"code\":");
        let kind = if status == 200 { ErrorKind::Transport } else { ErrorKind::QuotaExhausted };
        assert_eq!(error.kind(), kind);
        assert_eq!(error.source().is_some(), status == 200);
    }
}

#[tokio::test]
async fn a_connection_that_breaks_is_a_transport_error() {
    let error = fail(Step::Close).await;
    assert_eq!((error.kind(), error.status()), (ErrorKind::Transport, None));
    assert!(error.source().is_some());
}

#[tokio::test]
async fn nobody_listening_is_a_connect_error() {
    let server = Server::start([Step::Close]).await;
    let nobody = Nobody::new();
    let client = server.client().base_url(&nobody.url).build().unwrap();
    let error = client.track_detail().send().await.unwrap_err();
    assert!(error.is_connect(), "{error}");
    assert_eq!(error.attempts(), 3);
    assert!(error.to_string().starts_with("track_detail: could not connect: "), "{error}");
    assert!(error.to_string().ends_with("(3 attempts)"), "{error}");
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_with_its_status() {
    let long = vec![b'x'; 300_000];
    let announced = response(200, "", &long);
    let chunked = [b"HTTP/1.1 200 X\r\nconnection: close\r\n\r\n", long.as_slice()].concat();
    // An error is kept longer than a response, and needs no more than the beginning.
    for step in [announced, Step::Raw(chunked)] {
        let error = fail(step).await;
        assert!(error.is_body_too_large());
        assert_eq!((error.status().unwrap().as_u16(), error.body().len()), (200, 64 * 1024));
        assert_eq!(error.to_string(), "track_detail: body too large: more than 200000 bytes (HTTP 200)");
    }
}

#[tokio::test]
async fn an_undecodable_body_is_explained() {
    async fn check(body: &[u8], path: &str, expected: &str, found: &str) {
        let error = fail(response(200, "", body)).await;
        assert!(error.is_decode(), "{error}");
        assert_eq!(error.status().unwrap(), 200);
        assert_eq!(error.body(), body);
        let decode = error.decode_error().unwrap();
        assert_eq!((decode.path(), decode.expected(), decode.found()), (path, expected, found), "{error}");
        assert!(decode.excerpt().chars().count() <= 120, "{error}");
        assert!(!error.to_string().contains('\n'));
    }
    check(b"", "$", "JSON", "an empty body").await;
    check(b"<html></html>", "$", "JSON", "HTML or XML").await;
    check(b"Bad gateway", "$", "JSON", "text that is not JSON").await;
    check(b"\xff\xfe", "$", "JSON", "bytes that are not UTF-8").await;
    check(br#"{"code":0,"message":"succ"#, "$.message", "JSON", "truncated JSON").await;
    check(br#"{"code":0,"message":"success"} x"#, "$", "JSON", "text that is not JSON").await;
    let deep = format!(r#"{{"code":0,"message":"success","data":{}}}"#, "[".repeat(128) + &"]".repeat(128));
    check(deep.as_bytes(), "$.data", "object", "array").await;
    let deep = deep.replace("data", "more");
    let error = fail(response(200, "", deep.as_bytes())).await;
    let decode = error.decode_error().unwrap();
    assert!(decode.path().starts_with("$.more[0][0]"), "{error}");
    assert_eq!(decode.found(), "JSON that is nested too deeply");
    let beyond = "an integer beyond 64 bits";
    check(br#"{"code":9223372036854775808,"message":""}"#, "$.code", "integer", beyond).await;
    check(br#"{"code":99999999999999999999,"message":""}"#, "$.code", "integer", beyond).await;
    let number = "JSON with a number out of range";
    check(br#"{"code":0,"message":"","data":{"sound":1e999}}"#, "$.data.sound", "JSON", number).await;
    check(br#"{"message":"success"}"#, "$.code", "a value", "nothing").await;
    check(br#"{"code":0}"#, "$.message", "a value", "nothing").await;
    check(br#"{"code":null,"message":""}"#, "$.code", "integer", "null").await;
    check(b"{\"code\":\n\n 1.5}", "$.code", "integer", "number").await;
    check(b"[]", "$", "object", "array").await;
    let within = |sound: &str| format!(r#"{{"code":0,"message":"","data":{{"sound":{sound}}}}}"#).into_bytes();
    check(&within("true"), "$.data.sound", "object", "boolean").await;
    check(&within(r#"{"title":{}}"#), "$.data.sound.title", "string", "object").await;
    check(&within(r#"{"trend":{}}"#), "$.data.sound.trend", "array", "object").await;
    check(&within(r#"{"trend":[{"value":1},{"value":"x"}]}"#), "$.data.sound.trend[1].value", "number", "string").await;
}

#[tokio::test]
async fn the_place_of_a_fault_is_shown_and_no_more() {
    let padding = "é\\n".repeat(10_000);
    let body = format!(r#"{{"message":"{padding}","code":"x","data":"{padding}"}}"#);
    let error = fail(json(200, &body)).await;
    let excerpt = error.decode_error().unwrap().excerpt();
    assert!(excerpt.contains(r#""code":"x""#), "{excerpt}");
    assert!(error.to_string().len() < 600, "{error}");
    assert!(format!("{error:?}").len() < 1_000, "{error:?}");
}

#[tokio::test]
async fn a_message_is_one_bounded_line() {
    let long = format!("first\\nsecond\\u0007{}", "x".repeat(10_000));
    let error = fail(json(400, &envelope(400, &long))).await;
    let message = error.message().unwrap();
    assert!(message.starts_with("first second xxx") && message.ends_with('…'), "{message}");
    assert!(error.to_string().len() < 500 && !error.to_string().contains('\n'));
    assert!(format!("{error:?}").len() < 1_000);
}

#[tokio::test]
async fn no_body_is_named_however_it_ends() {
    for rest in
        ["transfer-encoding: chunked\r\n\r\n0\r\n\r\n", "connection: close\r\n\r\n", "content-length: 0\r\n\r\n"]
    {
        let head = format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n{rest}");
        let server = Server::start([Step::Raw(head.into_bytes())]).await;
        let client = server.client().build().unwrap();
        let error = client.track_detail().send().await.unwrap_err();
        assert_eq!((error.kind(), error.status().unwrap().as_u16(), error.attempts()), (ErrorKind::Decode, 200, 1));
        assert_eq!(error.decode_error().unwrap().found(), "an empty body");
        let response = client.request(keyapi_runtime::Method::GET, "/v1/x").send().await.unwrap();
        assert_eq!(response.value(), &serde_json::Value::Null);
    }
}

#[tokio::test]
async fn another_success_status_decodes_like_200() {
    let server = Server::start([json(206, OK)]).await;
    let response = server.client().build().unwrap().track_detail().send().await.unwrap();
    assert_eq!(response.status(), 206);
}

#[tokio::test]
async fn success_without_data_is_a_response_but_has_no_data() {
    for data in ["", r#","data":null"#] {
        let body = format!(r#"{{"code":0,"message":"success","requestId":"r-2"{data}}}"#);
        let server = Server::start([json(200, &body)]).await;
        let response = server.client().build().unwrap().track_detail().send().await.unwrap();
        assert!(response.data().unwrap_err().is_no_data());
        let error = response.into_data().unwrap_err();
        assert_eq!((error.kind(), error.code(), error.request_id()), (ErrorKind::NoData, Some(0), Some("r-2")));
        assert_eq!(error.headers()["content-type"], "application/json");
    }
}

#[tokio::test]
async fn a_response_that_cannot_be_read_is_not_asked_for_again() {
    let chunked = "HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n";
    let long = format!("HTTP/1.1 200 X\r\nx-long: {}\r\n\r\n", "x".repeat(1 << 20));
    for (bytes, expected) in [
        ("<html>no HTTP at all</html>\r\n\r\n", "unreadable response: invalid HTTP version parsed: "),
        ("HTTP/1.1 200 X\r\ncontent-length: many\r\n\r\n", "unreadable response: invalid content-length parsed: "),
        ("HTTP/1.1 2oo X\r\n\r\n", "unreadable response: invalid HTTP status-code parsed: "),
        (&long, "unreadable response: message head is too large: "),
        (&format!("{chunked}many\r\n{{}}\r\n"), "unreadable response: Invalid chunk size line"),
        ("HTTP/1.1 200 X\r\ncontent-encoding: gzip\r\n\r\n{\"a\": \"no gzip\"}", "unreadable response: "),
        (&format!("{chunked}2\r\n{{}}oops"), "unreadable response: Invalid chunk body CR"),
    ] {
        let server = Server::start([Step::Raw(bytes.into())]).await;
        let error = server.client().build().unwrap().track_detail().send().await.unwrap_err();
        assert!(error.is_malformed_response(), "{error}");
        assert!(error.to_string().contains(expected), "{error}");
        assert_eq!((error.attempts(), server.seen().len()), (1, 1));
    }
}

#[tokio::test]
async fn a_response_that_stops_too_early_is_asked_for_again() {
    for bytes in ["HTTP/1.1 200 X\r\ncontent-le", "HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{"] {
        let server = Server::start([Step::Raw(bytes.into())]).await;
        let error = server.client().build().unwrap().track_detail().send().await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Transport, 3), "{error}");
    }
}
