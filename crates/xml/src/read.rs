//! XML as JSON values.

use std::collections::{HashMap, HashSet};
use std::fmt;

use serde_json::{Map, Value};

use crate::choice::of_kinds;
use crate::encoding::decode;
use crate::named::{Named, Unexpected};
use crate::node::Node;
use crate::schema::TEXT;
use crate::{Choice, Element, Property, Shape, XmlSchema};

/// How many elements are read in the search for the alternative that they are. Past that they are read as what has the
/// properties of all, so that the cost of a body does not grow with the powers of its schema.
const BUDGET: usize = 200_000;

/// Why a body is no XML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(String);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Error {}

/// A body that was read strictly.
#[derive(Clone, Debug, PartialEq)]
pub struct Strict {
    /// What it holds.
    pub value: Value,
    /// Elements and attributes that are not called as the document says.
    pub unexpected: Vec<Unexpected>,
}

/// Whether a schema of the document accepts a value.
pub type Accepts<'a> = &'a dyn Fn(&Value, &Value) -> bool;

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
    Ok(Reading::new(schema, None).value(&root, &schema.root.shape))
}

/// Reads XML as a server does that takes nothing but what its document says: names and namespaces count where the document
/// has them under `xml`, be it of the root, and of several alternatives the first counts that the schema `accepts`.
///
/// # Errors
///
/// Those of [`read`], and what XML 1.0 and its namespaces do not allow.
pub fn read_strictly(
    xml: &[u8],
    charset: Option<&str>,
    schema: &XmlSchema,
    accepts: Accepts<'_>,
) -> Result<Strict, Error> {
    let text = decode(xml, charset).map_err(|error| Error(error.to_string()))?;
    let root = Node::parse_well_formed(&text).map_err(Error)?;
    let mut reading = Reading::new(schema, Some(accepts));
    reading.expect(&root, &schema.root, false);
    let value = reading.value(&root, &schema.root.shape);
    Ok(Strict { value, unexpected: reading.unexpected })
}

struct Reading<'a> {
    schema: &'a XmlSchema,
    accepts: Option<Accepts<'a>>,
    /// Where in the value something is read.
    path: Vec<String>,
    unexpected: Vec<Unexpected>,
    budget: usize,
}

impl<'a> Reading<'a> {
    fn new(schema: &'a XmlSchema, accepts: Option<Accepts<'a>>) -> Self {
        Self { schema, accepts, path: Vec::new(), unexpected: Vec::new(), budget: BUDGET }
    }

    /// Notes an element or an attribute that is not called as the document says.
    fn expect(&mut self, node: &Node, element: &Element, is_attribute: bool) {
        if self.accepts.is_some()
            && let Some(found) = Unexpected::of(node, element, is_attribute)
        {
            self.unexpected.push(Unexpected { path: self.path.clone(), ..found });
        }
    }

    fn below<T>(&mut self, name: impl ToString, read: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(name.to_string());
        let found = read(self);
        self.path.pop();
        found
    }

    fn value(&mut self, node: &Node, shape: &Shape) -> Value {
        self.budget = self.budget.saturating_sub(1);
        let is_text_alone = node.attributes.is_empty() && node.children.is_empty() && !node.text.trim().is_empty();
        // What has attributes may do without them.
        let may_be_object = |properties: &[Property]| !is_text_alone || properties.iter().any(|one| one.is_attribute);
        match self.schema.resolve(shape) {
            _ if node.is_nil => Value::Null,
            Shape::Any | Shape::Component(_) => self.any(node),
            Shape::Object { properties, others } if may_be_object(properties) => {
                self.object(node, properties, others.as_deref())
            }
            Shape::List { item, .. } if !(is_text_alone && self.accepts.is_some()) => {
                // Where none is called as the document says, they are called otherwise.
                let named = Named::of(&node.children).take(item, false);
                let items = if named.is_empty() { node.children.iter().collect() } else { named };
                items.iter().for_each(|node| self.expect(node, item, false));
                self.list(&items, item)
            }
            Shape::OneOf(choice) => self.one_of(choice, &[node], |reading, shape| reading.value(node, shape)),
            // An element of text alone in the place of an object or a list is for the schema to refuse.
            shape => scalar(&node.text, shape),
        }
    }

