//! What a schema says of the XML of its values.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::legal::OF_XML;
use crate::{Accepts, Choice};

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
        /// The first of them, where each is something of its own.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        first: Vec<Element>,
        /// One of all others.
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
    /// What the name of a property says, where somebody can tell what names are like.
    #[serde(skip)]
    ByName(ByName),
}

impl Shape {
    /// Whether a value is of its kind, where it is that of no component.
    pub(crate) fn is_of_kind(&self, value: &Value) -> bool {
        match self {
            Self::Object { .. } => value.is_object(),
            Self::List { .. } => value.is_array(),
            _ => !value.is_object() && !value.is_array(),
        }
    }
}

/// What properties are whose names are like this or that.
#[derive(Clone, Debug, PartialEq)]
pub struct ByName {
    /// Schemas of names in the document, and what the properties are.
    pub patterns: Vec<(Value, Shape)>,
    /// What all others are.
    pub others: Box<Shape>,
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
        let is_named_as = |one: &Element, two: &Element| (&one.name, &one.namespace) == (&two.name, &two.namespace);
        let is_one_of = |one: &Element, all: &[&Element]| all.iter().any(|two| is_named_as(one, two));
        // There may be more alternatives than before, or fewer.
        let is_called_as = |one: &Element, two: &Element| {
            let (one, two) = (self.called(one), other.called(two));
            one.iter().all(|one| is_one_of(one, &two)) || two.iter().all(|two| is_one_of(two, &one))
        };
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
                    (Shape::List { item, is_wrapped, .. }, Shape::List { item: other, is_wrapped: wraps, .. }) => {
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
        kinds.find(|kind| kind.is_of_kind(value)).unwrap_or(&Shape::Any)
    }

    /// What the element of a value may be called: as it is, or as one of several that have names of their own.
    pub(crate) fn called<'a>(&'a self, element: &'a Element) -> Vec<&'a Element> {
        match self.resolve(&element.shape) {
            Shape::OneOf(choice) => distinct(choice.called(element).map(|(called, _)| called)),
            _ => vec![element],
        }
    }

    /// Whether the element of a value is called after which of several alternatives the value is.
    pub(crate) fn has_names(&self, element: &Element) -> bool {
        match self.resolve(&element.shape) {
            Shape::OneOf(choice) => choice.alternatives.iter().any(|one| one.called.is_some()),
            _ => false,
        }
    }

    /// What the items of a list may be called.
    pub(crate) fn items_of<'a>(&'a self, first: &'a [Element], item: &'a Element) -> Vec<&'a Element> {
        distinct(first.iter().chain([item]).flat_map(|item| self.called(item)))
    }

    /// What the elements of a property are called: as the items of a list that has none around it, or as the property is.
    pub(crate) fn elements_of<'a>(&'a self, element: &'a Element) -> Vec<&'a Element> {
        let of = |called: &'a Element, shape: &'a Shape| match self.resolve(shape) {
            Shape::List { first, item, is_wrapped: false } => self.items_of(first, item),
            _ => vec![called],
        };
        match self.resolve(&element.shape) {
            Shape::OneOf(choice) => distinct(choice.called(element).flat_map(|(called, shape)| of(called, shape))),
            shape => distinct(of(element, shape).into_iter()),
        }
    }

    /// What a property is that has no name which is known.
    pub(crate) fn of_name<'a>(&'a self, shape: &'a Shape, name: &str, accepts: Option<Accepts<'_>>) -> &'a Shape {
        let Shape::ByName(ByName { patterns, others }) = self.resolve(shape) else { return shape };
        let is_like = |names: &Value| accepts.is_some_and(|accepts| accepts(names, &name.into()));
        patterns.iter().find(|(names, _)| is_like(names)).map_or(others, |(_, shape)| shape)
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

/// The first element of each name.
fn distinct<'a>(all: impl Iterator<Item = &'a Element>) -> Vec<&'a Element> {
    let mut found: Vec<&Element> = Vec::new();
    for element in all {
        if !found.iter().any(|known| known.name == element.name) {
            found.push(element);
        }
    }
    found
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
