//! From evidence to a schema.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use serde_json::{Map, Value};

use super::lexical::Keys;
use super::place::{Place, Places};
use super::schema::Object;
use super::shape::{Documented, Kind, Numbers, Properties, Shape};
use crate::diagnostic::{Diagnostic, push_token};
use crate::document::extension;
use crate::naming::Naming;

/// The integers that a double holds exactly reach this far on either side of zero.
const DOUBLE_INTEGERS: i128 = 1 << 53;

/// Which way the bodies travel that a schema describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Side {
    /// From the caller: objects are built by hand and have no unknown keys.
    Request,
    /// From the API: objects keep the keys that no sample has.
    Response,
}

/// Where a schema stands, which decides what may be null.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Position {
    /// The whole body.
    Body,
    /// An element of an array.
    Element,
    /// A property of an object.
    Property,
    /// A value of a map, which no optional field stands in for.
    MapValue,
}

/// What becomes of one location before it is known whether it may be null.
struct Draft {
    rule: &'static str,
    schema: Object,
    nullable: Nullable,
    looks_like: Option<&'static str>,
}

/// When a schema is to accept null.
enum Nullable {
    /// Never: it has no type, so it does already.
    Already,
    /// Where a sample is null.
    IfSeen,
    /// Everywhere but as a whole body.
    Always,
}

/// Writes the schemas of one side and collects what there is to say about them.
pub(crate) struct Emitter<'p, 'a> {
    places: &'p Places<'a>,
    side: Side,
    naming: &'p dyn Naming,
    /// JSON pointer from the outermost schema to the one that is written.
    pointer: String,
    diagnostics: Vec<Diagnostic>,
}

impl<'p, 'a> Emitter<'p, 'a> {
    pub(crate) fn new(places: &'p Places<'a>, side: Side, naming: &'p dyn Naming) -> Self {
        Self { places, side, naming, pointer: String::new(), diagnostics: Vec::new() }
    }

    pub(crate) fn finish(self) -> Vec<Diagnostic> {
        self.diagnostics
    }

    /// The schema of everything that the samples prove, with `x-inferred` on every node of it.
    pub(crate) fn schema(&mut self, shape: Shape<'a>, position: Position) -> Object {
        let (samples, nulls) = (shape.samples, shape.nulls);
        let Draft { rule, mut schema, nullable, looks_like } = self.draft(shape);
        let nullable = match (nullable, position) {
            (Nullable::Already, _) => false,
            (Nullable::IfSeen, Position::MapValue) | (Nullable::Always, Position::MapValue | Position::Property) => {
                true
            }
            (Nullable::IfSeen | Nullable::Always, _) => nulls > 0,
        };
        if nullable {
            schema.insert("nullable".to_owned(), Value::Bool(true));
        }
        let mut inferred = object([("rule", rule.into()), ("samples", samples.into()), ("nulls", nulls.into())]);
        if let Some(guess) = looks_like {
            inferred.insert("looksLike".to_owned(), guess.into());
        }
        schema.insert(extension::INFERRED.to_owned(), Value::Object(inferred));
        schema
    }

    /// The schema that stands below the one that is written.
    fn below(&mut self, tokens: &[&str], shape: Shape<'a>, position: Position) -> Object {
        let length = self.pointer.len();
        tokens.iter().for_each(|token| push_token(&mut self.pointer, token));
        let schema = self.schema(shape, position);
        self.pointer.truncate(length);
        schema
    }

