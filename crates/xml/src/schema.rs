//! What a schema says of the XML of its values.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::legal::OF_XML;

/// The property that holds the text of an element beside attributes or elements.
pub(crate) const TEXT: &str = "#text";

/// The XML of the values of a schema.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct XmlSchema {
    /// The element that a whole body is.
    pub root: Element,
    /// Shapes that others refer to by their names, themselves among them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub components: BTreeMap<String, Shape>,
}

/// An element, or an attribute.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Element {
    /// Its name without a prefix.
    pub name: String,
    /// Its prefix.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// The namespace that is declared where it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// What is in it.
    pub shape: Shape,
    /// Whether the document says the name itself: others are those of a component or a property.
    #[serde(skip)]
    pub is_named: bool,
}

/// What is in an element.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// Nobody says.
    Any,
    /// Text.
    String,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// Elements one after another: inside of this one where it wraps them, or else in its place.
    List {
        /// One of them.
        item: Box<Element>,
        /// Whether an element is around them.
        is_wrapped: bool,
    },
    /// Elements and attributes with names. There may be others.
    Object {
        /// The properties that are known.
        properties: Vec<Property>,
        /// What all others are.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        others: Option<Box<Shape>>,
    },
    /// A component.
    Component(String),
    /// One of several.
    OneOf(Choice),
}

/// What is one of several.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Choice {
    /// One shape for each kind of value: of the objects, one that has the properties of all.
    pub kinds: Vec<Shape>,
    /// All of them, in the order of the document, where somebody can tell which of them a value is.
    #[serde(skip)]
    pub alternatives: Vec<Shape>,
    /// The schema of the value in the document, which tells.
    #[serde(skip)]
    pub schema: Value,
}

/// A property of an object.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Property {
    /// Its name in JSON.
    pub name: String,
    /// Its element, or the attribute that it is.
    pub element: Element,
    /// Whether it is an attribute.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_attribute: bool,
    /// Whether it has to be there: a list of nothing may be written as nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_required: bool,
}

impl XmlSchema {
    /// A schema that refers to nothing else.
    pub fn new(root: Element) -> Self {
        Self { root, components: BTreeMap::new() }
    }

    /// Whether what both schemas know is written alike: by the same names, in the same namespaces, as elements or as
    /// attributes. The name of the root says nothing here, since it may be that of a component.
    pub fn is_written_as(&self, other: &Self) -> bool {
        let is_called_as = |one: &Element, two: &Element| (&one.name, &one.namespace) == (&two.name, &two.namespace);
        let (mut pairs, mut seen) = (vec![(&self.root.shape, &other.root.shape)], BTreeSet::new());
        while let Some((one, two)) = pairs.pop() {
            if let (Shape::Component(one), Shape::Component(two)) = (one, two)
                && !seen.insert((one, two))
            {
                continue;
            }
            let kinds = self.kinds(one).iter().flat_map(|one| other.kinds(two).iter().map(move |two| (one, two)));
            for (one, two) in kinds {
                match (self.resolve(one), other.resolve(two)) {
                    (Shape::Object { properties, .. }, Shape::Object { properties: others, .. }) => {
                        for one in properties {
                            let Some(two) = others.iter().find(|two| two.name == one.name) else { continue };
                            if one.is_attribute != two.is_attribute || !is_called_as(&one.element, &two.element) {
                                return false;
                            }
                            pairs.push((&one.element.shape, &two.element.shape));
                        }
                    }
                    (Shape::List { item, is_wrapped }, Shape::List { item: other, is_wrapped: wraps }) => {
                        if is_wrapped != wraps || !is_called_as(item, other) {
                            return false;
                        }
                        pairs.push((&item.shape, &other.shape));
                    }
                    _ => {}
                }
            }
        }
        true
    }

    /// The shapes of all kinds of values.
    pub(crate) fn kinds<'a>(&'a self, shape: &'a Shape) -> &'a [Shape] {
        match self.resolve(shape) {
            Shape::OneOf(choice) => &choice.kinds,
            shape => std::slice::from_ref(shape),
        }
    }

    /// The shape of a value: of several, the one of its kind.
    pub(crate) fn of_value<'a>(&'a self, shape: &'a Shape, value: &Value) -> &'a Shape {
        let mut kinds = self.kinds(shape).iter().map(|kind| self.resolve(kind));
        let found = kinds.find(|kind| match kind {
            Shape::Object { .. } => value.is_object(),
            Shape::List { .. } => value.is_array(),
            _ => !value.is_object() && !value.is_array(),
        });
        found.unwrap_or(&Shape::Any)
    }

    /// What the elements of a property are called: as the items of a list that has none around it, or as the property is.
    pub(crate) fn elements_of<'a>(&'a self, element: &'a Element) -> Vec<&'a Element> {
        let of = |shape: &'a Shape| match self.resolve(shape) {
            Shape::List { item, is_wrapped: false } => &**item,
            _ => element,
        };
        let Shape::OneOf(choice) = self.resolve(&element.shape) else { return vec![of(&element.shape)] };
        let mut found: Vec<&Element> = Vec::new();
        for called in choice.shapes().map(of) {
            if !found.iter().any(|known| known.name == called.name) {
                found.push(called);
            }
        }
        found
    }

    /// The shape itself, where it is that of a component.
    pub(crate) fn resolve<'a>(&'a self, mut shape: &'a Shape) -> &'a Shape {
        // Components that are nothing but each other are nothing.
        for _ in 0..=self.components.len() {
            let Shape::Component(name) = shape else { return shape };
            match self.components.get(name) {
                Some(next) => shape = next,
                None => break,
            }
        }
        &Shape::Any
    }
}

impl Choice {
    /// What a value may be: the alternatives, or else one shape for each kind.
    pub(crate) fn shapes(&self) -> impl Iterator<Item = &Shape> {
        if self.alternatives.is_empty() { self.kinds.iter() } else { self.alternatives.iter() }
    }
}

impl Property {
    /// Whether it is an element of its own: the text of an element is none.
    pub(crate) fn is_element(&self) -> bool {
        !self.is_attribute && self.name != TEXT
    }

    /// Whether its attribute, or one of its elements, has a name.
    pub(crate) fn is_called(&self, name: &str, schema: &XmlSchema) -> bool {
        match self.is_attribute {
            true => self.element.name == name,
            false => schema.elements_of(&self.element).iter().any(|called| called.name == name),
        }
    }
}

impl Element {
    /// An element in no namespace.
    pub fn new(name: impl Into<String>, shape: Shape) -> Self {
        Self { name: name.into(), prefix: None, namespace: None, shape, is_named: false }
    }

    /// The namespace that the document says it is in. An attribute without a prefix is in none.
    pub(crate) fn namespace(&self, is_attribute: bool) -> Option<&str> {
        match self.prefix.as_deref() {
            Some("xml") => Some(OF_XML),
            None if is_attribute => None,
            _ => self.namespace.as_deref(),
        }
    }

    /// The name as it is written, where no element around it declares the prefix.
    pub(crate) fn qualified(&self) -> String {
        match &self.prefix {
            Some(prefix) if self.namespace.is_some() || prefix == "xml" => format!("{prefix}:{}", self.name),
            _ => self.name.clone(),
        }
    }
}
