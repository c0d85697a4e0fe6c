//! Turns the texts of a query string, a path or a form into the JSON values that a schema speaks of.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use indexmap::IndexMap;
use serde_json::{Number, Value};

use super::outline::{Outline, Shape, Types};
use crate::document::schema::Schema;

/// How many alternatives are told apart in one value. Past that, branches are taken together, so that the cost of a value
/// does not grow with the powers of its schema.
const BUDGET: usize = 10_000;

/// A value as a request writes it: what its texts stand for is not known yet.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Written {
    /// One text.
    Text(String),
    /// A value that needs no reading.
    Json(Value),
    /// Several in order.
    List(Vec<Written>),
    /// Several with names.
    Fields(IndexMap<String, Written>),
}

/// Reads one value of a request.
#[derive(Debug)]
pub(crate) struct Coercion<'a> {
    schema: &'a Schema,
    budget: Cell<usize>,
    compiled: RefCell<HashMap<*const Value, Schema>>,
}

impl<'a> Coercion<'a> {
    /// Reads a value of a schema, or values inside it.
    pub(crate) fn new(schema: &'a Schema) -> Self {
        Self { schema, budget: Cell::new(BUDGET), compiled: RefCell::default() }
    }

    /// The value that the whole schema asks for. `read` gives what is written, if the value has the shape of one of the
    /// schema's alternatives; what can be turned into no alternative stays as it is, for validation to report.
    pub(crate) fn whole(&self, read: impl Fn(&Outline<'a>) -> Option<Vec<Value>>) -> Option<Value> {
        let candidates = self.alternatives(&[self.schema.raw()]).iter().filter_map(read).flatten().collect();
        choose(candidates, |value| self.schema.accepts(value))
    }

    /// The same for a value inside it.
    pub(crate) fn part(&self, schemas: &[&'a Value], read: impl Fn(&Outline<'a>) -> Option<Written>) -> Option<Value> {
        let outlines = self.alternatives(schemas);
        let candidates = outlines.iter().filter_map(|outline| Some(self.convert(&read(outline)?, outline)));
        choose(candidates.flatten().collect(), |value| self.fits(schemas, value))
    }

    /// The values that something written may stand for.
    pub(crate) fn convert(&self, written: &Written, outline: &Outline<'a>) -> Vec<Value> {
        match (written, outline.shape()) {
            (Written::Json(value), _) => vec![value.clone()],
            (Written::Text(text), Shape::Scalar) => scalars(text, outline.types()),
            // No style says how to write an object or a list inside another value: JSON is what is usual.
            (Written::Text(text), Shape::Object) => vec![json_or_text(text, Value::is_object)],
            (Written::Text(text), Shape::Array) => vec![json_or_text(text, Value::is_array)],
            (Written::List(values), Shape::Array) => vec![self.array(values.iter(), outline)],
            // A list that is written as `a[0]=x&a[1]=y`.
            (Written::Fields(fields), Shape::Array) if fields.keys().all(|name| is_index(name)) => {
                vec![self.array(fields.values(), outline)]
            }
            (Written::Fields(fields), Shape::Object) => {
                let property = |(name, written): (&String, &Written)| {
                    let read = |outline: &Outline<'a>| match (written, outline.shape()) {
                        // A property that is given once may be a list of one.
                        (Written::Text(text), Shape::Array) => Some(match json(text, Value::is_array) {
                            Some(list) => Written::Json(list),
                            None => Written::List(vec![written.clone()]),
                        }),
                        _ => Some(written.clone()),
                    };
                    (name.clone(), self.part(&outline.property(name), read).unwrap_or_default())
                };
                vec![Value::Object(fields.iter().map(property).collect())]
            }
            _ => vec![written.clone().into_value()],
        }
    }

    /// Whether schemas ask for an object.
    pub(crate) fn asks_for_objects(&self, schemas: &[&'a Value]) -> bool {
        self.alternatives(schemas).iter().any(|outline| outline.shape() == Shape::Object)
    }

    fn array<'w>(&self, values: impl Iterator<Item = &'w Written>, outline: &Outline<'a>) -> Value {
        let item = |(index, written): (usize, &Written)| {
            self.part(&outline.item(index), |_| Some(written.clone())).unwrap_or_default()
        };
        Value::Array(values.enumerate().map(item).collect())
    }

    /// One outline for each way in which a value can fit the schemas, as long as there are not too many in all.
    pub(super) fn alternatives(&self, schemas: &[&'a Value]) -> Vec<Outline<'a>> {
        let source = self.schema.source();
        if self.budget.get() == 0 {
            return Outline::merged(source, schemas);
        }
        let found = Outline::alternatives(source, schemas);
        self.budget.set(self.budget.get().saturating_sub(found.len()));
        found
    }

    /// Whether a value fits all schemas. They are only compiled where a text may stand for more than one value.
    fn fits(&self, schemas: &[&'a Value], value: &Value) -> bool {
        let mut compiled = self.compiled.borrow_mut();
        schemas.iter().all(|raw| {
            let schema = compiled.entry(std::ptr::from_ref(*raw)).or_insert_with(|| self.schema.beside(raw));
            schema.accepts(value)
        })
    }
}

impl Written {
    /// The value in which every text is a string.
    pub(crate) fn into_value(self) -> Value {
        match self {
            Self::Text(text) => Value::String(text),
            Self::Json(value) => value,
            Self::List(values) => Value::Array(values.into_iter().map(Self::into_value).collect()),
            Self::Fields(fields) => {
                Value::Object(fields.into_iter().map(|(name, written)| (name, written.into_value())).collect())
            }
        }
    }
}

fn json_or_text(text: &str, is_kind: fn(&Value) -> bool) -> Value {
    json(text, is_kind).unwrap_or_else(|| Value::String(text.to_owned()))
}

/// The first value that fits, or the first of all.
fn choose(candidates: Vec<Value>, fits: impl Fn(&Value) -> bool) -> Option<Value> {
    let mut distinct: Vec<Value> = Vec::new();
    for candidate in candidates {
        if !distinct.contains(&candidate) {
            distinct.push(candidate);
        }
    }
    let chosen = if distinct.len() > 1 { distinct.iter().position(fits) } else { None };
    (!distinct.is_empty()).then(|| distinct.swap_remove(chosen.unwrap_or(0)))
}

/// The values that a text stands for, as far as its types allow.
fn scalars(text: &str, types: Types) -> Vec<Value> {
    let mut found = Vec::new();
    found.extend(if types.number { number(text) } else { None });
    found.extend(match text {
        "true" if types.boolean => Some(Value::Bool(true)),
        "false" if types.boolean => Some(Value::Bool(false)),
        "" | "null" if types.null && !types.string => Some(Value::Null),
        _ => None,
    });
    if types.string || found.is_empty() {
        found.push(Value::String(text.to_owned()));
    }
    found
}

/// The JSON that a text is, if it is of the wanted kind.
fn json(text: &str, is_wanted: fn(&Value) -> bool) -> Option<Value> {
    serde_json::from_str(text).ok().filter(is_wanted)
}

fn number(text: &str) -> Option<Value> {
    if let Ok(integer) = text.parse::<i64>() {
        return Some(Value::from(integer));
    }
    if let Ok(integer) = text.parse::<u64>() {
        return Some(Value::from(integer));
    }
    text.parse().ok().and_then(Number::from_f64).map(Value::Number)
}

fn is_index(name: &str) -> bool {
    name.parse::<usize>().is_ok()
}