    fn draft(&mut self, shape: Shape<'a>) -> Draft {
        let (place, documented) = (shape.place, shape.documented());
        let kind = shape.into_kind();
        if documented == Some(Documented::Nothing) && kind.proves_something() {
            let message = "the document's examples do not say what is here, and stored samples do";
            self.note("null-only-resolved", place, message);
        }
        match kind {
            Kind::Nothing => {
                self.note(
                    "empty-array",
                    place,
                    "every sample is an empty array, so the type of its elements is unknown",
                );
                Draft::anything("R12")
            }
            Kind::Null => {
                self.note("null-only", place, "every sample is null, so the type is unknown");
                Draft::anything("R1")
            }
            Kind::Mixed(kinds) => {
                let message = format!("the samples are {}, so any value is accepted", kinds.join(" and "));
                self.warn("heterogeneous", place, message, "if one of them is a mistake, correct it in the overlay");
                Draft::anything("R11")
            }
            // The rules have no row for booleans: they are the plain case of the second.
            Kind::Boolean => Draft::of("R2", Nullable::IfSeen, [("type", "boolean".into())]),
            Kind::Text(look) => {
                let draft = Draft::of(look.rule(), Nullable::IfSeen, [("type", "string".into())]);
                Draft { looks_like: look.guess(), ..draft }
            }
            Kind::Number(numbers) => self.number(numbers, documented, place),
            Kind::Array(items) => {
                let items = self.below(&["items"], *items, Position::Element);
                Draft::of("R12", Nullable::Always, [("type", "array".into()), ("items", items.into())])
            }
            Kind::Object(shapes) => self.object(shapes, documented, place),
        }
    }

    fn number(&mut self, numbers: Numbers, documented: Option<Documented>, place: Place) -> Draft {
        const HELP: &str = "declare the type in the overlay if you know it";
        let (least, greatest) = numbers.integers.unwrap_or_default();
        let beyond_i64 = greatest > i128::from(i64::MAX);
        if numbers.rounded {
            let message = "an integer fits neither i64 nor u64, so any value is accepted";
            self.warn("integer-beyond-u64", place, message, HELP);
            return Draft::anything("R7");
        }
        if numbers.float {
            if least >= -DOUBLE_INTEGERS && greatest <= DOUBLE_INTEGERS {
                return Draft::of("R6", Nullable::IfSeen, [("type", "number".into()), ("format", "double".into())]);
            }
            let message = "there are floats and an integer that no double holds exactly, so any value is accepted";
            self.warn("integer-beyond-double", place, message, HELP);
            return Draft::anything("R7");
        }
        if beyond_i64 && least < 0 {
            let message = "there are negative integers and one beyond i64, so any value is accepted";
            self.warn("integer-beyond-i64", place, message, HELP);
            return Draft::anything("R7");
        }
        if beyond_i64 && documented == Some(Documented::Signed) {
            let message =
                "a stored integer is beyond i64, where the document's own are within, so any value is accepted";
            self.warn("integer-beyond-i64", place, message, HELP);
            return Draft::anything("R7");
        }
        if beyond_i64 {
            let message = "an integer is beyond i64, so the type is u64 and negative integers are refused";
            self.warn("integer-beyond-i64", place, message, HELP);
            return Draft::of("R7", Nullable::IfSeen, [("type", "integer".into()), ("format", "uint64".into())]);
        }
        Draft::of("R5", Nullable::IfSeen, [("type", "integer".into()), ("format", "int64".into())])
    }

    fn object(&mut self, mut shapes: Properties<'a>, documented: Option<Documented>, place: Place) -> Draft {
        if shapes.is_empty() {
            self.note("empty-object", place, "every sample is an empty object, so its keys are unknown");
            return Draft::free("R3");
        }
        // What the document shows to be a map, or to have names, stays that whatever keys are stored.
        let keys = match documented {
            Some(Documented::Map(keys)) => Some(keys),
            Some(Documented::Properties) => None,
            _ => Keys::of(shapes.keys().copied()),
        };
        if let Some(keys) = keys {
            return self.map(keys, shapes, place);
        }
        if documented == Some(Documented::Properties) {
            self.yield_to_documented(&mut shapes);
        }
        if let Some((one, other)) = same_field(&shapes, self.naming) {
            let message = format!("`{one}` and `{other}` are one name in Rust, so the object is a map of any values");
            self.warn("property-name-collision", place, message, "give the object a schema in the overlay");
            return Draft::free("R15");
        }
        if self.side == Side::Response {
            self.yield_to_unknown_keys(&mut shapes);
        }
        if shapes.is_empty() {
            return Draft::free("R15");
        }
        let properties: Object = shapes
            .into_iter()
            .map(|(key, shape)| {
                let schema = self.below(&["properties", key], shape, Position::Property);
                (key.to_owned(), Value::Object(schema))
            })
            .collect();
        let mut draft =
            Draft::of("R13", Nullable::IfSeen, [("type", "object".into()), ("properties", properties.into())]);
        if self.side == Side::Response {
            draft.schema.insert("additionalProperties".to_owned(), Map::new().into());
        }
        draft
    }

