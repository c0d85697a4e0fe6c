//! What the document says of the end of something, as callers get it: the note of an attribute.

use std::collections::BTreeMap;

use keyapi_rust_names::RustNames;
use keyapi_spec::Naming;
use keyapi_spec::document::extension;
use keyapi_spec::schema::all_of::flatten;
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

use crate::model::ident;

/// The notes on fields, by types and by fields.
pub(crate) type Fields = BTreeMap<String, BTreeMap<String, String>>;

/// Why an operation, a parameter or a property is not to be used any more; nothing where it is. That is what its description
/// says of it, with what to use instead, and the day of its sunset.
pub(crate) fn note(node: &Value) -> Option<String> {
    if node.get("deprecated") != Some(&Value::Bool(true)) {
        return None;
    }
    let text = |key: &str| node.get(key).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    let said = ["description", "summary"].into_iter().filter_map(text).find_map(sentences);
    let said = said.unwrap_or_else(|| "the document deprecates it".to_owned());
    Some(match text(extension::SUNSET) {
        Some(sunset) => format!("{} (sunset: {})", said.trim_end_matches('.'), sunset.trim()),
        None => said,
    })
}

/// The sentences that tell of the deprecation, and of what to use in its place.
fn sentences(text: &str) -> Option<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let tells = |sentence: &&str| {
        let sentence = sentence.to_lowercase();
        let words = ["deprecat", "instead", "replaced by", "superseded by", "in favor of", "in favour of"];
        words.iter().any(|word| sentence.contains(word)) || sentence.starts_with("use ")
    };
    let told: Vec<&str> = text.split_inclusive(". ").map(str::trim).filter(tells).collect();
    (!told.is_empty()).then(|| told.join(" "))
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
    node.get(extension::FORMER_NAMES).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
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
        let replaced = "Deprecated. It lists things. Use GET /things instead.";
        check(json!({"deprecated": true, "description": replaced}), Some("Deprecated. Use GET /things instead."));
        check(
            json!({"deprecated": true, "description": "Gone in May. Replaced by /things.", "x-sunset": "2027-05-01"}),
            Some("Replaced by /things (sunset: 2027-05-01)"),
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
