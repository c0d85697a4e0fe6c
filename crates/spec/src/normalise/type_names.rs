//! The names of types, each given away once.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::chosen::{chosen, keep_former, named, taken};
use crate::Diagnostic;
use crate::diagnostic::join;
use crate::document::extension;
use crate::document::operations;
use crate::document::response::{ERROR_TYPE, SUCCESS_TYPE};
use crate::naming::pins::{self, Kind, Names};
use crate::naming::{Naming, limited, suffixed};

/// Gives component schemas whose types would be called the same an `x-rust-name`.
pub(super) fn disambiguate(document: &mut Value, naming: &dyn Naming, given: &mut Names) -> Vec<Diagnostic> {
    let mut names = TypeNames { naming, taken: pins::reserved_types(document, naming), used: HashSet::new() };
    let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) else {
        return Vec::new();
    };
    let mut diagnostics = Vec::new();
    // Whoever has a name from a person or a release has it; then the one that is spelled like the type. The order among
    // the others is one that nothing new changes.
    let mut order: Vec<(bool, bool, String)> = Vec::new();
    for (key, schema) in schemas.iter() {
        let is_pinned =
            schema.get(extension::RUST_NAME).is_some() || naming.pinned(&pins::of_component("schemas", key)).is_some();
        order.push((!is_pinned, naming.component_type(key, schema) != *key, key.clone()));
    }
    order.sort();
    for (_, _, key) in order {
        let Some(schema) = schemas.get_mut(&key) else { continue };
        let (place, pointer) = (pins::of_component("schemas", &key), join("/components/schemas", &key));
        let plain = naming.type_name(&key);
        let name = match chosen(schema, Kind::Type, &pointer, naming, &mut diagnostics) {
            Some(name) => names.take(name, &[&place], &pointer, &mut diagnostics),
            None => names.give(&plain, &place, &pointer, &mut diagnostics),
        };
        if let Some(schema) = schema.as_object_mut() {
            keep_former(schema, &[&place], &name, naming);
            named(schema);
            if name != plain {
                schema.insert(extension::RUST_NAME.to_owned(), json!(name));
            }
        }
        given.insert(place, name);
    }
    diagnostics
}

/// The names of the types that a document has already.
pub(super) struct TypeNames<'a> {
    naming: &'a dyn Naming,
    /// Names that cannot be given: they are used, or pinned to something.
    taken: HashSet<String>,
    used: HashSet<String>,
}

impl<'a> TypeNames<'a> {
    /// The names of the component schemas, and of what is one of several types by its status.
    pub(super) fn of(document: &Value, naming: &'a dyn Naming) -> Self {
        let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
        let types = schemas.into_iter().flatten().map(|(name, schema)| naming.component_type(name, schema));
        let mut used: HashSet<String> = types.collect();
        for key in operations(document) {
            let named =
                [SUCCESS_TYPE, ERROR_TYPE].map(|property| document.pointer(&key.pointer)?.get(property)?.as_str());
            used.extend(named.into_iter().flatten().map(str::to_owned));
        }
        let mut taken = pins::reserved_types(document, naming);
        taken.extend(used.iter().cloned());
        Self { naming, taken, used }
    }

    /// Keeps the name that a release gave.
    pub(super) fn keep(&mut self, pinned: &str) -> String {
        self.taken.insert(pinned.to_owned());
        self.used.insert(pinned.to_owned());
        pinned.to_owned()
    }

    /// Takes a name that a person chose for something that has places in the document.
    pub(super) fn take(
        &mut self,
        name: String,
        places: &[&str],
        pointer: &str,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> String {
        let is_own =
            |place: &&str| self.naming.pinned(place) == Some(&name) || self.naming.former(place).contains(&name);
        let is_pinned = self.taken.contains(&name) && !places.iter().any(is_own);
        if is_pinned || !self.used.insert(name.clone()) {
            diagnostics.push(taken(&name, pointer));
        }
        self.taken.insert(name.clone());
        name
    }

    /// The name that a release gave to `place`; or else the plain one, or where it is taken one that is made of it and of
    /// `pointer`, where it stands in the document.
    pub(super) fn give(&mut self, name: &str, place: &str, pointer: &str, diagnostics: &mut Vec<Diagnostic>) -> String {
        if let Some(pinned) = self.naming.pinned(place)
            && self.used.insert(pinned.to_owned())
        {
            return pinned.to_owned();
        }
        let plain = self.naming.type_name(name);
        let mut given = self.naming.type_name(&limited(&plain, "", pointer));
        let is_long = given != plain;
        if self.naming.reserved_types().contains(&plain.as_str()) {
            given.push_str("Type");
        }
        let mut attempt = 0;
        while !self.taken.insert(given.clone()) {
            // What is put together of letters and digits may be spelled otherwise.
            given = self.naming.type_name(&suffixed(&plain, "", pointer, attempt));
            attempt += 1;
        }
        self.used.insert(given.clone());
        if given != plain {
            let message = match is_long {
                true => format!("the name of the type is too long: the type is called `{given}`"),
                false => format!("the type name `{plain}` is taken: the type is called `{given}`"),
            };
            let warning = Diagnostic::warning("type-name", pointer, message);
            diagnostics.push(warning.help("choose another name with `x-rust-name` in the overlay"));
        }
        given
    }
}
