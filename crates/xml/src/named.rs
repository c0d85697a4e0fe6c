//! Elements and attributes by what a schema calls them.

use std::collections::HashMap;

use crate::Element;
use crate::node::Node;

/// Elements or attributes by their names without prefixes.
pub(crate) struct Named<'a> {
    nodes: &'a [Node],
    by_name: HashMap<&'a str, Vec<usize>>,
    is_known: Vec<bool>,
}

impl<'a> Named<'a> {
    pub(crate) fn of(nodes: &'a [Node]) -> Self {
        let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
        nodes.iter().enumerate().for_each(|(index, node)| by_name.entry(node.name()).or_default().push(index));
        Self { nodes, by_name, is_known: vec![false; nodes.len()] }
    }

    /// Those that a schema speaks of, in their order, whichever of these they are called.
    pub(crate) fn take_all<'e>(
        &mut self,
        called: &[&'e Element],
        is_attribute: bool,
        is_strict: bool,
    ) -> Vec<(&'a Node, &'e Element)> {
        let mut found = Vec::new();
        for element in called {
            found.extend(self.take(element, is_attribute, is_strict).into_iter().map(|index| (index, *element)));
        }
        found.sort_by_key(|(index, _)| *index);
        let nodes = self.nodes;
        found.into_iter().filter_map(|(index, element)| Some((nodes.get(index)?, element))).collect()
    }

    /// The places of those that are called so. Others of another namespace may have the same name.
    fn take(&mut self, element: &Element, is_attribute: bool, is_strict: bool) -> Vec<usize> {
        let (qualified, namespace) = (element.qualified(), element.namespace(is_attribute));
        let all = self.by_name.get(element.name.as_str()).map(Vec::as_slice).unwrap_or_default();
        let nodes = self.nodes;
        let of = |test: &dyn Fn(&Node) -> bool| -> Vec<usize> {
            all.iter().copied().filter(|index| test(&nodes[*index])).collect()
        };
        let in_namespace = of(&|node| node.namespace.is_some() && node.namespace.as_deref() == namespace);
        let exact = of(&|node| node.qualified == qualified);
        let without = of(&|node| !node.has_prefix());
        // An attribute without a prefix is in no namespace (Namespaces in XML 1.0, section 6.2).
        let is_plain = is_strict && is_attribute && element.prefix.is_none();
        let found = if is_plain { vec![without] } else { vec![in_namespace, exact, without, all.to_vec()] };
        let found = found.into_iter().find(|found| !found.is_empty()).unwrap_or_default();
        found.iter().for_each(|index| self.is_known[*index] = true);
        found
    }

    pub(crate) fn others(self) -> impl Iterator<Item = &'a Node> {
        self.nodes.iter().zip(self.is_known).filter(|(_, is_known)| !is_known).map(|(node, _)| node)
    }
}
