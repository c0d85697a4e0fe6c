//! Tomorrow's API: properties come, go, are null, and take values that no example shows.
//!
//! All of it is what an API may do without a word, so a client has to bear it: what a schema requires stays, and a value
//! stays of the kind that its schema declares. The seed and the number of the request decide what happens.

use fastrand::Rng;
use http::header;
use keyapi_spec::message::media_type::is_json;
use serde_json::{Map, Value, json};

use crate::document::Document;
use crate::document::source::Source;
use crate::engine::outcome::Response;

/// Of a hundred properties, so many are left out.
const DROPPED: u8 = 8;
/// So many are null.
const NULLED: u8 = 8;
/// So many have another value.
const WIDENED: u8 = 12;
/// Of a hundred objects, so many have another property.
const GROWN: u8 = 30;

/// Changes the response of an operation, where it is a documented one with a JSON body; false where it is none.
pub(super) fn drift(document: &Document, operation: usize, response: &mut Response, seed: u64, number: u64) -> bool {
    let label = response.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let documented = document.inferred_operation(operation).response(response.status.as_u16());
    let schemas = documented.into_iter().flat_map(|documented| &documented.contents);
    let schema = schemas.filter(|content| content.media_type.is_json()).find_map(|content| content.schema.as_ref());
    let (true, Some(schema), Ok(mut body)) = (is_json(label), schema, serde_json::from_slice(&response.body)) else {
        return false;
    };
    // What tells success from failure is no matter of taste.
    let kept = document
        .envelope
        .iter()
        .flat_map(|envelope| [&envelope.code, &envelope.message])
        .flatten()
        .map(String::as_str)
        .collect();
    // Neighbouring numbers are to differ in more than their last bits.
    let rng = Rng::with_seed(seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let mut drift = Drift { source: schema.source(), rng, added: 0 };
    drift.value(&mut body, &[schema.raw()], &kept);
    response.body = body.to_string().into();
    true
}

struct Drift<'d> {
    /// The document, for references.
    source: &'d Source,
    rng: Rng,
    /// So many properties were added.
    added: usize,
}

