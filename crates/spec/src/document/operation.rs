//! The operations of a document that is not yet parted from its text.

use super::{METHODS, OperationKey};
use crate::source::{Kind, Node};

/// Every operation of a document, in its order, with its node.
pub(crate) fn operations(root: &Node) -> Vec<(OperationKey, &Node)> {
    let paths = root.get("paths").map(Node::properties).unwrap_or_default();
    let properties =
        paths.iter().flat_map(|(path, item)| item.properties().iter().map(move |property| (path, property)));
    let is_operation = |name: &str, node: &Node| METHODS.contains(&name) && matches!(node.kind, Kind::Object(_));
    let operations = properties.filter(|(_, (key, node))| is_operation(&key.name, node));
    operations.map(|(path, (key, node))| (OperationKey::new(&path.name, &key.name), node)).collect()
}
