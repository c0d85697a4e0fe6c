//! Reports properties that cannot be fields of their own.

use serde_json::{Map, Value};

use super::structure::{At, Kind, walk};
use crate::Diagnostic;
use crate::all_of::flatten;
use crate::rust_names::{UNKNOWN_KEYS, field, unnameable};

/// The most properties of one object that the generated code is worth compiling for.
const MAX_PROPERTIES: usize = 2000;

/// Reports properties whose fields would be called the same, and objects that are too large.
pub(super) fn check(document: &mut Value) -> Vec<Diagnostic> {
    // Parts of `allOf` are looked up while the document is walked.
    let whole = document.clone();
    let mut diagnostics = Vec::new();
    walk(document, &mut |kind: Kind, members: &mut Map<String, Value>, at: &At<'_>| {
        let is_object = members.contains_key("properties") || members.contains_key("allOf");
        if kind != Kind::Schema || members.contains_key("$ref") || !is_object {
            return;
        }
        let flat = flatten(&whole, &Value::Object(members.clone()));
        for name in flat.conflicts {
            let what = if name.is_empty() { "its parts".to_owned() } else { format!("`{name}`") };
            let message = format!("`allOf` defines {what} in ways that no value can satisfy: any value is accepted");
            let warning = Diagnostic::warning("all-of-conflict", at.child("allOf"), message);
            diagnostics.push(warning.help("correct one of the definitions in the overlay"));
        }
        let Some(Value::Object(properties)) = flat.schema.get("properties") else { return };
        if properties.len() > MAX_PROPERTIES {
            let message = format!("the object has {} properties, the limit is {MAX_PROPERTIES}", properties.len());
            let error = Diagnostic::error("too-wide", at.child("properties"), message);
            diagnostics.push(error.help("describe it as a map with `additionalProperties` in the overlay"));
        }
        for name in unnameable(properties.keys().map(String::as_str)) {
            let field = field(name);
            let message = if field == UNKNOWN_KEYS {
                format!("`{name}` cannot be a field: it is found in the map `{UNKNOWN_KEYS}`")
            } else {
                format!(
                    "`{name}` wants the field `{field}`, which another property has: it is found in the map `{UNKNOWN_KEYS}`"
                )
            };
            let pointer = if members.contains_key("properties") { at.child("properties") } else { at.pointer() };
            let warning = Diagnostic::warning("property-name", crate::diagnostic::join(&pointer, name), message);
            diagnostics.push(warning.help("nothing is lost; rename the property if the API is yours"));
        }
    });
    diagnostics
}
