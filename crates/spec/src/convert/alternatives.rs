//! Alternatives one of which is null, and those that are the values of an enumeration.

use serde_json::{Map, Value, json};

use super::schema::Site;
use crate::document::extension;
use crate::schema::json_type;

/// Null among alternatives is `nullable`, unless what stands beside them does not allow it.
pub(super) fn null(site: &mut Site<'_, '_>) {
    for keyword in ["oneOf", "anyOf"] {
        let Some(Value::Array(all)) = site.schema.get(keyword) else { continue };
        if all.len() < 2 || !all.iter().any(is_null) || all.iter().all(is_null) {
            continue;
        }
        let stays: Vec<bool> = all.iter().map(|schema| !is_null(schema)).collect();
        if let Some(Value::Array(all)) = site.schema.get_mut(keyword) {
            all.retain(|schema| !is_null(schema));
        }
        let indices = stays.iter().enumerate().filter(|(_, stays)| **stays).map(|(index, _)| index);
        for (now, before) in indices.enumerate().filter(|(now, before)| now != before) {
            site.moved(&format!("/{keyword}/{now}"), &format!("/{keyword}/{before}"));
        }
        if allows_null(site.schema) {
            site.put("nullable", true);
        }
        alone(site, keyword);
    }
}

/// The only alternative that is left says what the schema says itself, unless both say something of the same.
fn alone(site: &mut Site<'_, '_>, keyword: &str) {
    let Some([Value::Object(only)]) = site.schema.get(keyword).and_then(Value::as_array).map(Vec::as_slice) else {
        return;
    };
    let is_free = |word: &String| word != "$ref" && (!site.has(word) || ANNOTATIONS.contains(&word.as_str()));
    if !only.keys().all(is_free) {
        return;
    }
    let Some(Value::Array(mut all)) = site.take(keyword) else { return };
    let Some(Value::Object(only)) = all.pop() else { return };
    for (word, value) in only {
        // What is said of the whole comes before what is said of its part.
        if !site.has(&word) {
            site.put(&word, value);
            site.moved(&format!("/{word}"), &format!("/{keyword}/0/{word}"));
        }
    }
}

/// What puts no condition on values.
const ANNOTATIONS: [&str; 8] =
    ["$comment", "default", "deprecated", "description", "example", "examples", "title", "externalDocs"];

/// Whether the type and the values that a schema lists allow null.
fn allows_null(schema: &Map<String, Value>) -> bool {
    let of_type = match schema.get("type") {
        None => true,
        Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind == "null"),
        Some(kind) => kind == "null",
    };
    let of_constant = schema.get("const").is_none_or(Value::is_null);
    of_type
        && of_constant
        && schema.get("enum").and_then(Value::as_array).is_none_or(|values| values.contains(&Value::Null))
}

/// Whether a schema allows null alone.
fn is_null(schema: &Value) -> bool {
    let is_only_null = |value: &Value| value.as_array().is_some_and(|all| all.len() == 1 && all[0].is_null());
    schema.get("type").is_some_and(|kind| kind == "null" || kind == &json!(["null"]))
        || schema.get("const").is_some_and(Value::is_null)
        || schema.get("enum").is_some_and(is_only_null)
}

/// Alternatives that are a constant each, with what it means, are the values of an enumeration.
pub(super) fn listed(site: &mut Site<'_, '_>) {
    for keyword in ["oneOf", "anyOf"] {
        if site.has("enum") || site.has("discriminator") {
            return;
        }
        let Some(values) = site.schema.get(keyword).and_then(values) else { continue };
        let texts = |name: &str| -> Option<Vec<Value>> {
            let all = site.schema.get(keyword)?.as_array()?;
            all.iter().map(|schema| schema.get(name).filter(|text| text.is_string()).cloned()).collect()
        };
        let meanings = texts("description").or_else(|| texts("title"));
        let kinds: Vec<Value> = values.iter().map(|value| json!(json_type::of(value))).collect();
        let allows_null = site.schema.get("nullable").is_some();
        site.take(keyword);
        if !site.has("type") && kinds.iter().all(|kind| *kind == kinds[0]) {
            site.put("type", kinds[0].clone());
        }
        let null = allows_null.then_some(Value::Null);
        let meanings = meanings.filter(|_| !allows_null);
        site.put("enum", values.into_iter().chain(null).collect::<Vec<Value>>());
        site.moved("/enum", &format!("/{keyword}"));
        if let Some(meanings) = meanings {
            site.schema.entry(extension::ENUM_DESCRIPTIONS).or_insert(json!(meanings));
        }
    }
}

/// The constants that all alternatives are, each another one; nothing where an alternative is more than that.
fn values(alternatives: &Value) -> Option<Vec<Value>> {
    const SAID: [&str; 5] = ["const", "title", "description", "type", "$comment"];
    let mut values: Vec<Value> = Vec::new();
    for alternative in alternatives.as_array().filter(|all| (2..=MOST).contains(&all.len()))? {
        let constant = alternative.get("const")?;
        let says_no_more = alternative.as_object()?.keys().all(|keyword| SAID.contains(&keyword.as_str()));
        let fits = alternative.get("type").is_none_or(|said| said.as_str() == json_type::of(constant));
        let is_scalar = constant.is_string() || constant.is_number() || constant.is_boolean();
        if !says_no_more || !fits || !is_scalar || values.contains(constant) {
            return None;
        }
        values.push(constant.clone());
    }
    Some(values)
}

/// So many alternatives are compared with each other.
const MOST: usize = 1000;
