//! The typed facade of an SDK: one method and one request type per operation, on top of progenitor's client.

use keyapi_spec::Diagnostic;
use keyapi_spec::server::of_document;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::{Ident, Type};

use crate::open_enum::{self, OpenEnum};
use crate::pagination;
use crate::signatures::{Body, Member, Parameter, Signature};
use crate::{Names, docs};

/// The source of the facade.
pub(crate) fn operations(
    resolved: &Value,
    signatures: &[Signature],
    names: &Names,
) -> Result<TokenStream, Vec<Diagnostic>> {
    let enums = open_enum::collect(signatures);
    let table = signatures.iter().map(|signature| &signature.builder);
    let methods = signatures.iter().map(|signature| method(signature, names));
    let mut requests = Vec::new();
    let mut refused = Vec::new();
    for signature in signatures {
        match pagination::method(signature, names) {
            Ok(pages) => requests.push(request(signature, &enums, &pages)),
            Err(found) => refused.push(found),
        }
    }
    if !refused.is_empty() {
        return Err(refused);
    }
    let mut envelopes: Vec<(String, TokenStream)> = signatures
        .iter()
        .filter(|signature| !signature.is_raw() && !signature.is_untyped())
        .map(|signature| {
            let success = &signature.success;
            (quote!(#success).to_string(), envelope(signature))
        })
        .collect();
    // Operations may share a reply type, and a trait is implemented once per type.
    envelopes.sort_by(|one, other| one.0.cmp(&other.0));
    envelopes.dedup_by(|one, other| one.0 == other.0);
    let envelopes = envelopes.into_iter().map(|(_, tokens)| tokens);
    let params = enums.iter().map(OpenEnum::source);
    let base_url = of_document(resolved);
    Ok(quote! {
        // Tags become extension traits, and not every document has them.
        #[allow(unused_imports)]
        use crate::generated::prelude::*;
        #[allow(unused_imports)]
        use crate::types;

        /// The server that the document names first (`/servers/0`), its variables at their defaults.
        pub const BASE_URL: &str = #base_url;

        /// Every operation of the document, in document order.
        pub static OPERATIONS: &[crate::Operation] = &[#(#table::OPERATION),*];

        impl crate::Client { #(#methods)* }

        #(#requests)*

        #(#envelopes)*

        /// Values of parameters that the document names. Every type takes others too, because the API may know more
        /// than its document.
        pub mod params { #(#params)* }
    })
}

fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// The operation as data.
fn constant(signature: &Signature) -> TokenStream {
    let (name, method, path) = (signature.id(), &signature.http_method, &signature.path);
    let credits = match signature.operation.get("x-credits").and_then(Value::as_u64) {
        Some(credits) => quote!(Some(#credits)),
        None => quote!(None),
    };
    let server = match &signature.server {
        Some(server) => quote!(#server),
        None => quote!(BASE_URL),
    };
    let statuses = signature
        .operation
        .get("responses")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .filter_map(|(status, _)| status.parse::<u16>().ok());
    quote! {
        crate::Operation {
            name: #name,
            method: #method,
            server: #server,
            path: #path,
            credits: #credits,
            statuses: &[#(#statuses),*],
        }
    }
}

/// The method of the client, with an example that runs against the mock server.
fn method(signature: &Signature, names: &Names) -> TokenStream {
    let Signature { method, builder, .. } = signature;
    let mut docs = Vec::new();
    docs.extend(text(&signature.operation, "summary").map(docs::comment));
    docs.extend(text(&signature.operation, "description").map(docs::comment));
    docs.push(docs::code(&format!("{} {}", signature.http_method, signature.path)));
    if let Some(credits) = signature.operation.get("x-credits").and_then(Value::as_u64) {
        let unit = if credits == 1 { "credit" } else { "credits" };
        docs.push(format!("Costs {credits} {unit} per request."));
    }
    docs.push(example(signature, names, Ending::Send));
    let docs = docs.join("\n\n");
    quote! {
        #[doc = #docs]
        pub fn #method(&self) -> #builder<'_> {
            #builder::new(self)
        }
    }
}

/// What an example does with its request.
#[derive(Clone, Copy)]
pub(crate) enum Ending {
    Send,
    Pages,
}

/// A documentation test. It is only compiled where the document does not show all that a request needs.
pub(crate) fn example(signature: &Signature, names: &Names, ending: Ending) -> String {
    let Names { library, mock } = names;
    let shown = signature.parameters.iter().map(|parameter| (parameter, literal(parameter)));
    let shown: Vec<(&Parameter, Option<String>)> = shown.collect();
    let body = signature.body.as_ref().map(|body| body_literal(signature, body, library));
    let lacks_parameter = shown.iter().any(|(parameter, literal)| parameter.is_required() && literal.is_none());
    let fence = if lacks_parameter || body == Some(None) { "no_run" } else { "" };
    let setters: String = shown
        .iter()
        .filter_map(|(parameter, literal)| Some(format!("    .{}({})\n", parameter.setter, literal.as_ref()?)))
        .collect();
    let (body, set_body) = match body.flatten() {
        Some(literal) => (format!("let body: {literal};\n"), "    .body(body)\n"),
        None => (String::new(), ""),
    };
    let (result, end) = match ending {
        Ending::Send => ("reply", "    .send()\n    .await?;\nassert!(reply.status().is_success());\n"),
        // An example that is replayed says for ever that there are more.
        Ending::Pages => (
            "mut pages",
            "    .pages();\nwhile let Some(page) = pages.next().await {\n    println!(\"{}\", page?.status());\n#   break;\n}\n",
        ),
    };
    format!(
        "# Example\n\n```{fence}\n\
         # #[tokio::main(flavor = \"current_thread\")]\n\
         # async fn main() -> Result<(), Box<dyn std::error::Error>> {{\n\
         # let server = {mock}::MockServer::start();\n\
         # let client = {library}::Client::builder().api_key(\"sk_live_test\").base_url(server.url()).build()?;\n\
         {body}let {result} = client\n    .{}()\n{setters}{set_body}{end}\
         # Ok(())\n# }}\n```",
        signature.method
    )
}

/// A documented value of a parameter as a Rust expression; of one that may be left out, only its example.
fn literal(parameter: &Parameter) -> Option<String> {
    let document = &parameter.document;
    let example = || document.get("example").or_else(|| document.pointer("/schema/example"));
    let legal = || document.pointer("/schema/default").or_else(|| document.pointer("/schema/enum/0"));
    match example().or_else(|| legal().filter(|_| parameter.is_required()))? {
        Value::String(text) if is_string(&parameter.ty) => Some(format!("{text:?}")),
        value @ (Value::Number(_) | Value::Bool(_)) if is_primitive(&parameter.ty, value) => Some(value.to_string()),
        _ => None,
    }
}

/// The documented body as a type and a Rust expression.
fn body_literal(signature: &Signature, body: &Body, library: &str) -> Option<String> {
    let content = signature.operation.pointer("/requestBody/content")?.as_object()?.values().next()?;
    let example = content.get("example").or_else(|| content.pointer("/schema/example"))?;
    let Body::Typed(ty) = body else {
        let text = example.as_str().map_or_else(|| example.to_string(), str::to_owned);
        return Some(format!("&str = {text:?}"));
    };
    // Tokens are printed with spaces between them.
    let ty = quote!(#ty).to_string().replace(' ', "").replace("types::", &format!("{library}::types::"));
    let json = serde_json::to_string_pretty(example).ok()?;
    let fence = "#".repeat(json.matches('#').count() + 1);
    Some(format!("{ty} = serde_json::from_str(r{fence}\"{json}\"{fence})?"))
}

/// Whether the value is written in Rust as it is in JSON.
fn is_primitive(ty: &Type, value: &Value) -> bool {
    let ty = quote!(#ty).to_string();
    match value {
        Value::Bool(_) => ty == "bool",
        Value::Number(number) if number.is_f64() => ty == "f64" || ty == "f32",
        Value::Number(_) => ty.starts_with(['i', 'u']) && ty.len() <= 3,
        _ => false,
    }
}

pub(crate) fn is_string(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|segment| segment.ident == "String"))
}

fn request(signature: &Signature, enums: &[OpenEnum], pages: &TokenStream) -> TokenStream {
    let Signature { method, builder, success, .. } = signature;
    let operation = constant(signature);
    let finish = match success {
        _ if signature.is_raw() => "finish_bytes",
        Type::Tuple(_) => "finish_empty",
        _ => "finish",
    };
    let finish = format_ident!("{finish}");
    let summary = format!(
        "A request of [`Client::{method}`](crate::Client::{method}): `{} {}`.\n\nIt does nothing until it is sent.",
        signature.http_method, signature.path
    );
    let fields: Vec<Argument> = signature.parameters.iter().map(|parameter| Argument::new(parameter, enums)).collect();
    let declarations = fields.iter().map(Argument::declaration);
    let setters = fields.iter().map(Argument::setter);
    let field_names = fields.iter().map(|field| field.name);
    let applications = fields.iter().map(Argument::application);
    let (body_field, body_init, body_setter, body_application) = match signature.body.as_ref().map(Body::ty) {
        Some(ty) => (
            quote!(body: Option<#ty>,),
            quote!(body: None,),
            quote! {
                /// Sets the request body.
                pub fn body(mut self, body: impl Into<#ty>) -> Self {
                    self.body = Some(body.into());
                    self
                }
            },
            quote!(if let Some(body) = self.body {
                request = request.body(body);
            }),
        ),
        None => (quote!(), quote!(), quote!(), quote!()),
    };
    let shown = fields.iter().map(|field| field.name);
    let shown_body = signature.body.iter().map(|_| quote!(("body", self.body.as_ref().map(|value| value as _))));
    let mutable = if fields.is_empty() && signature.body.is_none() { quote!() } else { quote!(mut) };
    quote! {
        #[doc = #summary]
        #[derive(Clone)]
        #[must_use = "a request does nothing until it is sent"]
        pub struct #builder<'a> {
            client: &'a crate::Client,
            options: crate::CallOptions,
            #(#declarations,)*
            #body_field
        }

        impl<'a> #builder<'a> {
            const OPERATION: crate::Operation = #operation;

            fn new(client: &'a crate::Client) -> Self {
                Self { client, options: crate::CallOptions::default(), #(#field_names: None,)* #body_init }
            }

            #(#setters)*

            #body_setter

            /// Sets options that hold for this call only.
            pub fn options(mut self, options: crate::CallOptions) -> Self {
                self.options = options;
                self
            }

            /// Sends the request.
            ///
            /// # Errors
            ///
            /// Every failure, from a missing parameter to an error that the API reports with status 200.
            pub async fn send(self) -> Result<crate::Reply<#success>, crate::Error> {
                let call = self.client.start(&Self::OPERATION, self.options)?;
                let #mutable request = call.client().#method();
                #(#applications)*
                #body_application
                let result = request.send().await;
                call.#finish(result)
            }

            #pages
        }

        impl ::std::fmt::Debug for #builder<'_> {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                let set: &[(&str, Option<&dyn ::std::fmt::Debug>)] = &[
                    #((stringify!(#shown), self.#shown.as_ref().map(|value| value as _)),)*
                    #(#shown_body)*
                ];
                self.client.debug_request(f, stringify!(#builder), set, &self.options)
            }
        }
    }
}

/// One parameter in a request type.
struct Argument<'a> {
    name: &'a Ident,
    ty: TokenStream,
    /// What the setter takes.
    takes: TokenStream,
    /// From the setter's argument to the field.
    convert: TokenStream,
    /// From the field to what progenitor's builder takes.
    pass: TokenStream,
    docs: String,
}

impl<'a> Argument<'a> {
    fn new(parameter: &'a Parameter, enums: &[OpenEnum]) -> Self {
        let (name, ty) = (&parameter.setter, &parameter.ty);
        let open = enums.iter().find(|open| open.parameter == parameter.name).filter(|_| is_string(ty));
        let (ty, takes, convert, pass) = match open {
            Some(open) => {
                let ty = format_ident!("{}", open.name);
                (quote!(params::#ty), quote!(impl Into<params::#ty>), quote!(value.into()), quote!(String::from(value)))
            }
            None if is_string(ty) => (quote!(String), quote!(impl Into<String>), quote!(value.into()), quote!(value)),
            None => (quote!(#ty), quote!(#ty), quote!(value), quote!(value)),
        };
        Self { name, ty, takes, convert, pass, docs: parameter_docs(parameter) }
    }

    fn declaration(&self) -> TokenStream {
        let Self { name, ty, .. } = self;
        quote!(#name: Option<#ty>)
    }

    fn setter(&self) -> TokenStream {
        let Self { name, takes, convert, docs, .. } = self;
        quote! {
            #[doc = #docs]
            pub fn #name(mut self, value: #takes) -> Self {
                self.#name = Some(#convert);
                self
            }
        }
    }

    fn application(&self) -> TokenStream {
        let Self { name, pass, .. } = self;
        quote!(if let Some(value) = self.#name { request = request.#name(#pass); })
    }
}

fn parameter_docs(parameter: &Parameter) -> String {
    let document = &parameter.document;
    let mut docs = vec![match text(document, "description") {
        Some(description) => docs::comment(description),
        None => format!("Sets the parameter {}.", docs::code(&parameter.name)),
    }];
    if document.get("required").and_then(Value::as_bool) == Some(true) {
        docs.push("Required.".to_owned());
    }
    if let Some(example) = document.get("example").or_else(|| document.pointer("/schema/example")) {
        let example = example.as_str().map_or_else(|| example.to_string(), str::to_owned);
        docs.push(format!("Example: {}", docs::code(&example)));
    }
    docs.join("\n\n")
}

fn envelope(signature: &Signature) -> TokenStream {
    let success = &signature.success;
    let Some(envelope) = &signature.envelope else {
        return quote! {
            impl crate::Envelope for #success {
                type Data = Self;
                fn code(&self) -> Option<i64> { None }
                fn message(&self) -> Option<&str> { None }
                fn request_id(&self) -> Option<&str> { None }
                fn into_data(self) -> Option<Self> { Some(self) }
            }
        };
    };
    let value = envelope.success;
    let code = match &envelope.code {
        Some(Member { field, optional: true, .. }) => quote!(self.#field),
        Some(Member { field, .. }) => quote!(Some(self.#field)),
        None => quote!(None),
    };
    let text = |member: &Option<Member>| match member {
        Some(Member { field, optional: true, ty }) if is_string(ty) => quote!(self.#field.as_deref()),
        Some(Member { field, ty, .. }) if is_string(ty) => quote!(Some(&self.#field)),
        _ => quote!(None),
    };
    let (message, request_id) = (text(&envelope.message), text(&envelope.request_id));
    let (data, into_data) = match &envelope.data {
        Some(Member { field, optional: true, ty }) => (quote!(#ty), quote!(self.#field)),
        Some(Member { field, ty, .. }) => (quote!(#ty), quote!(Some(self.#field))),
        None => (quote!(Self), quote!(Some(self))),
    };
    quote! {
        impl crate::Envelope for #success {
            const SUCCESS: i64 = #value;
            type Data = #data;
            fn code(&self) -> Option<i64> { #code }
            fn message(&self) -> Option<&str> { #message }
            fn request_id(&self) -> Option<&str> { #request_id }
            fn into_data(self) -> Option<Self::Data> { #into_data }
        }
    }
}
