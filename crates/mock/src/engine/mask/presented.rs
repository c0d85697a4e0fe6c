//! The values that a request presents as credentials, which are masked wherever else they stand.

use std::collections::BTreeSet;
use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind, BuildError, Input, MatchKind};
use base64::Engine as _;
use http::header;
use serde_json::Value;

use super::body::{self, Text};
use super::layers::{ALL, OF_VALUES, readings};
use super::{REDACTED, scan};
use crate::document::secrets::Secrets;
use crate::engine::request::{Request, cookies};

/// Shorter values are found everywhere by chance.
const SHORTEST: usize = 3;

/// Shorter values are only found as words of their own.
const SHORTEST_PART: usize = 8;

/// A request that presents more than this, in bytes, is not shown at all.
const MOST: usize = 256 * 1024;

/// Finds the presented values.
#[derive(Debug)]
pub(super) enum Presented {
    Nothing,
    Values {
        /// Those that are found wherever they stand.
        long: Option<AhoCorasick>,
        /// Those that are only found as words of their own.
        short: Option<AhoCorasick>,
    },
    /// There are too many.
    Everything,
}

/// The presented values while they are collected.
pub(super) struct Values<'s> {
    secrets: &'s Secrets,
    values: BTreeSet<Vec<u8>>,
}

impl<'s> Values<'s> {
    pub(super) fn new(secrets: &'s Secrets) -> Self {
        Self { secrets, values: BTreeSet::new() }
    }

    /// All that a request presents, wherever it does.
    pub(super) fn add_all_of(&mut self, request: &Request) {
        for (name, value) in request.headers() {
            if name == header::AUTHORIZATION || name == header::PROXY_AUTHORIZATION {
                self.add_authorization(value.as_bytes());
            } else if name == header::COOKIE {
                // Of the cookies only those that say so are credentials.
            } else if self.secrets.is_parameter(name.as_str()) {
                self.add(value.as_bytes());
            } else {
                self.add_from(value.as_bytes());
            }
        }
        for (name, value) in cookies(request.headers()) {
            if self.secrets.is_parameter(name) {
                self.add(value.as_bytes());
            }
        }
        self.add_from(request.uri().path().as_bytes());
        self.add_from(request.uri().query().unwrap_or_default().as_bytes());
        self.add_from(request.body());
        if let Text::Decoded(text) = body::read(request.headers(), request.body()) {
            self.add_from(text.as_bytes());
        }
    }

    /// One value, as it stands and as it reads.
    pub(super) fn add(&mut self, value: &[u8]) {
        readings(value, OF_VALUES, |layer| {
            let value = layer.bytes.trim_ascii();
            if value.contains(&b'<') {
                // The texts between the tags of XML.
                let texts = value.split(|byte| *byte == b'<').filter_map(|tag| tag.rsplit(|byte| *byte == b'>').next());
                texts.for_each(|text| self.insert(text.trim_ascii().to_vec()));
            }
            // Cookies may be in quotes, which are no part of what they stand for elsewhere.
            if let Some(unquoted) = value.strip_prefix(b"\"").and_then(|value| value.strip_suffix(b"\"")) {
                self.insert(unquoted.to_vec());
            }
            if value.contains(&b'+') {
                self.insert(value.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect());
            }
            if let Some((scheme, rest)) = split_scheme(value) {
                if scheme.eq_ignore_ascii_case(b"bearer") || scheme.eq_ignore_ascii_case(b"basic") {
                    self.add_authorization(value);
                } else {
                    self.insert(rest.to_vec());
                }
            }
            if matches!(value.first(), Some(b'{' | b'['))
                && let Ok(json) = serde_json::from_slice(value)
            {
                self.add_texts(&json);
            } else {
                self.insert(value.to_vec());
            }
        });
    }

    pub(super) fn finish(self) -> Presented {
        if self.values.is_empty() {
            return Presented::Nothing;
        }
        if self.values.iter().map(Vec::len).sum::<usize>() > MOST {
            return Presented::Everything;
        }
        let (long, short): (Vec<_>, Vec<_>) = self.values.into_iter().partition(|value| value.len() >= SHORTEST_PART);
        match (automaton(&long), automaton(&short)) {
            (Ok(long), Ok(short)) => Presented::Values { long, short },
            _ => Presented::Everything,
        }
    }

    /// What is presented in a text of any kind.
    fn add_from(&mut self, text: &[u8]) {
        let mut known: Vec<Range<usize>> = Vec::new();
        readings(text, ALL, |layer| {
            let mut new = Vec::new();
            for hit in scan::presented(&layer.bytes, self.secrets) {
                let place = layer.place(hit.range.clone());
                // What is known from an earlier reading may end too early in this one.
                let before = known[..known.partition_point(|known| known.start <= place.start)].last();
                if before.is_none_or(|before| before.end < place.end) {
                    self.add(&layer.bytes[hit.range]);
                    new.push(place);
                }
            }
            known.extend(new);
            known.sort_by_key(|place| (place.start, place.end));
        });
    }

