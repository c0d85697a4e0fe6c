//! A call of any operation by its name, for tools and tests that learn of operations at run time.

use proc_macro2::TokenStream;
use quote::quote;

use crate::facade::is_string;
use crate::signatures::{Parameter, Signature};

/// The source of the dispatcher.
pub(crate) fn dispatch(signatures: &[Signature]) -> TokenStream {
    let arms = signatures.iter().map(arm);
    quote! {
        // Only bodies need it, and not every document has one.
        #[allow(unused_imports)]
        use crate::types;

        /// Calls the operation that is called `operation`, with parameters by their names on the wire and as text, and
        /// gives the reply as JSON: decoded into its type and encoded again, and as text where it is not JSON.
        ///
        /// # Errors
        ///
        /// What the typed call fails with, and a request error for an unknown operation or parameter or for a value that
        /// does not have the documented type.
        pub async fn call(
            client: &crate::Client,
            operation: &str,
            parameters: &[(&str, &str)],
            body: Option<&::serde_json::Value>,
            options: crate::CallOptions,
        ) -> Result<crate::Reply<::serde_json::Value>, crate::Error> {
            match operation {
                #(#arms)*
                other => Err(crate::Error::invalid_request(other, "the document has no such operation")),
            }
        }
    }
}

fn arm(signature: &Signature) -> TokenStream {
    let method = &signature.method;
    let name = method.to_string();
    let parameters = signature.parameters.iter().map(|parameter| parameter_arm(parameter, &name));
    let body = match &signature.body {
        Some(ty) => quote! {
            if let Some(body) = body {
                let body: #ty = ::serde_json::from_value(body.clone())
                    .map_err(|error| crate::Error::invalid_request(#name, format!("the body does not have its documented type: {error}")))?;
                request = request.body(body);
            }
        },
        None => quote! {
            if body.is_some() {
                return Err(crate::Error::invalid_request(#name, "the operation takes no body"));
            }
        },
    };
    let send = if signature.is_raw() {
        quote!(Ok(request.send().await?.map(|body| ::serde_json::Value::from(String::from_utf8_lossy(&body)))))
    } else {
        quote!(request.send().await?.into_json())
    };
    quote! {
        #name => {
            #[allow(unused_mut)]
            let mut request = client.#method().options(options);
            for (name, _value) in parameters {
                match *name {
                    #(#parameters)*
                    other => {
                        return Err(crate::Error::invalid_request(#name, format!("the operation has no parameter `{other}`")));
                    }
                }
            }
            #body
            #send
        }
    }
}

fn parameter_arm(parameter: &Parameter, operation: &str) -> TokenStream {
    let (setter, name, ty) = (&parameter.setter, &parameter.name, &parameter.ty);
    let value = if is_string(ty) {
        quote!(*_value)
    } else {
        quote! {
            // A value that is not JSON is text.
            ::serde_json::from_str::<#ty>(_value)
                .or_else(|_| ::serde_json::from_value::<#ty>(::serde_json::Value::from(*_value)))
                .map_err(|error| crate::Error::invalid_request(#operation, format!("parameter `{}`: {error}", #name)))?
        }
    };
    quote!(#name => request = request.#setter(#value),)
}
