//! The request types of an SDK: one for each operation, and the method of the client that makes it.

use keyapi_spec::Diagnostic;
use keyapi_spec::document::part::PartMediaTypes;
use keyapi_spec::document::response::without_json;
use keyapi_spec::document::security::{Place, Scheme};
use keyapi_spec::document::server::of_document;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::Ident;

use super::operation_docs::{Pages, price};
use super::parameter_values::ParameterValues;
use super::setters::Field;
use super::{
    Names, bodies, body_setters, client, envelopes, former, pagination, representations, response_headers, servers,
};
use crate::model::{Body, Operation, RustType};
use crate::prepare::Prepared;
use crate::property_examples::PropertyExamples;
use crate::{deprecated, docs};

/// The source of the module `operations` of an SDK crate.
pub(crate) fn requests(
    resolved: &Value,
    prepared: &Prepared,
    operations: &[Operation],
    values: &[ParameterValues],
    examples: &PropertyExamples<'_>,
    names: &Names,
) -> Result<TokenStream, Vec<Diagnostic>> {
    let table = operations.iter().map(|operation| &operation.request);
    let methods = operations.iter().map(method);
    let pages = Pages { resolved, values, examples, names };
    let former = operations.iter().map(former::request_types);
    let mut requests = Vec::new();
    let mut refused = Vec::new();
    for operation in operations {
        match pagination::methods(operation, &prepared.document, names) {
            Ok(paging) => requests.push(request(operation, &pages, &paging)),
            Err(found) => refused.push(found),
        }
    }
    if !refused.is_empty() {
        return Err(refused);
    }
    let bodies = bodies::constructors(prepared);
    let envelopes = envelopes::implementations(operations);
    let params = values.iter().map(ParameterValues::source);
    let base_url = of_document(resolved);
    let servers = servers::servers(resolved);
    let headers = response_headers::headers(resolved, operations);
    let client = client::client(resolved);
    Ok(quote! {
        // Not every document has types that requests or responses are made of.
        #[allow(unused_imports)]
        use crate::types;

        /// The server that the document names first (`/servers/0`), its variables at their defaults.
        pub const BASE_URL: &str = #base_url;

        /// Every operation of the document, in document order.
        pub static OPERATIONS: &[crate::Operation] = &[#(operations::#table::OPERATION),*];

        #client

        impl Client { #(#methods)* }

        /// The requests: one for each operation, made by the method of [`Client`](crate::Client) of the same name.
        pub mod operations {
            #[allow(unused_imports)]
            use super::{BASE_URL, params};
            #[allow(unused_imports)]
            use crate::types;

            #(#requests)*

            #(#former)*
        }

        #bodies

        #envelopes

        /// Values of parameters that the document names. Every type takes others too, because the API may know more
        /// than its document.
        pub mod params { #(#params)* }

        #servers

        #headers
    })
}

pub(super) fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// The operation as data.
fn constant(operation: &Operation) -> TokenStream {
    let (name, method, path) = (operation.id(), operation.http_method(), &operation.key.path);
    let credits = operation.credits().map(|credits| quote!(.with_credits(#credits)));
    let accept = operation.response.accept.as_ref().map(|accept| quote!(.with_accept(#accept)));
    let security = operation.security().map(security);
    let without_details = without_json(&operation.key.method, &operation.document);
    let without_details = (!without_details.is_empty()).then(|| {
        let statuses = without_details.into_iter().map(|(first, last)| quote!(#first..=#last));
        quote!(.with_no_details(&[#(#statuses),*]))
    });
    let server = match &operation.server {
        Some(server) => quote!(#server),
        None => quote!(BASE_URL),
    };
    let responses = operation.document.get("responses").and_then(Value::as_object).into_iter().flatten();
    let statuses = responses.filter_map(|(status, _)| status.parse::<u16>().ok());
    quote! {
        crate::Operation::new(#name, #method, #server, #path)
            #credits #accept .with_statuses(&[#(#statuses),*]) #security #without_details
    }
}

fn security(alternatives: &[Vec<Scheme>]) -> TokenStream {
    let scheme = |Scheme { name, place }: &Scheme| {
        let place = match place {
            Place::Bearer => quote!(Bearer),
            Place::OAuth2(token_url) => quote!(OAuth2(#token_url)),
            Place::Basic => quote!(Basic),
            Place::Header(name) => quote!(Header(#name)),
            Place::Query(name) => quote!(Query(#name)),
            Place::Cookie(name) => quote!(Cookie(#name)),
        };
        quote!(crate::Scheme::new(#name, crate::CredentialPlace::#place))
    };
    let alternatives = alternatives.iter().map(|schemes| {
        let schemes = schemes.iter().map(scheme);
        quote!(&[#(#schemes),*])
    });
    quote!(.with_security(&[#(#alternatives),*]))
}

/// The method of the client. It returns the request type of the operation, whose documentation says all else.
fn method(operation: &Operation) -> TokenStream {
    let Operation { method, request, .. } = operation;
    let mut docs = Vec::new();
    docs.extend(text(&operation.document, "summary").map(docs::comment));
    docs.extend(text(&operation.document, "description").map(docs::comment));
    docs.push(docs::code(&operation.key.to_string()));
    docs.extend(price(operation));
    docs.push(format!(
        "[`operations::{request}`] has an example, its parameters, its errors and the shape of its response."
    ));
    let docs = docs.join("\n\n");
    let deprecated = deprecated::attribute(operation.deprecated().as_deref());
    let former = former::methods(operation);
    quote! {
        #[doc = #docs]
        #deprecated
        pub fn #method(&self) -> operations::#request {
            operations::#request::new(self)
        }

        #former
    }
}

fn request(operation: &Operation, pages: &Pages<'_>, paging: &TokenStream) -> TokenStream {
    let Operation { method, request, .. } = operation;
    let success = &operation.response.ty;
    let constant = constant(operation);
    let page = pages.page(operation);
    let fields: Vec<Field<'_>> =
        operation.parameters.iter().map(|parameter| Field::new(parameter, pages.values)).collect();
    let declarations = fields.iter().map(Field::declaration);
    let setters = fields.iter().map(Field::setter);
    let field_names = fields.iter().map(|field| field.name);
    let (body_field, body_init) = match operation.body.as_ref().map(Body::ty) {
        Some(ty) => (quote!(body: Option<#ty>,), quote!(body: None,)),
        None => (quote!(), quote!()),
    };
    let body_setters = body_setters::setters(operation);
    let has_others = !operation.other_media_types().is_empty();
    let other_field = has_others.then(|| quote!(body_as: Option<crate::File>,));
    let other_init = has_others.then(|| quote!(body_as: None,));
    let options = match has_others {
        true => quote!(self.options.with_body(self.body_as.clone())),
        false => quote!(self.options),
    };
    let shown = fields.iter().map(|field| field.name);
    let shown_body = operation.body.iter().map(|_| format_ident!("body"));
    let shown_body = shown_body.chain(has_others.then(|| format_ident!("body_as")));
    let (required, arguments) = arguments(operation);
    let is_only = representations::are_none(operation);
    let exchange = quote! {
        let call = self.client.runtime.start(
            &Self::OPERATION,
            #options,
            crate::generated::Client::new_with_client,
        )?;
        #(#required)*
        let sent = call.send(call.client().#method(#(#arguments),*)).await;
    };
    // One function for all representations, where there are several.
    let (send, exchange) = match is_only {
        true => (exchange, None),
        false => (
            quote!(let (call, sent) = self.exchange().await?;),
            Some(quote! {
                async fn exchange<T: crate::Envelope>(self) -> Result<
                    (::keyapi_runtime::codegen::Started<T, crate::generated::Client>, ::keyapi_runtime::codegen::Sent),
                    crate::Error,
                > {
                    #exchange
                    Ok((call, sent))
                }
            }),
        ),
    };
    let representations = representations::methods(operation);
    let read = match success {
        RustType::Unit => quote!(finish_nothing),
        RustType::Bytes => quote!(finish_bytes),
        _ => quote!(finish_json),
    };
    quote! {
        #[doc = #page]
        #[derive(Clone)]
        #[must_use = "a request does nothing until it is sent"]
        pub struct #request {
            client: crate::Client,
            pub(crate) options: crate::CallOptions,
            #(#declarations,)*
            #body_field
            #other_field
        }

        impl #request {
            pub(super) const OPERATION: crate::Operation = #constant;

            pub(super) fn new(client: &crate::Client) -> Self {
                Self { client: client.clone(), options: crate::CallOptions::default(), #(#field_names: None,)* #body_init #other_init }
            }

            #(#setters)*

            #body_setters

            /// Sets options that hold for this call only.
            pub fn options(mut self, options: crate::CallOptions) -> Self {
                self.options = options;
                self
            }

            /// What would be sent, and what it would cost. Nothing is sent.
            ///
            /// # Errors
            ///
            /// Those of a request that cannot be made.
            // A function that calls the API is compiled where it is called, and not at all where it is not.
            #[inline]
            pub fn preview(&self) -> Result<crate::Preview, crate::Error> {
                ::keyapi_runtime::codegen::preview(&self.options, |options| self.clone().options(options).send())
            }

            /// Sends the request.
            ///
            /// # Errors
            ///
            /// Every failure, from a missing parameter to an error that the API reports with status 200.
            pub async fn send(self) -> Result<crate::Response<#success>, crate::Error> {
                #send
                call.#read(sent)
            }

            #representations

            #exchange

            #paging
        }

        /// Sends the request, as [`send`](Self::send) does.
        impl ::std::future::IntoFuture for #request {
            type Output = Result<crate::Response<#success>, crate::Error>;
            type IntoFuture = ::std::pin::Pin<
                ::std::boxed::Box<dyn ::std::future::Future<Output = Self::Output> + ::std::marker::Send>,
            >;

            #[inline]
            fn into_future(self) -> Self::IntoFuture {
                ::std::boxed::Box::pin(self.send())
            }
        }

        impl ::std::fmt::Debug for #request {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                let set: &[(&str, Option<&dyn ::std::fmt::Debug>)] = &[
                    #((stringify!(#shown), self.#shown.as_ref().map(|value| value as _)),)*
                    #((stringify!(#shown_body), self.#shown_body.as_ref().map(|value| value as _)),)*
                ];
                self.client.runtime.debug_request(f, stringify!(#request), set, &self.options)
            }
        }
    }
}

/// What is there before the call of the generated method, and what the method is given.
fn arguments(operation: &Operation) -> (Vec<TokenStream>, Vec<TokenStream>) {
    let mut required = Vec::new();
    let mut arguments = Vec::new();
    let mut require = |name: &Ident, variable: &Ident, what: &str, by: TokenStream| {
        let message = format!("{what} is required and is not set: call `{name}` on the request");
        required
            .push(quote!(let Some(#variable) = #by self.#name else { return Err(call.invalid_request(#message)) };));
    };
    for parameter in operation.arguments() {
        let name = &parameter.setter;
        if parameter.is_required() {
            // A parameter may be called like another variable of the function. What begins with a digit is a name by an
            // underscore, of which there is one already.
            let shown = name.to_string();
            let variable = format_ident!("given_{}", shown.trim_start_matches("r#").trim_start_matches('_'));
            require(name, &variable, &format!("the parameter `{}`", parameter.name), quote!(&));
            arguments.push(match &parameter.ty {
                RustType::String => quote!(#variable.as_str()),
                ty if ty.is_copy() => quote!(*#variable),
                _ => quote!(#variable),
            });
        } else {
            arguments.push(match &parameter.ty {
                RustType::String => quote!(self.#name.as_ref().map(|value| value.as_str())),
                ty if ty.is_copy() => quote!(self.#name),
                _ => quote!(self.#name.as_ref()),
            });
        }
    }
    let body = format_ident!("body");
    let has_others = !operation.other_media_types().is_empty();
    arguments.extend(operation.body.as_ref().map(|content| {
        match (content, operation.requires_body() && !has_others) {
            (Body::Typed(ty), true) => {
                require(&body, &body, "the request body", quote!(&));
                match ty {
                    RustType::String => quote!(body.as_str()),
                    ty if ty.is_copy() => quote!(*body),
                    _ => quote!(body),
                }
            }
            (Body::Text | Body::Bytes | Body::File { .. } | Body::Form { .. }, true) => {
                require(&body, &body, "the request body", quote!());
                quote!(body)
            }
            (Body::Typed(RustType::String), false) => quote!(self.body.as_deref()),
            (Body::Typed(ty), false) if ty.is_copy() => quote!(self.body),
            (Body::Typed(_), false) => quote!(self.body.as_ref()),
            (Body::Text, false) => quote!(self.body),
            (Body::Bytes | Body::File { .. } | Body::Form { .. }, false) => quote!(body),
        }
    }));
    if has_others && operation.requires_body() {
        let message = "the request body is required and is not set: call `body` or `body_as` on the request";
        required.push(quote! {
            if self.body.is_none() && self.body_as.is_none() {
                return Err(call.invalid_request(#message));
            }
        });
    }
    if matches!(operation.body, Some(Body::Bytes)) {
        required.push(match operation.requires_body() && !has_others {
            true => quote!(let body = body.into_content().map_err(|why| call.invalid_request(&why))?;),
            false => quote! {
                let body = self.body.map(|body| body.into_content()).transpose();
                let body = body.map_err(|why| call.invalid_request(&why))?;
            },
        });
    }
    if operation.body.as_ref().is_some_and(Body::tells_its_media_type) {
        let typed = operation.body.as_ref().and_then(part_media_types);
        let (content_type, with_body) = match operation.requires_body() {
            true => (
                quote!(&content_type),
                quote!(let (content_type, body) = body #typed.into_body().map_err(|why| call.invalid_request(&why))?;),
            ),
            false => (
                quote!(content_type.as_deref()),
                quote! {
                    let body = self.body.map(|body| body #typed.into_body()).transpose();
                    let (content_type, body) = body.map_err(|why| call.invalid_request(&why))?.unzip();
                },
            ),
        };
        required.push(with_body);
        arguments.insert(operation.content_type_argument(), content_type);
    }
    (required, arguments)
}

/// Has the parts of a form say what the document says that they are.
fn part_media_types(body: &Body) -> Option<TokenStream> {
    let Body::Form { media_types, .. } = body else { return None };
    let option = |text: &Option<String>| match text {
        Some(text) => quote!(Some(#text)),
        None => quote!(None),
    };
    let known = media_types.iter().map(|(name, PartMediaTypes { text, json, file })| {
        let (text, json, file) = (option(text), option(json), option(file));
        quote!(::keyapi_runtime::codegen::PartMediaTypes { name: #name, text: #text, json: #json, file: #file })
    });
    (!media_types.is_empty()).then(|| quote!(.media_types(&[#(#known),*])))
}
