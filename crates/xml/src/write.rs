//! JSON values as XML.

use quick_xml::escape::escape;
use serde_json::{Map, Value};

use crate::legal::{expanded, misnamed};
use crate::node::MAX_DEPTH;
use crate::schema::TEXT;
use crate::unwritable::Unwritable;
use crate::{Accepts, Element, Property, Shape, XmlSchema};

/// What begins every document.
const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// Writes a JSON value as XML.
///
/// A property that is null is left out unless it has to be there. A value of another type than the schema has is written as what it is.
///
/// # Errors
///
/// Something in the value cannot be XML: a property whose name is no name of an element, two attributes of one name, an
/// attribute that is a list or an object, a list in a list without an element around it, a character that XML does not have,
/// or what is more than 128 elements deep.
pub fn write(value: &Value, schema: &XmlSchema) -> Result<String, Unwritable> {
    Writer::new(schema, None).whole(value)
}

/// The same where somebody can tell which of several alternatives a value is: it is written as the first whose schema
/// `accepts` it.
///
/// # Errors
///
/// Those of [`write()`].
pub fn write_judged(value: &Value, schema: &XmlSchema, accepts: Accepts<'_>) -> Result<String, Unwritable> {
    Writer::new(schema, Some(accepts)).whole(value)
}

struct Writer<'a> {
    schema: &'a XmlSchema,
    accepts: Option<Accepts<'a>>,
    out: String,
    depth: usize,
    /// The prefixes that are declared where something is written, the innermost last, with their namespaces.
    scope: Vec<(String, String)>,
}

/// An object and what is known of its properties.
type Object<'v> = (&'v Map<String, Value>, &'v [Property]);

/// How the items of a list are called, and what they are.
#[derive(Clone, Copy)]
enum Items<'a> {
    /// As a list of the schema says.
    OfList(&'a [Element], &'a Element),
    /// As the element that they stand in the place of: they are those of a list by the name of a property, or nobody says.
    Called(&'a Element, Option<(&'a [Element], &'a Element)>),
}

impl<'a> Items<'a> {
    /// The element of an item, and its shape.
    fn at(self, index: usize) -> (&'a Element, &'a Shape) {
        let of = |first: &'a [Element], item: &'a Element| first.get(index).unwrap_or(item);
        match self {
            Self::OfList(first, item) => (of(first, item), &of(first, item).shape),
            Self::Called(element, None) => (element, &Shape::Any),
            Self::Called(element, Some((first, item))) => (element, &of(first, item).shape),
        }
    }
}

impl<'a> Writer<'a> {
    fn new(schema: &'a XmlSchema, accepts: Option<Accepts<'a>>) -> Self {
        Self { schema, accepts, out: DECLARATION.to_owned(), depth: 0, scope: Vec::new() }
    }

    fn whole(mut self, value: &Value) -> Result<String, Unwritable> {
        let root = &self.schema.root;
        let (called, shape) = self.chosen(root, &root.shape, value);
        match (shape, value) {
            // A document has one element, whatever the schema says of a list in it.
            (Shape::List { first, item, .. }, Value::Array(items)) => {
                self.element(called, None, |writer| writer.items(items, Items::OfList(first, item)))?;
            }
            (_, Value::Array(items)) => {
                let item = Element::new(&*root.name, Shape::Any);
                self.element(called, None, |writer| writer.items(items, Items::Called(&item, None)))?;
            }
            _ => self.value(value, root, &root.shape)?,
        }
        Ok(self.out)
    }

    /// What a value is written as: of several alternatives the one that it is, or else the shape of its kind.
    fn chosen<'s>(&self, element: &'s Element, shape: &'s Shape, value: &Value) -> (&'s Element, &'s Shape)
    where
        'a: 's,
    {
        let schema = self.schema;
        if let Shape::OneOf(choice) = schema.resolve(shape)
            && let Some(alternative) = choice.alternative(value, schema, self.accepts)
        {
            return (alternative.called.as_ref().unwrap_or(element), schema.resolve(&alternative.shape));
        }
        (element, schema.of_value(shape, value))
    }

