//! Whether a document has the parts of an OpenAPI document that an import takes apart.

use crate::diagnostic::{Diagnostic, join};
use crate::document::version;
use crate::source::{Kind, Node, Source};

/// Everything in the outline of a document that is not as OpenAPI has it.
pub(super) fn check(source: &Source) -> Vec<Diagnostic> {
    let root = source.root();
    let mut found = version::check(&source.value());
    if root.get("info").is_none() {
        found.push(wrong("/info", "the document has no `info`"));
    }
    for (name, depth) in [("info", 0), ("paths", 1), ("components", 1)] {
        // What `paths` itself is has been checked already.
        if let Some(node) = root.get(name).filter(|node| name != "paths" || !node.properties().is_empty()) {
            objects(node, &join("", name), depth, &mut found);
        }
    }
    if let Some(tags) = root.get("tags") {
        check_tags(tags, &mut found);
    }
    found.into_iter().map(|diagnostic| source.place(diagnostic)).collect()
}

fn wrong(pointer: &str, message: &str) -> Diagnostic {
    Diagnostic::error("import-shape", pointer, message).help("give a document of OpenAPI 3.0 or 3.1")
}

/// Wants objects down to a depth.
fn objects(node: &Node, pointer: &str, depth: usize, found: &mut Vec<Diagnostic>) {
    if !matches!(node.kind, Kind::Object(_)) {
        found.push(wrong(pointer, "this must be an object"));
        return;
    }
    // Extensions may be anything.
    let properties = node.properties().iter().filter(|(key, _)| depth > 0 && !key.name.starts_with("x-"));
    for (key, property) in properties {
        objects(property, &join(pointer, &key.name), depth - 1, found);
    }
}

fn check_tags(tags: &Node, found: &mut Vec<Diagnostic>) {
    if !matches!(tags.kind, Kind::Array(_)) {
        found.push(wrong("/tags", "this must be an array"));
    }
    let mut seen = Vec::new();
    for (index, tag) in tags.items().iter().enumerate() {
        match tag.get("name").and_then(Node::as_str) {
            None => found.push(wrong(&format!("/tags/{index}"), "a tag must have a name")),
            Some(name) if seen.contains(&name) => {
                found.push(wrong(&format!("/tags/{index}"), &format!("the tag `{name}` is given again")));
            }
            Some(name) => seen.push(name),
        }
    }
}
