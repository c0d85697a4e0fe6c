//! Media types whose bodies come in parts.

use crate::media_type::MediaType;

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
}
