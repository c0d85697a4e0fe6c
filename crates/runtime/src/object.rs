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

    /// The names of its properties.
    const NAMES: &'static [&'static str];

    /// Makes one of properties in any order.
    fn read<A: MapAccess<'de>>(properties: Properties<A>) -> Result<Self, A::Error>;
}

/// The properties of an object that is decoded.
#[derive(Debug)]
pub struct Properties<A> {
    map: A,
    names: &'static [&'static str],
    current: usize,
}

/// Decodes an object.
pub fn deserialize<'de, T: Object<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_map(OfType(::std::marker::PhantomData))
}

impl<'de, A: MapAccess<'de>> Properties<A> {
    /// The next property: the index of its name, or the name that is not known.
    #[allow(clippy::should_implement_trait, reason = "it can fail, and is no iterator")]
    pub fn next(&mut self) -> Result<Option<Result<usize, String>>, A::Error> {
        let found = self.map.next_key_seed(Name { names: self.names, first: self.current })?;
        if let Some(Ok(index)) = found {
            self.current = index;
        }
        Ok(found)
    }

    /// The value of a property that is not known.
    pub fn value<T: Deserialize<'de>>(&mut self) -> Result<T, A::Error> {
        self.map.next_value()
    }

    /// Keeps the value of a property that is known, which there may be once.
    pub fn set<T: Deserialize<'de>>(&mut self, property: &mut Option<T>) -> Result<(), A::Error> {
        if property.is_some() {
            return Err(A::Error::duplicate_field(self.name(self.current)));
        }
        *property = Some(self.map.next_value()?);
        Ok(())
    }

    /// A property that has to be there.
    pub fn required<T>(&self, property: Option<T>, index: usize) -> Result<T, A::Error> {
        property.ok_or_else(|| A::Error::missing_field(self.name(index)))
    }

    fn name(&self, index: usize) -> &'static str {
        self.names.get(index).copied().unwrap_or_default()
    }
}

/// Finds the name of a property. Most come in the order of the document, so that the one behind the last one is looked at
/// first.
struct Name {
    names: &'static [&'static str],
    first: usize,
}

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Result<usize, String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Name {
    type Value = Result<usize, String>;

    fn expecting(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.write_str("the name of a property")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        let (before, behind) = self.names.split_at(self.first.min(self.names.len()));
        let find = |names: &[&str]| names.iter().position(|known| *known == name);
        let index = find(behind).map(|index| index + before.len()).or_else(|| find(before));
        Ok(index.ok_or_else(|| name.to_owned()))
    }
}

struct OfType<T>(::std::marker::PhantomData<T>);

impl<'de, T: Object<'de>> Visitor<'de> for OfType<T> {
    type Value = T;

    fn expecting(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::read(Properties { map, names: T::NAMES, current: 0 })
    }
}
