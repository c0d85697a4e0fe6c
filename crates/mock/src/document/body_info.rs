//! The bodies of an operation in each of their media types, for tests of all of them.

use serde_json::Value;

use crate::document::{Document, Operation};

/// What the bodies of an operation are in each of their media types: a documented example, or a value that fits.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct BodyInfo {
    /// Media types of request bodies as the document spells them, with a value.
    pub requests: Vec<(String, Value)>,
    /// Statuses and media types of responses as the document spells them, with what is sent where nobody asks for more.
    pub responses: Vec<(String, String, Value)>,
}

impl BodyInfo {
    /// The bodies of the operation of a name; nothing where there is no such operation.
    pub fn of(document: &Document, operation: &str) -> Option<Self> {
        document.find(operation).map(|index| Self::new(&document.operations[index]))
    }

    fn new(operation: &Operation) -> Self {
        let contents = operation.body().into_iter().flat_map(|body| &body.contents);
        let requests = contents.filter_map(|content| Some((content.label.clone(), content.to_send()?)));
        let responses = operation.responses().iter().flat_map(|response| {
            let status = response.code.to_string();
            response.contents.iter().filter_map(move |content| {
                let first = content.first().ok().flatten()?;
                Some((status.clone(), content.label.clone(), first.value()))
            })
        });
        Self { requests: requests.collect(), responses: responses.collect() }
    }
}
