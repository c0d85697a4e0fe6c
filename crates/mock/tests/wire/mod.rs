//! A client that shows what really comes over the connection.
#![allow(dead_code, reason = "every test uses a part of it")]

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use serde_json::Value;

pub(crate) struct Wire(TcpStream);

#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Wire {
    pub(crate) fn connect(url: &str) -> Self {
        let stream = TcpStream::connect(url.strip_prefix("http://").unwrap()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        Self(stream)
    }

    pub(crate) fn send(&mut self, bytes: &[u8]) {
        // A server that has already hung up is seen when reading.
        _ = self.try_send(bytes);
    }

    pub(crate) fn try_send(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.0.write_all(bytes)
    }

    pub(crate) fn finish(&mut self) {
        _ = self.0.shutdown(Shutdown::Write);
    }

    /// All that comes until the connection ends, and how it ends.
    pub(crate) fn read_all(&mut self) -> (Vec<u8>, std::io::Result<()>) {
        let mut bytes = Vec::new();
        let mut buffer = [0; 4096];
        loop {
            match self.0.read(&mut buffer) {
                Ok(0) => return (bytes, Ok(())),
                Ok(count) => bytes.extend_from_slice(&buffer[..count]),
                // A child of the process that ends, such as a browser, interrupts a read that has a timeout.
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return (bytes, Err(error)),
            }
        }
    }

    /// Whether the server has neither sent anything nor ended the connection.
    pub(crate) fn is_open(&self) -> bool {
        self.0.set_nonblocking(true).unwrap();
        let seen = self.0.peek(&mut [0]);
        self.0.set_nonblocking(false).unwrap();
        seen.is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
    }

    /// One response, on a connection that goes on.
    pub(crate) fn read_response(&mut self) -> Response {
        let head = self.read_head();
        self.read_body(head)
    }

    /// A response without its body, which comes then.
    pub(crate) fn read_head(&mut self) -> Response {
        let mut bytes = Vec::new();
        let mut byte = [0];
        while !bytes.ends_with(b"\r\n\r\n") {
            self.0.read_exact(&mut byte).unwrap();
            bytes.push(byte[0]);
        }
        Response::parse(&bytes)
    }

    pub(crate) fn read_body(&mut self, mut response: Response) -> Response {
        response.body = vec![0; response.header("content-length").map_or(0, |length| length.parse().unwrap())];
        self.0.read_exact(&mut response.body).unwrap();
        response
    }

    pub(crate) fn read_to_end(&mut self) -> Vec<u8> {
        self.read_all().0
    }
}

impl Response {
    pub(crate) fn parse(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("the response has a head");
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Self { status, head, body: bytes[end + 4..].to_vec() }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("the body is JSON")
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

pub(crate) fn send(url: &str, method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Response {
    let mut wire = Wire::connect(url);
    wire.send(head(method, target, headers, body).as_bytes());
    Response::parse(&wire.read_to_end())
}

pub(crate) fn get(url: &str, target: &str, headers: &[(&str, &str)]) -> Response {
    send(url, "GET", target, headers, "")
}

pub(crate) fn head(method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> String {
    let lines: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let length = if body.is_empty() { String::new() } else { format!("content-length: {}\r\n", body.len()) };
    format!("{method} {target} HTTP/1.1\r\nhost: mock\r\nconnection: close\r\n{lines}{length}\r\n{body}")
}
