//! Turns the texts of a query string or form into the JSON values that a schema speaks of.

use std::sync::Arc;

use serde_json::{Number, Value};

use crate::document::source::{Source, items, members, text};

/// A schema that leads back to itself is followed this far.
const DEEPEST: usize = 8;

/// What the texts of a value become, worked out once for a schema.
#[derive(Clone, Debug, Default)]
pub struct Coercion {
    scalar: Scalar,
    item: Option<Box<Coercion>>,
    members: Vec<(String, Coercion)>,
    other_members: Option<Box<Coercion>>,
    shape: Shape,
}

/// What kind of value a schema asks for, as far as writing it goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// One text.
    #[default]
    Scalar,
    /// A list of texts.
    Array,
    /// Named texts.
    Object,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Scalar {
    string: bool,
    integer: bool,
    number: bool,
    boolean: bool,
    null: bool,
}

impl Coercion {
    /// Works out what a schema asks for.
    pub fn compile(source: &Arc<Source>, schema: &Value) -> Self {
        let mut coercion = Self::default();
        coercion.add(source, schema, 0);
        coercion
    }

    /// What kind of value the schema asks for.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// The names of the members that the schema describes.
    pub fn member_names(&self) -> impl Iterator<Item = &str> {
        self.members.iter().map(|(name, _)| name.as_str())
    }

    /// What a member is turned into.
    pub fn member(&self, name: &str) -> Option<&Self> {
        self.members.iter().find(|(known, _)| known == name).map(|(_, member)| member)
    }

    /// What items are turned into.
    pub fn item(&self) -> Option<&Self> {
        self.item.as_deref()
    }

    /// Turns texts into what the schema asks for; what cannot be turned stays as it is, for validation to report.
    pub fn apply(&self, value: Value) -> Value {
        match value {
            Value::String(text) => self.scalar.apply(text),
            Value::Array(values) => {
                let Some(item) = &self.item else { return Value::Array(values) };
                Value::Array(values.into_iter().map(|value| item.apply(value)).collect())
            }
            Value::Object(values) => {
                let apply = |(name, value): (String, Value)| {
                    let coercion = self.member(&name).or(self.other_members.as_deref());
                    let value = coercion.map_or(value.clone(), |coercion| coercion.apply(value));
                    (name, value)
                };
                Value::Object(values.into_iter().map(apply).collect())
            }
            other => other,
        }
    }

    fn add(&mut self, source: &Arc<Source>, schema: &Value, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        let schema = source.resolve(schema);
        let kinds = schema.get("type").map_or(&[][..], std::slice::from_ref);
        for kind in kinds.iter().flat_map(|kind| kind.as_array().map_or(std::slice::from_ref(kind), Vec::as_slice)) {
            self.add_kind(kind.as_str().unwrap_or_default());
        }
        if schema.get("nullable") == Some(&Value::Bool(true)) {
            self.scalar.null = true;
        }
        if let Some(items) = schema.get("items") {
            self.item.get_or_insert_default().add(source, items, depth + 1);
        }
        for (name, property) in members(schema.get("properties")) {
            let mut member = Self::default();
            member.add(source, property, depth + 1);
            self.members.push((name.clone(), member));
        }
        if let Some(other) = schema.get("additionalProperties").filter(|other| other.is_object()) {
            self.other_members.get_or_insert_default().add(source, other, depth + 1);
        }
        for combinator in ["allOf", "anyOf", "oneOf"] {
            for part in items(schema.get(combinator)) {
                self.add(source, part, depth + 1);
            }
        }
        if text(schema, "type").is_none() && self.shape == Shape::Scalar && !self.members.is_empty() {
            self.shape = Shape::Object;
        }
    }

    fn add_kind(&mut self, kind: &str) {
        match kind {
            "string" => self.scalar.string = true,
            "integer" => self.scalar.integer = true,
            "number" => self.scalar.number = true,
            "boolean" => self.scalar.boolean = true,
            "null" => self.scalar.null = true,
            "array" => self.shape = Shape::Array,
            "object" => self.shape = Shape::Object,
            _ => {}
        }
    }
}

impl Scalar {
    fn apply(self, text: String) -> Value {
        if self.string {
            return Value::String(text);
        }
        if self.integer || self.number {
            if let Ok(integer) = text.parse::<i64>() {
                return Value::from(integer);
            }
            if let Ok(integer) = text.parse::<u64>() {
                return Value::from(integer);
            }
            if let Some(number) = text.parse().ok().and_then(Number::from_f64) {
                return Value::Number(number);
            }
        }
        match text.as_str() {
            "true" if self.boolean => Value::Bool(true),
            "false" if self.boolean => Value::Bool(false),
            "" | "null" if self.null => Value::Null,
            _ => Value::String(text),
        }
    }
}
