//! The credentials that are exchanged in an entry of a HAR file: what its request presents in any place, and what its
//! response hands out.
//!
//! What is not known to be harmless counts, so that a body in which it comes back does not give it away.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use keyapi_redaction::{SHORT, lets_in};
use keyapi_spec::source::Node;
use percent_encoding::percent_decode_str;

/// Headers that say what a client is and what it can do, and nothing of who uses it. Those whose names start with `sec-`,
/// `accept`, `content-` or `if-` do so, too.
const HARMLESS: [&str; 30] = [
    ":authority",
    ":method",
    ":scheme",
    "age",
    "allow",
    "cache-control",
    "connection",
    "date",
    "dnt",
    "etag",
    "expect",
    "expires",
    "host",
    "keep-alive",
    "last-modified",
    "max-forwards",
    "origin",
    "pragma",
    "priority",
    "range",
    "server",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "upgrade-insecure-requests",
    "user-agent",
    "vary",
    "via",
    "x-requested-with",
];

/// Headers that hold a URL.
const URLS: [&str; 4] = [":path", "location", "referer", "content-location"];

/// What an entry has for credentials. `documented` are the parameters of its operation: those say what is asked for, unless
/// their names say that they let somebody in.
pub(crate) fn exchanged(entry: &Node, documented: &[String]) -> Vec<String> {
    let list = |pointer: &str| {
        let items = entry.pointer(pointer).map(Node::items).unwrap_or_default();
        items.iter().filter_map(|item| Some((item.get("name")?.as_str()?, item.get("value")?.as_str()?)))
    };
    let text = |pointer: &str| entry.pointer(pointer).and_then(Node::as_str).unwrap_or_default();
    let mut found = Credentials { documented, all: Vec::new() };
    found.url(text("/request/url"));
    list("/request/queryString")
        .chain(list("/request/postData/params"))
        .for_each(|(name, value)| found.add(name, value));
    found.body(text("/request/postData/text"));
    list("/request/headers").for_each(|(name, value)| found.header(name, value));
    list("/response/headers").filter(|(name, _)| hands_out(name)).for_each(|(name, value)| found.header(name, value));
    list("/request/cookies").chain(list("/response/cookies")).for_each(|(_, value)| found.unknown(value));
    found.url(text("/response/redirectURL"));
    found.all
}

/// Whether a header of a response may have a credential; most others tell of the response.
fn hands_out(name: &str) -> bool {
    lets_in(name) || URLS.contains(&name.to_ascii_lowercase().as_str())
}

struct Credentials<'a> {
    documented: &'a [String],
    all: Vec<String>,
}

