//! The setters of request bodies: of what callers give as a rule, of other media types, and of XML.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::setters::SetterArgument;
use crate::docs;
use crate::model::{Body, Operation, Xml, XmlBody};

/// The setters of a request.
pub(super) fn setters(operation: &Operation) -> TokenStream {
    let body = format_ident!("body");
    let typed = |taken: &SetterArgument| {
        let option = taken.option(&body);
        quote!(self.body = #option;)
    };
    let xml = |XmlBody { xml, is_other, .. }: &XmlBody, taken: &SetterArgument| {
        let Xml { media_type, ty, schema } = xml;
        let option = taken.option(&body);
        let field = if *is_other { format_ident!("body_as") } else { body.clone() };
        quote! {
            let body: Option<#ty> = #option;
            self.#field = body.map(|body| ::keyapi_runtime::codegen::xml_body(&body, #media_type, #schema));
        }
    };
    all(operation, typed, &quote!(self.body_as = Some(body.into());), xml)
}

/// The same for a request that has another one inside.
pub(super) fn forwarding_setters(operation: &Operation) -> TokenStream {
    let typed = |_: &SetterArgument| quote!(self.request = self.request.body(body););
    let xml = |_: &XmlBody, _: &SetterArgument| quote!(self.request = self.request.body_xml(body););
    all(operation, typed, &quote!(self.request = self.request.body_as(body);), xml)
}

/// The setters, by what each of them does.
fn all(
    operation: &Operation,
    typed: impl FnOnce(&SetterArgument) -> TokenStream,
    sets_other: &TokenStream,
    xml: impl FnOnce(&XmlBody, &SetterArgument) -> TokenStream,
) -> TokenStream {
    let typed = operation.body.as_ref().map(Body::ty).map(|ty| {
        let taken = SetterArgument::of_body(&ty);
        let (generics, argument, sets) = (taken.generics(), taken.argument(), typed(&taken));
        quote! {
            /// Sets the request body.
            pub fn body #generics(mut self, body: #argument) -> Self {
                #sets
                self
            }
        }
    });
    let others = operation.other_media_types();
    let other = (!others.is_empty()).then(|| {
        let docs = format!(
            "Sets a request body of another media type, which it says itself, and which is sent as it is: {}.",
            docs::codes(&others)
        );
        quote! {
            #[doc = #docs]
            pub fn body_as(mut self, body: impl Into<crate::File>) -> Self {
                #sets_other
                self
            }
        }
    });
    let xml = operation.xml_body.as_ref().map(|body| {
        let Xml { media_type, ty, .. } = &body.xml;
        let taken = SetterArgument::of_body(ty);
        let (generics, argument, sets) = (taken.generics(), taken.argument(), xml(body, &taken));
        let docs = format!("Sets a request body that is written as XML ({}).", docs::code(media_type));
        quote! {
            #[doc = #docs]
            #[cfg(feature = "xml")]
            pub fn body_xml #generics(mut self, body: #argument) -> Self {
                #sets
                self
            }
        }
    });
    quote!(#typed #other #xml)
}
