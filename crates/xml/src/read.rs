//! XML as JSON values.

use std::collections::HashSet;
use std::fmt;

use serde_json::{Map, Value};

use crate::choice::of_kinds;
use crate::encoding::decode;
use crate::missing::Missing;
use crate::named::Named;
use crate::node::Node;
use crate::others::{Other, Others};
use crate::schema::TEXT;
use crate::unexpected::Unexpected;
use crate::{Alternative, Choice, Element, Property, Shape, XmlSchema};

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
    /// Elements and attributes that are not called as the document says, or do not stand where it says.
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

/// Looks at a body of which nobody says what is in it. It has to be XML all the same.
///
/// # Errors
///
/// Those of [`read_strictly`].
pub fn check(xml: &[u8], charset: Option<&str>) -> Result<(), Error> {
    well_formed(xml, charset).map(|_| ())
}

/// Reads XML as a server does that takes nothing but what its document says: names and namespaces count where the document
/// has them under `xml`, be it of the root, and of several alternatives the first counts that the schema `accepts`. An
/// element is there once unless the schema has a list for it, a text has no elements in it and no attributes, a list has nothing
/// but its items in it, what is null is empty, and an attribute is no element.
/// What the schema does not know at all is a property as in [`read`]. A root that is described as a text may hold anything.
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
    let root = well_formed(xml, charset)?;
    let mut reading = Reading::new(schema, Some(accepts));
    reading.expect(&root, &schema.called(&schema.root));
    let value = reading.value(&root, &schema.root.shape);
    Ok(Strict { value, unexpected: reading.unexpected })
}

