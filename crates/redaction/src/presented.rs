//! The credentials that a request presents in any place, and that its response hands out.
//!
//! What is not known to be harmless counts, so that a body in which it comes back does not give it away.

use base64::Engine as _;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::body::{NAMES, VALUES};
use super::encoded::BASE64;
use super::{SHORT, lets_in};

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

/// Gathers the credentials of requests and responses, which [`Redactor::knowing`](super::Redactor::knowing) is told of.
#[derive(Default)]
pub struct Presented {
    documented: Vec<String>,
    all: Vec<String>,
}

/// Shows no credential.
impl std::fmt::Debug for Presented {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Presented").field("credentials", &self.all.len()).finish_non_exhaustive()
    }
}

impl Presented {
    /// Parameters that say what is asked for, unless their names say that they let somebody in.
    #[must_use]
    pub fn to_operation(documented: &[String]) -> Self {
        Self { documented: documented.to_vec(), all: Vec::new() }
    }

    /// The credentials that were found.
    #[must_use]
    pub fn credentials(self) -> Vec<String> {
        self.all
    }

    /// A URL, but for its path.
    pub fn url(&mut self, url: &str) {
        let (before, query) = url.split_at(url.find(['?', '#']).unwrap_or(url.len()));
        let authority = before.split_once("//").map_or("", |(_, rest)| rest.split('/').next().unwrap_or_default());
        if let Some((user, _)) = authority.rsplit_once('@') {
            user.split(':').for_each(|part| self.credential(part));
        }
        self.pairs(query.trim_start_matches('?'));
    }

    /// What stands in a URL before the path of an operation, such as the key of a proxy.
    pub fn base(&mut self, url: &str, path_template: &str) {
        let path = url.split(['?', '#']).next().unwrap_or_default();
        let path = path.split_once("//").map_or(path, |(_, rest)| rest);
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        let base = segments.len().saturating_sub(path_template.split('/').skip(1).count());
        segments.iter().take(base).for_each(|segment| self.unknown(segment));
    }

    /// A parameter, a field of a form, or a cookie.
    pub fn value(&mut self, name: &str, value: &str) {
        match lets_in(name) {
            true => self.credential(value),
            false if self.documented.iter().any(|known| known.eq_ignore_ascii_case(name)) => {}
            false => self.unknown(value),
        }
    }

    /// A header of a request.
    pub fn header(&mut self, name: &str, value: &str) {
        let name = name.to_ascii_lowercase();
        let is_harmless = HARMLESS.contains(&name.as_str())
            || ["sec-", "accept", "content-", "if-"].iter().any(|start| name.starts_with(start));
        match name.as_str() {
            // What comes after the first value is about the cookie.
            "set-cookie" => value.lines().filter_map(|cookie| cookie.split(';').next()).for_each(|it| self.cookie(it)),
            "cookie" => value.split(';').for_each(|it| self.cookie(it)),
            name if URLS.contains(&name) => self.url(value),
            name if is_harmless && !lets_in(name) => self.named(value),
            name => self.value(name, value),
        }
    }

    /// A header of a response: most of them tell of the response.
    pub fn response_header(&mut self, name: &str, value: &str) {
        match lets_in(name) || URLS.contains(&name.to_ascii_lowercase().as_str()) {
            true => self.header(name, value),
            false => self.named(value),
        }
    }

    /// A body that is sent: JSON, lines of it, a form, its parts, or whatever else has names and values.
    pub fn body(&mut self, text: &str) {
        if let Ok(body) = serde_json::from_str(text) {
            return self.json(&body, false);
        }
        for line in text.lines() {
            match serde_json::from_str(line) {
                Ok(line @ (Value::Object(_) | Value::Array(_))) => self.json(&line, false),
                _ if line.contains('<') => line.split(['<', '>']).for_each(|part| self.unknown(part)),
                // The header of a part, which may be a file.
                _ if line.to_ascii_lowercase().starts_with("content-") => {}
                _ if line.contains('=') => self.pairs(line),
                _ => self.unknown(line),
            }
        }
    }

