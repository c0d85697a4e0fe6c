//! The tree of a document's values, each with its place in the text.

use std::fmt;

use serde_json::{Map, Value};

use super::number;
use super::property_index::PropertyIndex;
use crate::document::reference::{index, tokens};

/// A part of a text as byte offsets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// The offset of the first byte.
    pub start: usize,
    /// The offset after the last byte.
    pub end: usize,
}

/// A value and its place in the text.
#[derive(Clone, Debug)]
pub struct Node {
    /// The value.
    pub kind: Kind,
    /// Its place; in YAML, blanks and a comment after the value may be part of it.
    pub span: Span,
}

/// A value.
#[derive(Clone, Debug)]
pub enum Kind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number as a JSON token, spelled as in the file where JSON can spell it so.
    Number(String),
    /// A string.
    String(String),
    /// An array.
    Array(Vec<Node>),
    /// An object, its properties in the order of the file.
    Object(Vec<(Key, Node)>),
}

/// The name of an object's property, and its place in the text.
#[derive(Clone, Debug)]
pub struct Key {
    /// The name.
    pub name: String,
    /// Its place.
    pub span: Span,
}

impl Node {
    /// The property of an object.
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.properties().iter().find(|(key, _)| key.name == name).map(|(_, node)| node)
    }

    /// The properties of an object; none if it is something else.
    pub fn properties(&self) -> &[(Key, Node)] {
        match &self.kind {
            Kind::Object(properties) => properties,
            _ => &[],
        }
    }

    /// The elements of an array; none if it is something else.
    pub fn items(&self) -> &[Node] {
        match &self.kind {
            Kind::Array(items) => items,
            _ => &[],
        }
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            Kind::String(text) => Some(text),
            _ => None,
        }
    }

    /// The node that a JSON pointer leads to.
    pub fn pointer(&self, pointer: &str) -> Option<&Node> {
        tokens(pointer).try_fold(self, |node, token| node.step(&token))
    }

    /// Whether both are the same value; the order of an object's properties does not count.
    pub fn same(&self, other: &Node) -> bool {
        match (&self.kind, &other.kind) {
            (Kind::Null, Kind::Null) => true,
            (Kind::Bool(a), Kind::Bool(b)) => a == b,
            (Kind::Number(a), Kind::Number(b)) | (Kind::String(a), Kind::String(b)) => a == b,
            (Kind::Array(a), Kind::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same(b)),
            (Kind::Object(a), Kind::Object(b)) => {
                let (a, b) = (by_name(a), by_name(b));
                let same = |((key, a), (other, b)): (&&(Key, Node), &&(Key, Node))| key.name == other.name && a.same(b);
                a.len() == b.len() && a.iter().zip(&b).all(same)
            }
            _ => false,
        }
    }

    /// The value without places; an integer beyond 64 bits becomes the nearest float.
    pub fn to_value(&self) -> Value {
        match &self.kind {
            Kind::Null => Value::Null,
            Kind::Bool(value) => Value::Bool(*value),
            Kind::Number(token) => number::value(token).map_or(Value::Null, Value::Number),
            Kind::String(text) => Value::String(text.clone()),
            Kind::Array(items) => Value::Array(items.iter().map(Node::to_value).collect()),
            Kind::Object(properties) => {
                let properties = properties.iter().map(|(key, node)| (key.name.clone(), node.to_value()));
                Value::Object(properties.collect::<Map<_, _>>())
            }
        }
    }

    /// Indented JSON with every number as its token, ending in a line break.
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, 0);
        out.push('\n');
        out
    }

    /// A tree whose places are all the start of the text.
    pub(super) fn without_places(value: &Value) -> Self {
        let kind = match value {
            Value::Null => Kind::Null,
            Value::Bool(value) => Kind::Bool(*value),
            Value::Number(number) => Kind::Number(number.to_string()),
            Value::String(text) => Kind::String(text.clone()),
            Value::Array(items) => Kind::Array(items.iter().map(Self::without_places).collect()),
            Value::Object(properties) => {
                let property = |(name, value): (&String, &Value)| {
                    (Key { name: name.clone(), span: Span::default() }, Self::without_places(value))
                };
                Kind::Object(properties.iter().map(property).collect())
            }
        };
        Self { kind, span: Span::default() }
    }

    pub(super) fn may_hold_numbers(&self) -> bool {
        matches!(self.kind, Kind::Number(_) | Kind::Array(_) | Kind::Object(_))
    }

    /// The place of the key or element that a pointer leads to, or of the deepest one on the way that exists.
    pub(super) fn span_of(&self, pointer: &str, named: &PropertyIndex) -> Span {
        let mut found = (self.span, self);
        for token in tokens(pointer) {
            let next = match &found.1.kind {
                Kind::Array(items) => index(&token).and_then(|index| items.get(index)).map(|item| (item.span, item)),
                _ => named.property(found.1, &token).map(|(key, node)| (key.span, node)),
            };
            let Some(next) = next else { break };
            found = next;
        }
        found.0
    }

    fn step(&self, token: &str) -> Option<&Node> {
        match &self.kind {
            Kind::Array(items) => items.get(index(token)?),
            _ => self.get(token),
        }
    }

    fn write(&self, out: &mut String, depth: usize) {
        match &self.kind {
            Kind::Null => out.push_str("null"),
            Kind::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Kind::Number(token) => out.push_str(token),
            Kind::String(text) => out.push_str(&quoted(text)),
            Kind::Array(items) if items.is_empty() => out.push_str("[]"),
            Kind::Array(items) => {
                write_lines(out, depth, ['[', ']'], items, |item, out| item.write(out, depth + 1));
            }
            Kind::Object(properties) if properties.is_empty() => out.push_str("{}"),
            Kind::Object(properties) => write_lines(out, depth, ['{', '}'], properties, |(key, node), out| {
                out.push_str(&quoted(&key.name));
                out.push_str(": ");
                node.write(out, depth + 1);
            }),
        }
    }
}

impl fmt::Display for Node {
    /// JSON on one line with every number as its token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Null => f.write_str("null"),
            Kind::Bool(value) => value.fmt(f),
            Kind::Number(token) => f.write_str(token),
            Kind::String(text) => f.write_str(&quoted(text)),
            Kind::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if index == 0 { "[" } else { "," })?;
                }
                f.write_str(if items.is_empty() { "[]" } else { "]" })
            }
            Kind::Object(properties) => {
                for (index, (key, property)) in properties.iter().enumerate() {
                    let start = if index == 0 { "{" } else { "," };
                    write!(f, "{start}{}:{property}", quoted(&key.name))?;
                }
                f.write_str(if properties.is_empty() { "{}" } else { "}" })
            }
        }
    }
}

fn by_name(properties: &[(Key, Node)]) -> Vec<&(Key, Node)> {
    let mut properties: Vec<_> = properties.iter().collect();
    properties.sort_by(|(a, _), (b, _)| a.name.cmp(&b.name));
    properties
}

fn write_lines<T>(
    out: &mut String,
    depth: usize,
    [open, close]: [char; 2],
    parts: &[T],
    write: impl Fn(&T, &mut String),
) {
    out.push(open);
    for (index, part) in parts.iter().enumerate() {
        out.push_str(if index == 0 { "\n" } else { ",\n" });
        indent(out, depth + 1);
        write(part, out);
    }
    out.push('\n');
    indent(out, depth);
    out.push(close);
}

fn indent(out: &mut String, depth: usize) {
    out.extend(std::iter::repeat_n("  ", depth));
}

fn quoted(text: &str) -> String {
    // A string always serialises.
    serde_json::to_string(text).unwrap_or_default()
}
