//! Finds the members of wide objects by their names. A document has thousands of paths, and as many places to tell something
//! about: to look at one member after the other for each of them takes longer than all else.

use std::collections::HashMap;

use super::{Key, Kind, Node};

/// Objects of fewer members are looked through.
const WIDE: usize = 32;

/// The positions of the members of wide objects in the order of their names, by where the objects start.
#[derive(Default)]
pub(super) struct Wide(HashMap<usize, Vec<usize>>);

impl Wide {
    /// The wide objects of a tree.
    pub(super) fn of(root: &Node) -> Self {
        let mut wide = Self::default();
        let mut open = vec![root];
        while let Some(node) = open.pop() {
            let members = node.members();
            if members.len() >= WIDE {
                let mut order: Vec<usize> = (0..members.len()).collect();
                order.sort_by_key(|position| &members[*position].0.name);
                wide.0.insert(node.span.start, order);
            }
            let inner = node.items().iter().chain(members.iter().map(|(_, member)| member));
            open.extend(inner.filter(|node| matches!(node.kind, Kind::Array(_) | Kind::Object(_))));
        }
        wide
    }

    /// The member of an object.
    pub(super) fn member<'n>(&self, object: &'n Node, name: &str) -> Option<&'n (Key, Node)> {
        let members = object.members();
        match self.0.get(&object.span.start) {
            Some(order) if order.len() == members.len() => {
                let found = order.binary_search_by(|position| members[*position].0.name.as_str().cmp(name)).ok()?;
                members.get(order[found])
            }
            _ => members.iter().find(|(key, _)| key.name == name),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::Source;

    #[test]
    fn members_are_found_in_wide_objects_and_in_others() {
        let members: Vec<String> = (0..100).map(|number| format!("\"{}\": {{\"a\": 0}}", number * 7 % 100)).collect();
        let text = format!("{{\n{}}}", members.join(",\n"));
        let source = Source::parse("wide.json", text.as_bytes()).unwrap();
        for (line, member) in members.iter().enumerate() {
            let name = member.split('"').nth(1).unwrap();
            let place = source.locate(&format!("/{name}/a"));
            assert_eq!((place.line, place.column), (line + 2, member.find("\"a\"").unwrap() + 1), "{name}");
        }
        assert_eq!(source.locate("/100/a").line, 1);
    }
}
