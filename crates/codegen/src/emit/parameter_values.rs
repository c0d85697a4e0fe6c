//! Types for parameters whose values the document names: constants for those, and room for values it does not know yet.

use heck::ToShoutySnakeCase;
use keyapi_rust_names::RustNames;
use keyapi_spec::Naming;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

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
}

/// Collects the values of `enum` (closed) and `x-extensible-enum` (open), over all operations.
///
/// Parameters of one name share one type, so that a value can be passed from one operation to the next. Constants are
/// called after `x-enum-varnames` and documented by `x-enum-descriptions`, or after the value itself.
pub(crate) fn collect(operations: &[Operation]) -> Vec<ParameterValues> {
    let mut all: Vec<ParameterValues> = Vec::new();
    for parameter in operations.iter().flat_map(|operation| &operation.parameters) {
        let values = named_values(parameter.document.get("schema").unwrap_or(&Value::Null), &parameter.name);
        if values.is_empty() {
            continue;
        }
        match all.iter_mut().find(|known| known.parameter == parameter.name) {
            Some(known) => known.add(values),
            None => {
                let mut new =
                    ParameterValues { parameter: parameter.name.clone(), name: String::new(), values: Vec::new() };
                new.add(values);
                all.push(new);
            }
        }
    }
    let parameters: Vec<String> = all.iter().map(|known| known.parameter.clone()).collect();
    let mut names = RustNames.value_types(&mut parameters.iter().map(String::as_str));
    for known in &mut all {
        known.name = names.remove(known.parameter.as_str()).unwrap_or_default();
    }
    all
}

/// The values that the schema of a parameter names.
pub(crate) fn named(schema: &Value) -> impl Iterator<Item = &str> {
    let list = |key: &str| schema.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let values = if list("enum").is_empty() { list("x-extensible-enum") } else { list("enum") };
    values.iter().filter_map(Value::as_str)
}

fn named_values(schema: &Value, parameter: &str) -> Vec<NamedValue> {
    let list = |key: &str| schema.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let values = if list("enum").is_empty() { list("x-extensible-enum") } else { list("enum") };
    let text = |key: &str, index: usize| list(key).get(index).and_then(Value::as_str);
    values
        .iter()
        .enumerate()
        .filter_map(|(index, value)| {
            let value = value.as_str()?;
            let sent = docs::code(&format!("{parameter}={value}"));
            Some(NamedValue {
                constant: constant(text("x-enum-varnames", index).unwrap_or(value)),
                value: value.to_owned(),
                docs: text("x-enum-descriptions", index)
                    .map_or_else(|| sent.clone(), |text| format!("{} ({sent})", docs::comment(text))),
            })
        })
        .collect()
}

/// The constant that every type has beside those of its values.
const KNOWN: &str = "KNOWN";

fn constant(text: &str) -> String {
    let name = text.replace(|c: char| !c.is_alphanumeric(), "_").to_shouty_snake_case();
    match name.chars().next() {
        None => "EMPTY".to_owned(),
        Some(first) if first.is_numeric() => format!("VALUE_{name}"),
        Some(_) => name,
    }
}

impl ParameterValues {
    fn add(&mut self, values: Vec<NamedValue>) {
        for mut value in values {
            if self.values.iter().any(|known| known.value == value.value) {
                continue;
            }
            let base = value.constant.clone();
            let mut number = 2;
            while value.constant == KNOWN || self.values.iter().any(|known| known.constant == value.constant) {
                value.constant = format!("{base}_{number}");
                number += 1;
            }
            self.values.push(value);
        }
    }

    /// The source of the type.
    pub(crate) fn source(&self) -> TokenStream {
        let name = format_ident!("{}", self.name);
        let docs = format!("A value of the parameter {}.", docs::code(&self.parameter));
        let constants = self.values.iter().map(|NamedValue { constant, value, docs }| {
            let constant = format_ident!("{constant}");
            quote! {
                #[doc = #docs]
                pub const #constant: Self = Self(::std::borrow::Cow::Borrowed(#value));
            }
        });
        let all = format_ident!("{KNOWN}");
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
