//! Conditions that OpenAPI 3.0 has no words for.

use serde_json::{Map, Value, json};

use super::schema::Site;

/// Whether other schemas speak of the same value, so that what they evaluate depends on it.
pub(super) fn is_composed(schema: &Map<String, Value>) -> bool {
    ["allOf", "anyOf", "oneOf", "$ref", "$dynamicRef", "if", "then", "else", "not", "dependentSchemas"]
        .iter()
        .any(|keyword| schema.contains_key(*keyword))
}

/// Keeps them aside, and takes out those that say nothing.
pub(super) fn conditions(site: &mut Site<'_, '_>) {
    branches(site);
    elements(site);
    for keyword in ["propertyNames", "dependentRequired", "dependentSchemas"] {
        if site.schema.get(keyword).is_some_and(|value| says_nothing(keyword, value)) {
            site.take(keyword);
        }
        site.keep_aside(keyword);
    }
}

/// `if` says something only together with `then` or `else`.
fn branches(site: &mut Site<'_, '_>) {
    if site.has("if") && (site.has("then") || site.has("else")) {
        site.keep_aside("if");
        for keyword in ["then", "else"] {
            if let Some(branch) = site.take(keyword) {
                site.keep(keyword, branch);
            }
        }
    } else {
        for keyword in ["if", "then", "else"] {
            site.take(keyword);
        }
    }
}

/// How often `contains` has to hold says something only beside it.
fn elements(site: &mut Site<'_, '_>) {
    let is_optional = site.schema.get("minContains") == Some(&json!(0)) && !site.has("maxContains");
    if is_optional {
        site.take("contains");
    }
    let contains = site.has("contains");
    site.keep_aside("contains");
    for keyword in ["minContains", "maxContains"] {
        if let Some(count) = site.take(keyword).filter(|_| contains) {
            site.keep(keyword, count);
        }
    }
}

fn says_nothing(keyword: &str, value: &Value) -> bool {
    match (keyword, value) {
        ("propertyNames", value) => [json!(true), json!({}), json!({"type": "string"})].contains(value),
        (_, Value::Object(all)) => all.is_empty(),
        _ => false,
    }
}
