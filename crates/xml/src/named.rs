//! Elements and attributes by what a schema calls them.

use std::collections::HashMap;
use std::fmt;

use crate::Element;
use crate::node::Node;

/// An element or an attribute that is not called as the document says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unexpected {
    /// The way to it in the value: names of properties, and indexes of lists.
    pub path: Vec<String>,
    pub(crate) why: String,
}

impl Unexpected {
    /// What is wrong with a name, where the document says one.
    pub(crate) fn of(node: &Node, element: &Element, is_attribute: bool) -> Option<Self> {
        let found = |why: String| Some(Self { path: Vec::new(), why });
        let Element { name, is_named, .. } = element;
        if *is_named && node.name() != name {
            return found(format!("must be called `{name}`, and is called `{}`", node.name()));
        }
        let wanted = element.namespace(is_attribute)?;
        let given = node.namespace.as_deref().unwrap_or_default();
        let spelled = |namespace: &str| match namespace {
            "" => "no namespace".to_owned(),
            namespace => format!("the namespace `{namespace}`"),
        };
        if given == wanted {
            None
        } else {
            found(format!("must be in {}, and is in {}", spelled(wanted), spelled(given)))
        }
    }
}

/// What is wrong, to be said of what is called otherwise.
impl fmt::Display for Unexpected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.why.fmt(f)
    }
}

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

    /// Those that a schema speaks of. Others of another namespace may have the same name.
    pub(crate) fn take(&mut self, element: &Element, is_attribute: bool) -> Vec<&'a Node> {
        let (qualified, namespace) = (element.qualified(), element.namespace(is_attribute));
        let all = self.by_name.get(element.name.as_str()).map(Vec::as_slice).unwrap_or_default();
        let nodes = self.nodes;
        let of = |test: &dyn Fn(&Node) -> bool| -> Vec<usize> {
            all.iter().copied().filter(|index| test(&nodes[*index])).collect()
        };
        let in_namespace = of(&|node| node.namespace.is_some() && node.namespace.as_deref() == namespace);
        let exact = of(&|node| node.qualified == qualified);
        let without = of(&|node| !node.has_prefix());
        let found = [in_namespace, exact, without, all.to_vec()];
        let found = found.into_iter().find(|found| !found.is_empty()).unwrap_or_default();
        found.iter().for_each(|index| self.is_known[*index] = true);
        found.into_iter().map(|index| &nodes[index]).collect()
    }

    pub(crate) fn others(self) -> impl Iterator<Item = &'a Node> {
        self.nodes.iter().zip(self.is_known).filter(|(_, is_known)| !is_known).map(|(node, _)| node)
    }
}
