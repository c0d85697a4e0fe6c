//! Types for parameters whose values the document names: constants for those, and room for values it does not know yet.

use keyapi_rust_names::KNOWN_VALUES;
use keyapi_spec::document::extension;
use keyapi_spec::value_names::{FORMER, TYPE, list};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

use crate::deprecated::renamed;
use crate::docs;
use crate::model::Operation;

/// The named values of all parameters of one name.
pub(crate) struct ParameterValues {
    /// The parameter's name on the wire.
    pub(crate) parameter: String,
    /// The type's name.
    pub(crate) name: String,
    values: Vec<NamedValue>,
}

struct NamedValue {
    constant: String,
    value: String,
    docs: String,
    /// The constants that it was before, which callers may use until they are gone.
    former: Vec<String>,
}

/// Collects the values of `enum` (closed) and `x-extensible-enum` (open), over all operations.
///
/// Parameters of one name share one type. The resolved document has the names of types and constants (`x-enum-type`,
/// `x-enum-varnames`); `x-enum-descriptions` documents constants.
pub(crate) fn collect(operations: &[Operation]) -> Vec<ParameterValues> {
    let mut all: Vec<ParameterValues> = Vec::new();
    for parameter in operations.iter().flat_map(|operation| &operation.parameters) {
        let Some(schema) = parameter.document.get("schema") else { continue };
        let Some(name) = schema.get(TYPE).and_then(Value::as_str) else { continue };
        let values = named_values(schema, &parameter.name);
        let position = all.iter().position(|known| known.parameter == parameter.name).unwrap_or_else(|| {
            let (parameter, name) = (parameter.name.clone(), name.to_owned());
            all.push(ParameterValues { parameter, name, values: Vec::new() });
            all.len() - 1
        });
        if let Some(known) = all.get_mut(position) {
            known.add(values);
        }
    }
    all
}

/// The values that the schema of a parameter names.
pub(crate) fn named(schema: &Value) -> impl Iterator<Item = &str> {
    list(schema).iter().filter_map(Value::as_str)
}

fn named_values(schema: &Value, parameter: &str) -> Vec<NamedValue> {
    let texts = |key: &str| schema.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let text = |key: &str, index: usize| texts(key).get(index).and_then(Value::as_str);
    let former = |value: &str| schema.get(FORMER).and_then(|former| former.get(value)?.as_array());
    let named = |(index, value): (usize, &Value)| {
        let value = value.as_str()?;
        let sent = docs::code(&format!("{parameter}={value}"));
        Some(NamedValue {
            constant: text(extension::ENUM_VARNAMES, index)?.to_owned(),
            value: value.to_owned(),
            docs: text(extension::ENUM_DESCRIPTIONS, index)
                .map_or_else(|| sent.clone(), |text| format!("{} ({sent})", docs::comment(text))),
            former: former(value).into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect(),
        })
    };
    list(schema).iter().enumerate().filter_map(named).collect()
}

impl ParameterValues {
    /// Adds values that are not there yet: a document may list one twice.
    fn add(&mut self, values: Vec<NamedValue>) {
        for value in values {
            if !self.values.iter().any(|known| known.value == value.value) {
                self.values.push(value);
            }
        }
    }

    /// The source of the type.
    pub(crate) fn source(&self) -> TokenStream {
        let name = format_ident!("{}", self.name);
        let docs = format!("A value of the parameter {}.", docs::code(&self.parameter));
        let constants = self.values.iter().map(|NamedValue { constant, value, docs, former }| {
            let (attribute, former_docs) =
                (renamed(constant), format!("The former name of [`{constant}`](Self::{constant})."));
            let constant = format_ident!("{constant}");
            let former = former.iter().map(|former| {
                let former = format_ident!("{former}");
                quote! {
                    #[doc = #former_docs]
                    #attribute
                    pub const #former: Self = Self::#constant;
                }
            });
            quote! {
                #[doc = #docs]
                pub const #constant: Self = Self(::std::borrow::Cow::Borrowed(#value));
                #(#former)*
            }
        });
        let all = format_ident!("{KNOWN_VALUES}");
        let known = self.values.iter().map(|value| format_ident!("{}", value.constant));
        quote! {
            #[doc = #docs]
            #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
            pub struct #name(::std::borrow::Cow<'static, str>);

            impl #name {
                #(#constants)*

                /// The values that the document names.
                pub const #all: &'static [Self] = &[#(Self::#known),*];

                /// The value as it is sent.
                pub fn as_str(&self) -> &str { &self.0 }
            }

            impl ::std::convert::From<&str> for #name {
                fn from(value: &str) -> Self { Self(::std::borrow::Cow::Owned(value.to_owned())) }
            }

            impl ::std::convert::From<&::std::string::String> for #name {
                fn from(value: &::std::string::String) -> Self { Self(::std::borrow::Cow::Owned(value.clone())) }
            }

            impl ::std::convert::From<::std::string::String> for #name {
                fn from(value: ::std::string::String) -> Self { Self(::std::borrow::Cow::Owned(value)) }
            }

            impl ::std::convert::From<::std::boxed::Box<str>> for #name {
                fn from(value: ::std::boxed::Box<str>) -> Self { Self(::std::borrow::Cow::Owned(value.into())) }
            }

            impl ::std::convert::From<::std::borrow::Cow<'_, str>> for #name {
                fn from(value: ::std::borrow::Cow<'_, str>) -> Self {
                    Self(::std::borrow::Cow::Owned(value.into_owned()))
                }
            }

            impl ::std::convert::From<&#name> for #name {
                fn from(value: &#name) -> Self { value.clone() }
            }

            impl ::std::convert::From<#name> for ::std::string::String {
                fn from(value: #name) -> Self { value.0.into_owned() }
            }

            impl ::std::fmt::Display for #name {
                fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result { f.write_str(&self.0) }
            }
        }
    }
}
