//! What is learnt from values that do not fit.

use std::collections::{BTreeSet, HashMap};

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;
use keyapi_spec::document::reference::unescape;
use serde_json::Value;

use crate::document::schema::Schema;

/// More faults of one value teach nothing new.
const MOST: usize = 200;

/// So many values are made in a place before what holds it is made otherwise as well.
const MOST_TURNS: u32 = 4;

/// What was learnt, by the places in the value, which are JSON pointers.
#[derive(Debug, Default)]
pub(super) struct Lessons {
    places: HashMap<String, Lesson>,
}

/// What was learnt of one place.
#[derive(Debug, Default)]
pub(super) struct Lesson {
    /// How many values did not fit here.
    pub(super) turn: u32,
    /// Properties that an object needs here.
    pub(super) wanted: BTreeSet<String>,
    /// Properties that an object must not have here.
    pub(super) unwanted: BTreeSet<String>,
}

impl Lessons {
    /// What was learnt of a place.
    pub(super) fn at(&self, place: &str) -> Option<&Lesson> {
        self.places.get(place)
    }

    /// How many values did not fit in a place.
    pub(super) fn turn(&self, place: &str) -> u32 {
        self.at(place).map_or(0, |lesson| lesson.turn)
    }

    /// Whether nothing fits in a place, as it seems.
    pub(super) fn is_hopeless(&self, place: &str) -> bool {
        self.turn(place) > MOST_TURNS
    }

    /// Learns from the faults of a value, and tells how many it has.
    pub(super) fn learn(&mut self, schema: &Schema, value: &Value) -> usize {
        if schema.accepts(value) {
            return 0;
        }
        let Some(validator) = schema.validator() else { return 0 };
        let mut turned = BTreeSet::new();
        let mut faults = 0;
        for error in validator.iter_errors(value).take(MOST) {
            faults += 1;
            if !self.names(&error) {
                turned.insert(error.instance_path().as_str().to_owned());
                branches(&error, &mut turned);
            }
        }
        // What is inside comes after what holds it.
        while let Some(place) = turned.pop_last() {
            let outer = place.rsplit_once('/').map(|(outer, _)| outer.to_owned());
            let lesson = self.places.entry(place).or_default();
            lesson.turn += 1;
            // What may be left out has been by now.
            if lesson.turn > MOST_TURNS + 1 {
                turned.extend(outer);
            }
        }
        faults
    }

    /// Learns which properties an object needs or must not have; whether that was new.
    fn names(&mut self, error: &ValidationError<'_>) -> bool {
        let place = error.instance_path().as_str();
        match error.kind() {
            ValidationErrorKind::Required { property } => {
                let lesson = self.places.entry(place.to_owned()).or_default();
                property.as_str().is_some_and(|name| lesson.wanted.insert(name.to_owned()))
            }
            ValidationErrorKind::AdditionalProperties { unexpected }
            | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
                let lesson = self.places.entry(place.to_owned()).or_default();
                unexpected.iter().filter(|name| lesson.unwanted.insert((*name).clone())).count() > 0
            }
            ValidationErrorKind::FalseSchema => {
                let Some((object, name)) = place.rsplit_once('/') else { return false };
                let lesson = self.places.entry(object.to_owned()).or_default();
                lesson.unwanted.insert(unescape(name))
            }
            _ => false,
        }
    }
}

/// The places inside a value that the branches of a choice found wrong: the right branch may be among them.
fn branches(error: &ValidationError<'_>, turned: &mut BTreeSet<String>) {
    let (ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context }) = error.kind() else {
        return;
    };
    for inner in context.iter().flatten() {
        if inner.instance_path() != error.instance_path() {
            turned.insert(inner.instance_path().as_str().to_owned());
        }
        branches(inner, turned);
    }
}
