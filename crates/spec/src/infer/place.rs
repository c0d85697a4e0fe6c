//! Where values of the document are.

use std::borrow::Cow;

use crate::diagnostic::push_token;

/// One value's place in a [`Places`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Place(usize);

/// A tree of reference tokens. A place costs the same at any depth, and only a place that is reported is spelled out.
#[derive(Debug, Default)]
pub(crate) struct Places<'a> {
    nodes: Vec<Node<'a>>,
}

#[derive(Debug)]
enum Node<'a> {
    Root(Cow<'a, str>),
    Key(Place, &'a str),
    Index(Place, usize),
}

impl<'a> Places<'a> {
    /// The place that a whole JSON pointer leads to.
    pub(crate) fn root(&mut self, pointer: impl Into<Cow<'a, str>>) -> Place {
        self.push(Node::Root(pointer.into()))
    }

    /// The place of one member of an object.
    pub(crate) fn key(&mut self, parent: Place, key: &'a str) -> Place {
        self.push(Node::Key(parent, key))
    }

    /// The place of one element of an array.
    pub(crate) fn index(&mut self, parent: Place, index: usize) -> Place {
        self.push(Node::Index(parent, index))
    }

    /// The JSON pointer of a place.
    pub(crate) fn pointer(&self, place: Place) -> String {
        let mut below = Vec::new();
        let mut current = place;
        let root = loop {
            match &self.nodes[current.0] {
                Node::Root(pointer) => break pointer,
                node @ (Node::Key(parent, _) | Node::Index(parent, _)) => {
                    below.push(node);
                    current = *parent;
                }
            }
        };
        let mut pointer = root.clone().into_owned();
        for node in below.iter().rev() {
            match node {
                Node::Root(_) => {}
                Node::Key(_, key) => push_token(&mut pointer, key),
                Node::Index(_, index) => push_token(&mut pointer, &index.to_string()),
            }
        }
        pointer
    }

    fn push(&mut self, node: Node<'a>) -> Place {
        self.nodes.push(node);
        Place(self.nodes.len() - 1)
    }
}
