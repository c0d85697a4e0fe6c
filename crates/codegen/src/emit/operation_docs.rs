//! The documentation page of an operation: price, parameters, response, errors and an example.

use keyapi_spec::document::body::json_content;
use keyapi_spec::document::response::{Content, Responses};
use serde_json::Value;

use super::Names;
use super::description::{legal, shown};
use super::example::{Ending, example};
use super::parameter_values::ParameterValues;
use super::requests::text;
use super::shape::{kind, tree};
use crate::docs;
use crate::model::{Operation, Parameter, Response, RustType, Stream, Xml};
use crate::property_examples::{PropertyExamples, cut};

/// So many values of a parameter are shown.
const MAX_VALUES: usize = 24;

/// What pages are made of.
pub(super) struct Pages<'a> {
    pub(super) resolved: &'a Value,
    pub(super) values: &'a [ParameterValues],
    pub(super) examples: &'a PropertyExamples<'a>,
    pub(super) names: &'a Names,
}

impl Pages<'_> {
    /// The page of a request type.
    pub(super) fn page(&self, operation: &Operation) -> String {
        let method = &operation.method;
        let mut page = vec![format!(
            "A request of [`Client::{method}`](crate::Client::{method}): {}.\n\nIt does nothing until it is sent.",
            docs::code(&operation.key.to_string())
        )];
        page.extend(
            ["summary", "description"].iter().filter_map(|key| text(&operation.document, key)).map(docs::comment),
        );
        page.extend(price(operation));
        if !operation.parameters.is_empty() {
            let parameters: Vec<String> = operation.parameters.iter().map(|one| self.parameter(one)).collect();
            page.push(format!("# Parameters\n\n{}", parameters.join("\n")));
        }
        if let Some(tree) = response(self.resolved, self.examples, operation) {
            page.push(format!("# Response\n\n```text\n{tree}\n```"));
        }
        page.extend(representations(operation));
        page.extend(errors(operation));
        page.push(example(operation, self.names, Ending::Send));
        page.join("\n\n")
    }

    fn parameter(&self, parameter: &Parameter) -> String {
        let Parameter { setter, name, document, ty } = parameter;
        let (schema, what) = match ty {
            RustType::Vec(_) => (document.pointer("/schema/items"), "a list of "),
            _ => (document.get("schema"), ""),
        };
        let schema = schema.unwrap_or(&Value::Null);
        let legal = legal(schema);
        let mut said = Vec::new();
        if parameter.is_required() {
            said.push("required".to_owned());
        }
        if !legal.is_empty() {
            let mut values: Vec<String> =
                legal.iter().take(MAX_VALUES).map(|(value, _)| docs::code(&cut(value))).collect();
            if legal.len() > MAX_VALUES {
                values.push("…".to_owned());
            }
            let words = if schema.get("enum").is_some() { "one of " } else { "such as " };
            let named = self.values.iter().find(|values| values.parameter == *name && *ty == RustType::String);
            let constants =
                named.map(|named| format!(", constants of [`params::{0}`](crate::params::{0})", named.name));
            said.push(format!("{what}{words}{}{}", values.join(", "), constants.unwrap_or_default()));
        } else if let Some(kind) = text(schema, "type") {
            said.push(format!("{what}{}", cut(kind)));
        }
        let default = schema.get("default").map(shown);
        said.extend(default.map(|default| format!("{} where it is left out", docs::code(&cut(&default)))));
        format!("- [`{setter}`](Self::{setter}) ({}): {}", parameter.place(), said.join("; "))
    }
}

/// The tree of what a success is decoded into; one for each status, where that chooses the type.
pub(super) fn response(resolved: &Value, examples: &PropertyExamples<'_>, operation: &Operation) -> Option<String> {
    let document = &operation.document;
    let responses = Responses::of(&operation.key.method, document);
    let media = |status: &str| Some(json_content(&document["responses"][status])?.1);
    if operation.response.variants.is_empty() {
        let (status, _) = responses.successes.iter().find(|(_, content)| *content == Content::Json)?;
        return tree(resolved, examples, media(status)?);
    }
    let of_status = |(status, content): &(&str, Content)| match (content, media(status)) {
        (Content::Json, Some(media)) if media.contains_key("schema") => {
            let schema = &media["schema"];
            let below = tree(resolved, examples, media).map(|tree| format!("\n  {}", tree.replace('\n', "\n  ")));
            format!("{status}: {}{}", kind(resolved, schema), below.unwrap_or_default())
        }
        (Content::Json, _) => format!("{status}: any"),
        _ => format!("{status}: no body"),
    };
    let trees: Vec<String> = responses.successes.iter().map(of_status).collect();
    Some(trees.join("\n"))
}

/// What callers can ask for besides what `send` gives.
fn representations(operation: &Operation) -> Option<String> {
    let Response { stream, others, xml, .. } = &operation.response;
    let mut said = Vec::new();
    let decoded =
        |xml: &Xml| format!("- `send_xml`, with the feature `xml`: {} as a type", docs::code(&xml.media_type));
    said.extend(xml.as_ref().map(decoded));
    let streamed = |what: &str| format!("- [`stream`](Self::stream): {what}, while they come");
    said.extend(stream.as_ref().map(|stream| match stream {
        Stream::Bytes => streamed("the bytes of the body"),
        Stream::Events { accept, .. } => streamed(&format!("events ({})", docs::code(accept))),
        Stream::JsonLines { accept, .. } => streamed(&format!("lines of JSON ({})", docs::code(accept))),
        Stream::JsonSequence { accept, .. } => streamed(&format!("JSON values ({})", docs::code(accept))),
    }));
    if !others.is_empty() {
        let names = docs::codes(others);
        said.push(format!("- [`send_as`](Self::send_as), [`stream_as`](Self::stream_as): one of {names}"));
    }
    (!said.is_empty()).then(|| format!("# Representations\n\n{}", said.join("\n")))
}

/// What a request costs, if the document says so.
pub(super) fn price(operation: &Operation) -> Option<String> {
    let credits = operation.credits()?;
    Some(format!("Costs {credits} {} per request.", if credits == 1 { "credit" } else { "credits" }))
}

/// The statuses that the document has for errors.
fn errors(operation: &Operation) -> Option<String> {
    let document = &operation.document;
    let responses = Responses::of(&operation.key.method, document);
    let is_success = |status: &str| responses.successes.iter().any(|(success, _)| *success == status);
    let all = document.get("responses").and_then(Value::as_object)?;
    let errors = all.iter().filter(|(status, _)| !is_success(status) && !status.starts_with("x-"));
    let errors: Vec<String> = errors
        .map(|(status, response)| {
            let said = text(response, "description").map(|text| format!(": {}", docs::line(text))).unwrap_or_default();
            format!("- {}{said}", docs::code(status))
        })
        .collect();
    (!errors.is_empty()).then(|| {
        let others = "Any failure is an [`Error`](crate::Error), whose [`kind`](crate::Error::kind) says what to do. The document names:";
        let details = operation.response.error.as_ref().map(|ty| {
            let ty = ty.within_types();
            let others = responses.errors.iter().filter(|(_, content)| *content != Content::Json);
            let others: Vec<&str> = others.map(|(status, _)| *status).collect();
            let nothing =
                if others.is_empty() { String::new() } else { format!(", and nothing for {}", docs::codes(&others)) };
            format!("\n\n[`details`](crate::Error::details) gives their bodies as [`{ty}`](crate::types::{ty}){nothing}.")
        });
        format!("# Errors\n\n{others}\n\n{}{}", errors.join("\n"), details.unwrap_or_default())
    })
}