    /// The value of a property, of which there is at least one element.
    fn property(&mut self, nodes: &[&Node], shape: &Shape) -> Value {
        match self.schema.resolve(shape) {
            Shape::List { item, is_wrapped: false } => self.list(nodes, item),
            Shape::OneOf(choice) => self.one_of(choice, nodes, |reading, shape| reading.property(nodes, shape)),
            // Of an element that is there twice, the last one counts, as it does in JSON.
            shape => nodes.last().map_or(Value::Null, |node| self.value(node, shape)),
        }
    }

    fn attribute(&mut self, node: &Node, shape: &Shape) -> Value {
        match self.schema.resolve(shape) {
            Shape::OneOf(choice) => self.one_of(choice, &[node], |reading, shape| reading.attribute(node, shape)),
            shape => scalar(&node.text, shape),
        }
    }

    /// The value of the first alternative that the schema accepts, or of the one that the elements look like.
    fn one_of(&mut self, choice: &Choice, nodes: &[&Node], read: impl Fn(&mut Self, &Shape) -> Value) -> Value {
        if let Some(accepts) = self.accepts {
            let before = self.unexpected.len();
            // Several elements are rather a list than the last one.
            let is_list = |shape: &Shape| matches!(self.schema.resolve(shape), Shape::List { is_wrapped: false, .. });
            let mut alternatives: Vec<&Shape> = choice.alternatives.iter().collect();
            alternatives.sort_by_key(|shape| nodes.len() > 1 && !is_list(shape));
            for shape in alternatives {
                if self.budget == 0 {
                    break;
                }
                let value = read(self, shape);
                if self.unexpected.len() == before && accepts(&choice.schema, &value) {
                    return value;
                }
                self.unexpected.truncate(before);
            }
        }
        read(self, of_kinds(nodes, &choice.kinds, self.schema).unwrap_or(&Shape::Any))
    }

    fn list(&mut self, nodes: &[&Node], item: &Element) -> Value {
        let items = nodes.iter().enumerate();
        items.map(|(index, node)| self.below(index, |reading| reading.value(node, &item.shape))).collect()
    }

    fn object(&mut self, node: &Node, properties: &[Property], others: Option<&Shape>) -> Value {
        let mut members = Map::new();
        let (mut attributes, mut children) = (Named::of(&node.attributes), Named::of(&node.children));
        for Property { name, element, is_attribute, is_required } in properties {
            let read = self.below(name, |reading| {
                if *is_attribute {
                    let found = attributes.take(element, true).last().copied()?;
                    reading.expect(found, element, true);
                    return Some(reading.attribute(found, &element.shape));
                }
                let mut nodes = Vec::new();
                for called in reading.schema.elements_of(element) {
                    let found = children.take(called, false);
                    found.iter().for_each(|node| reading.expect(node, called, false));
                    nodes.extend(found);
                }
                // A list of nothing is written as nothing.
                let may_be_nothing =
                    || matches!(reading.schema.resolve(&element.shape), Shape::List { is_wrapped: false, .. });
                let is_there = !nodes.is_empty() || *is_required && may_be_nothing();
                is_there.then(|| reading.property(&nodes, &element.shape))
            });
            members.extend(read.map(|value| (name.clone(), value)));
        }
        let shape = others.unwrap_or(&Shape::Any);
        let mut unknown: Vec<(&Node, Value)> = Vec::new();
        for found in attributes.others() {
            unknown.push((found, self.below(found.name(), |reading| reading.attribute(found, shape))));
        }
        for child in children.others() {
            unknown.push((child, self.below(child.name(), |reading| reading.value(child, shape))));
        }
        extend(&mut members, unknown);
        if !node.text.trim().is_empty() {
            members.entry(TEXT).or_insert_with(|| node.text.as_str().into());
        }
        Value::Object(members)
    }

    /// An element of which nobody says what is in it.
    fn any(&mut self, node: &Node) -> Value {
        match node.children.is_empty() && node.attributes.is_empty() {
            true => node.text.as_str().into(),
            false => self.object(node, &[], None),
        }
    }
}

/// A text as a value of a type, or as it is where it is none.
pub(crate) fn scalar(text: &str, shape: &Shape) -> Value {
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
