//! What is left of drift where the responses are stored as samples: what a sample cannot settle, an action of the overlay has
//! to. Nobody knows before the pipeline has taken them.

use std::collections::BTreeSet;

use keyapi_codegen::RustNames;
use keyapi_spec::source::Node;
use serde_json::Value;

use crate::input::read;
use crate::recorded::Recorded;
use crate::redaction::Spelled;
use crate::workspace::Platform;

/// What is left where the responses are stored as samples: the name of the response, and the place in it.
#[derive(Default)]
pub(super) struct Left(BTreeSet<(String, String)>);

impl Left {
    pub(super) fn add(&mut self, response: &str, place: &str) {
        self.0.insert((response.to_owned(), place.to_owned()));
    }

    pub(super) fn has(&self, response: &str, place: &str) -> bool {
        self.0.contains(&(response.to_owned(), place.to_owned()))
    }
}

/// A response as `sample add` would store it.
pub(super) struct Sample {
    operation: String,
    status: u16,
    name: String,
    json: String,
}

impl Sample {
    /// Nothing where it would not be stored.
    pub(super) fn of(recorded: &Recorded, operation: &str, status: u16) -> Option<Self> {
        let mut node: Node = recorded.body().ok()?.root().clone();
        let redacted = recorded.redactor.redact(&mut Spelled(&mut node)).ok()?;
        let (operation, name) = (operation.to_owned(), recorded.name.clone());
        redacted.left.is_empty().then(|| Self { operation, status, name, json: node.to_json() })
    }
}

/// The document with what was inferred from these samples, too, but for those that the pipeline refuses; nothing where it
/// refuses the document.
pub(super) fn with_samples(platform: &Platform, samples: &[Sample]) -> Option<Value> {
    let mut refused = BTreeSet::new();
    loop {
        let taken = samples.iter().filter(|sample| !refused.contains(&sample.name));
        let input = taken.fold(read(&platform.spec, platform.overlay()), |input, sample| {
            input.with_sample(&sample.operation, sample.status, &sample.name, Ok(sample.json.clone().into_bytes()))
        });
        let found = match input.published(&RustNames) {
            Ok(published) => return Some(published.document),
            Err(found) => found,
        };
        let known = refused.len();
        let is_sample = |file: &str| samples.iter().any(|sample| sample.name == file);
        refused.extend(found.into_iter().map(|found| found.file).filter(|file| is_sample(file)));
        if refused.len() == known {
            return None;
        }
    }
}
