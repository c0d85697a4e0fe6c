//! Lets callers know of fields that the document deprecates.

use syn::Item;

use crate::deprecated::{Fields, attribute};

/// Marks the fields of a type.
pub(super) fn apply(deprecated: &Fields, modules: &[String], item: &mut Item) {
    let Item::Struct(item) = item else { return };
    let Some(notes) = deprecated.get(&item.ident.to_string()).filter(|_| modules == ["types"]) else { return };
    for field in &mut item.fields {
        let note = field.ident.as_ref().and_then(|name| notes.get(&name.to_string()));
        if let Some(note) = note {
            let attribute = attribute(Some(note));
            field.attrs.push(syn::parse_quote!(#attribute));
        }
    }
}
