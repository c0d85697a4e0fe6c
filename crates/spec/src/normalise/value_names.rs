//! Names the values of parameters, and the types of these values: parameters of one name share one type, so that a value can
//! be passed from one operation to the next.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::iter::once;

use serde_json::{Value, json};

use crate::Diagnostic;
use crate::diagnostic::join;
use crate::document::extension;
use crate::document::operations;
use crate::naming::pins::{self, Names};
use crate::naming::{Naming, suffixed};

/// The name of the type of a parameter's values.
pub const TYPE: &str = "x-enum-type";
/// The names that values had before, by the values.
pub const FORMER: &str = "x-enum-former-names";

const CODE: &str = "value-names";

/// The values of all parameters of one name.
#[derive(Default)]
struct Values {
    /// The values in the order in which the document has them, with the names that a person gave them.
    values: Vec<(String, Option<String>)>,
    /// The names that they have.
    names: BTreeMap<String, String>,
    /// What is to be said of names that a person gave and values cannot have, without a place.
    found: Vec<Diagnostic>,
}

/// Writes the names into the schemas of the parameters.
pub(super) fn name(document: &mut Value, naming: &dyn Naming, given: &mut Names) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let pointers = parameters(document);
    let mut all: BTreeMap<String, Values> = BTreeMap::new();
    for pointer in &pointers {
        let Some((parameter, schema)) = document.pointer(pointer).and_then(named) else { continue };
        let values = all.entry(parameter.to_owned()).or_default();
        for (value, name) in values_of(schema) {
            if !values.values.iter().any(|(known, _)| known == value) {
                values.values.push((value.to_owned(), name.map(|name| naming.constant(name))));
            }
        }
    }
    let types = types(&all, naming);
    for (parameter, values) in &mut all {
        values.name(parameter, naming, given);
        let Some(ty) = types.get(parameter) else { continue };
        given.insert(pins::of_values(parameter), ty.clone());
    }
    for pointer in &pointers {
        let Some(parameter) = document.pointer_mut(pointer) else { continue };
        if let Some(schema) = parameter.get_mut("schema").and_then(Value::as_object_mut) {
            // These are what is said here, whatever the document says.
            [TYPE, FORMER].iter().for_each(|name| drop(schema.shift_remove(*name)));
        }
        let Some((name, schema)) = named(parameter) else { continue };
        let (Some(values), Some(ty)) = (all.get_mut(name), types.get(name)) else { continue };
        let own: Vec<&str> = values_of(schema).map(|(value, _)| value).collect();
        for found in values.found.drain(..) {
            // The last token is the number of the parameter.
            let place = pointer.rsplit_once('/').map_or("", |(place, _)| place);
            diagnostics.push(
                Diagnostic { pointer: place.to_owned(), ..found }
                    .help("give the value a name of its own in `x-enum-varnames`"),
            );
        }
        let names: Vec<&str> =
            list(schema).iter().map(|value| value.as_str().map_or("", |value| values.name_of(value))).collect();
        let former: BTreeMap<&str, Vec<&str>> = own
            .iter()
            .map(|value| (*value, pins::former(&[&pins::of_value(name, value)], values.name_of(value), naming)))
            .filter(|(_, former)| !former.is_empty())
            .collect();
        let (names, former) = (json!(names), json!(former));
        let Some(schema) = parameter.get_mut("schema").and_then(Value::as_object_mut) else { continue };
        schema.insert(extension::ENUM_VARNAMES.to_owned(), names);
        schema.insert(TYPE.to_owned(), json!(ty));
        if former.as_object().is_some_and(|former| !former.is_empty()) {
            schema.insert(FORMER.to_owned(), former);
        }
    }
    diagnostics
}

/// The values that the schema of a parameter names: those of an `enum`, which is closed, or of an `x-extensible-enum`.
pub fn list(schema: &Value) -> &[Value] {
    let list = |key: &str| schema.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if list("enum").is_empty() { list(extension::EXTENSIBLE_ENUM) } else { list("enum") }
}

