//! Bodies that are read while they come.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use keyapi_runtime::{
    AttemptEnded, BodyStream, CallOptions, Ending, ErrorKind, Event, EventData, EventStream, HeaderName, HeaderValue,
    Method, Observer, Response,
};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::example::Client;
use crate::support::{KEY, OK, Server, Step, envelope, json, response};

/// A response of a server that closes the connection behind its body, in pieces.
async fn in_pieces(headers: &str, pieces: &[&[u8]]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let head = format!("HTTP/1.1 200 OK\r\nconnection: close\r\ntransfer-encoding: chunked\r\n{headers}\r\n");
    let mut parts = vec![head.into_bytes()];
    for piece in pieces {
        parts.push([format!("{:x}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat());
    }
    parts.push(b"0\r\n\r\n".to_vec());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            _ = stream.read(&mut [0; 4096]).await;
            for part in &parts {
                _ = stream.write_all(part).await;
                _ = stream.flush().await;
            }
        }
    });
    url
}

fn client(url: &str) -> Client {
    Client::builder().api_key(KEY).base_url(url).build().unwrap()
}

async fn streamed(client: &Client, options: CallOptions) -> Response<BodyStream> {
    client.request(Method::GET, "/stream").options(options).stream().await.unwrap()
}

async fn all<T>(mut events: EventStream<T>) -> Vec<Result<Event<T>, String>> {
    let mut found = Vec::new();
    while let Some(event) = events.next().await {
        found.push(event.map_err(|error| error.to_string()));
    }
    assert!(events.next().await.is_none(), "nothing comes after the end");
    found
}

#[tokio::test]
async fn a_body_comes_in_pieces() {
    let url = in_pieces("", &[b"abc", b"de", b"f"]).await;
    let client = client(&url);
    let mut response = streamed(&client, CallOptions::new()).await;
    assert_eq!((response.status().as_u16(), response.attempts(), response.body().len()), (200, 1, 0));
    let mut body = Vec::new();
    while let Some(piece) = response.value_mut().next().await {
        let piece = piece.unwrap();
        assert!(!piece.is_empty());
        body.extend_from_slice(&piece);
    }
    assert_eq!(body, b"abcdef");
    assert!(response.value_mut().next().await.is_none());
}

#[tokio::test]
async fn a_body_has_a_limit() {
    let pieces: &[&[u8]] = &[&[7; 600], &[7; 600], &[7; 600]];
    let url = in_pieces("", pieces).await;
    let limit = |bytes| CallOptions::new().body_limit(bytes);
    let mut body = streamed(&client(&url), limit(1_799)).await.into_value();
    let mut length = 0;
    let error = loop {
        match body.next().await.unwrap() {
            Ok(piece) => length += piece.len(),
            Err(error) => break error,
        }
    };
    assert_eq!((error.kind(), error.message()), (ErrorKind::BodyTooLarge, Some("more than 1799 bytes")));
    assert_eq!(error.operation(), Some("GET /stream"));
    assert!(length < 1_800, "{length}");
    assert!(body.next().await.is_none(), "nothing comes after an error");
    let mut body = streamed(&client(&url), limit(1_800)).await.into_value();
    let mut length = 0;
    while let Some(piece) = body.next().await {
        length += piece.unwrap().len();
    }
    assert_eq!(length, 1_800);
    // What the server announces is known before anything is read.
    let server = Server::start([response(200, "", &[7; 2_000])]).await;
    let call = server.client().build().unwrap().request(Method::GET, "/stream").options(limit(1_999)).stream();
    assert_eq!(call.await.unwrap_err().kind(), ErrorKind::BodyTooLarge);
}

#[tokio::test]
async fn errors_are_as_those_of_other_calls() {
    let script = [json(429, &envelope(429, "slow down")), json(404, &envelope(404, "no such thing")), Step::Close];
    let server = Server::start(script).await;
    let client = server.client().build().unwrap();
    let error = client.request(Method::GET, "/stream").stream().await.unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::NotFound, Some("no such thing")));
    assert_eq!((error.attempts(), server.seen().len()), (2, 2));
}

