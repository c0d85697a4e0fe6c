//! Documents every field: typify documents those that have a description.

use syn::Item;

use crate::fields::{EXTRA, FieldDocs};

/// Documents the fields of a type.
pub(super) fn apply(docs: &FieldDocs, modules: &[String], item: &mut Item) {
    let Item::Struct(item) = item else { return };
    let Some(of_type) = docs.get(&item.ident.to_string()).filter(|_| modules == ["types"]) else { return };
    for field in &mut item.fields {
        let Some(name) = field.ident.as_ref().map(ToString::to_string) else { continue };
        let is_extra = name == keyapi_rust_names::UNKNOWN_KEYS;
        if let Some(text) = of_type.get(&name).map(String::as_str).or(is_extra.then_some(EXTRA)) {
            field.attrs.retain(|attribute| !attribute.path().is_ident("doc"));
            field.attrs.insert(0, syn::parse_quote!(#[doc = #text]));
        }
    }
}
