//! Checks what the mock server is to send as headers: those of responses, and those that tell when an operation ends.

use serde_json::{Map, Value};

use super::structure::{At, Kind, walk};
use crate::Diagnostic;
use crate::diagnostic::join;
use crate::document::extension;
use crate::document::parameter::kind;
use crate::document::response_header::{content, is_of_the_message, lines};
use crate::document::{operations, resolve, schema_of};
use crate::schema::all_of::flatten;
use crate::schema::date;

/// The extensions of an operation that are dates.
const DATES: [&str; 2] = [extension::SUNSET, extension::DEPRECATED_SINCE];

/// Reports headers that cannot be sent, and dates that are none.
pub(super) fn check(document: &mut Value) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    walk(document, &mut |owner: Kind, object: &mut Map<String, Value>, at: &At<'_>| {
        if owner == Kind::Response {
            let headers = object.get("headers").and_then(Value::as_object).into_iter().flatten();
            found
                .extend(headers.map(|(name, header)| (name.clone(), header.clone(), join(&at.child("headers"), name))));
        }
    });
    let headers = found.into_iter().filter_map(|(name, header, pointer)| {
        let reason = match resolve(document, &header) {
            Some(header) => unsendable(document, &name, header)?,
            None => "what it refers to is missing".to_owned(),
        };
        let message = format!("the mock server does not send `{name}`: {reason}");
        let help = "correct the header in the overlay, or remove it if the API does not send it";
        Some(Diagnostic::warning("response-header", pointer, message).help(help))
    });
    let mut diagnostics: Vec<Diagnostic> = headers.collect();
    for key in operations(document) {
        for name in DATES {
            let Some(value) = document.pointer(&key.pointer).and_then(|operation| operation.get(name)) else {
                continue;
            };
            if value.as_str().and_then(date::seconds).is_none() {
                let message = format!("`{name}` is {value}, and not a date: the mock server does not send it");
                let warning = Diagnostic::warning("not-a-date", join(&key.pointer, name), message);
                diagnostics.push(warning.help("write a date such as `2026-01-31` in the overlay"));
            }
        }
    }
    diagnostics
}

/// Why a header cannot be sent.
fn unsendable(document: &Value, name: &str, header: &Value) -> Option<String> {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || !name.bytes().all(is_token) {
        return Some("a header cannot be called so".to_owned());
    }
    if is_of_the_message(name) {
        return Some("it says how the message itself is sent, which the server does".to_owned());
    }
    let owner = owner(header);
    match (given(document, owner), owner.get("schema")) {
        (Some(value), _) => lines(name, header, &value).err(),
        (None, None) => Some("it has neither a schema nor an example".to_owned()),
        (None, Some(_)) if content(header).is_some() => None,
        (None, Some(schema)) => nested(document, schema).then(|| "its schema is written in no style".to_owned()),
    }
}

/// What has the schema and the examples of a header.
fn owner(header: &Value) -> &Value {
    content(header).map_or(header, |(_, content)| content)
}

/// A value that a document gives for a header.
fn given(document: &Value, owner: &Value) -> Option<Value> {
    let named = owner.get("examples").and_then(Value::as_object).into_iter().flat_map(Map::values);
    let named = named.filter_map(|example| resolve(document, example)?.get("value")).next();
    let schema = owner.get("schema").and_then(|schema| schema_of(document, schema));
    let of_schema = || ["example", "default"].iter().find_map(|keyword| schema?.get(keyword));
    owner.get("example").or(named).or_else(of_schema).cloned()
}

/// Whether a schema is of lists or objects that contain others.
fn nested(document: &Value, schema: &Value) -> bool {
    let Some(schema) = schema_of(document, schema) else { return false };
    let schema = flatten(document, schema).schema;
    let is_nested = |inner: &Value| {
        let inner = schema_of(document, inner).map(|inner| flatten(document, inner).schema);
        inner.is_some_and(|inner| ["object", "array"].contains(&kind(&inner)))
    };
    match kind(&schema) {
        "array" => schema.get("items").is_some_and(is_nested),
        "object" => {
            let properties = schema.get("properties").and_then(Value::as_object);
            properties.into_iter().flat_map(Map::values).any(is_nested)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check_header(header: &Value, expected: Option<&str>) {
        let response = json!({"description": "d", "headers": {"X-A": header}});
        let mut document = json!({"paths": {"/a": {"get": {"responses": {"200": response}}}}, "components": {
            "headers": {"A": {"example": 1}, "B": {"$ref": "#/components/headers/B"}}
        }});
        let found: Vec<String> = check(&mut document).into_iter().map(|found| found.message).collect();
        let expected = expected.map(|reason| format!("the mock server does not send `X-A`: {reason}"));
        assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{header}");
    }

    #[test]
    fn no_header_is_left_out_silently() {
        for missing in ["#/components/headers/C", "#/components/headers/B", "other.json#/A"] {
            check_header(&json!({"$ref": missing}), Some("what it refers to is missing"));
        }
        let unknown = Some("it has neither a schema nor an example");
        for header in [json!({}), json!(5), json!({"description": "d"}), json!({"content": {"text/plain": {}}})] {
            check_header(&header, unknown);
        }
        check_header(&json!({"$ref": "#/components/headers/A"}), None);
        check_header(&json!({"schema": {"type": "string"}}), None);
        check_header(&json!({"content": {"text/plain": {"example": "a"}}}), None);
    }
}
