//! The Rust types that the generator makes of prepared schemas.
//!
//! Prepared schemas are of few kinds (see [`crate::prepare`]), so this is a table, and what it says is what typify 0.8
//! does: the generated code does not compile where the two differ.

use keyapi_rust_names::RustNames;
use keyapi_spec::Naming;
use keyapi_spec::document::{schema_component, unwrap_reference};
use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use serde_json::{Value, json};

/// A type as generated code outside of the module `types` writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RustType {
    /// No body at all.
    Unit,
    Bool,
    I64,
    U64,
    F64,
    String,
    /// Any JSON.
    Value,
    /// An object of any properties.
    Object,
    /// Bytes that are not JSON.
    Bytes,
    /// Content with its media type.
    File,
    /// A form in several parts.
    Form,
    /// A type of the module `types`.
    Named(String),
    Vec(Box<RustType>),
    Map(Box<RustType>),
    Option(Box<RustType>),
}

impl RustType {
    /// The type of a prepared schema, as a property that is always there has it.
    pub(crate) fn of(schema: &Value) -> Self {
        let plain = Self::of_value(schema);
        match (&plain, schema.get("nullable")) {
            // Any JSON is null too.
            (Self::Value, _) => plain,
            (_, Some(Value::Bool(true))) => Self::Option(Box::new(plain)),
            _ => plain,
        }
    }

    fn of_value(schema: &Value) -> Self {
        if let Some(name) = schema_component(unwrap_reference(schema)) {
            return Self::Named(RustNames.type_name(&name));
        }
        match schema.get("type").and_then(Value::as_str) {
            Some("boolean") => Self::Bool,
            Some("integer") if schema.get("format") == Some(&json!("uint64")) => Self::U64,
            Some("integer") => Self::I64,
            Some("number") => Self::F64,
            Some("string") => Self::String,
            Some("array") => Self::Vec(Box::new(schema.get("items").map_or(Self::Value, Self::of))),
            Some("object") => match schema.get("additionalProperties").map_or(Self::Value, Self::of) {
                Self::Value => Self::Object,
                values => Self::Map(Box::new(values)),
            },
            _ => Self::Value,
        }
    }

    /// Whether a value is passed as it is, and not by a reference.
    pub(crate) fn is_copy(&self) -> bool {
        matches!(self, Self::Bool | Self::I64 | Self::U64 | Self::F64)
    }

    /// The type inside of an `Option`, and whether there was one.
    pub(crate) fn without_option(self) -> (Self, bool) {
        match self {
            Self::Option(inner) => (*inner, true),
            other => (other, false),
        }
    }
}

impl RustType {
    /// The type as the module `types` writes it.
    pub(crate) fn within_types(&self) -> TokenStream {
        self.tokens(&TokenStream::new())
    }

    /// `types` is what leads to the module `types`.
    fn tokens(&self, types: &TokenStream) -> TokenStream {
        match self {
            Self::Unit => quote!(()),
            Self::Bool => quote!(bool),
            Self::I64 => quote!(i64),
            Self::U64 => quote!(u64),
            Self::F64 => quote!(f64),
            Self::String => quote!(::std::string::String),
            Self::Value => quote!(::serde_json::Value),
            Self::Object => quote!(::serde_json::Map<::std::string::String, ::serde_json::Value>),
            Self::Bytes => quote!(crate::Bytes),
            Self::File => quote!(crate::File),
            Self::Form => quote!(crate::Form),
            Self::Named(name) => {
                let name = format_ident!("{name}");
                quote!(#types #name)
            }
            Self::Vec(items) => {
                let items = items.tokens(types);
                quote!(::std::vec::Vec<#items>)
            }
            Self::Map(values) => {
                let values = values.tokens(types);
                quote!(::std::collections::BTreeMap<::std::string::String, #values>)
            }
            Self::Option(inner) => {
                let inner = inner.tokens(types);
                quote!(::std::option::Option<#inner>)
            }
        }
    }
}

impl ToTokens for RustType {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.tokens(&quote!(types::)));
    }
}
