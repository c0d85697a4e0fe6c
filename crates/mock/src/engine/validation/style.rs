//! Reads parameter values as the document says that they are written (OpenAPI 3.0.4, "style examples").
//!
//! The styles of RFC 6570 are split first and decoded then. The other two that have a delimiter have no way to escape it,
//! so that it means the same however it is written: they are decoded first.

use indexmap::IndexMap;

use super::coercion::Written;
use super::fields::{Field, Text};
use super::outline::{Outline, Shape};
use crate::document::parameter::{Explode, Style};

/// The brackets of a name are followed this far; what is behind them is part of the last one.
const DEEPEST: usize = 64;

/// How one value is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Serialization<'a> {
    /// The parameter's name.
    pub name: &'a str,
    /// The style.
    pub style: Style,
    /// Whether items are written apart.
    pub explode: Explode,
}

impl Serialization<'_> {
    /// Reads a value from fields, as a query string, a form or a cookie header has them. `is_other` tells which names
    /// belong to other values.
    pub(crate) fn read_fields<'f>(
        &self,
        fields: impl Iterator<Item = &'f Field<'f>> + Clone,
        outline: &Outline<'_>,
        is_other: impl Fn(&str) -> bool,
    ) -> Option<Written> {
        let mut texts = fields.clone().filter(|field| field.name == self.name).map(|field| &field.text);
        match (self.style, outline.shape(), self.explode) {
            (Style::DeepObject, Shape::Object, _) => deep(self.name, fields),
            (Style::DeepObject, Shape::Array, _) if !fields.clone().any(|field| field.name == self.name) => {
                deep(self.name, fields)
            }
            (Style::Json, ..) => texts.last().map(json),
            (Style::Form, Shape::Object, Explode::Yes) => spread(fields, outline, is_other),
            (Style::DeepObject, Shape::Array, _) | (_, Shape::Array, Explode::Yes) => {
                let values: Vec<Written> = texts.map(plain).collect();
                (!values.is_empty()).then_some(Written::List(values))
            }
            (style, Shape::Array, Explode::No) => texts.last().map(|text| list(self.parts(style, text))),
            (style, Shape::Object, Explode::No) => texts.last().map(|text| alternating(self.parts(style, text))),
            (_, Shape::Scalar | Shape::Object, _) => {
                let first = plain(texts.next()?);
                let mut values: Vec<Written> = texts.map(plain).collect();
                if values.is_empty() {
                    return Some(first);
                }
                values.insert(0, first);
                Some(Written::List(values))
            }
        }
    }

    /// Reads a value from one text, as a path segment or a header has it; nothing where the style is not kept to.
    pub(crate) fn read_text(&self, text: &Text<'_>, outline: &Outline<'_>) -> Option<Written> {
        let exploded = self.explode == Explode::Yes;
        match self.style {
            Style::Json => Some(json(text)),
            Style::Label => {
                let text = text.strip_prefix(".")?;
                Some(self.read_list(&text, if exploded { '.' } else { ',' }, outline))
            }
            Style::Matrix => {
                let text = text.strip_prefix(";")?;
                match outline.shape() {
                    Shape::Array if exploded => {
                        let own = |part: Text<'_>| {
                            let (name, value) = part.assignment();
                            (name.decoded() == self.name).then(|| plain(&value))
                        };
                        text.split(';').map(own).collect::<Option<_>>().map(Written::List)
                    }
                    Shape::Object if exploded => Some(assignments(&text, ';')),
                    _ => {
                        let (name, value) = text.assignment();
                        (name.decoded() == self.name).then(|| self.read_list(&value, ',', outline))
                    }
                }
            }
            _ => Some(self.read_list(text, ',', outline)),
        }
    }

    fn read_list(&self, text: &Text<'_>, separator: char, outline: &Outline<'_>) -> Written {
        match outline.shape() {
            Shape::Scalar => plain(text),
            Shape::Array => list(split(text, separator)),
            Shape::Object if self.explode == Explode::Yes => assignments(text, separator),
            Shape::Object => alternating(split(text, separator)),
        }
    }

    /// The parts of a text with all items of a value.
    fn parts(&self, style: Style, text: &Text<'_>) -> Vec<String> {
        let separator = match style {
            Style::SpaceDelimited => ' ',
            Style::PipeDelimited => '|',
            _ => return split(text, ','),
        };
        let text = text.decoded();
        if text.is_empty() { Vec::new() } else { text.split(separator).map(str::to_owned).collect() }
    }
}

