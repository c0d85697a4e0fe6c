//! Texts that are documented as whole bodies.

use keyapi_spec::message::media_type::MediaType;
use keyapi_spec::message::syntax::{self, Flaw};
use serde_json::Value;

use super::elements;
use super::sample;
use super::schema::Schema;
use super::values::Place;
use super::violation::Violation;
use super::xml;

/// What is wrong with a documented value that is a text and no body of its media type; it is not sent.
pub(super) fn check(media_type: &MediaType, value: &Value, place: Place<'_>) -> Option<Violation> {
    Some(match syntax::flaw(media_type, value.as_str()?)? {
        Flaw::Xml(why) => xml::no_xml(&why, place),
        Flaw::Part(sequence, part) => elements::unreadable(sequence, &part, place),
    })
}

/// Whether a schema describes a text, so that what it shows may be what is in the body as well as the body itself.
pub(crate) fn is_described(schema: &Schema) -> bool {
    sample::kind(schema.source().resolve(schema.raw())) == "string"
}
