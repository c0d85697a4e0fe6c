//! A call of any operation by its name, for tools and tests that learn of operations at run time.

use keyapi_spec::Diagnostic;
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

use super::description;
use crate::model::{Body, Operation, Parameter, Response, RustType, Stream, Xml, XmlBody};
use crate::property_examples::PropertyExamples;

/// The source of the dispatcher.
pub(crate) fn dispatch(
    resolved: &Value,
    operations: &[Operation],
    examples: &PropertyExamples<'_>,
) -> Result<TokenStream, Vec<Diagnostic>> {
    let descriptions = description::table(resolved, operations, examples)?;
    let arms = operations.iter().map(arm);
    Ok(quote! {
        // Only bodies need it, and not every document has one.
        #[allow(unused_imports)]
        use crate::types;
        #[doc(no_inline)]
        pub use ::keyapi_runtime::codegen::MediaTypes;

        #descriptions

        /// What an operation is called with.
        #[allow(dead_code)]
        struct Arguments<'a> {
            client: &'a crate::Client,
            parameters: &'a [(&'a str, &'a str)],
            body: Option<&'a ::serde_json::Value>,
            options: crate::CallOptions,
            media_types: MediaTypes<'a>,
        }

        // Operations need it, which may all be behind features that are off.
        #[allow(dead_code)]
        type Called<'a> = ::std::pin::Pin<
            Box<dyn ::std::future::Future<Output = Result<crate::Response<::serde_json::Value>, crate::Error>> + Send + 'a>,
        >;

        /// Calls the operation that is called `operation`, with parameters by their names on the wire and as text, and
        /// gives the response as JSON: decoded into its type and encoded again, and as text where it is not JSON.
        ///
        /// # Errors
        ///
        /// What the typed call fails with, and a request error for an unknown operation, parameter or property or for a
        /// value that does not have the documented type.
        #[inline]
        pub fn call<'a>(
            client: &'a crate::Client,
            operation: &'a str,
            parameters: &'a [(&'a str, &'a str)],
            body: Option<&'a ::serde_json::Value>,
            options: crate::CallOptions,
        ) -> ::std::pin::Pin<
            Box<dyn ::std::future::Future<Output = Result<crate::Response<::serde_json::Value>, crate::Error>> + Send + 'a>,
        > {
            call_in(client, operation, parameters, body, options, MediaTypes::default())
        }

        /// The same in other media types: a body that is no text is written as XML, and a response in XML or in parts is
        /// decoded as a type, of which a stream is a list. An operation that does not have a media type is called as if
        /// none were named.
        ///
        /// # Errors
        ///
        /// Those of [`call`], and the first of a stream.
        // A document may have no operation, or none with a body.
        #[allow(unused_variables)]
        // Whatever is compiled with the crate, all who depend on it wait for. This holds every operation, so it is compiled
        // where it is called; and a future of all of them would take the square of their number.
        #[inline]
        pub fn call_in<'a>(
            client: &'a crate::Client,
            operation: &'a str,
            parameters: &'a [(&'a str, &'a str)],
            body: Option<&'a ::serde_json::Value>,
            options: crate::CallOptions,
            media_types: MediaTypes<'a>,
        ) -> ::std::pin::Pin<
            Box<dyn ::std::future::Future<Output = Result<crate::Response<::serde_json::Value>, crate::Error>> + Send + 'a>,
        > {
            let arguments = Arguments { client, parameters, body, options, media_types };
            match operation {
                #(#arms)*
                other => Box::pin(async move {
                    Err(client.runtime.invalid_request(other, "the document has no such operation"))
                }),
            }
        }
    })
}

