//! JSON values as XML.

use quick_xml::escape::escape;
use serde_json::{Map, Value};

use crate::node::MAX_DEPTH;
use crate::schema::TEXT;
use crate::{Element, Property, Shape, XmlSchema};

/// What begins every document.
const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// Writes a JSON value as XML.
///
/// A property that is null is left out. A value of another type than the schema has is written as what it is. What cannot
/// be the name of an element is left out, and characters that XML cannot hold become U+FFFD.
pub fn write(value: &Value, schema: &XmlSchema) -> String {
    let mut writer = Writer { schema, out: DECLARATION.to_owned(), depth: 0 };
    let root = &schema.root;
    match (schema.resolve(&root.shape), value) {
        // A document has one element, whatever the schema says of a list in it.
        (Shape::List { item, .. }, Value::Array(items)) => {
            writer.element(root, None, |writer| items.iter().for_each(|one| writer.value(one, item)));
        }
        _ => writer.value(value, root),
    }
    writer.out
}

struct Writer<'a> {
    schema: &'a XmlSchema,
    out: String,
    depth: usize,
}

impl Writer<'_> {
    /// The element of a value.
    fn value(&mut self, value: &Value, element: &Element) {
        // What nobody could read is left out.
        if self.depth >= MAX_DEPTH {
            return;
        }
        match (value, self.schema.resolve(&element.shape)) {
            (Value::Object(members), shape) => {
                let (properties, others) = match shape {
                    Shape::Object { properties, others } => (properties.as_slice(), others.as_deref()),
                    _ => (&[][..], None),
                };
                self.element(element, Some((members, properties)), |writer| {
                    writer.members(members, properties, others)
                });
            }
            (Value::Array(items), Shape::List { item, is_wrapped: true }) => {
                self.element(element, None, |writer| items.iter().for_each(|one| writer.value(one, item)));
            }
            (Value::Array(items), Shape::List { item, .. }) => items.iter().for_each(|one| self.value(one, item)),
            (Value::Array(items), _) => {
                let item = Element { shape: Shape::Any, ..element.clone() };
                items.iter().for_each(|one| self.value(one, &item));
            }
            // Only in a list is there a null, whose place counts.
            (Value::Null, _) => {
                self.open(element, None);
                self.out.push_str(" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:nil=\"true\"/>");
            }
            (scalar, _) => self.element(element, None, |writer| writer.out.push_str(&text(scalar))),
        }
    }

    fn members(&mut self, members: &Map<String, Value>, properties: &[Property], rest: Option<&Shape>) {
        for Property { name, element, .. } in properties.iter().filter(|property| !property.is_attribute) {
            if let Some(value) = members.get(name).filter(|value| !value.is_null()) {
                self.value(value, element);
            }
        }
        let is_known = |name: &str| properties.iter().any(|property| property.name == name);
        let others = members.iter().filter(|(name, value)| !is_known(name) && is_name(name) && !value.is_null());
        for (name, value) in others {
            self.value(value, &Element::new(name, rest.cloned().unwrap_or(Shape::Any)));
        }
        if let Some(Value::String(said)) = members.get(TEXT) {
            self.out.push_str(&escaped(said));
        }
    }

    fn element(
        &mut self,
        element: &Element,
        object: Option<(&Map<String, Value>, &[Property])>,
        inside: impl FnOnce(&mut Self),
    ) {
        self.open(element, object);
        self.out.push('>');
        self.depth += 1;
        inside(self);
        self.depth -= 1;
        self.out.push_str(&format!("</{}>", name(element)));
    }

    /// The beginning of an element, without what ends its tag.
    fn open(&mut self, element: &Element, object: Option<(&Map<String, Value>, &[Property])>) {
        self.out.push_str(&format!("<{}", name(element)));
        // Each prefix is declared once in a tag.
        let mut declared = Vec::new();
        self.declare(element, &mut declared);
        let (members, properties) = object.map_or((None, &[][..]), |(members, properties)| (Some(members), properties));
        for Property { name: key, element, .. } in properties.iter().filter(|property| property.is_attribute) {
            let value = members.and_then(|members| members.get(key)).filter(|value| !value.is_null());
            if let Some(value) = value {
                // An attribute without a prefix is in no namespace, whatever its element is in.
                if element.prefix.is_some() {
                    self.declare(element, &mut declared);
                }
                // A reader makes blanks of them where they are not written so.
                let text = text(value).replace('\n', "&#10;").replace('\t', "&#9;");
                self.out.push_str(&format!(" {}=\"{text}\"", name(element)));
            }
        }
    }

    fn declare<'e>(&mut self, element: &'e Element, declared: &mut Vec<&'e str>) {
        let (Some(namespace), prefix) = (&element.namespace, element.prefix.as_deref().unwrap_or_default()) else {
            return;
        };
        if declared.contains(&prefix) || prefix.starts_with("xml") || !(prefix.is_empty() || is_name(prefix)) {
            return;
        }
        declared.push(prefix);
        let colon = if prefix.is_empty() { "" } else { ":" };
        self.out.push_str(&format!(" xmlns{colon}{prefix}=\"{}\"", escaped(namespace)));
    }
}

/// The name of an element, or one that is legal in its place.
fn name(element: &Element) -> String {
    let name = element.qualified();
    if name.split(':').all(is_name) { name } else { "value".to_owned() }
}

/// Whether a text can be a name (Namespaces in XML 1.0, section 3), of those that are in use.
fn is_name(text: &str) -> bool {
    let begins = |c: char| c.is_alphabetic() || c == '_';
    let goes_on = |c: char| c.is_alphanumeric() || ['_', '-', '.'].contains(&c);
    text.starts_with(begins) && text.chars().all(goes_on)
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => escaped(text),
        value => escaped(&value.to_string()),
    }
}

fn escaped(text: &str) -> String {
    // XML 1.0, section 2.2.
    let is_legal =
        |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    let legal: String = text.chars().map(|c| if is_legal(c) { c } else { '\u{fffd}' }).collect();
    // A reader makes a line feed of a carriage return that is not written so.
    escape(legal.as_str()).replace('\r', "&#13;")
}