/// JSON in place of a body may be an envelope, which says why there is no other one.
#[tokio::test]
async fn an_envelope_is_read_before_a_stream_begins() {
    let (limited, empty) = (envelope(429, "slow down"), envelope(402, "no credits"));
    let server = Server::start([json(200, &limited), json(200, OK), json(200, &empty)]).await;
    let client = server.client().build().unwrap();
    let ask = || client.request(Method::GET, "/stream").credits(2).stream();
    let mut response = ask().await.unwrap();
    assert_eq!((response.attempts(), client.credits_spent()), (2, 2));
    assert_eq!(response.value_mut().next().await.unwrap().unwrap(), OK.as_bytes());
    let error = ask().await.unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::QuotaExhausted, Some("no credits")));
    assert_eq!((client.credits_spent(), client.credits().possibly_spent()), (2, 0));
    // The same where its length is not known.
    let json_type = "content-type: application/json\r\n";
    let url = in_pieces(json_type, &[empty.as_bytes(), b" "]).await;
    let client = Client::builder().api_key(KEY).base_url(url).build().unwrap();
    let error = client.request(Method::GET, "/stream").stream().await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::QuotaExhausted, Some(402)));
    let url = in_pieces(json_type, &[b"{\"code\":0,", b"\"data\":[", b"1]}"]).await;
    let client = Client::builder().api_key(KEY).base_url(url).build().unwrap();
    let mut stream = client.request(Method::GET, "/stream").stream().await.unwrap().into_value();
    let mut body = Vec::new();
    while let Some(piece) = stream.next().await {
        body.extend_from_slice(&piece.unwrap());
    }
    assert_eq!(String::from_utf8(body).unwrap(), r#"{"code":0,"data":[1]}"#);
}

#[tokio::test]
async fn events_are_objects_of_their_fields() {
    let body = "event: a\nid: 1\nretry: 20\ndata: {\"b\":1}\n\ndata: c\n\nevent: d\n\nid\ndata: 7\n\ndata: {\"b\":\"\\ud83d\"}\n\ndata: {\"event\":\"f\",\"data\":1}\n\n";
    let server = Server::start(vec![response(200, "", body.as_bytes()); 3]).await;
    let client = server.client().build().unwrap();
    let objects =
        streamed(&client, CallOptions::new()).await.into_value().event_objects::<Value>(EventData::JsonOrText);
    let found: Vec<_> = all(objects).await.into_iter().map(|event| event.unwrap()).collect();
    let expected = [
        serde_json::json!({"event": "a", "id": "1", "retry": 20, "data": {"b": 1}}),
        serde_json::json!({"data": "c"}),
        serde_json::json!({"id": "", "data": "7"}),
        serde_json::json!({"data": {"b": "\u{fffd}"}}),
        serde_json::json!({"event": "f", "data": 1}),
    ];
    assert_eq!(found.iter().map(|event| &event.data).collect::<Vec<_>>(), expected.iter().collect::<Vec<_>>());
    assert_eq!((found[0].event.as_str(), found[1].event.as_str()), ("a", "message"));
    assert_eq!((found[1].id.as_deref(), found[2].id.as_deref()), (Some("1"), None));
    let objects = streamed(&client, CallOptions::new()).await.into_value().event_objects::<Value>(EventData::Text);
    let data: Vec<_> = all(objects).await.into_iter().map(|event| event.unwrap().data["data"].clone()).collect();
    assert_eq!(data[..4], ["{\"b\":1}", "c", "7", "{\"b\":\"\\ud83d\"}"]);
    assert_eq!(data[4], 1);
    let objects = streamed(&client, CallOptions::new()).await.into_value().event_objects::<Value>(EventData::Json);
    let data: Vec<_> =
        all(objects).await.into_iter().map(|event| event.map(|event| event.data["data"].clone())).collect();
    assert!(data[1].as_ref().is_err_and(|error| error.contains("expected JSON at $")), "{data:?}");
    assert_eq!(data[2].as_ref().unwrap(), 7);
}

