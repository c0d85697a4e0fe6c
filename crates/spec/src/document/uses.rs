//! What is made of what: which components and operations refer to which components, by `$ref` and by the mappings of
//! discriminators.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::reference::{pointer, tokens};
use super::{METHODS, OperationKey, operations, reference};
use crate::diagnostic::join;

/// The references of a document, gathered in one reading of it.
pub struct Uses {
    operations: Vec<OperationKey>,
    /// The components that components and operations refer to themselves, by the pointers of the latter.
    used: BTreeMap<String, BTreeSet<String>>,
    /// The other way round.
    users: BTreeMap<String, BTreeSet<String>>,
}

impl Uses {
    /// Reads a document.
    pub fn of(document: &Value) -> Self {
        let mut used: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (section, all) in document.get("components").and_then(Value::as_object).into_iter().flatten() {
            let section = join("/components", section);
            for (name, component) in all.as_object().into_iter().flatten() {
                used.insert(join(&section, name), references(component));
            }
        }
        let operations = operations(document);
        for key in &operations {
            used.insert(key.pointer.clone(), of_operation(document, key).flat_map(references).collect());
        }
        let mut users: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (user, used) in &used {
            for component in used {
                users.entry(component.clone()).or_default().insert(user.clone());
            }
        }
        Self { operations, used, users }
    }

    /// The operations that a place in the document is part of, and the component that it is part of with all that are made of
    /// it, by their pointers.
    pub fn owners(&self, place: &str) -> BTreeSet<String> {
        let tokens: Vec<String> = tokens(place).collect();
        match tokens.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["paths", path, method, ..] if METHODS.contains(method) => [OperationKey::new(path, method).pointer].into(),
            ["paths", path, ..] => {
                let of_path = self.operations.iter().filter(|key| key.path == *path);
                of_path.map(|key| key.pointer.clone()).collect()
            }
            ["components", section, name, ..] => self.made_of([join(&join("/components", section), name)]),
            _ => BTreeSet::new(),
        }
    }

    /// Components, and the components and operations that are made of them.
    pub(crate) fn made_of(&self, components: impl IntoIterator<Item = String>) -> BTreeSet<String> {
        reach(&self.users, components)
    }

    /// Components, and those that they are made of.
    pub(crate) fn parts_of(&self, components: impl IntoIterator<Item = String>) -> BTreeSet<String> {
        reach(&self.used, components)
    }

    /// The components that the operations of the document are made of.
    pub(crate) fn in_operations(&self) -> BTreeSet<String> {
        self.parts_of(self.operations.iter().filter_map(|key| self.used.get(&key.pointer)).flatten().cloned())
    }
}

/// An operation, and what its path says for all operations.
pub(crate) fn of_operation<'a>(document: &'a Value, key: &OperationKey) -> impl Iterator<Item = &'a Value> {
    let item = document.get("paths").and_then(|paths| paths.get(&key.path));
    let shared = item.and_then(Value::as_object).into_iter().flatten();
    let shared = shared.filter(|(property, _)| !METHODS.contains(&property.as_str())).map(|(_, value)| value);
    document.pointer(&key.pointer).into_iter().chain(shared)
}

/// The components that a value refers to itself.
pub(crate) fn references(value: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut left = vec![value];
    while let Some(value) = left.pop() {
        match value {
            Value::Array(elements) => left.extend(elements),
            Value::Object(properties) => {
                found.extend(reference(value).and_then(component));
                let mapping = properties.get("discriminator").and_then(|discriminator| discriminator.get("mapping"));
                let targets = mapping.and_then(Value::as_object).into_iter().flat_map(|mapping| mapping.values());
                // A schema may be called by its name alone.
                let named = |target: &str| component(target).unwrap_or_else(|| join("/components/schemas", target));
                found.extend(targets.filter_map(Value::as_str).map(named));
                left.extend(properties.values());
            }
            _ => {}
        }
    }
    found
}

/// The component that a reference leads to, or into.
fn component(reference: &str) -> Option<String> {
    let tokens: Vec<String> = tokens(&pointer(reference)?).collect();
    match tokens.as_slice() {
        [components, section, name, ..] if components == "components" => {
            Some(join(&join("/components", section), name))
        }
        _ => None,
    }
}

/// All that is there, or comes by any number of steps.
fn reach(steps: &BTreeMap<String, BTreeSet<String>>, start: impl IntoIterator<Item = String>) -> BTreeSet<String> {
    let (mut found, mut left) = (BTreeSet::new(), Vec::from_iter(start));
    while let Some(node) = left.pop() {
        let next = steps.get(&node);
        if found.insert(node) {
            left.extend(next.into_iter().flatten().cloned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn owners_are_found_through_references_and_discriminators() {
        let of = |schema: &str| json!({"schema": {"$ref": format!("#/components/schemas/{schema}")}});
        let document = json!({
            "paths": {
                "/a": {"get": of("Pet/properties/x"), "post": of("Shared"), "parameters": [of("Deep")]},
                "/b": {"get": {}, "summary": "b"},
            },
            "components": {"schemas": {
                "Pet": {"discriminator": {"propertyName": "kind", "mapping": {"c": "Cat", "d": "#/components/schemas/D%20og"}}},
                "Cat": {"items": {"$ref": "#/components/schemas/Pet"}},
                "D og": of("Cat"),
                "Deep": {}, "Shared": {}, "Free": of("Shared"),
            }},
        });
        let uses = Uses::of(&document);
        let owners = |place: &str| Vec::from_iter(uses.owners(place));
        let schema = |name: &str| format!("/components/schemas/{name}");
        let (get, post) = ("/paths/~1a/get".to_owned(), "/paths/~1a/post".to_owned());
        for name in ["Cat", "D og", "Pet"] {
            let expected = [schema("Cat"), schema("D og"), schema("Pet"), get.clone()];
            assert_eq!(owners(&format!("/components/schemas/{name}/items")), expected, "{name}");
        }
        assert_eq!(owners("/components/schemas/Deep"), [schema("Deep"), get.clone(), post.clone()]);
        assert_eq!(owners("/components/schemas/Shared"), [schema("Free"), schema("Shared"), post.clone()]);
        assert_eq!(owners("/paths/~1a/get/responses"), std::slice::from_ref(&get));
        assert_eq!(owners("/paths/~1a/parameters/0"), [get, post]);
        assert_eq!(owners("/info"), Vec::<String>::new());
        assert_eq!(uses.in_operations().len(), 5);
    }
}
