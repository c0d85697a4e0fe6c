//! Bodies in an encoding.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use keyapi_runtime::{CallOptions, ErrorKind, HeaderName, HeaderValue, Method, RetryPolicy};

use crate::support::{OK, Server, Step, json, response};

/// [`OK`], compressed.
const GZIPPED: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xabVJ\xceOIU\xb22\xd0Q\xcaM-.NL\x07\xb2\x95\x8aK\x93\x93\x81\x1c\
    %\x1d\xa5\x94\xc4\x92D%\xabj\xa5\xe2\xfc\xd2\xbc\x14\x10\xa3$\xb3$\x07\xa4\xc4/\xb5\\!\xb84O\xa9\xb6VG\xa9(\xb5\xb04\xb5\xb8\xc4\
    \x13\xa8@\xa9H\xd7P\xa9\x16\x00\xee(\xe5\xfeU\x00\x00\x00";

async fn call(
    encoding: &str,
    body: &[u8],
) -> Result<keyapi_runtime::Response<serde_json::Value>, keyapi_runtime::Error> {
    let headers = format!("content-type: application/json\r\ncontent-encoding: {encoding}\r\n");
    let server = Server::start([response(200, &headers, body)]).await;
    let response = server.client().build().unwrap().track_detail().send().await?;
    assert_eq!(server.seen().len(), 1);
    response.into_json()
}

#[tokio::test]
async fn a_compressed_body_is_read_and_so_is_one_that_says_that_it_is_not() {
    for (encoding, body) in [("gzip", GZIPPED), ("identity", OK.as_bytes()), ("Identity", OK.as_bytes())] {
        let response = call(encoding, body).await.unwrap();
        assert_eq!(response.body(), OK.as_bytes(), "{encoding}");
        assert_eq!(response.attempts(), 1);
    }
}

#[tokio::test]
async fn an_encoding_that_cannot_be_read_is_named_and_its_bytes_are_not_shown() {
    for encoding in ["zstd", "x-unknown", "gzip, zstd", "identity, zstd"] {
        let error = call(encoding, GZIPPED).await.unwrap_err();
        assert_eq!((error.kind(), error.status().unwrap().as_u16(), error.attempts()), (ErrorKind::Decode, 200, 1));
        let text = error.to_string();
        assert!(text.contains(&format!("the encoding `{encoding}`")) && text.is_ascii(), "{text}");
        assert!(!text.contains("JSON"), "it may well be JSON: {text}");
        assert_eq!(error.body(), GZIPPED);
    }
    let refusal = response(503, "content-encoding: zstd\r\n", GZIPPED);
    let server = Server::start([refusal]).await;
    let client = server.client().retry(RetryPolicy::never()).build().unwrap();
    let error = client.track_detail().send().await.unwrap_err();
    assert!(error.is_server_error() && error.message().unwrap().contains("`zstd`"), "{error}");
}

#[tokio::test]
async fn gzip_is_read_in_every_spelling() {
    for encoding in
        ["GZIP", "Gzip", "x-gzip", "X-GZip", "gzip, identity", "identity\r\ncontent-encoding: x-gzip", "gzip,"]
    {
        let response = call(encoding, GZIPPED).await.unwrap();
        assert_eq!(response.body(), OK.as_bytes(), "{encoding}");
        assert!(!response.headers().contains_key("content-encoding"), "{encoding}");
    }
    assert_eq!(call("gzip, GZIP", &gzip(GZIPPED)).await.unwrap().body(), OK.as_bytes());
}

/// One member of a gzip file.
fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut encoder, body).unwrap();
    encoder.finish().unwrap()
}

/// A body in brotli's encoding.
fn brotli(body: &[u8]) -> Vec<u8> {
    let mut encoded = Vec::new();
    std::io::copy(&mut brotli::CompressorReader::new(body, 4096, 5, 20), &mut encoded).unwrap();
    encoded
}

#[tokio::test]
async fn brotli_is_read_in_every_spelling_and_in_a_row_with_gzip() {
    let encoded = brotli(OK.as_bytes());
    for encoding in ["br", "BR", "br, identity", "identity\r\ncontent-encoding: Br"] {
        let response = call(encoding, &encoded).await.unwrap();
        assert_eq!(response.body(), OK.as_bytes(), "{encoding}");
    }
    // The first in the row is what was applied first.
    assert_eq!(call("gzip, br", &brotli(GZIPPED)).await.unwrap().body(), OK.as_bytes());
    let error = call("br, gzip", &brotli(GZIPPED)).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::MalformedResponse, 1));
}

