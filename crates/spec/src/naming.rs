//! How the names of a document are spelled in the client that is made of it.
//!
//! OpenAPI lets names be anything. Two of them may be one name to the client, which decides what is inferred, what is told
//! apart and what an import may add. So the stages that depend on it are given a [`Naming`], and know no language.

#[cfg(feature = "pipeline")]
pub mod pins;

use crate::document::extension;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

/// The most bytes of the name of an operation or a type: documentation keeps each in a file that is called after it.
pub(crate) const MAX_LENGTH: usize = 100;

/// The names that a client has for what a document names.
pub trait Naming {
    /// The field that a property becomes.
    fn field<'a>(&self, property: &'a str) -> Cow<'a, str>;

    /// The field that holds the properties which a schema does not name. No property can have it.
    fn unknown_properties(&self) -> &str;

    /// The type that a component schema becomes.
    fn type_name(&self, component: &str) -> String;

    /// The method that an operation id becomes, and the setter that a parameter becomes.
    fn method(&self, name: &str) -> String;

    /// The name of the request type of an operation, which is made of the name of its method.
    fn request_type(&self, operation_id: &str) -> String;

    /// The types of parameters whose values have names, by the names of the parameters on the wire. No two are the same.
    fn value_types<'a>(&self, parameters: &mut dyn Iterator<Item = &'a str>) -> BTreeMap<&'a str, String>;

    /// The constant that a value becomes, or the name that a person gave it.
    fn constant(&self, value: &str) -> String;

    /// Constants that the types of values have anyway.
    fn reserved_constants(&self) -> &[&str];

    /// Methods that clients have anyway, and names that generated code uses without a path.
    fn reserved_methods(&self) -> &[&str];

    /// Types that generated code uses without a path.
    fn reserved_types(&self) -> &[&str];

    /// Setters that request types have anyway, and names that generated code needs for itself.
    fn reserved_setters(&self) -> &[&str];

    /// Words that no name can be.
    fn keywords(&self) -> &[&str];

    /// The name that a release gave to a place, see [`crate::naming::pins`].
    fn pinned(&self, _place: &str) -> Option<&str> {
        None
    }

    /// The pinned names whose places begin so, with the places, sorted by them.
    fn pinned_below(&self, _start: &str) -> Vec<(&str, &str)> {
        Vec::new()
    }

    /// Names that a place had before a person renamed it, which callers may still use.
    fn former(&self, _place: &str) -> &[String] {
        &[]
    }

    /// All pinned and former names with their places.
    fn pins(&self) -> Vec<(&str, &str)> {
        Vec::new()
    }

    /// The type of a component, which may be told what to be called by `x-rust-name`.
    fn component_type(&self, component: &str, schema: &Value) -> String {
        self.type_name(schema.get(extension::RUST_NAME).and_then(Value::as_str).unwrap_or(component))
    }

    /// The properties of an object that cannot be fields: those whose field an earlier property has, and the one that is
    /// called like the field of unknown properties. They are found in that field.
    fn unnameable<'a>(&self, properties: &mut dyn Iterator<Item = &'a str>) -> Vec<&'a str> {
        let mut taken = HashSet::from([Cow::Borrowed(self.unknown_properties())]);
        properties.filter(|property| !taken.insert(self.field(property))).collect()
    }
}

/// The name, or one that is made of its beginning and of `place` where files cannot be called so.
pub fn limited(name: &str, separator: &str, place: &str) -> String {
    if name.len() <= MAX_LENGTH { name.to_owned() } else { suffixed(name, separator, place, 0) }
}

/// `name` and four digits that depend on `place` alone, so that a name which is taken becomes the same other name
/// whatever else is in the document.
pub fn suffixed(name: &str, separator: &str, place: &str, attempt: u64) -> String {
    let digits = fnv1a(place).wrapping_add(attempt) % 10_000;
    let end = (0..=name.len().min(MAX_LENGTH - 5)).rev().find(|end| name.is_char_boundary(*end)).unwrap_or_default();
    format!("{}{separator}{digits:04}", name[..end].trim_end_matches('_'))
}

/// A hash that never changes, unlike the one of the standard library.
fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_cut_and_told_apart() {
        #[track_caller]
        fn check(name: &str, place: &str, expected: &str) {
            let limited = limited(name, "_", place);
            assert_eq!(limited, expected);
            assert!(limited.len() <= MAX_LENGTH);
        }
        check(&"a".repeat(100), "/a", &"a".repeat(100));
        check(&"a".repeat(101), "/a", &format!("{}_6029", "a".repeat(95)));
        check(&"a".repeat(101), "/b", &format!("{}_1396", "a".repeat(95)));
        check(&"名".repeat(34), "/a", &format!("{}_6029", "名".repeat(31)));
        check(&"ab_".repeat(50), "/a", &format!("{}ab_6029", "ab_".repeat(31)));
    }
}
