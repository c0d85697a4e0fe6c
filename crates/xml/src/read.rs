//! XML as JSON values.

use std::fmt;

use serde_json::{Map, Value};

use crate::node::Node;
use crate::{Property, Shape, XmlSchema};

/// The property that holds the text of an element of which nobody says what is in it, beside attributes or elements.
const TEXT: &str = "#text";

/// Why a body is no XML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(String);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Error {}

/// Reads XML as a JSON value.
///
/// Names are compared without prefixes, and the root may be called anything. A text that is not of the type which the schema
/// has for it stays text. What the schema does not know is a property of its name, or several of one name a list.
///
/// # Errors
///
/// It is not XML in UTF-8, is deeper than 128 elements, or refers to entities that XML itself does not have.
pub fn read(xml: &[u8], schema: &XmlSchema) -> Result<Value, Error> {
    let text = str::from_utf8(xml).map_err(|_| Error("it is not UTF-8".to_owned()))?;
    let root = Node::parse(text.strip_prefix('\u{feff}').unwrap_or(text)).map_err(Error)?;
    Ok(match schema.resolve(&schema.root.shape) {
        Shape::List { item, .. } => list(&root.children.iter().collect::<Vec<_>>(), &item.shape, schema),
        shape => value(&root, shape, schema),
    })
}

fn value(node: &Node, shape: &Shape, schema: &XmlSchema) -> Value {
    if node.is_nil {
        return Value::Null;
    }
    match schema.resolve(shape) {
        Shape::Any | Shape::Component(_) => any(node, schema),
        Shape::Object { properties } if !node.attributes.is_empty() || !node.children.is_empty() || is_blank(node) => {
            object(node, properties, schema)
        }
        Shape::List { item, .. } => list(&node.children.iter().collect::<Vec<_>>(), &item.shape, schema),
        // An element of text alone in the place of an object is for the schema to refuse.
        shape => scalar(&node.text, shape),
    }
}

fn is_blank(node: &Node) -> bool {
    node.text.trim().is_empty()
}

fn list(nodes: &[&Node], item: &Shape, schema: &XmlSchema) -> Value {
    nodes.iter().map(|node| value(node, item, schema)).collect()
}

fn scalar(text: &str, shape: &Shape) -> Value {
    let trimmed = text.trim();
    let of_number = |number: f64| serde_json::Number::from_f64(number).map(Value::Number);
    let read = match shape {
        Shape::Boolean => match trimmed {
            "true" | "1" => Some(Value::Bool(true)),
            "false" | "0" => Some(Value::Bool(false)),
            _ => None,
        },
        Shape::Integer | Shape::Number => {
            let whole =
                || trimmed.parse::<i64>().map(Value::from).or_else(|_| trimmed.parse::<u64>().map(Value::from)).ok();
            whole().or_else(|| of_number(trimmed.parse().ok()?))
        }
        _ => None,
    };
    read.unwrap_or_else(|| text.into())
}

fn object(node: &Node, properties: &[Property], schema: &XmlSchema) -> Value {
    let mut members = Map::new();
    let mut known = vec![false; node.children.len()];
    for Property { name, element, is_attribute } in properties {
        if *is_attribute {
            let found = node.attributes.iter().find(|(key, _)| *key == element.name);
            members.extend(found.map(|(_, text)| (name.clone(), scalar(text, schema.resolve(&element.shape)))));
            continue;
        }
        let mut called = |wanted: &str| -> Vec<&Node> {
            let all = node.children.iter().zip(&mut known);
            all.filter(|(child, _)| child.name == wanted)
                .map(|(child, known)| {
                    *known = true;
                    child
                })
                .collect()
        };
        let read = match schema.resolve(&element.shape) {
            Shape::List { item, is_wrapped: false } => {
                let all = called(&item.name);
                (!all.is_empty()).then(|| list(&all, &item.shape, schema))
            }
            // Of an element that is there twice, the last one counts, as it does in JSON.
            shape => called(&element.name).last().map(|child| value(child, shape, schema)),
        };
        members.extend(read.map(|value| (name.clone(), value)));
    }
    let is_known = |key: &str| properties.iter().any(|property| property.is_attribute && property.element.name == key);
    let attributes = node.attributes.iter().filter(|(key, _)| !is_known(key));
    let mut others: Vec<(&str, Value)> = attributes.map(|(key, text)| (key.as_str(), text.as_str().into())).collect();
    let unknown = node.children.iter().zip(known).filter(|(_, known)| !known);
    others.extend(unknown.map(|(child, _)| (child.name.as_str(), any(child, schema))));
    extend(&mut members, others);
    Value::Object(members)
}

/// An element of which nobody says what is in it.
fn any(node: &Node, schema: &XmlSchema) -> Value {
    if node.is_nil {
        return Value::Null;
    }
    if node.children.is_empty() && node.attributes.is_empty() {
        return node.text.as_str().into();
    }
    let Value::Object(mut members) = object(node, &[], schema) else { return Value::Null };
    if !is_blank(node) {
        members.insert(TEXT.to_owned(), node.text.as_str().into());
    }
    Value::Object(members)
}

/// Adds what has no property of its own: several of one name are a list.
fn extend(members: &mut Map<String, Value>, others: Vec<(&str, Value)>) {
    let own: Vec<String> = members.keys().cloned().collect();
    let mut lists: Vec<(&str, Vec<Value>)> = Vec::new();
    for (name, value) in others.into_iter().filter(|(name, _)| !own.iter().any(|own| own == name)) {
        match lists.iter_mut().find(|(known, _)| *known == name) {
            Some((_, list)) => list.push(value),
            None => lists.push((name, vec![value])),
        }
    }
    for (name, mut list) in lists {
        let value = if list.len() == 1 { list.remove(0) } else { Value::Array(list) };
        members.insert(name.to_owned(), value);
    }
}
