//! What the inference needs to know of a schema that the document declares.

use serde_json::{Map, Value};

use super::rounded::Rounded;
use crate::convert::BEYOND;
use crate::document::resolve;
use crate::schema::json_type::noun;

/// A JSON object.
pub(crate) type Object = Map<String, Value>;

/// Keys that describe a schema without saying anything about the values.
const ANNOTATIONS: [&str; 11] = [
    "default",
    "deprecated",
    "description",
    "example",
    "examples",
    "externalDocs",
    "nullable",
    "readOnly",
    "title",
    "writeOnly",
    "xml",
];

/// Keys beside `type: object` that say what the properties are.
const OBJECT_KEYS: [&str; 6] = ["additionalProperties", "allOf", "anyOf", "oneOf", "not", "enum"];

/// Whether a schema leaves open what its values are made of.
pub(crate) fn is_hole(schema: &Object) -> bool {
    match only_type(schema) {
        Some("object") => {
            let named = schema.get("properties").and_then(Value::as_object).is_some_and(|named| !named.is_empty());
            !named && !OBJECT_KEYS.iter().any(|key| schema.contains_key(*key))
        }
        Some("array") => !schema.contains_key("items"),
        Some(_) => false,
        None => says_nothing(schema),
    }
}

/// The type of a schema; of a list, as OpenAPI 3.1 has it, the only one beside null.
pub(crate) fn only_type(schema: &Object) -> Option<&str> {
    match schema.get("type")? {
        Value::Array(kinds) => {
            let mut kinds = kinds.iter().filter(|kind| *kind != "null");
            let first = kinds.next()?;
            if kinds.next().is_none() { first.as_str() } else { None }
        }
        kind => kind.as_str(),
    }
}

/// Whether a schema is `{}`, but for annotations.
pub(crate) fn says_nothing(schema: &Object) -> bool {
    schema.keys().all(|key| key.starts_with("x-") && key != BEYOND || ANNOTATIONS.contains(&key.as_str()))
}

/// The parts of `allOf`.
pub(crate) fn all_of(schema: &Object) -> &[Value] {
    schema.get("allOf").and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The parts of `allOf` that an example of the whole can tell something about, with their indexes.
///
/// A hole among others is not one of them: nothing says which keys of the example are its own.
pub(crate) fn telling_parts<'a>(document: &'a Value, schema: &'a Object) -> Vec<(usize, &'a Value)> {
    let parts = all_of(schema);
    let alone = parts.len() == 1 && !schema.contains_key("properties");
    let telling = |part| alone || !resolves_to_hole(document, part);
    parts.iter().enumerate().filter(|(_, part)| telling(part)).collect()
}

/// Whether another part of the same `allOf` declares what this part leaves open about a property: the usual way to say
/// what the payload of a common envelope is.
pub(crate) fn is_refined(document: &Value, whole: &Object, key: &str, declared: &Value) -> bool {
    let parts = all_of(whole).iter().filter_map(|part| resolve(document, part)?.as_object());
    let others = parts.chain([whole]).filter_map(|part| properties(part)?.get(key));
    resolves_to_hole(document, declared)
        && others.filter(|other| !std::ptr::eq(*other, declared)).any(|other| !resolves_to_hole(document, other))
}

fn resolves_to_hole(document: &Value, schema: &Value) -> bool {
    resolve(document, schema).and_then(Value::as_object).is_some_and(is_hole)
}

/// The schemas of the declared properties of an object.
pub(crate) fn properties(schema: &Object) -> Option<&Object> {
    schema.get("properties").and_then(Value::as_object)
}

/// The schema of the undeclared properties of an object, unless it accepts anything: that is a statement, not a hole.
pub(crate) fn additional_properties(schema: &Object) -> Option<&Value> {
    schema.get("additionalProperties").filter(|values| values.as_object().is_some_and(|values| !says_nothing(values)))
}

/// Whether a schema accepts null beside what else it says.
pub(crate) fn is_nullable(schema: &Object) -> bool {
    let lists_null = |kinds: &Value| kinds.as_array().is_some_and(|kinds| kinds.iter().any(|kind| kind == "null"));
    schema.get("nullable").and_then(Value::as_bool).unwrap_or_default() || schema.get("type").is_some_and(lists_null)
}

/// Why a value is not one of a schema, if its type or its enumeration says so.
pub(crate) fn mismatch(schema: &Object, value: &Value, rounded: &Rounded) -> Option<String> {
    if value.is_null() && is_nullable(schema) {
        return None;
    }
    let declared = only_type(schema);
    let fits = match declared {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("boolean") => value.is_boolean(),
        Some("number") => value.is_number(),
        Some("integer") => value.is_i64() || value.is_u64() || rounded.contains(value),
        _ => true,
    };
    if let (false, Some(declared)) = (fits, declared) {
        return Some(format!("the example has {} where the document declares type {declared}", noun(value)));
    }
    let listed = schema.get("enum").and_then(Value::as_array).is_none_or(|values| values.contains(value));
    (!listed).then(|| "the example has a value that the document does not list".to_owned())
}
