//! Decodes a value as a type, and repairs what the type refuses, and nothing else: what it takes stays as it came.
//!
//! A type tells by the method that it calls what it wants. So an integer that is written with a fraction becomes one where an
//! integer is wanted, and stays what it is where any number is. Of an element null only its type can tell, by failing: from
//! then on elements null are left out of every list of that type, and the value is read once more. So it is read once for each
//! type of elements that refuses null, however many such elements there are.

use std::any::type_name;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;
use std::rc::Rc;

use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Error, Map, Number, Value};

use super::json_path::{element, property};
use super::number::integer;
use super::tolerant::{DeviationKind, Repairs};
use super::variant;
use crate::response::envelope::as_code;

/// What is known while a value is decoded.
pub(crate) struct Repair {
    /// Where the envelope's code is, if the value may be an envelope.
    code: Option<String>,
    state: RefCell<State>,
}

struct State {
    path: String,
    found: Repairs,
    /// The types of elements that have refused null.
    without_null: BTreeSet<&'static str>,
    /// Whether one of them did so for the first time.
    has_learned: bool,
    /// Where the value was refused, and what is there.
    refused: Option<(String, Value)>,
}

/// What a type refuses for good.
pub(crate) struct Failure {
    pub(crate) path: String,
    pub(crate) value: Value,
    pub(crate) error: Error,
}

/// Decodes a value in whose text something may have been found already, and which may be an envelope with a property for its
/// code.
pub(crate) fn decode<T: DeserializeOwned>(
    value: &Value,
    code: Option<&str>,
    found: Repairs,
) -> (Result<T, Failure>, Repairs) {
    let state = State { path: "$".to_owned(), found, without_null: BTreeSet::new(), has_learned: false, refused: None };
    let repair = Rc::new(Repair { code: code.map(|name| format!("${}", property(name))), state: RefCell::new(state) });
    let result = variant::repairing(&repair, || repair.read(value));
    let found = std::mem::take(&mut repair.state.borrow_mut().found);
    (result, found)
}

impl Repair {
    /// Reads a value at the place that has been reached, until no type of elements refuses null for the first time.
    fn read<T: DeserializeOwned>(&self, value: &Value) -> Result<T, Failure> {
        let count = self.state.borrow().found.count();
        loop {
            let result = T::deserialize(Node { value, repair: self });
            let mut state = self.state.borrow_mut();
            let (refused, has_learned) = (state.refused.take(), std::mem::take(&mut state.has_learned));
            let error = match result {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            if !has_learned {
                let (path, value) = refused.unwrap_or_else(|| (state.path.clone(), value.clone()));
                return Err(Failure { path, value, error });
            }
            state.found.truncate(count);
        }
    }

    /// Reads a value of a union as a variant. One that the variant refuses for good is kept as it came, and nothing is said
    /// of it.
    pub(crate) fn read_variant<T: DeserializeOwned>(&self, value: &Value) -> Option<T> {
        let count = self.state.borrow().found.count();
        let variant = self.read(value).ok();
        if variant.is_none() {
            self.state.borrow_mut().found.truncate(count);
        }
        variant
    }

    /// Reads what is at a place below the one that has been reached.
    fn below<T>(&self, step: &str, value: &Value, read: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
        let length = self.state.borrow().path.len();
        self.state.borrow_mut().path.push_str(step);
        let result = read();
        let State { path, refused, .. } = &mut *self.state.borrow_mut();
        if result.is_err() && refused.is_none() {
            *refused = Some((path.clone(), value.clone()));
        }
        path.truncate(length);
        result
    }

    fn note(&self, kind: DeviationKind, step: &str) {
        let State { path, found, .. } = &mut *self.state.borrow_mut();
        found.add(kind, &format!("{path}{step}"));
    }

    /// Whether the place that has been reached is that of the envelope's code.
    fn is_at_code(&self) -> bool {
        self.code.as_ref().is_some_and(|code| *code == self.state.borrow().path)
    }

    fn is_without_null(&self, type_of_elements: &str) -> bool {
        self.state.borrow().without_null.contains(type_of_elements)
    }

    fn learn(&self, type_of_elements: &'static str) {
        let mut state = self.state.borrow_mut();
        state.has_learned |= state.without_null.insert(type_of_elements);
    }
}

/// A value that is handed out to a type.
struct Node<'a, 'de> {
    value: &'de Value,
    repair: &'a Repair,
}

impl<'de> Node<'_, 'de> {
    /// Hands out a list; in one whose elements have each a meaning of their own, an element null cannot be left out.
    fn list<V: Visitor<'de>>(self, list: &'de [Value], is_uniform: bool, visitor: V) -> Result<V::Value, Error> {
        let mut elements = Elements { rest: list.iter().enumerate(), is_uniform, repair: self.repair };
        let value = visitor.visit_seq(&mut elements)?;
        match elements.rest.next() {
            None => Ok(value),
            Some(_) => Err(Error::invalid_length(list.len(), &"fewer elements in array")),
        }
    }

    /// An integer that is not written as one.
    fn integer(&self) -> Option<(Number, DeviationKind)> {
        match self.value {
            Value::String(_) if self.repair.is_at_code() => {
                Some((as_code(self.value)?.into(), DeviationKind::CodeAsString))
            }
            value => Some((integer(value)?, DeviationKind::IntegerWithFraction)),
        }
    }

    fn any<V: Visitor<'de>>(self, is_uniform: bool, visitor: V) -> Result<V::Value, Error> {
        match self.value {
            Value::Array(list) => self.list(list, is_uniform, visitor),
            Value::Object(object) => {
                let rest = object.iter();
                visitor.visit_map(Properties { rest, current: None, repair: self.repair })
            }
            scalar => scalar.deserialize_any(visitor),
        }
    }
}

