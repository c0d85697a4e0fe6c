//! What no XML can hold, of a value and of what a schema describes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::legal::{expanded, is_char, misnamed, no_character};
use crate::{ByName, Element, Property, Shape, XmlSchema};

/// Why a value cannot be written as XML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unwritable {
    /// The way to what cannot be written: names of properties, and indexes of lists.
    pub path: Vec<String>,
    /// The reason, without the way.
    pub why: String,
}

impl Unwritable {
    pub(crate) fn new(why: impl Into<String>) -> Self {
        Self { path: Vec::new(), why: why.into() }
    }

    /// The same, in a value that has the one which cannot be written under a name.
    pub(crate) fn within(mut self, name: impl ToString) -> Self {
        self.path.insert(0, name.to_string());
        self
    }

    /// Why a text cannot be written, where it holds a character that XML does not have.
    pub fn of_text(text: &str) -> Option<Self> {
        text.chars().find(|c| !is_char(*c)).map(|illegal| Self::new(no_character(illegal)))
    }

    /// A list in another one, of which nothing would tell where it ends.
    pub(crate) fn list_in_list() -> Self {
        Self::new("a list in a list has no element around it unless `xml.wrapped` says so")
    }

    /// An attribute that is called as another property is.
    pub(crate) fn second_attribute(name: &str, other: &str) -> Self {
        Self::new(format!("it is the attribute `{name}`, and so is `{other}`"))
    }

    /// Elements that are called as those of another property are.
    fn second_element(name: &str, other: &str) -> Self {
        Self::new(format!("nothing tells its element `{name}` from that of `{other}`"))
    }

    /// A prefix that stands for nothing where it is used.
    fn undeclared(prefix: &str) -> Self {
        Self::new(format!("the prefix `{prefix}` has no namespace, and is left out"))
    }

    /// An attribute that is said to be in a namespace, and has no prefix (Namespaces in XML 1.0, section 6.2).
    fn attribute_in_namespace() -> Self {
        Self::new("an attribute without a prefix is in no namespace, whichever it is said to be in")
    }

    /// An attribute of something else than a text.
    pub(crate) fn attribute_of_several() -> Self {
        Self::new("an attribute is a text, and no list or object")
    }

    /// A prefix that stands for two namespaces in one tag.
    pub(crate) fn second_namespace(prefix: &str) -> Self {
        let prefix = if prefix.is_empty() { "the default".to_owned() } else { format!("the prefix `{prefix}`") };
        Self::new(format!("{prefix} stands for another namespace in the same tag"))
    }
}

impl fmt::Display for Unwritable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_slice() {
            [] => write!(f, "the value cannot be written as XML: {}", self.why),
            path => write!(f, "the property `{}` cannot be written as XML: {}", path.join("."), self.why),
        }
    }
}

impl std::error::Error for Unwritable {}

impl XmlSchema {
    /// What the schema describes that cannot be written, or not so that it can be read, each once. In the way to it, `*` is
    /// any index or any name.
    pub fn unwritable(&self) -> Vec<Unwritable> {
        let mut survey =
            Survey { schema: self, seen: BTreeSet::new(), scope: Vec::new(), path: Vec::new(), found: Vec::new() };
        survey.element(&self.root);
        survey.found
    }
}

struct Survey<'a> {
    schema: &'a XmlSchema,
    seen: BTreeSet<&'a str>,
    /// The prefixes that elements around declare.
    scope: Vec<&'a str>,
    path: Vec<String>,
    found: Vec<Unwritable>,
}

impl<'a> Survey<'a> {
    fn report(&mut self, why: Unwritable) {
        self.found.push(Unwritable { path: self.path.iter().cloned().chain(why.path).collect(), ..why });
    }

    fn below(&mut self, name: &str, look: impl FnOnce(&mut Self)) {
        self.path.push(name.to_owned());
        look(self);
        self.path.pop();
    }

    fn element(&mut self, element: &'a Element) {
        // Where all that it may be have names of their own, it has none.
        match self.schema.called(element).iter().any(|called| std::ptr::eq(*called, element)) {
            true => self.named(element, &element.shape),
            false => self.shape(element, &element.shape),
        }
    }

    fn named(&mut self, element: &'a Element, shape: &'a Shape) {
        if let Some(why) = misnamed(element, false) {
            self.report(Unwritable::new(why));
        }
        let outer = self.scope.len();
        self.scope.extend(element.prefix.as_deref().filter(|_| element.namespace.is_some()));
        if let Some(why) = self.undeclared(element) {
            self.report(why);
        }
        self.shape(element, shape);
        self.scope.truncate(outer);
    }