#[tokio::test]
async fn a_body_that_is_small_only_while_it_is_compressed_is_kept_within_the_limit() {
    let bomb = gzip(&vec![b' '; 4 << 20]);
    let spaces = brotli(&vec![b' '; 4 << 20]);
    for (encoding, bomb) in [("gzip", &bomb), ("x-gzip", &bomb), ("br", &spaces), ("BR", &spaces)] {
        for (status, kind) in [(200, ErrorKind::BodyTooLarge), (402, ErrorKind::QuotaExhausted)] {
            let server = Server::start([response(status, &format!("content-encoding: {encoding}\r\n"), bomb)]).await;
            let client = server.client().body_limit(1 << 20).build().unwrap();
            let error = client.track_detail().send().await.unwrap_err();
            assert_eq!((error.kind(), error.attempts()), (kind, 1), "{error}");
            assert_eq!(error.body().len(), 64 << 10, "{encoding} {status}");
        }
    }
}

#[tokio::test]
async fn every_line_of_the_encoding_counts() {
    for lines in
        ["identity\r\ncontent-encoding: zstd", "zstd\r\ncontent-encoding: identity", "\r\ncontent-encoding: zstd"]
    {
        let error = call(lines, GZIPPED).await.unwrap_err();
        assert!(error.decode_error().unwrap().found().contains("zstd"), "{error}");
    }
    call("identity\r\ncontent-encoding: identity", OK.as_bytes()).await.unwrap();
}

#[tokio::test]
async fn all_members_of_a_gzip_file_are_read_and_what_follows_them_is_not() {
    let halves: Vec<_> = [&OK.as_bytes()[..30], b"", &OK.as_bytes()[30..]].into_iter().flat_map(gzip).collect();
    let followed = |trailer: &[u8]| [&halves, trailer].concat();
    for body in [followed(b""), followed(&[0; 512]), followed(b"\x1f"), followed(b"\x1f\x00"), followed(b"\n")] {
        let response = call("gzip", &body).await.unwrap();
        assert_eq!(response.body(), OK.as_bytes());
    }
    let response = call("br", &[brotli(OK.as_bytes()), vec![0; 9]].concat()).await.unwrap();
    assert_eq!(response.body(), OK.as_bytes());
    let begun = followed(b"\x1f\x8b\x08");
    let error = call("gzip", &begun).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::MalformedResponse, 1), "{error}");
}

#[tokio::test]
async fn an_encoded_body_may_come_in_any_pieces() {
    let text = format!("{{\"code\": 0, \"rows\": [{}0]}}", "\"row\", ".repeat(20_000));
    let (gzipped, brotli) = (gzip(text.as_bytes()), brotli(text.as_bytes()));
    for (encoding, body) in
        [("gzip", &gzipped), ("br", &brotli), ("gzip, gzip", &gzip(&gzipped)), ("gzip, br", &self::brotli(&gzipped))]
    {
        for size in [1, 7, 1 << 20] {
            let head = format!("HTTP/1.1 200 X\r\ncontent-type: application/json\r\ncontent-encoding: {encoding}\r\n");
            let mut bytes = format!("{head}transfer-encoding: chunked\r\n\r\n").into_bytes();
            for chunk in body.chunks(size) {
                bytes.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
                bytes.extend_from_slice(chunk);
                bytes.extend_from_slice(b"\r\n");
            }
            bytes.extend_from_slice(b"0\r\n\r\n");
            let server = Server::start([Step::Raw(bytes)]).await;
            let client = server.client().build().unwrap();
            let response = client.request(Method::GET, "/v1/x").send().await.unwrap();
            assert!(response.body() == text.as_bytes(), "{encoding} in pieces of {size}");
        }
    }
}

