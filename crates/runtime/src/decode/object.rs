//! Decodes objects that keep the properties that the document does not name, which the generated types ask for.
//!
//! Serde derives the same (`flatten`), with two dozen functions for each type in the place of two: that doubles what the
//! compiler checks of a client.
//!
//! Generated clients that go without a runtime have a copy of this file, which is why it uses little and has no tests.

use ::serde::Deserialize;
use ::serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};

/// An object of properties that have names, and of others.
pub trait Object<'de>: Sized {
    /// What a type is called in an error about another value.
    const EXPECTED: &'static str;

    /// The names of its properties, sorted.
    const NAMES: &'static [&'static str];

    /// Makes one of properties in any order.
    fn read<A: MapAccess<'de>>(properties: Properties<A>) -> Result<Self, A::Error>;
}

/// The properties of an object that is decoded.
#[derive(Debug)]
pub struct Properties<A> {
    map: A,
    names: &'static [&'static str],
    /// The index of the property that came last, if it is known, and the one that comes next if they come in order.
    current: usize,
    next: usize,
    /// The name of the property that came last and is not known.
    other: String,
}

/// Decodes an object.
pub fn deserialize<'de, T: Object<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_map(OfType(::std::marker::PhantomData))
}

impl<'de, A: MapAccess<'de>> Properties<A> {
    /// The next property: the index of its name, or a greater one if it is not known.
    #[allow(clippy::should_implement_trait, reason = "it can fail, and is no iterator")]
    pub fn next(&mut self) -> Result<Option<usize>, A::Error> {
        let found = self.map.next_key_seed(Name { names: self.names, next: self.next, other: &mut self.other })?;
        if let Some(index) = found.filter(|index| *index < self.names.len()) {
            (self.current, self.next) = (index, index + 1);
        }
        Ok(found)
    }

    /// The name of a property that is not known.
    pub fn name(&mut self) -> String {
        ::std::mem::take(&mut self.other)
    }

    /// The value of a property that is not known.
    pub fn value<T: Deserialize<'de>>(&mut self) -> Result<T, A::Error> {
        self.map.next_value()
    }

    /// Keeps the value of a property that is known, which there may be once.
    #[inline]
    pub fn set<T: Deserialize<'de>>(&mut self, property: &mut Option<T>) -> Result<(), A::Error> {
        if property.is_some() {
            return Err(A::Error::duplicate_field(self.known(self.current)));
        }
        *property = Some(self.map.next_value()?);
        Ok(())
    }

    /// A property that has to be there.
    pub fn required<T>(&self, property: Option<T>, index: usize) -> Result<T, A::Error> {
        property.ok_or_else(|| A::Error::missing_field(self.known(index)))
    }

    fn known(&self, index: usize) -> &'static str {
        self.names.get(index).copied().unwrap_or_default()
    }
}

/// Finds the name of a property. Many servers sort them, too.
struct Name<'n> {
    names: &'static [&'static str],
    next: usize,
    other: &'n mut String,
}

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = usize;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = usize;

    fn expecting(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.write_str("the name of a property")
    }

    #[inline]
    fn visit_str<E>(self, name: &str) -> Result<usize, E> {
        if self.names.get(self.next).is_some_and(|known| *known == name) {
            return Ok(self.next);
        }
        Ok(self.names.binary_search(&name).unwrap_or_else(|_| {
            name.clone_into(self.other);
            self.names.len()
        }))
    }
}

struct OfType<T>(::std::marker::PhantomData<T>);

impl<'de, T: Object<'de>> Visitor<'de> for OfType<T> {
    type Value = T;

    fn expecting(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::read(Properties { map, names: T::NAMES, current: 0, next: 0, other: String::new() })
    }
}
