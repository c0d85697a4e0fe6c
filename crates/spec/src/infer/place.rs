//! Where values of the document are.

use std::borrow::Cow;

use crate::diagnostic::{Diagnostic, push_token};

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
    /// The whole of another file than the document.
    File(&'a str),
    Key(Place, &'a str),
    Index(Place, usize),
    /// What a text stands for, inside of which no pointer leads.
    Text(Place),
}

impl<'a> Places<'a> {
    /// The place that a whole JSON pointer leads to.
    pub(crate) fn root(&mut self, pointer: impl Into<Cow<'a, str>>) -> Place {
        self.push(Node::Root(pointer.into()))
    }

    /// The place of all that another file than the document holds.
    pub(crate) fn file(&mut self, name: &'a str) -> Place {
        self.push(Node::File(name))
    }

    /// The place of one property of an object.
    pub(crate) fn key(&mut self, parent: Place, key: &'a str) -> Place {
        self.push(Node::Key(parent, key))
    }

    /// The place of one element of an array.
    pub(crate) fn index(&mut self, parent: Place, index: usize) -> Place {
        self.push(Node::Index(parent, index))
    }

    /// The place of what a text stands for.
    pub(crate) fn text(&mut self, text: Place) -> Place {
        self.push(Node::Text(text))
    }

    /// The way to a place from the text that it is in, if it is in one and not all of it.
    pub(crate) fn inside(&self, place: Place) -> Option<String> {
        let (mut way, mut current) = (Vec::new(), place);
        loop {
            match &self.nodes[current.0] {
                Node::Root(_) | Node::File(_) => return None,
                Node::Text(_) => break,
                Node::Key(parent, key) => {
                    way.push((*key).to_owned());
                    current = *parent;
                }
                Node::Index(parent, index) => {
                    way.push(index.to_string());
                    current = *parent;
                }
            }
        }
        way.reverse();
        (!way.is_empty()).then(|| way.join("."))
    }

    /// The JSON pointer of a place.
    pub(crate) fn pointer(&self, place: Place) -> String {
        self.spell(place).1
    }

    /// Something to say about a place that ends the run.
    pub(crate) fn error(&self, code: &'static str, place: Place, message: impl Into<String>) -> Diagnostic {
        self.locate(place, |pointer| Diagnostic::error(code, pointer, message))
    }

    /// Something to say about a place where something is lost.
    pub(crate) fn warning(&self, code: &'static str, place: Place, message: impl Into<String>) -> Diagnostic {
        self.locate(place, |pointer| Diagnostic::warning(code, pointer, message))
    }

    /// Something to say about a place where something is inferred.
    pub(crate) fn note(&self, code: &'static str, place: Place, message: impl Into<String>) -> Diagnostic {
        self.locate(place, |pointer| Diagnostic::note(code, pointer, message))
    }

    /// A diagnostic with the file of its place, unless that is the document.
    fn locate(&self, place: Place, found: impl FnOnce(String) -> Diagnostic) -> Diagnostic {
        let (file, pointer) = self.spell(place);
        Diagnostic { file: file.to_owned(), ..found(pointer) }
    }

    /// The name of the file that a place is in, empty for the document, and the JSON pointer to it.
    fn spell(&self, place: Place) -> (&'a str, String) {
        let mut below = Vec::new();
        let mut current = place;
        let (file, mut pointer) = loop {
            match &self.nodes[current.0] {
                Node::Root(pointer) => break ("", pointer.clone().into_owned()),
                Node::File(name) => break (name, String::new()),
                node @ (Node::Key(parent, _) | Node::Index(parent, _)) => {
                    below.push(node);
                    current = *parent;
                }
                Node::Text(text) => {
                    below.clear();
                    current = *text;
                }
            }
        };
        for node in below.iter().rev() {
            match node {
                Node::Root(_) | Node::File(_) | Node::Text(_) => {}
                Node::Key(_, key) => push_token(&mut pointer, key),
                Node::Index(_, index) => push_token(&mut pointer, &index.to_string()),
            }
        }
        (file, pointer)
    }

    fn push(&mut self, node: Node<'a>) -> Place {
        self.nodes.push(node);
        Place(self.nodes.len() - 1)
    }
}
