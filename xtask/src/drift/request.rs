//! The requests that a document shows: every operation with the values that it documents, and none that are made up.

use keyapi_spec::document::body;
use keyapi_spec::document::resolve;
use keyapi_spec::document::server;
use keyapi_spec::document::template::without_query_parameters;
use keyapi_spec::message::media_type::is_json;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::http::is_more_than_a_base;
use crate::recorded::{Operation, parameters};

/// A request that can be sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Request {
    /// The method in upper case.
    pub(super) method: String,
    pub(super) url: String,
    pub(super) headers: Vec<(String, String)>,
    /// A JSON body.
    pub(super) body: Option<String>,
}

impl Request {
    /// The request that the document shows for an operation, to the server that it names or another one.
    ///
    /// # Errors
    ///
    /// Why there is none.
    pub(super) fn shown(document: &Value, operation: &Operation, base_url: Option<&str>) -> Result<Self, String> {
        let key = &operation.key;
        let node = |pointer: &str| document.pointer(pointer).unwrap_or(&Value::Null);
        let declared = server::of_operation(document, key);
        let base =
            base_url.map_or(declared.clone(), |base| base.trim_end_matches('/').to_owned() + server::path(&declared));
        if is_more_than_a_base(&base) {
            return Err("the URL of its server has credentials, a query or a fragment".to_owned());
        }
        let url = base + &without_query_parameters(&key.path);
        let mut request = Self { method: key.method.to_uppercase(), url, headers: Vec::new(), body: None };
        let mut query = Vec::new();
        for parameter in parameters(document, key) {
            let name = parameter["name"].as_str().unwrap_or_default();
            let Some(values) = values(document, parameter)? else { continue };
            let value = || values.join(",");
            match parameter["in"].as_str() {
                Some("path") => request.url = request.url.replace(&format!("{{{name}}}"), &encoded(&value())),
                Some("query") => {
                    query.extend(values.iter().map(|value| format!("{}={}", encoded(name), encoded(value))))
                }
                Some("header") => request.headers.push((name.to_owned(), value())),
                _ => return Err(format!("the document asks for a cookie, `{name}`")),
            }
        }
        if !query.is_empty() {
            let before = if request.url.contains('?') { '&' } else { '?' };
            request.url = format!("{}{before}{}", request.url, query.join("&"));
        }
        request.body = shown_body(document, node(&key.pointer))?;
        Ok(request)
    }
}

/// The values that are shown of a parameter, each as text; nothing for one that may be left out and is not shown.
fn values(document: &Value, parameter: &Value) -> Result<Option<Vec<String>>, String> {
    let name = parameter["name"].as_str().unwrap_or_default();
    let is_header_of_the_client = parameter["in"] == "header" && name.eq_ignore_ascii_case("authorization");
    let shown = example(document, parameter).filter(|_| !is_header_of_the_client);
    let Some(shown) = shown else {
        let is_needed = parameter["required"] == true && !is_header_of_the_client;
        return if is_needed { Err(format!("the document shows no value of `{name}`")) } else { Ok(None) };
    };
    let other = || format!("the document shows a value of `{name}` that is no text");
    let text = |value: &Value| match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(_) | Value::Bool(_) => Ok(value.to_string()),
        _ => Err(other()),
    };
    match shown {
        Value::Array(items) if parameter.get("style").is_none() && parameter["explode"] != false => {
            items.iter().map(text).collect::<Result<_, _>>().map(Some)
        }
        value => Ok(Some(vec![text(value)?])),
    }
}

/// What is shown of a parameter or a body: an example of its own, or else of its schema, or the value that it has where
/// nothing is sent.
fn example<'a>(document: &'a Value, holder: &'a Value) -> Option<&'a Value> {
    let first = || resolve(document, holder.get("examples")?.as_object()?.values().next()?)?.get("value");
    let schema = || resolve(document, holder.get("schema")?);
    holder
        .get("example")
        .or_else(first)
        .or_else(|| schema()?.get("example"))
        .or_else(|| schema()?.get("default"))
        .or_else(|| schema()?.pointer("/enum/0"))
}

fn shown_body(document: &Value, operation: &Value) -> Result<Option<String>, String> {
    let Some(body) = operation.get("requestBody").and_then(|body| resolve(document, body)) else { return Ok(None) };
    let chosen = body::choose(body).filter(|chosen| is_json(chosen.media_type));
    let shown = chosen.and_then(|chosen| example(document, &body["content"][chosen.media_type]));
    match shown {
        Some(shown) => Ok(Some(shown.to_string())),
        None if body["required"] == true => Err("the document shows no JSON body of the request".to_owned()),
        None => Ok(None),
    }
}

fn encoded(text: &str) -> String {
    /// All but what stands for itself wherever it is (RFC 3986, section 2.3).
    const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    utf8_percent_encode(text, RESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Request;
    use crate::recorded::Operations;

    #[test]
    fn parameters_go_where_the_document_has_them() {
        let document = json!({
            "servers": [{"url": "https://api.example.org/v1"}],
            "paths": {"/a/{id}": {"get": {"parameters": [
                {"name": "id", "in": "path", "required": true, "example": "b/c"},
                {"name": "q", "in": "query", "example": "d e"},
                {"name": "X-Kind", "in": "header", "example": "f"},
                {"name": "left-out", "in": "header"},
                {"name": "Authorization", "in": "header", "required": true, "example": "secret"},
            ]}}},
        });
        let operations = Operations::of(&document);
        let operation = operations.only().unwrap();
        let shown = Request::shown(&document, operation, None).unwrap();
        assert_eq!(shown.url, "https://api.example.org/v1/a/b%2Fc?q=d%20e");
        assert_eq!(shown.headers, [("X-Kind".to_owned(), "f".to_owned())]);
        let moved = Request::shown(&document, operation, Some("http://127.0.0.1:7/")).unwrap();
        assert_eq!(moved.url, "http://127.0.0.1:7/v1/a/b%2Fc?q=d%20e");
    }

    #[test]
    fn a_path_may_have_a_query() {
        let document = json!({
            "servers": [{"url": "https://api.example.org"}],
            "paths": {"/a?x=1&y={y}": {"get": {"parameters": [{"name": "y", "in": "query", "example": "&"}]}}},
        });
        let operations = Operations::of(&document);
        let shown = Request::shown(&document, operations.only().unwrap(), None).unwrap();
        assert_eq!(shown.url, "https://api.example.org/a?x=1&y=%26");
    }
}
