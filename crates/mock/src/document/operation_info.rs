//! What a document offers, as data: for lists, for tests, and for whoever calls operations that they learn of at run
//! time.

use http::Method;
use serde_json::Value;

use crate::document::parameter::{Location, Parameter, Presence};
use crate::document::response::Code;
use crate::document::sample;
use crate::document::{Document, Operation};

/// One operation in a list.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct OperationInfo {
    /// The name that the typed client has for it.
    pub name: String,
    /// The names that it had in releases before it was renamed, which it still goes by.
    pub former: Vec<String>,
    /// The method.
    pub method: Method,
    /// The path template.
    pub path: String,
    /// One line about it.
    pub summary: String,
    /// What one call costs.
    pub credits: u64,
    /// The parameters.
    pub parameters: Vec<ParameterInfo>,
    /// A documented request body, as a media type and a value; where none is shown, one that fits.
    pub body: Option<(String, Value)>,
    /// The documented statuses.
    pub statuses: Vec<StatusInfo>,
}

/// One parameter in a list.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ParameterInfo {
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub location: Location,
    /// Whether a request needs it.
    pub presence: Presence,
    /// A documented value; for what a request needs and the document shows no value of, one that fits.
    pub example: Option<Value>,
}

/// One documented status in a list.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct StatusInfo {
    /// The status as the document writes it: `200`, `4XX` or `default`.
    pub code: String,
    /// The status to ask for.
    pub status: u16,
    /// The documented examples: media type, name and value.
    pub examples: Vec<(String, String, Value)>,
}

impl OperationInfo {
    /// The operations of a document, in its order.
    pub fn list(document: &Document) -> Vec<Self> {
        document.operations.iter().map(Self::new).collect()
    }

    fn new(operation: &Operation) -> Self {
        Self {
            name: operation.name.clone(),
            former: operation.former.clone(),
            method: operation.method.clone(),
            path: operation.path.clone(),
            summary: operation.summary.clone(),
            credits: operation.credits,
            parameters: operation.parameters().iter().map(ParameterInfo::new).collect(),
            body: body(operation),
            statuses: statuses(operation),
        }
    }
}

impl ParameterInfo {
    /// The value as text: a text as it is, anything else as JSON.
    pub fn written(&self) -> Option<String> {
        let value = self.example.as_ref()?;
        Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    }

    fn new(parameter: &Parameter) -> Self {
        Self {
            name: parameter.name.clone(),
            location: parameter.location,
            presence: parameter.presence,
            example: parameter.example.clone().or_else(|| match parameter.presence {
                Presence::Required => sample::fitting(parameter.schema.as_ref()?),
                Presence::Optional => None,
            }),
        }
    }
}

fn body(operation: &Operation) -> Option<(String, Value)> {
    let contents = &operation.body()?.contents;
    let content = contents.iter().find(|content| content.example.is_some()).or(contents.first())?;
    Some((content.label.clone(), content.to_send()?))
}

fn statuses(operation: &Operation) -> Vec<StatusInfo> {
    let statuses = operation.responses().iter().map(|response| {
        let status = match response.code {
            Code::Exact(status) => status,
            Code::Range(class) => u16::from(class) * 100,
            Code::Default => 500,
        };
        let examples = response.contents.iter().flat_map(|content| {
            content.examples.iter().map(|example| (content.label.clone(), example.name.clone(), example.value()))
        });
        StatusInfo { code: response.code.to_string(), status, examples: examples.collect() }
    });
    statuses.collect()
}
