//! Which of several shapes a value has, or an element.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::node::Node;
use crate::read::scalar;
use crate::{Accepts, Element, Shape, XmlSchema};

/// What is one of several.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Choice {
    /// One shape for each kind of value: of the objects, one that has the properties of all.
    pub kinds: Vec<Shape>,
    /// All of them, in the order of the document, where somebody can tell which of them a value is: a judge, or the names of
    /// elements.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<Alternative>,
    /// The schema of the value in the document, which tells.
    #[serde(skip)]
    pub schema: Value,
}

/// One of several.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Alternative {
    /// What its element is called, where that is a name of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub called: Option<Element>,
    /// What is in the element.
    pub shape: Shape,
    /// The properties that have one value alone, by which it may be told where nobody judges.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, Value>,
    /// The schema of its values in the document.
    #[serde(skip)]
    pub schema: Value,
}

impl Choice {
    /// What a value may be, and what its elements are called then: the alternatives, or else one shape for each kind.
    pub(crate) fn called<'a>(&'a self, element: &'a Element) -> impl Iterator<Item = (&'a Element, &'a Shape)> {
        let kinds = self.kinds.iter().filter(|_| self.alternatives.is_empty());
        let named = self.alternatives.iter().map(|one| (one.called.as_ref().unwrap_or(element), &one.shape));
        named.chain(kinds.map(move |kind| (element, kind)))
    }

    /// The alternative that a value is: the first whose schema accepts it, or else the first with a name of its own that has
    /// all the properties of the value, and its tags.
    pub(crate) fn alternative(
        &self,
        value: &Value,
        schema: &XmlSchema,
        accepts: Option<Accepts<'_>>,
    ) -> Option<&Alternative> {
        let of_kind = |one: &&Alternative| schema.resolve(&one.shape).is_of_kind(value);
        let mut all = self.alternatives.iter().filter(of_kind);
        match accepts {
            Some(accepts) => all.find(|one| accepts(&one.schema, value)),
            None => all.find(|one| {
                one.called.is_some() && one.has_tags_of(value) && has_all(schema.resolve(&one.shape), value)
            }),
        }
    }
}

impl Alternative {
    fn has_tags_of(&self, value: &Value) -> bool {
        self.tags.iter().all(|(name, tag)| value.get(name).is_none_or(|given| given == tag))
    }

    /// Whether elements are called as it is, if it has a name of its own.
    pub(crate) fn is_called(&self, nodes: &[&Node]) -> bool {
        self.called.as_ref().is_none_or(|called| nodes.iter().all(|node| node.name() == called.name))
    }
}

/// Whether an object may have all the properties that a value has, and the value those that the object has to have.
fn has_all(shape: &Shape, value: &Value) -> bool {
    let (Shape::Object { properties, others }, Some(object)) = (shape, value.as_object()) else { return true };
    let is_known = |name: &String| others.is_some() || properties.iter().any(|property| property.name == *name);
    let is_there = |name: &str| object.contains_key(name);
    object.keys().all(is_known) && properties.iter().all(|one| !one.is_required || is_there(&one.name))
}

/// The shape that elements of one name look like, of one for each kind of value; nothing where there is none.
pub(crate) fn of_kinds<'a>(nodes: &[&Node], kinds: &'a [Shape], schema: &'a XmlSchema) -> Option<&'a Shape> {
    let node = nodes.last()?;
    let find = |is_it: &dyn Fn(&Shape) -> bool| kinds.iter().map(|kind| schema.resolve(kind)).find(|kind| is_it(kind));
    let object = || find(&|kind| matches!(kind, Shape::Object { .. }));
    let list = || find(&|kind| matches!(kind, Shape::List { .. }));
    if nodes.len() > 1 || !node.children.is_empty() || !node.attributes.is_empty() && object().is_some() {
        return list().filter(|list| is_list_of(nodes, list, object(), schema)).or_else(object).or_else(list);
    }
    // Text is kept where it may be one.
    let text = find(&|kind| matches!(kind, Shape::String | Shape::Any));
    let other = || find(&|kind| is_scalar(kind) && !scalar(&node.text, kind).is_string());
    let empty = || find(&|kind| !is_scalar(kind)).filter(|_| node.text.trim().is_empty());
    text.or_else(empty).or_else(other)
}

/// Whether elements are the items of a list, or what wraps them, rather than an object.
fn is_list_of(nodes: &[&Node], list: &Shape, object: Option<&Shape>, schema: &XmlSchema) -> bool {
    let Shape::List { first, item, is_wrapped } = list else { return false };
    let knows_item = match object {
        Some(Shape::Object { properties, .. }) => {
            properties.iter().any(|property| !property.is_attribute && property.element.name == item.name)
        }
        _ => false,
    };
    let items = schema.items_of(first, item);
    let is_item = |child: &Node| items.iter().any(|item| item.name == child.name());
    match nodes {
        [node] if *is_wrapped || object.is_some() => {
            *is_wrapped && node.attributes.is_empty() && node.children.iter().all(is_item) && !knows_item
        }
        _ => true,
    }
}

fn is_scalar(shape: &Shape) -> bool {
    matches!(shape, Shape::String | Shape::Any | Shape::Integer | Shape::Number | Shape::Boolean)
}
