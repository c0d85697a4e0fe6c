//! Reduces the prepared document to what the generator's httpmock extension has support for.

use serde_json::{Map, Value, json};

use super::schema::without_null;
use super::{BY_STATUS, COOKIE, SERVER_PATHS, SPREAD, WITHOUT_BODY, path};

/// The document as the generator gets it for the httpmock extension.
pub(crate) fn for_httpmock(prepared: &Value) -> Value {
    let mut document = prepared.clone();
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else { return document };
    let mut escaped: Map<String, Value> = Map::new();
    for (path, mut item) in std::mem::take(paths) {
        let servers = item.as_object_mut().and_then(|item| item.shift_remove(SERVER_PATHS)).unwrap_or_default();
        for (_, operation) in item.as_object_mut().into_iter().flatten() {
            reduce(&path, operation);
        }
        // It makes a regular expression of the path as it is.
        let servers = servers.as_array().into_iter().flatten().filter_map(Value::as_str);
        let (path, query) = path::query_aside(&path);
        escaped.insert(path::below(servers, &path::escape(path)) + &query, item);
    }
    *paths = escaped;
    document
}

/// Takes out what the httpmock extension is not made for: cookies, parameters that are in a path twice or under other names
/// in a query, statuses without a name, and bodies that are a number or a flag or may be null. Other lists and objects are
/// matched as the text that is sent, and so are forms and bytes, which it would take for JSON.
fn reduce(path: &str, operation: &mut Value) {
    if let Some(parameters) = operation.get_mut("parameters").and_then(Value::as_array_mut) {
        let times = |name: &Value| path.matches(&format!("{{{}}}", name.as_str().unwrap_or_default())).count();
        parameters.retain(|parameter| parameter["in"] != "path" || times(&parameter["name"]) == 1);
        parameters.retain(|parameter| parameter.get(COOKIE).is_none() && parameter.get(SPREAD).is_none());
        let is_scalar = |parameter: &&mut Value| {
            ["string", "integer", "number", "boolean"].iter().any(|scalar| parameter["schema"]["type"] == *scalar)
        };
        for parameter in parameters.iter_mut().filter(|parameter| !is_scalar(parameter)) {
            parameter["schema"] = json!({"type": "string"});
        }
    }
    if let Some(body) = operation.get_mut("requestBody") {
        match body.pointer("/content/application~1json").is_some() {
            true => reduce_body(body),
            false => body["content"] = json!({"text/plain": {"schema": {"type": "string"}}}),
        }
    }
    let without_body = operation.as_object_mut().and_then(|operation| operation.shift_remove(WITHOUT_BODY));
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else { return };
    for (status, response) in without_body.iter().filter_map(Value::as_object).flatten() {
        responses.entry(status).or_insert_with(|| response.clone());
    }
    responses.retain(|status, _| match status.parse::<u16>() {
        Ok(status) => http::StatusCode::from_u16(status).is_ok_and(|status| status.canonical_reason().is_some()),
        Err(_) => true,
    });
    for response in responses.values_mut() {
        // Whoever answers with a status gives what that status has.
        if let Some(mark) = response.get(BY_STATUS).cloned()
            && let Some(response) = response.as_object_mut()
        {
            response.shift_remove("content");
            response.extend(mark.get("content").map(|content| ("content".to_owned(), content.clone())));
        }
        reduce_body(response);
    }
}

fn reduce_body(holder: &mut Value) {
    let Some(schema) = holder.pointer_mut("/content/application~1json/schema") else { return };
    let is_plain =
        schema.get("type").and_then(Value::as_str).is_some_and(|kind| ["integer", "number", "boolean"].contains(&kind));
    *schema = if is_plain { json!({}) } else { without_null(schema.take()) };
}
