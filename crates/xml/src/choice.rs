//! Which of several shapes an element has.

use crate::node::Node;
use crate::read::scalar;
use crate::{Shape, XmlSchema};

/// The shape that elements of one name look like, of one for each kind of value; nothing where there is none.
pub(crate) fn of_kinds<'a>(nodes: &[&Node], kinds: &'a [Shape], schema: &'a XmlSchema) -> Option<&'a Shape> {
    let node = nodes.last()?;
    let find = |is_it: &dyn Fn(&Shape) -> bool| kinds.iter().map(|kind| schema.resolve(kind)).find(|kind| is_it(kind));
    let object = || find(&|kind| matches!(kind, Shape::Object { .. }));
    let list = || find(&|kind| matches!(kind, Shape::List { .. }));
    if nodes.len() > 1 || !node.children.is_empty() || !node.attributes.is_empty() && object().is_some() {
        return list().filter(|list| is_list_of(nodes, list, object())).or_else(object).or_else(list);
    }
    // Text is kept where it may be one.
    let text = find(&|kind| matches!(kind, Shape::String | Shape::Any));
    let other = || find(&|kind| is_scalar(kind) && !scalar(&node.text, kind).is_string());
    let empty = || find(&|kind| !is_scalar(kind)).filter(|_| node.text.trim().is_empty());
    text.or_else(empty).or_else(other)
}

/// Whether elements are the items of a list, or what wraps them, rather than an object.
fn is_list_of(nodes: &[&Node], list: &Shape, object: Option<&Shape>) -> bool {
    let Shape::List { item, is_wrapped } = list else { return false };
    let knows_item = match object {
        Some(Shape::Object { properties, .. }) => {
            properties.iter().any(|property| !property.is_attribute && property.element.name == item.name)
        }
        _ => false,
    };
    let is_item = |child: &Node| child.name() == item.name;
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
