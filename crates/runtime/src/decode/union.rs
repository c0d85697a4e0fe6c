//! Tells which variant of a union a value is of, which the types that are generated for unions ask.
//!
//! Where there is a discriminator, the tag decides alone. Without one the shape does: the variant is meant that the value
//! fits best, and none where two fit as well. A value that is of no variant is none that the document knows, which is for
//! the caller to see, and not for a type that happens to accept everything.
//!
//! Generated clients that go without a runtime have a copy of this file, which is why it uses little and has no tests.

use ::serde::de::Error as _;
use ::serde::ser::Error as _;
use ::serde::{Deserialize, Deserializer, Serialize, Serializer};
use ::serde_json::Value;

/// What the values of a variant are like.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// Any value.
    Any,
    /// `true` or `false`.
    Boolean,
    /// A number without a fraction.
    Integer,
    /// A number.
    Number,
    /// A text.
    String,
    /// A list of elements of a shape.
    Array(&'static Shape),
    /// An object of properties with any names, and values of a shape.
    Map(&'static Shape),
    /// An object of properties that have names.
    Object {
        /// The properties that are always there.
        required: &'static [&'static str],
        /// Properties and their values, as JSON texts, of which no other tells of the variant.
        constants: &'static [(&'static str, &'static [&'static str])],
        /// All properties.
        known: &'static [&'static str],
    },
    /// One of several shapes.
    OneOf(&'static [Shape]),
}

/// How well a value fits: the constants that it has, the properties of it that are known, and those that are required;
/// the more a shape says of other values, the greater is the last number.
type Fit = (usize, usize, usize, usize);

/// The variant that a shape tells: the index of the one that a value fits best.
pub fn by_shape(value: &Value, shapes: &[Shape]) -> Option<usize> {
    let mut best: Option<(Fit, usize)> = None;
    let mut is_tie = false;
    for (index, shape) in shapes.iter().enumerate() {
        let Some(found) = fit(shape, value) else { continue };
        match best {
            Some((known, _)) if known > found => {}
            Some((known, _)) if known == found => is_tie = true,
            _ => {
                best = Some((found, index));
                is_tie = false;
            }
        }
    }
    best.map(|(_, index)| index).filter(|_| !is_tie)
}

/// The variant that a tag tells, which may be a number or a flag; by its shape that of a value that can have no tag.
pub fn by_tag(value: &Value, property: &str, tags: &[(&str, usize)], shapes: &[Shape]) -> Option<usize> {
    let Value::Object(object) = value else { return by_shape(value, shapes) };
    let tag = match object.get(property)? {
        Value::String(tag) => tag.clone(),
        tag @ (Value::Number(_) | Value::Bool(_)) => tag.to_string(),
        _ => return None,
    };
    tags.iter().find(|(known, _)| *known == tag).map(|(_, variant)| *variant)
}

/// Reads a value whose variant is to be told. There is none for null, so that it is treated as everywhere else.
pub fn read<'de, D: Deserializer<'de>>(deserializer: D, expected: &str) -> Result<Value, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Err(D::Error::custom(format_args!("no variant fits, expected {expected}"))),
        value => Ok(value),
    }
}

/// Writes a variant that need not have its tag, and has it then. The tag is a JSON text.
pub fn with_tag<T: Serialize, S: Serializer>(
    variant: &T,
    property: &str,
    tag: &str,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut value = ::serde_json::to_value(variant).map_err(S::Error::custom)?;
    if let Some(object) = value.as_object_mut().filter(|object| !object.contains_key(property)) {
        let tag = ::serde_json::from_str(tag).map_err(S::Error::custom)?;
        object.insert(property.to_owned(), tag);
    }
    value.serialize(serializer)
}

fn fit(shape: &Shape, value: &Value) -> Option<Fit> {
    match (shape, value) {
        (Shape::Any, _) => Some((0, 0, 0, 0)),
        (Shape::Boolean, Value::Bool(_)) | (Shape::Number, Value::Number(_)) | (Shape::String, Value::String(_)) => {
            Some((0, 0, 0, 1))
        }
        (Shape::Integer, Value::Number(number)) => (!number.is_f64()).then_some((0, 0, 0, 2)),
        (Shape::Array(shape), Value::Array(elements)) => all(shape, elements.iter()),
        (Shape::Map(shape), Value::Object(object)) => {
            let (constants, known, required, _) = all(shape, object.values())?;
            Some((constants, known, required, 0))
        }
        (Shape::Object { required, constants, known }, Value::Object(object)) => {
            if !required.iter().all(|name| object.contains_key(*name)) {
                return None;
            }
            let mut held = 0;
            for (name, values) in constants.iter() {
                match object.get(*name) {
                    None | Some(Value::Null) => {}
                    Some(value) if values.contains(&value.to_string().as_str()) => held += 1,
                    Some(_) => return None,
                }
            }
            let known = known.iter().filter(|name| object.contains_key(**name)).count();
            // An object that has properties, and none that the shape knows, is of another shape.
            (known > 0 || object.is_empty()).then_some((held, known, required.len(), 1))
        }
        (Shape::OneOf(shapes), value) => shapes.iter().filter_map(|shape| fit(shape, value)).max(),
        _ => None,
    }
}

/// How well all of several values fit. Null tells nothing.
fn all<'a>(shape: &Shape, values: impl Iterator<Item = &'a Value>) -> Option<Fit> {
    values.filter(|value| !value.is_null()).map(|value| fit(shape, value)).try_fold((0, 0, 0, 1), |sum: Fit, found| {
        let found = found?;
        Some((sum.0 + found.0, sum.1 + found.1, sum.2 + found.2, sum.3 + found.3))
    })
}
