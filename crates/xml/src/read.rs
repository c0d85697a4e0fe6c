//! XML as JSON values.

use std::collections::{HashMap, HashSet};
use std::fmt;

use serde_json::{Map, Value};

use crate::encoding::decode;
use crate::node::Node;
use crate::schema::TEXT;
use crate::{Element, Property, Shape, XmlSchema};

/// Why a body is no XML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(String);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Error {}

/// Reads XML as a JSON value. Its label may say its `charset`.
///
/// An element is the one that a schema knows if it has its name and its prefix; where there is none of these, the prefix does
/// not count. The root may be called anything. A text that is not of the type which the schema has for it stays text. What the
/// schema does not know is a property of its name, or several of one name a list.
///
/// # Errors
///
/// It is not XML in UTF-8, UTF-16 or ISO 8859-1, is deeper than 128 elements or has more than a million, or refers to
/// entities that XML itself does not have.
pub fn read(xml: &[u8], charset: Option<&str>, schema: &XmlSchema) -> Result<Value, Error> {
    let text = decode(xml, charset).map_err(|error| Error(error.to_string()))?;
    let root = Node::parse(&text).map_err(Error)?;
    Ok(value(&root, &schema.root.shape, schema))
}

fn value(node: &Node, shape: &Shape, schema: &XmlSchema) -> Value {
    if node.is_nil {
        return Value::Null;
    }
    let is_text_alone = node.attributes.is_empty() && node.children.is_empty() && !node.text.trim().is_empty();
    // What has attributes may do without them.
    let may_be_object = |properties: &[Property]| !is_text_alone || properties.iter().any(|one| one.is_attribute);
    match schema.resolve(shape) {
        Shape::Any | Shape::Component(_) => any(node, schema),
        Shape::Object { properties, others } if may_be_object(properties) => {
            object(node, properties, others.as_deref(), schema)
        }
        Shape::List { item, .. } => {
            // Where none is called as the document says, they are called otherwise.
            let named = Named::of(&node.children).take(item);
            let all = || node.children.iter().collect();
            list(if named.is_empty() { all() } else { named }, &item.shape, schema)
        }
        // An element of text alone in the place of an object is for the schema to refuse.
        shape => scalar(&node.text, shape),
    }
}

fn list(nodes: Vec<&Node>, item: &Shape, schema: &XmlSchema) -> Value {
    nodes.into_iter().map(|node| value(node, item, schema)).collect()
}

fn scalar(text: &str, shape: &Shape) -> Value {
    let trimmed = text.trim();
    let of_number = |number: f64| serde_json::Number::from_f64(number).map(Value::Number);
    let read = match shape {
        // There is no such number, nor a word.
        Shape::Boolean | Shape::Integer | Shape::Number if trimmed.is_empty() => Some(Value::Null),
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

/// Elements or attributes by their names without prefixes.
struct Named<'a> {
    nodes: &'a [Node],
    by_name: HashMap<&'a str, Vec<usize>>,
    is_known: Vec<bool>,
}

impl<'a> Named<'a> {
    fn of(nodes: &'a [Node]) -> Self {
        let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
        nodes.iter().enumerate().for_each(|(index, node)| by_name.entry(node.name()).or_default().push(index));
        Self { nodes, by_name, is_known: vec![false; nodes.len()] }
    }

    /// Those that a schema speaks of. Others of another namespace may have the same name.
    fn take(&mut self, element: &Element) -> Vec<&'a Node> {
        let qualified = element.qualified();
        let all = self.by_name.get(element.name.as_str()).map(Vec::as_slice).unwrap_or_default();
        let nodes = self.nodes;
        let of = |test: &dyn Fn(&Node) -> bool| -> Vec<usize> {
            all.iter().copied().filter(|index| test(&nodes[*index])).collect()
        };
        let exact = of(&|node| node.qualified == qualified);
        let without = of(&|node| !node.has_prefix());
        let found = [exact, without, all.to_vec()].into_iter().find(|found| !found.is_empty()).unwrap_or_default();
        found.iter().for_each(|index| self.is_known[*index] = true);
        found.into_iter().map(|index| &nodes[index]).collect()
    }

    fn others(self) -> impl Iterator<Item = &'a Node> {
        self.nodes.iter().zip(self.is_known).filter(|(_, is_known)| !is_known).map(|(node, _)| node)
    }
}

fn object(node: &Node, properties: &[Property], others: Option<&Shape>, schema: &XmlSchema) -> Value {
    let mut members = Map::new();
    let (mut attributes, mut children) = (Named::of(&node.attributes), Named::of(&node.children));
    for Property { name, element, is_attribute, is_required } in properties {
        let read = match schema.resolve(&element.shape) {
            shape if *is_attribute => attributes.take(element).last().map(|found| scalar(&found.text, shape)),
            Shape::List { item, is_wrapped: false } => {
                let all = children.take(item);
                // A list of nothing is written as nothing.
                (!all.is_empty() || *is_required).then(|| list(all, &item.shape, schema))
            }
            // Of an element that is there twice, the last one counts, as it does in JSON.
            shape => children.take(element).last().map(|child| value(child, shape, schema)),
        };
        members.extend(read.map(|value| (name.clone(), value)));
    }
    let shape = others.unwrap_or(&Shape::Any);
    let unknown = attributes.others().map(|found| (found, scalar(&found.text, schema.resolve(shape))));
    let unknown = unknown.chain(children.others().map(|child| (child, value(child, shape, schema))));
    extend(&mut members, unknown.collect());
    if !node.text.trim().is_empty() {
        members.entry(TEXT).or_insert_with(|| node.text.as_str().into());
    }
    Value::Object(members)
}

/// An element of which nobody says what is in it.
fn any(node: &Node, schema: &XmlSchema) -> Value {
    match node.children.is_empty() && node.attributes.is_empty() {
        true => node.text.as_str().into(),
        false => object(node, &[], None, schema),
    }
}

/// Adds what has no property of its own: several of one name are a list. What another namespace has under the name of a
/// property keeps its prefix.
fn extend(members: &mut Map<String, Value>, others: Vec<(&Node, Value)>) {
    let own: HashSet<String> = members.keys().cloned().collect();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let name = |node: &Node| if own.contains(node.name()) { node.qualified.clone() } else { node.name().to_owned() };
    others.iter().for_each(|(node, _)| *counts.entry(node.name()).or_default() += 1);
    for (node, value) in others {
        let key = name(node);
        if own.contains(&key) {
            continue;
        }
        match counts.get(node.name()) {
            Some(1) => _ = members.insert(key, value),
            _ => match members.entry(key).or_insert_with(|| Value::Array(Vec::new())) {
                Value::Array(list) => list.push(value),
                other => *other = value,
            },
        }
    }
}
