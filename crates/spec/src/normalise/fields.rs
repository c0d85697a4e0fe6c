//! Reports properties that cannot be fields of their own.

use serde_json::{Map, Value};

use super::structure::{At, Kind, walk};
use crate::Diagnostic;
use crate::diagnostic::join;
use crate::naming::Naming;
use crate::schema::all_of::flatten;

/// The most properties of one object that the generated code is worth compiling for.
const MAX_PROPERTIES: usize = 2000;

/// Reports properties whose fields would be called the same, and objects that are too large.
pub(super) fn check(document: &mut Value, naming: &dyn Naming) -> Vec<Diagnostic> {
    let mut objects = Vec::new();
    walk(document, &mut |kind: Kind, object: &mut Map<String, Value>, at: &At<'_>| {
        let is_object = object.contains_key("properties") || object.contains_key("allOf");
        if kind == Kind::Schema && is_object && !object.contains_key("$ref") {
            objects.push(at.pointer());
        }
    });
    // Parts of `allOf` are anywhere in the document.
    let document = &*document;
    objects.iter().flat_map(|at| check_object(naming, document, at)).collect()
}

fn check_object(naming: &dyn Naming, document: &Value, at: &str) -> Vec<Diagnostic> {
    let Some(schema) = document.pointer(at) else { return Vec::new() };
    let mut diagnostics = Vec::new();
    let flat = flatten(document, schema);
    for name in flat.conflicts {
        let what = if name.is_empty() { "its parts".to_owned() } else { format!("`{name}`") };
        let message = format!("`allOf` defines {what} in ways that no value can satisfy: any value is accepted");
        let warning = Diagnostic::warning("all-of-conflict", join(at, "allOf"), message);
        diagnostics.push(warning.help("correct one of the definitions in the overlay"));
    }
    let Some(Value::Object(properties)) = flat.schema.get("properties") else { return diagnostics };
    let pointer = if schema.get("properties").is_some() { join(at, "properties") } else { at.to_owned() };
    if properties.len() > MAX_PROPERTIES {
        let message = format!("the object has {} properties, the limit is {MAX_PROPERTIES}", properties.len());
        let error = Diagnostic::error("too-wide", &pointer, message);
        diagnostics.push(error.help("describe it as a map with `additionalProperties` in the overlay"));
    }
    let unknown = naming.unknown_properties();
    for name in naming.unnameable(&mut properties.keys().map(String::as_str)) {
        let field = naming.field(name);
        let owner = if field == unknown { "properties without a field" } else { "another property" };
        let message = format!("the field `{field}` is for {owner}: `{name}` is found in the map `{unknown}`");
        let warning = Diagnostic::warning("property-name", join(&pointer, name), message);
        diagnostics.push(warning.help("nothing is lost; rename the property if the API is yours"));
    }
    diagnostics
}
