//! What the document says of the end of something, as callers get it: the note of an attribute.

use std::collections::BTreeMap;

use keyapi_rust_names::RustNames;
use keyapi_spec::Naming;
use keyapi_spec::all_of::flatten;
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

use crate::model::ident;

/// The notes on fields, by types and by fields.
pub(crate) type Fields = BTreeMap<String, BTreeMap<String, String>>;

/// Why an operation, a parameter or a property is not to be used any more; nothing where it is. That is the sentence of its
/// description which says so, and the day of its sunset.
pub(crate) fn note(node: &Value) -> Option<String> {
    if node.get("deprecated") != Some(&Value::Bool(true)) {
        return None;
    }
    let text = |key: &str| node.get(key).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    let said = ["description", "summary"].into_iter().filter_map(text).find_map(sentence);
    let said = said.unwrap_or_else(|| "the document deprecates it".to_owned());
    Some(match text("x-sunset") {
        Some(sunset) => format!("{} (sunset: {})", said.trim_end_matches('.'), sunset.trim()),
        None => said,
    })
}

/// The sentence that tells of the deprecation.
fn sentence(text: &str) -> Option<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut sentences = text.split_inclusive(". ").map(str::trim);
    sentences.find(|sentence| sentence.to_lowercase().contains("deprecat")).map(str::to_owned)
}

/// The attribute with a note.
pub(crate) fn attribute(note: Option<&str>) -> TokenStream {
    note.map(|note| quote!(#[deprecated(note = #note)])).unwrap_or_default()
}

/// The attribute of a former name.
pub(crate) fn renamed(name: &str) -> TokenStream {
    attribute(Some(&format!("renamed to `{name}`")))
}

/// The names that something had in releases before a person renamed it.
pub(crate) fn former(node: &Value) -> impl Iterator<Item = &str> {
    node.get("x-former-names").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// The fields that the document deprecates.
pub(crate) fn fields(resolved: &Value) -> Fields {
    let mut fields = Fields::new();
    for (key, schema) in resolved.pointer("/components/schemas").and_then(Value::as_object).into_iter().flatten() {
        let flat = flatten(resolved, schema).schema;
        for (name, property) in flat.get("properties").and_then(Value::as_object).into_iter().flatten() {
            if let (Some(note), Some(field)) = (note(property), ident(&RustNames.field(name))) {
                let ty = RustNames.type_name(&RustNames.component_type(key, schema));
                fields.entry(ty).or_default().insert(field.to_string(), note);
            }
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_note_is_what_the_document_says() {
        #[track_caller]
        fn check(node: Value, expected: Option<&str>) {
            assert_eq!(note(&node).as_deref(), expected);
        }
        let text = "Lists things.\nDeprecated: use `/things`. It is slow.";
        check(json!({"description": text}), None);
        check(json!({"deprecated": false, "description": text}), None);
        check(json!({"deprecated": true, "description": text}), Some("Deprecated: use `/things`."));
        check(
            json!({"deprecated": true, "description": text, "x-sunset": "2027-01-01"}),
            Some("Deprecated: use `/things` (sunset: 2027-01-01)"),
        );
        check(
            json!({"deprecated": true, "description": "A name.", "summary": " "}),
            Some("the document deprecates it"),
        );
        check(
            json!({"deprecated": true, "x-sunset": "2027-01-01"}),
            Some("the document deprecates it (sunset: 2027-01-01)"),
        );
    }
}
