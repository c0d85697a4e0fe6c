//! Schemas of XML.
#![allow(dead_code, reason = "every test uses a part of it")]

use keyapi_xml::{Element, Property, Shape, XmlSchema};

/// A property that is an element.
pub(crate) fn property(name: &str, element: Element) -> Property {
    Property { name: name.to_owned(), element, is_attribute: false, is_required: false }
}

/// A property that is an attribute.
pub(crate) fn attribute(name: &str, element: Element) -> Property {
    Property { is_attribute: true, ..property(name, element) }
}

/// An object of these properties.
pub(crate) fn of(properties: Vec<Property>) -> XmlSchema {
    XmlSchema::new(Element::new("root", Shape::Object { properties, others: None }))
}