#[tokio::test]
async fn a_body_that_breaks_ends_with_an_error() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc";
    let server = Server::start([Step::Raw(head.to_vec())]).await;
    let client = server.client().build().unwrap();
    let mut body = client.request(Method::GET, "/stream").stream().await.unwrap().into_value();
    assert_eq!(body.next().await.unwrap().unwrap(), "abc");
    let error = body.next().await.unwrap().unwrap_err();
    assert_eq!((error.kind(), error.status().map(|status| status.as_u16())), (ErrorKind::Transport, Some(200)));
    assert!(body.next().await.is_none());
    assert_eq!(server.seen().len(), 1, "it is not repeated");
    // What has come of an event or of a line is not all of it.
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 90\r\n\r\ndata: 1\n\ndata: 2\ndata: 3\ndata";
    let server = Server::start([Step::Raw(head.to_vec())]).await;
    let client = server.client().build().unwrap();
    let events = client.request(Method::GET, "/stream").stream().await.unwrap().into_value().text_events();
    let found = all(events).await;
    assert_eq!((found.len(), found[0].is_ok(), found[1].is_ok()), (2, true, false), "{found:?}");
    let mut lines = client.request(Method::GET, "/stream").stream().await.unwrap().into_value().json_lines::<Value>();
    let mut kinds = Vec::new();
    while let Some(line) = lines.next().await {
        kinds.push(line.unwrap_err().kind());
    }
    assert_eq!(kinds, [ErrorKind::Decode, ErrorKind::Decode, ErrorKind::Decode, ErrorKind::Transport]);
}

#[tokio::test(start_paused = true)]
async fn who_says_nothing_for_too_long_is_given_up() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc";
    let server = Server::start([Step::Stall(head.to_vec())]).await;
    let client = server.client().build().unwrap();
    let options = CallOptions::new().attempt_timeout(Duration::from_secs(3)).timeout(Duration::from_secs(4));
    let mut body = streamed(&client, options).await.into_value();
    // What the caller takes itself does not count, however long it is.
    tokio::time::advance(Duration::from_secs(60)).await;
    assert_eq!(body.next().await.unwrap().unwrap(), "abc");
    tokio::time::advance(Duration::from_secs(60)).await;
    let before = tokio::time::Instant::now();
    let error = body.next().await.unwrap().unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::Timeout, Some("nothing of the body came for 3.0 s")));
    assert_eq!(before.elapsed().as_secs(), 3);
    assert!(body.next().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn who_stops_waiting_has_not_waited() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc";
    let server = Server::start([Step::Stall(head.to_vec())]).await;
    let client = server.client().build().unwrap();
    let options = CallOptions::new().attempt_timeout(Duration::from_secs(3));
    let mut body = streamed(&client, options).await.into_value();
    assert_eq!(body.next().await.unwrap().unwrap(), "abc");
    tokio::time::timeout(Duration::from_secs(2), body.next()).await.unwrap_err();
    tokio::time::advance(Duration::from_secs(60)).await;
    let before = tokio::time::Instant::now();
    assert!(body.next().await.unwrap().unwrap_err().is_timeout());
    assert_eq!(before.elapsed().as_secs(), 3);
}

#[tokio::test]
async fn who_drops_a_stream_closes_its_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut buffer = [0; 4096];
        _ = stream.read(&mut buffer).await.unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\ndata: 1\n\ndata").await.unwrap();
        // Nothing comes any more, whether it ends well or not.
        stream.read(&mut buffer).await.unwrap_or(0)
    });
    let mut events = streamed(&client(&url), CallOptions::new()).await.into_value().text_events();
    assert_eq!(events.next().await.unwrap().unwrap().data, "1");
    drop(events);
    assert_eq!(server.await.unwrap(), 0);
}

#[tokio::test]
async fn a_success_without_a_body_is_a_stream_of_nothing() {
    let nothing = response(204, "", b"");
    let server = Server::start([nothing.clone(), nothing.clone(), nothing.clone(), nothing]).await;
    let client = server.client().build().unwrap();
    let body = async || streamed(&client, CallOptions::new()).await.into_value();
    assert!(body().await.next().await.is_none());
    assert!(body().await.events::<Value>().next().await.is_none());
    assert!(body().await.json_lines::<Value>().next().await.is_none());
    assert!(body().await.json_sequence::<Value>().next().await.is_none());
}

