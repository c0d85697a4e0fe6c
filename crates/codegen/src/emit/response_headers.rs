//! The headers that a document has for responses, as types: one for each operation that documents any.

use keyapi_rust_names::RustNames;
use keyapi_spec::Naming;
use keyapi_spec::document::parameter::{ParameterType, parameter_type};
use keyapi_spec::document::resolve;
use keyapi_spec::document::response_header::is_of_the_message;
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;
use syn::Ident;

use super::requests::text;
use crate::docs;
use crate::model::{Operation, RustType, ident};

/// One header, of all responses of an operation.
struct Header {
    name: String,
    field: Ident,
    ty: RustType,
    docs: String,
}

/// The module of the types, if there are any.
pub(crate) fn headers(resolved: &Value, operations: &[Operation]) -> Option<TokenStream> {
    let types: Vec<TokenStream> = operations
        .iter()
        .filter_map(|operation| {
            let headers = of_operation(resolved, operation);
            (!headers.is_empty()).then(|| source(operation, &headers))
        })
        .collect();
    (!types.is_empty()).then(|| {
        quote! {
            /// The headers that the document has for responses: a type for each operation that documents any, which is
            /// called after it. A header that does not come, or says something else than it should, is `None`.
            pub mod headers { #(#types)* }
        }
    })
}

fn source(operation: &Operation, headers: &[Header]) -> TokenStream {
    let Operation { request, .. } = operation;
    let page = format!(
        "The headers of responses to [`{request}`](crate::operations::{request}), read from those of a \
         [`Response`](crate::Response::headers) or of an [`Error`](crate::Error::headers)."
    );
    let fields = headers.iter().map(|Header { field, ty, docs, .. }| {
        quote! {
            #[doc = #docs]
            pub #field: Option<#ty>
        }
    });
    let read = headers
        .iter()
        .map(|Header { field, name, .. }| quote!(#field: ::keyapi_runtime::codegen::response_header(headers, #name)));
    quote! {
        #[doc = #page]
        #[derive(Clone, Debug, Default, PartialEq)]
        #[non_exhaustive]
        pub struct #request {
            #(#fields,)*
        }

        impl From<&crate::HeaderMap> for #request {
            fn from(headers: &crate::HeaderMap) -> Self {
                Self { #(#read,)* }
            }
        }
    }
}

fn of_operation(resolved: &Value, operation: &Operation) -> Vec<Header> {
    let mut headers: Vec<Header> = Vec::new();
    let responses = operation.document.get("responses").and_then(Value::as_object).into_iter().flatten();
    let all = responses.filter_map(|(_, response)| response.get("headers")?.as_object()).flatten();
    for (name, header) in all {
        let name = name.to_ascii_lowercase();
        let is_known = is_of_the_message(&name) || headers.iter().any(|known| known.name == name);
        let is_sendable = http::HeaderName::try_from(&name).is_ok();
        let Some(header) = resolve(resolved, header).filter(|_| is_sendable && !is_known) else { continue };
        let plain = RustNames.field(&name).into_owned();
        let numbered = (1..).map(|number| if number == 1 { plain.clone() } else { format!("{plain}_{number}") });
        let field =
            numbered.filter_map(|name| ident(&name)).find(|field| headers.iter().all(|known| known.field != *field));
        let Some(field) = field else { continue };
        let said = text(header, "description").map(|text| format!(": {}", docs::comment(text))).unwrap_or_default();
        let docs = format!("{}{said}", docs::code(&name));
        headers.push(Header { field, ty: ty(resolved, header), docs, name });
    }
    headers
}

/// A header is written as a parameter of the style `simple`.
fn ty(resolved: &Value, header: &Value) -> RustType {
    let scalar = |scalar: &str| match scalar {
        "boolean" => RustType::Bool,
        "integer" => RustType::I64,
        "number" => RustType::F64,
        _ => RustType::String,
    };
    match parameter_type(resolved, header) {
        ParameterType::Scalar(kind) => scalar(kind),
        ParameterType::List(kind) => RustType::Vec(Box::new(scalar(kind))),
        ParameterType::ListOfOthers => RustType::Vec(Box::new(RustType::String)),
        ParameterType::Json => RustType::Value,
        ParameterType::Object | ParameterType::Other => RustType::String,
    }
}
