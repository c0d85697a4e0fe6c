//! Fills the holes of a document's schemas with what its examples prove.
//!
//! Evidence for a location is every example of it: the media type's `examples` and `example`, and the schema's own. It
//! is merged and written as an OpenAPI 3.0 schema that accepts more than what was seen: a property that is missing, null
//! or new. What the document declares stays as it is, and so do the examples.
//!
//! The merge is commutative, associative and idempotent, but for the order of keys and the counts in `x-inferred`. Both
//! are settled before it: the samples of a location are put into an order of their own and equal ones are one, and the
//! elements of an array, which are samples too, come in the order of the document. So a reader finds the keys as an
//! example has them, and the same samples in any order give the same bytes.

mod emit;
#[cfg(feature = "pipeline")]
pub mod evidence;
mod flow;
mod json_text;
mod lexical;
mod non_json_examples;
mod place;
mod rounded;
mod sample;
mod schema;
mod shape;
mod survey;

use std::collections::{BTreeSet, HashSet};

use indexmap::IndexMap;
use serde_json::Value;

use self::emit::{Emitter, Position, Side};
use self::non_json_examples::NonJsonExample;
use self::place::{Place, Places};
use self::rounded::Rounded;
use self::sample::{Evidence, Flaw, canonical};
use self::schema::{Object, is_nullable};
use self::shape::Shape;
use self::survey::{Example, Hole, Survey, Target};
use crate::diagnostic::{Diagnostic, join};
use crate::document::example;
use crate::naming::Naming;

/// The code of what is said about an example that its schema does not describe.
const CONTRADICTION: &str = "example-mismatch";

/// One sample of a location.
#[derive(Clone, Debug)]
pub struct Sample<'a> {
    /// The sample.
    pub value: &'a Value,
    /// JSON pointer to where it stands, for diagnostics.
    pub pointer: String,
}

/// A schema to put into the document.
struct Patch {
    /// JSON pointer of the hole.
    pointer: String,
    target: Target,
    schema: Object,
}

/// How much of one body or component was inferred.
#[derive(Default)]
struct Filled {
    holes: u64,
    samples: u64,
}

