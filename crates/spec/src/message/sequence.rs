//! Media types whose bodies come in parts.

use serde_json::Value;

use super::event::{self, EventSchema};
use super::media_type::MediaType;

/// What begins a text of a sequence of them (RFC 7464).
pub const RECORD_SEPARATOR: char = '\u{1e}';

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

/// An element that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// Its number, from 0.
    pub index: usize,
    /// Why.
    pub reason: String,
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

    /// Reads the elements of a text, to the first that cannot be read. Events are read as their schema says.
    ///
    /// # Errors
    ///
    /// The number of that one, and why.
    pub fn read(self, text: &str, described: EventSchema) -> Result<Vec<Value>, Unreadable> {
        match self {
            Self::Events => event::read(text, described),
            Self::JsonLines => {
                let lines = text.split('\n').map(str::trim).enumerate().filter(|(_, line)| !line.is_empty());
                lines.enumerate().map(|(index, (above, line))| json(index, line, above)).collect()
            }
            Self::JsonSequence => json_sequence(text),
        }
    }

    /// Whether a text consists of nothing but what parts elements, so that it is as good as none.
    pub fn is_blank(self, text: &str) -> bool {
        match self {
            Self::Events => text.strip_prefix('\u{feff}').unwrap_or(text).chars().all(|c| ['\r', '\n'].contains(&c)),
            Self::JsonLines => text.trim().is_empty(),
            Self::JsonSequence => text.chars().all(|c| c == RECORD_SEPARATOR),
        }
    }
}

/// An element of JSON that has so many lines above it which are counted.
pub(crate) fn json(index: usize, text: &str, above: usize) -> Result<Value, Unreadable> {
    serde_json::from_str(text).map_err(|error: serde_json::Error| {
        let (message, line, column) = (error.to_string(), above + error.line(), error.column());
        let what = message.split(" at line ").next().unwrap_or_default();
        Unreadable { index, reason: format!("must be valid JSON: {what} at line {line} column {column}") }
    })
}

fn json_sequence(text: &str) -> Result<Vec<Value>, Unreadable> {
    let wrong = |index, reason: &str| Err(Unreadable { index, reason: reason.to_owned() });
    let mut texts = text.split(RECORD_SEPARATOR);
    if texts.next().is_some_and(|before| !before.is_empty()) {
        return wrong(0, "must have a record separator before it");
    }
    let mut elements = Vec::new();
    for text in texts.filter(|text| !text.is_empty()) {
        // Of a number or a word nothing else says where it ends (RFC 7464, section 2.4).
        let says_its_end = text.trim_start().starts_with(['"', '[', '{']) || text.ends_with([' ', '\t', '\r', '\n']);
        if !says_its_end {
            return wrong(elements.len(), "must have a line feed behind it");
        }
        elements.push(json(elements.len(), text, 0)?);
    }
    Ok(elements)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn elements_are_read_one_by_one() {
        let read = |sequence: Sequence, text: &str| {
            sequence.read(text, EventSchema::JSON).map(Value::from).map_err(|wrong| (wrong.index, wrong.reason))
        };
        assert_eq!(read(Sequence::JsonLines, "{\"a\": 1}\r\n\n 2 \n\"x\""), Ok(json!([{"a": 1}, 2, "x"])));
        let reason = "must be valid JSON: EOF while parsing an object at line 4 column 1";
        assert_eq!(read(Sequence::JsonLines, "1\n\n\n{\n"), Err((1, reason.to_owned())));
        assert_eq!(read(Sequence::JsonSequence, "\u{1e}1\n\u{1e}\u{1e}{\n\"a\": 2}"), Ok(json!([1, {"a": 2}])));
        let wrong = |index, reason: &str| Err((index, reason.to_owned()));
        assert_eq!(read(Sequence::JsonSequence, "1\n"), wrong(0, "must have a record separator before it"));
        assert_eq!(read(Sequence::JsonSequence, "\u{1e}1\n\u{1e}2"), wrong(1, "must have a line feed behind it"));
        assert_eq!(read(Sequence::JsonSequence, "\u{1e}1 2\n").unwrap_err().0, 0);
        let events = ": x\ndata: {\"a\":\rdata: 1}\r\n\r\nevent: b\n\ndata:2\nid\n\ndata: [DONE]\n\ndata: 3";
        assert_eq!(read(Sequence::Events, events), Ok(json!([{"a": 1}, 2])));
        assert_eq!(read(Sequence::Events, "data: 1\n\ndata: x\n\n").unwrap_err().0, 1);
        assert_eq!(read(Sequence::Events, ": a"), Ok(json!([])));
        assert_eq!(read(Sequence::Events, "as it is\nmore: of it\n\n").unwrap_err().0, 0);
        for (sequence, blank) in
            [(Sequence::Events, "\r\n\n"), (Sequence::JsonLines, " \n"), (Sequence::JsonSequence, "\u{1e}\u{1e}")]
        {
            assert!(sequence.is_blank(blank) && sequence.is_blank(""), "{sequence:?}");
            assert_eq!((read(sequence, ""), read(sequence, blank)), (Ok(json!([])), Ok(json!([]))));
            assert!(!sequence.is_blank(": a\n") && !sequence.is_blank("\u{1e}1\n"), "{sequence:?}");
        }
    }
}