fn arm(operation: &Operation) -> TokenStream {
    let method = &operation.method;
    let name = operation.id();
    let parameters = parameters(operation);
    let body = in_media_types(&quote!((media_types.body, body)), &other_bodies(operation), body(operation));
    let send = if operation.response.ty == RustType::Bytes {
        quote!(Ok(request.send().await?.map(|body| ::serde_json::Value::from(String::from_utf8_lossy(&body)))))
    } else {
        quote!(request.send().await?.into_json())
    };
    let send = in_media_types(&quote!(media_types.response), &representations(operation), send);
    let sink = is_sequence(&operation.response).then(|| quote!(let sink = options.parts();));
    quote! {
        #name => {
            // Without optimisation a function has room for all values that it may make, so that each operation has its own.
            #[inline]
            fn call(arguments: Arguments<'_>) -> Called<'_> {
                let Arguments { client, parameters, body, options, media_types } = arguments;
                Box::pin(async move {
                    #sink
                    #[allow(unused_mut)]
                    let mut request = client.#method().options(options);
                    for (index, (name, value)) in parameters.iter().enumerate() {
                        match *name {
                            #(#parameters)*
                            other => {
                                return Err(client.runtime.invalid_request(#name, format!("the operation has no parameter `{other}`")));
                            }
                        }
                    }
                    #body
                    #send
                })
            }
            call(arguments)
        }
    }
}

/// What to do in each media type, or else without one.
fn in_media_types(named: &TokenStream, arms: &TokenStream, otherwise: TokenStream) -> TokenStream {
    if arms.is_empty() {
        return otherwise;
    }
    quote! {
        match #named {
            #arms
            _ => { #otherwise }
        }
    }
}

/// Sets the body that callers give as a rule.
fn body(operation: &Operation) -> TokenStream {
    let name = operation.id();
    let own = match &operation.body {
        Some(Body::Form { files, .. }) => quote! {
            let form = ::keyapi_runtime::codegen::form_of_json(body, &[#(#files),*]);
            request = request.body(form.map_err(|why| client.runtime.invalid_request(#name, why))?);
        },
        Some(Body::File { media_type }) => quote! {
            let content = body.as_str().map_or_else(|| body.to_string(), str::to_owned);
            request = request.body(crate::File::new(content).media_type(#media_type));
        },
        Some(Body::Text | Body::Bytes) => quote! {
            request = request.body(body.as_str().map_or_else(|| body.to_string(), str::to_owned));
        },
        Some(Body::Typed(ty)) => {
            let body = typed(name, ty);
            quote! {
                let body: #ty = #body;
                request = request.body(body);
            }
        }
        None => quote! {
            return Err(client.runtime.invalid_request(#name, "the operation takes no body"));
        },
    };
    quote!(if let Some(body) = body { #own })
}

/// Arms for bodies in other media types.
fn other_bodies(operation: &Operation) -> TokenStream {
    let xml = operation.xml_body.as_ref().map(|XmlBody { xml: Xml { media_type, ty, .. }, is_other, .. }| {
        let body = typed(operation.id(), ty);
        let named = if *is_other { quote!(Some(#media_type)) } else { quote!(Some(#media_type) | None) };
        quote! {
            #[cfg(feature = "xml")]
            (#named, Some(body)) if !body.is_string() => {
                let body: #ty = #body;
                request = request.body_xml(body);
            }
        }
    });
    let others = operation.other_media_types();
    let others = (!others.is_empty()).then(|| {
        quote! {
            (Some(media_type), Some(body)) if [#(#others),*].contains(&media_type) => {
                let content = body.as_str().map_or_else(|| body.to_string(), str::to_owned);
                request = request.body_as(crate::File::new(content).media_type(media_type));
            }
        }
    });
    quote!(#xml #others)
}

/// A value of JSON as a type.
fn typed(operation: &str, ty: &RustType) -> TokenStream {
    quote! {
        ::keyapi_runtime::codegen::from_json::<#ty>(body)
            .map_err(|error| client.runtime.invalid_request(#operation, format!("the body does not have its documented type: {error}")))?
    }
}

/// Arms for responses in other media types.
fn representations(operation: &Operation) -> TokenStream {
    let Response { ty, stream, xml, others, .. } = &operation.response;
    let stream = stream.as_ref().and_then(|stream| {
        let (accept, part) = match stream {
            Stream::Bytes => return None,
            Stream::Events { accept, .. } => (accept, quote!(|event| event.data)),
            Stream::JsonLines { accept, .. } | Stream::JsonSequence { accept, .. } => (accept, quote!(|value| value)),
        };
        let collected = quote!(::keyapi_runtime::codegen::collected(request.stream().await?, #part, sink).await);
        // The text of a stream that does not end would never come.
        let is_all = *ty == RustType::Bytes && others.is_empty();
        let otherwise = is_all.then(|| quote!(None if sink.is_some() => #collected,));
        Some(quote!(Some(#accept) => #collected, #otherwise))
    });
    let xml = xml.as_ref().map(|Xml { media_type, .. }| {
        quote! {
            #[cfg(feature = "xml")]
            Some(#media_type) => request.send_xml().await?.into_json(),
        }
    });
    let others = (!others.is_empty()).then(|| {
        quote! {
            Some(media_type) if [#(#others),*].contains(&media_type) => {
                let response = request.send_as(media_type).await?;
                Ok(response.map(|body| ::serde_json::Value::from(String::from_utf8_lossy(&body))))
            }
        }
    });
    quote!(#stream #xml #others)
}

/// Whether a response can be read as parts that have an end each.
fn is_sequence(response: &Response) -> bool {
    response.stream.as_ref().is_some_and(|stream| !matches!(stream, Stream::Bytes))
}

/// An arm for each name of a parameter on the wire.
fn parameters(operation: &Operation) -> Vec<TokenStream> {
    let mut named: Vec<(&str, Vec<TokenStream>)> = Vec::new();
    for parameter in &operation.parameters {
        let set = set(parameter, operation.id());
        match named.iter_mut().find(|(name, _)| *name == parameter.name) {
            Some((_, sets)) => sets.push(set),
            None => named.push((&parameter.name, vec![set])),
        }
    }
    let arm = |(name, mut sets): (&str, Vec<TokenStream>)| {
        let last = sets.pop();
        if sets.is_empty() {
            return quote!(#name => #last,);
        }
        // A path and a query may have parameters of one name, which are given in document order, or with their places.
        let turns = 0..sets.len();
        let same = || operation.parameters.iter().filter(|parameter| parameter.name == name);
        let keys = same().map(|parameter| operation.parameter_key(parameter));
        let each = same().map(|parameter| set(parameter, operation.id()));
        quote! {
            #(#keys => #each,)*
            #name => match parameters[..index].iter().filter(|(other, _)| other == name).count() {
                #(#turns => #sets,)*
                _ => #last,
            },
        }
    };
    named.into_iter().map(arm).collect()
}

/// Sets a parameter.
fn set(parameter: &Parameter, operation: &str) -> TokenStream {
    let (setter, name, ty) = (&parameter.setter, &parameter.name, &parameter.ty);
    let value = if *ty == RustType::String {
        quote!(*value)
    } else {
        quote! {
            ::keyapi_runtime::codegen::from_text::<#ty>(value)
                .map_err(|error| client.runtime.invalid_request(#operation, format!("parameter `{}`: {error}", #name)))?
        }
    };
    quote!(request = request.#setter(#value))
}
