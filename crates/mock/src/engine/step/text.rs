//! Steps as text, which every step can be written as and read from.

use std::fmt;
use std::str::FromStr;

use http::{HeaderName, HeaderValue};

use super::{Fault, Step, is_framing};
use crate::document::response::STATUSES;
use crate::engine::latency::{Latency, duration};

impl FromStr for Step {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let latency = text.rsplit_once('+').filter(|(before, _)| is_followed(before));
        let (text, latency) = match latency.map(|(rest, latency)| (rest, latency.parse())) {
            Some((rest, Ok(latency))) => (rest, latency),
            _ => (text, Latency::default()),
        };
        let opening = text.match_indices('[').map(|(at, _)| text.split_at(at)).find(|(before, _)| is_followed(before));
        let (fault, headers) = match opening.and_then(|(fault, rest)| Some((fault, inside(rest)?))) {
            Some((fault, inside)) => (fault, headers(inside)?),
            None => (text, Vec::new()),
        };
        Ok(Self { fault: fault.parse()?, headers, latency })
    }
}

/// Whether what comes after a text may be said of it, and is not part of it.
fn is_followed(text: &str) -> bool {
    !text.ends_with(char::is_whitespace)
}

/// What is in brackets.
fn inside(text: &str) -> Option<&str> {
    text.strip_prefix('[')?.strip_suffix(']')
}

impl FromStr for Fault {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (word, rest) = text.split_once(':').map_or((text, None), |(word, rest)| (word, Some(rest)));
        let status = |rest: Option<&str>, default| rest.map_or(Ok(default), parse_status);
        Ok(match (word, rest) {
            ("answer", None) => Self::None,
            ("reset", None) => Self::Reset,
            ("close", None) => Self::Close,
            ("reset", Some(after)) => Self::ResetAfter(parse(after, "a number of bytes")?),
            ("cut", Some(after)) => Self::CutAfter(parse(after, "a number of bytes")?),
            ("html", rest) => Self::Html(status(rest, 502)?),
            ("not-json", rest) => Self::NotJson(status(rest, 200)?),
            ("content-type", Some(media_type)) => Self::ContentType(parse_media_type(media_type)?),
            ("drip", Some(rest)) => {
                let (chunk, pause) = rest.split_once(':').ok_or("drip needs bytes and a pause: drip:16:100ms")?;
                Self::Drip(parse::<usize>(chunk, "a number of bytes")?.max(1), duration(pause)?)
            }
            ("envelope", Some(rest)) => {
                let (code, message) = rest.split_once(':').unwrap_or((rest, ""));
                Self::Envelope(parse(code, "a code")?, parse_text(message)?)
            }
            (word, rest) if word.starts_with(|first: char| first.is_ascii_digit()) => {
                let status = parse_status(word)?;
                match rest {
                    Some(name) => Self::Example(status, parse_text(name)?),
                    None => Self::Status(status),
                }
            }
            _ => {
                return Err(format!(
                    "\"{text}\" is no step; write a status, answer, reset, close, reset:N, cut:N, drip:N:DURATION, \
                     html:STATUS, not-json:STATUS, content-type:TYPE or envelope:CODE:TEXT"
                ));
            }
        })
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.fault {
            Fault::None => f.write_str("answer"),
            Fault::Status(status) => write!(f, "{status}"),
            Fault::Example(status, name) => write!(f, "{status}:{}", escaped_text(name)),
            Fault::Envelope(code, message) => write!(f, "envelope:{code}:{}", escaped_text(message)),
            Fault::Html(status) => write!(f, "html:{status}"),
            Fault::NotJson(status) => write!(f, "not-json:{status}"),
            Fault::ContentType(media_type) => write!(f, "content-type:{}", escaped_text(media_type)),
            Fault::Reset => f.write_str("reset"),
            Fault::Close => f.write_str("close"),
            Fault::ResetAfter(after) => write!(f, "reset:{after}"),
            Fault::CutAfter(after) => write!(f, "cut:{after}"),
            Fault::Drip(chunk, pause) => write!(f, "drip:{chunk}:{pause:?}"),
        }?;
        if !self.headers.is_empty() {
            let headers = self.headers.iter().map(|(name, value)| format!("{name}: {}", escaped_value(value)));
            write!(f, "[{}]", headers.collect::<Vec<_>>().join(", "))?;
        }
        if self.latency.is_none() { Ok(()) } else { write!(f, "+{}", self.latency) }
    }
}

