//! What stands in XML otherwise than the document says.

use std::fmt;

use crate::node::Node;
use crate::{Element, Shape, XmlSchema};

/// An element or an attribute that is not called as the document says, or does not stand where it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unexpected {
    /// The way to it in the value: names of properties, and indexes of lists.
    pub path: Vec<String>,
    pub(crate) why: String,
}

impl Unexpected {
    pub(crate) fn new(why: String) -> Self {
        Self { path: Vec::new(), why }
    }

    /// What is wrong with a name, where the document says one.
    pub(crate) fn of(node: &Node, element: &Element, is_attribute: bool) -> Option<Self> {
        let Element { name, is_named, .. } = element;
        if *is_named && node.name() != name {
            return Some(Self::new(format!("must be called `{name}`, and is called `{}`", node.name())));
        }
        let wanted = element.namespace(is_attribute)?;
        let given = node.namespace.as_deref().unwrap_or_default();
        let spelled = |namespace: &str| match namespace {
            "" => "no namespace".to_owned(),
            namespace => format!("the namespace `{namespace}`"),
        };
        let why = || format!("must be in {}, and is in {}", spelled(wanted), spelled(given));
        (given != wanted).then(|| Self::new(why()))
    }

    /// What is wrong with the name of an element that may be called in several ways.
    pub(crate) fn of_any(node: &Node, called: &[&Element]) -> Option<Self> {
        if let [element] = called {
            return Self::of(node, element, false);
        }
        if let Some(element) = called.iter().find(|element| element.name == node.name()) {
            return Self::of(node, element, false);
        }
        // What the document does not name may be called as it likes.
        if let Some(open) = called.iter().find(|element| !element.is_named) {
            return Self::of(node, open, false);
        }
        let names: Vec<String> = called.iter().map(|element| format!("`{}`", element.name)).collect();
        Some(Self::new(format!("must be called {}, and is called `{}`", names.join(" or "), node.name())))
    }

    /// An element that is called as one of several, and is another one.
    pub(crate) fn of_another(node: &Node, called: &Element) -> Self {
        Self::new(format!("must be called `{}`, as what it is, and is called `{}`", called.name, node.name()))
    }

    /// Elements of a property that is no list.
    pub(crate) fn repeated(nodes: &[&Node]) -> Option<Self> {
        (nodes.len() > 1).then(|| Self::new(format!("must be there once, and is there {} times", nodes.len())))
    }

    /// Elements or attributes in what the document says is a text.
    pub(crate) fn in_text(node: &Node) -> Option<Self> {
        let inside = first_element(node).or_else(|| first_attribute(node))?;
        Some(Self::new(format!("must be a text, and has the {inside} in it")))
    }

    /// What is in an element that is a list, and is no item: text, an attribute, or an element of another name.
    pub(crate) fn beside_items(node: &Node, other: Option<&Node>) -> Option<Self> {
        let text = || has_text(node).then(|| "text".to_owned());
        let attribute = || first_attribute(node).map(|attribute| format!("the {attribute}"));
        let element = || other.map(|other| format!("the element `{}`", other.qualified));
        let inside = text().or_else(attribute).or_else(element)?;
        Some(Self::new(format!("must be a list, and has {inside} beside its items")))
    }

    /// What is in an element that is said to be null (XML Schema, part 1, section 3.3.4).
    pub(crate) fn in_nil(node: &Node) -> Option<Self> {
        let text = || has_text(node).then(|| "text".to_owned());
        let inside = first_element(node).map(|child| format!("the {child}")).or_else(text)?;
        Some(Self::new(format!("must be empty where `nil` says that it is null, and has {inside} in it")))
    }

    /// An element around the items of a list that has none: it would be an item, and holds nothing but what is called as one.
    pub(crate) fn wrapped(nodes: &[&Node], item: &Element, schema: &XmlSchema) -> Option<Self> {
        let [node] = nodes else { return None };
        let Shape::Object { properties, others: None } = schema.resolve(&item.shape) else { return None };
        let name = node.children.first()?.name();
        // The items of a map's list are called as it is.
        let is_item = |child: &Node| child.name() == name && [item.name.as_str(), node.name()].contains(&name);
        let is_known = || properties.iter().any(|property| property.is_called(name, schema));
        let wraps = node.attributes.is_empty() && node.children.iter().all(is_item);
        let why = "must not have an element around its items, which `xml.wrapped` does not ask for";
        (wraps && !is_known()).then(|| Self::new(why.to_owned()))
    }
}

fn first_element(node: &Node) -> Option<String> {
    node.children.first().map(|child| format!("element `{}`", child.qualified))
}

/// The first attribute but those that XML says itself, of languages and of blanks, which any element may have.
fn first_attribute(node: &Node) -> Option<String> {
    let mut attributes = node.attributes.iter().filter(|attribute| !attribute.qualified.starts_with("xml:"));
    attributes.next().map(|attribute| format!("attribute `{}`", attribute.qualified))
}

fn has_text(node: &Node) -> bool {
    !node.text.trim().is_empty()
}

/// What is wrong, to be said of what stands otherwise.
impl fmt::Display for Unexpected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.why.fmt(f)
    }
}
