//! Puts together the URL of a call, so that it goes to the operation's server and each value stays in its segment.
//!
//! Progenitor knows of one server. A URL parser takes `\` for a slash, and a segment of dots for a step to another path;
//! progenitor encodes neither.

use keyapi_spec::document::OperationKey;
use keyapi_spec::document::parameter::{Serialization, Style};
use keyapi_spec::document::server;
use keyapi_spec::document::template;
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;
use syn::punctuated::Punctuated;
use syn::{Block, Expr, ImplItemFn, Local, Stmt, Token, parse_quote};

use super::parameters;
use super::wire::Wire;
use crate::generate::Responses;

/// What is done to the URL of a call.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Path {
    template: String,
    /// The parameters in the order in which they stand in the template.
    parameters: Vec<Parameter>,
    /// The paths of the document's server and of the operation's, unless both are empty or somebody else sees to it.
    servers: Option<(String, String)>,
}

/// How a value is written of which a document says nothing.
const SIMPLE: Serialization = Serialization { style: Style::Simple, explode: false };

/// One value of a path.
#[derive(Debug, PartialEq, Eq)]
struct Parameter {
    name: String,
    serialization: Serialization,
}

/// Puts the URL of a call together.
pub(super) fn edit(wire: &Wire, function: &mut ImplItemFn) -> Result<(), &'static str> {
    wire.path.as_ref().and_then(|path| path.rewrite(&mut function.block)).ok_or("url")
}

impl Path {
    /// `None` if the URL is what the generator makes of it.
    pub(super) fn of(document: &Value, key: &OperationKey, responses: Responses<'_>) -> Option<Self> {
        let names = template::parameters(template::split_query(&key.path).0).into_iter();
        let parameters: Vec<Parameter> = names.map(|name| Parameter::of(document, key, name)).collect();
        let servers = match responses {
            // The runtime makes a client for each call, with the server of the operation.
            Responses::Raw { .. } => None,
            Responses::Typed => Some(paths(document, key))
                .filter(|(of_document, of_operation)| !of_document.is_empty() || !of_operation.is_empty()),
        };
        (!parameters.is_empty() || servers.is_some()).then(|| Self { template: key.path.clone(), parameters, servers })
    }

    /// Whether values are put into the path.
    pub(super) fn has_values(&self) -> bool {
        !self.parameters.is_empty()
    }

    /// Rewrites the call; `None` if it does not put together its URL as progenitor does.
    fn rewrite(&self, block: &mut Block) -> Option<()> {
        let url = block.stmts.iter_mut().find_map(url)?;
        let mut arguments = format_arguments(url)?;
        // The format and the base come first.
        let values = arguments.iter_mut().skip(2);
        if values.len() != self.parameters.len() {
            return None;
        }
        for (value, parameter) in values.zip(&self.parameters) {
            let Expr::Call(encode) = value else { return None };
            *value = parameter.rewrite(encode.args.first()?)?;
        }
        if let Some((of_document, of_operation)) = &self.servers {
            let base = arguments.get_mut(1)?;
            *base = parse_quote!(path::base(&#base, #of_document, #of_operation));
        }
        let template = &self.template;
        *url = match self.parameters.is_empty() {
            true => parse_quote!(::std::format!(#arguments)),
            false => parse_quote! {
                path::check(::std::format!(#arguments), #template).map_err(Error::InvalidRequest)?
            },
        };
        Some(())
    }
}

impl Parameter {
    fn of(document: &Value, key: &OperationKey, name: &str) -> Self {
        let parameters = document.pointer(&key.pointer).and_then(|operation| operation.get("parameters")?.as_array());
        let found = parameters.into_iter().flatten().find(|found| found["in"] == "path" && found["name"] == name);
        Self { name: name.to_owned(), serialization: found.map_or(SIMPLE, Serialization::of) }
    }

    /// What stands in the path for `&value.to_string()`.
    fn rewrite(&self, text: &Expr) -> Option<Expr> {
        let Expr::Reference(reference) = text else { return None };
        let Expr::MethodCall(to_string) = &*reference.expr else { return None };
        let (value, serialization) =
            (&to_string.receiver, parameters::serialization(&self.name, self.serialization, false));
        Some(parse_quote!(parameter_style::path(&#serialization, &#value).map_err(Error::InvalidRequest)?))
    }
}

/// The paths of the document's server and of the operation's.
pub(crate) fn paths(document: &Value, key: &OperationKey) -> (String, String) {
    let (of_document, of_operation) = (server::of_document(document), server::of_operation(document, key));
    (server::path(&of_document).to_owned(), server::path(&of_operation).to_owned())
}

/// The functions that rewritten calls call, as a module of the generated client.
pub(super) fn support() -> TokenStream {
    quote! {
        /// Puts together the URLs of calls.
        #[allow(dead_code)]
        mod path {
            /// The URL of an operation's server. The base URL of the client stands for the server of the document, whose
            /// path it may leave out.
            pub(super) fn base(given: &str, of_document: &str, of_operation: &str) -> String {
                let given = given.trim_end_matches('/');
                let host = given.find("://").map_or(0, |at| at + "://".len());
                let (origin, path) = given.split_at(given[host..].find('/').map_or(given.len(), |at| host + at));
                format!("{origin}{}{of_operation}", path.strip_suffix(of_document).unwrap_or(path))
            }

            /// The URL, unless values make a segment that a URL parser takes for a step to another path.
            pub(super) fn check(url: String, template: &str) -> Result<String, String> {
                let is_step = |segment: &&str| {
                    matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..")
                };
                match url.split('/').find(is_step) {
                    Some(step) => Err(format!("the parameters of `{template}` make the segment `{step}`, which would lead to another path")),
                    None => Ok(url),
                }
            }
        }
    }
}

/// The `format!(…)` that puts the URL together; its variable is called otherwise where a parameter is called `url`.
fn url(statement: &mut Stmt) -> Option<&mut Expr> {
    let Stmt::Local(Local { init: Some(init), .. }) = statement else { return None };
    matches!(&*init.expr, Expr::Macro(found) if found.mac.path.is_ident("format")).then_some(&mut *init.expr)
}

fn format_arguments(expression: &Expr) -> Option<Punctuated<Expr, Token![,]>> {
    let Expr::Macro(found) = expression else { return None };
    found.mac.parse_body_with(Punctuated::parse_terminated).ok()
}
