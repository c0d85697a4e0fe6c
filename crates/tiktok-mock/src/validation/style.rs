//! Reads parameter values as the document says that they are written (OpenAPI 3.0, "style values").

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::coercion::{Coercion, Shape};
use crate::document::parameter::{Explode, Style};

/// Names and values in the order in which a request gives them, decoded.
pub type Pairs<'a> = Vec<(Cow<'a, str>, Cow<'a, str>)>;

/// How one value is written.
#[derive(Clone, Copy, Debug)]
pub struct Writing<'a> {
    /// The parameter's name.
    pub name: &'a str,
    /// The style.
    pub style: Style,
    /// Whether items are written apart.
    pub explode: Explode,
    /// What the schema asks for.
    pub coercion: &'a Coercion,
}

impl Writing<'_> {
    /// Reads a value from a list of pairs, as a query string, a form or a cookie header has them.
    pub fn read_pairs(&self, pairs: &Pairs<'_>) -> Option<Value> {
        match (self.style, self.coercion.shape(), self.explode) {
            (Style::DeepObject, ..) => self.read_deep(pairs),
            (Style::Form, Shape::Object, Explode::Yes) => self.read_spread(pairs),
            (_, Shape::Array, Explode::Yes) => {
                let items: Vec<Value> = self.values(pairs).map(string).collect();
                (!items.is_empty()).then_some(Value::Array(items))
            }
            (Style::Json, ..) => self.values(pairs).last().map(json),
            (style, Shape::Array, Explode::No) => self.values(pairs).last().map(|text| split(text, separator(style))),
            (style, Shape::Object, Explode::No) => {
                self.values(pairs).last().map(|text| alternating(text, separator(style)))
            }
            (_, Shape::Scalar | Shape::Object, _) => {
                let mut values = self.values(pairs);
                let first = values.next()?;
                let mut rest: Vec<Value> = values.map(string).collect();
                if rest.is_empty() {
                    return Some(string(first));
                }
                rest.insert(0, string(first));
                Some(Value::Array(rest))
            }
        }
    }

    /// Reads a value from one text, as a path segment or a header has it; nothing where the style is not kept to.
    pub fn read_text(&self, text: &str) -> Option<Value> {
        let exploded = self.explode == Explode::Yes;
        match self.style {
            Style::Json => Some(json(text)),
            Style::Label => {
                let text = text.strip_prefix('.')?;
                Some(self.read_list(text, if exploded { '.' } else { ',' }))
            }
            Style::Matrix => {
                let text = text.strip_prefix(';')?;
                let prefix = format!("{}=", self.name);
                match self.coercion.shape() {
                    Shape::Array if exploded => {
                        let items: Option<Vec<Value>> =
                            text.split(';').map(|part| part.strip_prefix(&prefix).map(string)).collect();
                        items.map(Value::Array)
                    }
                    Shape::Object if exploded => Some(assignments(text, ';')),
                    _ => Some(self.read_list(text.strip_prefix(&prefix)?, ',')),
                }
            }
            _ => Some(self.read_list(text, ',')),
        }
    }

    fn read_list(&self, text: &str, separator: char) -> Value {
        match self.coercion.shape() {
            Shape::Scalar => string(text),
            Shape::Array => split(text, separator),
            Shape::Object if self.explode == Explode::Yes => assignments(text, separator),
            Shape::Object => alternating(text, separator),
        }
    }

    fn values<'p>(&self, pairs: &'p Pairs<'_>) -> impl Iterator<Item = &'p str> {
        pairs.iter().filter(|(name, _)| name == self.name).map(|(_, value)| value.as_ref())
    }

    /// An exploded object has its members among the other parameters; only the names that the schema knows are its own.
    fn read_spread(&self, pairs: &Pairs<'_>) -> Option<Value> {
        let mut members = Map::new();
        for name in self.coercion.member_names() {
            if let Some((_, value)) = pairs.iter().rev().find(|(known, _)| known == name) {
                members.insert(name.to_owned(), string(value));
            }
        }
        (!members.is_empty()).then_some(Value::Object(members))
    }

    fn read_deep(&self, pairs: &Pairs<'_>) -> Option<Value> {
        let mut root = Value::Null;
        for (name, value) in pairs {
            let Some(path) = name.strip_prefix(self.name).and_then(brackets) else { continue };
            insert(&mut root, self.coercion, &path, value);
        }
        (!root.is_null()).then_some(root)
    }
}

/// The parts of `[a][b]`; nothing for any other text.
fn brackets(text: &str) -> Option<Vec<&str>> {
    let inner = text.strip_prefix('[')?.strip_suffix(']')?;
    Some(inner.split("][").collect())
}

fn insert(place: &mut Value, coercion: &Coercion, path: &[&str], value: &str) {
    let Some((first, rest)) = path.split_first() else {
        *place = string(value);
        return;
    };
    if coercion.shape() == Shape::Array {
        if !place.is_array() {
            *place = Value::Array(Vec::new());
        }
        if let (Value::Array(items), Some(item)) = (place, coercion.item()) {
            let index = first.parse().ok().filter(|&index: &usize| index < items.len()).unwrap_or(items.len());
            if index == items.len() {
                items.push(Value::Null);
            }
            insert(&mut items[index], item, rest, value);
        }
        return;
    }
    if !place.is_object() {
        *place = Value::Object(Map::new());
    }
    let any = Coercion::default();
    if let Value::Object(members) = place {
        let member = members.entry((*first).to_owned()).or_insert(Value::Null);
        insert(member, coercion.member(first).unwrap_or(&any), rest, value);
    }
}

fn separator(style: Style) -> char {
    match style {
        Style::SpaceDelimited => ' ',
        Style::PipeDelimited => '|',
        _ => ',',
    }
}

fn string(text: &str) -> Value {
    Value::String(text.to_owned())
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| string(text))
}

fn split(text: &str, separator: char) -> Value {
    if text.is_empty() {
        return Value::Array(Vec::new());
    }
    Value::Array(text.split(separator).map(string).collect())
}

/// Reads `a,1,b,2`.
fn alternating(text: &str, separator: char) -> Value {
    let mut parts = text.split(separator);
    let mut members = Map::new();
    while let Some(name) = parts.next() {
        members.insert(name.to_owned(), parts.next().map_or(Value::Null, string));
    }
    Value::Object(members)
}

/// Reads `a=1,b=2`.
fn assignments(text: &str, separator: char) -> Value {
    let pairs = text.split(separator).map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    Value::Object(pairs.map(|(name, value)| (name.to_owned(), string(value))).collect())
}