    /// What is wrong with a prefix that nothing declares, here or around.
    fn undeclared(&self, element: &Element) -> Option<Unwritable> {
        let prefix = element.prefix.as_deref().filter(|_| element.namespace.is_none())?;
        (prefix != "xml" && !self.scope.contains(&prefix)).then(|| Unwritable::undeclared(prefix))
    }

    fn shape(&mut self, element: &'a Element, shape: &'a Shape) {
        if let Shape::Component(name) = shape
            && !self.seen.insert(name)
        {
            return;
        }
        match self.schema.resolve(shape) {
            Shape::Object { properties, others } => {
                self.attributes(element, properties);
                self.elements(properties);
                for Property { name, element, .. } in properties.iter().filter(|one| one.is_element()) {
                    self.below(name, |survey| match survey.schema.resolve(&element.shape) {
                        // Its items stand in its place.
                        Shape::List { is_wrapped: false, .. } => survey.shape(element, &element.shape),
                        _ => survey.element(element),
                    });
                }
                if let Some(others) = others {
                    self.below("*", |survey| survey.shape(element, others));
                }
            }
            Shape::List { first, item, .. } => self.below("*", |survey| {
                for item in first.iter().chain([&**item]) {
                    if matches!(survey.schema.resolve(&item.shape), Shape::List { is_wrapped: false, .. }) {
                        survey.report(Unwritable::list_in_list());
                    }
                    survey.element(item);
                }
            }),
            Shape::OneOf(choice) => choice.called(element).for_each(|(called, shape)| {
                if std::ptr::eq(called, element) { self.shape(element, shape) } else { self.named(called, shape) }
            }),
            Shape::ByName(ByName { patterns, others }) => {
                patterns.iter().for_each(|(_, shape)| self.shape(element, shape));
                self.shape(element, others);
            }
            _ => {}
        }
    }

    fn elements(&mut self, properties: &'a [Property]) {
        let mut names: BTreeMap<(Option<&str>, &str), &str> = BTreeMap::new();
        for Property { name: key, element, .. } in properties.iter().filter(|property| property.is_element()) {
            let called =
                self.schema.elements_of(element).into_iter().map(|one| (one.namespace(false), one.name.as_str()));
            let called: Vec<_> = called.collect();
            if let Some(((_, name), other)) = called.iter().find_map(|name| Some((*name, *names.get(name)?))) {
                self.report(Unwritable::second_element(name, other).within(key));
            }
            called.into_iter().for_each(|name| _ = names.entry(name).or_insert(key));
        }
    }

    fn attributes(&mut self, owner: &'a Element, properties: &'a [Property]) {
        let mut names: Vec<((Option<&str>, &str), &str)> = Vec::new();
        let mut prefixes = vec![(owner.prefix.as_deref().unwrap_or_default(), owner.namespace.as_deref())];
        for Property { name: key, element, .. } in properties.iter().filter(|property| property.is_attribute) {
            if let Some(why) = misnamed(element, true) {
                self.report(Unwritable::new(why).within(key));
            }
            if element.namespace.is_some() && element.prefix.is_none() {
                self.report(Unwritable::attribute_in_namespace().within(key));
            }
            if let Some(why) = self.undeclared(element) {
                self.report(why.within(key));
            }
            // Where it is one of several, one of them is enough.
            let mut kinds = self.schema.kinds(&element.shape).iter().map(|kind| self.schema.resolve(kind));
            if kinds.any(|kind| matches!(kind, Shape::List { .. } | Shape::Object { .. })) {
                self.report(Unwritable::attribute_of_several().within(key));
            }
            match names.iter().find(|(known, _)| *known == expanded(element)) {
                Some((_, other)) => self.report(Unwritable::second_attribute(&element.name, other).within(key)),
                None => names.push((expanded(element), key.as_str())),
            }
            let Some((prefix, namespace)) = element.prefix.as_deref().zip(element.namespace.as_deref()) else {
                continue;
            };
            match prefixes.iter().find(|(known, namespace)| *known == prefix && namespace.is_some()) {
                Some((_, known)) if *known != Some(namespace) => {
                    self.report(Unwritable::second_namespace(prefix).within(key));
                }
                Some(_) => {}
                None => prefixes.push((prefix, Some(namespace))),
            }
        }
    }
}
