//! Names that a person chose in the overlay: `x-rust-name` of a schema, an operation or a parameter.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::structure::{self, At, walk};
use crate::Diagnostic;
use crate::diagnostic::join;
use crate::document::extension;
use crate::naming::Naming;
use crate::naming::pins::{self, Kind};

/// The code of diagnostics about a chosen name that cannot be used.
pub(crate) const CODE: &str = "rust-name";

/// The property that says where a chosen name stood in the document, until it has named something: by then a schema may have
/// moved, and so may a parameter.
pub(super) const STOOD: &str = "x-rust-name-stood";

/// Notes where the names of operations, parameters and schemas stand, and reports those of anything else.
pub(super) fn note(document: &mut Value) -> Vec<Diagnostic> {
    use structure::Kind;
    let mut diagnostics = Vec::new();
    let mut misplaced = |what: &str, node: &Value, pointer: String| {
        if node.get(extension::RUST_NAME).is_some() {
            let message = format!("`x-rust-name` names an operation, a parameter or a type, and this is {what}");
            diagnostics.push(refusal(&pointer, message).help("remove the name in the overlay"));
        }
    };
    for (index, tag) in document["tags"].as_array().into_iter().flatten().enumerate() {
        misplaced("a tag", tag, format!("/tags/{index}"));
    }
    walk(document, &mut |kind: Kind, object: &mut Map<String, Value>, at: &At<'_>| {
        for (name, header) in object.get("headers").and_then(Value::as_object).into_iter().flatten() {
            if kind == Kind::Response {
                misplaced("a header", header, join(&at.child("headers"), name));
            }
        }
        let Some(name) = object.get(extension::RUST_NAME) else { return };
        match kind {
            Kind::Parameter if object.contains_key("$ref") => {
                misplaced("a reference", &json!({ extension::RUST_NAME: name }), at.pointer());
            }
            Kind::Operation | Kind::Parameter | Kind::Schema => {
                object.insert(STOOD.to_owned(), json!(at.pointer()));
            }
            _ => misplaced(kind.name(), &json!({ extension::RUST_NAME: name }), at.pointer()),
        }
    });
    diagnostics
}

/// Reports the names of schemas that no type was made of.
pub(super) fn useless(document: &mut Value) -> Vec<Diagnostic> {
    // What others refer to was copied.
    let mut places: BTreeSet<String> = BTreeSet::new();
    walk(document, &mut |kind: structure::Kind, object: &mut Map<String, Value>, _: &At<'_>| {
        // Whatever else is still there is used by no operation.
        places.extend(named(object).filter(|_| kind == structure::Kind::Schema));
    });
    let message = "`x-rust-name` names a type, and none is made of this schema";
    places.iter().map(|pointer| refusal(pointer, message.to_owned()).help("remove the name in the overlay")).collect()
}

/// Forgets where the name of `node` stood, because it has named something; and says where that was.
pub(super) fn named(node: &mut Map<String, Value>) -> Option<String> {
    node.shift_remove(STOOD)?.as_str().map(str::to_owned)
}

/// Forgets the names in a schema that were chosen for something else than this.
pub(super) fn forget(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            if named(object).is_some() {
                object.shift_remove(extension::RUST_NAME);
            }
            object.values_mut().for_each(forget);
        }
        Value::Array(elements) => elements.iter_mut().for_each(forget),
        _ => {}
    }
}

/// The names in a schema that have named nothing yet, by where they stood.
pub(super) fn pending<'a>(schema: &'a Value, found: &mut Vec<(&'a str, &'a Value)>) {
    match schema {
        Value::Object(object) => {
            if let Some(stood) = object.get(STOOD).and_then(Value::as_str) {
                found.extend(object.get(extension::RUST_NAME).map(|name| (stood, name)));
            }
            object.values().for_each(|value| pending(value, found));
        }
        Value::Array(elements) => elements.iter().for_each(|element| pending(element, found)),
        _ => {}
    }
}

/// Where the name of `node` stood, which stands at `pointer` now.
pub(super) fn stood<'a>(node: &'a Value, pointer: &'a str) -> &'a str {
    node.get(STOOD).and_then(Value::as_str).unwrap_or(pointer)
}

/// The name that `node`, which stands at `pointer`, is to have; one that cannot be is reported.
pub(super) fn chosen(
    node: &Value,
    kind: Kind,
    pointer: &str,
    naming: &dyn Naming,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<String> {
    let value = node.get(extension::RUST_NAME)?;
    let why = match value.as_str() {
        Some(name) => match kind.refusal(naming, name) {
            None if kind == Kind::Type => return Some(naming.type_name(name)),
            None if naming.keywords().contains(&naming.method(name).as_str()) => "it is a keyword",
            // The id of an operation may be spelled in any way, and what a person writes is meant.
            None if !is_word(name) => "it is spelled with letters, digits and underscores, and begins with a letter",
            None => return Some(name.to_owned()),
            Some(why) => why,
        },
        None => "it is no text",
    };
    let message = format!("`x-rust-name: {}` cannot be a name: {why}", value.as_str().unwrap_or(&value.to_string()));
    diagnostics.push(refusal(stood(node, pointer), message));
    None
}

fn is_word(name: &str) -> bool {
    name.starts_with(char::is_alphabetic) && name.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// Says of a name that it is that of something else.
pub(super) fn taken(name: &str, pointer: &str) -> Diagnostic {
    refusal(pointer, format!("`x-rust-name: {name}` is the name of something else already"))
}

pub(super) fn refusal(pointer: &str, message: String) -> Diagnostic {
    Diagnostic::error(CODE, join(pointer, extension::RUST_NAME), message).help("choose another name in the overlay")
}

/// Notes the names that `node` had in releases before it was called `name`.
pub(super) fn keep_former(node: &mut Map<String, Value>, places: &[&str], name: &str, naming: &dyn Naming) {
    let former = pins::former(places, name, naming);
    if !former.is_empty() {
        node.insert(extension::FORMER_NAMES.to_owned(), json!(former));
    }
}