impl Credentials<'_> {
    fn url(&mut self, url: &str) {
        let (before, query) = url.split_at(url.find(['?', '#']).unwrap_or(url.len()));
        let authority = before.split_once("//").map_or("", |(_, rest)| rest.split('/').next().unwrap_or_default());
        if let Some((user, _)) = authority.rsplit_once('@') {
            user.split(':').for_each(|part| self.credential(part));
        }
        self.pairs(query.trim_start_matches('?'));
    }

    /// What stands in a query, or in a body like one.
    fn pairs(&mut self, text: &str) {
        for (name, value) in text.split(['&', '#', '?']).filter_map(|pair| pair.split_once('=')) {
            self.add(&decoded(name), &value.replace('+', " "));
            self.add(&decoded(name), value);
        }
    }

    fn body(&mut self, text: &str) {
        match keyapi_spec::Source::parse_json("body", text.as_bytes()) {
            Ok(body) => self.members(body.root()),
            // The parts of a form, one of which may be a file.
            Err(_) if text.contains('\n') => {
                text.lines().filter(|line| !line.contains(':')).for_each(|it| self.unknown(it))
            }
            Err(_) => self.pairs(text),
        }
    }

    /// What the names in a JSON body say to be a credential; the rest of it is what is asked for.
    fn members(&mut self, node: &Node) {
        node.items().iter().for_each(|item| self.members(item));
        for (key, member) in node.members() {
            match member.as_str() {
                Some(text) if lets_in(&key.name) => self.credential(text),
                _ => self.members(member),
            }
        }
    }

    fn header(&mut self, name: &str, value: &str) {
        let name = name.to_ascii_lowercase();
        let is_harmless = HARMLESS.contains(&name.as_str())
            || ["sec-", "accept", "content-", "if-"].iter().any(|start| name.starts_with(start));
        match name.as_str() {
            // What comes after the first value is about the cookie.
            "set-cookie" => {
                for cookie in value.lines() {
                    self.unknown(
                        cookie.split(';').next().and_then(|pair| pair.split_once('=')).map_or("", |(_, it)| it),
                    );
                }
            }
            "cookie" => value.split(';').filter_map(|pair| pair.split_once('=')).for_each(|(_, it)| self.unknown(it)),
            name if URLS.contains(&name) => self.url(value),
            _ if is_harmless => {}
            name => self.add(name, value),
        }
    }

    /// A value with its name.
    fn add(&mut self, name: &str, value: &str) {
        match lets_in(name) {
            true => self.credential(value),
            false if self.documented.iter().any(|known| known.eq_ignore_ascii_case(name)) => {}
            false => self.unknown(value),
        }
    }

    /// What lets somebody in, however short it is.
    fn credential(&mut self, value: &str) {
        let value = value.trim();
        // Without its scheme.
        let bare = value.rsplit_once(' ').map_or(value, |(_, value)| value);
        self.all.extend([bare.to_owned(), decoded(bare)]);
        self.unknown(value);
    }

    /// What may let somebody in, as a whole and in its parts, as far as it is not so short that it would be found in what has
    /// nothing to do with it.
    fn unknown(&mut self, value: &str) {
        let mut parts: Vec<String> = vec![value.trim().to_owned(), decoded(value.trim())];
        parts.extend(value.split(|char: char| char.is_whitespace() || r#";,="'"#.contains(char)).map(str::to_owned));
        // Of `user:password` in Base64, too.
        let inside = value.split_whitespace().filter_map(|part| String::from_utf8(STANDARD.decode(part).ok()?).ok());
        let inside: Vec<String> = inside.filter(|text| text.contains(':')).collect();
        parts.extend(inside.iter().flat_map(|text| text.split(':').map(str::to_owned)));
        self.all.extend(parts.into_iter().filter(|part| part.len() >= SHORT));
    }
}

/// Text that is percent-encoded, as it is meant.
fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use keyapi_redaction::Redactor;
    use serde_json::{Value, json};

    use super::*;

    const SECRET: &str = "MyVerySecretKey12345";

    fn redacts(entry: &Value, text: &str) -> bool {
        let source = keyapi_spec::Source::parse_json("x.har", entry.to_string().as_bytes()).unwrap();
        let exchanged = exchanged(source.root(), &["music_id".to_owned()]);
        Redactor::new().unwrap().knowing(exchanged).unwrap().text(text).0 != text
    }

    #[test]
    fn what_is_exchanged_in_any_place_is_a_key() {
        let header = |name: &str, value: &str| json!({"request": {"headers": [{"name": name, "value": value}]}});
        let url = |url: &str| json!({"request": {"url": url}});
        let post = |data: Value| json!({"request": {"postData": data}});
        let response = |response: Value| json!({ "response": response });
        for entry in [
            url("https://x.io/a?api_key=MyVerySecretKey12345"),
            url("https://x.io/a?k=MyVerySecret%4Bey12345&b=1#c"),
            url("https://x.io/a#access_token=MyVerySecretKey12345"),
            url("https://user:MyVerySecretKey12345@x.io/a"),
            header("Cookie", "a=b; sid=MyVerySecretKey12345"),
            header("Authorization", "Basic dXNlcjpNeVZlcnlTZWNyZXRLZXkxMjM0NQ=="),
            header("Authorization", "Digest username=\"x\", response=\"MyVerySecretKey12345\""),
            header("X-Auth", SECRET),
            header("x-session", SECRET),
            header("x-anything", "v1;id=MyVerySecretKey12345"),
            header("Referer", "https://x.io/?t=MyVerySecretKey12345"),
            header(":path", "/a?t=MyVerySecretKey12345"),
            json!({"request": {"cookies": [{"name": "a", "value": SECRET}]}}),
            post(json!({"params": [{"name": "p", "value": SECRET}]})),
            post(json!({"text": "user=me&p=MyVerySecretKey12345"})),
            post(json!({"text": json!({"login": [{"password": SECRET}]}).to_string()})),
            post(json!({"text": "--x\r\nContent-Disposition: form-data; name=p\r\n\r\nMyVerySecretKey12345\r\n--x--"})),
            response(json!({"headers": [{"name": "Set-Cookie", "value": "sid=MyVerySecretKey12345; Path=/"}]})),
            response(json!({"headers": [{"name": "X-Api-Token", "value": SECRET}]})),
            response(json!({"headers": [{"name": "Location", "value": "/a?code=MyVerySecretKey12345"}]})),
            response(json!({"cookies": [{"name": "a", "value": SECRET}]})),
        ] {
            assert!(redacts(&entry, &format!("echo {SECRET}!")), "{entry}");
        }
        assert!(redacts(&header("Authorization", "Bearer short77"), "echo short77"));
        assert!(redacts(&url("https://x.io/?token=short77"), "echo short77"));
    }

    #[test]
    fn what_is_asked_for_is_no_key() {
        let header = |name: &str, value: &str| json!({"request": {"headers": [{"name": name, "value": value}]}});
        for (entry, text) in [
            (
                json!({"request": {"url": "https://x.io/a?music_id=6703723351497508865&page=1"}}),
                "6703723351497508865 1",
            ),
            (
                json!({"request": {"queryString": [{"name": "music_id", "value": "6703723351497508865"}]}}),
                "6703723351497508865",
            ),
            (header("Content-Type", "application/json"), "application/json"),
            (header("User-Agent", "Mozilla/5.0 something"), "something"),
            (header("Cookie", "theme=dark; lang=en"), "dark en"),
            (json!({"request": {"postData": {"text": "{\"title\": \"a long title\"}"}}}), "a long title"),
            (json!({"response": {"headers": [{"name": "X-Request-Id", "value": "0123456789"}]}}), "0123456789"),
        ] {
            assert!(!redacts(&entry, text), "{entry}");
        }
    }
}
