//! A server that responds by path, well or badly.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

/// What the server does at a path.
#[derive(Clone)]
pub(crate) enum Response {
    /// These bytes, and the end.
    Bytes(Vec<u8>),
    /// A head, and a body without an end.
    Endless,
    /// Nothing, for as long as the client waits.
    Silence,
}

impl Response {
    pub(crate) fn of(head: &str, body: &[u8]) -> Self {
        let bytes = format!("HTTP/1.1 {head}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
        Self::Bytes([bytes.as_bytes(), body].concat())
    }

    pub(crate) fn page(body: &[u8]) -> Self {
        Self::of("200 OK\r\ncontent-type: text/markdown", body)
    }
}

/// Serves the responses by their paths, and gives the address of the server.
pub(crate) fn serve(responses: impl IntoIterator<Item = (&'static str, Response)>) -> String {
    let responses: Arc<BTreeMap<&str, Response>> = Arc::new(responses.into_iter().collect());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let responses = Arc::clone(&responses);
            thread::spawn(move || respond(stream.unwrap(), &responses));
        }
    });
    address
}

fn respond(mut stream: TcpStream, responses: &BTreeMap<&str, Response>) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
    let request = lines.next().unwrap_or_default();
    lines.by_ref().find(String::is_empty);
    let path = request.split(' ').nth(1).unwrap_or_default();
    match responses.get(path).unwrap_or(&Response::of("404 Not Found", b"")) {
        // Who has heard enough hangs up.
        Response::Bytes(bytes) => _ = stream.write_all(bytes),
        Response::Endless => {
            let chunk = [b'x'; 4096];
            _ = stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n");
            while stream.write_all(&chunk).is_ok() {}
        }
        Response::Silence => _ = lines.next(),
    }
}
