//! Puts values into the path of a call so that each stays in its segment.
//!
//! A URL parser takes `\\` for a slash, and a segment of dots for a step to another path. Progenitor encodes neither.

use proc_macro2::TokenStream;
use quote::quote;
use syn::punctuated::Punctuated;
use syn::{Block, Expr, Local, Stmt, Token, parse_quote};

/// A path with parameters.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Path {
    template: String,
    /// The parameters in the order in which they stand in the template.
    parameters: Vec<String>,
}

impl Path {
    /// Reads a template; `None` if it has no parameter.
    pub(super) fn of(template: &str) -> Option<Self> {
        let opened = template.split('{').skip(1);
        let parameters: Vec<String> =
            opened.filter_map(|rest| rest.split_once('}')).map(|(name, _)| name.to_owned()).collect();
        (!parameters.is_empty()).then(|| Self { template: template.to_owned(), parameters })
    }

    /// Makes the call check and encode what it puts into the path; `None` if it does not put together its URL as
    /// progenitor does.
    pub(super) fn rewrite(&self, block: &mut Block) -> Option<()> {
        let url = block.stmts.iter_mut().find_map(url)?;
        let mut arguments = format_arguments(url)?;
        // The format and the base come first.
        let values = arguments.iter_mut().skip(2);
        if values.len() != self.parameters.len() {
            return None;
        }
        for (value, name) in values.zip(&self.parameters) {
            let Expr::Call(encode) = value else { return None };
            let text = encode.args.first()?;
            *value = parse_quote!(super::path::encode(#name, #text).map_err(Error::InvalidRequest)?);
        }
        let (base, template) = (arguments.get(1)?, &self.template);
        *url = parse_quote! {
            super::path::check(::std::format!(#arguments), &#base, #template).map_err(Error::InvalidRequest)?
        };
        Some(())
    }
}

/// The functions that rewritten calls call, as a module of the generated client.
pub(super) fn support() -> TokenStream {
    quote! {
        /// Puts values into paths so that each stays in its segment.
        mod path {
            /// A value as it stands in a path.
            pub(super) fn encode(name: &str, value: &str) -> Result<String, String> {
                if value.is_empty() {
                    return Err(format!("the path parameter `{name}` is empty, which would make another path: give it a value"));
                }
                // A URL parser takes a backslash for a slash.
                Ok(super::encode_path(value).replace('\\', "%5C"))
            }

            /// The URL, unless values make a segment that a URL parser takes for a step to another path.
            pub(super) fn check(url: String, base: &str, template: &str) -> Result<String, String> {
                let is_step = |segment: &&str| {
                    matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..")
                };
                match url.get(base.len()..).unwrap_or_default().split('/').find(is_step) {
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