#[tokio::test]
async fn what_stands_for_nothing_leaves_others_their_turn() {
    let one = gzip(OK.as_bytes());
    let (empty, zeros) = (gzip(b"").repeat(20_000), vec![0; 64 << 20]);
    for body in [[&empty[..], &one].concat(), [one, zeros].concat()] {
        let server = Server::start([response(200, "content-encoding: gzip, br\r\n", &brotli(&body))]).await;
        let client = server.client().build().unwrap();
        // All of the body has come with the head of the response.
        let mut body = client.request(Method::GET, "/stream").stream().await.unwrap().into_value();
        let turns = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&turns);
        let others = tokio::spawn(async move {
            loop {
                counted.fetch_add(1, Ordering::Relaxed);
                tokio::task::yield_now().await;
            }
        });
        let mut decoded = Vec::new();
        while let Some(piece) = body.next().await {
            decoded.extend_from_slice(&piece.unwrap());
        }
        assert_eq!(decoded, OK.as_bytes());
        assert!(turns.load(Ordering::Relaxed) > 10, "{turns:?}");
        others.abort();
    }
}

#[tokio::test]
async fn what_is_decoded_before_an_error_does_not_depend_on_pieces() {
    // A block that is stored as it is, and one of a kind that there is none of.
    let stored = vec![b'a'; 9];
    let head = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03";
    let gzipped = [&head[..], b"\x00\x09\x00\xf6\xff", &stored, b"\x07 and more"].concat();
    let headers = "content-encoding: gzip\r\n";
    let server = Server::start([response(200, headers, &gzipped)]).await;
    let client = server.client().build().unwrap();
    let mut body = client.request(Method::GET, "/stream").stream().await.unwrap().into_value();
    assert_eq!(body.next().await.unwrap().unwrap(), stored);
    assert_eq!(body.next().await.unwrap().unwrap_err().kind(), ErrorKind::MalformedResponse);
    assert!(body.next().await.is_none());
}

#[tokio::test]
async fn a_whole_response_with_half_of_its_encoding_is_paid_for_once() {
    let encoded = brotli(OK.as_bytes());
    for (encoding, body) in [
        ("gzip", &GZIPPED[..5]),
        ("x-gzip", &GZIPPED[..40]),
        ("gzip", &GZIPPED[..GZIPPED.len() - 4]),
        ("br", &encoded[..encoded.len() / 2]),
        ("BR", OK.as_bytes()),
        ("x-gzip", OK.as_bytes()),
        ("gzip", &[GZIPPED[..20].to_vec(), vec![0xff; 90]].concat()),
        ("gzip", &[&GZIPPED[..GZIPPED.len() - 8], &[0; 8]].concat()),
    ] {
        let error = call(encoding, body).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::MalformedResponse, 1), "{encoding} {body:?}: {error}");
    }
    // Here the connection breaks, and that may get better.
    for head in [
        format!("content-length: {}\r\n\r\n", GZIPPED.len()),
        format!("transfer-encoding: chunked\r\n\r\n{:x}\r\n", GZIPPED.len()),
    ] {
        let head = format!("HTTP/1.1 200 X\r\nconnection: close\r\ncontent-encoding: gzip\r\n{head}");
        let server = Server::start([Step::Raw([head.as_bytes(), &GZIPPED[..40]].concat())]).await;
        let error = server.client().build().unwrap().track_detail().send().await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Transport, 3), "{error}");
    }
}

#[tokio::test]
async fn what_is_accepted_is_said_and_may_be_changed() {
    let server = Server::start([json(200, OK)]).await;
    let client = server.client().build().unwrap();
    client.track_detail().send().await.unwrap();
    let (name, value) = (HeaderName::from_static("accept-encoding"), HeaderValue::from_static("identity"));
    let options = CallOptions::new().header(name, value);
    client.track_detail().options(options).send().await.unwrap();
    let accepted: Vec<_> = server.seen().iter().map(|seen| seen.header("accept-encoding").map(str::to_owned)).collect();
    assert_eq!(accepted, [Some("gzip, br".to_owned()), Some("identity".to_owned())]);
}

#[tokio::test]
async fn no_body_needs_no_decoding() {
    let head = "HTTP/1.1 204 X\r\ncontent-encoding: zstd\r\nconnection: close\r\n\r\n";
    let server = Server::start([Step::Raw(head.into())]).await;
    let request = server.client().build().unwrap();
    let response = request.request(keyapi_runtime::Method::DELETE, "/v1/x").send().await.unwrap();
    assert_eq!(response.value(), &serde_json::Value::Null);
}
