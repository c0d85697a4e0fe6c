//! Names that an import would take away from what has them.
//!
//! Names are made from places, and only two things that want the same name have to be told apart. Which of them has it must
//! not depend on the order of imports, so it may be the one that is new. Callers cannot be asked to follow: a person has to
//! name one of the two.

use std::collections::{BTreeMap, HashSet};

use serde_json::{Map, Value};

use super::Move;
use crate::diagnostic::{Diagnostic, join};
use crate::document::extension;
use crate::document::{OperationKey, operation_id, operations, schema_component, unwrap_reference};
use crate::naming::Naming;
use crate::value_names::TYPE;

/// What goes by another name after an import.
#[derive(Debug, Default)]
pub struct Renames {
    /// Names that something new takes away, which no import may do.
    pub refused: Vec<Diagnostic>,
    /// Names that are made of what the API calls otherwise now, or of what is new in it: callers have to follow.
    pub followed: Vec<Renamed>,
}

/// A method, a setter or a type with another name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renamed {
    /// The operation as it is now, such as `GET /items/{item_id}`.
    pub operation: String,
    /// What is called otherwise: a method, a setter or a type.
    pub what: &'static str,
    /// Its name before.
    pub before: String,
    /// Its name from now on.
    pub after: String,
}

/// Finds methods, setters, types and fields of the resolved document `old` that go by another name in `new`.
///
/// What is gone, or is described otherwise, is no rename. The pointers lead into the new document.
pub fn renames(old: &Value, new: &Value, moves: &[Move], naming: &dyn Naming) -> Renames {
    let mut comparison =
        Comparison { old, new, naming, operation: String::new(), seen: HashSet::new(), found: Renames::default() };
    for key in operations(old) {
        let moved = moves.iter().find(|moved| moved.from == key.path);
        let after = moved.map_or_else(|| key.clone(), |moved| OperationKey::new(&moved.to, &key.method));
        if let (Some(before), Some(operation)) = (old.pointer(&key.pointer), new.pointer(&after.pointer)) {
            comparison.operation(&after, before, operation, moved);
        }
    }
    comparison.declared();
    comparison.values();
    comparison.found
}

struct Comparison<'a> {
    old: &'a Value,
    new: &'a Value,
    naming: &'a dyn Naming,
    /// The operation that is compared.
    operation: String,
    /// Pairs of components that have been compared.
    seen: HashSet<(String, String)>,
    found: Renames,
}

impl<'a> Comparison<'a> {
    fn renamed(&mut self, pointer: &str, what: &str, before: &str, after: &str) {
        let message =
            format!("the {what} `{before}` would be called `{after}`: its name goes to something that is new");
        let help = match what {
            // A field is called after its property.
            "field" => "remove what is new by an action of the overlay, and import again: callers find it in `extra`",
            _ => "give what is new another name with `x-rust-name` in the overlay, and import again",
        };
        self.found.refused.push(Diagnostic::error("import-rename", pointer, message).help(help));
    }

    /// A name that follows one of the API, or is not released yet, which is no reason to refuse anything.
    fn follow(&mut self, what: &'static str, before: &str, after: &str) {
        let (before, after) = (before.to_owned(), after.to_owned());
        self.found.followed.push(Renamed { operation: self.operation.clone(), what, before, after });
    }

    fn operation(&mut self, key: &OperationKey, before: &'a Value, after: &'a Value, moved: Option<&Move>) {
        self.operation = key.to_string();
        if let Some(moved) = moved {
            self.moved_parameters(before, after, moved);
        }
        let (old, new) = (operation_id(before), operation_id(after));
        if old != new {
            // Its types are called after it.
            return match moved {
                Some(_) => self.follow("method", &self.naming.method(old), &self.naming.method(new)),
                None => self.renamed(&key.pointer, "method", old, new),
            };
        }
        for (index, parameter) in list(after, "parameters").enumerate() {
            let has_moved = |moved: &Move| moved.parameters.iter().any(|(_, to)| parameter["name"] == to.as_str());
            if parameter["in"] == "path" && moved.is_some_and(has_moved) {
                continue;
            }
            let is_it = |other: &&Value| ["name", "in"].iter().all(|property| other[property] == parameter[property]);
            if let Some(other) = list(before, "parameters").find(is_it)
                && other.get(extension::RUST_NAME) != parameter.get(extension::RUST_NAME)
            {
                let pointer = join(&join(&key.pointer, "parameters"), &index.to_string());
                match moved {
                    Some(_) => {
                        let (was, is) = (self.naming.method(setter(other)), self.naming.method(setter(parameter)));
                        self.follow("setter", &was, &is);
                    }
                    None => self.renamed(&pointer, "setter", setter(other), setter(parameter)),
                }
            }
        }
        self.content(before.get("requestBody"), after.get("requestBody"), &join(&key.pointer, "requestBody"));
        for (status, response) in properties(after, "responses") {
            let pointer = join(&join(&key.pointer, "responses"), status);
            self.content(before["responses"].get(status), Some(response), &pointer);
        }
    }

