//! What can be sent as a parameter.

use serde_json::Value;

use crate::all_of::flatten;
use crate::document::schema_of;

/// What values a parameter has, as far as they can be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterType {
    /// One of `string`, `integer`, `number` and `boolean`.
    Scalar(&'static str),
    /// A list of such.
    List(&'static str),
    /// A list of anything else.
    ListOfOthers,
    /// An object.
    Object,
    /// Anything else, which is given as text.
    Other,
}

/// Tells what values a parameter of a document has.
pub fn parameter_type(document: &Value, parameter: &Value) -> ParameterType {
    let Some(schema) = parameter.get("schema").and_then(|schema| schema_of(document, schema)) else {
        return ParameterType::Other;
    };
    let schema = flatten(document, schema).schema;
    match kind(&schema) {
        "object" => ParameterType::Object,
        "array" => {
            let items = schema.get("items").and_then(|items| schema_of(document, items));
            match items.and_then(|items| scalar(kind(&flatten(document, items).schema))) {
                Some(scalar) => ParameterType::List(scalar),
                None => ParameterType::ListOfOthers,
            }
        }
        kind => scalar(kind).map_or(ParameterType::Other, ParameterType::Scalar),
    }
}

/// The type of a schema, as it says or implies.
pub fn kind(schema: &Value) -> &str {
    let implied = || match (schema.get("properties"), schema.get("items"), schema.get("enum")) {
        (Some(_), ..) => "object",
        (_, Some(_), _) => "array",
        (.., Some(Value::Array(values))) if !values.is_empty() && values.iter().all(Value::is_string) => "string",
        _ if schema.get("additionalProperties").is_some() => "object",
        _ => "",
    };
    schema.get("type").and_then(Value::as_str).unwrap_or_else(implied)
}

fn scalar(kind: &str) -> Option<&'static str> {
    ["string", "integer", "number", "boolean"].into_iter().find(|scalar| *scalar == kind)
}
