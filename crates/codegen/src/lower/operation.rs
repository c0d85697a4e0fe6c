//! Reduces operations to parameters of scalars and lists, one body, and one type for each of success and error.

use keyapi_spec::body::{Encoding, choose, json_content};
use keyapi_spec::document::OperationKey;
use keyapi_spec::parameter::{ParameterType, parameter_type};
use keyapi_spec::reply::{Replies, Reply};
use serde_json::{Map, Value, json};

use super::path;
use super::schema::{Schemas, Use, without_null};
use crate::docs;

/// The name by which a parameter goes in the generated code.
pub(crate) fn rust_name(parameter: &Value) -> &str {
    let text = |key: &str| parameter.get(key).and_then(Value::as_str);
    text("x-rust-name").or_else(|| text("name")).unwrap_or_default()
}

/// The path and the operation under it.
pub(super) fn lower(schemas: &Schemas<'_>, key: &OperationKey, operation: &Value) -> (String, Value) {
    let parameters = operation.get("parameters").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let renamed = path::rename(&key.path, |name| {
        let parameter = parameters.iter().find(|parameter| parameter["in"] == "path" && parameter["name"] == name);
        parameter.map_or(name, |parameter| rust_name(parameter)).to_owned()
    });
    let mut lowered = Map::new();
    for text in ["summary", "description"] {
        if let Some(value) = operation.get(text).and_then(Value::as_str).filter(|text| !text.trim().is_empty()) {
            lowered.insert(text.to_owned(), json!(docs::comment(value)));
        }
    }
    lowered.insert("operationId".to_owned(), operation.get("operationId").cloned().unwrap_or_default());
    lowered.insert("parameters".to_owned(), parameters.iter().map(|found| parameter(schemas, found)).collect());
    if let Some(body) = operation.get("requestBody").and_then(|found| body(schemas, found)) {
        lowered.insert("requestBody".to_owned(), body);
    }
    lowered.insert("responses".to_owned(), responses(schemas, &Replies::of(&key.method, operation), operation));
    (renamed, Value::Object(lowered))
}

fn parameter(schemas: &Schemas<'_>, found: &Value) -> Value {
    // A header's list is text: headers have no escape for what parts the elements.
    let takes_lists = found["in"] != "header";
    let schema = match parameter_type(schemas.document, found) {
        ParameterType::Scalar(scalar) => json!({ "type": scalar }),
        ParameterType::List(scalar) if takes_lists => json!({"type": "array", "items": {"type": scalar}}),
        ParameterType::ListOfOthers if takes_lists => json!({"type": "array", "items": {"type": "string"}}),
        _ => json!({"type": "string"}),
    };
    let mut lowered = json!({
        "name": rust_name(found),
        "in": found["in"],
        "required": found["required"] == true,
        "schema": schema,
    });
    if let Some(description) = found.get("description").and_then(Value::as_str).filter(|text| !text.trim().is_empty()) {
        lowered["description"] = json!(docs::line(description));
    }
    lowered
}

