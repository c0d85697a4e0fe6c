//! What a schema says of the XML of its values.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

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
        let (mut pairs, mut seen) = (vec![(&self.root, &other.root)], BTreeSet::new());
        while let Some((one, two)) = pairs.pop() {
            let is_root = std::ptr::eq(one, &self.root);
            if !is_root && (&one.name, &one.namespace) != (&two.name, &two.namespace) {
                return false;
            }
            if let (Shape::Component(one), Shape::Component(two)) = (&one.shape, &two.shape)
                && !seen.insert((one, two))
            {
                continue;
            }
            match (self.resolve(&one.shape), other.resolve(&two.shape)) {
                (Shape::Object { properties, .. }, Shape::Object { properties: others, .. }) => {
                    for one in properties {
                        let Some(two) = others.iter().find(|two| two.name == one.name) else { continue };
                        if one.is_attribute != two.is_attribute {
                            return false;
                        }
                        pairs.push((&one.element, &two.element));
                    }
                }
                (Shape::List { item, is_wrapped }, Shape::List { item: other, is_wrapped: wraps }) => {
                    if is_wrapped != wraps {
                        return false;
                    }
                    pairs.push((item, other));
                }
                _ => {}
            }
        }
        true
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

impl Element {
    /// An element in no namespace.
    pub fn new(name: impl Into<String>, shape: Shape) -> Self {
        Self { name: name.into(), prefix: None, namespace: None, shape }
    }

    /// The name as it is written. A prefix that nothing declares would make it no XML.
    pub(crate) fn qualified(&self) -> String {
        match &self.prefix {
            Some(prefix) if self.namespace.is_some() || prefix == "xml" => format!("{prefix}:{}", self.name),
            _ => self.name.clone(),
        }
    }
}
