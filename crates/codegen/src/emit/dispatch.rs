//! A call of any operation by its name, for tools and tests that learn of operations at run time.

use keyapi_spec::Diagnostic;
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

use super::description;
use crate::model::{Body, Operation, Parameter, RustType};
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

        #descriptions

        /// Calls the operation that is called `operation`, with parameters by their names on the wire and as text, and
        /// gives the response as JSON: decoded into its type and encoded again, and as text where it is not JSON.
        ///
        /// # Errors
        ///
        /// What the typed call fails with, and a request error for an unknown operation or parameter or for a value that
        /// does not have the documented type.
        // A document may have no operation, or none with a body.
        #[allow(unused_variables)]
        // Whatever is compiled with the crate, all who depend on it wait for. This holds every operation, so it is compiled
        // where it is called; and a future of all of them would take the square of their number.
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
    let body = match &operation.body {
        Some(Body::Form { files }) => quote! {
            if let Some(body) = body {
                let form = ::keyapi_runtime::codegen::form_of_json(body, &[#(#files),*]);
                request = request.body(form.map_err(|why| client.runtime.invalid_request(#name, why))?);
            }
        },
        Some(Body::File { media_type }) => quote! {
            if let Some(body) = body {
                let content = body.as_str().map_or_else(|| body.to_string(), str::to_owned);
                request = request.body(crate::File::new(content).media_type(#media_type));
            }
        },
        Some(Body::Text | Body::Bytes) => quote! {
            if let Some(body) = body {
                request = request.body(body.as_str().map_or_else(|| body.to_string(), str::to_owned));
            }
        },
        Some(Body::Typed(ty)) => quote! {
            if let Some(body) = body {
                let body: #ty = ::serde_json::from_value(body.clone())
                    .map_err(|error| client.runtime.invalid_request(#name, format!("the body does not have its documented type: {error}")))?;
                request = request.body(body);
            }
        },
        None => quote! {
            if body.is_some() {
                return Err(client.runtime.invalid_request(#name, "the operation takes no body"));
            }
        },
    };
    let send = if operation.response.ty == RustType::Bytes {
        quote!(Ok(request.send().await?.map(|body| ::serde_json::Value::from(String::from_utf8_lossy(&body)))))
    } else {
        quote!(request.send().await?.into_json())
    };
    quote! {
        #name => Box::pin(async move {
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
        }),
    }
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
            // A value that is not JSON is text.
            ::serde_json::from_str::<#ty>(value)
                .or_else(|_| ::serde_json::from_value::<#ty>(::serde_json::Value::from(*value)))
                .map_err(|error| client.runtime.invalid_request(#operation, format!("parameter `{}`: {error}", #name)))?
        }
    };
    quote!(request = request.#setter(#value))
}
