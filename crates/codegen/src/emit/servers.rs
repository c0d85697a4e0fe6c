//! The servers of a document by name: constants, and types with setters where a URL has variables.

use std::collections::HashSet;

use keyapi_rust_names::RustNames;
use keyapi_spec::Naming;
use keyapi_spec::document::server::{default, listed, variables};
use keyapi_spec::naming::suffixed;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

use super::requests::text;
use crate::docs;

/// The longest description that is a name.
const LONGEST_NAME: usize = 40;

/// The source of the module `servers`, if there is anything to choose.
pub(crate) fn servers(resolved: &Value) -> Option<TokenStream> {
    let listed = resolved.get("servers")?.as_array()?;
    let servers: Vec<&Value> = listed.iter().filter(|server| is_absolute(server)).collect();
    if servers.len() < 2 && !servers.iter().any(|server| !variables(server).is_empty()) {
        return None;
    }
    let mut taken = HashSet::new();
    let sources: Vec<TokenStream> = servers.into_iter().map(|server| source(server, &mut taken)).collect();
    Some(quote! {
        /// The servers of the document, for [`ClientBuilder::server`](crate::ClientBuilder::server). Calls go to the first
        /// one unless a client is told otherwise.
        pub mod servers { #(#sources)* }
    })
}

/// A URL that is relative to where the document was found is nobody's server.
fn is_absolute(server: &Value) -> bool {
    let url = text(server, "url").unwrap_or_default();
    url.starts_with("https://") || url.starts_with("http://") || url.starts_with('{')
}

fn source(server: &Value, taken: &mut HashSet<String>) -> TokenStream {
    let url = text(server, "url").unwrap_or_default();
    let name = name(server, url, taken);
    let docs = [text(server, "description").map(docs::comment), Some(docs::code(url))];
    let docs = docs.into_iter().flatten().collect::<Vec<_>>().join("\n\n");
    let variables = variables(server);
    if variables.is_empty() {
        let constant = format_ident!("{}", name.to_uppercase());
        return quote! {
            #[doc = #docs]
            pub const #constant: crate::Server = crate::Server::new(#url);
        };
    }
    let ty = RustNames.type_name(&name);
    with_variables(server, url, &ty, &docs, &variables, taken)
}

/// What a server is called: its description, as far as that is short, or else its host.
fn name(server: &Value, url: &str, taken: &mut HashSet<String>) -> String {
    let described = text(server, "description").and_then(|text| text.split(['.', ':', ';', ',', '(', '\n']).next());
    let described = described.filter(|text| text.len() <= LONGEST_NAME && text.contains(char::is_alphanumeric));
    let host = url.split_once("://").map_or(url, |(_, rest)| rest);
    let plain = RustNames.method(described.unwrap_or(host.split('/').next().unwrap_or_default()).trim());
    // Constants are told apart by their capitals.
    let plain = plain.to_uppercase().to_lowercase();
    let (mut name, mut attempt) = (plain.clone(), 0);
    while !taken.insert(RustNames.type_name(&name)) {
        name = suffixed(&plain, "_", url, attempt);
        attempt += 1;
    }
    name
}

/// A variable of a URL.
struct Variable {
    name: String,
    field: proc_macro2::Ident,
    docs: String,
    default: Option<String>,
    /// The type of its legal values with their names, if the document lists them.
    legal: Option<(proc_macro2::Ident, Vec<(proc_macro2::Ident, String)>)>,
}

fn with_variables(
    server: &Value,
    url: &str,
    ty: &str,
    docs: &str,
    names: &[String],
    taken: &mut HashSet<String>,
) -> TokenStream {
    let mut variables: Vec<Variable> = Vec::new();
    for name in names {
        if variables.iter().any(|known| known.name == *name) {
            continue;
        }
        let field = suffix_taken(&RustNames.method(name), "_", name, |field| {
            field == "new"
                || RustNames.keywords().contains(&field)
                || variables.iter().any(|known| known.field == field)
        });
        variables.push(variable(server, ty, name, &field, taken));
    }
    let legal = variables.iter().filter_map(|variable| legal_values(variable, docs));
    let ty = format_ident!("{ty}");
    let fields = variables.iter().map(|Variable { field, .. }| quote!(#field: ::std::borrow::Cow<'static, str>));
    let required = variables.iter().filter(|variable| variable.default.is_none());
    let arguments =
        required.map(|Variable { field, .. }| quote!(#field: impl ::std::convert::Into<::std::string::String>));
    let initial = variables.iter().map(|Variable { field, default, .. }| match default {
        Some(default) => quote!(#field: ::std::borrow::Cow::Borrowed(#default)),
        None => quote!(#field: ::std::borrow::Cow::Owned(#field.into())),
    });
    let setters = variables.iter().map(|Variable { field, docs, legal, .. }| {
        let (argument, value) = match legal {
            Some((legal, _)) => (quote!(#legal), quote!(::std::borrow::Cow::Borrowed(value.as_str()))),
            None => (
                quote!(impl ::std::convert::Into<::std::string::String>),
                quote!(::std::borrow::Cow::Owned(value.into())),
            ),
        };
        quote! {
            #[doc = #docs]
            #[must_use]
            pub fn #field(mut self, value: #argument) -> Self {
                self.#field = #value;
                self
            }
        }
    });
    let values = variables.iter().map(|Variable { name, field, .. }| quote!((#name, &*server.#field)));
    let new = "With the defaults of the document, and with what has none.";
    quote! {
        #[doc = #docs]
        #[derive(Clone, Debug)]
        pub struct #ty { #(#fields),* }

        impl #ty {
            #[doc = #new]
            #[must_use]
            #[allow(clippy::new_without_default)]
            pub fn new(#(#arguments),*) -> Self { Self { #(#initial),* } }

            #(#setters)*
        }

        impl ::std::convert::From<#ty> for crate::Server {
            fn from(server: #ty) -> Self { Self::of_template(#url, &[#(#values),*]) }
        }

        #(#legal)*
    }
}

fn variable(server: &Value, ty: &str, name: &str, field: &str, taken: &mut HashSet<String>) -> Variable {
    let node = &server["variables"][name];
    let default = default(node);
    let mut legal: Vec<(proc_macro2::Ident, String)> = Vec::new();
    for value in listed(node) {
        let plain = if value.is_empty() { "Empty".to_owned() } else { RustNames.type_name(&value) };
        let named =
            suffix_taken(&plain, "", &value, |name| name == "Self" || legal.iter().any(|(known, _)| known == name));
        legal.push((format_ident!("{named}"), value));
    }
    let of_type = format!("{ty}{}", RustNames.type_name(name));
    let of_type = suffix_taken(&of_type, "", &format!("{ty} {name}"), |name| taken.contains(name));
    if !legal.is_empty() {
        taken.insert(of_type.clone());
    }
    let of_type = format_ident!("{of_type}");
    let described = text(node, "description").map(docs::comment);
    let docs = [
        Some(described.unwrap_or_else(|| docs::code(name))),
        default.as_deref().map(|default| format!("Without it, {} stands there.", docs::code(default))),
    ];
    Variable {
        name: name.to_owned(),
        field: format_ident!("{field}"),
        docs: docs.into_iter().flatten().collect::<Vec<_>>().join("\n\n"),
        default,
        legal: (!legal.is_empty()).then_some((of_type, legal)),
    }
}

/// The enum of the legal values of a variable.
fn legal_values(variable: &Variable, server: &str) -> Option<TokenStream> {
    let (ty, values) = variable.legal.as_ref()?;
    let docs = format!("Values of {} in the URL of a server.\n\n{server}", docs::code(&variable.name));
    let variants = values.iter().map(|(name, value)| {
        let docs = docs::code(value);
        quote!(#[doc = #docs] #name)
    });
    let texts = values.iter().map(|(name, value)| quote!(Self::#name => #value));
    Some(quote! {
        #[doc = #docs]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum #ty { #(#variants),* }

        impl #ty {
            /// The value as it stands in the URL.
            #[must_use]
            pub fn as_str(self) -> &'static str { match self { #(#texts),* } }
        }
    })
}

/// The name, or another one where it is taken.
fn suffix_taken(plain: &str, separator: &str, place: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let (mut name, mut attempt) = (plain.to_owned(), 0);
    while is_taken(&name) {
        name = suffixed(plain, separator, place, attempt);
        attempt += 1;
    }
    name
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn servers_have_names() {
        let document = json!({"servers": [
            {"url": "https://api.example/v2", "description": "Production (billed)"},
            {"url": "https://api.example/v3", "description": "Production, new"},
            {"url": "https://sandbox.api.example"},
            {"url": "/relative", "description": "Relative"},
            {
                "url": "https://{region}.api.example:{port}/{base path}/{version}",
                "description": "By region",
                "variables": {
                    "region": {"enum": ["eu-1", "EU 1", "us"], "default": "us", "description": "Where data stay"},
                    "port": {"default": 8443},
                    "version": {"enum": [2, "v3", 3.1, "2"], "default": "v3"},
                },
            },
        ]});
        let source = servers(&document).unwrap().to_string();
        for expected in [
            "pub const PRODUCTION : crate :: Server",
            "pub const PRODUCTION_",
            "pub const SANDBOX_API_EXAMPLE : crate",
            "pub struct ByRegion",
            "pub fn new (base_path : impl :: std :: convert :: Into",
            "pub fn region (mut self , value : ByRegionRegion)",
            "pub fn port (mut self , value : impl :: std :: convert :: Into",
            "Without it, `8443` stands there.",
            "Eu1 , ",
            "=> \"2\"",
            "=> \"3.1\"",
            "Self :: Us => \"us\"",
        ] {
            assert!(source.contains(expected), "{expected}: {source}");
        }
        assert!(!source.contains("Relative"));
        let legal = json!({"enum": ["a"]});
        let colliding = json!({"servers": [
            {"url": "https://{region}.a", "description": "Eu", "variables": {"region": legal}},
            {"url": "https://{x}.b", "description": "Eu region", "variables": {"x": {}}},
            {"url": "https://{base-path}.{base_path}.c/{type}/{new}", "description": "String",
             "variables": {"base-path": legal, "base_path": legal, "type": legal}},
            {"url": "https://d", "description": "straße"},
            {"url": "https://e", "description": "strasse"},
        ]});
        let file: syn::File = syn::parse_str(&servers(&colliding).unwrap().to_string()).unwrap();
        let [syn::Item::Mod(module)] = file.items.as_slice() else { panic!("one module") };
        let (_, items) = module.content.as_ref().unwrap();
        let names: Vec<String> = items
            .iter()
            .filter_map(|item| match item {
                syn::Item::Struct(item) => Some(item.ident.to_string()),
                syn::Item::Enum(item) => Some(item.ident.to_string()),
                syn::Item::Const(item) => Some(item.ident.to_string()),
                _ => None,
            })
            .collect();
        let distinct: HashSet<&String> = names.iter().collect();
        assert_eq!(distinct.len(), names.len(), "{names:?}");
        assert_eq!(names.len(), 9, "{names:?}");
        syn::parse_str::<syn::File>(&source).unwrap();
        assert!(servers(&json!({"servers": [{"url": "https://api.example"}, {"url": "/"}]})).is_none());
        assert!(servers(&json!({})).is_none());
    }
}
