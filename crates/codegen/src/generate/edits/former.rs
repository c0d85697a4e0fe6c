//! Former names of types, which callers may use until they are gone.

use keyapi_rust_names::RustNames;
use keyapi_spec::Naming;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

use crate::deprecated::{former, renamed};

/// What stands beside the types of a document for those that callers know by other names.
pub(crate) fn names(resolved: &Value) -> TokenStream {
    let schemas = resolved.pointer("/components/schemas").and_then(Value::as_object).into_iter().flatten();
    let names = schemas.flat_map(|(key, schema)| {
        let name = RustNames.type_name(&RustNames.component_type(key, schema));
        former(schema).map(move |former| (RustNames.type_name(former), name.clone()))
    });
    names
        .map(|(former, name)| {
            let (attribute, docs) = (renamed(&name), format!("The former name of [`{name}`]."));
            let (former, name) = (format_ident!("{former}"), format_ident!("{name}"));
            quote! {
                #[doc = #docs]
                #attribute
                pub type #former = #name;
            }
        })
        .collect()
}
