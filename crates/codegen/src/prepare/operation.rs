//! Reduces operations to parameters of scalars and lists, and one body.

use keyapi_spec::document::OperationKey;
use keyapi_spec::document::body::{Chosen, Encoding, choose, xml_body};
use keyapi_spec::document::extension;
use keyapi_spec::document::parameter::{self, ParameterType, Serialization, Style, parameter_type};
use keyapi_spec::document::response;
use serde_json::{Map, Value, json};

use super::by_status::{self, ByStatus};
use super::responses::{or_null, responses, without_body};
use super::schema::{Schemas, Use, without_null};
use super::{COOKIE, ITEM, SPREAD, WITHOUT_BODY, XML, XML_BODY, path};
use crate::docs;

/// The parameter that says which media type a body has, where the document does not.
pub(crate) const CONTENT_TYPE: &str = "content-type";

/// The name by which a parameter goes in the generated code.
pub(crate) fn rust_name(parameter: &Value) -> &str {
    let text = |key: &str| parameter.get(key).and_then(Value::as_str);
    text(extension::RUST_NAME).or_else(|| text("name")).unwrap_or_default()
}

/// The path, the operation under it, and the types of which the status of its responses chooses.
pub(super) fn prepare(
    schemas: &Schemas<'_>,
    key: &OperationKey,
    operation: &Value,
) -> (String, Value, [Option<ByStatus>; 2]) {
    let parameters = operation.get("parameters").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let renamed = path::for_generator(&key.path, |name| {
        let parameter = parameters.iter().find(|parameter| parameter["in"] == "path" && parameter["name"] == name);
        parameter.map_or(name, |parameter| rust_name(parameter)).to_owned()
    });
    let mut prepared = Map::new();
    for text in ["summary", "description"] {
        if let Some(value) = operation.get(text).and_then(Value::as_str).filter(|text| !text.trim().is_empty()) {
            prepared.insert(text.to_owned(), json!(docs::comment(value)));
        }
    }
    prepared.insert("operationId".to_owned(), operation.get("operationId").cloned().unwrap_or_default());
    let mut all: Vec<Value> = parameters.iter().map(|found| parameter(schemas, found)).collect();
    all.extend(operation.get("requestBody").and_then(content_type));
    prepared.insert("parameters".to_owned(), json!(all));
    if let Some(body) = operation.get("requestBody").and_then(|found| body(schemas, found)) {
        prepared.insert("requestBody".to_owned(), body);
    }
    let xml = operation.get("requestBody").and_then(|found| xml_body(schemas.document, found));
    if let Some((_, schema)) = xml {
        prepared.insert(XML_BODY.to_owned(), given(schemas, schema));
    }
    let documented = response::Responses::of(&key.method, operation);
    let item = response::stream(schemas.document, &documented, operation).and_then(|stream| stream.item);
    if let Some(item) = item {
        prepared.insert(ITEM.to_owned(), schemas.schema(item, Use::RESPONSE));
    }
    let xml = response::xml(schemas.document, &documented, operation);
    if let Some((_, schema)) = xml {
        let schema = schemas.schema(schema, Use::RESPONSE);
        let may_be_empty = documented.successes.iter().any(|(_, content)| *content == response::Content::Empty);
        prepared.insert(XML.to_owned(), if may_be_empty { or_null(schema) } else { schema });
    }
    let by_status = by_status::of_operation(schemas, key, &documented, operation);
    prepared.insert("responses".to_owned(), responses(schemas, &documented, operation, &by_status));
    prepared.insert(WITHOUT_BODY.to_owned(), without_body(&documented));
    (renamed, Value::Object(prepared), by_status)
}

fn parameter(schemas: &Schemas<'_>, found: &Value) -> Value {
    let schema = match parameter_type(schemas.document, found) {
        ParameterType::Scalar(scalar) => json!({ "type": scalar }),
        ParameterType::List(scalar) => json!({"type": "array", "items": {"type": scalar}}),
        ParameterType::ListOfOthers => json!({"type": "array", "items": {"type": "string"}}),
        ParameterType::Object | ParameterType::Json => value(schemas, parameter::schema(found)),
        ParameterType::Other => json!({"type": "string"}),
    };
    let is_cookie = found["in"] == "cookie";
    let mut prepared = json!({
        "name": rust_name(found),
        // The generator has no cookies, which are a header once they are written.
        "in": if is_cookie { json!("header") } else { found["in"].clone() },
        "required": found["required"] == true,
        "schema": schema,
    });
    if is_cookie {
        prepared[COOKIE] = json!(true);
    }
    if is_spread(schemas, found) {
        prepared[SPREAD] = json!(true);
    }
    if let Some(description) = found.get("description").and_then(Value::as_str).filter(|text| !text.trim().is_empty()) {
        prepared["description"] = json!(docs::line(description));
    }
    prepared
}

/// Whether the values of a parameter of the query are sent under names of their own, and none under that of the parameter.
fn is_spread(schemas: &Schemas<'_>, found: &Value) -> bool {
    let Serialization { style, explode } = Serialization::of(found);
    found["in"] == "query"
        && match parameter_type(schemas.document, found) {
            ParameterType::Object => style == Style::DeepObject || (style == Style::Form && explode),
            ParameterType::List(_) | ParameterType::ListOfOthers => style == Style::DeepObject,
            _ => false,
        }
}

/// The type of a parameter. One that is not given is not sent, so the type itself need not be optional.
fn value(schemas: &Schemas<'_>, schema: Option<&Value>) -> Value {
    let mut value = schema.map_or_else(|| json!({}), |schema| schemas.schema(schema, Use::REQUEST));
    if let Some(object) = value.as_object_mut() {
        object.shift_remove("description");
    }
    without_null(value)
}

/// The media type of a body that tells it itself, as a parameter.
fn content_type(body: &Value) -> Option<Value> {
    choose(body).filter(Chosen::is_told_by_body)?;
    let description = docs::line("The media type of the body.");
    let required = body["required"] == true;
    Some(json!({
        "name": CONTENT_TYPE, "in": "header", "required": required, "schema": {"type": "string"}, "description": description,
    }))
}

fn body(schemas: &Schemas<'_>, found: &Value) -> Option<Value> {
    let chosen = choose(found)?;
    let schema = || match found["content"][chosen.media_type].get("schema") {
        Some(schema) => given(schemas, schema),
        None => json!({}),
    };
    let content = match chosen.encoding {
        Encoding::Json => json!({"application/json": {"schema": schema()}}),
        Encoding::Form => json!({"application/x-www-form-urlencoded": {"schema": schema()}}),
        Encoding::Bytes if chosen.media_type == "text/plain" => json!({"text/plain": {"schema": {"type": "string"}}}),
        Encoding::Bytes | Encoding::Multipart => {
            json!({"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}})
        }
    };
    Some(json!({"required": true, "content": content}))
}

/// The schema of a body that callers give.
fn given(schemas: &Schemas<'_>, schema: &Value) -> Value {
    let mut schema = schemas.schema(schema, Use::REQUEST);
    // A body that is not given is not sent, so the type itself need not be optional.
    if let Some(object) = schema.as_object_mut() {
        object.shift_remove("nullable");
    }
    schema
}