/// Type, id and data of an event, or an error.
type Read = Result<(String, Option<Arc<str>>, String), String>;

/// What the WHATWG standard says of each of them.
#[tokio::test]
async fn events_are_read_as_the_standard_has_it() {
    let message = |data: &str| Ok(("message".to_owned(), None, data.to_owned()));
    let cases: &[(&str, &[Read])] = &[
        ("data: a\n\ndata:b\r\n\r\ndata:  c\r\r", &[message("a"), message("b"), message(" c")]),
        ("\u{feff}data: a\ndata\ndata: b\n\n", &[message("a\n\nb")]),
        (
            ": comment\n\nevent: x\n\nid: 7\nretry: 250\ndata: a\n\ndata: b\n\n",
            &[
                Ok(("message".to_owned(), Some("7".into()), "a".to_owned())),
                Ok(("message".to_owned(), Some("7".into()), "b".to_owned())),
            ],
        ),
        (
            "event: x\ndata: a\nid: 1\n\nid\ndata: b\n\n",
            &[Ok(("x".to_owned(), Some("1".into()), "a".to_owned())), message("b")],
        ),
        ("id: a\0b\nretry: 1s\nData: x\nunknown: y\ndata: a\n\n", &[message("a")]),
        ("data: é🦀\r\n\r\ndata: \u{fffd}\r\n\r\n", &[message("é🦀"), message("\u{fffd}")]),
        (": a\r\n\r\n: b\r\r:\n\n", &[]),
        ("data: cut", &[message("cut")]),
        ("data\n\n", &[message("")]),
        ("\n\n\n", &[]),
        ("", &[]),
    ];
    for (text, expected) in cases {
        for size in [1, 2, 3, 1000] {
            let pieces: Vec<&[u8]> = text.as_bytes().chunks(size).collect();
            let url = in_pieces("content-type: text/event-stream\r\n", &pieces).await;
            let events = streamed(&client(&url), CallOptions::new()).await.into_value().text_events();
            let found: Vec<_> = all(events)
                .await
                .into_iter()
                .map(|event| event.map(|event| (event.event, event.id, event.data)))
                .collect();
            assert_eq!(&found, expected, "{text:?} in pieces of {size}");
        }
    }
}

#[derive(Debug, Deserialize, PartialEq)]
struct Token {
    token: String,
}

#[tokio::test]
async fn an_event_that_does_not_decode_is_followed_by_the_next() {
    let text = b"data: {\"token\":\"a\"}\n\ndata: {\"token\":7}\n\ndata: {\"token\":\"b\",\ndata: \"new\":1}\n\n\
        data: [DONE]\n\ndata: {\"token\":\"c\"}\n\n";
    let url = in_pieces("content-type: text/event-stream\r\n", &[text]).await;
    let events = streamed(&client(&url), CallOptions::new()).await.into_value().events::<Token>();
    let found = all(events).await;
    assert_eq!(found.len(), 3, "{found:?}");
    assert_eq!(found[0].as_ref().unwrap().data, Token { token: "a".to_owned() });
    assert_eq!(
        found[1].as_ref().unwrap_err(),
        "GET /stream: undecodable body: expected string at $.token, found integer in `{\"token\":7}` (HTTP 200)"
    );
    assert_eq!(found[2].as_ref().unwrap().data, Token { token: "b".to_owned() });
}

#[tokio::test]
async fn an_event_has_a_limit_and_a_stream_has_none() {
    let event = format!("data: {}\n\n", "x".repeat(90));
    let many = event.repeat(50);
    let options = || CallOptions::new().body_limit(100);
    let url = in_pieces("", &[many.as_bytes()]).await;
    let events = streamed(&client(&url), options()).await.into_value().text_events();
    assert_eq!(all(events).await.len(), 50);
    // One line that is too long, and many lines that are one event.
    for text in [format!("data: {}\n\n", "x".repeat(101)), "data: 0123456789\n".repeat(12), "x".repeat(5_000)] {
        for size in [7, 5_000] {
            let pieces: Vec<&[u8]> = text.as_bytes().chunks(size).collect();
            let url = in_pieces("", &pieces).await;
            let events = streamed(&client(&url), options()).await.into_value().text_events();
            let found = all(events).await;
            assert_eq!(found.len(), 1, "{found:?}");
            let error = found[0].as_ref().unwrap_err();
            assert!(error.contains("a part of the stream has more than 100 bytes"), "{error}");
        }
    }
}

