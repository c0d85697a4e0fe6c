//! Texts that are bodies as they stand, and may be none of the media type that they are given for.

use super::event::EventSchema;
use super::media_type::MediaType;
use super::sequence::{Sequence, Unreadable};

/// Why a text is no body of a media type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// It is no XML.
    Xml(keyapi_xml::Error),
    /// It comes in parts, and one of them cannot be read.
    Part(Sequence, Unreadable),
}

/// What is wrong with a text as a body of a media type that has a syntax, whatever its schema says; nothing where any text
/// will do, or where a text is not written as it stands, as in JSON.
pub fn flaw(media_type: &MediaType, text: &str) -> Option<Flaw> {
    if media_type.is_json() || media_type.is_range() {
        return None;
    }
    if media_type.is_xml() {
        // Whatever the text declares, it was written as this one.
        return keyapi_xml::check(text.as_bytes(), Some("utf-8")).err().map(Flaw::Xml);
    }
    let sequence = Sequence::of_type(media_type)?;
    sequence.read(text, EventSchema::TEXT).err().map(|found| Flaw::Part(sequence, found))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_a_body_where_its_media_type_can_be_read() {
        let is_body = |label: &str, text: &str| flaw(&MediaType::parse(label).unwrap(), text).is_none();
        for (label, text) in [
            ("application/xml", "<a b='1'/>"),
            ("image/svg+xml; charset=utf-16", "<?xml version='1.0' encoding='utf-8'?><svg/>"),
            ("application/jsonl", "1\n\"a\"\n"),
            ("application/jsonl", ""),
            ("application/json-seq", "\u{1e}{}\n"),
            ("text/event-stream", "data: a\n\n"),
            ("text/event-stream", ": keep alive\n\n"),
            ("text/event-stream", "retry"),
            ("text/csv", "a;b"),
            ("application/*+xml", "a"),
            ("application/json", "a"),
        ] {
            assert!(is_body(label, text), "{label} {text}");
        }
        for (label, text) in [
            ("application/xml", "a"),
            ("text/xml", "<a>"),
            ("application/jsonl", "a\n"),
            ("application/json-seq", "{}\n"),
            ("application/json-seq", "\u{1e}a\n"),
            ("text/event-stream", "a"),
            ("text/event-stream", "{\"a\": 1}\n\n"),
        ] {
            assert!(!is_body(label, text), "{label} {text}");
        }
    }
}
