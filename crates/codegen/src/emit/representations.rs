//! The methods of a request for other representations of its response than the one that is decoded as a whole: bodies that
//! are read while they come, and media types that callers choose.

use keyapi_spec::message::event::{Data, EventSchema};
use proc_macro2::TokenStream;
use quote::quote;

use crate::docs;
use crate::model::{Operation, Response, RustType, Stream, Xml};

/// Whether the response has one representation, which is decoded as a whole.
pub(super) fn are_none(operation: &Operation) -> bool {
    let Response { stream, others, xml, .. } = &operation.response;
    stream.is_none() && others.is_empty() && xml.is_none()
}

/// The methods of the asynchronous request. All of them send it by its method `exchange`.
pub(super) fn methods(operation: &Operation) -> TokenStream {
    let stream = operation.response.stream.as_ref().map(|stream| {
        let (docs, ty, options, read) = (docs(stream), ty(stream), options(stream), read(stream));
        quote! {
            #docs
            ///
            /// # Errors
            ///
            /// Every failure until the body begins. A later one is the last that the stream yields.
            pub async fn stream(mut self) -> Result<crate::Response<#ty>, crate::Error> {
                self.options = self.options #options;
                let (call, sent) = self.exchange().await?;
                Ok(call.finish_stream(sent)? #read)
            }
        }
    });
    let others = &operation.response.others;
    let others = (!others.is_empty()).then(|| {
        let docs = other_docs(others);
        quote! {
            #[doc = #docs]
            ///
            /// # Errors
            ///
            /// Every failure of a call.
            pub async fn send_as(mut self, media_type: impl Into<String>) -> Result<crate::Response<crate::Bytes>, crate::Error> {
                self.options = self.options.with_accept(media_type);
                let (call, sent) = self.exchange().await?;
                call.finish_bytes(sent)
            }

            /// The same, and leaves the body to the caller, who reads it while it comes.
            ///
            /// # Errors
            ///
            /// Every failure until the body begins. A later one is the last that the stream yields.
            pub async fn stream_as(mut self, media_type: impl Into<String>) -> Result<crate::Response<crate::BodyStream>, crate::Error> {
                self.options = self.options.with_accept(media_type).streamed();
                let (call, sent) = self.exchange().await?;
                call.finish_stream(sent)
            }
        }
    });
    let xml = operation.response.xml.as_ref().map(|Xml { media_type, ty, schema }| {
        quote! {
            /// Sends the request, and decodes the XML of its response.
            ///
            /// # Errors
            ///
            /// Every failure of a call.
            #[cfg(feature = "xml")]
            pub async fn send_xml(mut self) -> Result<crate::Response<#ty>, crate::Error> {
                self.options = self.options.with_accept(#media_type);
                let (call, sent) = self.exchange().await?;
                call.finish_xml(sent, #schema)
            }
        }
    });
    quote!(#stream #others #xml)
}

/// The methods of the blocking request, which forward to those of the asynchronous one.
pub(super) fn blocking(operation: &Operation) -> TokenStream {
    let wait = |call: TokenStream| {
        quote! {
            let options = self.request.options.clone();
            let response = self.client.wait(&options, #call)?;
        }
    };
    let stream = operation.response.stream.as_ref().map(|stream| {
        let (docs, ty, wait) = (docs(stream), ty(stream), wait(quote!(self.request.stream())));
        quote! {
            #docs
            ///
            /// # Errors
            ///
            /// Every failure until the body begins. A later one is the last that the stream yields.
            pub fn stream(self) -> Result<crate::Response<super::Streamed<#ty>>, crate::Error> {
                #wait
                Ok(super::Streamed::of(&self.client, response))
            }
        }
    });
    let others = &operation.response.others;
    let others = (!others.is_empty()).then(|| {
        let docs = other_docs(others);
        let (sent, streamed) =
            (wait(quote!(self.request.send_as(media_type))), wait(quote!(self.request.stream_as(media_type))));
        quote! {
            #[doc = #docs]
            ///
            /// # Errors
            ///
            /// Every failure of a call.
            pub fn send_as(self, media_type: impl Into<String>) -> Result<crate::Response<crate::Bytes>, crate::Error> {
                #sent
                Ok(response)
            }

            /// The same, and leaves the body to the caller, who reads it while it comes.
            ///
            /// # Errors
            ///
            /// Every failure until the body begins. A later one is the last that the stream yields.
            pub fn stream_as(
                self,
                media_type: impl Into<String>,
            ) -> Result<crate::Response<super::Streamed<crate::BodyStream>>, crate::Error> {
                #streamed
                Ok(super::Streamed::of(&self.client, response))
            }
        }
    });
    let xml = operation.response.xml.as_ref().map(|Xml { ty, .. }| {
        let wait = wait(quote!(self.request.send_xml()));
        quote! {
            /// Sends the request, and decodes the XML of its response.
            ///
            /// # Errors
            ///
            /// Every failure of a call.
            #[cfg(feature = "xml")]
            pub fn send_xml(self) -> Result<crate::Response<#ty>, crate::Error> {
                #wait
                Ok(response)
            }
        }
    });
    quote!(#stream #others #xml)
}

fn ty(stream: &Stream) -> TokenStream {
    match stream {
        Stream::Bytes => quote!(crate::BodyStream),
        Stream::Events { item, .. } => quote!(crate::EventStream<#item>),
        Stream::JsonLines { item, .. } => quote!(crate::JsonLines<#item>),
        Stream::JsonSequence { item, .. } => quote!(crate::JsonSequence<#item>),
    }
}

fn options(stream: &Stream) -> TokenStream {
    match stream {
        Stream::Bytes => quote!(.streamed()),
        Stream::Events { accept, .. } => quote!(.with_accept(#accept).streamed_events()),
        Stream::JsonLines { accept, .. } | Stream::JsonSequence { accept, .. } => {
            quote!(.with_accept(#accept).streamed_values())
        }
    }
}

/// What makes the stream of the body.
fn read(stream: &Stream) -> TokenStream {
    match stream {
        Stream::Bytes => quote!(),
        Stream::Events { described: EventSchema::Event(data), .. } => {
            let data = match data {
                Data::Json => quote!(Json),
                Data::Text | Data::JsonText => quote!(Text),
                Data::JsonOrText => quote!(JsonOrText),
            };
            quote!(.map(|body| body.event_objects(crate::EventData::#data)))
        }
        Stream::Events { item: RustType::String, .. } => quote!(.map(|body| body.text_events())),
        Stream::Events { .. } => quote!(.map(|body| body.events())),
        Stream::JsonLines { .. } => quote!(.map(|body| body.json_lines())),
        Stream::JsonSequence { .. } => quote!(.map(|body| body.json_sequence())),
    }
}

fn docs(stream: &Stream) -> TokenStream {
    let what = match stream {
        Stream::Bytes => "leaves the body to the caller, who reads it while it comes".to_owned(),
        Stream::Events { accept, .. } => {
            format!("gives the events of its response ({}) while they come", docs::code(accept))
        }
        Stream::JsonLines { accept, .. } => {
            format!("gives the lines of its response ({}) while they come", docs::code(accept))
        }
        Stream::JsonSequence { accept, .. } => {
            format!("gives the values of its response ({}) while they come", docs::code(accept))
        }
    };
    let docs = format!("Sends the request, and {what}.");
    quote!(#[doc = #docs])
}

fn other_docs(others: &[String]) -> String {
    format!(
        "Sends the request, and asks for a body of another media type, which is given as it comes: {}.",
        docs::codes(others)
    )
}
