//! What has no property of its own.

use std::collections::{HashMap, HashSet};

use crate::node::Node;

/// Attributes and elements that no property is for, by their names, in their order.
pub(crate) struct Others<'a> {
    /// The names that are taken.
    own: HashSet<String>,
    places: HashMap<String, usize>,
    all: Vec<Other<'a>>,
}

/// All that have one name.
pub(crate) struct Other<'a> {
    pub(crate) name: String,
    pub(crate) attributes: Vec<&'a Node>,
    pub(crate) elements: Vec<&'a Node>,
}

impl<'a> Others<'a> {
    /// None, beside properties of these names.
    pub(crate) fn of(own: HashSet<String>) -> Self {
        Self { own, places: HashMap::new(), all: Vec::new() }
    }

    pub(crate) fn attribute(&mut self, node: &'a Node) {
        if let Some(other) = self.named(node) {
            other.attributes.push(node);
        }
    }

    pub(crate) fn element(&mut self, node: &'a Node) {
        if let Some(other) = self.named(node) {
            other.elements.push(node);
        }
    }

    /// All of them; those of one name together, where the first of them stands.
    pub(crate) fn all(self) -> Vec<Other<'a>> {
        self.all
    }

    /// Those of the same name. What another namespace has under the name of a property keeps its prefix.
    fn named(&mut self, node: &Node) -> Option<&mut Other<'a>> {
        let name = if self.own.contains(node.name()) { node.qualified.as_str() } else { node.name() };
        if self.own.contains(name) {
            return None;
        }
        let place = match self.places.get(name) {
            Some(place) => *place,
            None => {
                self.places.insert(name.to_owned(), self.all.len());
                self.all.push(Other { name: name.to_owned(), attributes: Vec::new(), elements: Vec::new() });
                self.all.len() - 1
            }
        };
        self.all.get_mut(place)
    }
}
