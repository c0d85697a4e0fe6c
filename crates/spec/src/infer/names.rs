//! The names that the generator gives to fields.

use heck::ToSnakeCase;

/// The name of the flattened map that the generator adds to a struct that keeps unknown keys.
pub(crate) const UNKNOWN_KEYS: &str = "extra";

/// The Rust field that a property becomes, but for the underscore that the generator puts behind a keyword: no two
/// properties differ in that alone.
///
/// This repeats what typify does (`sanitize` in its `util.rs`), which it does not offer as a function.
pub(crate) fn field_name(property: &str) -> String {
    let name = match property {
        "+1" => "plus1".to_owned(),
        "-1" => "minus1".to_owned(),
        _ => property.replace('\'', "").replace(|c| !unicode_ident::is_xid_continue(c), "-").to_snake_case(),
    };
    if name.starts_with(unicode_ident::is_xid_start) { name } else { format!("x{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_become_fields() {
        #[track_caller]
        fn check(property: &str, expected: &str) {
            assert_eq!(field_name(property), expected, "{property:?}");
        }
        check("user_id", "user_id");
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
}
