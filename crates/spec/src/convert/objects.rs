//! Objects: properties by patterns of their names, and those that nothing else describes.

use serde_json::{Map, Value, json};

use super::conditions::is_composed;
use super::positions::{holds, is_schema};
use super::schema::Site;
use crate::diagnostic::join;

/// Patterns that every name fits.
const ALL_NAMES: [&str; 9] = ["", "^", ".*", "^.*", ".*$", "^.*$", ".+", "^.+$", "."];

/// Says what properties without a name may be.
pub(super) fn objects(site: &mut Site<'_, '_>) {
    unevaluated(site);
    if let Some(Value::Object(_)) = site.schema.get("patternProperties")
        && let Some(Value::Object(patterns)) = site.take("patternProperties")
        && !patterns.is_empty()
    {
        by_pattern(site, patterns);
    }
}

/// Where nothing else looks at properties, those that are left are all without a name.
fn unevaluated(site: &mut Site<'_, '_>) {
    let Some(rest) = site.schema.get("unevaluatedProperties").filter(|rest| is_schema(rest)) else { return };
    let is_composed = is_composed(site.schema);
    if is_anything(rest) || !is_composed && site.has("additionalProperties") {
        site.take("unevaluatedProperties");
    } else if is_composed {
        site.keep_aside("unevaluatedProperties");
    } else if let Some(rest) = site.take("unevaluatedProperties") {
        site.put("additionalProperties", rest);
        site.moved("/additionalProperties", "/unevaluatedProperties");
    }
}

/// What a pattern says of some names is said of all that have no property.
fn by_pattern(site: &mut Site<'_, '_>, patterns: Map<String, Value>) {
    let is_closed = site.schema.get("additionalProperties") == Some(&Value::Bool(false));
    let is_open = site.schema.get("additionalProperties").is_none_or(is_anything);
    // A copy of each, but of none that has copies in it: they would double with every level.
    let copy = |schema: &Value| if holds(schema, "patternProperties") { json!({}) } else { schema.clone() };
    let copies: Map<String, Value> = patterns.iter().map(|(name, schema)| (name.clone(), copy(schema))).collect();
    let covers_all = patterns.len() == 1 && patterns.keys().any(|pattern| ALL_NAMES.contains(&pattern.as_str()));
    if is_open && !covers_all {
        // A name that fits none may stand for anything.
        site.tell_kept("patternProperties", "properties without a name may be anything");
        site.keep("patternProperties", Value::Object(patterns));
        return;
    }
    let mut all: Vec<(Value, String)> = Vec::new();
    for (pattern, schema) in patterns {
        if all.len() >= MOST || !all.iter().any(|(known, _)| *known == schema) {
            all.push((schema, join("/patternProperties", &pattern)));
        }
    }
    if !is_closed
        && !is_open
        && !covers_all
        && let Some(others) = site.take("additionalProperties")
    {
        all.push((others, "/additionalProperties".to_owned()));
    }
    if all.len() == 1
        && let Some((schema, origin)) = all.pop()
    {
        site.put("additionalProperties", schema);
        site.moved("/additionalProperties", &origin);
    } else {
        let (schemas, origins): (Vec<Value>, Vec<String>) = all.into_iter().unzip();
        site.put("additionalProperties", json!({ "anyOf": schemas }));
        for (index, origin) in origins.iter().enumerate() {
            site.moved(&format!("/additionalProperties/anyOf/{index}"), origin);
        }
        site.moved("/additionalProperties", "/patternProperties");
    }
    if !covers_all {
        site.tell_kept("patternProperties", "what is said of some names is said of all that no property has");
        site.keep("patternProperties", Value::Object(copies));
    }
}

/// So many patterns are compared with each other.
const MOST: usize = 64;

fn is_anything(schema: &Value) -> bool {
    *schema == Value::Bool(true) || *schema == json!({})
}
