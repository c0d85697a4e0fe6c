//! What is certainly the same in both documents, so that it needs no look at what it means.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::document::reference;

/// The components that are the same in words, as are those that they refer to.
pub(super) struct Unchanged<'a> {
    components: HashSet<&'a str>,
}

impl<'a> Unchanged<'a> {
    pub(super) fn of(old: &'a Value, new: &'a Value) -> Self {
        let mut references: Vec<&'a str> = Vec::new();
        collect(new, &mut references);
        let mut components: HashSet<&'a str> = HashSet::new();
        let mut uses: HashMap<&'a str, Vec<&'a str>> = HashMap::new();
        let mut changed: Vec<&'a str> = Vec::new();
        for link in references {
            if components.contains(link) {
                continue;
            }
            let (one, other) = (reference::target(old, link), reference::target(new, link));
            match (one, other) {
                (Some(one), Some(other)) if one == other => {
                    components.insert(link);
                    let mut inner = Vec::new();
                    collect(other, &mut inner);
                    for used in inner {
                        uses.entry(used).or_default().push(link);
                    }
                }
                _ => changed.push(link),
            }
        }
        // What refers to what changed is changed, too.
        let mut left = changed;
        while let Some(link) = left.pop() {
            for user in uses.remove(link).unwrap_or_default() {
                if components.remove(user) {
                    left.push(user);
                }
            }
        }
        Self { components }
    }

    /// Whether what a reference leads to is the same in both documents.
    pub(super) fn is_component(&self, reference: &str) -> bool {
        self.components.contains(reference)
    }

    /// Whether two nodes are the same, with all that they refer to.
    pub(super) fn is_same(&self, old: &Value, new: &Value) -> bool {
        if old != new {
            return false;
        }
        let mut references = Vec::new();
        collect(new, &mut references);
        references.into_iter().all(|link| self.is_component(link))
    }
}

/// All references in a node, of which some may be in examples and mean nothing.
fn collect<'a>(node: &'a Value, found: &mut Vec<&'a str>) {
    let mut left = vec![node];
    while let Some(node) = left.pop() {
        match node {
            Value::Object(properties) => {
                found.extend(properties.get("$ref").and_then(Value::as_str));
                left.extend(properties.values());
            }
            Value::Array(elements) => left.extend(elements),
            _ => {}
        }
    }
}
