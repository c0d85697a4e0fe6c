//! Media types whose bodies come in parts.

use serde_json::Value;

use crate::media_type::MediaType;

/// The data of an event that ends a stream of JSON, where an API sends one.
const DONE: &str = "[DONE]";

/// How the parts of a body that comes in parts are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sequence {
    /// Server-sent events.
    Events,
    /// JSON values, one on a line.
    JsonLines,
    /// JSON values, each behind a record separator.
    JsonSequence,
}

impl Sequence {
    /// How the parts of bodies of a media type are told apart, if they come in parts.
    pub fn of(media_type: &str) -> Option<Self> {
        Self::of_type(&MediaType::parse(media_type)?)
    }

    /// The same of a media type that is parsed.
    pub fn of_type(media_type: &MediaType) -> Option<Self> {
        match () {
            () if media_type.is_event_stream() => Some(Self::Events),
            () if media_type.is_json_lines() => Some(Self::JsonLines),
            () if media_type.is_json_sequence() => Some(Self::JsonSequence),
            () => None,
        }
    }

    /// The values of a body. The data of an event may be any text, and is one where it is no JSON.
    ///
    /// # Errors
    ///
    /// Why one of the parts is no JSON.
    pub fn values(self, text: &str) -> Result<Vec<Value>, String> {
        let json = |part: &str| serde_json::from_str(part).map_err(|error| format!("a part of it is no JSON: {error}"));
        match self {
            Self::Events => {
                Ok(data(text).iter().map(|data| json(data).unwrap_or_else(|_| data.as_str().into())).collect())
            }
            Self::JsonLines => text.lines().filter(|line| !line.trim().is_empty()).map(json).collect(),
            Self::JsonSequence => text.split('\u{1e}').filter(|text| !text.trim().is_empty()).map(json).collect(),
        }
    }
}

/// The data of events, but for what ends them.
fn data(text: &str) -> Vec<String> {
    let (mut found, mut lines): (Vec<String>, Vec<&str>) = (Vec::new(), Vec::new());
    for line in text.lines().chain([""]) {
        match line.split_once(':').unwrap_or((line, "")) {
            ("", "") if line.is_empty() && !lines.is_empty() => found.push(std::mem::take(&mut lines).join("\n")),
            ("data", data) => lines.push(data.strip_prefix(' ').unwrap_or(data)),
            _ => {}
        }
    }
    found.retain(|data| data != DONE);
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_text_has_the_values_of_its_parts() {
        let values =
            |media_type: &str, text: &str| Value::from(Sequence::of(media_type).unwrap().values(text).unwrap());
        assert_eq!(values("application/jsonl", "{\"a\":1}\r\n\n2\n"), json!([{"a": 1}, 2]));
        assert_eq!(values("application/json-seq", "\u{1e}{\"a\":1}\n\u{1e}2\n"), json!([{"a": 1}, 2]));
        let events = ": hello\nevent: a\nid: 7\ndata: {\"a\":\ndata: 1}\n\nevent: b\n\ndata:text\n\ndata: [DONE]\n\n";
        assert_eq!(values("text/event-stream", events), json!([{"a": 1}, "text"]));
        assert_eq!(values("text/event-stream", "data: 1"), json!([1]));
        assert!(Sequence::JsonLines.values("{\n}").unwrap_err().contains("no JSON"));
    }
}
