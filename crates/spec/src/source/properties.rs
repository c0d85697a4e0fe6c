//! Properties of an object that have the same name.

use std::collections::BTreeSet;

use super::path::Path;
use super::{Key, Kind, Node, Text};
use crate::diagnostic::Diagnostic;

/// Every key that an object has had before, each at its repetition.
pub(super) fn duplicates(text: &Text, root: &Node) -> Vec<Diagnostic> {
    let mut search = Search { text, seen: BTreeSet::new(), found: Vec::new() };
    search.node(root, &Path::Root);
    search.found
}

struct Search<'t> {
    text: &'t Text,
    /// Offsets of the keys reported, for an alias shows the same key more than once.
    seen: BTreeSet<usize>,
    found: Vec<Diagnostic>,
}

impl Search<'_> {
    fn node(&mut self, node: &Node, path: &Path<'_>) {
        match &node.kind {
            Kind::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.node(item, &Path::Item(path, index));
                }
            }
            Kind::Object(properties) => {
                self.object(properties, path);
                for (key, property) in properties {
                    self.node(property, &Path::Property(path, &key.name));
                }
            }
            _ => {}
        }
    }

    fn object(&mut self, properties: &[(Key, Node)], path: &Path<'_>) {
        let mut keys: Vec<&Key> = properties.iter().map(|(key, _)| key).collect();
        keys.sort_by(|a, b| a.name.cmp(&b.name));
        for same in keys.chunk_by(|a, b| a.name == b.name) {
            let [first, again @ ..] = same else { continue };
            for key in again {
                self.report(first, key, path);
            }
        }
    }

    fn report(&mut self, first: &Key, key: &Key, path: &Path<'_>) {
        if !self.seen.insert(key.span.start) {
            return;
        }
        let earlier = self.text.location(first.span.start);
        let pointer = Path::Property(path, &key.name).pointer();
        let message =
            format!("the key `{}` is given again, first on line {}:{}", key.name, earlier.line, earlier.column);
        let error = self.text.error("duplicate-key", pointer, key.span.start, message);
        self.found.push(error.help("keep one of them: readers differ in which one they take"));
    }
}
