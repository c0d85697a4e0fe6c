//! Bodies that are described or shown as what no XML can be.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::structure::{At, Kind, walk};
use super::unwritable_texts::Search;
use crate::Diagnostic;
use crate::diagnostic::join;
use crate::document::body;
use crate::document::reference as references;
use crate::document::{reference, resolve_with_pointer};
use crate::message::media_type::MediaType;
use crate::schema::xml;

/// Reports properties that cannot be written as XML, and examples that hold something of the kind.
pub(super) fn check(document: &mut Value) -> Vec<Diagnostic> {
    let mut bodies = Vec::new();
    walk(document, &mut |owner: Kind, object: &mut Map<String, Value>, at: &At<'_>| {
        if matches!(owner, Kind::RequestBody | Kind::Response) {
            let labels = object.get("content").and_then(Value::as_object).into_iter().flat_map(Map::keys);
            let of_xml = labels.filter(|label| MediaType::parse(label).is_some_and(|known| known.is_xml()));
            // Requests have no `readOnly` properties, and responses no `writeOnly` ones.
            let hidden = if owner == Kind::RequestBody { "readOnly" } else { "writeOnly" };
            bodies.extend(of_xml.map(|label| (join(&at.child("content"), label), hidden)));
        }
    });
    let document = &*document;
    let (mut found, mut texts): (Vec<Diagnostic>, _) = (Vec::new(), Search::of(document));
    for warning in bodies.iter().flat_map(|(pointer, hidden)| of_body(document, pointer, hidden, &mut texts)) {
        // What several bodies have in common is told of once.
        if !found.contains(&warning) {
            found.push(warning);
        }
    }
    found
}

fn of_body(document: &Value, pointer: &str, hidden: &'static str, texts: &mut Search<'_>) -> Vec<Diagnostic> {
    let Some((media, schema)) = document.pointer(pointer).and_then(|media| Some((media, media.get("schema")?))) else {
        return Vec::new();
    };
    let warning = |pointer: String, message: String| {
        let help = "say otherwise under `xml` in the overlay, or give an example there that is the XML itself";
        Diagnostic::warning("unwritable-xml", pointer, message).help(help)
    };
    let described = xml::sent(document, schema, hidden).unwritable();
    let mut found: Vec<Diagnostic> = described
        .iter()
        .map(|why| warning(declaration(document, join(pointer, "schema"), &why.path), why.to_string()))
        .collect();
    let listed = texts.body(join(pointer, "schema"), hidden);
    found.extend(listed.into_iter().map(|(pointer, why)| warning(pointer, why.to_string())));
    let mut known = None;
    // A text is the XML itself.
    for (pointer, example) in examples(document, media, pointer).into_iter().filter(|(_, one)| !one.is_string()) {
        let known = known.get_or_insert_with(|| xml::judged(document, schema));
        if let Err(why) = keyapi_xml::write(example, known)
            && !described.iter().any(|described| leads_to(&described.path, &why.path))
        {
            found.push(warning(part(document, pointer, &why.path), why.to_string()));
        }
    }
    found
}

/// Whether a way is one to a part of an example, where it leaves names and indexes open.
fn leads_to(way: &[String], part: &[String]) -> bool {
    way.len() == part.len() && way.iter().zip(part).all(|(one, other)| one == "*" || one == other)
}

/// All examples of a body, and where they are.
fn examples<'a>(document: &'a Value, media: &'a Value, pointer: &str) -> Vec<(String, &'a Value)> {
    let mut found = body::examples(document, media, pointer);
    if let Some((schema, place)) = media.get("schema").and_then(|schema| resolve_with_pointer(document, schema))
        && let Some(value) = schema.get("example")
    {
        let place = place.map_or_else(|| join(pointer, "schema"), |place| place.into_owned());
        found.push((join(&place, "example"), value));
    }
    found
}

/// Where a property is declared, or else the last one on the way to it.
fn declaration(document: &Value, pointer: String, path: &[String]) -> String {
    let mut place = pointer;
    for name in path {
        match property(document, &place, name) {
            Some(next) => place = next,
            None => break,
        }
    }
    place
}

/// Where a schema, or one that it is made of, declares a property; `*` is any other one, or the items of a list.
fn property(document: &Value, pointer: &str, name: &str) -> Option<String> {
    let (mut open, mut seen) = (vec![pointer.to_owned()], BTreeSet::new());
    while let Some(pointer) = open.pop() {
        let Some(schema) = document.pointer(&pointer).filter(|_| seen.insert(pointer.clone())) else { continue };
        if let Some(target) = reference(schema).and_then(references::pointer) {
            open.push(target.into_owned());
            continue;
        }
        if schema.get("properties").is_some_and(|properties| properties.get(name).is_some()) {
            return Some(join(&join(&pointer, "properties"), name));
        }
        let unnamed =
            ["items", "additionalProperties"].into_iter().find(|key| schema.get(key).is_some_and(Value::is_object));
        if let Some(key) = unnamed.filter(|_| name == "*") {
            return Some(join(&pointer, key));
        }
        for key in ["allOf", "oneOf", "anyOf"] {
            let parts = schema.get(key).and_then(Value::as_array).map_or(0, Vec::len);
            open.extend((0..parts).rev().map(|index| join(&join(&pointer, key), &index.to_string())));
        }
    }
    None
}

/// Where a part of an example is.
fn part(document: &Value, pointer: String, path: &[String]) -> String {
    path.iter().fold(pointer, |place, name| {
        let next = join(&place, name);
        if document.pointer(&next).is_some() { next } else { place }
    })
}