/// Reads what is between the brackets.
fn headers(text: &str) -> Result<Vec<(HeaderName, HeaderValue)>, String> {
    let mut headers: Vec<String> = Vec::new();
    for part in text.split(',') {
        match headers.last_mut() {
            Some(last) if name(part).is_none() => *last = format!("{last},{part}"),
            _ => headers.push(part.to_owned()),
        }
    }
    headers.iter().map(|text| header(text)).collect()
}

fn header(text: &str) -> Result<(HeaderName, HeaderValue), String> {
    let parsed = text
        .split_once(':')
        .and_then(|(_, value)| Some((name(text)?, HeaderValue::from_bytes(&unescaped(value.trim())).ok()?)));
    match parsed {
        Some((name, _)) if is_framing(&name) => Err(format!("the server sets {name} itself; leave it out")),
        Some(header) => Ok(header),
        None => Err(format!("\"{text}\" is no header; write name: value")),
    }
}

/// The name that a header begins with.
fn name(text: &str) -> Option<HeaderName> {
    HeaderName::from_str(text.split_once(':')?.0.trim()).ok()
}

fn parse_media_type(text: &str) -> Result<String, String> {
    let media_type = parse_text(text)?;
    match HeaderValue::from_str(&media_type) {
        Ok(_) => Ok(media_type),
        Err(_) => Err(format!("{media_type:?} cannot be sent in a header; write a media type such as text/plain")),
    }
}

fn parse_text(text: &str) -> Result<String, String> {
    String::from_utf8(unescaped(text)).map_err(|_| format!("\"{text}\" is no UTF-8; escape all bytes of a character"))
}

/// A text with bytes in the place of their digits. Where there are no digits, a backslash is just that.
fn unescaped(text: &str) -> Vec<u8> {
    let mut parts = text.split("\\x");
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        match digits(part).and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                bytes.extend(&part.as_bytes()[2..]);
            }
            None => bytes.extend([b"\\x", part.as_bytes()].concat()),
        }
    }
    bytes
}

/// The two digits that a text begins with.
fn digits(text: &str) -> Option<&str> {
    text.get(..2).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// A text or a value with everything escaped that would be taken for something else: blanks around it, what looks like an
/// escape, and what `is_mark` finds, which is told what is before a character, as it is written, and what comes after it.
fn escaped(bytes: &[u8], is_mark: impl Fn(&str, char, &str) -> bool) -> String {
    let mut out = String::new();
    let escape = |bytes: &[u8]| bytes.iter().map(|byte| format!("\\x{byte:02x}")).collect::<String>();
    for chunk in bytes.utf8_chunks() {
        for (at, char) in chunk.valid().char_indices() {
            let (char_text, rest) = chunk.valid()[at..].split_at(char.len_utf8());
            let is_edge = char.is_whitespace() && (out.is_empty() || rest.trim_start().is_empty());
            let is_escape = char == '\\' && rest.strip_prefix('x').and_then(digits).is_some();
            if is_edge || is_escape || is_mark(&out, char, rest) {
                out.push_str(&escape(char_text.as_bytes()));
            } else {
                out.push(char);
            }
        }
        out.push_str(&escape(chunk.invalid()));
    }
    out
}

fn escaped_text(text: &str) -> String {
    escaped(text.as_bytes(), |before, char, rest| {
        let is_mark = char == '[' || char == '+' && rest.parse::<Latency>().is_ok();
        is_mark && is_followed(before)
    })
}

fn escaped_value(value: &HeaderValue) -> String {
    escaped(value.as_bytes(), |_, char, rest| char == ',' && rest.split(',').next().and_then(name).is_some())
}

fn parse_status(text: &str) -> Result<u16, String> {
    let status: u16 = parse(text, "a status")?;
    if STATUSES.contains(&status) { Ok(status) } else { Err(format!("{status} is no status of a response")) }
}

fn parse<T: FromStr>(text: &str, what: &str) -> Result<T, String> {
    text.trim().parse().map_err(|_| format!("\"{text}\" is not {what}"))
}

#[cfg(test)]
mod tests;
