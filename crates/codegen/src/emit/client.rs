//! The client of an SDK: a type of its own around that of the runtime, since operations become its methods.

use keyapi_spec::document::envelope::Envelope;
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

/// The source of `Client` and of what it hands to the runtime.
pub(crate) fn client(resolved: &Value) -> TokenStream {
    let envelope = envelope(resolved);
    quote! {
        /// A client of the API. Clones are cheap and share connections, retry budget, rate limit and credits.
        #[derive(Clone)]
        pub struct Client {
            pub(crate) runtime: ::keyapi_runtime::Client,
        }

        /// Configures a [`Client`].
        pub type ClientBuilder = ::keyapi_runtime::ClientBuilder<Client>;

        impl Client {
            /// Starts to configure a client.
            pub fn builder() -> ClientBuilder {
                ClientBuilder::new(&crate::PLATFORM, |runtime| Ok(Self { runtime }))
            }

            /// A client with the key from the environment variable [`KEY_VARIABLE`](crate::KEY_VARIABLE).
            ///
            /// # Errors
            ///
            /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if the variable is not set or is not a key.
            pub fn from_env() -> Result<Self, crate::Error> {
                Self::builder().build()
            }

            /// Calls any path of the server, with the same authorization, retries and errors as a documented operation.
            ///
            /// The path is sent as it stands, so it has to be as a URL has it, percent-encoded and without segments of
            /// dots. One that the document has takes the credentials of its operation, and costs what that does.
            pub fn request(&self, method: crate::Method, path: impl Into<String>) -> crate::Request {
                self.runtime.request(method, path)
            }

            /// What this client and its clones have spent, and what is left of their budget.
            #[must_use]
            pub fn credits(&self) -> crate::Credits {
                self.runtime.credits()
            }

            /// What this client and its clones have spent, by the document: the cost of every request that was answered
            /// with a success that decodes. [`credits`](Self::credits) has the rest.
            #[must_use]
            pub fn credits_spent(&self) -> u64 {
                self.runtime.credits_spent()
            }
        }

        /// Shows everything but the key and the values of headers.
        impl ::std::fmt::Debug for Client {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                self.runtime.fmt(f)
            }
        }

        impl ::progenitor_client::ClientHooks<::keyapi_runtime::codegen::Call> for crate::generated::Client {
            async fn exec(
                &self,
                request: ::reqwest::Request,
                _: &::progenitor_client::OperationInfo,
            ) -> ::reqwest::Result<::reqwest::Response> {
                ::progenitor_client::ClientInfo::inner(self).exec(request).await
            }
        }

        #envelope
    }
}

/// The names of the envelope's properties (`x-envelope`).
fn envelope(resolved: &Value) -> TokenStream {
    let Envelope { code, message, data, request_id, success } = Envelope::of(resolved).unwrap_or_default();
    let [code, message, data, request_id] = [code, message, data, request_id].map(|name| match name {
        Some(name) => quote!(Some(#name)),
        None => quote!(None),
    });
    quote! {
        /// The properties of the envelope that responses share.
        pub(crate) const ENVELOPE: ::keyapi_runtime::EnvelopeProperties = ::keyapi_runtime::EnvelopeProperties {
            code: #code,
            success: #success,
            message: #message,
            data: #data,
            request_id: #request_id,
        };
    }
}