    /// Setters of a path whose parameters have other names now.
    fn moved_parameters(&mut self, before: &'a Value, after: &'a Value, moved: &Move) {
        let in_path = |operation: &'a Value, name: &str| {
            list(operation, "parameters").find(|parameter| parameter["in"] == "path" && parameter["name"] == name)
        };
        for (from, to) in &moved.parameters {
            let (Some(old), Some(new)) = (in_path(before, from), in_path(after, to)) else { continue };
            let (old, new) = (self.naming.method(setter(old)), self.naming.method(setter(new)));
            if old != new {
                self.follow("setter", &old, &new);
            }
        }
    }

    fn content(&mut self, before: Option<&'a Value>, after: Option<&'a Value>, pointer: &str) {
        let (Some(before), Some(after)) = (before, after) else { return };
        for (media_type, media) in properties(after, "content") {
            let pointer = join(&join(pointer, "content"), media_type);
            if let (Some(before), Some(after)) = (before["content"][media_type].get("schema"), media.get("schema")) {
                self.schema(before, after, &join(&pointer, "schema"));
            }
        }
    }

    /// Components that keep their key have their type's name from an extension if they have another.
    fn declared(&mut self) {
        let of = |document: &'a Value| document.pointer("/components/schemas");
        let (Some(before), Some(after)) = (of(self.old), of(self.new)) else { return };
        for (name, schema) in after.as_object().into_iter().flatten() {
            let Some(other) = before.get(name) else { continue };
            let (was, is) = (self.naming.component_type(name, other), self.naming.component_type(name, schema));
            if was != is {
                self.renamed(&join("/components/schemas", name), "type", &was, &is);
            }
        }
    }

    /// Parameters of one name share the type of their values.
    fn values(&mut self) {
        let (before, after) = (valued(self.old), valued(self.new));
        for (parameter, (was, _)) in before {
            if let Some((is, pointer)) = after.get(parameter)
                && *is != was
            {
                self.renamed(pointer, "type", was, is);
            }
        }
    }

    /// Two schemas of one place.
    fn schema(&mut self, before: &'a Value, after: &'a Value, pointer: &str) {
        let names = (schema_component(unwrap_reference(before)), schema_component(unwrap_reference(after)));
        if let (Some(was), Some(is)) = names {
            let component = |document: &'a Value, name: &str| document.pointer("/components/schemas")?.get(name);
            let (Some(one), Some(other)) = (component(self.old, &was), component(self.new, &is)) else { return };
            if !self.seen.insert((was.clone(), is.clone())) {
                return;
            }
            let types = (self.naming.component_type(&was, one), self.naming.component_type(&is, other));
            // A type that was released has its name pinned, and any other may still be called otherwise.
            if types.0 != types.1 {
                self.follow("type", &types.0, &types.1);
            }
            return self.schema(one, other, &join("/components/schemas", &is));
        }
        self.fields(before, after, pointer);
        for (name, property) in properties(after, "properties") {
            if let Some(other) = before["properties"].get(name) {
                self.schema(other, property, &join(&join(pointer, "properties"), name));
            }
        }
        for keyword in ["items", "additionalProperties"] {
            if let (Some(before), Some(after)) = (before.get(keyword), after.get(keyword)) {
                self.schema(before, after, &join(pointer, keyword));
            }
        }
        for keyword in ["allOf", "oneOf", "anyOf"] {
            for (index, (before, after)) in list(before, keyword).zip(list(after, keyword)).enumerate() {
                self.schema(before, after, &join(&join(pointer, keyword), &index.to_string()));
            }
        }
    }

    fn fields(&mut self, before: &'a Value, after: &'a Value, pointer: &str) {
        let others =
            |schema| self.naming.unnameable(&mut properties(schema, "properties").map(|(name, _)| name.as_str()));
        let was_other = others(before);
        for name in others(after) {
            if before["properties"].get(name).is_some() && !was_other.contains(&name) {
                let pointer = join(&join(pointer, "properties"), name);
                let found_in = format!("{}[{name:?}]", self.naming.unknown_properties());
                self.renamed(&pointer, "field", &self.naming.field(name), &found_in);
            }
        }
    }
}

/// What the setter of a parameter is named after.
fn setter(parameter: &Value) -> &str {
    parameter.get(extension::RUST_NAME).or_else(|| parameter.get("name")).and_then(Value::as_str).unwrap_or_default()
}

/// The parameters whose values have names, and where each stands.
fn valued(document: &Value) -> BTreeMap<&str, (&str, String)> {
    let mut valued = BTreeMap::new();
    for key in operations(document) {
        let Some(operation) = document.pointer(&key.pointer) else { continue };
        for (index, parameter) in list(operation, "parameters").enumerate() {
            if let (Some(name), Some(ty)) = (parameter["name"].as_str(), parameter["schema"][TYPE].as_str()) {
                let pointer = join(&join(&key.pointer, "parameters"), &index.to_string());
                valued.entry(name).or_insert((ty, pointer));
            }
        }
    }
    valued
}

fn properties<'a>(node: &'a Value, key: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    node.get(key).and_then(Value::as_object).map(Map::iter).into_iter().flatten()
}

fn list<'a>(node: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    node.get(key).and_then(Value::as_array).into_iter().flatten()
}