/// Hands out integers, whichever way they are written. The code of an envelope is read as whoever asks only for that reads it.
macro_rules! integers {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            let Some((integer, kind)) = self.integer() else { return self.value.$method(visitor) };
            let value = integer.$method(visitor)?;
            self.repair.note(kind, "");
            Ok(value)
        }
    )*};
}

impl<'de> Deserializer<'de> for Node<'_, 'de> {
    type Error = Error;

    forward_to_deserialize_any! {
        bool char str string bytes byte_buf unit unit_struct map identifier
    }

    integers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.any(true, visitor)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.any(true, visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.any(false, visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.any(false, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.any(false, visitor)
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.value.deserialize_f32(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.value.deserialize_f64(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.value.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    /// Nothing is repaired in Rust's own enums, which no document's type is.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.value.deserialize_enum(name, variants, visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }
}

/// The elements of a list that are left.
struct Elements<'a, 'de> {
    rest: std::iter::Enumerate<std::slice::Iter<'de, Value>>,
    is_uniform: bool,
    repair: &'a Repair,
}

impl<'de> SeqAccess<'de> for Elements<'_, 'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        // What refuses null is the type of the elements, and the same in every list.
        let type_of_elements = type_name::<T>();
        let is_without_null = self.is_uniform && self.repair.is_without_null(type_of_elements);
        let Some((step, value)) = self.next(is_without_null) else { return Ok(None) };
        let repair = self.repair;
        let result = repair.below(&step, value, || seed.deserialize(Node { value, repair }));
        if result.is_err() && value.is_null() && self.is_uniform {
            repair.learn(type_of_elements);
        }
        result.map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

impl<'de> Elements<'_, 'de> {
    /// The next element and the step to it.
    fn next(&mut self, is_without_null: bool) -> Option<(String, &'de Value)> {
        for (index, value) in self.rest.by_ref() {
            let step = element(index);
            if !is_without_null || !value.is_null() {
                return Some((step, value));
            }
            self.repair.note(DeviationKind::NullElement, &step);
        }
        None
    }
}

/// The properties of an object that are left.
struct Properties<'a, 'de> {
    rest: serde_json::map::Iter<'de>,
    current: Option<(&'de str, &'de Value)>,
    repair: &'a Repair,
}

impl<'de> MapAccess<'de> for Properties<'_, 'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some((name, value)) = self.rest.next() else { return Ok(None) };
        self.current = Some((name, value));
        read_name(name, seed).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Error> {
        let Some((name, value)) = self.current.take() else { return Err(Error::custom("a value without a name")) };
        let repair = self.repair;
        repair.below(&property(name), value, || seed.deserialize(Node { value, repair }))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

/// Reads the name of a property as a text, or as whatever else serde_json takes it for, such as a number.
fn read_name<'de, K: DeserializeSeed<'de>>(name: &str, seed: K) -> Result<K::Value, Error> {
    let object = Map::from_iter([(name.to_owned(), Value::Null)]);
    object.deserialize_map(FirstName(seed))
}

struct FirstName<K>(K);

impl<'de, K: DeserializeSeed<'de>> Visitor<'de> for FirstName<K> {
    type Value = K::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a property")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut properties: A) -> Result<K::Value, A::Error> {
        let name = properties.next_key_seed(self.0)?;
        properties.next_value::<IgnoredAny>()?;
        name.ok_or_else(|| A::Error::custom("a property without a name"))
    }
}
