//! The blocking client of an SDK: the same methods and setters as the asynchronous one has, whose calls are waited for.

use keyapi_spec::document::extension;
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

use super::parameter_values::ParameterValues;
use super::setters::Field;
use super::{body_setters, former, pagination, representations};
use crate::deprecated;
use crate::model::{List, Operation};

/// The source of the module `blocking` of an SDK crate, which forwards to the requests of the asynchronous client.
pub(crate) fn blocking(operations: &[Operation], prepared: &Value, values: &[ParameterValues]) -> TokenStream {
    let methods = operations.iter().map(method);
    let former = operations.iter().map(former::request_types);
    let requests = operations.iter().map(|operation| request(operation, prepared, values));
    quote! {
        pub use ::keyapi_runtime::blocking::{Items, Pages, Request, Streamed};

        /// A client whose calls are waited for. Clones are cheap, and share what clones of the asynchronous client share.
        ///
        /// It has a thread of its own, which drives its connections, so that it works wherever a thread may wait: without an
        /// async runtime, inside of one of any kind, in `spawn_blocking`, in a `Drop`. Inside of an async runtime the other
        /// tasks of the same thread wait, too. A child process that was made by `fork` needs a client of its own.
        #[derive(Clone, Debug)]
        pub struct Client {
            client: crate::Client,
            waiting: ::keyapi_runtime::blocking::Client,
        }

        /// Configures a [`Client`].
        pub type ClientBuilder = ::keyapi_runtime::ClientBuilder<Client>;

        impl Client {
            /// Starts to configure a client.
            pub fn builder() -> ClientBuilder {
                ClientBuilder::new(&crate::PLATFORM, |runtime| Self::new(crate::Client { runtime }))
            }

            /// A client with the key from the environment variable [`KEY_VARIABLE`](crate::KEY_VARIABLE).
            ///
            /// # Errors
            ///
            /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if the variable is not set or is not a key.
            pub fn from_env() -> Result<Self, crate::Error> {
                Self::builder().build()
            }

            /// A client that shares budgets, limits and key with an asynchronous one, and has connections of its own.
            ///
            /// # Errors
            ///
            /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if the system has no room for another thread.
            pub fn new(client: crate::Client) -> Result<Self, crate::Error> {
                let waiting = ::keyapi_runtime::blocking::Client::new(client.runtime.clone())?;
                Ok(Self { client, waiting })
            }

            /// Calls any path of the server, as [`request`](crate::Client::request) of the asynchronous client does.
            pub fn request(&self, method: crate::Method, path: impl Into<String>) -> Request {
                self.waiting.request(method, path)
            }

            /// What this client and its clones have spent, and what is left of their budget.
            #[must_use]
            pub fn credits(&self) -> crate::Credits {
                self.client.credits()
            }

            /// What this client and its clones have spent, by the document: the cost of every request that was answered
            /// with success. [`credits`](Self::credits) has the rest.
            #[must_use]
            pub fn credits_spent(&self) -> u64 {
                self.client.credits_spent()
            }

            #(#methods)*
        }

        /// The requests: one for each operation, made by the method of [`Client`] of the same name.
        pub mod operations {
            // Not every document has types or values that setters take.
            #[allow(unused_imports)]
            use crate::{params, types};

            #(#requests)*

            #(#former)*
        }
    }
}

fn method(operation: &Operation) -> TokenStream {
    let Operation { method, request, .. } = operation;
    let deprecated = deprecated::attribute(operation.deprecated().as_deref());
    let former = former::methods(operation);
    let docs = format!("As [`Client::{method}`](crate::Client::{method}): `{}`.", operation.key);
    quote! {
        #[doc = #docs]
        #deprecated
        pub fn #method(&self) -> operations::#request {
            operations::#request { client: self.waiting.clone(), request: self.client.#method() }
        }

        #former
    }
}

fn request(operation: &Operation, prepared: &Value, values: &[ParameterValues]) -> TokenStream {
    let Operation { method, request, .. } = operation;
    let success = &operation.response.ty;
    let docs = format!("A request of [`Client::{method}`](super::Client::{method}). It does nothing until it is sent.");
    let fields = operation.parameters.iter().map(|parameter| Field::new(parameter, values));
    let setters = fields.map(|field| field.forwarding_setter());
    let body_setters = body_setters::forwarding_setters(operation);
    let representations = representations::blocking(operation);
    let pages = operation.document.get(extension::PAGINATION).map(|_| {
        quote! {
            /// The pages, from the one that is asked for or from the first. Each is a request of its own, sent when it is
            /// asked for.
            #[inline]
            pub fn pages(self) -> super::Pages<#success> {
                let options = self.request.options.clone();
                super::Pages::new(self.client, options, self.request.pages())
            }
        }
    });
    let items = pagination::list(operation, prepared).map(|List { item, .. }| {
        quote! {
            /// The items of all pages, which are asked for when their items are.
            #[inline]
            pub fn items(self) -> super::Items<#item> {
                let options = self.request.options.clone();
                super::Items::new(self.client, options, self.request.items())
            }
        }
    });
    quote! {
        #[doc = #docs]
        #[derive(Clone)]
        #[must_use = "a request does nothing until it is sent"]
        pub struct #request {
            pub(super) client: ::keyapi_runtime::blocking::Client,
            pub(super) request: crate::operations::#request,
        }

        impl #request {
            #(#setters)*

            #body_setters

            /// Sets options that hold for this call only.
            pub fn options(mut self, options: crate::CallOptions) -> Self {
                self.request = self.request.options(options);
                self
            }

            /// What would be sent, and what it would cost. Nothing is sent.
            ///
            /// # Errors
            ///
            /// Those of a request that cannot be made.
            #[inline]
            pub fn preview(&self) -> Result<crate::Preview, crate::Error> {
                self.request.preview()
            }

            /// Sends the request and waits for its response.
            ///
            /// # Errors
            ///
            /// Every failure, from a missing parameter to an error that the API reports with status 200.
            #[inline]
            pub fn send(self) -> Result<crate::Response<#success>, crate::Error> {
                let options = self.request.options.clone();
                self.client.wait(&options, self.request.send())
            }

            #representations

            #pages

            #items
        }

        impl ::std::fmt::Debug for #request {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Debug::fmt(&self.request, f)
            }
        }
    }
}
