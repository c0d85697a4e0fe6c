//! The names that the generator makes of names in the document.
//!
//! This repeats what typify and progenitor do (`sanitize` in each of them), which they do not offer as a function.
//! The underscore that they put behind a keyword is left out: no two names differ in that alone.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use heck::{ToPascalCase, ToSnakeCase};
use serde_json::Value;

/// The name of the flattened map that the generator adds to a struct that keeps unknown keys.
pub const UNKNOWN_KEYS: &str = "extra";

/// The most bytes of the name of an operation or a type: documentation keeps each in a file that is called after it.
pub(crate) const MAX_LENGTH: usize = 100;

/// The field that a property becomes.
pub fn field(property: &str) -> String {
    field_of(property).into_owned()
}

/// The same, without a copy of a property that is called like its field, as most are.
pub(crate) fn field_of(property: &str) -> Cow<'_, str> {
    if is_plain(property) {
        return Cow::Borrowed(property);
    }
    let name = match special(property) {
        Some(name) => name.to_owned(),
        None => separated(property).to_snake_case(),
    };
    Cow::Owned(if name.starts_with(unicode_ident::is_xid_start) { name } else { format!("x{name}") })
}

/// The properties of an object that cannot be fields: those whose field an earlier property has, and the one that is
/// called like the map of unknown keys. They are found in that map.
pub fn unnameable<'a>(properties: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut taken = HashSet::from([UNKNOWN_KEYS.to_owned()]);
    properties.filter(|property| !taken.insert(field(property))).collect()
}

/// The type that a component schema becomes.
pub fn type_name(component: &str) -> String {
    let name = match special(component) {
        Some(name) => name.to_owned(),
        None => separated(component).to_pascal_case(),
    };
    if name.starts_with(unicode_ident::is_xid_start) { name } else { format!("X{name}") }
}

/// The type of a component, which may be told what to be called by `x-rust-name`.
pub fn component_type(component: &str, schema: &Value) -> String {
    type_name(schema.get("x-rust-name").and_then(Value::as_str).unwrap_or(component))
}

/// The method that an operation id becomes, and the setter that a parameter becomes.
pub fn method(name: &str) -> String {
    let name = match special(name) {
        Some(name) => name.to_owned(),
        None => separated(name).to_snake_case(),
    };
    if name.is_empty() { "x".to_owned() } else { startable(name) }
}

/// The name of the request type of an operation, which is made of the name of its method.
pub fn request_type(operation_id: &str) -> String {
    startable(method(operation_id).to_pascal_case())
}

/// A name that may not be the beginning of one gets an underscore.
fn startable(name: String) -> String {
    if name.starts_with(unicode_ident::is_xid_start) { name } else { format!("_{name}") }
}

/// The types of parameters whose values have names, by the names of the parameters on the wire.
///
/// Where two would be called the same, the one that is spelled like Rust's own names has the plain name.
pub fn value_types<'a>(parameters: impl Iterator<Item = &'a str>) -> BTreeMap<&'a str, String> {
    let order: BTreeSet<(bool, &str)> = parameters.map(|name| (name.to_snake_case() != name, name)).collect();
    let mut taken = HashSet::new();
    let mut types = BTreeMap::new();
    for (_, parameter) in order {
        let mut plain = separated(parameter).to_pascal_case();
        if !plain.starts_with(unicode_ident::is_xid_start) || plain == "Self" {
            plain.insert_str(0, "Param");
        }
        let mut name = limited(&plain, "", parameter);
        let mut attempt = 0;
        while !taken.insert(name.clone()) {
            name = suffixed(&plain, "", parameter, attempt);
            attempt += 1;
        }
        types.insert(parameter, name);
    }
    types
}

/// The name, or one that is made of its beginning and of `place` where files cannot be called so.
pub(crate) fn limited(name: &str, separator: &str, place: &str) -> String {
    if name.len() <= MAX_LENGTH { name.to_owned() } else { suffixed(name, separator, place, 0) }
}

/// `name` and four digits that depend on `place` alone, so that a name which is taken becomes the same other name
/// whatever else is in the document.
pub(crate) fn suffixed(name: &str, separator: &str, place: &str, attempt: u64) -> String {
    let digits = fnv1a(place).wrapping_add(attempt) % 10_000;
    let end = (0..=name.len().min(MAX_LENGTH - 5)).rev().find(|end| name.is_char_boundary(*end)).unwrap_or_default();
    format!("{}{separator}{digits:04}", name[..end].trim_end_matches('_'))
}

/// Whether a name is in snake case already, as most are: lower-case words and digits, one underscore between two.
fn is_plain(name: &str) -> bool {
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    name.starts_with(|first: char| first.is_ascii_lowercase()) && name.split('_').all(is_word)
}

fn special(name: &str) -> Option<&'static str> {
    match name {
        "+1" => Some("plus1"),
        "-1" => Some("minus1"),
        _ => None,
    }
}

fn separated(name: &str) -> String {
    name.replace('\'', "").replace(|c| !unicode_ident::is_xid_continue(c), "-")
}

/// A hash that never changes, unlike the one of the standard library.
fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_become_fields() {
        #[track_caller]
        fn check(property: &str, expected: &str) {
            assert_eq!(field(property), expected, "{property:?}");
        }
        check("user_id", "user_id");
        check("user__id", "user_id");
        check("user_id_", "user_id");
        check("_user2", "user2");
        check("user-id", "user_id");
        check("userId", "user_id");
        check("USER ID", "user_id");
        check("user.id", "user_id");
        check("won't", "wont");
        check("+1", "plus1");
        check("-1", "minus1");
        check("7", "x7");
        check("", "x");
        check("_", "x");
        check("$", "x");
        check("Extra", UNKNOWN_KEYS);
        check("名前", "名前");
    }

    #[test]
    fn types_of_values_are_told_apart() {
        let types = value_types(["sortBy", "sort_by", "2x", "self", "sort_by", "filter[lang]"].into_iter());
        let types: Vec<(&str, &str)> = types.iter().map(|(name, ty)| (*name, ty.as_str())).collect();
        let expected = [
            ("2x", "Param2x"),
            ("filter[lang]", "FilterLang"),
            ("self", "ParamSelf"),
            ("sortBy", "SortBy3312"),
            ("sort_by", "SortBy"),
        ];
        assert_eq!(types, expected);
    }

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

    #[test]
    fn components_become_types() {
        #[track_caller]
        fn check(component: &str, expected: &str) {
            assert_eq!(type_name(component), expected, "{component:?}");
        }
        check("user", "User");
        check("a/b", "AB");
        check("my schema~1", "MySchema1");
        check("7", "X7");
    }

    #[test]
    fn operations_become_methods_and_request_types() {
        #[track_caller]
        fn check(id: &str, name: &str, request: &str) {
            assert_eq!((method(id).as_str(), request_type(id).as_str()), (name, request), "{id:?}");
        }
        check("listAll", "list_all", "ListAll");
        check("filter[lang]", "filter_lang", "FilterLang");
        check("2x", "_2x", "_2x");
        check("a_1", "a_1", "A1");
    }
}
