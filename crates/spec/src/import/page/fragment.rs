//! Whether the document in a page is whole and is about the operation that the page says.

use std::ops::Range;

use crate::diagnostic::{Diagnostic, join};
use crate::document::OperationKey;
use crate::document::operation::operations;
use crate::document::reference;
use crate::document::version;
use crate::source::{Kind, Node, Source, Text};

/// The line that says that the rest is left out, if there is one.
pub(super) fn truncation(text: &Text, body: Range<usize>) -> Option<Diagnostic> {
    let mut start = body.start;
    for line in text.as_str().get(body)?.split_inclusive('\n') {
        let words = line.trim();
        let is_marker = words.strip_prefix("...").is_some_and(|rest| rest.trim() == "(truncated)");
        if is_marker || line.starts_with("...") {
            let error = text.error("page-cut-off", "", start, "the rest of the document is left out here");
            return Some(error.help("fetch the page again"));
        }
        start += line.len();
    }
    None
}

/// What the document lacks, and in what it differs from the page's word.
pub(super) fn check(source: &Source, operation: Option<&OperationKey>) -> Vec<Diagnostic> {
    let root = source.root();
    let mut diagnostics = version::check(&source.value());
    diagnostics.extend(missing(root));
    diagnostics.extend(undefined(root));
    diagnostics.extend(differs(root, operation));
    diagnostics.into_iter().map(|diagnostic| source.place(diagnostic)).collect()
}

fn incomplete(pointer: &str, message: String) -> Diagnostic {
    Diagnostic::error("page-incomplete", pointer, message).help("fetch the page again: it may be cut off")
}

/// The properties that every OpenAPI document has.
fn missing(root: &Node) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let mut require = |node: &Node, pointer: &str, name: &str| {
        if node.get(name).is_none_or(|property| matches!(property.kind, Kind::Null)) {
            diagnostics.push(incomplete(&join(pointer, name), format!("`{name}` is missing")));
        }
    };
    require(root, "", "info");
    for (operation, node) in operations(root) {
        require(node, &operation.pointer, "responses");
    }
    diagnostics
}

/// References and security requirements for which the document has no definition.
fn undefined(root: &Node) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let schemes = root.pointer("/components/securitySchemes");
    for (operation, node) in operations(root) {
        let pointer = join(&operation.pointer, "security");
        let requirements = node.get("security").map(Node::items).unwrap_or_default();
        for (index, requirement) in requirements.iter().enumerate() {
            for (name, _) in requirement.properties() {
                if schemes.and_then(|schemes| schemes.get(&name.name)).is_none() {
                    let pointer = join(&format!("{pointer}/{index}"), &name.name);
                    diagnostics.push(incomplete(&pointer, format!("no security scheme `{}` is defined", name.name)));
                }
            }
        }
    }
    references(root, root, "", &mut diagnostics);
    diagnostics
}

fn references(root: &Node, node: &Node, pointer: &str, diagnostics: &mut Vec<Diagnostic>) {
    for (index, item) in node.items().iter().enumerate() {
        references(root, item, &format!("{pointer}/{index}"), diagnostics);
    }
    for (key, property) in node.properties() {
        let pointer = join(pointer, &key.name);
        match property.as_str().filter(|target| target.starts_with('#')) {
            Some(target) if key.name == "$ref" && !is_defined(root, target) => {
                diagnostics.push(incomplete(&pointer, format!("`{target}` is not defined")));
            }
            // An example may hold anything.
            _ if matches!(key.name.as_str(), "example" | "examples") => {}
            _ => references(root, property, &pointer, diagnostics),
        }
    }
}

fn is_defined(root: &Node, target: &str) -> bool {
    reference::pointer(target).is_some_and(|pointer| root.pointer(&pointer).is_some())
}

/// Whether the document has one operation, the one that the info string names.
fn differs(root: &Node, expected: Option<&OperationKey>) -> Vec<Diagnostic> {
    let found = operations(root);
    let Some(((first, _), more)) = found.split_first() else {
        let error = Diagnostic::error("page-operations", "/paths", "the document has no operation");
        return vec![error.help("give one page to each operation")];
    };
    let surplus = more.iter().map(|(operation, _)| {
        let message = format!("the document has another operation, {operation}");
        Diagnostic::error("page-operations", &operation.pointer, message).help("give one page to each operation")
    });
    let surplus: Vec<Diagnostic> = surplus.collect();
    let (Some(expected), true) = (expected, surplus.is_empty()) else { return surplus };
    if first == expected {
        return Vec::new();
    }
    let pointer = if first.path == expected.path { first.pointer.clone() } else { join("/paths", &first.path) };
    let message = format!("the document is about {first}, the block's info string says {expected}");
    vec![Diagnostic::error("page-mismatch", pointer, message).help("correct the one that is wrong")]
}