/// The OpenAPI 3.0 schema of a response body of which these are the samples, and what there is to say about it.
///
/// `rounded` holds the JSON pointers of integers beyond `u64` and `i64`, which parsers turn into floats.
pub fn schema_of(samples: &[Sample<'_>], rounded: &BTreeSet<String>, naming: &dyn Naming) -> (Value, Vec<Diagnostic>) {
    let mut places = Places::default();
    let mut numbers = Rounded::default();
    let mut evidence = Vec::new();
    for Sample { value, pointer } in samples {
        numbers.extend(value, pointer, rounded);
        let place = places.root(pointer);
        evidence.push(Evidence::of(&Value::Null, None, value, place, &mut places));
    }
    let mut diagnostics = reject_flawed(&mut evidence, &places, &mut HashSet::new());
    let schema = merge(evidence, &mut places, &numbers).map(|shape| {
        let (schema, findings) = emit(shape, Emitter::new(&places, Side::Response, naming), Position::Body);
        diagnostics.extend(findings);
        schema
    });
    (Value::Object(schema.unwrap_or_default()), diagnostics)
}

/// Fills the holes of all request and response bodies, and of the components they are made of, from the examples and
/// from stored `samples` of responses. Diagnostics about the latter have their places in the files of these.
///
/// `rounded` holds the JSON pointers of integers beyond `u64` and `i64`, which parsers turn into floats.
pub fn infer(
    document: &mut Value,
    rounded: &BTreeSet<String>,
    samples: &[evidence::Sample],
    naming: &dyn Naming,
) -> Vec<Diagnostic> {
    let (patches, diagnostics) = plan(document, rounded, samples, naming);
    for Patch { pointer, target, schema } in patches {
        let Some(Value::Object(owner)) = document.pointer_mut(&pointer) else {
            continue;
        };
        match target {
            Target::Schema(_) => fill(owner, schema),
            Target::MediaType(_) => {
                owner.insert("schema".to_owned(), Value::Object(schema));
            }
        }
    }
    diagnostics
}

fn plan(
    document: &Value,
    rounded: &BTreeSet<String>,
    samples: &[evidence::Sample],
    naming: &dyn Naming,
) -> (Vec<Patch>, Vec<Diagnostic>) {
    let mut numbers = Rounded::default();
    numbers.extend(document, "", rounded);
    let values: Vec<Value> = samples.iter().map(|sample| sample.body.value()).collect();
    let (media_types, unmatched) = evidence::matched(document, samples, naming);
    let (not_json, unreadable) = non_json_examples::examples(document);
    let mut survey = Survey::of(document);
    survey.diagnostics.extend(unreadable);
    for ((sample, value), media_types) in samples.iter().zip(&values).zip(media_types) {
        numbers.extend(value, "", sample.body.rounded());
        let place = survey.places.file(sample.body.name());
        for media_type in media_types {
            let schema = media_type.get("schema");
            let evidence = Evidence::of(document, schema, value, place, &mut survey.places);
            survey.add(media_type, Evidence { stored: true, ..evidence });
        }
    }
    for NonJsonExample { schema, value, pointer, is_text } in &not_json {
        let place = survey.places.root(pointer.as_str());
        let place = if *is_text { survey.places.text(place) } else { place };
        let evidence = Evidence::of(document, Some(*schema), value, place, &mut survey.places);
        survey.examples.push(Example { schema, evidence: Evidence { is_not_json: true, ..evidence } });
    }
    flow::distribute(document, &mut survey, &numbers);

    let Survey { mut places, holes, mut diagnostics, .. } = survey;
    let mut flaws = HashSet::new();
    let mut filled: IndexMap<Place, Filled> = IndexMap::new();
    let mut findings = Vec::new();
    let mut patches = Vec::new();
    for Hole { target, location, side, position, mut samples } in holes.into_values() {
        let (Target::Schema(place) | Target::MediaType(place)) = target;
        let pointer = places.pointer(place);
        diagnostics.extend(reject_flawed(&mut samples, &places, &mut flaws));
        let Some(shape) = merge(samples, &mut places, &numbers) else {
            if position == Position::Body {
                let message = "the document has neither a schema nor an example, so nothing is known about the body";
                let note = Diagnostic::note("no-example", pointer, message);
                findings.push(note.help("give an example or a schema in the overlay"));
            }
            continue;
        };
        let filled = filled.entry(location).or_default();
        filled.holes += 1;
        filled.samples += shape.samples;
        let (schema, found) = emit(shape, Emitter::new(&places, side, naming), position);
        let written = match target {
            Target::Schema(_) => pointer.clone(),
            Target::MediaType(_) => join(&pointer, "schema"),
        };
        let inferred = |found: &Diagnostic| found.inferred.as_ref().map(|below| format!("{written}{below}"));
        findings.extend(found.into_iter().map(|found| Diagnostic { inferred: inferred(&found), ..found }));
        patches.push(Patch { pointer, target, schema });
    }
    for (place, Filled { holes, samples }) in filled {
        let message = format!("filled {} from {}", count(holes, "hole"), count(samples, "sample"));
        diagnostics.push(places.note("inferred", place, message));
    }
    diagnostics.extend(findings);
    for found in &mut diagnostics {
        if let Some(sample) = samples.iter().find(|sample| sample.body.name() == found.file) {
            *found = sample.body.place(found.clone());
        }
    }
    diagnostics.extend(unmatched);
    (patches, diagnostics)
}

/// Drops the samples that prove less than the API says, and would hide it. Each flaw is told of once.
fn reject_flawed(
    samples: &mut Vec<Evidence<'_>>,
    places: &Places<'_>,
    told: &mut HashSet<(String, String)>,
) -> Vec<Diagnostic> {
    let flaws: Vec<_> = samples.iter().filter_map(|sample| sample.flaw).collect();
    samples.retain(|sample| sample.flaw.is_none());
    let errors = flaws.into_iter().map(|flaw| match flaw {
        Flaw::Cut(place) => {
            let message = "the example is cut short here, so a schema inferred from it would lack what was cut";
            let error = places.error("truncated-sample", place, message);
            error.help("put the complete example into the document or into the overlay")
        }
        Flaw::Reference(place) => {
            let message = "an example cannot be or hold a reference, so no schema is inferred from it";
            places.error(example::CODE, place, message).help(example::HELP)
        }
    });
    errors.filter(|error| told.insert((error.file.clone(), error.pointer.clone()))).collect()
}

/// All that the samples of one location prove; nothing if there are none.
fn merge<'a>(samples: Vec<Evidence<'a>>, places: &mut Places<'a>, rounded: &Rounded) -> Option<Shape<'a>> {
    let samples = canonical(samples, rounded);
    let mut shape = Shape::nothing(samples.first()?.place);
    let mut documented = true;
    for Evidence { value, place, stored, .. } in samples {
        if documented && stored && shape.samples > 0 {
            shape.remember();
        }
        documented = !stored;
        shape.merge(Shape::of(value, place, places, rounded));
    }
    Some(shape)
}

fn emit<'a>(shape: Shape<'a>, mut emitter: Emitter<'_, 'a>, position: Position) -> (Object, Vec<Diagnostic>) {
    let schema = emitter.schema(shape, position);
    (schema, emitter.finish())
}

/// Puts an inferred schema into a hole, beside what the hole declares: its type, and what describes it.
fn fill(hole: &mut Object, inferred: Object) {
    hole.shift_remove("properties");
    // Of a list of types, null is what is not inferred.
    if hole.get("type").is_some_and(Value::is_array) && is_nullable(hole) && inferred.contains_key("type") {
        hole.insert("nullable".to_owned(), Value::Bool(true));
    }
    // All samples of a declared array or object being null proves that it may be null, not that it may be anything.
    if hole.contains_key("type") && !inferred.contains_key("type") {
        hole.insert("nullable".to_owned(), Value::Bool(true));
    }
    hole.extend(inferred);
}

fn count(number: impl Into<u64>, noun: &str) -> String {
    let number = number.into();
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
