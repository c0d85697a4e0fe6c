//! Judges a body that comes in parts, element by element.

use keyapi_spec::message::sequence::Sequence;
use serde_json::Value;

use super::{Validation, discriminator};
use crate::document::elements;
use crate::document::schema::Schema;
use crate::document::values::Place;
use crate::document::violation::Violation;

/// All violations of such a body.
pub(super) fn check(
    sequence: Sequence,
    schema: Option<&Schema>,
    body: &[u8],
    validation: Validation,
    found: &mut Vec<Violation>,
) {
    let Ok(text) = std::str::from_utf8(body) else {
        found.push(Violation::error(&["body"], "encoding", "Request body must be UTF-8"));
        return;
    };
    let read = match elements::read(sequence, text, schema) {
        Ok(elements) => elements,
        Err(part) => {
            found.push(elements::unreadable(sequence, &part, Place::RequestBody));
            return;
        }
    };
    // Whoever speaks of a text may mean all of the stream.
    let is_of_all =
        |schema: &&Schema| elements::may_be(schema, "string") && schema.accepts(&Value::String(text.to_owned()));
    let Some(schema) = schema.filter(|schema| !is_of_all(schema)) else { return };
    found.extend(elements::check(&read, schema, |value, index| match index.map(|index| index.to_string()) {
        Some(number) => discriminator::check(value, schema, Place::RequestElement(&number), validation),
        None => discriminator::check(value, schema, Place::RequestElements, validation),
    }));
}
