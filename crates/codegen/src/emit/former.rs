//! Former names of operations and parameters, which callers may use until they are gone.

use proc_macro2::TokenStream;
use quote::quote;

use super::setters::SetterArgument;
use crate::deprecated::renamed;
use crate::model::{Operation, Parameter};

/// The methods of the client that are called otherwise now.
pub(crate) fn methods(operation: &Operation) -> TokenStream {
    let Operation { method, request, .. } = operation;
    let (attribute, docs) = (renamed(&method.to_string()), format!("The former name of [`{method}`](Self::{method})."));
    let former = operation.former().map(|(former, _)| {
        quote! {
            #[doc = #docs]
            #attribute
            pub fn #former(&self) -> operations::#request {
                self.#method()
            }
        }
    });
    former.collect()
}

/// The request types that are called otherwise now.
pub(crate) fn request_types(operation: &Operation) -> TokenStream {
    let request = &operation.request;
    let (attribute, docs) = (renamed(&request.to_string()), format!("The former name of [`{request}`]."));
    let former = operation.former().filter(|(_, former)| former != request).map(|(_, former)| {
        quote! {
            #[doc = #docs]
            #attribute
            pub type #former = #request;
        }
    });
    former.collect()
}

/// The setters that are called otherwise now.
pub(super) fn setters(parameter: &Parameter, takes: &SetterArgument) -> TokenStream {
    let setter = &parameter.setter;
    let (generics, argument) = (takes.generics(), takes.argument());
    let (attribute, docs) = (renamed(&setter.to_string()), format!("The former name of [`{setter}`](Self::{setter})."));
    let former = parameter.former().map(|former| {
        quote! {
            #[doc = #docs]
            #attribute
            pub fn #former #generics(self, value: #argument) -> Self {
                self.#setter(value)
            }
        }
    });
    former.collect()
}
