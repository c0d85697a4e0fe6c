//! Looks at a part of a document without making values of it, for what a reader of the outline has to know: whether the
//! text is good, and whether the part means what it says.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::read::Name;
use crate::document::nested::{MAX_DEPTH, is_exact};
use crate::document::reference::pointer;

/// What was noticed so far.
#[derive(Default)]
pub(super) struct Scanned<'t> {
    /// Whether OpenAPI 3.1 has something here that the conversion changes.
    pub(super) is_converted: bool,
    /// The names of the properties of all objects that are open.
    names: Vec<Cow<'t, str>>,
}

/// What a value is to the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Context {
    /// Something that OpenAPI describes.
    EventSchema,
    /// Properties, whose names mean nothing.
    Properties,
    /// Examples by their names, or a list of them.
    Examples,
    /// One of the examples that have names.
    Named,
    /// Data, which is not to hold a reference.
    Data,
    /// The target of a reference.
    Reference,
}

/// A value to look at.
pub(super) struct Scan<'s, 't> {
    scanned: &'s mut Scanned<'t>,
    depth: usize,
    context: Context,
}

impl<'t> Scanned<'t> {
    /// Looks at a value inside so many arrays and objects.
    pub(super) fn scan(&mut self, depth: usize, context: Context) -> Scan<'_, 't> {
        Scan { scanned: self, depth, context }
    }

    /// Takes notice of the name of a property that is no data.
    pub(super) fn note(&mut self, name: &str) {
        let is_converted = ["$id", "$anchor", "$dynamicAnchor", "$dynamicRef", "$ref", "callbacks", "pathItems"];
        // A reference below an operation or a component is looked at itself.
        self.is_converted |= is_converted.contains(&name);
    }
}

/// Whether the names of an object differ.
pub(super) fn are_distinct(names: &mut [Cow<'_, str>]) -> bool {
    const FEW: usize = 8;
    if names.len() > FEW {
        names.sort_unstable();
        return names.windows(2).all(|pair| pair[0] != pair[1]);
    }
    names.iter().enumerate().all(|(index, name)| !names[..index].contains(name))
}

impl Context {
    /// What a property is; nothing for a reference where only data may stand.
    fn of_property(self, name: &str) -> Option<Self> {
        Some(match (self, name) {
            (Self::Data, "$ref") => return None,
            (Self::Data, _) | (Self::Named, "value") => Self::Data,
            (Self::Properties, _) => Self::EventSchema,
            (Self::Examples, _) => Self::Named,
            (_, "$ref") => Self::Reference,
            (_, "example" | "x-example") => Self::Data,
            (_, "examples") => Self::Examples,
            (_, "properties") => Self::Properties,
            _ => Self::EventSchema,
        })
    }

    /// What an element of a list is.
    fn of_element(self) -> Self {
        match self {
            Self::Data | Self::Examples => Self::Data,
            _ => Self::EventSchema,
        }
    }
}

/// Whether a JSON pointer leads to an object that holds parts of the document and is not one of them: the root, `paths`,
/// `components` or a section of the components.
fn holds_parts(pointer: &str) -> bool {
    let section = pointer.strip_prefix("/components/");
    ["", "/paths", "/components"].contains(&pointer) || section.is_some_and(|section| !section.contains('/'))
}

impl<'t> DeserializeSeed<'t> for Scan<'_, 't> {
    type Value = ();

    fn deserialize<D: Deserializer<'t>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'t> Scan<'_, 't> {
    fn inside<E: Error>(&mut self, context: Context) -> Result<Scan<'_, 't>, E> {
        if self.depth < MAX_DEPTH { Ok(self.scanned.scan(self.depth + 1, context)) } else { Err(E::custom("too deep")) }
    }
}

impl<'t> Visitor<'t> for Scan<'_, 't> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        if is_exact(value) { Ok(()) } else { Err(E::custom("perhaps an integer")) }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        if self.context != Context::Reference {
            return Ok(());
        }
        if pointer(text).is_some_and(|pointer| holds_parts(&pointer)) {
            return Err(E::custom("a reference to several parts"));
        }
        // Others are relative to what a schema calls itself.
        self.scanned.is_converted |= !["#/components/", "#/paths/"].iter().any(|start| text.starts_with(start));
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'t>>(mut self, mut elements: A) -> Result<(), A::Error> {
        let context = self.context.of_element();
        // A list without elements is as deep as one with some.
        self.inside::<A::Error>(context)?;
        while elements.next_element_seed(self.inside(context)?)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'t>>(mut self, mut properties: A) -> Result<(), A::Error> {
        let first = self.scanned.names.len();
        self.inside::<A::Error>(self.context)?;
        while let Some(Name(name)) = properties.next_key()? {
            let Some(context) = self.context.of_property(&name) else { return Err(A::Error::custom("a reference")) };
            if name != "$ref" && self.context != Context::Data {
                self.scanned.note(&name);
            }
            self.scanned.names.push(name);
            properties.next_value_seed(self.inside(context)?)?;
        }
        if !are_distinct(&mut self.scanned.names[first..]) {
            return Err(A::Error::custom("duplicate key"));
        }
        self.scanned.names.truncate(first);
        Ok(())
    }
}