#[tokio::test]
async fn lines_of_json_are_values() {
    let text = "\u{feff}{\"a\":1}\r\n\n  \n[null]\n{\"a\":\n\"\\ud800\"\n7";
    for size in [1, 1000] {
        let pieces: Vec<&[u8]> = text.as_bytes().chunks(size).collect();
        let url = in_pieces("content-type: application/x-ndjson\r\n", &pieces).await;
        let mut lines = streamed(&client(&url), CallOptions::new()).await.into_value().json_lines::<Value>();
        let mut found = Vec::new();
        while let Some(line) = lines.next().await {
            found.push(line.map_err(|error| (error.kind(), error.body().to_vec())));
        }
        let broken = Err((ErrorKind::Decode, b"{\"a\":".to_vec()));
        assert_eq!(found, [Ok(json!({"a": 1})), Ok(json!([null])), broken, Ok(json!("\u{fffd}")), Ok(json!(7))]);
    }
}

/// Values of a sequence, and what is said of texts that are none.
type Values = Vec<Result<Value, String>>;

async fn sequence(text: &str, size: usize, options: CallOptions) -> Values {
    let pieces: Vec<&[u8]> = text.as_bytes().chunks(size).collect();
    let url = in_pieces("content-type: application/json-seq\r\n", &pieces).await;
    let mut values = streamed(&client(&url), options).await.into_value().json_sequence::<Value>();
    let mut found = Vec::new();
    while let Some(value) = values.next().await {
        found.push(
            value.map_err(|error| error.decode_error().map_or(error.to_string(), |error| error.found().to_owned())),
        );
    }
    assert!(values.next().await.is_none());
    found
}

/// RFC 7464, sections 2.1 to 2.4.
#[tokio::test]
async fn sequences_are_read_as_the_standard_has_them() {
    let broken = |found: &str| Err(found.to_owned());
    let cut_off = || broken("what may be cut off");
    let cases: &[(&str, Values)] = &[
        ("\u{1e}{\"a\":1}\n\u{1e}2\n\u{1e}\"é\"\n", vec![Ok(json!({"a": 1})), Ok(json!(2)), Ok(json!("é"))]),
        // Lines within a text, a line feed and a brace in a string.
        ("\u{1e}{\n \"a\": [\n1]\n}\r\n\u{1e}[\"}\\\"\\n\"]\n", vec![Ok(json!({"a": [1]})), Ok(json!(["}\"\n"]))]),
        // Without anything in it, and without a separator.
        ("\u{1e}\u{1e}\n\u{1e}1\n2\n", vec![Ok(json!(1)), Ok(json!(2))]),
        ("\u{feff}\u{1e}1\n", vec![Ok(json!(1))]),
        ("\u{feff}1\n", vec![Ok(json!(1))]),
        ("", vec![]),
        ("\n", vec![]),
        // What was cut off, and what may have been.
        (
            "\u{1e}{\"a\u{1e}[1]\u{1e}12\u{1e}true\u{1e}3\n\u{1e}nul",
            vec![broken("truncated JSON"), Ok(json!([1])), cut_off(), cut_off(), Ok(json!(3)), cut_off()],
        ),
        ("\u{1e}{\"a\":1}\u{1e}\"b\"", vec![Ok(json!({"a": 1})), Ok(json!("b"))]),
        (
            "\u{1e}]\n\u{1e}1 \u{1e}\\\n",
            vec![broken("text that is not JSON"), Ok(json!(1)), broken("text that is not JSON")],
        ),
    ];
    for (text, expected) in cases {
        for size in [1, 2, 3, 1000] {
            let found = sequence(text, size, CallOptions::new()).await;
            assert_eq!(&found, expected, "{text:?} in pieces of {size}");
        }
    }
}

