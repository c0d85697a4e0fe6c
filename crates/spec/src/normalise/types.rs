//! Corrects the types of schemas that contradict themselves, or use words of other specifications.

use serde_json::{Map, Value, json};

use super::structure::{At, Kind, walk};
use crate::Diagnostic;
use crate::schema::json_type::{TYPES, is_of};

/// Rewrites types in place, and reports what cannot be understood or is lost.
pub(super) fn correct(document: &mut Value) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    walk(document, &mut |kind: Kind, schema: &mut Map<String, Value>, at: &At<'_>| {
        if kind == Kind::Schema && !schema.contains_key("$ref") {
            diagnostics.extend(spelling(schema, at));
            diagnostics.extend(flag(schema, at));
            diagnostics.extend(empty_combinators(schema, at));
            diagnostics.extend(null(schema, at));
            only_choice(schema);
            diagnostics.extend(contradiction(schema, at));
            diagnostics.extend(values(schema, at));
            diagnostics.extend(default(schema, at));
        }
    });
    diagnostics
}

/// `String` is meant to be `string`; `any` and `file` are words of older specifications.
fn spelling(schema: &mut Map<String, Value>, at: &At<'_>) -> Option<Diagnostic> {
    let declared = schema.get("type")?.as_str()?.to_owned();
    if TYPES.contains(&declared.as_str()) {
        return None;
    }
    let meant = declared.trim().to_ascii_lowercase();
    let reading = match meant.as_str() {
        "any" => {
            schema.shift_remove("type");
            "any value".to_owned()
        }
        "file" => {
            schema.insert("type".to_owned(), json!("string"));
            schema.insert("format".to_owned(), json!("binary"));
            "binary data".to_owned()
        }
        meant if TYPES.contains(&meant) => {
            schema.insert("type".to_owned(), json!(meant));
            format!("`{meant}`")
        }
        _ => {
            let error = Diagnostic::error("schema-type", at.child("type"), format!("`{declared}` is not a type"));
            return Some(error.help(format!("use one of {}", TYPES.join(", "))));
        }
    };
    let message = format!("`{declared}` is not a type: it is read as {reading}");
    Some(Diagnostic::warning("schema-type", at.child("type"), message).help("correct the type in the overlay"))
}

/// `required: true` in a property was legal in JSON Schema 3.
fn flag(schema: &mut Map<String, Value>, at: &At<'_>) -> Option<Diagnostic> {
    if !schema.get("required")?.is_boolean() {
        return None;
    }
    schema.shift_remove("required");
    let message = "`required` in a property has no effect: the property is optional";
    let warning = Diagnostic::warning("required-flag", at.child("required"), message);
    Some(warning.help("list the property's name in `required` of the object, if it is always there"))
}

fn empty_combinators(schema: &mut Map<String, Value>, at: &At<'_>) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for keyword in ["allOf", "oneOf", "anyOf"] {
        if !schema.get(keyword).and_then(Value::as_array).is_some_and(Vec::is_empty) {
            continue;
        }
        schema.shift_remove(keyword);
        let message = format!("`{keyword}` is empty and is left out");
        let warning = Diagnostic::warning("empty-combinator", at.child(keyword), message);
        diagnostics.push(warning.help("list the schemas, or remove the keyword in the overlay"));
    }
    diagnostics
}

/// A choice of something or `null` is how later specifications say `nullable`.
fn null(schema: &mut Map<String, Value>, at: &At<'_>) -> Option<Diagnostic> {
    let keyword = ["oneOf", "anyOf"].into_iter().find(|keyword| {
        let branches = schema.get(*keyword).and_then(Value::as_array);
        branches.is_some_and(|branches| branches.len() > 1 && branches.iter().any(is_null))
    })?;
    let branches = schema.get_mut(keyword)?.as_array_mut()?;
    branches.retain(|branch| !is_null(branch));
    // A choice of nothing but null says nothing.
    if branches.is_empty() {
        schema.shift_remove(keyword);
    }
    schema.insert("nullable".to_owned(), json!(true));
    let message = format!("`type: 'null'` is not OpenAPI 3.0: the rest of `{keyword}` is read as nullable");
    let warning = Diagnostic::warning("null-type", at.child(keyword), message);
    Some(warning.help("say `nullable: true` in the overlay"))
}

fn is_null(schema: &Value) -> bool {
    schema.get("type").and_then(Value::as_str) == Some("null")
}

/// A choice of a single schema is that schema.
fn only_choice(schema: &mut Map<String, Value>) {
    for keyword in ["oneOf", "anyOf"] {
        let is_only = schema.get(keyword).and_then(Value::as_array).is_some_and(|branches| branches.len() == 1);
        if is_only
            && !schema.contains_key("allOf")
            && let Some(only) = schema.shift_remove(keyword)
        {
            schema.insert("allOf".to_owned(), only);
        }
    }
}

/// A string with properties is neither: nothing can be said about its values.
fn contradiction(schema: &mut Map<String, Value>, at: &At<'_>) -> Option<Diagnostic> {
    let declared = schema.get("type")?.as_str()?.to_owned();
    let filled = |key: &str| schema.get(key).and_then(Value::as_object).is_some_and(|property| !property.is_empty());
    let other = match declared.as_str() {
        "object" => filled("items").then_some("items"),
        "array" => filled("properties").then_some("properties"),
        _ => ["properties", "items"].into_iter().find(|key| filled(key)),
    }?;
    for keyword in ["type", "properties", "items", "required", "additionalProperties"] {
        schema.shift_remove(keyword);
    }
    let message = format!("`type: {declared}` contradicts `{other}`: any value is accepted");
    Some(Diagnostic::warning("schema-type", at.child("type"), message).help("remove one of them in the overlay"))
}

/// An `enum` of other values than its type allows says that the type is wrong, or the values are.
fn values(schema: &mut Map<String, Value>, at: &At<'_>) -> Option<Diagnostic> {
    let declared = schema.get("type")?.as_str()?.to_owned();
    let odd = schema.get("enum")?.as_array()?.iter().find(|value| !value.is_null() && !is_of(value, &declared))?;
    let message = format!("{odd} is not of type `{declared}`: any value is accepted");
    schema.shift_remove("type");
    schema.shift_remove("enum");
    Some(
        Diagnostic::warning("enum-type", at.child("enum"), message)
            .help("correct the type or the values in the overlay"),
    )
}

fn default(schema: &mut Map<String, Value>, at: &At<'_>) -> Option<Diagnostic> {
    let declared = schema.get("type")?.as_str()?;
    let value = schema.get("default").filter(|value| !value.is_null() && !is_of(value, declared))?;
    let message = format!("the default {value} is not of type `{declared}`");
    Some(
        Diagnostic::warning("default-type", at.child("default"), message)
            .help("correct the type or the default in the overlay"),
    )
}
