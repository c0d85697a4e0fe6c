//! What an operation answers, as far as it matters for decoding.

use serde_json::Value;

use crate::body::json_content;

/// What a response carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// JSON of a known or unknown schema.
    Json,
    /// Anything else.
    Bytes,
    /// Nothing.
    Empty,
}

/// The responses of an operation by what they mean, each with its status as the document spells it.
#[derive(Clone, Debug, Default)]
pub struct Replies<'a> {
    /// `2XX`, and `default` where the document has no other success.
    pub successes: Vec<(&'a str, Reply)>,
    /// `4XX`, `5XX` and `default`.
    pub errors: Vec<(&'a str, Reply)>,
}

impl<'a> Replies<'a> {
    /// Sorts the responses of an operation. Statuses of other classes are neither, and are unexpected where they come.
    pub fn of(method: &str, operation: &'a Value) -> Self {
        let mut replies = Self::default();
        let responses = operation.get("responses").and_then(Value::as_object).into_iter().flatten();
        for (status, response) in responses {
            let reply = if method == "head" { Reply::Empty } else { reply(response) };
            match status.as_bytes().first() {
                Some(b'2') => replies.successes.push((status, reply)),
                Some(b'4' | b'5') => replies.errors.push((status, reply)),
                _ if status == "default" => replies.errors.push((status, reply)),
                _ => {}
            }
        }
        if replies.successes.is_empty() {
            replies.successes.extend(replies.errors.iter().filter(|(status, _)| *status == "default"));
        }
        replies
    }
}

fn reply(response: &Value) -> Reply {
    let is_empty = response.get("content").and_then(Value::as_object).is_none_or(serde_json::Map::is_empty);
    match json_content(response) {
        Some(_) => Reply::Json,
        None if is_empty => Reply::Empty,
        None => Reply::Bytes,
    }
}
