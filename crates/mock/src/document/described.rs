//! Whether a response that the document did not make is one that it describes.

use keyapi_spec::message::media_type::MediaType;
use keyapi_spec::message::sequence::Sequence;

use super::body::most_precise;
use super::response::{Content, Response};
use super::schema::Schema;

impl Response {
    /// Whether a body may be this response's. Where the document says nothing of bodies, it describes any.
    pub(crate) fn describes(&self, content_type: Option<&str>, body: &[u8]) -> bool {
        let Some(first) = self.contents.first() else { return true };
        let Some(content_type) = content_type else { return first.describes(&first.media_type, body) };
        let Some(media_type) = MediaType::parse(content_type) else { return false };
        let fitting = most_precise(&self.contents, |content| &content.media_type, &media_type);
        fitting.is_some_and(|content| content.describes(&media_type, body))
    }
}

impl Content {
    fn describes(&self, media_type: &MediaType, body: &[u8]) -> bool {
        let fits = |value, schema: &Schema| self.check(&value, schema).is_empty();
        if media_type.is_json() {
            let value = serde_json::from_slice(body);
            return value.is_ok_and(|value| self.schema.as_ref().is_none_or(|schema| fits(value, schema)));
        }
        let Ok(text) = keyapi_xml::decode(body, media_type.parameter("charset").as_deref()) else {
            // Nothing is known here of what is no text.
            return !(media_type.is_text() || media_type.is_xml() || Sequence::of_type(media_type).is_some());
        };
        // What is no text is written as JSON in a type of text.
        let json = || serde_json::from_str(&text).ok().filter(|_| media_type.is_text());
        self.schema
            .as_ref()
            .is_none_or(|schema| fits(text.as_ref().into(), schema) || json().is_some_and(|value| fits(value, schema)))
    }
}
