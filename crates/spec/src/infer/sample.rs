//! The samples of one location.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::fmt::Write;

use serde_json::Value;

use super::lexical::is_cut;
use super::place::{Place, Places};
use super::rounded::Rounded;
use crate::document::example::{Step, find_reference};

/// One sample of a location, and where it stands in the document.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Evidence<'a> {
    pub(crate) value: &'a Value,
    pub(crate) place: Place,
    /// Why the sample, or the example that it is a part of, proves nothing.
    pub(crate) flaw: Option<Flaw>,
    /// Whether it is stored beside the document.
    pub(crate) stored: bool,
    /// Whether it is in another media type than JSON: it is held against its schema, and proves nothing.
    pub(crate) is_not_json: bool,
}

/// Why a sample proves nothing, and where.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Flaw {
    /// It was cut short.
    Cut(Place),
    /// It holds a reference, which is never followed there.
    Reference(Place),
}

impl<'a> Evidence<'a> {
    /// An example that stands at a place, and the schema that is declared for it.
    pub(crate) fn of(
        document: &'a Value,
        schema: Option<&'a Value>,
        value: &'a Value,
        place: Place,
        places: &mut Places<'a>,
    ) -> Self {
        let cut = find_cut(value, place, places).map(Flaw::Cut);
        let flaw = cut.or_else(|| {
            let way = find_reference(document, schema, value)?;
            let place = way.into_iter().fold(place, |place, step| match step {
                Step::Key(key) => places.key(place, key),
                Step::Index(index) => places.index(place, index),
            });
            Some(Flaw::Reference(place))
        });
        Self { value, place, flaw, stored: false, is_not_json: false }
    }

    /// The part of the sample under a key.
    pub(crate) fn key(self, key: &'a str, value: &'a Value, places: &mut Places<'a>) -> Self {
        Self { value, place: places.key(self.place, key), ..self }
    }

    /// The part of the sample at an index.
    pub(crate) fn index(self, index: usize, value: &'a Value, places: &mut Places<'a>) -> Self {
        Self { value, place: places.index(self.place, index), ..self }
    }
}

/// Puts samples into an order of their own, so that nothing depends on the order in which they come: the longest first,
/// for its keys are likely the whole list in an order that a person chose. Equal samples are one.
///
/// Those of the document come before those that are stored, which only add to what it proves.
pub(crate) fn canonical<'a>(mut samples: Vec<Evidence<'a>>, rounded: &Rounded) -> Vec<Evidence<'a>> {
    if samples.len() < 2 {
        return samples;
    }
    samples.sort_by_cached_key(|sample| {
        let text = spell(sample.value, rounded);
        (sample.stored, Reverse(text.len()), text)
    });
    samples.dedup_by_key(|sample| spell(sample.value, rounded));
    if samples.last().is_some_and(|last| last.stored) {
        let mut known = HashSet::new();
        samples.retain(|sample| known.insert(spell(sample.value, rounded)));
    }
    samples
}

/// The text of a sample, which tells numbers apart that the parser did not.
fn spell(value: &Value, rounded: &Rounded) -> String {
    let mut text = String::new();
    write_text(value, rounded, &mut text);
    text
}

fn write_text(value: &Value, rounded: &Rounded, text: &mut String) {
    match value {
        Value::Array(elements) => {
            text.push('[');
            for element in elements {
                write_text(element, rounded, text);
                text.push(',');
            }
            text.push(']');
        }
        Value::Object(properties) => {
            text.push('{');
            for (key, property) in properties {
                // Writing to a string cannot fail.
                let _ = write!(text, "{key:?}:");
                write_text(property, rounded, text);
                text.push(',');
            }
            text.push('}');
        }
        _ => {
            if rounded.contains(value) {
                text.push('~');
            }
            let _ = write!(text, "{value}");
        }
    }
}

fn find_cut<'a>(value: &'a Value, place: Place, places: &mut Places<'a>) -> Option<Place> {
    match value {
        Value::String(text) => is_cut(text).then_some(place),
        Value::Array(elements) => elements.iter().enumerate().find_map(|(index, element)| {
            let place = places.index(place, index);
            find_cut(element, place, places)
        }),
        Value::Object(properties) => properties.iter().find_map(|(key, property)| {
            let place = places.key(place, key);
            if is_cut(key) { Some(place) } else { find_cut(property, place, places) }
        }),
        _ => None,
    }
}
