//! Finds the holes of a document and its examples.

use std::collections::{HashSet, VecDeque};

use indexmap::IndexMap;
use serde_json::Value;

use super::emit::{Position, Side};
use super::json_text;
use super::place::{Place, Places};
use super::sample::Evidence;
use super::schema::{Object, additional_properties, is_hole, telling_parts};
use crate::convert::EXAMPLES;
use crate::diagnostic::Diagnostic;
use crate::document::{METHODS, resolve_with_pointer};
use crate::message::media_type::is_json;

/// A schema to fill.
#[derive(Debug)]
pub(crate) struct Hole<'a> {
    pub(crate) target: Target,
    /// The schema of a body, or the component, that the hole is a part of.
    pub(crate) location: Place,
    pub(crate) side: Side,
    pub(crate) position: Position,
    pub(crate) samples: Vec<Evidence<'a>>,
}

/// What to fill.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Target {
    /// A schema.
    Schema(Place),
    /// A media type without a schema.
    MediaType(Place),
}

/// A schema and an example of it.
pub(crate) struct Example<'a> {
    pub(crate) schema: &'a Value,
    pub(crate) evidence: Evidence<'a>,
}

/// A schema that some body is made of.
#[derive(Clone, Copy)]
struct Visit<'a> {
    schema: &'a Value,
    place: Place,
    location: Place,
    side: Side,
    position: Position,
}

/// What a document leaves open, and what it shows.
#[derive(Default)]
pub(crate) struct Survey<'a> {
    pub(crate) places: Places<'a>,
    /// The holes by the address of the schema or the media type.
    pub(crate) holes: IndexMap<*const Value, Hole<'a>>,
    pub(crate) examples: Vec<Example<'a>>,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// The addresses of all schemas and media types that were read.
    known: HashSet<*const Value>,
    /// The addresses of all schemas that were read, with how they are used.
    visited: HashSet<(*const Value, Side, Position)>,
}

impl<'a> Survey<'a> {
    /// Reads all bodies of a document, then the schemas that no body is made of.
    pub(crate) fn of(document: &'a Value) -> Self {
        let mut survey = Self::default();
        let root = survey.places.root("");
        for (_, path, place) in survey.entries(document, root, "paths") {
            for method in METHODS {
                if let Some(operation) = path.get(method) {
                    let place = survey.places.key(place, method);
                    survey.operation(document, operation, place);
                }
            }
        }
        let Some(components) = document.get("components") else {
            return survey;
        };
        let root = survey.places.key(root, "components");
        for (kind, side) in [("requestBodies", Side::Request), ("responses", Side::Response)] {
            for (_, body, place) in survey.entries(components, root, kind) {
                survey.body(document, body, place, side);
            }
        }
        for (_, schema, place) in survey.entries(components, root, "schemas") {
            if !survey.known.contains(&std::ptr::from_ref(schema)) {
                let (side, position) = (Side::Response, Position::Property);
                survey.schema(document, Visit { schema, place, location: place, side, position });
            }
        }
        survey
    }

    fn operation(&mut self, document: &'a Value, operation: &'a Value, place: Place) {
        if let Some(body) = operation.get("requestBody") {
            let place = self.places.key(place, "requestBody");
            self.body(document, body, place, Side::Request);
        }
        for (_, response, place) in self.entries(operation, place, "responses") {
            self.body(document, response, place, Side::Response);
        }
    }

    fn body(&mut self, document: &'a Value, body: &'a Value, place: Place, side: Side) {
        let Some((body, place)) = self.follow(document, body, place) else {
            return;
        };
        for (name, media_type, place) in self.entries(body, place, "content") {
            if is_json(name) && self.known.insert(media_type) {
                self.media_type(document, media_type, place, side);
            }
        }
    }

    fn media_type(&mut self, document: &'a Value, media_type: &'a Value, place: Place, side: Side) {
        let schema = media_type.get("schema");
        let samples = self.media_type_examples(document, media_type, schema, place);
        self.check_texts(document, schema, &samples, place);
        let Some(schema) = schema else {
            let (target, position) = (Target::MediaType(place), Position::Body);
            self.holes.insert(media_type, Hole { target, location: place, side, position, samples });
            return;
        };
        self.examples.extend(samples.into_iter().map(|evidence| Example { schema, evidence }));
        let place = self.places.key(place, "schema");
        self.schema(document, Visit { schema, place, location: place, side, position: Position::Body });
    }

