//! Finds the properties of wide objects by their names. A document has thousands of paths, and as many places to tell
//! something about: to look at one property after the other for each of them takes longer than all else.

use std::collections::HashMap;

use super::{Key, Kind, Node};

/// Objects of fewer properties are looked through.
const WIDE: usize = 32;

/// The positions of the properties of wide objects in the order of their names, by where the objects start.
#[derive(Default)]
pub(super) struct PropertyIndex(HashMap<usize, Vec<usize>>);

impl PropertyIndex {
    /// The wide objects of a tree.
    pub(super) fn of(root: &Node) -> Self {
        let mut index = Self::default();
        let mut open = vec![root];
        while let Some(node) = open.pop() {
            let properties = node.properties();
            if properties.len() >= WIDE {
                let mut order: Vec<usize> = (0..properties.len()).collect();
                order.sort_by_key(|position| &properties[*position].0.name);
                index.0.insert(node.span.start, order);
            }
            let inner = node.items().iter().chain(properties.iter().map(|(_, property)| property));
            open.extend(inner.filter(|node| matches!(node.kind, Kind::Array(_) | Kind::Object(_))));
        }
        index
    }

    /// The property of an object.
    pub(super) fn property<'n>(&self, object: &'n Node, name: &str) -> Option<&'n (Key, Node)> {
        let properties = object.properties();
        match self.0.get(&object.span.start) {
            Some(order) if order.len() == properties.len() => {
                let found = order.binary_search_by(|position| properties[*position].0.name.as_str().cmp(name)).ok()?;
                properties.get(order[found])
            }
            _ => properties.iter().find(|(key, _)| key.name == name),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::Source;

    #[test]
    fn properties_are_found_in_wide_objects_and_in_others() {
        let properties: Vec<String> =
            (0..100).map(|number| format!("\"{}\": {{\"a\": 0}}", number * 7 % 100)).collect();
        let text = format!("{{\n{}}}", properties.join(",\n"));
        let source = Source::parse("wide.json", text.as_bytes()).unwrap();
        for (line, property) in properties.iter().enumerate() {
            let name = property.split('"').nth(1).unwrap();
            let place = source.locate(&format!("/{name}/a"));
            assert_eq!((place.line, place.column), (line + 2, property.find("\"a\"").unwrap() + 1), "{name}");
        }
        assert_eq!(source.locate("/100/a").line, 1);
    }
}
