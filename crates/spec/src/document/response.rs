//! The responses of an operation, as far as it matters for decoding.

use serde_json::Value;

use super::body::{json_content, xml_content};
use super::parameter::kind;
use super::{resolve, schema_of};
use crate::message::sequence::Sequence;
use crate::message::status::{are_bodiless, statuses};

/// The property of an operation of the resolved document that names the type of its successes, where their schemas differ by
/// status.
pub const SUCCESS_TYPE: &str = "x-success-type";

/// The same of its errors.
pub const ERROR_TYPE: &str = "x-error-type";

/// What a response carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// JSON of a known or unknown schema.
    Json,
    /// Anything else.
    Bytes,
    /// Nothing.
    Empty,
}

/// The responses of an operation by what they mean, each with its status as the document spells it.
#[derive(Clone, Debug, Default)]
pub struct Responses<'a> {
    /// `2XX`, and `default` where the document has no other success.
    pub successes: Vec<(&'a str, Content)>,
    /// `4XX`, `5XX` and `default`.
    pub errors: Vec<(&'a str, Content)>,
}

impl<'a> Responses<'a> {
    /// Sorts the responses of an operation. Statuses of other classes are neither, and are unexpected where they come.
    pub fn of(method: &str, operation: &'a Value) -> Self {
        let mut found = Self::default();
        let responses = operation.get("responses").and_then(Value::as_object).into_iter().flatten();
        for (status, response) in responses {
            let is_bodiless = method == "head" || are_bodiless(status);
            let content = if is_bodiless { Content::Empty } else { content(response) };
            match status.as_bytes().first() {
                Some(b'2') => found.successes.push((status, content)),
                Some(b'4' | b'5') => found.errors.push((status, content)),
                _ if status == "default" => found.errors.push((status, content)),
                _ => {}
            }
        }
        if found.successes.is_empty() {
            found.successes.extend(found.errors.iter().filter(|(status, _)| *status == "default"));
        }
        found
    }
}

/// The response that an operation documents for a status, through references, and the status as the document spells it: the
/// status itself, its range, or `default`.
pub fn documented<'a>(document: &'a Value, operation: &'a Value, status: u16) -> Option<(&'a str, &'a Value)> {
    let responses = operation.get("responses")?.as_object()?;
    let spellings =
        [status.to_string(), format!("{}XX", status / 100), format!("{}xx", status / 100), "default".to_owned()];
    let (spelled, response) = spellings.iter().find_map(|spelling| responses.get_key_value(spelling))?;
    Some((spelled, resolve(document, response)?))
}

/// The statuses beside those of successes whose response is documented and is no JSON, as ranges. Of what is documented the
/// most specific decides: a status before its range, and that before `default` (OpenAPI 3.0.3, Responses Object).
pub fn without_json(method: &str, operation: &Value) -> Vec<(u16, u16)> {
    let responses = operation.get("responses").and_then(Value::as_object).into_iter().flatten();
    let responses = responses.filter(|(status, _)| !status.starts_with("x-"));
    let documented = responses.map(|(status, response)| {
        let is_json = method != "head" && !are_bodiless(status) && content(response) == Content::Json;
        (statuses(status).unwrap_or((0, u16::MAX)), is_json)
    });
    let mut documented: Vec<((u16, u16), bool)> = documented.collect();
    documented.sort_by_key(|((first, last), _)| last - first);
    let decided = |status: u16| documented.iter().find(|((first, last), _)| (*first..=*last).contains(&status));
    let mut found: Vec<(u16, u16)> = Vec::new();
    for status in 300..=999 {
        if decided(status).is_none_or(|(_, is_json)| *is_json) {
            continue;
        }
        match found.last_mut() {
            Some((_, last)) if *last + 1 == status => *last = status,
            _ => found.push((status, status)),
        }
    }
    found
}

