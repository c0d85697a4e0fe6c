//! What is different between two nodes.

use crate::diagnostic::join;
use crate::source::{Kind, Node};

/// A property or element that an import adds, removes or changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The JSON pointer to it.
    pub pointer: String,
    /// What it was, as JSON on one line; `None` if it is new.
    pub old: Option<String>,
    /// What it is, as JSON on one line; `None` if it is gone.
    pub new: Option<String>,
}

impl Change {
    pub(super) fn new(pointer: String, old: Option<&Node>, new: Option<&Node>) -> Self {
        Self { pointer, old: old.map(ToString::to_string), new: new.map(ToString::to_string) }
    }
}

/// The smallest parts that differ; none if both are the same but for the order of properties.
pub(super) fn diff(old: &Node, new: &Node, pointer: &str) -> Vec<Change> {
    match (&old.kind, &new.kind) {
        (Kind::Object(olds), Kind::Object(news)) => {
            let gone = olds.iter().filter(|(key, _)| new.get(&key.name).is_none());
            let mut changes: Vec<Change> =
                gone.map(|(key, node)| Change::new(join(pointer, &key.name), Some(node), None)).collect();
            for (key, node) in news {
                changes.extend(between(old.get(&key.name), Some(node), join(pointer, &key.name)));
            }
            changes.sort_by(|a, b| a.pointer.cmp(&b.pointer));
            changes
        }
        (Kind::Array(olds), Kind::Array(news)) => {
            let places = 0..olds.len().max(news.len());
            places.flat_map(|at| between(olds.get(at), news.get(at), format!("{pointer}/{at}"))).collect()
        }
        _ if old.same(new) => Vec::new(),
        _ => vec![Change::new(pointer.to_owned(), Some(old), Some(new))],
    }
}

fn between(old: Option<&Node>, new: Option<&Node>, pointer: String) -> Vec<Change> {
    match (old, new) {
        (Some(old), Some(new)) => diff(old, new, &pointer),
        (None, None) => Vec::new(),
        _ => vec![Change::new(pointer, old, new)],
    }
}
