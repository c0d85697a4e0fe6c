//! Forms that are given as the text that they are.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Number, Value};

use crate::document::schema_of;
use crate::schema::all_of::flatten;
use crate::schema::alternatives::kind_of;

/// The properties of a form, as far as one field stands for one scalar, or for one of a list of them. What is written in
/// another style is left out.
pub(crate) fn read(document: &Value, schema: &Value, encodings: Option<&Value>, text: &str) -> Value {
    let flat = |schema: &Value| schema_of(document, schema).map(|schema| flatten(document, schema).schema.into_owned());
    let whole = flat(schema).unwrap_or_default();
    let mut found = Map::new();
    for pair in text.split('&') {
        let (name, value) = field(pair);
        let (name, value) = (decoded(name), decoded(value));
        let Some(property) = whole.get("properties").and_then(|all| flat(all.get(&name)?)) else { continue };
        // Whoever says how it is written may have several of them in one.
        let has_style = encodings.is_some_and(|encodings| encodings.get(&name).is_some());
        let item =
            if kind_of(&property) == "array" && !has_style { property.get("items").and_then(flat) } else { None };
        match (scalar(&property, &value), item.and_then(|item| scalar(&item, &value))) {
            (Some(scalar), _) => _ = found.insert(name, scalar),
            (None, Some(item)) => match found.entry(name).or_insert_with(|| Value::Array(Vec::new())) {
                Value::Array(list) => list.push(item),
                other => *other = item,
            },
            (None, None) => {}
        }
    }
    Value::Object(found)
}

/// A text as a value of a schema, or as the text that it is where it is none; nothing where the schema describes no scalar.
fn scalar(schema: &Value, text: &str) -> Option<Value> {
    let value = match kind_of(schema) {
        "integer" | "number" => text.parse::<Number>().ok().map(Value::Number),
        "boolean" => text.parse().ok().map(Value::Bool),
        "string" => None,
        _ => return None,
    };
    Some(value.unwrap_or_else(|| text.into()))
}

/// The name and the value in a field of a form, or of a query, as they are written there.
pub(crate) fn field(text: &str) -> (&str, &str) {
    text.split_once('=').unwrap_or((text, ""))
}

/// A name or value of a form, or of a query, without percent signs.
pub(crate) fn decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}