/// A body that comes in parts.
#[derive(Clone, Copy, Debug)]
pub struct Stream<'a> {
    /// The media type as the document spells it.
    pub media_type: &'a str,
    /// How its parts are told apart.
    pub sequence: Sequence,
    /// The schema of a part, if the document has one. It is that of the body, or of the elements of the list that the body
    /// is said to be.
    pub item: Option<&'a Value>,
}

/// The first of the successes of an operation that comes in parts.
pub fn stream<'a>(document: &'a Value, responses: &Responses<'_>, operation: &'a Value) -> Option<Stream<'a>> {
    successes(responses, operation).find_map(|(media_type, media)| {
        let sequence = Sequence::of(media_type)?;
        let whole = media.get("schema");
        let list = whole.and_then(|schema| schema_of(document, schema)).filter(|schema| kind(schema) == "array");
        Some(Stream { media_type, sequence, item: list.and_then(|list| list.get("items")).or(whole) })
    })
}

/// The success of an operation that is XML with a structure, where none is JSON: its media type, and its schema. Nothing where
/// there are several schemas, of which nobody says which comes.
pub fn xml<'a>(document: &Value, responses: &Responses<'_>, operation: &'a Value) -> Option<(&'a str, &'a Value)> {
    let mut found = xml_successes(document, responses, operation);
    let (_, media_type, schema) = found.next()?;
    found.all(|(_, _, other)| other == schema).then_some((media_type, schema))
}

/// The successes of an operation that are XML with a structure, where none is JSON: status, media type and schema.
pub(crate) fn xml_successes<'r, 'a>(
    document: &Value,
    responses: &Responses<'r>,
    operation: &'a Value,
) -> impl Iterator<Item = (&'r str, &'a str, &'a Value)> {
    let has_json = responses.successes.iter().any(|(_, content)| *content == Content::Json);
    responses.successes.iter().filter(move |_| !has_json).filter_map(move |(status, _)| {
        let (media_type, schema) = xml_content(document, operation.get("responses")?.get(*status)?)?;
        Some((*status, media_type, schema))
    })
}

/// The media types of the successes of an operation, each with what is said of it.
pub fn successes<'a>(responses: &Responses<'_>, operation: &'a Value) -> impl Iterator<Item = (&'a str, &'a Value)> {
    let contents = responses.successes.iter().filter(|(_, content)| *content != Content::Empty);
    let contents =
        contents.filter_map(|(status, _)| operation.get("responses")?.get(*status)?.get("content")?.as_object());
    contents.flatten().map(|(media_type, media)| (media_type.as_str(), media))
}

fn content(response: &Value) -> Content {
    let is_empty = response.get("content").and_then(Value::as_object).is_none_or(serde_json::Map::is_empty);
    match json_content(response) {
        Some(_) => Content::Json,
        None if is_empty => Content::Empty,
        None => Content::Bytes,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_most_specific_response_decides_whether_there_is_json() {
        #[track_caller]
        fn check(statuses: &[(&str, &str)], expected: &[(u16, u16)]) {
            let response = |(status, media_type): &(&str, &str)| {
                let content = if media_type.is_empty() { json!({}) } else { json!({ *media_type: {} }) };
                ((*status).to_owned(), json!({ "content": content }))
            };
            let responses: Value = statuses.iter().map(response).collect();
            assert_eq!(without_json("get", &json!({ "responses": responses })), expected, "{statuses:?}");
        }
        let json = "application/json";
        check(&[("200", ""), ("204", "text/plain")], &[]);
        check(&[("409", ""), ("default", json)], &[(409, 409)]);
        check(&[("default", json), ("4xx", "text/plain"), ("404", json)], &[(400, 403), (405, 499)]);
        check(&[("404", json), ("5XX", json), ("default", "")], &[(300, 403), (405, 499), (600, 999)]);
        check(&[("304", json), ("400", "")], &[(304, 304), (400, 400)]);
        assert_eq!(without_json("head", &json!({"responses": {"404": {"content": {json: {}}}}})), [(404, 404)]);
    }
}
