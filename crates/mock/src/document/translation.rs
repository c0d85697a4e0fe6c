//! OpenAPI's dialect of schemas turned into JSON Schema.

use std::collections::HashMap;

use keyapi_spec::schema::keyword::{Form, is_pattern};
use serde_json::{Map, Value, json};

use super::discriminator::Discriminator;
use super::format;
use super::schema::Direction;
use super::source::{Source, flag, items, text};

/// The keywords of schemas of which a value is one.
const CHOICES: [&str; 2] = ["oneOf", "anyOf"];

/// What decides between alternatives that have a discriminator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Choice {
    /// Which of them fits: the discriminator is not looked at.
    ByFit,
    /// The discriminator alone.
    ByTag,
}

/// What a schema that is one of several says of a value that is none of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reasons {
    /// What is wrong with it as each of them. Where they may hold each other, there is several times as much to say of a value
    /// as of what is in it, and so at every depth.
    OfEach,
    /// That it is none.
    OfAll,
}

/// What a schema is to the value that it describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Role {
    /// All that is said of the value.
    Whole,
    /// A part of what is: the discriminator of a base does not speak to the schemas that are made from it.
    Part,
}

/// Copies a schema and all that it refers to, rewriting OpenAPI 3.0's dialect on the way.
pub(super) struct Translation<'a> {
    source: &'a Source,
    direction: Direction,
    names: HashMap<(String, Role), String>,
    pending: Vec<(String, &'a Value, Role)>,
    choice: Choice,
    reasons: Reasons,
    pub(super) has_discriminator: bool,
    /// Whether it asks which properties or items no other keyword has looked at.
    pub(super) has_unevaluated: bool,
    /// How many conditions were left out.
    left_out: usize,
}

impl<'a> Translation<'a> {
    pub(super) fn new(source: &'a Source, direction: Direction, choice: Choice, reasons: Reasons) -> Self {
        Self {
            source,
            direction,
            names: HashMap::new(),
            pending: Vec::new(),
            choice,
            reasons,
            has_discriminator: false,
            has_unevaluated: false,
            left_out: 0,
        }
    }

    pub(super) fn run(&mut self, raw: &'a Value) -> Value {
        let mut root = match self.schema(raw, Role::Whole) {
            Value::Object(properties) => properties,
            other => Map::from_iter([("allOf".to_owned(), json!([other]))]),
        };
        let mut definitions = Map::new();
        while let Some((name, target, role)) = self.pending.pop() {
            let translated = self.schema(target, role);
            definitions.insert(name, translated);
        }
        if !definitions.is_empty() {
            root.insert("$defs".to_owned(), Value::Object(definitions));
        }
        Value::Object(root)
    }

    fn schema(&mut self, raw: &'a Value, role: Role) -> Value {
        let Some(properties) = raw.as_object() else {
            return if raw.is_boolean() { raw.clone() } else { Value::Bool(true) };
        };
        let reference = text(raw, "$ref").map(|reference| self.reference(reference, role));
        if let Some(reference) = &reference
            && !(self.source.reads_beside_references() && properties.len() > 1)
        {
            return reference.clone();
        }
        // A reference that something is said about is still what it refers to.
        let is_use = items(raw.get("allOf")).count() == 1 && raw.get("properties").is_none();
        let of_parts = if is_use { role } else { Role::Part };
        let mut out = Map::new();
        for (key, value) in properties {
            self.keyword(&mut out, key, value, of_parts);
        }
        exclusive_bound(&mut out, raw, "minimum", "exclusiveMinimum");
        exclusive_bound(&mut out, raw, "maximum", "exclusiveMaximum");
        self.required(&mut out, raw);
        self.discriminator(&mut out, raw, role);
        if self.reasons == Reasons::OfAll {
            without_reasons_of_each(&mut out);
        }
        if let Some(reference) = reference
            && let Value::Array(parts) = out.entry("allOf").or_insert_with(|| json!([]))
        {
            parts.push(reference);
        }
        if flag(raw, "nullable") { nullable(out) } else { Value::Object(out) }
    }

    fn discriminator(&mut self, out: &mut Map<String, Value>, raw: &'a Value, role: Role) {
        self.has_discriminator |= Discriminator::is_in(raw);
        if self.choice == Choice::ByFit {
            return;
        }
        let Some(discriminator) = Discriminator::of(self.source, raw) else { return };
        if discriminator.choice.is_none() && role == Role::Part {
            return;
        }
        let choice = discriminator.choice.and_then(|choice| out.remove(choice));
        // What a base selects has the base in it, where the tag must not select again.
        let role = if discriminator.choice.is_some() { Role::Whole } else { Role::Part };
        let selected = discriminator.selected().map(|(_, reference)| self.reference(reference, role)).collect();
        let by_tag = discriminator.by_tag(selected, choice);
        if let Value::Array(parts) = out.entry("allOf").or_insert_with(|| json!([])) {
            parts.push(by_tag);
        }
    }

    fn reference(&mut self, reference: &str, role: Role) -> Value {
        let role = if self.choice == Choice::ByFit { Role::Whole } else { role };
        let Some(target) = self.source.target(reference) else {
            self.left_out += 1;
            return Value::Bool(true);
        };
        let next = self.names.len().to_string();
        let name = self.names.entry((reference.to_owned(), role)).or_insert_with(|| next.clone()).clone();
        if name == next {
            self.pending.push((name.clone(), target, role));
        }
        json!({ "$ref": format!("#/$defs/{name}") })
    }

