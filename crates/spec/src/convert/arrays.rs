//! Lists: elements by their position, and no elements at all.

use serde_json::{Value, json};

use super::conditions::is_composed;
use super::positions::{holds, is_schema};
use super::schema::Site;

/// What may come after the elements that have a position.
enum Rest {
    Anything,
    Nothing,
    Schema(Value),
}

/// Says what elements may be, wherever they stand.
pub(super) fn arrays(site: &mut Site<'_, '_>) {
    unevaluated(site);
    if site.schema.get("prefixItems").is_some_and(is_list_of_schemas) {
        tuple(site);
    }
    if site.schema.get("items") == Some(&Value::Bool(false)) {
        at_most(site, 0);
        site.put("items", json!({}));
    }
}

/// Where nothing else looks at elements, those that are left are all.
fn unevaluated(site: &mut Site<'_, '_>) {
    let Some(rest) = site.schema.get("unevaluatedItems").filter(|rest| is_schema(rest)) else { return };
    if is_anything(rest) || !is_composed(site.schema) && site.has("items") {
        site.take("unevaluatedItems");
    } else if is_composed(site.schema) || site.has("contains") {
        site.keep_aside("unevaluatedItems");
    } else if let Some(rest) = site.take("unevaluatedItems") {
        site.put("items", rest);
        site.moved("/items", "/unevaluatedItems");
    }
}

/// Elements that are described by their position may stand anywhere afterwards.
fn tuple(site: &mut Site<'_, '_>) {
    let Some(Value::Array(positions)) = site.take("prefixItems") else { return };
    let count = positions.len();
    let is_full = site.schema.get("maxItems").and_then(Value::as_u64).is_some_and(|most| most <= count as u64);
    let rest = match site.take("items") {
        _ if is_full => Rest::Nothing,
        None => Rest::Anything,
        Some(items) if is_anything(&items) => Rest::Anything,
        Some(Value::Bool(false)) => Rest::Nothing,
        Some(items) => Rest::Schema(items),
    };
    let further = match rest {
        Rest::Anything => {
            site.put("items", json!({}));
            site.tell_kept("prefixItems", "as others may follow that can be anything, all may be");
            site.keep("prefixItems", Value::Array(positions));
            return;
        }
        Rest::Nothing => {
            at_most(site, count);
            None
        }
        Rest::Schema(items) => Some((items, "/items".to_owned())),
    };
    // A copy of each, but of none that has copies in it: they would double with every level.
    let copies =
        positions.iter().map(|schema| if holds(schema, "prefixItems") { json!({}) } else { schema.clone() }).collect();
    let places = positions.into_iter().enumerate().map(|(index, schema)| (schema, format!("/prefixItems/{index}")));
    let mut alternatives: Vec<(Value, String)> = Vec::new();
    for (schema, origin) in places.chain(further) {
        if alternatives.len() >= MOST || !alternatives.iter().any(|(known, _)| *known == schema) {
            alternatives.push((schema, origin));
        }
    }
    if alternatives.len() == 1
        && let Some((schema, origin)) = alternatives.pop()
    {
        // All are the same, wherever they stand.
        site.put("items", schema);
        site.moved("/items", &origin);
        return;
    }
    let (schemas, origins): (Vec<Value>, Vec<String>) = alternatives.into_iter().unzip();
    site.put("items", json!({ "anyOf": schemas }));
    for (index, origin) in origins.iter().enumerate() {
        site.moved(&format!("/items/anyOf/{index}"), origin);
    }
    site.moved("/items", "/prefixItems");
    site.tell_kept("prefixItems", "what is said of an element by its position is said of all");
    site.keep("prefixItems", Value::Array(copies));
}

/// So many elements are compared with each other.
const MOST: usize = 64;

fn at_most(site: &mut Site<'_, '_>, count: usize) {
    if site.schema.get("maxItems").and_then(Value::as_u64).is_none_or(|most| most > count as u64) {
        site.put("maxItems", count);
        site.moved("/maxItems", "/items");
    }
}

fn is_list_of_schemas(value: &Value) -> bool {
    value.as_array().is_some_and(|all| !all.is_empty() && all.iter().all(is_schema))
}

fn is_anything(schema: &Value) -> bool {
    *schema == Value::Bool(true) || *schema == json!({})
}
