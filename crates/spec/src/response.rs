//! The responses of an operation, as far as it matters for decoding.

use serde_json::Value;

use crate::body::json_content;
use crate::document::resolve;

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
            let content = if method == "head" { Content::Empty } else { content(response) };
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

fn content(response: &Value) -> Content {
    let is_empty = response.get("content").and_then(Value::as_object).is_none_or(serde_json::Map::is_empty);
    match json_content(response) {
        Some(_) => Content::Json,
        None if is_empty => Content::Empty,
        None => Content::Bytes,
    }
}
