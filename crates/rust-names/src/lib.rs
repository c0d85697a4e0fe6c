//! The names that the generator makes of names in the document, and those that it needs for itself.
//!
//! This repeats what typify and progenitor do (`sanitize` in each of them), which they do not offer as a function.
//! The underscore that they put behind a keyword is left out: no two names differ in that alone.
//!
//! The crate stands beside the generator because the mock server calls operations as the SDK does, and infers the same
//! schemas, without a generator in it.

mod reserved;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use heck::{ToPascalCase, ToShoutySnakeCase, ToSnakeCase};
use keyapi_spec::naming::{Naming, limited, suffixed};

/// The name of the flattened map that the generator adds to a struct that keeps unknown keys.
pub const UNKNOWN_KEYS: &str = "extra";

/// The constant that every type of a parameter's values has beside those of the values.
pub const KNOWN_VALUES: &str = "KNOWN";

/// The names of the generated Rust client.
#[derive(Clone, Copy, Debug, Default)]
pub struct RustNames;

impl Naming for RustNames {
    fn field<'a>(&self, property: &'a str) -> Cow<'a, str> {
        // Most properties are called like their fields already.
        if is_plain(property) {
            return Cow::Borrowed(property);
        }
        let name = cased(property, |words| words.to_snake_case());
        Cow::Owned(if can_start(&name) { name } else { format!("x{name}") })
    }

    fn unknown_properties(&self) -> &str {
        UNKNOWN_KEYS
    }

    fn type_name(&self, component: &str) -> String {
        let name = cased(component, |words| words.to_pascal_case());
        if can_start(&name) { name } else { format!("X{name}") }
    }

    fn method(&self, name: &str) -> String {
        // Most ids are spelled like methods, and a server asks for all of them before it starts.
        if is_plain(name) {
            return name.to_owned();
        }
        let name = cased(name, |words| words.to_snake_case());
        if name.is_empty() { "x".to_owned() } else { startable(name) }
    }

    fn request_type(&self, operation_id: &str) -> String {
        let method = self.method(operation_id);
        if is_plain(&method) {
            return method.split('_').map(capitalised).collect();
        }
        startable(method.to_pascal_case())
    }

    /// Where two would be called the same, the one that is spelled like Rust's own names has the plain name.
    fn value_types<'a>(&self, parameters: &mut dyn Iterator<Item = &'a str>) -> BTreeMap<&'a str, String> {
        let order: BTreeSet<(bool, &str)> = parameters.map(|name| (name.to_snake_case() != name, name)).collect();
        let mut taken = HashSet::new();
        let mut types = BTreeMap::new();
        for (_, parameter) in order {
            let mut plain = separated(parameter).to_pascal_case();
            if !can_start(&plain) || plain == "Self" {
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

    fn constant(&self, value: &str) -> String {
        // Some digits are none of an identifier, such as a raised one.
        let name = value.replace(|c: char| !c.is_alphanumeric() || !unicode_ident::is_xid_continue(c), "_");
        let name = name.to_shouty_snake_case();
        match name.is_empty() {
            true => "EMPTY".to_owned(),
            false if can_start(&name) => name,
            false => format!("VALUE_{name}"),
        }
    }

    fn reserved_constants(&self) -> &[&str] {
        &[KNOWN_VALUES]
    }

    fn reserved_methods(&self) -> &[&str] {
        &reserved::METHODS
    }

    fn reserved_types(&self) -> &[&str] {
        &reserved::TYPES
    }

    fn reserved_setters(&self) -> &[&str] {
        &reserved::SETTERS
    }

    fn keywords(&self) -> &[&str] {
        &reserved::KEYWORDS
    }
}

fn can_start(name: &str) -> bool {
    name.starts_with(unicode_ident::is_xid_start)
}

/// A name that may not be the beginning of one gets an underscore.
fn startable(name: String) -> String {
    if can_start(&name) { name } else { format!("_{name}") }
}

/// Whether a name is in snake case already, as most are: lower-case words and digits, one underscore between two.
fn is_plain(name: &str) -> bool {
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    name.starts_with(|first: char| first.is_ascii_lowercase()) && name.split('_').all(is_word)
}

/// A word of lower-case letters and digits with a capital.
fn capitalised(word: &str) -> String {
    let mut word = word.to_owned();
    if let Some(first) = word.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    word
}

/// The name in the case of its kind, but for two names that are spelled out.
fn cased(name: &str, case: impl FnOnce(String) -> String) -> String {
    match name {
        "+1" => "plus1".to_owned(),
        "-1" => "minus1".to_owned(),
        _ => case(separated(name)),
    }
}

fn separated(name: &str) -> String {
    name.replace('\'', "").replace(|c| !unicode_ident::is_xid_continue(c), "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_become_fields() {
        #[track_caller]
        fn check(property: &str, expected: &str) {
            assert_eq!(RustNames.field(property), expected, "{property:?}");
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
        let types =
            RustNames.value_types(&mut ["sortBy", "sort_by", "2x", "self", "sort_by", "filter[lang]"].into_iter());
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
    fn components_become_types() {
        #[track_caller]
        fn check(component: &str, expected: &str) {
            assert_eq!(RustNames.type_name(component), expected, "{component:?}");
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
            let (method, request_type) = (RustNames.method(id), RustNames.request_type(id));
            assert_eq!((method.as_str(), request_type.as_str()), (name, request), "{id:?}");
        }
        check("listAll", "list_all", "ListAll");
        check("filter[lang]", "filter_lang", "FilterLang");
        check("2x", "_2x", "_2x");
        check("a_1", "a_1", "A1");
    }
}
