//! Reduces responses to one type for each of success and error.

use keyapi_spec::document::body::json_content;
use keyapi_spec::document::operations;
use keyapi_spec::document::response::{Content, Responses as Documented};
use serde_json::{Map, Value, json};

use super::by_status::{BY_STATUS, ByStatus};
use super::schema::{Schemas, Use};

/// The prepared document with one raw body for all responses of an operation, for a runtime that reads them itself.
pub(crate) fn with_raw_responses(mut prepared: Value) -> Value {
    for key in operations(&prepared) {
        if let Some(operation) = prepared.pointer_mut(&key.pointer) {
            operation["responses"] = json!({"default": {"description": "", "content": bytes()}});
        }
    }
    prepared
}

/// The responses that the generator decodes; see [`crate::generate`] for those that it cannot tell apart.
///
/// `by_status` are the types of successes and of errors of which the status chooses.
pub(super) fn responses(
    schemas: &Schemas<'_>,
    documented: &Documented<'_>,
    operation: &Value,
    by_status: &[Option<ByStatus>; 2],
) -> Value {
    let mut prepared = Map::new();
    let found = &operation["responses"];
    let has = |list: &[(&str, Content)], wanted| list.iter().any(|(_, content)| *content == wanted);

    let [success_by_status, error_by_status] = by_status;
    let success = if has(&documented.successes, Content::Bytes) {
        Some(bytes())
    } else if let Some(by_status) = success_by_status {
        Some(by_status.content())
    } else {
        let may_be_empty = has(&documented.successes, Content::Empty);
        first_json(&documented.successes, found).map(|schema| json(schemas, schema, may_be_empty))
    };
    for (status, content) in &documented.successes {
        let mark = success_by_status.as_ref().and_then(|by_status| by_status.mark(status));
        match &success {
            Some(_) if mark.is_none() && *content == Content::Empty && !has(&documented.successes, Content::Bytes) => {}
            success => insert(&mut prepared, documented, status, true, response(success.clone(), mark)),
        }
    }

    let first_error = || first_json(&documented.errors, found).map(|schema| json(schemas, schema, false));
    let json_error = error_by_status.as_ref().map(ByStatus::content).or_else(first_error);
    for (status, content) in &documented.errors {
        let mark = error_by_status.as_ref().and_then(|by_status| by_status.mark(status));
        match (&json_error, content) {
            (Some(error), Content::Json) => {
                insert(&mut prepared, documented, status, false, response(Some(error.clone()), mark))
            }
            (Some(_), _) => {}
            (None, _) if has(&documented.errors, Content::Bytes) => {
                insert(&mut prepared, documented, status, false, response(Some(bytes()), None))
            }
            (None, _) => insert(&mut prepared, documented, status, false, response(None, None)),
        }
    }
    Value::Object(prepared)
}

/// The responses without a body, which the generator's client has no arm of its own for beside others that have one.
pub(super) fn without_body(documented: &Documented<'_>) -> Value {
    let all = documented.successes.iter().chain(&documented.errors);
    let empty = all.filter(|(status, content)| *content == Content::Empty && *status != "default");
    empty.map(|(status, _)| (status.to_ascii_uppercase(), response(None, None))).collect()
}

fn response(content: Option<Value>, mark: Option<Value>) -> Value {
    let mut response = json!({"description": ""});
    for (property, value) in [("content", content), (BY_STATUS, mark)] {
        if let Some(value) = value {
            response[property] = value;
        }
    }
    response
}

/// Puts a response into the list. `default` stands for all classes of errors that are not documented, or for all successes.
fn insert(
    prepared: &mut Map<String, Value>,
    documented: &Documented<'_>,
    status: &str,
    success: bool,
    response: Value,
) {
    let status = status.to_ascii_uppercase();
    let statuses: &[&str] = match (status.as_str(), success) {
        ("DEFAULT", true) => &["2XX"],
        ("DEFAULT", false) => &["4XX", "5XX"],
        (status, _) => &[status],
    };
    let is_documented = |class: &str| documented.errors.iter().any(|(other, _)| other.eq_ignore_ascii_case(class));
    for class in statuses.iter().filter(|class| **class == status || !is_documented(class)) {
        prepared.insert((*class).to_owned(), response.clone());
    }
}

fn first_json<'a>(documented: &[(&str, Content)], found: &'a Value) -> Option<&'a Map<String, Value>> {
    let (status, _) = documented.iter().find(|(_, content)| *content == Content::Json)?;
    Some(json_content(&found[*status])?.1)
}

/// The content of a body that is JSON.
pub(super) fn json(schemas: &Schemas<'_>, media: &Map<String, Value>, may_be_empty: bool) -> Value {
    let mut schema = media.get("schema").map_or_else(|| json!({}), |schema| schemas.schema(schema, Use::RESPONSE));
    if may_be_empty && schema != json!({}) {
        schema = or_null(schema);
    }
    json!({"application/json": {"schema": schema}})
}

/// The schema of a body that need not be there.
pub(super) fn or_null(mut schema: Value) -> Value {
    match schema.get("$ref") {
        Some(_) => json!({"nullable": true, "allOf": [schema]}),
        None => {
            schema["nullable"] = json!(true);
            schema
        }
    }
}

fn bytes() -> Value {
    json!({"application/octet-stream": {}})
}
