//! What the runtime has to know of the types of responses: where they have the properties of the envelope.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::{Operation, Property, Response, RustType};

/// Implements the trait `Envelope` for every type of a successful response.
pub(crate) fn implementations(operations: &[Operation]) -> TokenStream {
    // Operations may share a type, and a trait is implemented once for each.
    let responses: BTreeMap<String, &Response> = operations
        .iter()
        .map(|operation| &operation.response)
        // These two the runtime knows already.
        .filter(|response| !matches!(response.ty, RustType::Bytes | RustType::Value))
        .map(|response| {
            let ty = &response.ty;
            (quote!(#ty).to_string(), response)
        })
        .collect();
    responses.into_values().map(implementation).collect()
}

fn implementation(response: &Response) -> TokenStream {
    let ty = &response.ty;
    let Some(envelope) = &response.envelope else {
        return quote! {
            impl crate::Envelope for #ty {
                type Data = Self;
                fn code(&self) -> Option<i64> { None }
                fn message(&self) -> Option<&str> { None }
                fn request_id(&self) -> Option<&str> { None }
                fn into_data(self) -> Option<Self> { Some(self) }
            }
        };
    };
    let value = envelope.success;
    let code = match &envelope.code {
        Some(Property { field, optional: true, .. }) => quote!(self.#field),
        Some(Property { field, .. }) => quote!(Some(self.#field)),
        None => quote!(None),
    };
    let text = |property: &Option<Property>| match property {
        Some(Property { field, optional: true, ty: RustType::String }) => quote!(self.#field.as_deref()),
        Some(Property { field, ty: RustType::String, .. }) => quote!(Some(&self.#field)),
        _ => quote!(None),
    };
    let (message, request_id) = (text(&envelope.message), text(&envelope.request_id));
    let (data, into_data) = match &envelope.data {
        Some(Property { field, optional: true, ty }) => (quote!(#ty), quote!(self.#field)),
        Some(Property { field, ty, .. }) => (quote!(#ty), quote!(Some(self.#field))),
        None => (quote!(Self), quote!(Some(self))),
    };
    quote! {
        impl crate::Envelope for #ty {
            const SUCCESS: i64 = #value;
            type Data = #data;
            fn code(&self) -> Option<i64> { #code }
            fn message(&self) -> Option<&str> { #message }
            fn request_id(&self) -> Option<&str> { #request_id }
            fn into_data(self) -> Option<Self::Data> { #into_data }
        }
    }
}
