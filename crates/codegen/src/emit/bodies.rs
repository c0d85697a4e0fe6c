//! How callers make the types of request bodies: `new` takes what is required, and a setter each of the rest.

use std::collections::BTreeMap;

use keyapi_rust_names::{RustNames, UNKNOWN_KEYS};
use keyapi_spec::Naming;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::{Map, Value};
use syn::Ident;

use crate::deprecated;
use crate::model::{RustType, ident};
use crate::prepare::Prepared;

/// Implements the constructors of all types that request bodies are made of.
pub(crate) fn constructors(prepared: &Prepared) -> TokenStream {
    prepared
        .of_requests
        .iter()
        .filter_map(|name| {
            let schema = prepared.document.pointer("/components/schemas")?.get(name)?;
            let notes = prepared.deprecated.get(name);
            Some(constructor(name, schema, schema.get("properties")?.as_object()?, notes))
        })
        .collect()
}

struct Field {
    name: Ident,
    /// The property of the document.
    property: String,
    ty: RustType,
    kind: Kind,
    docs: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Required,
    /// An `Option`.
    Optional,
    /// A list or a map that is empty where there is none.
    Empty,
}

fn constructor(
    name: &str,
    schema: &Value,
    properties: &Map<String, Value>,
    notes: Option<&BTreeMap<String, String>>,
) -> TokenStream {
    let name = format_ident!("{name}");
    let required = schema.get("required").and_then(Value::as_array);
    let is_required = |name: &str| required.is_some_and(|names| names.iter().any(|other| other == name));
    let fields: Vec<Field> = properties
        .iter()
        .filter_map(|(property, schema)| Field::new(property, schema, is_required(property)))
        .collect();
    let arguments = fields.iter().filter(|field| field.kind == Kind::Required).map(|Field { name, ty, .. }| match ty {
        RustType::String => quote!(#name: impl Into<String>),
        ty => quote!(#name: #ty),
    });
    let values = fields.iter().map(|Field { name, ty, kind, .. }| match kind {
        // A type that holds itself is in a box, inside of its option.
        Kind::Required => match ty {
            RustType::Option(_) => quote!(#name: #name.map(::std::convert::Into::into)),
            _ => quote!(#name: ::std::convert::Into::into(#name)),
        },
        Kind::Optional | Kind::Empty => quote!(#name: ::std::default::Default::default()),
    });
    let unknown = format_ident!("{UNKNOWN_KEYS}");
    let unknown = schema.get("additionalProperties").map(|_| quote!(#unknown: ::std::default::Default::default(),));
    let setters = fields.iter().filter(|field| field.kind != Kind::Required).map(|field| {
        let note = notes.and_then(|notes| notes.get(&field.name.to_string()));
        field.setter(&deprecated::attribute(note.map(String::as_str)))
    });
    quote! {
        impl types::#name {
            /// A body with what is required, and nothing else.
            pub fn new(#(#arguments),*) -> Self {
                Self { #(#values,)* #unknown }
            }

            #(#setters)*
        }
    }
}

impl Field {
    fn new(property: &str, schema: &Value, required: bool) -> Option<Self> {
        let (ty, nullable) = RustType::of(schema).without_option();
        let is_collection = matches!(ty, RustType::Vec(_) | RustType::Map(_) | RustType::Object);
        let (ty, kind) = match (required, nullable) {
            (true, true) => (RustType::Option(Box::new(ty)), Kind::Required),
            (true, false) => (ty, Kind::Required),
            (false, false) if is_collection => (ty, Kind::Empty),
            (false, _) => (ty, Kind::Optional),
        };
        let docs = match schema.get("description").and_then(Value::as_str) {
            Some(description) => description.to_owned(),
            None => format!("Sets {}.", crate::docs::code(property)),
        };
        Some(Self { name: ident(&RustNames.field(property))?, property: property.to_owned(), ty, kind, docs })
    }

    fn setter(&self, deprecated: &TokenStream) -> TokenStream {
        let Self { name, ty, docs, .. } = self;
        // `new` is the constructor.
        let setter = if self.property == "new" { format_ident!("new_property") } else { name.clone() };
        let takes = match ty {
            RustType::String => quote!(impl Into<String>),
            ty => quote!(#ty),
        };
        let value = match self.kind {
            Kind::Optional => quote!(Some(::std::convert::Into::into(value))),
            Kind::Required | Kind::Empty => quote!(value),
        };
        quote! {
            #[doc = #docs]
            #deprecated
            pub fn #setter(mut self, value: #takes) -> Self {
                self.#name = #value;
                self
            }
        }
    }
}
