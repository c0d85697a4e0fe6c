//! Lists of types, `null`, and constants.

use serde_json::{Map, Value, json};

use super::schema::Site;
use crate::schema::json_type::{TYPES, is_of};

/// Formats of numbers.
const NUMBERS: [&str; 8] = ["int8", "int16", "int32", "int64", "uint32", "uint64", "float", "double"];

/// A constant is the only value of an enumeration.
pub(super) fn constant(site: &mut Site<'_, '_>) {
    let Some(constant) = site.take("const") else { return };
    if !site.has("type") {
        match &constant {
            Value::Null => {}
            Value::Bool(_) => site.put("type", "boolean"),
            Value::String(_) => site.put("type", "string"),
            Value::Number(number) => site.put("type", if number.is_f64() { "number" } else { "integer" }),
            Value::Array(_) | Value::Object(_) => {}
        }
    }
    if constant.is_null() {
        site.put("nullable", true);
    }
    let place = match site.schema.get("enum").and_then(Value::as_array) {
        // What no value can be, it says as well.
        Some(listed) if !listed.contains(&constant) => {
            let Some(part) = site.add_part(json!({"enum": [constant]})) else { return };
            format!("{part}/enum")
        }
        _ => {
            site.put("enum", json!([constant]));
            "/enum".to_owned()
        }
    };
    site.moved(&place, "/const");
}

/// A list of types in OpenAPI 3.0, which has none.
pub(super) fn of_earlier(site: &mut Site<'_, '_>) {
    if site.schema.get("type").is_some_and(Value::is_array) && !site.has("$ref") && kinds(site).is_some() {
        let message = "a list of types is of OpenAPI 3.1, and read as it is there".to_owned();
        site.warn("type-list", "type", message, "say `nullable: true` for null, and `oneOf` for others");
        types(site);
    }
}

/// The types that a schema lists, each once, and whether null is among them. Nothing where something else is.
fn kinds(site: &Site<'_, '_>) -> Option<(Vec<&'static str>, bool)> {
    let listed = match site.schema.get("type")? {
        Value::String(kind) if kind == "null" => return Some((Vec::new(), true)),
        Value::Array(listed) if !listed.is_empty() => listed,
        _ => return None,
    };
    let (mut kinds, mut has_null) = (Vec::new(), false);
    for kind in listed {
        let kind = kind.as_str()?;
        match TYPES.iter().find(|known| **known == kind) {
            Some(kind) if !kinds.contains(kind) => kinds.push(*kind),
            Some(_) => {}
            None if kind == "null" => has_null = true,
            None => return None,
        }
    }
    if kinds.contains(&"number") {
        kinds.retain(|kind| *kind != "integer");
    }
    Some((kinds, has_null))
}

/// `[string, null]` is a `string` that is nullable; several types are alternatives, each with what is said of its values.
pub(super) fn types(site: &mut Site<'_, '_>) {
    let Some((kinds, has_null)) = kinds(site) else { return };
    let lists_null = |values: &Value| values.as_array().is_none_or(|values| values.contains(&Value::Null));
    if has_null && site.schema.get("enum").is_none_or(lists_null) {
        site.put("nullable", true);
    }
    match kinds.as_slice() {
        [] => {
            site.take("type");
            if !site.has("enum") {
                site.put("enum", json!([null]));
                site.moved("/enum", "/type");
            }
        }
        [kind] => site.put("type", *kind),
        // Five of them, as an integer is a number.
        kinds if kinds.len() == TYPES.len() - 1 && has_null && kinds.contains(&"number") => {
            site.take("type");
            site.take("nullable");
        }
        kinds => split(site, kinds),
    }
}

/// Makes alternatives of several types.
fn split(site: &mut Site<'_, '_>, kinds: &[&'static str]) {
    site.take("type");
    let listed = site.take("enum");
    let mut branches: Vec<(Map<String, Value>, Vec<String>)> = Vec::new();
    for kind in kinds {
        let mut branch = Map::from_iter([("type".to_owned(), json!(kind))]);
        let mut moved = Vec::new();
        if let Some(Value::Array(values)) = &listed {
            let own: Vec<&Value> = values.iter().filter(|value| is_of(value, kind)).collect();
            if own.is_empty() {
                continue;
            }
            branch.insert("enum".to_owned(), json!(own));
            moved.push("enum".to_owned());
        }
        let own: Vec<String> = site.schema.keys().filter(|keyword| is_about(site, keyword, kind)).cloned().collect();
        for keyword in own {
            // A format may speak of more than one of them: digits in a text are an integer, too.
            let value = if keyword == "format" { site.schema.get("format").cloned() } else { site.take(&keyword) };
            if let Some(value) = value {
                branch.insert(keyword.clone(), value);
                moved.push(keyword);
            }
        }
        branches.push((branch, moved));
    }
    if branches.iter().any(|(branch, _)| branch.contains_key("format")) {
        site.take("format");
    }
    // No value of these types is listed: null may be.
    if branches.is_empty() {
        if let Some(listed) = listed {
            site.put("enum", listed);
        }
        return;
    }
    if let [(branch, _)] = branches.as_mut_slice() {
        site.schema.append(branch);
        return;
    }
    let is_free = !site.has("oneOf") && !site.has("anyOf");
    let (alternatives, moved): (Vec<Value>, Vec<Vec<String>>) =
        branches.into_iter().map(|(branch, moved)| (Value::Object(branch), moved)).unzip();
    let place = if is_free {
        site.put("oneOf", alternatives);
        "/oneOf".to_owned()
    } else {
        let Some(part) = site.add_part(json!({ "oneOf": alternatives })) else { return };
        format!("{part}/oneOf")
    };
    site.moved(&place, "/type");
    for (index, keywords) in moved.iter().enumerate() {
        site.moved(&format!("{place}/{index}/type"), "/type");
        for keyword in keywords {
            site.moved(&format!("{place}/{index}/{keyword}"), &format!("/{keyword}"));
        }
    }
}

/// Whether a keyword says something of values of one type alone.
fn is_about(site: &Site<'_, '_>, keyword: &str, kind: &str) -> bool {
    let is_number = || site.text("format").is_some_and(|format| NUMBERS.contains(&format));
    let unevaluated = ["unevaluatedItems", "unevaluatedProperties"].contains(&keyword);
    // What is evaluated depends on what stands beside it.
    if unevaluated && super::conditions::is_composed(site.schema) {
        return false;
    }
    let about: &[&str] = match kind {
        "string" => {
            &["format", "minLength", "maxLength", "pattern", "contentEncoding", "contentMediaType", "contentSchema"]
        }
        "integer" | "number" if keyword == "format" => return is_number(),
        "integer" | "number" => &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
        "array" => &OF_ARRAYS,
        "object" => &OF_OBJECTS,
        _ => &[],
    };
    about.contains(&keyword)
}

/// What is said of lists alone.
const OF_ARRAYS: [&str; 9] = [
    "items",
    "prefixItems",
    "contains",
    "minContains",
    "maxContains",
    "minItems",
    "maxItems",
    "uniqueItems",
    "unevaluatedItems",
];

/// What is said of objects alone.
const OF_OBJECTS: [&str; 10] = [
    "properties",
    "required",
    "additionalProperties",
    "patternProperties",
    "propertyNames",
    "minProperties",
    "maxProperties",
    "dependentRequired",
    "dependentSchemas",
    "unevaluatedProperties",
];