fn well_formed(xml: &[u8], charset: Option<&str>) -> Result<Node, Error> {
    let text = decode(xml, charset).map_err(|error| Error(error.to_string()))?;
    Node::parse_well_formed(&text).map_err(Error)
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

    fn is_strict(&self) -> bool {
        self.accepts.is_some()
    }

    /// Notes an element that is not called as the document says.
    fn expect(&mut self, node: &Node, called: &[&Element]) {
        self.note(|_| Unexpected::of_any(node, called));
    }

    /// Notes what is otherwise than the document says, where that counts.
    fn note(&mut self, find: impl FnOnce(&XmlSchema) -> Option<Unexpected>) {
        let found = if self.is_strict() { find(self.schema) } else { None };
        self.unexpected.extend(found.map(|found| Unexpected { path: self.path.clone(), ..found }));
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
            _ if node.is_nil => {
                self.note(|_| Unexpected::in_nil(node));
                Value::Null
            }
            Shape::Any | Shape::Component(_) => self.any(node),
            Shape::Object { properties, others } if may_be_object(properties) => {
                self.object(node, properties, others.as_deref())
            }
            Shape::List { first, item, .. } if !(is_text_alone && self.is_strict()) => {
                let nodes = self.items(node, first, item);
                self.list(&nodes, first, item)
            }
            Shape::OneOf(choice) => self.one_of(choice, &[node], |reading, shape| reading.value(node, shape)),
            // A whole body that is described as a text may be any XML: the document says no more of it.
            Shape::String if self.path.is_empty() => node.text.as_str().into(),
            // An element of text alone in the place of an object or a list is for the schema to refuse.
            shape => {
                self.note(|_| Unexpected::in_text(node));
                scalar(&node.text, shape)
            }
        }
    }

    /// The value of a property, of which there is at least one element.
    fn property(&mut self, nodes: &[&Node], shape: &Shape) -> Value {
        match self.schema.resolve(shape) {
            Shape::List { first, item, is_wrapped: false } => {
                self.note(|schema| Unexpected::wrapped(nodes, item, schema));
                self.list(nodes, first, item)
            }
            Shape::OneOf(choice) => self.one_of(choice, nodes, |reading, shape| reading.property(nodes, shape)),
            // As of what the schema does not know at all.
            Shape::Any if nodes.len() > 1 => nodes.iter().map(|node| self.value(node, shape)).collect(),
            // Of an element that is there twice, the last one counts, as it does in JSON.
            shape => {
                self.note(|_| Unexpected::repeated(nodes));
                nodes.last().map_or(Value::Null, |node| self.value(node, shape))
            }
        }
    }

    fn attribute(&mut self, node: &Node, shape: &Shape) -> Value {
        match self.schema.resolve(shape) {
            Shape::OneOf(choice) => self.one_of(choice, &[node], |reading, shape| reading.attribute(node, shape)),
            shape => scalar(&node.text, shape),
        }
    }

    /// The value of the first alternative that the schema accepts, or of the one that the elements look like. Those that are
    /// called as one of the alternatives have to be this one.
    fn one_of(&mut self, choice: &Choice, nodes: &[&Node], read: impl Fn(&mut Self, &Shape) -> Value) -> Value {
        if let Some(accepts) = self.accepts {
            let before = self.unexpected.len();
            // Several elements are rather a list than the last one.
            let is_list = |shape: &Shape| matches!(self.schema.resolve(shape), Shape::List { is_wrapped: false, .. });
            let mut alternatives: Vec<&Alternative> = choice.alternatives.iter().collect();
            alternatives.sort_by_key(|one| nodes.len() > 1 && !is_list(&one.shape));
            for one in alternatives.into_iter().filter(|one| one.is_called(nodes)) {
                if self.budget == 0 {
                    break;
                }
                let value = read(self, &one.shape);
                let is_it = || one.called.is_none() || accepts(&one.schema, &value);
                if self.unexpected.len() == before && accepts(&choice.schema, &value) && is_it() {
                    return value;
                }
                self.unexpected.truncate(before);
            }
        }
        let Some(named) = choice.alternatives.iter().find(|one| one.called.is_some() && one.is_called(nodes)) else {
            return read(self, of_kinds(nodes, &choice.kinds, self.schema).unwrap_or(&Shape::Any));
        };
        let value = read(self, &named.shape);
        if let (Some(accepts), Some(node)) = (self.accepts, nodes.last())
            && !accepts(&named.schema, &value)
        {
            let mut others = choice.alternatives.iter().filter(|one| accepts(&one.schema, &value));
            let other = others.find_map(|one| one.called.as_ref());
            self.note(|_| other.map(|other| Unexpected::of_another(node, other)));
        }
        value
    }

    /// The items that are in an element.
    fn items<'n>(&mut self, node: &'n Node, first: &[Element], item: &Element) -> Vec<&'n Node> {
        let called = self.schema.items_of(first, item);
        let mut children = Named::of(&node.children);
        let named = children.take_all(&called, false, self.is_strict());
        // Where none is called as the document says, they are called otherwise.
        let other = if named.is_empty() { None } else { children.others().next() };
        self.note(|_| Unexpected::beside_items(node, other));
        let nodes: Vec<&Node> = if named.is_empty() {
            node.children.iter().collect()
        } else {
            named.iter().map(|(node, _)| *node).collect()
        };
        for (index, node) in nodes.iter().enumerate() {
            self.expect(node, &self.schema.called(first.get(index).unwrap_or(item)));
        }
        nodes
    }

    fn list(&mut self, nodes: &[&Node], first: &[Element], item: &Element) -> Value {
        let shape = |index: usize| &first.get(index).unwrap_or(item).shape;
        let items = nodes.iter().enumerate();
        items.map(|(index, node)| self.below(index, |reading| reading.value(node, shape(index)))).collect()
    }

    fn object(&mut self, node: &Node, properties: &[Property], others: Option<&Shape>) -> Value {
        let mut object = Map::new();
        let (mut attributes, mut children) = (Named::of(&node.attributes), Named::of(&node.children));
        let mut missing: Vec<&Property> = Vec::new();
        for property in properties {
            let Property { name, element, is_attribute, is_required } = property;
            let read = self.below(name, |reading| {
                let nodes = reading.take(property, &mut attributes, &mut children);
                if nodes.is_empty() {
                    missing.push(property);
                }
                if *is_attribute {
                    return nodes.last().map(|node| reading.attribute(node, &element.shape));
                }
                // A list of nothing is written as nothing.
                let may_be_nothing =
                    || matches!(reading.schema.resolve(&element.shape), Shape::List { is_wrapped: false, .. });
                let is_there = !nodes.is_empty() || *is_required && may_be_nothing();
                is_there.then(|| reading.property(&nodes, &element.shape))
            });
            object.extend(read.map(|value| (name.clone(), value)));
        }
        let mut missing = Missing::of(if self.is_strict() { &missing } else { &[] }, self.schema);
        let mut own: HashSet<String> = object.keys().cloned().collect();
        if self.is_strict() {
            // What the schema does not know is none of its properties, whatever it is called.
            own.extend(properties.iter().map(|property| property.name.clone()));
        }
        let mut unknown = Others::of(own);
        for found in attributes.others() {
            self.miss(missing.meant(found, true));
            unknown.attribute(found);
        }
        for found in children.others() {
            self.miss(missing.meant(found, false));
            unknown.element(found);
        }
        let shape = others.unwrap_or(&Shape::Any);
        for Other { name, attributes, elements } in unknown.all() {
            let shape = self.schema.of_name(shape, &name, self.accepts);
            let value = self.below(&name, |reading| reading.other(&attributes, &elements, shape));
            object.insert(name, value);
        }
        if !node.text.trim().is_empty() {
            object.entry(TEXT).or_insert_with(|| node.text.as_str().into());
        }
        Value::Object(object)
    }

    /// The value of a property of no name that is known. What is there more than once is a list, be it in several ways.
    fn other(&mut self, attributes: &[&Node], elements: &[&Node], shape: &Shape) -> Value {
        match (attributes, elements) {
            ([], elements) => self.property(elements, shape),
            ([only], []) => self.attribute(only, shape),
            (attributes, elements) => {
                let mut all: Vec<Value> = attributes.iter().map(|node| self.attribute(node, shape)).collect();
                all.extend(elements.iter().map(|node| self.value(node, shape)));
                all.into()
            }
        }
    }

    /// The elements of a property, or its attribute; none where it is not there.
    fn take<'n>(&mut self, property: &Property, attributes: &mut Named<'n>, children: &mut Named<'n>) -> Vec<&'n Node> {
        let (schema, is_strict) = (self.schema, self.is_strict());
        let Property { element, is_attribute, .. } = property;
        let (nodes, mut called) = match is_attribute {
            true => (attributes, vec![element]),
            false => (children, schema.elements_of(element)),
        };
        if !is_strict && called.iter().all(|known| known.name != element.name) && schema.has_names(element) {
            // Whoever sends it may know the name of the property alone.
            called.push(element);
        }
        let found = nodes.take_all(&called, *is_attribute, is_strict);
        found.iter().for_each(|(node, called)| self.note(|_| Unexpected::of(node, called, *is_attribute)));
        found.into_iter().map(|(node, _)| node).collect()
    }

    /// Notes what is meant for a property that is missing.
    fn miss(&mut self, meant: Option<(&str, Unexpected)>) {
        if let Some((name, found)) = meant {
            self.below(name, |reading| reading.note(|_| Some(found)));
        }
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