    /// The element of a value, which has the shape of the element unless a map says another one.
    fn value(&mut self, value: &Value, element: &Element, shape: &Shape) -> Result<(), Unwritable> {
        if self.depth >= MAX_DEPTH {
            return Err(Unwritable::new(format!("elements are more than {MAX_DEPTH} deep in each other")));
        }
        let (element, shape) = self.chosen(element, shape, value);
        match (value, shape) {
            (Value::Object(object), shape) => {
                let (properties, others) = match shape {
                    Shape::Object { properties, others } => (properties.as_slice(), others.as_deref()),
                    _ => (&[][..], None),
                };
                self.element(element, Some((object, properties)), |writer| {
                    writer.properties(object, properties, others)
                })
            }
            (Value::Array(items), Shape::List { first, item, is_wrapped: true }) => {
                self.element(element, None, |writer| writer.items(items, Items::OfList(first, item)))
            }
            (Value::Array(items), Shape::List { first, item, .. }) => self.items(items, Items::OfList(first, item)),
            (Value::Array(items), _) => self.items(items, Items::Called(element, None)),
            // Its place in a list counts, or it has to be there.
            (Value::Null, _) => {
                let outer = self.scope.len();
                self.open(element, &self.qualified(element), None)?;
                self.scope.truncate(outer);
                self.out.push_str(" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:nil=\"true\"/>");
                Ok(())
            }
            (scalar, _) => self.element(element, None, |writer| {
                writer.out.push_str(&text(scalar)?);
                Ok(())
            }),
        }
    }

    fn items(&mut self, items: &[Value], called: Items<'_>) -> Result<(), Unwritable> {
        for (index, one) in items.iter().enumerate() {
            let (item, shape) = called.at(index);
            let is_wrapped = || matches!(self.chosen(item, shape, one).1, Shape::List { is_wrapped: true, .. });
            let written = match one {
                Value::Array(_) if !is_wrapped() => Err(Unwritable::list_in_list()),
                _ => self.value(one, item, shape),
            };
            written.map_err(|why| why.within(index))?;
        }
        Ok(())
    }

    fn properties(
        &mut self,
        object: &Map<String, Value>,
        properties: &[Property],
        rest: Option<&Shape>,
    ) -> Result<(), Unwritable> {
        for Property { name, element, is_required, .. } in properties.iter().filter(|property| property.is_element()) {
            // A list without an element around it is as good as none where it is null.
            let may_be_nil = || {
                *is_required && !matches!(self.schema.resolve(&element.shape), Shape::List { is_wrapped: false, .. })
            };
            if let Some(value) = object.get(name).filter(|value| !value.is_null() || may_be_nil()) {
                self.value(value, element, &element.shape).map_err(|why| why.within(name))?;
            }
        }
        let is_known = |name: &str| name == TEXT || properties.iter().any(|property| property.name == name);
        for (name, value) in object.iter().filter(|(name, value)| !is_known(name) && !value.is_null()) {
            self.other(name, value, rest.unwrap_or(&Shape::Any)).map_err(|why| why.within(name))?;
        }
        match object.get(TEXT) {
            None | Some(Value::Null) => {}
            Some(Value::Array(_) | Value::Object(_)) => {
                return Err(Unwritable::new("the text of an element is no list or object").within(TEXT));
            }
            Some(said) => self.out.push_str(&text(said).map_err(|why| why.within(TEXT))?),
        }
        Ok(())
    }

    /// A property of no name that is known, which the element is called after: of a list, all of its items are.
    fn other(&mut self, name: &str, value: &Value, shape: &Shape) -> Result<(), Unwritable> {
        let element = Element::new(name, Shape::Any);
        let shape = self.schema.of_name(shape, name, self.accepts);
        match (value, self.chosen(&element, shape, value).1) {
            (Value::Array(items), Shape::List { first, item, is_wrapped: false }) => {
                self.items(items, Items::Called(&element, Some((first, item))))
            }
            _ => self.value(value, &element, shape),
        }
    }

