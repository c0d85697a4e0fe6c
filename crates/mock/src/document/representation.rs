//! Values as the bytes of bodies, and the media types that these can have.

use bytes::Bytes;
use http::HeaderValue;
use keyapi_spec::message::media_type::MediaType;
use keyapi_spec::message::sequence::Sequence;
use keyapi_spec::message::syntax;
use serde_json::Value;

use super::elements;

/// What is sent where the document has a range of types, the first that the range covers and the client accepts.
const TYPICAL: [&str; 6] =
    ["application/json", "text/plain", "application/octet-stream", "image/png", "audio/mpeg", "video/mp4"];

/// How well a media type holds a value, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fidelity {
    /// As it is: anything as JSON, a text as anything.
    AsItIs,
    /// As JSON in a type of text, or a text as JSON where the document does not ask for JSON.
    AsJsonText,
    /// There is no value.
    Empty,
}

/// A value as it can be written into a body.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    json: Bytes,
    text: Option<Bytes>,
}

/// A media type that a body can have, as opposed to a range.
#[derive(Clone, Debug)]
pub(crate) struct Concrete {
    /// The media type.
    pub media_type: MediaType,
    /// The media type as a header's value.
    pub header: HeaderValue,
}

impl Written {
    /// Writes a value.
    pub(crate) fn new(value: &Value) -> Self {
        let text = value.as_str().map(|text| Bytes::copy_from_slice(text.as_bytes()));
        Self { json: Bytes::from(value.to_string()), text }
    }

    /// Writes a value that was made up: a text that is no body of a media type is only what is in one.
    pub(crate) fn made_up(value: &Value, media_type: &MediaType) -> Self {
        Self::new(value).for_type(media_type)
    }

    /// The value as JSON.
    pub(crate) fn json(&self) -> &Bytes {
        &self.json
    }

    /// The body in a media type that the document names; nothing where the type cannot hold the value, as a picture cannot
    /// hold an object, or where a schema says how it does, as in XML.
    pub(crate) fn body(&self, media_type: &MediaType) -> Option<(Fidelity, Bytes)> {
        if media_type.is_json() {
            return Some((Fidelity::AsItIs, self.json.clone()));
        }
        match (&self.text, Sequence::of_type(media_type)) {
            (Some(text), _) => Some((Fidelity::AsItIs, text.clone())),
            (None, Some(sequence)) => Some((Fidelity::AsItIs, elements::write(sequence, &self.value(), None).into())),
            (None, None) if media_type.is_text() => Some((Fidelity::AsJsonText, self.json.clone())),
            (None, None) => None,
        }
    }

    /// The value, which is read again.
    pub(crate) fn value(&self) -> Value {
        serde_json::from_slice(&self.json).unwrap_or_default()
    }

    /// The same in a media type out of a range that the document names: a text is rather sent as text than as JSON.
    pub(crate) fn body_in_range(&self, media_type: &MediaType) -> Option<(Fidelity, Bytes)> {
        // A text is not said to be the whole of a stream.
        let is_stream = Sequence::of_type(media_type).is_some();
        let of = Self { json: self.json.clone(), text: self.text.clone().filter(|_| !is_stream) };
        let (fidelity, body) = of.for_type(media_type).body(media_type)?;
        let quoted = media_type.is_json() && self.text.is_some();
        Some((if quoted { Fidelity::AsJsonText } else { fidelity }, body))
    }

    /// The same without the text, where that is no body of a media type.
    fn for_type(self, media_type: &MediaType) -> Self {
        let is_body = |text: &Bytes| str::from_utf8(text).is_ok_and(|text| syntax::flaw(media_type, text).is_none());
        Self { json: self.json, text: self.text.filter(is_body) }
    }
}

impl Concrete {
    /// A media type as the document spells it; nothing for a range.
    pub(crate) fn named(media_type: &MediaType, label: &str) -> Option<Self> {
        let header = HeaderValue::from_str(label.trim()).ok()?;
        (!media_type.is_range()).then(|| Self { media_type: media_type.clone(), header })
    }

    /// The media type without its parameters, of which the weight is none that a body can have.
    pub(crate) fn plain(media_type: &MediaType) -> Option<Self> {
        let essence = media_type.essence();
        Self::named(&MediaType::parse(&essence)?, &essence)
    }

    /// What is sent of a range.
    pub(crate) fn typical(range: &MediaType) -> Vec<Self> {
        let known = TYPICAL.iter().filter_map(|text| Self::named(&MediaType::parse(text)?, text));
        known.filter(|known| range.covers(&known.media_type).is_some()).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_type_holds_what_it_can() {
        let body = |value: Value, text: &str| {
            let (fidelity, body) = Written::new(&value).body(&MediaType::parse(text)?)?;
            Some((fidelity, String::from_utf8(body.to_vec()).ok()?))
        };
        let as_it_is = |text: &str| Some((Fidelity::AsItIs, text.to_owned()));
        assert_eq!(body(json!({"a": 1}), "application/hal+json"), as_it_is("{\"a\":1}"));
        assert_eq!(body(json!("a"), "text/json"), as_it_is("\"a\""));
        assert_eq!(body(json!("a"), "text/csv"), as_it_is("a"));
        assert_eq!(body(json!("<a/>"), "image/svg+xml"), as_it_is("<a/>"));
        let events = "data: {\"a\":1}\n\ndata: \"b\"\n\n";
        assert_eq!(body(json!([{"a": 1}, "b"]), "text/event-stream; charset=utf-8"), as_it_is(events));
        assert_eq!(body(json!({"a": "x\ny"}), "text/event-stream"), as_it_is("data: {\"a\":\"x\\ny\"}\n\n"));
        assert_eq!(body(json!("event: a\ndata: 1\n\n"), "text/event-stream"), as_it_is("event: a\ndata: 1\n\n"));
        assert_eq!(body(json!([{"a": 1}, 2]), "application/x-ndjson"), as_it_is("{\"a\":1}\n2\n"));
        assert_eq!(body(json!([]), "application/jsonl"), as_it_is(""));
        assert_eq!(body(json!([{"a": 1}, 2]), "application/geo+json-seq"), as_it_is("\u{1e}{\"a\":1}\n\u{1e}2\n"));
        assert_eq!(body(json!({"a": 1}), "application/json-seq"), as_it_is("\u{1e}{\"a\":1}\n"));
        let in_range = |text: &str| Written::new(&json!("a")).body_in_range(&MediaType::parse(text)?);
        assert_eq!(in_range("text/html"), Some((Fidelity::AsItIs, "a".into())));
        assert_eq!(in_range("application/json"), Some((Fidelity::AsJsonText, "\"a\"".into())));
        assert_eq!(in_range("application/jsonl"), Some((Fidelity::AsItIs, "\"a\"\n".into())));
        assert_eq!(body(json!([1]), "text/html"), Some((Fidelity::AsJsonText, "[1]".to_owned())));
        for media_type in ["text/xml", "application/atom+xml", "application/pdf", "application/x-www-form-urlencoded"] {
            assert_eq!(body(json!({}), media_type), None, "{media_type}");
        }
    }

    #[test]
    fn a_range_has_its_own_types() {
        let typical = |range: &str| -> Vec<String> {
            let range = MediaType::parse(range).expect("it is a range");
            Concrete::typical(&range).iter().map(|known| known.media_type.to_string()).collect()
        };
        assert_eq!(typical("*/*").len(), TYPICAL.len());
        assert_eq!(typical("image/*"), ["image/png"]);
        assert_eq!(typical("application/*+json"), ["application/json"]);
        assert!(typical("model/*").is_empty());
    }
}
