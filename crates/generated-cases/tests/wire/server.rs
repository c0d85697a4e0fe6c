//! A server that answers one request and keeps what it was sent.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::thread::JoinHandle;

/// A request as it came over the wire.
pub(crate) struct Seen {
    pub(crate) line: String,
    headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Seen {
    /// The values of a header, in order.
    pub(crate) fn header(&self, name: &str) -> Vec<&str> {
        let same = |other: &String| other.eq_ignore_ascii_case(name);
        self.headers.iter().filter(|(other, _)| same(other)).map(|(_, value)| value.as_str()).collect()
    }

    /// The pairs of the query, decoded.
    pub(crate) fn query(&self) -> Vec<(String, String)> {
        let target = self.line.split(' ').nth(1).unwrap();
        let url = reqwest::Url::parse(&format!("http://localhost{target}")).unwrap();
        url.query_pairs().into_owned().collect()
    }
}

/// Starts a server that answers its first request with `status`, a media type, and a body.
pub(crate) fn answer(status: u16, media_type: &str, body: &str) -> (String, JoinHandle<Seen>) {
    provide_tls();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let content = if body.is_empty() { String::new() } else { format!("content-type: {media_type}\r\n") };
    let length = if status == 204 { String::new() } else { format!("content-length: {}\r\n", body.len()) };
    let response = format!("HTTP/1.1 {status} X\r\n{content}{length}connection: close\r\n\r\n{body}");
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let seen = read(&mut BufReader::new(&stream));
        stream.write_all(response.as_bytes()).unwrap();
        seen
    });
    (url, server)
}

/// Clients are built without TLS of their own, so one for all has to be there.
pub(crate) fn provide_tls() {
    _ = rustls::crypto::ring::default_provider().install_default();
}

fn read(stream: &mut impl BufRead) -> Seen {
    let mut lines = stream.by_ref().lines().map(Result::unwrap);
    let line = lines.next().unwrap();
    let head = lines.by_ref().take_while(|line| !line.is_empty());
    let headers: Vec<(String, String)> = head
        .map(|line| line.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned())).unwrap())
        .collect();
    let mut seen = Seen { line, headers, body: String::new() };
    let length: u64 = seen.header("content-length").first().map_or(0, |length| length.parse().unwrap());
    stream.take(length).read_to_string(&mut seen.body).unwrap();
    seen
}