    fn element(
        &mut self,
        element: &Element,
        object: Option<Object<'_>>,
        inside: impl FnOnce(&mut Self) -> Result<(), Unwritable>,
    ) -> Result<(), Unwritable> {
        let (name, outer) = (self.qualified(element), self.scope.len());
        self.open(element, &name, object)?;
        self.out.push('>');
        self.depth += 1;
        inside(self)?;
        self.depth -= 1;
        self.scope.truncate(outer);
        self.out.push_str(&format!("</{name}>"));
        Ok(())
    }

    /// The beginning of an element, without what ends its tag.
    fn open(&mut self, element: &Element, name: &str, object: Option<Object<'_>>) -> Result<(), Unwritable> {
        if let Some(why) = misnamed(element, false) {
            return Err(Unwritable::new(why));
        }
        self.out.push_str(&format!("<{name}"));
        let tag = self.scope.len();
        self.declare(element, tag)?;
        let (values, properties) = object.map_or((None, &[][..]), |(values, properties)| (Some(values), properties));
        let mut names: Vec<((Option<&str>, &str), &str)> = Vec::new();
        for Property { name: key, element, .. } in properties.iter().filter(|property| property.is_attribute) {
            let value = values.and_then(|values| values.get(key)).filter(|value| !value.is_null());
            let Some(value) = value else { continue };
            if let Some((_, other)) = names.iter().find(|(known, _)| *known == expanded(element)) {
                return Err(Unwritable::second_attribute(&element.name, other).within(key));
            }
            names.push((expanded(element), key.as_str()));
            self.attribute(element, value, tag).map_err(|why| why.within(key))?;
        }
        Ok(())
    }

    fn attribute(&mut self, element: &Element, value: &Value, tag: usize) -> Result<(), Unwritable> {
        if let Some(why) = misnamed(element, true) {
            return Err(Unwritable::new(why));
        }
        if value.is_array() || value.is_object() {
            return Err(Unwritable::attribute_of_several());
        }
        // An attribute without a prefix is in no namespace, whatever its element is in.
        if element.prefix.is_some() {
            self.declare(element, tag)?;
        }
        // A reader makes blanks of them where they are not written so.
        let text = text(value)?.replace('\n', "&#10;").replace('\t', "&#9;");
        self.out.push_str(&format!(" {}=\"{text}\"", self.qualified(element)));
        Ok(())
    }

    /// Declares a prefix, once in a tag, which begins at a place of the scope.
    fn declare(&mut self, element: &Element, tag: usize) -> Result<(), Unwritable> {
        let prefix = element.prefix.as_deref().unwrap_or_default();
        let Some(namespace) = element.namespace.as_ref().filter(|_| prefix != "xml") else { return Ok(()) };
        match self.scope[tag..].iter().find(|(known, _)| known == prefix) {
            Some((_, known)) if known == namespace => {}
            Some(_) => return Err(Unwritable::second_namespace(prefix)),
            None => {
                let colon = if prefix.is_empty() { "" } else { ":" };
                self.out.push_str(&format!(" xmlns{colon}{prefix}=\"{}\"", escaped(namespace)?));
                self.scope.push((prefix.to_owned(), namespace.clone()));
            }
        }
        Ok(())
    }

    /// The name as it is written. A prefix that nothing declares would make it no XML.
    fn qualified(&self, element: &Element) -> String {
        let is_declared = |prefix: &String| self.scope.iter().any(|(known, _)| known == prefix);
        match &element.prefix {
            Some(prefix) if element.namespace.is_some() || prefix == "xml" || is_declared(prefix) => {
                format!("{prefix}:{}", element.name)
            }
            _ => element.name.clone(),
        }
    }
}

fn text(value: &Value) -> Result<String, Unwritable> {
    match value {
        Value::String(text) => escaped(text),
        value => escaped(&value.to_string()),
    }
}

fn escaped(text: &str) -> Result<String, Unwritable> {
    if let Some(why) = Unwritable::of_text(text) {
        return Err(why);
    }
    // A reader makes a line feed of a carriage return that is not written so.
    Ok(escape(text).replace('\r', "&#13;"))
}