impl<'d> Drift<'d> {
    /// Changes what is in a value; `kept` names properties of the object itself that stay.
    fn value(&mut self, value: &mut Value, schemas: &[&'d Value], kept: &Vec<&str>) {
        let parts = self.parts(schemas);
        // One of several alternatives fits by what it is made of.
        if parts.iter().any(|part| ["oneOf", "anyOf", "not"].iter().any(|keyword| part.get(keyword).is_some())) {
            return;
        }
        match value {
            Value::Object(properties) => self.object(properties, &parts, kept),
            Value::Array(elements) => {
                let items: Vec<&Value> = parts.iter().filter_map(|part| part.get("items")).collect();
                elements.iter_mut().for_each(|element| self.value(element, &items, &Vec::new()));
            }
            _ => {}
        }
    }

    fn object(&mut self, object: &mut Map<String, Value>, parts: &[&'d Value], kept: &Vec<&str>) {
        let is_required = |name: &str| {
            let required = parts.iter().filter_map(|part| part.get("required")?.as_array()).flatten();
            kept.contains(&name) || required.filter_map(Value::as_str).any(|required| required == name)
        };
        for (name, mut property) in std::mem::take(object) {
            let declared: Vec<&Value> = parts.iter().filter_map(|part| part.get("properties")?.get(&name)).collect();
            if declared.is_empty() || is_required(&name) {
                self.value(&mut property, &declared, &Vec::new());
                object.insert(name, property);
                continue;
            }
            match self.rng.u8(0..100) {
                roll if roll < DROPPED => continue,
                roll if roll < DROPPED + NULLED => self.null(&mut property, &declared),
                roll if roll < DROPPED + NULLED + WIDENED => self.widen(&mut property, &declared),
                _ => self.value(&mut property, &declared, &Vec::new()),
            }
            object.insert(name, property);
        }
        let is_struct = parts.iter().any(|part| part.get("properties").is_some());
        let others = ["additionalProperties", "unevaluatedProperties"];
        let is_open = parts.iter().all(|part| {
            others.iter().filter_map(|keyword| part.get(keyword)).all(|values| match values {
                Value::Bool(are_allowed) => *are_allowed,
                values => values.as_object().is_some_and(Map::is_empty),
            })
        });
        if is_struct && is_open && self.rng.u8(0..100) < GROWN {
            self.added += 1;
            object.insert(format!("drifted_{}", self.added), self.anything());
        }
    }

    /// Null where nothing, or something that says so, is declared; an optional list is only left out.
    fn null(&mut self, property: &mut Value, declared: &[&'d Value]) {
        let parts = self.parts(declared);
        let is_nullable = parts.iter().any(|part| part["nullable"] == true || kinds(part).contains(&"null"));
        if is_nullable || !(property.is_array() || property.is_object()) {
            *property = Value::Null;
        }
    }

    /// Another value of the declared kind; any where none is declared.
    fn widen(&mut self, property: &mut Value, declared: &[&'d Value]) {
        let parts = self.parts(declared);
        let format = parts.iter().find_map(|part| part.get("format")?.as_str());
        let named = parts.iter().map(|part| kinds(part)).find(|kinds| !kinds.is_empty()).unwrap_or_default();
        let named: Vec<&str> = named.into_iter().filter(|kind| *kind != "null").collect();
        let is_composed = named.len() > 1
            || parts.iter().any(|part| ["oneOf", "anyOf", "not", "const"].iter().any(|key| part.get(key).is_some()));
        let widened = match (named.first().copied(), format) {
            _ if is_composed => None,
            (None, _) => Some(self.anything()),
            (Some("string"), None) => {
                self.rng.choice([json!(""), json!("drifted"), json!("тест \u{1f600} \"quoted\"\n")])
            }
            (Some("boolean"), _) => Some(json!(self.rng.bool())),
            (Some("integer"), Some("uint64")) => self.rng.choice([json!(0), json!(u64::MAX)]),
            (Some("integer"), Some("int32")) => self.rng.choice([json!(0), json!(i32::MIN), json!(i32::MAX)]),
            (Some("integer"), None | Some("int64")) => self.rng.choice([json!(0), json!(i64::MIN), json!(i64::MAX)]),
            (Some("number"), _) => self.rng.choice([json!(0), json!(-1), json!(0.5), json!(-1e30)]),
            (Some("array"), _) => self.rng.bool().then(|| json!([])),
            _ => None,
        };
        match widened {
            Some(widened) => *property = widened,
            None => self.value(property, declared, &Vec::new()),
        }
    }

    /// Something of any kind.
    fn anything(&mut self) -> Value {
        let all = [
            Value::Null,
            json!(true),
            json!(7),
            json!(0.5),
            json!("drifted"),
            json!([1, "two", null]),
            json!({"deep": [{"value": 1e300}]}),
        ];
        self.rng.choice(all).unwrap_or_default()
    }

    /// Schemas and all that `allOf` adds to them, through references, each once.
    fn parts(&self, schemas: &[&'d Value]) -> Vec<&'d Value> {
        let (mut parts, mut left) = (Vec::<&Value>::new(), schemas.to_vec());
        while let Some(schema) = left.pop() {
            let Some(schema) = self.source.follow(schema) else { continue };
            if !parts.iter().any(|known| std::ptr::eq(*known, schema)) {
                parts.push(schema);
                left.extend(schema.get("allOf").and_then(Value::as_array).into_iter().flatten());
            }
        }
        parts
    }
}

/// The types that a schema names, of which OpenAPI 3.1 may have several.
fn kinds(part: &Value) -> Vec<&str> {
    match part.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
        kind => kind.and_then(Value::as_str).into_iter().collect(),
    }
}
