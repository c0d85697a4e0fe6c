//! The keys of components, which have letters of their own: OpenAPI 3.0.3, "Components Object", `^[a-zA-Z0-9\.\-_]+$`.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value, json};

use crate::diagnostic::join;
use crate::document::METHODS;
use crate::document::extension;
use crate::document::reference;
use crate::naming::Naming;

/// The pointers of components whose keys were not legal, and what their keys are now.
type Renamed = HashMap<String, String>;

/// Gives every component a legal key, and changes what refers to it by its key.
///
/// This pipeline reads any key, but validators and generators of other languages refuse a document for one. Types keep
/// their names.
pub(super) fn spell(document: &mut Value, naming: &dyn Naming) {
    let mut renamed = Renamed::new();
    let sections = document.get_mut("components").and_then(Value::as_object_mut);
    for (section, components) in sections.into_iter().flatten() {
        if let Some(components) = components.as_object_mut().filter(|_| !section.starts_with("x-")) {
            if section == "schemas" {
                keep_type_names(components, naming);
            }
            rename(components, &join("/components", section), &mut renamed);
        }
    }
    if !renamed.is_empty() {
        references(document, &renamed);
        requirements(document, &renamed);
    }
}

fn is_legal(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | '_')
}

fn keep_type_names(schemas: &mut Map<String, Value>, naming: &dyn Naming) {
    for (key, schema) in schemas.iter_mut().filter(|(key, _)| !key.chars().all(is_legal)) {
        let name = naming.component_type(key, schema);
        if let Some(schema) = schema.as_object_mut() {
            schema.entry(extension::RUST_NAME).or_insert(json!(name));
        }
    }
}

/// A legal key keeps what it is called; the others are called after themselves, in an order that nothing new changes.
fn rename(components: &mut Map<String, Value>, section: &str, renamed: &mut Renamed) {
    let (mut taken, mut illegal) = (HashSet::new(), Vec::new());
    for key in components.keys() {
        match !key.is_empty() && key.chars().all(is_legal) {
            true => drop(taken.insert(key.clone())),
            false => illegal.push(key.clone()),
        }
    }
    illegal.sort();
    for key in illegal {
        let mut name: String = key.chars().map(|character| if is_legal(character) { character } else { '_' }).collect();
        while name.is_empty() || !taken.insert(name.clone()) {
            name.push('_');
        }
        renamed.insert(join(section, &key), name);
    }
    let all = std::mem::take(components).into_iter();
    components.extend(all.map(|(key, value)| (renamed.get(&join(section, &key)).cloned().unwrap_or(key), value)));
}

/// Changes references and the mappings of discriminators, wherever they are.
fn references(value: &mut Value, renamed: &Renamed) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| references(item, renamed)),
        Value::Object(object) => {
            if let Some(Value::String(target)) = object.get_mut("$ref") {
                refer(target, renamed);
            }
            let mapping = object.get_mut("discriminator").and_then(|discriminator| discriminator.get_mut("mapping"));
            for target in mapping.and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut) {
                if let Value::String(target) = target {
                    refer(target, renamed);
                }
            }
            object.values_mut().for_each(|property| references(property, renamed));
        }
        _ => {}
    }
}

/// Changes a reference to a component, or to a part of one.
fn refer(target: &mut String, renamed: &Renamed) {
    let Some(pointer) = reference::pointer(target) else { return };
    let end = pointer.match_indices('/').nth(3).map_or(pointer.len(), |(end, _)| end);
    let (component, part) = pointer.split_at(end);
    if let Some(name) = renamed.get(component) {
        let section = component.rsplit_once('/').map_or("", |(section, _)| section);
        *target = reference::to(&format!("{}{part}", join(section, name)));
    }
}

/// Changes the names of security schemes in what asks for them.
fn requirements(document: &mut Value, renamed: &Renamed) {
    let rename = |security: Option<&mut Value>| {
        for alternative in security.and_then(Value::as_array_mut).into_iter().flatten() {
            let Some(schemes) = alternative.as_object_mut() else { continue };
            let all = std::mem::take(schemes).into_iter();
            let name = |key: String| renamed.get(&join("/components/securitySchemes", &key)).cloned().unwrap_or(key);
            schemes.extend(all.map(|(key, scopes)| (name(key), scopes)));
        }
    };
    rename(document.get_mut("security"));
    let paths = document.get_mut("paths").and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut);
    for (_, operation) in
        paths.filter_map(Value::as_object_mut).flatten().filter(|(key, _)| METHODS.contains(&key.as_str()))
    {
        rename(operation.get_mut("security"));
    }
}
