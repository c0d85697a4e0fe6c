//! Checks that references lead somewhere, and keeps what stands beside them.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use super::structure::{At, Kind, walk};
use crate::Diagnostic;
use crate::document::reference;
use crate::document::{component, follow, resolve};

/// Keywords that may stand beside `$ref`: they say something about the use of a schema, not about the schema.
const ABOUT_THE_USE: [&str; 8] =
    ["nullable", "description", "title", "deprecated", "readOnly", "writeOnly", "example", "default"];

struct Reference {
    kind: Kind,
    target: String,
    pointer: String,
}

/// Reports references that lead nowhere, out of the document, to something else than they have to, or in a cycle.
pub(super) fn check(document: &mut Value) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    walk(document, &mut |kind: Kind, object: &mut Map<String, Value>, at: &At<'_>| {
        if let Some(target) = object.get_mut("$ref").filter(|_| kind.may_be_reference()) {
            // One spelling for what leads to one place.
            if let Some(pointer) = target.as_str().and_then(reference::pointer).map(Cow::into_owned) {
                *target = Value::String(reference::to(&pointer));
            }
            let target = target.as_str().unwrap_or_default().to_owned();
            found.push(Reference { kind, target, pointer: at.child("$ref") });
        }
    });
    found.iter().filter_map(|found| check_one(document, found)).collect()
}

fn check_one(document: &Value, Reference { kind, target, pointer }: &Reference) -> Option<Diagnostic> {
    let error = |code, message: String, help: &str| Some(Diagnostic::error(code, pointer, message).help(help));
    if *kind == Kind::PathItem {
        let message = "a path item cannot be a reference here".to_owned();
        return error("path-reference", message, "copy what it refers to into the path item");
    }
    if !target.starts_with('#') {
        let message = format!("`{target}` is outside of the document");
        return error("external-reference", message, "bundle the documents into one, and refer to `#/components/…`");
    }
    let pointed = reference::pointer(target).and_then(|path| Some((document.pointer(&path)?, path)));
    let Some((node, path)) = pointed else {
        let message = format!("`{target}` leads nowhere");
        return error("missing-reference", message, "correct the reference, or add what it refers to");
    };
    // Another kind of component cannot be one of these, but a part of it can.
    let other = path.strip_prefix("/components/").and_then(|rest| rest.split_once('/'));
    let elsewhere = other.is_some_and(|(section, name)| section != kind.section() && !name.contains('/'));
    if elsewhere || path.is_empty() || !node.is_object() {
        let message = format!("`{target}` is not {}", kind.name());
        return error("missing-reference", message, "correct the reference, or add what it refers to");
    }
    if resolve(document, node).is_none() {
        let message = format!("`{target}` leads back to itself");
        return error("circular-reference", message, "let one of the references of the cycle be what is meant");
    }
    None
}

/// Wraps references to schemas that have something beside them: `{"$ref": …, "nullable": true}` becomes
/// `{"nullable": true, "allOf": [{"$ref": …}]}`, which says it in a way that readers do not have to ignore.
pub(super) fn keep_siblings(document: &mut Value) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    walk(document, &mut |kind: Kind, object: &mut Map<String, Value>, at: &At<'_>| {
        if kind != Kind::Schema || object.len() < 2 || !object.contains_key("$ref") {
            return;
        }
        let useful = |key: &str| ABOUT_THE_USE.contains(&key) || key.starts_with("x-");
        let lost: Vec<String> =
            object.keys().filter(|key| *key != "$ref" && !useful(key)).map(|key| format!("`{key}`")).collect();
        if !lost.is_empty() {
            let message = format!("{} beside `$ref` has no effect", lost.join(", "));
            let warning = Diagnostic::warning("reference-sibling", at.pointer(), message);
            diagnostics.push(warning.help("put the reference into an `allOf` beside it"));
        }
        object.retain(|key, _| key == "$ref" || useful(key));
        if object.len() > 1
            && let Some(target) = object.shift_remove("$ref")
        {
            object.insert("allOf".to_owned(), json!([{ "$ref": target }]));
        }
    });
    diagnostics
}

/// Replaces references that lead into the middle of something by a copy of what is there.
///
/// By now every object has a name, so what is copied is a reference to it, an array, a map or a scalar.
pub(super) fn shorten(document: &mut Value) -> Vec<Diagnostic> {
    // What is copied may hold another such reference.
    for _ in 0..8 {
        let deep = deep_references(document);
        if deep.is_empty() {
            return Vec::new();
        }
        for (pointer, target) in deep {
            let copy = reference::pointer(&target).and_then(|target| follow(document, &target)).cloned();
            if let (Some(copy), Some(node)) = (copy, document.pointer_mut(&pointer)) {
                *node = copy;
            }
        }
    }
    let error = |(pointer, target): (String, String)| {
        Diagnostic::error("deep-reference", pointer, format!("`{target}` is part of what it refers to"))
            .help("move what it refers to into `components.schemas`, and refer to that")
    };
    deep_references(document).into_iter().map(error).collect()
}

fn deep_references(document: &mut Value) -> Vec<(String, String)> {
    let mut deep = Vec::new();
    walk(document, &mut |kind: Kind, object: &mut Map<String, Value>, at: &At<'_>| {
        let target = object.get("$ref").and_then(Value::as_str);
        if let Some(target) = target.filter(|target| kind == Kind::Schema && component(target, "schemas").is_none()) {
            deep.push((at.pointer(), target.to_owned()));
        }
    });
    deep
}