fn body(schemas: &Schemas<'_>, found: &Value) -> Option<Value> {
    let chosen = choose(found)?;
    let schema = || {
        let mut schema = match found["content"][chosen.media_type].get("schema") {
            Some(schema) => schemas.schema(schema, Use::REQUEST),
            None => json!({}),
        };
        // Nothing is a body that is not sent.
        if let Some(members) = schema.as_object_mut() {
            members.shift_remove("nullable");
        }
        schema
    };
    let content = match chosen.encoding {
        Encoding::Json => json!({"application/json": {"schema": schema()}}),
        Encoding::Form => json!({"application/x-www-form-urlencoded": {"schema": schema()}}),
        Encoding::Bytes if chosen.media_type == "text/plain" => json!({"text/plain": {"schema": {"type": "string"}}}),
        Encoding::Bytes => json!({"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}),
        Encoding::Multipart => return None,
    };
    Some(json!({"required": true, "content": content}))
}

/// The responses that the generator decodes; see [`crate::wire`] for those that it cannot tell apart.
fn responses(schemas: &Schemas<'_>, replies: &Replies<'_>, operation: &Value) -> Value {
    let mut lowered = Map::new();
    let found = &operation["responses"];
    let has = |list: &[(&str, Reply)], wanted| list.iter().any(|(_, reply)| *reply == wanted);

    let success = if has(&replies.successes, Reply::Bytes) {
        Some(bytes())
    } else {
        let may_be_empty = has(&replies.successes, Reply::Empty);
        first_json(&replies.successes, found).map(|schema| json(schemas, schema, may_be_empty))
    };
    for (status, reply) in &replies.successes {
        match &success {
            Some(_) if *reply == Reply::Empty && !has(&replies.successes, Reply::Bytes) => {}
            success => insert(&mut lowered, replies, status, true, success.clone()),
        }
    }

    let json_error = first_json(&replies.errors, found).map(|schema| json(schemas, schema, false));
    for (status, reply) in &replies.errors {
        match (&json_error, reply) {
            (Some(error), Reply::Json) => insert(&mut lowered, replies, status, false, Some(error.clone())),
            (Some(_), _) => {}
            (None, _) if has(&replies.errors, Reply::Bytes) => {
                insert(&mut lowered, replies, status, false, Some(bytes()))
            }
            (None, _) => insert(&mut lowered, replies, status, false, None),
        }
    }
    Value::Object(lowered)
}

/// Puts a response into the list. `default` stands for all classes of errors that are not documented, or for all successes.
fn insert(
    lowered: &mut Map<String, Value>,
    replies: &Replies<'_>,
    status: &str,
    success: bool,
    content: Option<Value>,
) {
    let mut response = json!({"description": ""});
    if let Some(content) = content {
        response["content"] = content;
    }
    let status = status.to_ascii_uppercase();
    let statuses: &[&str] = match (status.as_str(), success) {
        ("DEFAULT", true) => &["2XX"],
        ("DEFAULT", false) => &["4XX", "5XX"],
        (status, _) => &[status],
    };
    let is_documented = |class: &str| replies.errors.iter().any(|(other, _)| other.eq_ignore_ascii_case(class));
    for class in statuses.iter().filter(|class| **class == status || !is_documented(class)) {
        lowered.insert((*class).to_owned(), response.clone());
    }
}

fn first_json<'a>(replies: &[(&str, Reply)], found: &'a Value) -> Option<&'a Map<String, Value>> {
    let (status, _) = replies.iter().find(|(_, reply)| *reply == Reply::Json)?;
    Some(json_content(&found[*status])?.1)
}

fn json(schemas: &Schemas<'_>, media: &Map<String, Value>, may_be_empty: bool) -> Value {
    let mut schema = media.get("schema").map_or_else(|| json!({}), |schema| schemas.schema(schema, Use::ANSWER));
    if may_be_empty && schema != json!({}) {
        schema = match schema.get("$ref") {
            Some(_) => json!({"nullable": true, "allOf": [schema]}),
            None => {
                schema["nullable"] = json!(true);
                schema
            }
        };
    }
    json!({"application/json": {"schema": schema}})
}

fn bytes() -> Value {
    json!({"application/octet-stream": {}})
}

/// Takes out what the httpmock extension is not made for: lists as parameters, parameters that are in a path twice,
/// statuses without a name, and bodies that are a number or a flag or may be null.
pub(super) fn settle_for_httpmock(path: &str, operation: &mut Value) {
    if let Some(parameters) = operation.get_mut("parameters").and_then(Value::as_array_mut) {
        let times = |name: &Value| path.matches(&format!("{{{}}}", name.as_str().unwrap_or_default())).count();
        parameters.retain(|parameter| parameter["in"] != "path" || times(&parameter["name"]) == 1);
        for parameter in parameters.iter_mut().filter(|parameter| parameter["schema"]["type"] == "array") {
            parameter["schema"] = json!({"type": "string"});
        }
    }
    if let Some(body) = operation.get_mut("requestBody") {
        settle_body_for_httpmock(body);
    }
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else { return };
    responses.retain(|status, _| match status.parse::<u16>() {
        Ok(status) => http::StatusCode::from_u16(status).is_ok_and(|status| status.canonical_reason().is_some()),
        Err(_) => true,
    });
    responses.values_mut().for_each(settle_body_for_httpmock);
}

fn settle_body_for_httpmock(holder: &mut Value) {
    let Some(schema) = holder.pointer_mut("/content/application~1json/schema") else { return };
    let is_plain =
        schema.get("type").and_then(Value::as_str).is_some_and(|kind| ["integer", "number", "boolean"].contains(&kind));
    *schema = if is_plain { json!({}) } else { without_null(schema.take()) };
}
