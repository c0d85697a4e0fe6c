//! The names of types, each given away once.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::Diagnostic;
use crate::diagnostic::join;
use crate::rust_names::{component_type, limited, suffixed, type_name};

/// Names of the standard prelude, which generated code uses without a path.
const RESERVED: [&str; 36] = [
    "AsMut",
    "AsRef",
    "Box",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Display",
    "DoubleEndedIterator",
    "Drop",
    "Eq",
    "Err",
    "ExactSizeIterator",
    "Extend",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "FromIterator",
    "Into",
    "IntoIterator",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Result",
    "Self",
    "Some",
    "String",
    "ToString",
    "TryFrom",
    "TryInto",
    "Vec",
];

/// Gives component schemas whose types would be called the same an `x-rust-name`.
pub(super) fn settle(document: &mut Value) -> Vec<Diagnostic> {
    let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) else {
        return Vec::new();
    };
    // The one that is spelled like the type has it; the order among the others is one that nothing new changes.
    let mut order: Vec<(bool, String)> =
        schemas.iter().map(|(key, schema)| (component_type(key, schema) != *key, key.clone())).collect();
    order.sort();
    let mut names = TypeNames { taken: HashSet::new() };
    let mut diagnostics = Vec::new();
    for (_, key) in order {
        let Some(schema) = schemas.get_mut(&key) else { continue };
        let plain = component_type(&key, schema);
        let name = names.give(&plain, &join("/components/schemas", &key), &mut diagnostics);
        if name != plain
            && let Some(schema) = schema.as_object_mut()
        {
            schema.insert("x-rust-name".to_owned(), json!(name));
        }
    }
    diagnostics
}

/// The names of the types that a document has already.
pub(super) struct TypeNames {
    taken: HashSet<String>,
}

impl TypeNames {
    /// The names of the component schemas.
    pub(super) fn of(document: &Value) -> Self {
        let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
        Self { taken: schemas.into_iter().flatten().map(|(name, schema)| component_type(name, schema)).collect() }
    }

    /// The name, or where it is taken one that is made of it and of `place` alone, which is a JSON pointer.
    pub(super) fn give(&mut self, name: &str, place: &str, diagnostics: &mut Vec<Diagnostic>) -> String {
        let plain = type_name(name);
        let mut given = type_name(&limited(&plain, "", place));
        let is_long = given != plain;
        if RESERVED.contains(&plain.as_str()) {
            given.push_str("Type");
        }
        let mut attempt = 0;
        while !self.taken.insert(given.clone()) {
            // What is put together of letters and digits may be spelled otherwise.
            given = type_name(&suffixed(&plain, "", place, attempt));
            attempt += 1;
        }
        if given != plain {
            let message = match is_long {
                true => format!("the name of the type is too long: the type is called `{given}`"),
                false => format!("the type name `{plain}` is taken: the type is called `{given}`"),
            };
            let warning = Diagnostic::warning("type-name", place, message);
            diagnostics.push(warning.help("choose another name with `x-rust-name` in the overlay"));
        }
        given
    }
}
