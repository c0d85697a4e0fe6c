//! The setters of request types: what they take, and what is said of them.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use super::former;
use super::parameter_values::ParameterValues;
use super::requests::text;
use crate::model::{self, Parameter, RustType};
use crate::{deprecated, docs};

/// One parameter in a request type.
pub(super) struct Field<'a> {
    pub(super) name: &'a Ident,
    ty: TokenStream,
    takes: SetterArgument,
    docs: String,
    parameter: &'a Parameter,
}

impl<'a> Field<'a> {
    pub(super) fn new(parameter: &'a Parameter, values: &[ParameterValues]) -> Self {
        let (name, ty) = (&parameter.setter, &parameter.ty);
        let is_string = *ty == RustType::String;
        let named = values.iter().find(|values| values.parameter == parameter.name).filter(|_| is_string);
        let (ty, takes) = match named {
            Some(named) => {
                let ty = format_ident!("{}", named.name);
                (quote!(params::#ty), SetterArgument::Into(quote!(params::#ty)))
            }
            None if is_string => (quote!(String), SetterArgument::Into(quote!(String))),
            None if is_texts(ty) => (quote!(#ty), SetterArgument::Into(quote!(#ty))),
            None => (quote!(#ty), SetterArgument::Literal(quote!(#ty))),
        };
        Self { name, ty, takes, docs: parameter_docs(parameter), parameter }
    }

    pub(super) fn declaration(&self) -> TokenStream {
        let Self { name, ty, .. } = self;
        quote!(#name: Option<#ty>)
    }

    pub(super) fn setter(&self) -> TokenStream {
        let (name, option) = (self.name, self.takes.option(&format_ident!("value")));
        self.setter_that(&quote!(self.#name = #option;))
    }

    /// The same for a request that has another one inside.
    pub(super) fn forwarding_setter(&self) -> TokenStream {
        let name = &self.name;
        self.setter_that(&quote!(self.request = self.request.#name(value);))
    }

    fn setter_that(&self, sets: &TokenStream) -> TokenStream {
        let Self { name, takes, docs, parameter, .. } = self;
        let deprecated = deprecated::attribute(parameter.deprecated().as_deref());
        let former = former::setters(parameter, takes);
        let (generics, argument) = (takes.generics(), takes.argument());
        quote! {
            #[doc = #docs]
            #deprecated
            pub fn #name #generics(mut self, value: #argument) -> Self {
                #sets
                self
            }

            #former
        }
    }
}

/// Whether it is a list of texts, of which there are many kinds.
fn is_texts(ty: &RustType) -> bool {
    matches!(ty, RustType::Vec(element) if **element == RustType::String)
}

fn parameter_docs(parameter: &Parameter) -> String {
    let document = &parameter.document;
    let mut docs = vec![match text(document, "description") {
        Some(description) => docs::comment(description),
        None => format!("Sets the parameter {}.", docs::code(&parameter.name)),
    }];
    if parameter.is_required() {
        docs.push("Required.".to_owned());
    }
    if let Some(example) = model::example(document) {
        let example = example.as_str().map_or_else(|| example.to_string(), str::to_owned);
        docs.push(format!("Example: {}", docs::code(&example)));
    }
    docs.join("\n\n")
}

/// What a setter takes, which may be an `Option`: what is `None` is not sent.
pub(super) enum SetterArgument {
    /// What turns into a type, as `IntoParameter` says.
    Into(TokenStream),
    /// A type that a literal has to be of, and the compiler to know.
    Literal(TokenStream),
    /// JSON, of which an `Option` is some, too.
    Json,
}

impl SetterArgument {
    pub(super) fn of_body(ty: &RustType) -> Self {
        match ty {
            RustType::Value => Self::Json,
            RustType::Bool | RustType::I64 | RustType::U64 | RustType::F64 => Self::Literal(quote!(#ty)),
            _ => Self::Into(quote!(#ty)),
        }
    }

    /// The type parameters of the setter.
    pub(super) fn generics(&self) -> Option<TokenStream> {
        matches!(self, Self::Into(_)).then(|| quote!(<By>))
    }

    /// The type of its argument.
    pub(super) fn argument(&self) -> TokenStream {
        match self {
            Self::Into(ty) => quote!(impl crate::IntoParameter<#ty, By>),
            Self::Literal(ty) => quote!(impl Into<Option<#ty>>),
            Self::Json => quote!(impl Into<::serde_json::Value>),
        }
    }

    /// What the request has of an argument.
    pub(super) fn option(&self, argument: &Ident) -> TokenStream {
        match self {
            Self::Into(_) => quote!(crate::IntoParameter::into_parameter(#argument)),
            Self::Literal(_) => quote!(#argument.into()),
            Self::Json => quote!(Some(#argument.into())),
        }
    }
}
