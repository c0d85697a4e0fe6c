//! What the runtime has to know of the types of responses: where they have the properties of the envelope.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::{Envelope, Operation, Property, Response, RustType, Variant};

/// Implements the trait `Envelope` for every type of a successful response.
pub(crate) fn implementations(operations: &[Operation]) -> TokenStream {
    // Operations may share a type, and a trait is implemented once for each.
    let mut types: BTreeMap<&str, Option<&Envelope>> = BTreeMap::new();
    let mut by_status = TokenStream::new();
    for Response { ty, envelope, variants, xml, .. } in operations.iter().map(|operation| &operation.response) {
        // What comes as XML has no envelope. All other types the runtime knows already.
        if let Some(RustType::Named(name)) = xml.as_ref().map(|xml| &xml.ty) {
            types.entry(name).or_default();
        }
        for Variant { ty, envelope } in variants {
            if let RustType::Named(name) = ty {
                types.insert(name, envelope.as_ref());
            }
        }
        match ty {
            // The status chooses one of several.
            _ if !variants.is_empty() => by_status.extend(of_several(ty, variants)),
            RustType::Named(name) => _ = types.insert(name, envelope.as_ref()),
            _ => {}
        }
    }
    let mut all: TokenStream = types.into_iter().map(|(name, envelope)| implementation(name, envelope)).collect();
    all.extend(by_status);
    all
}

/// What each status carries is for the caller to see, who has to tell them apart anyway.
fn of_several(ty: &RustType, variants: &[Variant]) -> TokenStream {
    let mut types: Vec<&RustType> = Vec::new();
    for Variant { ty, .. } in variants {
        if !types.contains(&ty) {
            types.push(ty);
        }
    }
    quote! {
        impl crate::Envelope for #ty {
            const HAS_CODE: bool = #(<#types as crate::Envelope>::HAS_CODE)||*;
            type Data = Self;
            fn into_data(self, _: &::keyapi_runtime::EnvelopeProperties) -> Option<Self::Data> { Some(self) }
            fn data(&self, _: &::keyapi_runtime::EnvelopeProperties) -> Option<&Self::Data> { Some(self) }
        }
    }
}

fn implementation(name: &str, envelope: Option<&Envelope>) -> TokenStream {
    let ty = RustType::Named(name.to_owned());
    let code = envelope.and_then(|envelope| envelope.code.as_ref());
    let (has_code, with_code) = (code.is_some(), code.and_then(with_code));
    let is_recursive = envelope.is_some_and(|envelope| envelope.is_recursive);
    let data = envelope.and_then(|envelope| envelope.data.as_ref());
    let (data, into_data, get_data) = match data {
        // What a type holds of itself is an option, and may be in a box.
        Some(Property { field, optional: true, ty }) if is_recursive => (
            quote!(#ty),
            quote!(self.#field.map(::keyapi_runtime::codegen::Unboxed::unboxed)),
            quote!(self.#field.as_ref().map(::std::borrow::Borrow::borrow)),
        ),
        Some(Property { field, optional: true, ty }) => {
            (quote!(#ty), quote!(self.#field), quote!(self.#field.as_ref()))
        }
        Some(Property { field, ty, .. }) => (quote!(#ty), quote!(Some(self.#field)), quote!(Some(&self.#field))),
        None => (quote!(Self), quote!(Some(self)), quote!(Some(self))),
    };
    quote! {
        impl crate::Envelope for #ty {
            const HAS_CODE: bool = #has_code;
            type Data = #data;
            fn into_data(self, _: &::keyapi_runtime::EnvelopeProperties) -> Option<Self::Data> { #into_data }
            fn data(&self, _: &::keyapi_runtime::EnvelopeProperties) -> Option<&Self::Data> { #get_data }
            #with_code
        }
    }
}

/// Decodes a type whose code is a number, or a text that can be one. Of others the runtime reads the code by itself.
fn with_code(Property { field, ty, optional }: &Property) -> Option<TokenStream> {
    let code = match (ty, optional) {
        (RustType::I64, true) => quote!(value.#field?),
        (RustType::I64, false) => quote!(value.#field),
        (RustType::String, true) => quote!(value.#field.as_ref()?.parse().ok()?),
        (RustType::String, false) => quote!(value.#field.parse().ok()?),
        _ => return None,
    };
    // Without the attribute, a program that calls one operation would compile the decoding of all of them.
    Some(quote! {
        #[inline]
        fn with_code(json: &str, _: &::keyapi_runtime::EnvelopeProperties) -> Option<(Box<Self>, i64)> {
            let value: Box<Self> = ::serde_json::from_str(json).ok()?;
            let code = #code;
            Some((value, code))
        }
    })
}