    /// Looks for JSON in texts among all samples of a body, that in the schema included.
    fn check_texts(
        &mut self,
        document: &'a Value,
        schema: Option<&'a Value>,
        samples: &[Evidence<'a>],
        media_type: Place,
    ) {
        let mut samples = samples.to_vec();
        let place = self.places.key(media_type, "schema");
        if let Some((schema, place)) = schema.and_then(|schema| self.follow(document, schema, place))
            && let Some(value) = schema.get("example")
        {
            let place = self.places.key(place, "example");
            samples.push(Evidence { value, place, flaw: None, stored: false, is_not_json: false });
        }
        let found = json_text::check(document, schema, &samples, &self.places);
        for warning in found {
            if !self.diagnostics.contains(&warning) {
                self.diagnostics.push(warning);
            }
        }
    }

    fn media_type_examples(
        &mut self,
        document: &'a Value,
        media_type: &'a Value,
        schema: Option<&'a Value>,
        place: Place,
    ) -> Vec<Evidence<'a>> {
        let mut samples = Vec::new();
        for (_, example, place) in self.entries(media_type, place, "examples") {
            let Some((example, place)) = self.follow(document, example, place) else {
                continue;
            };
            if let Some(value) = example.get("value") {
                let place = self.places.key(place, "value");
                samples.push(Evidence::of(document, schema, value, place, &mut self.places));
            } else if example.get("externalValue").is_some() {
                let message = "the example is outside of the document, so nothing is inferred from it";
                let help = "copy the example into the document or into the overlay";
                let note = self.places.note("external-example", place, message).help(help);
                self.diagnostics.push(note);
            }
        }
        if let Some(value) = media_type.get("example") {
            let place = self.places.key(place, "example");
            samples.push(Evidence::of(document, schema, value, place, &mut self.places));
        }
        samples
    }

    /// Adds a stored sample of a media type to what the document shows of it.
    pub(crate) fn add(&mut self, media_type: &'a Value, evidence: Evidence<'a>) {
        match media_type.get("schema") {
            Some(schema) => self.examples.push(Example { schema, evidence }),
            None => {
                if let Some(hole) = self.holes.get_mut(&std::ptr::from_ref(media_type)) {
                    hole.samples.push(evidence);
                }
            }
        }
    }

    /// Visits a schema and all that it is made of, once for each way in which it is used.
    fn schema(&mut self, document: &'a Value, first: Visit<'a>) {
        let mut queue = VecDeque::from([first]);
        while let Some(visit) = queue.pop_front() {
            let Some((schema, place)) = self.follow(document, visit.schema, visit.place) else {
                continue;
            };
            let location = if place == visit.place { visit.location } else { place };
            let visit = Visit { schema, place, location, ..visit };
            let Some(object) = schema.as_object() else {
                continue;
            };
            if !self.visited.insert((schema, visit.side, visit.position)) {
                continue;
            }
            if self.known.insert(schema) {
                for (value, place) in self.schema_examples(object, place) {
                    let evidence = Evidence::of(document, Some(schema), value, place, &mut self.places);
                    self.examples.push(Example { schema, evidence });
                }
            }
            if is_hole(object) {
                self.hole(visit);
            } else {
                self.parts(document, object, visit, &mut queue);
            }
        }
    }

    /// The example of a schema, and those that OpenAPI 3.1 has beside it.
    fn schema_examples(&mut self, schema: &'a Object, place: Place) -> Vec<(&'a Value, Place)> {
        let mut found = Vec::new();
        if let Some(value) = schema.get("example") {
            found.push((value, self.places.key(place, "example")));
        }
        for key in ["examples", EXAMPLES] {
            let Some(Value::Array(listed)) = schema.get(key) else { continue };
            let list = self.places.key(place, key);
            found.extend(listed.iter().enumerate().map(|(index, value)| (value, self.places.index(list, index))));
        }
        found
    }

    fn hole(&mut self, visit: Visit<'a>) {
        let Visit { schema, place, location, side, position } = visit;
        let target = Target::Schema(place);
        let new = Hole { target, location, side, position, samples: Vec::new() };
        let hole = self.holes.entry(schema).or_insert(new);
        hole.side = hole.side.max(side);
        hole.position = hole.position.max(position);
    }

    fn parts(&mut self, document: &'a Value, schema: &'a Object, whole: Visit<'a>, queue: &mut VecDeque<Visit<'a>>) {
        let inside = Visit { position: Position::Property, ..whole };
        for (_, schema, place) in self.entries(whole.schema, whole.place, "properties") {
            queue.push_back(Visit { schema, place, ..inside });
        }
        if let Some(items) = schema.get("items") {
            let place = self.places.key(whole.place, "items");
            queue.push_back(Visit { schema: items, place, position: Position::Element, ..whole });
        }
        if let Some(values) = additional_properties(schema) {
            let place = self.places.key(whole.place, "additionalProperties");
            queue.push_back(Visit { schema: values, place, position: Position::MapValue, ..whole });
        }
        for (index, part) in telling_parts(document, schema) {
            let place = self.places.key(whole.place, "allOf");
            let place = self.places.index(place, index);
            queue.push_back(Visit { schema: part, place, ..whole });
        }
    }

    /// Where a value is once its references are followed.
    fn follow(&mut self, document: &'a Value, value: &'a Value, place: Place) -> Option<(&'a Value, Place)> {
        let (value, pointer) = resolve_with_pointer(document, value)?;
        Some((value, pointer.map_or(place, |pointer| self.places.root(pointer))))
    }

    /// What an object has under a key, extensions aside.
    fn entries(&mut self, owner: &'a Value, place: Place, key: &'static str) -> Vec<(&'a str, &'a Value, Place)> {
        let Some(entries) = owner.get(key).and_then(Value::as_object) else {
            return Vec::new();
        };
        let parent = self.places.key(place, key);
        let entry = |(name, value): (&'a String, &'a Value)| (name.as_str(), value, self.places.key(parent, name));
        entries.iter().map(entry).collect()
    }
}