    /// What the names in a JSON body say to be a credential; the rest of it is what is asked for.
    fn json(&mut self, value: &Value, is_credential: bool) {
        let lets_in_by = |name: Option<&Value>| name.and_then(Value::as_str).is_some_and(lets_in);
        match value {
            Value::Null | Value::Bool(_) => {}
            Value::Number(number) if is_credential => self.credential(&number.to_string()),
            Value::Number(_) => {}
            Value::String(text) => match serde_json::from_str(text) {
                Ok(inner @ (Value::Object(_) | Value::Array(_))) => self.json(&inner, is_credential),
                _ if is_credential => self.credential(text),
                _ => {}
            },
            Value::Array(items) => {
                // `["password", "…"]`
                let is_pair = items.len() == 2 && lets_in_by(items.first());
                for (index, item) in items.iter().enumerate() {
                    self.json(item, is_credential || (is_pair && index == 1));
                }
            }
            Value::Object(properties) => {
                // `{"name": "password", "value": "…"}`
                let is_named = NAMES.iter().any(|name| lets_in_by(properties.get(*name)));
                for (name, property) in properties {
                    let is_value = is_named && VALUES.contains(&name.as_str());
                    self.json(property, is_credential || is_value || lets_in(name));
                }
            }
        }
    }

    /// What stands in a query, or in a body like one.
    fn pairs(&mut self, text: &str) {
        for (name, value) in text.split(['&', '#', '?']).filter_map(|pair| pair.split_once('=')) {
            self.value(&decoded(name), &value.replace('+', " "));
            self.value(&decoded(name), value);
        }
    }

    /// The values of parameters in a text whose names let somebody in.
    fn named(&mut self, text: &str) {
        let parts = text.split(|char: char| char.is_whitespace() || r#"?&#;,<>"'"#.contains(char));
        for (_, value) in parts.filter_map(|part| part.split_once('=')).filter(|(name, _)| lets_in(name)) {
            self.credential(value);
        }
    }

    fn cookie(&mut self, pair: &str) {
        if let Some((name, value)) = pair.split_once('=') {
            self.value(name.trim(), value);
        }
    }

    /// What lets somebody in, however short it is.
    fn credential(&mut self, value: &str) {
        let value = value.trim();
        // Without its scheme.
        let bare = value.rsplit_once(' ').map_or(value, |(_, value)| value);
        self.all.extend([bare.to_owned(), decoded(bare)]);
        self.all.extend(parts(value).filter(|part| part.len() >= SHORT));
    }

    /// What may let somebody in, as a whole and in its parts, as far as it would not be found in what has nothing to do with
    /// it: it is no word, and not so short.
    fn unknown(&mut self, value: &str) {
        let is_word = |part: &str| part.bytes().all(|byte| byte.is_ascii_lowercase() || b"-_ ".contains(&byte));
        self.all.extend(parts(value).filter(|part| part.len() >= SHORT && !is_word(part)));
    }
}

/// A value as a whole, decoded, and what it is made of.
fn parts(value: &str) -> impl Iterator<Item = String> {
    let mut parts: Vec<String> = vec![value.trim().to_owned(), decoded(value.trim())];
    let signs = if value.contains("//") { r#";,="'"# } else { r#":;,="'"# };
    parts.extend(value.split(|char: char| char.is_whitespace() || signs.contains(char)).map(str::to_owned));
    // Of `user:password` in Base64, too.
    let inside = value.split_whitespace().filter_map(|part| String::from_utf8(BASE64.decode(part).ok()?).ok());
    for inside in inside.filter(|text| text.contains(':')) {
        parts.extend(inside.split(':').map(str::to_owned));
    }
    parts.into_iter()
}

/// Text that is percent-encoded, as it is meant.
fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
