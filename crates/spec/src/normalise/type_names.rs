//! The names of types, each given away once.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::Diagnostic;
use crate::diagnostic::join;
use crate::naming::{Naming, limited, suffixed};

/// Gives component schemas whose types would be called the same an `x-rust-name`.
pub(super) fn disambiguate(document: &mut Value, naming: &dyn Naming) -> Vec<Diagnostic> {
    let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) else {
        return Vec::new();
    };
    // The one that is spelled like the type has it; the order among the others is one that nothing new changes.
    let mut order: Vec<(bool, String)> =
        schemas.iter().map(|(key, schema)| (naming.component_type(key, schema) != *key, key.clone())).collect();
    order.sort();
    let mut names = TypeNames { naming, taken: HashSet::new() };
    let mut diagnostics = Vec::new();
    for (_, key) in order {
        let Some(schema) = schemas.get_mut(&key) else { continue };
        let plain = naming.component_type(&key, schema);
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
pub(super) struct TypeNames<'a> {
    naming: &'a dyn Naming,
    taken: HashSet<String>,
}

impl<'a> TypeNames<'a> {
    /// The names of the component schemas.
    pub(super) fn of(document: &Value, naming: &'a dyn Naming) -> Self {
        let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
        let types = schemas.into_iter().flatten().map(|(name, schema)| naming.component_type(name, schema));
        Self { naming, taken: types.collect() }
    }

    /// The name, or where it is taken one that is made of it and of `place` alone, which is a JSON pointer.
    pub(super) fn give(&mut self, name: &str, place: &str, diagnostics: &mut Vec<Diagnostic>) -> String {
        let plain = self.naming.type_name(name);
        let mut given = self.naming.type_name(&limited(&plain, "", place));
        let is_long = given != plain;
        if self.naming.reserved_types().contains(&plain.as_str()) {
            given.push_str("Type");
        }
        let mut attempt = 0;
        while !self.taken.insert(given.clone()) {
            // What is put together of letters and digits may be spelled otherwise.
            given = self.naming.type_name(&suffixed(&plain, "", place, attempt));
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