#[tokio::test]
async fn a_text_of_a_sequence_comes_with_its_line_and_has_a_limit() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 90\r\n\r\n\x1e{\"a\":\n1}\n";
    let server = Server::start([Step::Stall(head.to_vec())]).await;
    let mut values =
        streamed(&server.client().build().unwrap(), CallOptions::new()).await.into_value().json_sequence::<Value>();
    assert_eq!(values.next().await.unwrap().unwrap(), json!({"a": 1}), "nobody waits for what comes after it");
    let many = "\u{1e}[1]\n".repeat(100);
    assert_eq!(sequence(&many, 7, CallOptions::new().body_limit(10)).await.len(), 100);
    for text in [format!("\u{1e}[{}]\n", "1".repeat(10)), "\u{1e}[\n\n\n\n\n\n\n\n\n\n\n\n".to_owned()] {
        for size in [1, 100] {
            let found = sequence(&text, size, CallOptions::new().body_limit(10)).await;
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(found[0].as_ref().unwrap_err().contains("more than 10 bytes"), "{found:?}");
        }
    }
}

#[tokio::test]
async fn events_of_an_encoded_stream_come_when_they_are_sent() {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let mut brotli = brotli::CompressorWriter::new(Vec::new(), 4096, 5, 20);
    for encoder in [&mut gzip as &mut dyn std::io::Write, &mut brotli] {
        encoder.write_all(b"data: one\n\n").unwrap();
        encoder.flush().unwrap();
    }
    for (encoding, first) in [("gzip", gzip.get_ref()), ("br", brotli.get_ref())] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = client(&format!("http://{}", listener.local_addr().unwrap()));
        let head = format!("HTTP/1.1 200 X\r\ncontent-type: text/event-stream\r\ncontent-encoding: {encoding}\r\n\r\n");
        let sent = [head.as_bytes(), first].concat();
        let server = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            _ = stream.read(&mut [0; 4096]).await;
            stream.write_all(&sent).await.unwrap();
            // More would come later.
            stream
        };
        let (_open, response) = tokio::join!(server, streamed(&client, CallOptions::new()));
        let mut events = response.into_value().text_events();
        assert_eq!(events.next().await.unwrap().unwrap().data, "one", "{encoding}");
    }
}

#[tokio::test]
async fn an_encoded_stream_has_a_limit_of_what_it_stands_for() {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut gzip, &vec![b' '; 4 << 20]).unwrap();
    let server = Server::start([response(200, "content-encoding: gzip\r\n", &gzip.finish().unwrap())]).await;
    let client = server.client().body_limit(1 << 20).build().unwrap();
    let mut body = client.request(Method::GET, "/stream").stream().await.unwrap().into_value();
    let (mut length, mut largest) = (0, 0);
    let error = loop {
        match body.next().await.unwrap() {
            Ok(piece) => (length, largest) = (length + piece.len(), largest.max(piece.len())),
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind(), ErrorKind::BodyTooLarge);
    assert!(length <= 1 << 20 && largest <= 128 << 10, "{length} {largest}");
    assert!(body.next().await.is_none());
}

#[tokio::test]
async fn a_coding_that_nobody_knows_is_told() {
    let server = Server::start([response(200, "content-encoding: zstd\r\n", b"abc")]).await;
    let client = server.client().build().unwrap();
    let error = client.request(Method::GET, "/stream").stream().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.to_string().contains("zstd"), "{error}");
}

#[tokio::test]
async fn a_stream_shows_neither_key_nor_body() {
    let server = Server::start([response(200, "", format!("data: {KEY}").as_bytes())]).await;
    let client = server.client().build().unwrap();
    let response = client.request(Method::GET, "/stream").stream().await.unwrap();
    let shown = format!("{response:?} {:?}", response.value());
    assert!(!shown.contains(KEY), "{shown}");
    let mut events = response.into_value().events::<Value>();
    let error = events.next().await.unwrap().unwrap_err();
    let shown = format!("{error} {error:?} {error:#?} {events:?}");
    assert!(!shown.contains(KEY), "{shown}");
}

#[derive(Default)]
struct Bodies(Mutex<Vec<(Ending, Option<usize>)>>);