/// The texts among the values, with the names that are given to them.
fn values_of(schema: &Value) -> impl Iterator<Item = (&str, Option<&str>)> {
    let names = schema.get(extension::ENUM_VARNAMES).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let name = |index: usize| names.get(index).and_then(Value::as_str);
    list(schema).iter().enumerate().filter_map(move |(index, value)| Some((value.as_str()?, name(index))))
}

/// The name and the schema of a parameter that has named values.
fn named(parameter: &Value) -> Option<(&str, &Value)> {
    let schema = parameter.get("schema")?;
    values_of(schema).next()?;
    Some((parameter.get("name")?.as_str()?, schema))
}

/// The pointers to the parameters of all operations.
fn parameters(document: &Value) -> Vec<String> {
    let mut pointers = Vec::new();
    for key in operations(document) {
        let list = document.pointer(&key.pointer).and_then(|operation| operation.get("parameters")?.as_array());
        let pointer = join(&key.pointer, "parameters");
        pointers.extend((0..list.map_or(0, Vec::len)).map(|index| join(&pointer, &index.to_string())));
    }
    pointers
}

/// The names of the types: those of a release first.
fn types(all: &BTreeMap<String, Values>, naming: &dyn Naming) -> BTreeMap<String, String> {
    let pinned = |parameter: &str| naming.pinned(&pins::of_values(parameter)).map(str::to_owned);
    let mut taken: HashSet<String> = all.keys().filter_map(|parameter| pinned(parameter)).collect();
    let plain = naming.value_types(&mut all.keys().map(String::as_str));
    let name = |(parameter, plain): (&str, String)| {
        let name = pinned(parameter).unwrap_or_else(|| {
            let others = (0..).map(|attempt| suffixed(&plain, "", parameter, attempt));
            once(plain.clone()).chain(others).find(|name| taken.insert(name.clone())).unwrap_or_default()
        });
        (parameter.to_owned(), name)
    };
    plain.into_iter().map(name).collect()
}

impl Values {
    /// Names the values: a name that a person gave comes first, then one of a release; another value gets a number.
    fn name(&mut self, parameter: &str, naming: &dyn Naming, given: &mut Names) {
        let place = |value: &str| pins::of_value(parameter, value);
        let is_kept = |value: &str, chosen: Option<&String>| chosen.is_some() || naming.pinned(&place(value)).is_some();
        // A name that a value has or had is not another's as long as callers may use it.
        let mut known: HashMap<String, &str> = HashMap::new();
        for (value, _) in &self.values {
            known.extend(pins::known(&place(value), naming).into_iter().map(|name| (name, value.as_str())));
        }
        let mut taken: HashSet<String> = naming.reserved_constants().iter().map(|name| (*name).to_owned()).collect();
        let mut numbers: HashMap<String, u64> = HashMap::new();
        let (kept, new): (Vec<_>, Vec<_>) =
            self.values.iter().partition(|(value, chosen)| is_kept(value, chosen.as_ref()));
        for (value, chosen) in kept.into_iter().chain(new) {
            let pinned = || naming.pinned(&place(value)).map(str::to_owned);
            let plain = chosen.clone().or_else(pinned).unwrap_or_else(|| naming.constant(value));
            let owner = |name: &String| known.get(name).filter(|owner| *owner != value);
            let mut name = plain.clone();
            while owner(&name).is_some() || !taken.insert(name.clone()) {
                let number = numbers.entry(plain.clone()).or_insert(1);
                *number += 1;
                name = format!("{plain}_{number}");
            }
            if chosen.is_some() && name != plain {
                self.found.push(match owner(&plain) {
                    Some(other) => Diagnostic::error(
                        CODE,
                        "",
                        format!("`{plain}`, which `{value}` of `{parameter}` is to be called, is what callers know `{other}` by"),
                    ),
                    None => Diagnostic::warning(
                        CODE,
                        "",
                        format!("`{plain}` is taken, so `{value}` of `{parameter}` is called `{name}`"),
                    ),
                });
            }
            given.insert(place(value), name.clone());
            self.names.insert(value.clone(), name);
        }
    }

    fn name_of(&self, value: &str) -> &str {
        self.names.get(value).map(String::as_str).unwrap_or_default()
    }
}
