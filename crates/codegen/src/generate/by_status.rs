//! Writes the types of which the status of a response chooses.
//!
//! The runtime decodes them as `crates/runtime/src/decode/from_body.rs` says; of a client without a runtime, the calls do
//! (`generate/edits/responses.rs`).

use keyapi_spec::message::status::statuses;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::Responses;
use crate::docs;
use crate::model::RustType;
use crate::prepare::{ByStatus, StatusVariant, UNKNOWN};

/// The source of a type.
pub(super) fn source(by_status: &ByStatus, responses: Responses<'_>) -> TokenStream {
    let ByStatus { variants, operation, of_errors, .. } = by_status;
    let name = format_ident!("{}", by_status.name);
    let what = if *of_errors { "documented errors" } else { "successes" };
    let docs = format!("The body of one of the {what} of {}: the status chooses.", docs::code(operation));
    let declared = variants.iter().map(|variant| {
        let (docs, name) = (docs_of_variant(variant), ident(variant));
        match variant.ty() {
            Some(ty) => {
                let held = held(&ty);
                quote!(#[doc = #docs] #name(#held),)
            }
            None => quote!(#[doc = #docs] #name,),
        }
    });
    let unknown = format_ident!("{UNKNOWN}");
    let arms = variants.iter().map(|variant| {
        let name = ident(variant);
        match variant.ty() {
            Some(_) => quote!(Self::#name(value) => ::serde::Serialize::serialize(value, serializer),),
            None => quote!(Self::#name => serializer.serialize_unit(),),
        }
    });
    let from_body = matches!(responses, Responses::Raw { .. }).then(|| from_body(by_status));
    quote! {
        #[doc = #docs]
        #[derive(Clone, Debug)]
        #[cfg_attr(feature = "schema", derive(::schemars::JsonSchema), schemars(untagged))]
        #[non_exhaustive]
        pub enum #name {
            #(#declared)*
            /// The JSON of a status that the document does not have, as it was received.
            #unknown(::serde_json::Value),
        }

        impl ::serde::Serialize for #name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> ::std::result::Result<S::Ok, S::Error> {
                match self {
                    #(#arms)*
                    Self::#unknown(value) => ::serde::Serialize::serialize(value, serializer),
                }
            }
        }

        #from_body
    }
}

/// How the runtime decodes a body.
fn from_body(by_status: &ByStatus) -> TokenStream {
    let name = format_ident!("{}", by_status.name);
    let unknown = format_ident!("{UNKNOWN}");
    let arms = by_status.variants.iter().map(|variant| {
        let (pattern, name) = (pattern(&variant.status), ident(variant));
        match variant.ty() {
            Some(ty) if is_boxed(&ty) => quote!(#pattern => body.json(Self::#name),),
            Some(_) => quote!(#pattern => body.json(|value| Self::#name(*value)),),
            None => quote!(#pattern => body.nothing(Self::#name),),
        }
    });
    let has_rest = by_status.variants.iter().any(|variant| variant.status == "default");
    let rest = (!has_rest).then(|| quote!(_ => body.json(|value| Self::#unknown(*value)),));
    quote! {
        impl ::keyapi_runtime::FromBody for #name {
            fn from_body(
                body: &::keyapi_runtime::codegen::Body<'_>,
            ) -> ::std::result::Result<::keyapi_runtime::codegen::Decoded<Self>, crate::DecodeError> {
                match body.status() {
                    #(#arms)*
                    #rest
                }
            }
        }
    }
}

/// A pattern for them.
pub(super) fn pattern(status: &str) -> TokenStream {
    match statuses(status) {
        Some((first, last)) if first == last => quote!(#first),
        Some((first, last)) => quote!(#first..=#last),
        None => quote!(_),
    }
}

fn docs_of_variant(variant: &StatusVariant) -> String {
    let StatusVariant { status, pointer, description, .. } = variant;
    let statuses = match status.as_str() {
        "default" => "Any other status".to_owned(),
        status => format!("Status {status}"),
    };
    let place = format!("{statuses} ({}).", docs::code(&docs::visible(pointer)));
    [Some(place.as_str()), description.as_deref()].into_iter().flatten().collect::<Vec<_>>().join("\n\n")
}

fn ident(variant: &StatusVariant) -> Ident {
    format_ident!("{}", variant.name)
}

/// A response can be large, and one is moved several times on its way to the caller.
pub(super) fn is_boxed(ty: &RustType) -> bool {
    matches!(ty, RustType::Named(_))
}

fn held(ty: &RustType) -> TokenStream {
    let held = ty.within_types();
    if is_boxed(ty) { quote!(::std::boxed::Box<#held>) } else { held }
}
