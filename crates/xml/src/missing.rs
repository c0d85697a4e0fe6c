//! Properties that are not there, and what is rather meant for them than for none.

use std::collections::{HashMap, HashSet};

use crate::node::Node;
use crate::schema::Property;
use crate::unexpected::Unexpected;
use crate::{Shape, XmlSchema};

/// The properties of an object that are not there.
pub(crate) struct Missing<'a> {
    schema: &'a XmlSchema,
    /// By the names of what may be meant for them.
    by_name: HashMap<&'a str, Vec<&'a Property>>,
    told: HashSet<&'a str>,
}

impl<'a> Missing<'a> {
    pub(crate) fn of(properties: &[&'a Property], schema: &'a XmlSchema) -> Self {
        let mut by_name: HashMap<&str, Vec<&Property>> = HashMap::new();
        for property in properties {
            let item = wrapped_item(property, schema);
            for name in [Some(property.name.as_str()), Some(&property.element.name), item].into_iter().flatten() {
                by_name.entry(name).or_default().push(property);
            }
        }
        Self { schema, by_name, told: HashSet::new() }
    }

    /// What is wrong with an element or an attribute of no property that is meant for one of these, and for which; once of
    /// each.
    pub(crate) fn meant(&mut self, node: &Node, is_attribute: bool) -> Option<(&'a str, Unexpected)> {
        let all = self.by_name.get(node.name())?;
        let why = |property: &&'a Property| why(node, is_attribute, property, self.schema);
        let (name, why) = all.iter().find_map(|property| Some((property.name.as_str(), why(property)?)))?;
        self.told.insert(name).then(|| (name, Unexpected::new(why)))
    }
}

/// Why something is not a property, though it has a name of it.
fn why(node: &Node, is_attribute: bool, property: &Property, schema: &XmlSchema) -> Option<String> {
    let called = |name: &str| format!("must be called `{name}`, and is called `{}`", node.name());
    if !is_attribute && wrapped_item(property, schema) == Some(node.name()) {
        return Some(format!("must be around the elements `{}`, which stand alone", node.name()));
    }
    match (property.is_attribute, is_attribute) {
        // It is of somebody else.
        _ if node.has_prefix() => None,
        (true, false) => Some("must be an attribute, and is an element".to_owned()),
        (false, true) => Some("must be an element, and is an attribute".to_owned()),
        _ if property.is_called(node.name(), schema) => None,
        (true, true) => Some(called(&property.element.name)),
        (false, false) => schema.elements_of(&property.element).first().map(|first| called(&first.name)),
    }
}

/// What the items of a list are called that has an element around it.
fn wrapped_item<'a>(property: &'a Property, schema: &'a XmlSchema) -> Option<&'a str> {
    match schema.resolve(&property.element.shape) {
        Shape::List { item, is_wrapped: true, .. } => Some(&item.name),
        _ => None,
    }
}
