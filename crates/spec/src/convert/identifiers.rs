//! References by what schemas call themselves, `$id` and `$anchor`, which become references by their place.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::positions::{children, roots};
use crate::Diagnostic;
use crate::diagnostic::join;
use crate::document::reference;

/// What schemas call themselves, and the references that are not plainly to a component.
#[derive(Default)]
struct Names {
    /// JSON pointers by `$id`.
    identifiers: HashMap<String, String>,
    /// The same by the last segment; nothing where several have the same one.
    segments: HashMap<String, Option<String>>,
    /// The schemas that have an `$id`.
    resources: HashSet<String>,
    /// JSON pointers by `$anchor`, each with the resource that it is in.
    anchors: HashMap<(String, String), String>,
    /// The same in whatever resource; nothing where several have the same one.
    anywhere: HashMap<String, Option<String>>,
    found: Vec<Reference>,
}

struct Reference {
    /// The schema that it is in.
    place: String,
    keyword: &'static str,
    target: String,
    /// The schema that a reference without an address of its own is relative to.
    resource: String,
}

/// Rewrites references in place. What leads nowhere stays as it is, and is told of where references are checked.
pub(super) fn resolve(document: &mut Value) -> Vec<Diagnostic> {
    let mut names = Names::default();
    roots(document, &mut |schema, at| {
        let resource = at.clone();
        names.collect(schema, at, &resource);
    });
    let mut diagnostics = Vec::new();
    for found in std::mem::take(&mut names.found) {
        let (place, target) = (&found.place, &found.target);
        let meant = names.target(document, &found);
        if let Some(ResolvedIdentifier { is_guessed: true, pointer }) = &meant {
            let message =
                format!("`{target}` leads nowhere in the document: it is read as `{}`", reference::to(pointer));
            let warning = Diagnostic::warning("schema-identifier", join(place, found.keyword), message);
            diagnostics.push(warning.help("give the place from the root of the document"));
        }
        if found.keyword == "$dynamicRef" {
            let message = "what a dynamic reference leads to is read as what it leads to here";
            let warning = Diagnostic::warning("dynamic-reference", join(place, found.keyword), message);
            diagnostics.push(warning.help("refer with `$ref` where one schema is meant"));
        }
        let Some(schema) = document.pointer_mut(place).and_then(Value::as_object_mut) else { continue };
        let target = meant.map_or(found.target, |meant| reference::to(&meant.pointer));
        schema.shift_remove(found.keyword);
        schema.insert("$ref".to_owned(), Value::String(target));
    }
    diagnostics
}

struct ResolvedIdentifier {
    pointer: String,
    /// Strictly it leads nowhere.
    is_guessed: bool,
}

impl Names {
    fn collect(&mut self, schema: &mut Value, at: &mut String, resource: &str) {
        let Value::Object(object) = schema else { return };
        let text = |keyword: &str| object.get(keyword).and_then(Value::as_str).map(str::to_owned);
        let own = text("$id").map(|id| id.trim_end_matches('#').to_owned());
        let resource = if own.is_some() { at.clone() } else { resource.to_owned() };
        if let Some(id) = own {
            let segment = id.rsplit('/').next().unwrap_or_default().to_owned();
            self.segments.entry(segment).and_modify(|known| *known = None).or_insert_with(|| Some(at.clone()));
            self.identifiers.entry(id).or_insert_with(|| at.clone());
            self.resources.insert(at.clone());
        }
        for anchor in ["$anchor", "$dynamicAnchor"].into_iter().filter_map(text) {
            self.anywhere.entry(anchor.clone()).and_modify(|known| *known = None).or_insert_with(|| Some(at.clone()));
            self.anchors.entry((resource.clone(), anchor)).or_insert_with(|| at.clone());
        }
        self.reference(object, at, &resource);
        children(object, at, &mut |schema, at| self.collect(schema, at, &resource));
    }

    fn reference(&mut self, object: &Map<String, Value>, at: &str, resource: &str) {
        let keyword = if object.contains_key("$ref") { "$ref" } else { "$dynamicRef" };
        let Some(target) = object.get(keyword).and_then(Value::as_str) else { return };
        let is_plain = target.strip_prefix("#/components/schemas/").is_some_and(|name| !name.contains('/'));
        if !is_plain || keyword == "$dynamicRef" {
            let (place, target, resource) = (at.to_owned(), target.to_owned(), resource.to_owned());
            self.found.push(Reference { place, keyword, target, resource });
        }
    }

    /// What a reference means; nothing where it stays as it is.
    fn target(&self, document: &Value, found: &Reference) -> Option<ResolvedIdentifier> {
        let (base, fragment) = found.target.split_once('#').unwrap_or((&found.target, ""));
        let is_local = base.is_empty();
        let resource = if is_local { found.resource.as_str() } else { self.resource(base)? };
        let local = format!("#{fragment}");
        let meant = |pointer: String, is_guessed| Some(ResolvedIdentifier { pointer, is_guessed });
        match reference::pointer(&local) {
            // The document is no schema, so the schema is meant.
            Some(pointer) if pointer.is_empty() => meant(resource.to_owned(), false),
            Some(pointer) if is_local && document.pointer(&pointer).is_some() => None,
            Some(pointer) => {
                let inside = format!("{resource}{pointer}");
                let has_name = self.resources.contains(resource);
                document.pointer(&inside).is_some().then_some(())?;
                meant(inside, !has_name)
            }
            None => meant(self.anchor(resource, fragment)?.to_owned(), false),
        }
    }

    /// The schema with an `$id`. Of an address that is relative, the last segment is looked at.
    fn resource(&self, base: &str) -> Option<&str> {
        let segment = base.strip_prefix("./").unwrap_or(base);
        let exact = self.identifiers.get(base);
        exact.or_else(|| self.segments.get(segment)?.as_ref()).map(String::as_str)
    }

    /// The schema with an `$anchor`, in a resource or, where there is one of the name in all, anywhere.
    fn anchor(&self, resource: &str, name: &str) -> Option<&str> {
        let own = self.anchors.get(&(resource.to_owned(), name.to_owned()));
        own.or_else(|| self.anywhere.get(name)?.as_ref()).map(String::as_str)
    }
}