    /// Copies a keyword. One that cannot be used is left out alone, and with it what would turn it round; words that put no condition on values always are.
    fn keyword(&mut self, out: &mut Map<String, Value>, key: &str, value: &'a Value, of_parts: Role) {
        let Some(form) = Form::of(key) else { return };
        if !form.fits(value) {
            self.left_out += 1;
            return;
        }
        self.has_unevaluated |= key.starts_with("unevaluated");
        let left_out = self.left_out;
        let role = if key == "allOf" { of_parts } else { Role::Whole };
        let translated = match (form, value) {
            (Form::Schema, value) => self.schema(value, role),
            (Form::Schemas, Value::Array(all)) => {
                let all: Vec<Value> = all.iter().map(|schema| self.schema(schema, role)).collect();
                // What is said twice of a value is looked at once, or else as often as it is nested would double it.
                if key == "allOf" { distinct(all.iter()) } else { Value::Array(all) }
            }
            (Form::NamedSchemas, Value::Object(all)) => {
                Value::Object(all.iter().map(|(name, schema)| (name.clone(), self.schema(schema, role))).collect())
            }
            (Form::PatternSchemas, Value::Object(all)) => {
                let usable = all.iter().filter(|(pattern, _)| is_pattern(pattern));
                self.left_out += all.len() - usable.clone().count();
                Value::Object(usable.map(|(pattern, schema)| (pattern.clone(), self.schema(schema, role))).collect())
            }
            (Form::Type, Value::Array(kinds)) => distinct(kinds.iter()),
            (Form::NamedNames, Value::Object(all)) => {
                Value::Object(all.iter().map(|(name, names)| (name.clone(), distinct(items(Some(names))))).collect())
            }
            (Form::Text, Value::String(name)) if format::integers(name).is_some() => {
                out.insert(format::INTEGER.to_owned(), value.clone());
                return;
            }
            // The caller sees to them.
            (Form::Exclusive | Form::Names, _) => return,
            (Form::Flag, _) if key != "uniqueItems" => return,
            _ => value.clone(),
        };
        // With fewer conditions a schema fits more, and its opposite would refuse what it should not.
        if !(["not", "if"].contains(&key) && self.left_out > left_out) {
            out.insert(key.to_owned(), translated);
        }
    }

    fn required(&self, out: &mut Map<String, Value>, raw: &Value) {
        let Some(required) = raw.get("required").filter(|required| Form::Names.fits(required)) else { return };
        let hidden = self.direction.hidden();
        let asked = items(Some(required)).filter(|name| {
            let property = name.as_str().and_then(|name| raw.get("properties")?.get(name));
            !property.is_some_and(|property| self.source.has_flag(property, hidden))
        });
        out.insert("required".to_owned(), distinct(asked));
    }
}

/// Puts the opposite of its opposite in the place of a choice, of which a validator says that it is none, and no more. What a
/// choice looks at is not looked at then, which keywords would notice that ask for what is left.
fn without_reasons_of_each(out: &mut Map<String, Value>) {
    for keyword in CHOICES {
        if let Some(choice) = out.remove(keyword)
            && let Value::Array(parts) = out.entry("allOf").or_insert_with(|| json!([]))
        {
            parts.push(json!({ "not": { "not": { keyword: choice } } }));
        }
    }
}

/// The choice in the place of which a schema stands that a value must not fit.
pub(crate) fn refused_choice(schema: &Value) -> Option<&'static str> {
    CHOICES.into_iter().find(|keyword| schema.get("not").is_some_and(|choice| choice.get(keyword).is_some()))
}

/// A list without what is repeated in it.
fn distinct<'a>(values: impl Iterator<Item = &'a Value>) -> Value {
    let mut distinct: Vec<Value> = Vec::new();
    for value in values {
        if !distinct.contains(value) {
            distinct.push(value.clone());
        }
    }
    Value::Array(distinct)
}

/// OpenAPI 3.0 writes an exclusive bound as a flag beside the bound, JSON Schema as a bound of its own.
fn exclusive_bound(out: &mut Map<String, Value>, raw: &Value, bound: &str, exclusive: &str) {
    match raw.get(exclusive) {
        Some(Value::Bool(true)) => {
            if let Some(limit) = out.remove(bound) {
                out.insert(exclusive.to_owned(), limit);
            }
        }
        Some(limit @ Value::Number(_)) => {
            out.insert(exclusive.to_owned(), limit.clone());
        }
        _ => {}
    }
}

fn nullable(mut schema: Map<String, Value>) -> Value {
    if !schema.contains_key("type") {
        // Without a type `nullable` has no meaning in OpenAPI 3.0.3, but documents that write it beside a combinator
        // mean that null is allowed.
        let combined = ["allOf", "anyOf", "oneOf", "enum"].iter().any(|keyword| schema.contains_key(*keyword));
        let schema = Value::Object(schema);
        // Unlike another alternative, this keeps what is wrong with a value that is something.
        return if combined { json!({ "if": { "type": "null" }, "else": schema }) } else { schema };
    }
    if let Some(kind @ Value::String(_)) = schema.get_mut("type") {
        *kind = json!([kind.clone(), "null"]);
    }
    if let Some(Value::Array(values)) = schema.get_mut("enum")
        && !values.contains(&Value::Null)
    {
        values.push(Value::Null);
    }
    Value::Object(schema)
}
