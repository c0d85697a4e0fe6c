//! Takes every example through its schema to the holes in it.

use std::collections::{HashSet, VecDeque};

use serde_json::Value;

use super::CONTRADICTION;
use super::rounded::Rounded;
use super::sample::{Evidence, Flaw};
use super::schema::{
    Object, additional_properties, all_of, is_nullable, is_refined, mismatch, properties, telling_parts,
};
use super::survey::{Example, Survey};
use crate::document::resolve_with_pointer;

/// A part of an example and its schema.
struct Step<'a> {
    schema: &'a Value,
    evidence: Evidence<'a>,
    /// The schema whose `allOf` this schema is a part of.
    whole: Option<&'a Object>,
}

/// Gives each hole the parts of all examples that belong there.
///
/// A queue instead of recursion: a chain of references may be longer than the stack is deep. An example visits a
/// referenced schema once, so reference cycles end.
pub(crate) fn distribute<'a>(document: &'a Value, survey: &mut Survey<'a>, rounded: &Rounded) {
    let examples = std::mem::take(&mut survey.examples);
    let first = |Example { schema, evidence }| Step { schema, evidence, whole: None };
    let mut queue: VecDeque<_> = examples.into_iter().map(first).collect();
    let mut visited: HashSet<(*const Value, *const Value)> = HashSet::new();
    let mut contradicted: HashSet<*const Value> = HashSet::new();
    while let Some(step) = queue.pop_front() {
        let Evidence { value, place, .. } = step.evidence;
        let Some((schema, pointer)) = resolve_with_pointer(document, step.schema) else {
            continue;
        };
        if pointer.is_some() && !visited.insert((schema, value)) {
            continue;
        }
        let Some(object) = schema.as_object() else {
            continue;
        };
        let hole = survey.holes.get_mut(&std::ptr::from_ref(schema));
        let evidence_of_null = hole.is_some() && value.is_null();
        if let Some(message) = mismatch(object, value, rounded)
            && !evidence_of_null
        {
            let is_rejected = matches!(step.evidence.flaw, Some(Flaw::Reference(_)));
            if !is_rejected && contradicted.insert(schema) {
                let message = match survey.places.inside(place) {
                    Some(inside) => format!("{message}, in `{inside}`"),
                    None => message,
                };
                let warning = survey.places.warning(CONTRADICTION, place, message);
                let help = "correct the example or the schema in the overlay";
                survey.diagnostics.push(warning.help(help));
            }
            continue;
        }
        match hole {
            Some(_) if step.evidence.is_not_json => {}
            Some(hole) => hole.samples.push(step.evidence),
            // The usual wrapper that makes a referenced schema nullable: null is not one of the schema itself.
            None if value.is_null() && is_nullable(object) => {}
            None => descend(document, survey, object, &step, &mut queue),
        }
    }
}

fn descend<'a>(
    document: &'a Value,
    survey: &mut Survey<'a>,
    schema: &'a Object,
    step: &Step<'a>,
    queue: &mut VecDeque<Step<'a>>,
) {
    let Step { evidence, whole, .. } = *step;
    let whole = if all_of(schema).is_empty() { whole } else { Some(schema) };
    match evidence.value {
        Value::Object(object) => {
            let others = additional_properties(schema);
            for (key, property) in object {
                let declared = properties(schema).and_then(|properties| properties.get(key));
                let Some(schema) = declared.or(others) else {
                    continue;
                };
                if whole.is_some_and(|whole| is_refined(document, whole, key, schema)) {
                    continue;
                }
                let evidence = evidence.key(key, property, &mut survey.places);
                queue.push_back(Step { schema, evidence, whole: None });
            }
        }
        Value::Array(elements) => {
            let Some(schema) = schema.get("items") else {
                return;
            };
            for (index, element) in elements.iter().enumerate() {
                let evidence = evidence.index(index, element, &mut survey.places);
                queue.push_back(Step { schema, evidence, whole: None });
            }
        }
        _ => {}
    }
    for (_, schema) in telling_parts(document, schema) {
        queue.push_back(Step { schema, evidence, whole });
    }
}
