//! What the values of the variants of a union are like, for telling them apart where no tag does.

use std::collections::HashSet;

use keyapi_spec::document::parameter::kind;
use keyapi_spec::document::{resolve, unwrap_reference};
use keyapi_spec::schema::all_of::flatten;
use serde_json::Value;

use super::schema::{Schemas, has_properties, is_true};

/// What the values of a schema are like; see `crates/runtime/src/decode/union.rs`, which compares them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Any,
    Boolean,
    Integer,
    Number,
    String,
    Array(Box<Shape>),
    Map(Box<Shape>),
    Object {
        required: Vec<String>,
        /// Properties and all their values, as JSON texts.
        constants: Vec<(String, Vec<String>)>,
        known: Vec<String>,
    },
    OneOf(Vec<Shape>),
}

/// How deep values are looked into: what is in a list in a list tells nothing any more.
const DEPTH: usize = 3;

/// The shapes of alternatives.
pub(super) fn of_choice(schemas: &Schemas<'_>, alternatives: &[&Value]) -> Vec<Shape> {
    let mut shapes: Vec<Shape> = alternatives.iter().map(|alternative| shape(schemas, alternative, DEPTH)).collect();
    keep_telling(&mut shapes);
    shapes
}

fn shape(schemas: &Schemas<'_>, schema: &Value, depth: usize) -> Shape {
    let document = schemas.document;
    let Some(schema) = resolve(document, unwrap_reference(schema)).filter(|_| depth > 0) else { return Shape::Any };
    let flat = flatten(document, schema).schema;
    let inner = |key: &str| flat.get(key).map_or(Shape::Any, |inner| shape(schemas, inner, depth - 1));
    match kind(&flat) {
        "boolean" => Shape::Boolean,
        "integer" => Shape::Integer,
        "number" => Shape::Number,
        "string" => Shape::String,
        "array" => Shape::Array(Box::new(inner("items"))),
        _ if has_properties(&flat) => object(schemas, &schemas.whole(&flat)),
        _ => match schemas.choice(&flat) {
            Some(alternatives) => {
                let mut shapes = alternatives.iter().map(|branch| shape(schemas, branch, depth - 1)).collect();
                keep_telling(&mut shapes);
                Shape::OneOf(shapes)
            }
            None if kind(&flat) == "object" => Shape::Map(Box::new(inner("additionalProperties"))),
            None => Shape::Any,
        },
    }
}

fn object(schemas: &Schemas<'_>, flat: &Value) -> Shape {
    let properties = flat.get("properties").and_then(Value::as_object).into_iter().flatten();
    let required = flat.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let is_sent = |name: &&str| {
        let property = flat["properties"].get(*name);
        let property = property.and_then(|property| resolve(schemas.document, unwrap_reference(property)));
        property.is_none_or(|property| !is_true(property, "writeOnly"))
    };
    let mut known = Vec::new();
    let mut constants = Vec::new();
    for (name, property) in properties {
        known.push(name.clone());
        let Some(property) = resolve(schemas.document, unwrap_reference(property)) else { continue };
        let values = flatten(schemas.document, property).schema;
        let values = values.get("enum").and_then(Value::as_array).into_iter().flatten();
        let values: Vec<&Value> = values.filter(|value| !value.is_null()).collect();
        if !values.is_empty() && !values.iter().any(|value| value.is_object() || value.is_array()) {
            constants.push((name.clone(), values.into_iter().map(ToString::to_string).collect()));
        }
    }
    Shape::Object { required: required.filter(is_sent).map(str::to_owned).collect(), constants, known }
}

/// Leaves of the properties with known values those that tell of a variant. Of several values there may be more some day,
/// so they tell only where every variant has others.
fn keep_telling(shapes: &mut Vec<Shape>) {
    let objects: Vec<&Vec<(String, Vec<String>)>> = shapes
        .iter()
        .filter_map(|shape| match shape {
            Shape::Object { constants, .. } => Some(constants),
            _ => None,
        })
        .collect();
    let tells = |name: &str| {
        let mut seen = HashSet::new();
        objects.len() > 1
            && objects.iter().all(|constants| {
                let values = constants.iter().find(|(other, _)| other == name);
                values.is_some_and(|(_, values)| values.iter().all(|value| seen.insert(value)))
            })
    };
    let names = objects.first().into_iter().flat_map(|constants| constants.iter().map(|(name, _)| name));
    let telling: HashSet<String> = names.filter(|name| tells(name)).cloned().collect();
    for shape in shapes {
        if let Shape::Object { constants, .. } = shape {
            constants.retain(|(name, values)| values.len() == 1 || telling.contains(name));
        }
    }
}
