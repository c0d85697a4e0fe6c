//! What is left of drift where the responses are stored as samples: what a sample cannot settle, an action of the overlay has
//! to. Nobody knows before the pipeline has taken them.

use std::collections::BTreeSet;

use keyapi_codegen::RustNames;
use serde_json::Value;

use crate::input::read;
use crate::recorded::Recorded;
use crate::workspace::Platform;

/// What is left where the responses are stored as samples: the name of the response, and the place in it.
#[derive(Default)]
pub(super) struct Remaining(BTreeSet<(String, String)>);

impl Remaining {
    pub(super) fn add(&mut self, response: &str, place: &str) {
        self.0.insert((response.to_owned(), place.to_owned()));
    }

    pub(super) fn has(&self, response: &str, place: &str) -> bool {
        self.0.contains(&(response.to_owned(), place.to_owned()))
    }
}

/// A response as a sample. What is secret in it is of the same kind as what would be stored in its place.
pub(super) struct Sample {
    operation: String,
    status: u16,
    name: String,
    json: String,
}

impl Sample {
    /// Nothing where it would not be stored.
    pub(super) fn of(recorded: &Recorded, operation: &str, status: u16) -> Option<Self> {
        let json = recorded.body().ok()?.text().to_owned();
        Some(Self { operation: operation.to_owned(), status, name: recorded.name.clone(), json })
    }

    /// What one command would store, or refuse: the operation, and the file.
    fn stored_with(&self) -> (&str, &str) {
        let file = self.name.split_once('#').map_or(self.name.as_str(), |(file, _)| file);
        (&self.operation, file)
    }
}

/// The document with what was inferred from these samples, too, but for those that would be refused together with one that
/// the pipeline does not take; nothing where it does not take the document.
pub(super) fn with_samples(platform: &Platform, samples: &[Sample]) -> Option<Value> {
    let mut refused = BTreeSet::new();
    loop {
        let taken = samples.iter().filter(|sample| !refused.contains(&sample.stored_with()));
        let input = taken.fold(read(&platform.spec, platform.overlay()), |input, sample| {
            input.with_sample(&sample.operation, sample.status, &sample.name, Ok(sample.json.clone().into_bytes()))
        });
        // What is compared passes over a sample that the pipeline of the client refuses, and `sample add` with it.
        let found = input.resolve(&RustNames).err().unwrap_or_default();
        let known = refused.len();
        let errors: BTreeSet<&str> =
            found.iter().filter(|found| found.is_error()).map(|found| found.file.as_str()).collect();
        let bad = samples.iter().filter(|sample| errors.contains(sample.name.as_str()));
        refused.extend(bad.map(Sample::stored_with));
        if refused.len() == known {
            return input.published(&RustNames).ok().map(|published| published.document);
        }
    }
}