impl Observer for Bodies {
    fn attempt_ended(&self, attempt: &AttemptEnded<'_>) {
        self.0.lock().unwrap().push((attempt.ending, attempt.body().map(|body| body.len())));
    }
}

#[tokio::test]
async fn observers_are_told_of_the_head_and_of_no_body() {
    let server = Server::start([json(404, "{}"), response(200, "", b"abc")]).await;
    let bodies = Arc::new(Bodies::default());
    let client = server.client().observer(Arc::clone(&bodies)).credit_budget(3).build().unwrap();
    let request = || client.request(Method::GET, "/stream").credits(2);
    request().stream().await.unwrap_err();
    assert_eq!(client.credits().spent(), 0);
    let body = request().stream().await.unwrap();
    assert_eq!(client.credits().spent(), 2, "what comes is paid for");
    drop(body);
    assert_eq!(request().stream().await.unwrap_err().kind(), ErrorKind::CreditBudget);
    let seen = bodies.0.lock().unwrap().clone();
    assert_eq!(seen, [(Ending::Failure(ErrorKind::NotFound), Some(2)), (Ending::Success, None)]);
}

#[test]
fn a_thread_can_wait_for_streams() {
    use std::io::Read;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().worker_threads(1).build().unwrap();
    let url = runtime.block_on(in_pieces("", &[b"data: 1\n\n", b"data: 2\n\n"]));
    let client = keyapi_runtime::blocking::Client::new(client(&url).runtime).unwrap();
    let request = || client.request(Method::GET, "/stream").stream().unwrap();
    let mut body = request().into_value();
    body.read_exact(&mut [0; 4]).unwrap();
    let rest = body.next().unwrap().unwrap();
    assert_eq!(rest, ": 1\n\n", "what a reader has left comes next");
    let mut body = request().into_value();
    body.read_exact(&mut [0; 6]).unwrap();
    let events: Vec<_> = body.text_events().map(|event| event.unwrap().data).collect();
    assert_eq!(events, ["2"], "and is part of what is read then");
    let mut text = String::new();
    request().into_value().read_to_string(&mut text).unwrap();
    assert_eq!(text, "data: 1\n\ndata: 2\n\n");
    let pieces: Vec<u8> = request().into_value().flat_map(Result::unwrap).collect();
    assert_eq!(pieces, text.as_bytes());
    let values: Vec<i64> = request().into_value().events().map(|event| event.unwrap().data).collect();
    assert_eq!(values, [1, 2]);
    let lines = request().into_value().json_lines::<Value>().filter_map(Result::err);
    assert_eq!(lines.map(|error| error.kind()).collect::<Vec<_>>(), [ErrorKind::Decode; 2]);
}

#[test]
fn threads_read_streams_of_one_client_at_the_same_time() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().worker_threads(1).build().unwrap();
    let url = runtime.block_on(in_pieces("", &[b"data: 1\n\n", b"data: 2\n\n"]));
    let client = keyapi_runtime::blocking::Client::new(client(&url).runtime).unwrap();
    let events = || client.request(Method::GET, "/stream").stream().unwrap().into_value().events::<i64>();
    let (mut one, mut other) = (events(), events());
    let both_wait = std::sync::Barrier::new(2);
    let rest = std::thread::scope(|scope| {
        // One has begun on this thread, and goes on on another one.
        assert_eq!(one.next().unwrap().unwrap().data, 1);
        let one = scope.spawn(|| {
            both_wait.wait();
            one.map(|event| event.unwrap().data).collect::<Vec<_>>()
        });
        both_wait.wait();
        let other: Vec<_> = other.by_ref().map(|event| event.unwrap().data).collect();
        (one.join().unwrap(), other)
    });
    assert_eq!(rest, (vec![2], vec![1, 2]));
    assert!(other.next().is_none());
}

#[tokio::test]
async fn what_a_caller_accepts_goes_out() {
    let server = Server::start([json(200, OK)]).await;
    let client = server.client().build().unwrap();
    let csv = CallOptions::new().header(HeaderName::from_static("accept"), HeaderValue::from_static("text/csv"));
    _ = streamed(&client, csv).await;
    assert_eq!(server.seen()[0].header("accept"), Some("text/csv"));
}