    /// The credentials behind a scheme, whole and in parts, and what `Basic` encodes.
    fn add_authorization(&mut self, value: &[u8]) {
        let value = value.trim_ascii();
        let Some((scheme, rest)) = split_scheme(value) else { return self.insert_read(value) };
        self.insert_read(rest);
        if scheme.eq_ignore_ascii_case(b"basic")
            && let Ok(decoded) = scan::BASIC.decode(rest)
        {
            let mut parts = decoded.splitn(2, |byte| *byte == b':');
            let (user, password) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            // A key is often given as the user, and no password then.
            self.insert_read(if password.is_empty() { user } else { password });
            self.insert_read(&decoded);
            return;
        }
        for field in rest.split(|byte| *byte == b',' || byte.is_ascii_whitespace()) {
            let Some(equals) = field.iter().position(|byte| *byte == b'=') else {
                self.insert_read(field);
                continue;
            };
            let name = &field[..equals];
            let value = field[equals + 1..].trim_ascii();
            let is_public = [&b"uri"[..], b"realm", b"username"].iter().any(|public| name.eq_ignore_ascii_case(public));
            if !is_public && value.len() >= SHORTEST_PART {
                let value: Vec<u8> = value.trim_ascii().iter().copied().filter(|byte| *byte != b'"').collect();
                self.insert_read(&value);
            }
        }
    }

    fn add_texts(&mut self, value: &Value) {
        match value {
            Value::String(text) => self.insert(text.clone().into_bytes()),
            Value::Array(items) => items.iter().for_each(|item| self.add_texts(item)),
            Value::Object(properties) => properties.values().for_each(|property| self.add_texts(property)),
            Value::Number(number) => self.insert(number.to_string().into_bytes()),
            Value::Null | Value::Bool(_) => {}
        }
    }

    /// A value as it stands, and as it would read where somebody encodes it and leaves in it what looks encoded already.
    fn insert_read(&mut self, value: &[u8]) {
        readings(value, OF_VALUES, |layer| self.insert(layer.bytes.to_vec()));
    }

    fn insert(&mut self, value: Vec<u8>) {
        // `data:` is how a line of an event begins, and its value is on the next line; the others are values of many things.
        let word = [&b"true"[..], b"false", b"null", b"undefined", REDACTED.as_bytes(), b"data:"];
        let word = word.contains(&value.as_slice());
        // What has the form of a key is found by that.
        let is_key = scan::keys(&value, self.secrets).contains(&(0..value.len()));
        if value.len() >= SHORTEST && !word && !is_key {
            if value.contains(&b' ') {
                // As a form writes it.
                self.values.insert(value.iter().map(|byte| if *byte == b' ' { b'+' } else { *byte }).collect());
            }
            self.values.insert(value);
        }
    }
}

impl Presented {
    /// Where the values stand in a text.
    pub(super) fn find(&self, text: &[u8]) -> Vec<Range<usize>> {
        let (long, short) = match self {
            Self::Nothing => return Vec::new(),
            Self::Everything => return Vec::from_iter((!text.is_empty()).then_some(0..text.len())),
            Self::Values { long, short } => (long, short),
        };
        let long = long.iter().flat_map(|long| long.find_iter(text));
        let mut found: Vec<Range<usize>> = long.map(|value| value.range()).collect();
        let is_end =
            |place: Option<usize>| !place.and_then(|place| text.get(place)).is_some_and(u8::is_ascii_alphanumeric);
        let Some(short) = short else { return found };
        let mut at = 0;
        while let Some(value) = short.find(Input::new(text).span(at..text.len())) {
            let is_word = is_end(value.start().checked_sub(1)) && is_end(Some(value.end()));
            found.extend(is_word.then(|| value.range()));
            at = if is_word { value.end() } else { value.start() + 1 };
        }
        found
    }
}

/// Nothing for no values: to build one takes a while.
fn automaton(values: &[Vec<u8>]) -> Result<Option<AhoCorasick>, BuildError> {
    if values.is_empty() {
        return Ok(None);
    }
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::LeftmostLongest)
        .kind(Some(AhoCorasickKind::NoncontiguousNFA))
        .build(values)
        .map(Some)
}

/// The first word, and what follows it.
fn split_scheme(value: &[u8]) -> Option<(&[u8], &[u8])> {
    let space = value.iter().position(u8::is_ascii_whitespace)?;
    let (scheme, rest) = value.split_at(space);
    let rest = rest.trim_ascii();
    (scheme.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte)) && !rest.is_empty())
        .then_some((scheme, rest))
}
