//! A document as the parts that an import merges one by one, and parts put together again.

use std::collections::BTreeMap;

use super::Move;
use crate::diagnostic::join;
use crate::document::METHODS;
use crate::source::{Key, Kind, Node, Source, Span};

const TOP: [&str; 8] = ["openapi", "info", "externalDocs", "servers", "security", "tags", "paths", "components"];
/// What a path item has before its operations.
const PATH_ITEM: [&str; 5] = ["$ref", "summary", "description", "servers", "parameters"];
const SECTIONS: [&str; 9] = [
    "schemas",
    "responses",
    "parameters",
    "examples",
    "requestBodies",
    "headers",
    "securitySchemes",
    "links",
    "callbacks",
];

/// The way to a part, which sorts in the order of the merged document.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place(Vec<(usize, String)>);

impl Place {
    fn property(&self, name: &str) -> Self {
        let (first, then): (&[&str], &[&str]) = match self.names().as_slice() {
            [] => (&TOP, &[]),
            ["components"] => (&SECTIONS, &[]),
            ["paths", _] => (&PATH_ITEM, &METHODS),
            _ => (&[], &[]),
        };
        let rank = first.iter().chain(then).position(|known| *known == name).unwrap_or(first.len() + then.len());
        let mut place = self.clone();
        place.0.push((rank, name.to_owned()));
        place
    }

    pub(super) fn names(&self) -> Vec<&str> {
        self.0.iter().map(|(_, name)| name.as_str()).collect()
    }

    pub(super) fn pointer(&self) -> String {
        self.0.iter().fold(String::new(), |pointer, (_, name)| join(&pointer, name))
    }

    /// The path, if this is a property of a path item.
    pub(super) fn path(&self) -> Option<&str> {
        match self.names().as_slice() {
            ["paths", path, _] => Some(path),
            _ => None,
        }
    }

    /// Whether this is an operation.
    pub(super) fn is_operation(&self) -> bool {
        matches!(self.names().as_slice(), ["paths", _, method] if METHODS.contains(method))
    }
}

/// A part of a document, and where it comes from.
#[derive(Clone, Debug)]
pub(super) struct Part<'a> {
    pub(super) source: &'a Source,
    pub(super) pointer: String,
    pub(super) node: &'a Node,
}

/// The parts of a document; tags stand for themselves, for they are a list.
#[derive(Debug, Default)]
pub(super) struct Parts<'a> {
    /// What is merged only as a whole.
    pub(super) leaves: BTreeMap<Place, Part<'a>>,
    /// The objects around the leaves, which may be empty.
    pub(super) containers: Vec<Place>,
    /// The tags by name.
    pub(super) tags: BTreeMap<String, Part<'a>>,
    /// The names of the tags in the order of the document, if it lists any.
    pub(super) tag_order: Option<Vec<String>>,
}

impl<'a> Parts<'a> {
    /// Takes a document apart.
    pub(super) fn of(source: &'a Source) -> Self {
        Self::moved(source, source.root(), &[])
    }

    /// Takes a document apart of which some paths have moved: `root` is what has become of it.
    pub(super) fn moved(source: &'a Source, root: &'a Node, moves: &[Move]) -> Self {
        let mut parts = Self::default();
        parts.take(source, root, &Place::default());
        for (place, part) in &mut parts.leaves {
            if let ["paths", path, property] = *place.names()
                && let Some(path) = moves.iter().find(|moved| moved.to == path)
            {
                part.pointer = join(&join("/paths", &path.from), property);
            }
        }
        parts
    }

    fn take(&mut self, source: &'a Source, node: &'a Node, place: &Place) {
        match (place.names().as_slice(), &node.kind) {
            (["tags"], _) => self.take_tags(source, node),
            ([] | ["paths" | "components"] | ["paths" | "components", _], Kind::Object(properties)) => {
                self.containers.push(place.clone());
                for (key, property) in properties {
                    self.take(source, property, &place.property(&key.name));
                }
            }
            _ => {
                self.leaves.insert(place.clone(), Part { source, pointer: place.pointer(), node });
            }
        }
    }

    fn take_tags(&mut self, source: &'a Source, node: &'a Node) {
        let mut order = Vec::new();
        for (index, tag) in node.items().iter().enumerate() {
            let name = tag.get("name").and_then(Node::as_str).unwrap_or_default();
            self.tags.insert(name.to_owned(), Part { source, pointer: format!("/tags/{index}"), node: tag });
            order.push(name.to_owned());
        }
        self.tag_order = Some(order);
    }

    /// Puts a document together.
    pub(super) fn assemble(&self) -> Node {
        let mut root = object();
        // A container comes before what is in it.
        let mut all: BTreeMap<&Place, Node> = self.containers.iter().map(|place| (place, object())).collect();
        all.extend(self.leaves.iter().map(|(place, part)| (place, part.node.clone())));
        let tags = Place::default().property("tags");
        if let Some(order) = &self.tag_order {
            let items = order.iter().filter_map(|name| self.tags.get(name)).map(|part| part.node.clone()).collect();
            all.insert(&tags, Node { kind: Kind::Array(items), span: Span::default() });
        }
        for (place, node) in all {
            insert(&mut root, &place.names(), node);
        }
        root
    }
}

fn object() -> Node {
    Node { kind: Kind::Object(Vec::new()), span: Span::default() }
}

/// Adds a node as the last property of the object that is itself the last one on the way to it.
fn insert(root: &mut Node, names: &[&str], node: Node) {
    let (Some((name, rest)), Kind::Object(properties)) = (names.split_first(), &mut root.kind) else { return };
    match properties.last_mut() {
        Some((last, inner)) if last.name == *name => insert(inner, rest, node),
        _ => properties.push((Key { name: (*name).to_owned(), span: Span::default() }, node)),
    }
}
