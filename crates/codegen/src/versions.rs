//! Two versions of a document without the operations and types that are the same in both.
//!
//! To generate code takes much longer than to find out that it would be the same. What is left has the same public items
//! as the whole, but for those that both versions have.

use std::collections::{BTreeMap, HashSet};

use keyapi_spec::document::server;
use keyapi_spec::document::{OperationKey, operations};
use serde_json::{Map, Value};

use crate::emit::parameter_values;
use crate::prepare::reach;

/// What `old` and `new`, two resolved documents, do not have in common, and what it refers to.
pub fn differing(old: &Value, new: &Value) -> (Value, Value) {
    if has_other_roots(old, new) {
        return (old.clone(), new.clone());
    }
    let (old, new) = (Version::of(old), Version::of(new));
    let mut kept = Kept::default();
    for (version, other) in [(&old, &new), (&new, &old)] {
        version.differing(other, &mut kept);
    }
    [&old, &new].into_iter().for_each(|version| version.reach(&mut kept));
    // What becomes of a type depends on whether requests or responses have it, and what becomes of a parameter on the
    // values that others of its name have: one operation stands for all that say so.
    [&old, &new].into_iter().for_each(|version| version.witnesses(&mut kept));
    [&old, &new].into_iter().for_each(|version| version.reach(&mut kept));
    (old.reduced(&kept), new.reduced(&kept))
}

/// Whether something else differs than operations, component schemas and texts about the whole.
fn has_other_roots(old: &Value, new: &Value) -> bool {
    let component = |document| rest(Value::get(document, "components"), &["schemas"]);
    let root = |document| rest(Some(document), &["paths", "info", "tags", "externalDocs", "components"]);
    root(old) != root(new) || component(old) != component(new)
}

/// The properties of an object without some.
fn rest<'a>(object: Option<&'a Value>, without: &[&str]) -> BTreeMap<&'a str, &'a Value> {
    let properties = object.and_then(Value::as_object).into_iter().flatten();
    properties.map(|(name, value)| (name.as_str(), value)).filter(|(name, _)| !without.contains(name)).collect()
}

/// What is not left out of either version.
#[derive(Default)]
struct Kept {
    /// By method and path.
    operations: HashSet<(String, String)>,
    /// The names of component schemas.
    schemas: HashSet<String>,
}

struct Version<'a> {
    document: &'a Value,
    operations: Vec<(OperationKey, &'a Value)>,
}

impl<'a> Version<'a> {
    fn of(document: &'a Value) -> Self {
        let found = operations(document).into_iter();
        let operations = found.filter_map(|key| document.pointer(&key.pointer).map(|operation| (key, operation)));
        Self { document, operations: operations.collect() }
    }

    fn schemas(&self) -> Option<&'a Map<String, Value>> {
        self.document.pointer("/components/schemas")?.as_object()
    }

    /// Keeps what `other` does not have, or has otherwise.
    fn differing(&self, other: &Self, kept: &mut Kept) {
        for (key, operation) in &self.operations {
            let is_same = other.document.pointer(&key.pointer) == Some(operation)
                && server::of_operation(self.document, key) == server::of_operation(other.document, key);
            if !is_same {
                kept.operations.insert(identity(key));
            }
        }
        for (name, schema) in self.schemas().into_iter().flatten() {
            if other.schemas().and_then(|schemas| schemas.get(name)) != Some(schema) {
                kept.schemas.insert(name.clone());
            }
        }
    }

    /// Keeps the schemas that what is kept refers to.
    fn reach(&self, kept: &mut Kept) {
        let mut reached = HashSet::new();
        // Operations may refer to a component of another kind, all of which are kept.
        let components = self.document.get("components").and_then(Value::as_object).into_iter().flatten();
        for (_, component) in components.filter(|(kind, _)| *kind != "schemas") {
            reach::extend(self.document, &mut reached, component);
        }
        for (_, operation) in self.operations.iter().filter(|(key, _)| kept.operations.contains(&identity(key))) {
            reach::extend(self.document, &mut reached, operation);
            reach::extend_by_responses(self.document, &mut reached, operation);
        }
        for schema in self.schemas().into_iter().flatten().filter(|(name, _)| kept.schemas.contains(*name)) {
            reach::extend(self.document, &mut reached, schema.1);
        }
        kept.schemas.extend(reached);
    }

    /// Keeps the first operation that has a kept schema in its requests or its responses, or that names a value.
    fn witnesses(&self, kept: &mut Kept) {
        let (mut responses, mut requests, mut values) = (HashSet::new(), HashSet::new(), HashSet::new());
        for (key, operation) in &self.operations {
            let extend = |reached: &mut HashSet<String>, property: &str| {
                let property = operation.get(property).unwrap_or(&Value::Null);
                reach::extend(self.document, reached, property).iter().any(|name| kept.schemas.contains(name))
            };
            let found = reach::extend_by_responses(self.document, &mut responses, operation);
            let mut is_first = found.iter().any(|name| kept.schemas.contains(name));
            is_first |= extend(&mut requests, "requestBody");
            is_first |= extend(&mut requests, "parameters");
            for parameter in operation.get("parameters").and_then(Value::as_array).into_iter().flatten() {
                let name = parameter.get("name").and_then(Value::as_str).unwrap_or_default();
                let schema = parameter.get("schema").unwrap_or(&Value::Null);
                // Every value is seen, not only up to the first that is new.
                is_first |= parameter_values::named(schema).filter(|value| values.insert((name, *value))).count() > 0;
            }
            if is_first {
                kept.operations.insert(identity(key));
            }
        }
    }

    /// A copy of what is kept; the whole is large, and not copied first.
    fn reduced(&self, kept: &Kept) -> Value {
        let left_out: HashSet<&str> = self
            .operations
            .iter()
            .map(|(key, _)| key)
            .filter(|key| !kept.operations.contains(&identity(key)))
            .map(|key| key.pointer.as_str())
            .collect();
        let path_item = |path: &str, item: &Value| {
            copied(item, |method, operation| {
                (!left_out.contains(OperationKey::new(path, method).pointer.as_str())).then(|| operation.clone())
            })
        };
        copied(self.document, |property, value| match property {
            "paths" => Some(copied(value, |path, item| Some(path_item(path, item)))),
            "components" => Some(copied(value, |kind, components| match kind {
                "schemas" => {
                    Some(copied(components, |name, schema| kept.schemas.contains(name).then(|| schema.clone())))
                }
                _ => Some(components.clone()),
            })),
            _ => Some(value.clone()),
        })
    }
}

/// An object with what `copy` makes of its properties; anything else as it is.
fn copied(value: &Value, copy: impl Fn(&str, &Value) -> Option<Value>) -> Value {
    let Some(properties) = value.as_object() else { return value.clone() };
    properties.iter().filter_map(|(name, property)| Some((name.clone(), copy(name, property)?))).collect()
}

fn identity(key: &OperationKey) -> (String, String) {
    (key.method.clone(), key.path.clone())
}