/// An exploded object has its properties among the other fields: those that the schema names, and of those that it describes
/// by a pattern or not at all the ones that are nobody else's.
fn spread<'f>(
    fields: impl Iterator<Item = &'f Field<'f>>,
    outline: &Outline<'_>,
    is_other: impl Fn(&str) -> bool,
) -> Option<Written> {
    let known = outline.property_names();
    let free_form = outline.is_free_form();
    let mut found = IndexMap::new();
    for field in fields {
        let is_own = known.contains(&&*field.name);
        if is_own || (free_form || outline.describes(&field.name)) && !is_other(&field.name) {
            add(&mut found, field.name.clone().into_owned(), plain(&field.text));
        }
    }
    (!found.is_empty()).then_some(Written::Fields(found))
}

/// Reads `name[a][b]=1`.
fn deep<'f>(name: &str, fields: impl Iterator<Item = &'f Field<'f>>) -> Option<Written> {
    let mut root = IndexMap::new();
    for field in fields {
        let Some(path) = field.name.strip_prefix(name).and_then(brackets) else { continue };
        insert(&mut root, &path, plain(&field.text));
    }
    (!root.is_empty()).then_some(Written::Fields(root))
}

/// The parts of `[a][b]`; nothing for any other text.
fn brackets(text: &str) -> Option<Vec<&str>> {
    let inner = text.strip_prefix('[')?.strip_suffix(']')?;
    Some(inner.splitn(DEEPEST, "][").collect())
}

fn insert(place: &mut IndexMap<String, Written>, path: &[&str], value: Written) {
    let Some((first, rest)) = path.split_first() else { return };
    // Empty brackets mean the next item of a list.
    let name = if first.is_empty() { place.len().to_string() } else { (*first).to_owned() };
    if rest.is_empty() {
        return add(place, name, value);
    }
    let inner = place.entry(name).or_insert_with(|| Written::Fields(IndexMap::new()));
    if !matches!(inner, Written::Fields(_)) {
        *inner = Written::Fields(IndexMap::new());
    }
    if let Written::Fields(inner) = inner {
        insert(inner, rest, value);
    }
}

/// What is given more than once is a list.
fn add(fields: &mut IndexMap<String, Written>, name: String, value: Written) {
    match fields.get_mut(&name) {
        None => {
            fields.insert(name, value);
        }
        Some(Written::List(values)) => values.push(value),
        Some(first) => *first = Written::List(vec![first.clone(), value]),
    }
}

fn plain(text: &Text<'_>) -> Written {
    Written::Text(text.decoded().into_owned())
}

fn json(text: &Text<'_>) -> Written {
    let text = text.decoded();
    serde_json::from_str(&text).map_or_else(|_| Written::Text(text.into_owned()), Written::Json)
}

/// Splits as the text is written, and decodes the parts then.
fn split(text: &Text<'_>, separator: char) -> Vec<String> {
    if text.is_empty() { Vec::new() } else { text.split(separator).map(|part| part.decoded().into_owned()).collect() }
}

fn list(parts: Vec<String>) -> Written {
    Written::List(parts.into_iter().map(Written::Text).collect())
}

/// Reads `a,1,b,2`.
fn alternating(parts: Vec<String>) -> Written {
    let mut parts = parts.into_iter();
    let mut fields = IndexMap::new();
    while let Some(name) = parts.next() {
        let value = parts.next().map_or(Written::Json(serde_json::Value::Null), Written::Text);
        add(&mut fields, name, value);
    }
    Written::Fields(fields)
}

/// Reads `a=1,b=2`.
fn assignments(text: &Text<'_>, separator: char) -> Written {
    let mut fields = IndexMap::new();
    for pair in text.split(separator) {
        let (name, value) = pair.assignment();
        add(&mut fields, name.decoded().into_owned(), plain(&value));
    }
    Written::Fields(fields)
}