    fn map(&mut self, keys: Keys, shapes: Properties<'a>, place: Place) -> Draft {
        self.note(keys.code(), place, format!("all keys are {}, so the object is a map", keys.noun()));
        let mut values = Shape::nothing(place);
        shapes.into_values().for_each(|value| values.merge(value));
        let values = self.below(&["additionalProperties"], values, Position::MapValue);
        Draft::of("R14", Nullable::Always, [("type", "object".into()), ("additionalProperties", values.into())])
    }

    /// Leaves properties that only stored samples have, and that are one name with another one, to the map of unknown keys:
    /// such samples add to what the document shows, and take nothing from it.
    fn yield_to_documented(&mut self, shapes: &mut Properties<'a>) {
        let (documented, stored): (Vec<_>, Vec<_>) =
            shapes.iter().map(|(key, shape)| (*key, shape)).partition(|(_, shape)| shape.documented().is_some());
        let mut fields: HashMap<_, &str> = documented.iter().map(|(key, _)| (self.naming.field(key), *key)).collect();
        let mut kept = Vec::new();
        for (key, shape) in stored {
            match fields.entry(self.naming.field(key)) {
                Entry::Occupied(other) => kept.push((key, *other.get(), shape.place)),
                Entry::Vacant(free) => _ = free.insert(key),
            }
        }
        for (key, other, place) in kept {
            shapes.shift_remove(key);
            let message = format!(
                "`{key}`, which only stored samples have, is one name in Rust with `{other}`, so it is kept untyped"
            );
            self.warn("property-name-collision", place, message, "give the object a schema in the overlay");
        }
    }

    /// Leaves a property whose field would be called as the map of unknown keys to that very map. All else about the
    /// object stays typed.
    fn yield_to_unknown_keys(&mut self, shapes: &mut Properties<'a>) {
        let Some(key) = shapes.keys().copied().find(|key| self.naming.field(key) == self.naming.unknown_properties())
        else {
            return;
        };
        if let Some(shape) = shapes.shift_remove(key) {
            let message = format!("`{key}` is named like the map of unknown keys, so it is kept in there, untyped");
            self.warn("property-name-collision", shape.place, message, "give the object a schema in the overlay");
        }
    }

    fn note(&mut self, code: &'static str, place: Place, message: impl Into<String>) {
        self.found(self.places.note(code, place, message));
    }

    fn warn(&mut self, code: &'static str, place: Place, message: impl Into<String>, help: &str) {
        self.found(self.places.warning(code, place, message).help(help));
    }

    fn found(&mut self, found: Diagnostic) {
        self.diagnostics.push(Diagnostic { inferred: Some(self.pointer.clone()), ..found });
    }
}

impl Draft {
    fn of<const N: usize>(rule: &'static str, nullable: Nullable, schema: [(&str, Value); N]) -> Self {
        Self { rule, schema: object(schema), nullable, looks_like: None }
    }

    /// A schema that accepts any value.
    fn anything(rule: &'static str) -> Self {
        Self::of(rule, Nullable::Already, [])
    }

    /// An object of which no key is known.
    fn free(rule: &'static str) -> Self {
        Self::of(rule, Nullable::Always, [("type", "object".into()), ("additionalProperties", Map::new().into())])
    }
}

/// An object of values as they are; the macro for JSON copies what it is given, here once for each level of a schema.
fn object<const N: usize>(properties: [(&str, Value); N]) -> Object {
    properties.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Two properties that would be the same field.
fn same_field<'a>(shapes: &Properties<'a>, naming: &dyn Naming) -> Option<(&'a str, &'a str)> {
    let mut fields = HashMap::new();
    shapes.keys().find_map(|&key| fields.insert(naming.field(key), key).map(|other| (other, key)))
}
